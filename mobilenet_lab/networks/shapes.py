"""Keras' layers for shapes: what a network does to a `FeatureMap`, layer by layer, without Keras.

The classes have the names and arguments of `keras.layers`; each writes one `trace.Layer`. A
`FeatureMap`'s sizes and channels may be NumPy arrays that broadcast against each other; then one
pass describes a whole grid of networks.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from mobilenet_lab import checks
from mobilenet_lab.networks.feature_map import FeatureMap
from mobilenet_lab.networks.merging import Add, Concatenate, Multiply
from mobilenet_lab.networks.trace import Count, volume
from mobilenet_lab.networks.windows import Window, sides, square

__all__ = [
    "Activation",
    "Add",
    "AveragePooling2D",
    "BatchNormalization",
    "Concatenate",
    "Conv2D",
    "Cropping2D",
    "Dense",
    "DepthwiseConv2D",
    "Dropout",
    "FeatureMap",
    "Flatten",
    "GlobalAveragePooling2D",
    "MaxPooling2D",
    "Multiply",
    "Permute",
    "ReLU",
    "Rescaling",
    "Reshape",
    "UpSampling2D",
    "ZeroPadding2D",
    "where",
]


@dataclass(slots=True)
class Conv2D:
    """`keras.layers.Conv2D` for a `FeatureMap`; square strides.

    Raises `ValueError` where the `groups` do not divide the channels of both maps.
    """

    filters: Any
    kernel_size: Any
    strides: Any = 1
    padding: str = "valid"
    dilation_rate: Any = 1
    groups: int = 1
    activation: str | None = None
    use_bias: bool = True
    name: str | None = None

    def __call__(self, x: FeatureMap) -> FeatureMap:
        window = Window.of(self)
        if self.groups != 1:
            self._check_groups(x.channels)
        return x.after(
            self,
            "pointwise" if window.kernel == 1 else "convolution",
            (*window.slid(x, self.padding), self.filters),
            **window.facts,
            groups=self.groups,
            kernels=window.positions * (x.channels // self.groups) * self.filters,
            biases=self.filters if self.use_bias else 0,
            function=self.activation or "",
        )

    def _check_groups(self, channels: Any) -> None:
        groups = checks.integer("groups", self.groups)
        if np.any(channels % groups) or np.any(self.filters % groups):
            accepted = f"a divisor of {channels} channels and of {self.filters} filters"
            checks.refuse("groups", groups, accepted)


@dataclass(slots=True)
class DepthwiseConv2D:
    """`keras.layers.DepthwiseConv2D` for a `FeatureMap`; square strides."""

    kernel_size: Any
    strides: Any = 1
    padding: str = "valid"
    dilation_rate: Any = 1
    use_bias: bool = True
    name: str | None = None

    def __call__(self, x: FeatureMap) -> FeatureMap:
        window = Window.of(self)
        return x.after(
            self,
            "depthwise",
            (*window.slid(x, self.padding), x.channels),
            **window.facts,
            kernels=window.positions * x.channels,
            biases=x.channels if self.use_bias else 0,
        )


@dataclass(slots=True)
class MaxPooling2D:
    """`keras.layers.MaxPooling2D` for a `FeatureMap`; square strides."""

    pool_size: Any = 2
    strides: Any = None  # those of the window
    padding: str = "valid"
    name: str | None = None

    def __call__(self, x: FeatureMap) -> FeatureMap:
        return _pooled(self, x, "max_pooling")


@dataclass(slots=True)
class AveragePooling2D:
    """`keras.layers.AveragePooling2D` for a `FeatureMap`; square strides."""

    pool_size: Any = 2
    strides: Any = None  # those of the window
    padding: str = "valid"
    name: str | None = None

    def __call__(self, x: FeatureMap) -> FeatureMap:
        return _pooled(self, x, "average_pooling")


def _pooled(own: Any, x: FeatureMap, op: str) -> FeatureMap:
    kernel = sides("pool_size", own.pool_size)
    stride = square("strides", own.pool_size if own.strides is None else own.strides)
    window = Window(kernel, stride)
    return x.after(own, op, (*window.slid(x, own.padding), x.channels), **window.facts)


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
class Cropping2D:
    """`keras.layers.Cropping2D` for a `FeatureMap`: ((top, bottom), (left, right))."""

    cropping: Any
    name: str | None = None

    def __call__(self, x: FeatureMap) -> FeatureMap:
        (top, bottom), (left, right) = self.cropping
        shape = (x.height - top - bottom, x.width - left - right, x.channels)
        return x.after(self, "cropping", shape)


@dataclass(slots=True)
class UpSampling2D:
    """`keras.layers.UpSampling2D` for a `FeatureMap`: (copies of a row, of a column)."""

    size: Any = (2, 2)
    name: str | None = None

    def __call__(self, x: FeatureMap) -> FeatureMap:
        rows, columns = self.size
        shape = (x.height * rows, x.width * columns, x.channels)
        return x.after(self, "upsampling", shape)


@dataclass(slots=True)
class Rescaling:
    """`keras.layers.Rescaling` for a `FeatureMap`."""

    scale: float
    offset: float = 0.0
    name: str | None = None

    def __call__(self, x: FeatureMap) -> FeatureMap:
        return x.after(self, "rescaling", x.shape)


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
class Permute:
    """`keras.layers.Permute` for a `FeatureMap`: `dims` count from 1, such as (1, 3, 2)."""

    dims: Any
    name: str | None = None

    def __call__(self, x: FeatureMap) -> FeatureMap:
        return x.after(self, "permutation", tuple(x.shape[axis - 1] for axis in self.dims))


@dataclass(slots=True)
class Flatten:
    """`keras.layers.Flatten` for a `FeatureMap`."""

    name: str | None = None

    def __call__(self, x: FeatureMap) -> FeatureMap:
        return x.after(self, "reshape", (volume(x.shape),))


@dataclass(slots=True)
class Dropout:
    """`keras.layers.Dropout` for a `FeatureMap`."""

    rate: float
    name: str | None = None

    def __call__(self, x: FeatureMap) -> FeatureMap:
        return x.after(self, "dropout", x.shape)


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
