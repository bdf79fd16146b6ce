"""The detectors that the two papers set on MobileNets, Inception v2 and VGG-16.

Where the TensorFlow Object Detection API has the combination, the maps are those that it reads.
"""

from collections.abc import Callable
from typing import Any

from mobilenet_lab import mobilenet_v1, mobilenet_v2
from mobilenet_lab.competitors import faster_rcnn, inception_v2, ssd, vgg
from mobilenet_lab.competitors.taps import tap
from mobilenet_lab.layers import FeatureMap, Layer, Tensor

EXPANDED = "stage6_block1_expand_relu"  # v2's layer 15: 576 channels, 1/16 of the image's size
MIXED_4C, MIXED_4E = 4, 6  # of Inception v2's modules, on 1/16 of the image's size
CROP = 14  # positions along a side of a proposal's features


def ssd_v1(x: Tensor, outputs: int, **head: Any) -> Tensor:
    """SSD, as `ssd.head` has it, on MobileNet v1's blocks 11 and 13."""
    return ssd.head(halves_v1(x), outputs, **head)


def ssd_v2(x: Tensor, outputs: int, **head: Any) -> Tensor:
    """SSD on MobileNet v2: on the expansion of layer 15 and on the last 1×1 convolution.

    Section 6.2 of arXiv:1801.04381.
    """
    x = mobilenet_v2.learner(mobilenet_v2.stem(x, 1.0), 1.0)
    return ssd.head([tap(x, EXPANDED), x], outputs, **head)


def ssd_inception(x: Tensor, outputs: int, **head: Any) -> Tensor:
    """SSD on Inception v2's modules 4c and 5c."""
    maps: list[Tensor] = []
    x = inception_v2.body(x, maps)
    return ssd.head([maps[MIXED_4C], x], outputs, **head)


def faster_rcnn_v1(size: int, classes: int, crop: int = CROP) -> list[Layer]:
    """Faster R-CNN on MobileNet v1, cut before block 12, for an image of size × size px.

    `crop` are the positions along a side of what the second network sees of a proposal.
    """
    return _faster_rcnn(halves_v1, size, classes, crop)


def faster_rcnn_inception(size: int, classes: int, crop: int = CROP) -> list[Layer]:
    """Faster R-CNN on Inception v2, cut before module 5a; the arguments as in `faster_rcnn_v1`."""
    return _faster_rcnn(halves_inception, size, classes, crop)


def faster_rcnn_vgg(size: int, classes: int, anchors: int = faster_rcnn.ANCHORS) -> list[Layer]:
    """Faster R-CNN on VGG-16, whose dense layers score crops of 7×7 positions."""
    first = faster_rcnn.proposed(vgg.body(_image(size)), anchors)
    crop = FeatureMap(7, 7, 512)
    second = faster_rcnn.scored(faster_rcnn.flattened(crop), classes)
    return faster_rcnn.detector(first.layers, second.layers)


def halves_v1(x: Tensor) -> list[Tensor]:
    """Block 11, the last one on 1/16 of the image's size, and block 13."""
    *rows, (filters, blocks) = mobilenet_v1.ROWS
    x = mobilenet_v1.learner(mobilenet_v1.stem(x, 1.0), 1.0, rows=rows)
    return [x, mobilenet_v1.depthwise_group(x, filters, blocks, 1.0)]


def halves_inception(x: Tensor) -> list[Tensor]:
    """Module 4e, the last one on 1/16 of the image's size, and module 5c."""
    maps: list[Tensor] = []
    x = inception_v2.body(x, maps)
    return [maps[MIXED_4E], x]


def _faster_rcnn(
    halves: Callable[[Tensor], list[Tensor]], size: int, classes: int, crop: int
) -> list[Layer]:
    """Proposals on the first half's map; the second half, as it is on a map of the crop's size."""
    fine, _ = halves(_image(size))
    before, end = halves(_image(16 * crop))
    second = faster_rcnn.scored(end, classes).layers[len(before.layers) :]
    return faster_rcnn.detector(faster_rcnn.proposed(fine).layers, second)


def _image(size: int) -> FeatureMap:
    return FeatureMap(size, size, 3)
