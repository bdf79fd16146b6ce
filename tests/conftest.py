"""What the tests share: which run where, the same random examples, one error rule, a cache."""

import gc
import os
import re
import sys
from importlib.util import find_spec

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

# The processes of the tests fill the cores by themselves, and threads that wait for one another
# take a core from another process. One course of the spiral cost 0.54 s of CPU beside others, and
# costs 0.01 s with one thread; the training of two small networks took 145 s, and takes 73 s.
# Kernels and servers inherit it.
for name in ("OPENBLAS_NUM", "TF_NUM_INTRAOP", "TF_NUM_INTEROP"):
    os.environ.setdefault(f"{name}_THREADS", "1")

# It builds a grammar of addresses, for 1.6 s in each process that reads a notebook. jsonschema does
# without where it is not installed.
sys.modules.setdefault("rfc3987_syntax", None)

# The same examples in every run, and no clock: a slow machine must not fail a test.
settings.register_profile("lab", deadline=None, derandomize=True, database=None)
settings.load_profile("lab")

# What the core of the lab does without; `--hide-extras` shows that its tests do, too.
EXTRAS = ("keras", "tensorflow", "h5py", "skimage", "playwright")
EXTRAS += ("ai_edge_litert", "tflite_micro", "voila")
NEEDS = {"keras": "keras", "samples": "skimage", "browser": "playwright"}  # mark: module
IMPORTS = {  # file or folder: module
    "browser": "playwright",
    "test_doors.py": "voila",
    "test_export.py": "nbconvert",
    "test_grader.py": "nbgrader",
    "test_notebook_outputs.py": "nbval",
    "test_recorder.py": "tflite_micro",
    "test_server.py": "jupyter_server",
}
NOT_CORE = {*NEEDS, "slow", "notebook"}

# Started first, since they take longest; what is short fills the end.
FIRST = (
    *("notebooks/07", "test_measured.py", "test_training_networks", "test_inside.py"),
    *("test_saved_models.py", "test_training_kills.py", "test_model.py", "test_live.py"),
    *("test_lab.py::06", "test_install.py", "test_train_for_real.py", "test_lab.py::02"),
    *("test_mobilenet_v3.py", "test_features.py", "test_lab.py::01", "test_lab.py::07"),
    *("test_dashboard.py", "test_lab.py", "browser/test_training.py", "test_grader.py"),
    *("notebooks/09", "notebooks/05", "test_patches", "test_edge.py", "test_look_inside.py"),
    *("test_architecture.py", "test_cost.py", "test_keras_dialect.py", "test_reopened.py"),
    *("test_live_pages.py", "test_weights", "test_notebook_outputs.py", "test_missing.py"),
    *("test_site.py", "test_server.py", "test_make_lab.py", "test_report_page.py"),
)


def pytest_addoption(parser):
    parser.addoption(
        "--hide-extras", action="store_true", help="as if Keras, scikit-image … were not installed"
    )


def pytest_configure(config):
    if config.getoption("--hide-extras"):
        sys.modules.update(dict.fromkeys(EXTRAS))


def pytest_ignore_collect(collection_path):
    """A file is left out where what it imports is not installed."""
    module = IMPORTS.get(collection_path.name)
    return True if module and not find_spec(module) else None


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items):
    """Mark what is not marked by hand; in the end, what takes long comes first."""
    mark(items)
    yield
    items.sort(
        key=lambda item: next(
            (index for index, name in enumerate(FIRST) if name in scope(item.nodeid)), len(FIRST)
        )
    )


def pytest_collection_finish():
    """What stays to the end is no garbage: looking through it again and again took a tenth."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


def mark(items):
    """Mark cells of notebooks and the core's tests; skip what wants a module that is missing."""
    missing = {mark for mark, module in NEEDS.items() if not find_spec(module)}
    for item in items:
        if item.path.suffix == ".ipynb":
            item.add_marker("notebook")
        marks = {mark.name for mark in item.iter_markers()}
        if not marks & NOT_CORE:
            item.add_marker("core")
        for mark in sorted(marks & missing):
            item.add_marker(pytest.mark.skip(f"needs {NEEDS[mark]}"))


def scope(nodeid):
    """What one process runs together, in order: a file; in the browser, a file on one notebook."""
    file, _, test = nodeid.partition("::")
    notebook = re.search(r"\d\d_[a-z]\w*", test.partition("[")[2])
    return f"{file}::{notebook[0]}" if notebook and "browser" in file else file


class ByFile(LoadScopeScheduling):
    """Hands out tests by `scope`."""

    def _split_scope(self, nodeid):
        return scope(nodeid)


def pytest_xdist_make_scheduler(config, log):
    return ByFile(config, log) if config.getoption("dist") == "loadfile" else None


@pytest.fixture(scope="session")
def refused():
    """`refused(call, *received)`: the call raises `ValueError` in the lab's manner.

    One line of at most 300 characters that holds each text of `received` and what is accepted.
    """

    def check(call, *received):
        with pytest.raises(ValueError) as caught:
            call()
        message = str(caught.value)
        assert caught.type is ValueError
        assert len(message.splitlines()) == 1
        assert len(message) <= 300
        assert message.partition("accepted: ")[2].strip()
        for text in received:
            assert text in message

    return check


@pytest.fixture
def unseen(monkeypatch):
    """Nothing is painted, which takes longest: for what does not look at pixels."""
    monkeypatch.setattr("mobilenet_lab.explorers.live.LiveFigure.frame", lambda self: b"")


@pytest.fixture
def cache(monkeypatch, tmp_path):
    """An empty cache of Keras, which reads the variable only once."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setattr("keras.src.backend.config._KERAS_DIR", str(tmp_path))
    (tmp_path / "models").mkdir()
    return tmp_path / "models"
