"""What one position of a map sees of the picture."""

import numpy as np

from mobilenet_lab import checks
from mobilenet_lab.plots.mosaics import Sheet
from mobilenet_lab.plots.pixels import BETWEEN, PAPER, image_pixels, rgb
from mobilenet_lab.plots.style import ACCENT


class Seen(Sheet):
    """The picture, bright where a position sees it, beside the map with that position.

    Rows and columns count from 0.
    """

    TOP, SIDE, RIGHT = 44, 340, 400  # pixels
    DARK = 0.35  # how bright the rest of the picture is
    LEAST = 7  # pixels; the side of a marked position

    def __init__(self, width=840, height=388):
        super().__init__(width, height, texts=4)

    def show(self, image, size, place, rows, columns, titles=("", ""), say=""):
        """Mark `place`, the row and column of a position on a map of `size` × `size`.

        It sees the pixels from `rows[0]` up to, but not, `rows[1]` of the image, and so with
        `columns`. `titles` are of the picture and of the map; `say` is what is said of both.
        """
        size = checks.integer("size", size)
        place = [checks.integer("place", one, 0, most=size - 1) for one in place]
        self._clear()
        self._paint(0, self.TOP, self._picture(image, rows, columns))
        self._paint(self.RIGHT, self.TOP, self._map(size, place))
        notes = f"{pixels('rows', rows)}, {pixels('columns', columns)}", _place(size, place)
        for x, title, note in zip((0, self.RIGHT), titles, notes, strict=True):
            self._write(x, 15, title, fontweight="bold", fontsize=11)
            self._write(x, 34, note)
        self.words = say or f"{notes[1]} sees {notes[0]} of {len(image)} px."

    def place_at(self, x, y, size):
        """The position of the map that is drawn there, in fractions of the figure; None: none."""
        width, height = self.size
        column = (x * width - self.RIGHT) * size / self.SIDE
        row = (y * height - self.TOP) * size / self.SIDE
        inside = 0 <= row < size and 0 <= column < size
        return (int(row), int(column)) if inside else None

    def _picture(self, image, rows, columns):
        """The picture, dark but for what is seen, which has a frame."""
        bright = image_pixels(image, self.SIDE)
        tile = (self.DARK * bright).astype(np.uint8)
        inside = tuple(_scaled(ends, len(image), self.SIDE) for ends in (rows, columns))
        tile[inside] = rgb(ACCENT)
        frame = 2
        inner = tuple(slice(part.start + frame, max(part.stop - frame, 0)) for part in inside)
        tile[inner] = bright[inner]
        return tile

    def _map(self, size, place):
        """The positions of the map as cells, with the one that is looked at."""
        edges = np.arange(size + 1) * self.SIDE // size
        tile = np.empty((self.SIDE, self.SIDE, 3), np.uint8)
        tile[:] = rgb(BETWEEN)
        if self.SIDE // size >= 4:  # there is room for a line between them
            tile[edges[1:-1]] = rgb(PAPER)
            tile[:, edges[1:-1]] = rgb(PAPER)
        tile[tuple(self._cell(edges[one], edges[one + 1]) for one in place)] = rgb(ACCENT)
        return tile

    def _cell(self, start, stop):
        """The pixels of a cell, or as many around its middle as can be seen."""
        if stop - start < self.LEAST:
            start = min(max((start + stop - self.LEAST) // 2, 0), self.SIDE - self.LEAST)
            stop = start + self.LEAST
        return slice(start, stop)


def _scaled(ends, size, side):
    """Pixels of an image of this size, on a tile of that side."""
    first, after = (end * side // size for end in ends)
    return slice(first, after)


def pixels(name, ends):
    """Pixels in words: "rows 81 to 223"."""
    return f"{name} {ends[0]} to {ends[1] - 1}" if ends[0] < ends[1] else f"no {name}"


def _place(size, place):
    return f"row {place[0]}, column {place[1]} of {size} × {size}"
