"""Inception modules: convolutions of several sizes side by side on one map, concatenated.

A path is a sequence of steps, each a convolution (filters, kernel) or (filters, kernel, strides),
or a list of convolutions side by side, with which the path ends.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from mobilenet_lab import layers
from mobilenet_lab.competitors.convolutions import normalised
from mobilenet_lab.layers import Tensor

Path = Sequence[Any]


class Row(NamedTuple):
    """A row of a table of Inception modules: filters of each convolution, 0 for none."""

    one: int
    three_reduced: int
    three: int
    wide_reduced: int
    wide: int
    projection: int = 0
    pool: str = "max"
    strides: int = 1


@layers.part("block")
def block(
    x: Tensor,
    row: Row,
    *,
    wide: Sequence[int] = (5,),
    convolution: Callable[..., Tensor] = normalised,
    name: str = "",
) -> Tensor:
    """1×1; 1×1 and 3×3; 1×1 and convolutions of `wide` kernels; pooling and 1×1 projection."""
    *narrow, last = wide
    within: list[Any] = [(row.wide, kernel) for kernel in narrow]
    paths: list[Path] = [
        [(row.one, 1)] if row.one else [],
        [(row.three_reduced, 1), (row.three, 3, row.strides)],
        [(row.wide_reduced, 1), *within, (row.wide, last, row.strides)],
    ]
    return mixed(
        x, paths, row.projection, row.pool, row.strides, convolution=convolution, name=name
    )


def mixed(
    x: Tensor,
    paths: Sequence[Path],
    projection: int = 0,
    pool: str = "average",
    strides: int = 1,
    *,
    strided: str = "same",
    convolution: Callable[..., Tensor] = normalised,
    name: str,
) -> Tensor:
    """Paths and a pooling of 3×3 positions, with a 1×1 `projection` unless 0, concatenated.

    `strided` is the padding of whatever has a stride of 2.
    """
    k = layers.of(x)
    ends = [
        _along(x, path, strided, convolution, f"{name}_path{number}")
        for number, path in enumerate(filter(len, paths), start=1)
    ]
    pooling = {"max": k.MaxPooling2D, "average": k.AveragePooling2D}[pool]
    padding = "same" if strides == 1 else strided
    last = pooling(3, strides, padding=padding, name=f"{name}_pool")(x)
    if projection:
        last = convolution(last, projection, 1, name=f"{name}_projection")
    return k.Concatenate(name=f"{name}_join")([*ends, last])


def _along(
    x: Tensor, path: Path, strided: str, convolution: Callable[..., Tensor], name: str
) -> Tensor:
    """The end of one path."""
    for number, step in enumerate(path, start=1):
        own = f"{name}_{number}"
        if isinstance(step, list):
            sides = [
                convolution(x, filters, kernel, name=f"{own}_{side}")
                for side, (filters, kernel) in enumerate(step, start=1)
            ]
            return layers.of(x).Concatenate(name=f"{own}_join")(sides)
        filters, kernel, strides = (*step, 1)[:3]
        padding = "same" if strides == 1 else strided
        x = convolution(x, filters, kernel, strides, padding, name=own)
    return x


@layers.part("stage")
def stage(
    x: Tensor, rows: Sequence[Row], maps: list[Tensor], *, name: str = "", **options: Any
) -> Tensor:
    """Modules on one size of maps, with `options` of `block`; `maps` gains what each writes."""
    for number, row in enumerate(rows, start=1):
        x = block(x, row, name=f"{name}_block{number}", **options)
        maps.append(x)
    return x


@layers.part("classifier")
def classifier(x: Tensor, n_classes: int = 1000, *, name: str = "") -> Tensor:
    """Global average pooling and a dense softmax; gives (n_classes,)."""
    k = layers.of(x)
    x = k.GlobalAveragePooling2D(name=f"{name}_pool")(x)
    x = k.Dropout(0.2, name=f"{name}_dropout")(x)
    return k.Dense(n_classes, activation="softmax", name=f"{name}_dense")(x)
