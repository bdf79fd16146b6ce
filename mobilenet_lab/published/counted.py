"""What the sources count besides `costs.conventions`: shares, memory, depthwise layers as one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from mobilenet_lab.costs.conventions import Amounts, Convention
from mobilenet_lab.layers import Layer


@dataclass(frozen=True)
class Share:
    """The percentage of a count that one part makes up (v1, Table 2)."""

    convention: Convention
    part: str = ""

    @property
    def weighs(self) -> bool:
        """Whether it is a share of what a network stores rather than of what it computes."""
        return self.convention.weighs

    def count(self, amounts: Amounts) -> Any:
        """The share in percent, exact."""
        found = self.convention.parts(amounts)
        return Fraction(100 * found[self.part], sum(found.values()))

    def __str__(self) -> str:
        return f"{self.part.replace('_', ' ')} in {self.convention}"


@dataclass(frozen=True)
class OneChannel:
    """A count in which each depthwise layer is as if it had a single channel (Paddle's lists).

    So its weights are 9 for a 3×3 kernel. It comes of a division by the number of groups, of which
    a depthwise layer has one a channel, where the kernel's shape has been divided by it already.
    """

    convention: Convention

    def __call__(self, layers: Sequence[Layer]) -> int:
        """The count of a trace."""
        own = self.convention
        over = sum(
            amount - amount // layer.c_out
            for layer in layers
            if layer.op == "depthwise"
            for amount in [layer.kernels if own.weighs else layer.macs]
        )
        return own(layers) - over * (2 if own.measure == "FLOPs" else 1)

    def __str__(self) -> str:
        return f"{self.convention}, depthwise layers as of one channel"


@dataclass(frozen=True)
class Memory:
    """Bytes of the largest block output or pooled vector (v2, Table 3: 16 bits a value).

    `size` is "56x56" or, over all sizes but `without`, "max". `by_reader` takes a map with the
    output channels of the block that reads it, not of the one that writes it.
    """

    size: str = "max"
    without: str = ""
    by_reader: bool = False
    bits: int = 16

    def __call__(self, layers: Sequence[Layer]) -> int:
        """The bytes of a trace; 0 if it has no map of this size."""
        maps: dict[str, int] = {}
        for side, channels in self._maps(layers):
            name = f"{side}x{side}"
            maps[name] = max(maps.get(name, 0), self.bits // 8 * side * side * channels)
        if self.size != "max":
            return maps.get(self.size, 0)
        return max(memory for size, memory in maps.items() if size != self.without)

    def _maps(self, layers: Sequence[Layer]) -> Iterator[tuple[int, int]]:
        """(side, channels) of each block and of the pooled vector."""
        blocks: dict[str, list[Layer]] = {}
        for layer in layers:
            if layer.block:
                blocks.setdefault(layer.block, []).append(layer)
            if layer.op == "pooling":
                yield 1, layer.c_out
        for own in blocks.values():
            yield own[0].size_in if self.by_reader else own[-1].size_out, own[-1].c_out

    def __str__(self) -> str:
        without = f", without {self.without}" if self.size == "max" and self.without else ""
        return f"largest block output, {self.bits} bits a value{without}"
