"""What a design costs: multiply-accumulates (MACs), parameters and memory, from its trace.

One convention: MACs count the convolution, depthwise and dense multiply-accumulates of one image;
bias, batch normalisation, activation, pooling and addition are not counted. Every count is an
exact integer. `total` works on the trace of a grid just as well; its counts are arrays then.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from itertools import compress
from typing import Any

import numpy as np
import pandas as pd

from mobilenet_lab import checks
from mobilenet_lab.costs.conventions import CONVENTIONS, LAYERS, Amounts, weights
from mobilenet_lab.costs.memory import held, peak
from mobilenet_lab.networks.design import Design, checked_design, trace
from mobilenet_lab.networks.trace import WEIGHTED, Count, Layer, layers_of


@dataclass(frozen=True)
class Cost:
    """The counts of a network for one image; `body` has the same without the classifier.

    macs: multiply-accumulates of convolution, depthwise and dense layers.
    params: all Keras variables (kernels, biases, four values per batch-normalised channel).
    trainable_params: the same with two values per batch-normalised channel.
    kernels: convolution and dense kernels alone (the v1 paper's count).
    kernels_and_bias: and all biases (the v2 paper's and its checkpoints').
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

    def peak_bytes(self, bits: int = 32) -> int:
        """Bytes for the activations held at the peak, at `bits` a value.

        A lower bound of what a runtime needs that does not work in place: it loses room between the
        tensors and keeps data of its own. `memory` says how much.
        """
        return self.peak_activations * checks.integer("bits", bits) // 8

    def columns(self) -> dict[str, Any]:
        """The counts by name, the body's under "body_" names: a row for a table."""
        own = {name: getattr(self, name) for name in COUNTS}
        if self.body is None:
            return own
        return own | {f"body_{name}": getattr(self.body, name) for name in COUNTS}


COUNTS = tuple(field.name for field in fields(Cost) if field.name != "body")
PARAMETERS = {  # the convention of each count of parameters
    "params": CONVENTIONS["all variables"],
    "trainable_params": CONVENTIONS["trainable"],
    "kernels": CONVENTIONS["weights"],
    "kernels_and_bias": CONVENTIONS["weights and bias"],
    "slim_params": CONVENTIONS["without batch norm's scale"],
    "folded_params": CONVENTIONS["batch norm folded"],
}


def cost(design: Design) -> Cost:
    """The `Cost` of a `Design`, in exact integers."""
    return _cost(checked_design(design))


@lru_cache(maxsize=512)
def _cost(design: Design) -> Cost:
    return total(trace(design))


def total(layers: Sequence[Layer]) -> Cost:
    """The `Cost` of a trace, or of a grid's trace (arrays in place of integers)."""
    layers = layers_of(layers)
    values = held(layers)
    in_body = [not layer.in_classifier for layer in layers]
    ours, head = _sums(layers)
    body = Cost(**ours, peak_activations=peak(list(compress(values, in_body))))
    both = {name: ours[name] + head[name] for name in ours}
    return Cost(**both, peak_activations=peak(values), body=body)


def _sums(layers: Sequence[Layer]) -> tuple[dict[str, Count], dict[str, Count]]:
    """The counts that add up over layers, of the body and of the classifier."""
    found = []
    weighed = _by_end(weights(layers))
    for in_classifier in (False, True):
        own = [one for one in layers if one.op in WEIGHTED and one.in_classifier == in_classifier]
        counts = {
            "macs": sum(layer.macs for layer in own),
            "activations": sum(layer.activations for layer in own),
        }
        amounts = weighed[in_classifier]
        found.append(counts | {name: one.count(amounts) for name, one in PARAMETERS.items()})
    return found[0], found[1]


def _by_end(amounts: Amounts) -> tuple[Amounts, Amounts]:
    """The weights of the body and of the classifier, all kernels together."""
    ends: tuple[dict[tuple[str, str], Count], ...] = ({}, {})
    for (place, part), amount in amounts.items():
        if place == "first_expansion":
            continue
        own, key = ends[place == "classifier"], ("", "kernels" if part in LAYERS else part)
        own[key] = own[key] + amount if key in own else amount
    return ends[0], ends[1]


def layer_table(design: Design) -> pd.DataFrame:
    """A design's layers as a DataFrame, one row per layer, in order.

    Sizes are in pixels, `macs` per image, `activations` and `held` in values. `macs`, `params`,
    `trainable_params`, `kernels` and `activations` add up to the `cost`; the largest `held` is
    its `peak_activations`. `held` is <NA> for layers that the peak does not look at.
    """
    layers = trace(design)
    columns: dict[str, Any] = {name: [getattr(layer, name) for layer in layers] for name in COLUMNS}
    columns |= {name: integers(columns[name]) for name in ADDITIVE}
    columns["reads"] = [", ".join(layer.reads) for layer in layers]
    columns["held"] = nullable(held(layers))
    return pd.DataFrame(columns)


def integers(values: Sequence[int]) -> np.ndarray:
    """A column of counts: NumPy integers, or Python integers if even the sum would overflow."""
    return np.array(values, dtype=np.int64 if sum(values) < EXACT else object)


def nullable(values: Sequence[int | None]) -> Any:
    """A column of integers with gaps: pandas integers, or Python's if those would overflow."""
    exact = all(value < EXACT for value in values if value is not None)
    found = [pd.NA if value is None else value for value in values]
    return pd.array(found, dtype="Int64" if exact else object)


EXACT = 2**62  # counts up to here fit NumPy's integers with room to add

ADDITIVE = ("macs", "params", "trainable_params", "kernels", "activations")
COLUMNS = (
    "name",
    "kind",
    "op",
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
    "reads",
)
