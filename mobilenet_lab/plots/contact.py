"""A few pictures of a data set, each with the name of its class."""

import numpy as np
from matplotlib import rc_context

from mobilenet_lab import checks
from mobilenet_lab.plots.picture import Picture
from mobilenet_lab.plots.style import INK, STYLE


class Contact(Picture):
    """The first `rows` × `columns` pictures of an array, with the classes below them.

    `x` is an array (n, height, width, 3) of uint8, `y` their labels (n,), and `classes` the names
    of the labels.
    """

    GAP, LINE = 0.06, 0.34  # of a picture's side: between two, and for a line of text
    LETTER = 7.0  # px; a name that has no room below its picture is cut

    def __init__(self, x, y, classes, rows=3, columns=14, width=840):
        rows, columns = (
            checks.integer(name, value, most=100)
            for name, value in (("rows", rows), ("columns", columns))
        )
        x, y = np.asarray(x), np.asarray(y)
        if x.ndim != 4 or x.dtype != np.uint8 or len(x) != len(y) or len(x) < rows * columns:
            accepted = f"{rows * columns} pictures or more (n, height, width, 3) of uint8"
            checks.refuse("x", (*x.shape, str(x.dtype)), f"{accepted}, and a label for each")
        fits = int(width / columns / self.LETTER)
        names = [str(classes[label]) for label in y[: rows * columns]]
        super().__init__(width, round(width / columns * rows * (1 + self.LINE)))
        self.figure.set_layout_engine("none")
        self.colors = None  # photographs have all colours
        with rc_context(STYLE):
            axes = self.figure.add_axes((0, 0, 1, 1))
            axes.axis("off")
            for at, (picture, name) in enumerate(zip(x, names, strict=False)):
                row, left = divmod(at, columns)
                top = row * (1 + self.LINE)
                ends = left + self.GAP, left + 1 - self.GAP, top + 1 - self.GAP, top + self.GAP
                axes.imshow(picture, extent=ends, interpolation="nearest", aspect="auto")
                place = left + 0.5, top + 1 - self.GAP
                short = name if len(name) <= fits else f"{name[: max(fits - 1, 1)]}…"
                axes.text(*place, short, ha="center", va="top", size=9, color=INK)
            axes.set(xlim=(0, columns), ylim=(rows * (1 + self.LINE), 0))
        self.words = f"{len(names)} pictures and their classes: {', '.join(names)}."
