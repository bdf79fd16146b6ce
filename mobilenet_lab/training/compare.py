"""Compare measured accuracies: means over seeds, and differences paired by the seed."""

import math

import pandas as pd

from mobilenet_lab import checks
from mobilenet_lab.networks import families

HUNDRED = 100  # accuracies are shares; differences are shown in points


def network_columns(frame):
    """The columns that say which network is trained, on what and how."""
    own = ("family", "alpha", "resolution", *families.own_knobs(), "variant")
    return [*own, "data", *(name for name in ("epochs", "head_only") if name in frame)]


def means(frame):
    """One row a network, by MACs: `macs, accuracy` (mean, %), `low, high` (%), `spread`, `seeds`.

    `frame` is what `results` returns. `spread` is the standard deviation over the seeds in points,
    missing where there is one seed.
    """
    names = network_columns(frame)
    percent = frame.assign(accuracy=HUNDRED * frame.accuracy)
    grouped = percent.groupby(names, dropna=False, sort=False)
    found = grouped.agg(
        macs=("macs", "first"),
        params=("params", "first"),
        seeds=("seed", "nunique"),
        low=("accuracy", "min"),
        high=("accuracy", "max"),
        spread=("accuracy", "std"),
        accuracy=("accuracy", "mean"),
    )
    return found.reset_index().sort_values("macs", ignore_index=True)


def pairs(frame, knob, one, other):
    """The accuracies of two values of a knob seed by seed, in %: what the second gains in points.

    `frame` is what `results` returns, `knob` a column of it such as "alpha". Everything else is
    the same within a pair. The columns are those of the network, `seed`, the two values and `gain`.

    Raises `ValueError` if no pair differs in the knob alone.
    """
    checks.column(frame, knob)
    names = [name for name in network_columns(frame) if name != knob]
    percent = frame.assign(accuracy=HUNDRED * frame.accuracy)[[*names, "seed", knob, "accuracy"]]
    sides = [
        percent[percent[knob] == value].drop(columns=knob).rename(columns={"accuracy": value})
        for value in (one, other)
    ]
    table = sides[0].merge(sides[1], on=[*names, "seed"])
    if table.empty:
        known = ", ".join(str(value) for value in frame[knob].unique())
        checks.refuse(f"the pair of {knob}", (one, other), f"two values with runs, of {known}")
    return table.assign(gain=table[other] - table[one])


def verdict(gains):
    """What paired gains say: `mean, standard_error` (points), `pairs`, `times` (mean over error).

    Raises `ValueError` for fewer than two.
    """
    values = pd.Series(gains, dtype=float).dropna()
    if len(values) < 2:
        checks.refuse("the number of pairs", len(values), "2 or more, for a standard error")
    mean, error = float(values.mean()), float(values.std()) / math.sqrt(len(values))
    return {
        "mean": mean,
        "standard_error": error,
        "pairs": len(values),
        "times": mean / error if error else math.inf,
    }
