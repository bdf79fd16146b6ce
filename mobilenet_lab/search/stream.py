"""The search itself: a grid in parts, of which only the first few, the front and counts stay."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from mobilenet_lab.costs.many import Part
from mobilenet_lab.layers import Layer
from mobilenet_lab.search.keep import First, Front
from mobilenet_lab.search.pricing import Pricing
from mobilenet_lab.search.ranking import Values, top1
from mobilenet_lab.search.space import Space

BEST = ("worth", "macs", "number", "place")  # the order of candidates: -top1, inf where unknown
NEAR = ("excess", "number", "place")  # of what is refused

Layers = tuple[Layer, ...]
Prices = Mapping[str, np.ndarray]


@dataclass
class Counts:
    """How many designs of the grid each limit refuses, in the order of the limits.

    `refused`: of those that the limits before left. `alone`: those that no other limit refuses.
    """

    refused: dict[str, int] = field(default_factory=dict)
    alone: dict[str, int] = field(default_factory=dict)
    fits: int = 0

    def add(self, over: Mapping[str, np.ndarray], designs: np.ndarray) -> None:
        """Count networks, `designs` of the grid each, by the limits that they are `over`."""
        fails, left = sum(own.astype(np.int8) for own in over.values()), designs
        for name, own in over.items():
            self.refused[name] = self.refused.get(name, 0) + int((left * own).sum())
            self.alone[name] = self.alone.get(name, 0) + int(designs[own & (fails == 1)].sum())
            left = left * ~own
        self.fits += int(left.sum())


class Search:
    """What a search has found so far: `counts`, the best that fit, the nearest that do not."""

    def __init__(self, pricing: Pricing, most: int) -> None:
        self.pricing, self.counts, self.most = pricing, Counts(), most
        self.best, self.near = First(most, BEST), First(most, NEAR)
        self.front = Front(pricing.names, "top1")

    def look(self, number: int, space: Space, part: Part, values: Values, layers: Layers) -> int:
        """Look at a part of the grid's family of this number; how many designs that were."""
        shape = np.broadcast_shapes(*(own.shape for own in values.values()))
        prices = self.pricing.amounts(self.pricing.quick(layers), shape)
        group = Group(self.pricing, space.places(part), layers, prices)
        group.decide(self.near.bound())
        designs = np.broadcast_to(space.designs(part), shape).reshape(-1)
        self.counts.add(group.over, designs)
        self._keep_fitting(group, top1(space.family, values).reshape(-1), number)
        self._keep_near(group, number)
        return int(designs.sum())

    def _keep_fitting(self, group: "Group", value: np.ndarray, number: int) -> None:
        fits = ~np.any(list(group.over.values()), axis=0)
        worth = np.where(np.isnan(value), np.inf, -value)
        chosen = np.flatnonzero(fits & self.best.admits(worth, group.prices["macs"]))
        self.best.offer(group.rows(chosen, number, worth=worth))
        chosen = np.flatnonzero(fits & ~np.isnan(value))
        if chosen.size:
            self.front.offer(group.rows(chosen, number, top1=value, **group.prices))

    def _keep_near(self, group: "Group", number: int) -> None:
        """The nearest of what is refused; of lower bounds those that might be near are planned."""
        refused = np.any(list(group.over.values()), axis=0)
        excess = np.where(refused, group.excess(), np.inf)
        while True:
            known = excess[refused & group.exact]
            bound = self.near.bound(known)
            unsure = np.flatnonzero(refused & ~group.exact & (excess <= bound))
            if not unsure.size:
                break
            first = unsure[np.argsort(excess[unsure], kind="stable")[: self.most]]
            group.plan(first)
            excess[first] = group.excess(first)
        chosen = np.flatnonzero(refused & (excess <= bound))
        self.near.offer(group.rows(chosen, number, excess=excess))


class Group:
    """Networks of one family by their places: their `prices`, and which limits they are `over`.

    `exact` tells whose RAM is known, and not only a lower bound.
    """

    def __init__(
        self, pricing: Pricing, places: np.ndarray, layers: Layers, prices: Prices
    ) -> None:
        self.pricing, self.layers, self.shape = pricing, layers, places.shape
        self.places = places.reshape(-1)
        self.prices = {name: own.reshape(-1) for name, own in prices.items()}
        self.limits = pricing.budget.limits
        self.exact = np.full(self.places.shape, "ram" not in prices)
        self.over = {name: self.prices[name] > most for name, most in self.limits.items()}

    def decide(self, bound: float) -> None:
        """Plan the RAM where it decides: of what at most one other limit refuses, and of what no
        limit before it refuses. Also of what it refuses by an excess up to `bound`.
        """
        if "ram" not in self.over:
            return
        names = list(self.over)
        others = sum(own.astype(np.int8) for name, own in self.over.items() if name != "ram")
        wanted = others <= 1
        if earlier := names[: names.index("ram")]:
            wanted |= ~np.any([self.over[name] for name in earlier], axis=0)
        wanted &= ~self.over["ram"]
        refused = self.over["ram"] | (others > 0)
        if bound < np.inf:
            wanted |= refused & (self.excess() <= bound)
        self.plan(np.flatnonzero(wanted))

    def plan(self, chosen: np.ndarray) -> None:
        """Work out the RAM of some of the networks."""
        if not chosen.size:
            return
        found = self.pricing.ram(self.layers, np.unravel_index(chosen, self.shape))
        for own, values in ((self.prices, found), (self.over, found > self.limits["ram"])):
            own["ram"] = own["ram"].copy()
            own["ram"][chosen] = values
        self.exact[chosen] = True

    def excess(self, chosen: Any = slice(None)) -> np.ndarray:
        """By what part of it each of some networks exceeds the limit that it exceeds most."""
        return np.max(
            [self.pricing.excess(name, self.prices[name][chosen]) for name in self.over], axis=0
        )

    def rows(self, chosen: np.ndarray, number: int, **columns: np.ndarray) -> dict[str, np.ndarray]:
        """Some of the networks as rows to keep: place, MACs and further columns."""
        columns = {"place": self.places, "macs": self.prices["macs"]} | columns
        rows = {name: own[chosen] for name, own in columns.items()}
        return rows | {"number": np.full(len(chosen), number)}
