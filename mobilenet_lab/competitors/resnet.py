"""ResNet-101 (He et al. 2016, arXiv:1512.03385, Table 1), in two dialects: Keras' and DeepLab's.

Every function takes a Keras tensor and returns one, or takes a `layers.FeatureMap` and returns
one; maps are (height, width, channels). `DIALECTS` says where the two differ. Keras pads in layers
of its own before strides; here "same" does, which gives the same sizes.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from mobilenet_lab import layers
from mobilenet_lab.layers import Tensor
from mobilenet_lab.networks.parts import dialect_of, normalised

STAGES = ((64, 3), (128, 4), (256, 23), (512, 3))  # filters inside a unit, units


class Dialect(NamedTuple):
    """Where the two differ."""

    stem: tuple[tuple[int, int, int], ...]  # filters, kernel, stride of the first convolutions
    strides: tuple[int, ...]  # of the stages
    is_last: bool  # is it the last unit of a stage, in its 3×3, that has the stride?
    use_bias: bool


DIALECTS = {
    "keras": Dialect(((64, 7, 2),), (1, 2, 2, 2), is_last=False, use_bias=True),
    "deeplab": Dialect(  # tensorflow/models, research/deeplab/core/resnet_v1_beta.py
        ((64, 3, 2), (64, 3, 1), (128, 3, 1)), (2, 2, 2, 1), is_last=True, use_bias=False
    ),
}


@layers.part("block")
def unit(
    x: Tensor,
    filters: int,
    spread: int,
    strides: int,
    *,
    dilation: int = 1,
    dialect: str = "keras",
    name: str = "",
) -> Tensor:
    """1×1 and 3×3 convolutions of `filters`, a 1×1 of four times as many, and a shortcut.

    Where channels change, the shortcut is a 1×1 convolution. The 3×3 is dilated by `spread` ·
    `dilation`.
    """
    k, d, before = layers.of(x), dialect_of(dialect, DIALECTS), x

    def convolved(x: Tensor, filters: int, kernel: int, stride: int, role: str) -> Tensor:
        rate = spread * dilation if kernel == 3 else 1
        x = k.Conv2D(
            filters,
            kernel,
            strides=stride,
            padding="same",
            dilation_rate=rate,
            use_bias=d.use_bias,
            name=f"{name}_{role}",
        )(x)
        return k.BatchNormalization(name=f"{name}_{role}_bn")(x)

    if x.shape[-1] != 4 * filters:
        before = convolved(x, 4 * filters, 1, strides, "shortcut")
    elif strides > 1:
        before = k.MaxPooling2D(1, strides=strides, name=f"{name}_thinned")(x)
    x = convolved(x, filters, 1, 1 if d.is_last else strides, "reduce")
    x = k.ReLU(name=f"{name}_reduce_relu")(x)
    x = convolved(x, filters, 3, strides if d.is_last else 1, "conv")
    x = k.ReLU(name=f"{name}_conv_relu")(x)
    x = convolved(x, 4 * filters, 1, 1, "widen")
    x = k.Add(name=f"{name}_add")([before, x])
    return k.ReLU(name=f"{name}_relu")(x)


@layers.part("stem")
def stem(x: Tensor, *, dialect: str = "keras", name: str = "") -> Tensor:
    """The first convolutions, and a 3×3 maximum with stride 2."""
    k, d = layers.of(x), dialect_of(dialect, DIALECTS)
    for number, (filters, kernel, stride) in enumerate(d.stem, 1):
        own = f"{name}_conv{number}"
        x = k.Conv2D(
            filters, kernel, strides=stride, padding="same", use_bias=d.use_bias, name=own
        )(x)
        x = normalised(x, own, None)
    return k.MaxPooling2D(3, strides=2, padding="same", name=f"{name}_pool")(x)


@layers.part("stage")
def stage(
    x: Tensor,
    filters: int,
    spreads: Sequence[int],
    strides: int,
    *,
    block: Callable[..., Tensor] = unit,
    dialect: str = "keras",
    name: str = "",
) -> Tensor:
    """A unit for each of `spreads`, of which the first or the last has the stride."""
    at = len(spreads) if dialect_of(dialect, DIALECTS).is_last else 1
    for number, spread in enumerate(spreads, 1):
        stride = strides if number == at else 1
        x = block(x, filters, spread, stride, dialect=dialect, name=f"{name}_block{number}")
    return x


def learner(
    x: Tensor,
    *,
    block: Callable[..., Tensor] = unit,
    grid: Sequence[int] = (1, 1, 1),
    dialect: str = "keras",
) -> Tensor:
    """The four stages; `grid` spreads the 3×3 kernels of the last three units."""
    strides = dialect_of(dialect, DIALECTS).strides
    for number, (filters, units) in enumerate(STAGES):
        spreads = grid if number == len(STAGES) - 1 else [1] * units
        x = stage(x, filters, spreads, strides[number], block=block, dialect=dialect)
    return x


@layers.part("classifier")
def classifier(x: Tensor, n_classes: int, *, name: str = "") -> Tensor:
    """Global average pooling and a dense softmax; gives (n_classes,)."""
    k = layers.of(x)
    x = k.GlobalAveragePooling2D(name=f"{name}_pool")(x)
    return k.Dense(n_classes, activation="softmax", name=f"{name}_dense")(x)


def network(x: Tensor, n_classes: int = 1000, *, dialect: str = "keras") -> Tensor:
    """Stem, learner and classifier."""
    x = learner(stem(x, dialect=dialect), dialect=dialect)
    return classifier(x, n_classes)
