"""The questions on notebook 07."""

from math import sqrt

from mobilenet_lab.quizzes.question import Question
from mobilenet_lab.training.compare import pairs, verdict
from mobilenet_lab.training.measured import measured

HELD_OUT = 4000  # pictures of the letters


def base():
    """The measured runs of v2 at α 0.5, 32 px and t 6, and what was varied."""
    runs = measured()
    return runs[(runs.family == "v2") & (runs.alpha == 0.5) & (runs.expansion == 6)]


def what_a_seed_decides():
    """What two runs of one design do not share."""
    runs = base().query("resolution == 32 and variant == 'small'")
    low, high = 100 * runs.accuracy.min(), 100 * runs.accuracy.max()
    return Question(
        asks="Two runs have the same design, pictures and recipe, but not the same seed. What "
        "differs?",
        answer="the first weights and the order of the pictures",
        reason=f"That is enough for {low:.1f} to {high:.1f} % with v2 at α 0.5: "
        f"{len(runs)} runs, {len(runs)} accuracies.",
        hints={
            "nothing that matters": "Look at the five dots of one design.",
            "the held-out pictures": "All runs are measured on the same ones.",
        },
    )


def more_held_out_pictures():
    """How the standard error follows their number."""
    few, many = (100 * sqrt(0.9 * 0.1 / count) for count in (HELD_OUT, 4 * HELD_OUT))
    return Question(
        asks=f"At 90 %, {HELD_OUT:,} held-out pictures leave a standard error of {few:.2f} points. "
        "What would four times as many leave?",
        answer=f"{many:.2f} points",
        reason="It falls with the square root of their number.",
        hints={
            f"{few / 4:.2f} points": "It does not fall with the number itself.",
            f"{few:.2f} points": "More pictures, less chance.",
        },
    )


def why_the_same_seeds():
    """What pairing is for."""
    return Question(
        asks="Why is every design trained with the same seeds?",
        answer="runs come in pairs, and common chance cancels",
        reason="The gain is taken seed by seed. Both runs see the pictures in the same order.",
        hints={
            "so that they take the same time": "Seeds do not decide how long a run takes.",
            "so that all accuracies are equal": "They differ all the same.",
        },
    )


def not_shown():
    """What five seeds say about the shortcuts."""
    found = verdict(pairs(base().query("resolution == 32"), "variant", *PAIR).gain)
    return Question(
        asks=f"Without shortcuts, five seeds lose {-found['mean']:.1f} points on average, with a "
        f"standard error of {found['standard_error']:.1f}. What does this show?",
        answer="nothing beyond doubt yet",
        reason=f"The loss is {-found['times']:.1f} standard errors; three would hardly be chance. "
        "Not shown is not the same as equal.",
        hints={
            "shortcuts do not matter": "A loss that is not proven may still be there.",
            "shortcuts are needed": "How many standard errors is the loss?",
        },
    )


PAIR = ("small", "small, no shortcut")


def the_dearest_knob_on_letters():
    """What fewer pixels cost."""
    v1, v2 = (lost(family, resolution=(32, 16)) for family in ("v1", "v2"))
    return Question(
        asks="On letters, which way to save MACs costs the most accuracy?",
        answer="fewer pixels",
        reason=f"From 32 to 16 px, v1 loses {v1:.0f} points and v2 {v2:.0f}: the strokes of a "
        "letter are then one pixel wide.",
        hints={
            "a smaller t": f"From t = 6 to 1, v2 loses {lost('v2', expansion=(6, 1)):.0f} points.",
            "narrower layers": f"From α 0.5 to 0.25, v1 loses {lost('v1', alpha=(0.5, 0.25)):.0f} "
            f"points and v2 {lost('v2', alpha=(0.5, 0.25)):.0f}.",
        },
    )


def lost(family, **knob):
    """The points that a family loses if one knob goes from its first value to the second."""
    usual = {"alpha": 0.5, "resolution": 32, "expansion": 6, "variant": "small"}
    runs = measured()
    runs = runs[runs.family == family]
    runs = runs.assign(expansion=runs.expansion.fillna(6))  # v1 has none
    ((name, ends),) = knob.items()
    for other in usual.keys() - {name}:
        runs = runs[runs[other] == usual[other]]
    means = 100 * runs.groupby(name).accuracy.mean()
    return means[ends[0]] - means[ends[1]]


QUESTIONS = (
    what_a_seed_decides,
    more_held_out_pictures,
    why_the_same_seeds,
    not_shown,
    the_dearest_knob_on_letters,
)
