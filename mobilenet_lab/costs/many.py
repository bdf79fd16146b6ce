"""The counts of many designs of one family, vectorised."""

import itertools
import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from mobilenet_lab import capacity
from mobilenet_lab.costs.cost import COUNTS, EXACT, Cost, integers, total
from mobilenet_lab.layers import FeatureMap
from mobilenet_lab.networks import variants
from mobilenet_lab.networks.design import COLOURS
from mobilenet_lab.networks.families import FAMILIES
from mobilenet_lab.networks.sizes import Size

CHUNK = 16_384  # designs priced in one pass: their arrays stay in the processor's cache
COST_COLUMNS = (*COUNTS, *(f"body_{name}" for name in COUNTS))
WORD = 9  # bytes of a cell in a column: a number, and a flag where it can be missing

# "alpha", "resolution" (the height in pixels) and a family's own knobs, by name; "width" where it
# is not the height everywhere, "channels" where the input's are not 3
Values = Mapping[str, np.ndarray]


def counts(
    family: str, values: Values, classes: int, dialect: str, variant: str = ""
) -> dict[str, np.ndarray]:
    """The `COST_COLUMNS` of designs, in the order of the shape to which the values broadcast.

    The values must have been validated.
    """
    largest = _largest(family, values, classes, dialect, variant)
    if largest < EXACT:
        return _together(family, values, classes, dialect, variant)
    designs = math.prod(np.broadcast_shapes(*(own.shape for own in values.values())))
    cell = sys.getsizeof(largest) + 2 * WORD  # in a column, and before that in a dict
    capacity.require(designs, "designs of so many digits", len(COST_COLUMNS) * 2 * cell)
    return _singly(family, values, classes, dialect, variant)


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


def _largest(family: str, values: Values, classes: int, dialect: str, variant: str) -> int:
    """The largest count of the design that has the largest of all values."""
    most = {name: max(own.reshape(-1).tolist()) for name, own in values.items()}
    return max(_single(family, tuple(most.items()), classes, dialect, variant).columns().values())


def _together(
    family: str, values: Values, classes: int, dialect: str, variant: str
) -> dict[str, np.ndarray]:
    """The counts in passes over about `CHUNK` designs."""
    shape = np.broadcast_shapes(*(own.shape for own in values.values()))
    found = {name: np.empty(shape, dtype=np.int64) for name in COST_COLUMNS}
    for part in _parts(shape):
        own = {name: _cut(value, part) for name, value in values.items()}
        for name, amounts in _cost(family, own, classes, dialect, variant).columns().items():
            found[name][part] = amounts
    return {name: amounts.reshape(-1) for name, amounts in found.items()}


def _singly(
    family: str, values: Values, classes: int, dialect: str, variant: str
) -> dict[str, np.ndarray]:
    """The same with Python integers, for networks whose counts would overflow."""
    columns = [own.reshape(-1).tolist() for own in np.broadcast_arrays(*values.values())]
    rows = [
        _single(family, tuple(zip(values, own, strict=True)), classes, dialect, variant).columns()
        for own in zip(*columns, strict=True)
    ]
    return {name: integers([row[name] for row in rows]) for name in COST_COLUMNS}


@lru_cache(maxsize=4096)
def _single(
    family: str, values: tuple[tuple[str, Any], ...], classes: int, dialect: str, variant: str
) -> Cost:
    """The `Cost` of one design."""
    return _cost(family, dict(values), classes, dialect, variant)


def _cost(family: str, values: Mapping[str, Any], classes: int, dialect: str, variant: str) -> Cost:
    """The `Cost` of one design, or of a grid of them."""
    own = dict(values)
    height = own.pop("resolution")
    image = FeatureMap(height, own.pop("width", height), own.pop("channels", COLOURS))
    own |= variants.merged(family, variant).arguments
    end = FAMILIES[family].network(image, n_classes=classes, dialect=dialect, **own)
    return total(end.layers)


def _parts(shape: tuple[int, ...]) -> Iterator[tuple[slice, ...]]:
    """Slices of the axes that cover the grid in parts of at most `CHUNK` designs."""
    room, steps = CHUNK, list[int]()
    for length in reversed(shape):
        steps.insert(0, min(length, max(1, room)))
        room //= steps[0]
    starts = [range(0, length, step) for length, step in zip(shape, steps, strict=True)]
    for corner in itertools.product(*starts):
        yield tuple(slice(at, at + step) for at, step in zip(corner, steps, strict=True))


def _cut(values: np.ndarray, part: tuple[slice, ...]) -> np.ndarray:
    """That part of some values; along an axis where there is one for all, that one."""
    return values[
        tuple(own if n > 1 else slice(None) for own, n in zip(part, values.shape, strict=True))
    ]
