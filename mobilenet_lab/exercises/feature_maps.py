"""The exercises of notebook 06."""

from numbers import Real

import numpy as np

from mobilenet_lab.costs.cost import layer_table
from mobilenet_lab.costs.fields import receptive_fields
from mobilenet_lab.exercises.kinds import Built, Choice, Number, Wrong
from mobilenet_lab.features.maps import statistics
from mobilenet_lab.networks.design import Design, trace
from mobilenet_lab.networks.trace import SLIDING

DESIGNS = (  # whose fields are asked for: other depths of strides, other kernels
    Design("v1"),
    Design("v1", 0.25, resolution=128),
    Design("v2", 0.35),
    Design("v2", expansion=1),
)


def two_strided_convolutions():
    """The field of the second of two 3×3 convolutions with stride 2."""
    return Number(
        unit="pixels",
        answer=3 + 2 * 2,
        within=0.5,
        reason="A position of the second map sees three positions of the first, which see 3 pixels "
        "each and lie 2 pixels apart: 3 + 2 × 2 = 7.",
        mistakes={
            5: "That is right at stride 1. Here neighbours in the first map lie 2 pixels apart.",
            9: "Three fields of 3 pixels would be 9, but neighbouring fields overlap.",
            49: "The question asks for the side, not for the area.",
        },
        hint="Draw a row of pixels: which of them do three neighbours of the first map see?",
    )


def values_at_half_the_resolution():
    """How many values all maps hold at 112 px, for each at 224 px."""
    small, large = (_values(Design("v2", 0.35, resolution=size)) for size in (112, 224))
    return Number(
        unit="",
        answer=small / large,
        within=0.01,
        reason=f"The area decides, so about a quarter is left; exactly {small / large:.3f}. It is "
        "slightly more, because odd sides round up: 7 px become 4 px, and 16 positions are a "
        "third of 49.",
        mistakes={
            0.5: "Both sides of every map halve, not one.",
            0.125: "The channels do not halve: α decides them, not the resolution.",
            1: "The channels stay, but every map gets fewer positions.",
            4: "The question asks what is left, so the factor is below 1.",
        },
        hint="By which factor does the number of positions shrink?",
    )


def _values(design):
    rows = layer_table(design)
    return int((rows.size_out**2 * rows.c_out).sum())


def a_shifted_cat():
    """The shift that the first map follows unchanged."""
    fields = receptive_fields(Design("v2", 0.35)).set_index("name")
    jump, last = (int(fields.jump[name]) for name in ("stem_relu", "stage7_block1_project_bn"))
    return Choice(
        answer="two pixels",
        reason=f"The stem has stride {jump}. Shifted by {jump} pixels, the cat falls on the same "
        "grid, one position further on. Shifted by one pixel it falls between the grid points, and "
        f"every value changes. In the last stage the grid is {last} pixels wide, so nearly every "
        "shift changes the values there.",
        hints={
            "one pixel": f"Neighbours in this map lie {jump} pixels apart: what does a position "
            "see after a shift by one?",
            "both": "A position of the shifted map would have to see exactly the pixels that "
            "another one saw before. Is there one for every shift?",
            "neither": "A convolution does the same at every position. For one of the shifts, "
            "some position sees exactly what its neighbour saw.",
        },
    )


def share_of_dead_channels():
    """A function from a map to its share of dead channels."""
    return Built(
        wanted="a function that takes a map (height, width, channels) and returns the share of "
        "its channels that are 0 at every position",
        fits=callable,
        judged=_judge_dead,
        example=lambda values: float((values == 0).all(axis=(0, 1)).mean()),
        solution="lambda values: (values == 0).all(axis=(0, 1)).mean()",
    )


def _judge_dead(function):
    tried = [_map(*case) for case in ((12, 3, 0), (40, 10, 1), (7, 0, 2), (5, 5, 3))]
    for values in tried:
        read = statistics({"map": values}).iloc[0]
        channels, dead = values.shape[-1], round(read.dead * values.shape[-1])
        case = f"For a map of {channels} channels, {dead} of them dead,"
        given = _number(function(values), case)
        if abs(given - read.dead) < 1e-6:
            continue
        mistakes = {
            float(dead): "Divide by the number of channels: a share is asked for.",
            1 - read.dead: "That is the share of the channels that are alive.",
            read.sparsity: "That is the share of all zeros. A dead channel is 0 everywhere.",
            float((values == 0).any(axis=(0, 1)).mean()): "That counts every channel that is 0 "
            "somewhere. A dead one is 0 everywhere.",
            float((values.sum(axis=(0, 1)) == 0).mean()): "Values may be negative and add up to "
            "0: compare each value with 0, not the sum.",
        }
        raise Wrong(f"{case} it gives {given:.4g}. {_hint(mistakes, given)}".strip())
    return (
        f"It agrees with the lab on {len(tried)} maps, with all channels dead, with none, and "
        "with a channel whose values cancel out. For one picture, that is: another picture may "
        "wake these channels."
    )


def _map(channels, dead, seed):
    """A map of which some channels are dead; one of the others adds up to 0."""
    generator = np.random.default_rng(seed)
    values = np.maximum(generator.normal(size=(8, 8, channels)), 0).astype(np.float32)
    values[:, :, :dead] = 0
    if dead < channels:
        values[:, :, -1] = np.where(np.arange(8) % 2, 1, -1)
    return values


def receptive_field():
    """A function from kernels and strides to the field of the last map."""
    return Built(
        wanted="a function that takes a list of pairs (kernel, stride), first layer first, and "
        "returns the side of the receptive field in pixels",
        fits=callable,
        judged=_judge_field,
        example=_field,
        solution="field, jump = 1, 1, and for each pair: field += (kernel - 1) * jump, then "
        "jump *= stride; return field",
    )


def _field(layers):
    field = jump = 1
    for kernel, stride in layers:
        field += (kernel - 1) * jump
        jump *= stride
    return field


def _judge_field(function):
    short = {"no layer": ([], 1), "one 3×3 layer": ([(3, 1)], 3)}
    cases = short | {str(design): _layers_and_field(design) for design in DESIGNS}
    for case, (layers, right) in cases.items():
        given = _number(function(list(layers)), f"For {case}")
        if abs(given - right) > 1e-6:
            hint = _hint(_wrong_fields(layers), given)
            raise Wrong(f"For {case} it gives {given:g}, not {right}. {hint}".strip())
    return (
        f"It agrees with the lab on {len(DESIGNS)} networks. At jump 16 a 3×3 kernel reaches as "
        "far as a 33×33 kernel on the picture; that is why a network of small kernels gets by."
    )


def _layers_and_field(design):
    """Kernel and stride of each convolution before the pooling, and the field of the last."""
    body = [one for one in trace(design) if one.op in SLIDING and not one.in_classifier]
    fields = receptive_fields(design).set_index("name").field
    return [(layer.kernel, layer.stride) for layer in body], int(fields[body[-1].name])


def _wrong_fields(layers):
    """What the typical mistakes give, each with its hint."""
    jumps = np.cumprod([1, *(stride for _, stride in layers)]).tolist()
    kernels = [kernel for kernel, _ in layers]
    grown = zip(kernels, jumps, jumps[1:], strict=False)
    late, whole = 1, 1
    for kernel, before, after in grown:
        late, whole = late + (kernel - 1) * after, whole + kernel * before
    return {
        1 + sum(kernel - 1 for kernel in kernels): "It forgets the strides: a step in a later map "
        "is several pixels.",
        late: "A layer's own stride spreads the layers after it. Widen the field first, then "
        "multiply the jump.",
        whole: "A kernel of 1 adds nothing, so one of k adds k − 1 steps.",
        _field(layers) - 1: "A pixel of the input sees itself: start with a field of 1.",
        jumps[-1]: "That is the jump: how far neighbours lie apart.",
    }


def _number(given, case):
    given = given.item() if isinstance(given, np.generic) else given
    if isinstance(given, bool) or not isinstance(given, Real) or not np.isfinite(given):
        raise Wrong(f"{case} it returns no number.")
    return float(given)


def _hint(mistakes, given):
    return next((hint for one, hint in mistakes.items() if abs(given - one) < 1e-6), "")


EXERCISES = (
    two_strided_convolutions,
    values_at_half_the_resolution,
    a_shifted_cat,
    share_of_dead_channels,
    receptive_field,
)
