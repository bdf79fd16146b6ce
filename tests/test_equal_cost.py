"""The heat map of MACs: its lines run where the MACs are what they say."""

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.text import Annotation

from mobilenet_lab import Design, cost, price, published, sweep
from mobilenet_lab.plots import EqualCost
from mobilenet_lab.plots.style import family_color

ALPHAS, SIZES = np.linspace(0.25, 1, 31), [128, 160, 192, 224]

PAIRS = {  # each about as dear: α and px
    "50 M": [(0.25, 224), (0.5, 128)],
    "100 M": [(0.5, 192), (0.75, 128)],
    "200 M": [(1.0, 128), (0.75, 160)],
}


@pytest.fixture(scope="module")
def points():
    rows = published.accuracy().query(
        "family == 'v1' and series == 'checkpoint' and number_format == 'float32'"
    )
    return price(rows)


@pytest.fixture(scope="module")
def picture(points):
    return EqualCost(sweep("v1", ALPHAS, resolution=SIZES), points)


def texts(picture):
    return [text for text in picture.axes.texts if text.get_text()]


def named(picture):
    """The lines by their names: MACs and the points that the line runs through."""
    (lines,) = [one for one in picture.axes.collections if hasattr(one, "levels")]
    return dict(zip(picture.lines, (path.vertices for path in lines.get_paths()), strict=True))


def test_lines_double_and_run_where_the_networks_have_those_macs(picture):
    assert picture.lines == [25e6, 50e6, 100e6, 200e6, 400e6]
    for macs, points in named(picture).items():
        on_a_row = [point for point in points if point[1] in SIZES]
        assert on_a_row
        for alpha, size in on_a_row:
            assert cost(Design("v1", alpha, resolution=int(size))).macs == pytest.approx(
                macs, rel=0.03
            )
    labels = {text.get_text() for text in texts(picture)}
    assert {"25 M", "50 M", "100 M", "200 M", "400 M"} <= labels


def test_between_the_sizes_lines_follow_the_area(picture):
    """At 176 px, which no row of the grid has, v1's MACs lie on the line to 2 %."""
    points = named(picture)[200e6]
    alpha = np.interp(176, *points[np.argsort(points[:, 1])].T[::-1])
    macs = [cost(Design("v1", alpha, resolution=size)).macs / size**2 for size in (160, 192)]
    assert np.mean(macs) * 176**2 == pytest.approx(200e6, rel=0.02)


def test_each_published_network_is_a_dot_with_its_accuracy(picture, points):
    (dots,) = picture.axes.lines
    assert dots.get_xydata().tolist() == points[["alpha", "resolution"]].values.tolist()
    notes = {
        text.xy: text.get_text() for text in picture.axes.texts if isinstance(text, Annotation)
    }
    assert notes == {(row.alpha, row.resolution): f"{row.top1:.1f}" for row in points.itertuples()}
    assert picture.words.endswith("Dots: 16 published networks, top-1 41.5 to 70.9 %.")


def test_along_a_line_accuracy_changes_little_but_for_the_thinnest(points):
    """What notebook 03 says of the pairs near the lines."""
    found = {(row.alpha, row.resolution): (row.macs, row.top1) for row in points.itertuples()}
    near = {name: [found[pair] for pair in pairs] for name, pairs in PAIRS.items()}
    said = {name: [(round(macs / 1e6), top1) for macs, top1 in pair] for name, pair in near.items()}
    assert said == {
        "50 M": [(41, 49.8), (49, 56.3)],
        "100 M": [(110, 61.7), (107, 62.1)],
        "200 M": [(186, 65.2), (166, 65.3)],
    }


def test_no_label_hides_another(picture):
    renderer = picture.figure.canvas.get_renderer()
    boxes = [(text.get_text(), text.get_window_extent(renderer)) for text in texts(picture)]
    for at, (name, box) in enumerate(boxes):
        for other, there in boxes[:at]:
            assert not box.overlaps(there), f"{name} on {other}"


@pytest.mark.parametrize("family", ["v1", "v2"])
def test_dearer_is_darker_in_the_colour_of_the_family(family):
    picture = EqualCost(sweep(family, [0.5, 0.75, 1.0], resolution=SIZES))
    mesh = picture.axes.collections[0]
    values = np.asarray(mesh.get_array())
    assert values[-1, -1] == cost(Design(family)).macs
    painted = mesh.cmap(mesh.norm(values))[..., :3].sum(axis=2)
    assert (np.diff(painted, axis=0) < 0).all() and (np.diff(painted, axis=1) < 0).all()
    assert mesh.cmap(1.0)[:3] == pytest.approx(to_rgb(family_color(family)))
    assert "Dots" not in picture.words


@pytest.mark.parametrize(
    "grid",
    [
        lambda: sweep("v1", [0.5, 1.0], resolution=224),
        lambda: sweep(["v1", "v2"], [0.5, 1.0], resolution=SIZES),
        lambda: sweep("v2", [0.5, 1.0], resolution=SIZES, expansion=[3, 6]),
        lambda: sweep("v1", [0.5, 1.0], resolution=SIZES)[:-1],
    ],
)
def test_a_grid_with_gaps_or_twice_a_network_is_refused(grid, refused):
    refused(lambda: EqualCost(grid()), "grid=", "one family, and each α with each resolution once")
