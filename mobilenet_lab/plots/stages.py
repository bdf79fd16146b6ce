"""Designs stage by stage, side by side: where MACs, parameters and memory are."""

from matplotlib import rc_context

from mobilenet_lab import checks
from mobilenet_lab.plots.picture import Picture
from mobilenet_lab.plots.style import PALETTE, STYLE

PANELS = {  # what the panels show, and in which units
    "macs": ("MACs (millions)", 1e6),
    "params": ("parameters (millions)", 1e6),
    "held_bytes": ("live tensors, peak in the stage (KiB)", 1024),
}
ROW = 17  # px a stage
LEFT, RIGHT, TOP, BOTTOM, GAP = 76, 12, 30, 46, 36  # px around the panels and between designs


class Stages(Picture):
    """Bars of MACs, parameters and memory, a row for each stage of each design.

    `frame` has a row per stage with the columns `design` (its name), `stage`, `macs`, `params` and
    `held_bytes`, in order, as `Comparison.stages`. Beside a bar stands its share of the design's
    total in per cent, of the design's peak for memory. Each panel has one scale for all designs.
    """

    def __init__(self, frame, width=840):
        for name in ("design", "stage"):
            checks.column(frame, name)
        checks.finite(frame, *PANELS, above=-1)
        designs = list(dict.fromkeys(frame["design"]))
        rows = [int((frame["design"] == name).sum()) for name in designs]
        inner = ROW * sum(rows) + GAP * (len(designs) - 1)
        super().__init__(width, TOP + inner + BOTTOM)
        self.figure.set_layout_engine("none")
        width, height = self.size
        place = {"left": LEFT / width, "right": 1 - RIGHT / width, "wspace": 0.1}
        place |= {"bottom": BOTTOM / height, "top": 1 - TOP / height, "height_ratios": rows}
        place["hspace"] = GAP * len(rows) / (ROW * sum(rows))  # of the mean height of a panel
        with rc_context(STYLE):
            axes = self.figure.subplots(
                len(designs), len(PANELS), squeeze=False, sharex="col", gridspec_kw=place
            )
            for row, name in zip(axes, designs, strict=True):
                color = PALETTE[designs.index(name) % len(PALETTE)]
                self._design(row, frame[frame["design"] == name], color)
                row[0].set_title(name, weight="bold")
            for panel, (label, _) in zip(axes[-1], PANELS.values(), strict=True):
                panel.set_xlabel(label)
        self.words = f"{len(designs)} designs stage by stage. " + " ".join(
            _said(name, frame[frame["design"] == name]) for name in designs
        )

    def _design(self, row, stages, color):
        """The three panels of one design."""
        places = range(len(stages))
        for axes, (name, (_, unit)) in zip(row, PANELS.items(), strict=True):
            axes.barh(places, stages[name] / unit, color=color, height=0.75)
            axes.set_yticks(places, stages["stage"] if name == "macs" else [""] * len(stages))
            axes.tick_params(axis="y", length=0)
            axes.set_ylim(len(stages) - 0.4, -0.6)
            axes.grid(color="#ececec", axis="x")
            for place, value, share in zip(places, stages[name], shares(stages, name), strict=True):
                axes.annotate(
                    f"{share:.0f} %",
                    (value / unit, place),
                    (3, 0),
                    textcoords="offset points",
                    va="center",
                    size=8,
                )
            axes.margins(x=0.2)


def shares(stages, name):
    """Each stage's part of the total, or of the peak, in per cent."""
    whole = stages[name].max() if name == "held_bytes" else stages[name].sum()
    return 100 * stages[name].astype(float) / whole


def _said(name, stages):
    """Where a design has most of everything."""
    most = {
        "MACs": stages.loc[stages["macs"].idxmax()],
        "parameters": stages.loc[stages["params"].idxmax()],
    }
    parts = [
        f"most {count} in {row['stage']}, {shares(stages, key).max():.0f} %"
        for (count, row), key in zip(most.items(), ("macs", "params"), strict=True)
    ]
    peak = stages.loc[stages["held_bytes"].idxmax()]
    return f"{name}: {', '.join(parts)}; peak of live tensors in {peak['stage']}."
