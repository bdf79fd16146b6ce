"""v1's α × ρ plane."""

from mobilenet_lab import published
from mobilenet_lab.costs.cost import cost
from mobilenet_lab.costs.curves import curves
from mobilenet_lab.costs.frames import log_law, price
from mobilenet_lab.costs.sweep import sweep
from mobilenet_lab.explorers.designs import DesignView, design_parts, dials, with_top1
from mobilenet_lab.explorers.panel import Panel
from mobilenet_lab.networks.families import knobs, own_knobs
from mobilenet_lab.plots.plane import WidthResolution
from mobilenet_lab.published.known import top1

_PAPER = "v1"  # whose plane it is


class WidthAndResolution(Panel):
    """v1's α × ρ plane: MACs along α, one curve per resolution, and published top-1 over MACs."""

    def __init__(self, alpha=None, resolution=None):
        controls = dials(_PAPER, {"alpha": alpha, "resolution": resolution})
        super().__init__(_PlaneView(), controls, design_parts([_PAPER], ["macs"]))


class _PlaneView(DesignView):
    """A design on v1's plane."""

    def __init__(self):
        points = published.accuracy().query(
            f"family == '{_PAPER}' and series == 'checkpoint' and number_format == 'float32'"
        )
        points = price(points)
        sizes = sorted(set(points.resolution))
        grid = sweep(_PAPER, knobs()["alpha"].values, resolution=sizes)
        law = log_law(points[points.alpha > 0.25], "macs", "top1")
        super().__init__([WidthResolution(grid, points, law)], _PAPER)

    def draw(self, state):
        """The design in both panels, beside what is pinned."""
        design = state["design"]
        others = {name: knob.start for name, knob in own_knobs().items()}
        x, macs, _ = curves("alpha", resolution=design.resolution, **others)[_PAPER]
        accuracy, series = top1(design)
        accuracy = accuracy if series == "checkpoint" else None
        pinned = [(one.alpha, cost(one).macs) for one in state["pinned"]]
        limit = state["budget"]["macs"]
        self.pictures[0].show(design, (x, macs), cost(design).macs, accuracy, pinned, limit)

    def numbers(self, state):
        """The curve at the present resolution: MACs, parameters and published top-1 along α."""
        alphas = knobs()["alpha"].values
        return with_top1(sweep(_PAPER, alphas, resolution=state["resolution"]))
