"""Keras that is not there, a home that is not there, a disk that takes nothing: a sentence each."""

import errno
import importlib.metadata
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from optional import keras

from mobilenet_lab import layers
from mobilenet_lab.models import imagenet, weights
from mobilenet_lab.models.build import build, can_build
from mobilenet_lab.networks.design import Design

ROOT = Path(__file__).parents[1]
SMALL = Design("v1", 0.25, resolution=128)
OFFERED = ["tensorflow-cpu>=2; python_version > '3' and extra == 'keras'", "numpy>=2"]
ELSEWHERE = ["tensorflow>=2; python_version < '3' and extra == 'keras'", "numpy>=2"]


# --- without Keras ---


@pytest.fixture
def without(monkeypatch):
    """`without(*names)`: as if these modules were not installed."""

    def hide(*names):
        find, load = importlib.util.find_spec, importlib.import_module

        def import_module(name):
            if name in names:
                raise ModuleNotFoundError(f"No module named {name!r}", name=name)
            return load(name)

        monkeypatch.delitem(sys.modules, "keras", raising=False)
        monkeypatch.setattr(importlib, "import_module", import_module)
        monkeypatch.setattr(
            "importlib.util.find_spec", lambda name: None if name in names else find(name)
        )

    return hide


@pytest.mark.parametrize(
    ("requires", "sentence"),
    [
        (OFFERED, r'pip install "mobilenet-lab\[keras\]"'),
        (ELSEWHERE, "Python 3.11 to 3.13 on .*, but none for Python .*; everything else works"),
    ],
)
def test_a_model_without_keras_is_one_sentence(monkeypatch, without, requires, sentence):
    without("keras", "tensorflow")
    monkeypatch.setattr(importlib.metadata, "requires", lambda name: requires)
    with pytest.raises(
        ModuleNotFoundError, match=f"^building a model needs .*{sentence}"
    ) as caught:
        build(SMALL)
    assert caught.value.name == "keras"
    assert len(str(caught.value).splitlines()) == 1


def test_cells_can_ask_whether_there_is_keras(monkeypatch, without, capsys):
    without("tensorflow")
    monkeypatch.setattr(importlib.metadata, "requires", lambda name: ELSEWHERE)
    assert not can_build()
    said = capsys.readouterr().out
    assert said.startswith("Building a model needs ") and said.endswith(" works without it.\n")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: True)
    assert can_build() and not capsys.readouterr().out


def test_keras_without_tensorflow_is_that_sentence_too(monkeypatch, without):
    """As an extra leaves it whose system has no TensorFlow."""

    def load(name):
        raise ModuleNotFoundError("No module named 'tensorflow'", name="tensorflow")

    without("tensorflow")
    monkeypatch.setattr(layers.importlib, "import_module", load)
    monkeypatch.setattr(importlib.metadata, "requires", lambda name: ELSEWHERE)
    with pytest.raises(ModuleNotFoundError, match="^building a model needs TensorFlow"):
        layers.keras()


def test_a_checkout_that_is_not_installed_names_the_extra(monkeypatch, without):
    def requires(name):
        raise importlib.metadata.PackageNotFoundError(name)

    without("keras")
    monkeypatch.setattr(importlib.metadata, "requires", requires)
    assert layers.no_keras().endswith('pip install "mobilenet-lab[keras]"')


# --- without a home, or with one that is only read ---


@pytest.fixture
def homeless(monkeypatch):
    """A user whom no list knows, as in a container with a number for a user."""
    monkeypatch.delenv("KERAS_HOME", raising=False)
    monkeypatch.setattr("os.path.expanduser", lambda path: path)


def test_a_user_without_a_home(homeless, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert imagenet.keras_folder() == Path("/tmp/.keras/models")
    assert weights.start(SMALL) in weights.kinds(SMALL)
    assert weights.class_names() is None or weights.class_names()


HOMES = [("no", "no"), ("none", "no"), ("there", "file/in"), ("there", "new/one")]


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """What the lab and Keras say in each of the homes."""
    place = tmp_path_factory.mktemp("homes")
    (place / "there").mkdir()
    (place / "file").touch()
    chosen = [dict(zip(("HOME", "KERAS_HOME"), home, strict=True)) for home in HOMES]
    variables = [
        {name: str(place / value) for name, value in own.items() if value != "no"} for own in chosen
    ]
    asked = subprocess.run(
        [sys.executable, "-c", FOLDERS, json.dumps(variables)],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        cwd=place,  # some take "~" for a folder in it
        capture_output=True,
        encoding="utf-8",
    )
    assert asked.returncode == 0, asked.stderr
    told = [json.loads(line) for line in asked.stdout.splitlines() if line.startswith("[")]
    assert len(told) == len(HOMES), asked.stderr
    return dict(zip(HOMES, told, strict=True))


@pytest.mark.keras
@pytest.mark.skipif(os.name == "nt", reason="it is about accounts of Unix")
@pytest.mark.parametrize("home", HOMES, ids="-".join)
def test_the_folder_is_keras_own(folders, home):
    """Whatever the home and KERAS_HOME are, for a user who is in no list."""
    lab, keras_own = folders[home]
    assert lab == keras_own


# TensorFlow, which looks at no home, is there before the processes part; Keras is imported in each.
FOLDERS = """
import json, os, pwd, sys
sys.modules["keras"] = None  # TensorFlow imports it where it can
import tensorflow
del sys.modules["keras"]
def unknown(uid):
    raise KeyError(uid)
pwd.getpwuid = unknown
def ask():
    from mobilenet_lab.models import imagenet
    lab = str(imagenet.keras_folder())
    assert "keras" not in sys.modules
    import keras
    fetched = []
    def fetch(origin, target, *_):
        fetched.append(target)
        raise OSError("no download")
    keras.src.utils.file_utils.urlretrieve = fetch
    keras.src.utils.file_utils.os.makedirs = lambda *_, **__: None
    try:
        keras.utils.get_file("some.h5", "https://host/some.h5", cache_subdir="models")
    except OSError:
        print(json.dumps([lab, fetched[0].removesuffix("/some.h5")]), flush=True)
for variables in json.loads(sys.argv[1]):
    if not os.fork():
        os.environ.update(variables)
        try:
            ask()
        finally:
            os._exit(0)
    os.wait()
"""


@pytest.fixture
def read_only(cache, monkeypatch):
    """Keras' folder, in which nobody may write."""
    may = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: cache.parent != path and may(path, mode))
    return cache


@pytest.mark.keras
def test_what_is_in_a_folder_to_read_alone_is_used(read_only):
    """Keras itself would download it again."""
    assert imagenet.keras_folder() != read_only
    assert imagenet.imagenet_file(SMALL).parent != read_only
    (read_only / imagenet.imagenet_file(SMALL).name).touch()
    assert imagenet.imagenet_file(SMALL).parent == read_only
    assert weights.is_cached(SMALL)
    (read_only / "imagenet_class_index.json").write_text('{"0": ["n0", "a_b"]}', encoding="utf-8")
    assert weights.class_names() == ["a b"]


# --- a disk that takes nothing ---


@pytest.mark.keras
@pytest.mark.parametrize("code", ["ENOSPC", "EROFS", "EACCES"])
def test_weights_that_cannot_be_kept(cache, monkeypatch, code):
    number = getattr(errno, code)

    def make(**_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(keras.applications, "MobileNet", make)
    monkeypatch.setattr(imagenet, "_unreachable", lambda: None)
    with pytest.raises(ConnectionError, match=os.strerror(number)) as caught:
        imagenet.imagenet_model(SMALL)
    assert "KERAS_HOME" in str(caught.value) and str(cache) in str(caught.value)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a device of Linux")
def test_a_command_whose_output_cannot_be_written():
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "mobilenet_lab", "cost", "v1"],
            cwd=ROOT,
            stdout=full,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
    assert done.returncode == 2
    assert done.stderr.startswith("error: the output cannot be written: ")
    assert len(done.stderr.splitlines()) == 1
