"""Table 3 of the v1 paper, each figure beside our own."""

import pandas as pd

from mobilenet_lab import published
from mobilenet_lab.costs.separable import EXAMPLE, compare
from mobilenet_lab.networks.widths import truncated

THIN = EXAMPLE | dict.fromkeys(("channels", "filters"), truncated(512, 0.75))
TABLE3 = (  # its rows, each one change further
    ("full", EXAMPLE),
    ("separable", EXAMPLE),
    ("separable", THIN),
    ("separable", THIN | {"side": 10}),  # ρ = 0.714 makes 160 px of 224, and 10 of 14
)


def table3() -> pd.DataFrame:
    """Table 3 of the v1 paper: each printed figure, in millions, beside the layer's own count."""
    printed = published.table("v1-3")
    rows = [compare(**numbers).loc[way, ["macs", "params"]] for way, numbers in TABLE3]
    computed = pd.DataFrame(rows).reset_index(drop=True)
    return pd.concat([printed, computed], axis=1)
