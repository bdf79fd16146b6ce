"""What the designs of a trace cost by the limits of a budget, many at once."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from mobilenet_lab import checks
from mobilenet_lab.costs import arenas, files
from mobilenet_lab.costs.latency_model import LatencyModel
from mobilenet_lab.costs.work import WORK, by_kind
from mobilenet_lab.layers import Layer
from mobilenet_lab.networks.trace import Count
from mobilenet_lab.search.budget import LIMITS, Budget

COUNTED = ("macs", "params", "flash")  # prices that are one count
Columns = Mapping[str, Any]  # counts of some designs, by name


class Pricing:
    """The prices of traces by the definitions of a budget.

    `latency`, which may be None, predicts milliseconds. `names` are the prices that are limited.
    """

    def __init__(self, budget: Budget, latency: LatencyModel | None = None) -> None:
        self.budget, self.latency = budget, latency
        self.names = tuple(budget.limits)

    def quick(self, layers: tuple[Layer, ...]) -> dict[str, Count]:
        """MACs, and what the limits are about; for RAM a lower bound. For a grid's trace."""
        names = {"macs", *self.names} - {"ram"}
        found = self._counts(layers, names)
        if "ram" in self.names:
            found["ram"] = arenas.least(layers, self.budget.bits, self.budget.runtime)
        return found

    def ram(self, layers: tuple[Layer, ...], where: arenas.Where = ()) -> Count:
        """The RAM of designs by their places along the axes of a grid's trace."""
        return arenas.rams(layers, self.budget.bits, self.budget.runtime, where)

    def full(self, layers: tuple[Layer, ...]) -> dict[str, Count]:
        """All prices, for the trace of a design or of designs along one axis."""
        return self._counts(layers, set(LIMITS)) | {"ram": self.ram(layers)}

    def _counts(self, layers: tuple[Layer, ...], names: set[str]) -> dict[str, Count]:
        work = by_kind(layers)
        found = {"macs": work["pointwise_macs"] + work["depthwise_macs"]}
        if "params" in names:
            found["params"] = sum(layer.params for layer in layers)
        if "flash" in names:
            found["flash"] = files.file_bytes(*files.stored(layers), bits=self.budget.bits)
        return found | (work if self.latency and "ms" in names else {})

    def amounts(self, columns: Columns, shape: tuple[int, ...]) -> dict[str, np.ndarray]:
        """The prices that these columns say, each in the shape of the designs."""
        found = {name: columns[name] for name in LIMITS if name in columns}
        if WORK[0] in columns:
            work = {name: _floats(np.broadcast_to(columns[name], shape)) for name in WORK}
            found["ms"] = self.latency.milliseconds(work)
        return {name: np.broadcast_to(own, shape) for name, own in found.items()}

    def excess(self, name: str, amounts: np.ndarray) -> np.ndarray:
        """By what part of it amounts exceed a limit; at most 0 where they do not."""
        return _floats(amounts) / self.budget.limits[name] - 1


def checked(budget: Any, latency: Any) -> Pricing:
    """The pricing of a budget. Raises `ValueError` for a limit of `ms` without a latency model."""
    if not isinstance(budget, Budget):
        checks.refuse("budget", budget, 'a Budget, such as Budget(macs="150M")')
    if latency is not None and not isinstance(latency, LatencyModel):
        checks.refuse(
            "latency",
            latency,
            "a LatencyModel (of costs.latency_model), such as LatencyModel.fit(times), or None",
        )
    if budget.ms is not None and latency is None:
        accepted = "a LatencyModel fitted to measured times, since the budget limits milliseconds"
        checks.refuse("latency", latency, accepted)
    return Pricing(budget, latency)


def _floats(amounts: np.ndarray) -> np.ndarray:
    """Counts as floats; those of more than 300 digits as the largest that is accepted anywhere."""
    if amounts.dtype == object:
        amounts = np.minimum(amounts, checks.LARGEST)
    return amounts.astype(float)
