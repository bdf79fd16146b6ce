"""Frames and designs as figures: curves, planes, bars, drawings and mosaics.

A figure displays by itself in a notebook, says in `words` what it shows, and most can `show`
another state without being drawn anew, which is what makes them live.
"""

from mobilenet_lab.plots.blocks import Blocks
from mobilenet_lab.plots.diagram import Diagram
from mobilenet_lab.plots.equal_cost import EqualCost
from mobilenet_lab.plots.families import Families, Growth
from mobilenet_lab.plots.layer_bars import LayerBars
from mobilenet_lab.plots.manifold import Manifold
from mobilenet_lab.plots.plane import Plane, WidthResolution
from mobilenet_lab.plots.sweep import Sweep

__all__ = [
    "Blocks",
    "Diagram",
    "EqualCost",
    "Families",
    "Growth",
    "LayerBars",
    "Manifold",
    "Plane",
    "Sweep",
    "WidthResolution",
]
