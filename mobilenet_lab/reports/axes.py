"""An axis of a grid as words of a command: `0.5`, or `0.25:1:0.05` for a range."""

import itertools
import math

from mobilenet_lab import checks
from mobilenet_lab.networks.design import short

MOST = 10**6  # values of one axis
DIGITS = 10  # after the point, where the rounding errors of a step end
ACCEPTED = "a number, or first:last:step, such as 0.25:1:0.05"


def axis(name, words, whole=False):
    """The values that some words say, each a number or a range with both its ends.

    The end of a range is left out if no step leads there. Raises `ValueError` for any other word,
    and for anything but integers if `whole`.
    """
    found = [value for word in words for value in _values(name, word)]
    if whole and not all(float(value).is_integer() for value in found):
        checks.refuse(name, " ".join(words), "whole numbers")
    return [int(value) if whole else value for value in found]


def _values(name, word):
    try:
        first, *others = map(float, word.split(":"))
    except ValueError as error:
        checks.refuse(name, word, ACCEPTED, error)
    if not others:
        return [first]
    last, step = others if len(others) == 2 else (first, math.nan)
    steps = (last - first) / step if step > 0 else math.nan
    if not 0 <= steps < MOST:
        checks.refuse(name, word, ACCEPTED)
    return [round(first + index * step, DIGITS) for index in range(math.floor(steps + 1e-9) + 1)]


def words(values):
    """What `axis` reads as these values: one range where their steps are equal."""
    values = list(values)
    if len(values) > 2 and all(one < other for one, other in itertools.pairwise(values)):
        step = round(values[1] - values[0], DIGITS)
        text = ":".join(map(short, (values[0], values[-1], step)))
        if axis("axis", [text]) == values:
            return [text]
    return list(map(short, values))
