"""The exercises of notebook 04."""

from mobilenet_lab.costs.cost import cost
from mobilenet_lab.costs.manifold import trip
from mobilenet_lab.exercises.inverted_block import inverted_block
from mobilenet_lab.exercises.kinds import FLOPS, Choice, Number
from mobilenet_lab.networks.design import Design


def twelve():
    """MACs at t = 12."""
    one, two, six, twelve = (cost(Design("v2", expansion=t)).macs for t in (1, 2, 6, 12))
    step = (twelve - six) / 6
    fixed = six - 6 * step
    return Number(
        unit="million MACs",
        answer=twelve / 1e6,
        within=2,
        reason=f"It is not twice the {six / 1e6:.1f} million of t = 6. The stem, the first block, "
        "the last convolution and the classifier do not grow with t; together they are "
        f"{fixed / 1e6:.1f} of these {six / 1e6:.1f} million.",
        mistakes={
            2 * six / 1e6: "Not all of the network grows with t. Add six steps to the MACs of "
            "t = 6.",
            (six + 6 * (two - one)) / 1e6: "That is the step from 1 to 2, which also brings the "
            "expanding convolutions. Take one of the later steps.",
            12 * step / 1e6: "That is the part that grows with t. Add the part that does not.",
            2 * twelve / 1e6: FLOPS,
        },
        hint="Every step from t = 2 on costs the same.",
    )


def smaller_peak():
    """Peak memory at 160 px."""
    full, small = (
        cost(Design("v2", resolution=size)).peak_bytes(bits=16) / 1e6 for size in (224, 160)
    )
    four = cost(Design("v2", expansion=4)).peak_bytes(bits=16)
    return Number(
        unit="MB",
        answer=small,
        within=0.02,
        reason=f"Activations go with the area of the picture: {full:.2f} MB × (160/224)² is "
        f"{small:.2f} MB. So a phone with 2 MB runs the network at 160 px without touching t. "
        f"At 224 px not even t = 4 fits: it exceeds 2 MB by {(four - 2e6) / 1e3:.0f} kB.",
        mistakes={
            full * 160 / 224: "Height and width both shrink: square the ratio.",
            2 * small: "A value has 16 bits here, which is 2 bytes and not 4.",
            small / 2: "That is the number of values in millions. Each takes 2 bytes.",
        },
        hint="Start from the peak at 224 px; the layer that holds most stays the same.",
    )


def three_dimensions():
    """How much of the spiral is lost at n = 3, over several matrices."""
    found = {round(trip(3, seed).lost_share, 1) for seed in range(1, 10)}
    words = "always half", "half on average", "less with a lucky matrix"
    answer = words[0] if found == {50.0} else words[1]
    return Choice(
        answer=answer,
        reason="Take a point of the spiral and its mirror image through the center. With three "
        "values, those that are positive for one are negative for the other. So exactly one of "
        "the two keeps two positive values or more, and the other is lost.",
        hints={
            words[1]: "Try it: `manifold.trip(3, seed).lost_share` for several seeds.",
            words[2]: "That happens at n = 4. Which signs does the mirror image of a point get at "
            "n = 3?",
        },
    )


EXERCISES = (twelve, smaller_peak, three_dimensions, inverted_block)
