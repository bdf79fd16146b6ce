"""The spiral of v2's Figure 1."""

import numpy as np
from matplotlib import rc_context

from mobilenet_lab.plots.picture import Picture
from mobilenet_lab.plots.style import ACCENT, INK, REFERENCE, RESOLUTION, STYLE


class Manifold(Picture):
    """A spiral, what comes back of it through n dimensions and ReLU, and that along n.

    The spiral's colours say how far along it a point is; grey is lost.
    """

    PARTS = tuple(RESOLUTION.values())
    TITLES = ("the spiral", "back by T⁺", "best linear way")

    def __init__(self, width=840, height=250):
        super().__init__(width, height)
        with rc_context(STYLE):
            *planes, self.chart = self.figure.subplots(1, 4, width_ratios=(1, 1, 1, 1.35))
            for axes, title in zip(planes, self.TITLES, strict=True):
                axes.set(xlim=(-1.1, 1.1), ylim=(-1.1, 1.1), aspect="equal", title=title)
                axes.set(xticks=(-1, 0, 1), yticks=(-1, 0, 1))
            self.chart.set(title="%", xlabel="dimensions n", xlim=(0, 31), ylim=(-3, 103))
            self.chart.set(xticks=(2, 10, 20, 30))
            self.chart.grid(color="#ececec")
            self.curves = [
                self.chart.plot([], [], color=color, ls=style, label=label)[0]
                for color, style, label in (
                    (INK, "-", "lost"),
                    (ACCENT, "--", "error, best way"),
                )
            ]
            self.chart.legend(frameon=False, loc="upper right")
            self.parts = [
                [axes.plot([], [], color=color, lw=1.6)[0] for color in self.PARTS]
                for axes in planes
            ]
            (self.lost,) = planes[0].plot([], [], ".", color=REFERENCE, ms=2.5)
            self.dots = [
                self.chart.plot([], [], "o", ms=8, mfc="none", mew=2, mec=curve.get_color())[0]
                for curve in self.curves
            ]
        self.moving = [line for lines in self.parts for line in lines]
        self.moving += [*self.curves, self.lost, *self.dots]
        self.freeze()

    def show(self, trip, course):
        """Show a `manifold.Trip` and the `manifold.course` that it is a row of."""
        for lines, points in zip(self.parts, (trip.spiral, trip.back, trip.best), strict=True):
            for line, part in zip(lines, np.array_split(points, len(lines)), strict=True):
                line.set_data(*part.T)
        self.lost.set_data(*trip.spiral[trip.lost].T)
        names = ("lost_share", "best_error")
        for name, curve, dot in zip(names, self.curves, self.dots, strict=True):
            curve.set_data(course.n, course[name])
            dot.set_data([trip.n], [getattr(trip, name)])
        self.words = str(trip)
