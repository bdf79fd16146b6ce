"""The package of the extra "edge": LiteRT, which runs .tflite files."""

import importlib
import importlib.util

LITERT = "ai_edge_litert"


def missing():
    """What to do if LiteRT is missing, in a sentence; "" if it is installed."""
    if importlib.util.find_spec(LITERT):
        return ""
    return 'running .tflite files needs LiteRT: pip install "mobilenet-lab[edge]"'


def litert(name):
    """A module of LiteRT. Raises `ModuleNotFoundError`, with what to do, if it is missing."""
    if said := missing():
        raise ModuleNotFoundError(said, name=LITERT)
    return importlib.import_module(f"{LITERT}.{name}")
