"""A design as a Keras model, with random weights, ImageNet's or a file's."""

import os
import pathlib
import warnings
from numbers import Real

from mobilenet_lab import capacity, checks, layers
from mobilenet_lab.costs.cost import cost
from mobilenet_lab.models.imagenet import imagenet_model
from mobilenet_lab.networks.design import DROPOUT, network, trace


def build(design, weights=None, dropout=None, top=True):
    """The design as a `keras.Model` of standard Keras layers: images to class probabilities.

    The model reads (batch, resolution, resolution, 3), values in [-1, 1], and writes
    (batch, classes). `weights` is None (random), "imagenet" (those of `keras.applications`, which
    downloads them once; other resolutions than its own take the ones for 224 px) or the path of a
    weights file that Keras reads; ~ is the home folder. `dropout` is the rate of the classifier's
    Dropout layer, 0.001 by default; v2 in the listing dialect has no such layer. With `top=False`
    the model ends with the learner's maps (batch, height, width, channels), and a weights file
    needs no classifier.

    Raises `ValueError` for weights that do not exist or do not fit and for a bad rate or top,
    `ConnectionError` when the ImageNet weights cannot be reached or Keras' file of them is damaged.
    """
    if not isinstance(top, bool):
        checks.refuse("top", top, "True or False (without the classifier)")
    counts = cost(design)  # refuses what is no design before Keras is loaded
    capacity.require(counts.params, "parameters", 2 * 4)  # while they are drawn, too
    rate = _checked_rate(design, dropout, top)
    imagenet = isinstance(weights, str) and weights == "imagenet"
    if imagenet:
        theirs = imagenet_model(design)
    elif weights is not None:
        weights = _checked_file(weights)
    keras = layers.keras()
    image = keras.Input((design.resolution, design.resolution, 3), name="image")
    name = f"mobilenet_{design.family}"
    model = keras.Model(image, network(image, design, rate), name=name)
    if imagenet:
        model.set_weights(theirs.get_weights())
    if not top:
        head = next(layer.name for layer in trace(design) if layer.in_classifier)
        model = keras.Model(image, model.get_layer(head).input, name=name)
    if weights is not None and not imagenet:
        _load(model, weights)
    return model


def _checked_rate(design, dropout, top):
    """The rate of the Dropout layer."""
    if dropout is None:
        return DROPOUT
    if not top:
        checks.refuse("dropout", dropout, "None: without the classifier there is no Dropout layer")
    if not any(layer.op == "dropout" for layer in trace(design)):
        own = f"{design.family} in the {design.dialect} dialect"
        checks.refuse("dropout", dropout, f"None: {own} has no Dropout layer")
    if isinstance(dropout, bool) or not isinstance(dropout, Real) or not 0 <= dropout < 1:
        checks.refuse("dropout", dropout, "a rate from 0 up to, not including, 1")
    return float(dropout)


def _checked_file(weights):
    """The path of a weights file that exists."""
    accepted = "'imagenet' or the path of an existing .weights.h5, .h5 or .keras file"
    if not isinstance(weights, str | pathlib.Path):
        checks.refuse("weights", weights, f"None, {accepted}")
    path = pathlib.Path(os.path.expanduser(weights))
    if not path.is_file() or path.suffix not in (".h5", ".keras"):
        checks.refuse("weights", str(weights), accepted)
    return path


def _load(model, path):
    """Load a weights file, or say in one sentence that it does not fit."""
    try:
        with warnings.catch_warnings(action="ignore"):  # one for each layer that does not fit
            model.load_weights(path)
    except Exception as error:  # what is no weights file fails in many ways
        accepted = "a weights file of a network with the same layers"
        checks.refuse("weights", str(path), accepted, error)
