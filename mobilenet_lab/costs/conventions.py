"""One network counted by every convention, and what each step from one count to the next adds.

This is the one place where operations, parameters and bytes are counted. A count is a sum over
`PARTS`. A `Convention` says which of them it counts, and how often; two figures for one network
differ by whole parts, which `steps` names. All counts are exact integers, or arrays of them for the
trace of a grid.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from mobilenet_lab import checks
from mobilenet_lab.networks.trace import MOVES, WEIGHTED, Count, Layer, known, layers_of, volume

MEASURES = ("MACs", "FLOPs", "parameters", "bytes")
WEIGHTS_MEASURES = ("parameters", "bytes")


@dataclass(frozen=True)
class Convention:
    """A way of counting: what is included, and how often.

    `measure` is "MACs", "FLOPs" (two for each multiply-accumulate), "parameters" or "bytes".

    For operations the integers say how many each value takes: `bias` of a biased layer's outputs,
    `batch_norm` and `activation` of what they write, `pooling` of what it reads, `addition` of a
    shortcut, and of a product with a gate. For parameters and bytes they say how many there are:
    `kernel` for each kernel weight, `bias` for each bias, and `batch_norm` for each normalised
    channel, of 4 parameters in all, 3 without the scale, 2 for scale and shift. As many as a bias
    has (1 parameter) means that batch norm is folded into the bias of the layer before, which need
    not have one of its own. `channel_scale` operations are counted once for each normalised
    channel, however large its map, and `softmax` for each class.

    `first_convolution` and `classifier` say whether those are counted, `first_expansion` whether
    the 1×1 expansion is that MobileNet v2 leaves out in its first block, where t is 1.
    """

    measure: str = "MACs"
    bias: int = 0
    batch_norm: int = 0
    activation: int = 0
    pooling: int = 0
    addition: int = 0
    first_convolution: bool = True
    classifier: bool = True
    kernel: int = 1
    channel_scale: int = 0
    softmax: int = 0
    first_expansion: bool = False

    def __post_init__(self) -> None:
        checks.one_of("measure", self.measure, MEASURES)
        for name in (*TIMES, "kernel"):
            checks.integer(name, getattr(self, name), least=0)
        for name in (*ENDS, "first_expansion"):
            checks.flag(name, getattr(self, name))

    @property
    def weighs(self) -> bool:
        """Whether it counts what a network stores rather than what it computes."""
        return self.measure in WEIGHTS_MEASURES

    @property
    def folds(self) -> bool:
        """Whether batch norm goes into a bias of the layer before."""
        return self.weighs and self.batch_norm == (self.bias or 1)

    def __call__(self, layers: Iterable[Layer]) -> Count:
        """The count of a trace (`design.trace`), an integer."""
        return self.count(self.amounts(layers))

    def amounts(self, layers: Iterable[Layer]) -> "Amounts":
        """The amounts in a trace of the kind that this convention counts."""
        return weights(layers) if self.weighs else operations(layers)

    def parts(self, amounts: "Amounts") -> dict[str, Count]:
        """What each of `PARTS` adds to the count; the values sum to it."""
        found = dict.fromkeys(PARTS, 0)
        for part, amount in self.shares(amounts):
            found[part] += amount
        return found

    def count(self, amounts: "Amounts") -> Count:
        """The count of `weights` or `operations`, whichever this convention is about."""
        return sum(amount for _, amount in self.shares(amounts))

    def shares(self, amounts: "Amounts") -> Iterator[tuple[str, Count]]:
        """What each part adds to the count, 0 for the parts left out."""
        for (place, part), amount in amounts.items():
            if getattr(self, place, True) and (times := self._times(part)):
                yield REPORTED.get(part, part), amount if times == 1 else times * amount

    def _times(self, part: str) -> int:
        """How often an amount counts."""
        if part in TIMES:
            return getattr(self, part)
        if part == "folded":
            return -self.batch_norm if self.folds and self.bias else 0
        if part == "accumulation":
            return int(self.measure == "FLOPs")
        return self.kernel if self.weighs else 1

    def __str__(self) -> str:
        kernels = f"{self.kernel} x kernels" if self.kernel > 1 else "kernels"
        words = [
            {"parameters": "weights", "bytes": f"bytes: {kernels}"}.get(self.measure, self.measure)
        ]
        for name in TIMES:
            if times := getattr(self, name):
                folded = "folded " if name == "batch_norm" and self.folds else ""
                often = f"{times} x " if times > 1 else ""
                words.append(often + folded + name.replace("_", " "))
        words += ["first expansion"] * self.first_expansion
        left_out = [part for part in ENDS if not getattr(self, part)]
        without = [f", without {part.replace('_', ' ')}" for part in left_out]
        return " + ".join(words) + "".join(without)


ENDS = ("first_convolution", "classifier")
ELEMENTWISE = ("bias", "batch_norm", "activation", "pooling", "addition")
TIMES = (*ELEMENTWISE, "channel_scale", "softmax")
LAYERS = (
    *("first_convolution", "first_expansion", "full_convolutions"),
    *("depthwise", "pointwise", "classifier"),
)
# "accumulation" is the second operation of each multiply-accumulate, where FLOPs are counted.
PARTS = (*LAYERS, "accumulation", *ELEMENTWISE)

MACS = Convention()
WEIGHTS = Convention("parameters")

CONVENTIONS = {  # with who counts so; a counter's own name where it has a row of its own
    "MACs": MACS,
    "MACs and first expansion": Convention(first_expansion=True),  # where t = 1 is built, too
    "MACs and batch norm": Convention(batch_norm=2),  # timm
    "fvcore": Convention(batch_norm=2, pooling=1),
    "ptflops": Convention(bias=1, batch_norm=2, activation=1, pooling=1),
    "thop": Convention(batch_norm=4),
    "torchinfo": Convention(bias=1, channel_scale=2),
    "FLOPs": Convention("FLOPs"),  # torch's own FlopCounterMode
    "FLOPs and batch norm": Convention("FLOPs", batch_norm=2),
    "FLOPs and element-wise work": Convention(
        "FLOPs", bias=1, batch_norm=1, activation=1, pooling=1, addition=1
    ),
    "TensorFlow's profiler": Convention(  # of a Keras model, too
        "FLOPs", bias=1, batch_norm=2, pooling=1, addition=1, channel_scale=6, softmax=5
    ),
    "weights": WEIGHTS,  # the v1 paper
    "weights and bias": Convention("parameters", bias=1),  # the v2 paper and its checkpoints
    "batch norm folded": Convention("parameters", bias=1, batch_norm=1),  # OpenVINO
    "trainable": Convention("parameters", bias=1, batch_norm=2),  # torchvision, timm, thop …
    "without batch norm's scale": Convention("parameters", bias=1, batch_norm=3),  # v1 checkpoints
    "all variables": Convention("parameters", bias=1, batch_norm=4),  # Keras
    "float32 bytes": Convention("bytes", kernel=4, bias=4, batch_norm=4),
    "float16 bytes": Convention("bytes", kernel=2, bias=2, batch_norm=2),
    "int8 bytes": Convention("bytes", kernel=1, bias=4, batch_norm=4),  # with biases of 32 bits
}

# What there is to count: an amount for each place in the network and part of the count. The place
# is "first_convolution", "classifier", "" between the two, or "first_expansion" for what it lacks.
Amounts = Mapping[tuple[str, str], Count]

PART = {  # the part of a count that a layer between the two ends is; "" for what counts nowhere
    "convolution": "full_convolutions",
    "depthwise": "depthwise",
    "pointwise": "pointwise",
    "dense": "pointwise",  # a 1×1 convolution of one position
    "batch_norm": "batch_norm",
    "activation": "activation",
    "pooling": "pooling",
    "max_pooling": "pooling",
    "average_pooling": "pooling",
    "addition": "addition",
    "multiplication": "addition",
    **dict.fromkeys((*MOVES, "concatenation", "rescaling", "dropout"), ""),
}
REPORTED = {  # the part that an amount is reported as, where another
    "folded": "batch_norm",
    "channel_scale": "batch_norm",
    "softmax": "activation",
}


def weights(layers: Iterable[Layer]) -> Amounts:
    """The kernel weights of each part, the biases and the batch-normalised channels.

    "folded" counts the channels whose convolution already has a bias.
    """
    return _summed(_weights_of, layers)


def operations(layers: Iterable[Layer]) -> Amounts:
    """The multiply-accumulates of each part, and the values of element-wise operations.

    "accumulation" is all multiply-accumulates once more.
    """
    return _summed(_operations_of, layers)


def parts(layers: Iterable[Layer], convention: Convention = MACS) -> dict[str, Count]:
    """What each of `PARTS` adds to the count of a trace; the values sum to it."""
    return _checked(convention).parts(convention.amounts(layers))


def _checked(convention: Any) -> Convention:
    """Return `convention`. Raises `ValueError` if it is not a `Convention`."""
    if not isinstance(convention, Convention):
        checks.refuse("convention", convention, "a Convention, such as CONVENTIONS['MACs']")
    return convention


def count(
    layers: Iterable[Layer], conventions: Mapping[str, Convention] | None = None
) -> pd.DataFrame:
    """A trace under every convention: a DataFrame, one row each, one column per part, and `count`.

    `conventions` is a dict from name to `Convention`, `CONVENTIONS` by default; the parts of a row
    add up to its `count`.
    """
    conventions = CONVENTIONS if conventions is None else conventions
    if not isinstance(conventions, Mapping):
        checks.refuse("conventions", conventions, "a dict from names to Conventions, or None")
    layers = layers_of(layers)  # read for each kind of count
    amounts: dict[bool, Amounts] = {}
    rows = []
    for name, own in conventions.items():
        if (kind := _checked(own).weighs) not in amounts:
            amounts[kind] = own.amounts(layers)
        found = own.parts(amounts[kind])
        row = {"convention": name, "measure": own.measure, **found, "count": sum(found.values())}
        rows.append(row)
    return pd.DataFrame(rows, columns=["convention", "measure", *PARTS, "count"])


def steps(*figures: tuple[Iterable[Layer], Convention]) -> pd.DataFrame:
    """How one figure leads to the next: a DataFrame `before, part, added, after`, one row per step.

    Each figure is a pair (trace, `Convention`); they may differ in both, such as 1000 and 1001
    classes, but not in whether they count operations, parameters or bytes. `added` is below 0 for
    what is left out; `after` of the last row is the last figure.
    """
    for figure in figures:
        if not (isinstance(figure, tuple) and len(figure) == 2):
            checks.refuse("a figure", figure, "a pair of a trace and a Convention")
    amounts = [parts(*figure) for figure in figures]
    measures = [convention.measure for _, convention in figures]
    if len({measure if measure in WEIGHTS_MEASURES else "operations" for measure in measures}) > 1:
        checks.refuse("measure", measures, "either operations or parameters or bytes, not both")
    rows = []
    for before, after in zip(amounts, amounts[1:], strict=False):
        total = sum(before.values())
        for part in PARTS:
            if added := after[part] - before[part]:
                rows.append((total, part, added, total + added))
                total += added
    return pd.DataFrame(rows, columns=["before", "part", "added", "after"])


Items = Iterator[tuple[str, Count]]


def _summed(items: Callable[[Layer, set[str]], Items], layers: Iterable[Layer]) -> Amounts:
    """The amounts of some layers by place and part."""
    found: dict[tuple[str, str], Count] = {}
    biased: set[str] = set()  # the layers so far that have a bias
    layers = layers_of(layers)
    placed = [(_place(layer), layer) for layer in layers]
    placed += [("first_expansion", layer) for layer in _first_expansion(layers)]
    for place, layer in placed:
        for part, amount in items(layer, biased):
            own = place if place and part in LAYERS else part
            found[place, own] = found.get((place, own), 0) + amount
    return found


def _place(layer: Layer) -> str:
    if layer.in_classifier:
        return "classifier"
    return "first_convolution" if layer.in_first_convolution else ""


def _first_expansion(layers: tuple[Layer, ...]) -> tuple[Layer, ...]:
    """The 1×1 convolution, batch norm and activation that a first block without expansion lacks."""
    start = next((layer.block for layer in layers if layer.block), "")
    block = {layer.role: layer for layer in layers if start and layer.block == start}
    if "expand" in block or not {"depthwise", "project"} <= block.keys():
        return ()
    shape, wide = block["depthwise"].shape_in, block["depthwise"].c_in
    own = block["depthwise"]._replace(shape_out=shape, kernels=0, biases=0)
    return (
        own._replace(op="pointwise", kernels=wide * wide),
        own._replace(op="batch_norm", norms=wide),
        own._replace(op="activation"),
    )


def _weights_of(layer: Layer, biased: set[str]) -> Items:
    part = known(layer, PART)
    if layer.op in WEIGHTED:
        yield part, layer.kernels
        if _is_biased(layer):
            biased.add(layer.name)
            yield "bias", layer.biases
    elif part == "batch_norm":
        yield part, layer.norms
        if layer.reads[0] in biased:
            yield "folded", layer.norms


def _operations_of(layer: Layer, _: set[str]) -> Items:
    part, is_softmax = known(layer, PART), layer.function == "softmax"
    if is_softmax:  # in the classifier or a layer of its own, which is no other activation
        yield "softmax", volume(layer.shape_out) * layer.present
    if layer.op in WEIGHTED:
        yield part, layer.macs
        yield "accumulation", layer.macs
        if _is_biased(layer):
            yield "bias", volume(layer.shape_out) * layer.present
    elif part and not is_softmax:
        yield part, volume(layer.shape_in) * layer.present
        if part == "batch_norm":
            yield "channel_scale", layer.norms


def _is_biased(layer: Layer) -> bool:
    return not isinstance(layer.biases, int) or layer.biases > 0
