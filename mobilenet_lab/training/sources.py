"""Data sets from arrays, and those that `keras.datasets` downloads."""

import contextlib
import http.client
import os
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from mobilenet_lab import capacity, checks, layers
from mobilenet_lab.models.imagenet import NOT_WRITTEN, patience
from mobilenet_lab.training.data import Data, checked_classes, frozen

GARMENTS = (
    *("T-shirt/top", "trouser", "pullover", "dress", "coat"),
    *("sandal", "shirt", "sneaker", "bag", "ankle boot"),
)
THINGS = (
    *("airplane", "automobile", "bird", "cat", "deer"),
    *("dog", "frog", "horse", "ship", "truck"),
)
NAMES = {  # of keras.datasets: the classes, in the order of Keras' documentation
    "mnist": tuple(map(str, range(10))),
    "fashion_mnist": GARMENTS,
    "cifar10": THINGS,
    "cifar100": tuple(map(str, range(100))),
}


def arrays(
    x: Any,
    y: Any,
    x_held_out: Any,
    y_held_out: Any,
    classes: Sequence[str] | None = None,
    title: str = "arrays",
) -> Data:
    """Pictures and labels of your own, with those that are held out.

    Pictures are uint8, 0 to 255, in arrays (n, height, width) or (n, height, width, 1 or 3); of
    those that are not square, the middle is used. Labels are (n,) or (n, 1): names of classes, or
    integers that count in `classes` from 0. Without `classes`, these are all labels in order.

    Raises `ValueError` for other pictures and labels, with the expression that mends them where
    there is one.
    """
    labels = [_labels("y", y), _labels("y_held_out", y_held_out)]
    names, numbers = _numbered(labels, classes if classes is None else checked_classes(classes))
    training, tested = _pictures("x", x), _pictures("x_held_out", x_held_out)
    return Data(title, names, training, numbers[0], tested, numbers[1])


def named(name: str) -> Data:
    """A data set of `keras.datasets`: mnist, fashion_mnist (28 px), cifar10 or cifar100 (32 px).

    Keras' test part is held out. Keras downloads the data once, and keeps them.

    Raises `ConnectionError` if they are not on this computer and cannot be downloaded, or cannot be
    kept; `ValueError` for another name.
    """
    classes = NAMES[checks.one_of("name", name, NAMES)]
    loader = getattr(layers.keras().datasets, name)
    with _told(name), patience():
        (x, y), (x_held_out, y_held_out) = loader.load_data()
    return arrays(frozen(x), y, frozen(x_held_out), y_held_out, classes, name)


@contextlib.contextmanager
def _told(name: str) -> Iterator[None]:
    """Say in a sentence why a data set cannot be loaded."""
    try:
        yield
    except Exception as error:
        if isinstance(error, OSError) and error.errno in NOT_WRITTEN:
            raise ConnectionError(
                f"the data set {name} cannot be kept: {os.strerror(error.errno)}; make room, or "
                "name another folder in the variable KERAS_HOME and start Python again"
            ) from error
        lost = isinstance(error, OSError | http.client.HTTPException)
        if lost or "URL fetch failure" in str(error):
            raise ConnectionError(
                f"the data set {name} is not on this computer and could not be downloaded; "
                "connect to the network once, or use samples(), which needs none"
            ) from error
        raise


# Labels


def _labels(name: str, labels: Any) -> np.ndarray:
    """Labels as an array (n,) of integers or of strings."""
    accepted = "integers or names of classes, one a picture"
    found = np.asarray(labels)
    if found.ndim == 2 and found.shape[1] == 1:
        found = found[:, 0]
    if found.ndim == 2:
        checks.refuse(f"the shape of {name}", found.shape, f"{accepted}; as {name}.argmax(axis=1)")
    if found.ndim != 1:
        checks.refuse(f"the shape of {name}", found.shape, accepted)
    if found.dtype.kind == "O" and all(isinstance(one, str) for one in found):
        found = found.astype(str)
    if found.dtype.kind == "f":
        accepted = f"{accepted}; whole numbers become integers by {name}.astype(int)"
    if found.dtype.kind not in "iuU":
        checks.refuse(f"the dtype of {name}", str(found.dtype), accepted)
    return found


def _numbered(
    labels: list[np.ndarray], classes: tuple[str, ...] | None
) -> tuple[tuple[str, ...], list[np.ndarray]]:
    """The names of the classes, and all labels as their numbers."""
    kinds = {found.dtype.kind == "U" for found in labels}
    if len(kinds) > 1:
        accepted = "names of classes in both, or integers in both"
        checks.refuse("the dtypes of the labels", [str(one.dtype) for one in labels], accepted)
    if classes is not None and not kinds.pop():
        return classes, labels
    met = set().union(*(found.tolist() for found in labels))
    known = sorted(met) if classes is None else classes
    places = {value: place for place, value in enumerate(known)}
    strange = met - set(places)
    if strange:
        checks.refuse("a label", min(strange), f"one of the classes: {checks.shown(classes)}")
    numbers = [np.array([places[one] for one in found.tolist()], np.int32) for found in labels]
    return tuple(map(str, known)), numbers


# Pictures


def _pictures(name: str, pictures: Any) -> np.ndarray:
    """Pictures as uint8 (n, side, side, 3)."""
    found = np.asarray(pictures)
    if found.dtype != np.uint8:
        _refuse_dtype(name, found)
    accepted = "(pictures, height, width) or (pictures, height, width, 1 or 3)"
    if found.ndim == 4 and found.shape[1] in (1, 3) and found.shape[3] not in (1, 3):
        accepted = f"{accepted}, as np.moveaxis({name}, 1, -1)"
    if found.ndim == 3:
        found = found[..., None]
    if found.ndim != 4 or found.shape[3] not in (1, 3):
        checks.refuse(f"the shape of {name}", found.shape, accepted)
    found = _square(found)
    if found.shape[3] == 3:
        return found
    capacity.require(len(found), "pictures", 3 * found[0].size if len(found) else 0)
    return frozen(np.repeat(found, 3, axis=3))


def _square(pictures: np.ndarray) -> np.ndarray:
    """The middle squares of pictures."""
    side = min(pictures.shape[1:3])
    upper, left = ((length - side) // 2 for length in pictures.shape[1:3])
    return pictures[:, upper : upper + side, left : left + side]


def _refuse_dtype(name: str, pictures: np.ndarray) -> None:
    """Refuse pictures that are not uint8, with the line that makes them so."""
    accepted = "uint8, 0 to 255"
    if pictures.dtype.kind == "b":
        accepted = f"{accepted}, as {name}.astype('uint8') * 255"
    elif pictures.dtype.kind in "iuf" and pictures.size:
        least, most = float(pictures.min()), float(pictures.max())
        if mended := _mended(name, least, most, pictures.dtype.kind == "f"):
            accepted = f"{accepted}, as {mended}; its values are {least:g} to {most:g}"
    checks.refuse(f"the dtype of {name}", str(pictures.dtype), accepted)


def _mended(name: str, least: float, most: float, floats: bool) -> str:
    """The expression that makes such numbers uint8; "" where it cannot be told."""
    if not floats:
        return f"{name}.astype('uint8')" if 0 <= least <= most <= 255 else ""
    if 0 <= least <= most <= 1:
        return f"({name} * 255).round().astype('uint8')"
    if -1 <= least <= most <= 1:
        return f"(({name} + 1) * 127.5).round().astype('uint8')"
    return f"{name}.round().astype('uint8')" if 0 <= least <= most <= 255 else ""
