"""A function that pairs runs by their seed, tried on every pair of widths."""

import itertools
import math
from collections.abc import Sequence
from numbers import Real

from mobilenet_lab import checks
from mobilenet_lab.exercises.kinds import Built, Wrong
from mobilenet_lab.training.compare import pairs, verdict
from mobilenet_lab.training.measured import ALONG, BASE, measured

SIGNATURE = "paired(runs, one, other)"
CLOSE = 1e-6


def paired():
    """The mean gain in points from one width to another, and its standard error."""
    return Built(
        wanted=f"a function {SIGNATURE} that returns the mean gain and its standard error",
        fits=callable,
        judged=_judge,
        example=example,
        solution="a = runs[runs.alpha == one].set_index('seed').accuracy; "
        "b = runs[runs.alpha == other].set_index('seed').accuracy; "
        "gains = 100 * (b - a).dropna(); return gains.mean(), gains.std() / len(gains) ** 0.5",
    )


def example(runs, one, other):
    """One that is right."""
    first, second = (runs[runs.alpha == alpha].set_index("seed").accuracy for alpha in (one, other))
    gains = 100 * (second - first).dropna()
    return gains.mean(), gains.std() / math.sqrt(len(gains))


def _judge(function):
    tried = 0
    for family, rows in measured().groupby("family"):
        own = rows[(rows.resolution == BASE["resolution"]) & (rows.variant == BASE["variant"])]
        own = own[own.expansion.isna() | (own.expansion == 6)]
        for one, other in itertools.permutations(ALONG["alpha"], 2):
            shuffled = own.sample(frac=1, random_state=tried)
            asked = f"{family}, α {one:g} to {other:g}"
            _compare(function(shuffled, one, other), pairs(shuffled, "alpha", one, other), asked)
            tried += 1
    return (
        f"It is right for all {tried} pairs of widths. Pairs share the order of the pictures and "
        "the start of the layers that they have in common, and so part of the noise cancels."
    )


def _compare(given, table, asked):
    """Raise `Wrong` unless the answer is the verdict on a table of pairs."""
    wanted = verdict(table.gain)
    mean, error = _two(given, asked)
    if not math.isclose(mean, wanted["mean"], abs_tol=CLOSE):
        raise Wrong(f"For {asked} the mean gain is not {mean:.4g}. {_of_mean(mean, wanted)}")
    if not math.isclose(error, wanted["standard_error"], abs_tol=CLOSE):
        slip = _of_error(error, table)
        raise Wrong(f"For {asked} the mean is right, but the error is not {error:.4g}. {slip}")


def _two(given, asked):
    """A pair of numbers. Raises `Wrong` for anything else."""
    numbers = list(given) if isinstance(given, Sequence) and len(given) == 2 else []
    if not numbers or not all(isinstance(one, Real) and math.isfinite(one) for one in numbers):
        raise Wrong(f"For {asked} it gives {checks.shown(given, 40)}: return two numbers.")
    return numbers


def _of_mean(mean, wanted):
    """What may have gone wrong with a mean."""
    if math.isclose(mean, -wanted["mean"], abs_tol=CLOSE):
        return "The gain is the second width's accuracy minus the first one's."
    if math.isclose(100 * mean, wanted["mean"], abs_tol=CLOSE):
        return "Give it in points: accuracies are shares."
    return "Accuracies are shares; a gain is 100 times their difference."


def _of_error(error, table):
    """What may have gone wrong with a standard error."""
    one, other = (name for name in table if isinstance(name, Real))  # the accuracies' columns
    count, spread = len(table), table.gain.std()
    slips = {
        spread: "That is the standard deviation of the gains. Divide by the root of their number.",
        table.gain.std(ddof=0)
        / math.sqrt(count): "Divide by n − 1 in the variance: five gains are a sample.",
        spread / count: "Divide by the root of the number of pairs, not by the number.",
        math.hypot(table[one].std(), table[other].std()) / math.sqrt(count): "That is the error of "
        "two groups without pairs. Take the differences first.",
        spread / math.sqrt(count) / 100: "Give it in points, as the mean.",
    }
    found = (said for slip, said in slips.items() if math.isclose(slip, error, rel_tol=1e-6))
    return next(found, "Match the rows by their seed: their order is not the same in both.")
