"""The Keras models: ImageNet's weights fit, a weights file fits or is refused in plain words."""

import http.client
import inspect
import json
import os
import socket
import subprocess
import sys
import urllib.error

import h5py
import keras
import numpy as np
import pytest
from random_weights import random_images, random_weights
from strategies import PUBLISHED

from mobilenet_lab import Design, build

# Keras' own way of asking TensorFlow for an array
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

APPLICATIONS = {"v1": keras.applications.MobileNet, "v2": keras.applications.MobileNetV2}


@pytest.fixture(autouse=True)
def forget_models():
    """Each test starts without the graphs of the one before."""
    keras.backend.clear_session()


def reference(family, alpha, pixels, seed=0):
    """The `keras.applications` model, with random weights as after training."""
    shape = (pixels, pixels, 3)
    model = APPLICATIONS[family](input_shape=shape, alpha=alpha, weights=None)
    return random_weights(model, seed)


def answers(model, images):
    """What a model says to images, which is not the same for all of them."""
    probabilities = keras.ops.convert_to_numpy(model(images))
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)
    assert np.ptp(probabilities, axis=0).max() > 1e-4
    return probabilities


# Weights of keras.applications


@pytest.mark.parametrize(
    ("family", "alpha"), [(family, alpha) for family in PUBLISHED for alpha in PUBLISHED[family]]
)
def test_keras_weights_give_keras_answers(family, alpha):
    pixels = 96 if alpha == 0.5 else 64
    theirs = reference(family, alpha, pixels)
    ours = build(Design(family, alpha, resolution=pixels))
    ours.set_weights(theirs.get_weights())
    images = random_images(ours)
    np.testing.assert_allclose(answers(ours, images), answers(theirs, images), rtol=1e-4, atol=1e-7)


def test_v2_gives_keras_answers_at_odd_sizes_too():
    theirs, ours = reference("v2", 0.35, 75), build(Design("v2", 0.35, resolution=75))
    ours.set_weights(theirs.get_weights())
    images = random_images(ours)
    np.testing.assert_allclose(answers(ours, images), answers(theirs, images), rtol=1e-4, atol=1e-7)


@pytest.mark.parametrize(
    ("family", "alpha", "resolution", "asked"),
    [
        ("v1", 0.25, 128, 128),
        ("v1", 0.5, 96, 224),  # the smallest of v1 is 128 px
        ("v1", 0.25, 33, 224),
        ("v2", 0.35, 96, 96),
        ("v2", 0.5, 160, 160),
        ("v2", 1.4, 100, 224),
        ("v2", np.float32(1.3), 448, 224),
    ],
)
def test_imagenet_weights_move_in(monkeypatch, family, alpha, resolution, asked):
    calls, theirs, original = [], [], APPLICATIONS[family]

    def downloaded(*args, **kwargs):
        given = inspect.signature(original).bind(*args, **kwargs)
        given.apply_defaults()
        calls.append(given.arguments)
        theirs.append(random_weights(original(**{**given.arguments, "weights": None})))
        return theirs[0]

    monkeypatch.setattr(keras.applications, original.__name__, downloaded)
    model = build(Design(family, alpha, resolution=resolution), weights="imagenet")
    (call,) = calls
    assert call["input_shape"] == (asked, asked, 3)
    assert str(call["alpha"]) == str(alpha)  # it becomes part of a file's name
    assert (call["weights"], call["include_top"], call["classes"]) == ("imagenet", True, 1000)
    for moved, weight in zip(model.get_weights(), theirs[0].get_weights(), strict=True):
        np.testing.assert_array_equal(moved, weight)
    assert model.input.shape == (None, resolution, resolution, 3)


@pytest.mark.parametrize(
    ("design", "received"),
    [
        (Design("v1", 0.6), "alpha=0.6"),
        (Design("v1", 1.3), "alpha=1.3"),
        (Design("v1", 0.35), "alpha=0.35"),
        (Design("v2", 0.25), "alpha=0.25"),
        (Design("v2", 2), "alpha=2.0"),
        (Design("v1", classes=10), "classes=10"),
        (Design("v2", classes=1001), "classes=1001"),
        (Design("v2", expansion=5), "expansion=5"),
        (Design("v2", expansion=1), "expansion=1"),
        (Design("v1", dialect="listing"), "dialect='listing'"),
        (Design("v2", dialect="listing"), "dialect='listing'"),
    ],
    ids=str,
)
def test_imagenet_weights_that_do_not_exist(refused, monkeypatch, design, received):
    for model in APPLICATIONS.values():
        monkeypatch.delattr(keras.applications, model.__name__)  # it is not even asked
    refused(lambda: build(design, weights="imagenet"), received, "ImageNet")


# No network


@pytest.mark.parametrize(
    "failure",
    [
        Exception("URL fetch failure on https://host/weights.h5: None -- [Errno -2] unknown"),
        Exception("URL fetch failure on https://host/weights.h5: 404 -- Not Found"),
        urllib.error.URLError("no route"),
        TimeoutError("The read operation timed out"),
        http.client.RemoteDisconnected("closed without response"),
        http.client.BadStatusLine("hello"),
        ConnectionResetError(104, "reset"),
    ],
    ids=repr,
)
def test_no_network_in_one_sentence(monkeypatch, failure):
    def fail(**_):
        raise failure

    monkeypatch.setattr(keras.applications, "MobileNet", fail)
    patience = socket.getdefaulttimeout()
    with pytest.raises(ConnectionError) as caught:
        build(Design("v1"), weights="imagenet")
    message = str(caught.value)
    assert len(message.splitlines()) == 1
    assert len(message) <= 300
    assert "could not be downloaded" in message
    assert caught.value.__cause__ is failure
    assert socket.getdefaulttimeout() == patience


def test_other_failures_are_not_called_the_network_s(monkeypatch):
    def fail(**_):
        raise RuntimeError("out of memory")

    monkeypatch.setattr(keras.applications, "MobileNet", fail)
    with pytest.raises(RuntimeError, match="out of memory"):
        build(Design("v1"), weights="imagenet")


# Keras downloads through the proxy that the environment names: here a loopback socket that answers
# as told, or not at all. It hangs up after a minute, so that a lost time limit fails the test (by
# another cause than a timeout) and does not hang it.
BAD_NETWORKS = """
import json, os, socket, sys, threading
import mobilenet_lab, mobilenet_lab.model as model

silence, stall = None, b"HTTP/1.1 200 OK\\r\\n\\r\\n"
answers = [silence, b"", b"hello\\r\\n\\r\\n", b"HTTP/1.1 403 Forbidden\\r\\n\\r\\n", stall]
server = socket.create_server(("127.0.0.1", 0))
os.environ["https_proxy"] = f"http://127.0.0.1:{server.getsockname()[1]}"
over = threading.Event()

def hold(connection):
    over.wait(60)
    connection.close()

def serve():
    for answer in answers:
        connection, _ = server.accept()
        if answer is not silence:
            connection.recv(4096)
            connection.sendall(answer)
        if answer in (silence, stall):
            threading.Thread(target=hold, args=[connection], daemon=True).start()
        else:
            connection.close()
    server.close()

threading.Thread(target=serve, daemon=True).start()
model.PATIENCE = 1
causes = []
for _ in [*answers, "refused"]:
    try:
        model.imagenet_model(mobilenet_lab.Design("v1", 0.25, resolution=128))
    except ConnectionError as error:
        causes.append(str(error.__cause__))
over.set()
print(json.dumps(causes))
"""


def test_bad_networks_through_keras_own_download(tmp_path):
    environment = {
        name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")
    }
    done = subprocess.run(
        [sys.executable, "-c", BAD_NETWORKS],
        env=environment | {"KERAS_HOME": str(tmp_path)},
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    silent, closed, babble, forbidden, stalled, refused = json.loads(done.stdout.splitlines()[-1])
    assert "timed out" in silent
    assert closed
    assert "hello" in babble
    assert "403" in forbidden
    assert "timed out" in stalled
    assert "refused" in refused.lower()
    assert not list(tmp_path.rglob("*.h5"))


# A weights file

SMALL = Design("v1", 0.25, resolution=32, classes=2)


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A small network, and its weights in each kind of file that Keras writes."""
    model = random_weights(build(SMALL))
    folder = tmp_path_factory.mktemp("weights")
    model.save_weights(folder / "small.weights.h5")
    model.save(folder / "small.keras")
    model.save(folder / "small.h5")
    return model.get_weights(), folder


@pytest.mark.parametrize("name", ["small.weights.h5", "small.keras", "small.h5"])
@pytest.mark.parametrize("kind", [str, lambda path: path], ids=["text", "Path"])
def test_a_weights_file_comes_back(saved, recwarn, name, kind):
    weights, folder = saved
    other_size = Design("v1", 0.25, resolution=57, classes=2)  # the weights do not depend on it
    loaded = build(other_size, weights=kind(folder / name)).get_weights()
    for ours, theirs in zip(loaded, weights, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert not [warning for warning in recwarn if issubclass(warning.category, UserWarning)]


def test_a_whole_model_is_read_without_the_lab(saved):
    weights, folder = saved
    model = keras.models.load_model(folder / "small.keras")
    for ours, theirs in zip(model.get_weights(), weights, strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("name", ["small.weights.h5", "small.keras", "small.h5"])
@pytest.mark.parametrize(
    "design",
    [
        Design("v1", 0.25, resolution=32, classes=3),
        Design("v1", 0.3, resolution=32, classes=2),
        Design("v1", 0.25, resolution=32, classes=2, dialect="listing"),
        Design("v2", 0.25, resolution=32, classes=2),
    ],
    ids=lambda design: f"{design}, {design.classes} classes",
)
def test_a_file_of_another_network(refused, saved, recwarn, name, design):
    file = str(saved[1] / name)
    refused(lambda: build(design, weights=file), "weights=", "same layers")
    assert not [warning for warning in recwarn if issubclass(warning.category, UserWarning)]


@pytest.mark.parametrize("suffix", [".weights.h5", ".h5", ".keras"])
@pytest.mark.parametrize("content", ["nothing", "text", "empty HDF5", "other HDF5", "half"])
def test_a_file_that_holds_no_weights(refused, saved, tmp_path, suffix, content):
    file = tmp_path / f"f{suffix}"
    if content == "empty HDF5":
        h5py.File(file, "w").close()
    elif content == "other HDF5":
        with h5py.File(file, "w") as store:
            store["layers"] = store["model_weights"] = np.arange(3)
    else:
        whole = (saved[1] / f"small{suffix}").read_bytes()
        file.write_bytes(
            {"nothing": b"", "text": b"text\n" * 99}.get(content, whole[: len(whole) // 2])
        )
    refused(lambda: build(SMALL, weights=file), "weights=", "same layers")


@pytest.mark.parametrize(
    "weights", ["missing.weights.h5", "", ".", "ImageNet", "weights.txt", 5, True, b"imagenet"]
)
def test_weights_that_are_no_file(refused, weights):
    refused(lambda: build(SMALL, weights=weights), f"weights={weights!r}", "'imagenet'", ".h5")


def test_weights_of_other_types(refused, tmp_path):
    folder, text = tmp_path / "folder.weights.h5", tmp_path / "weights.txt"
    folder.mkdir()
    text.write_text("weights", encoding="utf-8")
    for weights in (folder, text, tmp_path / "missing.h5", ["imagenet"], np.zeros(3), {}):
        refused(lambda weights=weights: build(SMALL, weights=weights), "weights=")


# Dropout


def rates(model):
    """The rates of a model's Dropout layers."""
    return [layer.rate for layer in model.layers if isinstance(layer, keras.layers.Dropout)]


@pytest.mark.parametrize(
    "design",
    [
        Design("v1", 0.25, classes=2),
        Design("v1", 0.25, classes=2, dialect="listing"),
        Design("v2", 0.35, classes=2, expansion=1),
    ],
    ids=str,
)
def test_the_dropout_rate(design):
    assert rates(build(design)) == [0.001]
    assert "0.001" in build.__doc__
    assert rates(build(design, dropout=0.5)) == [0.5]


@pytest.mark.parametrize(
    ("given", "stored"), [(None, 0.001), (0, 0), (np.float32(0.25), 0.25), (0.999, 0.999)]
)
def test_any_rate_below_1(given, stored):
    assert rates(build(SMALL, dropout=given)) == [stored]


def test_v2_of_the_listing_has_no_dropout(refused):
    design = Design("v2", 0.35, classes=2, dialect="listing")
    assert rates(build(design)) == []
    for rate in (0.0, 0.5):
        refused(lambda rate=rate: build(design, dropout=rate), f"dropout={rate}", "no Dropout")


@pytest.mark.parametrize("rate", [1, 1.0, -0.1, float("nan"), float("inf"), "0.5", True, [0.5]])
def test_a_bad_dropout_rate(refused, rate):
    refused(lambda: build(SMALL, dropout=rate), f"dropout={rate!r}", "from 0")


def test_a_model_learns():
    model = build(SMALL, dropout=0.2)
    model.compile("sgd", "sparse_categorical_crossentropy")
    before = model.get_weights()
    model.fit(random_images(model, 4), np.array([0, 1, 0, 1]), verbose=0)
    changed = [not np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True)]
    assert all(changed)


# Without the classifier


@pytest.mark.parametrize("dialect", ["paper", "listing"])
@pytest.mark.parametrize("family", ["v1", "v2"])
def test_without_the_classifier(tmp_path, family, dialect):
    design = Design(family, 0.35, resolution=64, classes=2, dialect=dialect)
    whole, body = random_weights(build(design)), build(design, top=False)
    names = [layer.name for layer in whole.layers if not layer.name.startswith("classifier")]
    assert [layer.name for layer in body.layers] == names
    count = len(body.get_weights())
    body.set_weights(whole.get_weights()[:count])
    inner = keras.Model(whole.input, whole.get_layer(names[-1]).output)
    images = random_images(whole)
    np.testing.assert_array_equal(body(images), inner(images))
    body.save_weights(tmp_path / "body.weights.h5")
    again = build(design, weights=tmp_path / "body.weights.h5", top=False)
    np.testing.assert_array_equal(again(images), body(images))


def test_files_with_and_without_the_classifier(refused, saved, tmp_path):
    build(SMALL, top=False).save_weights(tmp_path / "body.weights.h5")
    refused(lambda: build(SMALL, weights=tmp_path / "body.weights.h5"), "same layers")
    weights, folder = saved
    body = build(SMALL, weights=folder / "small.weights.h5", top=False).get_weights()
    for ours, theirs in zip(body, weights, strict=False):
        np.testing.assert_array_equal(ours, theirs)
    refused(lambda: build(SMALL, top=None), "top=None", "classifier")
    refused(lambda: build(SMALL, top=False, dropout=0.5), "dropout=0.5", "no Dropout")
