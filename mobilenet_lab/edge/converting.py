"""A design with any weights as a .tflite file, ready for a device."""

import hashlib
import pathlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mobilenet_lab import capacity, checks, layers
from mobilenet_lab.costs.cost import cost
from mobilenet_lab.edge import files
from mobilenet_lab.edge.store import FOLDER, Store, file_name, fingerprint, key_of, versions
from mobilenet_lab.models import patches
from mobilenet_lab.models.build import build
from mobilenet_lab.networks.design import COLOURS, Design, checked_design

SAMPLES = 32  # pictures that give the ranges of an int8 file
BATCH = 8  # of them in the pass that sets the statistics of batch norm


@dataclass(frozen=True)
class Converted:
    """A converted design: `path` of the file, and what it is."""

    design: Design
    precision: str
    path: pathlib.Path

    @property
    def bytes(self):
        """The size of the file."""
        return self.path.stat().st_size

    @cached_property
    def operations(self):
        """The names of its operations in order, such as "CONV_2D"."""
        return files.operations(self.path.read_bytes())

    def predict(self, pictures):
        """What the file answers to pictures (n, resolution, resolution, 3) in [-1, 1], as floats.

        LiteRT runs it. Where inputs and outputs are integers, they are converted. Raises
        `ValueError` for anything but such pictures.
        """
        return files.answers(self.path.read_bytes(), pictures)[0]

    def __str__(self):
        name = f"{self.design}, {self.precision}"
        return f"{name}: {self.bytes:,} bytes, {len(self.operations)} operations"


def convert(design, precision="int8", weights=None, *, top=True, pictures=None, store=FOLDER):
    """The design as a .tflite file for one image: a `Converted`, with path, bytes and operations.

    `precision` is "float32", "float16" (of the weights) or "int8" (of everything, inputs and
    outputs too). `weights` and `top` are those of `build`. Where the weights are random, one pass
    over sample pictures sets the statistics of batch norm: with others, maps grow or vanish from
    layer to layer, and their ranges mislead. `pictures` (n, resolution, resolution, 3) in [-1, 1]
    give the ranges for int8, and such statistics; without them, patches of the sample pictures do,
    which need scikit-image. Weights that were trained on other pictures need some of these.

    A file is kept in the folder `store` by design, weights, pictures and versions, and is not made
    again. Random weights are always the same.

    Raises `ValueError` for what `build` refuses and for other pictures, `ModuleNotFoundError`, with
    what to do, if TensorFlow is missing (or LiteRT, for operations and answers).
    """
    design = checked_design(design)
    checks.one_of("precision", precision, files.PRECISIONS)
    store = Store(store)
    shape = design.shape
    if pictures is not None:
        pictures = files.checked_pictures(pictures, shape)
    capacity.require(BATCH * cost(design).activations, "values of maps", 4)

    def made():
        model = build(design, weights, top=top)
        samples = _samples(pictures, design) if weights is None or precision == "int8" else ()
        if weights is None:
            draw_weights(model)
            set_statistics(model, samples[:BATCH])
        content = files.tflite(model, shape, precision, samples)
        del model
        capacity.give_back()
        return content

    path = store.file(_name(design, precision, weights, top, pictures), made)
    return Converted(design, precision, path)


def draw_weights(model):
    """Draw a model's random weights anew, always the same: kernels by He, biases and shifts too.

    The converter drops biases of 0, which trained weights do not have.
    """
    random = np.random.default_rng(0)
    for variable in model.trainable_variables:
        shape, kind = tuple(variable.shape), variable.path.rpartition("/")[2]
        if kind in ("beta", "bias"):
            variable.assign(random.normal(0, 0.3, shape))
        elif len(shape) > 1:
            inputs = np.prod(shape[:2] if "depthwise" in variable.path else shape[:-1])
            variable.assign(random.normal(0, np.sqrt(2 / inputs), shape))


def set_statistics(model, pictures):
    """Set the statistics of a model's batch norm to those of the maps of some pictures."""
    for layer in model.layers:
        if isinstance(layer, layers.keras().layers.BatchNormalization):
            layer.momentum = 0.0  # what the pass finds replaces what is there
    # Compiled, since a plain call holds the maps of all layers at once: 1 GB for v2 at α 1.4.
    layers.tensorflow().function(model)(pictures, training=True)


def _samples(pictures, design):
    """The pictures that were given, or patches of the sample pictures."""
    if pictures is not None:
        return pictures
    if design.shape != (design.resolution, design.resolution, COLOURS):
        own = f"pictures of {design.shape}: the lab's own are square and have colours"
        checks.refuse("pictures", pictures, own)
    return patches.draw(np.random.default_rng(0), SAMPLES, design.resolution)[0]


def _name(design, precision, weights, top, pictures):
    """The name of the file, by everything that decides what is in it."""
    decides = {
        "design": design.values(),
        "precision": precision,
        "weights": fingerprint(weights),
        "top": top,
        "versions": versions(),
    }
    if weights is None or precision == "int8":
        given = pictures is not None
        decides["pictures"] = hashlib.sha256(pictures.tobytes()).hexdigest() if given else "samples"
    return file_name(design, precision, key_of(**decides))
