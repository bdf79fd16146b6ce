"""Lines that were fitted to accuracies: what they promise, and how far they miss.

`frames.log_law` fits one line. The laws here are a line for each family of a frame, fitted to
log2 of the top-1 error over log2 of the MACs: a power law of the error.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from mobilenet_lab import checks
from mobilenet_lab.costs.frames import log_law

Law = tuple[float, float]  # slope and intercept over log2 of a price


def promised(law: Law, prices: Any) -> Any:
    """What a line of `log_law` gives at a price, or at a column of them."""
    slope, intercept = law
    return slope * np.log2(prices) + intercept


def error_laws(frame: pd.DataFrame) -> dict[str, Law]:
    """The power law of the top-1 error in % over MACs of each family, fitted to its rows.

    Reads the columns `family`, `macs` and `top1`. Raises `ValueError` for a frame without one of
    these, for a top-1 of 100 % and for a family with fewer than two prices.
    """
    checks.column(frame, "family")
    checks.finite(frame, "top1")
    logs = frame.assign(log_error=_log_errors(frame))
    return {family: log_law(rows, "macs", "log_error") for family, rows in logs.groupby("family")}


def _log_errors(frame: pd.DataFrame) -> pd.Series:
    errors = 100 - frame["top1"]
    checks.finite(errors.to_frame("error"), "error", above=0)
    return np.log2(errors)


def errors(frame: pd.DataFrame, laws: Mapping[str, Law]) -> pd.Series:
    """The top-1 error in % that each row's family has at its MACs, by `error_laws`.

    Raises `ValueError` for a frame without `family` or `macs`, and for a family without a law.
    """
    checks.finite(frame, "macs", above=0)
    for family in checks.column(frame, "family").unique():
        checks.one_of("family", family, laws)
    pairs = zip(frame["family"], frame["macs"], strict=True)
    found = [2 ** promised(laws[family], macs) for family, macs in pairs]
    return pd.Series(found, frame.index, name="error")


def macs_for(error: float, law: Law) -> float:
    """The MACs at which a law of `error_laws` comes down to an error in %."""
    slope, intercept = law
    return float(2 ** ((np.log2(checks.real("error", error)) - intercept) / slope))


def larger_half(frame: pd.DataFrame) -> pd.Series:
    """Whether each row has more MACs than the median of its family."""
    checks.column(frame, "family")
    checks.finite(frame, "macs", above=0)
    return frame["macs"] > frame.groupby("family")["macs"].transform("median")
