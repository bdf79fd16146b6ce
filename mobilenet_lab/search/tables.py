"""The tables of a review: what a search kept, priced in full."""

from typing import Any

import numpy as np
import pandas as pd

from mobilenet_lab.networks import families
from mobilenet_lab.networks.design import Design
from mobilenet_lab.networks.families import FAMILIES
from mobilenet_lab.published import predicted
from mobilenet_lab.search.accuracy import predict
from mobilenet_lab.search.budget import LIMITS
from mobilenet_lab.search.pricing import Pricing
from mobilenet_lab.search.space import Space
from mobilenet_lab.search.stream import NEAR, Search


class Tables:
    """Tables of networks, by the places that a search kept."""

    def __init__(self, spaces: list[Space], pricing: Pricing, search: Search, store: Any) -> None:
        self.spaces, self.pricing, self.search, self.store = spaces, pricing, search, store
        self._front = search.front.rows()

    def candidates(self) -> pd.DataFrame:
        """The best networks that fit."""
        frame = self._frame(self.search.best.rows)
        places = ["number", "place"]
        on_front = (
            pd.MultiIndex.from_frame(self._front[["family", "place"]]) if len(self._front) else []
        )
        frame["on_front"] = (
            pd.MultiIndex.from_frame(frame[places]).isin(on_front) if len(frame) else []
        )
        return frame.drop(columns=places)
