"""Live figures: what they draw, how often, and what many changes leave behind."""

import asyncio
import io
import json
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import ipywidgets as widgets
import numpy as np
import pytest
from contenders import Panels
from PIL import Image

from mobilenet_lab.explorers.live import Ahead, LiveFigure


@pytest.fixture
def figure():
    return LiveFigure(Panels())


def pixels(figure):
    return np.asarray(Image.open(io.BytesIO(figure.frame())).convert("RGB"))


def attributes(shown):
    """The attributes of the image in the widget of a figure, or of an `Ahead`."""
    found = {}
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, pairs: found.update(pairs)
    parser.feed(shown.widget.value)
    return found


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
    assert attributes(figure)["alt"] == "Twelve curves at position 3"
    figure.picture.words = 'less than <5 %> & "more"'
    figure.send()
    assert attributes(figure)["alt"] == 'less than <5 %> & "more"'
    assert (attributes(figure)["width"], attributes(figure)["height"]) == ("864", "288")


@pytest.fixture
def slider():
    return widgets.IntSlider()


@pytest.fixture
def ahead():
    return Ahead([widgets.HTML(), widgets.HTML()])


def test_what_is_sent_ahead_names_slider_and_outputs(slider, ahead):
    ahead.send(slider, {0.7: ["<b>&amp;\"'</b>", "two"], 224: ["", ""]})
    sent = json.loads(attributes(ahead)["data-sent"])
    assert sent["positions"] == {"0.7": ["<b>&amp;\"'</b>", "two"], "224": ["", ""]}
    (marked,) = slider._dom_classes
    assert sent["slider"] == f".{marked} [role=slider]"
    assert len(set(sent["outputs"]) | {sent["slider"]}) == 3
    assert ahead.drop() and not ahead.drop()
    assert ahead.widget.value == ""


def draws(ahead, slider, *changes, pause=0.0):
    """What was drawn ahead after changes, each followed (True) by one that drops it or not."""
    drawn = []

    async def happen():
        for index, dropped in enumerate(changes):
            positions = {value: lambda index=index: drawn.append(index) for value in (1, 2)}
            ahead.later(slider, positions)
            if dropped:
                ahead.drop()
            await asyncio.sleep(pause * ahead.REST)
        await asyncio.sleep(4 * ahead.REST)

    asyncio.run(happen())
    return drawn


def test_only_the_last_change_is_drawn_ahead_and_only_at_rest(slider, ahead):
    assert draws(ahead, slider, False, False, False) == [2, 2]
    assert draws(ahead, slider, False, False, False, pause=0.6) == [2, 2]
    assert draws(ahead, slider, False, True) == []
    assert draws(ahead, slider, True, False) == [1, 1]


def test_a_change_ends_the_drawing_ahead_between_two_positions(slider, ahead):
    drawn = []

    async def happen():
        ahead.later(slider, {value: lambda: drawn.append(ahead.drop()) for value in (1, 2)})
        await asyncio.sleep(4 * ahead.REST)

    asyncio.run(happen())
    assert drawn == [False] and ahead.widget.value == ""


def test_a_loop_that_ends_early_is_not_waited_for(slider, ahead):
    async def ends_early():
        ahead.later(slider, {1: list})

    asyncio.run(ends_early())
    assert draws(ahead, slider, False) == [0, 0]


def test_undo_sends_the_outputs_again(ahead):
    before = [output.value for output in ahead.outputs]
    for _ in range(3):
        now = [output.value for output in ahead.outputs]
        ahead.undo()
        assert all(a != b.value for a, b in zip(now, ahead.outputs, strict=True))
        assert [output.value.rstrip() for output in ahead.outputs] == before


def test_without_an_event_loop_nothing_is_drawn_ahead(slider, ahead):
    ahead.later(slider, {1: lambda: 1 / 0})
    assert ahead.widget.value == ""


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
