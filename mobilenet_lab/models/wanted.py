"""The weights that a design's layers need, and the layers of a file that supply them."""

from mobilenet_lab.models.stored import Weighted
from mobilenet_lab.networks.design import trace
from mobilenet_lab.networks.trace import known

SHAPES = {  # of the weights by operation, biases apart
    "convolution": lambda layer: [(*layer.sides, layer.c_in // layer.groups, layer.c_out)],
    "pointwise": lambda layer: [(1, 1, layer.c_in // layer.groups, layer.c_out)],
    "depthwise": lambda layer: [(*layer.sides, layer.c_in, 1)],
    "dense": lambda layer: [(layer.c_in, layer.c_out)],
    "batch_norm": lambda layer: 4 * [(layer.c_out,)],
}


def wanted(design, classifier):
    """The layers with weights of a design's classifier, or of all before it."""
    own = [layer for layer in trace(design) if layer.params and layer.in_classifier == classifier]
    return [Weighted(layer.name, _shapes(layer)) for layer in own]


def _shapes(layer):
    return tuple(known(layer, SHAPES)(layer) + [(layer.c_out,)] * bool(layer.biases))


def picked(own, stored):
    """For each layer's name the stored one that has its weights, and their shapes.

    Layers of a kind go by their order; None if one does not fit.
    """
    found, pools = {}, by_kind(stored)
    for kind, layers in by_kind(own).items():
        pool = pools.get(kind, [])[: len(layers)]
        if [layer.shapes for layer in pool] != [layer.shapes for layer in layers]:
            return None
        found |= {
            ours.name: (theirs, ours.shapes) for ours, theirs in zip(layers, pool, strict=True)
        }
    return found


def by_kind(layers):
    """Layers grouped by kind, each kind in order."""
    found = {}
    for layer in layers:
        found.setdefault(layer.kind, []).append(layer)
    return found
