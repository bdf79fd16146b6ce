"""Inception v3 (Szegedy et al. 2015, arXiv:1512.00567) as its authors released it, for 299 px.

Every function takes a Keras tensor and returns one, or takes a `layers.FeatureMap` and returns one.
The paper's Table 1 leaves the modules' widths to the code; TF-slim and Keras have the same network.
"""

from mobilenet_lab import layers
from mobilenet_lab.competitors.convolutions import normalised
from mobilenet_lab.competitors.inception import Path, classifier, mixed
from mobilenet_lab.layers import Tensor

ROW, COLUMN = (1, 7), (7, 1)  # two kernels in place of one of 7×7


def _fives(projection: int) -> tuple[list[Path], int]:
    """At 35 px: 5×5 kernels, and two of 3×3 in place of one (Figure 5)."""
    return [[(64, 1)], [(48, 1), (64, 5)], [(64, 1), (96, 3), (96, 3)]], projection


def _sevens(c: int) -> tuple[list[Path], int]:
    """At 17 px: kernels of 1×7 and 7×1 (Figure 6)."""
    twice = [(c, 1), (c, COLUMN), (c, ROW), (c, COLUMN), (192, ROW)]
    return [[(192, 1)], [(c, 1), (c, ROW), (192, COLUMN)], twice], 192


def _wide() -> tuple[list[Path], int]:
    """At 8 px: kernels of 1×3 and 3×1 side by side (Figure 7)."""
    split = [(384, (1, 3)), (384, (3, 1))]
    return [[(320, 1)], [(384, 1), split], [(448, 1), (384, 3), split]], 192


FIRST_REDUCTION: list[Path] = [[(384, 3, 2)], [(64, 1), (96, 3), (96, 3, 2)]]
SECOND_REDUCTION: list[Path] = [
    [(192, 1), (320, 3, 2)],
    [(192, 1), (192, ROW), (192, COLUMN), (192, 3, 2)],
]
STAGES: tuple[tuple[list[Path] | None, list[tuple[list[Path], int]]], ...] = (
    (None, [_fives(32), _fives(64), _fives(64)]),  # the reduction that comes first, and modules
    (FIRST_REDUCTION, [_sevens(128), _sevens(160), _sevens(160), _sevens(192)]),
    (SECOND_REDUCTION, [_wide(), _wide()]),
)


@layers.part("stem")
def stem(x: Tensor, *, name: str = "") -> Tensor:
    """A 3×3 convolution of 32 filters and stride 2, without padding."""
    return normalised(x, 32, 3, 2, "valid", name=name)


@layers.part("stage")
def second(x: Tensor, *, name: str = "") -> Tensor:
    """Four more convolutions, with pooling after the second and the last."""
    k = layers.of(x)
    x = normalised(x, 32, 3, padding="valid", name=f"{name}_1")
    x = normalised(x, 64, 3, name=f"{name}_2")
    x = k.MaxPooling2D(3, 2, name=f"{name}_pool1")(x)
    x = normalised(x, 80, 1, name=f"{name}_3")
    x = normalised(x, 192, 3, padding="valid", name=f"{name}_4")
    return k.MaxPooling2D(3, 2, name=f"{name}_pool2")(x)


@layers.part("block")
def module(x: Tensor, paths: list[Path], projection: int, *, name: str = "") -> Tensor:
    """Convolutions side by side, with an average pooling and its projection."""
    return mixed(x, paths, projection, name=name)


@layers.part("block")
def reduction(x: Tensor, paths: list[Path], *, name: str = "") -> Tensor:
    """Convolutions and max pooling side by side, which halve the size, without padding."""
    return mixed(x, paths, pool="max", strides=2, strided="valid", name=name)


@layers.part("stage")
def stage(
    x: Tensor,
    reduced: list[Path] | None,
    rows: list[tuple[list[Path], int]],
    *,
    name: str = "",
) -> Tensor:
    """A reduction, if any, and modules on one size of maps."""
    if reduced:
        x = reduction(x, reduced, name=f"{name}_block1")
    for number, row in enumerate(rows, start=2 if reduced else 1):
        x = module(x, *row, name=f"{name}_block{number}")
    return x


@layers.part("auxiliary")
def auxiliary(x: Tensor, n_classes: int = 1000, *, name: str = "") -> Tensor:
    """The classifier for training, on the maps of 17 px: a convolution over all of 5×5 px."""
    k = layers.of(x)
    x = k.AveragePooling2D(5, 3, name=f"{name}_pool")(x)
    x = normalised(x, 128, 1, name=f"{name}_1")
    x = normalised(x, 768, x.shape[-2], padding="valid", name=f"{name}_2")
    x = k.Flatten(name=f"{name}_flatten")(x)
    return k.Dense(n_classes, activation="softmax", name=f"{name}_dense")(x)


def with_auxiliary(x: Tensor, n_classes: int = 1000) -> list[Tensor]:
    """The outputs of the network as it is trained: the classifier's and the auxiliary one."""
    x = second(stem(x))
    *former, last = STAGES
    for row in former:
        x = stage(x, *row)
    side = auxiliary(x, n_classes)
    return [classifier(stage(x, *last), n_classes), side]


def network(x: Tensor, n_classes: int = 1000) -> Tensor:
    """Stem, modules and classifier."""
    return with_auxiliary(x, n_classes)[0]
