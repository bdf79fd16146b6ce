"""A family that is registered at run time is offered by every explorer that has a choice."""

import io
from dataclasses import replace

import pytest
from PIL import Image
from toy_family import TOY

from mobilenet_lab import Design, checks, cost, layer_table, sweep, trace
from mobilenet_lab.explorers import (
    Drawing,
    Filters,
    LayerByLayer,
    SideBySide,
    ThroughTheNetwork,
    Tour,
)
from mobilenet_lab.networks.families import FAMILIES, knobs

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@pytest.fixture(autouse=True)
def toy(monkeypatch):
    monkeypatch.setitem(FAMILIES, "toy", TOY)


def put(explorer, **values):
    for name, value in values.items():
        explorer.controls[name].value = value


def used(explorer):
    """The knobs that a reader can move."""
    return [name for name, dial in explorer.dials.items() if not dial.box.disabled]


@pytest.mark.usefixtures("unseen")
def test_the_tour_offers_it_with_its_knob():
    tour = Tour()
    assert tour.design.family == "v2", "where it begins does not depend on what is registered"
    assert dict(tour.controls["family"].options)["Toy net"] == "toy"
    assert list(tour.dials) == list(knobs()) == ["alpha", "resolution", "expansion", "squeeze"]
    assert used(tour) == ["alpha", "resolution", "expansion"]
    put(tour, family="toy", squeeze=2, alpha=0.5)
    assert used(tour) == ["alpha", "resolution", "squeeze"]
    assert tour.design == Design("toy", 0.5, squeeze=2)
    assert tour.status.text.startswith("Toy net, α 0.5, 224 px, s 2: ")
    assert eval(tour.parts["code"].box.value, {"Design": Design}) == tour.design


@pytest.mark.usefixtures("unseen")
@pytest.mark.parametrize("along", ["alpha", "squeeze"])
def test_its_curve_is_the_sweep_and_the_others_stay(along):
    tour = Tour("toy", along, alpha=0.5, squeeze=2)
    x, y = tour.figures[0].picture.curves["toy", "macs"].get_data()
    settings = {"alpha": 0.5, "squeeze": 2} | {along: knobs()[along].values}
    assert list(x) == knobs()[along].values
    assert list(y) == list(sweep("toy", **settings).macs / 1e6)
    assert set(tour.numbers().family) == {"v1", "v2", "toy"}
    tour.parts["numbers"].box.value = True
    assert f"{cost(tour.design).macs:,}" in tour.parts["numbers"].table.value


@pytest.mark.usefixtures("unseen")
def test_it_is_pinned_and_held_against_a_budget():
    tour = Tour("toy")
    tour.parts["pin"].button.click()
    put(tour, squeeze=8)
    assert "Against the pinned Toy net, α 1, 224 px, s 4: Δ MACs −" in tour.status.text
    tour.parts["budget"].boxes["macs"].value = "1"
    assert "Over the budget of MACs" in tour.status.text
    tour.reset()
    assert tour.design == Design("toy") and tour.state["pinned"] == ()


def test_its_drawings_and_layers_are_shown():
    drawing, bars = Drawing("toy", "block", squeeze=2), LayerByLayer("toy")
    assert dict(drawing.controls["picture"].options) == dict(TOY.drawings)
    for part in TOY.drawings.values():
        put(drawing, picture=part)
        assert repr(drawing).startswith("Toy net, α 1, 224 px, s 2: ")
    held = layer_table(bars.design).held.notna()
    assert len(bars.numbers()) == held.sum()
    for explorer in (drawing, bars):
        assert len(explorer.parts["published"].list.options) == 1  # the prompt alone
        assert Image.open(io.BytesIO(explorer.png())).width > 800


def test_a_knob_of_another_family_is_refused(refused):
    refused(lambda: Drawing("toy", expansion=3), "expansion=3", "None, since toy has no expansion")
    refused(lambda: Drawing("v2", squeeze=2), "squeeze=2", "None, since v2 has no squeeze")
    with pytest.raises(TypeError, match="depth"):
        Tour(depth=3)


def test_a_width_that_the_family_cannot_have_is_answered_and_changes_nothing(monkeypatch):
    def check(alpha, dialect):
        if alpha < 0.2:
            checks.refuse("alpha", alpha, "0.2 or more")

    monkeypatch.setitem(FAMILIES, "toy", replace(TOY, check_alpha=check))
    explorer = LayerByLayer("toy")
    before = repr(explorer), explorer.status.text, explorer.figures[0].frame()
    put(explorer, alpha=0.1)
    assert explorer.message.text == "Alpha=0.1 is not possible; accepted: 0.2 or more."
    assert (repr(explorer), explorer.status.text, explorer.figures[0].frame()) == before
    assert explorer.controls["alpha"].value == 0.1, "it could be mended"
    put(explorer, alpha=0.2)
    assert explorer.message.text == "" and explorer.design == Design("toy", 0.2)


@pytest.mark.keras
@pytest.mark.samples
def test_a_picture_goes_through_it():
    explorer = ThroughTheNetwork("toy", alpha=0.5, resolution=64)
    assert dict(explorer.controls["weights"].options) == {"random": "random"}
    layers = [layer.name for layer in trace(explorer.design)]
    assert list(explorer.state["passes"][0].maps) == layers
    for stage in ("stage2", "classifier"):
        put(explorer, stage=stage)
        assert explorer.state["layer"] in repr(explorer)
    put(explorer, family="v2")
    assert "MobileNet v2, α 0.5, 64 px" in repr(explorer)
    put(explorer, family="toy", weights="random", stage="stem")
    assert "stem_swish: 32 px × 8 channels" in repr(explorer)
    both = SideBySide(family="toy", left=1.0, right=0.5, resolution=64)
    put(both, stage="stage1")
    assert f"{100 * cost(both.state['designs'][1]).macs / cost(both.design).macs:.0f} %" in (
        repr(both)
    )


@pytest.mark.keras
def test_its_kernels_are_those_of_its_own_layers():
    explorer = Filters("toy")
    assert "stem_first: 16 kernels, 432 weights" in repr(explorer)
    assert "stage1_block1_depthwise: 16 kernels, 400 weights" in repr(explorer)
    said = explorer.figures[0].picture.words
    assert "stem_first: 16 kernels 3 × 3 × 3" in said and "16 kernels 5 × 5, black is 0" in said
    put(explorer, family="v1")
    assert "stem_conv: " in repr(explorer)
