"""Counts and published accuracy along one knob, one curve per family."""

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from matplotlib import rc_context
from matplotlib.lines import Line2D

from mobilenet_lab.networks.design import CLASSES
from mobilenet_lab.networks.families import FAMILIES, at_first, knobs
from mobilenet_lab.plots.limits import Veil
from mobilenet_lab.plots.picture import Picture
from mobilenet_lab.plots.pins import Pins
from mobilenet_lab.plots.style import (
    INK,
    REFERENCE,
    STYLE,
    family_color,
    label,
    log_axis,
    millions,
    references,
)
from mobilenet_lab.published.known import ELSEWHERE

DRAWN = "checkpoint", "paper"  # the series with marks of their own


@dataclass(frozen=True)
class View:
    """The contents of the panels: curves along one knob, and a design on them.

    `curves` has, for each family, arrays of the knob's values, MACs and parameters; `points` has
    the published accuracies along the knob, `Point`s. `price` is the design's `Cost`, `top1` its
    published accuracy in %, or None.
    """

    design: Any
    along: str
    curves: dict
    points: list
    price: Any
    top1: float | None


class Point(NamedTuple):
    """A published accuracy (top-1 in %) at `x` on the knob's axis; whether it fits a budget."""

    family: str
    x: float
    top1: float
    series: str
    fits: bool = True


class Sweep(Picture):
    """Three panels along one knob: MACs, parameters and published top-1, one curve per family.

    Families that a view has no curve of are not there. Pinned views stay as grey references;
    everything over a budget is dimmed. `extremes` are the least and the most that a panel must
    show, by name.
    """

    LIMITS = {
        "macs": ((0.7, 4000), (1, 10, 100, 1000)),
        "params": ((0.08, 20), (0.1, 0.3, 1, 3, 10)),
    }

    def __init__(self, width=840, height=288, extremes=None):
        super().__init__(width, height)
        with rc_context(STYLE):
            panels = self.figure.subplots(1, 3)
            self.panels = dict(zip(("macs", "params", "top1"), panels, strict=True))
            heights = heights_of(extremes)
            for name in self.LIMITS:
                log_axis(self.panels[name].yaxis, *heights[name])
            limits, ticks = heights["top1"]
            self.panels["top1"].set(ylim=limits, yticks=ticks)
            for name, axes in self.panels.items():
                axes.set_title(label(name))
                axes.grid(color="#ececec")
            self._add_moving()
        self._set_layout("alpha", (), at_first())

    def _add_moving(self):
        self.rules = {}
        self.pins = {name: Pins(axes) for name, axes in self.panels.items()}
        self.curves, self.marks, self.values = {}, {}, {}
        for name, axes in self.panels.items():
            self.rules[name] = axes.axvline(1, color=REFERENCE, lw=1, ls=":")
            for family in FAMILIES:
                style = "o-" if name == "top1" else "-"
                (self.curves[family, name],) = axes.plot(
                    [], [], style, color=family_color(family), ms=4
                )
            (self.marks[name],) = axes.plot([], [], "o", ms=9, mec=INK, mew=1.2)
            self.values[name] = axes.text(
                1, 1.03, "", transform=axes.transAxes, ha="right", va="bottom", weight="bold"
            )
        self.veils = {name: Veil(self.panels[name]) for name in self.LIMITS}
        top = self.panels["top1"]
        self.papers = {
            family: top.plot([], [], "D", color=family_color(family), mfc="none", ms=6)[0]
            for family in FAMILIES
        }
        (self.over,) = top.plot([], [], "o", color="white", alpha=0.55, ms=10, mew=0, zorder=3)
        self.note = top.text(0.04, 0.96, "", transform=top.transAxes, va="top", color=INK)
        groups = (self.rules, self.curves, self.papers)
        self.moving = [artist for group in groups for artist in group.values()]
        self.moving += [artist for veil in self.veils.values() for artist in veil.artists]
        self.moving += [self.over, *self.marks.values(), *self.values.values(), self.note]
        for mark in self.marks.values():
            mark.set_zorder(4)
        for artist in self.moving:
            artist.set_in_layout(False)

    @staticmethod
    def _handles(families):
        lines = [Line2D([], [], color=family_color(one), label=one) for one in families]
        marks = (
            {"marker": "o", "ms": 4, "label": "published checkpoint"},
            {"marker": "D", "ms": 6, "mfc": "none", "label": "published in the paper"},
            {"marker": "o", "ms": 9, "mfc": "none", "label": "your design"},
            {"marker": "o", "ms": 9, "mfc": "none", "mec": REFERENCE, "label": "pinned"},
        )
        return lines + [Line2D([], [], ls="", color=INK, **mark) for mark in marks]

    def show(self, view, pinned=(), budget=None):
        """Move to a `View`, beside pinned ones along the same knob.

        `budget` maps names of `LIMITS` to the most that is allowed, None for no limit; points that
        do not fit it say so.
        """
        self._set_layout(view.along, tuple(pinned), list(view.curves))
        for family in FAMILIES:
            x, *heights = self._curve(view, family)
            for name, y in zip(("macs", "params"), heights, strict=True):
                self.curves[family, name].set_data(x, y / 1e6)
            self._set_points(view.points, family)
        for (family, _), curve in self.curves.items():
            chosen = family == view.design.family
            curve.set(alpha=1 if chosen else 0.45, linewidth=2.4 if chosen else 1.4)
        self._mark(view)
        self._limit(view.points, budget or {})
        self.words = self._words(view) + references([one.design for one in pinned], budget)

    def _set_layout(self, along, pinned, families):
        """What stays while a design moves: the axis, the families, and what is pinned."""
        layout = (along, tuple(one.design for one in pinned), tuple(families))
        if layout == self.layout:
            return
        if self.layout is None or self.layout[-1] != layout[-1]:
            self._arrange(families)
        self.layout = layout
        self._set_axes(along)
        self._pin(pinned)

    def _set_axes(self, along):
        knob = knobs()[along]
        for axes in self.panels.values():
            axes.set_xlim(*knob.limits)
            axes.set_xticks(knob.ticks)
            axes.set_xlabel(label(along))

    def _arrange(self, families):
        """A legend of the families, and panels that leave it the room."""
        for legend in self.figure.legends[:]:
            legend.remove()
        handles = self._handles(families)
        columns = len(handles) if len(handles) < 7 else math.ceil(len(handles) / 2)
        place = {"loc": "outside lower center", "ncols": columns, "frameon": False}
        with rc_context(STYLE):
            self.figure.legend(handles=handles, handletextpad=0.4, **place)
        self._set_axes("alpha")
        for axes in self.panels.values():  # from where a new figure begins: a layout is a search
            axes.set_position(axes.get_subplotspec().get_position(self.figure))
            axes.set_in_layout(True)
        self.figure.set_layout_engine("constrained")
        self.freeze()

    def _curve(self, view, family):
        """A family's curve; one that does not depend on the knob runs straight through."""
        x, macs, params = view.curves.get(family, 3 * [np.array([])])
        if len(x) == 1:
            return np.array(knobs()[view.along].limits), macs.repeat(2), params.repeat(2)
        return x, macs, params

    def _set_points(self, points, family):
        own = [point for point in points if point.family == family]
        artists = self.curves[family, "top1"], self.papers[family]
        for name, artist in zip(DRAWN, artists, strict=True):
            shown = sorted((point.x, point.top1) for point in own if point.series == name)
            artist.set_data([x for x, _ in shown], [top1 for _, top1 in shown])

    def _place(self, view):
        """The position of a design: x, and the heights to mark in each panel.

        None for v1 along t, where its curves are flat: a mark would say a t that it does not have.
        """
        x = getattr(view.design, view.along)
        heights = {"macs": [view.price.macs / 1e6], "params": [view.price.params / 1e6]}
        heights["top1"] = [] if view.top1 is None else [view.top1]
        return x, dict.fromkeys(heights, []) if x is None else heights

    def _mark(self, view):
        x, heights = self._place(view)
        color = family_color(view.design.family)
        for name, y in heights.items():
            self.rules[name].set_visible(x is not None)
            if x is not None:
                self.rules[name].set_xdata([x, x])
            self.marks[name].set_data([x] * len(y), y)
            self.marks[name].set_markerfacecolor(color)
            self.values[name].set_color(color)
        self.values["macs"].set_text(millions(view.price.macs))
        self.values["params"].set_text(millions(view.price.params))
        self.values["top1"].set_text("" if view.top1 is None else f"{view.top1:.1f} %")
        self.note.set_text(self._note(view))

    @staticmethod
    def _note(view):
        """Why a mark is missing."""
        if getattr(view.design, view.along) is None:
            return f"{view.design.family} has no {knobs()[view.along].symbol}: no mark"
        if view.top1 is not None:
            return ""
        as_published = view.design.classes == CLASSES
        return "nothing published for this design" if as_published else ELSEWHERE

    def _pin(self, pinned):
        """The pinned views' curves and designs."""
        places = [self._place(one) for one in pinned]
        curves = [self._curve(one, one.design.family) for one in pinned]
        lines = {"macs": 1, "params": 2}
        for name, pins in self.pins.items():
            marks = [(x, heights[name][0]) if heights[name] else None for x, heights in places]
            drawn = [(own[0], own[lines[name]] / 1e6) for own in curves if name in lines]
            pins.show(marks, drawn)

    def _limit(self, points, budget):
        """Lines at the budget, a veil over everything above it."""
        for name, veil in self.veils.items():
            limit = budget.get(name)
            veil.show(None if limit is None else limit / 1e6)
        drawn = [point for point in points if point.series in DRAWN]
        over = [(point.x, point.top1) for point in drawn if not point.fits]
        self.over.set_data([x for x, _ in over], [top1 for _, top1 in over])

    def _words(self, view):
        """A description of the panels for readers who cannot see them."""
        family = view.design.family
        _, macs, params = view.curves[family]
        text = f"Three panels along {label(view.along)}, with {view.design} marked."
        if getattr(view.design, view.along) is None:
            missing = f"{family}, which has no {knobs()[view.along].symbol}, runs straight through"
            text = (
                f"Three panels along {label(view.along)}. {view.design} is not marked: {missing}."
            )
        for quantity, values in (("MACs", macs), ("Parameters", params)):
            low, high = millions(values.min()), millions(values.max())
            text += f" {quantity} of {family}: {low} to {high}."
        known = "none" if view.top1 is None else f"{view.top1:.1f} %"
        known += f" ({ELSEWHERE})" * (view.design.classes != CLASSES)
        return f"{text} Published top-1 of the design: {known}."


def heights_of(extremes=None):
    """The limits and ticks of each panel's height, with room for the `extremes` by name."""
    ends = dict.fromkeys(Sweep.LIMITS, (math.inf, 0)) | (extremes or {})
    heights = {name: _widened(*own, ends[name]) for name, own in Sweep.LIMITS.items()}
    return heights | {"top1": ((35, 86), range(40, 81, 10))}


def _widened(limits, ticks, ends):
    """The limits and ticks of a logarithmic axis, and more of them where `ends` lie outside."""
    low, high = min(limits[0], 0.8e-6 * ends[0]), max(limits[1], 1.25e-6 * ends[1])
    digits = dict.fromkeys(round(tick / 10 ** math.floor(math.log10(tick))) for tick in ticks)
    more = (digit * 10.0**power for power in range(-6, 12) for digit in digits)
    added = (tick for tick in more if low <= tick < limits[0] or limits[1] < tick <= high)
    return (low, high), sorted({*ticks, *added})
