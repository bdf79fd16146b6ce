"""Receptive fields: what a position of a map sees of the image, exact, from the trace."""

from collections.abc import Callable
from typing import NamedTuple

import pandas as pd

from mobilenet_lab import checks
from mobilenet_lab.costs.cost import nullable
from mobilenet_lab.networks.design import Design, trace
from mobilenet_lab.networks.trace import IMAGE, SLIDING, Layer, known


class Field(NamedTuple):
    """What one position sees: the side in px, and the distance of neighbours (None: only one)."""

    side: int
    jump: int | None


def receptive_fields(design: Design) -> pd.DataFrame:
    """One row per layer: a DataFrame that joins with `layer_table` by `name`.

    `field`: the side in pixels of what one position sees of the image, edges aside (it may be
    larger than the image); where height and width differ, along the height. `jump`: the distance in
    pixels between the fields of two neighbours, <NA> after the pooling, which sees everything. Both
    are exact, from the trace. A map that is scaled by a gate sees what the gate sees, the whole
    image.
    """
    found = {IMAGE: Field(1, 1)}
    for layer in trace(design):
        found[layer.name] = known(layer, WIDENS)(
            layer, _widest([found[one] for one in layer.reads])
        )
    del found[IMAGE]
    sides = [field.side for field in found.values()]
    jumps = nullable([field.jump for field in found.values()])
    return pd.DataFrame({"name": list(found), "field": sides, "jump": jumps})


def seen_pixels(design: Design, name: str, position: int, axis: int = 0) -> tuple[int, int]:
    """The first pixel that a position of a layer's map sees, along one side, and the one after.

    `position` counts rows of the map from 0, or columns with `axis=1`. With row and column of a
    position this gives the box on the image that can change what stands there, cut at the image's
    edges; (0, 0) for what is padding, which sees nothing.

    Raises `ValueError` for a layer or a position that the design does not have.
    """
    layers = trace(design)
    names = [layer.name for layer in layers]
    if not isinstance(name, str) or name not in names:
        checks.refuse("name", name, f"a layer of {design}: {names[0]!r} and so on")
    last, axis = names.index(name), checks.integer("axis", axis, 0, most=1)
    size = _side(layers[last].shape_out, axis)
    first = checks.integer("position", position, 0, most=size - 1)
    seen = {name: (first, first + 1)}  # of each map, the positions that count
    sizes = {layer.name: _side(layer.shape_out, axis) for layer in layers}
    sizes[IMAGE] = _side(layers[0].shape_in, axis)
    for layer in reversed(layers[: last + 1]):
        if layer.name in seen:
            for read in layer.reads:
                own = _read_by(layer, axis, sizes[read], sizes[layer.name], *seen[layer.name])
                seen[read] = _union(seen.get(read), own)
    return seen[IMAGE]


def _widest(fields: list[Field]) -> Field:
    """What merged maps see: whatever any of them sees, at the positions of the finest."""
    jumps = [field.jump for field in fields if field.jump is not None]
    return Field(max(field.side for field in fields), min(jumps, default=None))


def _slides(layer: Layer, field: Field) -> Field:
    if field.jump is None:
        return field
    return Field(field.side + (layer.reach() - 1) * field.jump, field.jump * layer.stride)


def _pools(layer: Layer, field: Field) -> Field:
    if field.jump is None:
        return field
    return Field(field.side + (_side(layer.shape_in) - 1) * field.jump, None)


def _stays(layer: Layer, field: Field) -> Field:
    return field


Widens = Callable[[Layer, Field], Field]
IN_PLACE = ("batch_norm", "activation", "rescaling", "dropout", "padding")
MERGES = ("addition", "multiplication", "concatenation")
SLIDES = (*SLIDING, "max_pooling", "average_pooling")
WIDENS: dict[str, Widens] = {
    **dict.fromkeys(SLIDES, _slides),
    "pooling": _pools,
    **dict.fromkeys(("dense", "reshape", *IN_PLACE, *MERGES), _stays),
}


def _side(shape: tuple[int, ...], axis: int = 0) -> int:
    """The rows of a map, or its columns; 1 after the pooling."""
    return shape[axis] if len(shape) == 3 else 1


def _union(one: tuple[int, int] | None, other: tuple[int, int]) -> tuple[int, int]:
    """The positions from the first of either to the last of either; an empty one adds none."""
    ranges = [both for both in (one, other) if both and both[0] < both[1]]
    if not ranges:
        return 0, 0
    return min(first for first, _ in ranges), max(after for _, after in ranges)


def _read_by(
    layer: Layer, axis: int, size: int, out: int, first: int, after: int
) -> tuple[int, int]:
    """The positions of `size` that a layer reads to write `first` up to `after`, of `out`."""
    if first >= after:
        return 0, 0
    if layer.op in SLIDES:
        kernel, stride = layer.reach(axis), layer.stride
        before = max((out - 1) * stride + kernel - size, 0) // 2  # "same" pads; "valid" needs none
        return max(first * stride - before, 0), min((after - 1) * stride - before + kernel, size)
    if layer.op == "pooling" or size == 1:  # all of it, as of a gate or a vector
        return 0, size
    before = (out - size) // 2  # a single row of padding lies below, two lie around the map
    return max(first - before, 0), min(after - before, size)
