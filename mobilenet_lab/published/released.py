"""Networks that were released with their accuracy, what they cost, and how long they take."""

from functools import cache

import pandas as pd

from mobilenet_lab import checks, published
from mobilenet_lab.costs.frames import price
from mobilenet_lab.costs.latency_model import LatencyModel
from mobilenet_lab.networks.families import at_first
from mobilenet_lab.published.tables import with_top1

DESIGN = ["family", "alpha", "resolution"]
LISTS = (  # with one accuracy a design
    "paper",
    "checkpoint",
    "keras",
    "timm",
    "d-li14",
    "gluon",
    "paddle",
)


def checkpoints(*families: str) -> pd.DataFrame:
    """The float32 networks that the authors released, with their accuracies, priced.

    Those of v1 and v2, or of other `families`. Raises ValueError for an unknown family.
    """
    rows = published.accuracy(*families)
    ours = (rows["series"] == "checkpoint") & (rows["number_format"] == "float32")
    return price(rows[ours].reset_index(drop=True))


def lost_as_integers() -> pd.DataFrame:
    """By how many points of top-1 the authors' int8 checkpoints lag behind their float32 ones.

    Columns: `family, alpha, resolution, lost`, a row for each network that is there as both.
    """
    rows = published.accuracy()
    rows = rows[rows["series"] == "checkpoint"]
    found = rows.pivot(index=DESIGN, columns="number_format", values="top1").dropna()
    return (found["float32"] - found["int8"]).rename("lost").reset_index()


def several(*series: str) -> pd.DataFrame:
    """Published top-1 (%) of each v1 and v2 that is in all of some lists, one column per list.

    The lists are the series in `LISTS`. Each trained or evaluated its networks in its own way, so a
    row holds one architecture with several recipes. "d-li14" trained all of its networks alike,
    from α 1 to 0.25 and from 224 to 96 px.
    """
    for name in series:
        checks.one_of("series", name, LISTS)
    rows = with_top1([*COLUMNS, "number_format"])
    rows = rows[rows["series"].isin(series) & (rows["number_format"] == "float32")]
    rows = rows[rows["family"].isin(at_first())]
    rows = rows.dropna(subset=COLUMNS).drop_duplicates(COLUMNS).astype({"resolution": "int64"})
    found = rows.pivot(index=DESIGN, columns="series", values="top1")[list(series)]
    return found.dropna().reset_index().rename_axis(columns=None)


COLUMNS = [*DESIGN, "series", "top1"]


def phone_times() -> pd.DataFrame:
    """Published times of one image on a Pixel 1, priced, with `ns_per_mac`.

    The 22 checkpoints of v2, and v1 from Table 4 of the v2 paper. Two of v2 are in both lists, a
    little faster among the checkpoints; these are kept.
    """
    rows = pd.concat([published.table("v2-checkpoints"), published.table("v2-4")])
    rows = rows.dropna(subset=["family", "pixel1_ms"]).drop_duplicates(DESIGN)
    rows = rows[[*DESIGN, "pixel1_ms", "source"]].astype({"resolution": "int64"})
    return _per_mac(price(rows.reset_index(drop=True)))


@cache
def phone_model() -> LatencyModel:
    """The milliseconds of any design on a Pixel 1's CPU, predicted from `phone_times`."""
    return LatencyModel.fit(phone_times().rename(columns={"pixel1_ms": "ms"}), "on a Pixel 1")


def table4() -> pd.DataFrame:
    """Table 4 of the v2 paper, our counts beside it where the network is a MobileNet."""
    printed = published.table("v2-4")
    counts = ["macs", "activations", "kernels_and_bias"]
    ours = price(printed.dropna(subset="family"))[counts].astype("Int64")
    return _per_mac(printed.join(ours))


def _per_mac(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(ns_per_mac=frame["pixel1_ms"] * 1e6 / frame["macs"])
