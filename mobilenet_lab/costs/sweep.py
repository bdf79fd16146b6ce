"""Grids of designs as tidy DataFrames."""

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from mobilenet_lab import capacity, checks
from mobilenet_lab.costs.many import COST_COLUMNS, WORD, column, counts, sides
from mobilenet_lab.networks import families, variants
from mobilenet_lab.networks.design import (
    COLOURS,
    check_names,
    checked_alpha,
    checked_knobs,
    warn_of,
)
from mobilenet_lab.networks.families import FAMILIES
from mobilenet_lab.networks.knobs import Knob
from mobilenet_lab.networks.sizes import Size, longest, multiplier

MOST_UNCOUNTED = 10**6  # values taken from an iterator without a length

Axes = Mapping[str, Sequence[Any]]  # "alpha", "resolution" and a family's own knobs, by name


def sweep(
    family: Any,
    alpha: Any = 1.0,
    *,
    rho: Any = None,
    resolution: Any = None,
    classes: int = 1000,
    dialect: str = "paper",
    variant: str = "",
    channels: int = COLOURS,
    **knobs: Any,
) -> pd.DataFrame:
    """Every design of the product family × alpha × size × own knobs, one row per design, priced.

    Each of these is a scalar, a sequence or a generator; `rho` or `resolution` (pixels) gives the
    input sizes, 224 px if neither does; in a list, (height, width) is one size, whose `rho` is NaN.
    `channels` are the input's, with a column unless they are 3; `knobs` are those of the families,
    such as `expansion`. The columns are the design's (`family, alpha, rho, resolution, expansion,
    classes, dialect`) and each count of `cost`, the body's under "body_" names; `variant`, which
    must be one of every family named, has a column if there is one. A family that lacks a knob has
    <NA> in its column, and its rows are not repeated along it.

    Raises `ValueError` for values that `Design` refuses, for a knob that none of the families has,
    and, before anything is computed, for a grid that does not fit in memory. Warns as `Design`
    does.
    """
    check_names(knobs)
    own = {"alpha": alpha, "rho": rho, "resolution": resolution, **knobs}
    given = {name: several(name, values) for name, values in own.items()}
    names = [checks.one_of("family", one, FAMILIES) for one in several("family", family)]
    classes = checks.integer("classes", classes)
    channels = checks.integer("channels", channels)
    dialect = checks.one_of("dialect", dialect, families.dialects())
    unused = {name: own[name] for name in knobs if not _used(name, names)}
    checked_knobs(names[0], unused)
    _require(names, given)
    listed = {name: list(values) for name, values in given.items()}
    chosen = {name: variants.checked(name, variant) for name in names}
    grids = [
        (name, axes_of(name, listed, sizes_of(name, chosen[name], listed), dialect))
        for name in names
    ]
    for _, axes in grids:
        most = {name: max(values, key=longest) for name, values in axes.items()}
        warn_of(most | {"classes": classes})
    frames = [_frame(name, axes, classes, dialect, chosen[name], channels) for name, axes in grids]
    return frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=True)


def several(name: str, given: Any) -> Any:
    """A non-empty sequence as it is, an iterator as a list, a scalar in a list."""
    if isinstance(given, str | bytes) or not np.iterable(given):
        return [given]
    counted = hasattr(given, "__len__")
    found: Any = given if counted else list(itertools.islice(given, MOST_UNCOUNTED + 1))
    try:
        number = len(found)
    except OverflowError as error:
        checks.refuse(name, given, "a sequence that fits in memory", error)
    if not counted and number > MOST_UNCOUNTED:
        checks.refuse(name, given, f"a sequence, or a generator of up to {MOST_UNCOUNTED:,} values")
    if not number:
        checks.refuse(name, given, "a value, or a sequence of at least one")
    return found


def _require(names: list[str], given: Mapping[str, Any]) -> None:
    """Raise `ValueError` for a grid that does not fit in memory."""
    lengths = {name: len(values) for name, values in given.items()}
    common = lengths["alpha"] * lengths["rho"] * lengths["resolution"]  # one of these is one value
    designs = sum(
        common * math.prod(lengths.get(knob, 1) for knob in FAMILIES[name].knobs) for name in names
    )
    columns = len(("family", "rho", *families.knobs(), "classes", "dialect", *COST_COLUMNS))
    copies = 1 if len(names) == 1 else 2  # the families' frames, and the one of all
    capacity.require(designs, "designs", copies * columns * WORD)


def axes_of(family: str, given: Mapping[str, list], sizes: list[Size], dialect: str) -> Axes:
    """The checked values of each quantity that the family has."""
    axes: dict[str, list[Any]] = {
        "alpha": [checked_alpha(family, alpha, dialect) for alpha in given["alpha"]],
        "resolution": sizes,
    }
    for knob in FAMILIES[family].knobs:
        values = given.get(knob, [None])
        axes[knob] = [checked_knobs(family, {knob: value})[knob] for value in values]
    return axes


def sizes_of(family: str, variant: str, given: Mapping[str, list]) -> list[Size]:
    """The input sizes in pixels that `rho` or `resolution` gives."""
    rho, resolution = given["rho"], given["resolution"]
    if len(resolution) == 1 and resolution[0] is None:
        return [variants.input_size(family, variant, one, None) for one in rho]
    beside: Any = rho[0] if len(rho) == 1 else rho
    return [variants.input_size(family, variant, beside, one) for one in resolution]


def _frame(
    family: str, axes: Axes, classes: int, dialect: str, variant: str, channels: int
) -> pd.DataFrame:
    """The designs of one family, in the order of their product."""
    shape = tuple(map(len, axes.values()))
    grid: dict[str, np.ndarray] = {}
    for at, (name, values) in enumerate(axes.items()):
        found = sides(values) if name == "resolution" else {name: column(values)}
        place = [-1 if axis == at else 1 for axis in range(len(shape))]
        grid |= {key: own.reshape(place) for key, own in found.items()}
    if channels != COLOURS:
        grid["channels"] = column([channels]).reshape([1] * len(shape))
    rho, resolution = (
        own.reshape(grid["resolution"].shape) for own in _size_columns(axes["resolution"])
    )
    design = {
        "family": family,
        "alpha": _spread(grid["alpha"], shape),
        "rho": _spread(rho, shape),
        "resolution": _spread(resolution, shape),
        **{
            name: knob_column(knob, grid.get(name), shape)
            for name, knob in families.own_knobs().items()
        },
        "classes": classes,
        "dialect": dialect,
        **({"variant": variant} if variant else {}),
        **({"channels": channels} if channels != COLOURS else {}),
    }
    priced = {  # a Series of integers beyond the floats, at which older pandas fails otherwise
        name: pd.Series(own, dtype=object) if own.dtype == object else own
        for name, own in counts(family, grid, classes, dialect, variant).items()
    }
    return pd.DataFrame(design | priced, index=pd.RangeIndex(math.prod(shape)), copy=False)


def _size_columns(sizes: Sequence[Size]) -> tuple[np.ndarray, np.ndarray]:
    """The columns `rho` and `resolution` of some input sizes."""
    rho = np.array([multiplier(size) for size in sizes], dtype=float)
    if not np.isnan(rho).any():
        return rho, column(sizes)
    return rho, pd.Series(sizes, dtype=object).to_numpy()


def _used(knob: str, names: list[str]) -> bool:
    return any(knob in FAMILIES[name].knobs for name in names)


def _spread(values: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """One value a design, in the order of the product."""
    return np.broadcast_to(values, shape).reshape(-1)


def knob_column(knob: Knob, values: Any, shape: tuple[int, ...]) -> Any:
    """The value of a knob of each design, nullable; <NA> where the family has no such knob."""
    dtype = "Int64" if knob.whole else "Float64"
    if values is None:
        return pd.array([pd.NA], dtype=dtype).repeat(np.prod(shape))
    return pd.array(_spread(values, shape), dtype=object if values.dtype == object else dtype)
