"""ShuffleNet v1 (Zhang et al. 2018, arXiv:1707.01083, Table 1): stem → stages → classifier.

Every function takes a Keras tensor and returns one, or takes a `layers.FeatureMap` and returns
one; maps are (height, width, channels).
"""

from mobilenet_lab import layers
from mobilenet_lab.layers import Tensor
from mobilenet_lab.networks.parts import normalised

WIDTHS = {1: 144, 2: 200, 3: 240, 4: 272, 8: 384}  # groups: channels of the first stage
UNITS = (4, 8, 4)  # of each stage, whose first unit has stride 2 and doubles the channels
STEM = 24


def shuffled(x: Tensor, groups: int, name: str) -> Tensor:
    """Channels in turn from each group, so that the next groups read from all of these."""
    k, (height, width, channels) = layers.of(x), x.shape[-3:]
    shape = (height * width, groups, channels // groups)
    x = k.Reshape(shape, name=f"{name}_split")(x)
    x = k.Permute((1, 3, 2), name=f"{name}_swap")(x)
    return k.Reshape((height, width, channels), name=f"{name}_shuffle")(x)


@layers.part("block")
def unit(
    x: Tensor, filters: int, groups: int, *, first: int | None = None, name: str = ""
) -> Tensor:
    """A unit of the paper's Figure 2, with `filters` channels out and a quarter of them inside.

    Where it changes the number of channels it has stride 2, and the shortcut, averaged, is joined
    to what it computes; elsewhere it is added. `first` is the groups of its first convolution.
    """
    k, before = layers.of(x), x
    stride = 1 if x.shape[-1] == filters else 2
    inner, outer = filters // 4, filters if stride == 1 else filters - x.shape[-1]
    first = first or groups
    x = k.Conv2D(inner, 1, groups=first, use_bias=False, name=f"{name}_reduce")(x)
    x = normalised(x, f"{name}_reduce", None)
    x = shuffled(x, groups, name)
    x = k.DepthwiseConv2D(
        3, strides=stride, padding="same", use_bias=False, name=f"{name}_depthwise"
    )(x)
    x = k.BatchNormalization(name=f"{name}_depthwise_bn")(x)
    x = k.Conv2D(outer, 1, groups=groups, use_bias=False, name=f"{name}_widen")(x)
    x = k.BatchNormalization(name=f"{name}_widen_bn")(x)
    if stride == 1:
        x = k.Add(name=f"{name}_add")([before, x])
    else:
        mean = k.AveragePooling2D(3, strides=2, padding="same", name=f"{name}_mean")(before)
        x = k.Concatenate(name=f"{name}_join")([mean, x])
    return k.ReLU(name=f"{name}_relu")(x)


@layers.part("stem")
def stem(x: Tensor, filters: int, *, name: str = "") -> Tensor:
    """A 3×3 convolution and a 3×3 maximum, each with stride 2."""
    k = layers.of(x)
    x = k.Conv2D(filters, 3, strides=2, padding="same", use_bias=False, name=f"{name}_conv")(x)
    x = normalised(x, name, None)
    return k.MaxPooling2D(3, strides=2, padding="same", name=f"{name}_pool")(x)


@layers.part("stage")
def stage(
    x: Tensor, filters: int, units: int, groups: int, *, first: int | None = None, name: str = ""
) -> Tensor:
    """Units of `filters` channels; `first` is the groups of the very first convolution."""
    for number in range(1, units + 1):
        own = first if number == 1 else None
        x = unit(x, filters, groups, first=own, name=f"{name}_block{number}")
    return x


@layers.part("classifier")
def classifier(x: Tensor, n_classes: int, *, name: str = "") -> Tensor:
    """Global average pooling and a dense softmax; gives (n_classes,)."""
    k = layers.of(x)
    x = k.GlobalAveragePooling2D(name=f"{name}_pool")(x)
    return k.Dense(n_classes, activation="softmax", name=f"{name}_dense")(x)


def network(
    x: Tensor,
    scale: float = 1.0,
    groups: int = 3,
    n_classes: int = 1000,
    *,
    stem_filters: int | None = None,
    ungrouped: bool = True,
) -> Tensor:
    """ShuffleNet `scale`× with this number of groups, one of `WIDTHS`.

    The paper scales "the number of filters"; the stem's are 24 · scale unless `stem_filters` is
    given. Its first 1×1 convolution reads few channels and is not grouped, unless `ungrouped` is
    False.
    """
    x = stem(x, stem_filters or int(STEM * scale))
    for number, units in enumerate(UNITS):
        filters = int(WIDTHS[groups] * scale) << number
        first = 1 if ungrouped and number == 0 else None
        x = stage(x, filters, units, groups, first=first)
    return classifier(x, n_classes)
