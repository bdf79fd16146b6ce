"""A design block by block and stage by stage, as the papers' tables describe it."""

import pandas as pd

from mobilenet_lab.costs.cost import layer_table
from mobilenet_lab.networks.design import Design


def stages(design: Design) -> pd.DataFrame:
    """One row per stage, as in Table 2 of the v2 paper: `size_in, c_in, c, n, s`.

    The size in pixels and the channels that come in, the channels that go out, the number of
    blocks and the stride of the first.
    """
    return (
        _in_blocks(design)
        .groupby("stage", sort=False)
        .agg(
            size_in=("size_in", "first"),
            c_in=("c_in", "first"),
            c=("c_out", "last"),
            n=("block", "nunique"),
            s=("stride", "max"),
        )
    )


def shares(design: Design) -> pd.DataFrame:
    """One row per stage, the classifier too: `macs, params, held`.

    MACs and parameters add up to the `cost`; `held` is the most values held while a layer of the
    stage runs, and the largest of them is the `peak_activations`.
    """
    by_stage = layer_table(design).groupby("stage", sort=False)
    return by_stage.agg(macs=("macs", "sum"), params=("params", "sum"), held=("held", "max"))


def ends(design: Design) -> pd.DataFrame:
    """One row per block: what it reads and writes, `size_in, c_in, size_out, c_out, held`.

    Sizes are in pixels. `held` counts the values of both maps, and nothing that exists only inside
    the block.
    """
    blocks = _in_blocks(design).groupby("block", sort=False)
    found = pd.concat(
        [blocks[["size_in", "c_in"]].first(), blocks[["size_out", "c_out"]].last()], axis=1
    )
    read, written = (found[f"size_{end}"] ** 2 * found[f"c_{end}"] for end in ("in", "out"))
    return found.assign(held=read + written)


def _in_blocks(design: Design) -> pd.DataFrame:
    layers = layer_table(design)
    return layers[layers["block"] != ""]
