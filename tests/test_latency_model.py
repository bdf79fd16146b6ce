"""Milliseconds by kind of work: the published times, exact laws, and what is refused."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import designs

from mobilenet_lab import Design, cost, sweep, trace
from mobilenet_lab.costs.conventions import parts
from mobilenet_lab.costs.latency_model import FEWEST, TERMS, LatencyModel, _fitted
from mobilenet_lab.costs.work import WORK, by_kind, work
from mobilenet_lab.published.released import phone_model, phone_times

GRID = sweep(["v1", "v2"], [0.5, 0.75, 1.0], resolution=[96, 160, 224])
TIMES = phone_times().rename(columns={"pixel1_ms": "ms"})


@given(designs())
def test_work_agrees_with_the_conventions_and_the_cost(design):
    found = by_kind(trace(design))
    by_part = parts(trace(design))
    assert found["depthwise_macs"] == by_part["depthwise"]
    assert found["pointwise_macs"] == sum(by_part.values()) - by_part["depthwise"]
    assert found["pointwise_macs"] + found["depthwise_macs"] == cost(design).macs
    assert found["kernels"] == cost(design).kernels


def test_work_of_a_frame_is_that_of_each_design():
    found = work(GRID)
    assert list(found.columns) == list(WORK) and found.index.equals(GRID.index)
    for row, own in zip(GRID.itertuples(), found.to_dict("records"), strict=True):
        knobs = {} if row.expansion is pd.NA else {"expansion": row.expansion}
        design = Design(row.family, row.alpha, resolution=row.resolution, **knobs)
        assert own == by_kind(trace(design))


def test_work_of_digits_that_no_numpy_integer_holds():
    row = pd.DataFrame({"family": ["v1"], "alpha": [4.0], "resolution": [10**9]})
    with pytest.warns(UserWarning, match="resolution"):
        found = work(row).iloc[0]
        design = Design("v1", 4.0, resolution=10**9)
    assert found.to_dict() == by_kind(trace(design))


# The published times


def test_the_published_times_are_predicted_from_each_other():
    model = phone_model()
    assert len(model.errors) == 23
    assert model.mean_error == pytest.approx(0.04675, abs=1e-5)
    assert model.worst_error == pytest.approx(0.1738, abs=1e-4)
    assert str(model) == (
        "predicted from 23 designs measured on a Pixel 1: leave-one-out mean 4.7 %, worst 17.4 %"
    )


def test_kinds_of_work_predict_better_than_macs_alone():
    """As fitted here by hand: the same relative errors, each time left out in turn."""
    times = TIMES
    macs, ms = times.macs.to_numpy(float), times.ms.to_numpy()
    missed = []
    for row in range(len(ms)):
        share = np.delete(macs / ms, row)
        missed.append(abs(macs[row] / ms[row] * share.sum() / (share @ share) - 1))
    assert (
        np.mean(missed) > 2 * phone_model().mean_error
        and max(missed) > 2 * phone_model().worst_error
    )


# Fits


@pytest.mark.parametrize("each", [(2, 3, 1, 1), (0, 1, 5, 0.25), (1, 0, 0, 0), (0, 0, 3, 1)])
def test_an_exact_law_is_found_again_and_nothing_is_missed(each):
    each = np.array(each) * [1, 1e-7, 1e-6, 1e-6]
    law = LatencyModel(dict(zip(TERMS, each, strict=True)), ())
    times = GRID.assign(ms=law.milliseconds(work(GRID)))
    found = LatencyModel.fit(times)
    assert np.array(list(found.each.values())) == pytest.approx(each, rel=1e-4, abs=1e-12)
    assert found.worst_error < 1e-6
    assert found.milliseconds(work(GRID)) == pytest.approx(times.ms.to_numpy())


@given(st.integers(0, 2**32 - 1))
def test_no_time_is_negative_and_no_step_away_fits_better(seed):
    """The conditions of Karush, Kuhn and Tucker, which only the best fit meets."""
    random = np.random.default_rng(seed)
    terms, ms = random.uniform(0, 1, (9, 4)), random.uniform(0.5, 2, 9)
    fit = _fitted(terms, ms)
    rows = terms / ms[:, None]
    slope = rows.T @ (rows @ fit - 1)
    assert (fit >= 0).all()
    assert (slope > -1e-9).all() and np.abs(slope[fit > 0]).max(initial=0) < 1e-9


def test_an_error_is_that_of_a_fit_without_the_design():
    without = LatencyModel.fit(TIMES.drop(index=5))
    told = without.milliseconds(work(TIMES.loc[[5]]))[0]
    assert phone_model().errors.count(pytest.approx(abs(told / TIMES.ms[5] - 1))) == 1


def test_rows_of_one_design_count_once():
    twice = pd.concat([TIMES.assign(ms=TIMES.ms * 0.9), TIMES, TIMES.assign(ms=TIMES.ms * 5)])
    assert LatencyModel.fit(twice).errors == pytest.approx(LatencyModel.fit(TIMES).errors)


def test_a_single_design_has_one_time():
    design = Design("v2", 0.8, resolution=200)
    one = phone_model().milliseconds(by_kind(trace(design)))
    assert one.shape == () and 41 < one < 60  # between published neighbours: 0.75 at 192 and 224 px


@pytest.mark.parametrize(
    ("times", "received"),
    [
        (None, "frame=None is not"),
        (TIMES.drop(columns="ms"), "the column='ms'"),
        (TIMES.assign(ms=0.0), "the value 0.0"),
        (TIMES.head(FEWEST - 1), f"different designs={FEWEST - 1}"),
        (TIMES.head(1).iloc[[0] * 20], "different designs=1"),
        (TIMES.assign(threads=[1, 2] * 11 + [1]), "threads with='1, 2'"),
        (TIMES.drop(columns="family"), "the column='family'"),
    ],
)
def test_what_cannot_be_fitted_is_refused_in_one_sentence(times, received):
    with pytest.raises(ValueError, match=f"{received}.*accepted: "):
        LatencyModel.fit(times)


@pytest.mark.parametrize("given_work", [None, 3, {}, {"kernels": 1}, Design("v1")])
def test_work_that_is_missing_is_named(given_work):
    with pytest.raises(ValueError, match="accepted: columns pointwise_macs, depthwise_macs, kern"):
        phone_model().milliseconds(given_work)
