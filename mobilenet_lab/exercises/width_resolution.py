"""The exercises of notebook 03."""

import math

import pandas as pd

from mobilenet_lab.costs.cost import cost
from mobilenet_lab.costs.frames import log_law
from mobilenet_lab.costs.laws import promised
from mobilenet_lab.exercises.kinds import FLOPS, Built, Number, Wrong
from mobilenet_lab.networks.design import Design
from mobilenet_lab.published.known import known_checkpoints
from mobilenet_lab.published.released import checkpoints

FULL = Design("v1")
RELEASED = (170e6, 2.5e6)  # MACs and parameters allowed in the fourth exercise
OWN = (200e6, 2.1e6)  # and in the fifth
STEP, PIXELS = 20, 32  # a step of α is 1/20, one of the resolution 32 px


def smaller_picture():
    """MACs at 96 px."""
    full, small = cost(FULL), cost(Design("v1", resolution=96))
    area = (96 / 224) ** 2
    return Number(
        unit="million MACs",
        answer=small.macs / 1e6,
        within=0.3,
        reason=f"The body has {small.body.macs / 1e6:.2f} million, exactly (96/224)² of what it "
        "has at 224 px. The classifier comes after the pooling: its 1.02 million are the same "
        "at every resolution.",
        mistakes={
            full.macs * 96 / 224 / 1e6: "Height and width both shrink: square the ratio.",
            full.macs * area / 1e6: "Very close. But the classifier comes after the pooling and "
            "sees no pixels: scale the body alone, then add the classifier.",
            2 * small.macs / 1e6: FLOPS,
        },
        hint="Scale the MACs per pixel of the body, then add the classifier.",
    )


def thinner():
    """MACs at α = 0.7, which nobody published."""
    full, thin = cost(FULL).macs, cost(Design("v1", 0.7)).macs
    return Number(
        unit="million MACs",
        answer=thin / 1e6,
        within=2,
        reason=f"α² alone gives {0.49 * full / 1e6:.0f}. The first convolution, the depthwise "
        f"convolutions and the classifier are linear in α, which makes it {thin / 1e6:.1f}. "
        "Channels are whole numbers, so no formula in α alone is exact.",
        mistakes={
            0.7 * full / 1e6: "A pointwise convolution reads and writes α times as many channels: "
            "square α.",
            0.49 * full / 1e6: "That is α² for every layer. Which layers are only linear in α?",
            2 * thin / 1e6: FLOPS,
        },
        hint="Nearly all MACs fall with α squared, and a few percent with α.",
    )


def twice_as_wide():
    """What the law promises at α = 2."""
    points = checkpoints().query("family == 'v1'")
    law = log_law(points[points.alpha > 0.25], "macs", "top1")
    counts = pd.Series([cost(Design("v1", width)).macs for width in (1, 2)])
    one, two = promised(law, counts)
    known = points.query("alpha == 1 and resolution == 224").top1.item()
    return Number(
        unit="percent",
        answer=two,
        within=0.3,
        reason=f"{two:.1f} % is a prediction, not a result: nobody trained this network in this "
        "series. Be wary of it. The line already failed at its thin end, and at its wide end the "
        f"network with α = 1 reaches {known} %, {one - known:.1f} points less than the line says.",
        mistakes={
            one + law[0]: "α = 2 has nearly four times the MACs of α = 1. How many doublings is "
            "that?",
            one + 4 * law[0]: "Four times the MACs is two doublings: the law is logarithmic.",
            known + two - one: "You started from the published accuracy at α = 1. The line is "
            "above it there: use its intercept.",
        },
        hint="Compute the MACs, and put their log2 into slope · log2(MACs) + intercept.",
    )


def released():
    """The most accurate released network of v1 within two limits."""
    return _of_v1(_judge_released, _best(*RELEASED).design)


def _of_v1(judged, example):
    """An exercise that asks for a design of v1."""
    return Built(
        wanted='a design of MobileNet v1, such as Design("v1", alpha=1.0, resolution=224)',
        fits=lambda given: isinstance(given, Design),
        judged=judged,
        example=example,
        solution=f'Design("v1", alpha={example.alpha}, resolution={example.resolution})',
    )


def _released():
    """The sixteen released networks of v1, the most accurate first."""
    return [one for one in known_checkpoints() if one.design.family == "v1"]


def _best(macs, params=math.inf):
    """The most accurate of them within limits."""
    return next(one for one in _released() if one.macs <= macs and one.params <= params)


def _judge_released(design):
    _require_v1(design)
    _require(design, RELEASED)
    best = _best(*RELEASED)
    own = next((one for one in _released() if one.design == design), None)
    if own is None:
        raise Wrong("It fits, but it is none of the sixteen released networks.")
    if own.top1 < best.top1:
        raise Wrong(f"It fits and reaches {own.top1} %. Another one that fits reaches more.")
    wider = _best(RELEASED[0])
    return (
        f"It reaches {best.top1} %. With the MACs as the only limit it would be α "
        f"{wider.design.alpha} at {wider.design.resolution} px with {wider.top1} %, which has "
        f"{wider.params / 1e6:.2f} million parameters. A front over one price says nothing about "
        "another price."
    )


def both_budgets():
    """The widest α that the parameters allow, then the largest picture that the MACs allow."""
    return _of_v1(_judge_own, _widest())


def _widest():
    """The design that the fifth exercise asks for."""
    widths = [Design("v1", step / STEP) for step in range(1, STEP + 1)]
    widest = max((one for one in widths if cost(one).params <= OWN[1]), key=lambda one: one.alpha)
    sizes = [widest.replace(resolution=PIXELS * n) for n in range(1, 20)]
    return max((one for one in sizes if cost(one).macs <= OWN[0]), key=lambda one: one.resolution)


def _judge_own(design):
    _require_v1(design)
    if round(design.alpha * STEP, 6) % 1 or design.resolution % PIXELS:
        raise Wrong(f"Take α in steps of {1 / STEP:g} and a resolution in multiples of {PIXELS}.")
    _require(design, OWN)
    best = _widest()
    if design.alpha < best.alpha:
        raise Wrong(
            f"It fits, but with {cost(design).params:,} parameters α could be larger. "
            "The resolution does not change the parameters, so choose α first."
        )
    if design.resolution < best.resolution:
        raise Wrong(
            f"It fits, and α is right. With {cost(design).macs / 1e6:.0f} million MACs the "
            "resolution could be larger."
        )
    counted = cost(best)
    return (
        f"{counted.params:,} parameters and {counted.macs / 1e6:.1f} million MACs. Parameters "
        "depend on α alone, so they decide α, and the MACs that are left decide the resolution."
    )


def _require_v1(design):
    if design.family != "v1":
        raise Wrong("This exercise is about MobileNet v1.")
    if not design.is_as_published:
        raise Wrong("Change α and the resolution alone.")


def _require(design, budget):
    """Raise `Wrong` for a design that exceeds a budget of MACs and parameters."""
    counted = cost(design)
    if counted.macs > budget[0]:
        raise Wrong(f"It has {counted.macs / 1e6:.1f} million MACs: too many.")
    if counted.params > budget[1]:
        raise Wrong(
            f"Its {counted.macs / 1e6:.1f} million MACs fit, but it has "
            f"{counted.params:,} parameters: too many. Only α changes these."
        )


EXERCISES = (smaller_picture, thinner, twice_as_wide, released, both_budgets)
