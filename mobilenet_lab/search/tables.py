"""The tables of a review: the networks that a search kept, priced in full."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from mobilenet_lab.costs.sweep import knob_column
from mobilenet_lab.networks import families
from mobilenet_lab.networks.design import CLASSES, Design
from mobilenet_lab.networks.families import FAMILIES
from mobilenet_lab.search.accuracy import predict
from mobilenet_lab.search.budget import LIMITS
from mobilenet_lab.search.keep import Rows
from mobilenet_lab.search.pricing import Pricing
from mobilenet_lab.search.ranking import checkpoints, estimates
from mobilenet_lab.search.space import Space
from mobilenet_lab.search.stream import NEAR, Counts

PLACE = ["number", "place"]  # of a network: the number of its family, its place in the space


class Tables:
    """Tables of the networks of some spaces; `store` may know what those of no prediction reach."""

    def __init__(self, spaces: list[Space], pricing: Pricing, store: Any) -> None:
        self.spaces, self.pricing, self.store = spaces, pricing, store

    def candidates(self, best: Rows, front: pd.DataFrame) -> pd.DataFrame:
        """The best networks that fit, in order, and whether each is one of the front."""
        frame, members = self._frame(_places(best)), set(_places(front))
        frame["on_front"] = np.array([one in members for one in _places(frame)], dtype=bool)
        return frame.drop(columns=PLACE)

    def front(self, front: pd.DataFrame) -> pd.DataFrame:
        """The networks on the front, by the first price."""
        return self._frame(_places(front)).drop(columns=PLACE)

    def refused(self, near: Rows) -> pd.DataFrame:
        """The nearest of what does not fit, and published networks, with what they exceed most."""
        frame = self._frame(dict.fromkeys([*_places(near), *self._published()]))
        limits = self.pricing.budget.limits
        over = {name: self.pricing.excess(name, frame[name].to_numpy()) for name in limits}
        most = np.array([*over]).take(np.argmax([*over.values()], axis=0))
        frame = frame.assign(limit=most.astype(object), excess=np.max([*over.values()], axis=0))
        fails = np.any([frame[name] > most for name, most in limits.items()], axis=0)
        return frame[fails].sort_values([*NEAR], ignore_index=True).drop(columns=PLACE)

    def funnel(self, counts: Counts) -> pd.DataFrame:
        """How many designs each limit refuses, in order."""
        left = np.cumsum([*counts.refused.values()][::-1])[::-1] - [*counts.refused.values()]
        return pd.DataFrame(
            {
                "limit": [*counts.refused],
                "most": [self.pricing.budget.limits[name] for name in counts.refused],
                "refused": [*counts.refused.values()],
                "left": left + counts.fits,
                "alone": [*counts.alone.values()],
            }
        )

    def _published(self) -> list[tuple[int, int]]:
        """The checkpoints' networks."""
        return [
            (number, place)
            for number, space in enumerate(self.spaces)
            for place in space.find(checkpoints(space.family))
            if space.classes == CLASSES
        ]

    def _frame(self, chosen: Iterable[tuple[int, int]]) -> pd.DataFrame:
        """Networks by the numbers of their families and their places, with all their columns."""
        rows = np.array([*chosen], dtype=np.int64).reshape(-1, 2)
        frames = []
        for number in dict.fromkeys(rows[:, 0].tolist()):
            own = np.flatnonzero(rows[:, 0] == number)
            frames.append(self._priced(number, rows[own, 1]).set_index(own))
        if not frames:
            return self._priced(0, np.zeros(1, dtype=np.int64))[:0]
        return pd.concat(frames).sort_index()

    def _priced(self, number: int, places: np.ndarray) -> pd.DataFrame:
        """Networks of one family, with prices and accuracy."""
        space = self.spaces[number]
        values, network = space.at(places), {"number": number, "place": places}
        own = {
            name: knob_column(knob, values.get(name), places.shape)
            for name, knob in families.own_knobs().items()
        }
        prices = self.pricing.amounts(space.priced(places, self.pricing.full), places.shape)
        frame = pd.DataFrame(
            {
                **network,
                **{"family": space.family, "alpha": values["alpha"]},
                **{"resolution": values["resolution"], **own, "same": space.same(places)},
                **{name: prices.get(name, np.nan) for name in LIMITS},
                **estimates(space.family, values, space.classes),
            }
        )
        return frame if self.store is None else self._measured(frame, space.classes)

    def _measured(self, frame: pd.DataFrame, classes: int) -> pd.DataFrame:
        """The same with what the store says where nothing is predicted."""
        for row in np.flatnonzero(frame["basis"] == "unknown"):
            own = predict(designs(frame.iloc[[row]], classes)[0], self.store)
            if own.top1 is not None:
                frame.loc[row, ["top1", "low", "high", "basis"]] = (
                    *(own.top1, own.low, own.high),
                    own.basis,
                )
        return frame


def designs(frame: pd.DataFrame, classes: int) -> list[Design]:
    """The rows of a table of networks as `Design` objects."""
    return [
        Design(
            row["family"],
            row["alpha"],
            resolution=row["resolution"],
            classes=classes,
            **{name: row[name] for name in FAMILIES[row["family"]].knobs},
        )
        for row in frame.to_dict("records")
    ]


def _places(rows: Rows | pd.DataFrame) -> list[tuple[int, int]]:
    """The number of its family and the place of each network."""
    if not len(rows):
        return []
    return list(zip(*(rows[name].tolist() for name in PLACE), strict=True))
