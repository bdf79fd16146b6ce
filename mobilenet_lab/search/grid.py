"""The designs that a review looks at: each family's axes, checked."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mobilenet_lab import checks
from mobilenet_lab.costs.sweep import axes_of, several, sizes_of
from mobilenet_lab.networks import aliases
from mobilenet_lab.networks.design import checked_knobs, warn_of
from mobilenet_lab.networks.families import FAMILIES, at_first, knobs
from mobilenet_lab.networks.family import Family
from mobilenet_lab.networks.knobs import COMMON

BETWEEN = 16  # pixels from one input size of the default grid to the next

Axes = Mapping[str, tuple[Any, ...]]  # "alpha", "resolution" and a family's own knobs, by name


@dataclass(frozen=True)
class Grid:
    """Designs by their axes: for each family the values of each of its knobs, and the classes."""

    axes: Mapping[str, Axes]
    classes: int = 1000

    def __len__(self) -> int:
        return sum(math.prod(map(len, own.values())) for own in self.axes.values())


def checked(families: Any, given: Mapping[str, Any], classes: Any) -> Grid:
    """The grid of some families with the given values by knob, None for the default.

    Without families it has those of `at_first`. Raises `ValueError` for values that `Design`
    refuses and for a knob that none of the families has, `TypeError` for a name that is not a knob.
    Warns as `Design` does.
    """
    for name in given:
        if name not in knobs():
            aliases.refuse(name, ("families", *knobs(), "classes"))
    classes = checks.integer("classes", classes)
    names = several("families", at_first() if families is None else families)
    names = list(dict.fromkeys(checks.one_of("family", one, FAMILIES) for one in names))
    listed = {
        name: list(several(name, values)) for name, values in given.items() if values is not None
    }
    used = {knob for name in names for knob in (*COMMON, *FAMILIES[name].knobs)}
    checked_knobs(names[0], {name: own for name, own in listed.items() if name not in used})
    axes = {name: _axes(name, listed) for name in names}
    for own in axes.values():
        warn_of({name: max(values) for name, values in own.items()} | {"classes": classes})
    return Grid(axes, classes)


def _axes(family: str, listed: Mapping[str, list[Any]]) -> Axes:
    """The checked values of one family's knobs, the default ones where none are given."""
    given = defaults(FAMILIES[family]) | listed | {"rho": [None]}
    found = axes_of(family, given, sizes_of(family, "", given), "paper")
    return {name: tuple(values) for name, values in found.items()}


def defaults(family: Family) -> dict[str, list[Any]]:
    """The positions of α, and the sizes in steps of 16 px, within what is published of a family."""
    alpha, pixels = COMMON["alpha"], COMMON["resolution"]
    alphas = family.imagenet.alphas if family.imagenet else alpha.published
    sizes = family.imagenet.resolutions if family.imagenet else pixels.published
    return {
        "alpha": [one for one in alpha.values if min(alphas) <= one <= max(alphas)],
        "resolution": list(range(int(min(sizes)), int(max(sizes)) + 1, BETWEEN)),
    }
