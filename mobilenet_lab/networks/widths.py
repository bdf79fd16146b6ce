"""How a width multiplier changes a number of channels.

Each function takes `channels` and `alpha` (a number, or a NumPy array of them) and computes in
floating point, as the sources do, so that ties round the same way.
"""

import math
from fractions import Fraction
from typing import Any

import numpy as np

from mobilenet_lab import checks
from mobilenet_lab.networks.trace import Count


def truncated(channels: int, alpha: Any) -> Count:
    """int(channels · alpha): Keras' v1, the reference listing's v1 and its v2 blocks.

    Raises `ValueError` where nothing is left.
    """
    width = _whole(_scaled(channels, alpha))
    if np.any(width < 1):
        least = f"alpha of at least {1 / channels:g}, so that each layer keeps a channel"
        checks.refuse("alpha", float(np.min(alpha)), least)
    return width


def floored(channels: int, alpha: Any) -> Count:
    """int(channels · alpha), at least 8: the authors' code of v1 (its `min_depth`)."""
    width = _whole(_scaled(channels, alpha))
    return width + (8 - width) * (width < 8)


def divisible(channels: int, alpha: Any) -> Count:
    """channels · alpha to the nearest multiple of 8, at least 8, at most 10 % down (slim's v2)."""
    return _guarded(_scaled(channels, alpha))


def divisible_whole(channels: int, alpha: Any) -> Count:
    """The same of int(channels · alpha): the blocks of Keras' v2."""
    return _guarded(_whole(_scaled(channels, alpha)))


def divisible_listing(channels: int, alpha: Any) -> Count:
    """int(channels · alpha) to the nearest multiple of 8, at least 8: the listing's v2 stem."""
    return _eights(_whole(_scaled(channels, alpha)))


def expanded(channels: Count, times: float) -> Count:
    """`channels` (an integer, or an array of them) times a factor, rounded as `divisible` does.

    The factor need not be whole: the expansions and gates of v3.
    """
    if isinstance(channels, int) and channels > 2**53:  # more than a float can hold
        return _guarded(int(channels * Fraction(times)))
    return _guarded(channels * times)


def _guarded(value: Any) -> Count:
    """The multiple of 8 nearest to a number, at least 8, at most 10 % down."""
    width = _eights(value)
    is_less = 10 * width < 9 * value if isinstance(value, int) else width < 0.9 * value
    return width + 8 * is_less


def _eights(value: Any) -> Count:
    """The multiple of 8 nearest to a number, at least 8."""
    eights = _whole(value + 4) // 8
    return 8 * (eights + (eights == 0))


def _scaled(channels: int, alpha: Any) -> Any:
    """channels · alpha, as an exact integer where a float cannot hold it."""
    channels = checks.integer("n_filters", channels)
    if isinstance(alpha, np.ndarray) and alpha.ndim:
        return channels * alpha
    product = channels * checks.real("alpha", alpha)
    return product if math.isfinite(product) else channels * int(alpha)


def _whole(value: Any) -> Count:
    """The integer part of a positive number, or of each in an array."""
    if isinstance(value, np.ndarray):
        return value.astype(np.int64)
    return int(value)
