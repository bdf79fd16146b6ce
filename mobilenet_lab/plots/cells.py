"""Grids of numbers."""

from typing import NamedTuple

from matplotlib.patches import Rectangle

from mobilenet_lab.plots.style import INK, PALE, REFERENCE_WORDS


class Cells(NamedTuple):
    """Where a grid of numbers lies, in pixels: its corner, its cells, and how many there are."""

    x: float
    y: float
    width: float
    height: float
    rows: int
    columns: int


class Grid:
    """Numbers in cells; a rectangle can be lit. In a `still` one, nothing else moves."""

    def __init__(self, axes, cells, still=False):
        self.cells = cells
        (self.lines,) = axes.plot([], [], color=PALE, lw=0.8)
        self.lit = axes.add_patch(Rectangle((0, 0), 0, 0, lw=2, zorder=3))
        words = {"ha": "center", "va": "center", "size": 8.5}
        self.texts = {
            (row, column): axes.text(
                cells.x + (column + 0.5) * cells.width,
                cells.y + (row + 0.5) * cells.height,
                "",
                **words,
            )
            for row in range(cells.rows)
            for column in range(cells.columns)
        }
        self.moving = [self.lit, *([] if still else [self.lines, *self.texts.values()])]

    def show(self, words, at=0, pale=()):
        """Write words (rows × columns) from the cell (at, at) on, and nothing in the others.

        Those at the places in `pale` are written paler.
        """
        for (row, column), text in self.texts.items():
            place = row - at, column - at
            there = 0 <= place[0] < len(words) and 0 <= place[1] < len(words[0])
            text.set_text(words[place[0]][place[1]] if there else "")
            text.set_visible(there)
            text.set_color(REFERENCE_WORDS if place in pale else INK)
        self._rule(at, len(words), len(words[0]) if len(words) else 0)
        self.light(None)

    def _rule(self, at, rows, columns):
        """Lines around the cells that are in use; a gap parts one line from the next."""
        x, y, width, height, *_ = self.cells
        left, top = x + at * width, y + at * height
        right, bottom = left + columns * width, top + rows * height
        across = [(left, right, None, *[top + row * height] * 2, None) for row in range(rows + 1)]
        down = [(*[left + one * width] * 2, None, top, bottom, None) for one in range(columns + 1)]
        lines = [line for line in across + down if rows]
        self.lines.set_data(
            [place for line in lines for place in line[:3]],
            [place for line in lines for place in line[3:]],
        )

    def light(self, color, row=0, column=0, rows=1, columns=1):
        """Light a rectangle of cells in a colour; None: none."""
        x, y, width, height, *_ = self.cells
        self.lit.set_visible(color is not None)
        self.lit.set(xy=(x + column * width, y + row * height))
        self.lit.set(width=columns * width, height=rows * height)
        if color:
            self.lit.set(facecolor=(color, 0.3), edgecolor=color)
