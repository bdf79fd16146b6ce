"""Plots of the columns of a frame: one family along a knob, both families on a plane."""

from collections.abc import Mapping

import numpy as np
from matplotlib import rc_context
from matplotlib.lines import Line2D

from mobilenet_lab import checks
from mobilenet_lab.networks.families import FAMILIES
from mobilenet_lab.plots.picture import Picture
from mobilenet_lab.plots.style import (
    ACCENT,
    INK,
    REFERENCE,
    STYLE,
    checked_law,
    family_color,
    family_marker,
    in_units,
    label,
    log_axis,
    names_of,
)


class Growth(Picture):
    """Columns of a frame along one of them, a panel each, heights from zero.

    `marked` is a value on the horizontal axis to draw a ring at. Counts are shown in millions.
    """

    def __init__(self, frame, along, columns, marked=None, width=840, height=264):
        super().__init__(width, height)
        columns = listed("columns", columns)
        for name in (along, *columns):
            label(name)  # refuses what has none
        checks.finite(frame, along, *columns)
        marked = None if marked is None else checks.real("marked", marked)
        with rc_context(STYLE):
            panels = self.figure.subplots(1, len(columns), squeeze=False)[0]
            for axes, name in zip(panels, columns, strict=True):
                x, y = frame[along], in_units(frame[name], name)
                axes.plot(x, y, "o-", color=ACCENT, ms=4)
                ring = x == marked
                axes.plot(x[ring], y[ring], "o", ms=11, mfc="none", mec=INK, mew=1.4)
                axes.set(title=label(name), xlabel=label(along), xticks=x, ylim=(0, 1.08 * y.max()))
                axes.grid(color="#ececec")
        self.freeze()
        ends = (f"{label(name)} {extent(in_units(frame[name], name))}" for name in columns)
        self.words = f"Along {label(along)} {extent(frame[along])}: {'; '.join(ends)}."


class Families(Picture):
    """Both families on one plane: one point per network, one panel for each column of `prices`.

    `value` is the column upwards. Prices and times have logarithmic axes, and so has an error.
    `laws` has a family's slope and intercept of log2 of the value over log2 of the first price.
    Where the column `fitted` is False, the point is hollow. The legend says what is there of these.
    In a live figure, points have names; `show(row)` draws a ring around a row's points.
    """

    def __init__(self, frame, prices, value, laws=None, width=None, height=336):
        prices = listed("prices", prices)
        for name in (value, *prices):
            label(name)  # refuses what has none
        super().__init__(840 if width is None and len(prices) > 1 else width or 600, height)
        for family in checks.column(frame, "family"):
            checks.one_of("family", family, FAMILIES)
        checks.finite(frame, *prices, above=0, gaps=True)
        checks.finite(frame, value, **({} if value == "top1" else {"above": 0}))
        if not isinstance(laws, Mapping | None):
            checks.refuse("laws", laws, "a dict from families to lines, or None")
        for family, law in (laws or {}).items():
            checks.one_of("laws", family, FAMILIES)
            checked_law(law)
        with rc_context(STYLE):
            panels = self.figure.subplots(1, len(prices), sharey=True, squeeze=False)[0]
            for axes, price in zip(panels, prices, strict=True):
                self._panel(axes, frame, price, value)
            panels[0].set_ylabel(label(value))
            for family, law in (laws or {}).items():
                self._line(panels[0], frame[prices[0]], prices[0], family, law)
            handles = panels[0].get_legend_handles_labels()[0] + _kinds(frame, laws)
            panels[0].legend(handles=handles, frameon=False, loc="best")
            ring = {"ms": 13, "mfc": "none", "mec": INK, "mew": 2, "zorder": 4}
            self.moving = [axes.plot([], [], "o", **ring)[0] for axes in panels]
        self.freeze()
        self.columns = [(price, value) for price in prices]
        for axes, pair in zip(panels, self.columns, strict=True):
            rows = frame.dropna(subset=list(pair))
            self.name(axes, *(in_units(rows[one], one) for one in pair), names_of(rows, *pair))
        self._all = self.words = self._words(frame, prices, value, laws or {})

    def show(self, row=None):
        """Draw a ring around the points of a row; none without one."""
        for ring, pair in zip(self.moving, self.columns, strict=True):
            at = ([], []) if row is None else ([in_units(row[one], one)] for one in pair)
            ring.set_data(*at)
        self.words = self._all if row is None else f"{self._all} Ringed: {_design(row)}."

    def _panel(self, axes, frame, price, value):
        fit_log_axis(axes.xaxis, in_units(frame[price], price))
        if value != "top1":
            fit_log_axis(axes.yaxis, in_units(frame[value], value))
        axes.set_xlabel(label(price))
        axes.grid(color="#ececec")
        for family, rows in frame.groupby("family"):
            style = {
                "ls": "",
                "marker": family_marker(family),
                "color": family_color(family),
                "ms": 5.5,
            }
            x, y = in_units(rows[price], price), in_units(rows[value], value)
            axes.plot(x, y, mfc="none", **style)
            solid = rows["fitted"] if "fitted" in rows else rows[price].notna()
            axes.plot(x[solid], y[solid], label=family, **style)

    @staticmethod
    def _line(axes, prices, price, family, law):
        ends = np.array([prices.min() / 1.15, prices.max() * 1.15])
        y = 2 ** (law[0] * np.log2(ends) + law[1])
        axes.plot(in_units(ends, price), y, "--", color=family_color(family), lw=1.3, zorder=1)

    @staticmethod
    def _words(frame, prices, value, laws):
        over = ", ".join(label(price) for price in prices)
        families = "; ".join(
            f"{len(rows)} of {family}, {extent(in_units(rows[value], value))}"
            for family, rows in frame.groupby("family")
        )
        lines = "".join(
            f" Dashed line of {family}: slope {law[0]:.3f}." for family, law in laws.items()
        )
        what = label(value)[0].upper() + label(value)[1:]
        return f"{what} over {over}: {families}.{lines}"


def _design(row):
    return names_of(row.to_frame().T)[0].strip()


def _kinds(frame, laws):
    """What a legend says of hollow points and of dashed lines, where there are any."""
    hollow = {"marker": "o", "mfc": "none", "ls": "", "ms": 5.5, "label": "not used in the fit"}
    dashed = {"ls": "--", "lw": 1.3, "label": "fitted law"}
    there = ("fitted" in frame and not frame.fitted.all(), hollow), (bool(laws), dashed)
    return [Line2D([], [], color=REFERENCE, **style) for some, style in there if some]


def listed(name, columns):
    """The names of some columns, at least one."""
    found = list(columns) if isinstance(columns, list | tuple) else []
    if not found:
        checks.refuse(name, columns, "a list of names of columns")
    return found


def extent(values):
    """The least and the most of some values: "41.5 to 70.9"; the value itself where it is one."""
    ends = dict.fromkeys(f"{end:.3g}" for end in (values.min(), values.max()))
    return " to ".join(ends)


def fit_log_axis(axis, values):
    """A logarithmic axis around `values`."""
    log_axis(axis, *log_ends(values))


def log_ends(values):
    """The limits of a logarithmic axis around `values`, and ticks at 1, 2, 5 or, if few, more."""
    low, high = values.min() / 1.2, values.max() * 1.2
    digits = (1, 2, 5) if high > 10 * low else (1, 2, 3, 4, 5, 6, 8)
    ticks = [digit * 10.0**power for power in range(-3, 6) for digit in digits]
    return (low, high), [tick for tick in ticks if low <= tick <= high]
