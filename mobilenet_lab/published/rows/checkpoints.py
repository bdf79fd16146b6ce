"""The rows of released checkpoints that may be of another network than the published one."""

from collections.abc import Callable
from functools import partial
from typing import Any

from mobilenet_lab import mobilenet_v3
from mobilenet_lab.layers import FeatureMap
from mobilenet_lab.networks.design import Design

# In some of the counts that are printed for v3-small, it has as many channels between the pooling
# and the classes as v3-large.
WIDER = f"{mobilenet_v3.LARGE_HEAD} channels after the pooling"
SMALL = {  # the α of each row
    **{("v3-checkpoints", f"Small dm=1 ({kind})"): 1.0 for kind in ("float", "8-bit")},
    ("v3-checkpoints", "Small dm=0.75 (float)"): 0.75,
    **{("keras-docstring-v3", f"mobilenet_v3_small_{a}_224"): a for a in (1.0, 0.75)},
}


def _wider(alpha: float) -> FeatureMap:
    """v3-small with v3-large's head."""
    image, own = FeatureMap(224, 224, 3), mobilenet_v3.SMALL_ROWS
    return mobilenet_v3.network(image, alpha, rows=own, head=mobilenet_v3.LARGE_HEAD)


NETWORKS: dict[tuple[str, ...], dict[str, Design | Callable[[], Any]]] = {
    row: {"": Design(mobilenet_v3.SMALL.key, alpha), WIDER: partial(_wider, alpha)}
    for row, alpha in SMALL.items()
}
REASONS: dict[tuple[str, ...], str] = {}
