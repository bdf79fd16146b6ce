"""MobileNet v3 (Howard et al. 2019, arXiv:1905.02244, Tables 1 and 2): stem → learner → classifier.

Two families, "v3-large" and "v3-small", of one set of functions. Each takes a Keras tensor and
returns one, or takes a `layers.FeatureMap` and returns one; maps are (height, width, channels).
`dialect="paper"` follows the authors' code, "keras" `keras.applications`; `DIALECTS` says where
they differ. As in the other families the image has values in [-1, 1]: a model has no layer that
rescales it, which is `include_preprocessing=False` of `keras.applications`.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from mobilenet_lab import checks, layers
from mobilenet_lab.layers import Tensor
from mobilenet_lab.networks import widths
from mobilenet_lab.networks.family import Family, ImageNet, Variant
from mobilenet_lab.networks.parts import NORM_MOMENTUM, Padding, around, dialect_of, padded


class Row(NamedTuple):
    """A stage, whose blocks write maps of one size and width.

    `expansions` has for each block how many times wider it is inside, `filters` are the channels
    that it writes. `swish` says whether the nonlinearity is hard swish or ReLU; `stride` is that
    of the first block.
    """

    expansions: tuple[float, ...]
    filters: int
    kernel: int
    gated: bool
    swish: bool
    stride: int


LARGE_ROWS = (  # Table 1, whose expansion sizes are these times the channels before
    Row((1,), 16, 3, gated=False, swish=False, stride=1),
    Row((4, 3), 24, 3, gated=False, swish=False, stride=2),
    Row((3, 3, 3), 40, 5, gated=True, swish=False, stride=2),
    Row((6, 2.5, 2.3, 2.3), 80, 3, gated=False, swish=True, stride=2),
    Row((6, 6), 112, 3, gated=True, swish=True, stride=1),
    Row((6, 6, 6), 160, 5, gated=True, swish=True, stride=2),
)
SMALL_ROWS = (  # Table 2
    Row((1,), 16, 3, gated=True, swish=False, stride=2),
    Row((72 / 16, 88 / 24), 24, 3, gated=False, swish=False, stride=2),
    Row((4, 6, 6), 40, 5, gated=True, swish=True, stride=2),
    Row((3, 3), 48, 5, gated=True, swish=True, stride=1),
    Row((6, 6, 6), 96, 5, gated=True, swish=True, stride=2),
)
LARGE_HEAD, SMALL_HEAD = 1280, 1024  # channels between the pooling and the classes
SQUEEZE = 1 / 4  # of a block's expanded channels are left inside its gate
LAST = 6  # times the channels of the last stage


class Dialect(NamedTuple):
    """Where the sources of v3 differ; as the authors' code has it, unless said otherwise."""

    stem_scales: bool = True  # does alpha act on the stem's convolution?
    last_from_alpha: bool = True  # is the last 1×1 convolution scaled, or 6 times what it reads?
    block_pads: Padding | None = None  # how it pads before a stride of 2; None: "same"
    momentum: float = NORM_MOMENTUM  # of batch normalisation's running mean and variance


DIALECTS = {
    "paper": Dialect(),
    "keras": Dialect(stem_scales=False, last_from_alpha=False, block_pads=around, momentum=0.999),
}


def activated(x: Tensor, swish: bool, name: str) -> Tensor:
    """Hard swish, x · ReLU6(x + 3) / 6, or ReLU."""
    k = layers.of(x)
    if swish:
        return k.Activation("hard_swish", name=f"{name}_swish")(x)
    return k.ReLU(name=f"{name}_relu")(x)


def gated(x: Tensor, name: str) -> Tensor:
    """Squeeze and excite: each channel times a number in [0, 1] that the means of all decide."""
    k, channels = layers.of(x), x.shape[-1]
    inside = widths.expanded(channels, SQUEEZE)
    gate = k.GlobalAveragePooling2D(keepdims=True, name=f"{name}_squeeze")(x)
    gate = k.Conv2D(inside, 1, padding="same", name=f"{name}_reduce")(gate)
    gate = k.ReLU(name=f"{name}_reduce_relu")(gate)
    gate = k.Conv2D(channels, 1, padding="same", name=f"{name}_excite")(gate)
    gate = k.Activation("hard_sigmoid", name=f"{name}_excite_sigmoid")(gate)
    return k.Multiply(name=f"{name}_scale")([x, gate])


@layers.part("block")
def gated_block(
    x: Tensor,
    n_filters: int,
    alpha: Any,
    expansion: float,
    strides: Any = 1,
    *,
    kernel: int = 3,
    gate: bool = True,
    swish: bool = True,
    dialect: str = "paper",
    name: str = "",
) -> Tensor:
    """v2's inverted residual block, with a gate on the expanded map (Figure 4).

    The 1×1 expansion, left out where `expansion` is 1, a depthwise convolution of side `kernel`,
    the gate, the linear 1×1 projection, and v2's shortcut: where the stride is 1 and the block
    keeps its number of channels.
    """
    k, d = layers.of(x), _dialect(dialect)
    before, channels, stride = x, x.shape[-1], layers.square("strides", strides)
    filters = widths.divisible(n_filters, alpha)
    norm = partial(k.BatchNormalization, momentum=d.momentum)
    if expansion != 1:
        wide = widths.expanded(channels, expansion)
        x = k.Conv2D(wide, 1, padding="same", use_bias=False, name=f"{name}_expand")(x)
        x = activated(norm(name=f"{name}_expand_bn")(x), swish, f"{name}_expand")
    x, padding = padded(x, stride, d.block_pads, name, kernel)
    x = k.DepthwiseConv2D(
        kernel, strides=stride, padding=padding, use_bias=False, name=f"{name}_depthwise"
    )(x)
    x = activated(norm(name=f"{name}_depthwise_bn")(x), swish, f"{name}_depthwise")
    x = gated(x, name) if gate else x
    x = k.Conv2D(filters, 1, padding="same", use_bias=False, name=f"{name}_project")(x)
    x = norm(name=f"{name}_project_bn")(x)

    def add(x: Tensor) -> Tensor:
        return k.Add(name=f"{name}_add")([before, x])

    return layers.where((channels == filters) & (stride == 1), add, x)


@layers.part("stage")
def gated_group(
    x: Tensor, row: Row, alpha: Any, *, dialect: str = "paper", name: str = ""
) -> Tensor:
    """A stage: a block for each expansion, the first with the row's stride."""
    own = {"kernel": row.kernel, "gate": row.gated, "swish": row.swish, "dialect": dialect}
    for number, expansion in enumerate(row.expansions, 1):
        stride = row.stride if number == 1 else 1
        block = f"{name}_block{number}"
        x = gated_block(x, row.filters, alpha, expansion, stride, name=block, **own)
    return x


@layers.part("stem")
def stem(
    x: Tensor, alpha: Any, *, swish: bool = True, dialect: str = "paper", name: str = ""
) -> Tensor:
    """A 3×3 convolution of 16 · alpha filters and stride 2."""
    k, d = layers.of(x), _dialect(dialect)
    filters = widths.divisible(16, alpha) if d.stem_scales else 16
    x = k.Conv2D(filters, 3, strides=2, padding="same", use_bias=False, name=f"{name}_conv")(x)
    x = k.BatchNormalization(momentum=d.momentum, name=f"{name}_bn")(x)
    return activated(x, swish, name)


def learner(
    x: Tensor,
    alpha: Any,
    *,
    rows: Sequence[Row] = LARGE_ROWS,
    swish: bool = True,
    dialect: str = "paper",
) -> Tensor:
    """The stages, one per row, and the last 1×1 convolution."""
    for row in rows:
        x = gated_group(x, row, alpha, dialect=dialect)
    return last(x, alpha, rows[-1].filters, swish=swish, dialect=dialect)


@layers.part("last")
def last(
    x: Tensor,
    alpha: Any,
    n_filters: int,
    *,
    swish: bool = True,
    dialect: str = "paper",
    name: str = "",
) -> Tensor:
    """The last 1×1 convolution, to 6 times the `n_filters` of the stage before."""
    k, d = layers.of(x), _dialect(dialect)
    scaled = widths.divisible(LAST * n_filters, alpha)
    filters = scaled if d.last_from_alpha else widths.expanded(x.shape[-1], LAST)
    x = k.Conv2D(filters, 1, padding="same", use_bias=False, name=f"{name}_conv")(x)
    x = k.BatchNormalization(momentum=d.momentum, name=f"{name}_bn")(x)
    return activated(x, swish, name)


@layers.part("classifier")
def classifier(
    x: Tensor,
    alpha: Any,
    n_classes: int,
    *,
    head: int = LARGE_HEAD,
    swish: bool = True,
    dropout: float = 0.001,
    name: str = "",
) -> Tensor:
    """Global average pooling, the paper's efficient last stage (Figure 5), and a softmax.

    After the pooling stand a 1×1 convolution to `head` channels, with bias and without batch norm,
    dropout, and a 1×1 convolution to the classes; (n_classes,). The head is never narrower, and has
    `head` · alpha channels for alpha above 1, in both dialects: as in Keras, whose widths up to 1
    are those of the checkpoints.
    """
    k, n_classes = layers.of(x), checks.integer("n_classes", n_classes)
    x = k.GlobalAveragePooling2D(keepdims=True, name=f"{name}_pool")(x)
    filters = widths.divisible(head, np.maximum(alpha, 1.0))
    x = k.Conv2D(filters, 1, padding="same", name=f"{name}_head")(x)
    x = activated(x, swish, f"{name}_head")
    x = k.Dropout(dropout, name=f"{name}_dropout")(x)
    x = k.Conv2D(n_classes, 1, padding="same", name=f"{name}_conv")(x)
    x = k.Flatten(name=f"{name}_flatten")(x)
    return k.Activation("softmax", name=f"{name}_softmax")(x)


def network(
    x: Tensor,
    alpha: Any = 1.0,
    dropout: float = 0.001,
    n_classes: int = 1000,
    *,
    rows: Sequence[Row] = LARGE_ROWS,
    head: int = LARGE_HEAD,
    minimalistic: bool = False,
    dialect: str = "paper",
) -> Tensor:
    """Stem, learner with these `rows`, and classifier.

    A `minimalistic` network has the same widths, but no gates, no hard swish and no 5×5 kernels.
    """
    if minimalistic:
        rows = [row._replace(kernel=3, gated=False, swish=False) for row in rows]
    swish = not minimalistic
    x = stem(x, alpha, swish=swish, dialect=dialect)
    x = learner(x, alpha, rows=rows, swish=swish, dialect=dialect)
    return classifier(x, alpha, n_classes, head=head, swish=swish, dropout=dropout)


def check_alpha(alpha: float, dialect: str = "paper") -> None:
    """Raise `ValueError` for an unknown dialect; any `alpha` leaves a layer its 8 channels."""
    _dialect(dialect)


def _dialect(name: str) -> Dialect:
    return dialect_of(name, DIALECTS)


def _imagenet(size: str, alphas: tuple[float, ...], minimalistic: bool = False) -> ImageNet:
    """What Keras offers of v3 "large" or "small"; all of it was trained at 224 px."""
    kind = size + "_minimalistic" * minimalistic

    def file(alpha: float, resolution: int) -> str:
        return f"weights_mobilenet_v3_{kind}_{resolution}_{alpha}_float.h5"

    options = {"minimalistic": minimalistic, "include_preprocessing": False}
    return ImageNet(
        f"MobileNetV3{size.title()}", alphas, (224,), file, no_top="_no_top_v2", options=options
    )


def _family(size: str, rows: Sequence[Row], head: int) -> Family:
    """The family "v3-large" or "v3-small"; its drawings show the third stage, which has gates."""
    return Family(
        key=f"v3-{size}",
        title=f"MobileNet v3-{size}",
        network=partial(network, rows=rows, head=head),
        check_alpha=check_alpha,
        dialects=DIALECTS,
        drawings={
            "macro": "network",
            "micro": "stage3",
            "stem": "stem",
            "block": "stage3_block2",
            "strided block": "stage3_block1",
            "classifier": "classifier",
        },
        imagenet=_imagenet(size, (0.75, 1.0)),
        variants={
            "minimalistic": Variant(
                {"minimalistic": True}, imagenet=_imagenet(size, (1.0,), minimalistic=True)
            )
        },
        at_first=False,
    )


LARGE = _family("large", LARGE_ROWS, LARGE_HEAD)
SMALL = _family("small", SMALL_ROWS, SMALL_HEAD)
