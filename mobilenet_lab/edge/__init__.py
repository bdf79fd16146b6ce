"""Designs as files for devices, and how long they take on this machine.

The names are listed in `__init__.pyi`, and each is imported on first use.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
