"""Counts along one knob, the others fixed: looked up where all stand at positions, else priced."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from mobilenet_lab import checks
from mobilenet_lab.costs.sweep import sweep
from mobilenet_lab.networks.families import FAMILIES, at_first, knobs

COUNTS = ("macs", "params")

Curve = tuple[np.ndarray, np.ndarray, np.ndarray]  # a knob's values, MACs and parameters


def curves(
    along: str, classes: int = 1000, families: Sequence[str] | None = None, **fixed: Any
) -> dict[str, Curve]:
    """For each family: arrays of a knob's values, MACs and parameters, the others fixed.

    The families are those of `at_first` unless others are given. A family without the knob has one
    value. Counts are looked up among all positions of the knobs, or computed if a fixed value lies
    between them. Knobs that are not given keep their starting value.

    Raises `ValueError` for an unknown knob and for an impossible value.
    """
    classes = checks.integer("classes", classes)
    checks.one_of("along", along, knobs())
    names = at_first() if families is None else list(families)
    for name in names:
        checks.one_of("the family", name, FAMILIES)
    for name in fixed:
        checks.one_of("the knob", name, knobs())
    fixed = {
        name: knob.start if fixed.get(name) is None else knob.possible(name, fixed[name])
        for name, knob in knobs().items()
        if name != along
    }
    if all(value in knobs()[name].values for name, value in fixed.items()):
        return {family: _looked_up(family, classes, along, fixed) for family in names}
    return {family: _priced(family, classes, along, fixed) for family in names}


def extremes(classes: int = 1000) -> dict[str, tuple[int, int]]:
    """The least and the most MACs and parameters within the ranges of the knobs.

    They are those of the families of `at_first`.
    """
    frames = []
    for family in at_first():
        ends: dict[str, Any] = {n: [knobs()[n].low, knobs()[n].high] for n in _used(family)}
        frames.append(sweep(family, **ends, classes=classes))
    return {
        name: (min(one[name].min() for one in frames), max(one[name].max() for one in frames))
        for name in COUNTS
    }


def _priced(family: str, classes: int, along: str, fixed: dict[str, Any]) -> Curve:
    values = fixed | {along: knobs()[along].values}
    own = {name: values[name] for name in _used(family)}
    rows = sweep(family, **own, classes=classes)
    return _curve(along, [rows[name].to_numpy() for name in COUNTS])


def _looked_up(family: str, classes: int, along: str, fixed: dict[str, Any]) -> Curve:
    at = tuple(
        slice(None) if name == along else knobs()[name].values.index(fixed[name])
        for name in _used(family)
    )
    table = _table(family, classes)
    return _curve(along, [np.atleast_1d(table[name][at]) for name in COUNTS])


def _curve(along: str, counts: list[np.ndarray]) -> Curve:
    return np.array(knobs()[along].values[: len(counts[0])]), counts[0], counts[1]


@lru_cache(maxsize=16)
def _table(family: str, classes: int) -> dict[str, np.ndarray]:
    """A family's counts at every position of its knobs, each an array along these."""
    values: dict[str, Any] = {name: knobs()[name].values for name in _used(family)}
    frame = sweep(family, **values, classes=classes)
    shape = tuple(map(len, values.values()))
    return {name: frame[name].to_numpy().reshape(shape) for name in COUNTS}


def _used(family: str) -> list[str]:
    """The knobs that the family has."""
    return [name for name in knobs() if FAMILIES[family].uses(name)]
