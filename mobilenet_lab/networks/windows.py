"""What slides over a map: kernels and pooling windows."""

from typing import Any, NamedTuple

import numpy as np

from mobilenet_lab import checks
from mobilenet_lab.networks.feature_map import FeatureMap
from mobilenet_lab.networks.trace import Count, both_sides


def square(name: str, value: Any) -> int:
    """The side of a square kernel or stride, given as `n` or `(n, n)`."""
    pair = isinstance(value, tuple | list) and len(value) == 2 and value[0] == value[1]
    accepted = "a positive integer n or the pair (n, n)"
    return checks.integer(name, value[0] if pair else value, accepted=accepted)


def sides(name: str, value: Any) -> Any:
    """The sides of a kernel: `n` where both are equal, else `(height, width)`."""
    if isinstance(value, tuple | list) and len(value) == 2 and value[0] != value[1]:
        accepted = "a positive integer n or a pair of them"
        return tuple(checks.integer(name, side, accepted=accepted) for side in value)
    return square(name, value)


class Window(NamedTuple):
    """What slides over a map: the kernel's side or sides, its stride and its dilation."""

    kernel: Any
    stride: int
    dilation: int = 1

    @classmethod
    def of(cls, own: Any) -> "Window":
        """The window of a convolution. Raises `ValueError` for a stride and a dilation at once."""
        stride = square("strides", own.strides)
        dilation = square("dilation_rate", own.dilation_rate)
        if stride > 1 and dilation > 1:
            checks.refuse("dilation_rate", dilation, f"1 where the stride is {stride}")
        return cls(sides("kernel_size", own.kernel_size), stride, dilation)

    @property
    def sides(self) -> tuple[int, int]:
        """Height and width of the kernel."""
        return both_sides(self.kernel)

    @property
    def positions(self) -> int:
        """The weights of one channel."""
        return self.sides[0] * self.sides[1]

    @property
    def facts(self) -> dict[str, Any]:
        """The fields of a `Layer` that it sets."""
        return self._asdict()

    def slid(self, x: FeatureMap, padding: str) -> tuple[Count, Count]:
        """Height and width of what it writes."""
        high, wide = self.sides
        height = self._steps(x.height, high, padding)
        is_square = x.width is x.height and high == wide
        return height, (height if is_square else self._steps(x.width, wide, padding))

    def _steps(self, size: Count, kernel: int, padding: str) -> Count:
        """The number of kernel positions along one side."""
        if padding == "same":
            return -(-size // self.stride)
        reach = (kernel - 1) * self.dilation + 1
        positions = (size - reach) // self.stride + 1
        if np.any(positions < 1):
            smallest = np.min(size)
            raise ValueError(f"a map of {smallest} px is too small for a {reach}×{reach} kernel")
        return positions
