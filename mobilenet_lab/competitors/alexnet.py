"""AlexNet (Krizhevsky, Sutskever, Hinton 2012, "ImageNet Classification with Deep Convolutional
Neural Networks", Section 3.5 and Figure 2).

Every function takes a Keras tensor and returns one, or takes a `layers.FeatureMap` and returns one.
Its response normalisation, which has no weights, is left out. The paper's 224 px do not give its 55
positions along a side; 227 px do, without padding.
"""

from mobilenet_lab import layers
from mobilenet_lab.competitors.convolutions import biased
from mobilenet_lab.layers import Tensor

ROWS = (  # filters, kernel, groups on two GPUs, whether pooling follows
    (256, 5, 2, True),
    (384, 3, 1, False),
    (384, 3, 2, False),
    (256, 3, 2, True),
)
UNGROUPED = tuple((filters, kernel, 1, pools) for filters, kernel, _, pools in ROWS)
# One column, for one GPU (Krizhevsky 2014, arXiv:1404.5997).
ONE_COLUMN = ((192, 5, 1, True), (384, 3, 1, False), (256, 3, 1, False), (256, 3, 1, True))


@layers.part("stem")
def stem(x: Tensor, filters: int = 96, *, name: str = "") -> Tensor:
    """An 11×11 convolution of stride 4."""
    return biased(x, filters, 11, 4, "valid", name=name)


@layers.part("stage")
def stage(
    x: Tensor, filters: int, kernel: int, groups: int, pools: bool, *, name: str = ""
) -> Tensor:
    """A convolution, in so many groups, and overlapping max pooling where the row has it."""
    x = biased(x, filters, kernel, groups=groups, name=name)
    return pooled(x, f"{name}_pool") if pools else x


def pooled(x: Tensor, name: str) -> Tensor:
    """Max pooling of 3×3 positions with stride 2."""
    return layers.of(x).MaxPooling2D(3, 2, name=name)(x)


@layers.part("classifier")
def classifier(x: Tensor, n_classes: int = 1000, *, name: str = "") -> Tensor:
    """Two dense layers of 4096 and the softmax; gives (n_classes,)."""
    k = layers.of(x)
    x = k.Flatten(name=f"{name}_flatten")(x)
    for number in (1, 2):
        x = k.Dense(4096, name=f"{name}_{number}_dense")(x)
        x = k.ReLU(name=f"{name}_{number}_relu")(x)
        x = k.Dropout(0.5, name=f"{name}_{number}_dropout")(x)
    return k.Dense(n_classes, activation="softmax", name=f"{name}_dense")(x)


def network(
    x: Tensor,
    n_classes: int = 1000,
    *,
    filters: int = 96,
    rows: tuple[tuple[int, int, int, bool], ...] = ROWS,
) -> Tensor:
    """Five convolutions and three dense layers, for 227 px."""
    x = pooled(stem(x, filters), "pool1")
    for row in rows:
        x = stage(x, *row)
    return classifier(x, n_classes)
