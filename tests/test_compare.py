"""Means over seeds and paired differences, against sums by hand."""

import math
import statistics

import pandas as pd
import pytest

from mobilenet_lab.training.compare import means, pairs, verdict

RUNS = [  # alpha, seed, accuracy
    (0.25, 0, 0.60),
    (0.25, 1, 0.70),
    (0.25, 2, 0.65),
    (1.0, 0, 0.80),
    (1.0, 1, 0.85),
    (1.0, 3, 0.99),  # no partner
]


@pytest.fixture
def frame():
    rows = [
        {"family": "v1", "alpha": alpha, "resolution": 24, "expansion": None, "variant": "small"}
        | {"data": "letters", "epochs": 8, "seed": seed, "accuracy": accuracy}
        | {"macs": int(1e6 * alpha), "params": 10}
        for alpha, seed, accuracy in RUNS
    ]
    return pd.DataFrame(rows).astype({"expansion": "Int64"})


def test_means_are_over_the_seeds(frame):
    found = means(frame).set_index("alpha")
    assert list(found.macs) == [250_000, 1_000_000] and list(found.seeds) == [3, 3]
    assert math.isclose(found.accuracy[0.25], 65) and math.isclose(found.spread[0.25], 5)
    assert (found.low[1.0], found.high[1.0]) == pytest.approx((80, 99))


def test_one_seed_has_no_spread(frame):
    assert means(frame[frame.seed == 2]).spread.isna().all()


def test_pairs_are_of_one_seed(frame):
    table = pairs(frame, "alpha", 0.25, 1.0)
    assert list(table.seed) == [0, 1]
    assert list(table.gain) == pytest.approx([20, 15])
    assert list(table[0.25]) == pytest.approx([60, 70])


def test_a_pair_differs_in_nothing_else(frame):
    others = frame.assign(resolution=32, accuracy=0.1)
    both = pd.concat([frame[frame.alpha == 1], others[others.alpha == 0.25]])
    with pytest.raises(ValueError, match="pair of alpha"):
        pairs(both, "alpha", 0.25, 1.0)


@pytest.mark.parametrize("pair", [(0.25, 0.5), (2, 3)])
def test_values_without_runs_are_refused(frame, pair):
    with pytest.raises(ValueError, match="0.25, 1.0"):
        pairs(frame, "alpha", *pair)


def test_a_verdict_is_mean_and_standard_error():
    gains = [5.6, 5.7, 9.9]
    found = verdict(gains)
    error = statistics.stdev(gains) / math.sqrt(3)
    assert found == pytest.approx(
        {"mean": 21.2 / 3, "standard_error": error, "pairs": 3, "times": 21.2 / 3 / error}
    )
    assert verdict([2.0, 2.0])["times"] == math.inf


@pytest.mark.parametrize("gains", [[], [1.0], [1.0, float("nan")]])
def test_one_gain_has_no_standard_error(gains):
    with pytest.raises(ValueError, match="2 or more"):
        verdict(gains)
