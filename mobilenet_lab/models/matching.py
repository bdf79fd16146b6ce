"""Match the layers of a weights file to those of a design, whatever their names.

Layers of one kind (convolutions, depthwise ones, batch norms, dense ones) follow one another in
every file as in the network. The body is found in the nested model that has most of them, and the
classifier in what is left. So a model that was fine-tuned (other layers around a body) gives its
body, and its classifier too where that is one layer on the mean of the body's maps.
"""

import functools
from collections import Counter

import numpy as np

from mobilenet_lab import layers
from mobilenet_lab.models.misfits import counted, why_not
from mobilenet_lab.models.stored import Misfit, in_order, opened, parts
from mobilenet_lab.models.wanted import picked, wanted
from mobilenet_lab.networks.design import trace
from mobilenet_lab.networks.families import FAMILIES

BODY = "top=False takes its body, top='new' adds a new classifier"


def weights_for(design, path, top=True):
    """The weights of a design's layers, by name, from a file: lists of float32 arrays.

    Without the top, those of the body. Raises `Misfit` with the reason if the file lacks them.
    """
    with opened(path) as stored:
        found = _matched(design, stored, top)
        return {name: _read(name, layer, shapes) for name, (layer, shapes) in found.items()}


def _matched(design, stored, top):
    """The stored layer and the shapes of its weights, by the name of the design's layer."""
    ordered = stored.layers if stored.ordered else _by_known_names(design, stored.layers)
    scopes = Counter(layer.scope for layer in ordered).most_common(1)
    inside = [layer for layer in ordered if scopes[0][0] == layer.scope]
    body = picked(wanted(design, classifier=False), inside)
    if body is None:
        raise Misfit(why_not(design, inside))
    if top:
        used = {id(layer) for layer, _ in body.values()}
        rest = [layer for layer in ordered if id(layer) not in used]
        body |= _classifier(wanted(design, classifier=True), rest, stored.config)
    return body


def _by_known_names(design, layers):
    """A nested model that is partly frozen is written in two parts, each in the network's order."""
    known = in_order(layers, [layer.name for layer in trace(design)])
    return in_order(layers, _keras_names(design.family)) if known is layers else known


@functools.cache
def _keras_names(family):
    """The names that `keras.applications` gives to the layers of a family."""
    offer = FAMILIES[family].imagenet
    if offer is None:
        return []
    with layers.channels_last() as keras:
        make = getattr(keras.applications, offer.model)
        model = make(input_shape=(32, 32, 3), alpha=min(offer.alphas), weights=None)
    return [layer.name for layer in model.layers]


def _classifier(own, rest, config):
    """The file's classifier for the design's."""
    if not rest:
        raise Misfit(f"has no classifier: {BODY}")
    if len(rest) != len(own):
        raise Misfit(f"has a head of {counted(rest)}: {BODY}")
    for ours, theirs in zip(own, rest, strict=True):
        _check_layer(ours, theirs)
    _check_answer(config)
    return {ours.name: (theirs, ours.shapes) for ours, theirs in zip(own, rest, strict=True)}


def _check_layer(ours, theirs):
    (*_, c_in, classes), (*_, their_c_in, their_classes) = ours.shapes[0], theirs.shapes[0]
    if theirs.kind not in ("dense layer", "convolution") or np.prod(theirs.shapes[0][:-2]) != 1:
        raise Misfit(f"has a {theirs.kind} as head: {BODY}")
    if their_c_in != c_in:
        raise Misfit(f"has a head on {their_c_in} values, not on {c_in} means: {BODY}")
    if their_classes != classes:
        raise Misfit(f"has {their_classes} classes, not {classes}: {BODY}")
    if len(theirs.shapes) != len(ours.shapes):
        raise Misfit(f"has a classifier without bias: {BODY}")


def _check_answer(config):
    """The design's head takes means and ends in softmax; so must the saved one, where its
    configuration is known.
    """
    known = list(parts(config))
    heads = [at for at, (kind, _) in enumerate(known) if kind in ("Dense", "Conv2D")]
    if any(kind == "GlobalMaxPooling2D" for kind, _ in known):
        raise Misfit(f"has a head on maxima, not on means: {BODY}")
    for _, own in known[heads[-1] :] if heads else ():
        if own.get("activation", "softmax") not in ("softmax", "linear"):
            raise Misfit(f"answers by {own['activation']}, not by softmax: {BODY}")


def _read(name, layer, shapes):
    """The values of a layer. Raises `Misfit` unless they are finite."""
    values = [np.asarray(value[()], np.float32) for value in layer.values]
    if not all(np.isfinite(value).all() for value in values):
        raise Misfit(f"holds values that are not finite, in the layer {name}")
    return [value.reshape(shape) for value, shape in zip(values, shapes, strict=True)]
