"""Every design that the sliders of a page can set: counts, words and published accuracies."""

import itertools
from functools import lru_cache
from typing import Any

from mobilenet_lab.costs.sweep import sweep
from mobilenet_lab.networks.design import Design
from mobilenet_lab.networks.families import FAMILIES
from mobilenet_lab.pages.parts import Axes
from mobilenet_lab.pages.words import described
from mobilenet_lab.plots.style import family_color, family_marker, millions
from mobilenet_lab.published.known import known, top1

COUNTS = ("macs", "params")


def used(family: str, axes: Axes) -> dict[str, list[float]]:
    """The positions of the knobs that a family has, by name, in the order of the data."""
    return {name: values for name, values in axes.items() if FAMILIES[family].uses(name)}


def every(family: str, axes: Axes, classes: int) -> list[Design]:
    """The designs of a family at all positions, the last knob fastest."""
    own = used(family, axes)
    return [
        Design(family, **dict(zip(own, values, strict=True)), classes=classes)
        for values in itertools.product(*own.values())
    ]


def columns(family: str, axes: Axes, classes: int) -> dict[str, Any]:
    """A family as a page's data: a list for each quantity, of the designs of `every`.

    `macs` and `params` are counts, `top1` is published (%) or None; "said" has each as text, and
    `words` the sentence about the design.
    """
    return _columns(family, tuple((name, *own) for name, own in axes.items()), classes)


@lru_cache(maxsize=16)
def _columns(family: str, positions: tuple[tuple[Any, ...], ...], classes: int) -> dict[str, Any]:
    own = used(family, {name: values for name, *values in positions})
    designs = every(family, own, classes)
    frame = sweep(family, **own, classes=classes)
    counts = {name: frame[name].tolist() for name in COUNTS}
    reached = [top1(one)[0] for one in designs]
    said: dict[str, list[str]] = {name: [*map(millions, own)] for name, own in counts.items()}
    said["top1"] = ["" if one is None else f"{one:.1f} %" for one in reached]
    pairs = zip(designs, counts["macs"], counts["params"], strict=True)
    words = [described(one, macs, params) for one, macs, params in pairs]
    return counts | {"top1": reached, "said": said, "words": words}


def looks(family: str) -> dict[str, Any]:
    """How a family is drawn, and which knobs it has."""
    own = FAMILIES[family]
    return {"title": own.title, "color": family_color(family), "marker": family_marker(family)}


def published(classes: int) -> list[dict[str, Any]]:
    """The published accuracies (top-1 in %) of the families: `family`, where it is `at`, `series`.

    Those of variants are left out.
    """
    return [
        {"family": one.design.family, "at": at_of(one.design), "top1": one.top1}
        | {"series": one.series}
        for one in known()
        if one.design.classes == classes and not one.design.variant
    ]


def at_of(design: Design) -> dict[str, Any]:
    """The values of a design's knobs by name; a knob that it lacks is missing."""
    return {"alpha": design.alpha, "resolution": design.resolution} | dict(design.knobs)
