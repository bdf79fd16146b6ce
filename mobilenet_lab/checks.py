"""Validation: each error is one sentence that repeats the value received and what is accepted."""

import math
from collections.abc import Collection
from numbers import Integral, Real
from typing import Any, NoReturn

import numpy as np
import pandas as pd

LARGEST = 10**300  # of integers: still finite as floats, and short enough to be written out


def refuse(name: str, value: object, accepted: str, cause: BaseException | None = None) -> NoReturn:
    """Raise `ValueError`: `name` was `value`, accepted is `accepted`; at most 300 characters."""
    raise ValueError(f"{name}={shown(value)} is not possible; accepted: {accepted}") from cause


def shown(value: object, most: int = 80) -> str:
    """`value` as shown in a message: on one line, at most `most` characters."""
    try:
        text = " ".join(repr(value).splitlines())
    except ValueError:  # Python writes no integer of more than 4300 digits
        text = "an integer of thousands of digits"
    return _cut(text, most)


def _cut(text: str, most: int) -> str:
    """A text of at most `most` characters."""
    return text if len(text) <= most else text[: most - 3] + "..."


def _scalar(value: Any) -> Any:
    """The value itself, or the element of a zero-dimensional array."""
    return value[()] if isinstance(value, np.ndarray) and value.ndim == 0 else value


def real(name: str, value: object, accepted: str | None = None, most: float = math.inf) -> float:
    """`value` as a positive finite `float`, up to `most`.

    Short NumPy floats are read by their digits, so that `float32(0.35)` means 0.35.
    """
    upwards = "a finite number above 0"
    accepted = accepted or (upwards if most == math.inf else f"{upwards}, at most {most:.0e}")
    number = _scalar(value)
    if isinstance(number, bool | np.bool_) or not isinstance(number, Real):
        refuse(name, value, accepted)
    try:
        number = float(str(number) if isinstance(number, np.float32 | np.float16) else number)
    except OverflowError:
        refuse(name, value, accepted)
    if not (math.isfinite(number) and 0 < number <= most):
        refuse(name, value, accepted)
    return number


def integer(
    name: str, value: object, least: int = 1, accepted: str | None = None, most: int = LARGEST
) -> int:
    """`value` as an `int` from `least` to `most`."""
    if type(value) is int and least <= value <= most:  # as nearly always
        return value
    upwards = f"an integer of at least {least}"
    accepted = accepted or (upwards if most == LARGEST else f"an integer from {least} to {most:,}")
    number = _scalar(value)
    if isinstance(number, bool | np.bool_) or not isinstance(number, Integral) or number < least:
        refuse(name, value, accepted)
    if int(number) > most:
        refuse(name, value, f"{accepted} and at most 300 digits" if most == LARGEST else accepted)
    return int(number)


def integers(name: str, values: np.ndarray) -> np.ndarray:
    """An array of positive integers, NumPy's or Python's own."""
    whole = values.dtype.kind in "iu" or all(type(value) is int for value in values.flat)
    if not whole or not values.size or values.min() < 1:
        refuse(name, values, "positive integers")
    return values


def flag(name: str, value: object) -> bool:
    """Return `value` if it is True or False."""
    if not isinstance(value, bool | np.bool_):
        refuse(name, value, "True or False")
    return bool(value)


def one_of(name: str, value: object, choices: Collection[str]) -> str:
    """Return `value` if it is one of the strings `choices`."""
    if not isinstance(value, str) or value not in choices:
        accepted = " or ".join(repr(choice) for choice in choices)
        if len(accepted) > 180:
            accepted = accepted[:180].rpartition(" or ")[0] + " and so on"
        refuse(name, value, accepted)
    return str(value)


def frame(value: Any) -> pd.DataFrame:
    """Return `value` if it is a `DataFrame`."""
    if not isinstance(value, pd.DataFrame):
        refuse("frame", value, "a pandas DataFrame")
    return value


def column(table: object, name: object) -> pd.Series:
    """The column of this name, which a `DataFrame` must have exactly once."""
    names = list(frame(table).columns)
    if not isinstance(name, str | int) or names.count(name) != 1:
        found = ", ".join(dict.fromkeys(map(str, names)))
        refuse("the column", name, f"one that the frame has once, of: {_cut(found, 150)}")
    return frame(table)[name]


def numbers(table: object, name: object) -> pd.Series:
    """A column of numbers, some of which may be missing."""
    values = column(table, name)
    known = values.dropna()
    if known.dtype.kind not in "iuf" and not all(_is_number(value) for value in known):
        wrong = next(value for value in known if not _is_number(value))
        refuse(f"the value {shown(wrong)} in column", name, "numbers")
    return values


def finite(table: object, *names: object, above: float = -math.inf, gaps: bool = False) -> None:
    """Columns of finite numbers above `above`, at least one in each; gaps only where allowed."""
    for name in names:
        values = numbers(table, name)
        known = values.dropna()
        accepted = "finite numbers" + (f" above {above:g}" if above > -math.inf else "")
        if not len(known) or (len(known) < len(values) and not gaps):
            wrong = "missing values" if len(values) else "no rows"
            refuse(f"{wrong} in the column", name, accepted)
        wild = known[~(np.isfinite(known.astype(float)) & (known > above))]
        if len(wild):
            refuse(f"the value {wild.iloc[0]} in the column", name, accepted)


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool | np.bool_)


def array(name: str, values: object, accepted: str = "an array of finite numbers") -> np.ndarray:
    """`values` as an array of at least one number, all of them finite."""
    try:
        found = np.asarray(values)
    except ValueError as error:  # rows of different lengths
        refuse(name, values, accepted, error)
    if found.dtype.kind not in "iuf" or not found.size:
        refuse(name, values, accepted)
    if not np.isfinite(found).all():
        refuse(f"a value of {name}", found[~np.isfinite(found)].flat[0], accepted)
    return found
