"""The published times of one image on a Pixel 1 phone, and the model that they give."""

from functools import cache

import pandas as pd

from mobilenet_lab import published
from mobilenet_lab.costs.latency_model import LatencyModel


def pixel1_times() -> pd.DataFrame:
    """The published times on a Pixel 1's CPU: `family, alpha, resolution, ms, source`, 23 designs.

    Those of v2 are the checkpoints' own list; v1 has one, in Table 4 of the v2 paper, whose other
    rows are designs of that list, with times that were measured apart. All are float32.
    """
    own = published.table("v2-checkpoints")
    other = published.table("v2-4").dropna(subset=["family", "pixel1_ms"])
    both = pd.concat([own, other[~other["family"].isin(own["family"])]], ignore_index=True)
    columns = ["family", "alpha", "resolution", "pixel1_ms", "source"]
    return both[columns].rename(columns={"pixel1_ms": "ms"})


@cache
def pixel1() -> LatencyModel:
    """The latency model of those times: milliseconds of any design on a Pixel 1's CPU."""
    return LatencyModel.fit(pixel1_times(), "on a Pixel 1")
