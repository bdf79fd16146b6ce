"""What is trained: a whole network on pictures, or a classifier on a body's pooled maps."""

import functools
import hashlib
import json

import numpy as np

from mobilenet_lab import capacity, layers
from mobilenet_lab.costs.cost import cost
from mobilenet_lab.models.build import build
from mobilenet_lab.networks.design import trace
from mobilenet_lab.training import steps as single
from mobilenet_lab.training.steps import AT_ONCE, Steps, scaled

COPIES = 3  # of a batch's maps while it is trained: forward, backward, on the way


class Whole:
    """A design's network, trained on pictures."""

    def __init__(self, data, design, recipe, store):
        capacity.require(recipe.batch, "pictures", COPIES * 4 * cost(design).activations)
        weights = recipe.weights_of(design)
        rate = 0.0 if any(layer.op == "dropout" for layer in trace(design)) else None
        model = build(design, weights, rate, top="new" if weights else True)
        single.set_momentum(model)
        own = [layer.name for layer in trace(design) if layer.params and not layer.in_classifier]
        total = recipe.epochs * steps_of(data, recipe)
        self.steps = Steps(model, recipe, total, kept=own if weights else ())
        self._inputs = data.x, data.x_held_out

    def start(self, seed):
        """The inputs to train with and those held out; the network is at its start."""
        self.steps.restart(seed)
        return self._inputs


class Head:
    """A classifier, trained on the pooled maps of a design's body, which stays as it is.

    The maps of a body with given weights are computed once and kept in the store; a random body
    has others for each seed.
    """

    def __init__(self, data, design, recipe, store):
        self._data, self._design, self._recipe, self._store = data, design, recipe, store
        self._known = None
        width = next(layer.c_in for layer in trace(design) if layer.in_classifier)
        with layers.channels_last() as keras:
            maps = keras.Input((width,), name="maps")
            dense = keras.layers.Dense(design.classes, "softmax", name="classifier_dense")
            model = keras.Model(maps, dense(maps))
        self.steps = Steps(model, recipe, recipe.epochs * steps_of(data, recipe))

    def start(self, seed):
        """The inputs to train with and those held out; the classifier is at its start."""
        self.steps.restart(seed)
        if self._recipe.weights is None:
            return self._maps(seed)
        if self._known is None:
            self._known = self._store.arrays(self._key(), self._maps)
        return self._known

    def _key(self):
        """Names what decides the maps: pictures, body and weights."""
        body = {**self._design.values(), "classes": None}
        weights = self._recipe.content(self._design)["weights"]
        text = json.dumps([self._data.fingerprint, body, weights], sort_keys=True)
        return hashlib.sha256(text.encode("utf-8")).hexdigest()

    def _maps(self, seed=None):
        if seed is not None:
            self._draw(seed)
        return tuple(self.pooled(pictures) for pictures in (self._data.x, self._data.x_held_out))

    def _draw(self, seed):
        """Give the body random weights, and the statistics of the first pictures.

        Without them, batch normalisation would let the signal fade from layer to layer.
        """
        single.restart(self._body, seed, {})
        single.set_momentum(self._body, 0.0)
        self._body(scaled(self._data.x[:AT_ONCE]), training=True)

    def pooled(self, pictures):
        """The body's last maps of uint8 pictures, each channel's mean: (n, channels)."""
        parts = range(0, len(pictures), AT_ONCE)
        return np.concatenate([self._pooled(pictures[at : at + AT_ONCE]).numpy() for at in parts])

    @functools.cached_property
    def _body(self):
        return build(self._design, self._recipe.weights_of(self._design), top=False)

    @functools.cached_property
    def _pooled(self):
        tensorflow, body = layers.tensorflow(), self._body  # built here, not while it is traced

        def pool(x):
            return tensorflow.reduce_mean(body(scaled(x), training=False), (1, 2))

        return tensorflow.function(pool, reduce_retracing=True, jit_compile=False, autograph=False)


def steps_of(data, recipe):
    """The number of steps of an epoch."""
    return len(data.x) // min(recipe.batch, len(data.x))
