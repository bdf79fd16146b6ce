"""How many designs each limit of a budget leaves."""

import numpy as np
from matplotlib import rc_context

from mobilenet_lab import checks
from mobilenet_lab.plots.picture import Picture
from mobilenet_lab.plots.style import AMOUNTS, PALE, PALETTE, STYLE, amount, label

WIDE = 30  # times as many designs at the top as at the bottom: from there the axis is logarithmic
LEAST = 0.7  # where a logarithmic axis begins, so that a single design is a bar
SHARE = 0.6  # of the width that the longest bar takes; counts are beside it


class Funnel(Picture):
    """Designs left after each limit, as horizontal bars from the whole grid down.

    `funnel` is that of a `review`: a row a limit in the order in which they apply, with `limit`
    (the name of a price), `refused` (of those that were left) and `left`; `most`, the amount
    allowed, is shown if it is there. The pale end of a bar is what its limit refused.

    Raises `ValueError` for another frame, one without rows included.
    """

    def __init__(self, funnel, width=648, height=None):
        left, refused = (_counts(funnel, name) for name in ("left", "refused"))
        limits = [_limit(row) for row in funnel.to_dict("records")]
        super().__init__(width, height or 40 + 38 * (len(left) + 1))
        before = [sum(pair) for pair in zip(left, refused, strict=True)]
        after = [before[0], *left]
        with rc_context(STYLE):
            self.axes = self.figure.subplots()
            self._draw(["searched", *limits], [before[0], *before], after)
        self.freeze()
        said = [f"searched: {after[0]:,}"]
        said += [
            f"{limit}: {now:,} left, {out:,} refused"
            for limit, now, out in zip(limits, left, refused, strict=True)
        ]
        ends = [max(count, self.axes.get_xlim()[0]) for count in after]
        self.name(self.axes, ends, range(len(said)), said)
        self.words = f"Designs left after each limit. {'; '.join(said)}."

    def _draw(self, names, before, after):
        """Bars of what is left, with pale ends up to what was left before, and the counts."""
        most, rows = max(before[0], 1), range(len(names))
        wide = most > WIDE * max(after[-1], 1)
        start, end = (LEAST, LEAST * (most / LEAST) ** (1 / SHARE)) if wide else (0, most / SHARE)
        self.axes.set(xscale="log" if wide else "linear", xlim=(start, end))
        for counts, color in ((before, PALE), (after, PALETTE[0])):
            widths = np.maximum(np.subtract(counts, start), 0)
            self.axes.barh(rows, widths, left=start, height=0.62, color=color)
        beside = {"textcoords": "offset points", "va": "center"}
        for row, was, now in zip(rows, before, after, strict=True):
            self.axes.annotate(_counted(was, now), (max(was, start), row), (5, 0), **beside)
        self.axes.set(yticks=rows, yticklabels=names, ylim=(len(names) - 0.4, -0.6))
        self.axes.set_title("designs left" + " (logarithmic scale)" * wide)
        self.axes.tick_params(axis="y", length=0)
        self.axes.xaxis.set_visible(False)
        self.axes.spines["bottom"].set_visible(False)


def _counted(was, now):
    """What is written beside a bar."""
    return f"{now:,}" + (f"  ({now - was:,})".replace("-", "−") if now < was else "")


def _counts(funnel, name):
    """A column of counts as Python integers."""
    checks.finite(funnel, name)
    values = funnel[name]
    if ((values < 0) | (values % 1 != 0)).any():
        checks.refuse("the column", name, "whole numbers of at least 0")
    return [int(value) for value in values]


def _limit(row):
    """A limit by name, with its amount where that is known."""
    name, most = checks.one_of("limit", row.get("limit"), AMOUNTS), row.get("most")
    if most is None or most != most:
        return label(name)
    return f"at most {amount(checks.real('most', most), name)}"
