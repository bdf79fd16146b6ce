"""Pictures that compare: their points are the frame's, their lines the laws, hollow is unfitted."""

import itertools

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb

from mobilenet_lab import Design, log_law, price, published, sweep
from mobilenet_lab.costs.conventions import PARTS
from mobilenet_lab.networks.families import FAMILIES
from mobilenet_lab.plots import Families, Growth, Plane
from mobilenet_lab.plots.style import PART, family_color
from mobilenet_lab.published.known import QUOTED
from mobilenet_lab.published.released import checkpoints
from mobilenet_lab.published.reproduce import cells, quoted


@pytest.fixture(scope="module")
def points():
    rows = published.accuracy().query("series == 'checkpoint' and number_format == 'float32'")
    rows = price(rows).assign(error=lambda frame: 100 - frame.top1)
    return rows.assign(log_error=np.log2(rows.error))


def shown(axes, family, hollow):
    """The points of a family on a panel, as pairs."""
    lines = [
        line
        for line in axes.lines
        if line.get_marker() != "None" and to_rgb(line.get_color()) == to_rgb(family_color(family))
    ]
    (line,) = [line for line in lines if (line.get_markerfacecolor() == "none") == hollow]
    return [tuple(pair) for pair in line.get_xydata()]


def test_points_are_the_networks_in_millions(points):
    picture = Families(points, ["macs", "params"], "top1")
    for axes, name in zip(picture.figure.axes, ("macs", "params"), strict=True):
        assert axes.get_xscale() == "log" and axes.get_yscale() == "linear"
        for family, rows in points.groupby("family"):
            expected = list(zip(rows[name] / 1e6, rows.top1, strict=True))
            assert shown(axes, family, hollow=False) == expected
            for (low, high), value in ((axes.get_xlim(), 0), (axes.get_ylim(), 1)):
                assert all(low < pair[value] < high for pair in expected)
    assert "16 of v1, 41.5 to 70.9; 22 of v2, 45.5 to 75" in repr(picture)


def test_laws_are_straight_lines_on_logarithmic_axes(points):
    laws = {family: log_law(rows, "macs", "log_error") for family, rows in points.groupby("family")}
    picture = Families(points, ["macs"], "error", laws=laws)
    (axes,) = picture.figure.axes
    assert axes.get_xscale() == axes.get_yscale() == "log"
    for family, (slope, start) in laws.items():
        (line,) = [
            line
            for line in axes.lines
            if line.get_linestyle() == "--" and line.get_color() == family_color(family)
        ]
        x, y = line.get_data()
        assert np.allclose(np.log2(y), slope * np.log2(x * 1e6) + start)
        assert f"Dashed line of {family}: slope {slope:.3f}." in repr(picture)


def test_what_was_not_fitted_is_hollow_only(points):
    frame = points.assign(fitted=points.macs > 1e8)
    (axes,) = Families(frame, ["macs"], "error").figure.axes
    for family, rows in frame.groupby("family"):
        pairs = list(zip(rows.macs / 1e6, rows.error, strict=True))
        full = [pair for pair, fitted in zip(pairs, rows.fitted, strict=True) if fitted]
        assert shown(axes, family, hollow=True) == pairs
        assert shown(axes, family, hollow=False) == full
        assert 0 < len(full) < len(pairs)


def test_a_missing_time_leaves_out_a_point():
    frame = pd.DataFrame(
        {"family": ["v1", "v2"], "macs": [10**7, 10**8], "pixel1_ms": [np.nan, 9.0]}
    )
    (axes,) = Families(frame, ["pixel1_ms"], "macs").figure.axes
    assert shown(axes, "v1", hollow=False) == []
    assert shown(axes, "v2", hollow=False) == [(9.0, 100.0)]


def test_growth_has_a_panel_a_column_from_zero_and_a_ring():
    frame = sweep("v2", expansion=range(1, 11))
    picture = Growth(frame, "expansion", ["macs", "params"], marked=6)
    for axes, name in zip(picture.figure.axes, ("macs", "params"), strict=True):
        curve, ring = axes.lines
        assert list(curve.get_xdata()) == list(range(1, 11))
        assert list(curve.get_ydata()) == list(frame[name] / 1e6)
        assert list(ring.get_xdata()) == [6]
        assert axes.get_ylim()[0] == 0 and axes.get_ylim()[1] > curve.get_ydata().max()
    assert "expansion t 1 to 10: MACs (millions) 63.7 to 473" in repr(picture)


@pytest.mark.parametrize("name", ["macs", "params"])
@pytest.mark.parametrize("family", FAMILIES)
def test_names_of_widths_cover_no_name_and_no_point(family, name):
    rows = checkpoints(family)
    picture = Plane(rows, name)
    (axes,) = picture.figure.axes
    renderer = picture.figure.canvas.get_renderer()
    boxes = {text.get_text(): text.get_window_extent(renderer) for text in axes.texts}
    assert set(boxes) == {f"α {alpha:g}" for alpha in rows.alpha}
    for one, other in itertools.combinations(boxes.values(), 2):
        assert not one.overlaps(other)
    for place in axes.transData.transform(rows[[name, "top1"]] / [1e6, 1]):
        assert not any(box.contains(*place) for box in boxes.values())


def test_names_of_widths_do_not_lie_on_the_law():
    rows = checkpoints("v1")
    law = log_law(rows[rows.alpha > 0.25], "macs", "top1")
    picture = Plane(rows, law=law)
    (axes,) = picture.figure.axes
    renderer = picture.figure.canvas.get_renderer()
    (line,) = [one for one in axes.lines if one.get_label() == "law"]
    path = line.get_path().transformed(axes.transData)
    for text in axes.texts:
        assert not path.intersects_bbox(text.get_window_extent(renderer), filled=False), text


def legend(picture):
    (axes, *_) = picture.figure.axes
    return {
        text.get_text(): handle
        for text, handle in zip(
            axes.get_legend().get_texts(), axes.get_legend().legend_handles, strict=True
        )
    }


def test_a_legend_says_what_hollow_points_and_dashed_lines_are(points):
    laws = {family: log_law(rows, "macs", "log_error") for family, rows in points.groupby("family")}
    frame = points.assign(fitted=points.macs > 1e8)
    said = legend(Families(frame, ["macs"], "error", laws=laws))
    assert list(said) == ["v1", "v2", "not used in the fit", "fitted law"]
    assert said["not used in the fit"].get_markerfacecolor() == "none"
    assert said["fitted law"].get_linestyle() == "--"
    assert list(legend(Families(points, ["macs"], "error"))) == ["v1", "v2"]
    whole = points.assign(fitted=True)
    assert list(legend(Families(whole, ["macs"], "error"))) == ["v1", "v2"]


def test_each_part_of_a_count_has_a_colour_of_its_own():
    assert set(PART) == set(PARTS) and len(set(PART.values())) == len(PARTS)


@pytest.mark.parametrize("family", FAMILIES)
def test_weights_exist_for_the_widths_and_sizes_whose_accuracy_keras_prints(family):
    rows = published.accuracy(family).query("series == 'checkpoint'")
    imagenet = FAMILIES[family].imagenet
    assert set(imagenet.alphas) == set(rows.alpha)
    assert set(imagenet.resolutions) == set(rows.resolution)


@pytest.mark.parametrize("design", QUOTED, ids=str)
def test_a_network_that_is_offered_for_its_quotes_is_quoted_by_several(design):
    assert quoted(design).table.nunique() >= 3


def test_counts_for_the_breeds_of_dogs_are_of_120_classes():
    ours = [cell.network for cell in cells("v1-10") if isinstance(cell.network, Design)]
    assert len(ours) == 8 and {design.classes for design in ours} == {120}
