"""Networks compared layer by layer, whatever the layers are called and in whichever order."""

import math
from collections import Counter

from optional import keras

KINDS = {  # operations that are compared; the others only hand on what they read
    "convolution": "Conv2D",
    "pointwise": "Conv2D",
    "depthwise": "DepthwiseConv2D",
    "dense": "Dense",
    "batch_norm": "BatchNormalization",
    "pooling": "GlobalAveragePooling2D",
    "max_pooling": "MaxPooling2D",
    "average_pooling": "AveragePooling2D",
    "addition": "Add",
    "concatenation": "Concatenate",
}


def signatures(traced):
    """How often there is a layer that is, writes, weighs and reads this, down to the image."""
    found = {"input": hash("input")}
    for layer in traced:
        reads = tuple(found[name] for name in layer.reads)
        kind = KINDS.get(layer.op)
        own = (kind, layer.shape_out, layer.params, reads)
        found[layer.name] = hash(own) if kind else reads[0]
    return Counter(found[layer.name] for layer in traced if layer.op in KINDS)


def keras_signatures(model):
    """The same of a Keras model; a separable convolution counts as the two that it is."""
    found, counted = {}, Counter()
    for layer in model.layers:
        if isinstance(layer, keras.layers.InputLayer):
            found[layer.name] = hash("input")
            continue
        inputs = layer.input if isinstance(layer.input, list) else [layer.input]
        reads = tuple(found[one._keras_history.operation.name] for one in inputs)
        kind, shape, params = type(layer).__name__, layer.output.shape[1:], layer.count_params()
        if kind == "SeparableConv2D":
            depthwise = layer.depthwise_kernel.shape
            size = math.prod(depthwise)
            first = hash(("DepthwiseConv2D", (*shape[:-1], depthwise[2]), size, reads))
            counted[first] += 1
            kind, reads, params = "Conv2D", (first,), params - size
        known = kind in KINDS.values()
        found[layer.name] = hash((kind, tuple(shape), params, reads)) if known else reads[0]
        counted[found[layer.name]] += known
    return +counted
