"""A network layer by layer, as bars."""

from operator import attrgetter

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from mobilenet_lab import checks
from mobilenet_lab.plots.picture import Picture
from mobilenet_lab.plots.pins import Outlines, key
from mobilenet_lab.plots.style import INK, OPERATION, PALE, REFERENCE, STYLE, millions, references


class LayerBars(Picture):
    """A network layer by layer: MACs, parameters, and the values held in memory.

    `table` is the `cost.layer_table` whose layers have a place, whatever is shown; a design shown
    later may lack some, and others get a place with it. Its heights are the scale, so that two
    designs can be compared; a larger one extends it. Grey outlines are pinned designs; a line above
    the panels says which is which.
    """

    TITLES = {
        "macs": "MACs (millions)",
        "params": "parameters (millions)",
        "held": "values held while the layer runs (millions)",
    }
    KINDS = {
        "convolution": OPERATION["convolution"],
        "depthwise": OPERATION["depthwise"],
        "pointwise": OPERATION["pointwise"],
        "classifier": OPERATION["dense"],
        "dense": OPERATION["dense"],
        "add": OPERATION["addition"],
        "multiply": OPERATION["multiplication"],
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
                self.pins[name] = Outlines(axes)
                self.values[name] = axes.text(
                    1, 1.03, "", transform=axes.transAxes, ha="right", va="bottom", weight="bold"
                )
        self._add_legend()
        self._pool, self._outlines = (
            {name: [] for name in self.panels},
            {name: [] for name in self.panels},
        )
        self._pinned = {}
        self.limit = self.panels["held"].axhline(0, color=INK, lw=1.2, ls="--", zorder=3)
        self.moving = [self.limit, *self.values.values()]
        self._set_places(self.base)
        self._set_limits((0.012, 0.012, 0.012))  # the widest numbers at the ticks
        self.freeze()

    def _add_legend(self):
        kinds = {kind_of(row) for row in self.base.values()}
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
                bar.set_facecolor(self.KINDS[kind_of(row)])
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
            name = stage_name(name)
            if (end - start) * self.size[0] / len(stages) > 7 * len(name):  # there is room for it
                places[(start + end) / 2] = name
        self.panels["held"].set_xticks(list(places), list(places.values()))

    def _set_limits(self, limits):
        """The heights of the panels, in millions; another one is another layout."""
        for axes, limit in zip(self.panels.values(), limits, strict=True):
            axes.set_ylim(0, limit)
        self.layout = self._layout(limits)

    def _layout(self, limits):
        return limits, tuple(self.names), tuple(self._pinned)

    def _set_pinned(self, pinned):
        """An outline for each pinned (design, table); others are another layout."""
        self._pinned = {
            design: self._pinned.get(design) or _with_bars(table) for design, table in pinned
        }
        for outlines in self.pins.values():
            self.moving += outlines.provide(len(pinned))
        key(self.panels["macs"], len(pinned))

    def show(self, design, table, pinned=(), rescale=False, limit=None):
        """Show a design and its `cost.layer_table`, beside pinned pairs (design, table).

        `rescale` fits the panels to what is shown instead of keeping the scale. `limit` is the most
        RAM allowed in bytes, a line at as many values of 8 bits.
        """
        if [own for own, _ in pinned] != list(self._pinned):
            self._set_pinned(pinned)
        rows, pinned = _with_bars(table), list(self._pinned.values())
        places = _merged(self.base, rows, *pinned)
        if list(places) != self.names:
            self._set_places(places)
        heights, pins = self._heights(rows), [self._heights(one) for one in pinned]
        scale = self._heights({} if rescale else self.base)
        tall = (heights, scale, *pins)
        limits = tuple(ceiling(max(max(one[n]) for one in tall)) for n in heights)
        if self._layout(limits) != self.layout:
            self._set_limits(limits)
        for name, values in heights.items():
            for bar, value in zip(self.bars[name], values, strict=True):
                bar.set_height(value)
            self.pins[name].show([own[name] for own in pins])
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
        self.limit.set_visible(limit is not None)
        self.limit.set_ydata([(limit or 0) / 1e6] * 2)
        self.words += references(list(self._pinned), {"ram": limit})

    def _heights(self, rows):
        """The heights of the bars of some rows, in millions; 0 for a missing layer."""
        return {
            count: [getattr(rows[name], count) / 1e6 if name in rows else 0 for name in self.names]
            for count in self.TITLES
        }


def _with_bars(table):
    """The rows of a `cost.layer_table` that have bars, by name."""
    for name in ("name", "op", "stage"):
        checks.column(table, name)
    for name in LayerBars.TITLES:
        checks.finite(table, name, above=-1, gaps=name == "held")
    return {row.name: row for row in table.itertuples() if row.held is not pd.NA}


def _merged(*tables):
    """The rows of some tables, each name once; a new name follows its predecessor."""
    order = []
    for rows in tables:
        at = 0
        for name in rows:
            if name not in order:
                order.insert(at, name)
            at = order.index(name) + 1
    known = {name: row for rows in tables for name, row in rows.items()}
    return {name: known[name] for name in order}


def stage_name(stage):
    """What a stage is called below its bars."""
    return stage.replace("classifier", "head")


def kind_of(row):
    """The name of a row of a layer table in a legend."""
    if row.stage.startswith("classifier"):
        return "classifier"
    return {"addition": "add", "multiplication": "multiply"}.get(row.op, row.op)


def ceiling(value):
    """A round number a little higher."""
    power = 10.0 ** np.floor(np.log10(value))
    digits = (1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
    return next(float(digit * power) for digit in digits if digit * power >= value)
