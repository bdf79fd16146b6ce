"""Convolutions as the papers' other networks have them, and what their alternatives add."""

from typing import Any

from mobilenet_lab import layers
from mobilenet_lab.layers import FeatureMap, Layer, Tensor
from mobilenet_lab.networks import parts


def biased(
    x: Tensor,
    filters: int,
    kernel: Any,
    strides: int = 1,
    padding: str = "same",
    *,
    name: str,
    **more: int,
) -> Tensor:
    """A convolution with bias, and ReLU: networks from before batch normalisation.

    `more` are `groups` or a `dilation_rate`.
    """
    k = layers.of(x)
    x = k.Conv2D(filters, kernel, strides=strides, padding=padding, name=f"{name}_conv", **more)(x)
    return k.ReLU(name=f"{name}_relu")(x)


def normalised(
    x: Tensor, filters: int, kernel: Any, strides: int = 1, padding: str = "same", *, name: str
) -> Tensor:
    """A convolution without bias, batch normalisation and ReLU."""
    x = layers.of(x).Conv2D(
        filters, kernel, strides=strides, padding=padding, use_bias=False, name=f"{name}_conv"
    )(x)
    return parts.normalised(x, name, ceiling=None)


def joined(*maps: FeatureMap) -> tuple[Layer, ...]:
    """The layers of a network with several outputs, each once."""
    return tuple({id(layer): layer for one in maps for layer in one.layers}.values())
