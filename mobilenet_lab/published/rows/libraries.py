"""The rows of libraries that narrow v2 by another rule than the papers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mobilenet_lab import layers, mobilenet_v2
from mobilenet_lab.layers import FeatureMap
from mobilenet_lab.networks.parts import normalised
from mobilenet_lab.networks.widths import truncated

# At α = 1 this dialect leaves the widths of blocks as its rows say, and nothing else that is
# counted at 224 px differs from the paper's.
AS_GIVEN = "listing"


@dataclass(frozen=True)
class V2:
    """A v2 for 224 px with the channels of each convolution as `width(channels, alpha)` has them.

    The last convolution is not narrowed: below an alpha of 1 it keeps 1280 filters.
    """

    width: Callable[[int, float], Any]
    alpha: float

    def __call__(self) -> FeatureMap:
        """The whole network, for 1000 classes."""
        rows = [(t, self.width(c, self.alpha), n, s) for t, c, n, s in mobilenet_v2.ROWS]
        x = _stem(FeatureMap(224, 224, 3), self.width(32, self.alpha))
        for t, c, n, s in rows:
            expansion = 6 if t is None else t
            x = mobilenet_v2.inverted_group(x, c, n, 1.0, expansion, s, dialect=AS_GIVEN)
        return mobilenet_v2.classifier(mobilenet_v2.last(x, self.alpha), 1000)


@layers.part("stem")
def _stem(x: FeatureMap, filters: int, *, name: str = "") -> FeatureMap:
    """The first convolution, of so many filters."""
    convolution = layers.of(x).Conv2D(
        filters, 3, strides=2, padding="same", use_bias=False, name=f"{name}_conv"
    )
    return normalised(convolution(x), name)


def _fours(channels: int, alpha: float) -> int:
    """The multiple of 4 nearest to channels · alpha, at least 4, at most 10 % down."""
    width = max(int(channels * alpha + 2) // 4 * 4, 4)
    return width + 4 * (width < 0.9 * channels * alpha)


NETWORKS: dict[tuple[str, ...], dict[str, Callable[[], Any]]] = {
    ("d-li14", "MobileNetV2 0.1"): {"": V2(_fours, 0.1)},
    **{
        ("paddle", f"MobileNetV2_x{name}"): {"": V2(truncated, alpha)}
        for name, alpha in (("0_25", 0.25), ("0_5", 0.5), ("0_75", 0.75), ("1_5", 1.5))
    },
}
REASONS: dict[tuple[str, ...], str] = {}
