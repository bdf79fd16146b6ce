"""Published accuracy over a price."""

import numpy as np
from matplotlib import rc_context

from mobilenet_lab import checks
from mobilenet_lab.plots.limits import Veil
from mobilenet_lab.plots.picture import Picture
from mobilenet_lab.plots.pins import Pins, Rules
from mobilenet_lab.plots.style import (
    INK,
    PALE,
    REFERENCE,
    RESOLUTION,
    STYLE,
    checked_law,
    in_units,
    label,
    log_axis,
    millions,
    names_of,
    references,
)

PLACES = ((5, -13), (-32, 5), (5, 7), (-36, -13), (-12, -19), (-12, 11), (12, -4), (-48, -4))
PLACES += ((8, -22), (-40, -22), (-40, 14), (8, 16))  # of names, in points from their mark
GRID = {"alpha": ((0.05, 1.55), ()), "macs": ((0.7, 4000), (1, 10, 100, 1000))}  # ends, ticks
TICKS = {"macs": (10, 20, 50, 100, 200, 500), "params": (0.5, 1, 2, 4)}


class Plane(Picture):
    """Published top-1 over a price on a logarithmic axis: colours are resolutions, lines are α.

    `frame` has `alpha, resolution, top1` and the column `price` ("macs" or "params"). `law` is a
    slope and an intercept over log2 of the price, `front` the rows of a Pareto front.
    """

    def __init__(self, frame, price="macs", law=None, front=None, width=648, height=396):
        super().__init__(width, height)
        check_plane(frame, price, law)
        if front is not None:
            checks.finite(front, price, "top1", above=0)
        with rc_context(STYLE):
            axes = self.figure.subplots()
            draw_plane(axes, frame, price, law, front)
        self.freeze()
        name_points(self, axes, frame, price)
        spread_names(axes)
        low, high = millions(frame[price].min()), millions(frame[price].max())
        self.words = (
            f"{len(frame)} published networks: top-1 {frame.top1.min():.1f} to "
            f"{frame.top1.max():.1f} % over {low} to {high} {label(price).split(' (')[0]}."
        )
        if law is not None:
            self.words += f" A line: {law[0]:+.2f} points per doubling."
        if front is not None:
            self.words += f" A stepped line: the {len(front)} that no other beats."


class WidthResolution(Picture):
    """v1: MACs along α, one curve per resolution; published top-1 over MACs, with the law's line.

    Designs over a limit are dimmed in both panels. A `note` stands in place of accuracies that are
    those of other networks than the grid's.
    """

    def __init__(self, grid, published, law, note="", width=840, height=336):
        super().__init__(width, height)
        check_plane(published, "macs", law)
        checks.finite(grid, "resolution", "alpha", "macs", above=0)
        self.published, self.note = published, note
        with rc_context(STYLE):
            self.axes = left, right = self.figure.subplots(1, 2)
            _draw_grid(left, grid)
            if note:
                plane_axes(right, published, "macs")
                right.text(0.04, 0.96, note, transform=right.transAxes, va="top")
            else:
                draw_plane(right, published, "macs", law)
        (self.curve,) = left.plot([], [], color=INK, lw=2.4)
        self.pins = Pins(left)
        (self.chosen,) = left.plot([], [], "o", ms=9, mfc="none", mec=INK, mew=2, zorder=4)
        self.pin_rules = Rules(right)
        self.rule = right.axvline(1, color=INK, lw=1.2, ls=":")
        (self.known,) = right.plot([], [], "o", ms=13, mfc="none", mec=INK, mew=2)
        self.veil = Veil(left)
        self.limit = right.axvline(1, color=INK, lw=1.2, ls="--", zorder=3)
        (self.over,) = right.plot([], [], "o", color="white", alpha=0.75, ms=8, zorder=3)
        self.moving = [self.curve, self.chosen, self.rule, self.known]
        self.moving += [*self.veil.artists, self.over, self.limit]
        self.freeze()
        if not note:
            name_points(self, right, published, "macs")
            spread_names(right)

    def show(self, design, curve, macs, top1=None, pinned=(), budget=None, over=None):
        """Mark a design of `macs` MACs and published `top1` (%), or None, on its `curve` along α.

        `pinned` has α and the MACs of each reference, `budget` the limits by name; `over` says of
        each published network whether it exceeds one.
        """
        x, y = curve
        self.curve.set_data(x, y / 1e6)
        self.chosen.set_data([design.alpha], [macs / 1e6])
        self.rule.set_xdata([macs / 1e6] * 2)
        self.known.set_data(*([], []) if top1 is None else ([macs / 1e6], [top1]))
        self._pin(tuple(pinned))
        self._limit((budget or {}).get("macs"), over)
        known = self.note or "none published" if top1 is None else f"{top1:.1f} %"
        self.words = (
            f"Left: computed MACs along α at {design.resolution} px, {design} marked at "
            f"{millions(macs)}. Right: published top-1 over MACs; of this design: {known}."
        )
        names = [f"α {alpha:g}, {millions(macs)} MACs" for alpha, macs in pinned]
        self.words += references(names, budget)

    def _pin(self, pinned):
        """What is pinned, which stays while a design moves."""
        if pinned != self.layout:
            self.layout = pinned
            self.pins.show([(alpha, macs / 1e6) for alpha, macs in pinned])
            self.pin_rules.show([macs / 1e6 for _, macs in pinned])

    def _limit(self, limit, over):
        """Lines at the limit of MACs, and paler marks for what exceeds any."""
        self.veil.show(None if limit is None else limit / 1e6)
        self.limit.set_visible(limit is not None)
        self.limit.set_xdata([(limit or 1) / 1e6] * 2)
        rows = self.published[np.array(over)] if over is not None else self.published[:0]
        self.over.set_data(rows.macs / 1e6, rows.top1)


def _draw_grid(axes, grid):
    """MACs along α, one curve per resolution."""
    log_axis(axes.yaxis, *GRID["macs"])
    axes.set(xlim=GRID["alpha"][0], xlabel=label("alpha"), title="computed MACs (millions)")
    axes.grid(color="#ececec")
    for size, rows in grid.groupby("resolution"):
        axes.plot(rows.alpha, rows.macs / 1e6, color=RESOLUTION.get(size, REFERENCE), lw=1.4)


def name_points(picture, axes, frame, price):
    """Let a live picture say which network a point is."""
    x, y = in_units(frame[price], price), frame.top1
    picture.name(axes, x, y, names_of(frame, price, "top1"))


def check_plane(frame, price, law):
    """Raise `ValueError` for a frame that cannot be drawn on a plane."""
    checks.one_of("price", price, TICKS)
    checks.finite(frame, "alpha", "resolution", "top1", price, above=0)
    if law is not None:
        checked_law(law)


def plane_axes(axes, frame, price):
    """The axes of published top-1 over a price; returns the ends of the price, in millions."""
    across, heights = ends(frame, price)
    log_axis(axes.xaxis, across, TICKS[price])
    axes.set(xlabel=label(price), title=label("top1"), ylim=heights)
    axes.grid(color="#ececec")
    return frame[price].min() / 1e6, frame[price].max() / 1e6


def ends(frame, price):
    """The limits of both axes of a plane: a price in millions, top-1 in %."""
    low, high = frame[price].min() / 1e6, frame[price].max() / 1e6
    return (low / 1.3, high * 1.3), (frame.top1.min() - 4, frame.top1.max() + 3)


def draw_plane(axes, frame, price, law=None, front=None):
    """Published top-1 over a price on `axes`: one point per network, one line per α."""
    low, high = plane_axes(axes, frame, price)
    for alpha, rows in frame.groupby("alpha"):
        x, y = rows[price] / 1e6, rows.top1
        axes.plot(x, y, color=PALE, lw=1.2, zorder=1)
        at = (x.min(), y.min())
        axes.annotate(f"α {alpha:g}", at, PLACES[0], textcoords="offset points")
    for size, rows in frame.groupby("resolution"):
        axes.plot(
            rows[price] / 1e6,
            rows.top1,
            "o",
            color=RESOLUTION.get(size, REFERENCE),
            label=f"{size} px",
        )
    if law is not None:
        ends = np.array([low, high])
        axes.plot(
            ends, law[0] * np.log2(ends * 1e6) + law[1], color=REFERENCE, ls="--", label="law"
        )
    if front is not None:
        x = front[price] / 1e6
        axes.step(x, front.top1, where="post", color=INK, lw=1.4, label="front")
    axes.legend(frameon=False, loc="lower right")


def spread_names(axes):
    """Move each name to the first of its places where it covers no point and no other name.

    Of these, to one where it lies on no line of the legend.
    """
    renderer, taken = axes.figure.canvas.get_renderer(), []
    marked = [line.get_xydata() for line in axes.lines if line.get_marker() == "o"]
    points = axes.transData.transform(np.concatenate([one for one in marked if len(one)]))
    named = [one for one in axes.lines if one.get_marker() != "o" and one.get_label()[0] != "_"]
    lines = [line.get_path().transformed(axes.transData) for line in named]
    for text in axes.texts:
        places = {place: _box(text, place, renderer) for place in PLACES}
        covered = {
            place: (
                int(_inside(points, box).sum()) + sum(map(box.overlaps, taken)),
                sum(line.intersects_bbox(box, filled=False) for line in lines),
            )
            for place, box in places.items()
        }
        text.xyann = min(covered, key=covered.get)
        taken.append(places[text.xyann])


def _box(text, place, renderer):
    """What a name covers at a place, with room for a mark."""
    text.xyann = place
    return text.get_window_extent(renderer).padded(5)


def _inside(points, box):
    """Which points lie within a box."""
    return ((points > box.min) & (points < box.max)).all(axis=1)
