"""Plans and runs without Keras: who trains what, when it stops, what is left."""

import concurrent.futures as futures
import errno
import math
import os
import threading
import time
from itertools import count

import numpy as np
import pandas as pd
import pytest
from squares import QUICK, Body, Steps, designs, squares

from mobilenet_lab import Design, cost, sweep
from mobilenet_lab.training import Recipe, crews, estimate, plan, results, run, task, unfinished
from mobilenet_lab.training.claims import claim
from mobilenet_lab.training.loop import DEATHS, Loop, Task
from mobilenet_lab.training.store import Store, run_key

STEPS_A_RUN = QUICK.epochs * (192 // QUICK.batch)


class Lab:
    """Bodies that only pretend to train; `log` has an entry for each step of all of them."""

    def __init__(self):
        self.bodies, self.log, self.losses = [], [], lambda step: 1.0

    def body(self, data, design, recipe, store):
        """In place of `task._body`."""
        body = Body(data, Steps(self.losses, self.log))
        self.bodies.append((design, body))
        return body


@pytest.fixture
def lab(monkeypatch):
    lab = Lab()
    monkeypatch.setattr(task, "_body", lab.body)
    monkeypatch.setattr(task, "machine", lambda: {"cores": 2, "load": 0.5})
    monkeypatch.setattr(crews, "one_thread", lambda: None)  # of this process
    return lab


def planned(number=2, seeds=2, recipe=QUICK):
    return plan(squares(), designs(number), seeds, recipe, timed=False)


def quietly(*given, **options):
    return run(*given, progress=False, **options)


# --- Plans ---


def test_a_plan_has_one_row_a_run():
    frame = planned(2, seeds=[4, 1])
    assert frame["seed"].tolist() == [4, 1, 4, 1]
    assert frame["alpha"].tolist() == [0.1, 0.1, 0.2, 0.2]
    first = frame.iloc[0]
    assert first["design"] == Design("v1", 0.1, resolution=32, classes=3)
    assert (first["macs"], first["params"]) == (
        cost(first["design"]).macs,
        cost(first["design"]).params,
    )
    assert first["data"] == squares() and first["recipe"] == QUICK and first["variant"] == ""
    assert frame["minutes"].isna().all() and frame["expansion"].isna().all()


def test_a_plan_takes_one_design_several_or_a_frame():
    one = plan(squares(), Design("v2", 0.1, resolution=32), 2, timed=False)
    frame = sweep(["v1", "v2"], [0.1, 0.2], resolution=32, expansion=[1, 6])
    many = plan(squares(), frame, 1, timed=False)
    assert len(one) == 2 and one["recipe"][0] == Recipe() and one["expansion"].tolist() == [6, 6]
    assert [str(design) for design in many["design"]] == [
        str(Design(row.family, row.alpha, resolution=32, classes=3, **knobs(row)))
        for row in frame.itertuples()
    ]
    assert len(plan(squares(), [one["design"][0]] * 3, 1, timed=False)) == 1


def knobs(row):
    return {} if pd.isna(row.expansion) else {"expansion": int(row.expansion)}


def test_another_resolution_takes_the_pictures_at_it():
    frame = plan(
        squares(side=48), [*designs(1), designs(1)[0].replace(resolution=48)], 1, timed=False
    )
    assert [data.side for data in frame["data"]] == [32, 48]
    assert frame["data"][0] == squares(side=48).at(32)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"data": [1]}, "data=[1]"),
        ({"designs": []}, "designs=[]"),
        ({"designs": 3}, "designs=3"),
        ({"designs": ["v2"]}, "design='v2'"),
        ({"designs": pd.DataFrame({"family": ["v1"]})}, "alpha"),
        ({"designs": Design("v2")}, "resolution=224"),
        ({"seeds": 0}, "seeds=0"),
        ({"seeds": [1, 1]}, "seeds=[1, 1]"),
        ({"seeds": [-1]}, "seed=-1"),
        ({"seeds": 1.5}, "seeds=1.5"),
        ({"recipe": "quick"}, "recipe='quick'"),
        ({"timed": 1}, "timed=1"),
        ({"recipe": Recipe(weights="small")}, "weights='small'"),
        ({"recipe": Recipe(weights="imagenet")}, "weights='imagenet'"),
        ({"recipe": Recipe(weights="none.h5")}, "weights='none.h5'"),
    ],
    ids=str,
)
def test_a_plan_refuses_what_cannot_be(refused, wrong, words):
    given = {"data": squares(), "designs": designs(1), "timed": False} | wrong
    refused(lambda: plan(**given), words)


def test_minutes_lie_on_a_plane_through_those_that_are_timed():
    layers, macs = np.array([90, 90, 60]), np.array([1e6, 9e6, 4e6])
    true = 2e-2 * layers + 1e-7 * macs
    sizes = np.stack([layers, macs], 1)
    assert np.allclose(estimate.predicted(sizes, sizes[:2], true[:2]), true)
    assert np.allclose(estimate.predicted(sizes, sizes[:1], true[:1]), true[0] * macs / 1e6)
    falling = estimate.predicted(sizes, sizes[:2], np.array([2.0, 1.0]))
    assert (falling > 0).all()  # even if noise says that more MACs take less time


# --- Runs ---


def test_a_run_records_what_it_measured(lab, tmp_path):
    lab.losses = lambda step: float(step)
    frame = quietly(planned(1, seeds=[7]), tmp_path)
    row = frame.iloc[0]
    each = STEPS_A_RUN // 2
    assert row["losses"] == [np.arange(each).mean(), np.arange(each, 2 * each).mean()]
    assert row["accuracies"] == [0.5, 0.5] and row["accuracy"] == row["training_accuracy"] == 0.5
    assert (row["steps"], row["seed"], row["failed"], row["sharing"]) == (2 * each, 7, False, 0)
    assert (row["pictures"], row["held_out"], row["classes"]) == (192, 96, 3)
    assert row["chance"] == pytest.approx(1 / 3) and row["load"] == 0.5
    assert row["key"] == run_key(squares(), designs(1)[0], QUICK, 7)
    pd.testing.assert_frame_equal(results(tmp_path), frame)


def test_the_seeds_of_a_design_share_its_network(lab, tmp_path):
    frame = quietly(planned(2, seeds=3), tmp_path)
    assert [body.seeds for _, body in lab.bodies] == [[0, 1, 2], [0, 1, 2]]
    assert frame["sharing"].tolist() == [0, 1, 2, 0, 1, 2]


def test_a_second_call_trains_nothing_and_builds_nothing(lab, tmp_path):
    first = quietly(planned(), tmp_path)
    steps, number = len(lab.log), len(lab.bodies)
    written = {path: path.stat().st_mtime_ns for path in tmp_path.glob("*.json")}
    pd.testing.assert_frame_equal(quietly(planned(), tmp_path), first)
    assert (len(lab.log), len(lab.bodies)) == (steps, number)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.glob("*.json")} == written


def test_a_second_call_needs_no_place_to_write_to(lab, tmp_path, monkeypatch):
    quietly(planned(), tmp_path)
    monkeypatch.setattr(Store, "prepare", lambda self: os.write(-1, b""))
    assert len(quietly(planned(), tmp_path)) == 4


def test_only_what_is_missing_is_trained_and_the_plans_runs_are_returned(lab, tmp_path):
    quietly(planned(1, seeds=[1]), tmp_path)
    quietly(planned(1, seeds=[5]), tmp_path)
    assert unfinished(planned(1, seeds=3), tmp_path)["seed"].tolist() == [0, 2]
    frame = quietly(planned(1, seeds=3), tmp_path)
    assert frame["seed"].tolist() == [0, 1, 2]
    assert lab.bodies[-1][1].seeds == [0, 2]
    assert len(results(tmp_path)) == 4


def test_a_run_whose_loss_is_not_finite_is_kept(lab, tmp_path):
    lab.losses = lambda step: math.nan if step == 7 else 1.0
    frame = quietly(planned(1, seeds=2), tmp_path)
    assert frame["failed"].tolist() == [True, False]
    assert frame["losses"].tolist() == [[1.0, None], [1.0, 1.0]]
    assert frame["steps"].tolist() == [8, STEPS_A_RUN] and frame["accuracy"].tolist() == [0.5, 0.5]


def test_the_order_of_the_data_is_the_seeds(monkeypatch, tmp_path):
    seen = {}

    class Noting(Steps):
        def step(self, x, y):
            seen.setdefault(name, []).append(x.copy())
            return super().step(x, y)

    def body(data, design, recipe, store):
        return Body(data, Noting())

    monkeypatch.setattr(task, "_body", body)
    monkeypatch.setattr(task, "machine", dict)
    for design in designs(2):
        for seed in (0, 1):
            name = design.alpha, seed
            task.train(squares(), design, QUICK, [seed], tmp_path)
    one, two = (design.alpha for design in designs(2))
    for seed in (0, 1):
        assert np.array_equal(seen[one, seed], seen[two, seed])
    assert not np.array_equal(seen[one, 0], seen[one, 1])
    first = np.concatenate(seen[one, 0][: len(seen[one, 0]) // 2])
    assert np.array_equal(np.unique(first, axis=0), np.unique(squares().x, axis=0))


# --- Stopping ---


@pytest.mark.parametrize("steps", [0, 1, STEPS_A_RUN, STEPS_A_RUN + 2])
def test_a_stop_ends_within_one_step(lab, tmp_path, steps):
    event = threading.Event()
    frame = quietly(planned(), tmp_path, stop=lambda: len(lab.log) >= steps)
    assert len(lab.log) == steps and len(frame) == steps // STEPS_A_RUN
    event.set()
    assert len(quietly(planned(), tmp_path, stop=event)) == len(frame) and len(lab.log) == steps
    assert len(quietly(planned(), tmp_path)) == 4


def test_a_worker_stops_within_one_step_when_its_token_disappears(lab, tmp_path):
    store, token = Store(tmp_path / "runs"), tmp_path / "token"
    store.keep(squares())
    token.touch()

    def loss(step):
        if step == STEPS_A_RUN + 2:
            token.unlink()
        return 1.0

    lab.losses = loss
    design = designs(1)[0].replace(classes=3)
    given = store.folder, squares().fingerprint, design, QUICK, (0, 1), token, 1
    report = crews.work(*given)
    assert report == task.Report(trained=(0,), stopped=True)
    assert len(lab.log) == STEPS_A_RUN + 3 and len(results(store.folder)) == 1


def test_ctrl_c_keeps_what_is_finished_and_says_so(lab, tmp_path):
    def loss(step):
        if step == STEPS_A_RUN + 1:
            raise KeyboardInterrupt
        return 1.0

    lab.losses = loss
    with pytest.raises(KeyboardInterrupt, match="1 of 4 runs are finished and kept in .* goes on"):
        quietly(planned(), tmp_path)
    assert len(results(tmp_path)) == 1 and not list((tmp_path / "calls").iterdir())
    lab.losses = lambda step: 1.0
    assert len(quietly(planned(), tmp_path)) == 4


def test_a_full_disk_in_the_middle_loses_nothing(lab, tmp_path, monkeypatch):
    written, fsync = count(), os.fsync

    def full(number):
        if next(written) == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        fsync(number)

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="nothing can be written to .*: No space left on device; the"):
        quietly(planned(), tmp_path)
    assert len(results(tmp_path)) == 2
    assert len(quietly(planned(), tmp_path)) == 4 and len(lab.bodies) == 3


# --- Executors ---


def test_any_executor_will_do(lab, tmp_path):
    with futures.ThreadPoolExecutor(3) as executor:
        frame = quietly(planned(3), tmp_path, executor=executor)
    assert len(frame) == 6 and frame["alpha"].is_monotonic_increasing
    assert len(lab.log) == 6 * STEPS_A_RUN


def test_as_many_tasks_are_under_way_as_there_are_workers(lab, tmp_path):
    class Counting(futures.ThreadPoolExecutor):
        under_way, most = 0, 0

        def submit(self, *given):
            self.under_way += 1
            self.most = max(self.most, self.under_way)
            future = super().submit(*given)
            future.add_done_callback(self.over)
            return future

        def over(self, _):
            self.under_way -= 1

    with Counting(2) as executor:
        quietly(planned(5, seeds=1), tmp_path, executor=executor)
    assert executor.most == 2


def test_one_design_keeps_several_workers_busy(lab, tmp_path):
    with futures.ThreadPoolExecutor(2) as executor:
        quietly(planned(1, seeds=4), tmp_path, executor=executor)
    assert sorted(tuple(body.seeds) for _, body in lab.bodies) == [(0, 1), (2, 3)]


def test_an_error_in_a_task_is_raised_after_the_others_have_ended(lab, tmp_path):
    def loss(step):
        if step == STEPS_A_RUN:
            raise ValueError("weights that do not fit")
        return 1.0

    lab.losses = loss
    with (
        futures.ThreadPoolExecutor(2) as executor,
        pytest.raises(ValueError, match="weights that do not fit"),
    ):
        quietly(planned(), tmp_path, executor=executor)
    assert not list((tmp_path / "calls").iterdir())
    assert len(quietly(planned(), tmp_path)) == 4


def test_what_another_process_trains_is_left_to_it(lab, tmp_path, monkeypatch):
    monkeypatch.setattr(crews, "PAUSE", 0.01)
    key = run_key(squares(), designs(1)[0], QUICK, 0)
    other = claim(tmp_path, key)
    assert other.__enter__()

    def finish():
        while len(results(tmp_path)) < 3:
            time.sleep(0.01)
        Store(tmp_path).write(
            {"key": key, "seed": 0, "family": "v1", "accuracy": 1.0, "finished": ""}
        )
        other.__exit__(None, None, None)

    thread = threading.Thread(target=finish)
    thread.start()
    frame = quietly(planned(), tmp_path)
    thread.join()
    assert len(frame) == 4 and frame["accuracy"].tolist() == [1, 0.5, 0.5, 0.5]
    assert len(lab.log) == 3 * STEPS_A_RUN


def test_workers_that_die_again_and_again_are_given_up():
    class Dying:
        width, begun = 2, 0

        def submit(self, *_):
            self.begun += 1
            future = futures.Future()
            future.set_result(None)
            return future

        def result(self, future):
            return None

    class Bar:
        store = Store("nowhere")

        def look(self):
            return False

        def words(self, what):
            return what

    crew = Dying()
    task_ = Task(squares(), QUICK, designs(1)[0], (0, 1))
    with pytest.raises(RuntimeError, match="6 workers died and no run was finished"):
        Loop([task_], crew, "no token", lambda: False, Bar()).work()
    assert DEATHS * crew.width <= crew.begun <= DEATHS * crew.width + 1


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"plan": [1]}, "frame=[1]"),
        ({"plan": pd.DataFrame({"data": [1]})}, "design"),
        ({"plan": pd.DataFrame({"data": [1], "design": 1, "recipe": 1, "seed": 1})}, "data=1"),
        ({"workers": 0}, "workers=0"),
        ({"workers": "two"}, "workers='two'"),
        ({"executor": 3}, "executor=3"),
        ({"progress": "yes"}, "progress='yes'"),
        ({"stop": 1}, "stop=1"),
        ({"store": 1}, "store=1"),
    ],
    ids=str,
)
def test_a_run_refuses_what_cannot_be(refused, tmp_path, wrong, words):
    given = {"plan": planned(), "store": tmp_path, "progress": False} | wrong
    refused(lambda: run(**given), words)


def test_the_bar_tells_how_many_runs_are_finished_and_the_last_result(lab, tmp_path, capsys):
    run(planned(), tmp_path)
    told = capsys.readouterr().err
    assert "4 of 4 runs" in told and "seed 1: 50.0%" in told and "left" in told
