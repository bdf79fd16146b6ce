"""Limits of a budget, drawn."""

from matplotlib.patches import Rectangle

from mobilenet_lab.plots.style import INK


class Veil:
    """A dashed line at a limit on the vertical axis of a panel, and a veil over everything above.

    `artists` are the two. A limit below the panel has no line, and the veil covers everything.
    """

    def __init__(self, axes):
        self.low, self.high = axes.get_ylim()
        style = {"transform": axes.get_yaxis_transform(), "fc": "white", "alpha": 0.7, "zorder": 3}
        self.shade = axes.add_patch(Rectangle((0, self.high), 1, 0, **style))
        self.line = axes.axhline(self.high, color=INK, lw=1.2, ls="--", zorder=3)
        self.artists = (self.shade, self.line)

    def show(self, limit):
        """Show a limit, None for no limit."""
        self.shade.set_visible(limit is not None and limit < self.high)
        self.line.set_visible(limit is not None and self.low <= limit < self.high)
        if self.shade.get_visible():
            start = max(limit, self.low)
            self.shade.set(y=start, height=self.high - start)
            self.line.set_ydata([start] * 2)
