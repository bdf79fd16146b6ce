"""A convolution in numbers: a map of 6 × 6 positions and 3 channels, and what each output takes.

Values and weights are small whole numbers, so that every sum can be checked by hand. The zeros of
the padding are multiplied and counted like any other value, as everywhere in the lab.
"""

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import pandas as pd

from mobilenet_lab import checks, layers
from mobilenet_lab.networks.trace import Layer

KINDS = ("full", "depthwise", "pointwise", "separable")
STRIDES, PADDINGS = (1, 2), ("same", "valid")
SIDE, CHANNELS, FILTERS, KERNEL = 6, 3, 4, 3


@dataclass(frozen=True, eq=False)
class Part:
    """One convolution. Positions and channels count from 0.

    `read` is the map that it reads, (height, width, M) with the zeros around it, of which `before`
    rows and columns come first. `weights` are (D, D, M, N), or (D, D, M, 1) if it is depthwise, as
    in Keras. `layer` is how the lab counts it.
    """

    layer: Layer
    read: np.ndarray
    before: int
    weights: np.ndarray

    @property
    def name(self) -> str:
        """ "full", "depthwise" or "pointwise"."""
        return self.layer.name

    @property
    def depthwise(self) -> bool:
        """Whether each output reads one channel only, its own."""
        return self.layer.op == "depthwise"

    @cached_property
    def written(self) -> np.ndarray:
        """The map that it writes, each output the sum of its own products."""
        written = np.empty(self.layer.shape_out, int)
        for place in np.ndindex(written.shape):
            values, weights = self.terms(*place)
            written[place] = (values * weights).sum()
        return written

    def terms(self, row: int, column: int, channel: int) -> tuple[np.ndarray, np.ndarray]:
        """What one output multiplies: values and weights, both (D, D, channels read)."""
        top, left = self.layer.stride * row, self.layer.stride * column
        kernel = self.layer.kernel
        seen = self.read[top : top + kernel, left : left + kernel]
        if self.depthwise:
            return seen[:, :, [channel]], self.weights[:, :, [channel], 0]
        return seen, self.weights[:, :, :, channel]

    @property
    def each(self) -> int:
        """The multiply-accumulates of one output."""
        return self.terms(0, 0, 0)[0].size


@cache
def numbers() -> dict[str, np.ndarray]:
    """The input, values from 0 to 3, and the weights of each part: −1, 1 or 2.

    The seed is one for which no output has more than two characters, which is what a cell holds.
    """
    chance, kernel = np.random.default_rng(292), (KERNEL, KERNEL, CHANNELS)
    found = {"input": chance.integers(0, 4, (SIDE, SIDE, CHANNELS))}
    shapes = {"full": (*kernel, FILTERS), "depthwise": (*kernel, 1)}
    for name, shape in (shapes | {"pointwise": (1, 1, CHANNELS, FILTERS)}).items():
        found[name] = chance.choice([-1, 1, 2], shape)
    return found


def parts(kind: str = "full", stride: int = 1, padding: str = "same") -> tuple[Part, ...]:
    """The convolutions of that kind, each reading what the one before writes; two if separable.

    The first one has the stride. Raises `ValueError` for another kind, stride or padding.
    """
    checks.one_of("kind", kind, KINDS)
    stride = checks.integer("stride", stride, most=max(STRIDES))
    return _parts(kind, stride, checks.one_of("padding", padding, PADDINGS))


@cache
def _parts(kind: str, stride: int, padding: str) -> tuple[Part, ...]:
    found: list[Part] = []
    for name in ("depthwise", "pointwise") if kind == "separable" else (kind,):
        values = found[-1].written if found else numbers()["input"]
        found.append(_part(name, values, 1 if found else stride, padding))
    return tuple(found)


def _part(name: str, values: np.ndarray, stride: int, padding: str) -> Part:
    x = layers.FeatureMap(*values.shape)
    k, options = layers.of(x), {"padding": padding, "use_bias": False, "name": name}
    if name == "depthwise":
        convolution = k.DepthwiseConv2D(KERNEL, stride, **options)
    else:
        convolution = k.Conv2D(FILTERS, 1 if name == "pointwise" else KERNEL, stride, **options)
    (layer,) = convolution(x).layers
    missing = max((layer.shape_out[0] - 1) * stride + layer.kernel - len(values), 0)
    zeros = (missing // 2, missing - missing // 2)  # as TensorFlow pads: an odd one comes last
    return Part(layer, np.pad(values, (zeros, zeros, (0, 0))), zeros[0], numbers()[name])


def so_far(convolution: tuple[Part, ...], row: int, column: int, channel: int) -> list[int]:
    """The multiply-accumulates of each part when this output is written.

    A part starts when the one before has written its whole map; a map is written channel by
    channel, row by row.
    """
    *first, last = convolution
    rows, columns, _ = last.layer.shape_out
    outputs = (channel * rows + row) * columns + column + 1
    return [*(part.each * part.written.size for part in first), outputs * last.each]


def products(convolution: tuple[Part, ...], row: int, column: int, channel: int) -> pd.DataFrame:
    """One row for each multiply-accumulate of an output; positions and channels count from 1.

    `writes` is the channel that the product is added to; `channel`, `row` and `column` are where
    the value stands. Rows and columns 0 and 7 are padding. A separable output needs a value of
    every channel of the map between, so their products come first.
    """
    *first, last = convolution
    steps = [(part, own) for part in first for own in range(CHANNELS)] + [(last, channel)]
    return pd.concat([_products(part, row, column, own) for part, own in steps], ignore_index=True)


def _products(part: Part, row: int, column: int, writes: int) -> pd.DataFrame:
    values, weights = part.terms(row, column, writes)
    high, wide, read = np.indices(values.shape).reshape(3, -1)
    shift = 1 - part.before
    return pd.DataFrame(
        {
            "part": part.name,
            "writes": writes + 1,
            "channel": (writes if part.depthwise else read) + 1,
            "row": part.layer.stride * row + high + shift,
            "column": part.layer.stride * column + wide + shift,
            "value": values.ravel(),
            "weight": weights.ravel(),
            "product": (values * weights).ravel(),
        }
    )
