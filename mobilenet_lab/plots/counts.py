"""Counts of one network as stacked bars, one a convention."""

from matplotlib import rc_context
from matplotlib.patches import Rectangle

from mobilenet_lab.costs.conventions import PARTS
from mobilenet_lab.plots.picture import Picture
from mobilenet_lab.plots.style import PART, STYLE


class Bars(Picture):
    """Counts of one network as stacked bars, one a convention, with the figures printed for each.

    The last bar is the reader's own convention.
    """

    ROWS = 12

    def __init__(self, width=840, height=600):
        super().__init__(width, height)
        self.figure.set_layout_engine("none")
        with rc_context(STYLE):
            axes = self.axes = self.figure.add_axes((0.24, 0.14, 0.44, 0.85))
            axes.set(yticks=[])
            axes.text(1.02, -0.03, "millions", transform=axes.transAxes, va="top")
            beside = axes.get_yaxis_transform()
            patch = {"height": 0.62, "width": 0}
            self.rows = []
            for row in range(self.ROWS):
                boxes = {
                    part: axes.add_patch(Rectangle((0, row - 0.31), fc=PART[part], **patch))
                    for part in PARTS
                }
                name = axes.text(-0.02, row, "", transform=beside, ha="right", va="center", size=9)
                figures = axes.text(1.02, row, "", transform=beside, va="center", size=9)
                self.rows.append((boxes, name, figures))
        handles = [Rectangle((0, 0), 1, 1, fc=PART[part]) for part in PARTS]
        labels = [part.replace("_", " ") for part in PARTS]
        place = {"loc": "lower center", "ncols": 6, "frameon": False, "fontsize": 9}
        self.figure.legend(handles, labels, handlelength=1, columnspacing=1.2, **place)
        self.moving = [
            artist for boxes, name, text in self.rows for artist in (*boxes.values(), name, text)
        ]

    def show(self, bars):
        """Draw bars, tuples of a name, the amounts of `conventions.PARTS`, and words beside it."""
        highest = max(sum(amounts.values()) for _, amounts, _ in bars) / 1e6
        rows, most = self.layout or (0, 0)
        if rows != len(bars) or not 0.7 * most < highest <= most:
            self.layout = len(bars), 1.05 * highest  # the bars would leave it or shrink
            self.axes.set(xlim=(0, 1.05 * highest), ylim=(len(bars) - 0.4, -0.6))
        for index, (boxes, name, figures) in enumerate(self.rows):
            label, amounts, words = bars[index] if index < len(bars) else ("", {}, "")
            start = 0
            for part, box in boxes.items():
                width = amounts.get(part, 0) / 1e6
                box.set(x=start, width=width)
                start += width
            name.set_text(label)
            figures.set_text(words)
        *named, own = bars
        counts = [f"{label}: {sum(amounts.values()):,}" for label, amounts, _ in named]
        self.words = f"Counts of one network. {'; '.join(counts)}; yours: {sum(own[1].values()):,}."
