"""Which network a printed row is, where no `Design` says so.

`NETWORKS` is keyed by (table, row) or, where it differs from that, by (table, row, quantity), with
the row as `reproduce` labels it. A value holds designs, or callables without arguments that each
give a `FeatureMap` or layers. The first, named "", is the network that the source states, or the
plain public one; the others are what it leaves open, each named by a phrase that completes
"fits: …", such as "2 groups". `REASONS` has the same keys, for what is not computed: why, in one
clause.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mobilenet_lab.layers import FeatureMap, Layer
from mobilenet_lab.networks.design import Design
from mobilenet_lab.published.rows import (
    checkpoints,
    classifiers,
    detection,
    libraries,
    mobile,
    ours,
    segmentation,
)

Network = Design | Callable[[], FeatureMap | Sequence[Layer]]
Key = tuple[str, ...]

_MODULES: tuple[Any, ...] = (
    *(ours, classifiers, mobile, segmentation, detection),
    *(libraries, checkpoints),
)

NETWORKS: dict[Key, Mapping[str, Network]] = {}
REASONS: dict[Key, str] = {}
for _module in _MODULES:
    NETWORKS |= _module.NETWORKS
    REASONS |= _module.REASONS


def of(table: str, row: str, quantity: str) -> tuple[Mapping[str, Network], str]:
    """The networks that a printed count may be of, and the reason if it is not to be computed.

    The more specific key decides. Both are empty for what no row file mentions.
    """
    for key in ((table, row, quantity), (table, row)):
        if key in NETWORKS or key in REASONS:
            return NETWORKS.get(key, {}), REASONS.get(key, "")
    return {}, ""
