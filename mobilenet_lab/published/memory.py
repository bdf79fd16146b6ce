"""Table 3 of the v2 paper: channels and memory at each size, beside our own."""

import pandas as pd

from mobilenet_lab import published
from mobilenet_lab.published.cell import Cell, Network, counted
from mobilenet_lab.published.reproduce import cells

VALUE = 2  # bytes, as the table says: 16 bit


def memory_table() -> pd.DataFrame:
    """Table 3 of the v2 paper, one row per cell, with what its channels amount to.

    `computed_kb` is channels × height × width × 2 bytes, in units of 1000 bytes; `follows` is
    whether `memory_kb` is that with digits cut off. `built` is the most channels that a block of
    the network writes at this size, or that the pooling does; `two_groups` are those of ShuffleNet
    with 2 groups in place of the printed 3, <NA> for the other networks.
    """
    table = published.table("v2-3").dropna(subset="channels").reset_index(drop=True)
    sides = table["size"].str.split("x").str[0].astype(int)
    table["channels"] = table["channels"].astype(int)
    table["computed_kb"] = table["channels"] * sides**2 * VALUE / 1000
    pairs = zip(table["memory_kb"], table["computed_kb"], strict=True)
    table["follows"] = [_is_cut(printed, computed) for printed, computed in pairs]
    by_row = {cell.row: cell for cell in cells("v2-3")}
    labels = table["network"] + ", size " + table["size"]
    found = [(by_row[label], side) for label, side in zip(labels, sides, strict=True)]
    table["built"] = [_channels(cell, cell.network, side) for cell, side in found]
    groups = [_channels(cell, dict(cell.others).get("2 groups"), side) for cell, side in found]
    table["two_groups"] = pd.array(groups, dtype="Int64")
    return table


def _channels(cell: Cell, network: Network | None, side: int) -> int | None:
    """The channels of the map that a cell is about, in one of its networks; None without one."""
    if network is None or cell.count is None:
        return None
    return int(counted(network, cell.count)) // (side**2 * VALUE)


def _is_cut(printed: float, computed: float) -> bool:
    """Whether some of the last digits of a number were set to zero."""
    return any(computed // unit * unit == printed for unit in (1, 10, 100))
