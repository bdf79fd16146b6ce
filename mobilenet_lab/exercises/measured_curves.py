"""The exercises of notebook 07."""

import math

from mobilenet_lab.exercises.kinds import Choice, Number
from mobilenet_lab.exercises.paired import paired
from mobilenet_lab.training.compare import pairs, verdict
from mobilenet_lab.training.measured import BASE, measured

SHARE, TRAINING, PICTURES = 0.9, 12_000, 4000  # in the first exercise
TIMES = 3  # standard errors, in the third
WIDTHS = 0.25, 0.5  # in the third
SHORTCUTS = BASE["variant"], f"{BASE['variant']}, no shortcut"  # in the second


def error_of_a_share():
    """The standard error of an accuracy from its held-out pictures alone."""
    variance = SHARE * (1 - SHARE)
    one, error, training = (
        100 * math.sqrt(variance / pictures) for pictures in (1, PICTURES, TRAINING)
    )
    return Number(
        unit="points",
        answer=error,
        within=0.03,
        reason=f"√(0.9 · 0.1 / {PICTURES:,}) is {error / 100:.4f}, or {error:.2f} points. Two "
        "networks that fail on the same pictures share this part of the noise. Another seed adds "
        "its own.",
        mistakes={
            error / 100: "That is the share. A point is a hundredth.",
            100 * variance: "That is p · (1 − p). Divide by the number of pictures, and take the "
            "root.",
            one: "That is the standard deviation of one picture. Divide by the root of their "
            "number.",
            training: f"That takes the {TRAINING:,} training pictures. The accuracy is measured on "
            f"{PICTURES:,} held-out ones.",
        },
        hint="The standard error of a share p over n pictures is √(p (1 − p) / n).",
    )


def what_one_seed_says():
    """What is missing where two runs differ by less than the seeds do."""
    gains = pairs(_base(), "variant", *SHORTCUTS).gain
    found = verdict(gains)
    return Choice(
        answer="more seeds",
        reason=f"One pair is one draw. In the lab's five pairs the network without shortcuts is "
        f"{-gains.max():.1f} to {-gains.min():.1f} points worse, {-found['mean']:.1f} on average "
        f"with a standard error of {found['standard_error']:.1f}: even five are too few.",
        hints={
            "more epochs": "That changes what is compared, and does not say how much seeds differ.",
            "more held-out pictures": "They would make the accuracy of these two runs more exact, "
            "but another seed would still give other runs.",
            "the best epoch": "Choosing the best of several accuracies on the held-out pictures "
            "makes each of them too high, and says nothing about another seed.",
        },
    )


def seeds_for_a_point():
    """How many pairs show a gain of one point."""
    spread = pairs(_base(), "alpha", *WIDTHS).gain.std()
    exact, root, loose = ((TIMES * spread) ** 2, TIMES * spread, spread**2)
    return Number(
        unit="seeds",
        answer=math.ceil(exact),
        within=0.5,
        reason=f"(3 · {spread:.2f} / 1)² is {exact:.1f}. To show half the gain takes four times as "
        "many seeds, and most published accuracies come from one.",
        mistakes={
            math.ceil(root): "The standard error falls with the root of the number of pairs: "
            "square this.",
            math.ceil(loose): "That is for one standard error. Three are wanted.",
        },
        hint="With n pairs the standard error is their standard deviation over √n. Three of these "
        "errors should be one point.",
    )


def _base():
    """The runs of v2 with the usual expansion at the usual resolution, at every width."""
    runs = measured()
    own = runs[(runs.family == "v2") & (runs.expansion == 6)]
    return own[own.resolution == BASE["resolution"]]


EXERCISES = (error_of_a_share, what_one_seed_says, seeds_for_a_point, paired)
