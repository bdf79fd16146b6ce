"""Keras' layers that merge several maps of one network, for a `FeatureMap` (see `shapes`)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from mobilenet_lab import checks
from mobilenet_lab.networks.feature_map import FeatureMap
from mobilenet_lab.networks.trace import Shape


@dataclass(slots=True)
class Add:
    """`keras.layers.Add` for maps of one network, such as `[shortcut, x]`."""

    name: str | None = None

    def __call__(self, maps: Sequence[FeatureMap]) -> FeatureMap:
        return _merged(self, "addition", maps)


@dataclass(slots=True)
class Multiply:
    """`keras.layers.Multiply` for maps of one network, such as `[x, gate]`."""

    name: str | None = None

    def __call__(self, maps: Sequence[FeatureMap]) -> FeatureMap:
        return _merged(self, "multiplication", maps)


@dataclass(slots=True)
class Concatenate:
    """`keras.layers.Concatenate` for maps of one network and one size: all their channels."""

    name: str | None = None

    def __call__(self, maps: Sequence[FeatureMap]) -> FeatureMap:
        if any(_differ(one.shape[:-1], maps[0].shape[:-1]) for one in maps):
            checks.refuse("Concatenate's maps", [one.shape for one in maps], "maps of one size")
        shape = (*maps[0].shape[:-1], sum(one.channels for one in maps))
        return _merged(self, "concatenation", maps, shape)


def _differ(one: Shape, other: Shape) -> bool:
    return len(one) != len(other) or any(map(np.any, map(np.not_equal, one, other)))


def _merged(
    own: Any, op: str, maps: Sequence[FeatureMap], shape: Shape | None = None
) -> FeatureMap:
    """Merge maps of one network: all the layers that led to any of them, then this one.

    It writes `shape`, by default that of the largest of the maps.
    """
    layers = {id(layer): layer for one in maps for layer in one.layers}
    starts = {id(one.layers[0]) for one in maps if one.layers}
    if len(starts) > 1 or len({layer.name for layer in layers.values()}) < len(layers):
        kind = type(own).__name__
        checks.refuse(f"{kind}'s maps", [one.shape for one in maps], "maps of one network")
    last = maps[-1]
    x = replace(last, layers=tuple(layers.values()))
    shape = shape or max((one.shape for one in maps), key=_room)
    return x.after(own, op, shape, shape_in=shape, reads=tuple(one.source for one in maps))


def _room(shape: Shape) -> tuple[int, int]:
    """Sort key for the shapes of merged maps: a gate of one position comes before a map."""
    return len(shape), int(np.max(shape[0]))
