"""Milliseconds of any design, from those of about ten: a time for each kind of work.

    model = LatencyModel.fit(times)        # designs, and the column ms
    model.milliseconds(work(grid))         # a column for the whole grid

The time of an image is a constant, a time for each pointwise and for each depthwise
multiply-accumulate, and one for each kernel weight that is read; none is below 0. Fitted times hold
for one machine, runtime, number of threads and precision.
"""

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from mobilenet_lab import checks
from mobilenet_lab.costs.work import WORK, work

TERMS = ("call", *WORK)  # what takes time
FEWEST = len(TERMS) + 1  # of designs: one more than what is fitted, so that one can be left out
SETTINGS = ("runtime", "threads", "precision")  # columns that must hold one value each


@dataclass(frozen=True)
class LatencyModel:
    """Milliseconds by kind of work, fitted to measured times, and how far it misses.

    each: milliseconds of a call, of a pointwise and a depthwise multiply-accumulate, and of a
        kernel weight, by the names in `TERMS`.
    errors: for each design, the error of its time, as a share, by a fit to all other designs.
    where: where the times were measured, as the end of a sentence: "here", "on a Pixel 1".
    """

    each: Mapping[str, float]
    errors: tuple[float, ...]
    where: str = "here"

    @classmethod
    def fit(cls, times: pd.DataFrame, where: str = "here") -> "LatencyModel":
        """The model of the designs in a frame, whose column `ms` is a time in milliseconds.

        Each design counts once, with the median of its rows. Reads the columns that `price` reads.
        The fit minimises the sum of squares of relative errors, with no time below 0.

        Raises `ValueError` for times of 0 or less, for several runtimes, numbers of threads or
        precisions, and for fewer than `FEWEST` designs with different work.
        """
        check_times(times)
        if not isinstance(where, str):
            checks.refuse("where", where, "the end of a sentence, such as 'on a Pixel 1'")
        if "busy" in times and times["busy"].any():
            where += ", some while the machine was busy"
        own = work(times).assign(ms=times["ms"]).groupby(list(WORK), as_index=False)["ms"].median()
        if len(own) < FEWEST:
            checks.refuse("the number of different designs", len(own), f"at least {FEWEST}")
        terms, ms = _terms(own), own["ms"].to_numpy(float)
        errors = [_left_out(terms, ms, row) for row in range(len(ms))]
        return cls(dict(zip(TERMS, _fitted(terms, ms).tolist(), strict=True)), tuple(errors), where)

    def milliseconds(self, work: Mapping[str, Any]) -> np.ndarray:
        """The predicted times of designs whose `WORK` is given in columns, a value for each row.

        `work` is what `costs.work.work` returns for a frame, or `costs.work.by_kind` for a trace.
        Raises `ValueError` for anything but columns of finite numbers by these names.
        """
        accepted = f"columns {', '.join(WORK)} of equal length, as of costs.work.work"
        if not isinstance(work, Mapping | pd.DataFrame) or any(name not in work for name in WORK):
            checks.refuse("work", work, accepted)
        if isinstance(work, pd.DataFrame) and work.empty:
            return np.zeros(len(work))
        columns = {name: checks.array(name, work[name]) for name in WORK}
        if len({own.shape for own in columns.values()}) > 1:
            checks.refuse("work", work, accepted)
        return _terms(columns) @ np.array([self.each[term] for term in TERMS])

    @property
    def mean_error(self) -> float:
        """The mean leave-one-out error, as a share of the time."""
        return float(np.mean(self.errors))

    @property
    def worst_error(self) -> float:
        """The largest leave-one-out error, as a share of the time."""
        return max(self.errors)

    def __str__(self) -> str:
        return (
            f"predicted from {len(self.errors)} designs measured {self.where}: leave-one-out mean "
            f"{self.mean_error:.1%}, worst {self.worst_error:.1%}"
        ).replace("%", " %")


def check_times(times: pd.DataFrame) -> None:
    """Raise `ValueError` unless the column `ms` holds times that were measured in one way."""
    checks.finite(times, "ms", above=0)
    for name in SETTINGS:
        if name in times and times[name].nunique(dropna=False) > 1:
            found = ", ".join(map(str, times[name].unique()))
            checks.refuse(f"the column {name} with", found, "rows of one of them")


def _terms(work: Mapping[str, Any]) -> np.ndarray:
    """What is multiplied by the fitted times: (designs, terms), or (terms,) for one design."""
    columns = [np.asarray(work[name], float) for name in WORK]
    return np.stack([np.ones_like(columns[0]), *columns], axis=-1)


def _left_out(terms: np.ndarray, ms: np.ndarray, row: int) -> float:
    """The relative error of one time by a fit to all others."""
    others = np.arange(len(ms)) != row
    return float(abs(terms[row] @ _fitted(terms[others], ms[others]) / ms[row] - 1))


def _fitted(terms: np.ndarray, ms: np.ndarray) -> np.ndarray:
    """The times of the terms, none below 0, with the least sum of squares of relative errors.

    With so few terms each set of those above 0 can be tried: the best fit without a time below 0.
    """
    rows = terms / ms[:, None]
    scale = rows.max(axis=0)  # or the fit would lose digits: calls are few, MACs are many
    scale[scale == 0] = 1
    fits = [_fit_of(rows / scale, list(own)) for own in _sets(range(terms.shape[1]))]
    possible = [fit for fit in fits if fit.min() >= 0]
    return min(possible, key=lambda fit: np.sum((rows / scale @ fit - 1) ** 2)) / scale


def _sets(items: Iterable[int]) -> Iterable[tuple[int, ...]]:
    own = list(items)
    return itertools.chain.from_iterable(
        itertools.combinations(own, n) for n in range(1, len(own) + 1)
    )


def _fit_of(rows: np.ndarray, chosen: list[int]) -> np.ndarray:
    """The least squares of `rows @ fit` to 1 with some of the terms alone; 0 for the others."""
    fit = np.zeros(rows.shape[1])
    fit[chosen] = np.linalg.lstsq(rows[:, chosen], np.ones(len(rows)), rcond=None)[0]
    return fit
