"""A data set to train with: pictures, labels, and others that are held out."""

import dataclasses
import functools
import hashlib
import json
import struct
from typing import Any

import numpy as np

from mobilenet_lab import capacity, checks
from mobilenet_lab.training import integers

FEWEST = 2  # classes
LARGEST = 1024  # pixels; the side of a picture
LONGEST = 60  # characters of a title
SHUFFLED = ", labels shuffled"
SHUFFLE = 2  # the random stream of labels; 0 and 1 draw a data set's two parts


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Data:
    """Pictures to train with and pictures that are held out; nothing of it can be changed.

    `x` and `x_held_out` are uint8 (n, side, side, 3); `y` and `y_held_out` are integers (n,), the
    places of the pictures' classes in `classes`. Every class is present in both parts. Arrays that
    could still be changed are copied.

    Two data sets are equal if their content is (`fingerprint`), whatever their titles are.

    Raises `ValueError` for a title, classes, pictures or labels of another form.
    """

    title: str
    classes: tuple[str, ...]
    x: np.ndarray
    y: np.ndarray
    x_held_out: np.ndarray
    y_held_out: np.ndarray

    def __post_init__(self) -> None:
        _check_title(self.title)
        object.__setattr__(self, "classes", checked_classes(self.classes))
        for part in ("", "_held_out"):
            x, y = getattr(self, f"x{part}"), getattr(self, f"y{part}")
            _check_pictures(f"x{part}", x)
            _check_labels(f"y{part}", y, len(x), self.classes)
            object.__setattr__(self, f"x{part}", kept(x))
            object.__setattr__(self, f"y{part}", kept(y.astype(np.int32, copy=False)))
        if self.x.shape[1:] != self.x_held_out.shape[1:]:
            side = self.x.shape[1]
            accepted = f"the side of the training pictures, {side} px"
            checks.refuse("the side of x_held_out", self.x_held_out.shape[1], accepted)

    @property
    def side(self) -> int:
        """The pictures' side in pixels."""
        return self.x.shape[1]

    @property
    def chance(self) -> float:
        """The accuracy, from 0 to 1, of naming the commonest training class every time."""
        commonest = np.bincount(self.y).argmax()
        return float((self.y_held_out == commonest).mean())

    @functools.cached_property
    def fingerprint(self) -> str:
        """The SHA-256 of pictures, labels and the classes' names, as 64 hexadecimal digits."""
        digest = hashlib.sha256(json.dumps(self.classes).encode("ascii"))
        for pictures, labels in ((self.x, self.y), (self.x_held_out, self.y_held_out)):
            digest.update(struct.pack("<4q", *pictures.shape))
            digest.update(pictures.data)
            digest.update(labels.astype("<i4").data)
        return digest.hexdigest()

    def at(self, side: int) -> "Data":
        """The same pictures at another side in pixels, under the same title.

        Smaller ones are means of areas, larger ones are interpolated bilinearly, in integers, so
        that they are the same on every machine.
        """
        side = checks.integer("side", side, most=LARGEST)
        if side == self.side:
            return self
        capacity.require(len(self.x) + len(self.x_held_out), "pictures", 3 * side**2)
        x, x_held_out = (frozen(integers.resized(x, side)) for x in (self.x, self.x_held_out))
        return dataclasses.replace(self, x=x, x_held_out=x_held_out)

    def shuffled(self, seed: int = 0) -> "Data":
        """The same pictures, with the labels of the training part in random order.

        What is trained with them can be right by chance only.
        """
        order = integers.Random(SHUFFLE, 0, checks.integer("seed", seed, 0)).order(len(self.y))
        title = f"{self.title[: LONGEST - len(SHUFFLED)]}{SHUFFLED}"
        return dataclasses.replace(self, title=title, y=frozen(self.y[order]))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Data) and self.fingerprint == other.fingerprint

    def __hash__(self) -> int:
        return hash(self.fingerprint)

    def __repr__(self) -> str:
        return (
            f"{self.title}: {len(self.x):,} + {len(self.x_held_out):,} pictures of {self.side} px, "
            f"{len(self.classes)} classes"
        )

    def __setstate__(self, state: dict[str, Any]) -> None:
        """As it was pickled; NumPy forgets that an array was read-only."""
        for value in state.values():
            if isinstance(value, np.ndarray):
                frozen(value)
        self.__dict__.update(state)


def frozen(array: np.ndarray) -> np.ndarray:
    """The array, which from now on cannot be written to."""
    array.flags.writeable = False
    return array


def kept(array: np.ndarray) -> np.ndarray:
    """The array if it cannot be written to, else a copy which cannot."""
    if array.flags.writeable or not array.flags.c_contiguous:
        capacity.require(1, "copy of the pictures", array.nbytes)
        array = frozen(array.copy(order="C"))
    return array


# What is refused


def _check_title(title: object) -> None:
    accepted = f"a short name on one line, at most {LONGEST} characters"
    if not (isinstance(title, str) and title.isprintable() and 0 < len(title) <= LONGEST):
        checks.refuse("title", title, accepted)


def checked_classes(classes: Any) -> tuple[str, ...]:
    """Names of classes as a tuple. Raises `ValueError` unless there are two and all differ."""
    accepted = f"at least {FEWEST} names that differ from one another"
    try:
        found = () if isinstance(classes, str) else tuple(classes)
    except TypeError as error:
        checks.refuse("classes", classes, accepted, error)
    if not all(isinstance(name, str) and name for name in found):
        checks.refuse("classes", classes, accepted)
    if len(found) < FEWEST or len(set(found)) < len(found):
        checks.refuse("classes", classes, accepted)
    return tuple(str(name) for name in found)


def _check_pictures(name: str, pictures: Any) -> None:
    accepted = f"a NumPy array of uint8, (pictures, side, side, 3), side up to {LARGEST}"
    if not isinstance(pictures, np.ndarray):
        checks.refuse(f"the type of {name}", type(pictures).__name__, accepted)
    if pictures.dtype != np.uint8:
        checks.refuse(f"the dtype of {name}", str(pictures.dtype), accepted)
    shape = pictures.shape
    square = len(shape) == 4 and shape[1] == shape[2] and shape[3] == 3
    if not (square and shape[0] and 1 <= shape[1] <= LARGEST):
        checks.refuse(f"the shape of {name}", shape, accepted)


def _check_labels(name: str, labels: Any, count: int, classes: tuple[str, ...]) -> None:
    last = len(classes) - 1
    accepted = f"a NumPy array of {count:,} integers from 0 to {last}, one a picture"
    if not isinstance(labels, np.ndarray):
        checks.refuse(f"the type of {name}", type(labels).__name__, accepted)
    if labels.dtype.kind not in "iu":
        checks.refuse(f"the dtype of {name}", str(labels.dtype), accepted)
    if labels.shape != (count,):
        checks.refuse(f"the shape of {name}", labels.shape, accepted)
    for wrong in (labels.min(), labels.max()):
        if not 0 <= wrong <= last:
            checks.refuse(f"a label in {name}", int(wrong), accepted)
    missing = np.flatnonzero(np.bincount(labels.astype(np.int64), minlength=last + 1) == 0)
    if len(missing):
        first = classes[missing[0]]
        checks.refuse(f"{name} without the class", first, "at least one picture of each class")
