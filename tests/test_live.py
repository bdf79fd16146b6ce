"""Live figures: what they draw, how often, and what many changes leave behind."""

import io
import json
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from contenders import Panels
from PIL import Image

from mobilenet_lab.live import LiveFigure


@pytest.fixture
def figure():
    return LiveFigure(Panels())


def pixels(figure):
    return np.asarray(Image.open(io.BytesIO(figure.frame())).convert("RGB"))


def attributes(figure):
    """The attributes of the image in the widget."""
    found = {}
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, pairs: found.update(pairs)
    parser.feed(figure.widget.value)
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
    figure.widget.value = figure._tag(figure.frame())
    assert attributes(figure)["alt"] == 'less than <5 %> & "more"'
    assert (attributes(figure)["width"], attributes(figure)["height"]) == ("864", "288")


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
