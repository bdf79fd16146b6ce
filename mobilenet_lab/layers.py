"""Keras' layer vocabulary for two kinds of input.

`of(x)` gives the layers to call on `x`: `keras.layers` itself for a Keras tensor, the classes of
this module, with the same names and arguments, for a `FeatureMap`. An architecture that is written
in that vocabulary is a model to run and a list of costs to read, from the same lines.

Names are unique within what hangs together. Two towers on two Keras inputs do not yet, so give each
a `keras.Model` of its own before you join them.

A `FeatureMap` remembers every layer that it went through. Its sizes and channels may be NumPy
arrays that broadcast against each other; then one pass describes a whole grid of networks.
"""

import contextlib
import importlib.util
import os
import re
import sys
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from mobilenet_lab import checks

COUNTED = ("Conv2D", "DepthwiseConv2D", "Dense")  # the layers whose multiply-accumulates count


class Layer(NamedTuple):
    """One layer of a trace: what it is called, what it reads and writes, what it weighs.

    Shapes are `(height, width, channels)`, or `(channels,)` behind the pooling. `kernels`,
    `biases` and `norms` count kernel weights, bias weights and batch-normalised channels.
    `shortcut` names the layer whose output is added here. `present` is False where a design
    of the grid leaves the layer out; in the trace of a single design it is always True.
    """

    name: str
    kind: str
    shape_in: tuple
    shape_out: tuple
    kernel: int = 1
    stride: int = 1
    kernels: Any = 0
    biases: Any = 0
    norms: Any = 0
    shortcut: str = ""
    present: Any = True

    @property
    def block(self):
        """The block it belongs to, such as "stage2_block1"; "" outside blocks."""
        match = re.match(r"(?:[^_]+_)?block\d+(?=_)", self.name)
        return match[0] if match else ""

    @property
    def stage(self):
        """ "stem", "stage1" …, "last" (v2's last convolution), "classifier"; "" in a bare block."""
        first = self.name.split("_")[0]
        return "" if first.startswith("block") else first

    @property
    def role(self):
        """What it does in its block: "expand", "depthwise", "project", "bn", "relu", "add" …."""
        return self.name.rsplit("_", 1)[-1]

    @property
    def size_in(self):
        """Height and width of what it reads, in pixels: one number where they are equal."""
        return _size(self.shape_in)

    @property
    def c_in(self):
        """Channels that it reads."""
        return self.shape_in[-1]

    @property
    def size_out(self):
        """Height and width of what it writes, in pixels: one number where they are equal."""
        return _size(self.shape_out)

    @property
    def c_out(self):
        """Channels that it writes."""
        return self.shape_out[-1]

    @property
    def macs(self):
        """Multiply-accumulates for one image: each kernel weight once per output position."""
        height, width = self.shape_out[:-1] or (1, 1)
        return self.kernels * (height * width)

    @property
    def params(self):
        """All Keras variables, the four of each batch-normalised channel included."""
        return self.kernels + self.biases + 4 * self.norms

    @property
    def trainable_params(self):
        """Variables that training moves: a batch-normalised channel has two of them."""
        return self.kernels + self.biases + 2 * self.norms

    @property
    def activations(self):
        """Values that a convolution, depthwise or dense layer writes; 0 for other layers."""
        return volume(self.shape_out) * self.present if self.kind in COUNTED else 0


@dataclass(frozen=True, slots=True)
class FeatureMap:
    """The shape of feature maps (pixels, pixels, channels) and the layers that led there.

    `height` and `width` are None behind global pooling. Raises `ValueError` for an input whose
    sizes are not positive integers.
    """

    height: Any
    width: Any
    channels: Any
    layers: tuple = ()

    def __post_init__(self):
        if not self.layers:
            for name in ("height", "width", "channels"):
                size = getattr(self, name)
                if not (isinstance(size, np.ndarray) and size.ndim):
                    object.__setattr__(self, name, checks.integer(name, size))

    @property
    def shape(self):
        """`(height, width, channels)`, or `(channels,)` behind global pooling."""
        if self.height is None:
            return (self.channels,)
        return (self.height, self.width, self.channels)

    def after(self, name, kind, shape_out, **facts):
        """This map after one more layer, which writes `shape_out`."""
        name = name or f"{kind.lower()}_{len(self.layers) + 1}"
        layer = Layer(name, kind, self.shape, shape_out, **facts)
        size = shape_out[:-1] or (None, None)
        return FeatureMap(*size, shape_out[-1], (*self.layers, layer))


@dataclass(slots=True)
class Conv2D:
    """`keras.layers.Conv2D` for a `FeatureMap`; square kernels and strides."""

    filters: Any
    kernel_size: Any
    strides: Any = 1
    padding: str = "valid"
    activation: str | None = None
    use_bias: bool = True
    name: str | None = None

    def __call__(self, x):
        kernel, stride = square("kernel_size", self.kernel_size), square("strides", self.strides)
        return x.after(
            self.name,
            "Conv2D",
            (*_slid(x, kernel, stride, self.padding), self.filters),
            kernel=kernel,
            stride=stride,
            kernels=kernel * kernel * x.channels * self.filters,
            biases=self.filters if self.use_bias else 0,
        )


@dataclass(slots=True)
class DepthwiseConv2D:
    """`keras.layers.DepthwiseConv2D` for a `FeatureMap`; square kernels and strides."""

    kernel_size: Any
    strides: Any = 1
    padding: str = "valid"
    use_bias: bool = True
    name: str | None = None

    def __call__(self, x):
        kernel, stride = square("kernel_size", self.kernel_size), square("strides", self.strides)
        return x.after(
            self.name,
            "DepthwiseConv2D",
            (*_slid(x, kernel, stride, self.padding), x.channels),
            kernel=kernel,
            stride=stride,
            kernels=kernel * kernel * x.channels,
            biases=x.channels if self.use_bias else 0,
        )


@dataclass(slots=True)
class Dense:
    """`keras.layers.Dense` for a `FeatureMap` behind global pooling."""

    units: Any
    activation: str | None = None
    use_bias: bool = True
    name: str | None = None

    def __call__(self, x):
        biases = self.units if self.use_bias else 0
        kernels = x.channels * self.units
        return x.after(self.name, "Dense", (self.units,), kernels=kernels, biases=biases)


@dataclass(slots=True)
class BatchNormalization:
    """`keras.layers.BatchNormalization` for a `FeatureMap`."""

    name: str | None = None

    def __call__(self, x):
        return x.after(self.name, "BatchNormalization", x.shape, norms=x.channels)


@dataclass(slots=True)
class ReLU:
    """`keras.layers.ReLU` for a `FeatureMap`."""

    max_value: float | None = None
    name: str | None = None

    def __call__(self, x):
        return x.after(self.name, "ReLU", x.shape)


@dataclass(slots=True)
class ZeroPadding2D:
    """`keras.layers.ZeroPadding2D` for a `FeatureMap`: ((top, bottom), (left, right))."""

    padding: tuple
    name: str | None = None

    def __call__(self, x):
        (top, bottom), (left, right) = self.padding
        shape = (x.height + top + bottom, x.width + left + right, x.channels)
        return x.after(self.name, "ZeroPadding2D", shape)


@dataclass(slots=True)
class GlobalAveragePooling2D:
    """`keras.layers.GlobalAveragePooling2D` for a `FeatureMap`."""

    name: str | None = None

    def __call__(self, x):
        return x.after(self.name, "GlobalAveragePooling2D", (x.channels,))


@dataclass(slots=True)
class Reshape:
    """`keras.layers.Reshape` for a `FeatureMap`."""

    target_shape: tuple
    name: str | None = None

    def __call__(self, x):
        return x.after(self.name, "Reshape", tuple(self.target_shape))


@dataclass(slots=True)
class Dropout:
    """`keras.layers.Dropout` for a `FeatureMap`."""

    rate: float
    name: str | None = None

    def __call__(self, x):
        return x.after(self.name, "Dropout", x.shape)


@dataclass(slots=True)
class Add:
    """`keras.layers.Add` for `[shortcut, x]`, where `x` was computed from `shortcut`."""

    name: str | None = None

    def __call__(self, maps):
        shortcut, x = maps
        start = len(shortcut.layers)
        if any(a is not b for a, b in zip(shortcut.layers, x.layers, strict=False)) or (
            start > len(x.layers)
        ):
            raise ValueError("Add takes [shortcut, x], where x was computed from shortcut")
        source = shortcut.layers[-1].name if start else "input"
        return x.after(self.name, "Add", x.shape, shortcut=source)


def of(x):
    """The layer vocabulary for `x`: this module for a `FeatureMap`, else `keras.layers`."""
    if isinstance(x, FeatureMap):
        return sys.modules[__name__]
    if not hasattr(x, "shape"):
        checks.refuse("x", x, "a Keras tensor or a mobilenet_lab.layers.FeatureMap")
    return keras().layers


def keras():
    """The `keras` module; this is the one place where TensorFlow is imported."""
    if "keras" not in sys.modules:
        if importlib.util.find_spec("keras") is None:
            hint = 'building a model needs Keras: pip install "mobilenet-lab[keras]"'
            raise ModuleNotFoundError(hint, name="keras")
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
        with _native_silence():
            importlib.import_module("keras").ops.zeros(1)  # wakes TensorFlow, which talks then
    return importlib.import_module("keras")


@contextlib.contextmanager
def _native_silence():
    """Keep TensorFlow's start-up notes off the reader's page: they bypass Python's stderr."""
    sys.stderr.flush()
    kept = os.dup(2)
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def where(condition, step, x):
    """`step(x)` where the condition holds, else `x`; for a grid, each design by its own."""
    if not isinstance(condition, np.ndarray):
        return step(x) if condition else x
    if condition.all():
        return step(x)
    after, known = step(x), len(x.layers)
    tail = tuple(
        layer._replace(
            kernels=layer.kernels * condition,
            biases=layer.biases * condition,
            norms=layer.norms * condition,
            present=layer.present & condition,
        )
        for layer in after.layers[known:]
    )
    channels = np.where(condition, after.channels, x.channels)
    return replace(after, channels=channels, layers=x.layers + tail)


def scope(x, kind):
    """A name for the next part of this kind that the network of `x` does not have yet.

    The first stem is "stem", the second "stem2"; stages and blocks count from "stage1", "block1".
    """
    pattern = re.compile(rf"{kind}(\d*)_")
    found = [match[1] for name in _names(x) if (match := pattern.match(name))]
    number = max((int(digits or 1) for digits in found), default=0) + 1
    return kind if number == 1 and kind not in ("stage", "block") else f"{kind}{number}"


def square(name, value):
    """The side of a square kernel or stride that is given as `n` or `(n, n)`."""
    pair = isinstance(value, tuple | list) and len(value) == 2 and value[0] == value[1]
    accepted = "a positive integer n or the pair (n, n)"
    return checks.integer(name, value[0] if pair else value, accepted=accepted)


def volume(shape):
    """The number of values in a map of this shape."""
    if len(shape) == 1:
        return shape[0]
    height, width, channels = shape
    return height * width * channels


def _size(shape):
    """Height and width: one number where they are equal, 1 behind global pooling."""
    if len(shape) == 1:
        return 1
    height, width, _ = shape
    return height if height is width or np.all(height == width) else (height, width)


def _slid(x, kernel, stride, padding):
    """Height and width behind a sliding kernel."""
    height = _positions(x.height, kernel, stride, padding)
    return height, (height if x.width is x.height else _positions(x.width, kernel, stride, padding))


def _positions(size, kernel, stride, padding):
    """At how many places along one side a kernel stops."""
    if padding == "same":
        return -(-size // stride)
    positions = (size - kernel) // stride + 1
    if np.any(positions < 1):
        smallest = np.min(size)
        raise ValueError(f"a map of {smallest} px is too small for a {kernel}×{kernel} kernel")
    return positions


def _names(x):
    """The names of the layers that the network of `x` has so far, on every branch."""
    if isinstance(x, FeatureMap):
        return [layer.name for layer in x.layers]
    history = getattr(x, "_keras_history", None)
    seen, queue = {}, [history.operation] if history else []
    while queue:
        operation = queue.pop()
        if id(operation) not in seen:
            seen[id(operation)] = operation.name
            queue += [
                node.operation for own in operation._inbound_nodes for node in own.parent_nodes
            ]
            queue += [node.operation for node in operation._outbound_nodes]
    return list(seen.values())
