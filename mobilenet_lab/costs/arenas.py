"""The memory of many designs at once: what `arena.ram` says of each, about a thousand times faster.

Designs that have the same layers go through the definition of a runtime together, arrays in place
of integers. The greedy plan differs from design to design by the order in which it places tensors,
but of most tensors it can be told beforehand that they cannot reach above the peak of what is
alive. The few others come in a few orders, and the designs that share one are planned together.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache, reduce
from itertools import combinations
from typing import Any

import numpy as np

from mobilenet_lab.costs.arena import DEFINITIONS, VALUE_BYTES, Life, lives_of
from mobilenet_lab.costs.graph import operations
from mobilenet_lab.costs.memory import held, peak
from mobilenet_lab.networks.trace import WEIGHTED, Count, Layer, Shape, volume

Where = tuple[np.ndarray, ...]  # places of some designs along each axis of a grid


def rams(layers: Sequence[Layer], bits: int, runtime: str, where: Where = ()) -> Count:
    """`arena.ram` of some designs of a grid's trace; an integer for the trace of one design.

    `where` are the places of the designs along each axis of the grid, arrays of one length; all
    designs of a trace that has one axis if there are none. `bits` and `runtime` must have been
    validated. Networks with paddings are not for here, since a runtime joins some of them.
    """
    sides = [np.asarray(side) for layer in layers for side in (*layer.shape_out, layer.present)]
    axes = np.broadcast_shapes(*(side.shape for side in sides), np.shape(layers[0].shape_in[0]))
    if not axes:
        image = np.array([volume(layers[0].shape_in)], dtype=object)
        return _together(layers, image, bits, runtime)[0]
    where = where or (np.arange(axes[0]),)
    image = volume(_Taken(where)(layers[0].shape_in))
    found = np.zeros(len(where[0]), dtype=np.int64)
    for places, own in alike(layers, where):
        images = np.broadcast_to(image, found.shape)[places]
        found[places] = _together(own, images, bits, runtime)
    return found


def least(layers: Sequence[Layer], bits: int, runtime: str) -> Count:
    """Bytes that `rams` does not undercut, of a grid's trace; quick, and often the very number.

    Live tensors at convolutions and additions; where a definition leaves out some of these, what a
    convolution reads and writes.
    """
    if runtime in ("live", "tflm"):
        values = held(layers)
    else:
        sliding = [own for own in layers if own.op in WEIGHTED and own.op != "depthwise"]
        values = [(volume(own.shape_in) + volume(own.shape_out)) * own.present for own in sliding]
    return peak(values) * VALUE_BYTES[bits]


def alike(layers: Sequence[Layer], where: Where) -> Iterator[tuple[np.ndarray, list[Layer]]]:
    """The designs that have the same layers, and these layers, for each such group."""
    taken = _Taken(where)
    optional = [layer for layer in layers if layer.present is not True]
    there = [np.broadcast_to(taken.of(own.present), len(where[0])) for own in optional]
    for places in _groups(there, len(where[0])):
        absent = {
            layer.name: layer.instead
            for layer, own in zip(optional, there, strict=True)
            if not own[places[0]]
        }
        own = _Taken(tuple(axis[places] for axis in where))
        yield places, [_of(layer, own, absent) for layer in layers if layer.name not in absent]


class _Taken:
    """Sides and widths of some designs of a grid, each worked out once, since layers share them."""

    def __init__(self, where: Where) -> None:
        self.where, self.known = where, dict[int, tuple[Any, Any]]()

    def __call__(self, shape: Shape) -> Shape:
        return tuple(map(self.of, shape))

    def of(self, side: Any) -> Any:
        """One value for each design, or one for all."""
        if not isinstance(side, np.ndarray):
            return side
        if id(side) not in self.known:
            pairs = zip(self.where, side.shape, strict=True)
            self.known[id(side)] = side, side[tuple(at if n > 1 else 0 for at, n in pairs)]
        return self.known[id(side)][1]


def _groups(facts: Sequence[np.ndarray], designs: int) -> list[np.ndarray]:
    """The places of the designs that agree in all of some facts, each an array of booleans."""
    if not len(facts):
        return [np.arange(designs)]
    packed = np.packbits(np.stack(facts), axis=0).T.copy()
    keys = packed.view(f"V{packed.shape[1]}").reshape(-1)
    order = np.argsort(keys, kind="stable")
    changes = np.flatnonzero(keys[order][1:] != keys[order][:-1]) + 1
    return np.split(order, changes)


def _of(layer: Layer, taken: _Taken, absent: dict[str, str]) -> Layer:
    """A layer of some designs, which reads what is there."""
    reads = []
    for read in layer.reads:
        while read in absent:
            read = absent[read]
        reads.append(read)
    return layer._replace(reads=tuple(reads), shape_out=taken(layer.shape_out), present=True)


def _together(layers: Sequence[Layer], images: np.ndarray, bits: int, runtime: str) -> np.ndarray:
    """The bytes of designs with the same layers, and images of so many values."""
    own, graph = DEFINITIONS[runtime], operations(layers)
    lives = [
        life._replace(bytes=np.broadcast_to(np.asarray(life.bytes, images.dtype), images.shape))
        for life in lives_of(graph, images, bits, own)
    ]
    alive: list[Any] = own.alive(graph, lives)
    peaks = planned(lives, alive) if own.plan else reduce(np.maximum, alive)
    return peaks + own.persistent(graph)


# The greedy plan


def planned(lives: Sequence[Life], alive: Sequence[np.ndarray]) -> np.ndarray:
    """The peaks of the greedy plans (`arena.plan`) of designs with the same lives.

    The `bytes` of a life are an array with a value for each design, and so is what is `alive` at
    each operation.
    """
    peaks = reduce(np.maximum, alive)
    order = _Order(lives)
    matters = _spread(_rises(order, alive, peaks), order)
    facts = list(matters.values())
    for x, y in combinations(sorted(matters), 2):
        if y in order.beside[x]:
            facts.append(order.is_before(y, x) & matters[x] & matters[y])
    found = peaks.copy()
    for places in _groups(facts, len(peaks)):
        chosen = [x for x, own in matters.items() if own[places[0]]]
        chosen.sort(key=lambda x: (-lives[x].bytes[places[0]], -x))
        sizes = {x: lives[x].bytes[places] for x in chosen}
        found[places] = reduce(np.maximum, _ends(sizes, order.beside), found[places])
    return found


class _Order:
    """In which order the plan of each design places two tensors: the larger first."""

    def __init__(self, lives: Sequence[Life]) -> None:
        self.lives = lives
        self.beside = _beside(tuple((life.first, life.last) for life in lives))
        self._later: dict[tuple[int, int], np.ndarray] = {}

    def is_before(self, one: int, other: int) -> np.ndarray:
        """The designs that place `one` before `other`."""
        if one < other:
            return ~self.is_before(other, one)
        if (one, other) not in self._later:
            self._later[one, other] = self.lives[one].bytes >= self.lives[other].bytes
        return self._later[one, other]


@lru_cache(maxsize=64)
def _beside(spans: tuple[tuple[int, int], ...]) -> list[list[int]]:
    """For each tensor those that are alive with it, from all first and last operations."""
    return [
        [y for y, (start, end) in enumerate(spans) if start <= last and first <= end and x != y]
        for x, (first, last) in enumerate(spans)
    ]


def _rises(order: _Order, alive: Sequence[np.ndarray], peaks: np.ndarray) -> dict[int, np.ndarray]:
    """The tensors that might end above all that is alive, and in the plans of which designs.

    A tensor starts at 0, or above some of the tensors placed before that are alive with it. The
    lowest of these starts at 0, or there is room for it below: whatever starts higher lies on a
    tensor at least as large. Between any two of them it left out a gap smaller than itself at most.
    """
    found = {}
    for own, life in enumerate(order.lives):
        beside = order.beside[own]
        if len(beside) < 2:
            continue
        others = sum(alive[life.first : life.last + 1]) - life.bytes * (life.last - life.first + 1)
        possible = others + life.bytes * len(beside) > peaks
        if not possible.any():
            continue
        end, placed = life.bytes.copy(), np.zeros(peaks.shape, dtype=np.int8)
        for other in beside:
            first = order.is_before(other, own)
            end += order.lives[other].bytes * first
            placed += first
        rises = end + life.bytes * np.maximum(placed - 1, 0) > peaks
        if rises.any():
            found[own] = rises
    return found


def _spread(matters: dict[int, np.ndarray], order: _Order) -> dict[int, np.ndarray]:
    """Those tensors, and all that decide where these are placed."""
    waiting = list(matters)
    while waiting:
        own = waiting.pop()
        for other in order.beside[own]:
            more = matters[own] & order.is_before(other, own)
            known = matters.get(other)
            if more.any() and (known is None or (more & ~known).any()):
                matters[other] = more if known is None else known | more
                waiting.append(other)
    return matters


def _ends(sizes: dict[int, np.ndarray], beside: list[list[int]]) -> Iterator[np.ndarray]:
    """Where each tensor ends, placed in this order, each at the lowest place that is free."""
    starts: dict[int, np.ndarray] = {}
    for own, size in sizes.items():
        placed = [other for other in beside[own] if other in starts]
        starts[own] = np.zeros_like(size)
        if placed:
            starts[own] = _lowest(
                size,
                np.stack([starts[other] for other in placed]),
                np.stack([starts[other] + sizes[other] for other in placed]),
            )
        yield starts[own] + size


def _lowest(size: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """The lowest place for `size` bytes beside blocks that start and end there."""
    order = np.argsort(starts, axis=0)
    found, looks = np.zeros_like(size), np.ones(size.shape, dtype=bool)
    for start, end in zip(
        np.take_along_axis(starts, order, 0), np.take_along_axis(ends, order, 0), strict=True
    ):
        looks = looks & (start - found < size)
        found = np.where(looks, np.maximum(found, end), found)
    return found
