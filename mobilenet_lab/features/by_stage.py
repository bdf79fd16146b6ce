"""Tables by stage: what a network's stages end in, and what their ReLUs leave of a picture."""

import pandas as pd

from mobilenet_lab.costs.cost import layer_table
from mobilenet_lab.costs.fields import receptive_fields
from mobilenet_lab.features.maps import statistics
from mobilenet_lab.networks.design import Design


def stage_table(design: Design) -> pd.DataFrame:
    """The last map of each stage before the classifier: `size_out`, `c_out`, `field` and `jump`."""
    rows = layer_table(design).merge(receptive_fields(design), on="name")
    body = rows[~rows.stage.str.startswith("classifier")]
    return body.groupby("stage", sort=False)[["size_out", "c_out", "field", "jump"]].last()


def relu_shares(design, maps):
    """What ReLUs do to the maps of a design, in whole percent, averaged by stage.

    Columns of `statistics`: `sparsity`, values that are 0; `clipped`, values that are 6; `dead`,
    channels that are 0 everywhere.
    """
    layers = layer_table(design)[["name", "stage", "kind"]]
    read = statistics(maps).merge(layers, on="name").query("kind == 'ReLU'")
    shares = read.groupby("stage", sort=False)[["sparsity", "clipped", "dead"]].mean()
    return (100 * shares).round().astype(int)
