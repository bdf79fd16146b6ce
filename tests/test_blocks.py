"""Blocks side by side: one scale, each with the counts of its own network."""

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from mobilenet_lab import Design, layer_table
from mobilenet_lab.networks.families import FAMILIES
from mobilenet_lab.plots import Blocks
from mobilenet_lab.plots.diagram import columns
from mobilenet_lab.plots.style import OPERATION, millions

BOTH = Design("v1"), Design("v2")


def part(design, picture):
    return FAMILIES[design.family].drawings[picture]


def own(design, picture):
    """The layers of the block, from the layer table."""
    rows = layer_table(design)
    return rows[rows.block == part(design, picture)]


@pytest.mark.parametrize("picture", Blocks.BESIDE)
@pytest.mark.parametrize("alpha", [0.5, 1.0])
def test_maps_have_one_scale_and_boxes_the_shares_of_their_own_block(picture, alpha):
    designs = Design("v1", alpha), Design("v2", alpha)
    drawn = Blocks(*designs, picture=picture)
    shown = [column for one in designs for column in columns(one, part(one, picture))]
    maps = [one for one in drawn.axes.patches if one.get_facecolor()[:3] == to_rgb("#e8e8e8")]
    assert len(maps) == len(shown)
    heights = [box.get_height() / column.size for box, column in zip(maps, shown, strict=True)]
    widths = [
        box.get_width() ** 2 / column.channels for box, column in zip(maps, shown, strict=True)
    ]
    assert heights == pytest.approx([heights[0]] * len(maps))
    assert widths == pytest.approx([widths[0]] * len(maps))
    texts = {text.get_text() for text in drawn.axes.texts}
    for design in designs:
        counted = own(design, picture)
        macs = millions(counted.macs.sum())
        assert f"{FAMILIES[design.family].title}: {macs} MACs" in texts
        assert f"{macs} MACs, {counted.params.sum():,} parameters" in drawn.words
        layer = counted[counted.op == "depthwise"].macs.iloc[0]
        assert any(f"\n{layer / counted.macs.sum():.1%}\n" in text for text in texts)


def test_the_shortcut_joins_the_narrow_ends_of_v2_alone():
    drawn = Blocks(*BOTH)
    (arc,) = [line for line in drawn.axes.lines if line.get_marker() == "v"]
    assert sum("Add" in kind for kind in own(BOTH[1], "block").kind) == 1
    start, *_, end = arc.get_xdata()
    middles = [
        text.get_position()[0] for text in drawn.axes.texts if text.get_text() == "56 px\n× 24"
    ]
    assert {round(start, 6), round(end, 6)} <= {round(x, 6) for x in middles}
    assert drawn.words.count("with a shortcut") == 1
    strided = Blocks(*BOTH, picture="strided block")
    assert not any(line.get_marker() == "v" for line in strided.axes.lines)


def test_v2_carries_less_and_its_two_pointwise_convolutions_cost_less():
    """What notebook 04 says of the two blocks."""
    v1, v2 = (own(design, "block") for design in BOTH)
    assert (v1.c_out.iloc[-1], v2.c_out.iloc[-1]) == (128, 24)
    depthwise = [rows[rows.op == "depthwise"].c_out.iloc[0] for rows in (v1, v2)]
    assert depthwise == [128, 144] and set(v1.size_out) == set(v2.size_out) == {56}
    pointwise = [rows[rows.op == "pointwise"].macs.map(millions).tolist() for rows in (v1, v2)]
    assert pointwise == [["51.4 M"], ["10.8 M", "10.8 M"]]
    assert [millions(rows.macs.sum()) for rows in (v1, v2)] == ["55.0 M", "25.7 M"]


def test_the_colour_of_a_kind_is_the_same_in_both_blocks():
    drawn = Blocks(*BOTH)
    fills = [to_rgb(box.get_facecolor()) for box in drawn.axes.patches]
    assert fills.count(to_rgb(OPERATION["depthwise"])) == 2 * 2
    assert fills.count(to_rgb(OPERATION["pointwise"])) == 2 * 3


@pytest.mark.parametrize("picture", Blocks.BESIDE)
def test_no_text_leaves_its_column_or_the_picture(picture):
    drawn = Blocks(*BOTH, picture=picture)
    renderer = drawn.figure.canvas.get_renderer()
    boxes = [text.get_window_extent(renderer) for text in drawn.axes.texts if text.get_text()]
    for at, box in enumerate(boxes):
        assert box.x0 >= 0 and box.x1 <= drawn.size[0] and box.y0 >= 0 and box.y1 <= drawn.size[1]
        assert not any(box.overlaps(other) for other in boxes[:at])


def test_what_is_no_block_is_refused(refused):
    refused(lambda: Blocks(*BOTH, picture="macro"), "picture='macro'", "'block' or 'strided block'")
    refused(lambda: Blocks(), "designs=()", "one Design or several")
    refused(lambda: Blocks("v1", "v2"), "designs=('v1', 'v2')")
    assert np.isfinite(Blocks(BOTH[1]).axes.dataLim.x1), "one alone is possible"
