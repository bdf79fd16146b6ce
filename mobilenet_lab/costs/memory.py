"""The values that must be held while a network runs, layer by layer, from what its layers read."""

from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from typing import Any

import numpy as np

from mobilenet_lab import checks
from mobilenet_lab.networks.trace import (
    MOVES,
    POOLING,
    WEIGHTED,
    Count,
    Layer,
    Shape,
    known,
    layers_of,
    volume,
)

# Whether an operation counts towards the peak. The others can work in place.
LOOKED_AT = {
    **dict.fromkeys((*WEIGHTED, "addition", "multiplication", "concatenation"), True),
    **dict.fromkeys(("batch_norm", "activation", *POOLING), False),
    **dict.fromkeys((*MOVES, "rescaling", "dropout"), False),
}

BEFORE = -1  # the place of the image, before all layers
Mask = Any  # True, or for a grid of designs an array of booleans


def held(layers: Sequence[Layer], in_place: bool = False) -> list[Count | None]:
    """The values held while each layer runs: its inputs, its output, and tensors needed later.

    Each distinct tensor counts once. If `in_place`, a depthwise layer writes into its input: the
    larger of the two counts. None for layers that can always work in place.
    """
    layers, in_place = layers_of(layers), checks.flag("in_place", in_place)
    looked_at = [known(layer, LOOKED_AT) for layer in layers]
    values_in = _volumes()
    amounts: list[Count] = [
        values_in(layer.shape_out) if is_seen else None
        for layer, is_seen in zip(layers, looked_at, strict=True)
    ]
    place = {layer.name: index for index, layer in enumerate(layers)}
    for tensor, readers in _readers(layers).items():
        start = place.get(tensor, BEFORE)
        values = values_in(layers[0].shape_in if start == BEFORE else layers[start].shape_out)
        for index, wanted in _waits(start, readers):
            if looked_at[index]:
                amounts[index] = amounts[index] + (values if wanted is True else values * wanted)
        for index, free in _freed(layers, readers) if in_place else ():
            shared = smaller(values, values_in(layers[index].shape_out))
            amounts[index] = amounts[index] - (shared if free is True else shared * free)
    return [
        amount if amount is None or layer.present is True else amount * layer.present
        for amount, layer in zip(amounts, layers, strict=True)
    ]


def _volumes() -> Callable[[Shape], Count]:
    """`volume`, worked out once for the shapes that a convolution shares with what follows it."""
    known_ones: dict[tuple[int, ...], Count] = {}

    def values_in(shape: Shape) -> Count:
        key = tuple(map(id, shape))
        if key not in known_ones:
            known_ones[key] = volume(shape)
        return known_ones[key]

    return values_in


def peak(values: Sequence[Count | None]) -> Count:
    """The largest of some `held` values, for each design of a grid."""
    return reduce(_larger, [value for value in values if value is not None], 0)


def _larger(a: Count, b: Count) -> Count:
    """The larger of two integers, element by element for grids."""
    return np.maximum(a, b) if isinstance(a, np.ndarray) or isinstance(b, np.ndarray) else max(a, b)


def smaller(a: Count, b: Count) -> Count:
    """The smaller of two integers, element by element for grids."""
    return np.minimum(a, b) if isinstance(a, np.ndarray) or isinstance(b, np.ndarray) else min(a, b)


def _freed(layers: Sequence[Layer], readers: list[tuple[int, Mask]]) -> Iterator[tuple[int, Mask]]:
    """The depthwise layers that read a tensor as its last readers, and in which designs."""
    later: Mask = False
    for index, there in reversed(readers):
        if layers[index].op == "depthwise" and later is not True:
            yield index, there if later is False else there & ~later
        later = True if later is True or there is True else later | there


def _readers(layers: Sequence[Layer]) -> dict[str, list[tuple[int, Mask]]]:
    """For each tensor, the indices of the layers that read it, and in which designs of the grid.

    If a design leaves a layer out, its readers read that layer's own input.
    """
    written: dict[str, list[tuple[str, Mask]]] = {}
    readers: dict[str, list[tuple[int, Mask]]] = {}
    for index, layer in enumerate(layers):
        for read in layer.reads:
            for tensor, there in written.get(read, [(read, True)]):
                both = layer.present if there is True else there & layer.present
                readers.setdefault(tensor, []).append((index, both))
        written[layer.name] = [(layer.name, layer.present)]
        if layer.present is not True:
            there_instead = written.get(layer.instead, [(layer.instead, True)])
            written[layer.name] += [(tensor, ~layer.present & own) for tensor, own in there_instead]
    return readers


def _waits(start: int, readers: list[tuple[int, Mask]]) -> list[tuple[int, Mask]]:
    """The layers after `start` during which a tensor is held, and in which designs."""
    found: list[tuple[int, Mask]] = []
    wanted: Mask = False
    earlier = [start, *(index for index, _ in readers)]
    for before, (index, there) in reversed(list(zip(earlier, readers, strict=False))):
        wanted = True if wanted is True or there is True else wanted | there
        found += [(between, wanted) for between in range(before + 1, index + 1)]
    return found
