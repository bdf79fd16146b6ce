"""The weights available for a design on this computer, and models with them.

    loaded = load(design, start(design))
    loaded.model, loaded.words  # the Keras model, and what to call its weights on screen

"imagenet" are those of `keras.applications`, "patches" the small ones that come with the lab,
"random" are drawn afresh, the same on every computer; anything else is the path of a weights file.
"""

import contextlib
import json
import math
import os
import pathlib
import random
from collections import OrderedDict
from typing import Any, NamedTuple

import numpy as np

from mobilenet_lab import capacity, checks
from mobilenet_lab.layers import keras
from mobilenet_lab.models import patches
from mobilenet_lab.models.build import build
from mobilenet_lab.models.imagenet import has_imagenet, imagenet_file, kept, patience
from mobilenet_lab.networks.design import trace

WORDS = {
    "imagenet": "ImageNet weights (keras.applications)",
    "patches": "weights trained on patches of the sample pictures, without classifier",
    "random": "random weights: shapes and sparsity only",
}
KEPT = 4  # models; all explorers share them
SEED = 0


class Loaded(NamedTuple):
    """A model, where its weights are from, and what to call these on screen."""

    model: Any
    weights: str
    words: str


def kinds(design):
    """Which of "imagenet", "patches" and "random" a design can have."""
    known = {
        "imagenet": has_imagenet(design),
        "patches": _has_patches(design),
        "random": True,
    }
    return [kind for kind, possible in known.items() if possible]


def start(design, imagenet=True):
    """The best weights that a design can have without a network.

    With `imagenet=False` the best that need no Keras file either, for use when that file is
    damaged.
    """
    possible = kinds(design)
    if imagenet and is_cached(design):
        return "imagenet"
    return "patches" if "patches" in possible else "random"


def hint(design, weights):
    """How to get better weights than these, in a sentence; "" where there are none."""
    if weights in ("patches", "random") and "imagenet" in kinds(design) and not is_cached(design):
        return (
            "ImageNet weights are not on this computer; choose them in the list to download them "
            "once."
        )
    return ""


def is_cached(design):
    """Whether Keras has the ImageNet weights of a design on this computer; asks no network."""
    return has_imagenet(design) and imagenet_file(design).is_file()


def class_names():
    """The names of ImageNet's 1000 classes, where Keras has its index; otherwise None."""
    try:
        text = kept("imagenet_class_index.json").read_text(encoding="utf-8")
        return [name.replace("_", " ") for _, name in json.loads(text).values()]
    except (OSError, ValueError):
        return None


def load(design, weights):
    """A design's model with "imagenet", "patches", "random" or a file's weights, as `Loaded`.

    The last few models are kept; a file that has changed is read again. In a file's path ~ is the
    home folder. Nothing global changes: Python's random numbers go on as before.

    Raises `ValueError` for anything but a design and for weights that it cannot have or that do not
    fit, and `ConnectionError` when the ImageNet weights are not there and cannot be downloaded, or
    are there in a damaged file.
    """
    trace(design)  # refuses what is no design
    known = isinstance(weights, str) and weights in WORDS
    possible = weights in kinds(design) if known else isinstance(weights, str | pathlib.Path)
    if not possible:
        accepted = f"{', '.join(map(repr, kinds(design)))} or a weights file for {design}"
        checks.refuse("weights", weights, accepted)
    if known:
        return Loaded(_kept(design, weights), weights, WORDS[weights])
    name = pathlib.Path(weights).name
    return Loaded(_kept(design, weights), str(weights), f"weights of your file {name}")


_models = OrderedDict()  # (design, weights, their file's state) → model, the last used at the end


def _kept(design, weights):
    file = patches.weights_file(design.family) if weights == "patches" else weights
    key = design, str(weights), stamp(file)
    if key not in _models:
        while len(_models) >= KEPT:
            _models.popitem(last=False)
            capacity.give_back()
        with _untouched_random():
            _models[key] = _made(design, weights)
    _models.move_to_end(key)
    return _models[key]


def _made(design, weights):
    if weights == "imagenet":
        return _with_names(design)
    if weights == "patches":
        return build(design, patches.weights_file(design.family), top=False)
    if weights == "random":
        return _randomised(build(design))
    try:
        return build(design, weights)
    except ValueError as error:
        with contextlib.suppress(ValueError):
            return build(design, weights, top=False)
        raise error


def _with_names(design):
    """ImageNet's weights and, where these have just been downloaded, the names of its classes."""
    before = is_cached(design)
    model = build(design, "imagenet")
    if is_cached(design) and not before:
        with contextlib.suppress(Exception), patience():  # the names are optional
            keras().applications.imagenet_utils.decode_predictions(np.zeros((1, 1000)), top=1)
    return model


def _randomised(model):
    """Give a model kernels that keep a signal's strength, from NumPy's generator."""
    generator = np.random.default_rng(SEED)
    for layer in model.layers:
        kernel = getattr(layer, "kernel", None)
        if kernel is not None:
            depthwise = type(layer).__name__ == "DepthwiseConv2D"
            inputs = math.prod(kernel.shape[:2] if depthwise else kernel.shape[:-1])
            kernel.assign(generator.normal(0, math.sqrt(2 / inputs), kernel.shape))
    return model


@contextlib.contextmanager
def _untouched_random():
    """Keras draws the seeds of its initialisers from Python's own generator."""
    state = random.getstate()
    try:
        yield
    finally:
        random.setstate(state)


def stamp(file):
    """A value that changes when a file is rewritten; None if there is no file."""
    try:
        known = None if file in WORDS else os.stat(os.path.expanduser(file))
    except (OSError, ValueError):
        return None
    return known and (known.st_mtime_ns, known.st_ctime_ns, known.st_size, known.st_ino)


def _has_patches(design):
    own = patches.NETWORKS.get(design.family)
    return (
        own is not None
        and all(
            getattr(design, name) == getattr(own, name)
            for name in ("alpha", "knobs", "dialect", "channels")
        )
        and patches.weights_file(design.family).is_file()
    )
