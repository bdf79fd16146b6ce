"""NASNet-A (Zoph et al. 2018, arXiv:1707.07012, Figure 4, Appendix A) as Keras' `NASNetMobile`.

Every function takes Keras tensors and returns one, or takes `layers.FeatureMap`s and returns
one; maps are (height, width, channels). A cell reads the two maps before it. Where Keras pads in
a layer of its own before a stride of 2, these pad by "same": the sizes are the same.
"""

from mobilenet_lab import layers
from mobilenet_lab.layers import FeatureMap, Tensor

CELLS = 4  # normal ones between two that reduce
FILTERS = 44  # of a branch in the first normal cells; they double at each reduction


def separable(x: Tensor, filters: int, kernel: int, strides: int = 1, *, name: str) -> Tensor:
    """ReLU, depthwise, pointwise and batch norm, twice; only the first has the stride."""
    k = layers.of(x)
    for turn, stride in (("first", strides), ("second", 1)):
        own = f"{name}_{turn}"
        x = k.ReLU(name=f"{own}_relu")(x)
        x = k.DepthwiseConv2D(
            kernel, strides=stride, padding="same", use_bias=False, name=f"{own}_depthwise"
        )(x)
        x = k.Conv2D(filters, 1, use_bias=False, name=f"{own}_pointwise")(x)
        x = k.BatchNormalization(name=f"{own}_bn")(x)
    return x


def squeezed(x: Tensor, filters: int, *, name: str) -> Tensor:
    """ReLU, a 1×1 convolution and batch norm."""
    k = layers.of(x)
    x = k.ReLU(name=f"{name}_relu")(x)
    x = k.Conv2D(filters, 1, use_bias=False, name=f"{name}_conv")(x)
    return k.BatchNormalization(name=f"{name}_bn")(x)


def halved(x: Tensor, filters: int, *, name: str) -> Tensor:
    """Every second position, and those one further down and right, each with half of the filters.

    For the older of a cell's two maps where it is twice as large as the newer.
    """
    k, half = layers.of(x), filters // 2
    x = k.ReLU(name=f"{name}_relu")(x)
    here = k.AveragePooling2D(1, strides=2, name=f"{name}_here")(x)
    here = k.Conv2D(half, 1, use_bias=False, name=f"{name}_here_conv")(here)
    moved = k.ZeroPadding2D(((0, 1), (0, 1)), name=f"{name}_pad")(x)
    moved = k.Cropping2D(((1, 0), (1, 0)), name=f"{name}_crop")(moved)
    moved = k.AveragePooling2D(1, strides=2, name=f"{name}_there")(moved)
    moved = k.Conv2D(half, 1, use_bias=False, name=f"{name}_there_conv")(moved)
    x = k.Concatenate(name=f"{name}_join")([here, moved])
    return k.BatchNormalization(name=f"{name}_bn")(x)


def fitted(older: Tensor, x: Tensor, filters: int, *, name: str) -> Tensor:
    """The older of a cell's two maps in the newer one's size and with `filters` channels."""
    if isinstance(x, FeatureMap):
        older = older.inside(x.stage, x.block)
    if older.shape[-2] != x.shape[-2]:
        return halved(older, filters, name=name)
    return older if older.shape[-1] == filters else squeezed(older, filters, name=name)


@layers.part("block")
def normal_cell(x: Tensor, older: Tensor, filters: int, *, name: str = "") -> Tensor:
    """Five sums of two branches each, joined to the older map: 6 · filters channels."""
    k = layers.of(x)
    p = fitted(older, x, filters, name=f"{name}_older")
    h = squeezed(x, filters, name=f"{name}_newer")

    def mean(x: Tensor, branch: str) -> Tensor:
        return k.AveragePooling2D(3, strides=1, padding="same", name=f"{name}_{branch}")(x)

    def convolved(x: Tensor, kernel: int, branch: str) -> Tensor:
        return separable(x, filters, kernel, name=f"{name}_{branch}")

    branches = (
        (convolved(h, 5, "left1"), convolved(p, 3, "right1")),
        (convolved(p, 5, "left2"), convolved(p, 3, "right2")),
        (mean(h, "left3"), p),
        (mean(p, "left4"), mean(p, "right4")),
        (convolved(h, 3, "left5"), h),
    )
    sums = [k.Add(name=f"{name}_add{i}")(list(pair)) for i, pair in enumerate(branches, 1)]
    return k.Concatenate(name=f"{name}_join")([p, *sums])


@layers.part("block")
def reduction_cell(x: Tensor, older: Tensor | None, filters: int, *, name: str = "") -> Tensor:
    """Five sums of two branches each, of which four are joined: half the size, 4 · filters.

    The very first cell has no `older` map and reads `x` twice.
    """
    k = layers.of(x)
    p = x if older is None else fitted(older, x, filters, name=f"{name}_older")
    h = squeezed(x, filters, name=f"{name}_newer")

    def convolved(x: Tensor, kernel: int, branch: str) -> Tensor:
        return separable(x, filters, kernel, strides=2, name=f"{name}_{branch}")

    def most(branch: str) -> Tensor:
        return k.MaxPooling2D(3, strides=2, padding="same", name=f"{name}_{branch}")(h)

    def added(number: int, left: Tensor, right: Tensor) -> Tensor:
        return k.Add(name=f"{name}_add{number}")([left, right])

    x1 = added(1, convolved(h, 5, "left1"), convolved(p, 7, "right1"))
    x2 = added(2, most("left2"), convolved(p, 7, "right2"))
    mean = k.AveragePooling2D(3, strides=2, padding="same", name=f"{name}_left3")(h)
    x3 = added(3, mean, convolved(p, 5, "right3"))
    smooth = k.AveragePooling2D(3, strides=1, padding="same", name=f"{name}_left4")(x1)
    x4 = added(4, x2, smooth)
    x5 = added(5, separable(x1, filters, 3, name=f"{name}_left5"), most("right5"))
    return k.Concatenate(name=f"{name}_join")([x2, x3, x4, x5])


@layers.part("stem")
def stem(x: Tensor, *, name: str = "") -> Tensor:
    """A 3×3 convolution of 32 filters with stride 2 and no padding, and batch norm."""
    k = layers.of(x)
    x = k.Conv2D(32, 3, strides=2, use_bias=False, name=f"{name}_conv")(x)
    return k.BatchNormalization(name=f"{name}_bn")(x)


@layers.part("classifier")
def classifier(x: Tensor, n_classes: int, *, name: str = "") -> Tensor:
    """ReLU, global average pooling and a dense softmax; gives (n_classes,)."""
    k = layers.of(x)
    x = k.ReLU(name=f"{name}_relu")(x)
    x = k.GlobalAveragePooling2D(name=f"{name}_pool")(x)
    return k.Dense(n_classes, activation="softmax", name=f"{name}_dense")(x)


def network(
    x: Tensor, n_classes: int = 1000, *, filters: int = FILTERS, cells: int = CELLS
) -> Tensor:
    """NASNet-A (4 @ 1056): a stem, two reducing cells, then three rows of `cells` normal ones."""
    x = stem(x)
    x, older = reduction_cell(x, None, filters // 4), x
    x, older = reduction_cell(x, older, filters // 2), x
    for row in range(3):
        if row:
            x, older = reduction_cell(x, older, filters << row), x
        for _ in range(cells):
            x, older = normal_cell(x, older, filters << row), x
    return classifier(x, n_classes)
