"""Drawings hold what the trace holds: shapes, counts, and a shortcut exactly where there is one."""

import io

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from PIL import Image

from mobilenet_lab import Design, cost, layer_table
from mobilenet_lab.explorers.live import LiveFigure
from mobilenet_lab.networks.families import FAMILIES
from mobilenet_lab.plots.diagram import Diagram, columns
from mobilenet_lab.plots.style import colors, millions

DESIGNS = [
    Design("v1"),
    Design("v1", 0.25, resolution=128),
    Design("v1", 0.5, resolution=97, dialect="listing"),
    Design("v2"),
    Design("v2", 0.35, resolution=96),
    Design("v2", 1.4, resolution=161, expansion=1),
    Design("v2", 0.75, dialect="listing"),
    Design("v1", 0.5, resolution=97, dialect="keras"),
    Design("v2", 0.56, resolution=97, dialect="keras"),
]


@pytest.mark.parametrize("design", DESIGNS, ids=str)
def test_the_network_adds_up_to_the_cost(design):
    shown = columns(design)
    assert sum(one.macs for one in shown) == cost(design).macs
    assert sum(one.params for one in shown) == cost(design).params
    assert shown[0].size == design.resolution
    assert shown[-1].channels == design.classes
    assert len(shown) == {"v1": 7, "v2": 11}[design.family]


@pytest.mark.parametrize("design", DESIGNS, ids=str)
def test_a_stage_and_a_block_add_up_to_their_layers(design):
    table = layer_table(design)
    for part in [*table.stage.unique(), *table.block[table.block != ""].unique()]:
        own = table[(table.stage == part) | (table.block == part)]
        shown = columns(design, part)
        assert sum(one.macs for one in shown) == own.macs.sum(), part
        assert sum(one.params for one in shown) == own.params.sum(), part
        assert (shown[0].size, shown[0].channels) == (own.size_in.iloc[0], own.c_in.iloc[0])
        assert (shown[-1].size, shown[-1].channels) == (own.size_out.iloc[-1], own.c_out.iloc[-1])


@pytest.mark.parametrize("design", DESIGNS, ids=str)
def test_shortcuts_stand_where_the_network_adds(design):
    table = layer_table(design)
    adding = set(table.block[table.kind == "Add"])
    for block in table.block[table.block != ""].unique():
        arcs = [one for one in columns(design, block) if one.shortcut is not None]
        assert len(arcs) == (block in adding)
    if design.family == "v2":
        for stage in (f"stage{number}" for number in range(1, 8)):
            arcs = sum(one.shortcut is not None for one in columns(design, stage))
            assert arcs == sum(block.startswith(stage) for block in adding)


def test_the_strided_block_has_no_arc_and_the_plain_one_has():
    diagram = Diagram()
    diagram.show(Design("v2"), FAMILIES["v2"].drawings["strided block"])
    assert not any(arc.get_visible() for arc in diagram.arcs)
    assert "Shortcuts" not in diagram.words
    diagram.show(Design("v2"), FAMILIES["v2"].drawings["block"])
    assert sum(arc.get_visible() for arc in diagram.arcs) == 1


@pytest.mark.parametrize("family", ["v1", "v2"])
def test_each_picture_is_drawn_with_real_shapes(family):
    diagram, design = Diagram(), Design(family, 0.75, resolution=160)
    for picture, part in FAMILIES[family].drawings.items():
        diagram.show(design, part)
        shown = columns(design, part)
        visible = [slot for slot in diagram.slots if slot.box.get_visible()]
        assert len(visible) == len(shown), picture
        for slot, one in zip(visible, shown, strict=True):
            assert slot.shape.get_text() == f"{one.size} px\n× {one.channels}"
        heights = [
            slot.map.get_height() / one.size for slot, one in zip(visible, shown, strict=True)
        ]
        assert max(heights) == pytest.approx(min(heights))
        filled = sum(slot.fill.get_height() for slot in visible)
        assert filled == pytest.approx(visible[0].box.get_height())
        assert b"<svg" in diagram.svg().encode()


def test_every_colour_is_in_the_live_palette():
    known = {to_rgb(color) for color in colors()}
    for design in (Design("v1"), Design("v2")):
        for part in FAMILIES[design.family].drawings.values():
            for one in columns(design, part):
                grey = len(set(to_rgb(one.color))) == 1
                assert grey or to_rgb(one.color) in known


@pytest.mark.parametrize("alpha", [0.35, 1.0, 1.4])
def test_the_rule_of_a_width_stands_there_at_every_width(alpha):
    rules = {one.title: one.details for one in columns(Design("v2", alpha))}
    assert rules["stem"] == ("32 · α",)
    assert rules["stage2"] == ("2 blocks", "24 · α")
    assert rules["last"] == ("1280 · α", "if α > 1")
    assert rules["classifier"] == ()
    assert {one.title: one.details for one in columns(Design("v1", alpha))}["stem"][-1] == "64 · α"


def test_a_part_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="part='stage9' is not possible"):
        columns(Design("v1"), "stage9")


@pytest.mark.parametrize("design", DESIGNS, ids=str)
def test_a_pinned_network_is_a_line_of_text_below(design):
    diagram, pinned = Diagram(), Design(design.family, 0.5, resolution=160)
    for picture, part in FAMILIES[design.family].drawings.items():
        diagram.show(design, part)
        assert diagram.pinned.get_text() == "" and "Pinned" not in diagram.words
        diagram.show(design, part, [pinned])
        table = layer_table(pinned)
        own = table[(table.stage == part) | (table.block == part) | (part == "network")]
        what = "" if picture == "macro" else f", {part.replace('_', ', ')}"
        cost_of_part = f"{millions(own.macs.sum())} MACs, {own.params.sum():,} parameters"
        assert diagram.pinned.get_text() == f"pinned: {pinned}{what}: {cost_of_part}"
        assert diagram.words.endswith(f" Pinned: {pinned}{what}: {cost_of_part}.")


@pytest.mark.parametrize("family", ["v1", "v2"])
def test_the_line_below_touches_nothing(family):
    """Live, where Pillow writes with more room between lines."""
    figure, long = LiveFigure(Diagram()), Design(family, 0.123456, resolution=320)
    diagram = figure.picture
    for part in FAMILIES[family].drawings.values():
        diagram.show(Design(family), part, [long])
        both = pixels(figure)
        diagram.pinned.set_text("")
        without = pixels(figure)
        rows, places = np.nonzero((both != without).any(axis=2))
        assert (without[rows.min() - 2 :] == 255).all(), part
        assert places.min() > 5 and places.max() < diagram.size[0] - 5
        assert rows.max() < diagram.size[1] - 1


def pixels(figure):
    return np.asarray(Image.open(io.BytesIO(figure.frame())).convert("RGB"))


def test_texts_do_not_overlap():
    diagram = Diagram()
    widest = Design("v2", 1.5, resolution=320, expansion=10)
    smallest = Design("v2", 0.1, resolution=64, expansion=1)
    for design in (widest, smallest, Design("v2"), Design("v1", 1.5, resolution=320)):
        diagram.show(design)
        renderer = diagram.figure.canvas.get_renderer()
        for name in ("title", "details", "shape", "price"):
            texts = [getattr(slot, name) for slot in diagram.slots if slot.box.get_visible()]
            boxes = [text.get_window_extent(renderer) for text in texts if text.get_text()]
            assert all(a.x1 < b.x0 for a, b in zip(boxes, boxes[1:], strict=False)), (design, name)
            assert boxes[0].x0 >= 0
            assert boxes[-1].x1 <= diagram.size[0]
