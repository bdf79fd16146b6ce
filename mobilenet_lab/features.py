"""Feature maps: a picture through the network, and what one reads off the maps.

    model, image = build(design), load_image("chelsea", design.resolution)
    maps = feature_maps(model, image)  # {layer name: array}, all from one pass
    layer_table(design).merge(statistics(maps), on="name")

Layers have the names of the trace, so that a map, a row of the table and a drawn box join by name.
Only `feature_maps` and `kernel_mosaic` look at a Keras model; the rest takes arrays or designs.
"""

import functools
import importlib
import math
import weakref

import numpy as np
import pandas as pd

from mobilenet_lab import checks
from mobilenet_lab.cost import nullable
from mobilenet_lab.design import trace
from mobilenet_lab.images import SAMPLES, load_image
from mobilenet_lab.layers import COUNTED, keras

__all__ = [
    "ORDERS",
    "SAMPLES",
    "channel_order",
    "correlation",
    "feature_maps",
    "histogram",
    "kernel_mosaic",
    "load_image",
    "mosaic",
    "receptive_fields",
    "seen_pixels",
    "statistics",
]

ORDERS = ("index", "mean", "variance")  # how channels are sorted
CEILING = 6  # where ReLU6 clips

# From a picture to maps

_passes = weakref.WeakKeyDictionary()  # model -> its layers' names and its compiled pass


def feature_maps(model, image, layers=None):
    """What the layers write for an image: a dict of float32 arrays by name, in network order.

    `image` is (height, width, 3) and the maps are (height, width, channels), or (channels,) behind
    the pooling; or it is a batch, and so are the maps. `layers` names the wanted ones, None means
    all. One forward pass gives them all; it is compiled once for a model and an image shape, and
    sees the model's weights as they are at each call. The arrays are read-only: TensorFlow's own
    memory, not a copy (79 MB for all layers of v2 at α 1 and 224 px).

    Raises `ValueError` for a model that holds another model or is no graph of layers with one
    input, for an image that does not fit it and for layers that it does not have.
    """
    names, run = _compiled(model)
    wanted = set(names) if layers is None else _chosen(layers, names)
    batch, single = _batch(image, model.input_shape)
    written = run(batch)
    maps = {name: np.asarray(memoryview(written[name])) for name in names if name in wanted}
    return {name: values[0] for name, values in maps.items()} if single else maps


def _compiled(model):
    """The names of a model's layers, and the function from a batch to all that they write."""
    if not isinstance(model, keras().Model):
        checks.refuse("model", type(model), "a Keras model, such as build(design) gives")
    if model not in _passes:
        inner = _layers(model)
        try:
            whole = keras().Model(model.inputs, {layer.name: layer.output for layer in inner})
        except Exception as error:  # layers without a place in the graph, or with several
            checks.refuse("model", model.name, "a graph of layers that each run once", error)
        _passes[model] = [layer.name for layer in inner], _once_a_shape(whole)
    return _passes[model]


def _once_a_shape(whole):
    """The function from a batch to what a model writes, compiled once for each shape.

    Each is a concrete function: TensorFlow takes the plain ones of several models for a single one
    that is compiled again and again, and warns of that in red.
    """
    tensorflow = importlib.import_module("tensorflow")
    function = tensorflow.function(lambda batch: whole(batch, training=False))

    @functools.cache
    def compiled(shape):
        return function.get_concrete_function(tensorflow.TensorSpec(shape, tensorflow.float32))

    return lambda batch: compiled(batch.shape)(tensorflow.constant(batch))


def _layers(model):
    """The layers of a flat model with one input, in network order, without that input."""
    for layer in model.layers:
        if isinstance(layer, keras().Model):
            accepted = f"a model that holds no other; take model.get_layer({layer.name!r}) itself"
            checks.refuse("model", model.name, accepted)
    if len(getattr(model, "inputs", None) or ()) != 1:
        checks.refuse("model", model.name, "a functional or a built sequential model of one input")
    return [layer for layer in model.layers if not isinstance(layer, keras().layers.InputLayer)]


def _chosen(layers, names):
    """The wanted names, which the model has."""
    wanted = list(layers) if np.iterable(layers) and not isinstance(layers, str) else [None]
    if not all(isinstance(name, str) for name in wanted):
        checks.refuse("layers", layers, "None or a list of layer names")
    for name in wanted:
        if name not in names:
            checks.refuse("layers", name, f"names of the model's layers, {names[0]!r} and so on")
    return set(wanted)


def _batch(image, shape):
    """One image or several as a float32 batch, and whether it was one."""
    image = np.asarray(image)
    if image.dtype.kind != "f":
        accepted = "floats, -1 to 1, such as load_image gives"
        checks.refuse("the image's dtype", str(image.dtype), accepted)
    single = image.ndim == len(shape) - 1
    batch = image[None] if single else image
    fits = (
        batch.ndim == len(shape)
        and len(batch)
        and all(
            wanted in (None, got) for wanted, got in zip(shape[1:], batch.shape[1:], strict=True)
        )
    )
    if not fits:
        wanted = ", ".join("any" if side is None else str(side) for side in shape[1:])
        checks.refuse("the image's shape", image.shape, f"({wanted}), or a batch of these")
    return batch.astype(np.float32, copy=False), single


# What one reads off maps


def statistics(maps):
    """One row a layer of `{name: map}`: a DataFrame that joins with `layer_table` by `name`.

    `mean, std, min, max` of all values. `dead`: the share of channels that are 0 at every position
    (of every image). `sparsity`: the share of values that are 0. `clipped`: the share that are
    exactly 6, where ReLU6 cuts off. Shares are from 0 to 1.
    """
    rows = [{"name": name} | _read_off(values) for name, values in maps.items()]
    columns = ["name", "mean", "std", "min", "max", "dead", "sparsity", "clipped"]
    return pd.DataFrame(rows, columns=columns)


def _read_off(values):
    values = _by_position(values)
    zero = values == 0
    return {
        "mean": float(values.mean(dtype=np.float64)),
        "std": float(values.std(dtype=np.float64)),
        "min": float(values.min()),
        "max": float(values.max()),
        "dead": float(zero.all(axis=0).mean()),
        "sparsity": float(zero.mean()),
        "clipped": float((values == CEILING).mean()),
    }


def channel_order(values, by="index"):
    """The channels of a map sorted by "index", or the largest "mean" or "variance" first."""
    checks.one_of("by", by, ORDERS)
    values = _by_position(values)
    if by == "index":
        return np.arange(values.shape[1])
    worth = values.mean(0, dtype=np.float64) if by == "mean" else values.var(0, dtype=np.float64)
    return np.argsort(-worth, kind="stable")


def mosaic(values, by="index", scale="layer", columns=None, gap=1):
    """All channels of one image's map side by side: a 2-D array of 0 to 1, ready to show.

    `values` is (height, width, channels) or (channels,). The channels come row by row in the order
    `channel_order(values, by)`; nan fills the `gap` pixels between them and the places left over.
    0 and 1 are the smallest and the largest value of the layer, or, with `scale="channel"`, of
    each channel by itself; what does not vary is 0. `columns` is the number of channels in a row,
    by default such that the mosaic is about square.
    """
    checks.one_of("scale", scale, ("layer", "channel"))
    values = np.asarray(values, np.float32)
    if values.ndim not in (1, 3) or not values.size:
        accepted = "(height, width, channels) or (channels,), the map of one image"
        checks.refuse("the map's shape", values.shape, accepted)
    values = values.reshape((1, 1, -1) if values.ndim == 1 else values.shape)
    axes = None if scale == "layer" else (0, 1)
    least = values.min(axis=axes, keepdims=True)
    span = values.max(axis=axes, keepdims=True) - least
    shown = np.divide(values - least, span, out=np.zeros_like(values), where=span > 0)
    return _tiled(shown[..., channel_order(values, by)], columns, gap, np.nan)


def kernel_mosaic(model, name, columns=None, gap=1):
    """The kernels of a layer side by side, 0 to 1, where 0.5 is a weight of 0; each has its scale.

    A depthwise layer's are a 2-D array with nan between them; those of a convolution of the image
    itself are a colour picture (height, width, 3) with white between them.

    Raises `ValueError` for a layer without kernels that one could look at.
    """
    layer = {layer.name: layer for layer in model.layers}.get(name)
    kernel = getattr(layer, "kernel", None)
    shape = () if kernel is None else tuple(kernel.shape)
    depthwise = type(layer).__name__ == "DepthwiseConv2D"
    if len(shape) != 4 or not (depthwise or shape[2] == 3):
        checks.refuse("name", name, "a depthwise layer, or a convolution of the image")
    kernels = keras().ops.convert_to_numpy(kernel)
    kernels = kernels.reshape(*shape[:2], -1) if depthwise else kernels
    most = np.abs(kernels).max(axis=tuple(range(kernels.ndim - 1)), keepdims=True)
    shown = 0.5 + np.divide(kernels, 2 * most, out=np.zeros_like(kernels), where=most > 0)
    return _tiled(shown, columns, gap, np.nan if depthwise else 1.0)


def correlation(values):
    """How alike the channels of a map are: Pearson's r over the positions, (channels, channels).

    nan for a channel that does not vary, a dead one, say.
    """
    values = _by_position(values).astype(np.float64)
    varies = np.ptp(values, axis=0) > 0
    values = values - values.mean(axis=0)
    values /= np.where(varies, np.sqrt((values**2).sum(axis=0)), np.nan)
    return np.clip(values.T @ values, -1, 1)


def histogram(values, bins=48, limits=None):
    """The shares of a map's values in equal bins, and the edges of the bins.

    `limits` are the outermost edges, by default the smallest and the largest value; the shares are
    of all values, those outside the limits included.
    """
    bins = checks.integer("bins", bins)
    values = _by_position(values)
    counts, edges = np.histogram(values, bins, limits)
    return counts / values.size, edges


def _by_position(values):
    """A map or a batch of maps as (positions, channels)."""
    values = np.asarray(values)
    if not values.ndim or not values.size:
        checks.refuse("the map's shape", values.shape, "(…, channels), with a value at least")
    return values.reshape(-1, values.shape[-1])


def _tiled(tiles, columns, gap, between):
    """Tiles (height, width, …, number) row by row in one array, `between` around them."""
    height, width, *colours, number = tiles.shape
    gap = checks.integer("gap", gap, 0)
    if columns is None:
        columns = math.ceil(math.sqrt(number * (height + gap) / (width + gap)))
    columns = min(checks.integer("columns", columns), number)
    rows = -(-number // columns)
    shape = (rows * (height + gap) - gap, columns * (width + gap) - gap, *colours)
    whole = np.full(shape, between, np.float32)
    for index in range(number):
        row, column = divmod(index, columns)
        top, left = row * (height + gap), column * (width + gap)
        whole[top : top + height, left : left + width] = tiles[..., index]
    return whole


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
