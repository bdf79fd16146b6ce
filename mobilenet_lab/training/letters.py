"""The lab's own data sets: letters drawn over patches of pictures, and patches alone.

Everything is drawn from the sheets that ship with the lab, in integers, so that the same seed gives
the same bytes on every machine and with every version of NumPy, Pillow or Matplotlib.
"""

import functools
from collections.abc import Callable

import numpy as np

from mobilenet_lab import capacity, checks
from mobilenet_lab.training import integers, sheets
from mobilenet_lab.training.data import Data, frozen
from mobilenet_lab.training.integers import BITS, ONE, TURN_BITS, Random

SIDE, LARGEST = 32, 256  # pixels; what is drawn, unless it is asked for larger
SIZES = 16, 26  # of a face, in pixels where the side is `SIDE`
EIGHTHS = 8  # sizes are drawn in eighths of a pixel
TURN = 14529  # the tangent of half of 25°, with `TURN_BITS` binary places
SHIFT = 3  # pixels in every direction, where the side is `SIDE`
CONTRAST, TRIES = 60, 8  # mean distance of ink and plain colour, of 255; colours that are tried
NOISE = 12  # of 255; standard deviation
CROPS = 32, 60  # pixels of the sheet; the side of what is cut for a patch
CHUNK = 128  # pictures that are drawn at once
LABELS, DRAWING = range(2)  # what random numbers are for


def samples(count: int = 12_000, held_out: int = 4_000, side: int = SIDE, seed: int = 0) -> Data:
    """26 letters over patches of pictures: `count` to train with and `held_out` others.

    A letter has one of 14 faces, 16 to 26 px high at 32 px, is turned by up to 25° and shifted by
    up to 3 px. Its ink differs by at least 60 of 255 from a plain colour, which makes up half of
    the ground; a patch of a picture is the other half. Noise with a standard deviation of 12 lies
    over both. Held-out letters stand on the right third of the pictures, which no training picture
    shows. Every class has the same number of pictures, give or take one.

    Pictures of other sides show the same; those of less than 32 px are drawn at 32 and reduced.

    Raises `ValueError` for counts below 26, for sides outside 1 to `LARGEST`, for a seed below 0
    and for more pictures than fit in memory.
    """
    return _data("letters", tuple(sheets.LETTERS), _letters, (count, held_out), side, seed)


def patches(count: int = 2_000, held_out: int = 3_000, side: int = SIDE, seed: int = 0) -> Data:
    """Patches of pictures, to tell from which of twelve pictures each was cut.

    Patches are turned by quarter turns and mirrored, and shown in other light: a fifth of them are
    grey, and each has its own contrast, brightness and tint, so that the mean colour is not
    enough. Held-out patches are from the right third of the pictures, which no training patch
    shows.

    Errors as for `samples`, for counts below 12.
    """
    return _data("patches", tuple(sheets.PICTURES), _patches, (count, held_out), side, seed)


Draw = Callable[[Random, np.ndarray, int, int], np.ndarray]


def _data(
    title: str, classes: tuple[str, ...], draw: Draw, counts: tuple[int, int], side: int, seed: int
) -> Data:
    """Both parts of a data set, a chunk at a time."""
    names = ("count", "held_out")
    wanted = [
        checks.integer(name, count, len(classes)) for name, count in zip(names, counts, strict=True)
    ]
    side = checks.integer("side", side, most=LARGEST)
    seed = checks.integer("seed", seed, 0)
    drawn_at = max(side, SIDE)
    capacity.require(sum(wanted), "pictures", 3 * drawn_at**2)
    parts = []
    for part, count in enumerate(wanted):
        labels = np.arange(count, dtype=np.int32) % len(classes)
        labels = labels[Random(part, LABELS, seed).order(count)]
        parts += [frozen(_drawn(draw, Random(part, DRAWING, seed), labels, part, drawn_at))]
        parts += [frozen(labels)]
    return Data(title, classes, *parts).at(side)


def _drawn(draw: Draw, random: Random, labels: np.ndarray, part: int, side: int) -> np.ndarray:
    """The pictures of these labels: uint8 (n, side, side, 3)."""
    pictures = np.empty((len(labels), side, side, 3), np.uint8)
    for start in range(0, len(labels), CHUNK):
        some = slice(start, start + CHUNK)
        planes = draw(random, labels[some], part, side)
        pictures[some] = np.clip(planes, 0, 255).transpose(1, 2, 3, 0)
    return pictures


# What is drawn: int32 (3, n, side, side), about 0 to 255


def _letters(random: Random, labels: np.ndarray, part: int, side: int) -> np.ndarray:
    count = len(labels)
    plain, ink = _colours(random, count)
    ground = _cut(random, random.below(len(sheets.PICTURES), count), part, side)
    ground = (ground + plain[..., None, None]) >> 1
    mask = _masks(random, labels, side)
    inked = ground * (255 - mask) + ink[..., None, None] * mask
    return (inked + 127) // 255 + random.noise(NOISE, 3, count, side, side)


def _patches(random: Random, labels: np.ndarray, part: int, side: int) -> np.ndarray:
    count = len(labels)
    cut = _cut(random, labels, part, side)
    grey = random.below(5, 1, count, 1, 1) == 0
    cut = np.where(grey, cut.sum(axis=0, keepdims=True, dtype=np.int32) // 3, cut) - 128
    contrast = 60 + random.below(81, 1, count, 1, 1)  # per cent
    tint = 80 + random.below(41, 3, count, 1, 1)
    brightness = random.below(51, 1, count, 1, 1) + random.below(27, 3, count, 1, 1) - 38
    return (cut * (contrast * tint).astype(np.int32)) // 10_000 + 128 + brightness.astype(np.int32)


def _colours(random: Random, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Plain colours and inks: int32 (3, n). Ink is the first try with enough contrast."""
    plain = random.below(256, 3, 1, count)
    tries = random.below(256, 3, TRIES, count)
    tries[:, -1:] = np.where(plain < 128, 255, 0)  # the last is far away in any case
    first = (np.abs(tries - plain).sum(axis=0) >= 3 * CONTRAST).argmax(axis=0)
    ink = tries[:, first, np.arange(count)]
    return plain[:, 0].astype(np.int32), ink.astype(np.int32)


def _cut(random: Random, pictures: np.ndarray, part: int, side: int) -> np.ndarray:
    """Patches anywhere in a part of these pictures, mirrored and turned."""
    begin, end = ((0, sheets.BORDER), (sheets.BORDER, sheets.HEIGHT))[part]
    count, (least, most) = len(pictures), CROPS
    size = least + random.below(most - least + 1, count)
    left = begin + random.below(end - begin - size + 1, count)
    upper = random.below(sheets.HEIGHT - size + 1, count)
    mirrored, flipped, turned = random.below(2, 3, count)
    rows = _places(upper, size, flipped, side) + (pictures[:, None] * sheets.HEIGHT << BITS)
    columns = _places(left, size, mirrored, side)
    rows, columns = (one.astype(np.int32) for one in (rows[:, :, None], columns[:, None, :]))
    cut = integers.bilinear(_flat_pictures(), rows, columns, sheets.HEIGHT)
    return np.where(turned[:, None, None] == 1, cut.swapaxes(-1, -2), cut)


def _places(first: np.ndarray, size: np.ndarray, back: np.ndarray, side: int) -> np.ndarray:
    """Positions of `side` pixels along `size` others, none of them outside: (n, side)."""
    first, size, back = (one[:, None] for one in (first, size, back))
    steps = np.arange(side)
    steps = np.where(back == 1, side - 1 - steps, steps)
    inside = ((2 * steps + 1) * size * ONE // side - ONE) >> 1
    return first * ONE + np.clip(inside, 0, (size - 1) * ONE)


def _masks(random: Random, letters: np.ndarray, side: int) -> np.ndarray:
    """Where there is ink: int32 (n, side, side), 0 to 255."""
    count, reach = len(letters), 2 * SHIFT * side // SIDE
    factor = max(1, 2 * SIDE // side)
    glyph = random.below(len(sheets.FACES), count) * len(sheets.LETTERS) + letters
    cosine, sine = random.turns(TURN, count)
    least, most = (EIGHTHS * size for size in SIZES)
    size = least + random.below(most - least + 1, count)
    # Pixels of the glyph for each half pixel of the picture
    above, under = sheets.EM * EIGHTHS * SIDE, 2 * factor * side * size
    along, across = (one * above // under for one in (cosine, sine))
    x, y = 2 * np.arange(side) + 1 - side - random.below(2 * reach + 1, 2, count, 1) + reach
    x, y = x[:, None, :].astype(np.int32), y[:, :, None].astype(np.int32)
    along, across = (one[:, None, None].astype(np.int32) for one in (along, across))
    cell = sheets.CELL // factor + 2
    middle, last = (cell - 1) * ONE // 2, (cell - 1) * ONE
    drop = TURN_BITS - BITS
    columns = np.clip((along * x + across * y >> drop) + middle, 0, last)
    rows = np.clip((along * y - across * x >> drop) + middle, 0, last)
    rows += (glyph[:, None, None] * cell << BITS).astype(np.int32)
    return integers.bilinear(_flat_glyphs(factor), rows, columns, cell)[0]


@functools.cache
def _flat_pictures() -> np.ndarray:
    """The sheet of pictures as three planes."""
    planes = sheets.pictures().reshape(-1, 3).T.astype(np.int32)
    return np.pad(planes, ((0, 0), (0, sheets.HEIGHT + 1)))


@functools.cache
def _flat_glyphs(factor: int) -> np.ndarray:
    """The sheet of glyphs as one plane, reduced; each has an empty border of a pixel."""
    cells = sheets.glyphs().reshape(-1, sheets.CELL, sheets.CELL, 1)
    cells = integers.resized(cells, sheets.CELL // factor)[..., 0].astype(np.int32)
    cells = np.pad(cells, ((0, 0), (1, 1), (1, 1)))
    return np.pad(cells.reshape(1, -1), ((0, 0), (0, cells.shape[1] + 1)))
