"""The questions on notebook 06."""

from mobilenet_lab.costs.cost import layer_table
from mobilenet_lab.features import receptive_fields
from mobilenet_lab.networks.design import Design
from mobilenet_lab.quizzes.question import Question, percent

THIN = Design("v2", 0.35)


def the_next_field():
    """One more 3 × 3 layer."""
    fields = receptive_fields(THIN).set_index("name")
    before = fields.loc["stage2_block2_add"]
    after = fields.field["stage3_block1_depthwise"]
    field, jump = int(before.field), int(before.jump)
    return Question(
        asks=f"A position sees {field} × {field} px, and neighbours lie {jump} px apart. What does "
        "a position of the next map see, after a 3 × 3 convolution?",
        answer=f"{after} × {after} px",
        reason=f"It sees three neighbours along each side: {field} + 2 × {jump}.",
        hints={
            f"{field + 2} × {field + 2} px": "One position further is several pixels further.",
            f"{3 * field} × {3 * field} px": "What neighbours see overlaps.",
        },
    )


def a_smaller_picture():
    """What ρ takes from a map."""
    rows = {
        size: layer_table(THIN.replace(resolution=size)).set_index("name") for size in (96, 224)
    }
    small, large = (rows[size].size_out["stem_conv"] for size in (96, 224))
    assert rows[96].c_out["stem_conv"] == rows[224].c_out["stem_conv"]
    return Question(
        asks="The same weights read a picture of 96 px instead of 224 px. What do maps lose?",
        answer="positions",
        reason=f"In the stem, {small} × {small} of {large} × {large} are left, "
        f"{percent((small / large) ** 2)}. The kernels are the same, so the channels stay.",
        hints={
            "channels": "Each kernel still writes its channel. That would be a smaller α.",
            "positions and channels": "One of the two is decided by α alone.",
        },
    )


def a_silent_channel():
    """What one picture says about a dead channel."""
    return Question(
        asks="For one picture, a channel is 0 at every position. What do you know?",
        answer="it is silent for this picture",
        reason="Another picture may wake it: in the notebook, no channel is dead for all five.",
        hints={
            "it can be removed": "From one picture? Try another one.",
            "its weights are 0": "Its values are 0 after the ReLU. They were negative before.",
        },
    )


def relu_in_the_wide_place():
    """Why it does no harm there."""
    rows = layer_table(THIN).set_index("name")
    row = rows.loc["stage2_block2_expand"]
    return Question(
        asks="ReLU6 discards about half of the values of an expanded map. Why does that do little "
        "harm?",
        answer="enough values are left",
        reason=f"In stage 2 of v2 at α 0.35, {row.c_out} values hold what came as {row.c_in} "
        "numbers.",
        hints={
            "the shortcut carries all values": "It carries what came in, and not every block has "
            "one.",
            "the discarded values are small": "Every negative value is discarded, large ones, too.",
        },
    )


def the_last_map():
    """What 7 × 7 positions see."""
    last = receptive_fields(THIN).set_index("name").loc["last_relu"]
    side = layer_table(THIN).set_index("name").size_out["last_relu"]
    assert last.field > 2 * 224
    return Question(
        asks=f"What is the last {side} × {side} map of v2, for a picture of 224 px?",
        answer=f"{side**2} views of the whole picture",
        reason=f"The field of each position is {last.field} px wide, more than the picture; their "
        f"centres lie {last.jump} px apart.",
        hints={
            f"a picture of {side} × {side} pixels": "How far does a position see?",
            f"{side**2} views of {last.jump} × {last.jump} px each": "That is how far their "
            "centres lie apart, not how far they see.",
        },
    )


QUESTIONS = (
    the_next_field,
    a_smaller_picture,
    a_silent_channel,
    relu_in_the_wide_place,
    the_last_map,
)
