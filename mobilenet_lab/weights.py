"""The weights that a design can have on this computer, and models that have them.

    loaded = load(design, start(design))
    loaded.model, loaded.words  # the Keras model, and what to call its weights on screen

"imagenet" are those of `keras.applications`, "patches" the small ones that come with the lab,
"random" are drawn anew, the same on every computer; anything else is a weights file's path.
"""

import contextlib
import gc
import json
import math
import os
import pathlib
import random
from collections import OrderedDict
from typing import Any, NamedTuple

import numpy as np

from mobilenet_lab import checks, patches
from mobilenet_lab.model import IMAGENET, build

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
        "imagenet": _has_imagenet(design),
        "patches": _has_patches(design),
        "random": True,
    }
    return [kind for kind, possible in known.items() if possible]


def start(design):
    """The best weights that a design can have without a network."""
    possible = kinds(design)
    if "imagenet" in possible and is_cached(design):
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
    return _has_imagenet(design) and (_cache() / imagenet_file(design)).is_file()


def imagenet_file(design):
    """What `keras.applications` calls the file with the ImageNet weights of a design."""
    _, _, sizes = IMAGENET[design.family]
    size = design.resolution if design.resolution in sizes else 224
    if design.family == "v1":
        alpha = {1.0: "1_0", 0.75: "7_5", 0.5: "5_0", 0.25: "2_5"}[design.alpha]
        return f"mobilenet_{alpha}_{size}_tf.h5"
    return f"mobilenet_v2_weights_tf_dim_ordering_tf_kernels_{design.alpha}_{size}.h5"


def class_names():
    """The names of ImageNet's 1000 classes, where Keras has its index; otherwise None."""
    try:
        text = (_cache() / "imagenet_class_index.json").read_text(encoding="utf-8")
        return [name.replace("_", " ") for _, name in json.loads(text).values()]
    except (OSError, ValueError):
        return None


def load(design, weights):
    """A design's model with "imagenet", "patches", "random" or a file's weights, as `Loaded`.

    The last few models are kept. Nothing global changes: Python's random numbers go on as before.

    Raises `ValueError` for weights that the design cannot have or that do not fit, and
    `ConnectionError` when the ImageNet weights are not there and cannot be downloaded.
    """
    if weights in WORDS:
        if weights not in kinds(design):
            accepted = f"{', '.join(map(repr, kinds(design)))} or a weights file for {design}"
            checks.refuse("weights", weights, accepted)
        return Loaded(_kept(design, weights), weights, WORDS[weights])
    name = pathlib.Path(weights).name if isinstance(weights, str | pathlib.Path) else weights
    return Loaded(_kept(design, weights), str(weights), f"weights of your file {name}")


_models = OrderedDict()  # (design, weights, a file's age) → model, the last used one at the end


def _kept(design, weights):
    key = design, str(weights), _age(weights)
    if key not in _models:
        while len(_models) >= KEPT:
            _models.popitem(last=False)
            gc.collect()  # a model is a web of references, which would wait long for collection
        with _untouched_random():
            _models[key] = _made(design, weights)
    _models.move_to_end(key)
    return _models[key]


def _made(design, weights):
    if weights == "imagenet":
        return build(design, "imagenet")
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


def _age(weights):
    """When a file was last changed; None for what is no file."""
    try:
        return None if weights in WORDS else os.stat(weights).st_mtime_ns
    except (OSError, TypeError, ValueError):
        return None


def _has_imagenet(design):
    return (
        design.alpha in IMAGENET[design.family][1]
        and design.classes == 1000
        and design.expansion in (None, 6)
        and design.dialect == "paper"
    )


def _has_patches(design):
    own = patches.NETWORKS[design.family]
    same = all(
        getattr(design, name) == getattr(own, name) for name in ("alpha", "expansion", "dialect")
    )
    return same and patches.weights_file(design.family).is_file()


def _cache():
    """Where Keras keeps what it downloads."""
    home = pathlib.Path.home()
    home = home if os.access(home, os.W_OK) else pathlib.Path("/tmp")
    return pathlib.Path(os.environ.get("KERAS_HOME", home / ".keras")).expanduser() / "models"
