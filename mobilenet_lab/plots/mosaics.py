"""Pictures of feature maps and kernels: a strip of stages, mosaics of channels.

All share one colour scale: black is 0, brighter is further from 0, greys are positive and oranges
negative. The gaps between channels are pale blue.

A mosaic is one array of pixels, painted by NumPy, and a few texts. matplotlib only combines them:
its own path from an array to pixels would take as long as everything else.
"""

from typing import Any, NamedTuple

import numpy as np
from matplotlib.artist import Artist

from mobilenet_lab import checks
from mobilenet_lab.features.maps import ORDERS, histogram
from mobilenet_lab.networks.design import trace
from mobilenet_lab.plots.picture import Picture
from mobilenet_lab.plots.pixels import (
    PAPER,
    as_stack,
    counted,
    fitted,
    image_pixels,
    joined,
    meaningful,
    nearest_pixels,
    ordered,
    resized,
    rgb,
    thumbnail,
    tiled,
)
from mobilenet_lab.plots.style import ACCENT, INK, OPERATION


class Mosaic(NamedTuple):
    """One mosaic: the map of one image, (height, width, channels) or (channels,), and its texts."""

    title: str
    values: Any
    caption: str = ""


class Pixels(Artist):
    """An array of pixels (height, width, 3) that fills the figure unscaled."""

    def __init__(self, width, height):
        super().__init__()
        self.values = np.empty((height, width, 4), np.uint8)
        self.values[:] = 255

    def draw(self, renderer):
        """Draw the pixels, each as one or more pixels of the renderer."""
        values = self.values[::-1]
        scale = self.figure.bbox.height / len(values)
        if scale != 1:
            values = nearest_pixels(
                values[None], *(round(scale * side) for side in values.shape[:2])
            )[0]
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

    STILL = 1

    def png(self, scale=STILL):
        """The picture as PNG bytes; at scale 1 each pixel is what it is on screen."""
        return super().png(scale)

    def _clear(self):
        self.pixels[:] = rgb(PAPER)
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
        """Paint pixels (height, width, 3), their upper left corner there, cropped to the sheet."""
        part = self.pixels[y : y + tile.shape[0], x : x + tile.shape[1]]
        part[:] = tile[: part.shape[0], : part.shape[1]]


class Strip(Sheet):
    """The input and, for each stage, the four strongest channels of its last map.

    Its columns are those of the drawing of the network (`Diagram`): as many, as wide, as named.
    """

    def __init__(self, width=840, height=136):
        super().__init__(width, height, texts=24)
        self.stages = []

    def show(self, image, maps, design, selected=None, say=""):
        """Show a picture and its maps, `feature_maps(model, image)`; frame a stage.

        `say` is a sentence on which picture goes through which network.
        """
        self._clear()
        ends = stage_ends(maps, design)
        maps = {stage: values for stage, values in ends.items() if values is not None}
        self.stages = list(ends)
        width, height = self.size
        cell = width / (len(ends) + 1)
        side = int(min(cell - 10, height - 48))
        tiles = {"input": image_pixels(image, side)}
        tiles |= {stage: thumbnail(values, side) for stage, values in maps.items()}
        shapes = {"input": np.shape(image)} | {stage: own.shape for stage, own in maps.items()}
        sizes = {name: f"{shape[0]} px × {shape[2]}" for name, shape in shapes.items()}
        for index, name in enumerate(("input", *ends)):
            middle = (index + 0.5) * cell
            left, top = round(middle - side / 2), height - 38 - side
            if name == selected:
                frame = np.empty((side + 8, side + 8, 3), np.uint8)
                frame[:] = rgb(ACCENT)
                self._paint(left - 4, top - 4, frame)
            if name in tiles:
                self._paint(left, top, tiles[name])
            weight = "bold" if name == selected else "normal"
            self._write(middle, height - 20, name, ha="center", fontweight=weight)
            size = sizes.get(name, "no weights")
            self._write(middle, height - 5, size, ha="center", fontsize=8.5)
        framed = f" Framed: {selected}." if selected in tiles else ""
        path = ", ".join(f"{name} {size} channels" for name, size in sizes.items())
        say = say or f"A picture through {design}."
        self.words = f"{say} The strongest channels of: {path}.{framed}"


class Maps(Sheet):
    """One or several mosaics side by side, each under its title and caption."""

    TOP = 44

    def __init__(self, width=840, height=464, panels=1, alike=False):
        super().__init__(width, height, texts=2 * panels)
        self.alike = alike  # one size of channels and one scale for all panels

    def show(self, panels, by="index", scale="layer", say=""):
        """Show `Mosaic`s, the channels sorted by "index", "mean" or "variance".

        White is the largest magnitude in the layer or, with `scale="channel"`, in each channel.
        Channels of one position, as after the pooling, would then all be white and have no
        variance: they share the layer's scale and are sorted by value. `say` begins the
        description.
        """
        checks.one_of("by", by, ORDERS)
        checks.one_of("scale", scale, ("layer", "channel"))
        several = isinstance(panels, list | tuple) and len(panels) > 0
        if not several or not all(isinstance(panel, Mosaic) for panel in panels):
            checks.refuse("panels", panels, "a list of Mosaics")
        stacks = [as_stack(panel.values) for panel in panels]
        self._clear()
        width, height = self.size
        room = (width + 16) // len(panels) - 16, height - self.TOP
        fits = [fitted(stack.shape[2], *room) for stack in stacks]
        if self.alike:
            fits = [(min(side, min(fits)[0]), count) for side, count in fits]
        most = [np.abs(stack).max() for stack in stacks]
        words, ends = [], []
        for index, (panel, stack) in enumerate(zip(panels, stacks, strict=True)):
            side, count = fits[index]
            order, own = meaningful(stack, by, scale)
            limit = max(most) if self.alike else most[index]
            chosen = stack[:, :, ordered(stack, order)[:count]]
            tiles = tiled(chosen, side, room[0], limit if own == "layer" else None)
            left = index * (room[0] + 16)
            self._paint(left, self.TOP, tiles)
            note = counted(count, stack.shape[2], order)
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

    def show(self, names, first, depthwise, say=""):
        """Show kernels (side, side, 3, filters) and (side, side, channels, 1) of these layers."""
        if not (isinstance(names, list | tuple) and len(names) == 2):
            checks.refuse("names", names, "the names of the two layers")
        for name, kernels in zip(("first", "depthwise"), (first, depthwise), strict=True):
            if checks.array(name, kernels).ndim != 4:
                checks.refuse(
                    f"the shape of {name}", np.shape(kernels), "(side, side, channels, filters)"
                )
        self._clear()
        width, height = self.size
        room = width // 2 - 12, height - self.TOP
        high, wide, depth, count = first.shape
        side = fitted(count, *room)[0] // high * high
        most = np.abs(first).max(axis=(0, 1, 2), keepdims=True)
        shown = 0.5 + np.divide(first, 2 * most, out=np.zeros_like(first), where=most > 0)
        pixels = (255 * shown).round().astype(np.uint8).transpose(3, 0, 1, 2)
        self._paint(0, self.TOP, joined(resized(pixels, side), room[0]))
        notes = [f"{count} kernels {high} × {wide} × {depth}, grey is 0"]
        channels, left = depthwise[..., 0], width - room[0]
        high, wide, every = channels.shape
        side, number = fitted(every, *room)
        tiles = tiled(channels[..., :number], side // high * high, room[0])
        self._paint(left, self.TOP, tiles)
        counted = f"first {number} of {every} kernels" if number < every else f"{every} kernels"
        notes.append(f"{counted} {high} × {wide}, black is 0, orange negative")
        for x, name, note in zip((0, left), names, notes, strict=True):
            self._write(x, 15, name, fontweight="bold", fontsize=11)
            self._write(x, 34, note)
        words = "; ".join(f"{name}: {note}" for name, note in zip(names, notes, strict=True))
        self.words = f"{say} {words}. Each kernel has its own scale.".strip()


class Histogram(Sheet):
    """The histogram of a map's values: the share of each of 48 bins, on a logarithmic axis."""

    BINS, FLOOR = 48, 1e-5
    BOX = (60, 24, 820, 104)  # of the axes: left, top, right, bottom, in pixels

    def __init__(self, width=840, height=124):
        super().__init__(width, height, texts=9)

    def show(self, name, values):
        """Show the map of a layer."""
        values = checks.array("values", values)
        self._clear()
        low, high = limits = _round_limits(values)
        shares, edges = histogram(values, self.BINS, limits)
        left, top, right, bottom = self.BOX
        self._write(left, 14, "how often a value occurs, on a logarithmic axis")
        rise = 1 - np.log10(np.maximum(shares, self.FLOOR)) / np.log10(self.FLOOR)
        columns = (np.arange(right - left) * self.BINS) // (right - left)
        filled = np.arange(bottom, top, -1)[::-1, None] > bottom - (bottom - top) * rise[columns]
        self.pixels[top:bottom, left:right][filled] = rgb(OPERATION["pointwise"])
        self.pixels[bottom, left:right] = rgb(INK)
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
    """0 to 6 for the output of ReLU6; otherwise powers of two that include all values."""
    least, most = float(values.min()), float(values.max())
    if least >= 0 and most <= 6:
        return 0.0, 6.0
    low, high = (2 ** np.ceil(np.log2(max(size, 0.25))) for size in (-least, most))
    return (float(-low) if least < 0 else 0.0), float(high)


def stage_ends(maps, design):
    """For each stage, the map (height, width, channels) of its last layer, in order.

    None where `maps` has none of it: a model may come without its classifier.
    """
    ends = dict.fromkeys(layer.stage for layer in trace(design))
    layers = [layer for layer in trace(design) if layer.name in maps]
    return ends | {layer.stage: as_stack(maps[layer.name]) for layer in layers}
