from .data import Data
from .letters import patches, samples

__all__ = [
    "Data",
    "patches",
    "samples",
]
