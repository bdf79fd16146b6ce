"""The rows of other image classifiers and of face networks, all in the v1 paper."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from mobilenet_lab.competitors import (
    alexnet,
    facenet,
    googlenet,
    inception_v3,
    squeezenet,
    vgg,
)
from mobilenet_lab.competitors.convolutions import joined
from mobilenet_lab.layers import FeatureMap, Layer
from mobilenet_lab.published.rows.ours import PLANET_CELLS, V1

Layers = FeatureMap | Sequence[Layer]
Rows = dict[tuple[str, ...], dict[str, Callable[[], Layers]]]

BREEDS = 120  # of Stanford Dogs


def _on(
    size: int, network: Callable[..., Any], *arguments: Any, **options: Any
) -> Callable[[], Layers]:
    """A network on images of so many pixels, with all its outputs."""

    def layers() -> Layers:
        found = network(FeatureMap(size, size, 3), *arguments, **options)
        return joined(*found) if isinstance(found, list) else found

    return layers


def _final_layer() -> Sequence[Layer]:
    """v1's classifier of that many cells."""
    return [layer for layer in V1(classes=PLANET_CELLS)().layers if layer.in_classifier]


AUXILIARY = "with its auxiliary classifier"
_v3 = partial(_on, 299, inception_v3.network)
_v3_trained = partial(_on, 299, inception_v3.with_auxiliary)

NETWORKS: Rows = {
    ("v1-8", "GoogleNet"): {
        "": _on(224, googlenet.network),
        "a separable first convolution": _on(224, googlenet.network, separable=True),
        "3x3 kernels in place of 5x5": _on(224, googlenet.network, wide=(3,)),
        "with its auxiliary classifiers": _on(224, googlenet.with_auxiliaries),
        "1001 classes": _on(224, googlenet.network, 1001),
    },
    ("v1-8", "VGG 16"): {
        "": _on(224, vgg.network),
        "1001 classes": _on(224, vgg.network, 1001),
    },
    ("v1-9", "Squeezenet"): {
        "": _on(227, squeezenet.network),
        "at 224 px with padding": _on(224, squeezenet.network, padding="same"),
    },
    ("v1-9", "AlexNet"): {
        "": _on(227, alexnet.network),
        "without groups": _on(227, alexnet.network, rows=alexnet.UNGROUPED),
        "one column of 64 filters": _on(227, alexnet.network, filters=64, rows=alexnet.ONE_COLUMN),
    },
    ("v1-10", "Inception V3"): {
        "": _v3(BREEDS),
        AUXILIARY: _v3_trained(BREEDS),
        "1000 classes": _v3(1000),
        "1001 classes": _v3(1001),
        "1000 classes and its auxiliary classifier": _v3_trained(1000),
    },
    ("v1-14", "FaceNet"): {"": _on(224, facenet.network)},
    ("v1-text", "PlaNet"): {"": _v3(PLANET_CELLS), AUXILIARY: _v3_trained(PLANET_CELLS)},
    ("v1-text", "PlaNet MobileNet final layer"): {"": _final_layer},
}
UNNAMED = "the paper does not say which network that is"
REASONS: dict[tuple[str, ...], str] = {
    ("v1-12", "Baseline"): f"{UNNAMED}; FaceNet's in Table 14 has the same two figures",
    ("v1-text", "face attributes baseline", "MACs"): f"{UNNAMED}; Table 12 has the same figure",
    ("v1-text", "face attributes baseline", "parameters"): f"{UNNAMED}; Table 12 has 7.5",
}
