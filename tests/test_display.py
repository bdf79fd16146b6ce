"""What a cell with an explorer displays: a note, a still picture and widgets; or all in one."""

import sys

import pytest
from IPython.core.formatters import DisplayFormatter

from mobilenet_lab.explorers import Drawing, still
from mobilenet_lab.explorers.browser import FRAME


@pytest.fixture(scope="module")
def explorer():
    return Drawing("v1")


@pytest.fixture
def displayed(monkeypatch):
    """What has been displayed: pairs of data and metadata."""
    shown = []

    def display(data, raw, metadata=None):
        assert raw
        shown.append((data, metadata))

    monkeypatch.setattr(still, "display", display)
    return shown


def test_a_note_the_picture_with_its_words_and_the_widgets(explorer, displayed):
    bundle, facts = explorer._repr_mimebundle_()
    assert DisplayFormatter().format(explorer) == ({}, {})  # nothing but what it displays itself
    (note, _), (picture, words), (view, _) = displayed
    assert still.NOTE in note["text/html"] and still.NOTE in note["text/latex"]
    assert picture == {kind: bundle[kind] for kind in ("text/plain", "image/png")}
    assert words == facts and words["image/png"]["alt"]
    assert view == {still.VIEW: bundle[still.VIEW]}


def test_the_note_is_no_output_of_a_terminal(explorer, displayed):
    DisplayFormatter().format(explorer)
    assert [data.get("text/plain") for data, _ in displayed] == [None, repr(explorer), None]


@pytest.mark.parametrize(
    ("name", "value"), [("VSCODE_PID", "1"), ("SERVER_SOFTWARE", "voila/0.5.13"), (None, None)]
)
def test_one_output_where_the_style_would_not_be_understood(
    name, value, explorer, displayed, monkeypatch
):
    if name:
        monkeypatch.setenv(name, value)
    else:
        monkeypatch.setitem(sys.modules, "google.colab", sys)
    assert DisplayFormatter().format(explorer) == explorer._repr_mimebundle_()
    assert not displayed


@pytest.mark.parametrize("understood", [True, False])
def test_its_pictures_are_drawn_once(understood, explorer, displayed, monkeypatch):
    drawn, png = [], type(explorer).png
    monkeypatch.setattr(still, "understood", lambda: understood)
    monkeypatch.setattr(type(explorer), "png", lambda self: drawn.append(self) or png(self))
    DisplayFormatter().format(explorer)
    assert drawn == [explorer]


def test_the_style_names_the_frame_and_holds_no_remarks():
    assert f".{FRAME}:not(" in still.STYLE
    assert "/*" not in still.STYLE and "\n" not in still.STYLE
    assert still.STYLE.count("{") == still.STYLE.count("}") == 1
