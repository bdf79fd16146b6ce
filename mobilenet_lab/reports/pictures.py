"""The pictures of a report."""

from mobilenet_lab.plots.stages import Stages
from mobilenet_lab.reports.document import Figure


def figure(picture, caption):
    """A `Picture` as a `Figure`; its words are the alternative text."""
    return Figure(caption, picture.words, picture.svg())


def stages(comparison):
    """Where the MACs, parameters and memory of compared designs are."""
    caption = (
        "MACs, parameters and live tensors stage by stage, computed. The percentages are of the "
        "design's own total, and of its own peak for memory."
    )
    return figure(Stages(comparison.stages), caption)
