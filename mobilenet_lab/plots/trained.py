"""Accuracies that were measured by training: along the knobs, over MACs, and seed by seed."""

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.lines import Line2D

from mobilenet_lab import checks
from mobilenet_lab.networks import families
from mobilenet_lab.plots.families import fit_log_axis, listed
from mobilenet_lab.plots.picture import Picture
from mobilenet_lab.plots.style import (
    ACCENT,
    INK,
    REFERENCE,
    STYLE,
    family_color,
    family_marker,
    in_units,
    label,
)

ACCURACY = "held-out accuracy (%)"
GAP = 0.15  # of a step, between the dots of one value
NEEDED = ("family", "seed", "accuracy", "macs")
LINES = ("-", "--", ":")  # of the knobs over MACs, where each has a curve


class Trained(Picture):
    """Measured accuracy, a panel for each of `along`: knobs, or "macs".

    `frame` has a row a run, as `training.results` returns it. A dot is a run with its seed, a line
    goes through the means of networks that differ in that knob alone; over "macs" each knob has
    such a line. `own` are further runs, drawn over the others in black.
    """

    def __init__(self, frame, along=("alpha", "expansion", "resolution"), own=None, height=330):
        self.along = listed("along", list(along) if isinstance(along, tuple) else along)
        for name in self.along:
            label(name)  # refuses what has none
        for name in NEEDED:
            checks.column(frame, name)
        super().__init__(840 if len(self.along) > 1 else 600, height)
        with rc_context(STYLE):
            panels = self.figure.subplots(1, len(self.along), sharey=True, squeeze=False)[0]
            for axes, knob in zip(panels, self.along, strict=True):
                self._panel(axes, frame, knob, pale=own is not None)
                if own is not None:
                    self._panel(axes, own, knob, color=INK)
                shown = [one[knob] for one in (frame, own) if one is not None]
                _set_axis(axes, pd.concat(shown), knob)
            panels[0].set_ylabel(ACCURACY)
            self._legend(panels[0], frame, own)
        self.freeze()
        self.words = self._words(frame, own)

    def _panel(self, axes, frame, knob, color=None, pale=False):
        """The curves of the networks that differ in this knob, and a dot for each run."""
        axes.set_xlabel(label(knob))
        axes.grid(color="#ececec")
        if color:  # also where a network stands alone
            some = frame.dropna(subset=[knob])
            axes.plot(in_units(some[knob], knob), 100 * some.accuracy, "o", ms=5, color=color)
        for family, rows, line in lines(frame, knob):
            x, y = in_units(rows[knob], knob), 100 * rows.accuracy
            style = {"color": color or family_color(family), "marker": family_marker(family)}
            axes.plot(x, y, ls="", ms=4, alpha=0.3 if pale else 0.55, mec="none", **style)
            mean = y.groupby(x).mean()
            axes.plot(mean.index, mean, ls=line, ms=0, lw=1.6, alpha=0.5 if pale else 1, **style)

    def _legend(self, axes, frame, own):
        """A line for each family, and for the reader's own runs."""
        handles = [
            Line2D([], [], color=family_color(key), marker=family_marker(key), ms=5, label=key)
            for key in families.FAMILIES
            if key in set(frame.family)
        ]
        if "macs" in self.along:
            handles += [
                Line2D([], [], color=REFERENCE, ls=line, label=f"along {label(knob)}")
                for knob, line in zip(families.knobs(), LINES, strict=False)
                if any(True for _ in curves(frame, knob))
            ]
        if own is not None and len(own):
            handles.append(Line2D([], [], color=INK, marker="o", ms=5, label="your runs"))
        axes.legend(handles=handles, frameon=False, loc="lower right")

    def _words(self, frame, own):
        parts = []
        for knob in self.along:
            for family, rows, _ in lines(frame, knob):
                mean = (100 * rows.accuracy).groupby(rows[knob]).mean()
                ends = f"{mean.iloc[0]:.1f} to {mean.iloc[-1]:.1f} %"
                shown = [in_units(one, knob) for one in (mean.index[0], mean.index[-1])]
                parts.append(
                    f"{family} over {label(knob)} {shown[0]:.3g} to {shown[1]:.3g}: {ends}"
                )
        extra = f" {len(own)} runs of your own." if own is not None and len(own) else ""
        return f"Measured on held-out pictures, means over seeds. {'; '.join(parts)}.{extra}"


class Seeds(Picture):
    """Measured accuracy seed by seed for the values of a column, and what each gains or loses.

    `frame` is what `training.results` returns, `by` the column, `values` some of its values in
    order, the first of which is the one that the others are compared with. A line joins the runs of
    one seed; a bar is the mean.
    """

    def __init__(self, frame, by, values, names=None, height=300):
        super().__init__(600, height)
        checks.column(frame, by)
        values = listed("values", list(values) if isinstance(values, tuple) else values)
        names = [str(value) for value in values] if names is None else list(names)
        rows = [frame[frame[by] == value] for value in values]
        if any(one.empty for one in rows):
            checks.refuse("values", values, f"values of {by} that the frame has")
        table = [one.set_index("seed").accuracy * 100 for one in rows]
        with rc_context(STYLE):
            axes = self.figure.subplots()
            for seed in sorted(set().union(*(one.index for one in table))):
                x = [at for at, one in enumerate(table) if seed in one.index]
                y = [table[at][seed] for at in x]
                axes.plot(x, y, "o-", color=REFERENCE, ms=5, lw=0.8, mfc=ACCENT, mec="white")
            means = [one.mean() for one in table]
            axes.hlines(means, np.arange(len(table)) - GAP, np.arange(len(table)) + GAP, INK, lw=2)
            axes.set_xticks(range(len(names)), names)
            axes.set(ylabel=ACCURACY, xlim=(-0.5, len(names) - 0.5))
            axes.grid(color="#ececec", axis="y")
        self.freeze()
        said = (
            f"{' '.join(name.split())} {mean:.1f} % ({one.min():.1f} to {one.max():.1f})"
            for name, mean, one in zip(names, means, table, strict=True)
        )
        self.words = f"Held-out accuracy, mean and range over seeds: {'; '.join(said)}."


def lines(frame, knob):
    """What a panel shows: (family, runs, style of the line) of each curve."""
    if knob != "macs":
        return [(family, rows, LINES[0]) for family, rows in curves(frame, knob)]
    return [
        (family, rows, line)
        for each, line in zip(families.knobs(), LINES, strict=False)
        for family, rows in curves(frame, each)
    ]


def curves(frame, knob):
    """The runs of networks that differ in this knob alone, family by family, along it."""
    names = [name for name in ("family", *families.knobs(), "variant") if name in frame]
    names.remove(knob)
    for (family, *_), rows in frame.dropna(subset=[knob]).groupby(names, dropna=False, sort=False):
        if rows[knob].nunique() > 1:
            yield family, rows.sort_values(knob)


def _set_axis(axes, values, knob):
    """A logarithmic axis of MACs; ticks at the values of a knob that has few."""
    if knob == "macs":
        fit_log_axis(axes.xaxis, in_units(values, knob))
    elif len(ticks := sorted(values.dropna().unique())) < 12:
        axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
