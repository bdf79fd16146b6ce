"""Text and tables about layers and their maps."""

from functools import lru_cache

import numpy as np
import pandas as pd

from mobilenet_lab.costs.cost import layer_table
from mobilenet_lab.costs.fields import receptive_fields
from mobilenet_lab.features.maps import statistics
from mobilenet_lab.networks.design import trace

_BITS = 16  # of a value, where memory is counted
_COUNTS = ("MACs", "parameters", "weights")


@lru_cache(maxsize=16)
def layer_rows(design):
    """`layer_table` by name, with field and jump."""
    return layer_table(design).merge(receptive_fields(design), on="name").set_index("name")


def block_ends(rows):
    """The last of these layers in the stem, in each block and in v2's last convolution."""
    rows = rows[~rows.stage.str.startswith("classifier")]
    part = rows.block.where(rows.block != "", rows.stage)
    return list(rows.index[~part.duplicated(keep="last")])


def layer_numbers(rows, maps):
    """Rows of layers with statistics of their maps, as a table to show."""
    read = statistics(maps).set_index("name")
    frame = pd.DataFrame(
        {
            "px": rows.size_out,
            "channels": rows.c_out,
            "MACs": rows.macs,
            "parameters": rows.params,
            "sees px": rows.field,
            "jump px": rows.jump,
            "dead": (read.dead * rows.c_out).round().astype(int),
            "zeros %": (100 * read.sparsity).round().astype(int),
            "at 6 %": (100 * read.clipped).round().astype(int),
        }
    )
    return frame.rename_axis("layer").reset_index()


def formatters(frame):
    """Formatters for the columns of a table: counts as 1,234,567."""
    counts = [column in _COUNTS or column.endswith(" kB") for column in frame]
    return ["{:,}".format if count else None for count in counts]


def shape(row):
    """A layer's output: "56 px × 24 channels"."""
    return f"{row.size_out} px × {row.c_out} channels"


def share_of(part, whole, what):
    """A count and its share: "1,806,336 MACs (3.0 %)"."""
    return f"{part:,} {what} ({100 * part / whole:.1f} %)" if part else f"no {what}"


def read_off(values, design):
    """A map in words: dead channels, zeros and, of a network with ReLU6, values cut off at 6."""
    zero = np.asarray(values) == 0
    dead = int(zero.reshape(-1, zero.shape[-1]).all(axis=0).sum())
    said = f"{dead} of {zero.shape[-1]} channels are dead, {percent(zero)} % of the values are 0"
    if any(layer.function == "ReLU6" for layer in trace(design)):
        said += f", {percent(np.asarray(values) == 6)} % are cut off at 6"
    return f"{said}."


def seen(row):
    """What a position of a layer sees of the picture."""
    if pd.isna(row.jump):
        return "It sees the whole picture."
    return f"A position sees {row.field} × {row.field} px; neighbours lie {row.jump} px apart."


def percent(which):
    """The share of True values, in whole percent."""
    return round(100 * float(np.mean(which)))


def kilobytes(values):
    """The memory of a map at 16 bits a value, in units of 1000 bytes."""
    return round(values.size * _BITS / 8000)
