"""The questions on notebook 03."""

from mobilenet_lab.costs.cost import cost
from mobilenet_lab.costs.frames import log_law, pareto
from mobilenet_lab.costs.laws import promised
from mobilenet_lab.networks.design import Design
from mobilenet_lab.published.released import checkpoints
from mobilenet_lab.quizzes.question import Question, millions

FULL = Design("v1")


def released():
    """The sixteen released networks of v1, and the law of all but the thinnest."""
    points = checkpoints().query("family == 'v1'")
    return points, log_law(points[points.alpha > 0.25], "macs", "top1")


def half_the_width():
    """What α = 0.5 leaves of the MACs of v1."""
    share = 100 * millions(Design("v1", 0.5)) / millions(FULL)
    return Question(
        asks="v1 at α 0.5 and 224 px: which share of the MACs at α 1 is left?",
        answer=f"{share:.1f} %",
        reason="A little more than α²: the stem, the depthwise layers and the classifier fall with "
        "α only.",
        hints={
            "25.0 %": "That is α². Do all layers read and write fewer channels?",
            "50.0 %": "Nearly all MACs are in layers that read and write half as many channels.",
        },
    )


def what_a_smaller_picture_keeps():
    """The parameters do not follow ρ."""
    full, small = cost(FULL), cost(FULL.replace(resolution=128))
    assert full.params == small.params
    return Question(
        asks="Which of these stays as it is if the picture becomes smaller?",
        answer="the parameters",
        reason=f"There are {full.params:,} at 224 px and at 128 px.",
        hints={
            "the MACs": f"{full.macs:,} become {small.macs:,}: fewer positions.",
            "the peak of the activations": f"{full.peak_activations:,} values become "
            f"{small.peak_activations:,}: smaller maps.",
        },
    )


def what_a_doubling_adds():
    """The log-linear law."""
    (slope, _) = released()[1]
    return Question(
        asks="By the log-linear law, what does each doubling of the MACs bring?",
        answer="the same number of points",
        reason=f"{slope:.1f} points of top-1, for the released networks of v1 with α from 0.5.",
        hints={
            "fewer points each time": "That is what you see over the MACs themselves. The law has "
            "a logarithmic axis.",
            "twice as many points": "Then accuracy would follow the MACs, and soon exceed 100 %.",
        },
    )


def beyond_the_law():
    """What the law promises of the thinnest networks."""
    points, law = released()
    thin = points[points.alpha == 0.25]
    missing = promised(law, thin.macs) - thin.top1
    return Question(
        asks="The law was fitted to α from 0.5. What does it promise for α 0.25?",
        answer="too much",
        reason=f"{missing.min():.1f} to {missing.max():.1f} points more than the networks reach. A "
        "law fitted in one region says nothing about the next.",
        hints={
            "exactly what they reach": "Look at the four points at the lower left of the plot.",
            "too little": "The thinnest networks lie on the other side of the line.",
        },
    )


def beaten_networks():
    """The front, by one price and by two."""
    points, _ = released()
    one, two = pareto(points, "macs", "top1"), pareto(points, ["macs", "params"], "top1")
    beaten = points.drop(one.index)
    saved = beaten.index.intersection(two.index)
    (name,) = [f"α {row.alpha:g} at {row.resolution} px" for row in points.loc[saved].itertuples()]
    return Question(
        asks=f"By MACs, another network beats {name}. Must it leave the list?",
        answer="not if parameters count as well",
        reason=f"By MACs, {len(beaten)} of {len(points)} networks are beaten; by MACs and "
        f"parameters, {len(points) - len(two)}. The front depends on the price.",
        hints={
            "yes, always": "What beats it is wider, and has more parameters.",
            "no, since nothing is more accurate": "Something is, with fewer MACs.",
        },
    )


QUESTIONS = (
    half_the_width,
    what_a_smaller_picture_keeps,
    what_a_doubling_adds,
    beyond_the_law,
    beaten_networks,
)
