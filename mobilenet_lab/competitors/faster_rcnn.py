"""Faster R-CNN (Ren et al. 2015, arXiv:1506.01497), as the TensorFlow Object Detection API has it.

A first network proposes boxes on a map of 1/16 of the image's size. From that map the features of
each proposal are cropped and resized; a second network, run once for each of them, scores the crop.
"""

from collections.abc import Iterable, Iterator

from mobilenet_lab import layers
from mobilenet_lab.layers import Layer, Tensor
from mobilenet_lab.networks.trace import Shape

ANCHORS = 12  # boxes at each position of the map: four sizes in three shapes
OFFSETS = 4  # numbers that place a box
PROPOSALS = 300


@layers.part("proposals")
def proposed(x: Tensor, anchors: int = ANCHORS, *, name: str = "") -> Tensor:
    """Offsets and two scores, object or none, of every anchor on the map `x`: (values,)."""
    k = layers.of(x)
    x = k.Conv2D(512, 3, padding="same", activation="relu6", name=f"{name}_conv")(x)
    ends = [
        k.Flatten(name=f"{name}_{kind}_flat")(
            k.Conv2D(anchors * values, 1, name=f"{name}_{kind}")(x)
        )
        for kind, values in (("offsets", OFFSETS), ("scores", 2))
    ]
    return k.Concatenate(name=f"{name}_values")(ends)


@layers.part("boxes")
def scored(x: Tensor, classes: int, *, name: str = "") -> Tensor:
    """A box for each class, and the scores of classes and background, of one crop: (values,).

    `x` is what the second network makes of the crop, a map, which is averaged, or a vector.
    """
    k = layers.of(x)
    if len(x.shape) > 2:
        x = k.GlobalAveragePooling2D(name=f"{name}_pool")(x)
    offsets = k.Dense(OFFSETS * classes, name=f"{name}_offsets")(x)
    scores = k.Dense(classes + 1, name=f"{name}_scores")(x)
    return k.Concatenate(name=f"{name}_values")([offsets, scores])


@layers.part("dense")
def flattened(x: Tensor, *, name: str = "") -> Tensor:
    """VGG's two dense layers of 4096."""
    k = layers.of(x)
    x = k.Flatten(name=f"{name}_flat")(x)
    for number in (1, 2):
        x = k.Dense(4096, activation="relu", name=f"{name}_{number}")(x)
    return x


def detector(
    first: Iterable[Layer], second: Iterable[Layer], proposals: int = PROPOSALS
) -> list[Layer]:
    """The layers of both networks; the second one's maps are those of all proposals together."""
    return [*first, *_for_each(second, proposals)]


def _for_each(trace: Iterable[Layer], proposals: int) -> Iterator[Layer]:
    for layer in trace:
        read, written = (_stacked(shape, proposals) for shape in (layer.shape_in, layer.shape_out))
        yield layer._replace(shape_in=read, shape_out=written)


def _stacked(shape: Shape, times: int) -> Shape:
    """The shape of so many maps, or vectors, one below the other."""
    height, width, channels = (1, 1, *shape)[-3:]
    return times * height, width, channels
