"""The α × ρ plane as a heat map of MACs, with lines of equal MACs and published accuracy."""

import numpy as np
from matplotlib import rc_context
from matplotlib.colors import LinearSegmentedColormap, LogNorm
from matplotlib.patheffects import withStroke

from mobilenet_lab import checks
from mobilenet_lab.networks.families import knobs
from mobilenet_lab.plots.picture import Picture
from mobilenet_lab.plots.style import INK, STYLE, family_color, label, millions


class EqualCost(Picture):
    """MACs over α and resolution: the darker the dearer, and a line for each doubling.

    `grid` is a `sweep` of one family over `alpha` and `resolution`, each with several values.
    `published` are networks with `alpha, resolution, top1`; each is a dot with its top-1 in %.
    """

    DOUBLINGS = 100e6 * 2.0 ** np.arange(-12, 13)  # MACs

    def __init__(self, grid, published=None, width=648, height=396):
        super().__init__(width, height)
        table, family = _table(grid)
        if published is not None:
            checks.finite(published, "alpha", "resolution", "top1", above=0)
        macs = table.to_numpy(float)
        self.lines = [line for line in self.DOUBLINGS if macs.min() < line < macs.max()]
        with rc_context(STYLE):
            self.axes = self.figure.subplots()
            self._draw_costs(table.columns, table.index, macs, family)
            if published is not None:
                self._draw_networks(published)
        self.freeze()
        low, high = millions(macs.min()), millions(macs.max())
        self.words = (
            f"MACs of {family} over α and resolution, {low} to {high}; lines of equal MACs at "
            f"{', '.join(f'{line / 1e6:g} M' for line in self.lines)}."
        )
        if published is not None:
            best, least = published.top1.max(), published.top1.min()
            self.words += (
                f" Dots: {len(published)} published networks, top-1 {least:.1f} to {best:.1f} %."
            )

    def _draw_costs(self, alphas, sizes, macs, family):
        """The heat map and its lines."""
        axes = self.axes
        paint = LinearSegmentedColormap.from_list("cost", ["white", family_color(family)])
        norm = LogNorm(macs.min() / 2, macs.max())  # the cheapest is not white
        axes.pcolormesh(alphas, sizes, macs, cmap=paint, norm=norm, alpha=0.75, shading="nearest")
        self._draw_lines(np.array(alphas), np.array(sizes), np.sqrt(macs))
        axes.set(xlabel=label("alpha"), ylabel=label("resolution"), title=label("macs"))
        axes.set(xlim=_with_margin(alphas, 0.05), ylim=_with_margin(sizes, 0.09))
        for name, axis in (("alpha", axes.xaxis), ("resolution", axes.yaxis)):
            low, high = axis.get_view_interval()
            axis.set_ticks([tick for tick in knobs()[name].ticks if low <= tick <= high])

    def _draw_lines(self, alphas, sizes, root):
        """Lines of equal MACs: the root of these grows evenly, so what lies between is right."""
        lines, roots = np.array(self.lines), np.sqrt(self.lines)
        drawn = self.axes.contour(alphas, sizes, root, roots, colors=INK, linewidths=1)
        names = [f"{line / 1e6:g} M" for line in lines]
        places = [_place(alphas, sizes, root, level) for level in roots]
        names, there = dict(zip(drawn.levels, names, strict=True)), [own for own in places if own]
        self.axes.clabel(drawn, fmt=names, fontsize=9, manual=there)  # each on its own line

    def _draw_networks(self, published):
        """A dot for each, with its accuracy."""
        axes = self.axes
        axes.plot(published.alpha, published.resolution, "o", ms=6, color=INK, mec="white")
        for row in published.itertuples():
            at = (row.alpha, row.resolution)
            style = {"ha": "center", "va": "bottom", "weight": "bold", "size": 9}
            text = axes.annotate(f"{row.top1:.1f}", at, (0, 5), textcoords="offset points", **style)
            text.set_path_effects([withStroke(linewidth=2, foreground="white")])
        axes.set_title(f"{label('macs')}, and {label('top1')} at the dots")


def _table(grid):
    """The MACs by resolution (rows) and α (columns), and the family that they are of."""
    checks.finite(grid, "alpha", "resolution", "macs", above=0)
    families = checks.column(grid, "family").unique()
    accepted = "one family, and each α with each resolution once, of both at least two"
    if len(families) > 1 or grid.duplicated(["alpha", "resolution"]).any():
        checks.refuse("grid", f"{len(grid)} rows", accepted)
    table = grid.pivot(index="resolution", columns="alpha", values="macs")
    if table.isna().any(axis=None) or min(table.shape) < 2:
        checks.refuse("grid", f"{len(grid)} rows", accepted)
    return table, families[0]


def _place(alphas, sizes, root, level):
    """Where a line can be named: between two rows of dots, near the middle; None if nowhere."""
    middles, rows = (sizes[1:] + sizes[:-1]) / 2, (root[1:] + root[:-1]) / 2
    for at in np.argsort(abs(middles - sizes.mean()), kind="stable"):
        if rows[at][0] < level < rows[at][-1]:
            return np.interp(level, rows[at], alphas), middles[at]
    return None


def _with_margin(values, share):
    """The ends of an axis that leaves room for what stands at its first and last value."""
    low, high = min(values), max(values)
    return low - share * (high - low), high + share * (high - low)
