from . import published
from .costs.arena import memory
from .costs.cost import Cost, cost, layer_table
from .costs.frames import log_law, pareto, price
from .costs.sweep import sweep
from .models.build import build
from .networks.design import Design, network, trace
from .published.reproduce import reproduce

__all__ = [
    "Cost",
    "Design",
    "build",
    "cost",
    "layer_table",
    "log_law",
    "memory",
    "network",
    "pareto",
    "price",
    "published",
    "reproduce",
    "sweep",
    "trace",
]
