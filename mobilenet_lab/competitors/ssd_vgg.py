"""SSD300 and SSD512 on VGG-16 (Liu et al. 2016, arXiv:1512.02325, sections 3.1 and 3.3).

The body is DeepLab's VGG: convolutions of 1024 filters in place of the fully connected layers, the
first one dilated, and a last pooling that keeps the size. Every convolution has a bias, none a
batch norm. The 512 scales that normalise conv4_3 have no layer here.
"""

from typing import NamedTuple

from mobilenet_lab import layers
from mobilenet_lab.competitors import ssd, vgg
from mobilenet_lab.competitors.convolutions import biased
from mobilenet_lab.layers import Tensor


class Row(NamedTuple):
    """An extra map: a 1×1 convolution to half its channels, then a larger one."""

    channels: int
    stride: int = 2
    kernel: int = 3
    zeros: int = 0  # on each side, where the stride is 1


class Head(NamedTuple):
    """What follows the body: the extra maps, and the boxes at a position of every map."""

    rows: tuple[Row, ...]
    boxes: tuple[int, ...]


SSD300 = Head((Row(512), Row(256), Row(256, 1), Row(256, 1)), (4, 6, 6, 6, 4, 4))
SSD512 = Head((Row(512), Row(256), Row(256), Row(256), Row(256, 1, 4, 1)), (4, 6, 6, 6, 6, 4, 4))


def network(x: Tensor, outputs: int, head: Head = SSD300) -> Tensor:
    """The offsets, then the scores, of all boxes: (values,)."""
    maps = body(x)
    for row in head.rows:
        maps.append(extra(maps[-1], row))
    return ssd.predicted(maps, outputs, head.boxes)


def body(x: Tensor) -> list[Tensor]:
    """The maps of conv4_3 and fc7."""
    x, maps = vgg.stem(x), []
    for number, row in enumerate(vgg.ROWS, 1):
        x = vgg.stage(x, *row)
        maps.append(x)
        size, stride = (2, 2) if number < len(vgg.ROWS) else (3, 1)
        x = layers.of(x).MaxPooling2D(size, stride, padding="same", name=f"pool{number}")(x)
    return [maps[3], wide(x)]


@layers.part("wide")
def wide(x: Tensor, *, name: str = "") -> Tensor:
    """VGG's two fully connected layers as convolutions of fewer filters."""
    x = biased(x, 1024, 3, dilation_rate=6, name=f"{name}_6")
    return biased(x, 1024, 1, name=f"{name}_7")


@layers.part("extra")
def extra(x: Tensor, row: Row, *, name: str = "") -> Tensor:
    """A smaller map."""
    x = biased(x, row.channels // 2, 1, name=f"{name}_reduce")
    padding = "same" if row.stride == 2 else "valid"
    if row.zeros:
        zeros = (row.zeros, row.zeros)
        x = layers.of(x).ZeroPadding2D((zeros, zeros), name=f"{name}_pad")(x)
    return biased(x, row.channels, row.kernel, row.stride, padding, name=name)
