"""Blocks of several networks side by side, to one scale."""

from matplotlib import rc_context

from mobilenet_lab import checks
from mobilenet_lab.networks.design import Design
from mobilenet_lab.networks.families import FAMILIES
from mobilenet_lab.networks.sizes import written
from mobilenet_lab.plots.diagram import Scale, Slot, columns
from mobilenet_lab.plots.picture import Picture
from mobilenet_lab.plots.style import INK, STYLE, family_color, millions


class Blocks(Picture):
    """The blocks of several designs in one drawing: what is done, the maps, and the cost.

    `picture` names what is drawn of each: "block" or "strided block". All maps have one scale;
    the boxes fill up with the shares of their own block.
    """

    GAP, BESIDE = 0.35, ("block", "strided block")

    def __init__(self, *designs, picture="block", width=840, height=320):
        super().__init__(width, height)
        checks.one_of("picture", picture, self.BESIDE)
        if not designs or not all(isinstance(design, Design) for design in designs):
            checks.refuse("designs", designs, "one Design or several")
        drawings = [FAMILIES[design.family].drawings for design in designs]
        parts = [own[checks.one_of("picture", picture, list(own))] for own in drawings]
        blocks = [columns(*pair) for pair in zip(designs, parts, strict=True)]
        every = [column for block in blocks for column in block]
        self.figure.set_layout_engine("none")
        with rc_context(STYLE):
            self.axes = self.figure.add_axes((0, 0, 1, 0.92))
            self.axes.set(xlim=(0, 1), ylim=(0, 1))
            self.axes.axis("off")
            step, left = 1 / (len(every) + self.GAP * (len(blocks) - 1)), 0
            for design, block in zip(designs, blocks, strict=True):
                self._draw(block, Scale(step, block, every), left)
                self._name(design, block, left)
                left += step * (len(block) + self.GAP)
        self.words = " ".join(map(_said, designs, parts, blocks))

    def _draw(self, block, scale, left):
        """A block whose first column begins at `left`."""
        step = scale.step
        middles = [left + step * (index + 0.5) for index in range(len(block))]
        for column, middle in zip(block, middles, strict=True):
            Slot(self.axes).show(column, middle, scale)
        between = [middle - step / 2 for middle in middles[1:]]
        self.axes.plot(between, [Slot.MIDDLE] * len(between), ">", color=INK, ms=5)
        for middle, column in zip(middles, block, strict=True):
            if column.shortcut is not None:
                x = [middles[column.shortcut]] * 2 + [middle] * 2
                y = [Slot.TOP, 0.98, 0.98, Slot.TOP + 0.015]
                self.axes.plot(x, y, color=INK, lw=1.4, marker="v", ms=6, markevery=[3])

    def _name(self, design, block, left):
        """Whose block it is, and its MACs."""
        x, y = left + 0.006, 1.03
        style = {"va": "center", "weight": "bold", "color": family_color(design.family)}
        text = f"{FAMILIES[design.family].title}: {millions(sum(one.macs for one in block))} MACs"
        self.axes.text(x, y, text, **style)


def _said(design, part, block):
    """A block in words."""
    steps = " → ".join(f"{one.title} {written(one.size)} px × {one.channels}" for one in block)
    adds = any(one.shortcut is not None for one in block)
    shortcut = "with a shortcut" if adds else "no shortcut"
    macs, params = (sum(getattr(one, count) for one in block) for count in ("macs", "params"))
    price = f"{millions(macs)} MACs, {params:,} parameters"
    return f"{design}, {part.replace('_', ', ')}: {steps}; {price}, {shortcut}."
