"""A family that the lab does not have: gates, 5×5 kernels, another activation, a knob of its own.

One file says everything about it, as `mobilenet_v1` and `mobilenet_v2` do for theirs. Nothing of it
is known anywhere else in the package.
"""

from mobilenet_lab import layers
from mobilenet_lab.networks import widths
from mobilenet_lab.networks.family import Family
from mobilenet_lab.networks.knobs import Knob

ROWS = ((16, 2, 2), (24, 2, 2), (40, 2, 1))  # filters, blocks, stride of the first block


def normalised(x, name):
    k = layers.of(x)
    x = k.BatchNormalization(name=f"{name}_bn")(x)
    return k.Activation("hard_swish", name=f"{name}_swish")(x)


def gated(x, squeeze, name):
    """Each channel times a number that depends on its mean and on the others'."""
    k, channels = layers.of(x), x.shape[-1]
    gate = k.GlobalAveragePooling2D(keepdims=True, name=f"{name}_squeeze")(x)
    gate = k.Dense(-(-channels // squeeze), activation="relu", name=f"{name}_reduce")(gate)
    gate = k.Dense(channels, activation="hard_sigmoid", name=f"{name}_excite")(gate)
    return k.Multiply(name=f"{name}_scale")([x, gate])


@layers.part("block")
def gated_block(x, filters, alpha, squeeze, stride, *, name=None):
    k, shortcut, width = layers.of(x), x, widths.divisible(filters, alpha)
    keeps = (width == x.shape[-1]) & (stride == 1)
    x = k.DepthwiseConv2D(
        5, strides=stride, padding="same", use_bias=False, name=f"{name}_depthwise"
    )(x)
    x = gated(normalised(x, f"{name}_depthwise"), squeeze, name)
    x = k.Conv2D(width, 1, use_bias=False, name=f"{name}_project")(x)
    x = k.BatchNormalization(name=f"{name}_project_bn")(x)
    return layers.where(keeps, lambda x: k.Add(name=f"{name}_add")([shortcut, x]), x)


@layers.part("stage")
def stage(x, filters, blocks, stride, alpha, squeeze, *, name=None):
    for number in range(1, blocks + 1):
        own = stride if number == 1 else 1
        x = gated_block(x, filters, alpha, squeeze, own, name=f"{name}_block{number}")
    return x


@layers.part("stem")
def stem(x, alpha, *, name=None):
    k, width = layers.of(x), widths.divisible(16, alpha)
    x = k.Conv2D(width, 3, strides=2, padding="same", use_bias=False, name=f"{name}_first")(x)
    return normalised(x, name)


@layers.part("classifier")
def classifier(x, dropout, n_classes, *, name=None):
    k = layers.of(x)
    x = k.GlobalAveragePooling2D(name=f"{name}_pool")(x)
    x = k.Dropout(dropout, name=f"{name}_dropout")(x)
    return k.Dense(n_classes, activation="softmax", name=f"{name}_dense")(x)


def network(x, alpha=1.0, squeeze=4, dropout=0.001, n_classes=1000, *, dialect="own"):
    x = stem(x, alpha)
    for filters, blocks, stride in ROWS:
        x = stage(x, filters, blocks, stride, alpha, squeeze)
    return classifier(x, dropout, n_classes)


TOY = Family(
    key="toy",
    title="Toy net",
    network=network,
    check_alpha=lambda alpha, dialect: None,
    dialects={"paper": None},
    drawings={"macro": "network", "micro": "stage1", "block": "stage1_block2", "stem": "stem"},
    knobs={"squeeze": Knob("s", "squeeze", (2, 8, 2), 4, "how many times narrower a gate is")},
)
