"""Plots of measured accuracies: dots and lines are the runs that they were given."""

import numpy as np
import pandas as pd
import pytest

from mobilenet_lab import cost
from mobilenet_lab.plots.trained import Seeds, Trained, curves
from mobilenet_lab.training.measured import ALONG, designs


@pytest.fixture(scope="module")
def frame():
    """Made-up runs of the networks that are measured."""
    random = np.random.default_rng(0)
    names = ("family", "alpha", "resolution", "expansion", "variant")
    rows = [
        {name: getattr(design, name) for name in names}
        | {"seed": seed, "macs": cost(design).macs, "accuracy": random.uniform(0.3, 0.9)}
        for design in designs()
        for seed in range(3)
    ]
    return pd.DataFrame(rows).astype({"expansion": "Int64"})


def places(axes, style):
    """The lines of a panel that are drawn in this style, as arrays."""
    return [np.array(line.get_data()) for line in axes.lines if (line.get_ls() == "None") == style]


@pytest.mark.parametrize("knob", ALONG)
def test_a_curve_differs_in_one_knob(frame, knob):
    found = list(curves(frame, knob))
    assert [family for family, _ in found] == (["v2"] if knob == "expansion" else ["v1", "v2"])
    for _, rows in found:
        assert list(rows[knob].unique()) == list(ALONG[knob])
        assert all(rows[other].nunique() <= 1 for other in ALONG if other != knob)


def test_dots_are_runs_and_lines_go_through_means(frame):
    picture = Trained(frame)
    for axes, knob in zip(picture.figure.axes, picture.along, strict=True):
        groups = [rows for _, rows in curves(frame, knob)]
        for rows, dots, line in zip(groups, places(axes, True), places(axes, False), strict=True):
            assert dots[1].tolist() == (100 * rows.accuracy).tolist()
            mean = (100 * rows.accuracy).groupby(rows[knob]).mean()
            np.testing.assert_allclose(line, [mean.index, mean])


def test_over_macs_each_knob_has_a_line(frame):
    axes = Trained(frame, ["macs"]).figure.axes[0]
    texts = [text.get_text() for text in axes.get_legend().get_texts()]
    assert len(places(axes, False)) == 5 and axes.get_xscale() == "log"
    assert len(texts) == 5 and sum("along" in text for text in texts) == 3
    low, high = axes.get_xlim()
    assert low < frame.macs.min() / 1e6 and high > frame.macs.max() / 1e6


def test_own_runs_are_drawn_over_the_others(frame):
    own = frame[frame.seed == 0].assign(accuracy=0.5)
    picture, alone = Trained(frame, ["alpha"], own), Trained(frame, ["alpha"])
    assert len(picture.figure.axes[0].lines) == 2 * len(alone.figure.axes[0].lines) + 1
    assert f"{len(own)} runs of your own" in picture.words
    assert "your runs" in [text.get_text() for text in picture.figure.axes[0].get_legend().texts]
    assert "your own" not in alone.words


def test_an_own_run_without_a_curve_is_drawn_too(frame):
    own = frame[(frame.family == "v1") & (frame.alpha == 0.25) & (frame.seed == 0)]
    axes = Trained(frame, ["macs"], own).figure.axes[0]
    dots = [line.get_data() for line in axes.lines if line.get_color() == "#222222"]
    assert len(dots) == 1
    np.testing.assert_allclose(dots[0], [own.macs / 1e6, 100 * own.accuracy])


def test_words_say_the_ends(frame):
    (row,) = (rows for family, rows in curves(frame, "alpha") if family == "v1")
    ends = [100 * row[row.alpha == alpha].accuracy.mean() for alpha in (0.25, 1.0)]
    assert f"v1 over width multiplier α 0.25 to 1: {ends[0]:.1f} to {ends[1]:.1f} %" in str(
        Trained(frame, ["alpha"])
    )


def test_seeds_are_joined(frame):
    rows = frame[(frame.family == "v2") & (frame.resolution == 32) & (frame.expansion == 6)]
    rows = rows[rows.alpha == 0.5]
    values = ["small", "small, no shortcut"]
    picture = Seeds(rows, "variant", values, ["as published", "no\nshortcut"])
    axes = picture.figure.axes[0]
    assert len(axes.lines) == 3  # seeds
    for seed, line in enumerate(axes.lines):
        own = rows[rows.seed == seed].set_index("variant").accuracy[values]
        assert line.get_data()[1] == pytest.approx(100 * own)
    assert "no shortcut" in picture.words and "as published" in picture.words


@pytest.mark.parametrize(
    "make",
    [
        lambda frame: Trained(frame, []),
        lambda frame: Trained(frame, ["seed"]),
        lambda frame: Trained(frame.drop(columns="accuracy")),
        lambda frame: Trained("runs/"),
        lambda frame: Seeds(frame, "variant", ["tiny"]),
        lambda frame: Seeds(frame, "kind", ["small"]),
    ],
)
def test_what_cannot_be_drawn_is_one_sentence(frame, make):
    with pytest.raises(ValueError, match="accepted"):
        make(frame)
