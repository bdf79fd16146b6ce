"""Counts along one knob, the others fixed: looked up where all stand at positions, else priced."""

from functools import cache

import numpy as np

from mobilenet_lab.costs.sweep import sweep
from mobilenet_lab.networks.knobs import KNOBS
from mobilenet_lab.plots.style import FAMILY

BUDGET = {"macs": "MACs", "params": "parameters"}


def curves(along, **fixed):
    """For each family: arrays of a knob's values, MACs and parameters, the others fixed.

    Looked up among all positions of the knobs, or priced where a fixed value is between them.
    """
    if all(value in KNOBS[name].values for name, value in fixed.items()):
        return {family: _looked_up(family, along, fixed) for family in FAMILY}
    frame = sweep(list(FAMILY), **(fixed | {along: KNOBS[along].values}))
    return {
        family: (rows[along].to_numpy(float, na_value=np.nan), *rows[list(BUDGET)].to_numpy().T)
        for family, rows in frame.groupby("family")
    }


def _looked_up(family, along, fixed):
    table = _table(family)
    at = tuple(
        slice(None) if name == along else knob.values.index(fixed[name])
        for name, knob in KNOBS.items()
    )
    if family == "v1":
        at = (*at[:2], slice(None) if along == "expansion" else 0)
    counts = [np.atleast_1d(table[name][at]) for name in BUDGET]
    return np.array(KNOBS[along].values[: len(counts[0])]), *counts


@cache
def _table(family):
    """A family's counts at every position of the knobs, each an array along the three."""
    values = {name: knob.values for name, knob in KNOBS.items()}
    if family == "v1":
        values["expansion"] = None
    shape = [1 if value is None else len(value) for value in values.values()]
    frame = sweep(family, **values)
    return {name: frame[name].to_numpy().reshape(shape) for name in BUDGET}
