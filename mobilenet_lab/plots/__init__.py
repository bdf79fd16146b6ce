"""Frames and designs as figures: curves, planes, bars, drawings and mosaics.

A figure displays itself in a notebook and describes itself in `words`; most can `show` another
state without a full redraw, which makes them live.
"""

from mobilenet_lab.plots.blocks import Blocks
from mobilenet_lab.plots.candidates import Candidates
from mobilenet_lab.plots.contact import Contact
from mobilenet_lab.plots.contemporaries import Contemporaries
from mobilenet_lab.plots.diagram import Diagram
from mobilenet_lab.plots.equal_cost import EqualCost
from mobilenet_lab.plots.families import Families, Growth
from mobilenet_lab.plots.funnel import Funnel
from mobilenet_lab.plots.layer_bars import LayerBars
from mobilenet_lab.plots.manifold import Manifold
from mobilenet_lab.plots.memory import Arena
from mobilenet_lab.plots.plane import Plane, WidthResolution
from mobilenet_lab.plots.runtimes import Runtimes
from mobilenet_lab.plots.stages import Stages
from mobilenet_lab.plots.sweep import Sweep
from mobilenet_lab.plots.trained import Seeds, Trained

__all__ = [
    "Arena",
    "Blocks",
    "Candidates",
    "Contact",
    "Contemporaries",
    "Diagram",
    "EqualCost",
    "Families",
    "Funnel",
    "Growth",
    "LayerBars",
    "Manifold",
    "Plane",
    "Runtimes",
    "Seeds",
    "Stages",
    "Sweep",
    "Trained",
    "WidthResolution",
]
