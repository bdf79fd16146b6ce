"""Pinned designs on a panel."""

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke

from mobilenet_lab.plots.style import INK, REFERENCE, REFERENCE_WORDS

NEAR = 9  # px; the numbers of rings that lie closer stand together
BREAK = (np.nan, np.nan)  # between two curves
OUTLINES = [  # of the first to the sixth
    {"color": color, "linestyle": style, "linewidth": 1.4}
    for style in ("-", "--", ":")
    for color in (REFERENCE, INK)
]


class Pins:
    """Grey rings around pinned designs, each with its number if there are several, and curves.

    They belong to what a live picture draws once: its `layout` must change with them.
    """

    def __init__(self, axes):
        self.axes, self.numbers, self.transform = axes, [], axes.transData
        (self.curves,) = axes.plot([], [], "--", color=REFERENCE, lw=2)
        (self.rings,) = axes.plot([], [], "o", ms=9, mfc="none", mec=REFERENCE, mew=2)

    def show(self, marks, curves=()):
        """Rings at `marks`, pairs (x, y), None for a design without a place; curves (x, y)."""
        self.rings.set_data(*_columns([mark for mark in marks if mark]))
        rows = [row for curve in curves for row in (*zip(*curve, strict=True), BREAK)]
        self.curves.set_data(*_columns(rows))
        for text in self.numbers:
            text.remove()
        several = self._together(marks) if len(marks) > 1 else []
        self.numbers = [self._number(*one) for one in several]

    def _together(self, marks):
        """The numbers of the marks, those of near ones in one text at the first."""
        found = []
        for number, mark in enumerate(marks, 1):
            if not mark:
                continue
            at = self.transform.transform(mark)
            near = (own for place, _, own in found if np.hypot(*(place - at)) < NEAR)
            if own := next(near, None):
                own.append(number)
            else:
                found.append((at, mark, [number]))
        return [(mark, ", ".join(map(str, own))) for _, mark, own in found]

    def _number(self, mark, words):
        style = {"size": 9, "weight": "bold", "color": REFERENCE_WORDS, "zorder": 1.9}
        place = {"xytext": (6, -10), "textcoords": "offset points", "xycoords": self.transform}
        text = self.axes.annotate(words, mark, **place, **style)
        text.set_path_effects([withStroke(linewidth=2.5, foreground="white")])
        return text


class Rules(Pins):
    """Dotted lines from bottom to top at what pinned designs cost, numbered in the same way."""

    def __init__(self, axes):
        super().__init__(axes)
        self.transform = axes.get_xaxis_transform()
        self.curves.set(transform=self.transform, linestyle=":", linewidth=1.2)
        self.rings.set_visible(False)

    def show(self, prices):
        """A line at each of some prices."""
        super().show([(x, 0) for x in prices], [([x, x], [0, 1]) for x in prices])


class Outlines:
    """Grey outlines of the bars of pinned designs; they move, since bars would hide them."""

    def __init__(self, axes):
        self.axes, self.pool, self.count = axes, [], 0

    def provide(self, count):
        """Make room for so many; returns the artists that are new."""
        self.count, before = count, len(self.pool)
        for style in OUTLINES[before:count]:
            self.pool.append(self.axes.stairs([0], zorder=3, animated=True, **style))
        for index, outline in enumerate(self.pool):
            outline.set_visible(index < count)
        return self.pool[before:]

    def show(self, heights):
        """The heights of the bars of each design."""
        for outline, own in zip(self.pool[: self.count], heights, strict=True):
            outline.set_data(own, np.arange(len(own) + 1) - 0.5)


def key(axes, count):
    """Above a panel, which outline is which, if there are several."""
    lines = [Line2D([], [], **style) for style in OUTLINES[:count]]
    names = ["pinned 1", *range(2, count + 1)][:count]
    place = {"loc": "lower center", "bbox_to_anchor": (0.5, 0.98), "borderpad": 0, "ncols": 6}
    axes.legend(lines, names, frameon=False, fontsize=9, **place).set_visible(count > 1)


def _columns(pairs):
    return np.array(pairs, dtype=float).reshape(-1, 2).T
