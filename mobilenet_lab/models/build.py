"""A design as a Keras model, with random weights, ImageNet's or a file's."""

import pathlib
import warnings
from numbers import Real

from mobilenet_lab import capacity, checks, layers
from mobilenet_lab.costs.cost import cost
from mobilenet_lab.models import stored
from mobilenet_lab.models.imagenet import imagenet_model
from mobilenet_lab.models.matching import weights_for
from mobilenet_lab.networks.design import DROPOUT, network, trace
from mobilenet_lab.networks.families import FAMILIES


def can_build():
    """Whether Keras and TensorFlow are installed, so that models can be built.

    Prints what to do if not, in a sentence: cells of notebooks begin with it.
    """
    if missing := layers.no_keras():
        print(f"{missing[0].upper()}{missing[1:]}.")
    return not missing


def build(design, weights=None, dropout=None, top=True):
    """The design as a `keras.Model` of standard Keras layers: images to class probabilities.

    The model reads (batch, *design.shape), values in [-1, 1], and writes (batch, classes).
    `weights` is None (random), "imagenet" (those of `keras.applications`, which downloads them
    once; other resolutions than its own take the ones for 224 px) or the path of a weights file
    that Keras 2 or 3 wrote; ~ is the home folder. `dropout` is the rate of the classifier's Dropout
    layer, 0.001 by default; v2 has one in the paper's dialect only.

    ImageNet weights fit the dialects "paper" and "keras". Where v1 has a map of odd side before a
    stride of 2, as at 112 px, Keras rounds it down and the paper up; a `UserWarning` then says that
    a design in the paper's dialect is not the network that Keras runs.

    `top` is True (the weights are those of body and classifier), "new" (those of the body; the
    classifier starts afresh, for any number of classes) or False: without classifier, the model
    ends with the learner's maps (batch, height, width, channels).

    A file may hold more: from a fine-tuned model, such as `Sequential([body, pooling, Dense])`, the
    body and the classifier are used and any layers before the body are ignored. The classifier ends
    in softmax; a file of weights alone does not record whether the saved one did.

    Raises `ValueError` for weights that do not exist or do not fit, with the reason, and for a bad
    rate or top, `ConnectionError` when the ImageNet weights cannot be reached or Keras' file of
    them is damaged.
    """
    if not isinstance(top, bool) and top != "new":
        checks.refuse("top", top, "True, False (without the classifier) or 'new' (a fresh one)")
    counts = cost(design)  # refuses what is no design before Keras is loaded
    capacity.require(counts.params, "parameters", 2 * 4)  # while they are drawn, too
    rate = _checked_rate(design, dropout, top)
    values = _values(design, weights, top is True)
    with layers.channels_last() as keras:
        image = keras.Input(design.shape, name="image")
        model = keras.Model(image, network(image, design, rate), name=f"mobilenet_{design.family}")
        if not top:
            head = next(layer.name for layer in trace(design) if layer.in_classifier)
            model = keras.Model(image, model.get_layer(head).input, name=model.name)
    for name, own in values.items():
        model.get_layer(name).set_weights(own)
    return model


def _values(design, weights, top):
    """The weights that the layers start with, by name; none for random ones."""
    if weights is None:
        return {}
    if isinstance(weights, str) and weights == "imagenet":
        theirs = [own.get_weights() for own in imagenet_model(design, top).layers if own.weights]
        _warn_of_another(design)
        ours = [own.name for own in trace(design) if own.params and (top or not own.in_classifier)]
        return dict(zip(ours, theirs, strict=False))  # theirs may go on with a classifier
    path = weights_path(weights)
    layers.keras()  # or how to get it
    try:
        return weights_for(design, path, top)
    except stored.Misfit as why:
        accepted = f"a weights file of a network with the same layers; this one {why}"
        checks.refuse("weights", str(path), accepted, why)


def _warn_of_another(design):
    """Warn where Keras runs these weights in another network than the design's."""
    theirs = design.replace(dialect=FAMILIES[design.family].imagenet.dialects[0])
    ours, keras = ([one.shape_out for one in trace(own) if one.kernels] for own in (design, theirs))
    if ours != keras:
        sentence = f"with these weights Keras runs another network than {design}: maps of odd side"
        advice = f"are rounded down, not up; Keras' own is {theirs!r}"
        warnings.warn(f"{sentence} {advice}", stacklevel=4)


def weights_path(weights):
    """The path of a weights file that exists. Raises `ValueError` for anything else."""
    accepted = f"'imagenet' or the path of {stored.FILES}"
    if not isinstance(weights, str | pathlib.Path):
        checks.refuse("weights", weights, f"None, {accepted}")
    return stored.existing("weights", weights, accepted)


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
