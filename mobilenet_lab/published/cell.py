"""A printed count with the network, the count and the rounding that its source uses."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache

from mobilenet_lab.costs.conventions import Amounts, Convention, operations, weights
from mobilenet_lab.layers import FeatureMap, Layer
from mobilenet_lab.networks.design import Design, trace
from mobilenet_lab.published.counted import Memory, OneChannel, Share
from mobilenet_lab.published.roundings import ROUNDINGS, Figures

Network = Design | Callable[[], FeatureMap | Sequence[Layer]]
Count = Convention | Share | Memory | OneChannel

UNITS = {"1": 1, "%": 1, "kB": 10**3, "KiB": 2**10, "million": 10**6, "billion": 10**9}


@dataclass(frozen=True)
class Cell:
    """A printed count, and what its source counted and rounded.

    `network` is a `Design`, a callable that gives the layers, or None where there is none; then
    `reason` says why. `others` are the networks that the source may mean as well, each with a name.
    """

    table: str
    row: str
    quantity: str
    unit: str
    printed: str
    network: Network | None
    count: Count | None
    rounding: str
    others: tuple[tuple[str, Network], ...] = ()
    reason: str = ""

    @cached_property
    def value(self) -> int | Fraction | None:
        """The exact count, or share in percent; None where nothing can be computed."""
        if self.network is None or self.count is None:
            return None
        return counted(self.network, self.count)

    @property
    def decimals(self) -> int:
        """How many digits are printed after the point."""
        return len(self.printed.partition(".")[2])

    @property
    def figure(self) -> int:
        """The printed number in units of its last place: 424 for 4.24."""
        return int(self.printed.replace(".", ""))

    def prints(self, value: int | Fraction, rounding: str = "") -> Figures:
        """What the source prints for a count, as `figure`: one, or several that are possible.

        By another `rounding` than its own, what it would print.
        """
        exact = Fraction(value)
        under = UNITS[self.unit] * exact.denominator
        return ROUNDINGS[rounding or self.rounding](exact.numerator, under, self.decimals)

    @cached_property
    def figures(self) -> Figures:
        """What the source prints for our own count."""
        return self.prints(self.value or 0)

    def agrees(self) -> bool:
        """Whether our own count has the printed digits."""
        return self.value is not None and self.figure in self.figures

    @property
    def off(self) -> Fraction:
        """How far our own count is above the printed one, in percent of that."""
        own = Fraction(self.value or 0) / UNITS[self.unit]
        printed = Fraction(self.printed)
        return 100 * (own - printed) / printed if printed else Fraction(0)


@lru_cache(maxsize=4096)
def counted(network: Network, count: Count) -> int | Fraction:
    """A count of a network, worked out once for all cells and readings."""
    if isinstance(count, Convention | Share):
        return count.count(_amounts(network)[count.weighs])
    return count(_layers(network))


@lru_cache(maxsize=1024)
def _amounts(network: Network) -> tuple[Amounts, Amounts]:
    """What a network computes and what it stores; integers, so the layers need not be kept."""
    layers = _layers(network)
    return operations(layers), weights(layers)


def _layers(network: Network) -> Sequence[Layer]:
    if isinstance(network, Design):
        return trace(network)
    found = network()
    return found.layers if isinstance(found, FeatureMap) else tuple(found)
