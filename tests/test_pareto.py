"""The Pareto front over several prices: the rows that its definition leaves, by brute force."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mobilenet_lab import pareto, sweep
from mobilenet_lab.costs import frames

PRICES = ["macs", "params", "ram"]


def front(rows):
    """The front by its definition: places of the rows that no other row beats, the last is worth.

    Of equal rows the first is left; rows with a gap are not looked at.
    """
    rows = [(place, row[:-1], row[-1]) for place, row in enumerate(rows) if None not in row]

    def beats(one, other):
        place, prices, worth = one
        no_worse = all(a <= b for a, b in zip(prices, other[1], strict=True)) and worth >= other[2]
        return no_worse and ((prices, worth) != other[1:] or place < other[0])

    left = [row for row in rows if not any(beats(other, row) for other in rows)]
    return [place for place, _, _ in sorted(left, key=lambda row: row[1])]


def frame_of(rows, prices, **options):
    return pd.DataFrame(rows, columns=[*prices, "top1"], **options)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_it_is_its_definition(monkeypatch, number):
    monkeypatch.setattr(frames, "FEW", 1)  # so that few rows go through all of the recursion
    prices = PRICES[:number]
    numbers = st.one_of(st.integers(0, 4), st.none())

    @settings(max_examples=40)
    @given(st.lists(st.tuples(*[numbers] * (number + 1)), max_size=30))
    def check(rows):
        chosen = pareto(frame_of(rows, prices, dtype=float), prices, "top1")
        assert chosen.index.tolist() == front(rows)

    check()


@pytest.mark.parametrize("number", [2, 3])
@pytest.mark.parametrize("slope", [0, 1], ids=["few on it", "all on it"])
def test_many_rows(number, slope):
    """More than are compared one by one."""
    random = np.random.default_rng(number)
    prices = random.integers(0, 40, (500, number))
    worth = prices.sum(axis=1) * slope + random.integers(0, 3, 500)
    rows = [tuple(map(int, row)) for row in np.column_stack([prices, worth])]
    chosen = pareto(frame_of(rows, PRICES[:number]), PRICES[:number], "top1")
    assert chosen.index.tolist() == front(rows)
    assert (len(chosen) > 100) == bool(slope)


@pytest.mark.parametrize("dtype", ["int64", "Int64", "object"])
def test_large_integers_are_told_apart(dtype):
    rows = [(1, 2**60 + 1, 5), (1, 2**60, 5), (1, 2**60 - 1, 4), (2, 2**60, 5)]
    chosen = pareto(frame_of(rows, PRICES[:2], dtype=dtype), PRICES[:2], "top1")
    assert chosen.index.tolist() == [2, 1]


def test_rows_stay_as_they_are():
    grid = sweep(["v1", "v2"], [0.5, 1.0], resolution=[96, 224])
    chosen = pareto(grid.assign(worth=range(len(grid))), ["params", "macs"], "worth")
    pd.testing.assert_frame_equal(chosen.drop(columns="worth"), grid.loc[chosen.index])
    assert chosen["params"].is_monotonic_increasing


def test_one_price_may_be_a_list_and_prices_may_repeat():
    grid = sweep("v2", [0.5, 0.75, 1.0], resolution=[96, 128, 224])
    grid = grid.assign(top1=[3, 1, 5, 2, 6, 4, 7, 9, 8])
    one = pareto(grid, "macs", "top1")
    for prices in (["macs"], ("macs",), ["macs", "macs"]):
        pd.testing.assert_frame_equal(pareto(grid, prices, "top1"), one)


@pytest.mark.parametrize(
    ("prices", "words"), [([], "list"), (["macs", "price"], "'price'"), ([["macs"]], "['macs']")]
)
def test_prices_that_are_none(refused, prices, words):
    refused(lambda: pareto(frame_of([(1, 2)], ["macs"]), prices, "top1"), words)


def test_no_rows():
    assert pareto(frame_of([], PRICES), PRICES, "top1").empty
