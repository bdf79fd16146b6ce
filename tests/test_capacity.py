"""What does not fit in memory is refused before it starts, in one sentence."""

import gc
import sys
import weakref

import numpy as np
import pandas as pd
import psutil
import pytest

from mobilenet_lab import Design, build, capacity, edge, mobilenet_v1, mobilenet_v2, price, sweep
from mobilenet_lab.costs import manifold
from mobilenet_lab.features.maps import feature_maps, histogram
from mobilenet_lab.layers import FeatureMap
from mobilenet_lab.models import latency, patches
from mobilenet_lab.plots import Plane, Sweep
from mobilenet_lab.plots.picture import Picture


@pytest.fixture
def small(monkeypatch):
    """A computer with 1 GB left."""
    monkeypatch.setattr(capacity, "available", lambda: 10**9)


def test_a_grid_of_a_thousand_million_designs(refused, small):
    many = range(32, 1032)
    widths = np.linspace(0.1, 2, 1000)
    refused(
        lambda: sweep("v2", widths, resolution=many, expansion=many),
        "1,000,000,000 designs take about 225.0 GB",
        "up to 3,555,555, which fit in the 1.0 GB that are free",
    )


@pytest.mark.parametrize(
    "grid",
    [
        {"family": "v1", "alpha": range(1, 10**12)},
        {"family": ["v1", "v2"], "resolution": range(32, 10**9)},
        {"family": ["v1"] * 5000, "rho": [1.0] * 5000},
        {"family": "v2", "expansion": range(1, 5_000_000)},
        {"family": "v1", "alpha": np.broadcast_to(1.0, 10**10)},
    ],
    ids=lambda grid: "-".join(grid),
)
def test_it_is_refused_before_its_values_are_read(refused, small, grid):
    refused(lambda: sweep(**grid), "designs take about", "GB of memory", "free")


def test_what_fits_is_priced(small):
    assert len(sweep(["v1", "v2"], np.linspace(0.1, 1, 20), resolution=range(32, 132))) == 4000


def test_what_a_design_is_reckoned_at_is_what_it_takes():
    """More than the frame holds, by little."""
    frame = sweep("v2", np.linspace(0.1, 1, 20), resolution=range(32, 132))
    held = frame.memory_usage(index=False).sum() / len(frame)
    assert held <= 9 * len(frame.columns) <= 1.2 * held


@pytest.mark.filterwarnings("ignore:.*is far beyond any network:UserWarning")
def test_python_s_integers_are_reckoned_too(refused, monkeypatch):
    monkeypatch.setattr(capacity, "UNASKED", 0)
    monkeypatch.setattr(capacity, "available", lambda: 10**6)
    grid = {"alpha": np.linspace(0.1, 1, 30), "resolution": range(32, 92)}
    assert len(sweep("v1", **grid)) == 1800
    refused(lambda: sweep("v1", **grid, classes=10**300), "1,800 designs of so many digits")


def test_a_long_frame(refused, monkeypatch):
    monkeypatch.setattr(capacity, "UNASKED", 0)
    monkeypatch.setattr(capacity, "available", lambda: 10**6)
    frame = pd.DataFrame({"family": "v1", "alpha": 1.0, "resolution": 224}, index=range(10_000))
    refused(lambda: price(frame), "10,000 designs")


@pytest.mark.filterwarnings("ignore:.*is far beyond any network:UserWarning")
@pytest.mark.parametrize(
    "values",
    [
        {"alpha": 100.0},
        {"alpha": 1e300},
        {"classes": 10**9},
        {"expansion": 10**6, "family": "v2"},
    ],
    ids=str,
)
def test_models(refused, small, values):
    """Refused before Keras is loaded."""
    design = Design(**{"family": "v1"} | values)
    refused(lambda: build(design), "parameters take", "GB of memory", "1.0 GB that are free")


def test_a_layer_that_is_timed(refused, small):
    refused(lambda: latency.measure_layer(3, 512, 512, 100_000), "GB of memory")
    refused(lambda: latency.measure_layer(3, 10**6, 10**6, 7), "GB of memory")

    with pytest.warns(UserWarning):
        large = Design("v1", resolution=10**6)
    refused(lambda: edge.measure([large]), "values of maps")
    refused(lambda: patches.draw(np.random.default_rng(0), 10**9, 64), "1,000,000,000 patches")


@pytest.mark.keras
def test_maps_of_many_images(refused, monkeypatch):
    model = build(Design("v1", 0.25, resolution=32, classes=2))
    images = np.zeros((2, 32, 32, 3), np.float32)
    written = sum(values.nbytes for values in feature_maps(model, images).values())
    monkeypatch.setattr(capacity, "UNASKED", 0)
    for free, fits in ((written / capacity.SHARE - 8, False), (written / capacity.SHARE + 8, True)):
        monkeypatch.setattr(capacity, "available", lambda free=free: free)
        if fits:
            assert feature_maps(model, images)
        else:
            refused(lambda: feature_maps(model, images), f"{written // 4:,} values of feature maps")


@pytest.mark.parametrize("module", [mobilenet_v1.depthwise_group, mobilenet_v2.inverted_group])
def test_blocks_without_end(refused, module):
    x = FeatureMap(32, 32, 16)
    refused(lambda: module(x, 16, 10**9, 1.0), "n_blocks=1000000000", "from 1 to 1,000")


def test_pictures(refused):
    for make in (Picture, lambda *size: Sweep(*size)):
        refused(lambda make=make: make(10**6, 100), "width=1000000", "10,000")
        refused(lambda make=make: make(100, 10**6), "height=1000000", "10,000")
        refused(lambda make=make: make(0, 100), "width=0")
    picture = Picture(100, 50)
    refused(lambda: picture.png(scale=1000), "scale=1000", "up to 100")
    refused(lambda: picture.png(scale=float("nan")), "scale=nan")
    assert picture.png(scale=2)
    frame = price(pd.DataFrame({"family": ["v1"], "alpha": 1.0, "resolution": 224, "top1": 70.9}))
    refused(lambda: Plane(frame, width=10**9), "width=1000000000")


def test_bins_and_seeds(refused):
    refused(lambda: histogram(np.ones((2, 2)), bins=10**10), "bins=10000000000", "1,000,000")
    refused(lambda: manifold.mean_lost(3, seeds=10**12), "seeds=1000000000000")


# What is free


def test_what_is_free_is_at_most_what_the_system_says():
    assert 0 < capacity.available() <= psutil.virtual_memory().total


class Cycle:
    """Refers to itself, as a model does."""

    def __init__(self):
        self.me = self


def test_what_nothing_refers_to_is_given_back():
    gc.disable()
    try:
        gone = weakref.ref(Cycle())
        assert gone() is not None
        capacity.give_back()
        assert gone() is None
    finally:
        gc.enable()


def test_a_system_without_that_library_collects_all_the_same(monkeypatch):
    def missing(name):
        raise OSError(name)

    monkeypatch.setattr(capacity.ctypes, "CDLL", missing)
    capacity.give_back()


def test_in_a_browser_nobody_tells_what_is_free(monkeypatch):
    """And psutil, which would, has no package there."""
    monkeypatch.setattr(sys, "platform", "emscripten")
    monkeypatch.setitem(sys.modules, "psutil", None)
    assert capacity.available() == 2**31


def write(folder, **files):
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text, encoding="utf-8")


def left(tmp_path):
    return sorted(capacity._left_in_groups(tmp_path / "groups", tmp_path / "own"))


def test_a_container_s_own_limit(tmp_path):
    """A container sees its group as the root; files that are kept in memory can go."""
    write(tmp_path, own="0::/\n")
    stat = "anon 5\ninactive_file 300\n"
    write(tmp_path / "groups", memory__max="2000\n", memory__current="900\n", memory__stat=stat)
    assert left(tmp_path) == [2000 - 900 + 300]


def test_every_group_above_limits_too(tmp_path):
    write(tmp_path, own="0::/user/job\n")
    write(tmp_path / "groups", memory__max="max\n", memory__current="900\n")
    write(tmp_path / "groups/user", memory__max="2000\n", memory__current="500\n")
    write(tmp_path / "groups/user/job", memory__max="5000\n", memory__current="100\n")
    assert left(tmp_path) == [1500, 4900]


def test_the_older_groups(tmp_path):
    """Docker's path may be one that the container does not see."""
    write(tmp_path, own="5:cpu:/\n4:hugetlb,memory:/docker/12ab\n0::/system\n")
    write(
        tmp_path / "groups/memory",
        memory__limit_in_bytes="4000\n",
        memory__usage_in_bytes="1000\n",
        memory__stat="total_inactive_file 50\ncache 7\n",
    )
    assert left(tmp_path) == [3050]


def test_no_groups(tmp_path):
    assert left(tmp_path) == []
    write(tmp_path, own="0::/\n")
    assert left(tmp_path) == []


def test_the_least_counts(monkeypatch):
    monkeypatch.setattr(capacity, "_left_in_groups", lambda: [10**9, 12_345])
    assert capacity.available() == 12_345
    monkeypatch.setattr(capacity, "_left_in_groups", lambda: [-5])
    assert capacity.available() == 0
