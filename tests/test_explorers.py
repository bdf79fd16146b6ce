"""Explorers: set a knob in code, look at what the picture holds and at what is said in words."""

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image

from mobilenet_lab import Design, cost, published, sweep
from mobilenet_lab.explorers import KNOBS, Tour, WidthAndResolution, describe


@pytest.fixture(scope="module")
def tour():
    return Tour()


def panels(tour):
    return tour.figures[0].picture


def curve(tour, family, name):
    return np.array(panels(tour).curves[family, name].get_data())


def shown(figure):
    """The widget's image as pixels, and its alternative text."""
    alt, data = re.search(r'alt="([^"]*)".*base64,([^"]*)"', figure.widget.value).groups()
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(data)))), alt


def put(explorer, **values):
    for name, value in values.items():
        explorer.controls[name].value = value


START = {"family": "v2", "along": "alpha", "alpha": 1.0, "resolution": 224, "expansion": 6}


@pytest.mark.parametrize("family", ["v1", "v2"])
@pytest.mark.parametrize("along", list(KNOBS))
@pytest.mark.parametrize("name", ["macs", "params"])
def test_curves_are_the_sweep(tour, family, along, name):
    put(tour, **START | {"along": along, "alpha": 0.75, "resolution": 160, "expansion": 3})
    grid = {"alpha": 0.75, "resolution": 160, "expansion": 3} | {along: KNOBS[along].values}
    if family == "v1":
        grid.pop("expansion")
    expected = sweep(family, **grid)[name] / 1e6
    x, y = curve(tour, family, name)
    if along == "expansion" and family == "v1":
        assert set(y) == set(expected)
    else:
        assert list(x) == KNOBS[along].values
        assert list(y) == list(expected)


def test_other_knobs_move_the_curves(tour):
    put(tour, **START)
    before = curve(tour, "v2", "macs")
    put(tour, resolution=128)
    after = curve(tour, "v2", "macs")
    assert (after[1] < before[1]).all()
    assert (after[0] == before[0]).all()


def test_the_mark_stands_at_the_design(tour):
    put(tour, **START | {"alpha": 0.35, "resolution": 96})
    price = cost(Design("v2", 0.35, resolution=96))
    marks = {name: mark.get_data() for name, mark in panels(tour).marks.items()}
    assert marks["macs"] == ([0.35], [price.macs / 1e6])
    assert marks["params"] == ([0.35], [price.params / 1e6])
    assert marks["top1"] == ([0.35], [45.5])


@pytest.mark.parametrize("change", [{"resolution": 256}, {"expansion": 5}, {"alpha": 0.9}])
def test_nothing_is_drawn_where_nothing_was_published(tour, change):
    put(tour, **START | change)
    assert panels(tour).marks["top1"].get_xdata() == []
    assert panels(tour).note.get_text() == "nothing published for this design"
    assert "no accuracy published" in repr(tour)
    if "alpha" not in change:
        assert len(curve(tour, "v2", "top1")[0]) == 0


def test_published_points_are_the_checkpoints_of_the_two_fixed_knobs(tour):
    put(tour, **START | {"resolution": 128})
    rows = published.accuracy().query(
        "family == 'v2' and resolution == 128 and series == 'checkpoint'"
    )
    assert curve(tour, "v2", "top1").T.tolist() == rows[["alpha", "top1"]].values.tolist()


def test_v1_has_no_expansion(tour):
    put(tour, **START | {"family": "v1"})
    assert tour.controls["expansion"].disabled
    assert tour.design == Design("v1")
    put(tour, family="v2")
    assert not tour.controls["expansion"].disabled


def test_picture_words_and_alt_text_follow_a_knob(tour):
    put(tour, **START)
    pictures = [shown(figure) for figure in tour.figures]
    words = tour.words.value
    put(tour, alpha=0.5)
    for figure, (pixels, alt) in zip(tour.figures, pictures, strict=True):
        now, words_now = shown(figure)
        assert now.shape == pixels.shape
        assert (now != pixels).any()
        assert alt != words_now
        assert "MobileNet v2, α 0.5, 224 px, t 6" in words_now
    assert tour.words.value != words
    assert "MobileNet v2, α 0.5, 224 px, t 6: 97.1 M MACs, 1.99 M parameters" in tour.words.value


def test_live_picture_equals_the_picture_drawn_anew(tour):
    put(tour, **START)
    put(tour, alpha=0.6, along="resolution", family="v1")
    for figure in tour.figures:
        live, _ = shown(figure)
        whole = np.asarray(Image.open(io.BytesIO(figure.picture.png(scale=1))).convert("RGB"))
        assert live.shape == whole.shape
        assert np.abs(live.astype(int) - whole).mean() < 0.5  # of 255; text may shift by a hair


def test_a_tour_displays_as_widget_still_and_exact_words():
    explorer = Tour(family="v1", alpha=0.75, resolution=160)
    bundle, _ = explorer._repr_mimebundle_()
    view = bundle["application/vnd.jupyter.widget-view+json"]
    assert view["model_id"] == explorer.widget.model_id
    assert Image.open(io.BytesIO(base64.b64decode(bundle["image/png"]))).width > 800
    price = cost(explorer.design)
    assert f"{price.macs:,} MACs, {price.params:,} parameters" in bundle["text/plain"]


def test_an_error_in_a_callback_reaches_the_caller(tour, monkeypatch):
    put(tour, **START)
    monkeypatch.setattr("mobilenet_lab.explorers.sweep", lambda *a, **k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        put(tour, alpha=0.8)


def test_every_position_of_the_knobs_is_a_design():
    for family in ("v1", "v2"):
        for alpha in KNOBS["alpha"].values:
            for resolution in KNOBS["resolution"].values:
                assert describe(Design(family, alpha, resolution=resolution))
    assert KNOBS["alpha"].values[0] == 0.1
    assert {0.25, 0.35, 0.5, 0.75, 1.0, 1.3, 1.4} <= set(KNOBS["alpha"].values)
    assert {96, 128, 160, 192, 224} <= set(KNOBS["resolution"].values)
    assert KNOBS["expansion"].values == list(range(1, 11))


def test_curves_stay_inside_the_panels(tour):
    for family in ("v1", "v2"):
        frame = sweep(
            family,
            alpha=[KNOBS["alpha"].low, KNOBS["alpha"].high],
            resolution=[KNOBS["resolution"].low, KNOBS["resolution"].high],
            expansion=[1, 10] if family == "v2" else None,
        )
        for name in ("macs", "params"):
            low, high = panels(tour).panels[name].get_ylim()
            assert low < frame[name].min() / 1e6
            assert frame[name].max() / 1e6 < high


def test_strip_shares_add_up_and_boxes_are_to_scale(tour):
    put(tour, **START)
    slots = [slot for slot in tour.figures[1].picture.slots if slot.box.get_visible()]
    assert len(slots) == 11
    heights = [slot.box.get_height() for slot in slots]
    assert heights[0] / heights[1] == pytest.approx(2)
    widths = [slot.box.get_width() for slot in slots]
    assert widths[9] / widths[0] == pytest.approx((1280 / 3) ** 0.5)
    bars = [slot.bar.get_height() for slot in slots]
    assert sum(bars) == pytest.approx(slots[0].BARS)
    put(tour, family="v1")
    assert sum(slot.box.get_visible() for slot in tour.figures[1].picture.slots) == 7


def test_width_and_resolution_marks_computed_and_published():
    explorer = WidthAndResolution()
    put(explorer, alpha=0.5, resolution=192)
    picture = explorer.figures[0].picture
    macs = cost(Design("v1", 0.5, resolution=192)).macs / 1e6
    assert picture.chosen.get_data() == ([0.5], [macs])
    assert list(picture.known.get_data()[1]) == [61.7]
    put(explorer, alpha=0.55)
    assert len(picture.known.get_data()[0]) == 0
    assert "none published" in picture.words
