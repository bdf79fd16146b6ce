"""The accuracies that come with the lab: complete, of the networks they name, and repeatable."""

import numpy as np
import pytest

from mobilenet_lab import cost
from mobilenet_lab.networks.design import Design
from mobilenet_lab.training import Recipe, results, samples
from mobilenet_lab.training.compare import pairs, verdict
from mobilenet_lab.training.measured import (
    FILE,
    SEEDS,
    SOURCE,
    _read,
    _restore,
    _write,
    designs,
    measured,
    planned,
)
from mobilenet_lab.training.runs import finished, unfinished
from mobilenet_lab.training.store import Store

CHEAPEST = {"alpha": 0.5, "resolution": 16, "variant": "small"}


@pytest.fixture(scope="module")
def todo():
    return planned()


@pytest.fixture(scope="module")
def every():
    """All rows of the file."""
    return _read(FILE)


@pytest.fixture(scope="module")
def rows():
    return measured()


@pytest.mark.slow
def test_every_planned_run_is_there_once(todo, every, tmp_path):
    """A run's key follows from its pictures, network, recipe and seed, as they are now."""
    store = Store(tmp_path / "runs")
    _restore(every, store)
    assert len(unfinished(todo, store.folder)) == 0
    assert len(every) == len(todo) == len(set(every.key)) == SEEDS * (len(designs()) + 4)


@pytest.mark.slow
def test_the_file_survives_a_store(todo, every, tmp_path):
    """What `make curves` goes on from is what it writes."""
    store, path = Store(tmp_path / "runs"), tmp_path / "measured.csv"
    _restore(every, store)
    _write(finished(todo, store.folder), path)
    again = _read(path)
    assert set(again.key) == set(every.key)
    same = again.set_index("key").loc[every.key].reset_index()
    for name in ("accuracy", "accuracies", "seed", "macs", "variant", "expansion", "source"):
        assert same[name].tolist() == every[name].tolist(), name


def test_rows_are_of_their_networks(rows):
    for row in rows.itertuples():
        own = {} if row.family == "v1" else {"expansion": int(row.expansion)}
        design = Design(
            row.family,
            row.alpha,
            resolution=row.resolution,
            variant=row.variant,
            classes=row.classes,
            **own,
        )
        assert (row.macs, row.params) == (cost(design).macs, cost(design).params)
        assert row.accuracy == row.accuracies[-1] and len(row.accuracies) == row.epochs
    assert set(rows.source) == {SOURCE} and (rows.held_out == 4000).all()
    assert rows[["tensorflow", "python", "processor", "cores", "load"]].notna().all(axis=None)


def test_the_letters_pass_the_gate(rows):
    """Wider is better by more than three standard errors over five paired seeds."""
    for _, own in rows.groupby("family"):
        found = verdict(pairs(own, "alpha", 0.25, 1.0).gain)
        assert found["pairs"] == SEEDS and found["times"] > 3


@pytest.mark.keras
@pytest.mark.slow
@pytest.mark.parametrize("family", ["v1", "v2"])
def test_a_point_is_measured_again_within_its_spread(family, rows, tmp_path):
    """One seed of the cheapest networks; machines round differently, so not to the last digit."""
    from mobilenet_lab.training.task import train

    design = Design(family, **CHEAPEST)
    train(samples(), design, Recipe(), [0], tmp_path)
    again = results(tmp_path).accuracy.item()
    own = rows[(rows.family == family) & (rows.resolution == 16) & (rows.alpha == 0.5)].accuracy
    sampling = np.sqrt(again * (1 - again) / 4000)
    assert abs(again - own.mean()) < 3 * np.hypot(own.std(), sampling)
