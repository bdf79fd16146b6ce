"""One network counted by every convention, and what each step from one figure to the next adds.

A count is a sum over `PARTS`. A `Convention` says which of them it counts, and how often; two
figures for one network differ by whole parts, which `steps` names. All counts are exact integers.
"""

from dataclasses import dataclass

import pandas as pd

from mobilenet_lab import checks
from mobilenet_lab.layers import COUNTED, volume

MEASURES = ("MACs", "FLOPs", "parameters")


@dataclass(frozen=True)
class Convention:
    """What a count counts.

    `measure` is "MACs", "FLOPs" (two for each multiply-accumulate) or "parameters". The integers
    say how many operations each value takes: `bias` of a biased layer's outputs, `batch_norm` and
    `activation` of what they write, `pooling` of what it reads, `addition` of a shortcut. For
    parameters `bias` counts once per output channel and `batch_norm` is the number of values per
    normalised channel: 4 all, 3 without the scale, 2 scale and shift, 1 when folded into a bias.
    `first_convolution` and `classifier` say whether those layers are counted at all.
    """

    measure: str = "MACs"
    bias: int = 0
    batch_norm: int = 0
    activation: int = 0
    pooling: int = 0
    addition: int = 0
    first_convolution: bool = True
    classifier: bool = True

    def __post_init__(self):
        checks.one_of("measure", self.measure, MEASURES)
        for name in ELEMENTWISE:
            checks.integer(name, getattr(self, name), least=0)

    def __call__(self, layers):
        """The count of a trace (`design.trace`), an integer."""
        return sum(parts(layers, self).values())

    def __str__(self):
        weights = self.measure == "parameters"
        words = ["weights" if weights else self.measure]
        for name in ELEMENTWISE:
            if times := getattr(self, name):
                folded = "folded " if weights and (name, times) == ("batch_norm", 1) else ""
                often = f"{times} x " if times > 1 else ""
                words.append(often + folded + name.replace("_", " "))
        left_out = [part for part in ("first_convolution", "classifier") if not getattr(self, part)]
        without = [f", without {part.replace('_', ' ')}" for part in left_out]
        return " + ".join(words) + "".join(without)


ELEMENTWISE = ("bias", "batch_norm", "activation", "pooling", "addition")
LAYERS = ("first_convolution", "full_convolutions", "depthwise", "pointwise", "classifier")
# "accumulation" is the second operation of each multiply-accumulate, where FLOPs are counted.
PARTS = (*LAYERS, "accumulation", *ELEMENTWISE)

MACS = Convention()
WEIGHTS = Convention("parameters")

# By whom: the papers, timm, OpenVINO (batch norm folded into a bias) … For networks whose
# convolutions have no bias of their own, as all published ones; the listing's v1 has.
CONVENTIONS = {
    "MACs": MACS,
    "MACs and batch norm": Convention(batch_norm=2),
    "FLOPs": Convention("FLOPs"),
    "FLOPs and batch norm": Convention("FLOPs", batch_norm=2),
    "FLOPs and element-wise work": Convention(
        "FLOPs", bias=1, batch_norm=1, activation=1, pooling=1, addition=1
    ),
    "weights": WEIGHTS,  # the v1 paper
    "weights and bias": Convention("parameters", bias=1),  # the v2 paper and its checkpoints
    "batch norm folded": Convention("parameters", bias=1, batch_norm=1),  # OpenVINO
    "trainable": Convention("parameters", bias=1, batch_norm=2),  # torchvision, timm
    "without batch norm's scale": Convention("parameters", bias=1, batch_norm=3),  # v1 checkpoints
    "all variables": Convention("parameters", bias=1, batch_norm=4),  # Keras
}


def parts(layers, convention=MACS):
    """What each of `PARTS` adds to the count of a trace; the values sum to it."""
    of_layer = _parameters if convention.measure == "parameters" else _operations
    amounts = dict.fromkeys(PARTS, 0)
    for layer in layers:
        if _included(layer, convention):
            for part, amount in of_layer(layer, convention):
                amounts[part] += amount
    return amounts


def count(layers, conventions=None):
    """A trace under every convention: a DataFrame, one row each, a column a part, and `count`.

    `conventions` is a dict from name to `Convention`, `CONVENTIONS` by default; the parts of a row
    add up to its `count`.
    """
    conventions = CONVENTIONS if conventions is None else conventions
    rows = [
        {"convention": name, "measure": own.measure, **parts(layers, own), "count": own(layers)}
        for name, own in conventions.items()
    ]
    return pd.DataFrame(rows, columns=["convention", "measure", *PARTS, "count"])


def steps(*figures):
    """How one figure leads to the next: a DataFrame `before, part, added, after`, a row a step.

    Each figure is a pair (trace, `Convention`); they may differ in both, such as 1000 and 1001
    classes, but not in whether they count operations or parameters. `added` is below 0 for what
    is left out; `after` of the last row is the last figure.
    """
    if len({convention.measure == "parameters" for _, convention in figures}) > 1:
        measures = [convention.measure for _, convention in figures]
        checks.refuse("measure", measures, "either operations or parameters, not both")
    rows = []
    amounts = [parts(*figure) for figure in figures]
    for before, after in zip(amounts, amounts[1:], strict=False):
        total = sum(before.values())
        for part in PARTS:
            if added := after[part] - before[part]:
                rows.append((total, part, added, total + added))
                total += added
    return pd.DataFrame(rows, columns=["before", "part", "added", "after"])


def _included(layer, convention):
    """Whether the convention counts the layer at all."""
    if layer.stage == "classifier":
        return convention.classifier
    return convention.first_convolution or not _is_first(layer)


def _is_first(layer):
    """Does the layer belong to a network's first convolution: itself, its batch norm, its ReLU?"""
    return layer.stage == "stem" and not layer.block


def _part(layer):
    """The part that a convolution, depthwise or dense layer is."""
    if layer.stage == "classifier":
        return "classifier"
    if _is_first(layer):
        return "first_convolution"
    if layer.kind == "DepthwiseConv2D":
        return "depthwise"
    return "pointwise" if layer.kernel == 1 else "full_convolutions"


def _parameters(layer, convention):
    if layer.kind in COUNTED:
        yield _part(layer), layer.kernels
    yield "bias", convention.bias * layer.biases
    yield "batch_norm", convention.batch_norm * layer.norms


PASSES = {
    "BatchNormalization": "batch_norm",
    "ReLU": "activation",
    "GlobalAveragePooling2D": "pooling",
    "Add": "addition",
}


def _operations(layer, convention):
    if layer.kind in COUNTED:
        yield _part(layer), layer.macs
        yield "accumulation", layer.macs * (convention.measure == "FLOPs")
        yield "bias", convention.bias * volume(layer.shape_out) * bool(layer.biases)
    elif part := PASSES.get(layer.kind):
        yield part, getattr(convention, part) * volume(layer.shape_in)
