"""A folder of finished runs, one JSON file each, which any number of processes share.

    runs/<key>.json              a finished run; the key names everything that decides the result
    runs/data/<fingerprint>.npz  the pictures, once for all runs
    runs/maps/<key>.npz          the pooled maps of a body that is not trained

A file appears in one move, so that a process which is killed leaves either all of it or nothing.
"""

import contextlib
import hashlib
import json
import os
import pathlib
import re
import tempfile
import warnings

import numpy as np

from mobilenet_lab import checks
from mobilenet_lab.training.data import Data

PROCEDURE = 1  # goes up when the same recipe gives another result
RUN = re.compile(r"([0-9a-f]{32})\.json")
NEEDED = {"key", "accuracy", "family", "seed"}  # what a file has that is one of ours


def run_key(data, design, recipe, seed):
    """What names a run's file: a hash of everything that decides its result."""
    decides = {
        "procedure": PROCEDURE,
        "data": data.fingerprint,
        "design": {**design.values(), "classes": len(data.classes)},
        "recipe": recipe.content(design),
        "seed": seed,
    }
    text = json.dumps(decides, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:32]


class Store:
    """Finished runs in a folder, which is created when something is first written to it.

    Raises `ValueError` for anything but the path of a folder, there or not. Writing raises
    `OSError`, in one sentence, if the disk is full or the folder is read-only.
    """

    def __init__(self, folder="runs/"):
        self.folder = checked_folder(folder)

    # Finished runs

    def keys(self):
        """The keys of all finished runs, by the files' names alone."""
        return {found[1] for name in self._names() if (found := RUN.fullmatch(name))}

    def has(self, key):
        """Whether the run is finished."""
        return self._file(key).exists()

    def write(self, record):
        """Keep a finished run, a dict of plain values with its key."""
        text = json.dumps(record, ensure_ascii=False, allow_nan=False, indent=1) + "\n"
        self._write(self._file(record["key"]), lambda file: file.write(text.encode("utf-8")))

    def records(self):
        """Every finished run as a dict, oldest first.

        Warns of each JSON file that is damaged or something else, and leaves it as it is.
        """
        found = [self._record(name) for name in sorted(self._names()) if name.endswith(".json")]
        return sorted(filter(None, found), key=lambda record: record["finished"])

    def record(self, key):
        """One finished run as a dict; None, with a warning, for a damaged file."""
        return self._record(f"{key}.json")

    def _record(self, name):
        path = self.folder / name
        try:
            record = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:  # deleted while the folder is read
            return None
        except (OSError, ValueError) as error:
            return _left_alone(path, f"cannot be read ({error})")
        if not isinstance(record, dict) or not record.keys() >= NEEDED:
            return _left_alone(path, "is not a finished run")
        if f"{record['key']}.json" != name:
            return _left_alone(path, f"is a copy of {record['key']}.json")
        return record

    def _names(self):
        try:
            return os.listdir(self.folder)
        except FileNotFoundError:
            return []

    def _file(self, key):
        return self.folder / f"{key}.json"

    # Data and maps

    def keep(self, data):
        """Keep a data set once, by its content, for processes that are told its fingerprint."""
        words = json.dumps([data.title, *data.classes])
        arrays = [data.x, data.y, data.x_held_out, data.y_held_out]
        if not (path := self._data(data.fingerprint)).exists():
            self._write(path, lambda file: np.savez(file, np.array(words), *arrays))

    def data(self, fingerprint):
        """The data set of this fingerprint. Raises `ValueError` if its file is not whole."""
        path = self._data(fingerprint)
        accepted = "a whole file; delete this one, and the next call writes it again"
        try:
            with np.load(path) as file:
                words, *arrays = (file[f"arr_{number}"] for number in range(5))
            title, *classes = json.loads(str(words))
            found = Data(title, tuple(classes), *arrays)
        except Exception as error:  # damaged files fail in many ways
            checks.refuse("data", str(path), accepted, error)
        if found.fingerprint != fingerprint:
            checks.refuse("data", str(path), accepted)
        return found

    def arrays(self, key, make):
        """The arrays under this key; those that `make()` gives, if there are none yet."""
        path = self.folder / "maps" / f"{key}.npz"
        with contextlib.suppress(Exception), np.load(path) as file:  # a damaged file is made again
            return tuple(file[f"arr_{number}"] for number in range(len(file.files)))
        made = make()
        self._write(path, lambda file: np.savez(file, *made))
        return made

    def _data(self, fingerprint):
        return self.folder / "data" / f"{fingerprint}.npz"

    # Writing

    def prepare(self):
        """Make the folder; raises `OSError` now, not after the first run, if it takes no file."""
        with self._told(), _new_file(self.folder) as (file, _):
            file.write(bytes(2**14))

    def _write(self, path, write):
        """A file that is whole as soon as it is there."""
        with self._told():
            write_whole(path, write)

    @contextlib.contextmanager
    def _told(self):
        try:
            yield
        except OSError as error:
            why = error.strerror or str(error)
            raise OSError(
                f"nothing can be written to {self.folder}: {why}; the runs that are finished stay "
                "there, and the same call goes on with the others"
            ) from error


def checked_folder(folder):
    """The path of a store's folder. Raises `ValueError` for anything but one, there or not."""
    accepted = "the path of a folder, which need not exist yet"
    path = os.fspath(folder) if isinstance(folder, str | os.PathLike) else ""
    if not path or "\0" in path:
        checks.refuse("store", folder, accepted)
    found = pathlib.Path(folder).expanduser()
    with contextlib.suppress(OSError):  # a folder that may not be entered says so when read
        if found.exists() and not found.is_dir():
            checks.refuse("store", str(folder), f"{accepted}; this is a file")
    return found


def write_whole(path, write):
    """Call `write` with an open file that becomes `path` in one move, or never."""
    with _new_file(path.parent) as (file, name):
        write(file)
        file.flush()
        os.fsync(file.fileno())
        file.close()
        os.replace(name, path)


@contextlib.contextmanager
def _new_file(folder):
    """An open file in the folder, and its name; it is gone in the end, unless it was moved."""
    folder.mkdir(parents=True, exist_ok=True)
    number, name = tempfile.mkstemp(".part", ".", folder)
    try:
        with open(number, "wb") as file:
            yield file, name
    finally:
        with contextlib.suppress(OSError):
            os.unlink(name)


def _left_alone(path, why):
    warnings.warn(f"{path} {why}; it is left alone", stacklevel=4)
