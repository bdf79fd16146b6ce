"""Randomness, scaling and drawing in integers: the same bytes on every machine and version.

The last bit of a sine, and NumPy's distributions, may differ from one version to the next. Here
everything comes from the raw bits of PCG64, whose stream NumPy guarantees for a seed, and from
sums, products and floored quotients of integers. Positions are fixed-point numbers with `BITS`
binary places.
"""

import math

import numpy as np

BITS = 8  # binary places of a position; the weights of bilinear interpolation have as many
ONE = 1 << BITS
TURN_BITS = 16  # binary places of a sine and a cosine
LANES = np.uint64(0x00FF00FF00FF00FF)  # every second byte of a word of eight
MANY = 1 << 21  # values of a float array that is worked on at once


# Randomness


class Random:
    """Random integers, decided by the seeds and the order of the calls.

    Noise has a stream of its own: how much of it is asked for changes nothing else. Always give the
    same number of seeds: PCG64 cannot tell a last seed of 0 from none.
    """

    def __init__(self, *seeds: int) -> None:
        self._bits, self._noise = (np.random.PCG64((stream, *seeds)) for stream in range(2))

    def below(self, limit: int | np.ndarray, *shape: int) -> np.ndarray:
        """Integers from 0 to below the limit, which is less than 2³¹ and has that shape."""
        words = self._bits.random_raw(math.prod(shape)).reshape(shape)
        return (words >> np.uint64(32)).astype(np.int64) * limit >> 32

    def order(self, count: int) -> np.ndarray:
        """The numbers from 0 to below `count` in random order."""
        return np.argsort(self._bits.random_raw(count), kind="stable")

    def noise(self, deviation: int, *shape: int) -> np.ndarray:
        """Integers about 0 of that standard deviation (up to 50), as int32.

        Each is the sum of four random bytes, which is nearly normal: its mean is 510 and its
        deviation 147.8, so that 443/2¹⁶ makes that 1.
        """
        count = math.prod(shape)
        words = self._noise.random_raw(2 * -(-count // 4))  # eight bytes each
        pairs = (words & LANES) + (words >> np.uint64(8) & LANES)
        sums = (pairs[0::2] + pairs[1::2]).astype("<u8").view("<u2")[:count]
        each = (sums.astype(np.int32) - 510) * (443 * deviation)
        return (each + (1 << 15) >> 16).reshape(shape)

    def turns(self, most: int, count: int) -> tuple[np.ndarray, np.ndarray]:
        """Cosines and sines of angles, as integers with `TURN_BITS` binary places.

        For t, the tangent of half the angle, they are (1 - t²)/(1 + t²) and 2t/(1 + t²); t is
        uniform between ± `most`, with as many binary places, and so the angle nearly is.
        """
        half = self.below(2 * most + 1, count) - most
        square, one = half * half, 1 << 2 * TURN_BITS
        return ((one - square) << TURN_BITS) // (one + square), (half << 33) // (one + square)


# Scaling


def resized(pictures: np.ndarray, side: int) -> np.ndarray:
    """Pictures (n, height, width, channels) of uint8 at (n, side, side, channels).

    Smaller ones are means of areas, larger ones are interpolated bilinearly.
    """
    tall, wide = (_shares(length, side) for length in pictures.shape[1:3])
    whole = int(tall[0].sum() * wide[0].sum())
    found = np.empty((len(pictures), side, side, pictures.shape[3]), np.uint8)
    step = max(1, MANY // pictures[0].size)
    for start in range(0, len(pictures), step):
        # Floats hold integers below 2⁵³ exactly, in whatever order a product is summed.
        some = pictures[start : start + step].astype(np.float64).transpose(0, 3, 1, 2)
        sums = (tall @ some @ wide.T).astype(np.int64).transpose(0, 2, 3, 1)
        found[start : start + step] = (sums + whole // 2) // whole
    return found


def _shares(length: int, side: int) -> np.ndarray:
    """What each of `length` pixels gives to each of `side`: whole numbers, (side, length)."""
    if side < length:  # how far two pixels overlap, in units of 1/(length · side)
        own, given = np.arange(side)[:, None] * length, np.arange(length) * side
        overlap = np.minimum(own + length, given + side) - np.maximum(own, given)
        return np.maximum(overlap, 0).astype(np.float64)
    centres = (2 * np.arange(side) + 1) * length - side  # in units of 1/(2 · side)
    lower, part = centres // (2 * side), centres % (2 * side)
    shares, rows = np.zeros((side, length)), np.arange(side)
    np.add.at(shares, (rows, np.clip(lower, 0, length - 1)), 2 * side - part)
    np.add.at(shares, (rows, np.clip(lower + 1, 0, length - 1)), part)
    return shares


# Sampling


def bilinear(planes: np.ndarray, rows: np.ndarray, columns: np.ndarray, width: int) -> np.ndarray:
    """Values at positions in images that lie one after another in flat planes.

    `planes` is int32 (planes, pixels): images with `width` pixels a row, and at least `width + 1`
    pixels more at the end. `rows` and `columns` are positions with `BITS` binary places. Returns
    int32 (planes, …).
    """
    y, x = rows & (ONE - 1), columns & (ONE - 1)
    at = (rows >> BITS) * width + (columns >> BITS)
    upper = np.take(planes, at, axis=1) * (ONE - x) + np.take(planes, at + 1, axis=1) * x
    at = at + width
    lower = np.take(planes, at, axis=1) * (ONE - x) + np.take(planes, at + 1, axis=1) * x
    return (upper * (ONE - y) + lower * y + (1 << 2 * BITS - 1)) >> 2 * BITS
