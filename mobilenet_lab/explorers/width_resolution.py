"""v1's α × ρ plane."""

from mobilenet_lab.costs.cost import cost
from mobilenet_lab.costs.curves import curves
from mobilenet_lab.costs.limits import LIMITS, fits
from mobilenet_lab.costs.sweep import sweep
from mobilenet_lab.explorers.columns import with_top1
from mobilenet_lab.explorers.designs import DesignView, design_parts, dials
from mobilenet_lab.explorers.panel import Panel
from mobilenet_lab.networks.design import CLASSES, Design
from mobilenet_lab.networks.families import knobs, own_knobs
from mobilenet_lab.networks.knobs import COMMON
from mobilenet_lab.pages.live import live_page
from mobilenet_lab.pages.plane import PAPER, paper
from mobilenet_lab.plots.plane import WidthResolution
from mobilenet_lab.published.known import ELSEWHERE, top1


class WidthAndResolution(Panel):
    """v1's α × ρ plane: MACs along α, one curve per resolution, and published top-1 over MACs.

    The classifier has so many `classes`; accuracies are published for 1000.
    """

    def __init__(self, alpha=None, resolution=None, classes=CLASSES):
        controls = dials(PAPER, {"alpha": alpha, "resolution": resolution})
        parts = design_parts([PAPER], LIMITS, classes)
        super().__init__(_PlaneView(classes), controls, parts)


class _PlaneView(DesignView):
    """A design on v1's plane."""

    def __init__(self, classes):
        points, sizes, law = paper()
        grid = sweep(PAPER, knobs()["alpha"].values, resolution=sizes, classes=classes)
        note = "" if classes == CLASSES else ELSEWHERE
        picture = WidthResolution(grid, points, law, note)
        super().__init__([picture], PAPER, classes)
        self.known = [Design(PAPER, r.alpha, resolution=r.resolution) for r in points.itertuples()]

    def draw(self, state):
        """The design in both panels, beside what is pinned."""
        design = state["design"]
        others = {name: knob.start for name, knob in own_knobs().items()}
        own = curves("alpha", self.classes, resolution=design.resolution, **others)
        x, macs, _ = own[PAPER]
        accuracy, series = top1(design)
        accuracy = accuracy if series == "checkpoint" else None
        pinned = [(one.alpha, cost(one).macs) for one in state["pinned"]]
        budget = state["budget"]
        over = [not fits(one, budget) and one.classes == self.classes for one in self.known]
        price = cost(design).macs
        self.pictures[0].show(design, (x, macs), price, accuracy, pinned, budget, over)

    def live(self, state):
        """The plane as a live page that begins with the design."""
        start = {name: state[name] for name in COMMON}
        return live_page("plane", classes=self.classes, **start)

    def numbers(self, state):
        """The curve at the present resolution: counts and published top-1 along α."""
        alphas, classes = knobs()["alpha"].values, self.classes
        return with_top1(sweep(PAPER, alphas, resolution=state["resolution"], classes=classes))
