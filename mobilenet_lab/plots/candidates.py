"""What fits a budget and what does not: accuracy over a price."""

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke

from mobilenet_lab import checks
from mobilenet_lab.costs.frames import pareto
from mobilenet_lab.networks import families
from mobilenet_lab.networks.families import FAMILIES
from mobilenet_lab.plots.families import fit_log_axis
from mobilenet_lab.plots.picture import Picture
from mobilenet_lab.plots.style import (
    AMOUNTS,
    INK,
    REFERENCE,
    STYLE,
    amount,
    family_color,
    family_marker,
    in_units,
    label,
    names_of,
)

REACHED = ["top1", "low", "high"]
NEEDED = ("family", "alpha", "resolution", *REACHED, "basis")
MAY_LACK = {"on_front": False, "excess": np.inf}
NEAR = 0.1  # of a limit; a refused network that exceeds it by more is drawn paler
BEYOND = 1.6  # how far the axis reaches over the limit, as a factor
ROOM = 1.15  # beside the outermost marks, as a factor
MOST = 10**15  # of a limit, whatever its unit, so that its axis can show it
TITLES = {  # by what the accuracies are about, which must not be mixed
    "ranking": "top-1 of these bodies with 1000 classes (%): it ranks, no more",
    "measured": "measured accuracy (%), on the data of the runs",
    "imagenet": "ImageNet top-1 (%), published or predicted",
}
BARS = dict.fromkeys(TITLES, "90 % interval") | {"measured": "from seed to seed"}
RINGS = {
    "best": {"marker": "o", "ls": "", "ms": 13, "mfc": "none", "mec": INK, "mew": 2, "zorder": 5},
    "tie": {"marker": "o", "ls": "", "ms": 10, "mfc": "none", "mec": REFERENCE, "zorder": 4},
    "chosen": {"marker": "D", "ls": "", "ms": 14, "mfc": "none", "mec": INK, "zorder": 5},
}


class Candidates(Picture):
    """Accuracy over a price: networks that fit with their intervals, refused ones hollow.

    `candidates` and `refused` are those of a `review`, the best first and near misses first;
    `price` is a column of both. Candidates on the front over all prices are solid, others pale. The
    stepped line is the front over this price alone. `ties` are the candidates that cannot be told
    from the best, which is the first of them. `limit` is the most that the price may be.

    Networks of unknown accuracy are left out, and so are measured ones where others are predicted
    for ImageNet; `words` says how many. Raises `ValueError` for frames without the columns.
    """

    def __init__(
        self, candidates, price="macs", refused=None, ties=None, limit=None, width=648, height=420
    ):
        super().__init__(width, height)
        self.price = checks.one_of("price", price, AMOUNTS)
        self.limit = None if limit is None else checks.real("limit", limit, most=MOST)
        given = [_given(one, price) for one in (checks.frame(candidates), refused)]
        others = _given(ties, price)[1:]
        self.about = _about([basis for one in given for basis in one["basis"]])
        self.fit, self.refused, self.ties = (
            _comparable(one, self.about) for one in (*given, others)
        )
        self.left_out = sum(map(len, given)) - len(self.fit) - len(self.refused)
        with rc_context(STYLE):
            self.axes = self.figure.subplots()
            self.axes.set_xlabel(label(price))
            self.axes.set_title(TITLES[self.about], pad=20)  # below it stands the limit
            self.axes.grid(color="#ececec")
            self._set_limits()
            self._draw()
            place = {"loc": "outside lower center", "ncols": 4, "frameon": False, "fontsize": 9}
            self.figure.legend(handles=self._handles(), **place)
            (self.chosen,) = self.axes.plot([], [], **RINGS["chosen"])
        self.moving = [self.chosen]
        self.freeze()
        self._name(self.fit, "")
        self._name(self.shown, "refused: ")
        self._all = self.words = self._words()

    def show(self, row=None):
        """Draw a diamond around the point of a row; none without one, or if it has no point."""
        own = pd.DataFrame([] if row is None else [row], columns=self.fit.columns)
        own = own[own["top1"].notna() & (own[self.price] <= self.edge)]
        self.chosen.set_data(self._x(own), own["top1"])
        self.words = " ".join([self._all, *(f"Diamond: {name}." for name in _names(own))])

    def _set_limits(self):
        """An axis for what fits and what nearly does; `shown` are the refused networks on it."""
        marks = [*self.fit[self.price], *[self.limit] * (self.limit is not None)]
        first = [*self.fit[:1][self.price]] or [*self.refused[:1][self.price]]
        self.edge = BEYOND * max([*marks, *first], default=0)
        self.shown = self.refused[self.refused[self.price] <= self.edge]
        marks += [*self.shown[self.price]]
        if marks:  # and a little more, for two ticks at least
            ends = np.array([min(marks) / ROOM, max(marks) * ROOM], dtype=float)
            fit_log_axis(self.axes.xaxis, in_units(ends, self.price))
        ends = [*self.fit["low"], *self.fit["high"], *self.shown["top1"]]
        if ends:
            self.axes.set_ylim(min(ends) - 1, max(ends) + 3)

    def _draw(self):
        near = self.shown["excess"] <= NEAR
        for rows, alpha in ((self.shown[~near], 0.35), (self.shown[near], 1)):
            self._points(rows, mfc="none", alpha=alpha, ms=5, zorder=2)
        front = self.fit["on_front"].astype(bool)
        for rows, alpha in ((self.fit[~front], 0.3), (self.fit[front], 0.9)):
            x, colors = self._x(rows), rows["family"].map(family_color)
            self.axes.vlines(
                x, rows["low"], rows["high"], colors, lw=1, alpha=0.6 * alpha, zorder=1
            )
            self._points(rows, mec="none", alpha=alpha, ms=5.5, zorder=3)
        steps = pareto(self.fit, self.price, "top1")
        self.axes.step(self._x(steps), steps["top1"], where="post", color=INK, lw=1.1, zorder=2)
        self._draw_rings()
        self._draw_limit()

    def _points(self, rows, **style):
        for family, own in rows.groupby("family"):
            color, marker = family_color(family), family_marker(family)
            self.axes.plot(self._x(own), own["top1"], ls="", color=color, marker=marker, **style)

    def _draw_rings(self):
        """Rings around the best and around what cannot be told from it, and the best's name."""
        best = self.fit[:1]
        for rows, ring in ((self.ties, "tie"), (best, "best")):
            self.axes.plot(self._x(rows), rows["top1"], **RINGS[ring])
        style = {"path_effects": [withStroke(linewidth=3, foreground="white")], "weight": "bold"}
        for x, y, name in zip(self._x(best), best["top1"], _names(best), strict=True):
            side, shift = ("right", -10) if self._share(x) > 0.35 else ("left", 10)
            place = {"textcoords": "offset points", "ha": side, "zorder": 6}
            self.axes.annotate(name, (x, y), (shift, 12), **place, **style)

    def _draw_limit(self):
        """A line at the limit, and above it how much that is."""
        if self.limit is None:
            return
        at = in_units(self.limit, self.price)
        self.axes.axvline(at, color=INK, lw=1.2, ls="--", zorder=2)
        side = "right" if self._share(at) > 0.8 else "left" if self._share(at) < 0.2 else "center"
        place = {"xycoords": self.axes.get_xaxis_transform(), "textcoords": "offset points"}
        text = f"limit: {amount(self.limit, self.price)}"
        self.axes.annotate(text, (at, 1), (0, 4), ha=side, **place)

    def _share(self, x):
        """Where a price is on its axis, from 0 to 1."""
        low, high = np.log(self.axes.get_xlim())
        return (np.log(x) - low) / (high - low)

    def _x(self, rows):
        return in_units(rows[self.price].astype(float), self.price)

    def _handles(self):
        """What the legend says of what is there."""
        front, fits = self.fit["on_front"].astype(bool), len(self.fit)
        dot, bar = ({"color": REFERENCE, "ls": "", "marker": one} for one in "o|")
        kinds = (
            (front.any(), "on the front", dot | {"mec": "none"}),
            ((~front).any(), "beaten", dot | {"mec": "none", "alpha": 0.3}),
            (len(self.shown), "refused", dot | {"mfc": "none"}),
            (fits, BARS[self.about], bar | {"ms": 9}),
            (fits, "front over this price", {"color": INK, "lw": 1.1}),
            (fits, "best", RINGS["best"]),
            (len(self.ties), "tied with the best", RINGS["tie"]),
        )
        there = {*self.fit["family"], *self.shown["family"]}
        return [
            Line2D([], [], color=family_color(key), marker=family_marker(key), ls="", label=key)
            for key in FAMILIES
            if key in there
        ] + [Line2D([], [], label=name, **style) for some, name, style in kinds if some]

    def _name(self, rows, before):
        """What the marks say under the mouse."""
        if len(rows):
            names = [
                f"{name}\n{before}{amount(row[self.price], self.price)}, {_reached(row)}"
                for name, row in zip(_names(rows), rows.to_dict("records"), strict=True)
            ]
            self.name(self.axes, self._x(rows), rows["top1"], names)

    def _words(self):
        parts = [f"{TITLES[self.about]}, over {label(self.price)}: "]
        parts += [f"{len(self.fit)} candidates, {int(self.fit['on_front'].sum())} on the front."]
        for name, row in zip(_names(self.fit[:1]), self.fit[:1].to_dict("records"), strict=True):
            parts += [f" Best: {name}, {amount(row[self.price], self.price)}, {_reached(row)};"]
            tied = len(self.ties)
            parts += [f" {tied} other{'s' * (tied != 1)} cannot be told from it."]
        if len(self.refused):
            parts += [f" Hollow: {len(self.shown)} of {len(self.refused)} refused networks."]
        if self.limit is not None:
            parts += [f" Limit: {amount(self.limit, self.price)}."]
        if self.left_out:
            parts += [f" Left out: {self.left_out} whose accuracy is unknown or not comparable."]
        return "".join(parts)


def _given(frame, price):
    """The rows of a frame that have the price; no rows for None."""
    if frame is None:
        return pd.DataFrame(columns=[*NEEDED, *MAY_LACK, price])
    for name in (*NEEDED, price):
        checks.column(frame, name)
    more = {name: frame.get(name, other) for name, other in MAY_LACK.items()}
    frame = frame.assign(**more).dropna(subset=[price])
    for name in frame["family"].unique():
        checks.one_of("family", name, FAMILIES)
    checks.numbers(frame, "excess")
    if len(frame):
        checks.finite(frame, "alpha", "resolution", price, above=0)
    for name in REACHED:
        if checks.numbers(frame, name).notna().any():
            checks.finite(frame, name, gaps=True)
    return frame


def _about(bases):
    """What the accuracies are about, by their bases: a key of `TITLES`."""
    known = set(bases) - {"unknown"}
    return "measured" if known == {"measured"} else "ranking" if "ranking" in known else "imagenet"


def _comparable(frame, about):
    """The rows whose accuracy is known and about the same."""
    same = (frame["basis"] == "measured") == (about == "measured")
    return frame[frame[REACHED].notna().all(axis=1) & same]


def _names(rows):
    """The networks by name, with their own knobs."""
    own = [(name, one.symbol) for name, one in families.own_knobs().items() if name in rows]
    knobs = [
        "".join(f", {symbol} {row[name]:g}" for name, symbol in own if pd.notna(row[name]))
        for row in rows.to_dict("records")
    ]
    return [name.strip() + more for name, more in zip(names_of(rows), knobs, strict=True)]


def _reached(row):
    return f"{row['top1']:.1f} % ({row['low']:.1f} to {row['high']:.1f}), {row['basis']}"
