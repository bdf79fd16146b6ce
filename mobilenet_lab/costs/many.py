"""The counts of many designs of one family, vectorised."""

import itertools
import math
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from mobilenet_lab import capacity
from mobilenet_lab.costs.cost import COUNTS, EXACT, integers, total
from mobilenet_lab.layers import FeatureMap
from mobilenet_lab.networks import variants
from mobilenet_lab.networks.design import COLOURS
from mobilenet_lab.networks.families import FAMILIES
from mobilenet_lab.networks.sizes import Size
from mobilenet_lab.networks.trace import Count, Layer

CHUNK = 16_384  # designs priced in one pass: their arrays stay in the processor's cache
COST_COLUMNS = (*COUNTS, *(f"body_{name}" for name in COUNTS))
WORD = 9  # bytes of a cell in a column: a number, and a flag where it can be missing

# "alpha", "resolution" (the height in pixels) and a family's own knobs, by name; "width" where it
# is not the height everywhere, "channels" where the input's are not 3
Values = Mapping[str, np.ndarray]
Part = tuple[slice, ...]  # of a grid
Of = Callable[[tuple[Layer, ...]], dict[str, Count]]  # the columns of a trace


def cost_columns(layers: tuple[Layer, ...]) -> dict[str, Count]:
    """The `COST_COLUMNS` of a trace."""
    return total(layers).columns()


def counts(
    family: str,
    values: Values,
    classes: int,
    dialect: str,
    variant: str = "",
    of: Of = cost_columns,
) -> dict[str, np.ndarray]:
    """The columns that `of` gives of designs, in the order of the shape of the broadcast values.

    The values must have been validated.
    """
    network = family, classes, dialect, variant
    largest = _largest(values, network, of)
    most = max(largest.values())
    if most < EXACT:
        return _together(values, network, of, tuple(largest))
    designs = math.prod(np.broadcast_shapes(*(own.shape for own in values.values())))
    cell = sys.getsizeof(most) + 2 * WORD  # in a column, and before that in a dict
    capacity.require(designs, "designs of so many digits", len(largest) * 2 * cell)
    return _singly(values, network, of)


def traces(
    family: str, values: Values, classes: int, of: Of
) -> Iterator[tuple[Part, dict[str, np.ndarray], tuple[Layer, ...]]]:
    """A grid in the paper's dialect bit by bit: each part, its values, and its trace.

    The values must have been validated; they broadcast to the shape of the grid. A part has up to
    `CHUNK` designs; a single one if the columns that `of` gives would overflow NumPy's integers.
    Its trace then has Python integers.
    """
    network = family, classes, "paper", ""
    shape = np.broadcast_shapes(*(own.shape for own in values.values()))
    together = max(_largest(values, network, of).values()) < EXACT
    for part, own in _parted(values, shape, CHUNK if together else 1):
        taken = own if together else {name: value.item() for name, value in own.items()}
        yield part, own, _layers(taken, network)


def column(values: Sequence[Any]) -> np.ndarray:
    """Values as an array, of Python integers if NumPy's would overflow."""
    kinds = set(map(type, values))
    if kinds == {int}:
        return integers(values)
    return np.array(values, dtype=float if kinds <= {int, float} else object)


def sides(sizes: Sequence[Size]) -> dict[str, np.ndarray]:
    """The `Values` of some input sizes: heights and, if one is no square, widths."""
    if not any(isinstance(size, tuple) for size in sizes):
        return {"resolution": column(sizes)}
    pairs = [size if isinstance(size, tuple) else (size, size) for size in sizes]
    heights, widths = (column(own) for own in zip(*pairs, strict=True))
    return {"resolution": heights, "width": widths}


Network = tuple[str, int, str, str]  # family, classes, dialect, variant


def _largest(values: Values, network: Network, of: Of) -> dict[str, Count]:
    """The columns of the design that has the largest of all values."""
    most = {name: max(own.reshape(-1).tolist()) for name, own in values.items()}
    return _single(tuple(most.items()), network, of)


def _together(
    values: Values, network: Network, of: Of, names: Sequence[str]
) -> dict[str, np.ndarray]:
    """The columns in passes over about `CHUNK` designs."""
    shape = np.broadcast_shapes(*(own.shape for own in values.values()))
    found = {name: np.empty(shape, dtype=np.int64) for name in names}
    for part, own in _parted(values, shape, CHUNK):
        for name, amounts in of(_layers(own, network)).items():
            found[name][part] = amounts
    return {name: amounts.reshape(-1) for name, amounts in found.items()}


def _singly(values: Values, network: Network, of: Of) -> dict[str, np.ndarray]:
    """The same with Python integers, for networks whose counts would overflow."""
    columns = [own.reshape(-1).tolist() for own in np.broadcast_arrays(*values.values())]
    rows = [
        _single(tuple(zip(values, own, strict=True)), network, of)
        for own in zip(*columns, strict=True)
    ]
    return {name: integers([row[name] for row in rows]) for name in rows[0]}


@lru_cache(maxsize=4096)
def _single(values: tuple[tuple[str, Any], ...], network: Network, of: Of) -> dict[str, Count]:
    """The columns of one design."""
    return of(_layers(dict(values), network))


def _layers(values: Mapping[str, Any], network: Network) -> tuple[Layer, ...]:
    """The trace of one design, or of a grid of them."""
    family, classes, dialect, variant = network
    own = dict(values)
    height = own.pop("resolution")
    image = FeatureMap(height, own.pop("width", height), own.pop("channels", COLOURS))
    own |= variants.merged(family, variant).arguments
    end = FAMILIES[family].network(image, n_classes=classes, dialect=dialect, **own)
    return end.layers


def _parted(
    values: Values, shape: tuple[int, ...], most: int
) -> Iterator[tuple[Part, dict[str, np.ndarray]]]:
    """The grid in parts of at most so many designs, in its order, and the values of each part."""
    room, steps = most, list[int]()
    for length in reversed(shape):
        steps.insert(0, min(length, max(1, room)))
        room //= steps[0]
    starts = [range(0, length, step) for length, step in zip(shape, steps, strict=True)]
    for corner in itertools.product(*starts):
        part = tuple(slice(at, at + step) for at, step in zip(corner, steps, strict=True))
        yield part, {name: _cut(own, part) for name, own in values.items()}


def _cut(values: np.ndarray, part: Part) -> np.ndarray:
    """That part of some values; along an axis where there is one for all, that one."""
    return values[
        tuple(own if n > 1 else slice(None) for own, n in zip(part, values.shape, strict=True))
    ]
