"""Table 3 of the v2 paper: channels and memory at each size, beside our own."""

import pandas as pd

from mobilenet_lab import published
from mobilenet_lab.costs.blocks import ends
from mobilenet_lab.networks.design import Design

VALUE = 2  # bytes, as the table says: 16 bit


def memory_table() -> pd.DataFrame:
    """Table 3 of the v2 paper, one row per cell, with what its channels amount to.

    `computed_kb` is channels × height × width × 2 bytes, in units of 1000 bytes; `follows` is
    whether `memory_kb` is that with digits cut off; `built` is the most channels that a block of
    the network writes at this size, <NA> for other networks and after the pooling.
    """
    table = published.table("v2-3").dropna(subset="channels").reset_index(drop=True)
    side = table["size"].str.split("x").str[0].astype(int)
    table["channels"] = table["channels"].astype(int)
    table["computed_kb"] = table["channels"] * side**2 * VALUE / 1000
    pairs = zip(table["memory_kb"], table["computed_kb"], strict=True)
    table["follows"] = [_is_cut(printed, computed) for printed, computed in pairs]
    widest = {
        (family, size): channels
        for family in table["family"].dropna().unique()
        for size, channels in ends(Design(family)).groupby("size_out")["c_out"].max().items()
    }
    keys = zip(table["family"], side, strict=True)
    table["built"] = pd.array([widest.get(key, pd.NA) for key in keys], dtype="Int64")
    return table


def _is_cut(printed: float, computed: float) -> bool:
    """Whether some of the last digits of a number were set to zero."""
    return any(computed // unit * unit == printed for unit in (1, 10, 100))
