"""The size of a network as a .tflite file, predicted from its trace.

A file holds the weights, with batch norm folded into them. Where they are integers, it also holds a
scale (4 bytes) and a zero point (8 bytes) for the kernel of each output channel and as much for its
bias. The rest describes each layer's tensors and operations; most of it are the names that the
converter composes of Keras' layers. So this part is fitted, to files of both families that
TensorFlow's converter wrote (tests/tflm): their sizes are within 0.2 % of the prediction in the
paper dialect, within 5 % in the listing's, whose names are longer.
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
    """Bytes for each kernel weight, output channel (with its bias) and layer, and once a file."""

    kernel: int
    channel: int
    layer: int
    once: int


FORMATS = {  # by bits; the last two numbers are fitted
    8: Format(1, 4 + 2 * (4 + 8), 860, 5700),
    16: Format(2, 2, 1220, 9000),  # one more operation for each kernel and bias: to float32
    32: Format(4, 4, 770, 5500),
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
    return own.kernel * kernels + own.channel * channels + own.layer * layers + own.once


def stored(layers: Sequence[Layer]) -> Stored:
    """What a file holds of a network, from its trace or the trace of a grid (arrays, then)."""
    own = [layer for layer in layers_of(layers) if layer.op in WEIGHTED]
    return Stored(
        sum(layer.kernels for layer in own),
        sum(layer.c_out * layer.present for layer in own),
        sum(1 * layer.present for layer in own),
    )
