"""Laws that were fitted to accuracies: they go through what they were fitted to, and say no."""

import numpy as np
import pandas as pd
import pytest

from mobilenet_lab.costs.frames import log_law
from mobilenet_lab.costs.laws import error_laws, errors, larger_half, macs_for, promised

EXACT = pd.DataFrame(  # error = 80 and 60 at one million MACs, each doubling leaves 0.9 and 0.8
    {
        "family": ["v1"] * 3 + ["v2"] * 3,
        "macs": [1e6, 2e6, 8e6] * 2,
        "top1": [100 - 80 * 0.9**n for n in (0, 1, 3)] + [100 - 60 * 0.8**n for n in (0, 1, 3)],
    }
)


def test_a_power_law_is_found_again():
    laws = error_laws(EXACT)
    assert {family: 2**slope for family, (slope, _) in laws.items()} == {
        "v1": pytest.approx(0.9),
        "v2": pytest.approx(0.8),
    }
    assert errors(EXACT, laws).to_numpy() == pytest.approx(100 - EXACT.top1.to_numpy())
    assert macs_for(80 * 0.9**2, laws["v1"]) == pytest.approx(4e6)


def test_promises_are_on_the_line():
    law = log_law(EXACT.assign(points=np.log2(EXACT.macs) * 3 + 1), "macs", "points")
    assert promised(law, pd.Series([1.0, 2.0, 1024.0])).tolist() == pytest.approx([1, 4, 31])


def test_the_larger_half_of_each_family():
    assert larger_half(EXACT).tolist() == [False, False, True] * 2


@pytest.mark.parametrize(
    ("call", "received"),
    [
        (lambda: error_laws(EXACT.drop(columns="top1")), "top1"),
        (lambda: error_laws(EXACT.assign(top1=100.0)), "error"),
        (lambda: error_laws(EXACT.assign(top1=np.nan)), "top1"),
        (lambda: error_laws(None), "None"),
        (lambda: errors(EXACT, {"v1": (1, 1)}), "v2"),
        (lambda: errors(EXACT.assign(macs=0), {}), "macs"),
        (lambda: macs_for(0, (-0.2, 10)), "0"),
        (lambda: larger_half(EXACT.drop(columns="family")), "family"),
    ],
)
def test_bad_input_is_refused(refused, call, received):
    refused(call, received)
