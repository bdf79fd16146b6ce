"""The exercises of notebook 00."""

from mobilenet_lab.costs.cost import cost, layer_table
from mobilenet_lab.exercises.kinds import FLOPS, Built, Choice, Number, Wrong
from mobilenet_lab.networks.design import Design
from mobilenet_lab.networks.families import at_first
from mobilenet_lab.published.known import known_checkpoints

FULL = Design("v2")
BUDGET = 100_000_000  # MACs


def millions(design):
    """The MACs of a design, in millions."""
    return cost(design).macs / 1e6


def smaller_image():
    """MACs of v2 at 96 px."""
    full, small = millions(FULL), millions(FULL.replace(resolution=96))
    square = 100 * (96 / 224) ** 2
    return Number(
        unit="million MACs",
        answer=small,
        within=2.5,
        reason=f"The sides of every map shrink to 96/224, and its positions to the "
        f"square of that, {square:.1f} %: {full:.1f} million MACs become {small:.1f}, a little "
        "more than the square, because the classifier sees no pixels and costs the same as before.",
        mistakes={
            full * 96 / 224: "You forgot the square: both sides of the image shrink.",
            full: "The parameters stay the same, but the MACs do not: a kernel visits fewer "
            "positions.",
            small * 2: FLOPS,
        },
        hint="What share of the positions in each map is left?",
    )


def wider_blocks():
    """MACs of v2 at t = 8."""
    full, wide = millions(FULL), millions(FULL.replace(expansion=8))
    step = full - millions(FULL.replace(expansion=5))
    return Number(
        unit="million MACs",
        answer=wide,
        within=2.5,
        reason=f"Each step of t adds the same {step:.1f} million MACs, and {full:.1f} plus two "
        f"steps is {wide:.1f}. It is less than 8/6 of the MACs, because the stem, the first "
        "stage, the last convolution and the classifier do not depend on t.",
        mistakes={
            full * 8 / 6: "You scaled the whole network, but some of its layers do not depend on "
            "t. What does one step add?",
            full + step: "That is t = 7: go one more step.",
            full: "The blocks become wider inside, which costs MACs.",
            wide * 2: FLOPS,
        },
        hint="The step from t = 5 to t = 6 tells you what each further step adds.",
    )


def excess():
    """The part that keeps v2 at α 0.5 above a quarter of its MACs."""
    share = excess_shares()
    stage2, last, stage3, stem = (share[name] for name in ("stage2", "last", "stage3", "stem"))
    return Choice(
        answer=str(share.idxmax()),
        reason=f"Of what is left above a quarter, stage 2 has {stage2:.0f} %, the last convolution "
        f"{last:.0f} %, stage 3 {stage3:.0f} % and the stem {stem:.0f} %. Much of it is rounding: "
        "24 channels at α 0.5 become 16 and not 12, since v2 keeps to multiples of 8.",
        hints={
            "stem": "It reads three colours at every α, so it only halves, but it is a small part.",
            "stage3": "It has a share, by rounding, but there is a larger one.",
            "last": "It writes 1280 channels at every α up to 1, so it only halves. That is the "
            "second largest share: look for layers with more MACs and odd channel numbers.",
            "classifier": "It does not shrink at all, but it has hardly any MACs.",
        },
    )


def excess_shares():
    """By stage, percent of the MACs that v2 at α 0.5 has above a quarter of those at α 1."""
    full, half = (
        layer_table(design).groupby("stage").macs.sum() for design in (FULL, Design("v2", 0.5))
    )
    above = half - full / 4
    return 100 * above / above.sum()


def within_budget():
    """The checkpoint with the best top-1 within a budget."""
    best, second, *_ = affordable()
    return Built(
        wanted='a Design that keeps the budget, such as Design("v1", alpha=0.25, resolution=128)',
        fits=lambda given: isinstance(given, Design),
        judged=judged_design,
        example=best.design,
        solution=f'Design("{best.design.family}", alpha={best.design.alpha:g}, '
        f"resolution={best.design.resolution})",
    )


def affordable():
    """The authors' checkpoints within the budget, the most accurate first."""
    return [one for one in known_checkpoints() if one.macs <= BUDGET]


def judged_design(design):
    """Compare with the best published design within the budget."""
    if design.family not in at_first():
        raise Wrong(f"The question is about {' and '.join(at_first())}, not {design.family}.")
    if cost(design).macs > BUDGET:
        raise Wrong(f"{design} needs {millions(design):.1f} million MACs, which is over budget.")
    mine = next((one for one in known_checkpoints() if one.design == design), None)
    if mine is None:
        raise Wrong(
            f"{design} keeps the budget, but the authors released no checkpoint of it, so nobody "
            "can say how accurate it is."
        )
    best, second, *_ = affordable()
    if mine.top1 < best.top1:
        other = "Try the other family." if design.family != best.design.family else "Try again."
        raise Wrong(
            f"{design} keeps the budget with a top-1 of {mine.top1} %, but another checkpoint "
            f"within it reaches {best.top1 - mine.top1:.1f} points more. {other}"
        )
    return (
        f"{best.design} has the best top-1 within the budget, {best.top1} %. {second.design} comes "
        f"within {best.top1 - second.top1:.1f}: a narrow network with a large image and a wide one "
        "with a small image, for nearly the same price. There is more than one way to spend a "
        "budget."
    )


EXERCISES = (smaller_image, wider_blocks, excess, within_budget)
