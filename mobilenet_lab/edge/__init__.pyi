from .converting import Converted, convert
from .timing import RUNTIMES, measure

__all__ = ["RUNTIMES", "Converted", "convert", "measure"]
