"""Grids of designs as tidy DataFrames."""

import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from mobilenet_lab import checks
from mobilenet_lab.costs.cost import COUNTS, EXACT, cost, integers, total
from mobilenet_lab.layers import FeatureMap
from mobilenet_lab.networks import families
from mobilenet_lab.networks.design import BASE, Design, checked_knobs, input_size
from mobilenet_lab.networks.families import FAMILIES
from mobilenet_lab.networks.knobs import Knob

CHUNK = 16_384  # designs priced in one pass: their arrays stay in the processor's cache
COST_COLUMNS = (*COUNTS, *(f"body_{name}" for name in COUNTS))

Axes = Mapping[str, Sequence[Any]]  # "alpha", "resolution" and a family's own knobs, by name


def sweep(
    family: Any,
    alpha: Any = 1.0,
    *,
    rho: Any = None,
    resolution: Any = None,
    classes: int = 1000,
    dialect: str = "paper",
    **knobs: Any,
) -> pd.DataFrame:
    """Every design of the product family × alpha × size × own knobs, one row a design, priced.

    Each of these is a scalar or a sequence; `rho` or `resolution` (pixels) gives the input sizes,
    224 px if neither does; `knobs` are those of the families, such as `expansion`. The columns are
    the design's (`family, alpha, rho, resolution, expansion, classes, dialect`) and each count of
    `cost`, the body's under "body_" names. A family that lacks a knob has <NA> in its column, and
    its rows are not repeated along it.

    Raises `ValueError` for what `Design` refuses, and for a knob that none of the families has.
    """
    names = _values("family", family, lambda value: checks.one_of("family", value, FAMILIES))
    sizes = _sizes(rho, resolution)
    classes = checks.integer("classes", classes)
    dialect = checks.one_of("dialect", dialect, families.dialects())
    unused = {name: value for name, value in knobs.items() if not _used(name, names)}
    checked_knobs(names[0], unused)
    frames = []
    for name in names:
        axes = {
            "alpha": _values("alpha", alpha, _checked_alpha(name, dialect)),
            "resolution": sizes,
        }
        for knob in FAMILIES[name].knobs:
            axes[knob] = _values(knob, knobs.get(knob), _checked_knob(name, knob))
        frames.append(_frame(name, axes, classes, dialect))
    return frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=True)


def price(frame: pd.DataFrame) -> pd.DataFrame:
    """`frame`, whose rows are designs, with the `cost` of each in added columns.

    Reads the columns `family, alpha, resolution` and, where they are there, the families' own
    knobs, `classes` and `dialect`; others stay as they are.
    """
    known = ("family", *families.knobs(), "classes", "dialect")
    names = [name for name in known if name in frame]
    rows = frame[names].astype(object).where(frame[names].notna(), None).to_dict("records")
    counts = [cost(Design(**row)).columns() for row in rows]
    return pd.concat([frame, pd.DataFrame(counts, frame.index, COST_COLUMNS)], axis=1)


def log_law(frame: pd.DataFrame, price: str, value: str) -> tuple[float, float]:
    """The straight line through `value` over log2 of `price`: (slope, intercept).

    The slope is how much each doubling of the price adds; least squares.
    """
    slope, intercept = np.polyfit(np.log2(frame[price].astype(float)), frame[value], 1)
    return float(slope), float(intercept)


def pareto(frame: pd.DataFrame, price: str, value: str) -> pd.DataFrame:
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


def _frame(family: str, axes: Axes, classes: int, dialect: str) -> pd.DataFrame:
    """The designs of one family, in the order of their product."""
    shape = tuple(map(len, axes.values()))
    places = dict(zip(axes, np.ogrid[tuple(map(slice, shape))], strict=True))
    sizes = axes["resolution"]
    design = {
        "family": family,
        "alpha": _spread(np.array(axes["alpha"], dtype=float)[places["alpha"]], shape),
        "rho": _spread(np.array([pixels / BASE for pixels in sizes])[places["resolution"]], shape),
        "resolution": _spread(integers(sizes)[places["resolution"]], shape),
        **{
            name: _knob_column(knob, axes.get(name), places.get(name), shape)
            for name, knob in families.own_knobs().items()
        },
        "classes": classes,
        "dialect": dialect,
    }
    priced = _priced if _fits(family, axes, classes, dialect) else _priced_singly
    counts = priced(family, axes, classes, dialect)
    return pd.DataFrame(design | counts, index=pd.RangeIndex(math.prod(shape)), copy=False)


def _priced(family: str, axes: Axes, classes: int, dialect: str) -> dict[str, Any]:
    """The counts of the product, in passes over arrays of about `CHUNK` designs."""
    shape = tuple(map(len, axes.values()))
    counts = {name: np.empty(shape, dtype=np.int64) for name in COST_COLUMNS}
    values = {name: np.array(own) for name, own in axes.items()}
    for part in _parts(shape):
        arguments = {}
        for at, (name, own) in enumerate(values.items()):
            along = [-1 if axis == at else 1 for axis in range(len(shape))]
            arguments[name] = own[part[at]].reshape(along)
        pixels = arguments.pop("resolution")
        end = FAMILIES[family].network(
            FeatureMap(pixels, pixels, 3), n_classes=classes, dialect=dialect, **arguments
        )
        for name, amounts in total(end.layers).columns().items():
            counts[name][part] = amounts
    return {name: amounts.reshape(-1) for name, amounts in counts.items()}


def _priced_singly(family: str, axes: Axes, classes: int, dialect: str) -> dict[str, Any]:
    """The same with Python's integers, for networks whose counts outgrow NumPy's."""
    rows = [
        cost(_design(family, dict(zip(axes, values, strict=True)), classes, dialect)).columns()
        for values in itertools.product(*axes.values())
    ]
    return {name: integers([row[name] for row in rows]) for name in COST_COLUMNS}


def _fits(family: str, axes: Axes, classes: int, dialect: str) -> bool:
    """Do the counts of the largest design leave room in NumPy's integers?"""
    largest = {name: max(values) for name, values in axes.items()}
    return max(cost(_design(family, largest, classes, dialect)).columns().values()) < EXACT


def _design(family: str, values: Mapping[str, Any], classes: int, dialect: str) -> Design:
    return Design(family, **values, classes=classes, dialect=dialect)


def _parts(shape: tuple[int, ...]) -> Iterator[tuple[slice, ...]]:
    """Slices of the axes that cover the grid in parts of at most `CHUNK` designs."""
    room, steps = CHUNK, list[int]()
    for length in reversed(shape):
        steps.insert(0, min(length, max(1, room)))
        room //= steps[0]
    starts = [range(0, length, step) for length, step in zip(shape, steps, strict=True)]
    for corner in itertools.product(*starts):
        yield tuple(slice(at, at + step) for at, step in zip(corner, steps, strict=True))


def _used(knob: str, names: list[str]) -> bool:
    return any(knob in FAMILIES[name].knobs for name in names)


def _checked_alpha(family: str, dialect: str) -> Callable[[Any], float]:
    return lambda value: Design(family, value, dialect=dialect).alpha


def _checked_knob(family: str, knob: str) -> Callable[[Any], Any]:
    return lambda value: checked_knobs(family, {knob: value})[knob]


def _values(name: str, given: Any, check: Callable[[Any], Any]) -> list[Any]:
    """The checked values of a scalar or of a sequence with at least one."""
    several = (
        np.iterable(given) and hasattr(given, "__len__") and not isinstance(given, str | bytes)
    )
    values = [check(value) for value in (given if several else [given])]
    if not values:
        checks.refuse(name, given, "a value, or a sequence of at least one")
    return values


def _sizes(rho: Any, resolution: Any) -> list[int]:
    """The input sizes in pixels that `rho` or `resolution` gives."""
    if resolution is None:
        return _values("rho", rho, lambda value: input_size(rho=value))
    return _values("resolution", resolution, lambda value: input_size(rho, value))


def _spread(values: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """One value a design, in the order of the product."""
    return np.broadcast_to(values, shape).reshape(-1)


def _knob_column(knob: Knob, values: Any, place: Any, shape: tuple[int, ...]) -> Any:
    """The value of a knob of each design, nullable; <NA> where the family has no such knob."""
    dtype = "Int64" if knob.whole else "Float64"
    if values is None:
        return pd.array([pd.NA], dtype=dtype).repeat(np.prod(shape))
    column = integers(values) if knob.whole else np.array(values, dtype=float)
    return pd.array(
        _spread(column[place], shape), dtype=object if column.dtype == object else dtype
    )
