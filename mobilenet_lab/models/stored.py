"""The contents of a weights file, whatever its format and the version of Keras that wrote it.

    with opened(path) as stored:
        stored.layers  # in the order of their network; their values are still in the file

Keras writes HDF5 in two layouts: by name ("legacy": `.h5`) and by class and number (`.weights.h5`,
and inside the zip archive `.keras`). The content tells which it is, not the file's name.
"""

import contextlib
import importlib
import io
import json
import os
import pathlib
import re
import zipfile
from typing import Any, NamedTuple

from mobilenet_lab import checks

SUFFIXES = (".h5", ".hdf5", ".keras")
FILES = "an existing .weights.h5, .h5 or .keras file"  # .hdf5 is an older name for .h5
MOST = 2**30  # bytes of weights in an archive: hundreds of times a MobileNet's

HDF5, ZIP = b"\x89HDF\r\n\x1a\n", b"PK\x03\x04"
OTHERS = {  # the first bytes of other files, and what they are
    b"version https://git-lfs": "is a Git LFS pointer and not the file itself: run git lfs pull",
    b"<": "is a web page: download the file itself",
}


class Misfit(Exception):
    """Why a file cannot be used, as the end of a sentence that starts with "this one"."""


class Weighted(NamedTuple):
    """A layer with weights: a file's, with its values, or one that a network wants.

    `scope` is the nested model that holds it, "" for none.
    """

    name: str
    shapes: tuple[tuple[int, ...], ...]
    scope: str = ""
    values: tuple[Any, ...] = ()

    @property
    def kind(self):
        """The kind of layer, from the shapes of its weights; None for any that no MobileNet has."""
        first, *others = self.shapes
        if len(first) == 4 and len(others) < 2:
            return "depthwise convolution" if first[0] > 1 and first[3] == 1 else "convolution"
        if len(first) == 2 and len(others) < 2:
            return "dense layer"
        return "batch norm" if len(first) == 1 and others == [first] * 3 else None


class Stored(NamedTuple):
    """A file's layers with weights, and their model's configuration, {} if the file has none.

    `ordered` is False if only the names tell the order of the layers.
    """

    layers: list[Weighted]
    config: dict[str, Any]
    ordered: bool


def existing(name, value, accepted=FILES):
    """The path of a weights file that exists; ~ is the home folder.

    Raises `ValueError`, with `name` in its message, for anything else.
    """
    try:
        path = pathlib.Path(os.path.expanduser(value))
        found = path.stat() and path.is_file() and path.suffix.lower() in SUFFIXES
    except (FileNotFoundError, NotADirectoryError, ValueError):  # "\0" is in no path
        found = False
    except OSError as error:  # a folder that may not be entered, a name of 300 characters
        checks.refuse(name, str(value), f"{accepted}; this path: {error.strerror}", error)
    return path if found else checks.refuse(name, str(value), accepted)


@contextlib.contextmanager
def opened(path):
    """The file's content as `Stored`. Raises `Misfit` if it cannot be read."""
    try:
        _check_beginning(path)
        with contextlib.ExitStack() as stack:
            yield _content(path, stack)
    except (Misfit, MemoryError):
        raise
    except Exception as error:  # damaged files fail in many ways
        raise Misfit(_trouble(error)) from error


def _check_beginning(path):
    with open(path, "rb") as file:
        beginning = file.read(256)
    if not beginning:
        raise Misfit("is empty")
    if beginning.startswith((HDF5, ZIP)):
        return
    for sign, what in OTHERS.items():
        if beginning.lstrip().startswith(sign):
            raise Misfit(what)
    raise Misfit("is neither HDF5 nor a .keras archive")


def _trouble(error):
    if isinstance(error, OSError) and error.errno:
        return f"cannot be read: {error.strerror}"
    cut = "truncated" in str(error) or "not a zip file" in str(error)
    return "is cut off: get it again" if cut else "is damaged: get it again"


def _content(path, stack):
    """A file of either layout, or an archive that holds one."""
    h5py, source, config = importlib.import_module("h5py"), path, {}
    if zipfile.is_zipfile(path) or path.read_bytes()[:4] == ZIP:
        source, config = _unpacked(stack.enter_context(zipfile.ZipFile(path)))
    file = stack.enter_context(h5py.File(source, "r"))
    weights = file.get("model_weights", file)
    if not _texts(weights, "layer_names"):
        return Stored(_numbered(h5py, weights), config, True)
    config = json.loads(file.attrs.get("model_config", "{}"))
    layers, names = _named(h5py, weights), [own["name"] for _, own in parts(config)]
    ordered = not any(layer.scope for layer in layers)
    return Stored(in_order(layers, names), config, ordered or bool(config))


def _unpacked(archive):
    """The HDF5 file in an archive, in memory, and the model's configuration."""
    if "model.weights.h5" not in archive.namelist():
        raise Misfit("is an archive without Keras' model.weights.h5")
    if archive.getinfo("model.weights.h5").file_size > MOST:
        raise Misfit("holds more than a MobileNet could")
    config = json.loads(archive.read("config.json")) if "config.json" in archive.namelist() else {}
    return io.BytesIO(archive.read("model.weights.h5")), config


# The layout by class and number: layers/functional/layers/conv2d_3/vars/0


def _numbered(h5py, root):
    found = {}

    def visit(path, node):
        at = re.fullmatch(r"(.+)/vars/(\d+)", path.replace("\\", "/"))  # \ by the first Keras 2.12
        if at and isinstance(node, h5py.Dataset):
            found.setdefault(at[1], {})[int(at[2])] = node

    root.visititems(visit)
    return _weighted(
        (path.rpartition("/")[2], [own[number] for number in sorted(own)], path.rpartition("/")[0])
        for path, own in sorted(found.items(), key=lambda item: _numbers(item[0]))
    )


def _numbers(path):
    """Sorts conv2d, conv2d_1, conv2d_2, conv2d_10."""
    ends = [re.fullmatch(r"(.*?)(?:_(\d+))?", part) for part in path.split("/")]
    return [(end[1], int(end[2] or 0)) for end in ends]


# The layout by name: layer_names = ["mobilenet", "dense"], weight_names = ["conv1/kernel:0", …]


def _named(h5py, root):
    found = []
    for name in _texts(root, "layer_names"):
        own = {}
        for weight in _texts(root[name], "weight_names"):
            own.setdefault(weight.rpartition("/")[0], []).append(root[name][weight])
        scope = name if len(own) > 1 else ""
        found += [(path.rpartition("/")[2], values, scope) for path, values in own.items()]
    return _weighted(found)


def _texts(group, name):
    """A list of names that HDF5 keeps as an attribute, a long one as several."""
    whole = group.attrs.get(name)
    if whole is not None:
        return [text.decode() if isinstance(text, bytes) else str(text) for text in whole]
    pieces = [piece for piece in group.attrs if re.fullmatch(rf"{name}\d+", piece)]
    pieces.sort(key=lambda piece: int(piece.removeprefix(name)))
    return [text for piece in pieces for text in _texts(group, piece)]


def _weighted(found):
    """The layers of a known kind; nothing is read from elsewhere than the file itself."""
    layers = []
    for name, values, scope in found:
        for value in values:
            if value.external or value.is_virtual:
                raise Misfit("refers to other files")
        layer = Weighted(name, tuple(value.shape for value in values), scope, tuple(values))
        layers += [layer] * (layer.kind is not None)
    return layers


def in_order(layers, names):
    """The layers of nested models in the order of these names, where they are all known."""
    place = {name: number for number, name in enumerate(names)}
    nested = [layer for layer in layers if layer.scope]
    if not all(layer.name in place for layer in nested):
        return layers
    flat = [layer for layer in layers if not layer.scope]
    return sorted(nested, key=lambda layer: place[layer.name]) + flat


def parts(config):
    """The layers of a model's configuration: class and settings, those of nested models too."""
    inner = config.get("config")
    if not isinstance(inner, dict):
        return
    for part in inner.get("layers", ()):
        yield from parts(part)
    if "layers" not in inner and "name" in inner:
        yield config["class_name"], inner
