"""What each source counts, how it rounds, and what explains its discrepancies.

The facts behind `reproduce`: `RULES` for the tables, `NETWORKS` for rows that no `Design`
describes, `EXPLANATIONS` for single cells, each by the names of `VARIANTS`, `OPEN` for the rest.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from mobilenet_lab import mobilenet_v1, published
from mobilenet_lab.costs.conventions import CONVENTIONS, MACS, WEIGHTS, Convention, parts
from mobilenet_lab.layers import FeatureMap, Layer
from mobilenet_lab.networks.design import DROPOUT

Trace = Sequence[Layer]
Rule = tuple[Callable[[Trace], Any], str]  # what is counted, and how it is rounded
Variant = Callable[[Any], Any]  # from a `reproduce.Cell` to the cell under another reading

# What is counted besides `conventions`


@dataclass(frozen=True)
class Share:
    """The percentage of a count that one part makes up (v1, Table 2)."""

    convention: Convention
    part: str = ""

    def __call__(self, layers: Trace) -> Any:
        """The share in percent, exact."""
        amounts = parts(layers, self.convention)
        return Fraction(100 * amounts[self.part], sum(amounts.values()))

    def __str__(self) -> str:
        return f"{self.part.replace('_', ' ')} in {self.convention}"


@dataclass(frozen=True)
class Memory:
    """Bytes of the largest block output or pooled vector, 16 bits a value (v2, Table 3).

    `size` is "56x56" or, over all sizes but `without`, "max". `by_reader` takes a map with the
    output channels of the block that reads it, not of the one that writes it.
    """

    size: str = "max"
    without: str = ""
    by_reader: bool = False

    def __call__(self, layers: Trace) -> Any:
        """The bytes of a trace."""
        maps: dict[str, int] = {}
        for side, channels in self._maps(layers):
            name = f"{side}x{side}"
            maps[name] = max(maps.get(name, 0), 2 * side * side * channels)
        if self.size != "max":
            return maps[self.size]
        return max(memory for size, memory in maps.items() if size != self.without)

    def _maps(self, layers: Trace) -> Iterator[tuple[int, int]]:
        """(side, channels) of each block and of the pooled vector."""
        blocks: dict[str, list[Layer]] = {}
        for layer in layers:
            if layer.block:
                blocks.setdefault(layer.block, []).append(layer)
            if layer.op == "pooling":
                yield 1, layer.c_out
        for first, *_, last in blocks.values():
            yield first.size_in if self.by_reader else last.size_out, last.c_out

    def __str__(self) -> str:
        without = f", without {self.without}" if self.size == "max" and self.without else ""
        return "largest block output, 16 bits a value" + without


# How a source gets from a count to the digits it prints


def _rounds_twice(printed: str, value: int, unit: int) -> bool:
    """Rounded to one digit more first: 149.497 becomes 149.5 and then 150."""
    finer = 10 ** (len(printed.partition(".")[2]) + 1)
    return published.rounds_to(printed, (2 * value * finer + unit) // (2 * unit), finer)


def _cuts_to_two_figures(printed: str, value: int, unit: int) -> bool:
    """1605 as 1600, 62.7 as 62, 2.6 as 2."""
    whole = value // unit
    zeros = 10 ** max(len(str(whole)) - 2, 0)
    return printed == str(whole // zeros * zeros)


def _swaps_two_digits(printed: str, value: int, unit: int) -> bool:
    """Rounded, and two neighbouring digits swapped: 1.91 as 1.19."""
    places = [index for index, character in enumerate(printed) if character != "."]
    for i, j in zip(places, places[1:], strict=False):
        text = list(printed)
        text[i], text[j] = text[j], text[i]
        if published.rounds_to("".join(text), value, unit):
            return True
    return False


ROUNDINGS: dict[str, Callable[[str, int, int], bool]] = {
    "rounded": published.rounds_to,
    "cut off": published.cuts_to,
    "rounded twice": _rounds_twice,
    "cut off after two figures": _cuts_to_two_figures,
    "rounded, two digits swapped": _swaps_two_digits,
}

# What each source counts and how it rounds


def _rules(macs: Rule = (MACS, "rounded"), params: Rule = (WEIGHTS, "rounded")) -> dict[str, Rule]:
    return {"MACs": macs, "parameters": params}


def _named(name: str, rounding: str = "rounded") -> Rule:
    return CONVENTIONS[name], rounding


BODY_MACS = (replace(MACS, classifier=False), "rounded")
BODY_WEIGHTS = (replace(WEIGHTS, classifier=False), "rounded")
SHARE: dict[str, Rule] = {
    "share of MACs": (Share(MACS), "rounded"),
    "share of parameters": (Share(WEIGHTS), "rounded"),
}

RULES: dict[str, dict[str, Rule]] = {
    "v1-2": SHARE,
    **{f"v1-{number}": _rules() for number in range(3, 11)},
    "v1-12": _rules(BODY_MACS, BODY_WEIGHTS),
    "v1-14": {
        "MACs": BODY_MACS
    },  # the paper does not describe the embedding layer that follows the body
    "v1-text": _rules() | SHARE,
    "v1-checkpoints": _rules(params=_named("without batch norm's scale")),
    "v2-3": {"memory": (Memory(), "cut off after two figures")},
    "v2-3-earlier": {"memory": (Memory(without="112x112"), "cut off after two figures")},
    "v2-4": _rules(_named("MACs", "cut off"), _named("weights and bias", "cut off")),
    "v2-text": _rules(_named("MACs", "cut off"), _named("weights and bias", "cut off")),
    "v2-checkpoints": _rules(_named("MACs", "cut off"), _named("weights and bias")),
    "keras": _rules(params=_named("all variables")),
    "keras-docstring": _rules(),
    "torchvision": _rules(params=_named("trainable")),
    "timm": _rules(_named("MACs and batch norm"), _named("trainable")),
    "openvino": {
        "FLOPs": _named("FLOPs and element-wise work"),
        "parameters": _named("batch norm folded"),
    },
}
CLASSES = {"v1-10": 120}  # the breeds of Stanford Dogs
SHARES = {
    "Conv 1x1": "pointwise",
    "Conv DW 3x3": "depthwise",
    "Conv 3x3": "first_convolution",
    "Fully Connected": "classifier",
    "1x1 convolutions": "pointwise",
}

# Networks that no `Design` describes


def _v1(
    size: int = 224,
    alpha: float = 1.0,
    classes: int = 1000,
    *,
    first: float | None = None,
    **learner: Any,
) -> FeatureMap:
    """A v1 with other rows or blocks; `first` is the alpha of the first convolution."""
    block = learner.get("block", mobilenet_v1.depthwise_block)

    def first_block(x: Any, n_filters: int, _: float, strides: int, **more: Any) -> Any:
        return block(x, n_filters, alpha, strides, **more)

    x = FeatureMap(size, size, 3)
    x = mobilenet_v1.stem(x, alpha if first is None else first, block=first_block)
    x = mobilenet_v1.learner(x, alpha, **learner)
    return mobilenet_v1.classifier(x, alpha, DROPOUT, classes)


def _layer(size: int, channels: int, block: Any = mobilenet_v1.depthwise_block) -> FeatureMap:
    """One block between maps of the same channels."""
    return block(FeatureMap(size, size, channels), channels, 1.0, 1)


def _without_five_blocks(rows: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """v1's rows without the five blocks that repeat 512 channels at 14 px."""
    return tuple((filters, 1 if filters == 512 else blocks) for filters, blocks in rows)


def _planet() -> FeatureMap:
    """v1 with the final layer of 10 million weights that the text names."""
    return _v1(classes=round(10**7 / 1024))


NETWORKS = {
    ("v1-3", "Convolution"): lambda: _layer(14, 512, mobilenet_v1.full_block),
    ("v1-3", "Depthwise Separable Conv"): lambda: _layer(14, 512),
    ("v1-3", "alpha=0.75"): lambda: _layer(14, 384),
    ("v1-3", "rho=0.714"): lambda: _layer(10, 384),
    ("v1-4", "Conv MobileNet"): lambda: _v1(block=mobilenet_v1.full_block),
    ("v1-5", "Shallow MobileNet"): lambda: _v1(rows=_without_five_blocks(mobilenet_v1.ROWS)),
    ("v1-text", "PlaNet MobileNet"): _planet,
    ("v1-text", "PlaNet MobileNet body"): lambda: mobilenet_v1.learner(
        mobilenet_v1.stem(FeatureMap(224, 224, 3), 1.0), 1.0
    ),
}

# Variants of a cell, and which of them explain which


def _as(**changes: Any) -> Variant:
    return lambda cell: replace(cell, **changes)


def _counting(**changes: Any) -> Variant:
    return lambda cell: replace(cell, count=replace(cell.count, **changes))


def _of(**changes: Any) -> Variant:
    return lambda cell: replace(cell, network=cell.network.replace(**changes))


def _with_sixteen_filters(cell: Any) -> Any:
    """v1 with 16 filters in its first convolution, whatever alpha."""
    own = cell.network
    network = _v1(own.resolution, own.alpha, own.classes, first=16 / 32)
    return replace(cell, network=network.layers)


VARIANTS = {
    "cut off, not rounded": _as(rounding="cut off"),
    "rounded, not cut off": _as(rounding="rounded"),
    "rounded twice": _as(rounding="rounded twice"),
    "two digits swapped": _as(rounding="rounded, two digits swapped"),
    "unit should read billion": _as(unit="billion"),
    "classifier left out": _counting(classifier=False),
    "first convolution left out": _counting(first_convolution=False),
    "channels of the block that reads the map": _counting(by_reader=True),
    "1000-class figure": _of(classes=1000),
    "1001-class figure": _of(classes=1001),
    "label should read 160 px": _of(resolution=160),
    "16 filters in the first convolution": _with_sixteen_filters,
}
CUT, SIXTEEN = "cut off, not rounded", "16 filters in the first convolution"
READER = "channels of the block that reads the map"

EXPLANATIONS = {
    ("keras-docstring", "1.0 MobileNet-160", "MACs"): (CUT,),
    ("openvino", "mobilenet-v2-pytorch", "parameters"): ("1001-class figure",),
    ("v1-2", "Conv 3x3", "share of MACs"): ("two digits swapped",),
    ("v1-4", "Conv MobileNet", "MACs"): ("classifier left out",),
    ("v1-7", "1.0 MobileNet-160", "MACs"): (CUT,),
    ("v1-9", "0.50 MobileNet-160", "MACs"): (CUT,),
    ("v1-10", "1.0 MobileNet-224", "MACs"): ("1000-class figure",),
    ("v1-10", "1.0 MobileNet-192", "MACs"): ("1000-class figure",),
    ("v1-12", "0.25 MobileNet-224", "MACs"): (SIXTEEN, CUT),
    ("v1-12", "0.25 MobileNet-128", "MACs"): (SIXTEEN,),
    ("v1-12", "0.5 MobileNet-128", "MACs"): (CUT,),
    ("v1-14", "0.75 MobileNet-128", "MACs"): ("label should read 160 px",),
    ("v1-text", "PlaNet MobileNet", "MACs"): ("unit should read billion",),
    ("v2-text", "smallest network", "parameters"): ("rounded, not cut off",),
    ("v2-3-earlier", "MobileNetV2, size max", "memory"): (READER,),
    **{
        (table, f"MobileNetV2, size {side}x{side}", "memory"): (READER,)
        for table in ("v2-3", "v2-3-earlier")
        for side in (56, 28, 14)
    },
    **{
        ("v1-checkpoints", f"mobilenet_v1_{name}{end}", "MACs"): (why,)
        for end in ("", "_quant")
        for name, why in (
            *((f"0.75_{size}", "first convolution left out") for size in (224, 192, 160, 128)),
            ("0.50_224", "rounded twice"),
            ("0.25_192", SIXTEEN),
        )
    },
}

OPEN = {  # printed figures that no count has reproduced so far
    ("keras-docstring", "1.0 MobileNet-224", "MACs"): 529,
    ("v1-14", "1.0 MobileNet-160", "MACs"): 286,
    ("v1-14", "0.75 MobileNet-128 (2)", "MACs"): 108,
    ("v2-3", "MobileNetV1, size 7x7", "memory"): 199,
    ("v2-3", "MobileNetV2, size 7x7", "memory"): 32,
    ("v2-3-earlier", "MobileNetV1, size 7x7", "memory"): 199,
    ("v2-3-earlier", "MobileNetV2, size 7x7", "memory"): 32,
    ("v2-4", "MobileNetV1", "MACs"): 575,
    ("v2-4", "MobileNetV2 (1.4)", "MACs"): 585,
    ("v2-4", "MobileNetV2 (1.4)", "parameters"): 6.9,
    ("v2-text", "smallest network", "MACs"): 7,
    ("v2-text", "largest network", "MACs"): 585,
    ("v2-text", "largest network", "parameters"): 6.9,
}
