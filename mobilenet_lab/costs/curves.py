"""Counts along one knob, the others fixed: looked up where all stand at positions, else priced."""

from functools import cache
from typing import Any

import numpy as np

from mobilenet_lab import checks
from mobilenet_lab.costs.sweep import sweep
from mobilenet_lab.networks.families import FAMILIES, knobs

BUDGET = {"macs": "MACs", "params": "parameters"}

Curve = tuple[np.ndarray, np.ndarray, np.ndarray]  # a knob's values, MACs and parameters


def curves(along: str, **fixed: Any) -> dict[str, Curve]:
    """For each family: arrays of a knob's values, MACs and parameters, the others fixed.

    A family without the knob has one value. Counts are looked up among all positions of the knobs,
    or computed if a fixed value lies between them. Knobs that are not given keep their starting
    value.

    Raises `ValueError` for an unknown knob and for an impossible value.
    """
    checks.one_of("along", along, knobs())
    for name in fixed:
        checks.one_of("the knob", name, knobs())
    fixed = {
        name: knob.start if fixed.get(name) is None else knob.possible(name, fixed[name])
        for name, knob in knobs().items()
        if name != along
    }
    if all(value in knobs()[name].values for name, value in fixed.items()):
        return {family: _looked_up(family, along, fixed) for family in FAMILIES}
    return {family: _priced(family, along, fixed) for family in FAMILIES}


def _priced(family: str, along: str, fixed: dict[str, Any]) -> Curve:
    values = fixed | {along: knobs()[along].values}
    rows = sweep(family, **{name: own for name, own in values.items() if name in _used(family)})
    return _curve(along, [rows[name].to_numpy() for name in BUDGET])


def _looked_up(family: str, along: str, fixed: dict[str, Any]) -> Curve:
    at = tuple(
        slice(None) if name == along else knobs()[name].values.index(fixed[name])
        for name in _used(family)
    )
    return _curve(along, [np.atleast_1d(_table(family)[name][at]) for name in BUDGET])


def _curve(along: str, counts: list[np.ndarray]) -> Curve:
    return np.array(knobs()[along].values[: len(counts[0])]), counts[0], counts[1]


@cache
def _table(family: str) -> dict[str, np.ndarray]:
    """A family's counts at every position of its knobs, each an array along these."""
    values: dict[str, Any] = {name: knobs()[name].values for name in _used(family)}
    frame = sweep(family, **values)
    shape = tuple(map(len, values.values()))
    return {name: frame[name].to_numpy().reshape(shape) for name in BUDGET}


def _used(family: str) -> list[str]:
    """The knobs that the family has."""
    return [name for name in knobs() if FAMILIES[family].uses(name)]
