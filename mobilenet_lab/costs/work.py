"""What a network computes, by kind of layer: what the time of a design depends on.

A depthwise multiply-accumulate takes several times as long as one of a pointwise convolution, since
it does less with each value that it reads; so MACs are counted apart. Kernels are read once an
image, however small its maps.
"""

from collections.abc import Sequence

import pandas as pd

from mobilenet_lab.costs.frames import counted
from mobilenet_lab.networks.trace import WEIGHTED, Count, Layer, layers_of

WORK = ("pointwise_macs", "depthwise_macs", "kernels")


def by_kind(layers: Sequence[Layer]) -> dict[str, Count]:
    """The `WORK` of a trace, or of a grid's trace (arrays in place of integers).

    "depthwise_macs" and "pointwise_macs", all others (of full and pointwise convolutions and dense
    layers), add up to the MACs of `cost`; "kernels" counts their weights, without biases.
    """
    weighted = [layer for layer in layers_of(layers) if layer.op in WEIGHTED]
    depthwise = sum(layer.macs for layer in weighted if layer.op == "depthwise")
    return {
        "pointwise_macs": sum(layer.macs for layer in weighted) - depthwise,
        "depthwise_macs": depthwise,
        "kernels": sum(layer.kernels for layer in weighted),
    }


def work(frame: pd.DataFrame) -> pd.DataFrame:
    """The `WORK` of each design of a frame, such as `sweep` returns: a row each, the same index.

    Reads the columns that `price` reads, and raises `ValueError` where `price` does.
    """
    return counted(frame, WORK, by_kind)
