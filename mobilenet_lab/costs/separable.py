"""One layer as a full and as a depthwise-separable convolution (v1 paper, section 3.1 and Table 3).

Four numbers determine the cost: the kernel's side D, M channels in, N channels out, and the map's
side F in pixels. Stride is 1, the map keeps its size, and no bias is counted or built.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from mobilenet_lab import checks, layers
from mobilenet_lab.costs.cost import EXACT
from mobilenet_lab.networks.trace import Count, Layer, volume

EXAMPLE = {"kernel": 3, "channels": 512, "filters": 512, "side": 14}  # the layer of Table 3


def full(x: Any, filters: Count, kernel: int) -> Any:
    """A convolution that looks over pixels and channels at once: (F, F, M) to (F, F, N)."""
    k = layers.of(x)
    return k.Conv2D(filters, kernel, padding="same", use_bias=False, name="full")(x)


def depthwise(x: Any, kernel: int) -> Any:
    """The depthwise part: each channel by a D × D kernel of its own, (F, F, M) to (F, F, M)."""
    k = layers.of(x)
    return k.DepthwiseConv2D(kernel, padding="same", use_bias=False, name="depthwise")(x)


def pointwise(x: Any, filters: Count) -> Any:
    """The pointwise part: a 1 × 1 convolution that mixes the channels, (F, F, M) to (F, F, N)."""
    k = layers.of(x)
    return k.Conv2D(filters, 1, padding="same", use_bias=False, name="pointwise")(x)


def separable(x: Any, filters: Count, kernel: int) -> Any:
    """The same shapes as `full`, in two steps: `depthwise`, then `pointwise`."""
    return pointwise(depthwise(x, kernel), filters)


def parts(kernel: int, channels: int, filters: Count, side: int) -> dict[str, Layer]:
    """The layers `full`, `depthwise` and `pointwise`, as `Layer` records by name.

    `filters` may be an array; the counts are arrays then. Raises `ValueError` for a number that
    is not a positive integer.
    """
    filters, most = _checked_filters(filters)
    numbers = {"kernel": kernel, "channels": channels, "side": side}
    kernel, channels, side = (checks.integer(*number) for number in numbers.items())
    if kernel**2 * channels * most * side**2 >= EXACT and isinstance(filters, np.ndarray):
        filters = filters.astype(object)  # NumPy's integers would overflow
    x = layers.FeatureMap(side, side, channels)
    found = (*full(x, filters, kernel).layers, *separable(x, filters, kernel).layers)
    return {layer.name: layer for layer in found}


def _checked_filters(filters: Count) -> tuple[Count, int]:
    """Positive integers, one or an array of them, and the largest."""
    if not (isinstance(filters, np.ndarray) and filters.ndim):
        number = checks.integer("filters", filters)
        return number, number
    numbers = checks.integers("filters", filters)
    return numbers, int(numbers.max())


def compare(kernel: int, channels: int, filters: int, side: int) -> pd.DataFrame:
    """The cost of the layer both ways: a row for each part, then for the separable sum.

    Columns: `macs` for one image, `params`, and `moved`, the values that pass through memory: the
    map that is read, the kernels, the map that is written.
    """
    found = parts(kernel, channels, filters, side)
    table = pd.DataFrame.from_dict(
        {name: (one.macs, one.params, _moved(one)) for name, one in found.items()},
        orient="index",
        columns=["macs", "params", "moved"],
    )
    table.loc["separable"] = table.loc["depthwise"] + table.loc["pointwise"]
    return table


def _moved(layer: Layer) -> Count:
    return volume(layer.shape_in) + layer.kernels + volume(layer.shape_out)


def share(kernel: int, channels: int, filters: Count, side: int) -> Any:
    """The separable layer's MACs as a share of the full one's; an array if `filters` is one."""
    found = parts(kernel, channels, filters, side)
    return (found["depthwise"].macs + found["pointwise"].macs) / found["full"].macs


def law(kernel: int, filters: Any) -> Any:
    """The paper's formula for that share (section 3.1): 1/N + 1/D²."""
    filters, _ = _checked_filters(filters)
    return 1 / filters + 1 / checks.integer("kernel", kernel) ** 2


def compare_layers(shapes: Sequence[tuple[int, int]], kernel: int = 3) -> pd.DataFrame:
    """Several layers both ways, a row for each (channels, side), with as many channels in as out.

    Columns, under `macs` and under `moved`: `full`, `separable`, and `share`, the second as a part
    of the first.
    """
    rows = {f"{c} channels, {side} px": _both(c, side, kernel) for c, side in shapes}
    return pd.DataFrame.from_dict(rows, orient="index")


def _both(channels: int, side: int, kernel: int) -> dict[tuple[str, str], Any]:
    table = compare(kernel, channels, channels, side)
    row: dict[tuple[str, str], Any] = {}
    for count in ("macs", "moved"):
        full, ours = (int(table.loc[way, count]) for way in ("full", "separable"))
        row |= {(count, "full"): full, (count, "separable"): ours, (count, "share"): ours / full}
    return row
