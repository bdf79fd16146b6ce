"""Frames → figures: palette, labels and pictures in one place.

A `Picture` is a figure that can be shown as it is, or follow a state: `show(...)` moves its moving
artists and leaves the rest alone, so that a live figure draws the rest only once. Pictures use
matplotlib's figures directly, without pyplot's global state.
"""

import io

import numpy as np
from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import NullLocator

DPI = 96
FAMILY = {"v1": "#0072B2", "v2": "#D55E00"}  # Okabe and Ito's colours, for every kind of sight
INK, PALE, REFERENCE = "#222222", "#c8c8c8", "#8a8a8a"
RESOLUTION = {96: "#440154", 128: "#3b528b", 160: "#21908c", 192: "#5dc863", 224: "#c8b020"}
LABEL = {
    "alpha": "width multiplier α",
    "resolution": "resolution (px)",
    "expansion": "expansion t",
    "macs": "MACs (millions)",
    "params": "parameters (millions)",
    "top1": "published top-1 (%)",
}
STYLE = {
    "font.size": 10,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
}


def millions(value):
    """A count in millions, with three digits or two decimals: "569 M", "30.9 M", "4.25 M"."""
    number = value / 1e6
    places = 2 if number < 10 else 1 if number < 100 else 0
    return f"{number:,.{places}f} M"


class Picture:
    """A figure of `width` × `height` pixels whose `moving` artists follow what is shown.

    `words` says in a sentence what the picture shows; it is its text and its alternative text.
    `layout` changes when more than the moving artists did, and all must be drawn again.
    """

    def __init__(self, width, height):
        size = (width / DPI, height / DPI)
        with rc_context(STYLE):
            self.figure = Figure(figsize=size, dpi=DPI, layout="constrained")
        FigureCanvasAgg(self.figure)
        self.size = (width, height)
        self.moving = []
        self.words = ""
        self.layout = None

    def png(self, scale=1.5):
        """The picture as PNG bytes, `scale` times as large as on screen."""
        animated = [artist.get_animated() for artist in self.moving]
        buffer = io.BytesIO()
        try:
            for artist in self.moving:
                artist.set_animated(False)
            self.figure.savefig(buffer, format="png", dpi=DPI * scale)
        finally:
            for artist, was in zip(self.moving, animated, strict=True):
                artist.set_animated(was)
            self.figure.set_dpi(DPI)
        return buffer.getvalue()

    def _repr_png_(self):
        return self.png(), dict(zip(("width", "height"), self.size, strict=True))

    def __repr__(self):
        return self.words


class Sweep(Picture):
    """Three panels along one knob: MACs, parameters and published top-1, one curve a family."""

    RANGE = {
        "alpha": (0.05, 1.55, (0.25, 0.5, 0.75, 1.0, 1.25, 1.5)),
        "resolution": (48, 336, (96, 128, 160, 192, 224, 256, 288)),
        "expansion": (0.5, 10.5, (1, 2, 4, 6, 8, 10)),
    }

    def __init__(self, width=864, height=288):
        super().__init__(width, height)
        with rc_context(STYLE):
            self.panels = dict(
                zip(("macs", "params", "top1"), self.figure.subplots(1, 3), strict=True)
            )
            for name, limits, ticks in (
                ("macs", (0.7, 4000), (1, 10, 100, 1000)),
                ("params", (0.08, 20), (0.1, 0.3, 1, 3, 10)),
            ):
                _log_axis(self.panels[name].yaxis, limits, ticks)
            self.panels["top1"].set_ylim(35, 80)
            for name, axes in self.panels.items():
                axes.set_title(LABEL[name])
                axes.grid(color="#ececec")
            self._add_moving()
        self.figure.legend(
            handles=self._handles(), loc="outside lower center", ncols=5, frameon=False
        )

    def _add_moving(self):
        self.curves, self.values, self.marks, self.rules = {}, {}, {}, {}
        for name, axes in self.panels.items():
            rule = axes.axvline(1, color=REFERENCE, lw=1, ls=":")
            self.rules[name] = rule
            for family, color in FAMILY.items():
                style = "o-" if name == "top1" else "-"
                (self.curves[family, name],) = axes.plot([], [], style, color=color, ms=4)
            (self.marks[name],) = axes.plot([], [], "o", ms=9, mec=INK, mew=1.2)
            self.values[name] = axes.text(
                1, 1.03, "", transform=axes.transAxes, ha="right", va="bottom", weight="bold"
            )
        top = self.panels["top1"]
        self.papers = {
            family: top.plot([], [], "D", color=color, mfc="none", ms=6)[0]
            for family, color in FAMILY.items()
        }
        self.note = top.text(0.04, 0.96, "", transform=top.transAxes, va="top", color=INK)
        self.moving = [
            *self.rules.values(),
            *self.curves.values(),
            *self.papers.values(),
            *self.marks.values(),
            *self.values.values(),
            self.note,
        ]
        for artist in self.moving:
            artist.set_in_layout(False)

    @staticmethod
    def _handles():
        lines = [Line2D([], [], color=color, label=family) for family, color in FAMILY.items()]
        marks = (
            {"marker": "o", "ms": 4, "label": "published checkpoint"},
            {"marker": "D", "ms": 6, "mfc": "none", "label": "published in the paper"},
            {"marker": "o", "ms": 9, "mfc": "none", "label": "your design"},
        )
        return lines + [Line2D([], [], ls="", color=INK, **mark) for mark in marks]

    def show(self, design, along, frame, points, price, top1=None):
        """Move the curves to the sweep `frame` and mark `design`, whose `Cost` is `price`.

        `along` names the knob on the x axis; `points` are the published accuracies to draw:
        `family, x, top1, series`; `top1` is the design's own in %, None where there is none.
        """
        self._set_axis(along)
        for family in FAMILY:
            rows = frame[frame.family == family]
            for name in ("macs", "params"):
                x, y = self._curve(rows, along, name)
                self.curves[family, name].set_data(x, y)
            self._set_points(points[points.family == family], family)
        for (family, _), curve in self.curves.items():
            curve.set(
                alpha=1 if family == design.family else 0.45, zorder=2 + (family == design.family)
            )
            curve.set_linewidth(2.4 if family == design.family else 1.4)
        self._mark(design, along, price, top1)
        self.words = self._words(design, along, frame)

    def _words(self, design, along, frame):
        """What the panels show, for those who do not see them."""
        rows = frame[frame.family == design.family]
        text = f"Three panels along {LABEL[along]}, with {design} marked."
        for name, quantity in (("macs", "MACs"), ("params", "parameters")):
            low, high = millions(rows[name].min()), millions(rows[name].max())
            text += f" {quantity} of {design.family}: {low} to {high}."
        top1 = self.values["top1"].get_text() or "none"
        return f"{text} Published top-1 of the design: {top1}."

    def _set_axis(self, along):
        if along == self.layout:
            return
        low, high, ticks = self.RANGE[along]
        for axes in self.panels.values():
            axes.set_xlim(low, high)
            axes.set_xticks(ticks)
            axes.set_xlabel(LABEL[along])
        self.layout = along

    def _curve(self, rows, along, name):
        """A family's curve; one that does not depend on the knob runs straight through."""
        y = rows[name].to_numpy() / 1e6
        if len(rows) == 1:
            return list(self.RANGE[along][:2]), [y[0], y[0]]
        return rows[along].to_numpy(dtype=float), y

    def _set_points(self, points, family):
        checkpoints = points[points.series == "checkpoint"].sort_values("x")
        papers = points[points.series == "paper"]
        self.curves[family, "top1"].set_data(checkpoints.x, checkpoints.top1)
        self.papers[family].set_data(papers.x, papers.top1)

    def _mark(self, design, along, price, top1):
        at = getattr(design, along)  # None for v1 along t, where all curves of v1 are flat
        known = [] if top1 is None else [top1]
        heights = {"macs": [price.macs / 1e6], "params": [price.params / 1e6], "top1": known}
        for name, y in heights.items():
            x = sum(self.RANGE[along][:2]) / 2 if at is None else at
            self.rules[name].set(xdata=[x, x], visible=at is not None)
            shown = [] if name == "top1" and at is None else y
            self.marks[name].set_data([x] * len(shown), shown)
            self.marks[name].set_markerfacecolor(FAMILY[design.family])
            self.values[name].set_color(FAMILY[design.family])
        self.values["macs"].set_text(millions(price.macs))
        self.values["params"].set_text(millions(price.params))
        self.values["top1"].set_text("".join(f"{value:.1f} %" for value in known))
        self.note.set_text("" if known else "nothing published for this design")


class Plane(Picture):
    """Published top-1 over a price on a logarithmic axis: colours are resolutions, lines are α.

    `frame` has `alpha, resolution, top1` and the column `price` ("macs" or "params"). `law` is a
    slope and an intercept over log2 of the price, `front` the rows of a Pareto front.
    """

    def __init__(self, frame, price="macs", law=None, front=None, width=648, height=396):
        super().__init__(width, height)
        with rc_context(STYLE):
            draw_plane(self.figure.subplots(), frame, price, law, front)
        low, high = millions(frame[price].min()), millions(frame[price].max())
        self.words = (
            f"{len(frame)} published networks: top-1 {frame.top1.min():.1f} to "
            f"{frame.top1.max():.1f} % over {low} to {high} {LABEL[price].split(' (')[0]}."
        )
        if law is not None:
            self.words += f" A line: {law[0]:+.2f} points per doubling."
        if front is not None:
            self.words += f" A stepped line: the {len(front)} that no other beats."


class WidthResolution(Picture):
    """v1: MACs along α, one curve a resolution; published top-1 over MACs, with the law's line."""

    def __init__(self, grid, published, law, width=864, height=336):
        super().__init__(width, height)
        with rc_context(STYLE):
            left, right = self.figure.subplots(1, 2)
            draw_plane(right, published, "macs", law)
            _log_axis(left.yaxis, (0.7, 4000), (1, 10, 100, 1000))
            left.set(xlim=(0.05, 1.55), xlabel=LABEL["alpha"], title="computed MACs (millions)")
            left.grid(color="#ececec")
            for size, rows in grid.groupby("resolution"):
                left.plot(rows.alpha, rows.macs / 1e6, color=RESOLUTION[size], lw=1.4)
        (self.curve,) = left.plot([], [], color=INK, lw=2.4)
        (self.chosen,) = left.plot([], [], "o", ms=9, mfc="none", mec=INK, mew=2)
        self.rule = right.axvline(1, color=INK, lw=1.2, ls=":")
        (self.known,) = right.plot([], [], "o", ms=13, mfc="none", mec=INK, mew=2)
        self.moving = [self.curve, self.chosen, self.rule, self.known]

    def show(self, design, curve, price, known):
        """Mark a design: its `curve` along α, its `price` (a `Cost`), its `known` accuracies."""
        macs = price.macs / 1e6
        self.curve.set_data(curve.alpha, curve.macs / 1e6)
        self.chosen.set_data([design.alpha], [macs])
        self.rule.set_xdata([macs, macs])
        top1 = known.query("series == 'checkpoint' and number_format == 'float32'").top1
        self.known.set_data([macs] * len(top1), top1)
        published = f"{top1.iloc[0]:.1f} %" if len(top1) else "none published"
        self.words = (
            f"Left: computed MACs along α at {design.resolution} px, {design} marked at "
            f"{millions(price.macs)}. Right: published top-1 over MACs; of this design: "
            f"{published}."
        )


def draw_plane(axes, frame, price, law=None, front=None):
    """Published top-1 over a price on `axes`: a point a network, a line an α."""
    ticks = {"macs": (10, 20, 50, 100, 200, 500), "params": (0.5, 1, 2, 4)}[price]
    low, high = frame[price].min() / 1e6, frame[price].max() / 1e6
    _log_axis(axes.xaxis, (low / 1.3, high * 1.3), ticks)
    axes.set(
        xlabel=LABEL[price], title=LABEL["top1"], ylim=(frame.top1.min() - 4, frame.top1.max() + 3)
    )
    axes.grid(color="#ececec")
    for alpha, rows in frame.groupby("alpha"):
        x, y = rows[price] / 1e6, rows.top1
        axes.plot(x, y, color=PALE, lw=1.2, zorder=1)
        axes.annotate(f"α {alpha:g}", (x.min(), y.min()), (5, -13), textcoords="offset points")
    for size, rows in frame.groupby("resolution"):
        axes.plot(rows[price] / 1e6, rows.top1, "o", color=RESOLUTION[size], label=f"{size} px")
    if law is not None:
        ends = np.array([low, high])
        axes.plot(
            ends, law[0] * np.log2(ends * 1e6) + law[1], color=REFERENCE, ls="--", label="law"
        )
    if front is not None:
        x = front[price] / 1e6
        axes.step(x, front.top1, where="post", color=INK, lw=1.4, label="front")
    axes.legend(frameon=False, loc="lower right")


def _log_axis(axis, limits, ticks):
    """A logarithmic axis whose ticks are plain numbers."""
    axis.axes.set(**{f"{axis.axis_name}scale": "log", f"{axis.axis_name}lim": limits})
    axis.set_ticks(ticks, [f"{tick:g}" for tick in ticks])
    axis.set_minor_locator(NullLocator())
