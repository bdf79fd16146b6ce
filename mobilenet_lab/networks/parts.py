"""Steps that several families share, in the vocabulary of `layers`."""

from collections.abc import Callable, Mapping
from typing import Any

from mobilenet_lab import checks, layers

MOST_BLOCKS = 1000  # of a stage; absurdly deep networks would take minutes, then all memory
NORM_MOMENTUM = 0.99  # Keras' own, of the running mean and variance

Padding = Callable[[Any], tuple[Any, Any]]  # side → zeros before and after it, for a stride of 2


def dialect_of(name: str, dialects: Mapping[str, Any]) -> Any:
    """A family's dialect by name. Raises `ValueError` for an unknown one."""
    return dialects[checks.one_of("dialect", name, dialects)]


def behind(side: Any) -> tuple[Any, Any]:
    """Zeros below and on the right only: an odd map is rounded down."""
    return 0, 1


def around(side: Any) -> tuple[Any, Any]:
    """As "same" pads, in a layer of its own: an odd map is rounded up (Keras' `correct_pad`)."""
    return (0 if side is None else side % 2), 1


def padded(
    x: Any, stride: int, padding: Padding | None, name: str, kernel: int = 3
) -> tuple[Any, str]:
    """`x` as the next convolution of side `kernel` wants it, and that convolution's own padding.

    A source may pad in a layer of its own before a stride of 2: `padding` says how for a 3×3
    kernel, and a larger one needs as many more zeros on each side as it is wider there. None leaves
    it to the convolution's "same", which rounds odd maps up.
    """
    if padding is None or stride != 2:
        return x, "same"
    height, width = x.shape[-3:-1]
    wider = (kernel - 3) // 2
    zeros = tuple(
        (before + wider, after + wider) for before, after in map(padding, (height, width))
    )
    return layers.of(x).ZeroPadding2D(zeros, name=f"{name}_pad")(x), "valid"


def normalised(
    x: Any, name: str, ceiling: float | None = 6.0, momentum: float = NORM_MOMENTUM
) -> Any:
    """Batch normalisation and ReLU, which cuts off at `ceiling`."""
    k = layers.of(x)
    x = k.BatchNormalization(momentum=momentum, name=f"{name}_bn")(x)
    return k.ReLU(ceiling, name=f"{name}_relu")(x)
