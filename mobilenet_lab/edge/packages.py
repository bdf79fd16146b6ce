"""The packages of the extra "edge": LiteRT, which runs .tflite files, and its quantizer."""

import importlib
import importlib.util

NEEDED = ("ai_edge_litert", "ai_edge_quantizer")


def missing():
    """What to do if a package is missing, in a sentence; "" if both are installed."""
    if all(importlib.util.find_spec(name) for name in NEEDED):
        return ""
    return 'converting and running .tflite files needs LiteRT: pip install "mobilenet-lab[edge]"'


def module(name):
    """One of their modules. Raises `ModuleNotFoundError`, with what to do, if one is missing."""
    if said := missing():
        raise ModuleNotFoundError(said, name=name.partition(".")[0])
    return importlib.import_module(name)
