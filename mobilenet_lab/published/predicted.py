"""ImageNet top-1 of networks that nobody published, predicted from the authors' checkpoints.

The logarithm of the top-1 error is a quadratic function of log α and log ρ. Its three quadratic
terms are common to the families; the offset and the two slopes are each family's own. These nine
numbers are fitted by least squares to the 38 float32 checkpoints. A quadratic function for each
family alone misses a whole α of v1 by 3.9 points; a power law of MACs by 5.
"""

import math
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from mobilenet_lab import checks
from mobilenet_lab.networks.sizes import BASE
from mobilenet_lab.published.released import checkpoints

LEVEL = 0.9  # of the intervals: the share of new networks that should lie within
LEFT_OUT = {  # what is left out of a fit, to be predicted by it, and the columns that say which
    "one network": ("family", "alpha", "resolution"),
    "one alpha of the family": ("family", "alpha"),
    "one alpha of all families": ("alpha",),
}
INTERVAL = "one alpha of the family"  # whose errors decide how wide an interval is
FINE = 10**9  # two α that differ by less than its inverse are one


class Estimates(NamedTuple):
    """Top-1 in %, and the ends of its interval: three arrays."""

    top1: np.ndarray
    low: np.ndarray
    high: np.ndarray


def many(family: str, alpha: Any, resolution: Any) -> Estimates:
    """The ImageNet top-1 of many networks of a family in %, with 90 % intervals.

    `alpha` and `resolution` (px) are arrays of numbers that broadcast to one shape, which is that
    of the answer. Expansion (6), dialect and classes are those of the paper. A network that is
    itself a checkpoint has its published number. NaN outside `range_of` the family.

    Raises `ValueError` for a family without checkpoints and for anything but numbers.
    """
    checks.one_of("family", family, laws())
    alpha, resolution = _numbers("alpha", alpha), _numbers("resolution", resolution)
    _check_shapes(alpha, resolution)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        top1 = promised(laws()[family], alpha, resolution)
        top1 = np.where(_inside(family, alpha, resolution), top1, np.nan)
        top1 = _with_published(top1, family, alpha, resolution)
    half = half_width(family)
    return Estimates(top1, top1 - half, top1 + half)


def _numbers(name: str, values: Any) -> np.ndarray:
    """Any number of numbers as an array of floats."""
    found = np.asarray(values)
    if found.dtype.kind not in "iuf":
        checks.refuse(name, values, "numbers")
    return found.astype(float)


def _check_shapes(alpha: np.ndarray, resolution: np.ndarray) -> None:
    try:
        np.broadcast_shapes(alpha.shape, resolution.shape)
    except ValueError as error:
        shapes = alpha.shape, resolution.shape
        checks.refuse("the shapes of alpha and resolution", shapes, "two that broadcast", error)


def errors() -> pd.DataFrame:
    """By how many points of top-1 the model misses networks that it was not fitted to.

    A row for each family and each way to leave out: columns `family, left_out, networks, mean,
    worst, half_width`. `half_width` is the conformal one of a 90 % interval; those of
    `INTERVAL` are used. The frame is yours to change.
    """
    rows = points()
    families = rows["family"].to_numpy()
    found = [
        (family, way, len(own), own.mean(), own.max(), conformal(own))
        for family in laws()
        for way in LEFT_OUT
        for own in [np.abs(missed(rows, LEFT_OUT[way]))[families == family]]
    ]
    columns = ["family", "left_out", "networks", "mean", "worst", "half_width"]
    return pd.DataFrame(found, columns=columns)


@cache
def half_width(family: str) -> float:
    """Half the width in points of a family's 90 % intervals.

    It is the conformal half-width of the errors for a held-out α: of n of them the smallest that
    at least 0.9 (n + 1) do not exceed. Raises `ValueError` for a family without checkpoints.
    """
    return float(errors_of(family, INTERVAL)["half_width"])


@cache
def errors_of(family: str, way: str) -> dict[str, Any]:
    """One row of `errors`."""
    checks.one_of("family", family, laws())
    rows = errors()
    return rows[(rows["family"] == family) & (rows["left_out"] == way)].to_dict("records")[0]


def conformal(missed: np.ndarray, level: float = LEVEL) -> float:
    """The half-width that a share `level` of new errors stays below, if they are like these.

    Infinite where there are too few of them to say.
    """
    rank = math.ceil((len(missed) + 1) * level - 1e-9)
    return float(np.sort(np.abs(missed))[rank - 1]) if rank <= len(missed) else math.inf


def missed(rows: pd.DataFrame, by: tuple[str, ...]) -> np.ndarray:
    """Predicted minus published top-1 of each row, fitted to the rows that differ in `by`."""
    groups = rows.groupby(list(by), sort=False).ngroup().to_numpy()
    found = np.empty(len(rows))
    for group in range(groups.max() + 1):
        out = groups == group
        left = fit(rows[~out])
        own = zip(*(rows.loc[out, name] for name in ("family", "alpha", "resolution")), strict=True)
        found[out] = [promised(left[family], alpha, size) for family, alpha, size in own]
    return found - rows["top1"].to_numpy()


# The model


def fit(rows: pd.DataFrame) -> dict[str, np.ndarray]:
    """The six coefficients of each family: offset, slopes of log α and log ρ, quadratic terms.

    `rows` has the columns `family, alpha, resolution, top1`.
    """
    a, r = np.log(rows["alpha"].to_numpy()), np.log(rows["resolution"].to_numpy() / BASE)
    families = list(dict.fromkeys(rows["family"]))
    own = np.array([rows["family"] == family for family in families], dtype=float)
    terms = [*own, *own * a, *own * r, a * a, a * r, r * r]
    error = 100 - rows["top1"].to_numpy()
    found = np.linalg.lstsq(np.stack(terms, axis=1), np.log(error), rcond=None)[0]
    linear = found[:-3].reshape(3, len(families)).T
    return {
        family: np.concatenate([slopes, found[-3:]])
        for family, slopes in zip(families, linear, strict=True)
    }


def promised(law: np.ndarray, alpha: Any, resolution: Any) -> Any:
    """Top-1 in % by the coefficients of a family."""
    a, r = np.log(alpha), np.log(resolution / BASE)
    offset, by_a, by_r, aa, ar, rr = law
    return 100 - np.exp(offset + a * (by_a + aa * a) + r * (by_r + rr * r) + ar * a * r)


@cache
def points() -> pd.DataFrame:
    """The checkpoints that the model is fitted to: `family, alpha, resolution, top1`."""
    return checkpoints()[["family", "alpha", "resolution", "top1"]]


@cache
def laws() -> dict[str, np.ndarray]:
    """What `fit` makes of all checkpoints."""
    return fit(points())


def _inside(family: str, alpha: np.ndarray, resolution: np.ndarray) -> np.ndarray:
    low, high = range_of(family)
    wide = (alpha >= low[0]) & (alpha <= high[0])
    return wide & (resolution >= low[1]) & (resolution <= high[1])


@cache
def range_of(family: str) -> tuple[tuple[float, float], tuple[float, float]]:
    """The least (α, px) and the most of a family's checkpoints."""
    rows = points()
    own = rows.loc[rows["family"] == family, ["alpha", "resolution"]]
    return tuple(own.min()), tuple(own.max())


# What is published


def _with_published(
    top1: np.ndarray, family: str, alpha: np.ndarray, resolution: np.ndarray
) -> np.ndarray:
    """The published number where the network is a checkpoint."""
    known, values = _published(family)
    codes = _codes(alpha, resolution)
    at = np.minimum(np.searchsorted(known, codes), len(known) - 1)
    return np.where(known[at] == codes, values[at], top1)


@cache
def _published(family: str) -> tuple[np.ndarray, np.ndarray]:
    """The codes of a family's checkpoints in order, and their top-1."""
    rows = points()
    own = rows[rows["family"] == family]
    codes = _codes(own["alpha"].to_numpy(), own["resolution"].to_numpy())
    order = np.argsort(codes)
    return codes[order], own["top1"].to_numpy()[order]


def _codes(alpha: Any, resolution: Any) -> np.ndarray:
    """A number for each pair of α and px, so that pairs can be looked up."""
    return np.rint(alpha * FINE) + resolution / 2**16
