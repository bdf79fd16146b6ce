"""What designs of a grid would reach, many at once; `accuracy` says the same of one design."""

from collections.abc import Mapping
from functools import cache

import numpy as np

from mobilenet_lab.networks.design import CLASSES
from mobilenet_lab.networks.families import FAMILIES
from mobilenet_lab.published import predicted

RANKED = ("published", "predicted", "ranking")  # the bases by which designs are put in order

Values = Mapping[str, np.ndarray]  # "alpha", "resolution" and a family's own knobs, by name


def top1(family: str, values: Values) -> np.ndarray:
    """The top-1 in % of networks with 1000 classes, in the shape of the values; NaN if unknown."""
    shape = np.broadcast_shapes(*(own.shape for own in values.values()))
    if family not in predicted.laws():
        return np.full(shape, np.nan)
    found = predicted.many(family, *(_floats(values[name]) for name in ("alpha", "resolution")))[0]
    for name, start in FAMILIES[family].defaults.items():
        found = np.where(values[name] == start, found, np.nan)
    return np.broadcast_to(found, shape)


def estimates(family: str, values: Values, classes: int) -> dict[str, np.ndarray]:
    """The columns `top1, low, high, basis` of networks, whose values are one a network each.

    `basis` is "published", "predicted" or "unknown"; "ranking" where the classes are not the 1000
    that the accuracy is about.
    """
    found = top1(family, values)
    half = predicted.half_width(family) if family in predicted.laws() else np.nan
    pairs = zip(values["alpha"].tolist(), values["resolution"].tolist(), strict=True)
    known = [
        "ranking"
        if classes != CLASSES
        else "published"
        if pair in checkpoints(family)
        else "predicted"
        for pair in pairs
    ]
    basis = np.where(np.isnan(found), "unknown", known).astype(object)
    return {"top1": found, "low": found - half, "high": found + half, "basis": basis}


@cache
def checkpoints(family: str) -> frozenset[tuple[float, int]]:
    """The α and the size in pixels of a family's published checkpoints."""
    rows = predicted.points()
    own = rows[rows["family"] == family]
    return frozenset(zip(own["alpha"].tolist(), own["resolution"].tolist(), strict=True))


def _floats(values: np.ndarray) -> np.ndarray:
    """Values as floats, also those that are beyond any range."""
    return np.minimum(values, 10**9).astype(float)
