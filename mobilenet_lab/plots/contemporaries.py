"""The networks of a paper's comparison on one plane, all counted alike."""

import numpy as np
from matplotlib import rc_context

from mobilenet_lab import checks
from mobilenet_lab.networks.families import FAMILIES
from mobilenet_lab.plots.picture import Picture
from mobilenet_lab.plots.plane import spread_names
from mobilenet_lab.plots.style import INK, REFERENCE, STYLE, family_color, label, log_axis, millions

TICKS = (50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000)  # millions of MACs
WIDE = 8  # times as many MACs at the right as at the left: fewer ticks from there on
APART = 0.02  # a printed count differs visibly from the computed one by this share


class Contemporaries(Picture):
    """Published top-1 over computed MACs: MobileNets as dots, the other networks as squares.

    `frame` is that of `published.contemporaries`: `network, family, top1, printed_macs, macs`. A
    ring, joined by a line, is where a network stands by its printed MACs if they differ by more
    than 2 %.

    Raises `ValueError` for another frame.
    """

    def __init__(self, frame, width=648, height=360):
        super().__init__(width, height)
        checks.finite(frame, "top1", "printed_macs", "macs", above=0)
        rows = [row for row in frame.to_dict("records")]
        with rc_context(STYLE):
            axes = self.figure.subplots()
            _draw_axes(axes, frame)
            for row in rows:
                _draw(axes, row)
        self.freeze()
        spread_names(axes)
        names = [f"{row['network']}\n{_said(row)}" for row in rows]
        self.name(axes, frame["macs"] / 1e6, frame["top1"], names)
        said = "; ".join(f"{row['network']} {row['top1']:.1f} % at {_said(row)}" for row in rows)
        self.words = f"Published top-1 over computed MACs. {said}."


def _draw_axes(axes, frame):
    counts = np.concatenate([frame["macs"], frame["printed_macs"]]) / 1e6
    low, high = counts.min() / 1.5, counts.max() * 1.8  # room for names
    ticks = TICKS if high > WIDE * low else range(100, 2001, 100)
    log_axis(axes.xaxis, (low, high), [tick for tick in ticks if low <= tick <= high])
    axes.set(xlabel=f"computed {label('macs')}", title=label("top1"))
    axes.set_ylim(frame["top1"].min() - 2, frame["top1"].max() + 2)
    axes.grid(color="#ececec")


def _draw(axes, row):
    """A network's mark, its name, and where its printed MACs are if they are elsewhere."""
    ours = row["family"] in FAMILIES
    color, marker = (family_color(row["family"]), "o") if ours else (INK, "s")
    at, printed, top1 = row["macs"] / 1e6, row["printed_macs"] / 1e6, row["top1"]
    if _is_apart(row):
        axes.plot([at, printed], [top1, top1], color=REFERENCE, lw=1.2, ls=":", zorder=1)
        axes.plot([printed], [top1], "o", ms=9, mfc="none", mec=REFERENCE, mew=1.2)
    axes.plot([at], [top1], marker, color=color, ms=7, zorder=3)
    axes.annotate(row["network"], (at, top1), (6, 6), textcoords="offset points", color=color)


def _is_apart(row):
    return abs(row["printed_macs"] / row["macs"] - 1) > APART


def _said(row):
    """A network's MACs in words."""
    printed = f" (printed: {millions(row['printed_macs'])})" if _is_apart(row) else ""
    return f"{millions(row['macs'])} MACs{printed}"
