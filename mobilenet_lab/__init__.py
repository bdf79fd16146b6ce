"""MobileNet Lab: build MobileNet v1 and v2, price them, explore them.

`Design` says which network; `cost`, `layer_table` and `sweep` price it without TensorFlow;
`build` makes the Keras model. `published` holds the papers' and checkpoints' numbers, and
`reproduce` sets our own counts beside them.

The names are listed in `__init__.pyi`, and each is imported on first use: Jupyter's programs load
modules of the package at every start and should not wait for the rest.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
