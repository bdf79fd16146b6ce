"""Inception v2, or BN-Inception (Ioffe, Szegedy 2015, arXiv:1502.03167), as TF-slim builds it.

Every function takes a Keras tensor and returns one, or takes a `layers.FeatureMap` and returns one.
TF-slim's first convolution is separable and has biases in place of batch normalisation.
"""

from mobilenet_lab.competitors.convolutions import biased, normalised
from mobilenet_lab.competitors.googlenet import pooled, second, stem
from mobilenet_lab.competitors.inception import Row, classifier, stage
from mobilenet_lab.layers import Tensor

STAGES = (  # the first module of the second and third stage has a stride of 2
    (Row(64, 64, 64, 64, 96, 32, "average"), Row(64, 64, 96, 64, 96, 64, "average")),
    (
        Row(0, 128, 160, 64, 96, strides=2),
        Row(224, 64, 96, 96, 128, 128, "average"),
        Row(192, 96, 128, 96, 128, 128, "average"),
        Row(160, 128, 160, 128, 160, 96, "average"),
        Row(96, 128, 192, 160, 192, 96, "average"),
    ),
    (
        Row(0, 128, 192, 192, 256, strides=2),
        Row(352, 192, 320, 160, 224, 128, "average"),
        Row(352, 192, 320, 192, 224, 128, "max"),
    ),
)


def body(x: Tensor, maps: list[Tensor] | None = None, *, separable: bool = True) -> Tensor:
    """Everything before the classifier: 1/32 of the image's size, 1024 channels.

    `maps` gains what each of the ten modules writes, from TF-slim's `Mixed_3b` to `Mixed_5c`.
    """
    maps = [] if maps is None else maps
    x = stem(x, separable=separable, convolution=biased if separable else normalised)
    x = second(pooled(x, "pool1"), convolution=normalised)
    x = pooled(x, "pool2")
    for rows in STAGES:
        x = stage(x, rows, maps, wide=(3, 3))
    return x


def network(x: Tensor, n_classes: int = 1000, *, separable: bool = True) -> Tensor:
    """Body and classifier, for 224 px."""
    return classifier(body(x, separable=separable), n_classes)
