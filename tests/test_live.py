"""Live figures: what they draw, how often, and what many changes leave behind."""

import asyncio
import base64
import io
import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import ipywidgets as widgets
import numpy as np
import pytest
from contenders import Panels
from matplotlib.figure import Figure
from matplotlib.font_manager import findfont
from PIL import Image, ImageDraw
from showing import showing, shown_pixels

from mobilenet_lab.explorers import OneLayer, Tour, browser
from mobilenet_lab.explorers.controls import Status
from mobilenet_lab.explorers.live import Ahead, LiveFigure, font, write
from mobilenet_lab.explorers.still import WIDER
from mobilenet_lab.plots.picture import MARGIN
from mobilenet_lab.plots.style import DPI

ROOM = Path(browser.__file__).parent


@pytest.fixture
def figure():
    return LiveFigure(Panels())


def pixels(figure):
    return np.asarray(Image.open(io.BytesIO(figure.frame())).convert("RGB"))


def count_whole_drawings(figure, monkeypatch):
    """A list that gets longer whenever all of the figure is drawn."""
    drawn, canvas = [], figure.picture.figure.canvas
    whole = canvas.draw
    monkeypatch.setattr(canvas, "draw", lambda: drawn.append(1) or whole())
    return drawn


def test_a_frame_keeps_nothing_of_earlier_positions(figure):
    for position in (1, 2, 30):
        figure.show(position)
    anew = LiveFigure(Panels())
    anew.show(30)
    assert (pixels(figure) == pixels(anew)).all()
    figure.show(31)
    assert (pixels(figure) != pixels(anew)).any()


def test_all_is_drawn_once_and_again_only_when_the_layout_changes(figure, monkeypatch):
    drawn = count_whole_drawings(figure, monkeypatch)
    for position in range(5):
        figure.show(position)
    assert len(drawn) == 1
    for axes in figure.picture.figure.axes:
        axes.set_ylim(1, 100)
    figure.picture.layout = "other limits"
    figure.show(5)
    figure.show(6)
    assert len(drawn) == 2
    figure.picture.layout = None
    figure.show(5)
    assert len(drawn) == 3


def test_the_image_says_what_it_shows(figure):
    figure.show(3)
    png, words = showing(figure.widget)
    assert words == "Twelve curves at position 3" and png == figure.frame()
    assert figure.widget.size == (864, 288)
    figure.picture.words = 'less than <5 %> & "more"'
    figure.send()
    assert showing(figure.widget)[1] == 'less than <5 %> & "more"'
    figure.clear()
    assert showing(figure.widget) == (b"", "")


@pytest.mark.parametrize("words", ["224 px", "2 blocks\n24 · α", "ρ", "a\n\n0.97 M", ""])
@pytest.mark.parametrize(
    ("across", "down"), [("left", "top"), ("center", "bottom"), ("right", "center")]
)
def test_words_stand_where_pillow_writes_them(words, across, down):
    figure, image = Figure(figsize=(2, 1), dpi=DPI), Image.new("RGB", (192, 96), "white")
    text = figure.text(0.5, 0.4, words, ha=across, va=down, size=9, color="#0072b2")
    plain = image.copy()
    face = font(findfont(text.get_fontproperties()), 9 * DPI / 72)
    anchor = {"left": "l", "center": "m", "right": "r"}[across]
    anchor += {"top": "a", "center": "m", "bottom": "d"}[down]
    place = tuple(map(round, (0.5 * 192, 96 - 0.4 * 96)))
    ImageDraw.Draw(plain).text(place, words, "#0072b2", face, anchor, align=across)
    for _ in range(2):  # drawn anew, and from what is kept
        again = image.copy()
        write(again, text)
        assert again.tobytes() == plain.tobytes()
    assert (again.tobytes() != image.tobytes()) == bool(words)


def test_a_click_is_told_to_python(figure):
    places = []
    figure.on_click(lambda x, y: places.append((x, y)))
    figure.widget._handle_custom_msg({"click": [0.25, 0.5]}, [])
    assert places == [(0.25, 0.5)] and figure.widget.clickable


def test_no_javascript_stands_in_python():
    for path in ROOM.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"onload|addEventListener|document\.|querySelector", text), path.name
    used = {"ahead.js", "finish.js", "output.js", "still.css", "upload.js"}
    assert {path.name for path in (ROOM / "static").iterdir()} == used


def test_a_still_picture_is_as_wide_as_a_live_one():
    explorer = OneLayer()
    _, facts = explorer._repr_mimebundle_()
    (width, _), png = explorer.figures[0].picture.size, explorer.png()
    assert explorer.figures[0].widget.widest == round(WIDER * width)
    assert facts["image/png"]["width"] == round(WIDER * (width + 2 * MARGIN))
    assert 'width:${model.get("widest")}px' in (ROOM / "static/output.js").read_text(
        encoding="utf-8"
    )
    assert facts["image/png"]["width"] <= Image.open(io.BytesIO(png)).width, "sharp"


def test_a_picture_that_is_shown_large_is_drawn_sharper():
    explorer = OneLayer()
    (figure,) = explorer.figures
    before, words = shown_pixels(figure.widget)
    figure.widget._handle_custom_msg({"wide": True}, [])
    after, same = shown_pixels(figure.widget)
    assert after.shape == (*(round(WIDER * side) for side in before.shape[:2]), 3) and same == words
    whole = Image.open(io.BytesIO(figure.picture.png())).convert("RGB")
    assert (np.abs(after.astype(int) - np.asarray(whole)).max(axis=-1) > 48).mean() < 0.02
    explorer.controls["channels"].value = 64
    assert shown_pixels(figure.widget)[0].shape == after.shape
    put = figure.shown
    figure.widget._handle_custom_msg({"wide": True}, [])
    assert figure.shown is put, "nothing is drawn again"


def test_sliders_take_what_their_row_leaves():
    for dial in OneLayer().dials.values():
        assert dial.widget.layout.flex.startswith("1 1 ")
        assert dial.slider.layout.width == "auto" and dial.slider.layout.flex.startswith("1 1 ")


# What is sent ahead of a slider


@pytest.fixture
def slider():
    return widgets.IntSlider()


@pytest.fixture
def told(monkeypatch):
    """What the browser is told: pairs of a kind and its facts."""
    messages = []

    def tell(self, kind, buffers=(), **facts):
        messages.append((kind, facts | {"buffers": list(buffers)}))

    monkeypatch.setattr(browser.Follower, "tell", tell)
    return messages


@pytest.fixture
def ahead(figure):
    return Ahead(Status(), [figure])


def test_what_is_sent_ahead_names_slider_and_position(slider, ahead, figure, told):
    ahead.begin(slider)
    figure.picture.show(7)
    ahead.send(7, "seven", [figure.shot()])
    ((kind, facts),) = told
    assert (kind, facts["at"], facts["epoch"], facts["words"]) == ("keep", 7, ahead.epoch, "seven")
    assert facts["id"] == slider.model_id
    assert facts["alts"] == ["Twelve curves at position 7"]
    assert facts["buffers"] == [figure.frame()]
    status, picture = ahead.widget.outputs
    assert picture == figure.widget.model_id != status


def draws(ahead, slider, *changes, pause=0.0):
    """What was drawn ahead after changes, each followed (True) by another control's or not."""
    drawn = []

    async def happen():
        for index, other in enumerate(changes):
            ahead.begin(slider)
            ahead.later(slider, {at: drawing(drawn, index, at) for at in (1, 2)})
            if other:
                ahead.begin()
            await asyncio.sleep(pause * ahead.REST)
        await asyncio.sleep(4 * ahead.REST)

    asyncio.run(happen())
    return drawn


def drawing(drawn, index, at):
    return lambda: drawn.append(index) or (f"position {at}", [])


def test_only_the_last_change_is_drawn_ahead_and_only_at_rest(slider, ahead, told):
    assert draws(ahead, slider, False, False, False) == [2, 2]
    ahead.begin()
    assert draws(ahead, slider, False, False, False, pause=0.6) == [2, 2]
    assert draws(ahead, slider, False, True) == []
    assert draws(ahead, slider, True, False) == [1, 1]


def test_each_position_is_drawn_once_until_something_else_changes(slider, ahead, told):
    assert draws(ahead, slider, False) == [0, 0]
    assert draws(ahead, slider, False) == []
    ahead.begin(widgets.IntSlider())
    assert [kind for kind, _ in told] == ["keep", "keep", "drop"]
    assert draws(ahead, slider, False) == [0, 0]


def test_a_page_that_is_loaded_again_gets_everything_again(slider, ahead, told):
    draws(ahead, slider, False)
    ahead.widget._handle_custom_msg({"kind": "new"}, [])
    assert draws(ahead, slider, False) == [0, 0]


def test_what_is_kept_is_bounded(slider, ahead, told):
    ahead.begin(slider)
    for position in range(browser.MOST + 10):
        ahead.send(position, "", [])
    assert list(ahead._sent) == list(range(10, browser.MOST + 10))
    text = (ROOM / "static" / "ahead.js").read_text(encoding="utf-8")
    assert f"MOST = {browser.MOST};" in text


def test_a_change_ends_the_drawing_ahead_between_two_positions(slider, ahead, told):
    drawn = []

    def draw():
        drawn.append(1)
        ahead.begin()
        return "", []

    async def happen():
        ahead.later(slider, {value: draw for value in (1, 2)})
        await asyncio.sleep(4 * ahead.REST)

    asyncio.run(happen())
    assert drawn == [1]


def test_a_loop_that_ends_early_is_not_waited_for(slider, ahead, told):
    async def ends_early():
        ahead.later(slider, {1: list})

    asyncio.run(ends_early())
    assert draws(ahead, slider, False) == [0, 0]


def test_undo_tells_the_browser_to_show_the_kernels_answer_again(slider, ahead, told):
    ahead.begin(slider)
    epoch = ahead.epoch
    ahead.undo()
    assert [kind for kind, _ in told] == ["undo"] and ahead.epoch > epoch


def test_without_an_event_loop_nothing_is_drawn_ahead(slider, ahead, told):
    ahead.later(slider, {1: lambda: 1 / 0})
    assert told == []


# Where anywidget is not installed


def test_without_anywidget_core_widgets_show_the_same(monkeypatch):
    monkeypatch.setattr(browser, "LIVE", False)
    explorer = Tour()
    explorer.controls["alpha"].value = 0.5
    found = {}
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, pairs: found.update(pairs)
    parser.feed(explorer.figures[0].widget.value)
    assert found["alt"] == explorer.figures[0].picture.words
    png = base64.b64decode(found["src"].partition("base64,")[2])
    assert png == explorer.figures[0].frame()
    assert (found["width"], found["height"]) == ("840", "288")
    parser.feed(explorer.status.widget.value)
    assert found["role"] == "status" and "α 0.5, 224 px" in explorer.status.widget.value
    explorer.controls["alpha"].value = 99
    assert "99 is out of range here" in explorer.message.widget.value
    assert not any(type(one).__module__.startswith("anywidget") for one in tree(explorer.widget))


def tree(widget):
    """A widget and all inside it."""
    yield widget
    for child in getattr(widget, "children", ()):
        yield from tree(child)


@pytest.mark.slow
def test_two_thousand_changes_leave_nothing_behind():
    """In a process of its own, whose memory nothing else uses."""
    code = "import json, endurance; print(json.dumps(endurance.growth()))"
    command = [sys.executable, "-c", code]
    folder = Path(__file__).parent
    done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    grown, added = json.loads(done.stdout)
    assert grown < 5e6
    assert max(added.values()) <= 0, added
