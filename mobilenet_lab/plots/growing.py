"""A reader's own accuracies along one knob, which grow while they train."""

import math
from typing import NamedTuple

import pandas as pd
from matplotlib import rc_context
from matplotlib.lines import Line2D

from mobilenet_lab.plots.picture import Picture
from mobilenet_lab.plots.style import (
    INK,
    REFERENCE,
    REFERENCE_WORDS,
    STYLE,
    family_color,
    family_marker,
    label,
)
from mobilenet_lab.plots.trained import ACCURACY

STEP = 10  # points, between the ends of the accuracies' axis


class Sweep(NamedTuple):
    """What is shown: runs of one family along a knob, as `training.results` returns them."""

    title: str
    family: str
    along: str
    possible: tuple[float, ...]  # values of the knob
    chosen: tuple[float, ...]
    seeds: int  # that are chosen
    own: pd.DataFrame
    shipped: pd.DataFrame
    names: tuple[str, str]  # of the two curves
    chance: float


class Growing(Picture):
    """Accuracy along a knob: the runs that come with the lab, pale, and over them the reader's own.

    A dot is a run, a line goes through the means over the seeds, and a triangle on the axis is a
    value that is chosen.
    """

    def __init__(self):
        super().__init__(680, 360)
        self.layout = 0

    def show(self, sweep):
        """Draw another sweep, or the same with more runs."""
        self.layout += 1  # all of it is drawn again
        self.figure.clear()
        self.figure.set_layout_engine("constrained")
        with rc_context(STYLE):
            axes = self.figure.subplots()
            axes.set(title=sweep.title, xlabel=label(sweep.along), ylabel=ACCURACY)
            axes.grid(color="#ececec")
            handles = [
                _curve(axes, sweep, sweep.shipped, sweep.names[1], family_color(sweep.family), 0.4),
                _curve(axes, sweep, sweep.own, sweep.names[0], INK, 1),
            ]
            self._set_axes(axes, sweep)
            handles.append(self._plan(axes, sweep))
            axes.legend(handles=[one for one in handles if one], frameon=False, loc="best")
        self.freeze()
        self.words = _words(sweep)

    def _set_axes(self, axes, sweep):
        """Ends that move only when a run lies beyond them."""
        margin = (sweep.possible[-1] - sweep.possible[0]) / 20 or 1
        axes.set_xlim(sweep.possible[0] - margin, sweep.possible[-1] + margin)
        axes.set_xticks(sweep.possible, [f"{value:g}" for value in sweep.possible])
        known = 100 * pd.concat([sweep.own.accuracy, sweep.shipped.accuracy]).astype(float)
        low = math.floor((known.min() - 2) / STEP) * STEP if len(known) else 0
        high = math.ceil((known.max() + 1) / STEP) * STEP if len(known) else 100
        axes.set_ylim(max(low, -2), min(high, 102))
        if low <= (chance := 100 * sweep.chance):
            axes.axhline(chance, color=REFERENCE, lw=1, ls=":")
            style = {"color": REFERENCE_WORDS, "fontsize": 9, "ha": "right", "va": "bottom"}
            axes.annotate("chance", (1, chance), xycoords=("axes fraction", "data"), **style)

    def _plan(self, axes, sweep):
        """A triangle at each value that is chosen."""
        at = axes.get_xaxis_transform()
        style = {"color": INK, "marker": "^", "ls": "", "ms": 7, "mfc": "white"}
        axes.plot(sweep.chosen, [0] * len(sweep.chosen), transform=at, clip_on=False, **style)
        several = "1 seed" if sweep.seeds == 1 else f"{sweep.seeds} seeds each"
        return Line2D([], [], label=f"chosen, {several}", **style)


def _curve(axes, sweep, rows, name, color, alpha):
    """The dots and the means of some runs; their line of the legend."""
    if rows.empty:
        return None
    x, y = rows[sweep.along].astype(float), 100 * rows.accuracy.astype(float)
    marker = family_marker(sweep.family)
    axes.plot(x, y, ls="", marker=marker, ms=5, alpha=0.55 * alpha, mec="none", color=color)
    mean = y.groupby(x).mean()
    axes.plot(mean.index, mean, marker=marker, ms=3, lw=1.6, alpha=alpha, color=color)
    return Line2D([], [], color=color, marker=marker, ms=5, alpha=alpha, label=name)


def _words(sweep):
    """What is shown, as a sentence."""
    chosen = ", ".join(f"{value:g}" for value in sweep.chosen)
    several = "1 seed" if sweep.seeds == 1 else f"{sweep.seeds} seeds each"
    parts = [
        _range(sweep, rows, name)
        for rows, name in zip((sweep.own, sweep.shipped), sweep.names, strict=True)
        if len(rows)
    ]
    shown = "; ".join(parts) or "no run is finished"
    return (
        f"Held-out accuracy over {label(sweep.along)}. {sweep.title}: {shown}. "
        f"Chosen: {chosen}, {several}."
    )


def _range(sweep, rows, name):
    """The first and the last mean of a curve."""
    mean = (100 * rows.accuracy.astype(float)).groupby(rows[sweep.along]).mean()
    ends = dict.fromkeys(f"{mean[at]:.1f} % at {at:g}" for at in (mean.index[0], mean.index[-1]))
    return f"{name}: {' to '.join(ends)}, {len(rows)} runs"
