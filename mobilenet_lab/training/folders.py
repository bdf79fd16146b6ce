"""A data set from pictures in a folder: one sub-folder a class, or such folders for each part."""

import collections
import dataclasses
import functools
import hashlib
import itertools
import os
import pathlib
import warnings
from collections.abc import Iterable, Iterator

import numpy as np
from PIL import Image

from mobilenet_lab import capacity, checks
from mobilenet_lab.features import images
from mobilenet_lab.features.files import FORMATS
from mobilenet_lab.training.data import LARGEST, LONGEST, Data, frozen

FEWEST = 5  # different pictures of a class that is split
TRAINING, HELD_OUT = ("train", "training"), ("held_out", "test", "val", "validation")
NAMED = 3  # files that a warning names


def folder(
    path: str | os.PathLike[str], side: int = 32, held_out: float = 0.2, seed: int = 0
) -> Data:
    """The pictures in `path`, one sub-folder a class: their middle squares at `side` pixels.

    About the share `held_out` of each class is held out. The content of a file decides, with the
    seed, in which part it is: that stays so when other files are added and when files are renamed.
    If `path` has the sub-folders `train` and `held_out` (or else `test`, `val`, `validation`, the
    first that is there), with a sub-folder a class in both, these are the parts and nothing is
    split.

    Names that begin with `.` or `__`, and files whose name does not end like a picture's, are
    ignored. EXIF rotation, transparency and depth are treated as by `load_image`. A warning names
    files that

    - are damaged, and are left out;
    - look the same at this side: all are in one part. Where the parts are given, those that are in
      both are left out of the held-out ones;
    - look the same and belong to different classes: they are left out.

    Raises `ValueError` for a folder that is missing, empty or without classes, for a class with
    fewer than `FEWEST` different pictures, and for more pictures than fit in memory.
    """
    root = _directory(path)
    side = checks.integer("side", side, most=LARGEST)
    seed = checks.integer("seed", seed, 0)
    share = checks.real("held_out", held_out, accepted := "a share above 0 and below 1")
    if share >= 1:
        checks.refuse("held_out", held_out, accepted)
    parts = _given_parts(root)
    classes, files = _files(parts or (root,))
    capacity.require(len(files), "pictures", 2 * 3 * side**2)  # as they are read, and together
    groups = _of_one_class(_alike(_read(root, files, side)))
    if parts:
        training, tested = _as_given(groups, classes)
    else:
        training, tested = _split(groups, classes, share, seed)
    return Data(_title(root), classes, *_arrays(training, side), *_arrays(tested, side))


@dataclasses.dataclass(frozen=True, eq=False)
class _Picture:
    """A file that could be read. `part` is 1 where the folder says that it is held out."""

    name: str
    label: int
    part: int
    digest: str  # of the file's content
    pixels: np.ndarray


File = tuple[pathlib.Path, int, int]  # with its label and its part
Group = list[_Picture]  # pictures that look the same
Classes = tuple[str, ...]


# Which files there are


def _directory(path: str | os.PathLike[str]) -> pathlib.Path:
    accepted = "the path of a folder with one sub-folder of pictures for each class"
    try:
        root = pathlib.Path(path)
        there = root.is_dir()
    except (TypeError, ValueError) as error:
        checks.refuse("path", path, accepted, error)
    if not there:
        checks.refuse("path", str(path), accepted)
    return root


def _given_parts(root: pathlib.Path) -> tuple[pathlib.Path, ...]:
    """The folders of both parts, if there are such; else none."""
    named = {one.name.lower(): one for one in _folders(root)}
    found = [
        [named[name] for name in names if name in named and _folders(named[name])]
        for names in (TRAINING, HELD_OUT)
    ]
    return (found[0][0], found[1][0]) if all(found) else ()


def _folders(root: pathlib.Path) -> list[pathlib.Path]:
    """The sub-folders of a folder that are not hidden, by name."""
    try:
        inside = sorted(root.iterdir())
    except OSError as error:
        checks.refuse("path", str(root), "a folder that can be read", error)
    return [one for one in inside if one.is_dir() and not one.name.startswith((".", "__"))]


def _files(parts: tuple[pathlib.Path, ...]) -> tuple[Classes, list[File]]:
    """The classes, and each file's path, label and part."""
    names = [{one.name for one in _folders(part)} for part in parts]
    for part, here, other in zip(parts, names, names[::-1], strict=True):
        for name in sorted(other - here):
            what = f"the folder {checks.shown(part.name)} without the class"
            checks.refuse(what, name, "the same classes in both parts")
    classes = tuple(sorted(names[0]))
    if len(classes) < 2:
        accepted = "a folder with at least two sub-folders, one for each class"
        checks.refuse("path", str(parts[0]), f"{accepted}; this one has {len(classes)}")
    return classes, [
        (file, label, index)
        for index, part in enumerate(parts)
        for label, name in enumerate(classes)
        for file in _pictures(part / name)
    ]


def _pictures(place: pathlib.Path) -> Iterator[pathlib.Path]:
    """The files below a folder that are named like pictures; none that is hidden."""
    for file in sorted(place.rglob("*")):
        inner = file.relative_to(place).parts
        hidden = any(name.startswith((".", "__")) for name in inner)
        if file.suffix.lower() in _endings() and not hidden and file.is_file():
            yield file


@functools.cache
def _endings() -> frozenset[str]:
    """How the names of picture files end, each with its full stop."""
    known = Image.registered_extensions()
    return frozenset(ending for ending, kind in known.items() if kind in FORMATS)


# What they show


def _read(root: pathlib.Path, files: list[File], side: int) -> list[_Picture]:
    """The files' pictures; a warning names those that are damaged."""
    found, damaged = [], []
    for file, label, part in files:
        name = file.relative_to(root).as_posix()
        try:
            found.append(_Picture(name, label, part, _digest(file), _pixels(file, side)))
        except (OSError, ValueError):
            damaged.append(name)
    _warn("left out, not readable as a picture", damaged)
    return found


def _digest(file: pathlib.Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _pixels(file: pathlib.Path, side: int) -> np.ndarray:
    """The middle square of a picture: uint8 (side, side, 3)."""
    return np.rint((images.load_image(file, side) + 1) * 127.5).astype(np.uint8)


def _alike(pictures: Iterable[_Picture]) -> list[Group]:
    """Pictures that look the same together, in an order that names do not change."""
    groups: dict[bytes, Group] = collections.defaultdict(list)
    for one in _in_order(pictures):
        groups[hashlib.sha256(one.pixels.data).digest()].append(one)
    return list(groups.values())


def _of_one_class(groups: list[Group]) -> list[Group]:
    """Without pictures that look the same and have different labels; a warning names them."""
    mixed = [len({one.label for one in group}) > 1 for group in groups]
    wrong = [one.name for group in itertools.compress(groups, mixed) for one in group]
    _warn("left out, the same picture in different classes", wrong)
    return [group for group, is_mixed in zip(groups, mixed, strict=True) if not is_mixed]


# Which are held out: for each part a list of pictures


def _as_given(groups: list[Group], classes: Classes) -> tuple[Group, Group]:
    """As the folders say; a held-out picture that is in training, too, is left out."""
    training = [one for group in groups for one in group if not one.part]
    tested: list[_Picture] = []
    both: list[_Picture] = []
    for group in groups:
        fresh = all(one.part for one in group)
        (tested if fresh else both).extend(one for one in group if one.part)
    names = [one.name for one in both]
    _warn("left out of the held-out pictures, the same picture in training", names)
    for part in (training, tested):
        _check_enough([one.label for one in part], classes, 1)
    return training, tested


def _split(groups: list[Group], classes: Classes, share: float, seed: int) -> tuple[Group, Group]:
    """By the content of the files; pictures that look the same stay together."""
    _check_enough([group[0].label for group in groups], classes, FEWEST)
    _warn("in the same part as another, the same picture", [p.name for g in groups for p in g[1:]])
    training: list[_Picture] = []
    tested: list[_Picture] = []
    for label in range(len(classes)):
        own = sorted((_place(g, seed), i) for i, g in enumerate(groups) if g[0].label == label)
        # At least one in each part, else by each place alone
        most = min(max(1, sum(place < share for place, _ in own)), len(own) - 1)
        for rank, (_, index) in enumerate(own):
            (tested if rank < most else training).extend(groups[index])
    return _in_order(training), _in_order(tested)


def _place(group: Group, seed: int) -> float:
    """A number from 0 to 1, decided by the content of the group's first file."""
    digest = hashlib.sha256(f"{seed} {min(one.digest for one in group)}".encode("ascii"))
    return int(digest.hexdigest()[:12], 16) / 16**12


def _in_order(pictures: Iterable[_Picture]) -> list[_Picture]:
    """In an order that the names of files do not change."""
    return sorted(pictures, key=lambda one: (one.label, one.digest))


def _check_enough(labels: list[int], classes: Classes, least: int) -> None:
    count = collections.Counter(labels)
    for label, name in enumerate(classes):
        if count[label] < least:
            accepted = f"at least {least} that can be read and differ, in each class"
            checks.refuse(f"pictures in the class {checks.shown(name)}", count[label], accepted)


# What becomes of them


def _arrays(pictures: list[_Picture], side: int) -> tuple[np.ndarray, np.ndarray]:
    """Pictures and labels of a part, which nobody can change."""
    together = np.empty((len(pictures), side, side, 3), np.uint8)
    for row, one in enumerate(pictures):
        together[row] = one.pixels
    return frozen(together), frozen(np.array([one.label for one in pictures], np.int32))


def _title(root: pathlib.Path) -> str:
    """The folder's name, as far as a title can hold it."""
    name = "".join(one for one in root.resolve().name if one.isprintable())
    return name[:LONGEST] or "folder"


def _warn(what: str, names: list[str]) -> None:
    """A warning that names files, at the line that called `folder`."""
    if names:
        shown = ", ".join(checks.shown(name) for name in names[:NAMED])
        more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
        warnings.warn(f"{what}: {shown}{more}", stacklevel=4)


def to_folder(data: Data, path: str | os.PathLike[str]) -> pathlib.Path:
    """Write a data set as a folder that `folder` reads: `path`/train/<class>/0000.png and so on.

    Held-out pictures are in `path`/held_out. Files that are there already are written again.
    Returns the path. Raises `ValueError` for anything but a `Data`, `OSError` if the folder takes
    no file.
    """
    if not isinstance(data, Data):
        checks.refuse("data", data, "a Data, such as training.patches() returns")
    root = pathlib.Path(path)
    parts = {"train": (data.x, data.y), "held_out": (data.x_held_out, data.y_held_out)}
    for part, (pictures, labels) in parts.items():
        for number, (picture, label) in enumerate(zip(pictures, labels, strict=True)):
            file = root / part / data.classes[label] / f"{number:04}.png"
            file.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(picture).save(file)
    return root
