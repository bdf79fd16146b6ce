"""MobileNet v2 (Sandler et al. 2018, arXiv:1801.04381, Table 2): stem → learner → classifier.

Every function takes a Keras tensor and returns one, or takes a `layers.FeatureMap` and returns
one; maps are (height, width, channels). `dialect="paper"` follows the authors' code,
"listing" the reference listing, "keras" `keras.applications`; `DIALECTS` says where they differ.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from mobilenet_lab import checks, layers
from mobilenet_lab.layers import Tensor
from mobilenet_lab.networks import widths
from mobilenet_lab.networks.family import Family, ImageNet, SmallWeights, Variant
from mobilenet_lab.networks.knobs import Knob
from mobilenet_lab.networks.parts import (
    MOST_BLOCKS,
    NORM_MOMENTUM,
    Padding,
    around,
    behind,
    dialect_of,
    normalised,
    padded,
)

T = None  # a row with this expansion takes the learner's

ROWS = (  # t, c, n, s: expansion, output channels, repeats, stride of the first block
    (1, 16, 1, 1),
    (T, 24, 2, 2),
    (T, 32, 3, 2),
    (T, 64, 4, 2),
    (T, 96, 3, 1),
    (T, 160, 3, 2),
    (T, 320, 1, 1),
)
SMALL_ROWS = (  # for pictures of 32 px: a total stride of 8
    (1, 16, 1, 1),
    (T, 24, 2, 1),
    (T, 32, 2, 2),
    (T, 64, 2, 2),
)


class Dialect(NamedTuple):
    """Where the sources of v2 differ; as the authors' code has it, unless said otherwise."""

    stem_width: Callable = widths.divisible  # (channels, alpha) -> channels
    block_width: Callable = widths.divisible
    last_scales: bool = True  # does alpha > 1 widen the last 1×1 convolution?
    stem_pads: Padding | None = None  # how it pads before a stride of 2; None: "same"
    block_pads: Padding | None = None
    drops: bool = True  # is there dropout before the classifier?
    momentum: float = NORM_MOMENTUM  # of batch normalisation's running mean and variance


DIALECTS = {
    "paper": Dialect(),
    "listing": Dialect(
        stem_width=widths.divisible_listing,
        block_width=widths.truncated,
        last_scales=False,
        stem_pads=behind,
        block_pads=behind,
        drops=False,
    ),
    "keras": Dialect(
        block_width=widths.divisible_whole, block_pads=around, drops=False, momentum=0.999
    ),
}


@layers.part("block")
def inverted_block(
    x: Tensor,
    n_filters: int,
    alpha: Any,
    expansion: Any = 6,
    strides: Any = (1, 1),
    *,
    linear: bool = True,
    shortcut: "bool | Expansions" = True,
    dilation: int = 1,
    dialect: str = "paper",
    name: str = "",
) -> Tensor:
    """An inverted residual block: 1×1 expansion, 3×3 depthwise, linear 1×1 projection, shortcut.

    With expansion 1 there is no expansion layer. There is a shortcut exactly if the stride is 1 and
    the block keeps its number of channels. The paper's Figure 6 compares this with a projection
    that ends in ReLU6 (`linear=False`) and with no shortcut (False) or shortcuts between the
    `Expansions` of a network's blocks. `dilation` spreads the depthwise kernel, for segmentation
    in place of a stride.
    """
    k, d = layers.of(x), _dialect(dialect)
    filters = d.block_width(n_filters, alpha)
    before, channels, stride = x, x.shape[-1], layers.square("strides", strides)
    if not (isinstance(expansion, np.ndarray) and expansion.ndim):  # a grid's were checked before
        expansion = checks.integer("expansion", expansion)

    def expand(x: Tensor) -> Tensor:
        x = k.Conv2D(
            expansion * channels, 1, padding="same", use_bias=False, name=f"{name}_expand"
        )(x)
        return normalised(x, f"{name}_expand", momentum=d.momentum)

    def add(x: Tensor) -> Tensor:
        return k.Add(name=f"{name}_add")([before, x])

    keeps = (channels == filters) & (stride == 1)
    x = layers.where(expansion > 1, expand, x)
    if isinstance(shortcut, Expansions):
        x = shortcut.join(x, expansion, keeps, f"{name}_expand_add")
    x, padding = padded(x, stride, d.block_pads, name)
    x = k.DepthwiseConv2D(
        3,
        strides=stride,
        padding=padding,
        dilation_rate=dilation,
        use_bias=False,
        name=f"{name}_depthwise",
    )(x)
    x = normalised(x, f"{name}_depthwise", momentum=d.momentum)
    x = k.Conv2D(filters, 1, padding="same", use_bias=False, name=f"{name}_project")(x)
    if linear:
        x = k.BatchNormalization(momentum=d.momentum, name=f"{name}_project_bn")(x)
    else:
        x = normalised(x, f"{name}_project", momentum=d.momentum)
    return layers.where(keeps, add, x) if shortcut is True else x


class Expansions:
    """Shortcuts between the expanded maps of consecutive blocks (Figure 6b, "between expansions").

    There is one wherever the first block leaves size and channels as they are, which is where the
    published network has its shortcut, and the second expands by as much. An object carries a map
    from block to block: each network takes its own.
    """

    def __init__(self) -> None:
        self.before: Tensor = None
        self.expansion: Any = None
        self.keeps: Any = False

    def join(self, x: Tensor, expansion: Any, keeps: Any, name: str) -> Tensor:
        """The expanded map `x` of a block, added to that of the block before where they fit.

        `keeps` tells whether the block leaves the size and the number of channels as they are.
        """
        before = self.before

        def add(x: Tensor) -> Tensor:
            return layers.of(x).Add(name=name)([before, x])

        x = layers.where(self.keeps & (self.expansion == expansion), add, x)
        self.before, self.expansion, self.keeps = x, expansion, keeps
        return x


@layers.part("stage")
def inverted_group(
    x: Tensor,
    n_filters: int,
    n_blocks: int,
    alpha: Any,
    expansion: Any = 6,
    strides: Any = (2, 2),
    *,
    block: Callable[..., Tensor] = inverted_block,
    dialect: str = "paper",
    name: str = "",
) -> Tensor:
    """A stage: a first block with the given stride, then n_blocks - 1 of stride 1."""
    for number in range(1, checks.integer("n_blocks", n_blocks, most=MOST_BLOCKS) + 1):
        stride = strides if number == 1 else 1
        x = block(
            x, n_filters, alpha, expansion, stride, dialect=dialect, name=f"{name}_block{number}"
        )
    return x


@layers.part("stem")
def stem(
    x: Tensor, alpha: Any, *, strides: Any = 2, dialect: str = "paper", name: str = ""
) -> Tensor:
    """A strided 3×3 convolution of 32 · alpha filters."""
    k, d = layers.of(x), _dialect(dialect)
    filters, stride = d.stem_width(32, alpha), layers.square("strides", strides)
    x, padding = padded(x, stride, d.stem_pads, name)
    x = k.Conv2D(filters, 3, strides=stride, padding=padding, use_bias=False, name=f"{name}_conv")(
        x
    )
    return normalised(x, name, momentum=d.momentum)


def learner(
    x: Tensor,
    alpha: Any,
    expansion: Any = 6,
    *,
    rows: Sequence[tuple[int | None, int, int, int]] = ROWS,
    block: Callable[..., Tensor] = inverted_block,
    dialect: str = "paper",
) -> Tensor:
    """The stages, one per row (t, c, n, s) of `rows`, and the last 1×1 convolution to 1280.

    A row whose t is None takes `expansion`.
    """
    for t, c, n, s in rows:
        t = expansion if t is None else t
        x = inverted_group(x, c, n, alpha, t, s, block=block, dialect=dialect)
    return last(x, alpha, dialect=dialect)


@layers.part("last")
def last(x: Tensor, alpha: Any, *, dialect: str = "paper", name: str = "") -> Tensor:
    """The last 1×1 convolution: 1280 filters; 1280 · alpha for alpha above 1 but in the listing."""
    d = _dialect(dialect)
    filters = _last_width(alpha, d)
    x = layers.of(x).Conv2D(filters, 1, padding="same", use_bias=False, name=f"{name}_conv")(x)
    return normalised(x, name, momentum=d.momentum)


@layers.part("classifier")
def classifier(
    x: Tensor,
    n_classes: int,
    *,
    dropout: float = 0.001,
    dialect: str = "paper",
    name: str = "",
) -> Tensor:
    """Global average pooling, dropout (the paper's only) and a dense softmax; (n_classes,)."""
    n_classes = checks.integer("n_classes", n_classes)
    k = layers.of(x)
    x = k.GlobalAveragePooling2D(name=f"{name}_pool")(x)
    if _dialect(dialect).drops:
        x = k.Dropout(dropout, name=f"{name}_dropout")(x)
    return k.Dense(n_classes, activation="softmax", name=f"{name}_dense")(x)


def network(
    x: Tensor,
    alpha: Any = 1.0,
    expansion: Any = 6,
    dropout: float = 0.001,
    n_classes: int = 1000,
    *,
    rows: Sequence[tuple[int | None, int, int, int]] = ROWS,
    linear: bool = True,
    shortcut: str = "bottlenecks",
    dialect: str = "paper",
) -> Tensor:
    """Stem, learner with these `rows`, and classifier.

    `shortcut` says what shortcuts join: "bottlenecks", "expansions" or "nothing"; `linear` is that
    of `inverted_block`.
    """
    joined = {"bottlenecks": True, "expansions": Expansions(), "nothing": False}
    chosen = joined[checks.one_of("shortcut", shortcut, joined)]
    block = partial(inverted_block, linear=linear, shortcut=chosen)
    x = stem(x, alpha, dialect=dialect)
    x = learner(x, alpha, expansion, rows=rows, block=block, dialect=dialect)
    return classifier(x, n_classes, dropout=dropout, dialect=dialect)


def check_alpha(alpha: float, dialect: str = "paper") -> None:
    """Raise `ValueError` if `alpha` leaves a layer without a channel."""
    _dialect(dialect).block_width(16, alpha)


def _dialect(name: str) -> Dialect:
    return dialect_of(name, DIALECTS)


def _last_width(alpha: Any, dialect: Dialect) -> Any:
    """1280 · alpha filters for alpha above 1 where the dialect scales them, else 1280."""
    return widths.divisible(1280, np.maximum(alpha, 1.0)) if dialect.last_scales else 1280


EXPANSION = Knob(
    "t",
    "expansion",
    (1, 10, 1),
    6,
    "expansion: how many times wider a v2 block is inside",
    axis="expansion t",
    ticks=(1, 2, 4, 6, 8, 10),
    published=(6,),
    usual=64,
)
FAMILY = Family(
    key="v2",
    title="MobileNet v2",
    network=network,
    check_alpha=check_alpha,
    dialects=DIALECTS,
    drawings={
        "macro": "network",
        "micro": "stage2",
        "stem": "stem",
        "block": "stage2_block2",
        "strided block": "stage2_block1",
        "classifier": "classifier",
    },
    knobs={"expansion": EXPANSION},
    imagenet=ImageNet(
        "MobileNetV2",
        (0.35, 0.5, 0.75, 1.0, 1.3, 1.4),
        (96, 128, 160, 192, 224),
        "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_{}_{}.h5".format,
    ),
    small=SmallWeights(alpha=0.35, steps=3000),
    variants={
        "small": Variant({"rows": SMALL_ROWS}, resolution=32, smallest=8),
        "relu6 bottleneck": Variant({"linear": False}),
        "no shortcut": Variant({"shortcut": "nothing"}),
        "shortcut between expansions": Variant({"shortcut": "expansions"}),
    },
)
