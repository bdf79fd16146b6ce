"""A network as a runtime executes it: its operations, and when each tensor is alive.

TensorFlow's converter folds batch norm into the kernels and biases of the layer before, and lets
that layer end with its ReLU or ReLU6; dropout vanishes. A padding goes into the convolution after
it where "same" means the same, as it does for even maps and a stride of 2; for others it stays an
operation, as do additions, poolings, reshapes and other functions, such as softmax. Each operation
writes one tensor, which has its name.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from mobilenet_lab.networks.trace import (
    IMAGE,
    MOVES,
    POOLING,
    SLIDING,
    WEIGHTED,
    Layer,
    known,
    layers_of,
    volume,
)


class Operation(NamedTuple):
    """One operation: its name, what it does (a `Layer.op`) and the tensors that it reads.

    `values` are those that it writes; `channels` the output channels of a kernel with its biases,
    0 without a kernel.
    """

    name: str
    op: str
    reads: tuple[str, ...]
    values: int
    channels: int = 0


class Tensor(NamedTuple):
    """The values of a tensor, and the numbers of the operations between which it is alive."""

    values: int
    first: int
    last: int


def operations(layers: Sequence[Layer]) -> tuple[Operation, ...]:
    """The operations of one network's trace, in order."""
    layers = layers_of(layers)
    by_name = {layer.name: layer for layer in layers}
    gone = {name for layer in layers for name in _joined(layer, by_name)}
    found: list[Operation] = []
    writer = {IMAGE: IMAGE}  # the operation that writes a layer's values
    for layer in layers:
        reads = tuple(writer[one] for one in layer.reads)
        if not known(layer, STAYS) or layer.name in gone:
            writer[layer.name] = reads[0]
            continue
        channels = layer.c_out if layer.op in WEIGHTED else 0
        found.append(Operation(layer.name, layer.op, reads, volume(layer.shape_out), channels))
        if layer.op != "activation" and layer.function not in FUSED:  # such as a softmax
            name = f"{layer.name}_{layer.function}"
            found.append(Operation(name, "activation", (layer.name,), found[-1].values))
        writer[layer.name] = found[-1].name
    return tuple(found)


STAYS = {  # whether an operation of a trace is one of a runtime
    **dict.fromkeys((*WEIGHTED, "addition", "multiplication", "concatenation"), True),
    **dict.fromkeys(("activation", "rescaling", *POOLING, *MOVES), True),
    **dict.fromkeys(("batch_norm", "dropout"), False),
}
FUSED = ("ReLU", "ReLU6", "relu", "relu6", "")  # functions that another operation can end with


def _joined(layer: Layer, by_name: Mapping[str, Layer]) -> Iterator[str]:
    """The names of the layers that the converter joins to a neighbour, seen from this one."""
    read = by_name.get(layer.reads[0])
    before = read.op if read else ""
    if layer.op == "activation" and layer.function in FUSED:
        yield layer.name
    if layer.op == "reshape" and before == "pooling":  # which keeps its dimensions instead
        yield layer.name
    if layer.op in SLIDING and read and before == "padding" and _is_same(read, layer):
        yield read.name


def _is_same(padding: Layer, layer: Layer) -> bool:
    """Whether a convolution after a padding is the one that pads by itself ("same")."""
    sides = zip(padding.shape_in[:2], padding.shape_out[:2], strict=True)
    return all(
        padded == max((-(-size // layer.stride) - 1) * layer.stride + layer.reach(axis), size)
        for axis, (size, padded) in enumerate(sides)
    )


def tensors(graph: Sequence[Operation], image: int) -> list[Tensor]:
    """The tensors of a graph: the image, of so many values, then what each operation writes.

    A tensor is alive from the operation that writes it to the last that reads it.
    """
    last = {one: number for number, own in enumerate(graph) for one in own.reads}
    found = [Tensor(image, 0, last.get(IMAGE, 0))]
    for number, own in enumerate(graph):
        found.append(Tensor(own.values, number, last.get(own.name, number)))
    return found
