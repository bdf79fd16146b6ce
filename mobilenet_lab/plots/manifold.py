"""The spiral of v2's Figure 1."""

import numpy as np
from matplotlib import rc_context
from matplotlib.lines import Line2D

from mobilenet_lab.plots.picture import Picture
from mobilenet_lab.plots.style import ACCENT, INK, REFERENCE, RESOLUTION, STYLE


class Manifold(Picture):
    """A spiral, its reconstruction after n dimensions and ReLU, and the losses along n.

    The spiral's colours say how far along it a point is; grey is lost. A plane is as wide as what
    comes back, so that no curve is cut off.
    """

    PARTS = tuple(RESOLUTION.values())
    TITLES = ("the spiral", "back by T⁺", "best linear way")
    LABELS = ("from the middle of the spiral", "", "", "", "to its end", "lost for good")
    ROOM = 1.25  # to each side of a plane, enough for all but the worst matrices

    def __init__(self, width=840, height=280):
        super().__init__(width, height)
        with rc_context(STYLE):
            *planes, self.chart = self.figure.subplots(1, 4, width_ratios=(1, 1, 1, 1.35))
            self.planes = planes
            for axes, title in zip(planes, self.TITLES, strict=True):
                axes.set(aspect="equal", title=title)
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
            place = {"loc": "outside lower center", "ncols": 6, "frameon": False}
            place |= {"columnspacing": 0.8, "handletextpad": 0.5, "handlelength": 1.6}
            handles = [Line2D([], [], color=color, lw=4) for color in self.PARTS]
            handles.append(Line2D([], [], color=REFERENCE, ls="", marker=".", ms=5))
            self.figure.legend(handles, self.LABELS, **place)
        self.moving = [line for lines in self.parts for line in lines]
        self.moving += [*self.curves, self.lost, *self.dots]
        self._set_rooms([self.ROOM] * len(planes))
        self.freeze()

    def _set_rooms(self, rooms):
        """How far the planes reach to each side; another one is another layout."""
        for axes, room in zip(self.planes, rooms, strict=True):
            ticks = (-int(room), 0, int(room))
            axes.set(xlim=(-room, room), ylim=(-room, room), xticks=ticks, yticks=ticks)
        self.layout = tuple(rooms)

    def show(self, trip, course):
        """Show a `manifold.Trip` and the `manifold.course` that it is a row of."""
        curves = trip.spiral, trip.back, trip.best
        rooms = tuple(max(self.ROOM, 1.03 * float(np.abs(points).max())) for points in curves)
        if rooms != self.layout:
            self._set_rooms(rooms)
        for lines, points in zip(self.parts, curves, strict=True):
            for line, part in zip(lines, np.array_split(points, len(lines)), strict=True):
                line.set_data(*part.T)
        self.lost.set_data(*trip.spiral[trip.lost].T)
        names = ("lost_share", "best_error")
        for name, curve, dot in zip(names, self.curves, self.dots, strict=True):
            curve.set_data(course.n, course[name])
            dot.set_data([trip.n], [getattr(trip, name)])
        colours = "Colours run from the spiral's middle to its end; grey points are lost for good."
        self.words = f"{trip} {colours}"
