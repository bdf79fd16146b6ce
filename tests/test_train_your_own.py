"""The explorer that trains: its words, its buttons and its picture, with runs that only pretend."""

import errno
import math
import os
import sys
import threading
import time

import numpy as np
import pandas as pd
import pytest
from squares import squares

from mobilenet_lab import layers
from mobilenet_lab.explorers import TrainYourOwn, train_view, train_words
from mobilenet_lab.explorers.trainer import Trainer, sentence
from mobilenet_lab.training import estimate, forecast, runs, task
from mobilenet_lab.training.plans import plan
from mobilenet_lab.training.recipe import Recipe
from mobilenet_lab.training.store import Store
from mobilenet_lab.training.table import frame

ENOUGH = 10**6  # runs
PATIENCE = 60  # seconds until a test gives up; none of them waits for a time to pass


def accuracy(row):
    """What a run that pretends comes to."""
    return round(0.5 + row.design.alpha / 4 + row.seed / 100, 4)


def record(row, **more):
    """What the store keeps of a run."""
    measured = {"accuracy": accuracy(row), "failed": False, "seconds": 60.0, "steps": 48}
    measured |= {"finished": f"2026-01-01T00:00:{row.seed:02}", "accuracies": [], "losses": []}
    run = row.data, row.design, row.recipe, row.seed
    return {"key": row.key, **task.described(*run), **measured, **more}


class Pretended:
    """In place of `runs.run`: finishes as many runs as it is allowed, then waits to be stopped."""

    def __init__(self):
        self.allowed, self.calls, self.failure = threading.Semaphore(0), [], None
        self.ends = threading.Event()  # how long the step takes during which it is stopped
        self.ends.set()

    def __call__(self, plan, store, executor, workers, progress, stop):
        self.calls.append((len(plan), executor, workers))
        if self.failure:
            raise self.failure
        for row in plan.itertuples():
            if not Store(store).has(row.key):
                while not self.allowed.acquire(timeout=0.01):
                    if stop():
                        self.ends.wait(PATIENCE)
                        return
                Store(store).prepare()
                Store(store).write(record(row))

    def allow(self, count):
        """Let so many runs finish."""
        for _ in range(count):
            self.allowed.release()


@pytest.fixture
def trained(monkeypatch):
    """The runs that pretend; Keras is there."""
    pretended = Pretended()
    monkeypatch.setattr(runs, "run", pretended)
    monkeypatch.setattr(layers, "no_keras", lambda: "")
    return pretended


@pytest.fixture(autouse=True)
def nothing_shipped(monkeypatch):
    monkeypatch.setattr(train_view, "_measured", lambda: frame([]).assign(source=""))


@pytest.fixture
def explorer(tmp_path):
    return TrainYourOwn(squares(), seeds=2, epochs=2, store=tmp_path / "runs")


def until(true):
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "it does not come"
        time.sleep(0.01)


def press(explorer, name):
    part = explorer.parts["training"]
    getattr(part, f"{name}_button").click()
    return part.progress.text


def said(explorer):
    return explorer.parts["training"].progress.text


def tick(explorer, along, **values):
    for name, value in values.items():
        boxes = explorer.parts["values"].boxes[along]
        boxes[float(name.removeprefix("at_").replace("_", "."))].value = value


def ended(explorer):
    """Wait until nothing is under way and the explorer has said so."""
    going = "Training", "Stopping", "Timing"
    trainer = explorer.parts["training"].trainer
    until(lambda: not trainer.job.kind and not said(explorer).startswith(going))


# --- what is chosen, in words ---


def test_nothing_is_trained_and_tensorflow_not_loaded_before_start(explorer, trained):
    assert not trained.calls and not explorer.view.store.folder.exists()
    assert said(explorer) == "Nothing is trained before Start is pressed."
    assert repr(explorer) == (
        "MobileNet v2, small, α 0.25, α 1 on squares, 2 seeds each, 2 epochs: 4 runs."
    )
    assert "no time is predicted yet" in explorer.status.text
    if "tensorflow" in sys.modules:
        assert sys.modules["tensorflow"] is None or "keras" not in repr(explorer)


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0.05, "about 10 seconds"),
        (0.66, "about 40 seconds"),
        (4.2, "about 4 minutes"),
        (89, "about 89 minutes"),
        (150, "about 2.5 hours"),
    ],
)
def test_minutes_are_said_as_people_do(minutes, words):
    assert train_words.duration(minutes) == words


@pytest.mark.parametrize(
    ("count", "left", "minutes", "workers", "words"),
    [
        (6, 6, 4, 1, "6 runs, about 4 minutes with 1 worker (predicted from x)"),
        (6, 6, 4, 2, "6 runs, about 2 minutes with 2 workers (predicted from x)"),
        (6, 4, 3, 1, "6 runs; 2 are finished already, the rest takes about 3 minutes with 1"),
        (6, 5, math.nan, 1, "6 runs; 1 is finished already; no time is predicted yet"),
        (6, 0, 0, 1, "all 6 runs are finished already"),
        (1, 0, 0, 1, "the run is finished already"),
    ],
)
def test_an_estimate_in_words(count, left, minutes, workers, words):
    assert train_words.amount(count, left, minutes, workers, "x").startswith(words)


def test_finished_runs_predict_by_macs_layers_and_pictures(explorer):
    """Exactly, where a picture takes so much for each layer and so much for each MAC."""
    todo = explorer.state["chosen"].whole.plan
    seconds = [
        (3e-6 * layers + 2e-11 * macs) * (48 * 32 + estimate.FORWARD * 2 * 96)
        for layers, macs in map(estimate.size, todo.design)
    ]
    some = todo.design.isin(todo.design.unique()[[0, -1]])
    known = [
        record(row, seconds=time, batch=32)
        for row, time, used in zip(todo.itertuples(), seconds, some, strict=True)
        if used
    ]
    again = plan(squares(), list(todo.design.unique()), 5, Recipe(2, batch=32), timed=False)
    found = forecast.minutes(again, frame(known))
    shorter = 2 * (192 // 32) * 32 + estimate.FORWARD * 2 * 96
    factor = shorter / (48 * 32 + estimate.FORWARD * 2 * 96)
    np.testing.assert_allclose(found * 60, np.array(seconds) * factor)


def test_without_runs_of_whole_networks_nothing_is_predicted(explorer):
    todo = explorer.state["chosen"].plan
    rows = [record(row, head_only=True) for row in todo.itertuples()]
    for known in ([], rows):
        assert forecast.minutes(todo, frame(known)).isna().all()


# --- start, stop, go on ---


@pytest.mark.usefixtures("unseen")
def test_start_stop_and_go_on(explorer, trained):
    assert press(explorer, "start").startswith("Training: 0 of 4 runs are finished")
    assert trained.calls == [(4, "processes", 1)]
    trained.allow(1)
    until(lambda: said(explorer).startswith("Training: 1 of 4 runs is finished, about "))
    until(lambda: "1 is finished already, the rest takes about" in explorer.status.text)
    assert len(explorer.state["own"]) == 1
    assert "predicted from the finished runs in the folder " in explorer.status.text
    assert "Your runs: α 0.25 56.2 % (1 seed)." in explorer.status.text

    assert "is under way already" in press(explorer, "start") and len(trained.calls) == 1
    trained.ends.clear()
    assert "under way ends with its step. 1 of 4 runs is finished." in press(explorer, "stop")
    trained.ends.set()
    ended(explorer)
    folder = explorer.view.store.folder
    stopped = f"Stopped: 1 of 4 runs is finished and kept in {folder}; Start goes on"
    assert said(explorer).startswith(stopped)

    trained.allow(ENOUGH // 10**4)
    press(explorer, "start")
    ended(explorer)
    assert said(explorer) == f"Done: 4 of 4 runs are finished and kept in {folder}."
    assert "all 4 runs are finished already" in explorer.status.text
    assert "nothing is left" in press(explorer, "start").lower() and len(trained.calls) == 2
    assert press(explorer, "stop") == "Nothing is being trained."


@pytest.mark.usefixtures("unseen")
def test_the_store_is_what_counts_so_that_another_kernel_goes_on(explorer, trained, monkeypatch):
    for row in explorer.state["chosen"].plan.itertuples():
        if row.seed == 0:
            explorer.view.store.prepare()
            explorer.view.store.write(record(row))
    again = TrainYourOwn(squares(), seeds=2, epochs=2, store=explorer.view.store.folder)
    assert "4 runs; 2 are finished already" in again.status.text
    assert len(again.state["own"]) == 2


@pytest.mark.usefixtures("unseen")
def test_an_explorer_that_is_made_again_can_stop_what_is_under_way(explorer, trained):
    press(explorer, "start")
    again = TrainYourOwn(squares(), seeds=2, epochs=2, store=explorer.view.store.folder)
    assert said(again).startswith("Training: 0 of 4 runs")
    press(again, "stop")
    ended(explorer)
    until(lambda: said(again).startswith("Stopped: 0 of 4") and said(again) == said(explorer))


@pytest.mark.usefixtures("unseen")
def test_another_choice_leaves_what_is_under_way_as_it_is(explorer, trained):
    press(explorer, "start")
    explorer.controls["seeds"].value = 5
    assert "10 runs" in explorer.status.text
    assert said(explorer).startswith("Training: 0 of 4 runs")
    press(explorer, "stop")
    ended(explorer)


def test_a_reset_goes_back_to_the_start(explorer):
    before = explorer.status.text, explorer.figures[0].frame(), explorer.parts["code"].box.value
    explorer.controls["family"].value = "v1"
    explorer.controls["along"].value = "resolution"
    explorer.controls["epochs"].value = 5
    tick(explorer, "resolution", at_20=True, at_32=False)
    assert "16 px, 20 px on squares, 2 seeds each, 5 epochs" in explorer.status.text
    explorer.reset()
    after = explorer.status.text, explorer.figures[0].frame(), explorer.parts["code"].box.value
    assert after == before
    assert explorer.parts["values"].boxes["resolution"][32].value


# --- the values of the knob ---


def shown_boxes(explorer):
    part = explorer.parts["values"]
    return [name for name, row in part._rows.items() if row.layout.display != "none"]


def test_values_are_ticked_one_by_one(explorer):
    assert shown_boxes(explorer) == ["alpha"]
    tick(explorer, "alpha", at_0_5=True)
    assert "α 0.25, α 0.5, α 1 on squares" in explorer.status.text and "6 runs" in repr(explorer)
    explorer.controls["along"].value = "expansion"
    assert shown_boxes(explorer) == ["expansion"] and "t 1, t 8 on squares" in repr(explorer)


def test_without_a_value_a_sentence_says_so_and_the_picture_stays(explorer):
    before = explorer.figures[0].frame()
    tick(explorer, "alpha", at_0_25=False, at_1=False)
    assert explorer.message.text == "α width: tick at least one value."
    assert explorer.parts["training"].start_button.disabled
    assert explorer.state["chosen"].values == (1.0,)
    tick(explorer, "alpha", at_0_25=True, at_1=True)
    assert not explorer.message.text and not explorer.parts["training"].start_button.disabled
    assert explorer.figures[0].frame() == before


def test_a_family_without_the_knob_is_swept_along_another(explorer):
    explorer.controls["along"].value = "expansion"
    explorer.controls["family"].value = "v1"
    assert explorer.controls["along"].value == "alpha" and shown_boxes(explorer) == ["alpha"]
    assert "expansion" not in dict(explorer.controls["along"].options).values()


@pytest.mark.usefixtures("unseen")
def test_pictures_are_not_made_larger(tmp_path):
    small = TrainYourOwn(squares(side=20), along="resolution", store=tmp_path)
    assert (
        small.state["chosen"].values == (16,)
        and small.parts["values"].boxes["resolution"][32].disabled
    )
    assert {design.resolution for design in small.state["chosen"].plan.design} == {16}
    small.controls["along"].value = "alpha"
    assert {design.resolution for design in small.state["chosen"].plan.design} == {20}


# --- data ---


def test_data_of_the_reader_stand_before_those_of_the_lab(explorer):
    assert list(dict(explorer.controls["data"].options)) == ["squares", "letters", "patches"]
    assert 'plan(data["squares"]' in explorer.parts["code"].box.value.replace("'", '"')


@pytest.mark.usefixtures("unseen")
def test_data_that_cannot_be_reached_is_a_sentence_and_changes_nothing(tmp_path):
    def far():
        raise ConnectionError("the data set cifar10 is not on this computer")

    explorer = TrainYourOwn({"squares": squares(), "far": far}, store=tmp_path)
    before = explorer.status.text
    explorer.controls["data"].value = "far"
    assert explorer.message.text == "The data set cifar10 is not on this computer."
    assert (explorer.controls["data"].value, explorer.status.text) == ("squares", before)

    first = TrainYourOwn({"far": far, "letters": squares}, store=tmp_path)
    assert first.message.text == "The data set cifar10 is not on this computer."
    assert first.controls["data"].value == "letters" and first.state["chosen"].data == squares()


@pytest.mark.parametrize(
    ("wrong", "received"),
    [
        ({"data": 3}, "data=3"),
        ({"data": {}}, "data={}"),
        ({"data": {"x": 1}}, "data={'x': 1}"),
        ({"data": {"x": int}}, "data=0"),
        ({"family": "v9"}, "v9"),
        ({"along": "beta"}, "beta"),
        ({"family": "v1", "along": "expansion"}, "expansion"),
        ({"values": [0.4]}, "values=[0.4]"),
        ({"values": 1}, "values=1"),
        ({"values": []}, "values=[]"),
        ({"seeds": 6}, "seeds=6"),
        ({"epochs": 0}, "epochs=0"),
        ({"workers": 0}, "workers=0"),
        ({"store": 3}, "store=3"),
    ],
    ids=str,
)
def test_what_cannot_be_is_refused(refused, wrong, received):
    refused(lambda: TrainYourOwn(**({"data": squares()} | wrong)), received)


# --- what hinders ---


@pytest.mark.usefixtures("unseen")
@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError("nothing can be written to runs: No space left on device"), "Nothing can be writ"),
        (RuntimeError("3 workers died and no run was finished"), "3 workers died"),
        (KeyError("x"), "This failed: KeyError: 'x'."),
    ],
)
def test_a_failure_is_a_sentence_and_start_goes_on(explorer, trained, error, words):
    trained.failure = error
    press(explorer, "start")
    ended(explorer)
    assert said(explorer).startswith(words) and said(explorer) == sentence(error)
    trained.failure = None
    trained.allow(4)
    press(explorer, "start")
    ended(explorer)
    assert said(explorer).startswith("Done: 4 of 4")


@pytest.mark.usefixtures("unseen")
@pytest.mark.parametrize("number", [errno.EROFS, errno.ENOSPC])
def test_a_folder_that_takes_no_file_is_a_sentence(explorer, monkeypatch, number):
    """By the real `run`, which tries before it starts a worker."""

    def full(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(layers, "no_keras", lambda: "")
    monkeypatch.setattr("tempfile.mkstemp", full)
    press(explorer, "start")
    ended(explorer)
    assert said(explorer).startswith(f"Nothing can be written to {explorer.view.store.folder}: ")
    assert os.strerror(number) in said(explorer)


def test_without_tensorflow_a_sentence_stands_beside_the_button(explorer, monkeypatch):
    monkeypatch.setattr(layers, "no_keras", lambda: "building a model needs TensorFlow")
    for name in ("start", "time"):
        assert press(explorer, name) == "Building a model needs TensorFlow."
    assert explorer.parts["training"].trainer.job.plan is None


def test_one_that_listens_and_fails_hinders_nobody(trained, tmp_path, explorer):
    heard, trainer = [], Trainer(str(tmp_path / "own"))
    trainer.listeners += [lambda: 1 / 0, lambda: heard.append(trainer.job.kind)]
    trained.allow(ENOUGH // 10**4)
    assert trainer.train(explorer.state["chosen"].plan)
    until(lambda: heard[-1:] == [""])
    assert not trainer.job.failure


# --- the picture ---


def lines(explorer):
    """The dots and the means that are drawn, each as x and y."""
    axes = explorer.view.picture.figure.axes[0]
    data = [np.array(line.get_data()) for line in axes.lines]
    return data, [text.get_text() for text in axes.get_legend().get_texts()]


def test_own_runs_are_drawn_as_they_finish(explorer, trained):
    data, texts = lines(explorer)
    assert texts == ["chosen, 2 seeds each"] and data[-1][0].tolist() == [0.25, 1]
    trained.allow(3)
    press(explorer, "start")
    until(lambda: len(explorer.state["own"]) == 3)
    press(explorer, "stop")
    ended(explorer)
    data, texts = lines(explorer)
    assert texts == ["your runs, 2 epochs", "chosen, 2 seeds each"]
    np.testing.assert_allclose(np.sort(data[0]), [[0.25, 0.25, 1], [56.25, 57.25, 75]])
    np.testing.assert_allclose(data[1], [[0.25, 1], [56.75, 75]])
    assert "your runs, 2 epochs: 56.8 % at 0.25 to 75.0 % at 1" in explorer.view.picture.words


def shipped(explorer, epochs, data=None):
    """Made-up runs that come with the lab, of all that the explorer offers."""
    chosen = explorer.state["chosen"]._replace(epochs=epochs)
    chosen = chosen if data is None else chosen._replace(data=data)
    return frame([record(row) for row in chosen.whole.plan.itertuples()]).assign(source="x")


def test_what_comes_with_the_lab_is_another_curve_and_only_for_its_own_data(
    explorer, monkeypatch, tmp_path
):
    for other, said_so in ((2, False), (8, True)):
        rows = shipped(explorer, other)
        monkeypatch.setattr(train_view, "_measured", lambda rows=rows: rows)
        again = TrainYourOwn(squares(), seeds=2, epochs=2, store=tmp_path / "none")
        data, texts = lines(again)
        assert texts == [f"with the lab, {other} epochs", "chosen, 2 seeds each"]
        assert len(data[0][0]) == 25 and again.state["own"].empty
        assert ("The recipes differ" in again.status.text) == said_so
        assert "predicted from the lab's own runs, on another computer" in again.status.text
        again.controls["along"].value = "expansion"
        assert set(again.state["shipped"].expansion) == {6}  # what both sweeps have
    rows = shipped(explorer, 8, squares(seed=1))
    monkeypatch.setattr(train_view, "_measured", lambda: rows)
    assert TrainYourOwn(squares(), store=tmp_path / "none").state["shipped"].empty


@pytest.mark.usefixtures("unseen")
def test_runs_by_another_recipe_are_not_on_the_curve(explorer):
    for row in explorer.state["chosen"]._replace(epochs=5).plan.itertuples():
        explorer.view.store.prepare()
        explorer.view.store.write(record(row))
    explorer.changed()
    assert explorer.state["own"].empty and "4 runs, about" in explorer.status.text
    explorer.controls["epochs"].value = 5
    assert len(explorer.state["own"]) == 4 and "all 4 runs are finished" in explorer.status.text


# --- what the reader keeps ---


@pytest.mark.usefixtures("unseen")
def test_the_lines_of_a_cell_make_the_same_plan(tmp_path, monkeypatch):
    monkeypatch.setattr(estimate, "minutes", lambda data, designs, *_: [1.0] * len(designs))
    got, data = [], {"squares": squares()}
    for family in ("v1", "v2"):
        explorer = TrainYourOwn(data, family, values=[0.35, 1], store=tmp_path, workers=2)
        code = explorer.parts["code"].box.value
        exec(
            code.replace("results(", "(").replace("run(todo", "kept(todo"),
            {
                "data": data,
                "kept": lambda *args, **more: got.append((args, more)),
            },
        )
        (todo, folder), more = got.pop()
        chosen = explorer.state["chosen"].plan
        assert folder == str(tmp_path) and more == {"workers": 2}
        for name in ("data", "design", "recipe", "seed"):
            assert list(todo[name]) == list(chosen[name])
    explorer.parts["code"].box.value = "typed over"
    assert explorer.parts["code"].box.value == code


@pytest.mark.usefixtures("unseen")
def test_the_lines_name_what_makes_the_data_of_the_lab(tmp_path, monkeypatch):
    explorer = TrainYourOwn({"letters": squares, "patches": squares}, store=tmp_path)
    for name, maker in (("letters", "samples"), ("patches", "patches")):
        explorer.controls["data"].value = name
        assert f"run, {maker}\n" in explorer.parts["code"].box.value or (
            f"{maker}, plan" in explorer.parts["code"].box.value
        )
        assert f"plan({maker}()" in explorer.parts["code"].box.value


@pytest.mark.usefixtures("unseen")
def test_numbers_are_a_row_a_value(explorer, trained):
    trained.allow(3)
    press(explorer, "start")
    until(lambda: len(explorer.state["own"]) == 3)
    press(explorer, "stop")
    ended(explorer)
    table = explorer.numbers()
    assert table.alpha.tolist() == [0.25, 1] and table.own_runs.tolist() == [2, 1]
    assert table.own_accuracy.tolist() == [56.8, 75.0] and table.shipped_runs.tolist() == [0, 0]
    assert table.macs.tolist() == sorted(set(explorer.state["chosen"].plan.macs))
    assert "nan" not in explorer.view.table(table).lower()
    assert pd.notna(table.params).all()
