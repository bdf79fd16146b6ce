"""Arrays as a data set, and the data sets of `keras.datasets`."""

import errno
import http.client
import socket
import types
import urllib.error

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from optional import keras

from mobilenet_lab import capacity, layers
from mobilenet_lab.training import arrays, named, sources

X = np.random.default_rng(0).integers(0, 256, (6, 5, 5, 3), np.uint8)
Y = np.array([0, 1, 2, 0, 1, 2])


def test_pictures_and_labels_as_they_are():
    data = arrays(X, Y, X[::-1], Y[::-1])
    assert data.title == "arrays" and data.classes == ("0", "1", "2")
    assert (data.x == X).all() and (data.y == Y).all()
    assert (data.x_held_out == X[::-1]).all() and (data.y_held_out == Y[::-1]).all()
    assert arrays(X, Y, X, Y, title="mine").title == "mine"


def test_grey_pictures_get_three_channels():
    for grey in (X[..., 0], X[..., :1]):
        data = arrays(grey, Y, X, Y)
        assert (data.x == X[..., :1]).all() and data.x.shape == X.shape


@pytest.mark.parametrize("channels", [0, 1, 3])
def test_of_others_the_middle_is_used(channels):
    wide = np.zeros((6, 4, 9) + (channels,) * (channels > 0), np.uint8)
    wide[:, :, 2:6] = 7
    assert (arrays(wide, Y, wide.swapaxes(1, 2), Y).x == 7).all()


def test_labels_may_be_names():
    words = np.array(["cat", "ant", "bee"])[Y]
    for labels in (words, list(words), words.astype(object), pd.Series(words), words[:, None]):
        data = arrays(X, labels, X, labels)
        assert data.classes == ("ant", "bee", "cat")
        assert data.y.tolist() == [2, 0, 1, 2, 0, 1]
    data = arrays(X, words, X, words, classes=["cat", "bee", "ant"])
    assert data.classes == ("cat", "bee", "ant")
    assert data.y.tolist() == [0, 2, 1, 0, 2, 1]


def test_integers_count_in_the_classes():
    data = arrays(X, Y, X, Y, classes=["cat", "bee", "ant"])
    assert data.classes == ("cat", "bee", "ant") and (data.y == Y).all()
    assert arrays(X, Y[:, None], X, Y[:, None]) == arrays(X, Y, X, Y)


@given(st.lists(st.integers(-(10**12), 10**12), min_size=2, max_size=6, unique=True))
def test_any_integers_are_classes_in_order(values):
    labels = np.resize(np.array(values), 6)
    data = arrays(X, labels, X.copy(), labels.astype(np.int64))
    assert data.classes == tuple(str(value) for value in sorted(values))
    assert [int(data.classes[one]) for one in data.y] == labels.tolist()


def test_integers_of_two_kinds_are_the_same_labels():
    """NumPy would make floats of both together."""
    assert arrays(X, Y.astype(np.uint64), X, Y.astype(np.int64)).classes == ("0", "1", "2")


@pytest.mark.parametrize(
    ("pictures", "mended"),
    [
        (X / 255, "(x * 255).round().astype('uint8')"),
        ((X / 255).astype(np.float32), "(x * 255).round().astype('uint8')"),
        (X / 127.5 - 1, "((x + 1) * 127.5).round().astype('uint8')"),
        (X.astype(np.float32), "x.round().astype('uint8')"),
        (X.astype(np.int64), "x.astype('uint8')"),
        (X > 100, "x.astype('uint8') * 255"),
    ],
)
def test_other_pictures_are_refused_with_the_line_that_mends_them(refused, pictures, mended):
    refused(lambda: arrays(pictures, Y, X, Y), str(pictures.dtype), f"as {mended}")
    put_right = eval(mended, {"x": pictures})
    expected = X if pictures.dtype.kind != "b" else pictures * np.uint8(255)
    assert (arrays(put_right, Y, X, Y).x == expected).all()
    named_otherwise = mended.replace("x.", "x_held_out.").replace("(x ", "(x_held_out ")
    refused(lambda: arrays(X, Y, pictures, Y), "x_held_out", f"as {named_otherwise}")


@pytest.mark.parametrize(
    ("changed", "received"),
    [
        ({"x": X * 1000.0}, "float64"),
        ({"x": X.astype(int) - 300}, "int64"),
        ({"x": X / 255 * np.nan}, "float64"),
        ({"x": X.astype(str)}, "<U"),
        ({"x": np.zeros((0, 5, 5), np.float32)}, "float32"),
        ({"x": np.zeros((0, 5, 5), np.uint8)}, "(0, 5, 5, 3)"),
        ({"x": None}, "object"),
        ({"x": X[0, 0]}, "(5, 3)"),
        ({"x": X[..., :2]}, "(6, 5, 5, 2)"),
        ({"x": np.moveaxis(X, -1, 1)}, "np.moveaxis(x, 1, -1)"),
        ({"x_held_out": X[:, :4, :4]}, "4"),
        ({"y": Y / 1}, "y.astype(int)"),
        ({"y": np.eye(3)[Y]}, "y.argmax(axis=1)"),
        ({"y": Y > 0}, "bool"),
        ({"y": Y[:, None, None]}, "(6, 1, 1)"),
        ({"y": 3}, "()"),
        ({"y": Y[:5]}, "(5,)"),
        ({"y": Y.astype(str)}, "<U"),
        ({"y": [None] * 6}, "object"),
        ({"y": Y % 2}, "without the class='2'"),
        ({"classes": ["a", "b"]}, "2"),
        ({"classes": ["a", "b", "b"]}, "'b'"),
        ({"classes": "abc"}, "'abc'"),
        ({"classes": 3}, "3"),
        ({"title": ""}, "''"),
    ],
)
def test_one_sentence_says_what_is_wrong(refused, changed, received):
    refused(
        lambda: arrays(**{"x": X, "y": Y, "x_held_out": X, "y_held_out": Y} | changed), received
    )


def test_a_name_that_is_no_class_is_refused(refused):
    words = np.array(["cat", "ant", "bee"])[Y]
    refused(lambda: arrays(X, words, X, words, classes=["cat", "ant"]), "'bee'")


def test_more_than_memory_holds_is_refused(refused, monkeypatch):
    monkeypatch.setattr(capacity, "UNASKED", 0)
    monkeypatch.setattr(capacity, "available", lambda: 10)
    refused(lambda: arrays(X[..., 0], Y, X[..., 0], Y), "6 pictures")


# keras.datasets


def loading(monkeypatch, load):
    """`keras.datasets`, each of which calls `load`; nothing is downloaded."""
    module = types.SimpleNamespace(load_data=load)
    datasets = types.SimpleNamespace(**dict.fromkeys(sources.NAMES, module))
    monkeypatch.setattr(layers, "keras", lambda: types.SimpleNamespace(datasets=datasets))


@pytest.mark.parametrize("name", sources.NAMES)
def test_a_data_set_by_name(monkeypatch, name):
    classes = len(sources.NAMES[name])
    colour, side = name.startswith("cifar"), 32 if name.startswith("cifar") else 28
    shape = (2 * classes, side, side, 3) if colour else (2 * classes, side, side)
    x = np.random.default_rng(1).integers(0, 256, shape, np.uint8)
    y = np.arange(2 * classes, dtype=np.uint8) % classes
    y = y[:, None] if colour else y  # as Keras returns it
    loading(monkeypatch, lambda: ((x, y), (x[:classes], y[:classes])))
    data = named(name)
    assert data.title == name and data.side == side and data.classes == sources.NAMES[name]
    assert len(data.x) == 2 * classes and len(data.x_held_out) == classes
    assert (data.x[..., 1] == (x[..., 1] if colour else x)).all()
    assert data.at(16).side == 16


@pytest.mark.keras
@pytest.mark.parametrize("name", sources.NAMES)
def test_keras_has_it(name):
    assert callable(getattr(keras.datasets, name).load_data)


@pytest.mark.parametrize(
    "error",
    [
        urllib.error.URLError("no network"),
        Exception("URL fetch failure on https://example.org: None -- no network"),
        TimeoutError("timed out"),
        http.client.IncompleteRead(b""),
        ConnectionResetError(),
    ],
)
def test_without_a_network_a_sentence_says_so(monkeypatch, error):
    def load():
        assert socket.getdefaulttimeout()  # else it would wait for minutes
        raise error

    loading(monkeypatch, load)
    with pytest.raises(
        ConnectionError, match=r"mnist is not on this computer.*samples\(\)"
    ) as told:
        named("mnist")
    assert told.value.__cause__ is error and len(str(told.value).splitlines()) == 1


def raising(error):
    def load():
        raise error

    return load


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_a_disk_that_cannot_keep_it_is_named(monkeypatch, code):
    loading(monkeypatch, raising(OSError(code, "it says")))
    with pytest.raises(ConnectionError, match="cifar10 cannot be kept.*KERAS_HOME"):
        named("cifar10")


def test_other_errors_are_not_hidden(monkeypatch):
    loading(monkeypatch, raising(RuntimeError("another")))
    with pytest.raises(RuntimeError, match="another"):
        named("mnist")


@pytest.mark.parametrize("name", ["imagenet", "", None, 3])
def test_other_names_are_refused(refused, name):
    refused(lambda: named(name), repr(name), "'cifar10'")
