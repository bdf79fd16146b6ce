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
from mobilenet_lab.networks.trace import WEIGHTED, Count, Layer, volume

Places = np.ndarray  # the numbers of some designs


def rams(layers: Sequence[Layer], bits: int, runtime: str) -> Count:
    """`arena.ram` of the designs of a trace, whose shapes are arrays with a value for each design.

    `bits` and `runtime` must have been validated.
    """
    image = volume(layers[0].shape_in)
    many = np.broadcast_shapes(np.shape(image), *(np.shape(own.c_out) for own in layers))
    found = np.zeros(many or (1,), dtype=object if not many else np.int64)
    images = np.broadcast_to(np.asarray(image, dtype=found.dtype), found.shape)
    for places, own in alike(layers, found.size):
        found[places] = _together(own, images[places], bits, runtime)
    return found if many else found[0]


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


def alike(layers: Sequence[Layer], designs: int) -> Iterator[tuple[Places, list[Layer]]]:
    """The designs that have the same layers, and these layers, for each such group."""
    optional = [layer for layer in layers if layer.present is not True]
    there = [np.broadcast_to(layer.present, designs) for layer in optional]
    for places in _groups(there, designs):
        absent = {
            layer.name: layer.instead
            for layer, own in zip(optional, there, strict=True)
            if not own[places[0]]
        }
        kept = [layer for layer in layers if layer.name not in absent]
        cut: dict[int, Any] = {}
        yield places, [_of(layer, places, absent, cut) for layer in kept]


def _groups(facts: Sequence[np.ndarray], designs: int) -> list[Places]:
    """The places of the designs that agree in all of some facts, each an array of booleans."""
    if not len(facts):
        return [np.arange(designs)]
    packed = np.packbits(np.stack(facts), axis=0).T.copy()
    keys = packed.view(f"V{packed.shape[1]}").reshape(-1)
    order = np.argsort(keys, kind="stable")
    changes = np.flatnonzero(keys[order][1:] != keys[order][:-1]) + 1
    return np.split(order, changes)


def _of(layer: Layer, places: Places, absent: dict[str, str], cut: dict[int, Any]) -> Layer:
    """A layer of some designs, which reads what is there; `cut` are sides and widths so far."""
    reads = []
    for read in layer.reads:
        while read in absent:
            read = absent[read]
        reads.append(read)
    for side in layer.shape_out:
        if id(side) not in cut:  # which layers share
            cut[id(side)] = side[places] if isinstance(side, np.ndarray) else side
    shape = tuple(cut[id(side)] for side in layer.shape_out)
    return layer._replace(reads=tuple(reads), shape_out=shape, present=True)


def _together(layers: list[Layer], images: np.ndarray, bits: int, runtime: str) -> Any:
    """The bytes of designs with the same layers, and images of so many values."""
    own, graph = DEFINITIONS[runtime], operations(layers)
    lives = [
        life._replace(bytes=np.broadcast_to(np.asarray(life.bytes, images.dtype), images.shape))
        for life in lives_of(graph, images, bits, own)
    ]
    alive = reduce(np.maximum, own.alive(graph, lives))
    return (planned(lives, alive) if own.plan else alive) + own.persistent(graph)


# The greedy plan


def planned(lives: Sequence[Life], alive: np.ndarray) -> np.ndarray:
    """The peaks of the greedy plans (`arena.plan`) of designs with the same lives.

    The `bytes` of a life are an array with a value for each design; `alive` are the peaks of what
    is alive, which no plan undercuts.
    """
    meets = _meeting(tuple((life.first, life.last) for life in lives))
    later = {(x, y): lives[y].bytes >= lives[x].bytes for x, y in meets}  # is y placed before x?
    matters = _spread(_rises(lives, later, alive), later)
    facts = [own for own in matters if own.any()]
    facts += [own & matters[x] & matters[y] for (x, y), own in later.items()]
    peaks = alive.copy()
    for places in _groups([own for own in facts if own.any()], len(alive)):
        chosen = [x for x, own in enumerate(matters) if own[places[0]]]
        chosen.sort(key=lambda x: (-lives[x].bytes[places[0]], -x))
        sizes = {x: lives[x].bytes[places] for x in chosen}
        beside = {x: [y for y in chosen if (min(x, y), max(x, y)) in later] for x in chosen}
        peaks[places] = reduce(np.maximum, _ends(sizes, beside), peaks[places])
    return peaks


@lru_cache(maxsize=64)
def _meeting(spans: tuple[tuple[int, int], ...]) -> list[tuple[int, int]]:
    """The pairs of tensors that are alive together, from their first and last operations."""
    return [
        (x, y)
        for x, y in combinations(range(len(spans)), 2)
        if spans[x][0] <= spans[y][1] and spans[y][0] <= spans[x][1]
    ]


def _rises(
    lives: Sequence[Life], later: dict[tuple[int, int], np.ndarray], alive: np.ndarray
) -> list[np.ndarray]:
    """For each tensor the designs in whose plan it might end above `alive`.

    It starts at 0, or above some of the tensors placed before that are alive with it. The lowest of
    these starts at 0, or there is room for it below: whatever starts higher lies on a tensor at
    least as large. Between any two of them it left out a gap smaller than itself at most.
    """
    ends = [life.bytes.copy() for life in lives]
    seen = [np.zeros(alive.shape, dtype=np.int64) for _ in lives]
    for (x, y), y_first in later.items():
        for own, other, first in ((x, y, y_first), (y, x, ~y_first)):
            ends[own] += lives[other].bytes * first
            seen[own] += first
    return [
        end + life.bytes * np.maximum(number - 1, 0) > alive
        for end, life, number in zip(ends, lives, seen, strict=True)
    ]


def _spread(
    matters: list[np.ndarray], later: dict[tuple[int, int], np.ndarray]
) -> list[np.ndarray]:
    """Those tensors, and all that decide where these are placed."""
    before = -1
    while (now := sum(int(own.sum()) for own in matters)) > before:
        before = now
        for (x, y), y_first in later.items():
            matters[y] |= matters[x] & y_first
            matters[x] |= matters[y] & ~y_first
    return matters


def _ends(sizes: dict[int, np.ndarray], beside: dict[int, list[int]]) -> Iterator[np.ndarray]:
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
