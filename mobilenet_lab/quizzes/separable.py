"""The questions on notebook 01."""

from mobilenet_lab.costs import separable
from mobilenet_lab.quizzes.question import Question, percent

CHANNELS, SIDE = 512, 14  # of Table 3 of the v1 paper


def table(kernel=3, channels=CHANNELS, filters=CHANNELS, side=SIDE):
    """MACs, parameters and moved values of a full and a separable layer."""
    return separable.compare(kernel, channels, filters, side)


def share_at_fewer_channels():
    """The law at N = 64."""
    share, pointwise = separable.share(3, 64, 64, 56), 1 / 3**2
    return Question(
        asks="A 3 × 3 layer has 64 output channels. Which share of the MACs of the full "
        "convolution does the separable one take?",
        answer=f"{100 * share:.1f} %",
        reason="1/N + 1/D² = 1/64 + 1/9.",
        hints={
            f"{100 * pointwise:.1f} %": "That is 1/D², the pointwise part. Add the depthwise one.",
            f"{100 / 3:.1f} %": "That is 1/D. A kernel has two sides.",
        },
    )


def the_larger_part():
    """Where a separable layer has its MACs."""
    macs = table().macs
    return Question(
        asks="M = N = 512 and D = 3. Which part of the separable layer has most of its MACs?",
        answer="the pointwise part",
        reason=f"It has {percent(macs.pointwise / macs.separable, 1)} of them: each value that it "
        "writes takes 512 MACs, each of the depthwise part 9.",
        hints={
            "the depthwise part": "It multiplies 9 times for each value. And the other part?",
            "both have the same": "Compare D² with N.",
        },
    )


def a_larger_map():
    """What twice the side does."""
    small, large = table().macs.separable, table(side=2 * SIDE).macs.separable
    return Question(
        asks="The sides of the map double, from 14 to 28 px. What happens to the layer?",
        answer=f"its MACs become {large // small} times as many, its parameters stay",
        reason=f"{small:,} MACs become {large:,}. No weight belongs to a position.",
        hints={
            "its MACs and its parameters double": "A map has two sides, and a kernel does not know "
            "how large the map is.",
            "its MACs double, its parameters stay": "A map has two sides.",
        },
    )


def tied_weights():
    """What makes a separable layer a special full one."""
    params = table().params
    return Question(
        asks="Some full convolution computes exactly what a separable layer does (with nothing "
        "between its parts). What are its weights?",
        answer="products of the depthwise and the pointwise weights",
        reason=f"So its {params.full:,} weights come from {params.separable:,} free numbers.",
        hints={
            "sums of the depthwise and the pointwise weights": "The two parts follow one another, "
            "so their weights multiply.",
            "the pointwise weights, repeated": "Then all positions of a kernel would be equal.",
        },
    )


def counts_and_times():
    """Why a ninth of the MACs is not a ninth of the time."""
    rows = table()
    per_value = rows.macs / rows.moved
    return Question(
        asks="Why does the depthwise part take longer than its few MACs suggest?",
        answer="it moves many values for each MAC",
        reason=f"It computes {per_value.depthwise:.1f} MACs for each value that it moves, the full "
        f"convolution {per_value.full:.0f}.",
        hints={
            "it has many parameters": f"It has {rows.params.depthwise:,}, the pointwise part "
            f"{rows.params.pointwise:,}.",
            "its MACs are slower to compute": "A multiplication is the same everywhere. What has "
            "to happen before it?",
        },
    )


QUESTIONS = (
    share_at_fewer_channels,
    the_larger_part,
    a_larger_map,
    tied_weights,
    counts_and_times,
)
