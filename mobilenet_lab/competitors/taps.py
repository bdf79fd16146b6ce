"""Maps from the middle of a network, for heads that read several of its layers."""

from typing import Any

from mobilenet_lab import checks
from mobilenet_lab.layers import FeatureMap, Tensor


def tap(x: Tensor, name: str) -> Tensor:
    """The map that layer `name` writes, of those that led to `x`.

    What follows the layer is no part of the map's network. Raises `ValueError` where there is no
    such layer.
    """
    found = _traced(x, name) if isinstance(x, FeatureMap) else _built(x, name)
    if found is None:
        checks.refuse("name", name, "the name of a layer of the network")
    return found


def _traced(x: FeatureMap, name: str) -> FeatureMap | None:
    names = [layer.name for layer in x.layers]
    if name not in names:
        return None
    end = names.index(name) + 1
    *sides, channels = x.layers[end - 1].shape_out
    height, width = sides or (None, None)
    return FeatureMap(height, width, channels, x.layers[:end])


def _built(x: Any, name: str) -> Any:
    """The Keras tensor, found backwards from `x`."""
    seen: set[int] = set()
    queue = [x._keras_history.operation]
    while queue:
        operation = queue.pop()
        if operation.name == name:
            return operation.output
        if id(operation) not in seen:
            seen.add(id(operation))
            nodes = operation._inbound_nodes
            queue += [before.operation for node in nodes for before in node.parent_nodes]
    return None
