"""Prices for a frame of designs, the log-linear law and the Pareto front."""

import math
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from mobilenet_lab import capacity, checks
from mobilenet_lab.costs.many import COST_COLUMNS, WORD, Of, column, cost_columns, counts, sides
from mobilenet_lab.networks import aliases, families, variants
from mobilenet_lab.networks.design import COLOURS, checked_alpha, checked_knobs, warn_of
from mobilenet_lab.networks.families import FAMILIES
from mobilenet_lab.networks.sizes import BASE, Size

DEFAULTS = {"classes": 1000, "dialect": "paper", "variant": "", "channels": COLOURS}

FEW = 64  # points that are compared one by one

Check = Callable[[Any], Any]


def price(frame: pd.DataFrame) -> pd.DataFrame:
    """`frame`, whose rows are designs, with the `cost` of each in added columns.

    Reads the columns `family`, `alpha`, `resolution` (pixels) or `rho` and, where they are there,
    the families' own knobs, `classes`, `dialect`, `variant` and `channels`; others stay as they
    are. A resolution may be a pair (height, width). Whole numbers may be floats, as in a frame that
    was read from a file. Columns of an earlier price are worked out again.

    Raises `ValueError` for a frame without one of these columns, for a row that is no design, for
    `rho` and `resolution` that disagree, and for a column that has the name of a count but other
    values. Warns as `Design` does.
    """
    added = counted(frame, COST_COLUMNS, cost_columns)
    for name in added.columns.intersection(frame.columns):
        if not _same(frame[name], added[name]):
            accepted = (
                f"a frame without it, or with the same counts: call the column printed_{name}"
            )
            checks.refuse("the column", name, accepted)
    return pd.concat([frame.drop(columns=list(COST_COLUMNS), errors="ignore"), added], axis=1)


def counted(frame: pd.DataFrame, names: Sequence[str], of: Of) -> pd.DataFrame:
    """The columns that `of` gives of the trace of each row's design, by these names.

    Reads the columns that `price` reads, and raises `ValueError` where `price` does.
    """
    _check_columns(frame)
    capacity.require(len(frame), "designs", len(names) * 2 * WORD)
    found = {name: np.zeros(len(frame), dtype=np.int64) for name in names}
    for rows, priced in _groups(frame, of):
        for name, amounts in priced.items():
            if amounts.dtype == object:
                found[name] = found[name].astype(object)
            found[name][rows] = amounts
    return pd.DataFrame(found, frame.index)


def _check_columns(frame: Any) -> None:
    """Raise `ValueError` if a column is missing, duplicated, or has another library's name."""
    for name in frame.columns if isinstance(frame, pd.DataFrame) else ():
        if name in aliases.LAB_NAME and aliases.LAB_NAME[name] not in frame:
            checks.refuse("the column", name, f"{aliases.LAB_NAME[name]}, as the lab calls it")
    for name in ("family", "alpha"):
        checks.column(frame, name)
    if "rho" not in frame:
        checks.column(frame, "resolution")
    for name in (*families.knobs(), *DEFAULTS, "rho", *COST_COLUMNS):
        if name in frame:
            checks.column(frame, name)


def _groups(frame: pd.DataFrame, of: Of) -> Iterator[tuple[np.ndarray, dict[str, np.ndarray]]]:
    """The rows of each family, task, dialect and variant, by place, and the counts of these."""
    keys = {
        "family": _checked(frame["family"], lambda one: checks.one_of("family", one, FAMILIES)),
        "classes": _option(frame, "classes", lambda one: checks.integer("classes", one)),
        "dialect": _option(
            frame, "dialect", lambda one: checks.one_of("dialect", one, families.dialects())
        ),
        "variant": _option(frame, "variant", lambda one: one or ""),
        "channels": _option(frame, "channels", _channels),
    }
    places = pd.DataFrame(keys, dtype=object).groupby(list(keys), sort=False).indices
    for (family, classes, dialect, named, channels), rows in places.items():
        variant = variants.checked(family, named)
        values = _values(frame.iloc[rows], family, dialect, variant)
        most = {name: max(own.tolist()) for name, own in values.items()}
        most["resolution"] = max(most["resolution"], most.get("width", 0))
        warn_of(most | {"classes": classes}, 5)
        if channels != COLOURS:
            values["channels"] = np.full(len(rows), channels)
        yield rows, counts(family, values, classes, dialect, variant, of)


def _option(frame: pd.DataFrame, name: str, check: Check) -> np.ndarray:
    """The values of a column, or the default if the frame lacks it."""
    if name in frame:
        return _checked(frame[name], check)
    return np.full(len(frame), DEFAULTS[name], dtype=object)


def _values(rows: pd.DataFrame, family: str, dialect: str, variant: str) -> dict[str, np.ndarray]:
    """The arguments of `many.counts` for some designs of one family."""
    values = {
        "alpha": _checked(rows["alpha"], lambda one: checked_alpha(family, one, dialect)),
        **_sizes(rows, partial(variants.input_size, family, variant)),
    }
    for knob in families.own_knobs():
        given = rows[knob] if knob in rows else pd.Series([None] * len(rows))
        own = _checked(given, partial(_knob, family, knob))
        if knob in FAMILIES[family].knobs:
            values[knob] = own
    return values


def _knob(family: str, name: str, value: Any) -> Any:
    """A family's own knob; None if it lacks it."""
    return checked_knobs(family, {name: value}).get(name)


def _channels(value: Any) -> int:
    """The channels of the input; as usual where there is a gap."""
    return COLOURS if value is None else checks.integer("channels", value)


def _sizes(rows: pd.DataFrame, input_size: Callable[..., Size]) -> dict[str, np.ndarray]:
    """The input sizes in pixels, each distinct pair of `resolution` and `rho` looked at once."""
    names = ("resolution", "rho")
    columns = [_plain(rows[name]) if name in rows else [None] * len(rows) for name in names]
    try:
        pairs = list(zip(*columns, strict=True))
        sizes = {pair: _size(input_size, *pair) for pair in dict.fromkeys(pairs)}
    except TypeError as error:  # a list in a cell
        checks.refuse("resolution or rho", columns, "numbers", error)
    return sides([sizes[pair] for pair in pairs])


def _size(input_size: Callable[..., Size], resolution: Any, rho: Any) -> Size:
    """The size in pixels that one of the two gives, or both alike."""
    if resolution is None:
        if rho is None:
            checks.refuse("resolution", resolution, "a number of pixels, or rho, in every row")
        return input_size(rho, None)
    size = input_size(None, resolution)
    if rho is None:
        return size
    if isinstance(size, tuple):
        checks.refuse("rho", rho, f"no rho beside resolution={size}, which is no square")
    if not math.isclose(BASE * checks.real("rho", rho), size, abs_tol=0.5):
        checks.refuse("rho", rho, f"{size / BASE:.3g}, for resolution={size} stands beside it")
    return size


def _checked(values: pd.Series, check: Check) -> np.ndarray:
    """Each value as `check` returns it, None for a gap; `check` sees every distinct value once."""
    try:
        codes, known = pd.factorize(np.array(_plain(values) + [None], dtype=object))
    except TypeError as error:  # a list in a cell
        checks.refuse("the column", values.name, "numbers or texts", error)
    found = [check(one) for one in known]
    gaps = [check(None)] if (codes[:-1] < 0).any() else []
    return column([*found, *gaps])[codes[:-1]]


def _plain(values: pd.Series) -> list[Any]:
    """The values, None where one is missing; whole numbers as integers, since files may store
    floats.
    """
    short = values.dtype in (np.float32, np.float16)  # which mean their own digits
    return [
        None if gap else int(one) if _is_whole(one) else one
        for one, gap in zip(values.array if short else values.tolist(), values.isna(), strict=True)
    ]


def _is_whole(value: Any) -> bool:
    return isinstance(value, float | np.floating) and value.is_integer()


def _same(old: pd.Series, new: pd.Series) -> bool:
    """Whether two columns hold the same whole numbers, as integers or as floats."""
    pairs = zip(_plain(old), new.tolist(), strict=True)
    return all(isinstance(one, int) and one == other for one, other in pairs)


def log_law(frame: pd.DataFrame, price: str, value: str) -> tuple[float, float]:
    """The straight line through `value` over log2 of `price`: (slope, intercept).

    The slope is how much each doubling of the price adds; least squares. Rows without one of the
    two are left out.

    Raises `ValueError` for columns that are not there or hold no finite numbers, for a price of 0
    or less, and for less than two prices.
    """
    checks.finite(frame, price, above=0, gaps=True)
    checks.finite(frame, value, gaps=True)
    rows = frame.dropna(subset=[price, value])
    x, y = np.log2(rows[price].astype(float).to_numpy()), rows[value].astype(float).to_numpy()
    if not x.size or np.ptp(x) < 1e-9:
        checks.refuse("the number of different prices", min(len(x), 1), "2 or more, for a line")
    slope, intercept = np.polyfit(x, y, 1)
    return float(slope), float(intercept)


def pareto(frame: pd.DataFrame, price: str | Sequence[str], value: str) -> pd.DataFrame:
    """The rows that no other row beats: none is as cheap by every price and worth as much.

    `price` is a column or a list of columns, `value` another; less of the first and more of the
    second is better. The rows are ordered by the first price, then by the next. Of rows that are
    equal in all of them the first stays; rows without one of them are left out.

    Raises `ValueError` for columns that are not there or hold no numbers, and for an empty list.
    """
    prices = list(price) if isinstance(price, list | tuple) else [price]
    if not prices:
        checks.refuse("price", price, "the name of a column, or a list of such names")
    for name in (*prices, value):
        checks.numbers(frame, name)
    rows = frame.dropna(subset=list(dict.fromkeys([*prices, value])))
    points = np.stack([*(_ranks(rows[name]) for name in prices), -_ranks(rows[value])])
    order = np.lexsort(points[::-1])
    return rows.iloc[order[_unbeaten(points[:, order])]]


def _ranks(values: pd.Series) -> np.ndarray:
    """The place of each value among the different ones, from 0; exact for large integers too."""
    return np.unique(values.to_numpy(), return_inverse=True)[1].astype(np.int64)


def _unbeaten(points: np.ndarray) -> np.ndarray:
    """Which columns of `points` no earlier column undercuts.

    One undercuts another if it is nowhere above it. The columns are in lexicographic order, so a
    later one undercuts none. By halves (Kung, Luccio and Preparata 1975): n log^(k-1) n for k rows.
    """
    half = points.shape[1] // 2
    if half <= FEW:
        return np.asarray(~np.tril(_undercut(points, points), -1).any(axis=1))
    first, second = _unbeaten(points[:, :half]), _unbeaten(points[:, half:])
    left = np.flatnonzero(second)
    second[left] = ~_beaten(points[1:, half + left], points[1:, :half][:, first])
    return np.append(first, second)


def _beaten(points: np.ndarray, by: np.ndarray) -> np.ndarray:
    """Which columns of `points` are undercut by one of `by`."""
    if not points.size or not by.size:
        return np.zeros(points.shape[1], dtype=bool)
    if len(points) <= 2:
        return _under_stairs(points[0], points[-1], by[0], by[-1])
    if points.shape[1] * by.shape[1] <= FEW**2:
        return np.asarray(_undercut(points, by).any(axis=1))
    values = np.append(points[-1], by[-1])
    middle = np.partition(values, len(values) // 2)[len(values) // 2]
    low = values.min()
    if low == values.max():
        return _beaten(points[:-1], by[:-1])
    high, above = (one[-1] >= max(middle, low + 1) for one in (points, by))
    found = np.zeros(len(high), dtype=bool)
    found[high] = _beaten(points[:-1, high], by[:-1, ~above])
    for part, others in ((~high, ~above), (high & ~found, above)):
        found[part] = _beaten(points[:, part], by[:, others])
    return found


def _under_stairs(x: np.ndarray, y: np.ndarray, by_x: np.ndarray, by_y: np.ndarray) -> np.ndarray:
    """Which points in a plane are undercut by one of the others."""
    order = np.argsort(by_x)
    least = np.append(np.inf, np.minimum.accumulate(by_y[order]))
    return np.asarray(least[np.searchsorted(by_x[order], x, side="right")] <= y)


def _undercut(points: np.ndarray, by: np.ndarray) -> np.ndarray:
    """Which columns of `points` (down) are undercut by which of `by` (across)."""
    found = np.ones((points.shape[1], by.shape[1]), dtype=bool)
    for own, other in zip(points, by, strict=True):
        found &= other <= own[:, None]
    return found
