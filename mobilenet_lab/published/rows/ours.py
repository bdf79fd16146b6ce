"""The rows of networks that the v1 paper built of its own blocks, and of single layers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from mobilenet_lab import mobilenet_v1
from mobilenet_lab.layers import FeatureMap
from mobilenet_lab.networks.design import DROPOUT, Design


@dataclass(frozen=True)
class V1:
    """A v1 with other rows or blocks; `first` filters in the first convolution, whatever alpha."""

    size: int = 224
    alpha: float = 1.0
    classes: int = 1000
    first: int = 0
    rows: Sequence[tuple[int, ...]] = mobilenet_v1.ROWS
    block: Callable[..., Any] = mobilenet_v1.depthwise_block

    def __call__(self) -> FeatureMap:
        """The whole network."""
        x = mobilenet_v1.learner(self.stem(), self.alpha, rows=self.rows, block=self.block)
        return mobilenet_v1.classifier(x, self.alpha, DROPOUT, self.classes)

    def stem(self) -> FeatureMap:
        """Its stem, of which only the block is as wide as `alpha` says."""

        def block(x: Any, n_filters: int, _: float, strides: int, **more: Any) -> Any:
            return self.block(x, n_filters, self.alpha, strides, **more)

        x = FeatureMap(self.size, self.size, 3)
        return mobilenet_v1.stem(x, self.first / 32 if self.first else self.alpha, block=block)


def with_sixteen_filters(design: Design) -> V1 | None:
    """A v1 design with 16 filters in the first convolution; None for other families."""
    if design.family != mobilenet_v1.FAMILY.key or not isinstance(design.resolution, int):
        return None
    return V1(design.resolution, design.alpha, design.classes, first=16)


def _layer(size: int, channels: int, block: Any = mobilenet_v1.depthwise_block) -> FeatureMap:
    """One block between maps of the same channels."""
    return block(FeatureMap(size, size, channels), channels, 1.0, 1)


def _body() -> FeatureMap:
    """v1 without its classifier."""
    return mobilenet_v1.learner(V1().stem(), 1.0)


# Cells of the Earth: what makes the final layer of 10 million weights that the text names.
PLANET_CELLS = round(10**7 / 1024)

# v1's rows without the five blocks that repeat 512 channels at 14 px
SHALLOW = tuple((filters, 1 if filters == 512 else n) for filters, n in mobilenet_v1.ROWS)

NETWORKS: dict[tuple[str, ...], dict[str, Callable[[], Any]]] = {
    ("v1-3", "Convolution"): {"": lambda: _layer(14, 512, mobilenet_v1.full_block)},
    ("v1-3", "Depthwise Separable Conv"): {"": lambda: _layer(14, 512)},
    ("v1-3", "alpha=0.75"): {"": lambda: _layer(14, 384)},
    ("v1-3", "rho=0.714"): {"": lambda: _layer(10, 384)},
    ("v1-4", "Conv MobileNet"): {"": V1(block=mobilenet_v1.full_block)},
    ("v1-5", "Shallow MobileNet"): {"": V1(rows=SHALLOW)},
    ("v1-text", "PlaNet MobileNet"): {"": V1(classes=PLANET_CELLS)},
    ("v1-text", "PlaNet MobileNet body"): {"": _body},
}
EMBEDDING = "the paper does not describe the layers that follow the body"
REASONS: dict[tuple[str, ...], str] = {
    ("v1-14", row, "parameters"): EMBEDDING
    for row in (
        "1.0 MobileNet-160",
        "1.0 MobileNet-128",
        "0.75 MobileNet-128",
        "0.75 MobileNet-128 (2)",
    )
}
