"""The pictures of a report, each with its caption."""

from mobilenet_lab.costs.arena import ram
from mobilenet_lab.plots.candidates import Candidates
from mobilenet_lab.plots.funnel import Funnel
from mobilenet_lab.plots.memory import Arena
from mobilenet_lab.plots.stages import Stages
from mobilenet_lab.reports.document import Figure


def figure(picture, caption):
    """A `Picture` as a `Figure`; its words are the alternative text."""
    return Figure(caption, picture.words, picture.svg)


def funnel(review):
    """How many designs each limit leaves."""
    caption = "Designs left after each limit. Pale: those that the limit leaves out."
    return figure(Funnel(review.funnel), caption)


def candidates(review, labels):
    """Accuracy over each price that has a limit; nothing where no accuracy is known."""
    if not review.candidates["top1"].notna().any():
        return
    for price, most in review.budget.limits.items():
        picture = Candidates(
            review.candidates, price, refused=review.refused, ties=review.ties, limit=most
        )
        caption = (
            f"Accuracy over {labels[price].name} ({labels[price].basis}), with 90 % intervals. "
            "Hollow: refused designs. Dashed: the limit."
        )
        yield figure(picture, caption)


def stages(comparison):
    """Where the MACs, parameters and memory of compared designs are."""
    caption = (
        "MACs, parameters and live tensors stage by stage, computed. The percentages are of the "
        "design's own total, and of its own peak for memory."
    )
    return figure(Stages(comparison.stages), caption)


def memory(comparison, limit):
    """The memory of compared designs over time, all to one scale; `limit` in bytes or None."""
    bits = comparison.bits
    highest = max(limit or 0, *(ram(design, bits) for design in comparison.designs))
    for side in comparison.sides:
        caption = (
            f"Memory of {side.name} over time at {bits} bits, computed: each tensor is a block, "
            "from the operation that writes it to the last that reads it. The persistent part is "
            "predicted."
        )
        yield figure(Arena(side.design, bits, limit, highest), caption)
