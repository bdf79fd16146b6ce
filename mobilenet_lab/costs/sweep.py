"""Grids of designs as tidy DataFrames."""

import itertools
from dataclasses import fields

import numpy as np
import pandas as pd

from mobilenet_lab import checks
from mobilenet_lab.costs.cost import COUNTS, EXACT, cost, integers, total
from mobilenet_lab.layers import FeatureMap
from mobilenet_lab.networks.design import (
    BASE,
    DIALECTS,
    FAMILIES,
    Design,
    checked_expansion,
    input_size,
)

CHUNK = 16_384  # designs priced in one pass: their arrays stay in the processor's cache
COST_COLUMNS = (*COUNTS, *(f"body_{name}" for name in COUNTS))


def sweep(
    family,
    alpha=1.0,
    rho=None,
    expansion=None,
    classes=1000,
    dialect="paper",
    *,
    resolution=None,
):
    """Every design of the product family × alpha × size × expansion, one row a design, priced.

    Each of these is a scalar or a sequence; `rho` or `resolution` (pixels) gives the input sizes,
    224 px if neither does. The columns are the design's (`family, alpha, rho, resolution,
    expansion, classes, dialect`) and each count of `cost`, the body's under "body_" names.
    v1 has no expansion: its rows hold <NA> and are not repeated per expansion.

    Raises `ValueError` for what `Design` refuses, and for an expansion when v1 is alone.
    """
    families = _values("family", family, lambda v: checks.one_of("family", v, FAMILIES))
    sizes = _sizes(rho, resolution)
    classes = checks.integer("classes", classes)
    dialect = checks.one_of("dialect", dialect, DIALECTS)
    if set(families) == {"v1"}:
        checked_expansion("v1", expansion)
    frames = []
    for name in families:
        alphas = _values(
            "alpha", alpha, lambda v, name=name: Design(name, v, dialect=dialect).alpha
        )
        steps = [None]
        if name == "v2":
            steps = _values("expansion", expansion, lambda v: checked_expansion("v2", v))
        frames.append(_frame(name, alphas, sizes, steps, classes, dialect))
    return frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=True)


def price(frame):
    """`frame`, whose rows are designs, with the `cost` of each in added columns.

    Reads the columns `family, alpha, resolution` and, where they are there, `expansion, classes,
    dialect`; others stay as they are.
    """
    names = [field.name for field in fields(Design) if field.name in frame]
    rows = frame[names].astype(object).where(frame[names].notna(), None).to_dict("records")
    counts = [cost(Design(**row)).columns() for row in rows]
    return pd.concat([frame, pd.DataFrame(counts, frame.index, COST_COLUMNS)], axis=1)


def log_law(frame, price, value):
    """The straight line through `value` over log2 of `price`: (slope, intercept).

    The slope is how much each doubling of the price adds; least squares.
    """
    slope, intercept = np.polyfit(np.log2(frame[price].astype(float)), frame[value], 1)
    return float(slope), float(intercept)


def pareto(frame, price, value):
    """The rows that no other row beats, ordered by price: none is both cheaper and worth more.

    `price` and `value` name columns; less of the first and more of the second is better. Of rows
    with equal price and value the first stays; rows without one of the two are left out.
    """
    ordered = frame.dropna(subset=[price, value])
    ordered = ordered.sort_values([price, value], ascending=[True, False], kind="stable")
    values = ordered[value].to_numpy()
    keep = np.ones(len(values), dtype=bool)
    keep[1:] = values[1:] > np.maximum.accumulate(values)[:-1]
    return ordered[keep]


def _frame(family, alphas, sizes, steps, classes, dialect):
    """The designs of one family, in the order of their product."""
    shape = (len(alphas), len(sizes), len(steps))
    alpha, size, step = np.ogrid[tuple(slice(length) for length in shape)]
    design = {
        "family": family,
        "alpha": _spread(np.array(alphas, dtype=float)[alpha], shape),
        "rho": _spread(np.array([pixels / BASE for pixels in sizes])[size], shape),
        "resolution": _spread(integers(sizes)[size], shape),
        "expansion": _expansions(steps, step, shape),
        "classes": classes,
        "dialect": dialect,
    }
    priced = _priced if _fits(family, alphas, sizes, steps, classes, dialect) else _priced_singly
    counts = priced(family, alphas, sizes, steps, classes, dialect)
    index = pd.RangeIndex(np.prod(shape))
    return pd.DataFrame(design | counts, index=index, copy=False)


def _priced(family, alphas, sizes, steps, classes, dialect):
    """The counts of the product, in passes over arrays of about `CHUNK` designs."""
    shape = (len(alphas), len(sizes), len(steps))
    counts = {name: np.empty(shape, dtype=np.int64) for name in COST_COLUMNS}
    alpha, size = np.array(alphas, dtype=float), np.array(sizes)
    for part in _parts(shape):
        pixels = size[part[1]].reshape(1, -1, 1)
        arguments = {"alpha": alpha[part[0]].reshape(-1, 1, 1)}
        if family == "v2":
            arguments["expansion"] = np.array(steps[part[2]]).reshape(1, 1, -1)
        end = FAMILIES[family].network(
            FeatureMap(pixels, pixels, 3), n_classes=classes, dialect=dialect, **arguments
        )
        for name, values in total(end.layers).columns().items():
            counts[name][part] = values
    return {name: values.reshape(-1) for name, values in counts.items()}


def _priced_singly(family, alphas, sizes, steps, classes, dialect):
    """The same with Python's integers, for networks whose counts outgrow NumPy's."""
    rows = [
        cost(Design(family, a, None, t, classes, dialect, resolution=r)).columns()
        for a, r, t in itertools.product(alphas, sizes, steps)
    ]
    return {name: integers([row[name] for row in rows]) for name in COST_COLUMNS}


def _fits(family, alphas, sizes, steps, classes, dialect):
    """Do the counts of the largest design leave room in NumPy's integers?"""
    expansion = max(steps) if family == "v2" else None
    largest = Design(family, max(alphas), None, expansion, classes, dialect, resolution=max(sizes))
    return max(cost(largest).columns().values()) < EXACT


def _parts(shape):
    """Slices of the three axes that cover the grid in parts of at most `CHUNK` designs."""
    steps = min(shape[2], CHUNK)
    sizes = min(shape[1], max(1, CHUNK // steps))
    alphas = min(shape[0], max(1, CHUNK // (steps * sizes)))
    starts = [range(0, n, step) for n, step in zip(shape, (alphas, sizes, steps), strict=True)]
    for a, r, t in itertools.product(*starts):
        yield slice(a, a + alphas), slice(r, r + sizes), slice(t, t + steps)


def _values(name, given, check):
    """The checked values of a scalar or of a sequence with at least one."""
    several = (
        np.iterable(given) and hasattr(given, "__len__") and not isinstance(given, str | bytes)
    )
    values = [check(value) for value in (given if several else [given])]
    if not values:
        checks.refuse(name, given, "a value, or a sequence of at least one")
    return values


def _sizes(rho, resolution):
    """The input sizes in pixels that `rho` or `resolution` gives."""
    if resolution is None:
        return _values("rho", rho, lambda value: input_size(rho=value))
    return _values("resolution", resolution, lambda value: input_size(rho, value))


def _spread(values, shape):
    """One value a design, in the order of the product."""
    return np.broadcast_to(values, shape).reshape(-1)


def _expansions(steps, step, shape):
    """The expansion of each design: nullable integers, <NA> for v1."""
    if steps == [None]:
        return pd.array([pd.NA], dtype="Int64").repeat(np.prod(shape))
    values = integers(steps)
    dtype = object if values.dtype == object else "Int64"
    return pd.array(_spread(values[step], shape), dtype=dtype)
