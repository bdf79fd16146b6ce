"""GoogLeNet, or Inception v1 (Szegedy et al. 2014, arXiv:1409.4842, Table 1).

Every function takes a Keras tensor and returns one, or takes a `layers.FeatureMap` and returns one.
Its response normalisation, which has no weights, is left out. The parameters and operations that
its table prints for the 7×7 convolution are those of a separable one.
"""

from collections.abc import Callable, Sequence

from mobilenet_lab import layers
from mobilenet_lab.competitors.convolutions import biased
from mobilenet_lab.competitors.inception import Row, classifier, stage
from mobilenet_lab.layers import Tensor

STAGES = (
    (Row(64, 96, 128, 16, 32, 32), Row(128, 128, 192, 32, 96, 64)),
    (
        Row(192, 96, 208, 16, 48, 64),
        Row(160, 112, 224, 24, 64, 64),
        Row(128, 128, 256, 24, 64, 64),
        Row(112, 144, 288, 32, 64, 64),
        Row(256, 160, 320, 32, 128, 128),
    ),
    (Row(256, 160, 320, 32, 128, 128), Row(384, 192, 384, 48, 128, 128)),
)
AUXILIARIES = (2, 5)  # the modules (4a, 4d) that an auxiliary classifier follows

Convolution = Callable[..., Tensor]


@layers.part("stem")
def stem(
    x: Tensor, *, separable: bool = False, convolution: Convolution = biased, name: str = ""
) -> Tensor:
    """A 7×7 convolution of 64 filters and stride 2; or as 8 filters a channel and a 1×1 one."""
    if not separable:
        return convolution(x, 64, 7, 2, name=name)
    channels = x.shape[-1]
    x = layers.of(x).Conv2D(
        8 * channels,
        7,
        strides=2,
        padding="same",
        groups=channels,
        use_bias=False,
        name=f"{name}_depthwise",
    )(x)
    return convolution(x, 64, 1, name=name)


@layers.part("stage")
def second(x: Tensor, *, convolution: Convolution = biased, name: str = "") -> Tensor:
    """A 1×1 convolution of 64 filters and a 3×3 convolution of 192."""
    x = convolution(x, 64, 1, name=f"{name}_reduce")
    return convolution(x, 192, 3, name=name)


@layers.part("auxiliary")
def auxiliary(x: Tensor, n_classes: int = 1000, *, name: str = "") -> Tensor:
    """A classifier for training: pooling of 5×5 positions, 1×1 convolution, two dense layers."""
    k = layers.of(x)
    x = k.AveragePooling2D(5, 3, name=f"{name}_pool")(x)
    x = k.Flatten(name=f"{name}_flatten")(biased(x, 128, 1, name=name))
    x = k.ReLU(name=f"{name}_1_relu")(k.Dense(1024, name=f"{name}_1_dense")(x))
    x = k.Dropout(0.7, name=f"{name}_dropout")(x)
    return k.Dense(n_classes, activation="softmax", name=f"{name}_dense")(x)


def body(
    x: Tensor,
    maps: list[Tensor] | None = None,
    *,
    separable: bool = False,
    wide: Sequence[int] = (5,),
    convolution: Convolution = biased,
) -> Tensor:
    """Stem, a stage of two convolutions and nine modules; `maps` gains what each module writes."""
    maps = [] if maps is None else maps
    x = stem(x, separable=separable, convolution=convolution)
    x = second(pooled(x, "pool1"), convolution=convolution)
    for number, rows in enumerate(STAGES, start=2):
        x = pooled(x, f"pool{number}")
        x = stage(x, rows, maps, wide=wide, convolution=convolution)
    return x


def pooled(x: Tensor, name: str) -> Tensor:
    """Max pooling of 3×3 positions with stride 2, which rounds odd maps up."""
    return layers.of(x).MaxPooling2D(3, 2, padding="same", name=name)(x)


def network(
    x: Tensor,
    n_classes: int = 1000,
    *,
    separable: bool = False,
    wide: Sequence[int] = (5,),
    convolution: Convolution = biased,
) -> Tensor:
    """Body and classifier, for 224 px: `separable` stem, `wide` kernels of the second path."""
    x = body(x, separable=separable, wide=wide, convolution=convolution)
    return classifier(x, n_classes)


def with_auxiliaries(x: Tensor, n_classes: int = 1000) -> list[Tensor]:
    """The outputs of the network as it is trained: the classifier's and two auxiliary ones."""
    maps: list[Tensor] = []
    x = classifier(body(x, maps), n_classes)
    sides = [
        auxiliary(maps[index], n_classes, name=f"auxiliary{number}")
        for number, index in enumerate(AUXILIARIES, start=1)
    ]
    return [x, *sides]
