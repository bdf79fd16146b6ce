"""What a design costs: multiply-accumulates (MACs), parameters and memory, from its trace.

One convention: MACs count the convolution, depthwise and dense multiply-accumulates of one image;
bias, batch normalisation, activation, pooling and addition are not counted. Every count is an
exact integer. `total` works on the trace of a grid just as well; its counts are arrays then.
"""

from dataclasses import dataclass, fields
from functools import lru_cache, reduce
from typing import Any

import numpy as np
import pandas as pd

from mobilenet_lab.layers import COUNTED, volume
from mobilenet_lab.networks.design import trace


@dataclass(frozen=True)
class Cost:
    """The counts of a network for one image; `body` has the same without the classifier.

    macs: multiply-accumulates of convolution, depthwise and dense layers.
    params: all Keras variables (kernels, biases, four values per batch-normalised channel).
    trainable_params: the same with two values per batch-normalised channel.
    kernels: convolution and dense kernels alone (the v1 paper's count).
    kernels_and_bias: and the classifier's bias (the v2 paper's and its checkpoints').
    slim_params: and three values per batch-normalised channel (the v1 checkpoints').
    folded_params: kernels and one bias per output channel, as after batch-norm folding.
    activations: values that the convolution, depthwise and dense layers write, summed.
    peak_activations: the most values held at once while one of these layers, or an addition,
        runs: what it reads, what it writes and a waiting shortcut, each tensor once.
    """

    macs: Any
    params: Any
    trainable_params: Any
    kernels: Any
    kernels_and_bias: Any
    slim_params: Any
    folded_params: Any
    activations: Any
    peak_activations: Any
    body: Any = None

    def peak_bytes(self, bits=32):
        """Bytes for the activations held at the peak, at `bits` a value."""
        return self.peak_activations * bits // 8

    def columns(self):
        """The counts by name, the body's under "body_" names: a row for a table."""
        own = {name: getattr(self, name) for name in COUNTS}
        if self.body is None:
            return own
        return own | {f"body_{name}": getattr(self.body, name) for name in COUNTS}


COUNTS = tuple(field.name for field in fields(Cost) if field.name != "body")


@lru_cache(maxsize=4096)
def cost(design):
    """The `Cost` of a `Design`, in exact integers."""
    return total(trace(design))


def total(layers):
    """The `Cost` of a trace, or of a grid's trace (arrays in place of integers)."""
    body = tuple(layer for layer in layers if not layer.name.startswith("classifier"))
    head = layers[len(body) :]
    held = shortcuts_held(layers)
    sums = _sums(body)
    peak = _peak(body, held[: len(body)])
    classifier = _sums(head)
    bias = sum(layer.biases for layer in head)
    both = {name: sums[name] + classifier[name] for name in sums}
    both["kernels_and_bias"] += bias
    both["slim_params"] += bias
    return Cost(
        **both,
        peak_activations=_larger(peak, _peak(head, held[len(body) :])),
        body=Cost(**sums, peak_activations=peak),
    )


def layer_table(design):
    """A design's layers as a DataFrame, one row a layer, in order.

    Sizes are in pixels, `macs` per image, `activations` and `held` in values. `macs`, `params`,
    `trainable_params`, `kernels` and `activations` add up to the `cost`; the largest `held` is
    its `peak_activations`. `held` is <NA> for layers that the peak does not look at.
    """
    layers = trace(design)
    held = shortcuts_held(layers)
    columns = {name: [getattr(layer, name) for layer in layers] for name in COLUMNS}
    columns |= {name: integers(columns[name]) for name in ADDITIVE}
    columns["held"] = nullable([_held(*pair) for pair in zip(layers, held, strict=True)])
    return pd.DataFrame(columns)


def integers(values):
    """A column of counts: NumPy's integers, or Python's own where even the sum outgrows those."""
    return np.array(values, dtype=np.int64 if sum(values) < EXACT else object)


def nullable(values):
    """A column of integers with gaps: pandas' own, or Python's where those are too small."""
    values = [pd.NA if value is None else value for value in values]
    exact = all(value < EXACT for value in values if value is not pd.NA)
    return pd.array(values, dtype="Int64" if exact else object)


EXACT = 2**62  # counts up to here fit NumPy's integers with room to add

ADDITIVE = ("macs", "params", "trainable_params", "kernels", "activations")
COLUMNS = (
    "name",
    "kind",
    "stage",
    "block",
    "role",
    "kernel",
    "stride",
    "size_in",
    "c_in",
    "size_out",
    "c_out",
    *ADDITIVE,
    "shortcut",
)


def shortcuts_held(layers):
    """For each layer, the values that wait for a later addition, beside what it reads itself."""
    waiting = [0] * len(layers)
    positions = {layer.name: index for index, layer in enumerate(layers)}
    for end, layer in enumerate(layers):
        if layer.shortcut:
            shortcut = volume(layer.shape_in) * layer.present
            moved = False  # the first layer behind the shortcut reads that very tensor
            for index in range(positions.get(layer.shortcut, -1) + 1, end + 1):
                if layers[index].kind in HOLDING:
                    waiting[index] = waiting[index] + shortcut * moved
                moved = moved | layers[index].present
    return waiting


HOLDING = (*COUNTED, "Add")  # the layers that the peak looks at


def _held(layer, waiting):
    """Values held while a layer runs; None where the peak does not look."""
    if layer.kind not in HOLDING:
        return None
    return (volume(layer.shape_in) + volume(layer.shape_out) + waiting) * layer.present


def _peak(layers, waiting):
    """The largest number of values held at once."""
    held = [_held(*pair) for pair in zip(layers, waiting, strict=True)]
    return reduce(_larger, [values for values in held if values is not None], 0)


def _larger(a, b):
    """The larger of two integers, element by element for grids."""
    return np.maximum(a, b) if isinstance(a, np.ndarray) or isinstance(b, np.ndarray) else max(a, b)


def _sums(layers):
    """The counts that add up over layers, without a classifier's bias."""
    kernels = sum(layer.kernels for layer in layers)
    biases = sum(layer.biases for layer in layers)
    norms = sum(layer.norms for layer in layers)
    outputs = sum(layer.c_out * layer.present for layer in layers if layer.kind in COUNTED)
    return {
        "macs": sum(layer.macs for layer in layers if layer.kind in COUNTED),
        "params": kernels + biases + 4 * norms,
        "trainable_params": kernels + biases + 2 * norms,
        "kernels": kernels,
        "kernels_and_bias": kernels,
        "slim_params": kernels + 3 * norms,
        "folded_params": kernels + outputs,
        "activations": sum(layer.activations for layer in layers if layer.kind in COUNTED),
    }
