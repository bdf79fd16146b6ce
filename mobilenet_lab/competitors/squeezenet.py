"""SqueezeNet 1.0 (Iandola et al. 2016, arXiv:1602.07360, Table 1).

Every function takes a Keras tensor and returns one, or takes a `layers.FeatureMap` and returns one.
Its 111 positions after the first convolution are those of 227 px without padding.
"""

from mobilenet_lab import layers
from mobilenet_lab.competitors.alexnet import pooled
from mobilenet_lab.competitors.convolutions import biased
from mobilenet_lab.layers import Tensor

# Squeezed channels, and filters of 1×1 and as many of 3×3; a stage ends in pooling, but the last.
STAGES = (
    ((16, 64), (16, 64), (32, 128)),
    ((32, 128), (48, 192), (48, 192), (64, 256)),
    ((64, 256),),
)


@layers.part("stem")
def stem(x: Tensor, *, padding: str = "valid", name: str = "") -> Tensor:
    """A 7×7 convolution of 96 filters and stride 2."""
    return biased(x, 96, 7, 2, padding, name=name)


@layers.part("block")
def fire(x: Tensor, squeezed: int, expanded: int, *, name: str = "") -> Tensor:
    """A 1×1 convolution to few channels, then 1×1 and 3×3 convolutions side by side."""
    x = biased(x, squeezed, 1, name=f"{name}_squeeze")
    one = biased(x, expanded, 1, name=f"{name}_expand1")
    three = biased(x, expanded, 3, name=f"{name}_expand3")
    return layers.of(x).Concatenate(name=f"{name}_join")([one, three])


@layers.part("stage")
def stage(x: Tensor, rows: tuple[tuple[int, int], ...], *, name: str = "") -> Tensor:
    """Fire modules on one size of maps."""
    for number, row in enumerate(rows, start=1):
        x = fire(x, *row, name=f"{name}_block{number}")
    return x


@layers.part("classifier")
def classifier(x: Tensor, n_classes: int = 1000, *, name: str = "") -> Tensor:
    """A 1×1 convolution to the classes at each position and their mean; gives (n_classes,)."""
    k = layers.of(x)
    x = k.Dropout(0.5, name=f"{name}_dropout")(x)
    x = biased(x, n_classes, 1, name=name)
    x = k.GlobalAveragePooling2D(name=f"{name}_pool")(x)
    return k.Activation("softmax", name=f"{name}_softmax")(x)


def network(x: Tensor, n_classes: int = 1000, *, padding: str = "valid") -> Tensor:
    """Stem, eight fire modules and classifier, for 227 px; `padding` is that of the stem."""
    x = stem(x, padding=padding)
    for number, rows in enumerate(STAGES, start=1):
        x = stage(pooled(x, f"pool{number}"), rows)
    return classifier(x, n_classes)
