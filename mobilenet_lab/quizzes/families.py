"""The questions on notebook 05."""

from mobilenet_lab.costs.cost import cost
from mobilenet_lab.costs.laws import error_laws, errors, larger_half
from mobilenet_lab.networks.design import Design
from mobilenet_lab.published.released import checkpoints, several, table4
from mobilenet_lab.quizzes.question import Question, percent


def the_smallest_by_parameters():
    """Why v1 is ahead there."""
    small = cost(Design("v2", 0.35)).columns()
    share = 1 - small["body_params"] / small["params"]
    return Question(
        asks="Among the smallest networks, v1 is ahead of v2 by parameters. Why?",
        answer="v2 keeps its wide classifier",
        reason=f"At α 0.35 the classifier holds {percent(share)} of v2's parameters, since the "
        "last convolution has 1280 channels at every α up to 1.",
        hints={
            "v2 has more blocks": "They shrink with α. Which part does not?",
            "v1 was trained longer": "That would change accuracies, and not at the small end "
            "alone.",
        },
    )


def macs_and_milliseconds():
    """Table 4."""
    rows = table4()
    rows = rows[rows["alpha"] == 1].set_index("family")
    old, new = rows.loc["v1"], rows.loc["v2"]
    macs = 1 - cost(Design("v2")).macs / cost(Design("v1")).macs
    time = 1 - new.pixel1_ms / old.pixel1_ms
    return Question(
        asks=f"At full size, v2 saves {percent(macs)} of the MACs of v1. How much of the published "
        "time on the phone does it save?",
        answer=percent(time),
        reason=f"{new.pixel1_ms:.0f} ms in place of {old.pixel1_ms:.0f} ms. v2 computes less, but "
        "writes more values to memory.",
        hints={
            percent(macs): "Then a MAC would take as long in both networks.",
            "nothing": "It is faster, but less so than by MACs.",
        },
    )


def recipes():
    """What timm's training gained."""
    rows = several("checkpoint", "timm").set_index(["family", "alpha"])
    v1, v2 = rows.loc[("v1", 1.0)], rows.loc[("v2", 1.0)]
    return Question(
        asks="Released networks of v2 are more accurate than those of v1. Does this show that the "
        "architecture is better?",
        answer="no, recipes differ too",
        reason=f"Another recipe alone brought v1 {v1.timm - v1.checkpoint:.1f} points; v2 leads it "
        f"by {v2.checkpoint - v1.checkpoint:.1f} in the list of checkpoints.",
        hints={
            "yes, on ImageNet": "Both were tested on ImageNet. Were they trained alike?",
            "no, there are too few networks": "More networks of the same recipes would not tell.",
        },
    )


def halving_the_error():
    """By the scaling law."""
    points = checkpoints()
    doublings = {family: -1 / law[0] for family, law in error_laws(points).items()}
    (needed,) = {round(found) for found in doublings.values()}
    return Question(
        asks="By the scaling law of either family, how many doublings of the MACs halve the error?",
        answer=str(needed),
        reason=f"{doublings['v1']:.2f} for v1 and {doublings['v2']:.2f} for v2: one over the "
        "slope.",
        hints={
            "1": "Then the error would be proportional to one over the MACs.",
            "2": "Then the slope would be a half. It is much flatter.",
        },
    )


def beyond_the_fit():
    """What the law of the larger half says of the smaller half."""
    points = checkpoints()
    points["error"] = 100 - points.top1
    large = larger_half(points)
    missed = points.error - errors(points, error_laws(points[large]))
    v1, v2 = missed[~large].groupby(points.family).mean()
    return Question(
        asks="The law is fitted to the larger half of each family. What does it predict for the "
        "smaller half?",
        answer="too small an error",
        reason=f"On average {v1:.1f} points too small for v1 and {v2:.1f} for v2: the points "
        "follow a curve, and a straight line leaves it.",
        hints={
            "the right error, on average": "That holds for what was fitted.",
            "too large an error": "The points bend away from the line on its other side.",
        },
    )


QUESTIONS = (
    the_smallest_by_parameters,
    macs_and_milliseconds,
    recipes,
    halving_the_error,
    beyond_the_fit,
)
