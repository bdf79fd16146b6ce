"""Darknet-19 and YOLOv2 (Redmon and Farhadi 2016, arXiv:1612.08242, Table 6 and section 3).

Convolutions have batch norm and a leaky ReLU, those that predict a bias. Where YOLOv2 moves 2×2
pixels into channels, this is a plain `Reshape`, which orders the values otherwise.
"""

from mobilenet_lab import layers
from mobilenet_lab.layers import Tensor

BOXES = 5  # at each position
ROWS = (  # filters of the 3×3 convolutions, how many; 1×1 ones of half as many stand between them
    (32, 1),
    (64, 1),
    (128, 2),
    (256, 2),
    (512, 3),
    (1024, 3),
)


def classifier(x: Tensor, classes: int = 1000) -> Tensor:
    """Darknet-19: (classes,)."""
    *_, x = maps(x)
    return scores(x, classes, name="classifier")


def detector(x: Tensor, classes: int, *, reduced: int | None = None) -> Tensor:
    """YOLOv2: five boxes of four offsets, a confidence and `classes` scores at each position.

    `reduced` are the channels to which a 1×1 convolution brings the fine map before its pixels
    become channels. The paper has no such convolution (None); the authors added it later, for 64.
    """
    *_, fine, x = maps(x)
    return head(x, fine, BOXES * (5 + classes), reduced, name="head")


def maps(x: Tensor) -> list[Tensor]:
    """What Darknet-19's rows write, each half the size of the one before."""
    found = []
    for number, (filters, convolutions) in enumerate(ROWS, 1):
        if number > 1:
            x = layers.of(x).MaxPooling2D(2, padding="same", name=f"pool{number - 1}")(x)
        x = row(x, filters, convolutions, name="stem" if number == 1 else f"stage{number - 1}")
        found.append(x)
    return found


@layers.part("stage")
def row(x: Tensor, filters: int, convolutions: int, *, name: str = "") -> Tensor:
    """3×3 convolutions, with 1×1 convolutions of half as many filters between them."""
    for number in range(1, convolutions + 1):
        if number > 1:
            x = convolved(x, filters // 2, 1, f"{name}_reduce{number - 1}")
        x = convolved(x, filters, 3, f"{name}_conv{number}")
    return x


@layers.part("classifier")
def scores(x: Tensor, classes: int, *, name: str = "") -> Tensor:
    """A 1×1 convolution, global average pooling and a softmax."""
    k = layers.of(x)
    x = k.Conv2D(classes, 1, name=f"{name}_conv")(x)
    x = k.GlobalAveragePooling2D(name=f"{name}_pool")(x)
    return k.Activation("softmax", name=f"{name}_softmax")(x)


@layers.part("head")
def head(x: Tensor, fine: Tensor, filters: int, reduced: int | None, *, name: str = "") -> Tensor:
    """The detector's convolutions after Darknet-19's: `filters` values at each position of `x`."""
    k = layers.of(x)
    for number in (1, 2):
        x = convolved(x, 1024, 3, f"{name}_conv{number}")
    if reduced is not None:
        fine = convolved(fine, reduced, 1, f"{name}_reduce")
    height, width = x.shape[-3:-1]
    fine = k.Reshape((height, width, 4 * fine.shape[-1]), name=f"{name}_passthrough")(fine)
    x = k.Concatenate(name=f"{name}_join")([fine, x])
    x = convolved(x, 1024, 3, f"{name}_conv3")
    return k.Conv2D(filters, 1, name=f"{name}_predictions")(x)


def convolved(x: Tensor, filters: int, kernel: int, name: str) -> Tensor:
    """A convolution, batch norm and a leaky ReLU."""
    k = layers.of(x)
    x = k.Conv2D(filters, kernel, padding="same", use_bias=False, name=name)(x)
    x = k.BatchNormalization(name=f"{name}_bn")(x)
    return k.Activation("leaky_relu", name=f"{name}_relu")(x)
