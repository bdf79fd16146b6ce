"""A plot of times that were measured here: one colour for each runtime."""

import pandas as pd
from matplotlib import rc_context
from matplotlib.lines import Line2D

from mobilenet_lab import checks
from mobilenet_lab.networks.families import FAMILIES
from mobilenet_lab.plots.families import extent, fit_log_axis
from mobilenet_lab.plots.picture import Picture
from mobilenet_lab.plots.style import (
    OPERATION,
    PALETTE,
    REFERENCE,
    STYLE,
    family_marker,
    in_units,
    label,
    names_of,
)

MEASURED = "measured_ms"  # what `edge.measure` calls "ms", which is predicted elsewhere
WAY = ["runtime", "threads", "precision"]
COLORS = (*PALETTE[2:], *(OPERATION[name] for name in ("dense", "pointwise", "convolution")))


class Runtimes(Picture):
    """The times of `edge.measure` over MACs: a point a row, a colour for each way to run a network.

    Both axes are logarithmic. Bars go from the first quartile to the third. The shape tells the
    family, and a hollow point a machine that was too busy.
    """

    def __init__(self, frame, width=720, height=360):
        super().__init__(width, height)
        for name in (*WAY, "family", "busy"):
            checks.column(frame, name)
        for family in frame["family"]:
            checks.one_of("family", family, FAMILIES)
        checks.finite(frame, "macs", "ms", "low", "high", above=0)
        rows = frame.reset_index(drop=True).rename(columns={"ms": MEASURED})
        ways = {_named(way, rows): own for way, own in rows.groupby(WAY, sort=False)}
        with rc_context(STYLE):
            axes = self.figure.subplots()
            fit_log_axis(axes.xaxis, in_units(rows["macs"], "macs"))
            fit_log_axis(axes.yaxis, pd.concat([rows["low"], rows["high"]]))
            axes.set(xlabel=label("macs"), ylabel=label(MEASURED))
            axes.grid(color="#ececec")
            for number, own in enumerate(ways.values()):
                _points(axes, own, COLORS[number % len(COLORS)])
            handles = [_dot(COLORS[n % len(COLORS)], label=way) for n, way in enumerate(ways)]
            families = rows["family"].unique()
            handles += [_dot(REFERENCE, marker=family_marker(one), label=one) for one in families]
            if rows["busy"].any():
                handles.append(_dot(REFERENCE, mfc="none", label="machine too busy"))
            self.figure.legend(handles=handles, frameon=False, loc="outside right upper")
        self.freeze()
        names = names_of(rows, "macs", MEASURED)
        self.name(axes, in_units(rows["macs"], "macs"), rows[MEASURED], names)
        ends = "; ".join(f"{way} {extent(own[MEASURED])}" for way, own in ways.items())
        self.words = f"Time measured here (ms) over MACs, {len(rows)} times: {ends}."
        if busy := rows["busy"].sum():
            self.words += f" {busy} of them while the machine was busy."


def _points(axes, rows, color):
    for row in rows.itertuples():
        at = in_units(row.macs, "macs"), row.measured_ms
        face = "none" if row.busy else color
        axes.plot([at[0]] * 2, [row.low, row.high], color=color, lw=1, zorder=1)
        axes.plot(*at, family_marker(row.family), color=color, mfc=face, ms=5.5)


def _dot(color, marker="o", **style):
    return Line2D([], [], color=color, ls="", marker=marker, ms=5.5, **style)


def _named(way, rows):
    """What distinguishes a way to run a network from the others in the frame."""
    runtime, threads, precision = way
    several = [rows[rows["runtime"] == runtime][name].nunique() > 1 for name in WAY[1:]]
    words = [f"{threads} thread{'s' * (threads != 1)}"] * several[0] + [precision] * several[1]
    return ", ".join([runtime, *words])
