from . import published
from .costs.arena import memory
from .costs.cost import Cost, cost, layer_table
from .costs.frames import log_law, pareto, price
from .costs.sweep import sweep
from .models.build import build, can_build
from .networks.design import Design, network, trace
from .pages.live import live_page
from .published.reproduce import reproduce
from .search.accuracy import predict
from .search.budget import Budget
from .search.compare import compare
from .search.review import review

__all__ = [
    "Budget",
    "Cost",
    "Design",
    "build",
    "can_build",
    "compare",
    "cost",
    "layer_table",
    "live_page",
    "log_law",
    "memory",
    "network",
    "pareto",
    "predict",
    "price",
    "published",
    "reproduce",
    "review",
    "sweep",
    "trace",
]
