"""Table 1 of the v1 paper, each printed row beside the same layer of ours."""

import pandas as pd

from mobilenet_lab import published
from mobilenet_lab.costs.cost import layer_table
from mobilenet_lab.networks.design import Design

SHAPE = ["stride", "size_in", "c_in"]  # what both tables say of a layer


def table1() -> pd.DataFrame:
    """Table 1 of the v1 paper, row by row from 1: columns under "printed" and "computed".

    Batch norm and ReLU are left out, and the five equal blocks of stage 3 are one, as in print.
    The paper's last row, the softmax, is part of our classifier and is left out too.
    """
    rows = layer_table(Design("v1")).query("kernels > 0 or op == 'pooling'")
    rows = rows.drop_duplicates(["op", "kernel", *SHAPE, "c_out"]).reset_index(drop=True)
    printed = published.table("v1-1").loc[: len(rows) - 1, ["layer", "filter", *SHAPE]]
    beside = pd.concat([printed, rows[["name", *SHAPE]]], axis=1, keys=["printed", "computed"])
    return beside.set_index(beside.index + 1)


def differing(beside: pd.DataFrame) -> pd.DataFrame:
    """The rows of `table1` in which a printed number is not the computed one."""
    return beside[(beside["printed"][SHAPE] != beside["computed"][SHAPE]).any(axis=1)]
