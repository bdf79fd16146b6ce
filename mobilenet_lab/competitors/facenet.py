"""FaceNet's NN2 (Schroff, Kalenichenko, Philbin 2015, arXiv:1503.03832, Table 2).

Every function takes a Keras tensor and returns one, or takes a `layers.FeatureMap` and returns one.
Average pooling stands for the table's L2 pooling; neither has weights. Response normalisation has
none either and is left out.
"""

from mobilenet_lab import layers
from mobilenet_lab.competitors.convolutions import biased
from mobilenet_lab.competitors.googlenet import pooled, second, stem
from mobilenet_lab.competitors.inception import Row, stage
from mobilenet_lab.layers import Tensor

STAGES = (  # the last module of the first and second stage has a stride of 2
    (
        Row(64, 96, 128, 16, 32, 32),
        Row(64, 96, 128, 32, 64, 64, "average"),
        Row(0, 128, 256, 32, 64, strides=2),
    ),
    (
        Row(256, 96, 192, 32, 64, 128, "average"),
        Row(224, 112, 224, 32, 64, 128, "average"),
        Row(192, 128, 256, 32, 64, 128, "average"),
        Row(160, 144, 288, 32, 64, 128, "average"),
        Row(0, 160, 256, 64, 128, strides=2),
    ),
    (Row(384, 192, 384, 48, 128, 128, "average"), Row(384, 192, 384, 48, 128, 128)),
)


@layers.part("embedding")
def embedding(x: Tensor, units: int = 128, *, name: str = "") -> Tensor:
    """Global average pooling and a dense layer; gives (units,)."""
    k = layers.of(x)
    x = k.GlobalAveragePooling2D(name=f"{name}_pool")(x)
    return k.Dense(units, name=f"{name}_dense")(x)


def network(x: Tensor, units: int = 128) -> Tensor:
    """Everything up to the embedding of so many numbers, for 224 px."""
    x = second(pooled(stem(x), "pool1"))
    x = pooled(x, "pool2")
    for rows in STAGES:
        x = stage(x, rows, [], convolution=biased)
    return embedding(x, units)
