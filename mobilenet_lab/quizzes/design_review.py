"""The questions on notebook 09."""

from mobilenet_lab.costs.arena import memory
from mobilenet_lab.costs.cost import layer_table
from mobilenet_lab.networks.design import Design
from mobilenet_lab.quizzes.question import Question


def small(alpha):
    """A v2 for pictures of 128 px and two classes."""
    return Design("v2", alpha, resolution=128, classes=2)


def overlapping_intervals():
    """A tie."""
    return Question(
        asks="The intervals of two predicted accuracies overlap. What follows?",
        answer="they cannot be told apart",
        reason="What is known does not decide. Another price may.",
        hints={
            "they are equally good": "One may be better: the intervals do not say which.",
            "the upper one is better": "It may be. What do the intervals allow?",
        },
    )


def live_tensors():
    """A lower bound of the plan."""
    live, plan = (memory(small(0.5), 8, way).peak for way in ("live", "tflm"))
    return Question(
        asks="A runtime never overwrites what it reads. What are the live tensors of a design?",
        answer="a lower bound of its plan",
        reason=f"For v2 at α 0.5 and 128 px they take {live:,} bytes as int8, and the plan of "
        f"TensorFlow Lite Micro {plan:,}: a tensor cannot be moved while it is needed.",
        hints={
            "its plan, exactly": "Tensors need places, and cannot be moved while they are needed.",
            "an upper bound of its plan": "No plan can hold less than what is needed at once.",
        },
    )


def columns_of_v2():
    """Many α with the same RAM."""
    narrow, wide = small(0.35), small(0.55)
    (held,) = {memory(one, 8, "live").peak for one in (narrow, wide)}
    rows = [layer_table(one).set_index("name").c_out for one in (narrow, wide)]
    (channels,) = {one["stage2_block1_expand"] for one in rows}
    return Question(
        asks=f"v2 at 128 px holds {held:,} bytes at α 0.35, and as many at α 0.55. Why?",
        answer="its widest maps have equally many channels",
        reason=f"{channels}, since v2 rounds to multiples of 8.",
        hints={
            "α does not change memory": "From one step to the next it does.",
            "both have equally many parameters": "They do not, and parameters are in the flash.",
        },
    )


def an_unknown_accuracy():
    """What to do about it."""
    return Question(
        asks="The lab calls the accuracy of a design unknown, and you need it. What do you do?",
        answer="train the design",
        reason="The lab then finds the run in the store that you name, in review and in predict.",
        hints={
            "take that of the nearest checkpoint": "It belongs to another network. How far it is "
            "off, nobody has tested.",
            "take a lower bound of 0": "That is true, and of no use.",
        },
    )


def only_this_limit():
    """The column `alone`."""
    return Question(
        asks="In a funnel, the last limit refuses few designs. How do you see what it matters?",
        answer="by the designs that it alone keeps out",
        reason="The column alone does not depend on the order of the limits.",
        hints={
            "by the designs that are left": "They passed all limits, in whatever order.",
            "it does not matter": "It only saw what the limits before it had left.",
        },
    )


QUESTIONS = (
    overlapping_intervals,
    live_tensors,
    columns_of_v2,
    an_unknown_accuracy,
    only_this_limit,
)
