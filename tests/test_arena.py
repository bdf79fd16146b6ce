"""The picture of the arena: blocks at their places, peaks and limit as lines."""

import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from mobilenet_lab import Design, memory
from mobilenet_lab.costs.arena import RUNTIMES
from mobilenet_lab.plots import Arena
from mobilenet_lab.plots.style import OPERATION

DESIGN, LIMIT = Design("v2", 0.55, resolution=128, classes=2), 256 * 1024


@pytest.fixture(scope="module")
def picture():
    return Arena(DESIGN, limit=LIMIT)


def boxes(picture):
    return [one for one in picture.axes.patches if isinstance(one, Rectangle)]


def heights(picture):
    return [line.get_ydata()[0] * 1024 for line in picture.axes.lines]


def test_blocks_lie_at_their_offsets_over_their_lives(picture):
    blocks = memory(DESIGN).blocks
    *drawn, persistent = boxes(picture)
    found = [(one.get_x(), one.get_y(), one.get_width(), one.get_height()) for one in drawn]
    assert found == [
        (row.first, row.offset / 1024, row.last + 1 - row.first, row.bytes / 1024)
        for row in blocks.itertuples()
    ]
    assert persistent.get_y() * 1024 == memory(DESIGN).peak
    assert persistent.get_height() * 1024 == memory(DESIGN).persistent
    colors = {to_hex(one.get_facecolor()).upper() for one in drawn}
    assert {OPERATION["depthwise"], OPERATION["pointwise"], OPERATION["addition"]} <= colors


def test_each_peak_and_the_limit_have_a_line_and_a_name(picture):
    found = {name: memory(DESIGN, 8, name) for name in RUNTIMES}
    total = found["tflm"].peak + found["tflm"].persistent
    assert sorted(heights(picture)) == sorted({*(own.peak for own in found.values()), total, LIMIT})
    texts = [text.get_text() for text in picture.axes.texts]
    assert texts == ["in place 224", "live, MCUNet 240", "plan, limit 256", "with persistent 349"]
    assert len(heights(Arena(DESIGN))) == len(heights(picture))  # the limit is as high as the plan
    places = [text.get_position()[1] for text in picture.axes.texts]
    assert min(b - a for a, b in zip(places, places[1:], strict=False)) > 0.05 * picture.top


def test_words_say_the_peaks_and_whether_the_limit_is_met(picture):
    assert "plan 262,144; live 245,760; MCUNet 245,760; in place 229,376" in picture.words
    assert "Limit: 262,144, which both together exceed" in picture.words
    smaller = Arena(Design("v1", 0.5, resolution=128, classes=2), limit=LIMIT)
    assert "which both together meet" in smaller.words
    assert "Limit" not in Arena(DESIGN).words


def test_blocks_have_names_inside_the_picture(picture):
    assert len(picture.places) == len(memory(DESIGN).blocks)
    assert all(0 < place.x < 1 and 0 < place.y < 1 for place in picture.places)
    assert picture.places[1].name.startswith("stem_conv\n65,536 bytes at ")


def test_designs_can_be_drawn_to_one_scale():
    designs = DESIGN, Design("v1", 0.25, resolution=96)
    assert len({Arena(one, ceiling=400_000).top for one in designs}) == 1
    assert len({Arena(one).top for one in designs}) == 2


@pytest.mark.parametrize("family", ["v1", "v2"])
@pytest.mark.parametrize("bits", [8, 32])
def test_nothing_is_cut_off(family, bits):
    drawn = Arena(Design(family, 1.4 if family == "v2" else 1.0), bits, limit=LIMIT)
    drawn.figure.draw_without_rendering()
    renderer = drawn.figure.canvas.get_renderer()
    texts = [*drawn.axes.texts, drawn.axes.yaxis.label, drawn.axes.xaxis.label, drawn.axes.title]
    for text in [*texts, *drawn.axes.get_xticklabels(), *drawn.figure.legends]:
        box = text.get_window_extent(renderer)
        assert box.x0 >= 0 and box.x1 <= drawn.size[0] and box.y0 >= 0, text


def test_names_of_stages_do_not_overlap(picture):
    renderer = picture.figure.canvas.get_renderer()
    shown = [one for one in picture.axes.get_xticklabels() if one.get_text()]
    ends = [one.get_window_extent(renderer) for one in shown]
    assert len(ends) > 3
    assert all(a.x1 < b.x0 for a, b in zip(ends, ends[1:], strict=False))


@pytest.mark.parametrize("arguments", [{"limit": "256KiB"}, {"limit": 0}, {"ceiling": 1.5}])
def test_what_is_not_possible_is_refused(refused, arguments):
    refused(lambda: Arena(DESIGN, **arguments), next(iter(arguments)))
