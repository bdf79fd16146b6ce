"""The questions on notebook 08."""

from mobilenet_lab.costs.cost import cost
from mobilenet_lab.networks.design import Design
from mobilenet_lab.published.reproduce import reproduce
from mobilenet_lab.quizzes.question import Question, millions

FULL = Design("v2")


def two_prints_of_one_count():
    """300 million and 0.301 G."""
    macs = millions(FULL)
    return Question(
        asks="The paper quotes v2 at 300 million MACs, torchvision at 0.301 G. Who is right?",
        answer="both: one cuts off, one rounds",
        reason=f"The count is {macs:.2f} million, that is {macs / 1000:.3f} G.",
        hints={
            "the paper": "Round the lab's count to three digits.",
            "torchvision": "Cut the last digits of the lab's count off.",
        },
    )


def two_counts_of_parameters():
    """What Keras stores beyond the weights."""
    counts = cost(FULL)
    return Question(
        asks=f"The kernels of v2 have {counts.kernels:,} weights, Keras stores {counts.params:,} "
        "numbers. What are the others?",
        answer="batch norm and biases",
        reason=f"Batch norm keeps four numbers for each channel, "
        f"{counts.params - counts.kernels_and_bias:,} in all; the classifier has "
        f"{counts.kernels_and_bias - counts.kernels:,} biases.",
        hints={
            "feature maps": "They are values of one picture and are not stored.",
            "a second classifier": "There is one. What follows every convolution?",
        },
    )


def a_proof_by_a_sum():
    """The first convolution's share in Table 2 of the v1 paper."""
    (cell,) = (
        one
        for one in reproduce("v1-2").itertuples()
        if one.row == "Conv 3x3" and one.quantity == "share of MACs"
    )
    return Question(
        asks=f"Table 2 of the v1 paper prints {cell.printed} % where the lab computes "
        f"{cell.computed} %. What proves the misprint, even without the lab?",
        answer="the column must add up to 100",
        reason="It does as soon as two digits of this share change places.",
        hints={
            "the share is too small": "How small it may be, nobody knows beforehand.",
            "another paper prints another share": "Then one of the two would be wrong, and you "
            "would not know which.",
        },
    )


def what_explained_says():
    """A fit is no proof."""
    return Question(
        asks="reproduce calls a printed count explained. What do you know?",
        answer="another reading gives its digits",
        reason="It shows what would give them, not what the authors did.",
        hints={
            "the authors counted that way": "Other readings may fit as well: see the column also.",
            "the print is wrong": "Under another convention it may be right.",
        },
    )


def what_reach_says():
    """How easily a reading is found."""
    return Question(
        asks="A reading fits a printed count, and its reach is high. What does that say?",
        answer="the fit is weak",
        reason="Most other figures of that size would have been explained, too: it has few digits, "
        "or many readings were tried.",
        hints={
            "the fit is strong": "Reach counts the other figures that a reading would explain.",
            "the count is large": "Reach is about how easily a reading is found.",
        },
    )


QUESTIONS = (
    two_prints_of_one_count,
    two_counts_of_parameters,
    a_proof_by_a_sum,
    what_explained_says,
    what_reach_says,
)
