"""Pictures of feature maps and kernels: a strip of stages, mosaics of channels.

All share one scale of colours: black is 0, brighter is further from it, greys are positive and
oranges negative. Pale blue is no value at all: the gaps between channels.

A mosaic is one array of pixels, painted by NumPy, and a few texts. matplotlib only puts them
together: its own way from an array to pixels takes as long as all the rest.
"""

from functools import cache
from typing import Any, NamedTuple

import numpy as np
from matplotlib.artist import Artist
from matplotlib.colors import to_rgb

from mobilenet_lab.features.maps import channel_order, histogram
from mobilenet_lab.networks.design import trace
from mobilenet_lab.plots.picture import Picture
from mobilenet_lab.plots.style import ACCENT, INK, OPERATION

MOST = 128  # channels of a mosaic; of more, the first ones in the chosen order
LEAST_SIDE = 24  # pixels of a channel
GAP = 2  # pixels between channels
PAPER, BETWEEN = "#ffffff", "#c9dff2"
NEGATIVE = ("#000000", "#D55E00", "#ffd7a8")


class Panel(NamedTuple):
    """One mosaic: the map of one image, (height, width, channels) or (channels,), and its texts."""

    title: str
    values: Any
    caption: str = ""


class Pixels(Artist):
    """An array of pixels (height, width, 3) that fills the figure, as it is."""

    def __init__(self, width, height):
        super().__init__()
        self.values = np.empty((height, width, 4), np.uint8)
        self.values[:] = 255

    def draw(self, renderer):
        """Put the pixels there, each one or more pixels of the renderer large."""
        values = self.values[::-1]
        scale = self.figure.bbox.height / len(values)
        if scale != 1:
            values = _nearest(values[None], *(round(scale * side) for side in values.shape[:2]))[0]
        graphics = renderer.new_gc()
        renderer.draw_image(graphics, 0, 0, np.ascontiguousarray(values))
        graphics.restore()


class Sheet(Picture):
    """A picture made of pixels and texts."""

    def __init__(self, width, height, texts):
        super().__init__(width, height)
        self.colors = None
        self.figure.set_layout_engine("none")
        axes = self.figure.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(height, 0))
        axes.set_axis_off()
        image = axes.add_artist(Pixels(width, height))
        self.pixels = image.values[:, :, :3]
        self.texts = [axes.text(0, 0, "", va="baseline", color=INK) for _ in range(texts)]
        self.moving = [image, *self.texts]
        self._clear()

    def png(self, scale=1):
        """The picture as PNG bytes; at scale 1 each pixel is what it is on screen."""
        return super().png(scale)

    def _clear(self):
        self.pixels[:] = _rgb(PAPER)
        for text in self.texts:
            text.set_text("")
        self._next = iter(self.texts)

    def _write(self, x, y, words, **style):
        """A text whose baseline is at pixel y."""
        style = {"ha": "left", "fontweight": "normal", "fontsize": 10} | style
        text = next(self._next)
        text.set_text(words)
        text.set(x=x, y=y, **style)

    def _paint(self, x, y, tile):
        """Pixels (height, width, 3) with their upper left corner there; what reaches out is cut."""
        part = self.pixels[y : y + tile.shape[0], x : x + tile.shape[1]]
        part[:] = tile[: part.shape[0], : part.shape[1]]


class Strip(Sheet):
    """The input and, for each stage of the learner, the four strongest channels of its last map."""

    def __init__(self, width=840, height=136):
        super().__init__(width, height, texts=24)
        self.stages = []

    def show(self, image, maps, design, selected=None, say=""):
        """Move to a picture and its maps, `feature_maps(model, image)`; frame a stage.

        `say` is what goes through what, in a sentence.
        """
        self._clear()
        ends = stage_ends(maps, design)
        self.stages = list(ends)
        width, height = self.size
        cell = width / (len(ends) + 1)
        side = int(min(cell - 10, height - 48))
        tiles = {"input": image_pixels(image, side)}
        tiles |= {stage: thumbnail(maps[name], side) for stage, name in ends.items()}
        shapes = {"input": np.shape(image)} | {stage: maps[ends[stage]].shape for stage in ends}
        for index, (name, tile) in enumerate(tiles.items()):
            middle = (index + 0.5) * cell
            left, top = round(middle - side / 2), height - 38 - side
            if name == selected:
                frame = np.empty((side + 8, side + 8, 3), np.uint8)
                frame[:] = _rgb(ACCENT)
                self._paint(left - 4, top - 4, frame)
            self._paint(left, top, tile)
            weight = "bold" if name == selected else "normal"
            self._write(middle, height - 20, name, ha="center", fontweight=weight)
            pixels, _, channels = shapes[name]
            size = f"{pixels} px × {channels}"
            self._write(middle, height - 5, size, ha="center", fontsize=8.5)
        framed = f" Framed: {selected}." if selected in tiles else ""
        path = ", ".join(
            f"{name} {shape[0]} px × {shape[2]} channels" for name, shape in shapes.items()
        )
        say = say or f"A picture through {design}."
        self.words = f"{say} The strongest channels of: {path}.{framed}"


class Maps(Sheet):
    """One or several mosaics side by side, each under its title and caption."""

    TOP = 44

    def __init__(self, width=840, height=464, panels=1, alike=False):
        super().__init__(width, height, texts=2 * panels)
        self.alike = alike  # one size of channels and one scale for all panels

    def show(self, panels, by="index", scale="layer", say=""):
        """Show `Panel`s, the channels sorted by "index", "mean" or "variance".

        Colours go up to the largest size of a value in the layer, or, with `scale="channel"`, in
        each channel. Channels of one position, as behind the pooling, would all be white then and
        have no variance: they share the layer's scale, and are sorted by their value if by any.
        `say` begins what is said of the picture.
        """
        self._clear()
        width, height = self.size
        room = (width + 16) // len(panels) - 16, height - self.TOP
        stacks = [_stack(panel.values) for panel in panels]
        fits = [fitted(stack.shape[2], *room) for stack in stacks]
        if self.alike:
            fits = [(min(side, min(fits)[0]), count) for side, count in fits]
        most = [np.abs(stack).max() for stack in stacks]
        words, ends = [], []
        for index, (panel, stack) in enumerate(zip(panels, stacks, strict=True)):
            side, count = fits[index]
            order, own = _meaningful(stack, by, scale)
            limit = max(most) if self.alike else most[index]
            chosen = stack[:, :, _ordered(stack, order)[:count]]
            tiles = tiled(chosen, side, room[0], limit if own == "layer" else None)
            left = index * (room[0] + 16)
            self._paint(left, self.TOP, tiles)
            note = _counted(count, stack.shape[2], order)
            alone = scale == "channel" and len(panels) == 1
            said = {"channel": "each to its own scale", "layer": "all to one scale"}[own] * alone
            caption = ", ".join(filter(None, [note, panel.caption, said]))
            ends.append("each channel" if own == "channel" else "the layer")
            self._write(left, 15, panel.title, fontweight="bold", fontsize=11)
            self._write(left, 34, caption)
            words.append(f"{panel.title}: {caption}")
        largest = " or ".join(dict.fromkeys(ends))
        colours = f"Black is 0, white the largest value of {largest}, orange negative."
        self.words = " ".join(filter(None, [say, "; ".join(words) + ".", colours]))


class Kernels(Sheet):
    """The first convolution's kernels in colour, and a depthwise layer's beside them."""

    TOP = 44

    def __init__(self, width=840, height=380):
        super().__init__(width, height, texts=4)

    def show(self, first, depthwise, name, say=""):
        """Show kernels (3, 3, 3, filters) and (3, 3, channels, 1), the latter of that layer."""
        self._clear()
        width, height = self.size
        room = width // 2 - 12, height - self.TOP
        count = first.shape[3]
        side = fitted(count, *room)[0] // 3 * 3
        most = np.abs(first).max(axis=(0, 1, 2), keepdims=True)
        shown = 0.5 + np.divide(first, 2 * most, out=np.zeros_like(first), where=most > 0)
        pixels = (255 * shown).round().astype(np.uint8).transpose(3, 0, 1, 2)
        self._paint(0, self.TOP, joined(resized(pixels, side), room[0]))
        channels = depthwise[..., 0]
        side, number = fitted(channels.shape[2], *room)
        self._paint(
            width - room[0], self.TOP, tiled(channels[..., :number], side // 3 * 3, room[0])
        )
        every = channels.shape[2]
        note = f"first {number} of {every} kernels" if number < every else f"{every} kernels"
        titles = {
            0: ("stem_conv", f"{count} kernels 3 × 3 × 3, grey is 0"),
            width - room[0]: (name, f"{note} 3 × 3, black is 0, orange negative"),
        }
        for left, (title, caption) in titles.items():
            self._write(left, 15, title, fontweight="bold", fontsize=11)
            self._write(left, 34, caption)
        words = "; ".join(f"{title}: {caption}" for title, caption in titles.values())
        self.words = f"{say} {words}. Each kernel has its own scale.".strip()


class Histogram(Sheet):
    """How often values occur in a map: the share of each of 48 bins, on a logarithmic axis."""

    BINS, FLOOR = 48, 1e-5
    BOX = (60, 24, 820, 104)  # of the axes: left, top, right, bottom, in pixels

    def __init__(self, width=840, height=124):
        super().__init__(width, height, texts=9)

    def show(self, name, values):
        """Move to the map of a layer."""
        self._clear()
        low, high = limits = _round_limits(values)
        shares, edges = histogram(values, self.BINS, limits)
        left, top, right, bottom = self.BOX
        self._write(left, 14, "how often a value occurs, on a logarithmic axis")
        rise = 1 - np.log10(np.maximum(shares, self.FLOOR)) / np.log10(self.FLOOR)
        columns = (np.arange(right - left) * self.BINS) // (right - left)
        filled = np.arange(bottom, top, -1)[::-1, None] > bottom - (bottom - top) * rise[columns]
        self.pixels[top:bottom, left:right][filled] = _rgb(OPERATION["pointwise"])
        self.pixels[bottom, left:right] = _rgb(INK)
        for share, label in ((1, "100 %"), (1e-2, "1 %"), (1e-4, "0.01 %")):
            y = top + (bottom - top) * np.log10(share) / np.log10(self.FLOOR)
            self._write(left - 6, y + 4, label, ha="right", fontsize=8.5)
        for part in np.linspace(0, 1, 5):
            value = f"{low + (high - low) * part:g}".replace("-", "−")
            self._write(left + (right - left) * part, bottom + 15, value, ha="center", fontsize=8.5)
        most = int(np.argmax(shares))
        self.words = (
            f"Histogram of the values of {name}, from {low:g} to {high:g}. "
            f"The fullest bar, {100 * shares[most]:.0f} % of them, "
            f"lies between {edges[most]:.2g} and {edges[most + 1]:.2g}."
        )


def _round_limits(values):
    """0 to 6 for what ReLU6 writes; otherwise powers of two that hold all values."""
    least, most = float(values.min()), float(values.max())
    if least >= 0 and most <= 6:
        return 0.0, 6.0
    low, high = (2 ** np.ceil(np.log2(max(size, 0.25))) for size in (-least, most))
    return (float(-low) if least < 0 else 0.0), float(high)


# From values to pixels


def stage_ends(maps, design):
    """For each stage before the classifier, its last layer: a dict of names, in order."""
    layers = [layer for layer in trace(design) if layer.name in maps]
    return {layer.stage: layer.name for layer in layers if not layer.in_classifier}


def image_pixels(image, side):
    """A picture of values in [-1, 1] as side × side pixels."""
    return resized((np.asarray(image)[None] + 1) * 127.5, side)[0].round().astype(np.uint8)


def thumbnail(values, side):
    """The four channels of a map that have most to say, two by two, as side × side pixels."""
    small = (side - GAP) // 2
    order, scale = _meaningful(values, "variance", "channel")
    strongest = values[:, :, _ordered(values, order)[:4]]
    tile = np.empty((side, side, 3), np.uint8)
    tile[:] = _rgb(BETWEEN)
    part = tiled(strongest, small, side, None if scale == "channel" else np.abs(values).max())
    tile[: part.shape[0], : part.shape[1]] = part
    return tile


def _meaningful(values, by, scale):
    """The order and the scale of channels; of one position, a channel has nothing but its value."""
    if values.shape[:2] != (1, 1):
        return by, scale
    return by if by == "index" else "value", "layer"


def _ordered(values, by):
    """The places of a map's channels in an order; the largest "value" first, as the mean does."""
    return channel_order(values, "mean" if by == "value" else by)


def _counted(count, number, by):
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

    `limit` is what becomes white; None: the largest size in each channel.
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
    whole[:] = _rgb(BETWEEN)
    whole[:number, :side, :side] = tiles
    whole[number:] = _rgb(PAPER)
    whole = whole.reshape(rows, columns, step, step, 3).swapaxes(1, 2)
    return whole.reshape(rows * step, columns * step, 3)[:-GAP, :-GAP]


def resized(tiles, side):
    """Tiles (number, height, width, …) as squares of `side` pixels.

    Large ones are averaged to half, a third, … as long as they are larger than that. Then each
    pixel takes the nearest value.
    """
    fold = max(1, tiles.shape[1] // side)
    if fold > 1:
        whole = tiles[:, : tiles.shape[1] // fold * fold, : tiles.shape[2] // fold * fold]
        number, height, width, *rest = whole.shape
        whole = whole.reshape(number, height // fold, fold, width // fold, fold, *rest)
        tiles = whole.mean(axis=(2, 4), dtype=np.float32)
    return _nearest(tiles, side, side)


def _nearest(tiles, height, width):
    """Tiles in another size: each pixel takes the value that lies there."""
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


def _rgb(color):
    return [round(255 * part) for part in to_rgb(color)]


def _stack(values):
    """A map as float32 (height, width, channels)."""
    values = np.asarray(values, np.float32)
    return values.reshape(1, 1, -1) if values.ndim == 1 else values
