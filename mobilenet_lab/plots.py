"""Frames → pictures: curves, planes, bars, and what they say of themselves."""

from dataclasses import dataclass
from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from mobilenet_lab.picture import (
    FAMILY,
    INK,
    KIND,
    LABEL,
    PALE,
    REFERENCE,
    RESOLUTION,
    STYLE,
    Picture,
    log_axis,
    millions,
    references,
)


@dataclass(frozen=True)
class View:
    """What the panels show: curves along one knob, and a design on them.

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
    """A published accuracy (top-1 in %) at `x` on the knob's axis, and what its network costs."""

    family: str
    x: float
    top1: float
    series: str
    macs: int
    params: int


class Sweep(Picture):
    """Three panels along one knob: MACs, parameters and published top-1, one curve a family.

    A pinned view stays as a grey reference; what is over a budget is dimmed.
    """

    RANGE = {
        "alpha": (0.05, 1.55, (0.25, 0.5, 0.75, 1.0, 1.25, 1.5)),
        "resolution": (48, 336, (96, 128, 160, 192, 224, 256, 288)),
        "expansion": (0.5, 10.5, (1, 2, 4, 6, 8, 10)),
    }
    LIMITS = {
        "macs": ((0.7, 4000), (1, 10, 100, 1000)),
        "params": ((0.08, 20), (0.1, 0.3, 1, 3, 10)),
    }

    def __init__(self, width=840, height=288):
        super().__init__(width, height)
        with rc_context(STYLE):
            panels = self.figure.subplots(1, 3)
            self.panels = dict(zip(("macs", "params", "top1"), panels, strict=True))
            for name, (limits, ticks) in self.LIMITS.items():
                log_axis(self.panels[name].yaxis, limits, ticks)
            self.panels["top1"].set(ylim=(35, 86), yticks=range(40, 81, 10))
            for name, axes in self.panels.items():
                axes.set_title(LABEL[name])
                axes.grid(color="#ececec")
            self._add_moving()
        place = {"loc": "outside lower center", "ncols": 6, "frameon": False}
        self.figure.legend(handles=self._handles(), handletextpad=0.4, **place)
        self._set_axis("alpha")
        self.freeze()

    def _add_moving(self):
        self.rules = {}
        self.pins, self.curves, self.marks, self.values = {}, {}, {}, {}
        for name, axes in self.panels.items():
            self.rules[name] = axes.axvline(1, color=REFERENCE, lw=1, ls=":")
            (self.pins[name],) = axes.plot([], [], "--", color=REFERENCE, lw=2, zorder=2.5)
            (self.pins[name, "mark"],) = axes.plot([], [], "o", ms=9, mfc="none", mec=REFERENCE)
            for family, color in FAMILY.items():
                style = "o-" if name == "top1" else "-"
                (self.curves[family, name],) = axes.plot([], [], style, color=color, ms=4)
            (self.marks[name],) = axes.plot([], [], "o", ms=9, mec=INK, mew=1.2)
            self.values[name] = axes.text(
                1, 1.03, "", transform=axes.transAxes, ha="right", va="bottom", weight="bold"
            )
        self.veils = {name: Veil(self.panels[name]) for name in self.LIMITS}
        top = self.panels["top1"]
        self.papers = {
            family: top.plot([], [], "D", color=color, mfc="none", ms=6)[0]
            for family, color in FAMILY.items()
        }
        (self.over,) = top.plot([], [], "o", color="white", alpha=0.7, ms=6.5, zorder=3)
        self.note = top.text(0.04, 0.96, "", transform=top.transAxes, va="top", color=INK)
        groups = (self.rules, self.pins, self.curves, self.papers)
        self.moving = [artist for group in groups for artist in group.values()]
        self.moving += [artist for veil in self.veils.values() for artist in veil.artists]
        self.moving += [self.over, *self.marks.values(), *self.values.values(), self.note]
        for mark in self.marks.values():
            mark.set_zorder(4)
        for artist in self.moving:
            artist.set_in_layout(False)

    @staticmethod
    def _handles():
        lines = [Line2D([], [], color=color, label=family) for family, color in FAMILY.items()]
        marks = (
            {"marker": "o", "ms": 4, "label": "published checkpoint"},
            {"marker": "D", "ms": 6, "mfc": "none", "label": "published in the paper"},
            {"marker": "o", "ms": 9, "mfc": "none", "label": "your design"},
            {"marker": "o", "ms": 9, "mfc": "none", "mec": REFERENCE, "label": "pinned"},
        )
        return lines + [Line2D([], [], ls="", color=INK, **mark) for mark in marks]

    def show(self, view, pinned=None, budget=None):
        """Move to a `View`, beside a pinned one along the same knob.

        `budget` maps "macs" and "params" to the most that is allowed, None for no limit.
        """
        self._set_axis(view.along)
        for family in FAMILY:
            x, *heights = self._curve(view, family)
            for name, y in zip(("macs", "params"), heights, strict=True):
                self.curves[family, name].set_data(x, y / 1e6)
            self._set_points(view.points, family)
        for (family, _), curve in self.curves.items():
            chosen = family == view.design.family
            curve.set(alpha=1 if chosen else 0.45, linewidth=2.4 if chosen else 1.4)
        self._mark(view)
        self._pin(pinned)
        self._limit(view.points, budget or {})
        self.words = self._words(view) + references(pinned and pinned.design, budget or {})

    def _set_axis(self, along):
        if along == self.layout:
            return
        low, high, ticks = self.RANGE[along]
        for axes in self.panels.values():
            axes.set_xlim(low, high)
            axes.set_xticks(ticks)
            axes.set_xlabel(LABEL[along])
        self.layout = along

    def _curve(self, view, family):
        """A family's curve; one that does not depend on the knob runs straight through."""
        x, macs, params = view.curves[family]
        if len(x) == 1:
            return np.array(self.RANGE[view.along][:2]), macs.repeat(2), params.repeat(2)
        return x, macs, params

    def _set_points(self, points, family):
        own = [point for point in points if point.family == family]
        series = {"checkpoint": self.curves[family, "top1"], "paper": self.papers[family]}
        for name, artist in series.items():
            shown = sorted((point.x, point.top1) for point in own if point.series == name)
            artist.set_data([x for x, _ in shown], [top1 for _, top1 in shown])

    def _place(self, view):
        """Where a design stands: x, and the heights to mark in each panel."""
        x = getattr(view.design, view.along)  # None for v1 along t, where its curves are flat
        known = [] if view.top1 is None or x is None else [view.top1]
        middle = sum(self.RANGE[view.along][:2]) / 2
        heights = {"macs": [view.price.macs / 1e6], "params": [view.price.params / 1e6]}
        return middle if x is None else x, heights | {"top1": known}

    def _mark(self, view):
        x, heights = self._place(view)
        color = FAMILY[view.design.family]
        for name, y in heights.items():
            self.rules[name].set(xdata=[x, x], visible=getattr(view.design, view.along) is not None)
            self.marks[name].set_data([x] * len(y), y)
            self.marks[name].set_markerfacecolor(color)
            self.values[name].set_color(color)
        self.values["macs"].set_text(millions(view.price.macs))
        self.values["params"].set_text(millions(view.price.params))
        self.values["top1"].set_text("" if view.top1 is None else f"{view.top1:.1f} %")
        self.note.set_text("nothing published for this design" if view.top1 is None else "")

    def _pin(self, pinned):
        """The pinned view's curve and design."""
        for artist in self.pins.values():
            artist.set_visible(pinned is not None)
        if pinned is None:
            return
        x, *heights = self._curve(pinned, pinned.design.family)
        for name, y in zip(("macs", "params"), heights, strict=True):
            self.pins[name].set_data(x, y / 1e6)
        at, heights = self._place(pinned)
        for name, y in heights.items():
            self.pins[name, "mark"].set_data([at] * len(y), y)

    def _limit(self, points, budget):
        """Lines at the budget, a veil over what exceeds it."""
        for name, veil in self.veils.items():
            limit = budget.get(name)
            veil.show(None if limit is None else limit / 1e6)
        over = [(p.x, p.top1) for p in points if exceeds(p, budget)]
        self.over.set_data([x for x, _ in over], [top1 for _, top1 in over])

    def _words(self, view):
        """What the panels show, for those who do not see them."""
        family = view.design.family
        _, macs, params = view.curves[family]
        text = f"Three panels along {LABEL[view.along]}, with {view.design} marked."
        for quantity, values in (("MACs", macs), ("Parameters", params)):
            low, high = millions(values.min()), millions(values.max())
            text += f" {quantity} of {family}: {low} to {high}."
        known = "none" if view.top1 is None else f"{view.top1:.1f} %"
        return f"{text} Published top-1 of the design: {known}."


class Veil:
    """A dashed line at a limit on the vertical axis of a panel, and a veil over all above it.

    `artists` are the two. A limit below the panel has no line, and all is under the veil.
    """

    def __init__(self, axes):
        self.low, self.high = axes.get_ylim()
        style = {"transform": axes.get_yaxis_transform(), "fc": "white", "alpha": 0.7, "zorder": 3}
        self.shade = axes.add_patch(Rectangle((0, self.high), 1, 0, **style))
        self.line = axes.axhline(self.high, color=INK, lw=1.2, ls="--", zorder=3)
        self.artists = (self.shade, self.line)

    def show(self, limit):
        """Move to a limit, None for no limit."""
        self.shade.set_visible(limit is not None and limit < self.high)
        self.line.set_visible(limit is not None and self.low <= limit < self.high)
        if self.shade.get_visible():
            start = max(limit, self.low)
            self.shade.set(y=start, height=self.high - start)
            self.line.set_ydata([start] * 2)


def exceeds(price, budget):
    """Whether `price`, which has `macs` and `params`, is over a limit of the budget."""
    return any(limit is not None and getattr(price, name) > limit for name, limit in budget.items())


class Plane(Picture):
    """Published top-1 over a price on a logarithmic axis: colours are resolutions, lines are α.

    `frame` has `alpha, resolution, top1` and the column `price` ("macs" or "params"). `law` is a
    slope and an intercept over log2 of the price, `front` the rows of a Pareto front.
    """

    def __init__(self, frame, price="macs", law=None, front=None, width=648, height=396):
        super().__init__(width, height)
        with rc_context(STYLE):
            draw_plane(self.figure.subplots(), frame, price, law, front)
        self.freeze()
        low, high = millions(frame[price].min()), millions(frame[price].max())
        self.words = (
            f"{len(frame)} published networks: top-1 {frame.top1.min():.1f} to "
            f"{frame.top1.max():.1f} % over {low} to {high} {LABEL[price].split(' (')[0]}."
        )
        if law is not None:
            self.words += f" A line: {law[0]:+.2f} points per doubling."
        if front is not None:
            self.words += f" A stepped line: the {len(front)} that no other beats."


class WidthResolution(Picture):
    """v1: MACs along α, one curve a resolution; published top-1 over MACs, with the law's line.

    What is over a limit is dimmed in both panels.
    """

    def __init__(self, grid, published, law, width=840, height=336):
        super().__init__(width, height)
        self.published = published
        with rc_context(STYLE):
            left, right = self.figure.subplots(1, 2)
            draw_plane(right, published, "macs", law)
            log_axis(left.yaxis, (0.7, 4000), (1, 10, 100, 1000))
            left.set(xlim=(0.05, 1.55), xlabel=LABEL["alpha"], title="computed MACs (millions)")
            left.grid(color="#ececec")
            for size, rows in grid.groupby("resolution"):
                left.plot(rows.alpha, rows.macs / 1e6, color=RESOLUTION[size], lw=1.4)
        self.axes = (left, right)
        (self.curve,) = left.plot([], [], color=INK, lw=2.4)
        (self.pin,) = left.plot([], [], "o", ms=9, mfc="none", mec=REFERENCE, mew=2)
        (self.chosen,) = left.plot([], [], "o", ms=9, mfc="none", mec=INK, mew=2, zorder=4)
        self.pin_rule = right.axvline(1, color=REFERENCE, lw=1.2, ls=":")
        self.rule = right.axvline(1, color=INK, lw=1.2, ls=":")
        (self.known,) = right.plot([], [], "o", ms=13, mfc="none", mec=INK, mew=2)
        self.veil = Veil(left)
        self.limit = right.axvline(1, color=INK, lw=1.2, ls="--", zorder=3)
        (self.over,) = right.plot([], [], "o", color="white", alpha=0.75, ms=8, zorder=3)
        self.moving = [self.curve, self.pin, self.chosen, self.pin_rule, self.rule, self.known]
        self.moving += [*self.veil.artists, self.over, self.limit]
        self.freeze()

    def show(self, design, curve, macs, top1=None, pinned=None, limit=None):
        """Mark a design of `macs` MACs and published `top1` (%), or None, on its `curve` along α.

        `pinned` is α and the MACs of a reference, `limit` the most MACs allowed.
        """
        x, y = curve
        self.curve.set_data(x, y / 1e6)
        self.chosen.set_data([design.alpha], [macs / 1e6])
        self.rule.set_xdata([macs / 1e6] * 2)
        self.known.set_data(*([], []) if top1 is None else ([macs / 1e6], [top1]))
        alpha, reference = pinned or (1, 1)
        for artist in (self.pin, self.pin_rule):
            artist.set_visible(pinned is not None)
        self.pin.set_data([alpha], [reference / 1e6])
        self.pin_rule.set_xdata([reference / 1e6] * 2)
        self._limit(limit)
        known = "none published" if top1 is None else f"{top1:.1f} %"
        self.words = (
            f"Left: computed MACs along α at {design.resolution} px, {design} marked at "
            f"{millions(macs)}. Right: published top-1 over MACs; of this design: {known}."
        )
        self.words += references(
            pinned and f"α {alpha:g}, {millions(reference)} MACs", {"macs": limit}
        )

    def _limit(self, limit):
        """Lines at the limit, and what exceeds it paler."""
        self.veil.show(None if limit is None else limit / 1e6)
        self.limit.set_visible(limit is not None)
        self.limit.set_xdata([(limit or 1) / 1e6] * 2)
        over = self.published.macs > (np.inf if limit is None else limit)
        self.over.set_data(self.published.macs[over] / 1e6, self.published.top1[over])


class Growth(Picture):
    """Columns of a frame along one of them, a panel each, heights from zero.

    `marked` is a value on the horizontal axis to draw a ring at. Counts are shown in millions.
    """

    def __init__(self, frame, along, columns, marked=None, width=840, height=264):
        super().__init__(width, height)
        with rc_context(STYLE):
            panels = self.figure.subplots(1, len(columns))
            for axes, name in zip(panels, columns, strict=True):
                x, y = frame[along], _shown(frame[name], name)
                axes.plot(x, y, "o-", color=FAMILY["v2"], ms=4)
                ring = x == marked
                axes.plot(x[ring], y[ring], "o", ms=11, mfc="none", mec=INK, mew=1.4)
                axes.set(title=LABEL[name], xlabel=LABEL[along], xticks=x, ylim=(0, 1.08 * y.max()))
                axes.grid(color="#ececec")
        self.freeze()
        ends = (f"{LABEL[name]} {_ends(_shown(frame[name], name))}" for name in columns)
        self.words = f"Along {LABEL[along]} {_ends(frame[along])}: {'; '.join(ends)}."


class Families(Picture):
    """Both families on one plane: a point a network, a panel for each column of `prices`.

    `value` is the column upwards. Prices and times have logarithmic axes, and so has an error.
    `laws` has a family's slope and intercept of log2 of the value over log2 of the first price.
    Where the column `fitted` is False, the point is hollow.
    """

    MARKER = {"v1": "o", "v2": "s"}

    def __init__(self, frame, prices, value, laws=None, width=None, height=336):
        super().__init__(width or (840 if len(prices) > 1 else 600), height)
        with rc_context(STYLE):
            panels = self.figure.subplots(1, len(prices), sharey=True, squeeze=False)[0]
            for axes, price in zip(panels, prices, strict=True):
                self._panel(axes, frame, price, value)
            panels[0].set_ylabel(LABEL[value])
            for family, law in (laws or {}).items():
                self._line(panels[0], frame[prices[0]], prices[0], family, law)
            panels[0].legend(frameon=False, loc="best")
        self.freeze()
        self.words = self._words(frame, prices, value, laws or {})

    def _panel(self, axes, frame, price, value):
        _fit_log_axis(axes.xaxis, _shown(frame[price], price))
        if value != "top1":
            _fit_log_axis(axes.yaxis, _shown(frame[value], value))
        axes.set_xlabel(LABEL[price])
        axes.grid(color="#ececec")
        for family, rows in frame.groupby("family"):
            style = {"ls": "", "marker": self.MARKER[family], "color": FAMILY[family], "ms": 5.5}
            x, y = _shown(rows[price], price), _shown(rows[value], value)
            axes.plot(x, y, mfc="none", **style)
            solid = rows["fitted"] if "fitted" in rows else rows[price].notna()
            axes.plot(x[solid], y[solid], label=family, **style)

    @staticmethod
    def _line(axes, prices, price, family, law):
        ends = np.array([prices.min() / 1.15, prices.max() * 1.15])
        y = 2 ** (law[0] * np.log2(ends) + law[1])
        axes.plot(_shown(ends, price), y, "--", color=FAMILY[family], lw=1.3, zorder=1)

    @staticmethod
    def _words(frame, prices, value, laws):
        over = ", ".join(LABEL[price] for price in prices)
        families = "; ".join(
            f"{len(rows)} of {family}, {_ends(_shown(rows[value], value))}"
            for family, rows in frame.groupby("family")
        )
        lines = "".join(
            f" Dashed line of {family}: slope {law[0]:.3f}." for family, law in laws.items()
        )
        what = LABEL[value][0].upper() + LABEL[value][1:]
        return f"{what} over {over}: {families}.{lines}"


def _shown(values, name):
    """A column as its axis shows it: counts in millions."""
    return values / 1e6 if name in ("macs", "params") else values


def _ends(values):
    """The least and the most of some values: "41.5 to 70.9"; the value itself where it is one."""
    ends = dict.fromkeys(f"{end:.3g}" for end in (values.min(), values.max()))
    return " to ".join(ends)


class Manifold(Picture):
    """A spiral, what comes back of it through n dimensions and ReLU, and that along n.

    The spiral's colours say how far along it a point is; grey is lost.
    """

    PARTS = tuple(RESOLUTION.values())
    TITLES = ("the spiral", "back by T⁺", "best linear way")

    def __init__(self, width=840, height=250):
        super().__init__(width, height)
        with rc_context(STYLE):
            *planes, self.chart = self.figure.subplots(1, 4, width_ratios=(1, 1, 1, 1.35))
            for axes, title in zip(planes, self.TITLES, strict=True):
                axes.set(xlim=(-1.1, 1.1), ylim=(-1.1, 1.1), aspect="equal", title=title)
                axes.set(xticks=(-1, 0, 1), yticks=(-1, 0, 1))
            self.chart.set(title="%", xlabel="dimensions n", xlim=(0, 31), ylim=(-3, 103))
            self.chart.set(xticks=(2, 10, 20, 30))
            self.chart.grid(color="#ececec")
            self.curves = [
                self.chart.plot([], [], color=color, ls=style, label=label)[0]
                for color, style, label in (
                    (INK, "-", "lost"),
                    (FAMILY["v2"], "--", "error, best way"),
                )
            ]
            self.chart.legend(frameon=False, loc="upper right")
            self.parts = [
                [axes.plot([], [], color=color, lw=1.6)[0] for color in self.PARTS]
                for axes in planes
            ]
            (self.lost,) = planes[0].plot([], [], ".", color=REFERENCE, ms=2.5)
            self.dots = [
                self.chart.plot([], [], "o", ms=8, mfc="none", mew=2, mec=curve.get_color())[0]
                for curve in self.curves
            ]
        self.moving = [line for lines in self.parts for line in lines]
        self.moving += [*self.curves, self.lost, *self.dots]
        self.freeze()

    def show(self, trip, course):
        """Show a `manifold.Trip` and the `manifold.course` that it is a row of."""
        for lines, points in zip(self.parts, (trip.spiral, trip.back, trip.best), strict=True):
            for line, part in zip(lines, np.array_split(points, len(lines)), strict=True):
                line.set_data(*part.T)
        self.lost.set_data(*trip.spiral[trip.lost].T)
        names = ("lost_share", "best_error")
        for name, curve, dot in zip(names, self.curves, self.dots, strict=True):
            curve.set_data(course.n, course[name])
            dot.set_data([trip.n], [getattr(trip, name)])
        self.words = str(trip)


class LayerBars(Picture):
    """A network layer by layer: MACs, parameters, and the values that memory holds meanwhile.

    `table` is the `cost.layer_table` whose layers have a place, whatever is shown; a design shown
    later may lack some, and others get a place with it. A grey outline is a pinned design.
    """

    TITLES = {
        "macs": "MACs (millions)",
        "params": "parameters (millions)",
        "held": "values held while the layer runs (millions)",
    }
    KINDS = {
        "convolution": KIND["Conv2D"],
        "depthwise": KIND["DepthwiseConv2D"],
        "pointwise": KIND["pointwise"],
        "classifier": KIND["Dense"],
        "add": KIND["Add"],
    }

    def __init__(self, table, width=840, height=456):
        super().__init__(width, height)
        self.base = _with_bars(table)
        with rc_context(STYLE):
            panels = self.figure.subplots(3, 1, sharex=True)
            self.panels = dict(zip(self.TITLES, panels, strict=True))
            self.pins, self.values, self.lines = {}, {}, []
            for name, axes in self.panels.items():
                axes.set_title(self.TITLES[name])
                axes.grid(color="#ececec", axis="y")
                axes.tick_params(axis="x", length=0)
                self.pins[name] = axes.stairs([0], lw=1.4, color=REFERENCE, zorder=3)
                self.values[name] = axes.text(
                    1, 1.03, "", transform=axes.transAxes, ha="right", va="bottom", weight="bold"
                )
        self._add_legend()
        self._pool = {name: [] for name in self.panels}
        self.moving = [*self.pins.values(), *self.values.values()]
        self._set_places(self.base)
        self._set_limits((0.012, 0.012, 0.012))  # the widest numbers at the ticks
        self.freeze()

    def _add_legend(self):
        kinds = {_kind(row) for row in self.base.values()}
        handles = [
            Rectangle((0, 0), 1, 1, fc=color, label=kind)
            for kind, color in self.KINDS.items()
            if kind in kinds
        ]
        handles.append(Line2D([], [], color=REFERENCE, lw=1.4, label="pinned"))
        self.figure.legend(handles=handles, loc="outside lower center", ncols=6, frameon=False)

    def _set_places(self, rows):
        """Give each row a bar, in their order; other ones are another layout."""
        self.names, count = list(rows), len(rows)
        for name, axes in self.panels.items():
            axes.set_xlim(-0.6, count - 0.4)
            pool = self._pool[name]
            while len(pool) < count:
                bar = Rectangle((len(pool) - 0.4, 0), 0.8, 0, lw=0)
                pool.append(axes.add_patch(bar))
                self.moving.append(bar)
                bar.set_animated(self.moving[0].get_animated())
            for index, bar in enumerate(pool):
                bar.set_visible(index < count)
        self.bars = {name: pool[:count] for name, pool in self._pool.items()}
        for bars in self.bars.values():
            for bar, row in zip(bars, rows.values(), strict=True):
                bar.set_facecolor(self.KINDS[_kind(row)])
        self._name_stages([row.stage for row in rows.values()])

    def _name_stages(self, stages):
        """Stages one beside the other, with a line between them."""
        names = list(dict.fromkeys(stages))
        starts = [stages.index(name) - 0.5 for name in names] + [len(stages) - 0.5]
        for line in self.lines:
            line.remove()
        self.lines = [
            axes.axvline(start, color=PALE, lw=0.8, zorder=0)
            for axes in self.panels.values()
            for start in starts[1:-1]
        ]
        places = {}
        for name, start, end in zip(names, starts, starts[1:], strict=False):
            name = name.replace("classifier", "head")
            if (end - start) * self.size[0] / len(stages) > 7 * len(name):  # there is room for it
                places[(start + end) / 2] = name
        self.panels["held"].set_xticks(list(places), list(places.values()))

    def _set_limits(self, limits):
        """The heights of the panels, in millions; another one is another layout."""
        for axes, limit in zip(self.panels.values(), limits, strict=True):
            axes.set_ylim(0, limit)
        self.layout = (limits, tuple(self.names))

    def show(self, design, table, pinned=None):
        """Move to a design and its `cost.layer_table`, beside a pinned (design, table)."""
        rows, reference = _with_bars(table), _with_bars(pinned[1]) if pinned else {}
        places = _merged(self.base, rows, reference)
        if list(places) != self.names:
            self._set_places(places)
        heights, pins = self._heights(rows), self._heights(reference)
        limits = tuple(_ceiling(max(heights[name] + pins[name])) for name in heights)
        if (limits, tuple(self.names)) != self.layout:
            self._set_limits(limits)
        for name, values in heights.items():
            for bar, value in zip(self.bars[name], values, strict=True):
                bar.set_height(value)
            self.pins[name].set_data(pins[name], np.arange(len(places) + 1) - 0.5)
            self.pins[name].set_visible(pinned is not None)
        most = {name: max(rows.values(), key=attrgetter(name)) for name in self.TITLES}
        for name in ("macs", "params"):
            self.values[name].set_text(f"total {millions(table[name].sum())}")
        self.values["held"].set_text(f"peak {millions(most['held'].held)}")
        self.words = (
            f"{design}, layer by layer. "
            f"Most MACs: {most['macs'].name}, {most['macs'].macs:,}. "
            f"Most parameters: {most['params'].name}, {most['params'].params:,}. "
            f"Most values held: {most['held'].name}, {most['held'].held:,}."
        )
        self.words += references(pinned and pinned[0])

    def _heights(self, rows):
        """The heights of the bars of some rows, in millions; 0 for a layer that is not there."""
        return {
            count: [getattr(rows[name], count) / 1e6 if name in rows else 0 for name in self.names]
            for count in self.TITLES
        }


def _with_bars(table):
    """The rows of a `cost.layer_table` that have bars, by name."""
    return {row.name: row for row in table.itertuples() if row.held is not pd.NA}


def _merged(*tables):
    """The rows of some tables, each name once; a new one stands behind the one before it."""
    order = []
    for rows in tables:
        at = 0
        for name in rows:
            if name not in order:
                order.insert(at, name)
            at = order.index(name) + 1
    known = {name: row for rows in tables for name, row in rows.items()}
    return {name: known[name] for name in order}


def _kind(layer):
    """What a row of a layer table is called in a legend."""
    if layer.stage == "classifier":
        return "classifier"
    if layer.kind == "Conv2D":
        return "pointwise" if layer.kernel == 1 else "convolution"
    return {"DepthwiseConv2D": "depthwise", "Add": "add"}[layer.kind]


def _ceiling(value):
    """A round number a little higher."""
    power = 10.0 ** np.floor(np.log10(value))
    digits = (1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
    return next(float(digit * power) for digit in digits if digit * power >= value)


def draw_plane(axes, frame, price, law=None, front=None):
    """Published top-1 over a price on `axes`: a point a network, a line an α."""
    ticks = {"macs": (10, 20, 50, 100, 200, 500), "params": (0.5, 1, 2, 4)}[price]
    low, high = frame[price].min() / 1e6, frame[price].max() / 1e6
    log_axis(axes.xaxis, (low / 1.3, high * 1.3), ticks)
    axes.set(
        xlabel=LABEL[price], title=LABEL["top1"], ylim=(frame.top1.min() - 4, frame.top1.max() + 3)
    )
    axes.grid(color="#ececec")
    for alpha, rows in frame.groupby("alpha"):
        x, y = rows[price] / 1e6, rows.top1
        axes.plot(x, y, color=PALE, lw=1.2, zorder=1)
        crowded = len(rows) == 1 and alpha < frame.alpha.max()  # a wider one stands to the right
        place = (-32, 5) if crowded else (5, -13)
        axes.annotate(f"α {alpha:g}", (x.min(), y.min()), place, textcoords="offset points")
    for size, rows in frame.groupby("resolution"):
        axes.plot(rows[price] / 1e6, rows.top1, "o", color=RESOLUTION[size], label=f"{size} px")
    if law is not None:
        ends = np.array([low, high])
        axes.plot(
            ends, law[0] * np.log2(ends * 1e6) + law[1], color=REFERENCE, ls="--", label="law"
        )
    if front is not None:
        x = front[price] / 1e6
        axes.step(x, front.top1, where="post", color=INK, lw=1.4, label="front")
    axes.legend(frameon=False, loc="lower right")


def _fit_log_axis(axis, values):
    """A logarithmic axis around `values`, with ticks at 1, 2, 5 or, if these are few, at 1 … 9."""
    low, high = values.min() / 1.2, values.max() * 1.2
    digits = (1, 2, 5) if high > 10 * low else range(1, 10)
    ticks = [digit * 10.0**power for power in range(-3, 6) for digit in digits]
    log_axis(axis, (low, high), [tick for tick in ticks if low <= tick <= high])
