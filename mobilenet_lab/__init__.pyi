from . import checks, costs, layers, mobilenet_v1, mobilenet_v2, models, networks, published
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
    "checks",
    "cost",
    "costs",
    "layer_table",
    "layers",
    "log_law",
    "mobilenet_v1",
    "mobilenet_v2",
    "models",
    "network",
    "networks",
    "pareto",
    "price",
    "published",
    "reproduce",
    "sweep",
    "trace",
]
