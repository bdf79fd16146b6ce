"""Turn the values of maps and kernels into pixels: tiles, their order, their colours."""

from functools import cache

import numpy as np
from matplotlib.colors import to_rgb

from mobilenet_lab import checks
from mobilenet_lab.features.maps import channel_order

MOST = 128  # channels of a mosaic; of more, the first ones in the chosen order
LEAST_SIDE = 24  # pixels of a channel
GAP = 2  # pixels between channels
PAPER, BETWEEN = "#ffffff", "#c9dff2"
NEGATIVE = ("#000000", "#D55E00", "#ffd7a8")


def image_pixels(image, side):
    """A picture of values in [-1, 1] as side × side pixels."""
    image = checks.array("image", image, "finite numbers (height, width, 3)")
    if image.ndim != 3 or image.shape[2] != 3:
        checks.refuse("the shape of image", image.shape, "(height, width, 3)")
    return resized((image[None] + 1) * 127.5, side)[0].round().astype(np.uint8)


def thumbnail(values, side):
    """The four most informative channels of a map, two by two, as side × side pixels."""
    small = (side - GAP) // 2
    order, scale = meaningful(values, "variance", "channel")
    strongest = values[:, :, ordered(values, order)[:4]]
    tile = np.empty((side, side, 3), np.uint8)
    tile[:] = rgb(BETWEEN)
    part = tiled(strongest, small, side, None if scale == "channel" else np.abs(values).max())
    tile[: part.shape[0], : part.shape[1]] = part
    return tile


def meaningful(values, by, scale):
    """The order and the scale of channels; a channel of one position has only its value."""
    if values.shape[:2] != (1, 1):
        return by, scale
    return by if by == "index" else "value", "layer"


def ordered(values, by):
    """The indices of a map's channels in an order; "value" is largest first, like "mean"."""
    return channel_order(values, "mean" if by == "value" else by)


def counted(count, number, by):
    """How many channels of how many are shown, and in what order."""
    shown = f"first {count} of {number} channels" if count < number else f"{number} channels"
    return shown if by == "index" else f"{shown} by {by}"


@cache
def fitted(number, width, height):
    """The largest side of square tiles such that they fit, and how many are shown.

    No more than `MOST` are shown, and none is smaller than `LEAST_SIDE`.
    """
    for count in range(min(number, MOST), 0, -1):
        for side in range(min(width, height), LEAST_SIDE - 1, -1):
            columns, rows = (width + GAP) // (side + GAP), (height + GAP) // (side + GAP)
            if columns * rows >= count:
                return side, count
    return LEAST_SIDE, 1


def tiled(values, side, width, limit=None):
    """A map (height, width, channels) as a mosaic of coloured tiles, as wide as `width` allows.

    `limit` becomes white; None means the largest magnitude in each channel.
    """
    channels = resized(np.moveaxis(values, 2, 0), side)
    if limit is None:
        limit = np.abs(channels).max(axis=(1, 2), keepdims=True)
    return joined(coloured(channels, limit), width)


def joined(tiles, width):
    """Tiles (number, height, width, 3) row by row on the colour of gaps."""
    number, side = tiles.shape[0], tiles.shape[1]
    columns = min(number, (width + GAP) // (side + GAP))
    rows = -(-number // columns)
    step = side + GAP
    whole = np.empty((rows * columns, step, step, 3), np.uint8)
    whole[:] = rgb(BETWEEN)
    whole[:number, :side, :side] = tiles
    whole[number:] = rgb(PAPER)
    whole = whole.reshape(rows, columns, step, step, 3).swapaxes(1, 2)
    return whole.reshape(rows * step, columns * step, 3)[:-GAP, :-GAP]


def resized(tiles, side):
    """Tiles (number, height, width, …) as squares of `side` pixels.

    Larger ones are first averaged down by an integer factor. Then each pixel takes the nearest
    value.
    """
    fold = max(1, tiles.shape[1] // side)
    if fold > 1:
        whole = tiles[:, : tiles.shape[1] // fold * fold, : tiles.shape[2] // fold * fold]
        number, height, width, *rest = whole.shape
        whole = whole.reshape(number, height // fold, fold, width // fold, fold, *rest)
        tiles = whole.mean(axis=(2, 4), dtype=np.float32)
    return nearest_pixels(tiles, side, side)


def nearest_pixels(tiles, height, width):
    """Tiles in another size, by nearest neighbour."""
    rows = np.arange(height) * tiles.shape[1] // height
    columns = np.arange(width) * tiles.shape[2] // width
    return tiles[:, rows][:, :, columns]


def coloured(values, limit):
    """Values as pixels (…, 3): black for 0, white for `limit`, pale orange for its negative."""
    share = np.divide(values, limit, out=np.zeros_like(values), where=np.asarray(limit) > 0)
    return _ramp()[np.clip(np.rint(share * 127) + 127, 0, 254).astype(np.uint8)]


@cache
def _ramp():
    """255 colours from the most negative to the most positive."""
    grey = np.linspace(0, 1, 128)[:, None].repeat(3, axis=1)
    points = np.array([to_rgb(color) for color in NEGATIVE])
    orange = np.array([np.interp(np.linspace(0, 2, 128), range(3), part) for part in points.T]).T
    return (255 * np.concatenate([orange[:0:-1], grey])).round().astype(np.uint8)


def rgb(color):
    return [round(255 * part) for part in to_rgb(color)]


def as_stack(values):
    """A map as float32 (height, width, channels)."""
    accepted = "finite numbers (height, width, channels) or (channels,)"
    values = checks.array("a map", values, accepted)
    if values.dtype != np.float32:
        with np.errstate(over="ignore"):  # larger values become infinite and are refused
            values = checks.array("a map", values.astype(np.float32), accepted)
    if values.ndim not in (1, 3):
        checks.refuse("the shape of a map", values.shape, accepted)
    return values.reshape(1, 1, -1) if values.ndim == 1 else values
