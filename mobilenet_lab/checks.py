"""What a value must be, said in one sentence that repeats the value received."""

import math
from numbers import Integral, Real

import numpy as np


def refuse(name, value, accepted, cause=None):
    """Raise `ValueError`: `name` was `value`, accepted is `accepted`; at most 300 characters."""
    raise ValueError(f"{name}={shown(value)} is not possible; accepted: {accepted}") from cause


def shown(value, most=80):
    """`value` as it is written in a message: on one line, at most `most` characters."""
    try:
        text = " ".join(repr(value).splitlines())
    except ValueError:  # Python writes no integer of more than 4300 digits
        text = "an integer of thousands of digits"
    return text if len(text) <= most else text[: most - 3] + "..."


def _scalar(value):
    """The value itself; what a zero-dimensional array holds."""
    return value[()] if isinstance(value, np.ndarray) and value.ndim == 0 else value


def real(name, value, accepted="a finite number above 0"):
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


def integer(name, value, least=1, accepted=None):
    """`value` as an `int` of at least `least`."""
    accepted = accepted or f"an integer of at least {least}"
    number = _scalar(value)
    if isinstance(number, bool | np.bool_) or not isinstance(number, Integral) or number < least:
        refuse(name, value, accepted)
    return int(number)


def one_of(name, value, choices):
    """`value`, which is one of the strings `choices`."""
    if not isinstance(value, str) or value not in choices:
        refuse(name, value, " or ".join(repr(choice) for choice in choices))
    return str(value)
