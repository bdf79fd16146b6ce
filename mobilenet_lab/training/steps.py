"""A Keras model that is trained step by step, again and again by the same traced graphs."""

import hashlib

import numpy as np

from mobilenet_lab import layers
from mobilenet_lab.training.recipe import NORM_MOMENTUM, WARM_UP

AT_ONCE = 256  # inputs that are classified at once


class Steps:
    """A model and its optimiser, started afresh for each seed.

    The model classifies uint8 pictures, which are scaled to [-1, 1] in the step, or float32
    vectors, and ends in a softmax; `total` is the number of steps over which the rate goes down.
    Layers whose names are in `kept` go back to the weights that they have now; those of all others
    are drawn afresh. XLA is off: on a CPU it takes a minute to compile steps that are slower.
    """

    def __init__(self, model, recipe, total, kept=()):
        tensorflow = layers.tensorflow()
        self.model = _with_logits(model)
        self.kept = {name: model.get_layer(name).get_weights() for name in kept}
        self._optimizer = _optimizer(model, recipe, total)
        self._start = [variable.numpy() for variable in self._optimizer.variables]
        options = {"jit_compile": False, "autograph": False}
        self._step = tensorflow.function(self._one_step, **options)
        self._right = tensorflow.function(self._count, reduce_retracing=True, **options)

    def restart(self, seed):
        """Weights and optimiser as they are before the first step with this seed."""
        restart(self.model, seed, self.kept)
        for variable, value in zip(self._optimizer.variables, self._start, strict=True):
            variable.assign(value)

    def step(self, x, y):
        """One step on a batch; its loss before the step."""
        return float(self._step(x, y))

    def accuracy(self, x, y):
        """The share of inputs that the model classifies as their labels say."""
        parts = [slice(at, at + AT_ONCE) for at in range(0, len(x), AT_ONCE)]
        return sum(int(self._right(x[part], y[part])) for part in parts) / len(x)

    def _one_step(self, x, y):
        tensorflow = layers.tensorflow()
        with tensorflow.GradientTape() as tape:
            logits = self.model(scaled(x), training=True)
            losses = tensorflow.nn.sparse_softmax_cross_entropy_with_logits(y, logits)
            loss = tensorflow.reduce_mean(losses)
        variables = self.model.trainable_variables
        self._optimizer.apply(tape.gradient(loss, variables), variables)
        return loss

    def _count(self, x, y):
        tensorflow = layers.tensorflow()
        guesses = tensorflow.argmax(self.model(scaled(x), training=False), -1, y.dtype)
        return tensorflow.math.count_nonzero(guesses == y)


def scaled(x):
    """Pictures of uint8 as float32 in [-1, 1]; anything else as it is."""
    tensorflow = layers.tensorflow()
    return tensorflow.cast(x, tensorflow.float32) / 127.5 - 1 if x.dtype == "uint8" else x


def restart(model, seed, kept):
    """Give each layer the weights in `kept`, else fresh ones from its own initialisers.

    What is drawn depends on the seed, the layer's name and the variable's shape alone, so that
    layers which two designs have in common start alike.
    """
    for layer in model.layers:
        if layer.name in kept:
            layer.set_weights(kept[layer.name])
        else:
            for variable in layer.weights:
                variable.assign(_drawn(layer, variable, seed))


def set_momentum(model, momentum=NORM_MOMENTUM):
    """Let the statistics of batch normalisation follow within a short training, or at once."""
    for layer in model.layers:
        if isinstance(layer, layers.keras().layers.BatchNormalization):
            layer.momentum = momentum


def _drawn(layer, variable, seed):
    own = getattr(layer, f"{variable.name}_initializer", None) or layer.depthwise_initializer
    settings = own.get_config()
    if "seed" in settings:
        text = f"{seed}/{layer.name}/{variable.name}"
        digest = hashlib.sha256(text.encode("utf-8")).digest()
        settings["seed"] = int.from_bytes(digest[:4], "little") >> 1
    return type(own).from_config(settings)(variable.shape, variable.dtype)


def _with_logits(model):
    """The model without its softmax: the loss of logits is exact, and the order is the same."""
    activations = layers.keras().activations
    for layer in model.layers:
        if getattr(layer, "activation", None) is activations.softmax:
            layer.activation = activations.linear
    return model


def _optimizer(model, recipe, total):
    keras = layers.keras()
    rising = max(1, round(WARM_UP * total))
    rate = keras.optimizers.schedules.CosineDecay(
        0.0, max(1, total - rising), warmup_target=recipe.rate, warmup_steps=rising
    )
    optimizer = keras.optimizers.SGD(
        rate, recipe.momentum, recipe.momentum > 0, weight_decay=recipe.weight_decay or None
    )
    optimizer.exclude_from_weight_decay(var_names=["gamma", "beta", "bias"])
    optimizer.build(model.trainable_variables)
    return optimizer


def batches(count, size, random):
    """The places of one epoch's inputs in random order, a row a batch; the rest is left out."""
    size = min(size, count)
    return random.permutation(count)[: count // size * size].reshape(-1, size)


def order(seed):
    """The generator of the data's order: the same for every design that has this seed."""
    return np.random.default_rng(seed)
