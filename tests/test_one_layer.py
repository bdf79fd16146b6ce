"""The explorer of one layer: set a dial in code, look at the picture and at the words."""

import io

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.text import Text
from PIL import Image
from showing import showing

from mobilenet_lab.costs import separable
from mobilenet_lab.explorers.one_layer import OneLayer
from mobilenet_lab.plots.one_layer import COLOR, KNOBS
from mobilenet_lab.plots.style import colors


@pytest.fixture(scope="module")
def explorer():
    return OneLayer()


def put(explorer, **values):
    for name, value in values.items():
        explorer.controls[name].value = value


START = separable.EXAMPLE


@pytest.mark.usefixtures("unseen")
@pytest.mark.parametrize("name", list(KNOBS))
@pytest.mark.parametrize("end", ["low", "high"])
def test_bars_point_and_curve_are_the_counts(explorer, name, end):
    layer = START | {name: getattr(KNOBS[name], end)}
    put(explorer, **layer)
    picture, table = explorer.figures[0].picture, separable.compare(**layer)
    for (count, part), box in picture.boxes.items():
        counts = table[count]
        assert box.get_width() == counts[part] / counts["full"], "a length is what it says"
        assert box.get_x() == 0 == picture.bars[count].get_xlim()[0]
        assert picture.bars[count].get_xscale() == "linear"
    share = separable.share(**layer)
    assert picture.point.get_xydata().tolist() == [[layer["filters"], share]]
    x, y = picture.curve.get_data()
    assert y == pytest.approx([separable.law(layer["kernel"], int(n)) for n in x])
    assert f"{share:.2%} of" in picture.words


@pytest.mark.parametrize("end", ["low", "high"])
def test_extremes_stay_inside_the_axes(explorer, end):
    put(explorer, **{name: getattr(knob, end) for name, knob in KNOBS.items()})
    picture = explorer.figures[0].picture
    for (count, _), box in picture.boxes.items():
        assert 0 < box.get_width() < picture.bars[count].get_xlim()[1]
    (x, y), law = picture.point.get_xydata()[0], picture.law
    assert law.get_xlim()[0] < x < law.get_xlim()[1]
    assert law.get_ylim()[0] < y < law.get_ylim()[1]


def test_grey_marks_stay_at_table_3(explorer):
    put(explorer, **START)
    picture = explorer.figures[0].picture
    rings = {name: axes.lines[0].get_xdata() for name, axes in picture.bars.items()}
    for (count, part), box in picture.boxes.items():
        assert box.get_width() == rings[count][list(COLOR).index(part)]
    put(explorer, filters=8)
    assert all(
        (axes.lines[0].get_xdata() == rings[name]).all() for name, axes in picture.bars.items()
    )


@pytest.mark.usefixtures("unseen")
def test_channels_move_by_powers_of_two_and_others_can_be_typed(explorer):
    put(explorer, **START)
    for name in ("channels", "filters"):
        dial = explorer.dials[name]
        assert KNOBS[name].values == [8, 16, 32, 64, 128, 256, 512, 1024]
        for power in KNOBS[name].values:
            dial.slider.value = power
            assert dial.box.value == explorer.state[name] == power
            assert isinstance(explorer.state[name], int)
        assert dial.beside()[:2] == [512, 256]
        put(explorer, **{name: 100})
        assert explorer.message.text == "" and explorer.state[name] == 100
        assert dial.slider.value == 128 and not dial.is_on_position
        put(explorer, **{name: 2000})
        assert explorer.message.text.endswith("2000 is out of range here; accepted: 8 to 1024.")
        put(explorer, **START)


def test_words_say_the_counts(explorer):
    put(explorer, **START)
    assert repr(explorer) == (
        "3×3, 512 → 512 channels, 14 px: full 462,422,016 MACs; "
        "separable 903,168 + 51,380,224 = 52,283,392, 11.31% of it"
    )
    put(explorer, filters=8)
    assert explorer.status.text.endswith(
        "full 7.23 M MACs; separable 903,168 + 802,816 = 1.71 M, 23.61% of it"
    )
    put(explorer, **START)


def test_a_number_off_the_dial_is_answered_and_nothing_moves(explorer):
    put(explorer, **START)
    before = showing(explorer.figures[0].widget), explorer.status.text
    put(explorer, side=0)
    assert explorer.message.text == "F map (px): 0 is out of range here; accepted: 7 to 112."
    assert (showing(explorer.figures[0].widget), explorer.status.text) == before
    put(explorer, side=14)
    assert explorer.message.text == ""


def test_live_picture_is_the_picture_drawn_anew(explorer):
    put(explorer, kernel=5, channels=64, filters=256, side=28)
    figure = explorer.figures[0]
    texts = [artist for artist in figure.picture.moving if isinstance(artist, Text)]
    try:
        for text in texts:
            text.set_visible(False)
        frames = figure.frame(), figure.picture.png(scale=1)
    finally:
        for text in texts:
            text.set_visible(True)
    live, whole = (
        np.asarray(Image.open(io.BytesIO(frame)).convert("RGB")).astype(int) for frame in frames
    )
    assert (np.abs(live - whole).max(axis=-1) > 48).mean() < 0.0005
    known = {to_rgb(color) for color in colors()}
    greys = {color for color in COLOR.values() if len(set(to_rgb(color))) == 1}
    assert {to_rgb(color) for color in set(COLOR.values()) - greys} <= known


def test_it_displays_as_widget_still_and_words(explorer):
    bundle, _ = explorer._repr_mimebundle_()
    view = bundle["application/vnd.jupyter.widget-view+json"]
    assert view["model_id"] == explorer.widget.model_id
    assert bundle["text/plain"] == repr(explorer)


def test_numbers_are_a_table_and_reset_goes_back():
    explorer = OneLayer(kernel=5)
    start = repr(explorer), showing(explorer.figures[0].widget)
    explorer.parts["numbers"].box.value = True
    counts = separable.compare(**START | {"kernel": 5}).loc["full"]
    assert all(f"{count:,}" in explorer.parts["numbers"].table.value for count in counts)
    put(explorer, kernel=7, side=28)
    assert repr(explorer) != start[0]
    explorer.parts["reset"].button.click()
    assert (repr(explorer), showing(explorer.figures[0].widget)) == start
