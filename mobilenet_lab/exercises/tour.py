"""The exercises of notebook 00."""

from mobilenet_lab.costs.cost import cost
from mobilenet_lab.exercises.kinds import Number
from mobilenet_lab.networks.design import Design


def smaller_picture():
    """MACs at half the resolution."""
    full, small = cost(Design("v2")).macs, cost(Design("v2", resolution=112)).macs
    return Number(
        unit="million MACs",
        answer=small / 1e6,
        within=2.5,
        reason="The sides of every map halve, so a quarter of the positions is left, and "
        f"{full / 1e6:.1f} million MACs become {small / 1e6:.1f}. It is a hair more than a "
        "quarter: the classifier sees no pixels and costs what it cost before.",
        mistakes={
            full / 2e6: "Half the side of the picture is a quarter of its area.",
            small * 2 / 1e6: "That counts a multiplication and an addition as two; "
            "a MAC is both at once.",
        },
        hint="How many of the positions in each map are left?",
    )


EXERCISES = (smaller_picture,)
