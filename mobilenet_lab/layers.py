"""Keras' layer vocabulary for two kinds of input.

`of(x)` gives the layers to call on `x`: `keras.layers` itself for a Keras tensor, and
`networks.shapes`, with the same names and arguments, for a `FeatureMap`. The same lines of an
architecture thus build a model to run and a list of costs to read.

Layer names are unique within one connected graph. Branches built on separate `keras.Input`s are not
connected yet, so wrap each in its own `keras.Model` before joining them.
"""

import contextlib
import importlib.metadata
import importlib.util
import os
import platform
import re
import sys
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

import numpy as np

from mobilenet_lab import checks
from mobilenet_lab.networks import shapes
from mobilenet_lab.networks.feature_map import FeatureMap
from mobilenet_lab.networks.trace import Layer
from mobilenet_lab.networks.windows import square

__all__ = [
    "FeatureMap",
    "Layer",
    "Tensor",
    "channels_last",
    "keras",
    "native_silence",
    "of",
    "part",
    "scope",
    "square",
    "tensorflow",
    "where",
]

Tensor = Any  # the input of a network: a Keras tensor or a `FeatureMap`
LAST = "channels_last"  # Keras' name for maps of (height, width, channels)


def of(x: Tensor) -> Any:
    """The layer vocabulary for `x`: `networks.shapes` for a `FeatureMap`, else `keras.layers`.

    Raises `ValueError` for anything else, and if Keras is set to channels_first.
    """
    if isinstance(x, FeatureMap):
        return shapes
    if len(getattr(x, "shape", ())) < 2:  # a batch of images or maps has 4 dimensions, of vectors 2
        checks.refuse("x", x, "a Keras tensor or a mobilenet_lab.layers.FeatureMap")
    order = keras().config.image_data_format()
    if order != LAST:
        accepted = f"{LAST!r}, set by keras.config.set_image_data_format"
        checks.refuse("Keras' image_data_format", order, accepted)
    return keras().layers


@contextlib.contextmanager
def channels_last() -> Iterator[Any]:
    """Keras, temporarily set to (height, width, channels) whatever its configuration."""
    config = keras().config
    before = config.image_data_format()
    config.set_image_data_format(LAST)
    try:
        yield keras()
    finally:
        config.set_image_data_format(before)


def tensorflow() -> Any:
    """The `tensorflow` module. Raises `ValueError` if Keras uses another backend."""
    checks.one_of("Keras' backend", keras().config.backend(), ["tensorflow"])
    return importlib.import_module("tensorflow")


def keras() -> Any:
    """The `keras` module; this is the one place where TensorFlow is imported.

    Raises `ModuleNotFoundError`, with what to do, if Keras or TensorFlow is missing.
    """
    if not sys.modules.get("keras"):
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
        try:
            with native_silence():  # TensorFlow logs as it starts
                importlib.import_module("keras").ops.zeros(1)
        except ModuleNotFoundError as error:
            raise ModuleNotFoundError(no_keras() or str(error), name=error.name) from error
    return importlib.import_module("keras")


def no_keras() -> str:
    """What to do if Keras or TensorFlow is missing, in a sentence; "" if both are installed."""
    if all(importlib.util.find_spec(name) for name in ("keras", "tensorflow")):
        return ""
    if _has_tensorflow():
        return 'building a model needs Keras: pip install "mobilenet-lab[keras]"'
    here = f"Python {sys.version_info[0]}.{sys.version_info[1]} on {platform.system()}"
    return (
        "building a model needs TensorFlow, which has packages for Python 3.11 to 3.13 on Linux, "
        "Windows (Intel, AMD) and Macs with Apple silicon, but none for "
        f"{here} {platform.machine()}; everything else works without it"
    )


def _has_tensorflow() -> bool:
    """Whether the extra "keras" installs TensorFlow on this Python and system."""
    from packaging.requirements import Requirement  # when it is asked: the lab starts without

    try:
        lines = importlib.metadata.requires("mobilenet-lab") or []
    except importlib.metadata.PackageNotFoundError:  # the package is a folder on the path
        return True
    wanted = [Requirement(line) for line in lines if line.startswith("tensorflow")]
    return any(one.marker is None or one.marker.evaluate({"extra": "keras"}) for one in wanted)


@contextlib.contextmanager
def native_silence() -> Iterator[None]:
    """Keep notes of native libraries off the reader's page: they bypass Python's stderr."""
    sys.stderr.flush()
    kept = os.dup(2)
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def where(condition: Any, step: Callable[[Any], Any], x: Any) -> Any:
    """`step(x)` where the condition holds, else `x`; for a grid, design by design."""
    if isinstance(condition, np.ndarray):
        return shapes.where(condition, step, x)
    return step(x) if condition else x


def part(kind: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorate a function of `x` that adds a part to a network: a "stage", "block", "stem" ….

    The function receives `name`, the next free one of this kind unless the caller gives one. Layers
    of a `FeatureMap` record the stage and block that added them.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def added(x: Any, *args: Any, name: str | None = None, **options: Any) -> Any:
            name = name or scope(x, kind)
            if not isinstance(x, FeatureMap):
                return function(x, *args, name=name, **options)
            inner = x.inside(x.stage, name) if kind == "block" else x.inside(name, "")
            return function(inner, *args, name=name, **options).inside(x.stage, x.block)

        return added

    return decorate


def scope(x: Any, kind: str) -> str:
    """The next free name for a part of this kind in the network of `x`.

    The first stem is "stem", the second "stem2"; stages and blocks count from "stage1", "block1".
    """
    pattern = re.compile(rf"{kind}(\d*)_")
    found = [match[1] for name in _names(x) if (match := pattern.match(name))]
    number = max((int(digits or 1) for digits in found), default=0) + 1
    return kind if number == 1 and kind not in ("stage", "block") else f"{kind}{number}"


def _names(x: Any) -> list[str]:
    """The names of the layers that the network of `x` has so far, on every branch."""
    if isinstance(x, FeatureMap):
        return [layer.name for layer in x.layers]
    history = getattr(x, "_keras_history", None)
    seen: dict[int, str] = {}
    queue = [history.operation] if history else []
    while queue:
        operation = queue.pop()
        if id(operation) not in seen:
            seen[id(operation)] = operation.name
            queue += [
                node.operation for own in operation._inbound_nodes for node in own.parent_nodes
            ]
            queue += [node.operation for node in operation._outbound_nodes]
    return list(seen.values())
