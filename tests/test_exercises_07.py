"""What is said to answers of notebook 07, right and wrong in the usual ways."""

import math

import pytest

from mobilenet_lab.exercises import check
from mobilenet_lab.exercises.check import exercise


def gains(runs, one, other, match=True):
    first, second = (runs[runs.alpha == alpha] for alpha in (one, other))
    if match:
        first, second = first.set_index("seed"), second.set_index("seed")
    else:
        first, second = first.reset_index(), second.reset_index()
    return 100 * (second.accuracy - first.accuracy)


def loop(runs, one, other):
    """The same without pandas."""
    of = {(run.alpha, run.seed): run.accuracy for run in runs.itertuples()}
    found = [100 * (of[other, seed] - of[one, seed]) for alpha, seed in of if alpha == one]
    mean = sum(found) / len(found)
    variance = sum((gain - mean) ** 2 for gain in found) / (len(found) - 1)
    return [mean, math.sqrt(variance / len(found))]


def with_error(error):
    def paired(runs, one, other):
        found = gains(runs, one, other)
        return found.mean(), error(found)

    return paired


def two_groups(runs, one, other):
    first, second = (100 * runs[runs.alpha == alpha].accuracy for alpha in (one, other))
    error = math.hypot(first.std(), second.std()) / math.sqrt(len(first))
    return second.mean() - first.mean(), error


def unmatched(runs, one, other):
    found = gains(runs, one, other, match=False)
    return found.mean(), found.std() / math.sqrt(len(found))


def in_shares(runs, one, other):
    return tuple(value / 100 for value in loop(runs, one, other))


WRONG = {
    "The gain is the second width's accuracy minus": lambda runs, one, other: loop(
        runs, other, one
    ),
    "Give it in points: accuracies are shares": in_shares,
    "the standard deviation of the gains. Divide": with_error(lambda found: found.std()),
    "Divide by n − 1": with_error(lambda found: found.std(ddof=0) / math.sqrt(len(found))),
    "not by the number": with_error(lambda found: found.std() / len(found)),
    "two groups without pairs": two_groups,
    "Match the rows by their seed": unmatched,
    "return two numbers": lambda runs, one, other: loop(runs, one, other)[0],
    "it stops with TypeError": lambda runs: (0, 0),
}


@pytest.mark.parametrize("way", [loop, with_error(lambda found: found.sem())])
def test_several_ways_to_pair_are_right(way):
    verdict = check("07.4", way)
    assert verdict.right, verdict.text
    assert "12 pairs of widths" in verdict.text


@pytest.mark.parametrize("hint", WRONG)
def test_what_is_wrong_with_a_function_is_named(hint):
    verdict = check("07.4", WRONG[hint])
    assert verdict.right is False and hint in verdict.text, verdict.text


def test_the_error_of_a_share_by_hand():
    assert exercise("07.1").answer == pytest.approx(100 * (0.9 * 0.1 / 4000) ** 0.5)


@pytest.mark.parametrize("word", ["more epochs", "more held-out pictures", "the best epoch"])
def test_one_pair_says_little(word):
    assert check("07.2", "more seeds").right and check("07.2", word).right is False
