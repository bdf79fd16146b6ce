"""Drawings of a network."""

import math

from matplotlib import rc_context
from matplotlib.patches import Rectangle

from mobilenet_lab.design import trace
from mobilenet_lab.plots import FAMILY, INK, PALE, STYLE, Picture

SLOTS = 11  # the input and v2's ten parts; v1 has fewer
TALLEST, WIDEST = 320, 1920  # px and channels that fill a slot: the largest design of the sliders


def stages(design):
    """What a strip draws, one tuple a part in order: name, size out (px), channels out, MACs."""
    parts = {"input": ("input", design.resolution, 3, 0)}
    for layer in trace(design):
        macs = parts.get(layer.stage, ("", 0, 0, 0))[3] + layer.macs
        parts[layer.stage] = (layer.stage, layer.size_out, layer.c_out, macs)
    return list(parts.values())


class Strip(Picture):
    """A network from left to right, one box a stage, and each stage's share of the MACs.

    A box is as high as the maps have pixels; its width grows with the square root of the
    channels. Both scales stay as they are while the design changes.
    """

    def __init__(self, width=840, height=190):
        super().__init__(width, height)
        self.figure.set_layout_engine("none")
        with rc_context(STYLE):
            axes = self.figure.add_axes((0, 0, 1, 1))
            axes.set(xlim=(0, SLOTS), ylim=(0, 1))
            axes.axis("off")
            axes.text(0.5, 0.12, "share of\nMACs", ha="center", va="center", size=9)
            self.slots = [_Slot(axes, index + 0.5) for index in range(SLOTS)]
        self.moving = [artist for slot in self.slots for artist in slot.artists]

    def show(self, design):
        """Draw a design of at most 320 px and 1920 channels to scale; larger ones fill a slot."""
        parts = stages(design)
        whole = sum(macs for *_, macs in parts)
        for slot, part in zip(self.slots, parts + [None] * (SLOTS - len(parts)), strict=False):
            slot.show(part, whole, FAMILY[design.family])
        steps = (f"{name} {size} px × {channels}" for name, size, channels, _ in parts)
        self.words = f"{design}, from input to classes: " + " → ".join(steps) + "."


class _Slot:
    """The place of one stage in a strip: box, name and shape, bar and share."""

    FLOOR, ROOM, BARS = 0.56, 0.42, 0.30  # base of the boxes, their tallest, a bar of all MACs

    def __init__(self, axes, middle):
        self.middle = middle
        self.box = axes.add_patch(Rectangle((0, 0), 0, 0, ec=INK, lw=0.8))
        self.bar = axes.add_patch(Rectangle((0, 0), 0, 0, fc=PALE))
        self.name = axes.text(middle, self.FLOOR - 0.03, "", ha="center", va="top", size=9)
        self.share = axes.text(middle, 0.01, "", ha="center", va="bottom", size=9)
        self.artists = [self.box, self.bar, self.name, self.share]

    def show(self, part, whole, color):
        for artist in self.artists:
            artist.set_visible(part is not None)
        if part is None:
            return
        name, size, channels, macs = part
        height = self.ROOM * min(1, size / TALLEST)
        width = 0.9 * min(1, math.sqrt(channels / WIDEST))
        self.box.set(xy=(self.middle - width / 2, self.FLOOR), width=width, height=height, fc=color)
        share = macs / whole
        self.bar.set(xy=(self.middle - 0.2, 0.09), width=0.4, height=self.BARS * share)
        self.name.set_text(f"{name}\n{size} px\n× {channels}")
        self.share.set_text(f"{share:.1%}" if macs else "")
