from .data import Data
from .folders import folder
from .letters import patches, samples
from .sources import arrays, named

__all__ = [
    "Data",
    "arrays",
    "folder",
    "named",
    "patches",
    "samples",
]
