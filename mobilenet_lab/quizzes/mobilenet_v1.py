"""The questions on notebook 02."""

from mobilenet_lab.costs.cost import cost, layer_table
from mobilenet_lab.networks.design import Design
from mobilenet_lab.quizzes.question import Question, millions, percent

FULL = Design("v1")


def where_the_macs_are():
    """By kind of layer."""
    rows = layer_table(FULL)
    share = (
        rows[(rows.op == "pointwise") & (rows.stage != "classifier")].macs.sum() / rows.macs.sum()
    )
    depthwise = rows[rows.op == "depthwise"].macs.sum() / rows.macs.sum()
    return Question(
        asks="Which layers of v1 have most of its MACs?",
        answer="the pointwise convolutions",
        reason=f"They have {percent(share)} of them.",
        hints={
            "the depthwise convolutions": f"They have {percent(depthwise)}: 9 MACs for each value.",
            "the first convolution": "It reads three channels only.",
        },
    )


def where_the_memory_is():
    """The peak of the activations."""
    peak = cost(FULL).peak_activations
    return Question(
        asks="Where does v1 hold the most values while a layer runs?",
        answer="in its first block",
        reason=f"The pointwise layer there reads 112 × 112 × 32 values and writes 112 × 112 × 64, "
        f"together {peak:,}.",
        hints={
            "in stage 3": "It has most blocks. How large are its maps?",
            "in its last block": "It has most channels, on maps of 7 × 7.",
        },
    )


def where_the_parameters_are():
    """By part."""
    params = layer_table(FULL).groupby("stage").params.sum() / cost(FULL).params
    end, third = params["stage4"] + params["classifier"], params["stage3"]
    return Question(
        asks="Which parts of v1 hold most of its parameters?",
        answer="stage 4 and the classifier",
        reason=f"They hold {percent(end)}: the channels double from stage to stage, so "
        "a layer gets four times the weights.",
        hints={
            "stage 3": f"It has most blocks, and {percent(third)} of the parameters. "
            "What comes after it has twice the channels.",
            "the stem and stage 1": "Their maps are the largest. Their kernels are not.",
        },
    )


def from_stage_to_stage():
    """What halving the map and doubling the channels does to a pointwise layer."""
    rows = layer_table(FULL).set_index("name").macs
    second, third = rows["stage2_block2_pointwise"], rows["stage3_block2_pointwise"]
    assert second == third
    return Question(
        asks="From stage 2 to stage 3 the sides of the maps halve and the channels double. What "
        "does a pointwise layer cost that keeps its channels?",
        answer="as many MACs as before",
        reason=f"{third:,} in either stage: a quarter of the positions, and four times as many "
        "pairs of channels.",
        hints={
            "half as many MACs": "The channels double on both sides of the layer.",
            "twice as many MACs": "The map halves on both sides.",
        },
    )


def a_misprint():
    """The stride in Table 1."""
    rows = layer_table(FULL).set_index("name")
    side = rows.size_in["stage4_block2_pointwise"]
    return Question(
        asks="Table 1 prints stride 2 for the last depthwise layer. What proves a misprint?",
        answer="the next row",
        reason=f"It reads a map of {side} px, as this one does. With stride 2 it would read "
        f"{(side + 1) // 2} px. And only with stride 1 does the network have the "
        f"{millions(FULL):.0f} million MACs that the paper states.",
        hints={
            "its kernel": "A kernel of 3 × 3 fits either stride.",
            "its channels": "1024 channels fit either stride. Compare sizes of maps.",
        },
    )


QUESTIONS = (
    where_the_macs_are,
    where_the_memory_is,
    where_the_parameters_are,
    from_stage_to_stage,
    a_misprint,
)
