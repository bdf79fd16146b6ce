"""The shape of feature maps, and the layers that led there."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from mobilenet_lab import checks
from mobilenet_lab.networks.trace import IMAGE, Layer, Shape


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
