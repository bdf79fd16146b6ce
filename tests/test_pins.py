"""Several pinned designs: each can be unpinned alone, and each is told from the others."""

import base64
import io
import re

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from showing import showing

from mobilenet_lab import Design, cost, layer_table
from mobilenet_lab.costs.arena import ram
from mobilenet_lab.costs.files import flash
from mobilenet_lab.explorers import Drawing, LayerByLayer, Tour, WidthAndResolution
from mobilenet_lab.explorers.live import LiveFigure
from mobilenet_lab.explorers.pins import MOST
from mobilenet_lab.plots import Diagram
from mobilenet_lab.published.known import top1

ALPHAS = (0.25, 0.5, 0.75, 1.0, 0.35, 1.3)
EXPLORERS = [Tour, WidthAndResolution, lambda: Drawing("v2"), lambda: LayerByLayer("v2")]


@pytest.fixture(scope="module")
def explorers():
    """One of each kind that has a pin."""
    return [make() for make in EXPLORERS]


@pytest.fixture(params=range(len(EXPLORERS)))
def explorer(explorers, request):
    explorers[request.param].reset()
    return explorers[request.param]


@pytest.fixture
def tour(explorers):
    explorers[0].reset()
    return explorers[0]


def pin(explorer, *alphas):
    for alpha in alphas:
        explorer.controls["alpha"].value = alpha
        explorer.parts["pin"].button.click()


def buttons(explorer):
    return {one.description: one for one in explorer.parts["pin"].row.children}


def widths(explorer):
    return [one.alpha for one in explorer.state["pinned"]]


@pytest.mark.usefixtures("unseen")
def test_a_pin_adds_and_each_is_removed_alone_or_all_together(explorer):
    pin(explorer, *ALPHAS[:3])
    names = list(buttons(explorer))
    assert names[0] == "Unpin all" and len(names) == 4
    assert [name[:9] for name in names[1:]] == ["Unpin 1: ", "Unpin 2: ", "Unpin 3: "]
    assert f"α {ALPHAS[1]}, 224 px" in names[2]
    buttons(explorer)[names[2]].click()
    assert widths(explorer) == [0.25, 0.75]
    (first, second) = list(buttons(explorer))[1:]
    assert "Unpin 1: " in first and "α 0.25" in first
    assert "Unpin 2: " in second and "α 0.75" in second
    buttons(explorer)[first].click()
    assert widths(explorer) == [0.75]
    (alone,) = buttons(explorer)
    assert alone == f"Unpin {str(explorer.state['pinned'][0]).removeprefix('MobileNet ')}"
    pin(explorer, 0.5)
    buttons(explorer)["Unpin all"].click()
    assert widths(explorer) == [] and buttons(explorer) == {}
    assert "pinned" not in explorer.status.text


@pytest.mark.usefixtures("unseen")
def test_six_are_the_most_and_none_is_pinned_twice(explorer):
    pin(explorer, *ALPHAS)
    assert len(widths(explorer)) == MOST and explorer.message.text == ""
    pin(explorer, 0.6)
    assert explorer.message.text == ("6 designs are pinned, and that is the most: unpin one first.")
    assert widths(explorer) == list(ALPHAS) and explorer.design.alpha == 0.6
    buttons(explorer)["Unpin all"].click()
    pin(explorer, 0.6)
    assert explorer.message.text == "" and widths(explorer) == [0.6]
    pin(explorer, 0.6)
    assert explorer.message.text == f"{explorer.design} is pinned already."
    assert widths(explorer) == [0.6]


def test_reset_takes_all_away_and_what_is_shown_is_as_at_first(explorer):
    start = [showing(figure.widget) for figure in explorer.figures], explorer.status.text
    pin(explorer, *ALPHAS[:2])
    assert [showing(figure.widget) for figure in explorer.figures] != start[0]
    explorer.parts["reset"].button.click()
    assert widths(explorer) == [] and buttons(explorer) == {}
    assert ([showing(figure.widget) for figure in explorer.figures], explorer.status.text) == start


@pytest.mark.usefixtures("unseen")
def test_every_picture_names_each_pinned_design(explorer):
    pin(explorer, *ALPHAS[:4])
    explorer.controls["alpha"].value = 1.4
    for figure in explorer.figures:
        _, _, said = figure.picture.words.partition(" Pinned: ")
        parts = said.rstrip(".").split("; ")
        assert [part.partition(": ")[0] for part in parts] == list("1234")
        assert all(f"α {alpha:g}" in part for alpha, part in zip(ALPHAS, parts, strict=False))
    assert "Against the pinned 4, " in explorer.status.text


@pytest.mark.usefixtures("unseen")
def test_words_compare_with_the_last_that_is_another(tour):
    pin(tour, 0.5, 1.0)
    assert "Against the pinned 1, MobileNet v2, α 0.5, 224 px, t 6: Δ MACs +204 M" in (
        tour.status.text
    )
    tour.controls["alpha"].value = 0.75
    assert "Against the pinned 2, MobileNet v2, α 1, 224 px, t 6: Δ MACs −91.7 M" in (
        tour.status.text
    )


@pytest.mark.usefixtures("unseen")
def test_the_panels_have_a_ring_a_curve_and_a_number_for_each(tour):
    tour.set(family="v1", alpha=0.5, resolution=128)
    pin(tour, 0.5)
    tour.set(family="v2", resolution=224)
    pin(tour, 1.0, 0.5)
    designs = [Design("v1", 0.5, resolution=128), Design("v2"), Design("v2", 0.5)]
    assert list(tour.state["pinned"]) == designs
    for name, pins in tour.figures[0].picture.pins.items():
        heights = [
            top1(one)[0] if name == "top1" else getattr(cost(one), name) / 1e6 for one in designs
        ]
        places = [[one.alpha, height] for one, height in zip(designs, heights, strict=True)]
        assert pins.rings.get_xydata().tolist() == places
        assert sorted(", ".join(text.get_text() for text in pins.numbers)) == sorted("1, 2, 3")
        breaks = np.isnan(pins.curves.get_xdata()).sum()
        assert breaks == (0 if name == "top1" else 3)
    tour.controls["along"].value = "expansion"
    assert len(tour.figures[0].picture.pins["macs"].rings.get_xdata()) == 2, "v1 is at no t"
    assert {one.get_text() for one in tour.figures[0].picture.pins["macs"].numbers} == {"2", "3"}


@pytest.mark.usefixtures("unseen")
def test_rings_at_one_place_share_a_text(tour):
    for resolution in (224, 160, 96):
        tour.controls["resolution"].value = resolution
        tour.parts["pin"].button.click()
    pins = tour.figures[0].picture.pins
    assert [text.get_text() for text in pins["params"].numbers] == ["1, 2, 3"]
    assert [text.get_text() for text in pins["macs"].numbers] == ["1", "2", "3"]


@pytest.mark.parametrize("kind", [0, 1])
def test_pinned_designs_belong_to_what_is_drawn_once(explorers, kind, monkeypatch):
    explorer = explorers[kind]
    explorer.reset()
    pin(explorer, *ALPHAS)
    drawn, canvas = [], explorer.figures[0].picture.figure.canvas
    whole = canvas.draw
    monkeypatch.setattr(canvas, "draw", lambda: drawn.append(1) or whole())
    for alpha in (0.4, 0.45, 0.55):
        explorer.controls["alpha"].value = alpha
    assert drawn == []
    next(iter(buttons(explorer).values())).click()
    assert len(drawn) == 1


@pytest.mark.usefixtures("unseen")
def test_the_bars_have_an_outline_for_each_told_apart_by_its_line():
    explorer = LayerByLayer("v2")
    pin(explorer, *ALPHAS)
    picture = explorer.figures[0].picture
    for name, outlines in picture.pins.items():
        seen = [one for one in outlines.pool if one.get_visible()]
        looks = {(tuple(one.get_edgecolor()), one.get_linestyle()) for one in seen}
        assert len(seen) == len(looks) == MOST
        for alpha, outline in zip(ALPHAS, seen, strict=True):
            heights = layer_table(Design("v2", alpha)).set_index("name")[name]
            found = dict(zip(picture.names, outline.get_data().values * 1e6, strict=True))
            assert found == pytest.approx({layer: heights.get(layer, 0) for layer in found})
    key = picture.panels["macs"].get_legend()
    assert [text.get_text() for text in key.get_texts()] == ["pinned 1", *"23456"]
    assert key.get_visible()
    buttons(explorer)["Unpin all"].click()
    assert not any(one.get_visible() for pins in picture.pins.values() for one in pins.pool)
    assert not picture.panels["macs"].get_legend().get_visible()


@pytest.mark.parametrize("count", [2, 3, 6])
@pytest.mark.parametrize("family", ["v1", "v2"])
def test_the_lines_below_a_drawing_touch_nothing(family, count):
    """Live, where Pillow writes with more room between lines."""
    figure = LiveFigure(Diagram())
    pinned = [
        Design(family, 0.123456 + 0.1 * n, resolution=320, classes=21843) for n in range(count)
    ]
    diagram = figure.picture
    diagram.show(Design(family), pinned=pinned)
    assert len(diagram.pinned.get_text().splitlines()) == -(-count // 2)
    both = pixels(figure)
    diagram.pinned.set_text("")
    without = pixels(figure)
    rows, places = np.nonzero((both != without).any(axis=2))
    assert (without[rows.min() - 2 :] == 255).all()
    assert places.min() > 5 and places.max() < diagram.size[0] - 5
    assert rows.max() < diagram.size[1] - 1


def pixels(figure):
    return np.asarray(Image.open(io.BytesIO(figure.frame())).convert("RGB"))


@pytest.mark.usefixtures("unseen")
def test_the_table_and_a_file_have_a_row_for_each_with_differences(tour):
    pin(tour, 0.5, 1.0)
    tour.controls["alpha"].value = 0.9
    assert list(tour.frames) == ["numbers", "pinned"]
    frame, designs = tour.frames["pinned"], [Design("v2", alpha) for alpha in (0.9, 0.5, 1.0)]
    assert list(frame.pinned) == ["shown", 1, 2]
    assert list(frame.macs) == [cost(one).macs for one in designs]
    assert list(frame.ram_tflm_int8_bytes) == [ram(one) for one in designs]
    assert list(frame.flash_int8_bytes) == [flash(one) for one in designs]
    for name in ("macs", "params", "ram_tflm_int8_bytes", "flash_int8_bytes"):
        assert list(frame[f"{name}_difference"]) == list(frame[name][0] - frame[name])
    assert frame.published_top1.isna().tolist() == [True, False, False], "none at α 0.9"
    tour.parts["numbers"].box.value = True
    html = tour.parts["numbers"].table.value
    assert html.count("Δ: the design shown minus the pinned one.") == 1
    pinned, numbers = html.split("</div>")[:2]
    assert pinned.count("<tr") == 1 + 3 and numbers.count("<tr") > 50
    difference = cost(designs[0]).macs - cost(designs[2]).macs
    assert f"−{-difference:,}" in pinned and "nan" not in html and "NA" not in html
    tour.parts["save"].button.click()
    links = dict(
        re.findall(r'download="([^"]+)" href="data:[^,]+,([^"]+)"', tour.parts["save"].files.value)
    )
    saved = pd.read_csv(io.BytesIO(base64.b64decode(links["mobilenet-pinned.csv"])))
    assert list(saved.macs) == list(frame.macs)
    tour.reset()
    assert list(tour.frames) == ["numbers"]


@pytest.mark.usefixtures("unseen")
def test_a_control_that_is_wrong_holds_the_buttons(tour):
    pin(tour, 0.5, 1.0)
    tour.controls["alpha"].value = 7
    assert all(one.disabled for one in buttons(tour).values())
    assert tour.parts["pin"].button.disabled
    tour.controls["alpha"].value = 0.75
    assert not any(one.disabled for one in buttons(tour).values())


@pytest.mark.usefixtures("unseen")
def test_many_pins_leave_no_widget_behind(tour):
    pin(tour, *ALPHAS)
    first = list(buttons(tour).values())
    buttons(tour)["Unpin all"].click()
    pin(tour, *reversed(ALPHAS))
    assert list(buttons(tour).values()) == first
