"""The folder of finished runs: whole files only, named by all that decides a result."""

import errno
import json
import os
import re
import warnings

import numpy as np
import pytest
from squares import QUICK, designs, squares

from mobilenet_lab import Design
from mobilenet_lab.training import Data, Recipe, results
from mobilenet_lab.training.claims import claim
from mobilenet_lab.training.store import Store, run_key
from mobilenet_lab.training.table import columns

RECORD = {"accuracy": 0.5, "family": "v1", "seed": 3, "finished": "2026-01-01"}
KEY = "0123456789abcdef" * 2


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "new" / "runs")


def kept(store, key=KEY, **more):
    store.write({"key": key} | RECORD | more)
    return store.folder / f"{key}.json"


def files(store):
    return {path.name: path.read_bytes() for path in store.folder.iterdir() if path.is_file()}


# --- Keys ---


def varied():
    """Something else in each quantity that decides a result."""
    data, design, recipe = squares(), Design("v2", 0.25, resolution=32), QUICK
    yield data, design, recipe, 0
    yield data, design, recipe, 1
    yield squares(seed=1), design, recipe, 0
    yield data.shuffled(0), design, recipe, 0
    for changes in ({"alpha": 0.5}, {"expansion": 1}, {"dialect": "listing"}, {"resolution": 33}):
        yield data, design.replace(**changes), recipe, 0
    changes = {"epochs": 3, "batch": 16, "rate": 0.1, "momentum": 0.5, "weight_decay": 1e-4}
    for name, value in (changes | {"head_only": True, "weights": "imagenet"}).items():
        yield data, design, recipe.replace(**{name: value}), 0


def test_everything_that_decides_a_result_decides_the_key():
    keys = [run_key(*run) for run in varied()]
    assert len(set(keys)) == len(keys) == 15
    assert all(re.fullmatch("[0-9a-f]{32}", key) for key in keys)


def test_what_decides_nothing_changes_no_key():
    data, design, recipe, seed = next(iter(varied()))
    renamed = Data("another title", *(getattr(data, name) for name in FIELDS))
    assert run_key(renamed, design, Recipe(**recipe.values()), seed) == run_key(
        data, design.replace(classes=7), recipe, seed
    )


FIELDS = "classes", "x", "y", "x_held_out", "y_held_out"


def test_a_weights_file_counts_by_its_content(tmp_path):
    one, two = tmp_path / "one.h5", tmp_path / "two.h5"
    one.write_bytes(b"weights"), two.write_bytes(b"weights")

    def key(path):
        return run_key(squares(), designs(1)[0], Recipe(weights=path), 0)

    before = key(one)
    assert key(two) == before
    two.write_bytes(b"other weights")
    assert key(two) != before == key(one)


def test_a_missing_weights_file_is_refused(refused, tmp_path):
    recipe = Recipe(weights=tmp_path / "none.h5")
    refused(lambda: recipe.content(designs(1)[0]), f"weights='{tmp_path}"[:40], "that exists")


@pytest.mark.parametrize(
    "wrong",
    [
        {"epochs": 0},
        {"epochs": 1.5},
        {"batch": True},
        {"rate": 0},
        {"rate": float("nan")},
        {"momentum": 1},
        {"weight_decay": -1e-4},
        {"head_only": "yes"},
        {"weights": 3},
        {"weights": ""},
    ],
    ids=str,
)
def test_a_recipe_refuses_what_cannot_be(refused, wrong):
    (name, value), *_ = wrong.items()
    refused(lambda: Recipe(**wrong), f"{name}={value!r}")


# --- Finished runs ---


def test_what_is_written_is_read_again(store):
    assert not store.has(KEY) and store.keys() == set() and store.records() == []
    kept(store, losses=[0.5, None], weights=None)
    assert store.has(KEY) and store.keys() == {KEY}
    assert store.records() == [{"key": KEY} | RECORD | {"losses": [0.5, None], "weights": None}]


def test_a_store_is_read_oldest_first(store):
    for number, day in enumerate([5, 3, 4]):
        kept(store, f"{number:032x}", finished=f"2026-01-0{day}")
    assert [record["finished"][-1] for record in store.records()] == ["3", "4", "5"]


def test_no_runs_are_an_empty_frame(store):
    frame = results(store.folder)
    assert frame.empty and list(frame.columns) == columns()
    assert not store.folder.exists()


def test_results_have_one_row_a_run_and_always_the_same_columns(store):
    kept(store, expansion=None, alpha=0.5)
    kept(store, KEY[::-1], expansion=6, finished="2026-01-02")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        frame = results(store.folder)
    assert list(frame.columns) == columns() and frame["seed"].tolist() == [3, 3]
    assert frame["expansion"].isna().tolist() == [True, False] and frame["expansion"][1] == 6
    assert frame["variant"].tolist() == ["", ""]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (f"{'a' * 32}.json", '{"key": "aaa'),
        (f"{'b' * 32}.json", "[1, 2]"),
        (f"{'c' * 32}.json", json.dumps({"key": KEY} | RECORD)),
        ("notes.json", "{}"),
        (f"{'d' * 32}.json", "\0" * 50),
    ],
)
def test_what_is_damaged_or_foreign_is_named_and_left_alone(store, name, text):
    kept(store)
    (store.folder / name).write_text(text, encoding="utf-8")
    (store.folder / "readme.txt").write_text("of no interest", encoding="utf-8")
    before = files(store)
    with pytest.warns(UserWarning, match=re.escape(name)) as told:
        frame = results(store.folder)
    assert len(told) == 1 and "left alone" in str(told[0].message)
    assert frame["key"].tolist() == [KEY] and files(store) == before


@pytest.mark.parametrize("wrong", [None, 3, "", b""])
def test_a_store_is_the_path_of_a_folder(refused, wrong):
    refused(lambda: Store(wrong), f"store={wrong!r}")


def test_a_file_is_no_store(refused, tmp_path):
    path = tmp_path / "runs"
    path.write_text("a file", encoding="utf-8")
    refused(lambda: results(path), str(path)[:40], "this is a file")


# --- A disk that takes nothing ---


@pytest.mark.parametrize("call", ["fsync", "replace", "open", "mkdir"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_a_full_disk_and_a_read_only_folder_are_a_sentence(store, monkeypatch, call, number):
    if call != "mkdir":
        kept(store, KEY[::-1])
    before = files(store) if call != "mkdir" else {}

    def fail(*_, **__):
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as broken, pytest.raises(OSError) as told:
        broken.setattr(f"os.{call}", fail)
        kept(store)
    sentence = str(told.value)
    assert os.strerror(number) in sentence and str(store.folder) in sentence
    assert len(sentence.splitlines()) == 1 and "goes on" in sentence
    assert (files(store) if store.folder.exists() else {}) == before
    assert kept(store).exists()  # with room, it goes on


def test_a_folder_that_takes_nothing_says_so_before_the_first_run(store, monkeypatch):
    def fail(*_):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr("os.mkdir", fail)
    with pytest.raises(OSError, match="nothing can be written to"):
        store.prepare()


def test_preparing_leaves_nothing_behind(store):
    store.prepare()
    assert list(store.folder.iterdir()) == []


# --- Data ---


def test_data_are_kept_once_by_their_content(store):
    data = squares()
    store.keep(data)
    (path,) = (store.folder / "data").iterdir()
    written = path.stat().st_mtime_ns
    store.keep(squares())
    assert path.stat().st_mtime_ns == written
    found = store.data(data.fingerprint)
    assert found == data and found.title == "squares" and found.classes == data.classes
    assert np.array_equal(found.x_held_out, data.x_held_out)


def test_damaged_data_are_refused_and_kept(store, refused):
    data = squares()
    store.keep(data)
    (path,) = (store.folder / "data").iterdir()
    content = path.read_bytes()
    for damaged in (content[:1000], content[:2000] + b"\1\2\3" + content[2003:]):
        path.write_bytes(damaged)
        refused(lambda: store.data(data.fingerprint), str(store.folder)[:20])
        assert path.read_bytes() == damaged


def test_arrays_are_made_once(store):
    made = []

    def make():
        made.append(1)
        return np.arange(3.0), np.arange(4.0)

    for _ in range(2):
        one, two = store.arrays("maps", make)
        assert one.tolist() == [0, 1, 2] and two.tolist() == [0, 1, 2, 3]
    assert len(made) == 1
    (path,) = (store.folder / "maps").iterdir()
    path.write_bytes(b"damaged")
    assert store.arrays("maps", make)[0].tolist() == [0, 1, 2] and len(made) == 2


# --- Claims ---


def test_a_run_is_claimed_by_one_at_a_time(tmp_path):
    with claim(tmp_path, KEY) as first, claim(tmp_path, KEY) as second:
        assert first and not second
        with claim(tmp_path, KEY[::-1]) as other:
            assert other
    with claim(tmp_path, KEY) as again:
        assert again
    assert list((tmp_path / "claims").iterdir()) == []


def test_without_locks_everybody_may_train(tmp_path, monkeypatch):
    fcntl = pytest.importorskip("fcntl")

    def fail(*_):
        raise OSError(errno.ENOLCK, "no locks available")

    monkeypatch.setattr(fcntl, "flock", fail)
    with claim(tmp_path, KEY) as first, claim(tmp_path, KEY) as second:
        assert first and second
