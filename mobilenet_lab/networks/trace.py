"""The layers of a network: what each does, reads, writes and stores."""

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeVar

import numpy as np

from mobilenet_lab import checks

Count = Any  # an `int`, or for a grid of designs NumPy integers that broadcast
Shape = tuple[Any, ...]  # (height, width, channels), or (channels,) after the pooling
Known = TypeVar("Known")

IMAGE = "input"  # what the first layer reads
SLIDING = ("convolution", "pointwise", "depthwise")  # operations that move a kernel over a map
WEIGHTED = (*SLIDING, "dense")  # operations whose multiply-accumulates count
POOLING = ("pooling", "max_pooling", "average_pooling")
# operations that compute nothing
MOVES = ("padding", "cropping", "reshape", "permutation", "upsampling")


class Layer(NamedTuple):
    """One layer of a trace: its name, what it reads and writes, its weights.

    `op` says what it does: "convolution", "pointwise" (a 1×1 convolution), "depthwise", "dense",
    "batch_norm", "activation", "pooling" (of a whole map), "max_pooling", "average_pooling",
    "addition", "multiplication", "concatenation", "padding", "cropping", "rescaling", "reshape",
    "permutation", "upsampling" or "dropout"; `kind` is the class of the Keras layer. `stage` is
    "stem", "stage1" …, "last" (v2's last convolution) or "classifier", "" in a bare block; `block`
    is such as "stage2_block1", "" outside blocks; `role` is what it does in its block: "expand",
    "project", "bn", "add" ….

    `reads` names the layers that it reads, "input" for the image. Shapes are `(height, width,
    channels)`, or `(channels,)` after the pooling. `kernel` is the side of a kernel or window, or
    its (height, width) where they differ; `dilation` is the distance of its positions. `kernels`,
    `biases` and `norms` count kernel weights, bias weights and batch-normalised channels.
    `function` names an activation. `present` is False where a design of the grid leaves the layer
    out and uses the output of `instead`; in the trace of a single design it is always True.
    """

    name: str
    op: str
    kind: str
    stage: str
    block: str
    role: str
    reads: tuple[str, ...]
    shape_in: Shape
    shape_out: Shape
    kernel: Any = 1
    stride: int = 1
    dilation: int = 1
    groups: int = 1
    kernels: Count = 0
    biases: Count = 0
    norms: Count = 0
    function: str = ""
    present: Any = True
    instead: str = ""

    @property
    def in_classifier(self) -> bool:
        """Whether it belongs to the classifier."""
        return self.stage.startswith("classifier")

    @property
    def in_first_convolution(self) -> bool:
        """Whether it is the network's first convolution, or the batch norm or ReLU after it."""
        return self.stage.startswith("stem") and not self.block

    @property
    def sides(self) -> tuple[int, int]:
        """Height and width of its kernel or window."""
        return both_sides(self.kernel)

    def reach(self, axis: int = 0) -> int:
        """How many positions its kernel or window spans, in rows or with `axis=1` in columns."""
        return (self.sides[axis] - 1) * self.dilation + 1

    @property
    def size_in(self) -> Any:
        """Height and width of what it reads, in pixels: one number where they are equal."""
        return side(self.shape_in)

    @property
    def c_in(self) -> Count:
        """Channels that it reads."""
        return self.shape_in[-1]

    @property
    def size_out(self) -> Any:
        """Height and width of what it writes, in pixels: one number where they are equal."""
        return side(self.shape_out)

    @property
    def c_out(self) -> Count:
        """Channels that it writes."""
        return self.shape_out[-1]

    @property
    def macs(self) -> Count:
        """Multiply-accumulates for one image: each kernel weight once per output position."""
        height, width = self.shape_out[:-1] or (1, 1)
        return self.kernels * (height * width)

    @property
    def params(self) -> Count:
        """All Keras variables, the four of each batch-normalised channel included."""
        return self.kernels + self.biases + 4 * self.norms

    @property
    def trainable_params(self) -> Count:
        """Trainable variables: a batch-normalised channel has two."""
        return self.kernels + self.biases + 2 * self.norms

    @property
    def activations(self) -> Count:
        """Values that a convolution, depthwise or dense layer writes; 0 for other layers."""
        if self.op not in WEIGHTED:
            return 0
        values = volume(self.shape_out)
        return values if self.present is True else values * self.present


def known(layer: Layer, table: Mapping[str, Known]) -> Known:
    """Look up a layer's operation in a table.

    Raises `ValueError` for an operation that the table lacks: no layer is left out silently.
    """
    if layer.op not in table:
        checks.refuse(f"the operation of layer {layer.name!r}", layer.op, ", ".join(table))
    return table[layer.op]


def layers_of(trace: Any) -> tuple[Layer, ...]:
    """A trace as a tuple. Raises `ValueError` for anything but a sequence of layers."""
    found = tuple(trace) if np.iterable(trace) else (None,)
    if not all(isinstance(layer, Layer) for layer in found):
        checks.refuse("layers", trace, "the layers of a network, such as trace(design)")
    return found


def volume(shape: Shape) -> Count:
    """The number of values in a map of this shape."""
    if len(shape) == 1:
        return shape[0]
    height, width, channels = shape
    return height * width * channels


def side(shape: Shape) -> Any:
    """Height and width: one number where they are equal, 1 after global pooling."""
    if len(shape) == 1:
        return 1
    height, width, _ = shape
    return height if height is width or np.all(height == width) else (height, width)


def both_sides(kernel: Any) -> tuple[int, int]:
    """Height and width of a kernel that is given as one number where they are equal."""
    return kernel if isinstance(kernel, tuple) else (kernel, kernel)
