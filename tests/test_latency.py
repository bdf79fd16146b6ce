"""Times: their form only, since what they are belongs to a machine and a moment."""

import pytest

from mobilenet_lab import layers
from mobilenet_lab.models import latency


def test_functions_take_turns_and_the_first_call_is_not_timed(monkeypatch):
    calls = []

    def milliseconds(run):
        run()
        return float(len(calls)), len(calls) / 2

    monkeypatch.setattr(latency, "_milliseconds", milliseconds)
    runs = {name: lambda name=name: calls.append(name) for name in ("first", "second")}
    times = latency.rounds(runs, seconds=0, least=4)
    assert calls == ["first", "second"] * 5
    assert times.wall.to_dict("list") == {"first": [3, 5, 7, 9], "second": [4, 6, 8, 10]}
    assert times.cpu.equals(times.wall / 2)


def test_a_run_returns_milliseconds_of_both_clocks(monkeypatch):
    for name, ticks in {"perf_counter": [10.0, 10.25], "process_time": [3.0, 3.125]}.items():
        monkeypatch.setattr(latency.time, name, iter(ticks).__next__)
    assert latency._milliseconds(lambda: None) == (250, 125)


def test_rounds_go_on_for_the_seconds(monkeypatch):
    ticks = iter(range(100))
    monkeypatch.setattr(latency.time, "perf_counter", lambda: float(next(ticks)))
    monkeypatch.setattr(latency, "_milliseconds", lambda run: (1.0, 1.0))
    assert len(latency.rounds({"one": int}, seconds=7, least=3).wall) == 9  # 3, then 6 looks


@pytest.mark.parametrize("seconds", [-1, "1", None, float("nan")])
def test_seconds_that_are_none_are_refused(seconds):
    with pytest.raises(ValueError, match="seconds=.*accepted: "):
        latency.rounds({"one": int}, seconds)


@pytest.mark.keras
def test_a_model_is_compiled_once():
    keras = layers.keras()
    traced = []

    class Counting(keras.layers.Layer):
        def call(self, x):
            traced.append(len(traced))
            return x + 1

    image = keras.Input((4, 4, 1))
    model = keras.Model(image, Counting()(image))
    before = len(traced)
    run = latency.compiled(model)
    assert run().shape == (1, 4, 4, 1) and (run() == 1).all()
    assert len(traced) == before + 1
