"""Explorers of one family: its drawings, its layers."""

from functools import lru_cache

from mobilenet_lab import checks
from mobilenet_lab.costs.cost import layer_table
from mobilenet_lab.explorers.controls import choice, switch
from mobilenet_lab.explorers.designs import DesignView, design_parts, dials
from mobilenet_lab.explorers.panel import Panel
from mobilenet_lab.networks.design import CLASSES, Design
from mobilenet_lab.networks.families import FAMILIES, knobs
from mobilenet_lab.pages.live import live_page
from mobilenet_lab.plots.diagram import Diagram
from mobilenet_lab.plots.layer_bars import LayerBars


class Drawing(Panel):
    """One of the drawings of a family, for any design, with real shapes and counts.

    `picture` is one of `FAMILIES[family].drawings`. Begins at a width multiplier `alpha` of 0.1 to
    1.5, a `resolution` of 64 to 320 px and the family's own knobs: for v2 an `expansion` of 1 to
    10. The classifier has so many `classes`. Raises `ValueError` for anything else.
    """

    def __init__(self, family, picture="macro", classes=CLASSES, **start):
        drawings = FAMILIES[checks.one_of("family", family, list(FAMILIES))].drawings
        part = drawings[checks.one_of("picture", picture, list(drawings))]
        controls = {"picture": choice("picture", dict(drawings), part)} | dials(family, start)
        parts = design_parts([family], classes=classes)
        super().__init__(_DrawingView([Diagram()], family, classes), controls, parts)


class _DrawingView(DesignView):
    """The chosen part of a design."""

    def draw(self, state):
        """The part, beside the pinned designs'."""
        self.pictures[0].show(state["design"], state["picture"], state["pinned"])

    def numbers(self, state):
        """The layers of the drawn part."""
        part, rows = state["picture"], layer_table(state["design"])
        inside = (rows.stage == part) | (rows.block == part) | (part == "network")
        return rows.loc[inside, ["name", "size_out", "c_out", "macs", "params"]]

    def text(self, state):
        """The design, and the drawing in words."""
        return f"{super().text(state)}\n{self.pictures[0].words}"


class LayerByLayer(Panel):
    """Where a family's MACs, parameters and memory sit: a bar for each layer of a design.

    The scale is that of the full-sized network, whatever design is shown; `rescale` fits it. A
    limit of RAM is a line at the values that are held, of 8 bits each. See `Drawing` for the
    arguments.
    """

    def __init__(self, family, classes=CLASSES, **start):
        family = checks.one_of("family", family, list(FAMILIES))
        rescale = switch("rescale", "fit the scale to this design")
        controls = {"rescale": rescale} | dials(family, start)
        parts = design_parts([family], ["ram"], classes)
        super().__init__(_LayersView(family, classes), controls, parts)


class _LayersView(DesignView):
    """The layers of a design as bars."""

    def __init__(self, family, classes):
        whole = Design(family, classes=classes)
        super().__init__([LayerBars(layer_table(whole))], family, classes)

    def draw(self, state):
        """The bars, beside those of the pinned designs."""
        design, pinned = state["design"], [(one, _table(one)) for one in state["pinned"]]
        limit = state["budget"]["ram"]
        self.pictures[0].show(design, layer_table(design), pinned, state["rescale"], limit)

    def live(self, state):
        """The bars as a live page that begins with the design, at the same scale."""
        start = {name: state[name] for name in knobs() if name in state}
        scale = "own" if state["rescale"] else "whole"
        return live_page("layers", family=self.family, scale=scale, classes=self.classes, **start)

    def numbers(self, state):
        """The layers with their MACs, parameters and the values held meanwhile."""
        rows = layer_table(state["design"])
        return rows.loc[rows.held.notna(), ["name", "macs", "params", "held"]]

    def text(self, state):
        """The design, and the bars in words."""
        return f"{super().text(state)}\n{self.pictures[0].words}"


@lru_cache(maxsize=16)
def _table(design):
    """The layers of a design that stays."""
    return layer_table(design)
