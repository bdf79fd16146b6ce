"""MobileNet Lab: build MobileNet v1 and v2, price them, explore them.

`Design` says which network; `cost`, `layer_table` and `sweep` price it without TensorFlow;
`build` makes the Keras model. `published` holds the papers' and checkpoints' numbers, and
`reproduce` sets our own counts beside them.
"""

from mobilenet_lab import published
from mobilenet_lab.costs.cost import Cost, cost, layer_table
from mobilenet_lab.costs.frames import log_law, pareto, price
from mobilenet_lab.costs.sweep import sweep
from mobilenet_lab.models.build import build
from mobilenet_lab.networks.design import Design, network, trace
from mobilenet_lab.published.reproduce import reproduce

__all__ = [
    "Cost",
    "Design",
    "build",
    "cost",
    "layer_table",
    "log_law",
    "network",
    "pareto",
    "price",
    "published",
    "reproduce",
    "sweep",
    "trace",
]
