"""Keras' layers for shapes: what a network does to a `FeatureMap`, layer by layer, without Keras.

The classes have the names and arguments of `keras.layers`; each writes one `trace.Layer`. A
`FeatureMap`'s sizes and channels may be NumPy arrays that broadcast against each other; then one
pass describes a whole grid of networks.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from mobilenet_lab import checks
from mobilenet_lab.networks.trace import IMAGE, Count, Layer, Shape


@dataclass(frozen=True, slots=True)
class FeatureMap:
    """The shape of feature maps (pixels, pixels, channels) and the layers that led there.

    `height` and `width` are None after global pooling. `stage` and `block` are those that the next
    layer belongs to (see `layers.part`). Raises `ValueError` for an input whose sizes are not
    positive integers.
    """

    height: Any
    width: Any
    channels: Any
    layers: tuple[Layer, ...] = ()
    stage: str = ""
    block: str = ""

    def __post_init__(self) -> None:
        if not self.layers:
            for name in ("height", "width", "channels"):
                size = getattr(self, name)
                if isinstance(size, np.ndarray) and size.ndim:
                    checks.integers(name, size)
                else:
                    object.__setattr__(self, name, checks.integer(name, size))

    @property
    def shape(self) -> Shape:
        """`(height, width, channels)`, or `(channels,)` after global pooling."""
        if self.height is None:
            return (self.channels,)
        return (self.height, self.width, self.channels)

    @property
    def source(self) -> str:
        """The name of the layer that produced this map, "input" for the image."""
        return self.layers[-1].name if self.layers else IMAGE

    def inside(self, stage: str, block: str) -> "FeatureMap":
        """The same map, with the stage and block of the layers to come."""
        return FeatureMap(self.height, self.width, self.channels, self.layers, stage, block)

    def after(self, own: Any, op: str, shape_out: Shape, **facts: Any) -> "FeatureMap":
        """This map after one more layer, `own`, which does `op` and writes `shape_out`."""
        kind = type(own).__name__
        name = own.name or f"{kind.lower()}_{len(self.layers) + 1}"
        facts = {"reads": (self.source,), "shape_in": self.shape} | facts
        role = name.rsplit("_", 1)[-1]
        layer = Layer(name, op, kind, self.stage, self.block, role, shape_out=shape_out, **facts)
        height, width = shape_out[:-1] or (None, None)
        layers = (*self.layers, layer)
        return FeatureMap(height, width, shape_out[-1], layers, self.stage, self.block)


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

    def __call__(self, x: FeatureMap) -> FeatureMap:
        kernel, stride = square("kernel_size", self.kernel_size), square("strides", self.strides)
        return x.after(
            self,
            "pointwise" if kernel == 1 else "convolution",
            (*_slid(x, kernel, stride, self.padding), self.filters),
            kernel=kernel,
            stride=stride,
            kernels=kernel * kernel * x.channels * self.filters,
            biases=self.filters if self.use_bias else 0,
            function=self.activation or "",
        )


@dataclass(slots=True)
class DepthwiseConv2D:
    """`keras.layers.DepthwiseConv2D` for a `FeatureMap`; square kernels and strides."""

    kernel_size: Any
    strides: Any = 1
    padding: str = "valid"
    use_bias: bool = True
    name: str | None = None

    def __call__(self, x: FeatureMap) -> FeatureMap:
        kernel, stride = square("kernel_size", self.kernel_size), square("strides", self.strides)
        return x.after(
            self,
            "depthwise",
            (*_slid(x, kernel, stride, self.padding), x.channels),
            kernel=kernel,
            stride=stride,
            kernels=kernel * kernel * x.channels,
            biases=x.channels if self.use_bias else 0,
        )


@dataclass(slots=True)
class Dense:
    """`keras.layers.Dense` for a `FeatureMap`: over the channels of each position."""

    units: Any
    activation: str | None = None
    use_bias: bool = True
    name: str | None = None

    def __call__(self, x: FeatureMap) -> FeatureMap:
        return x.after(
            self,
            "dense",
            (*x.shape[:-1], self.units),
            kernels=x.channels * self.units,
            biases=self.units if self.use_bias else 0,
            function=self.activation or "",
        )


@dataclass(slots=True)
class BatchNormalization:
    """`keras.layers.BatchNormalization` for a `FeatureMap`."""

    momentum: float = 0.99
    name: str | None = None

    def __call__(self, x: FeatureMap) -> FeatureMap:
        return x.after(self, "batch_norm", x.shape, norms=x.channels)


@dataclass(slots=True)
class ReLU:
    """`keras.layers.ReLU` for a `FeatureMap`."""

    max_value: float | None = None
    name: str | None = None

    def __call__(self, x: FeatureMap) -> FeatureMap:
        function = "ReLU" if self.max_value is None else f"ReLU{self.max_value:g}"
        return x.after(self, "activation", x.shape, function=function)


@dataclass(slots=True)
class Activation:
    """`keras.layers.Activation` for a `FeatureMap`, such as "hard_swish"."""

    activation: str
    name: str | None = None

    def __call__(self, x: FeatureMap) -> FeatureMap:
        return x.after(self, "activation", x.shape, function=self.activation)


@dataclass(slots=True)
class ZeroPadding2D:
    """`keras.layers.ZeroPadding2D` for a `FeatureMap`: ((top, bottom), (left, right))."""

    padding: Any
    name: str | None = None

    def __call__(self, x: FeatureMap) -> FeatureMap:
        (top, bottom), (left, right) = self.padding
        shape = (x.height + top + bottom, x.width + left + right, x.channels)
        return x.after(self, "padding", shape)


@dataclass(slots=True)
class GlobalAveragePooling2D:
    """`keras.layers.GlobalAveragePooling2D` for a `FeatureMap`."""

    keepdims: bool = False
    name: str | None = None

    def __call__(self, x: FeatureMap) -> FeatureMap:
        shape = (1, 1, x.channels) if self.keepdims else (x.channels,)
        return x.after(self, "pooling", shape)


@dataclass(slots=True)
class Reshape:
    """`keras.layers.Reshape` for a `FeatureMap`."""

    target_shape: Any
    name: str | None = None

    def __call__(self, x: FeatureMap) -> FeatureMap:
        return x.after(self, "reshape", tuple(self.target_shape))


@dataclass(slots=True)
class Dropout:
    """`keras.layers.Dropout` for a `FeatureMap`."""

    rate: float
    name: str | None = None

    def __call__(self, x: FeatureMap) -> FeatureMap:
        return x.after(self, "dropout", x.shape)


@dataclass(slots=True)
class Add:
    """`keras.layers.Add` for maps of one network, such as `[shortcut, x]`."""

    name: str | None = None

    def __call__(self, maps: Sequence[FeatureMap]) -> FeatureMap:
        return _merged(self, "addition", maps)


@dataclass(slots=True)
class Multiply:
    """`keras.layers.Multiply` for maps of one network, such as `[x, gate]`."""

    name: str | None = None

    def __call__(self, maps: Sequence[FeatureMap]) -> FeatureMap:
        return _merged(self, "multiplication", maps)


def _merged(own: Any, op: str, maps: Sequence[FeatureMap]) -> FeatureMap:
    """Merge maps of one network: all the layers that led to any of them, then this one."""
    layers = {id(layer): layer for one in maps for layer in one.layers}
    starts = {id(one.layers[0]) for one in maps if one.layers}
    if len(starts) > 1 or len({layer.name for layer in layers.values()}) < len(layers):
        kind = type(own).__name__
        checks.refuse(f"{kind}'s maps", [one.shape for one in maps], "maps of one network")
    last = maps[-1]
    x = replace(last, layers=tuple(layers.values()))
    shape = max((one.shape for one in maps), key=_room)
    return x.after(own, op, shape, shape_in=shape, reads=tuple(one.source for one in maps))


def _room(shape: Shape) -> tuple[int, int]:
    """Sort key for the shapes of merged maps: a gate of one position comes before a map."""
    return len(shape), int(np.max(shape[0]))


def square(name: str, value: Any) -> int:
    """The side of a square kernel or stride, given as `n` or `(n, n)`."""
    pair = isinstance(value, tuple | list) and len(value) == 2 and value[0] == value[1]
    accepted = "a positive integer n or the pair (n, n)"
    return checks.integer(name, value[0] if pair else value, accepted=accepted)


def _slid(x: FeatureMap, kernel: int, stride: int, padding: str) -> tuple[Count, Count]:
    """Height and width after a sliding kernel."""
    height = _positions(x.height, kernel, stride, padding)
    return height, (height if x.width is x.height else _positions(x.width, kernel, stride, padding))


def _positions(size: Count, kernel: int, stride: int, padding: str) -> Count:
    """The number of kernel positions along one side."""
    if padding == "same":
        return -(-size // stride)
    positions = (size - kernel) // stride + 1
    if np.any(positions < 1):
        smallest = np.min(size)
        raise ValueError(f"a map of {smallest} px is too small for a {kernel}×{kernel} kernel")
    return positions


def where(condition: Any, step: Any, x: FeatureMap) -> FeatureMap:
    """`step(x)` where the condition holds, else `x`; for a grid, each design by its own."""
    if condition.all():
        return step(x)
    if not condition.any():
        return x
    after, before = step(x), len(x.layers)
    tail = tuple(
        layer._replace(
            kernels=_masked(layer.kernels, condition),
            biases=_masked(layer.biases, condition),
            norms=_masked(layer.norms, condition),
            present=condition if layer.present is True else layer.present & condition,
            instead=layer.instead or x.source,
        )
        for layer in after.layers[before:]
    )
    channels = np.where(condition, after.channels, x.channels)
    return replace(after, channels=channels, layers=x.layers + tail)


def _masked(amount: Count, condition: np.ndarray) -> Count:
    """The amount in the designs that have the layer; a plain 0 if it is 0 in all of them."""
    return 0 if isinstance(amount, int) and amount == 0 else amount * condition
