"""The questions on notebook 04."""

from mobilenet_lab.costs.cost import cost, layer_table
from mobilenet_lab.networks.design import Design
from mobilenet_lab.quizzes.question import Question, millions, percent

FULL = Design("v2")


def where_the_shortcut_is():
    """Of an inverted residual block."""
    rows = layer_table(FULL).set_index("name").c_out
    narrow, wide = rows["stage2_block2_add"], rows["stage2_block2_expand"]
    return Question(
        asks="What does the shortcut of an inverted residual block connect?",
        answer="its narrow ends",
        reason=f"The second block of stage 2 has {narrow} channels at its ends and {wide} inside.",
        hints={
            "its wide middle": "That is what a classic residual block does: it is wide at its "
            "ends.",
            "the first and the last block": "It spans one block.",
        },
    )


def where_no_relu_is():
    """The linear bottleneck."""
    return Question(
        asks="Which of a block's three convolutions has no ReLU6 after it?",
        answer="the projection",
        reason="It writes few channels, and a ReLU would destroy part of what they hold.",
        hints={
            "the depthwise convolution": "It works on the wide map, where enough values are left.",
            "the expansion": "It writes many channels, more than are needed for what comes in.",
        },
    )


def the_dearest_step():
    """Which step of t costs most."""
    price = {t: millions(FULL.replace(expansion=t)) for t in (1, 2, 5, 6, 9, 10)}
    first, later = price[2] - price[1], price[6] - price[5]
    return Question(
        asks="Which step of the expansion t costs the most MACs?",
        answer="from 1 to 2",
        reason=f"{first:.1f} million; any later step costs {later:.1f} million. A block with t = 1 "
        "has no expanding convolution.",
        hints={
            "from 5 to 6": f"It costs {later:.1f} million, as most steps do. Which one adds a "
            "layer?",
            "from 9 to 10": f"It costs {price[10] - price[9]:.1f} million, as most steps do. Which "
            "one adds a layer?",
        },
    )


def what_is_lost():
    """Of the spiral, on average."""
    n = 6
    return Question(
        asks="A random matrix maps the spiral from 2 to 6 dimensions, and ReLU cuts. How much of "
        "the spiral is lost on average?",
        answer=percent((n + 1) / 2**n, 1),
        reason="(n + 1) / 2ⁿ = 7 / 64: a point is lost if fewer than two of its values stay "
        "positive.",
        hints={
            percent(1 / 2**n, 1): "That is the share with no positive value at all. One is not "
            "enough either.",
            percent(1 / 2, 1): "Half of all values are cut, but each point has six of them.",
        },
    )


def the_larger_peak():
    """v1 against v2, layer after layer."""
    old, new = cost(Design("v1")).peak_activations, cost(FULL).peak_activations
    return Question(
        asks="At full size, layer after layer: which family holds more values at its peak?",
        answer="v2",
        reason=f"{new:,} against {old:,}: the wide map inside a block has to be held. A runtime "
        "that computes it in slices needs less.",
        hints={
            "v1": "Its maps between the blocks are larger. And those inside?",
            "both hold the same": f"In v1 there are {old:,}. What does a block of v2 hold, which "
            "is six times as wide inside?",
        },
    )


QUESTIONS = (
    where_the_shortcut_is,
    where_no_relu_is,
    the_dearest_step,
    what_is_lost,
    the_larger_peak,
)
