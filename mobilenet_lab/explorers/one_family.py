"""Explorers of one family: its drawings, its layers."""

from mobilenet_lab import checks
from mobilenet_lab.costs.cost import layer_table
from mobilenet_lab.explorers.controls import Dial, choice
from mobilenet_lab.explorers.design import DesignExplorer
from mobilenet_lab.networks.design import Design
from mobilenet_lab.networks.families import FAMILIES, knobs
from mobilenet_lab.plots.diagram import Diagram
from mobilenet_lab.plots.layer_bars import LayerBars


class OneFamily(DesignExplorer):
    """Explores the designs of one family.

    Begins at a width multiplier `alpha` of 0.1 to 1.5, a `resolution` of 64 to 320 px and, for v2,
    an `expansion` of 1 to 10. Raises `ValueError` for anything else.
    """

    limits = ()

    def __init__(self, family, choices, picture, alpha=None, resolution=None, expansion=None):
        self.family, self.families = family, (family,)
        start = {"alpha": alpha, "resolution": resolution, "expansion": expansion}
        if family == "v1" and start.pop("expansion") is not None:
            checks.refuse("expansion", expansion, "None, since v1 has no expansion")
        dials = {name: Dial(knobs()[name], value) for name, value in start.items()}
        super().__init__(choices, dials, [picture])

    @property
    def design(self):
        """The design that the knobs stand at."""
        chosen = self.chosen
        return Design(self.family, **{name: chosen[name] for name in self.dials})

    def __repr__(self):
        return f"{super().__repr__()}\n{self.pictures[0].words}"


class Drawing(OneFamily):
    """One of the six drawings of a family, for any design, with real shapes and counts.

    `picture` is one of `diagram.PICTURES[family]`; see `OneFamily` for the rest.
    """

    def __init__(self, family, picture="macro", **start):
        pictures = FAMILIES[checks.one_of("family", family, FAMILIES)].drawings
        shown = pictures[checks.one_of("picture", picture, list(pictures))]
        choices = {"picture": choice("picture", pictures, shown)}
        super().__init__(family, choices, Diagram(), **start)

    def numbers(self):
        """The layers of the part that is drawn."""
        part, table = self.chosen["picture"], layer_table(self.design)
        inside = (table.stage == part) | (table.block == part) | (part == "network")
        return table.loc[inside, ["name", "size_out", "c_out", "macs", "params"]]

    def _move(self):
        self.pictures[0].show(self.design, self.chosen["picture"], self.pinned)


class LayerByLayer(OneFamily):
    """Where a family's MACs, parameters and memory sit: a bar for each layer of a design.

    See `OneFamily` for what it can begin with.
    """

    def __init__(self, family, **start):
        table = layer_table(Design(checks.one_of("family", family, FAMILIES)))
        super().__init__(family, {}, LayerBars(table), **start)

    def numbers(self):
        """The layers with their MACs, parameters and the values held meanwhile."""
        table = layer_table(self.design)
        return table.loc[table.held.notna(), ["name", "macs", "params", "held"]]

    def _move(self):
        pinned = self.pinned and (self.pinned, layer_table(self.pinned))
        self.pictures[0].show(self.design, layer_table(self.design), pinned)
