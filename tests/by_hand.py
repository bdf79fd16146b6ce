"""Both networks a second time, as bare arithmetic: lists of layers, nothing of the package.

A layer is (part, MACs, weights, output values, output channels); v1 from its Table 1, v2 from its
Table 2.
"""

from typing import NamedTuple


class Row(NamedTuple):
    part: str
    macs: int
    weights: int
    outputs: int
    channels: int
    relu: bool = True


def row(part, size, kernel, c_in, c_out, relu=True):
    """A convolution that writes size × size maps; depthwise layers have c_in = 1."""
    weights = kernel * kernel * c_in * c_out
    return Row(part, size * size * weights, weights, size * size * c_out, c_out, relu)


def half(size):
    """The side of a map behind a stride of 2."""
    return (size + 1) // 2


V1 = [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2)]
V1 += 5 * [(512, 1)] + [(1024, 2), (1024, 1)]
SHALLOW = [pair for pair in V1 if pair != (512, 1)]


def v1(size=224, alpha=1.0, classes=1000, blocks=V1, full=False, first=None):
    """The layers of a v1, each of 8 channels or more; `first`: filters of its first convolution."""
    size, channels = half(size), first or max(8, int(32 * alpha))
    layers = [row("first_convolution", size, 3, 3, channels)]
    for filters, stride in blocks:
        filters, size = max(8, int(filters * alpha)), half(size) if stride == 2 else size
        if full:
            layers += [row("full_convolutions", size, 3, channels, filters)]
        else:
            layers += [row("depthwise", size, 3, 1, channels)]
            layers += [row("pointwise", size, 1, channels, filters)]
        channels = filters
    return layers + [row("classifier", 1, 1, channels, classes, relu=False)]


def eight(value):
    """The nearest multiple of 8, not more than a tenth below."""
    near = max(8, int(value + 4) // 8 * 8)
    return near + 8 if near < 0.9 * value else near


V2 = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2)]
V2 += [(6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]


def v2(size=224, alpha=1.0, classes=1000):
    """The layers of a v2, and the values of its additions."""
    size, channels, added = half(size), eight(32 * alpha), 0
    layers = [row("first_convolution", size, 3, 3, channels)]
    for t, c, n, s in V2:
        for stride in [s] + (n - 1) * [1]:
            filters, wide = eight(c * alpha), t * channels
            if t > 1:
                layers += [row("pointwise", size, 1, channels, wide)]
            size = half(size) if stride == 2 else size
            layers += [row("depthwise", size, 3, 1, wide)]
            layers += [row("pointwise", size, 1, wide, filters, relu=False)]
            added += size * size * filters * (stride == 1 and filters == channels)
            channels = filters
    last = eight(1280 * max(alpha, 1.0))
    layers += [row("pointwise", size, 1, channels, last)]
    layers += [row("classifier", 1, 1, last, classes, relu=False)]
    return layers, added


def macs(layers, *without):
    """MACs of all layers but those parts."""
    return sum(layer.macs for layer in layers if layer.part not in without)


def weights(layers, *without):
    """Weights of all layers but those parts."""
    return sum(layer.weights for layer in layers if layer.part not in without)


def normalised(layers):
    """Batch-normalised channels, and the values that are normalised: all but the classifier's."""
    body = [layer for layer in layers if layer.part != "classifier"]
    return sum(layer.channels for layer in body), sum(layer.outputs for layer in body)
