"""Pictures: how they write counts, what a notebook keeps of them, and what lies under a veil."""

import pytest
from IPython.core.formatters import DisplayFormatter

from mobilenet_lab import Design, cost, published
from mobilenet_lab.costs.curves import curves
from mobilenet_lab.costs.frames import price
from mobilenet_lab.plots import Plane, Sweep
from mobilenet_lab.plots.picture import Picture
from mobilenet_lab.plots.style import millions, references
from mobilenet_lab.plots.sweep import View


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (568_740_352, "569 M"),
        (30_900_000, "30.9 M"),
        (4_253_864, "4.25 M"),
        (12_000, "0.01 M"),
        (10_000, "0.01 M"),
        (0, "0.00 M"),
        (9_640, "0.0096 M"),
        (1_000, "0.001 M"),
        (272, "0.00027 M"),
        (1, "0.000001 M"),
        (0.5, "0.0000005 M"),
    ],
)
def test_a_small_count_does_not_read_0(count, words):
    assert millions(count) == words


def test_a_small_limit_is_said():
    assert references(None, {"macs": 1000.0, "params": None}) == " Limit: 0.001 M MACs."


def test_a_notebook_keeps_size_and_alternative_text_of_a_picture():
    picture = Plane(price(published.accuracy().query("family == 'v1' and resolution == 224")))
    data, facts = DisplayFormatter().format(picture)
    assert data["image/png"] and data["text/plain"] == picture.words
    assert facts["image/png"] == {"width": 660, "height": 408, "alt": picture.words}
    assert "published networks" in facts["image/png"]["alt"]
    assert Picture(100, 50)._repr_png_()[1] == {"width": 112, "height": 62, "alt": ""}


@pytest.fixture
def sweep():
    """The three panels, and what they show of v2 along its width."""
    design = Design("v2")
    fixed = curves("alpha", resolution=224, expansion=6)
    return Sweep(), View(design, "alpha", fixed, [], cost(design), None)


def test_every_sentence_begins_with_a_capital(sweep):
    picture, view = sweep
    picture.show(view)
    assert ". Parameters of v2: 1.37 M to 6.91 M." in picture.words
    assert all(sentence[0].isupper() for sentence in picture.words.split(". "))


@pytest.mark.parametrize(
    ("limit", "line", "veil"),
    [(200, True, 200), (0.001, False, 0.7), (1e-300, False, 0.7), (9999, False, None)],
)
def test_a_limit_below_the_axis_has_no_line_and_dims_all(sweep, limit, line, veil):
    picture, view = sweep
    picture.show(view, budget={"macs": limit * 1e6})
    assert picture.veils["macs"].line.get_visible() == line
    shade = picture.veils["macs"].shade
    assert shade.get_visible() == (veil is not None)
    if veil is not None:
        low, high = picture.panels["macs"].get_ylim()
        assert shade.get_y() == veil >= low
        assert shade.get_y() + shade.get_height() == pytest.approx(high)
