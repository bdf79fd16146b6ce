"""MobileNet v1 (Howard et al. 2017, arXiv:1704.04861, Table 1): stem → learner → classifier.

Every function takes a Keras tensor and returns one, or takes a `layers.FeatureMap` and returns
one; maps are (height, width, channels). `dialect="paper"` follows the authors' code,
"listing" the reference listing, "keras" `keras.applications`; `DIALECTS` says where they differ.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from mobilenet_lab import checks, layers
from mobilenet_lab.layers import Tensor
from mobilenet_lab.networks import widths
from mobilenet_lab.networks.family import Family, ImageNet, SmallWeights, Variant
from mobilenet_lab.networks.parts import (
    MOST_BLOCKS,
    Padding,
    behind,
    dialect_of,
    normalised,
    padded,
)

ROWS = (  # filters, blocks; the first block of each row has stride 2, or the row's third number
    (128, 2),
    (256, 2),
    (512, 6),
    (1024, 2),
)
SMALL_ROWS = ((128, 2, 1), (256, 2), (512, 2))  # for pictures of 32 px: a total stride of 8


class Dialect(NamedTuple):
    """Where the sources of v1 differ; as the authors' code has it, unless said otherwise."""

    width: Callable = widths.floored  # (channels, alpha) -> channels
    stem_scales: bool = True  # does alpha act on the stem's first convolution?
    use_bias: bool = False  # of all convolutions but the classifier's, which always has one
    relu_max: float | None = 6.0
    stem_pads: Padding | None = None  # how it pads before a stride of 2; None: "same"
    block_pads: Padding | None = None
    reshapes: bool = True  # after the pooling, which keeps its position otherwise
    softmax_apart: bool = False  # at the very end, or in the classifier's convolution


DIALECTS = {
    "paper": Dialect(),
    "listing": Dialect(
        width=widths.truncated,
        stem_scales=False,
        use_bias=True,
        relu_max=None,
        stem_pads=behind,
        block_pads=behind,
    ),
    "keras": Dialect(width=widths.truncated, block_pads=behind, reshapes=False, softmax_apart=True),
}


@layers.part("block")
def depthwise_block(
    x: Tensor,
    n_filters: int,
    alpha: Any,
    strides: Any,
    *,
    dilation: int = 1,
    dialect: str = "paper",
    name: str = "",
) -> Tensor:
    """A depthwise-separable block: 3×3 depthwise, then 1×1 pointwise to n_filters · alpha.

    In the paper's dialect it has at least 8 output channels. `dilation` spreads the depthwise
    kernel, for detection and segmentation in place of a stride.
    """
    k, d = layers.of(x), _dialect(dialect)
    filters, stride = d.width(n_filters, alpha), layers.square("strides", strides)
    x, padding = padded(x, stride, d.block_pads, name)
    x = k.DepthwiseConv2D(
        3,
        strides=stride,
        padding=padding,
        dilation_rate=dilation,
        use_bias=d.use_bias,
        name=f"{name}_depthwise",
    )(x)
    x = normalised(x, f"{name}_depthwise", d.relu_max)
    x = k.Conv2D(filters, 1, padding="same", use_bias=d.use_bias, name=f"{name}_pointwise")(x)
    return normalised(x, f"{name}_pointwise", d.relu_max)


@layers.part("block")
def full_block(
    x: Tensor,
    n_filters: int,
    alpha: Any,
    strides: Any,
    *,
    dialect: str = "paper",
    name: str = "",
) -> Tensor:
    """A plain 3×3 convolution where v1 has a separable block (the "Conv MobileNet" of Table 4)."""
    k, d = layers.of(x), _dialect(dialect)
    filters, stride = d.width(n_filters, alpha), layers.square("strides", strides)
    x, padding = padded(x, stride, d.block_pads, name)
    x = k.Conv2D(
        filters, 3, strides=stride, padding=padding, use_bias=d.use_bias, name=f"{name}_conv"
    )(x)
    return normalised(x, name, d.relu_max)


@layers.part("stage")
def depthwise_group(
    x: Tensor,
    n_filters: int,
    n_blocks: int,
    alpha: Any,
    *,
    strides: Any = 2,
    block: Callable[..., Tensor] = depthwise_block,
    dialect: str = "paper",
    name: str = "",
) -> Tensor:
    """A stage: a first block with the given stride, then n_blocks - 1 of stride 1."""
    n_blocks = checks.integer("n_blocks", n_blocks, most=MOST_BLOCKS)
    for number in range(1, n_blocks + 1):
        stride = strides if number == 1 else 1
        x = block(x, n_filters, alpha, stride, dialect=dialect, name=f"{name}_block{number}")
    return x


@layers.part("stem")
def stem(
    x: Tensor,
    alpha: Any,
    *,
    strides: Any = 2,
    block: Callable[..., Tensor] = depthwise_block,
    dialect: str = "paper",
    name: str = "",
) -> Tensor:
    """A strided 3×3 convolution of 32 · alpha filters and a separable block of 64 · alpha."""
    k, d = layers.of(x), _dialect(dialect)
    filters, stride = d.width(32, alpha) if d.stem_scales else 32, layers.square("strides", strides)
    x, padding = padded(x, stride, d.stem_pads, name)
    x = k.Conv2D(
        filters, 3, strides=stride, padding=padding, use_bias=d.use_bias, name=f"{name}_conv"
    )(x)
    x = normalised(x, name, d.relu_max)
    return block(x, 64, alpha, 1, dialect=dialect, name=f"{name}_block1")


def learner(
    x: Tensor,
    alpha: Any,
    *,
    rows: Sequence[tuple[int, ...]] = ROWS,
    block: Callable[..., Tensor] = depthwise_block,
    dialect: str = "paper",
) -> Tensor:
    """The stages between stem and classifier, one per row of `rows`.

    A row is (filters, blocks) or (filters, blocks, stride of the first block).
    """
    for n_filters, n_blocks, *strides in rows:
        stride = strides[0] if strides else 2
        x = depthwise_group(
            x, n_filters, n_blocks, alpha, strides=stride, block=block, dialect=dialect
        )
    return x


@layers.part("classifier")
def classifier(
    x: Tensor,
    alpha: Any,
    dropout: float,
    n_classes: int,
    *,
    dialect: str = "paper",
    name: str = "",
) -> Tensor:
    """Global average pooling, dropout and a 1×1 convolution with softmax; gives (n_classes,).

    `alpha` is part of the listing's signature; the width is read off `x`.
    """
    k, d, channels = layers.of(x), _dialect(dialect), x.shape[-1]
    n_classes = checks.integer("n_classes", n_classes)
    x = k.GlobalAveragePooling2D(keepdims=not d.reshapes, name=f"{name}_pool")(x)
    if d.reshapes:
        x = k.Reshape((1, 1, channels), name=f"{name}_reshape")(x)
    x = k.Dropout(dropout, name=f"{name}_dropout")(x)
    inside = None if d.softmax_apart else "softmax"
    x = k.Conv2D(n_classes, 1, padding="same", activation=inside, name=f"{name}_conv")(x)
    x = k.Reshape((n_classes,), name=f"{name}_flatten")(x)
    return k.Activation("softmax", name=f"{name}_softmax")(x) if d.softmax_apart else x


def network(
    x: Tensor,
    alpha: Any = 1.0,
    dropout: float = 0.001,
    n_classes: int = 1000,
    *,
    rows: Sequence[tuple[int, ...]] = ROWS,
    dialect: str = "paper",
) -> Tensor:
    """Stem, learner with these `rows`, and classifier."""
    x = stem(x, alpha, dialect=dialect)
    x = learner(x, alpha, rows=rows, dialect=dialect)
    return classifier(x, alpha, dropout, n_classes, dialect=dialect)


def check_alpha(alpha: float, dialect: str = "paper") -> None:
    """Raise `ValueError` if `alpha` leaves a layer without a channel."""
    d = _dialect(dialect)
    d.width(32 if d.stem_scales else 64, alpha)


def _imagenet_file(alpha: float, resolution: int) -> str:
    """The file where Keras stores ImageNet weights: mobilenet_7_5_224_tf.h5 for α 0.75."""
    width = {1.0: "1_0", 0.75: "7_5", 0.5: "5_0", 0.25: "2_5"}[alpha]
    return f"mobilenet_{width}_{resolution}_tf.h5"


def _dialect(name: str) -> Dialect:
    return dialect_of(name, DIALECTS)


FAMILY = Family(
    key="v1",
    title="MobileNet v1",
    network=network,
    check_alpha=check_alpha,
    dialects=DIALECTS,
    drawings={
        "macro": "network",
        "micro": "stage1",
        "stem": "stem",
        "block": "stage1_block2",
        "strided block": "stage1_block1",
        "classifier": "classifier",
    },
    imagenet=ImageNet("MobileNet", (0.25, 0.5, 0.75, 1.0), (128, 160, 192, 224), _imagenet_file),
    small=SmallWeights(alpha=0.25, steps=5000),
    variants={"small": Variant({"rows": SMALL_ROWS}, resolution=32, smallest=8)},
)
