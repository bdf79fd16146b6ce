"""SSD (Liu et al. 2016, arXiv:1512.02325) and SSDLite (arXiv:1801.04381, section 6.2).

A head reads maps of several sizes: two of a network's own, then extra ones, each half as large as
the one before. On every map, convolutions predict four offsets and the scores of all classes for
each box at each position. Widths and boxes are those of the TensorFlow Object Detection API.
SSDLite's convolutions of 3×3 are depthwise-separable.
"""

from collections.abc import Collection, Sequence

from mobilenet_lab import checks, layers
from mobilenet_lab.layers import Layer, Tensor
from mobilenet_lab.networks.parts import normalised

DEPTHS = (512, 256, 256, 128)  # channels of the extra maps
BOXES = (3, 6, 6, 6, 6, 6)  # at a position of each map
OFFSETS = 4  # numbers that place a box
PARTS = ("extras", "predictors")  # of a head, which SSDLite makes separable


def head(
    maps: Sequence[Tensor], outputs: int, *, kernel: int = 3, separable: Collection[str] = ()
) -> Tensor:
    """What SSD predicts from `maps` and the extra ones after the last: (values,).

    `outputs` are the scores of a box, the background's included; `kernel` is the side of the
    predictors; `separable` are those of `PARTS` that are. The values are the offsets of all boxes,
    then their scores. Raises `ValueError` for an unknown part.
    """
    maps = list(maps)
    for part in separable:
        checks.one_of("separable", part, PARTS)
    for depth in DEPTHS:
        maps.append(extra(maps[-1], depth, separable="extras" in separable))
    return predicted(maps, outputs, BOXES, kernel=kernel, separable="predictors" in separable)


@layers.part("extra")
def extra(x: Tensor, depth: int, *, separable: bool = False, name: str = "") -> Tensor:
    """A map of half the size: a 1×1 convolution to depth / 2, a 3×3 one of stride 2 to depth."""
    k = layers.of(x)
    x = k.Conv2D(depth // 2, 1, use_bias=False, name=f"{name}_reduce")(x)
    x = normalised(x, f"{name}_reduce")
    kernel, stride = 3, 2
    if separable:
        x = _depthwise(x, kernel, stride, f"{name}_depthwise")
        kernel, stride = 1, 1
    x = k.Conv2D(
        depth, kernel, strides=stride, padding="same", use_bias=False, name=f"{name}_conv"
    )(x)
    return normalised(x, name)


def predicted(
    maps: Sequence[Tensor],
    outputs: int,
    boxes: Sequence[int],
    *,
    kernel: int = 3,
    separable: bool = False,
) -> Tensor:
    """The offsets, then the scores, of so many `boxes` at each position of each map: (values,)."""
    flat = []
    for kind, values in (("offsets", OFFSETS), ("scores", outputs)):
        for number, (x, here) in enumerate(zip(maps, boxes, strict=True), 1):
            name = f"{kind}{number}"
            flat.append(predictor(x, here * values, kernel, separable=separable, name=name))
    return layers.of(maps[0]).Concatenate(name="predictions")(flat)


@layers.part("predictor")
def predictor(
    x: Tensor, filters: int, kernel: int, *, separable: bool = False, name: str = ""
) -> Tensor:
    """A convolution of `filters` values at each position, in a row."""
    k = layers.of(x)
    if separable:
        x, kernel = _depthwise(x, kernel, 1, f"{name}_depthwise"), 1
    x = k.Conv2D(filters, kernel, padding="same", name=f"{name}_conv")(x)
    return k.Flatten(name=f"{name}_flat")(x)


def _depthwise(x: Tensor, kernel: int, stride: int, name: str) -> Tensor:
    x = layers.of(x).DepthwiseConv2D(
        kernel, strides=stride, padding="same", use_bias=False, name=name
    )(x)
    return normalised(x, name)


def alone(trace: Sequence[Layer]) -> list[Layer]:
    """The layers of a head, without those of the network that it reads."""
    return [layer for layer in trace if layer.stage.startswith(("extra", "offsets", "scores"))]
