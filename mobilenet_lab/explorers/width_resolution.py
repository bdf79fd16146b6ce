"""v1's α × ρ plane."""

from mobilenet_lab import published
from mobilenet_lab.costs.cost import cost
from mobilenet_lab.costs.curves import curves
from mobilenet_lab.costs.sweep import log_law, price, sweep
from mobilenet_lab.explorers.controls import Dial
from mobilenet_lab.explorers.design import DesignExplorer, _with_top1
from mobilenet_lab.networks.design import Design
from mobilenet_lab.networks.families import knobs
from mobilenet_lab.plots.plane import WidthResolution
from mobilenet_lab.published.known import top1


class WidthAndResolution(DesignExplorer):
    """v1's α × ρ plane: MACs along α, one curve a resolution, and published top-1 over MACs."""

    families = ("v1",)
    limits = ("macs",)

    def __init__(self, alpha=None, resolution=None):
        start = {"alpha": alpha, "resolution": resolution}
        dials = {name: Dial(knobs()[name], value) for name, value in start.items()}
        points = published.accuracy().query(
            "family == 'v1' and series == 'checkpoint' and number_format == 'float32'"
        )
        points = price(points)
        sizes = sorted(set(points.resolution))
        grid = sweep("v1", knobs()["alpha"].values, resolution=sizes)
        law = log_law(points[points.alpha > 0.25], "macs", "top1")
        super().__init__({}, dials, [WidthResolution(grid, points, law)])

    @property
    def design(self):
        """The design that the knobs stand at."""
        return Design("v1", **self.chosen)

    def numbers(self):
        """The curve at the present resolution: MACs, parameters and published top-1 along α."""
        resolution = self.chosen["resolution"]
        return _with_top1(sweep("v1", knobs()["alpha"].values, resolution=resolution))

    def _move(self):
        design = self.design
        x, macs, _ = curves("alpha", resolution=design.resolution, expansion=6)["v1"]
        accuracy, series = top1(design)
        accuracy = accuracy if series == "checkpoint" else None
        pinned = self.pinned and (self.pinned.alpha, cost(self.pinned).macs)
        limit = self.budget["macs"]
        (picture,) = self.pictures
        picture.show(design, (x, macs), cost(design).macs, accuracy, pinned, limit)
