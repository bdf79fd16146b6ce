"""VGG-16 (Simonyan, Zisserman 2014, arXiv:1409.1556, Table 1, column D).

Every function takes a Keras tensor and returns one, or takes a `layers.FeatureMap` and returns one.
"""

from mobilenet_lab import layers
from mobilenet_lab.competitors.alexnet import classifier
from mobilenet_lab.competitors.convolutions import biased
from mobilenet_lab.layers import Tensor

ROWS = ((64, 1), (128, 2), (256, 3), (512, 3), (512, 3))  # filters, 3×3 convolutions after the stem


@layers.part("stem")
def stem(x: Tensor, *, name: str = "") -> Tensor:
    """The first of the two convolutions of 64 filters."""
    return biased(x, 64, 3, name=name)


@layers.part("stage")
def stage(x: Tensor, filters: int, convolutions: int, *, name: str = "") -> Tensor:
    """3×3 convolutions of one width."""
    for number in range(1, convolutions + 1):
        x = biased(x, filters, 3, name=f"{name}_{number}")
    return x


def body(x: Tensor) -> Tensor:
    """All 13 convolutions and the poolings between them: 1/16 of the image's size, 512 channels."""
    x = stem(x)
    for number, row in enumerate(ROWS):
        if number:
            x = pooled(x, f"pool{number}")
        x = stage(x, *row)
    return x


def pooled(x: Tensor, name: str) -> Tensor:
    """Max pooling of 2×2 positions."""
    return layers.of(x).MaxPooling2D(2, name=name)(x)


def network(x: Tensor, n_classes: int = 1000) -> Tensor:
    """Convolutions, the last pooling and AlexNet's classifier, for 224 px."""
    return classifier(pooled(body(x), "pool5"), n_classes)
