"""DeepLabv3 (Chen et al. 2017, arXiv:1706.05587, section 3) on v1, v2 and ResNet-101.

Every function takes a Keras tensor and returns one, or takes a `layers.FeatureMap` and returns
one; maps are (height, width, channels). The output stride says how many times smaller than the
image the last map is: from there on kernels are dilated where the body has a stride.
"""

from collections.abc import Callable, Sequence
from typing import Any

from mobilenet_lab import checks, layers, mobilenet_v1, mobilenet_v2
from mobilenet_lab.competitors import resnet
from mobilenet_lab.layers import Tensor
from mobilenet_lab.networks.parts import normalised

CLASSES = 21  # of PASCAL VOC, the background included
DEPTH = 256  # filters of each branch
STRIDES = (8, 16, 32)  # output strides


def rates(output_stride: int) -> tuple[int, ...]:
    """The dilations of the three atrous branches."""
    return tuple(rate * 16 // output_stride for rate in (6, 12, 18))


class Atrous:
    """A body's blocks, which dilate in place of a stride once `output_stride` is reached.

    The block that would halve the map keeps the dilation so far; those after it have twice that.
    `stride` is that of the body before its first block. An object counts the strides on their way
    through a body: each network takes its own. Raises `ValueError` for an output stride that is
    none of `STRIDES`.
    """

    def __init__(self, block: Callable[..., Tensor], output_stride: int, stride: int = 2) -> None:
        if output_stride not in STRIDES:
            checks.refuse("output_stride", output_stride, " or ".join(map(str, STRIDES)))
        self.block, self.most = block, output_stride
        self.stride, self.rate = stride, 1

    def __call__(self, x: Tensor, *args: Any, **options: Any) -> Tensor:
        *others, stride = args
        halves, stride = self.stride < self.most, layers.square("strides", stride)
        x = self.block(x, *others, stride if halves else 1, dilation=self.rate, **options)
        if halves:
            self.stride *= stride
        else:
            self.rate *= stride
        return x


def v1_body(x: Tensor, output_stride: int) -> Tensor:
    """v1 up to its last block of 1024 channels."""
    block = Atrous(mobilenet_v1.depthwise_block, output_stride)
    return mobilenet_v1.learner(mobilenet_v1.stem(x, 1.0), 1.0, block=block)


def v2_body(x: Tensor, output_stride: int) -> Tensor:
    """v2 up to its block of 320 channels, the "second last feature map" of v2's Table 7."""
    block = Atrous(mobilenet_v2.inverted_block, output_stride)
    x = mobilenet_v2.stem(x, 1.0)
    for t, c, n, s in mobilenet_v2.ROWS:
        x = mobilenet_v2.inverted_group(x, c, n, 1.0, t or 6, s, block=block)
    return x


def resnet_body(
    x: Tensor, output_stride: int, *, grid: Sequence[int] = (1, 1, 1), dialect: str = "keras"
) -> Tensor:
    """ResNet-101 up to its last unit; `grid` spreads the last three units' kernels further."""
    block = Atrous(resnet.unit, output_stride, stride=4)
    x = resnet.stem(x, dialect=dialect)
    return resnet.learner(x, block=block, grid=grid, dialect=dialect)


@layers.part("head")
def head(x: Tensor, dilations: tuple[int, ...] = (), *, name: str = "") -> Tensor:
    """Branches of 256 filters side by side, joined and projected to 256.

    They are the mean of the whole map, a 1×1 convolution, and a 3×3 convolution for each of the
    `dilations` (atrous spatial pyramid pooling).
    """
    k, (height, width) = layers.of(x), x.shape[-3:-1]

    def branch(x: Tensor, kernel: int, dilation: int, label: str) -> Tensor:
        own = f"{name}_{label}"
        x = k.Conv2D(
            DEPTH,
            kernel,
            padding="same",
            dilation_rate=dilation,
            use_bias=False,
            name=f"{own}_conv",
        )(x)
        return normalised(x, own, None)

    mean = k.GlobalAveragePooling2D(keepdims=True, name=f"{name}_pool")(x)
    mean = branch(mean, 1, 1, "mean")
    mean = k.UpSampling2D((height, width), name=f"{name}_spread")(mean)
    branches = [mean, branch(x, 1, 1, "point")]
    branches += [branch(x, 3, dilation, f"rate{dilation}") for dilation in dilations]
    return branch(k.Concatenate(name=f"{name}_join")(branches), 1, 1, "project")


@layers.part("classifier")
def classifier(x: Tensor, n_classes: int = CLASSES, *, name: str = "") -> Tensor:
    """A 1×1 convolution; (height, width, n_classes), which is then enlarged to the image's size."""
    return layers.of(x).Conv2D(n_classes, 1, name=f"{name}_conv")(x)


def network(
    x: Tensor, body: Callable[..., Tensor], output_stride: int = 16, *, aspp: bool = True
) -> Tensor:
    """A body, a head with or without its atrous branches, and a classifier of 21 classes."""
    x = body(x, output_stride)
    return classifier(head(x, rates(output_stride) if aspp else ()))
