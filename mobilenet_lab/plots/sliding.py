"""A convolution that one can see: what one output reads, what it multiplies, and the sum."""

import numpy as np
from matplotlib import rc_context
from matplotlib.patches import Rectangle

from mobilenet_lab.costs import sliding
from mobilenet_lab.plots.arithmetic import products, progress, say, size, spent, summed, text, texts
from mobilenet_lab.plots.cells import Cells, Grid
from mobilenet_lab.plots.one_layer import COLOR
from mobilenet_lab.plots.picture import Picture
from mobilenet_lab.plots.style import INK, PALE, STYLE

RING = 1  # the rows and columns of padding that have room on each side
ROWS = sliding.SIDE + 2 * RING


class SlidingKernel(Picture):
    """A convolution at one output: the values that it reads and the weights that it uses are lit.

    A row is a channel that is read. The output fills up as the kernel slides; below, the
    multiply-accumulates so far out of those of the whole map.
    """

    TOP, ROW, CELL, WIDE = 30, 144, 17, 23  # pixels
    X = {"channel": 2, "read": 60, "weights": 206, "products": 273, "sum": 404}
    X |= {"between": 450, "mixed": 594, "written": 660}

    def __init__(self, width=840, height=530):
        super().__init__(width, height)
        self.figure.set_layout_engine("none")
        self.image = sliding.numbers()["input"]
        with rc_context(STYLE):
            self.axes = self.figure.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(height, 0))
            self.axes.axis("off")
            self._add_grids()
            self._add_words()
            self._add_count()
        grids = (*self.read, *self.kernels, *self.products, *self.between, *self.mixed)
        self.moving = [artist for grid in (*grids, self.written) for artist in grid.moving]
        self.moving += [*self.behind, *self.titles.values(), *self.sums, self.sum]
        self.moving += [*self.bars.values(), self.count]

    def _top(self, channel, height):
        """Where something of that height begins in the middle of a channel's row."""
        return self.TOP + channel * self.ROW + (self.ROW - height) / 2

    def _grid(self, name, channel, side, width, height=None, still=False):
        height = height or width
        cells = Cells(self.X[name], self._top(channel, side * height), width, height, side, side)
        return Grid(self.axes, cells, still)

    def _add_grids(self):
        channels, side, kernel = range(sliding.CHANNELS), sliding.SIDE, sliding.KERNEL
        self.read = [self._grid("read", one, ROWS, self.CELL, still=True) for one in channels]
        for grid in self.read:
            self._frame(grid.cells)
        self.kernels = [self._grid("weights", one, kernel, 20) for one in channels]
        self.products = [self._grid("products", one, kernel, 42, 20) for one in channels]
        self.between = [self._grid("between", one, side, self.WIDE, still=True) for one in channels]
        self.mixed = [self._grid("mixed", one, 1, 56, 20) for one in channels]
        self.behind = []
        middle = self._top(1, side * self.WIDE)
        for layer in range(sliding.FILTERS - 1, -1, -1):
            corner = self.X["written"] + 7 * layer, middle - 7 * layer
            sheet = Rectangle(corner, 0, 0, fc="white", ec=PALE, lw=0.8)
            self.behind.append(self.axes.add_patch(sheet))
        self.written = self._grid("written", 1, side, self.WIDE)

    def _frame(self, cells):
        """A line around the input, without its padding."""
        corner, side = (cells.x + self.CELL, cells.y + self.CELL), sliding.SIDE * self.CELL
        frame = Rectangle(corner, side, side, fill=False, ec=INK, lw=1, zorder=2.5)
        self.axes.add_patch(frame)

    def _add_words(self):
        style = {"va": "center", "size": 9.5}
        self.titles = {
            name: self.axes.text(x, 15, "", weight="bold", **style) for name, x in self.X.items()
        }
        for channel in range(sliding.CHANNELS):
            y = self._top(channel, 0)
            self.axes.text(self.X["channel"], y, f"channel\n{channel + 1}", **style)
        self.sums = [
            self.axes.text(self.X["sum"], self._top(channel, 0), "", **style)
            for channel in range(sliding.CHANNELS)
        ]
        self.sum = self.axes.text(0, 0, "", va="top", size=9.5)

    def _add_count(self):
        y = self.TOP + sliding.CHANNELS * self.ROW + 14
        self.axes.add_patch(Rectangle((self.X["read"], y), self._room, 14, fc="#ececec", lw=0))
        self.bars = {
            name: self.axes.add_patch(Rectangle((self.X["read"], y), 0, 14, fc=COLOR[name], lw=0))
            for name in ("full", "depthwise", "pointwise")
        }
        self.count = self.axes.text(self.X["read"], y + 32, "", va="center", size=10)

    @property
    def _room(self):
        """How long the bar of the whole map is."""
        return self.size[0] - self.X["read"] - 20

    def show(self, convolution, row, column, channel):
        """Move to an output of `sliding.parts(...)`; positions and channels count from 0."""
        self.layout = convolution  # the maps that are read are another part of it
        first, last = convolution[0], convolution[-1]
        used = _used(convolution, channel)
        for one in range(sliding.CHANNELS):
            self._read(one, first, (row, column), one in used)
            self._multiply(one, first, (row, column), channel, one in used)
            self._mix(one, convolution, (row, column), channel)
        self._write(last, row, column, channel)
        self._name(convolution, channel)
        self.sum.set_text(f"{summed(convolution, row, column, channel)}\n{spent(convolution)}")
        two = len(convolution) > 1
        down = 3.4 * self.WIDE if two else -8  # below the output, or before it
        self.sum.set(x=self.X["written" if two else "between"], y=self._top(1, 0) + down)
        self._tell(convolution, row, column, channel)
        self.words = say(convolution, row, column, channel)

    def _name(self, convolution, channel):
        """What each column shows."""
        names = {
            "read": f"input {size(self.image)}",
            "weights": "weights",
            "products": "value · weight",
            "written": f"output, channel {channel + 1} of {convolution[-1].written.shape[2]}",
        }
        if len(convolution) > 1:
            names |= {"between": f"{convolution[0].name} map", "mixed": "· weight"}
        for name, title in self.titles.items():
            title.set_text(names.get(name, ""))

    def _read(self, one, first, place, used):
        """A channel of the input, and what is read of it."""
        at, side, kernel = RING - first.before, len(first.read), first.layer.kernel
        padding = [cell for cell in np.ndindex(side, side) if not _inside(cell, first.before)]
        self.read[one].show(texts(first.read[:, :, one]), at, padding)
        if used:
            corner = [at + first.layer.stride * own for own in place]
            self.read[one].light(COLOR[first.name], *corner, kernel, kernel)

    def _multiply(self, one, first, place, channel, used):
        """A channel's kernel; if it is used, the products and their sum."""
        written, own = (one, 0) if first.depthwise else (channel, one)
        values, weights = (array[:, :, own] for array in first.terms(*place, written))
        kernel, middle = len(weights), (sliding.KERNEL - len(weights)) // 2
        self.kernels[one].show(texts(weights), middle)
        self.products[one].show(products(values, weights) if used else [], middle)
        self.sums[one].set_text(f"= {text((values * weights).sum())}" if used else "")
        if used:
            self.kernels[one].light(COLOR[first.name], middle, middle, kernel, kernel)

    def _mix(self, one, convolution, place, channel):
        """A channel of the map between two parts, and what the second makes of it."""
        if len(convolution) == 1:
            self.between[one].show([])
            return self.mixed[one].show([])
        first, last = convolution
        values, weights = last.terms(*place, channel)
        self.between[one].show(texts(first.written[:, :, one]))
        self.between[one].light(COLOR[last.name], *place)
        self.mixed[one].show(products(values[:, :, one], weights[:, :, one]))
        self.mixed[one].light(COLOR[last.name])

    def _write(self, last, row, column, channel):
        """The output as far as it is written."""
        words = texts(last.written[:, :, channel])
        for place in np.ndindex(last.written.shape[:2]):
            if place > (row, column):
                words[place[0]][place[1]] = ""
        self.written.show(words)
        self.written.light(COLOR[last.name], row, column)
        rows, columns, channels = last.written.shape
        for sheet in self.behind:
            sheet.set(width=columns * self.WIDE, height=rows * self.WIDE)
        for depth, sheet in zip(range(sliding.FILTERS - 1, -1, -1), self.behind, strict=True):
            sheet.set_visible(depth < channels)

    def _tell(self, convolution, *place):
        """The multiply-accumulates so far, beside those that the lab counts for the whole map."""
        total, x = sum(part.layer.macs for part in convolution), self.X["read"]
        for bar in self.bars.values():
            bar.set_width(0)
        for part, count in zip(convolution, sliding.so_far(convolution, *place), strict=True):
            self.bars[part.name].set(x=x, width=self._room * count / total)
            x += self._room * count / total
        self.count.set_text(progress(convolution, *place))


def _used(convolution, channel):
    """The channels of the input that an output needs."""
    alone = len(convolution) == 1 and convolution[0].depthwise
    return [channel] if alone else list(range(sliding.CHANNELS))


def _inside(cell, before):
    """Whether a cell of what is read is none of the padding."""
    return all(before <= at < before + sliding.SIDE for at in cell)
