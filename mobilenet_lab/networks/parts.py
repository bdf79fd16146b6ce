"""Steps that several families share, in the vocabulary of `layers`."""

from collections.abc import Mapping
from typing import Any

from mobilenet_lab import checks, layers

MOST_BLOCKS = 1000  # of a stage; absurdly deep networks would take minutes, then all memory


def dialect_of(name: str, dialects: Mapping[str, Any]) -> Any:
    """A family's dialect by name. Raises `ValueError` for an unknown one."""
    return dialects[checks.one_of("dialect", name, dialects)]


def padded(x: Any, stride: int, pads: bool, name: str) -> tuple[Any, str]:
    """`x` as the next 3×3 convolution wants it, and that convolution's padding.

    A source that `pads` puts zeros below and on the right before a stride of 2, so that an odd map
    is rounded down.
    """
    if not pads or stride != 2:
        return x, "same"
    return layers.of(x).ZeroPadding2D(((0, 1), (0, 1)), name=f"{name}_pad")(x), "valid"


def normalised(x: Any, name: str, ceiling: float | None = 6.0) -> Any:
    """Batch normalisation and ReLU, which cuts off at `ceiling`."""
    k = layers.of(x)
    x = k.BatchNormalization(name=f"{name}_bn")(x)
    return k.ReLU(ceiling, name=f"{name}_relu")(x)
