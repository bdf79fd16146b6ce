"""The different networks of a family's axes: several α may round to the same widths."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from mobilenet_lab.costs.many import Of, Part, column, counts, traces
from mobilenet_lab.networks.families import FAMILIES
from mobilenet_lab.networks.knobs import COMMON
from mobilenet_lab.networks.trace import WEIGHTED, Count, Layer
from mobilenet_lab.search.grid import Axes


@dataclass(frozen=True)
class Space:
    """The different networks of one family: the values of each axis, and how often each is meant.

    axes: different values by name, in the order of the grid. `times`: for each of them, how many
    values of the grid's axis give the same network.
    """

    family: str
    classes: int
    axes: dict[str, np.ndarray]
    times: dict[str, np.ndarray]

    @property
    def shape(self) -> tuple[int, ...]:
        """The number of values along each axis."""
        return tuple(map(len, self.axes.values()))

    @property
    def networks(self) -> int:
        """How many different networks there are."""
        return math.prod(self.shape)

    def traces(self, of: Of) -> Iterator[tuple[Part, dict[str, np.ndarray], tuple[Layer, ...]]]:
        """The networks in parts: their places, values and trace; `of` as in `many.traces`."""
        return traces(self.family, _crossed(self.axes), self.classes, of)

    def designs(self, part: Part) -> np.ndarray:
        """How many designs of the grid each network of a part stands for."""
        found = np.ones([1] * len(part), dtype=np.int64)
        for own, cut in zip(_crossed(self.times).values(), part, strict=True):
            found = found * own[tuple(cut if n > 1 else slice(None) for n in own.shape)]
        return found

    def places(self, part: Part) -> np.ndarray:
        """The places of a part's networks in the order of the product, in the part's shape."""
        found = np.zeros([1] * len(part), dtype=np.int64)
        for axis, (length, cut) in enumerate(zip(self.shape, part, strict=True)):
            own = np.arange(length)[cut].reshape(
                [-1 if axis == at else 1 for at in range(len(part))]
            )
            found = found * length + own
        return found

    def at(self, places: np.ndarray) -> dict[str, np.ndarray]:
        """The values of some networks by their places in the order of the product."""
        where = np.unravel_index(places, self.shape)
        return {name: own[at] for (name, own), at in zip(self.axes.items(), where, strict=True)}

    def same(self, places: np.ndarray) -> np.ndarray:
        """How many other designs of the grid are the same network, for each of some places."""
        where = np.unravel_index(places, self.shape)
        times = [own[at] for own, at in zip(self.times.values(), where, strict=True)]
        return np.prod(times, axis=0) - 1

    def find(self, pairs: Iterable[tuple[float, int]]) -> list[int]:
        """The places of networks of these α and sizes with the usual own knobs."""
        usual, found = FAMILIES[self.family].defaults, list[int]()
        for alpha, resolution in pairs:
            values = {"alpha": alpha, "resolution": resolution} | usual
            where = [np.flatnonzero(own == values[name]) for name, own in self.axes.items()]
            if all(own.size for own in where):
                found.append(int(np.ravel_multi_index([own[0] for own in where], self.shape)))
        return sorted(found)

    def priced(self, places: np.ndarray, of: Of) -> dict[str, np.ndarray]:
        """The columns that `of` gives of the traces of some networks."""
        return counts(self.family, self.at(places), self.classes, "paper", of=of)


def space(family: str, axes: Axes, classes: int) -> Space:
    """The different networks of a family's checked axes.

    Of several α that give one network a published one stands for all, else one that a slider has,
    else the first. α acts through the widths of layers alone, so any size and own knob tells which
    α are the same.
    """
    firsts = {name: own[:1] for name, own in axes.items()}
    alphas = counts(
        family,
        {name: column(own) for name, own in (firsts | {"alpha": axes["alpha"]}).items()},
        classes,
        "paper",
        of=widths,
    )
    keys: dict[str, Any] = dict(axes) | {"alpha": list(zip(*alphas.values(), strict=True))}
    values, times = {}, {}
    for name, own in axes.items():
        groups = _groups(keys[name])
        chosen = [min(group, key=lambda at: _rank(family, name, own[at])) for group in groups]
        order = np.argsort(chosen, kind="stable")
        values[name] = column([own[chosen[one]] for one in order])
        times[name] = np.array([len(groups[one]) for one in order])
    return Space(family, classes, values, times)


def widths(layers: tuple[Layer, ...]) -> dict[str, Count]:
    """The channels that each layer with a kernel writes."""
    return {layer.name: layer.c_out for layer in layers if layer.op in WEIGHTED}


def _groups(keys: Any) -> list[list[int]]:
    """The places of equal keys."""
    found: dict[Any, list[int]] = {}
    for place, key in enumerate(keys):
        found.setdefault(key, []).append(place)
    return list(found.values())


def _rank(family: str, name: str, value: Any) -> int:
    """0 for a published α, 1 for a slider's, 2 for any other."""
    imagenet = FAMILIES[family].imagenet
    if name != "alpha":
        return 0
    return 0 if imagenet and value in imagenet.alphas else 1 if value in COMMON[name].values else 2


def _crossed(axes: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Each axis along a dimension of its own."""
    return {
        name: own.reshape([-1 if axis == at else 1 for axis in range(len(axes))])
        for at, (name, own) in enumerate(axes.items())
    }
