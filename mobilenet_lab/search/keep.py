"""What a search keeps while designs pass by: the first few in an order, and the Pareto front."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from mobilenet_lab.costs.frames import pareto

SCOUTS = 64  # members of the front that newcomers meet first
BATCH = 4096  # newcomers that are compared with the whole front at a time, at least

Rows = Mapping[str, np.ndarray]  # columns of equal length


class First:
    """The first `most` rows in the order of some columns, of all that were offered."""

    def __init__(self, most: int, keys: Sequence[str]) -> None:
        self.most, self.keys = most, tuple(keys)
        self.rows: dict[str, np.ndarray] = {}

    def bound(self, *others: np.ndarray) -> float:
        """The first key that a row must not exceed to be kept, beside further rows' first keys."""
        found = np.concatenate([self.rows.get(self.keys[0], np.empty(0)), *others])
        return (
            np.partition(found, self.most - 1)[self.most - 1] if len(found) >= self.most else np.inf
        )

    def admits(self, first: np.ndarray, second: np.ndarray) -> np.ndarray:
        """Which rows might be kept, by their first two keys."""
        if len(self.rows.get(self.keys[0], ())) < self.most:
            return np.ones(first.shape, dtype=bool)
        last, beside = (self.rows[name][-1] for name in self.keys[:2])
        return (first < last) | ((first == last) & (second <= beside))

    def offer(self, rows: Rows) -> None:
        """Keep those of `rows` that belong to the first."""
        both = {
            name: np.concatenate([self.rows.get(name, own[:0]), own]) for name, own in rows.items()
        }
        order = np.lexsort([both[name] for name in reversed(self.keys)])[: self.most]
        self.rows = {name: own[order] for name, own in both.items()}


class Front:
    """The rows that no other beats: at most as dear by every price and worth at least as much."""

    def __init__(self, prices: Sequence[str], value: str) -> None:
        self.prices, self.value = list(prices), value
        self._front, self._new = pd.DataFrame(), list[pd.DataFrame]()

    def offer(self, rows: Rows) -> None:
        """Keep those of `rows` that may belong to the front."""
        new = pd.DataFrame(rows)
        if len(self._front):
            scouts = self._front.iloc[:: -(-len(self._front) // SCOUTS)]
            beaten = np.zeros(len(new), dtype=bool)
            for scout in scouts.to_dict("records"):
                worse = new[self.value].to_numpy() <= scout[self.value]
                for price in self.prices:
                    worse &= new[price].to_numpy() >= scout[price]
                beaten |= worse
            new = new[~beaten]
        self._new.append(new)
        if sum(map(len, self._new)) > max(BATCH, len(self._front)):
            self.rows()

    def rows(self) -> pd.DataFrame:
        """The front so far, by the first price."""
        if self._new:
            both = pd.concat([self._front, *self._new], ignore_index=True)
            self._front, self._new = pareto(both, self.prices, self.value), []
        return self._front
