"""Variants of MobileNet v1 and v2 in the library timm (huggingface/pytorch-image-models).

Every function takes a Keras tensor and returns one, or takes a `layers.FeatureMap` and returns
one. Their stems, stages and classifiers are those of `mobilenet_v1` and `mobilenet_v2`.
"""

import math

from mobilenet_lab import layers, mobilenet_v1, mobilenet_v2
from mobilenet_lab.layers import Tensor
from mobilenet_lab.networks.design import DROPOUT
from mobilenet_lab.networks.parts import normalised


def v1_with_last(x: Tensor, n_classes: int = 1000) -> Tensor:
    """v1 with one more 1×1 convolution of 1024 filters before the pooling ("100h")."""
    x = mobilenet_v1.learner(mobilenet_v1.stem(x, 1.0), 1.0)
    return mobilenet_v1.classifier(last(x, 1024), 1.0, DROPOUT, n_classes)


@layers.part("last")
def last(x: Tensor, filters: int, *, name: str = "") -> Tensor:
    """A 1×1 convolution, batch normalisation and ReLU6."""
    x = layers.of(x).Conv2D(filters, 1, use_bias=False, name=f"{name}_conv")(x)
    return normalised(x, name)


def deeper_v2(x: Tensor, alpha: float, depth: float, n_classes: int = 1000) -> Tensor:
    """v2, `alpha` times as wide and, rounded up, `depth` times as deep ("110d", "120d").

    Its stem and its last 1×1 convolution are as wide, its first and last stage as deep as v2's.
    """
    x, rows = mobilenet_v2.stem(x, 1.0), mobilenet_v2.ROWS
    for number, (t, c, n, s) in enumerate(rows):
        blocks = n if number in (0, len(rows) - 1) else math.ceil(n * depth)
        x = mobilenet_v2.inverted_group(x, c, blocks, alpha, t or 6, s)
    return mobilenet_v2.classifier(mobilenet_v2.last(x, 1.0), n_classes)
