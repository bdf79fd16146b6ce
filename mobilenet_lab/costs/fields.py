"""What a position of a map sees of the image: receptive fields, exact, from the trace."""

import pandas as pd

from mobilenet_lab import checks
from mobilenet_lab.costs.cost import nullable
from mobilenet_lab.layers import COUNTED
from mobilenet_lab.networks.design import trace

# What a position of a map sees of the picture


def receptive_fields(design):
    """One row a layer: a DataFrame that joins with `layer_table` by `name`.

    `field`: the side in pixels of what one position sees of the image, edges aside (it may be
    larger than the image). `jump`: how many pixels the fields of two neighbours lie apart, <NA>
    behind the pooling, which sees all. Both from the trace, exact.
    """
    rows, field, jump = [], 1, 1
    for layer in trace(design):
        if len(layer.shape_in) == 3 and len(layer.shape_out) == 1 and jump is not None:
            field, jump = field + (layer.shape_in[0] - 1) * jump, None
        elif jump is not None:
            field, jump = field + (layer.kernel - 1) * jump, jump * layer.stride
        rows.append((layer.name, field, jump))
    names, fields, jumps = zip(*rows, strict=True)
    return pd.DataFrame({"name": names, "field": fields, "jump": nullable(jumps)})


def seen_pixels(design, name, position):
    """The first pixel that a position of a layer's map sees, along one side, and the one behind.

    `position` counts rows (or columns) of the map from 0. With row and column of a position this
    gives the box on the image that can change what stands there, cut at the image's edges; (0, 0)
    for what is padding, which sees nothing.

    Raises `ValueError` for a layer or a position that the design does not have.
    """
    layers = trace(design)
    names = [layer.name for layer in layers]
    if name not in names:
        checks.refuse("name", name, f"a layer of {design}: {names[0]!r} and so on")
    last = names.index(name)
    size = layers[last].shape_out[0] if len(layers[last].shape_out) == 3 else 1
    accepted = f"an integer from 0 to {size - 1}"
    first = checks.integer("position", position, 0, accepted)
    if first >= size:
        checks.refuse("position", position, accepted)
    behind = first + 1
    for layer in reversed(layers[: last + 1]):
        first, behind = _read_by(layer, first, behind)
        if first >= behind:
            return 0, 0
    return first, behind


def _read_by(layer, first, behind):
    """The positions that a layer reads to write those from `first` up to `behind`."""
    size = layer.shape_in[0] if len(layer.shape_in) == 3 else 1
    if len(layer.shape_out) == 1:  # the pooling, and what follows it, read everything
        return 0, size
    if layer.kind not in COUNTED:
        return first, min(behind, size)  # padding lies below and on the right in these networks
    out, kernel, stride = layer.shape_out[0], layer.kernel, layer.stride
    before = max((out - 1) * stride + kernel - size, 0) // 2  # as "same" pads; "valid" needs none
    return max(first * stride - before, 0), min((behind - 1) * stride - before + kernel, size)
