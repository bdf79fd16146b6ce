"""Explorers: set a knob in code, look at what the picture holds and at what is said in words."""

import base64
import io
import re
import threading

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text
from PIL import Image
from showing import showing, shown_pixels

from mobilenet_lab import Design, cost, published, sweep
from mobilenet_lab.costs.limits import LIMITS
from mobilenet_lab.explorers import (
    Convolution,
    Drawing,
    LayerByLayer,
    OneLayer,
    Reconciliation,
    ReluManifold,
    Tour,
    WidthAndResolution,
)
from mobilenet_lab.explorers.controls import TIP
from mobilenet_lab.explorers.words import describe
from mobilenet_lab.networks.families import FAMILIES, knobs
from mobilenet_lab.plots.diagram import columns


@pytest.fixture(scope="module")
def tour():
    return Tour()


def panels(tour):
    return tour.figures[0].picture


def curve(tour, family, name):
    return np.array(panels(tour).curves[family, name].get_data())


def shown(figure):
    """The widget's image as pixels, and its alternative text."""
    return shown_pixels(figure.widget)


def put(explorer, **values):
    """Set each control as a browser does, one after the other."""
    for name, value in values.items():
        explorer.controls[name].value = value


def pin(explorer, *alphas):
    """Pin what is shown, or the designs of some widths."""
    for alpha in alphas or (explorer.controls["alpha"].value,):
        put(explorer, alpha=alpha)
        explorer.parts["pin"].button.click()


def unpin(explorer):
    """The buttons that unpin."""
    return list(explorer.parts["pin"].row.children)


START = {"family": "v2", "along": "alpha", "alpha": 1.0, "resolution": 224, "expansion": 6}


@pytest.mark.usefixtures("unseen")
@pytest.mark.parametrize("family", ["v1", "v2"])
@pytest.mark.parametrize("along", list(knobs()))
@pytest.mark.parametrize("name", ["macs", "params"])
def test_curves_are_the_sweep(tour, family, along, name):
    put(tour, **START | {"along": along, "alpha": 0.75, "resolution": 160, "expansion": 3})
    grid = {"alpha": 0.75, "resolution": 160, "expansion": 3} | {along: knobs()[along].values}
    if family == "v1":
        grid.pop("expansion")
    expected = sweep(family, **grid)[name] / 1e6
    x, y = curve(tour, family, name)
    if along == "expansion" and family == "v1":
        assert set(y) == set(expected)
    else:
        assert list(x) == knobs()[along].values
        assert list(y) == list(expected)


@pytest.mark.usefixtures("unseen")
def test_other_knobs_move_the_curves(tour):
    tour.set(**START)
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


@pytest.mark.usefixtures("unseen")
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
    tour.set(**START)
    pictures = [shown(figure) for figure in tour.figures]
    words = tour.status.text
    put(tour, alpha=0.5)
    for figure, (pixels, alt) in zip(tour.figures, pictures, strict=True):
        now, words_now = shown(figure)
        assert now.shape == pixels.shape
        assert (now != pixels).any()
        assert alt != words_now
        assert "MobileNet v2, α 0.5, 224 px, t 6" in words_now
    assert words.startswith("MobileNet v2, α 1, 224 px, t 6: 301 M MACs, 3.54 M parameters")
    assert tour.status.text == (
        "MobileNet v2, α 0.5, 224 px, t 6: 97.1 M MACs, 1.99 M parameters, "
        "top-1 65.4 % (published checkpoint)"
    )


def test_live_picture_equals_the_picture_drawn_anew(tour):
    tour.set(**START)
    put(tour, alpha=0.6, along="resolution", family="v1")
    for figure in tour.figures:
        texts = [artist for artist in figure.picture.moving if isinstance(artist, Text)]
        blocks = different_pixels(figure, block=10)
        seen = [text for text in texts if text.get_visible()]
        try:
            for text in seen:
                text.set_visible(False)
            without = different_pixels(figure)
        finally:
            for text in seen:
                text.set_visible(True)
        assert without < 0.0005
        assert blocks < 0.005  # letters may stand a pixel aside: another hand writes them


def different_pixels(figure, block=1):
    """The share of pixels, or of square blocks, in which live frame and ordinary drawing differ."""
    live = Image.open(io.BytesIO(figure.frame())).convert("RGB")
    whole = Image.open(io.BytesIO(figure.picture.png(scale=1))).convert("RGB")
    assert live.size == whole.size
    live, whole = (np.asarray(image.reduce(block)).astype(int) for image in (live, whole))
    return (np.abs(live - whole).max(axis=-1) > 48).mean()


def test_a_tour_displays_as_widget_still_and_exact_words():
    explorer = Tour(family="v1", alpha=0.75, resolution=160)
    bundle, _ = explorer._repr_mimebundle_()
    view = bundle["application/vnd.jupyter.widget-view+json"]
    assert view["model_id"] == explorer.widget.model_id
    assert Image.open(io.BytesIO(base64.b64decode(bundle["image/png"]))).width > 800
    price = cost(explorer.design)
    assert f"{price.macs:,} MACs, {price.params:,} parameters" in bundle["text/plain"]


@pytest.mark.usefixtures("unseen")
def test_an_error_in_a_callback_reaches_the_caller(tour, monkeypatch):
    tour.set(**START)
    monkeypatch.setattr("mobilenet_lab.explorers.tour.curves", lambda *a, **k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        put(tour, alpha=0.8)


def test_every_position_of_the_knobs_is_a_design():
    for family in ("v1", "v2"):
        for alpha in knobs()["alpha"].values:
            for resolution in knobs()["resolution"].values:
                assert describe(Design(family, alpha, resolution=resolution))
    assert knobs()["alpha"].values[0] == 0.1
    assert {0.25, 0.35, 0.5, 0.75, 1.0, 1.3, 1.4} <= set(knobs()["alpha"].values)
    assert {96, 128, 160, 192, 224} <= set(knobs()["resolution"].values)
    assert knobs()["expansion"].values == list(range(1, 11))


def test_curves_stay_inside_the_panels(tour):
    for family in ("v1", "v2"):
        frame = sweep(
            family,
            alpha=[knobs()["alpha"].low, knobs()["alpha"].high],
            resolution=[knobs()["resolution"].low, knobs()["resolution"].high],
            expansion=[1, 10] if family == "v2" else None,
        )
        for name in ("macs", "params"):
            low, high = panels(tour).panels[name].get_ylim()
            assert low < frame[name].min() / 1e6
            assert frame[name].max() / 1e6 < high


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
    pin(explorer)
    pinned = cost(Design("v1", 0.55, resolution=192)).macs / 1e6
    put(explorer, alpha=1.0, resolution=224)
    assert picture.pins.rings.get_xydata().tolist() == [[0.55, pinned]]
    assert list(picture.pin_rules.curves.get_xdata())[:2] == [pinned, pinned]
    assert list(picture.rule.get_xdata()) == [cost(Design("v1")).macs / 1e6] * 2


def test_a_number_off_the_panel_is_answered_and_nothing_is_lost(tour):
    tour.set(**START)
    before = [showing(figure.widget) for figure in tour.figures], repr(tour)
    tour.controls["alpha"].value = 7
    assert tour.message.text == "α width: 7 is out of range here; accepted: 0.1 to 1.5."
    assert [showing(figure.widget) for figure in tour.figures] == before[0]
    tour.controls["alpha"].value = 1.0
    assert tour.message.text == ""
    assert repr(tour) == before[1]


def test_box_and_slider_agree(tour):
    tour.set(**START)
    dial = tour.dials["alpha"]
    dial.slider.value = 0.45
    assert dial.box.value == 0.45
    assert tour.design == Design("v2", 0.45)
    dial.box.value = 0.3
    assert dial.slider.value == 0.30000000000000004  # as the browser reckons it


@pytest.mark.usefixtures("unseen")
def test_between_the_positions_curves_are_priced(tour):
    put(tour, **START | {"along": "resolution", "alpha": 0.72})
    expected = sweep("v2", alpha=0.72, resolution=knobs()["resolution"].values)
    assert list(curve(tour, "v2", "macs")[1]) == list(expected.macs / 1e6)


@pytest.mark.parametrize(
    ("make", "name"),
    [
        *((Tour, name) for name in knobs()),
        (WidthAndResolution, "alpha"),
        (lambda: Drawing("v2"), "expansion"),
        (lambda: LayerByLayer("v1"), "resolution"),
        (ReluManifold, "seed"),
        (OneLayer, "kernel"),
        (Convolution, "column"),
    ],
)
def test_what_is_sent_ahead_is_what_the_step_shows(make, name):
    explorer = make()
    dial = explorer.dials[name]
    put(explorer, **{name: dial.knob.values[2]})
    before = [showing(widget) for widget in outputs(explorer)]
    ahead = {value: draw() for value, draw in explorer.beside(name).items()}
    assert [showing(widget) for widget in outputs(explorer)] == before
    values = dial.knob.values
    assert list(ahead)[:3] == [values[2], values[1], values[3]]
    assert sorted(ahead) == values[: 3 + dial.FAR]
    for value, (text, shots) in list(ahead.items())[:4]:
        put(explorer, **{name: value})
        assert explorer.status.text == text
        assert [figure.shot() for figure in explorer.figures] == shots


def outputs(explorer):
    """The widgets that follow a dial: the words and the pictures."""
    return [explorer.status.widget, *(figure.widget for figure in explorer.figures)]


@pytest.mark.samples
@pytest.mark.keras
def test_maps_are_computed_on_the_button_and_stay_until_the_next_time(monkeypatch):
    explorer, design = Tour(alpha=0.35, resolution=96), Design("v2", 0.35, resolution=96)
    explorer.parts["maps"].button.click()
    pixels, alt = shown(explorer.parts["maps"].strip)
    assert alt.startswith(f"A picture through {design}")
    assert pixels.std() > 20
    assert explorer.parts["maps"].words.text.startswith(f"Maps of {design};")
    monkeypatch.setattr("mobilenet_lab.explorers.tour.feature_maps", lambda *a: 1 / 0)
    put(explorer, alpha=0.5)
    assert (shown(explorer.parts["maps"].strip)[0] == pixels).all()
    assert explorer.parts["maps"].words.text.endswith("Press maps for the network above.")
    put(explorer, alpha=0.35)
    assert explorer.parts["maps"].words.text.startswith(f"Maps of {design};")
    assert "Press" not in explorer.parts["maps"].words.text
    explorer.reset()
    assert showing(explorer.parts["maps"].strip.widget) == (b"", "")
    assert explorer.parts["maps"].words.text == ""


def test_what_maps_shows_stands_below_the_buttons_and_pushes_none_away(tour):
    rows = list(tour.widget.children)
    buttons = next(
        at
        for at, row in enumerate(rows)
        if tour.parts["maps"].button in getattr(row, "children", ())
    )
    drawing = rows.index(tour.figures[1].widget)
    assert drawing < buttons < rows.index(tour.parts["maps"].strip.widget)


def test_maps_without_their_extras_are_one_sentence(monkeypatch):
    explorer = Tour(alpha=0.35, resolution=96)

    def missing(*_):
        raise ModuleNotFoundError(
            'building a model needs Keras: pip install "mobilenet-lab[keras]"'
        )

    monkeypatch.setattr("mobilenet_lab.models.weights.load", missing)
    explorer.parts["maps"].button.click()
    assert explorer.parts["maps"].words.text.startswith("building a model needs Keras")
    assert explorer.parts["maps"].strip.widget.shown == {}


@pytest.mark.usefixtures("unseen")
def test_a_whole_number_may_be_written_as_1_0_and_others_are_answered(tour):
    put(tour, **START | {"expansion": 1.0})
    assert tour.design == Design("v2", expansion=1)
    put(tour, expansion=2.5)
    message = "t expansion: 2.5 is not a whole number; accepted: 1 to 10."
    assert tour.message.text == message and tour.design == Design("v2", expansion=1)
    put(tour, expansion=2)
    assert tour.message.text == "" and tour.design == Design("v2", expansion=2)


def test_a_pinned_design_is_drawn_along_every_knob(tour):
    put(tour, **START | {"alpha": 0.5})
    pin(tour)
    for along, at in {"resolution": 224, "expansion": 6, "alpha": 0.5}.items():
        put(tour, along=along)
        rings = panels(tour).pins["macs"].rings
        assert rings.get_xydata().tolist() == [[at, cost(Design("v2", 0.5)).macs / 1e6]]
    tour.reset()


def test_numbers_have_gaps_where_nothing_was_published(tour):
    put(tour, **START | {"resolution": 288})
    assert tour.numbers().published_top1.isna().all()
    tour.parts["numbers"].box.value = True
    assert (
        "None" not in tour.parts["numbers"].table.value
        and "nan" not in tour.parts["numbers"].table.value.lower()
    )
    tour.reset()
    assert not tour.parts["numbers"].box.value


def test_what_is_typed_over_the_code_gives_way(tour):
    tour.set(**START)
    tour.parts["code"].box.value = "Design('v1')"
    assert eval(tour.parts["code"].box.value, {"Design": Design}) == tour.design == Design("v2")


def test_nothing_is_sent_ahead_beyond_the_ends(tour):
    put(tour, **START | {"alpha": knobs()["alpha"].low, "expansion": knobs()["expansion"].high})
    assert list(tour.beside("alpha")) == knobs()["alpha"].values
    assert list(tour.beside("expansion")) == knobs()["expansion"].values[::-1]


def test_between_the_positions_the_box_is_exact_and_the_slider_near(tour):
    put(tour, **START | {"alpha": 0.92})
    dial = tour.dials["alpha"]
    assert (dial.box.value, dial.slider.value) == (0.92, 0.9)
    assert list(tour.beside("alpha"))[:4] == [0.85, 0.95, 0.8, 1.0]
    assert 0.9 not in tour.beside("alpha"), "the slider is there already"
    put(tour, resolution=225)
    assert tour.dials["resolution"].slider.value == 224
    assert tour.design == Design("v2", 0.92, resolution=225)


def test_what_cannot_be_is_not_the_state_and_takes_back_what_was_shown_ahead(tour, monkeypatch):
    tour.set(**START)
    told = []
    monkeypatch.setattr(
        type(tour.ahead.widget), "tell", lambda self, kind, *rest, **facts: told.append(kind)
    )
    before = [showing(widget) for widget in outputs(tour)]
    put(tour, resolution=9999)
    assert tour.design == Design("v2")
    assert [showing(widget) for widget in outputs(tour)] == before and told == ["undo"]
    put(tour, alpha=0.9)
    assert tour.design == Design("v2") and told == ["undo", "undo"]
    put(tour, resolution=224)
    assert tour.design == Design("v2", 0.9) and told == ["undo", "undo"]


def test_what_was_sent_ahead_stays_true_until_something_else_changes(tour, monkeypatch):
    tour.set(**START)
    told = []
    monkeypatch.setattr(
        type(tour.ahead.widget), "tell", lambda self, kind, *rest, **facts: told.append(kind)
    )
    put(tour, alpha=0.95)
    epoch = tour.ahead.epoch
    tour.ahead.send(0.9, *tour.beside("alpha")[0.9]())
    put(tour, alpha=0.9)
    assert tour.ahead.epoch == epoch and told == ["keep"]
    put(tour, alpha=0.92)  # between the positions, where the slider stands at one of them
    assert tour.ahead.epoch > epoch and told == ["keep", "drop"]
    for change in ({"expansion": 5}, {"alpha": 0.5}, {"family": "v1"}):
        epoch = tour.ahead.epoch
        put(tour, **change)
        assert tour.ahead.epoch > epoch
    tour.reset()


def test_pin_keeps_a_reference_and_says_the_difference(tour):
    tour.set(**START)
    pin(tour)
    pinned = panels(tour).pins["macs"].curves.get_xydata()
    assert pinned[:-1].tolist() == curve(tour, "v2", "macs").T.tolist()
    put(tour, resolution=160)
    assert np.array_equal(panels(tour).pins["macs"].curves.get_xydata(), pinned, equal_nan=True)
    assert panels(tour).pins["macs"].rings.get_xydata().tolist() == [[1.0, 300.774272]]
    assert tour.status.text.endswith(
        "Against the pinned MobileNet v2, α 1, 224 px, t 6: "
        "Δ MACs −147 M, Δ parameters +0.00 M, Δ top-1 −3.0 points."
    )
    (button,) = unpin(tour)
    assert button.description == "Unpin v2, α 1, 224 px, t 6"
    button.click()
    assert "pinned" not in tour.status.text and unpin(tour) == []
    assert not len(panels(tour).pins["macs"].curves.get_xydata())
    assert not len(panels(tour).pins["macs"].rings.get_xydata())


def test_a_budget_is_a_line_and_dims_what_is_over_it(tour):
    tour.set(**START)
    tour.parts["budget"].boxes["macs"].value = "200"
    picture = panels(tour)
    assert picture.veils["macs"].line.get_ydata() == [200, 200]
    assert picture.veils["macs"].shade.get_y() == 200
    assert not picture.veils["params"].line.get_visible()
    dimmed = set(map(tuple, picture.over.get_xydata().tolist()))
    rows = published.accuracy().query("resolution == 224 and number_format == 'float32'")
    rows = rows[rows.series != "keras"]  # which has no marks in the picture
    expected = {
        (row.alpha, row.top1)
        for row in rows.itertuples()
        if cost(Design(row.family, row.alpha)).macs > 200e6
    }
    assert dimmed == expected
    assert "Over the budget of MACs by 101 M." in tour.status.text
    tour.parts["budget"].boxes["macs"].value = "-5"
    assert tour.message.text.startswith(
        "MACs ≤ (M): '-5' is not possible; accepted: a number above"
    )
    tour.parts["budget"].boxes["macs"].value = ""
    assert tour.message.text == ""
    assert not picture.veils["macs"].line.get_visible()


@pytest.mark.usefixtures("unseen")
@pytest.mark.parametrize(
    "limit", ["nan", "inf", "-inf", "-5", "0", "1e999", "many", "1,2,3", "x" * 99]
)
def test_a_limit_that_is_none_is_answered(tour, limit):
    """0 too: no network has no MACs, and an empty box is how to say that there is no limit."""
    tour.parts["budget"].boxes["macs"].value = limit
    (message,) = tour.message.text.splitlines()
    assert message.startswith(f"MACs ≤ (M): '{limit[:15]}")
    assert message.endswith(
        " is not possible; accepted: a number above 0, or nothing for no limit."
    )
    assert len(message) < 150
    tour.parts["budget"].boxes["macs"].value = " "
    assert tour.message.text == "" and tour.state["budget"]["macs"] is None


@pytest.mark.usefixtures("unseen")
def test_an_empty_box_is_no_budget():
    boxes = Tour().parts["budget"].boxes
    assert {box.value for box in boxes.values()} == {""}
    assert {box.placeholder for box in boxes.values()} == {"no limit"}


@pytest.mark.usefixtures("unseen")
@pytest.mark.parametrize(
    ("typed", "limit"), [("200", 200), (" 0.5 ", 0.5), ("0,5", 0.5), ("1,234", 1234), ("2e2", 200)]
)
def test_a_limit_is_a_number_as_people_write_it(tour, typed, limit):
    tour.parts["budget"].boxes["macs"].value = typed
    assert tour.message.text == "" and tour.state["budget"]["macs"] == limit * 1e6
    tour.reset()


@pytest.mark.usefixtures("unseen")
@pytest.mark.parametrize("name", ["alpha", "resolution", "expansion"])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 12, 1e9, 0])
def test_a_number_that_is_none_is_answered(tour, name, value):
    """12 is what a browser makes of 1,2."""
    tour.set(**START)
    before = tour.status.text
    box = tour.dials[name].box
    start, box.value = box.value, value
    assert f"{knobs()[name].name}: " in tour.message.text and "accepted: " in tour.message.text
    assert tour.status.text == before
    box.value = start
    assert tour.message.text == ""


def test_reset_goes_back_to_the_start():
    explorer = Tour(family="v1", alpha=0.5)
    start = repr(explorer), showing(explorer.figures[0].widget)
    put(explorer, family="v2", along="expansion", alpha=1.2, expansion=3)
    pin(explorer)
    put(explorer, alpha=0.5)
    pin(explorer)
    explorer.parts["budget"].boxes["params"].value = "2"
    explorer.parts["reset"].button.click()
    assert (repr(explorer), showing(explorer.figures[0].widget)) == start


@pytest.mark.usefixtures("unseen")
def test_another_family_leaves_nothing_behind(tour):
    """Where it was chosen and is no longer, the picture is that of a tour which never had it."""
    put(tour, **START)
    for family in ("v3-large", "v2"):
        put(tour, family=family)
    panels = [one.figures[0].picture.panels.values() for one in (tour, Tour())]
    left, right = ([axes.get_position().bounds for axes in own] for own in panels)
    assert left == right


def test_published_points_are_one_choice_away(tour):
    tour.set(**START)
    options = dict(tour.parts["published"].list.options)
    for label, design in options.items():
        if design:
            tour.parts["published"].list.value = design
            assert tour.design == design, label
    # The prompt, and every published network once: of v1, of v2, and two of either v3.
    assert len(options) == 1 + 16 + 22 + 2 * 2
    tour.reset()


def test_code_makes_the_design(tour):
    for family in ("v1", "v2"):
        put(tour, **START | {"family": family, "alpha": 0.35, "resolution": 96})
        assert eval(tour.parts["code"].box.value, {"Design": Design}) == tour.design


def test_files_hold_the_picture_and_the_numbers(tour):
    put(tour, **START | {"along": "expansion"})
    tour.parts["save"].button.click()
    links = dict(
        re.findall(r'download="([^"]+)" href="data:[^,]+,([^"]+)"', tour.parts["save"].files.value)
    )
    files = {name: base64.b64decode(data) for name, data in links.items()}
    assert files["mobilenet.png"].startswith(b"\x89PNG")
    assert b"<svg" in files["mobilenet-1.svg"]
    assert b"<svg" in files["mobilenet-2.svg"]
    assert files["mobilenet-2.pdf"].startswith(b"%PDF")
    frame = pd.read_csv(io.BytesIO(files["mobilenet.csv"]))
    assert len(frame) == 1 + 10
    at_six = frame.query("family == 'v2' and expansion == 6").iloc[0]
    assert (at_six.macs, at_six.params, at_six.published_top1) == (300774272, 3538984, 71.8)
    put(tour, alpha=0.5)
    assert tour.parts["save"].files.value == ""


@pytest.mark.usefixtures("unseen")
def test_numbers_are_a_table_on_demand(tour):
    tour.set(**START)
    assert tour.parts["numbers"].table.value == ""
    tour.parts["numbers"].box.value = True
    assert tour.parts["numbers"].table.value.count("<tr") == 1 + 2 * len(knobs()["alpha"].values)
    assert "300,774,272" in tour.parts["numbers"].table.value
    put(tour, resolution=160)
    assert "154,083,200" in tour.parts["numbers"].table.value
    tour.parts["numbers"].box.value = False
    assert tour.parts["numbers"].table.value == ""


@pytest.mark.usefixtures("unseen")
@pytest.mark.parametrize("family", ["v1", "v2"])
def test_drawing_follows_the_design_and_the_picture(family):
    explorer = Drawing(family)
    assert ("expansion" in explorer.controls) == (family == "v2")
    picture = explorer.figures[0].picture
    for part in FAMILIES[family].drawings.values():
        put(explorer, picture=part, alpha=0.5, resolution=160)
        assert picture.words.startswith(str(explorer.design))
        assert [slot.box.get_visible() for slot in picture.slots].count(True) == len(
            columns(explorer.design, part)
        )
        assert explorer.numbers().macs.sum() == sum(
            one.macs for one in columns(explorer.design, part)
        )
    assert {design.family for _, design in explorer.parts["published"].list.options if design} == {
        family
    }


@pytest.mark.slow
def test_callbacks_in_two_threads_do_not_disturb_each_other():
    """JupyterLab runs them in the kernel's main thread and in a subshell at once."""
    fresh = {alpha: [shown(one)[0] for one in Tour(alpha=alpha).figures] for alpha in (0.5, 0.75)}
    explorer = Tour()
    saving = threading.Thread(
        target=lambda: [explorer.parts["save"].button.click() for _ in range(3)]
    )
    saving.start()
    while saving.is_alive():
        for alpha, expected in fresh.items():
            put(explorer, alpha=alpha)
            for figure, pixels in zip(explorer.figures, expected, strict=True):
                assert (shown(figure)[0] == pixels).all()
    saving.join()


def test_an_expansion_off_the_panel_does_not_hold_up_v1(tour):
    tour.set(**START)
    tour.controls["expansion"].value = 99
    assert "99 is out of range here" in tour.message.text
    put(tour, family="v1")
    assert tour.message.text == ""
    assert tour.status.text.startswith("MobileNet v1")
    put(tour, expansion=6, family="v2")


def test_v1_beside_an_expansion_that_cannot_be(tour):
    put(tour, **START | {"expansion": 6})
    shown_before = curve(tour, "v2", "macs")[1]
    tour.controls["expansion"].value = 2.5
    put(tour, family="v1")
    assert tour.message.text == "" and tour.design == Design("v1", tour.design.alpha)
    assert list(curve(tour, "v2", "macs")[1]) == list(shown_before)
    assert set(tour.numbers().expansion.dropna()) == {6}
    put(tour, family="v2")
    assert "2.5 is not a whole number" in tour.message.text
    assert tour.design.family == "v1", "not the state before"
    put(tour, expansion=6)
    assert tour.design == Design("v2")


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Tour(alpha=7), "α width: 7 is out of range here; accepted: 0.1 to 1.5."),
        (lambda: Tour(alpha="wide"), "α width='wide' is not possible; accepted: 0.1 to 1.5"),
        (lambda: Tour(expansion=2.5), "t expansion: 2.5 is not a whole number; accepted: 1 to 10."),
        (lambda: Tour("v3"), "family='v3' is not possible; accepted: 'v1', 'v2'"),
        (lambda: Tour(along="depth"), "along='depth' is not possible; accepted: 'alpha', 'resol"),
        (lambda: WidthAndResolution(resolution=np.nan), "resolution (px)=nan is not possible"),
        (lambda: Drawing("v3"), "family='v3' is not possible; accepted: 'v1' or 'v2'"),
        (lambda: Drawing("v1", "tail"), "picture='tail' is not possible; accepted: 'macro'"),
        (lambda: Drawing("v1", expansion=3), "expansion=3 is not possible; accepted: None, since"),
        (lambda: LayerByLayer("v1", expansion=3), "expansion=3 is not possible; accepted: None"),
        (
            lambda: OneLayer(kernel=100),
            "D kernel (px): 100 is out of range here; accepted: 1 to 7.",
        ),
        (lambda: ReluManifold(n=50), "n dimensions: 50 is out of range here; accepted: 2 to 30."),
        (lambda: Reconciliation("v1"), "network='v1' is not possible; accepted: MobileNet v1"),
        (lambda: Reconciliation(count="bytes"), "count='bytes' is not possible; accepted: 'oper"),
    ],
)
def test_a_start_that_cannot_be_is_refused_in_one_sentence(make, says):
    with pytest.raises(ValueError) as refused:
        make()
    assert str(refused.value).startswith(says) and "\n" not in str(refused.value)


@pytest.mark.usefixtures("unseen")
def test_knobs_name_the_published_values():
    reported = published.accuracy()
    for name in ("alpha", "resolution"):
        assert set(knobs()[name].published) == set(reported[name])
        assert set(knobs()[name].published) <= set(knobs()[name].values)
    said = "published: 0.25, 0.35, 0.5, 0.75, 1, 1.3, 1.4"
    assert getattr(Tour().dials["alpha"].box, TIP).endswith(said)


def test_words_and_code_name_the_very_design(tour):
    put(tour, **START | {"alpha": 0.9999999})
    assert eval(tour.parts["code"].box.value, {"Design": Design}) == tour.design
    assert "α 0.9999999," in tour.status.text


@pytest.mark.usefixtures("unseen")
def test_only_budgets_that_the_picture_shows_are_offered(tour):
    assert list(tour.parts["budget"].boxes) == list(LIMITS)
    assert list(WidthAndResolution().parts["budget"].boxes) == list(LIMITS)
    assert list(LayerByLayer("v1").parts["budget"].boxes) == ["ram"]
    assert Drawing("v1").parts["budget"].boxes == {}
