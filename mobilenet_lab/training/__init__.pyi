from .data import Data
from .folders import folder, to_folder
from .letters import patches, samples
from .plans import plan
from .recipe import Recipe
from .runs import run, unfinished
from .sources import arrays, named
from .table import results

__all__ = [
    "Data",
    "Recipe",
    "arrays",
    "folder",
    "named",
    "patches",
    "plan",
    "results",
    "run",
    "samples",
    "to_folder",
    "unfinished",
]
