"""Feature maps of a model for an image, and numbers read off them.

Only `feature_maps` needs a Keras model; the other functions take arrays.
"""

import functools
import math
import weakref
from collections import Counter
from collections.abc import Mapping

import numpy as np
import pandas as pd

from mobilenet_lab import capacity, checks
from mobilenet_lab.layers import keras, tensorflow

ORDERS = ("index", "mean", "variance")  # how channels are sorted
USUAL = (-1, 1)  # the range of the images that MobileNets are trained on
RESCALED = "image / 127.5 - 1 makes that of values of 0 to 255"
MOST_BINS = 10**6  # of a histogram
CEILING = 6  # where ReLU6 clips
ONCE = "a graph of layers that each run once"
PLAIN = 7  # passes of a shape before it is compiled, which takes as long as they all

# From a picture to maps

_passes = weakref.WeakKeyDictionary()  # model -> its layers' names and its pass


def feature_maps(model, image, layers=None, limits=USUAL):
    """The outputs of the layers for an image: a dict of float32 arrays by name, in network order.

    `image` is (height, width, 3) and the maps are (height, width, channels), or (channels,) after
    the pooling; or it is a batch, and so are the maps. `layers` names the layers, None means all.
    One forward pass gives all maps, with the model's current weights at each call; it is compiled
    once a model has had a few images of one shape. The arrays are read-only views of TensorFlow's
    memory, not copies (79 MB for all layers of v2 at α 1 and 224 px). Maps of other precision are
    converted to float32.

    `limits` are the smallest and largest pixel values that the model was trained on, by default
    MobileNet's; an image may exceed them by a quarter of their range, as some resizing does. None
    accepts any finite values.

    Raises `ValueError` for a model that contains another model, uses a layer twice or is not a
    graph of layers with one input, for an image of another shape or range, for unknown layers, for
    more maps than fit in memory, and if Keras uses another backend than TensorFlow.
    """
    names, run = _pass(model)
    wanted = set(names) if layers is None else _chosen(layers, names)
    batch, single = _batch(image, model.input_shape)
    _check_values(batch, limits)
    written = run(batch)
    maps = {name: np.asarray(memoryview(written[name])) for name in names if name in wanted}
    return {name: values[0] for name, values in maps.items()} if single else maps


def _pass(model):
    """The names of a model's layers, and the function from a batch to all of their outputs."""
    if not isinstance(model, keras().Model):
        checks.refuse("model", type(model), "a Keras model, such as build(design) gives")
    if model not in _passes:
        inner = _layers(model)
        try:
            whole = keras().Model(model.inputs, {layer.name: layer.output for layer in inner})
        except Exception as error:  # layers without a place in the graph
            checks.refuse("model", model.name, ONCE, error)
        if max(_runs(model).values()) > 1:
            checks.refuse("model", model.name, ONCE)
        _passes[model] = [layer.name for layer in inner], _once_a_shape(whole)
    return _passes[model]


def _runs(model):
    """How often each layer runs in a model, which Keras does not expose."""
    nodes = keras().Model(model.inputs, model.outputs)._nodes_by_depth.values()
    return Counter(node.operation for own in nodes for node in own)


def _once_a_shape(whole):
    """The function from a batch to the outputs of a model, compiled for a shape that comes often.

    Most networks are looked at once or twice; layer by layer, that takes a sixth of the time.

    Each compiled one is a concrete function: TensorFlow mistakes the plain functions of several
    models for one that is retraced again and again, and warns about that.
    """
    tf = tensorflow()
    passes = Counter()

    def plain(batch):
        written = whole(batch, training=False)
        return {name: tf.cast(own, "float32") for name, own in written.items()}

    function = tf.function(plain)

    @functools.cache
    def compiled(shape):
        return function.get_concrete_function(tf.TensorSpec(shape, tf.float32))

    @functools.cache
    def values(shape):
        return sum(map(math.prod, whole.compute_output_shape(shape).values()))

    def run(batch):
        capacity.require(values(batch.shape), "values of feature maps", 4)
        passes[batch.shape] += 1
        own = plain if passes[batch.shape] <= PLAIN else compiled(batch.shape)
        return own(tf.constant(batch))

    return run


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
    """Validate the requested layer names."""
    wanted = list(layers) if np.iterable(layers) and not isinstance(layers, str) else [None]
    if not all(isinstance(name, str) for name in wanted):
        checks.refuse("layers", layers, "None or a list of layer names")
    for name in wanted:
        if name not in names:
            checks.refuse("layers", name, f"names of the model's layers, {names[0]!r} and so on")
    return set(wanted)


def _batch(image, shape):
    """One image or several as a float32 batch, and whether it was a single one."""
    image = np.asarray(image)
    if image.dtype.kind != "f":
        accepted = f"floats, -1 to 1, such as load_image gives; {RESCALED}"
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


def _check_values(batch, limits):
    """Raise `ValueError` for an image with values that are not finite or far outside the limits."""
    least, most = float(batch.min()), float(batch.max())
    if not np.isfinite([least, most]).all():
        accepted = "finite values; np.nan_to_num(image) puts 0, mid grey, for what is missing"
        checks.refuse("the image's values", (least, most), accepted)
    if limits is None:
        return
    low, high = _ordered(limits)
    slack = (high - low) / 4
    if not low - slack <= least <= most <= high + slack:
        advice = f"such as load_image gives; {RESCALED}; limits=None takes any"
        usual = (low, high) == USUAL
        accepted = f"about {low:g} to {high:g}, {advice if usual else 'as limits says'}"
        checks.refuse("the image's values", (least, most), accepted)


def _ordered(limits):
    """The two limits as floats."""
    try:
        low, high = map(float, limits)
    except (TypeError, ValueError):
        low = high = np.nan
    if not -np.inf < low < high < np.inf:
        checks.refuse("limits", limits, "None or two finite numbers, the smaller first")
    return low, high


# Numbers read off maps


def statistics(maps):
    """One row per layer of `{name: map}`: a DataFrame that joins with `layer_table` by `name`.

    `mean, std, min, max` of all values. `dead`: the share of channels that are 0 at every position
    (of every image). `sparsity`: the share of values that are 0. `clipped`: the share of values
    that are exactly 6, the ceiling of ReLU6. Shares are from 0 to 1.
    """
    if not isinstance(maps, Mapping):
        checks.refuse("maps", maps, "a dict of maps by name, such as feature_maps gives")
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


def histogram(values, bins=48, limits=None):
    """The shares of a map's values in equal bins, and the edges of the bins.

    `limits` are the outermost edges, by default the smallest and the largest value. The shares are
    relative to all values, including those outside the limits.
    """
    bins = checks.integer("bins", bins, most=MOST_BINS)
    values = _by_position(values)
    if limits is not None:
        accepted = "the least and the most, two finite numbers, the first one smaller"
        ends = checks.array("limits", limits, accepted)
        if ends.shape != (2,) or ends[0] >= ends[1]:
            checks.refuse("limits", limits, accepted)
    counts, edges = np.histogram(values, bins, limits)
    return counts / values.size, edges


def _by_position(values):
    """A map or a batch of maps as (positions, channels)."""
    accepted = "(…, channels): finite numbers, with a value at least"
    values = checks.array("the map", values, accepted)
    if not values.ndim:
        checks.refuse("the map's shape", values.shape, accepted)
    return values.reshape(-1, values.shape[-1])
