"""The rows of v2's Table 7: DeepLabv3 on v1, v2 and ResNet-101, for images of 513 px."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from typing import Any

import numpy as np

from mobilenet_lab.competitors import deeplab
from mobilenet_lab.layers import FeatureMap, Layer

Network = Callable[[], Sequence[Layer]]
Rows = dict[tuple[str, ...], dict[str, Network]]
Body = Callable[..., Any]

TABLE = "v2-7"
SIZE = 513
SCALES = (0.5, 0.75, 1.0, 1.25, 1.5, 1.75)  # "multi scale": the image and its mirror image at each
PADDED = "maps padded to multiples of the dilation"


def scaled(size: int, scale: float) -> int:
    """The side of an image at a scale, corner pixels on corner pixels: half of 513 is 257."""
    return int((size - 1) * scale) + 1


def _once(network: Callable[[Any], FeatureMap]) -> Network:
    """One pass over the image."""
    return cache(lambda: network(FeatureMap(SIZE, SIZE, 3)).layers)


def _passes(network: Callable[[Any], FeatureMap]) -> Network:
    """All passes over the image: two at each scale."""

    def layers() -> Sequence[Layer]:
        sides = np.array([scaled(SIZE, scale) for scale in SCALES])
        trace = network(FeatureMap(sides, sides, 3)).layers
        return [_at(layer, index) for index in range(len(sides)) for layer in trace] * 2

    return cache(layers)


def _at(layer: Layer, index: int) -> Layer:
    """A layer of a grid of sizes at one of them; without its role, since passes are no network."""
    read, written = (
        tuple(int(side[index]) if isinstance(side, np.ndarray) else side for side in shape)
        for shape in (layer.shape_in, layer.shape_out)
    )
    return layer._replace(shape_in=read, shape_out=written, role="")


def padded(network: Network) -> Network:
    """The network as TensorFlow's `space_to_batch` computes it.

    Each dilated kernel writes a map that is padded to a multiple of the dilation.
    """

    def written(layer: Layer) -> Layer:
        *sides, channels = layer.shape_out
        up = [-(-side // layer.dilation) * layer.dilation for side in sides]
        return layer._replace(shape_out=(*up, channels))

    return lambda: [written(layer) if layer.dilation > 1 else layer for layer in network()]


def _readings(
    run: Callable[..., Network], bodies: Mapping[str, Body], stride: int, aspp: bool
) -> dict[str, Network]:
    """The network on each of the bodies, as it is and with padded maps."""
    found: dict[str, Network] = {}
    for name, body in bodies.items():
        plain = run(partial(deeplab.network, body=body, output_stride=stride, aspp=aspp))
        found |= {name: plain, f"{name}, {PADDED}" if name else PADDED: padded(plain)}
    return found


def _rows(label: str, bodies: Mapping[str, Body], aspp: bool = True) -> Rows:
    """A network's two rows; the one of several passes has the weights of one pass."""
    head = f"aspp {'yes' if aspp else 'no'}"
    single = f"{label}, output stride 16, {head}, multi scale no"
    several = f"{label}, output stride 8, {head}, multi scale yes"
    once = _readings(_once, bodies, 16, aspp)
    weights = {name: network for name, network in once.items() if PADDED not in name}
    return {
        (TABLE, single, "MACs"): once,
        (TABLE, several, "MACs"): _readings(_passes, bodies, 8, aspp),
        **{(TABLE, row, "parameters"): weights for row in (single, several)},
    }


# DeepLab's own code, with the dilations of DeepLabv3's best ResNet-101 (its Table 5); and else
GRID = (1, 2, 4)
RESNETS: dict[str, Body] = {
    "": partial(deeplab.resnet_body, grid=GRID, dialect="deeplab"),
    "one dilation for the whole last stage": partial(deeplab.resnet_body, dialect="deeplab"),
    "Keras' ResNet-101": partial(deeplab.resnet_body, grid=GRID),
}

NETWORKS: Rows = {
    **_rows("MNet V1", {"": deeplab.v1_body}),
    **_rows("MNet V2*", {"": deeplab.v2_body}),
    **_rows("MNet V2*", {"": deeplab.v2_body}, aspp=False),
    **_rows("ResNet-101", RESNETS),
}
REASONS: dict[tuple[str, ...], str] = {}
