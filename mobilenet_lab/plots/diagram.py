"""Drawings of a network, a stage or a block, from its trace.

A drawing is a row of columns. Each column shows an operation (a box in the colour of its kind,
filled by its share of the MACs), its output map (as high as its pixels, as wide as the square root
of its channels, to one scale within a drawing) and its cost. Arcs are the network's shortcuts. A
grey line of text below describes what is pinned; where it takes more lines, maps are smaller.
"""

import math
from functools import cache, lru_cache
from typing import Any, NamedTuple

from matplotlib import rc_context
from matplotlib.patches import Rectangle

from mobilenet_lab import checks
from mobilenet_lab.networks.design import CLASSES, Design, trace
from mobilenet_lab.networks.sizes import longest, written
from mobilenet_lab.networks.trace import SLIDING, WEIGHTED, known
from mobilenet_lab.plots.picture import Picture
from mobilenet_lab.plots.style import (
    INK,
    OPERATION,
    REFERENCE_WORDS,
    STYLE,
    family_color,
    millions,
    numbered,
    references,
)

TITLES = {
    "conv": "convolution",
    "pool": "average pool",
    "flatten": "reshape",
    "dense": "dense",
}


class Column(NamedTuple):
    """One column of a drawing: an operation, its output map, and the cost.

    `shortcut` is the column whose map is added here to that of the column before, or None.
    """

    title: str
    details: tuple
    color: str
    size: Any
    channels: Any
    macs: int = 0
    params: int = 0
    shortcut: int | None = None


def columns(design, part="network"):
    """The columns of a drawing; the first is the input map.

    `part` is "network", a stage ("stem", "stage1" …) or a block ("stage1_block1" …) of the design.
    Raises `ValueError` for a part that it does not have.
    """
    layers = trace(design)
    names = {"network"} | {layer.stage for layer in layers} | {layer.block for layer in layers}
    checks.one_of("part", part, sorted(names - {""}))
    if part == "network":
        groups = _grouped(layers, lambda layer: layer.stage)
        found = [_stage(design, name, own) for name, own in groups.items()]
        return _with_input(design, layers, found)
    inside = [layer for layer in layers if part in (layer.stage, layer.block)]
    if part == inside[0].stage and all(layer.block for layer in inside):
        groups = _grouped(inside, lambda layer: layer.block)
        found = [_block(design, *pair, index) for index, pair in enumerate(groups.items())]
    else:
        found = _operations(inside)
    return _with_input(design, inside, found)


def _with_input(design, layers, found):
    first, known = layers[0], trace(design)
    title, details = "input", ("224 · ρ px",)
    if first is not known[0]:
        before = known[known.index(first) - 1]
        title, details = "from", ((before.block or before.stage).replace("_", "\n"),)
    return [Column(title, details, "white", first.size_in, first.c_in), *found]


def _grouped(layers, key):
    groups = {}
    for layer in layers:
        groups.setdefault(key(layer), []).append(layer)
    return groups


def _summed(layers):
    end = layers[-1]
    macs, params = (sum(getattr(layer, count) for layer in layers) for count in ("macs", "params"))
    return {"size": end.size_out, "channels": end.c_out, "macs": macs, "params": params}


@cache
def _rule(family, dialect, name):
    """How the width of a stage follows α, in lines; none if it does not."""
    half, base, double = (
        [layer for layer in trace(network) if layer.stage == name][-1].c_out
        for network in (Design(family, alpha, dialect=dialect) for alpha in (0.5, 1.0, 2.0))
    )
    return () if base == double else (f"{base} · α", *["if α > 1"] * (half == base))


def _stage(design, name, layers):
    """A stage as one column, with the rule of its width."""
    blocks = len({layer.block for layer in layers if layer.block})
    details = [f"{blocks} block{'s' * (blocks > 1)}"] if blocks else []
    details += _rule(design.family, design.dialect, name)
    return Column(name, tuple(details), family_color(design.family), **_summed(layers))


def _block(design, name, layers, index):
    """A block as one column; its shortcut comes from the column before."""
    stride = max(layer.stride for layer in layers)
    adds = _adds(layers)
    details = (f"stride {stride}", "shortcut" if adds else "no shortcut")
    title = name.rsplit("_", 1)[-1].replace("block", "block ")
    details = details if _adds(trace(design)) else details[:1]
    shortcut = index if adds else None
    return Column(title, details, family_color(design.family), **_summed(layers), shortcut=shortcut)


def _adds(layers):
    """Whether there is a shortcut."""
    return any(layer.op == "addition" for layer in layers)


def _operations(layers):
    """A column for each operation; batch norm and activation join the one before."""
    groups = []
    for layer in layers:
        if layer.op in ("batch_norm", "activation") and groups:
            groups[-1].append(layer)
        else:
            groups.append([layer])
    places = {layer.name: at for at, group in enumerate(groups, 1) for layer in group}
    return [_operation(group, places) for group in groups]


def _operation(group, places):
    """A group of layers as one column; `places` are the columns of the layers of this part."""
    first = group[0]
    details = []
    if first.op in SLIDING:
        details.append(f"{first.kernel}×{first.kernel}, stride {first.stride}")
    details += [layer.function.replace("_", " ") or "batch norm" for layer in group[1:]]
    if first.op in WEIGHTED and [layer.op for layer in group[1:]] == ["batch_norm"]:
        details.append("linear")
    before = places[first.name] - 1
    aside = [column for read in first.reads if (column := places.get(read, 0)) != before]
    shortcut = aside[0] if aside else None
    title, color = TITLES.get(first.role, first.role), known(first, OPERATION)
    return Column(title, tuple(details), color, **_summed(group), shortcut=shortcut)


class Diagram(Picture):
    """A drawing that follows a design: the network, one of its stages or one of its blocks."""

    SLOTS = 12  # at first; a drawing of more columns adds some, with smaller letters

    def __init__(self, width=840, height=290):
        super().__init__(width, height)
        self.figure.set_layout_engine("none")
        with rc_context(STYLE):
            self.axes = self.figure.add_axes((0, 0, 1, 1))
            self.axes.set(xlim=(0, 1), ylim=(0, 1))
            self.axes.axis("off")
            (self.arrows,) = self.axes.plot([], [], ">", color=INK, ms=5)
            style = {"ha": "center", "va": "bottom", "size": 9, "color": REFERENCE_WORDS}
            self.pinned = self.axes.text(0.5, 0.005, "", **style)
        self.slots, self.arcs = [], []
        self.moving = [self.arrows, self.pinned]
        self._add_slots(self.SLOTS)

    def _add_slots(self, count):
        """Make the artists for a number of columns."""
        arc = {"color": INK, "lw": 1.4, "marker": "v", "ms": 6, "markevery": [3]}
        while len(self.slots) < count:
            with rc_context(STYLE):
                self.slots.append(Slot(self.axes))
                self.arcs += self.axes.plot([], [], **arc)
            added = [*self.slots[-1].artists, self.arcs[-1]]
            for artist in added:
                artist.set_animated(self.arrows.get_animated())
            self.moving += added

    def show(self, design, part="network", pinned=()):
        """Draw a design, or a part of it: a stage ("stage2") or a block ("stage2_block1").

        What the same part of each `pinned` design costs stands below, two in a line.
        """
        shown, costs = columns(design, part), [_reference(one, part) for one in pinned]
        self._add_slots(len(shown))
        step = 1 / len(shown)
        middles = [step * (index + 0.5) for index in range(len(shown))]
        scale = Scale(step, shown, lines=math.ceil(len(pinned) / 2))
        for index, slot in enumerate(self.slots):
            present = index < len(shown)
            slot.show(shown[index] if present else None, middles[index] if present else 0, scale)
        between = [step * index for index in range(1, len(shown))]
        self.arrows.set_data(between, [Slot.MIDDLE] * len(between))
        self._arcs(shown, middles)
        self._pin(costs)
        self.words = self._words(design, part, shown) + references([said for said, _ in costs])

    def _pin(self, costs):
        """What is pinned: one design in full, several short, two in a line."""
        short = numbered([short for _, short in costs])
        lines = ["   ".join(short[at : at + 2]) for at in range(0, len(short), 2)]
        several = "pinned " + "\n".join(lines) if lines else ""
        one = f"pinned: {costs[0][0]}" if len(costs) == 1 else None
        self.pinned.set_text(one or several)
        self.pinned.set_size(9 if one else 8)

    def _arcs(self, shown, middles):
        """An arc for each shortcut; shorter ones run lower, so that none hides another."""
        spans = {at: at - one.shortcut for at, one in enumerate(shown) if one.shortcut is not None}
        heights = sorted(set(spans.values()), reverse=True)
        for index, arc in enumerate(self.arcs):
            arc.set_visible(index in spans)
            if index in spans:
                aside, rank = 0.12 * (middles[1] - middles[0]), heights.index(spans[index])
                start, end = middles[index - spans[index]] + aside, middles[index] - aside
                top = 0.98 - 0.02 * min(rank, 2)
                arc.set_data([start, start, end, end], [Slot.TOP, top, top, Slot.TOP + 0.015])

    def _words(self, design, part, shown):
        steps = " → ".join(f"{one.title} {written(one.size)} px × {one.channels}" for one in shown)
        adds = [one.title for one in shown if one.shortcut is not None]
        shortcuts = f" Shortcuts at: {', '.join(adds)}." if adds else ""
        return f"{_named(design, part)}: {steps}.{shortcuts}"


@lru_cache(maxsize=64)
def _reference(pinned, part):
    """A pinned design's part and what it costs; and the same, short."""
    shown = columns(pinned, part)
    macs, params = sum(one.macs for one in shown), sum(one.params for one in shown)
    said = f"{_named(pinned, part)}: {millions(macs)} MACs, {params:,} parameters"
    name = str(pinned.replace(classes=CLASSES)).removeprefix("MobileNet ")  # all have the same
    return said, f"{name}: {millions(macs)} MACs, {millions(params)} parameters"


def _named(design, part):
    """A design, or a part of it: "MobileNet v2, α 1, 224 px, t 6, stage2, block1"."""
    return f"{design}" if part == "network" else f"{design}, {part.replace('_', ', ')}"


class Scale:
    """The size of a drawn map: one scale for all columns of a drawing.

    Shares are of the columns `shown`; `beside` are columns of the same drawing that are no part of
    them. Where more than one of the `lines` of text below is taken, maps stand higher.
    """

    def __init__(self, step, shown, beside=(), lines=1):
        self.step = step
        self.lift = Slot.LINE * max(0, lines - 1)
        self.letters = min(9, 110 * step)  # points
        self.tallest = max(longest(column.size) for column in (*shown, *beside))
        self.widest = max(column.channels for column in (*shown, *beside))
        self.macs = sum(column.macs for column in shown) or 1

    def box(self, column):
        """Width and height of a column's map."""
        width = 0.9 * self.step * math.sqrt(column.channels / self.widest)
        return width, (Slot.ROOM - self.lift) * longest(column.size) / self.tallest


class Slot:
    """The artists of one column."""

    TOP, BOTTOM, MIDDLE = 0.93, 0.68, 0.805  # of the operation's box
    FLOOR, ROOM = 0.36, 0.29  # of the maps
    LINE = 0.055  # of text

    def __init__(self, axes):
        self.fill = axes.add_patch(Rectangle((0, 0), 0, 0, lw=0, alpha=0.45))
        self.box = axes.add_patch(Rectangle((0, 0), 0, 0, ec=INK, lw=0.8))
        self.map = axes.add_patch(Rectangle((0, 0), 0, 0, ec=INK, lw=0.8, fc="#e8e8e8"))
        words = {"ha": "center", "va": "top", "size": 9}
        self.title = axes.text(0, self.TOP - 0.025, "", weight="bold", **words)
        self.details = axes.text(0, self.TOP - 0.085, "", **words)
        self.shape = axes.text(0, 0, "", **words)
        self.price = axes.text(0, 0, "", **words)
        self.artists = [self.fill, self.box, self.map, self.title, self.details, self.shape]
        self.artists.append(self.price)

    def show(self, column, middle, scale):
        for artist in self.artists:
            artist.set_visible(column is not None)
        if column is None:
            return
        side, high = 0.92 * scale.step, self.TOP - self.BOTTOM
        corner, share = (middle - side / 2, self.BOTTOM), column.macs / scale.macs
        self.box.set(xy=corner, width=side, height=high)
        self.box.set(facecolor=column.color, alpha=0.3 if column.color != "white" else 1)
        self.fill.set(xy=corner, width=side, height=high * share, facecolor=column.color)
        width, height = scale.box(column)
        floor = self.FLOOR + scale.lift
        self.map.set(xy=(middle - width / 2, floor), width=width, height=height)
        self.shape.set_y(floor - 0.02)
        self.price.set_y(floor - 0.14)
        for text in (self.title, self.details, self.shape, self.price):
            text.set(x=middle, fontsize=scale.letters)
        self.title.set_text(column.title)
        self.details.set_text("\n".join(column.details))
        self.shape.set_text(f"{written(column.size)} px\n× {column.channels}")
        self.price.set_text(self._price(column, share))

    @staticmethod
    def _price(column, share):
        """Three lines; the first column, which costs nothing, says what they are."""
        if column.color == "white":
            return "MACs\nshare\nparameters"
        if not column.params:
            return "–\n–\n–"
        return f"{millions(column.macs)}\n{share:.1%}\n{column.params:,}"
