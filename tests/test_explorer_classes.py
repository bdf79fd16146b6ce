"""Explorers of designs with another number of classes, and their budgets of memory."""

import numpy as np
import pytest

from mobilenet_lab import Design, cost, layer_table, published, sweep
from mobilenet_lab.costs.curves import extremes
from mobilenet_lab.costs.limits import least, needs
from mobilenet_lab.explorers import (
    Bottleneck,
    Drawing,
    Filters,
    LayerByLayer,
    SideBySide,
    ThroughTheNetwork,
    Tour,
    WidthAndResolution,
)
from mobilenet_lab.networks.families import knobs
from mobilenet_lab.plots import Sweep
from mobilenet_lab.plots.style import kibibytes

MAKE = [Tour, WidthAndResolution, lambda **own: Drawing("v2", **own)]
MAKE += [lambda **own: LayerByLayer("v1", **own)]
INSIDE = [ThroughTheNetwork, SideBySide, Bottleneck, Filters]


pytestmark = pytest.mark.usefixtures("unseen")


@pytest.fixture(scope="module")
def tour():
    return Tour(classes=2)


@pytest.mark.parametrize("make", MAKE)
def test_words_code_and_pins_have_the_classes(make):
    explorer = make(classes=2)
    design = explorer.design
    assert design.classes == 2
    assert design == eval(explorer.parts["code"].box.value, {"Design": Design})
    assert explorer.parts["code"].box.value.endswith(", classes=2)")
    assert explorer.status.text.startswith(f"{design}: ") and "2 classes" in str(design)
    assert "accuracy is published for 1000 classes only" in explorer.status.text
    assert f"{cost(design).params:,} parameters" in repr(explorer)
    explorer.parts["pin"].button.click()
    (button,) = explorer.parts["pin"].row.children
    assert button.description.endswith(", 2 classes")


@pytest.mark.parametrize("make", [*MAKE, *INSIDE])
@pytest.mark.parametrize("classes", [0, -3, 2.5, "two", None, True, np.nan])
def test_classes_that_cannot_be_are_refused(make, classes):
    with pytest.raises(ValueError) as refused:
        make(classes=classes)
    assert str(refused.value).startswith(f"classes={classes!r} is not possible; accepted: an int")
    assert "\n" not in str(refused.value)


def test_curves_and_table_are_the_sweep(tour):
    tour.reset()
    expected = sweep("v2", knobs()["alpha"].values, classes=2)
    for name in ("macs", "params"):
        x, y = tour.figures[0].picture.curves["v2", name].get_data()
        assert list(x) == list(expected.alpha) and list(y) == list(expected[name] / 1e6)
    numbers = tour.numbers().query("family == 'v2'")
    assert list(numbers.params) == list(expected.params)
    assert list(numbers.ram_live_int8_bytes) == list(expected.peak_activations)
    designs = [Design("v2", alpha, classes=2) for alpha in expected.alpha]
    assert list(numbers.flash_int8_bytes) == [least(one)["flash"] for one in designs]
    assert numbers.published_top1.isna().all()
    between = sweep("v1", alpha=0.72, resolution=knobs()["resolution"].values, classes=2)
    tour.set(along="resolution", alpha=0.72)
    assert list(tour.figures[0].picture.curves["v1", "params"].get_ydata()) == list(
        between.params / 1e6
    )


def test_no_accuracy_of_another_network_is_shown(tour):
    tour.reset()
    picture = tour.figures[0].picture
    assert not len(picture.curves["v2", "top1"].get_xdata())
    assert not len(picture.papers["v1"].get_xdata()) and picture.marks["top1"].get_xdata() == []
    assert picture.note.get_text() == "published for 1000 classes only"
    assert "top-1 of the design: none (published for 1000 classes only)." in picture.words
    plane = WidthAndResolution(classes=2).figures[0].picture
    assert "of this design: published for 1000 classes only." in plane.words
    right = plane.axes[1]
    marked = [line for line in right.lines if line.get_marker() == "o" and len(line.get_xdata())]
    assert marked == [] and plane.places == []


@pytest.mark.parametrize("classes", [1, 21_843, 10**6])
def test_every_curve_is_inside_its_panel(classes):
    panels = Sweep(extremes=extremes(classes)).panels
    for name, (low, high) in extremes(classes).items():
        bottom, top = panels[name].get_ylim()
        assert bottom < low / 1e6 and high / 1e6 < top
        assert sum(bottom <= tick <= top for tick in panels[name].get_yticks()) >= 3


def test_with_the_usual_classes_the_panels_are_as_they_were():
    panels = Sweep(extremes=extremes(1000)).panels
    for name, (limits, ticks) in Sweep.LIMITS.items():
        assert panels[name].get_ylim() == limits
        assert tuple(panels[name].get_yticks()) == ticks


def test_a_published_shape_can_be_chosen(tour):
    tour.reset()
    chosen = tour.parts["published"].list
    design = dict(chosen.options)["v1, α 0.5, 160 px"]
    chosen.value = design
    assert tour.design == design == Design("v1", 0.5, resolution=160, classes=2)
    assert chosen.value == design, "it is named while it is shown"
    tour.controls["alpha"].value = 0.6
    assert chosen.value == ""


@pytest.mark.keras
@pytest.mark.samples
@pytest.mark.parametrize("make", INSIDE)
def test_what_looks_inside_takes_classes(make):
    explorer = make(classes=3, alpha=0.35) if make is not SideBySide else make(classes=3)
    designs = explorer.state["designs"]
    assert {one.classes for one in designs} == {3}
    assert "3 classes" in repr(explorer)


# Budgets of memory


def test_a_budget_of_memory_dims_what_is_over_it():
    explorer = Tour()
    explorer.parts["budget"].boxes["ram"].value = "1300"
    explorer.parts["budget"].boxes["flash"].value = "3000"
    assert explorer.state["budget"] == {
        "macs": None,
        "params": None,
        "ram": 1300 * 1024,
        "flash": 3000 * 1024,
    }
    rows = published.accuracy().query("resolution == 224 and number_format == 'float32'")
    rows = rows[rows.series != "keras"]  # which has no marks in the picture
    expected, live_only = set(), set()
    for row in rows.itertuples():
        design, place = Design(row.family, row.alpha), (row.alpha, row.top1)
        if needs(design)["ram"] > 1300 * 1024 or needs(design)["flash"] > 3000 * 1024:
            expected.add(place)
        if least(design)["ram"] > 1300 * 1024 or least(design)["flash"] > 3000 * 1024:
            live_only.add(place)
    picture = explorer.figures[0].picture
    assert set(map(tuple, picture.over.get_xydata().tolist())) == expected
    assert live_only <= expected < {(row.alpha, row.top1) for row in rows.itertuples()}
    assert picture.words.endswith("Limit: 1,300 KiB RAM. Limit: 3,000 KiB flash.")
    over = needs(Design("v2"))["ram"] - 1300 * 1024
    assert f"Over the budget of RAM by {kibibytes(over)}: " in explorer.status.text
    assert "TensorFlow Lite Micro" in explorer.status.text
    explorer.parts["budget"].boxes["ram"].value = "many"
    assert explorer.message.text == (
        "RAM ≤ (KiB): 'many' is not possible; accepted: a number above 0, or nothing for no limit."
    )
    explorer.reset()
    assert set(explorer.state["budget"].values()) == {None}
    assert "budget" not in explorer.status.text and not len(picture.over.get_xdata())


def test_a_plane_dims_what_takes_too_much_memory():
    explorer = WidthAndResolution()
    explorer.parts["budget"].boxes["ram"].value = "300"
    picture = explorer.figures[0].picture
    rows = picture.published
    over = [
        needs(Design("v1", row.alpha, resolution=row.resolution))["ram"] > 300 * 1024
        for row in rows.itertuples()
    ]
    assert 0 < sum(over) < len(rows)
    expected = rows[over].assign(x=rows.macs / 1e6)[["x", "top1"]].values.tolist()
    assert picture.over.get_xydata().tolist() == expected
    assert not picture.veil.line.get_visible() and not picture.limit.get_visible()


def test_a_limit_of_ram_is_a_line_at_the_values_that_are_held():
    explorer = LayerByLayer("v2", classes=2)
    picture = explorer.figures[0].picture
    assert not picture.limit.get_visible()
    explorer.parts["budget"].boxes["ram"].value = "1024"
    assert picture.limit.get_visible() and picture.limit.axes is picture.panels["held"]
    assert list(picture.limit.get_ydata()) == [1024 * 1024 / 1e6] * 2
    assert picture.words.endswith(" Limit: 1 MiB RAM.")
    assert layer_table(explorer.design).held.max() > 1024 * 1024
    assert "· Over the budget of RAM by " in explorer.status.text
