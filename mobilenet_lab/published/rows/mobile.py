"""The rows of other networks for phones, and of variants of v1 and v2 (v2 Tables 3, 4; timm)."""

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any

from mobilenet_lab.competitors import nasnet, shufflenet, timm
from mobilenet_lab.layers import FeatureMap, Layer

Network = Callable[[], FeatureMap | Sequence[Layer]]
Rows = dict[tuple[str, ...], dict[str, Network]]


def _pixels(
    network: Callable[..., FeatureMap], *args: Any, size: int = 224, **more: Any
) -> Network:
    """A network of an image of `size` × `size` px."""
    return lambda: network(FeatureMap(size, size, 3), *args, **more)


_shuffle = partial(_pixels, shufflenet.network)

NARROW = "the classifier of ShuffleNet 1x"

# What ShuffleNet's paper leaves open: whether its scale widens the stem, too.
ONE_AND_A_HALF = {
    "": _shuffle(1.5),
    "24 filters in its first convolution": _shuffle(1.5, stem_filters=24),
    "groups in its first 1x1 convolution": _shuffle(1.5, ungrouped=False),
}
TWO = {
    "": _shuffle(2.0),
    "24 filters in its first convolution": _shuffle(2.0, stem_filters=24),
    "groups in its first 1x1 convolution": _shuffle(2.0, ungrouped=False),
    "2 groups": _shuffle(2.0, 2),
}
SHUFFLENETS: Rows = {
    (table, row): own
    for table in ("v2-4", "v2-4-first")
    for row, own in (("ShuffleNet (1.5)", ONE_AND_A_HALF), ("ShuffleNet (x2)", TWO))
}


def _small_classifier(scale: float) -> Network:
    """ShuffleNet `scale`× with the classifier of 1×, whose 960 channels it does not have."""

    def layers() -> list[Layer]:
        own, small = (shufflenet.network(FeatureMap(224, 224, 3), s).layers for s in (scale, 1.0))
        body = [layer for layer in own if not layer.in_classifier]
        return body + [layer for layer in small if layer.in_classifier]

    return layers


# The first version of v2's paper prints fewer parameters of both.
FIRST: Rows = {
    ("v2-4-first", row): SHUFFLENETS["v2-4", row] | {NARROW: _small_classifier(scale)}
    for row, scale in (("ShuffleNet (1.5)", 1.5), ("ShuffleNet (x2)", 2.0))
}


def _held(groups: int = 3, *, stem_filters: int = 48, first: bool = True) -> Network:
    """ShuffleNet 2× with its stem as two blocks: v2's Table 3 has rows for what those write.

    `first=False` leaves out the first, whose map need not be held whole (the table's caption).
    """

    @cache  # for the rows of seven sizes
    def network() -> list[Layer]:
        image = FeatureMap(224, 224, 3)
        trace = shufflenet.network(image, 2.0, groups, stem_filters=stem_filters).layers
        stem = [layer for layer in trace if layer.in_first_convolution]
        blocks = [
            layer._replace(block="stem_pool" if layer.op == "max_pooling" else "stem_conv")
            for layer in stem
            if first or layer.op == "max_pooling"
        ]
        return [*blocks, *trace[len(stem) :]]

    return network


MEMORY = {"": _held(), "2 groups": _held(2)}
THIRTY_TWO = {  # which 3 groups could not split
    "2 groups and 32 filters in its first convolution": _held(2, stem_filters=32),
}
WITHOUT = {
    "without its first convolution": _held(first=False),
    "2 groups, without its first convolution": _held(2, first=False),
}
MEMORIES: Rows = {
    ("v2-3", "ShuffleNet (2x, g=3), size 112x112"): MEMORY | THIRTY_TWO,
    ("v2-3", "ShuffleNet (2x, g=3), size max"): MEMORY | WITHOUT,
    ("v2-3-earlier", "ShuffleNet (2x, g=3), size max"): MEMORY,
    **{
        (table, f"ShuffleNet (2x, g=3), size {side}x{side}"): MEMORY
        for table in ("v2-3", "v2-3-earlier")
        for side in (56, 28, 14, 7, 1)
    },
}

# Variants of v1 and v2 in the library timm

TIMM: Rows = {
    **{
        ("timm", f"mobilenetv1_100h.ra4_e3600_r224_in1k at {size}"): {
            "": _pixels(timm.v1_with_last, size=size)
        }
        for size in (224, 256)
    },
    ("timm", "mobilenetv2_110d.ra_in1k at 224"): {"": _pixels(timm.deeper_v2, 1.1, 1.2)},
    ("timm", "mobilenetv2_120d.ra_in1k at 224"): {"": _pixels(timm.deeper_v2, 1.2, 1.4)},
}

NASNETS: Rows = {("v2-4", "NasNet-A"): {"": _pixels(nasnet.network)}}

NETWORKS: Rows = {**SHUFFLENETS, **FIRST, **MEMORIES, **NASNETS, **TIMM}
REASONS: dict[tuple[str, ...], str] = {}
