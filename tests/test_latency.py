"""Times: their form only, since what they are belongs to a machine and a moment."""

import pandas as pd
import pytest

from mobilenet_lab import Design, cost, layers
from mobilenet_lab.models import latency

DESIGNS = [Design("v1", 0.25, resolution=32), Design("v2", 0.35, resolution=32, expansion=1)]


@pytest.mark.keras
def test_measure_gives_each_design_its_cost_and_a_time():
    table = latency.measure(DESIGNS, seconds=0)
    for row, design in zip(table.itertuples(), DESIGNS, strict=True):
        assert (row.family, row.alpha, row.resolution) == (
            design.family,
            design.alpha,
            design.resolution,
        )
        assert (row.macs, row.activations) == (cost(design).macs, cost(design).activations)
    assert (table.measured_ms > 0).all()


@pytest.fixture
def models():
    """Two small models."""
    keras = layers.keras()
    image = keras.Input((4, 4, 1))
    return {name: keras.Model(image, keras.layers.Dense(1)(image)) for name in ("first", "second")}


@pytest.mark.keras
def test_models_take_turns_and_compiling_is_not_timed(models, monkeypatch):
    calls = []

    def milliseconds(run, image):
        calls.append(run)
        return float(len(calls))

    monkeypatch.setattr(latency, "_milliseconds", milliseconds)
    table = latency.rounds(models, seconds=0, least=4)
    assert table.to_dict("list") == {"first": [1, 3, 5, 7], "second": [2, 4, 6, 8]}
    assert len(set(calls)) == 2 and calls == calls[:2] * 4
    assert all(run.experimental_get_tracing_count() == 1 for run in calls)


def test_a_run_returns_milliseconds_of_a_clock(monkeypatch):
    ticks = iter([10.0, 10.25])
    monkeypatch.setattr(latency.time, "perf_counter", lambda: next(ticks))

    class Result:
        def numpy(self):
            return 0

    assert latency._milliseconds(lambda image: Result(), None) == 250


def test_the_median_is_kept(monkeypatch):
    monkeypatch.setattr(latency, "build", lambda design: design)
    times = pd.DataFrame({DESIGNS[0]: [5.0, 1.0, 2.0], DESIGNS[1]: [9.0, 9.0, 100.0]})
    monkeypatch.setattr(latency, "rounds", lambda models, seconds: times)
    assert latency.measure(DESIGNS).measured_ms.tolist() == [2, 9]
