"""Which network a point of a plot is: by name under the mouse, and by the list in the explorer."""

import io

import numpy as np
import pytest
from PIL import Image
from showing import shown_pixels

from mobilenet_lab import Design, cost
from mobilenet_lab.explorers import Released, WidthAndResolution
from mobilenet_lab.plots import Families, Plane
from mobilenet_lab.plots.picture import MARGIN
from mobilenet_lab.plots.style import family_color
from mobilenet_lab.published.released import checkpoints, phone_times


def colour_at(image, place):
    """The colour in the middle of a place."""
    at = place.x * image.width, place.y * image.height
    return "#{:02X}{:02X}{:02X}".format(*image.getpixel(tuple(map(int, at))))


def test_every_point_is_named_where_it_is_drawn():
    picture = Released().figures[0].picture
    points = checkpoints()
    image = Image.open(io.BytesIO(picture.png(scale=1))).convert("RGB")
    assert len(picture.places) == 2 * len(points)
    for place, row in zip(picture.places, [*points.itertuples()] * 2, strict=True):
        design, counts = place.name.split("\n")
        assert design == f"{row.family}, α {row.alpha:g}, {row.resolution} px"
        assert counts.endswith(f"published top-1 (%) {row.top1:.1f}")
        top = colour_at(image, place)  # later points may lie on it, v2's on v1's
        assert top in {family_color(row.family), family_color("v2")}, place
    priced = cost(Design("v1", 0.25, resolution=128))
    assert f"MACs (millions) {priced.macs / 1e6:.3g}," in picture.places[0].name
    assert f"parameters (millions) {priced.params / 1e6:.3g}," in picture.places[len(points)].name


@pytest.mark.parametrize(
    ("picture", "rows", "value"),
    [
        (lambda: Plane(checkpoints().query("family == 'v2'")), 22, "published top-1 (%) 75.0"),
        (lambda: Families(phone_times(), ["macs"], "pixel1_ms"), 23, "Pixel 1 time (ms) 138"),
        (lambda: WidthAndResolution().figures[0].picture, 16, "published top-1 (%) 70.9"),
    ],
)
def test_other_planes_name_their_points_too(picture, rows, value):
    places = picture().places
    assert len(places) == rows and any(place.name.endswith(value) for place in places)
    assert all(0 < side < 1 for place in places for side in place[:2])


def test_a_network_that_is_chosen_has_a_ring_and_is_said():
    explorer = Released()
    (figure,) = explorer.figures
    before, words = shown_pixels(figure.widget)
    assert "38 networks" in explorer.status.text and explorer.design is None
    assert len(explorer.numbers()) == 38
    names = [name for name, _ in explorer.controls["network"].options]
    explorer.controls["network"].value = names.index("v2, α 0.35, 224 px, t 6") - 1
    assert explorer.design == Design("v2", 0.35)
    after, ringed = shown_pixels(figure.widget)
    assert ringed == f"{words} Ringed: v2, α 0.35, 224 px."
    rows, columns = np.nonzero((before != after).any(axis=-1))
    places = [one for one in figure.picture.places if one.name.startswith("v2, α 0.35, 224 px\n")]
    for place in places:
        near = np.hypot(columns - place.x * before.shape[1], rows - place.y * before.shape[0])
        assert near.min() < 12
    assert "top-1 60.3 %" in explorer.status.text and "59,285,808 MACs" in repr(explorer)
    assert explorer.numbers().macs.tolist() == [cost(explorer.design).macs]
    explorer.reset()
    assert np.array_equal(shown_pixels(figure.widget)[0], before)


def test_names_go_to_the_browser_with_the_picture():
    explorer = WidthAndResolution()
    (figure,) = explorer.figures
    assert figure.widget.shown["places"] == figure.picture.places
    assert figure.shown.places == figure.picture.places


def test_a_picture_in_a_notebook_is_a_card():
    picture = Plane(checkpoints().query("family == 'v1'"))
    png, facts = picture._repr_png_()
    shown = np.asarray(Image.open(io.BytesIO(png)).convert("RGBA")).astype(int)
    whole = np.asarray(Image.open(io.BytesIO(picture.png())).convert("RGB")).astype(int)
    edge = round(MARGIN * picture.STILL)
    assert [shown[row, column, 3] for row in (0, -1) for column in (0, -1)] == [0] * 4
    inside = shown[edge:-edge, edge:-edge]
    assert (inside[:, :, 3] == 255).all() and inside.shape[:2] == whole.shape[:2]
    assert np.abs(inside[:, :, :3] - whole).max() < 40
    assert (shown[:edge, 20:-20] == 255).all()
    assert facts["width"] == picture.size[0] + 2 * MARGIN
