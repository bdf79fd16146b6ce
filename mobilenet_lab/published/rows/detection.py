"""The rows of object detectors (v1 Table 13; v2 Tables 5, 6).

COCO has 80 classes, with numbers up to 90: a detector scores 81 or, by their numbers, 91 outputs.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from mobilenet_lab.competitors import detectors, ssd, ssd_vgg, yolo
from mobilenet_lab.layers import FeatureMap, Layer

Network = Callable[[], FeatureMap | Sequence[Layer]]
Networks = dict[str, Network]

CLASSES, NUMBERS = 80, 90  # of COCO: how many there are, the highest number


def _pixels(size: int, network: Callable[..., FeatureMap], *args: Any, **more: Any) -> Network:
    """A network of an image of `size` × `size` px."""
    return lambda: network(FeatureMap(size, size, 3), *args, **more)


def _alone(network: Network) -> Network:
    """The head of an SSD without the network that it stands on."""
    return lambda: ssd.alone(_layers(network()))


def _layers(found: FeatureMap | Sequence[Layer]) -> Sequence[Layer]:
    return found.layers if isinstance(found, FeatureMap) else found


def _with_1x1_predictors(network: Callable[..., FeatureMap]) -> Networks:
    """v1's SSDs: 90 classes and 1×1 predictors come to the digits of most cells."""
    return {
        "": _pixels(300, network, NUMBERS + 1, kernel=1),
        "81 outputs": _pixels(300, network, CLASSES + 1, kernel=1),
        "3x3 predictors": _pixels(300, network, NUMBERS + 1),
    }


def _cropped(network: Callable[..., Sequence[Layer]], size: int) -> Networks:
    """Faster R-CNN as the API configures it, with crops pooled to 7×7 positions, and without."""
    return {
        "": partial(network, size, NUMBERS, crop=7),
        "crops of 14x14 positions": partial(network, size, NUMBERS),
        "81 outputs": partial(network, size, CLASSES, crop=7),
        "crops of 14x14 positions, 81 outputs": partial(network, size, CLASSES),
    }


def _vgg(size: int) -> Networks:
    return {
        "": partial(detectors.faster_rcnn_vgg, size, NUMBERS),
        "81 outputs": partial(detectors.faster_rcnn_vgg, size, CLASSES),
        "9 anchors": partial(detectors.faster_rcnn_vgg, size, NUMBERS, anchors=9),
    }


def _ssd_vgg(size: int, outputs: int, other: int, head: ssd_vgg.Head = ssd_vgg.SSD300) -> Networks:
    return {
        "": _pixels(size, ssd_vgg.network, outputs, head),
        f"{other} outputs": _pixels(size, ssd_vgg.network, other, head),
    }


def _lite(network: Callable[..., FeatureMap]) -> Networks:
    """SSDLite at the 320 px that v2's Table 6 states."""
    ssdlite = partial(network, separable=ssd.PARTS)
    return {
        "": _pixels(320, ssdlite, CLASSES + 1),
        "91 outputs": _pixels(320, ssdlite, NUMBERS + 1),
    }


def _head(**more: Any) -> Networks:
    """The heads on MobileNet v2 that v2's Table 5 compares, for 80 classes as it says."""
    network = partial(detectors.ssd_v2, **more)
    return {
        "": _alone(_pixels(320, network, CLASSES + 1)),
        "300 px": _alone(_pixels(300, network, CLASSES + 1)),
        "91 outputs": _alone(_pixels(320, network, NUMBERS + 1)),
    }


YOLO = {  # its paper reads 2048 channels of the fine map, the authors' later files 4 × 64
    "": _pixels(416, yolo.detector, CLASSES),
    "fine map reduced to 64 channels": _pixels(416, yolo.detector, CLASSES, reduced=64),
    "20 classes": _pixels(416, yolo.detector, 20),
    "fine map reduced to 64 channels, 20 classes": _pixels(416, yolo.detector, 20, reduced=64),
}

NETWORKS: dict[tuple[str, ...], Networks] = {
    ("v1-13", "deeplab-VGG, framework SSD 300"): _ssd_vgg(300, NUMBERS + 1, CLASSES + 1),
    ("v1-13", "Inception V2, framework SSD 300"): _with_1x1_predictors(detectors.ssd_inception),
    ("v1-13", "MobileNet, framework SSD 300"): _with_1x1_predictors(detectors.ssd_v1),
    **{
        ("v1-13", f"{name}, framework Faster-RCNN {size}"): networks
        for size, mobilenet in ((300, "MobileNet"), (600, "Mobilenet"))
        for name, networks in (
            ("VGG", _vgg(size)),
            ("Inception V2", _cropped(detectors.faster_rcnn_inception, size)),
            (mobilenet, _cropped(detectors.faster_rcnn_v1, size)),
        )
    },
    ("v2-5", "SSD"): _head(),
    ("v2-5", "SSDLite"): _head(separable=ssd.PARTS),
    ("v2-6", "SSD300"): _ssd_vgg(300, CLASSES + 1, NUMBERS + 1),
    ("v2-6", "SSD512"): _ssd_vgg(512, CLASSES + 1, NUMBERS + 1, ssd_vgg.SSD512),
    ("v2-6", "YOLOv2"): YOLO,
    ("v2-6", "MNet V1 + SSDLite"): _lite(detectors.ssd_v1),
    ("v2-6", "MNet V2 + SSDLite"): _lite(detectors.ssd_v2),
}
REASONS: dict[tuple[str, ...], str] = {}
