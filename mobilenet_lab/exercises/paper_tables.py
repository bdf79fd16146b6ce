"""The exercises of notebook 08."""

from numbers import Real

import pandas as pd

from mobilenet_lab.costs.conventions import CONVENTIONS, MACS, Convention
from mobilenet_lab.costs.cost import layer_table
from mobilenet_lab.exercises.kinds import Built, Choice, Number, Wrong
from mobilenet_lab.networks.design import Design, trace

V1, V2 = Design("v1"), Design("v2")
THIN = Design("v1", 0.75)  # whose table has the slip
COLLEAGUE = Convention(batch_norm=1, activation=1, addition=1)
SLIP = "stage3"


def normalised_channels():
    """The batch-normalised channels of v1, from two printed parameter counts."""
    stored, trained = (CONVENTIONS[name](trace(V1)) for name in ("all variables", "trainable"))
    channels = (stored - trained) // 2
    return Number(
        unit="channels",
        answer=channels,
        within=0.5,
        reason=f"The difference is {stored - trained:,}. Keras stores scale, shift, mean and "
        "variance for each batch-normalised channel; only scale and shift are trained. So the two "
        f"counts differ by two numbers per channel, and {channels:,} channels have them.",
        mistakes={
            stored - trained: "Each channel adds more than one number to the difference.",
            (stored - trained) / 4: "Keras stores four numbers per channel, but two of them are "
            "trained and are in both counts.",
        },
        hint="Which of the four numbers of a channel are not trained?",
    )


def gigaflops_of_v1():
    """The convention that gives 1.14 GFLOPs."""
    billion = {name: CONVENTIONS[name](trace(V1)) / 1e9 for name in CONVENTIONS}
    return Choice(
        answer="FLOPs",
        reason=f"Two operations for each multiply-accumulate and nothing else: "
        f"{billion['FLOPs']:.4f} billion. With batch norm it would be "
        f"{billion['FLOPs and batch norm']:.4f}, which rounds to 1.15.",
        hints={
            "MACs": f"Those are {billion['MACs']:.3f} billion, about half of what was quoted.",
            "MACs and batch norm": f"Those are {billion['MACs and batch norm']:.3f} billion. "
            "Batch norm adds little; what nearly doubles a count?",
            "FLOPs and batch norm": f"Those are {billion['FLOPs and batch norm']:.4f} billion. "
            "Round that to two decimals.",
        },
    )


def a_colleagues_convention():
    """A convention that gives two quoted numbers at once."""
    return Built(
        wanted="a Convention, such as Convention(bias=1)",
        fits=lambda given: isinstance(given, Convention),
        judged=_judge_convention,
        example=COLLEAGUE,
        solution="Convention(batch_norm=1, activation=1, addition=1)",
    )


def _judge_convention(given):
    if given.weighs:
        raise Wrong(f"That counts {given.measure}; the colleague counts operations.")
    off = {design: given(trace(design)) - COLLEAGUE(trace(design)) for design in (V1, V2)}
    if not any(off.values()):
        return (
            "Batch norm, activations and additions take one operation per value: both numbers "
            "agree to the last digit. v1 alone would not decide. It has no additions, and each of "
            "its batch norms is followed by an activation, so two operations for batch norm and "
            "none for activations give the same number there."
        )
    if given.measure != MACS.measure:
        raise Wrong("That counts a multiplication and an addition as two, and is far too large.")
    if not off[V1]:
        raise Wrong(f"v1 fits, but v2 is off by {off[V2]:+,}. What do v2's blocks do differently?")
    raise Wrong(
        f"For v1 it is off by {off[V1]:+,}, for v2 by {off[V2]:+,}. How many values does each kind "
        "of layer write? `count` lists what each part adds."
    )


def slipped() -> pd.DataFrame:
    """The MACs of v1 at α 0.75 by stage, in millions, with two digits of one number swapped.

    The last row is the total, which is right.
    """
    millions = _by_stage()
    shown = {stage: f"{value:.2f}" for stage, value in millions.items()}
    shown[SLIP] = _swapped(shown[SLIP])
    total = f"{sum(round(value, 2) for value in millions.values()):.2f}"
    rows = [*shown.items(), ("total", total)]
    return pd.DataFrame(rows, columns=["stage", "million MACs"])


def _by_stage():
    rows = layer_table(THIN)
    sums = rows[rows.macs > 0].groupby("stage", sort=False).macs.sum()
    return (sums / 1e6).to_dict()


def _swapped(figure):
    """A printed number with its second and third digit swapped."""
    return figure[0] + figure[2] + figure[1] + figure[3:]


def a_misprint():
    """The stage with the slip, and what should stand there."""
    right = f"{_by_stage()[SLIP]:.2f}"
    return Built(
        wanted='a pair of a stage and the number that should stand there, such as ("stem", 1.23)',
        fits=_is_a_correction,
        judged=_judge_correction,
        example=(SLIP, float(right)),
        solution=f'("{SLIP}", {right})',
    )


def _is_a_correction(given):
    return (
        isinstance(given, tuple | list)
        and len(given) == 2
        and isinstance(given[0], str)
        and isinstance(given[1], Real)
    )


def _judge_correction(given):
    stage, value = given
    millions, printed = _by_stage(), slipped().set_index("stage")["million MACs"]
    if stage == "total":
        raise Wrong("The total is right. Which row does not belong to it?")
    if stage not in millions:
        raise Wrong(f"There is no such row; the rows are {', '.join(millions)}.")
    if stage != SLIP:
        raise Wrong(f"That row is right: `layer_table` gives {printed[stage]} for {stage}, too.")
    if abs(value - float(printed[stage])) < 0.005:
        raise Wrong("That is the row, and that is what is printed there. What should be?")
    if abs(value - millions[stage]) > 0.005:
        raise Wrong("That is the row. How far is the sum of the rows from the total?")
    gap = round(float(printed[stage]) - value, 2)
    return (
        f"The rows add up to {abs(gap):.2f} too {'much' if gap > 0 else 'little'}, which is "
        f"{round(abs(gap) * 100) // 9} × 9 in the last place. Swapping two digits always changes a "
        "number by a multiple of 9: a sum shows that there is a slip, and of which kind."
    )


EXERCISES = (normalised_channels, gigaflops_of_v1, a_colleagues_convention, a_misprint)
