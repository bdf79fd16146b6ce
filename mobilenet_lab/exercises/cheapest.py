"""A function that finds the cheapest network that is accurate enough, tried on many accuracies."""

import numpy as np
import pandas as pd

from mobilenet_lab import checks
from mobilenet_lab.exercises.kinds import Built, Wrong
from mobilenet_lab.published.released import DESIGN, checkpoints

WORDS = {"macs": "MACs", "params": "parameters"}
SIGNATURE = "cheapest(points, top1, price)"


def cheapest():
    """The cheapest released network that reaches an accuracy, by either price."""
    return Built(
        wanted=f"a function {SIGNATURE} that returns a row of points",
        fits=callable,
        judged=_judge,
        example=example,
        solution="points[points.top1 >= top1].sort_values(price).iloc[0]",
    )


def example(points, top1, price):
    """One that is right."""
    return points[points.top1 >= top1].sort_values(price).iloc[0]


def _judge(function):
    points = checkpoints()
    wrong = []
    for price in WORDS:
        for top1 in sorted(points.top1.unique()):
            wrong += _compared(function, points, float(top1), price)
    if wrong:
        said, slips = wrong[0]
        common = [slip for slip in slips if all(slip in others for _, others in wrong)]
        raise Wrong(" ".join([said, *common[:1]]))
    return f"It finds all {2 * points.top1.nunique()} of them. {_summary(points)}"


def _summary(points):
    """Which family is the cheapest where."""
    best = {
        price: [example(points, top1, price) for top1 in sorted(points.top1.unique())]
        for price in WORDS
    }
    both = sum(all(one.family == "v2" for one in pair) for pair in zip(*best.values(), strict=True))
    small = [one for one in best["params"] if one.family == "v1"]
    by_macs = sum(one.family == "v2" for one in best["macs"])
    return (
        f"By MACs it is a v2 for {by_macs} of the {len(best['macs'])} accuracies, by parameters a "
        f"v1 for {len(small)}; only for {both} does v2 win by both. Say which price you have "
        "to pay before you say which network is the cheapest."
    )


def _compared(function, points, top1, price):
    """What is wrong with an answer, and the slips that explain it: one pair, none if it is right.

    Raises `Wrong` for one that is no network with this accuracy.
    """
    asked = f"For {top1:g} % and {WORDS[price]}"
    found = _row(function(points.copy(), top1, price), points, asked)
    enough = points[points.top1 >= top1]
    if found.top1 < top1:
        raise Wrong(f"{asked} it gives a network with {found.top1} %, which does not reach it.")
    if found[price] == enough[price].min():
        return []
    said = f"{asked} it gives {_name(found)}, and a cheaper one reaches as much."
    return [(said, list(_slips(found, enough, top1, price)))]


def _slips(found, enough, top1, price):
    """What may have gone wrong."""
    above = enough[enough.top1 > top1]
    if len(above) and found[price] == above[price].min():
        yield "A network with exactly this accuracy reaches it too: use >=."
    if found.top1 == enough.top1.min():
        yield "That is the least accurate one that reaches it, not the cheapest."
    for other, words in WORDS.items():
        if other != price and found[other] == enough[other].min():
            yield f"That is the cheapest in {words}: sort by `price`."


def _row(given, points, asked):
    """The row that a function gave, as points has it. Raises `Wrong` for anything else."""
    if isinstance(given, pd.DataFrame) and len(given) == 1:
        given = given.iloc[0]
    if not isinstance(given, pd.Series) or not {*DESIGN} <= {*given.index}:
        raise Wrong(f"{asked} it gives {checks.shown(given, 40)}: return one row of points.")
    same = np.logical_and.reduce([points[name] == given[name] for name in DESIGN])
    if not same.any():
        raise Wrong(f"{asked} it gives a row that is not in points.")
    return points[same].iloc[0]


def _name(row):
    return f"{row.family} with α {row.alpha:g} at {row.resolution} px"
