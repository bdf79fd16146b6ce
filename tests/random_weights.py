"""Weights like those of a trained network, without the training."""

import numpy as np

RANGES = {
    "gamma": (0.5, 1.5),
    "beta": (-0.5, 0.5),
    "moving_mean": (-0.5, 0.5),
    "moving_variance": (0.5, 1.5),
    "bias": (-0.5, 0.5),
}


def random_weights(model, seed=0):
    """Give a Keras model kernels that keep a signal alive, and batch statistics of its own."""
    random = np.random.default_rng(seed)
    for layer in model.layers:
        inputs = 1 if "Depthwise" in type(layer).__name__ else None
        for weight in layer.weights:
            if weight.name in RANGES:
                values = random.uniform(*RANGES[weight.name], weight.shape)
            else:
                fan_in = np.prod(weight.shape[:-1] if inputs is None else weight.shape[:2])
                values = random.normal(0, np.sqrt(2 / fan_in), weight.shape)
            weight.assign(values.astype("float32"))
    return model


def random_images(model, count=2, seed=1):
    """Images in [-1, 1] of the size that a model reads."""
    random = np.random.default_rng(seed)
    return random.uniform(-1, 1, (count, *model.input.shape[1:])).astype("float32")
