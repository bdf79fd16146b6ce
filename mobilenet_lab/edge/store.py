"""A folder of converted files and measured times, which any number of processes share.

    converted/<design>_<precision>_<key>.tflite   a converted network
    converted/times/<key>.json                    its time on a machine

A key names everything that decides the content, so nothing is converted or measured twice.
"""

import functools
import hashlib
import json
import os
import platform

from mobilenet_lab.machine import processor, version
from mobilenet_lab.models.build import weights_path
from mobilenet_lab.networks.design import short
from mobilenet_lab.networks.sizes import written
from mobilenet_lab.training.store import checked_folder, write_whole

FOLDER = "converted/"
PROCEDURE = 1  # goes up when the same arguments give another file or another time
PACKAGES = ("tensorflow", "tensorflow-cpu", "keras", "ai-edge-litert")


class Store:
    """Converted files and times in a folder, which is created when something is first written.

    Raises `ValueError` for anything but a path, `OSError` if the folder takes no file.
    """

    def __init__(self, folder=FOLDER):
        self.folder = checked_folder(folder)

    def file(self, name, make):
        """The path of the file of this name; what `make()` returns, if there is none yet."""
        path = self.folder / name
        if not path.exists():
            content = make()
            write_whole(path, lambda file: file.write(content))
        return path

    def time(self, key):
        """A time that is kept, as a dict; None if there is none, or its file is damaged."""
        try:
            return json.loads(self._time(key).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None

    def keep_time(self, key, time):
        """Keep a time, a dict of plain values."""
        text = json.dumps(time, ensure_ascii=False, indent=1) + "\n"
        write_whole(self._time(key), lambda file: file.write(text.encode("utf-8")))

    def _time(self, key):
        return self.folder / "times" / f"{key}.json"


def key_of(**decides):
    """A key of whatever decides a content: 32 hexadecimal digits."""
    text = json.dumps(decides | {"procedure": PROCEDURE}, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:32]


def file_name(design, precision, key):
    """A file's name: what a reader wants to know, and the key."""
    size = written(design.resolution).replace(" × ", "x")
    what = f"{design.family}_{short(design.alpha)}_{size}_{precision}"
    return f"{what}_{key}.tflite"


def fingerprint(weights):
    """What names the weights that `build` accepts: None, "imagenet" or a hash of the file."""
    if weights is None or (isinstance(weights, str) and weights == "imagenet"):
        return weights
    return hashlib.sha256(weights_path(weights).read_bytes()).hexdigest()


def versions():
    """The versions of the packages that make and run files, by name."""
    found = {name: version(name) for name in PACKAGES}
    return {name: own for name, own in found.items() if own is not None}


@functools.cache
def machine():
    """What a time belongs to: processor, cores and system, in words."""
    return f"{processor()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}"
