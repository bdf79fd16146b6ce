"""The questions on notebook 00."""

from mobilenet_lab.costs.cost import cost
from mobilenet_lab.networks.design import Design
from mobilenet_lab.quizzes.question import Question, millions, percent

FULL = Design("v2")


def a_smaller_picture():
    """What ρ does to the parameters."""
    full, small = cost(FULL).params, cost(FULL.replace(resolution=112)).params
    assert full == small
    return Question(
        asks="v2 gets pictures of 112 px instead of 224 px. How many of its parameters are left?",
        answer="all",
        reason=f"There are {full:,} at either size: a kernel has the same weights, however large "
        "the map is that it slides over.",
        hints={
            "half": "The sides of every map halve. Does a kernel have a weight for each position?",
            "a quarter": "That is nearly true of the MACs. The parameters depend on α and t only.",
        },
    )


def a_narrower_network():
    """What α = 0.5 leaves of the MACs of v2."""
    full, half = millions(FULL), millions(FULL.replace(alpha=0.5))
    other = millions(Design("v1", 0.5)) / millions(Design("v1"))
    return Question(
        asks="v2 becomes half as wide, α 0.5 instead of 1. How many of its MACs are left?",
        answer="about a third",
        reason=f"{full:.1f} million MACs become {half:.1f} million, {percent(half / full)}. "
        "Channels are rounded to multiples of 8, and the last convolution keeps its 1280.",
        hints={
            "about a half": "A pointwise layer then reads half as many channels and writes half as "
            "many.",
            "about a quarter": f"That is v1, which keeps {percent(other)}. In v2, half of 24 "
            "channels is no multiple of 8.",
        },
    )


def a_step_of_t():
    """Steps of the expansion."""
    step = millions(FULL) - millions(FULL.replace(expansion=5))
    later = millions(FULL.replace(expansion=10)) - millions(FULL.replace(expansion=9))
    return Question(
        asks=f"From t = 5 to 6, v2 gains {step:.1f} million MACs. How many from t = 9 to 10?",
        answer=f"{later:.1f} million",
        reason="Every step of t makes the inside of each block wider by as many channels as come "
        "in, whatever t was before.",
        hints={
            f"{step * 10 / 6:.1f} million": "Steps do not grow with t: each one adds the same.",
            f"{step * 6 / 10:.1f} million": "Steps do not shrink with t: each one adds the same.",
        },
    )


def the_dearest_knob():
    """Which knob multiplies the MACs most when it is doubled."""
    halves = {"α": {"alpha": 0.5}, "resolution": {"resolution": 112}, "t": {"expansion": 3}}
    times = {name: millions(FULL) / millions(FULL.replace(**half)) for name, half in halves.items()}
    said = ", ".join(f"{name} {factor:.2f}" for name, factor in times.items())
    return Question(
        asks="In v2, one knob is at half of its full value. Which one multiplies the MACs most if "
        "you double it?",
        answer=max(times, key=times.get),
        reason=f"The MACs are multiplied by: {said}. A larger picture gives every map more "
        "positions, except those of the classifier.",
        hints={
            "α": "It comes second: rounding, the stem and the last convolution hold it back.",
            "t": "It only makes the inside of the blocks wider.",
        },
    )


def an_empty_table():
    """What is said where nothing was published."""
    return Question(
        asks="published.of(design) is an empty table. What does that say?",
        answer="nobody published its accuracy",
        reason="The lab then shows no accuracy. What the design costs is known all the same.",
        hints={
            "it cannot be built": "Whatever Design accepts can be built. The table is about "
            "accuracies.",
            "its accuracy is 0": "What is not known is not 0.",
        },
    )


QUESTIONS = (
    a_smaller_picture,
    a_narrower_network,
    a_step_of_t,
    the_dearest_knob,
    an_empty_table,
)
