"""The Keras models: ImageNet's weights fit, a weights file fits or is refused in plain words."""

import http.client
import inspect
import json
import os
import pathlib
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

import numpy as np
import pytest
from optional import h5py, keras
from random_weights import random_images, random_weights
from strategies import DIALECTS, PUBLISHED

from mobilenet_lab import Design, build
from mobilenet_lab.models import imagenet as model_module
from mobilenet_lab.models import weights as weights_module

# Keras' own way of asking TensorFlow for an array
pytestmark = [
    pytest.mark.keras,
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]

APPLICATIONS = keras and {"v1": keras.applications.MobileNet, "v2": keras.applications.MobileNetV2}


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


@pytest.fixture
def connected(monkeypatch, cache):
    """Nothing is cached, and the network can be reached."""
    monkeypatch.setattr(model_module, "_unreachable", lambda: None)


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


@pytest.mark.filterwarnings("ignore:with these weights Keras runs another network:UserWarning")
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
def test_imagenet_weights_move_in(monkeypatch, connected, family, alpha, resolution, asked):
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
def test_no_network_in_one_sentence(monkeypatch, connected, failure):
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


def test_other_failures_are_not_called_the_network_s(monkeypatch, connected):
    def fail(**_):
        raise RuntimeError("out of memory")

    monkeypatch.setattr(keras.applications, "MobileNet", fail)
    with pytest.raises(RuntimeError, match="out of memory"):
        build(Design("v1"), weights="imagenet")


# The whole of it: looking a name up, and all its addresses


@pytest.fixture
def no_proxies(monkeypatch):
    """A network without proxies."""
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


@pytest.mark.parametrize("dead", ["look-up", "addresses"])
def test_a_dead_network_is_known_within_the_patience(monkeypatch, cache, no_proxies, dead):
    """The name is looked up for long, or each of its many addresses stays silent."""
    tries, over = [], threading.Event()

    def look_up(host, port, *_):
        tries.append(host)
        if dead == "look-up":
            over.wait(8)
            raise socket.gaierror("found too late")
        address = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        return [(*address, (f"192.0.2.{last}", port)) for last in range(1, 17)]

    def connect(connection, address):
        tries.append(address)
        over.wait(connection.gettimeout())
        raise TimeoutError("timed out")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(model_module, "PATIENCE", 0.8)
    start = time.perf_counter()
    with pytest.raises(ConnectionError, match="could not be downloaded") as caught:
        build(Design("v1", 0.25, resolution=128), weights="imagenet")
    taken, tried = time.perf_counter() - start, list(tries)
    over.set()
    for thread in threading.enumerate():
        if "knock" in thread.name:  # it would go on in the tests to come
            thread.join()
    assert taken < 0.8 + 3  # building the model included
    assert "timed out" in str(caught.value.__cause__)
    assert tried[0] == model_module.HOST
    assert len(tried) < 8


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, ("storage.googleapis.com", 443)),
        ({"https_proxy": "http://10.0.0.1:3128"}, ("10.0.0.1", 3128)),
        ({"HTTPS_PROXY": "http://me:word@proxy.example:3128/"}, ("proxy.example", 3128)),
        ({"https_proxy": "proxy.example:3128"}, ("proxy.example", 3128)),
        ({"https_proxy": "http://[::1]:8080"}, ("::1", 8080)),
        ({"http_proxy": "http://10.0.0.1:3128"}, ("storage.googleapis.com", 443)),
        (
            {"https_proxy": "http://10.0.0.1:3128", "no_proxy": "googleapis.com"},
            ("storage.googleapis.com", 443),
        ),
    ],
    ids=str,
)
def test_what_is_reached_for_is_what_the_download_connects_to(
    monkeypatch, cache, no_proxies, variables, expected
):
    """Keras' own download after ours: both ask for the same address."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(urllib.request, "_opener", None)  # which keeps the first proxies it sees
    asked = []

    def connection(address, *_, **__):
        asked.append(address)
        if len(asked) == 2:
            raise ConnectionRefusedError("refused")
        return socket.socket()

    monkeypatch.setattr(socket, "create_connection", connection)
    with pytest.raises(ConnectionError, match="could not be downloaded"):
        model_module.imagenet_model(Design("v1", 0.25, resolution=128))
    assert asked == [expected, expected]


def test_a_proxy_that_is_none_is_a_sentence_too(monkeypatch, cache, no_proxies):
    monkeypatch.setenv("https_proxy", "http://proxy.example:many")
    with pytest.raises(ConnectionError, match="could not be downloaded"):
        model_module.imagenet_model(Design("v1", 0.25, resolution=128))


# A damaged file in Keras' cache

TINY = Design("v1", 0.25, resolution=128)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The bytes of a good file as Keras keeps it."""
    path = tmp_path_factory.mktemp("keras") / "whole.h5"
    reference("v1", 0.25, 128).save(path)
    return path.read_bytes()


@pytest.mark.parametrize("content", ["nothing", "a page", "half", "half and zeros", "of another"])
def test_a_damaged_file_of_keras_is_named(monkeypatch, cache, whole, content):
    monkeypatch.setattr("socket.socket.connect", lambda *a: pytest.fail("asked the network"))
    file, half = weights_module.imagenet_file(TINY), whole[: len(whole) // 2]
    assert file == cache / "mobilenet_2_5_128_tf.h5"
    contents = {
        "nothing": b"",
        "a page": b"<html>log in first</html>" * 99,
        "half": half,
        "half and zeros": half.ljust(len(whole), b"\0"),
    }
    if content in contents:
        file.write_bytes(contents[content])
    else:
        build(TINY).save(file)
        with h5py.File(file, "a") as store:
            del store["model_weights"]["stem_conv"]
    for load in (build, weights_module.load):
        with pytest.raises(ConnectionError) as caught:
            load(TINY, "imagenet")
        message = str(caught.value)
        assert len(message.splitlines()) == 1
        assert str(file) in message and "is damaged; delete it" in message
        assert "network" not in message
        assert file.is_file()  # it is the reader's to delete
    assert weights_module.start(TINY) == "imagenet"
    assert weights_module.start(TINY, imagenet=False) in ("patches", "random")


def test_a_good_file_of_keras_is_read_without_a_network(monkeypatch, cache, whole):
    monkeypatch.setattr("socket.socket.connect", lambda *a: pytest.fail("asked the network"))
    weights_module.imagenet_file(TINY).write_bytes(whole)
    assert build(TINY, "imagenet").count_params() == reference("v1", 0.25, 128).count_params()


def test_where_keras_may_not_write_is_not_where_it_reads(monkeypatch, cache):
    """Keras goes elsewhere then, even for what it has already."""
    may, asked = os.access, []
    access = lambda path, mode: str(path) != str(cache.parent) and may(path, mode)  # noqa: E731

    def fetch(origin, target, *_):
        asked.append(target)
        raise OSError("no download")

    monkeypatch.setattr(os, "access", access)
    monkeypatch.setattr(os, "makedirs", lambda *_, **__: None)
    monkeypatch.setattr("keras.src.utils.file_utils.urlretrieve", fetch)
    with pytest.raises(OSError, match="no download"):
        keras.utils.get_file("some.h5", "https://host/some.h5", cache_subdir="models")
    assert asked == [str(model_module.keras_folder() / "some.h5")]


# Keras downloads through the proxy that the environment names: here a loopback socket that answers
# as told, or not at all. Before each download the lab reaches for it once. It hangs up after a
# minute, so that a lost time limit fails the test (by another cause than a timeout) and does not
# hang it.
BAD_NETWORKS = """
import json, os, socket, sys, threading
import mobilenet_lab, mobilenet_lab.models.imagenet as model

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
        server.accept()[0].close()
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


@pytest.mark.parametrize("kind", [str, pathlib.Path], ids=["text", "Path"])
def test_a_path_that_is_no_weights_file_in_plain_words(tmp_path, monkeypatch, kind):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notes.py").touch()
    with pytest.raises(ValueError) as caught:
        build(SMALL, weights=kind("notes.py"))
    assert str(caught.value) == (
        "weights='notes.py' is not possible; accepted: 'imagenet' or the path of an existing "
        ".weights.h5, .h5 or .keras file"
    )


@pytest.mark.parametrize("kind", [str, pathlib.Path], ids=["text", "Path"])
def test_a_weights_file_in_the_home_folder(monkeypatch, saved, kind):
    weights, folder = saved
    for variable in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(variable, str(folder))
    loaded = build(SMALL, weights=kind("~/small.weights.h5")).get_weights()
    for ours, theirs in zip(loaded, weights, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    with pytest.raises(ValueError, match="weights='~/missing.h5' is not possible"):
        build(SMALL, weights=kind("~/missing.h5"))
    with pytest.raises(ValueError, match="weights='~nobody-here/small.h5' is not possible"):
        build(SMALL, weights=kind("~nobody-here/small.h5"))


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
        Design("v1", 0.25, classes=2, dialect="keras"),
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


@pytest.mark.parametrize("dialect", ["listing", "keras"])
def test_v2_has_dropout_in_the_paper_s_dialect_only(refused, dialect):
    design = Design("v2", 0.35, classes=2, dialect=dialect)
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


@pytest.mark.parametrize("dialect", DIALECTS)
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
