from .convert import Converted, convert
from .measure import RUNTIMES, measure

__all__ = ["RUNTIMES", "Converted", "convert", "measure"]
