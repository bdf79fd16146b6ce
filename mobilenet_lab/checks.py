"""What a value must be, said in one sentence that repeats the value received."""

import math
from collections.abc import Collection
from numbers import Integral, Real
from typing import Any, NoReturn

import numpy as np


def refuse(name: str, value: object, accepted: str, cause: BaseException | None = None) -> NoReturn:
    """Raise `ValueError`: `name` was `value`, accepted is `accepted`; at most 300 characters."""
    raise ValueError(f"{name}={shown(value)} is not possible; accepted: {accepted}") from cause


def shown(value: object, most: int = 80) -> str:
    """`value` as it is written in a message: on one line, at most `most` characters."""
    try:
        text = " ".join(repr(value).splitlines())
    except ValueError:  # Python writes no integer of more than 4300 digits
        text = "an integer of thousands of digits"
    return text if len(text) <= most else text[: most - 3] + "..."


def _scalar(value: Any) -> Any:
    """The value itself; what a zero-dimensional array holds."""
    return value[()] if isinstance(value, np.ndarray) and value.ndim == 0 else value


def real(name: str, value: object, accepted: str = "a finite number above 0") -> float:
    """`value` as a positive finite `float`.

    Short NumPy floats are read by their digits, so that `float32(0.35)` means 0.35.
    """
    number = _scalar(value)
    if isinstance(number, bool | np.bool_) or not isinstance(number, Real):
        refuse(name, value, accepted)
    try:
        number = float(str(number) if isinstance(number, np.float32 | np.float16) else number)
    except OverflowError:
        refuse(name, value, accepted)
    if not (math.isfinite(number) and number > 0):
        refuse(name, value, accepted)
    return number


def integer(name: str, value: object, least: int = 1, accepted: str | None = None) -> int:
    """`value` as an `int` of at least `least`."""
    accepted = accepted or f"an integer of at least {least}"
    number = _scalar(value)
    if isinstance(number, bool | np.bool_) or not isinstance(number, Integral) or number < least:
        refuse(name, value, accepted)
    return int(number)


def one_of(name: str, value: object, choices: Collection[str]) -> str:
    """`value`, which is one of the strings `choices`."""
    if not isinstance(value, str) or value not in choices:
        refuse(name, value, " or ".join(repr(choice) for choice in choices))
    return str(value)
