"""The networks that a paper's table compares, all of them counted in one way."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from mobilenet_lab import checks, published
from mobilenet_lab.costs.conventions import CONVENTIONS, MACS, WEIGHTS
from mobilenet_lab.published.cell import UNITS, Cell, counted
from mobilenet_lab.published.reproduce import cells

COLUMNS = [
    *("network", "family", "top1", "printed_macs", "macs"),
    *("printed_params", "kernels", "kernels_and_bias", "source"),
]
NEEDED = {"network", "top1", "macs_million", "params_million"}
COUNTS = (WEIGHTS, CONVENTIONS["weights and bias"])


def contemporaries(*tables: str) -> pd.DataFrame:
    """The rows of published tables with an accuracy on ImageNet: what is printed, what we count.

    Columns `network`, `family` ("" for other authors' networks), `top1` (in %), `printed_macs,
    macs, printed_params, kernels, kernels_and_bias, source`; counts in full. A network is counted
    as its source describes it, whatever explains the printed digits.

    Raises `ValueError` for a table without counts and accuracies, and for no table.
    """
    if not tables:
        checks.refuse("tables", tables, "the names of tables, such as 'v1-8', 'v1-9'")
    return pd.DataFrame([row for name in tables for row in _rows(name)], columns=COLUMNS)


def _rows(table: str) -> Iterator[tuple[Any, ...]]:
    records = published.records(table)
    if not records[0].keys() >= NEEDED:
        checks.refuse(
            "table", table, "a table with networks, counts and accuracies, such as 'v1-8'"
        )
    found = {(cell.row, cell.quantity): cell for cell in cells(table)}
    for row in records:
        macs, params = (found[row["network"], name] for name in ("MACs", "parameters"))
        if macs.network is not None:
            ours = (counted(macs.network, one) for one in COUNTS)
            yield (
                *(row["network"], row["family"], float(row["top1"])),
                *(_in_full(macs), counted(macs.network, MACS)),
                *(_in_full(params), *ours, row["source"]),
            )


def _in_full(cell: Cell) -> int:
    """The printed count in units of one."""
    return cell.figure * UNITS[cell.unit] // 10**cell.decimals
