"""The size of a network as a .tflite file, predicted from its trace.

A file holds the weights, batch norm folded into them. Where they are integers, it also holds the
scale (4 bytes) and the zero point (8 bytes) of each output channel, for its kernel and for its
bias. On top comes what describes the tensors and operations of a layer, most of it the names that
the converter composes of Keras' layers. This part was fitted to recorded files of both families
(tests/tflm); everything else is the format.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from mobilenet_lab import checks
from mobilenet_lab.networks.design import Design, checked_design, trace
from mobilenet_lab.networks.trace import WEIGHTED, Count, Layer, layers_of


class Stored(NamedTuple):
    """What a file holds of a network: kernel weights, output channels, layers that have them."""

    kernels: Count
    channels: Count
    layers: Count


class Format(NamedTuple):
    """Bytes for each kernel weight, for each output channel (its bias included), for each layer."""

    kernel: int
    channel: int
    layer: int


FORMATS = {  # by bits
    8: Format(1, 4 + 2 * (4 + 8), 900),
    16: Format(2, 2, 1500),
    32: Format(4, 4, 900),
}


def flash(design: Design, bits: int = 8) -> int:
    """The predicted bytes of a design's .tflite file at 8 (integers), 16 or 32 (floats) bits.

    Raises `ValueError` for anything else.
    """
    return file_bytes(*stored(trace(checked_design(design))), bits=bits)


def file_bytes(kernels: Any, channels: Any, layers: Any, bits: int = 8) -> Any:
    """The predicted bytes of a .tflite file: integers, or arrays and columns of them.

    `kernels` are kernel weights, `channels` the output channels of all layers that have kernels,
    each with a bias (`folded_params - kernels` of a `Cost` or a `sweep`), `layers` the number of
    those layers.
    """
    if checks.integer("bits", bits) not in FORMATS:
        checks.refuse("bits", bits, "8, 16 or 32")
    own = FORMATS[bits]
    return own.kernel * kernels + own.channel * channels + own.layer * layers


def stored(layers: Sequence[Layer]) -> Stored:
    """What a file holds of a network, from its trace or the trace of a grid (arrays, then)."""
    own = [layer for layer in layers_of(layers) if layer.op in WEIGHTED]
    return Stored(
        sum(layer.kernels for layer in own),
        sum(layer.c_out * layer.present for layer in own),
        sum(1 * layer.present for layer in own),
    )
