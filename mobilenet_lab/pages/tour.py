"""The tour's three panels: MACs, parameters and published top-1 along a knob."""

from collections.abc import Sequence
from typing import Any

from mobilenet_lab import checks
from mobilenet_lab.costs.cost import cost
from mobilenet_lab.costs.curves import extremes
from mobilenet_lab.costs.limits import LIMITS
from mobilenet_lab.costs.sweep import sweep
from mobilenet_lab.networks.design import CLASSES, Design
from mobilenet_lab.networks.families import FAMILIES, NEWEST, at_first, knobs
from mobilenet_lab.pages import designs
from mobilenet_lab.pages.parts import (
    Axes,
    Choice,
    Key,
    Live,
    Panel,
    checked_designs,
    family_choice,
    positions,
    sliders,
)
from mobilenet_lab.pages.words import described
from mobilenet_lab.plots.style import INK, PALE, REFERENCE, family_color, label, written
from mobilenet_lab.plots.sweep import heights_of
from mobilenet_lab.published.known import ELSEWHERE, SERIES, top1
from mobilenet_lab.search.budget import Budget


def tour(
    family: str = NEWEST,
    along: str = "alpha",
    budget: Budget | None = None,
    pinned: Sequence[Design] = (),
    classes: int = CLASSES,
    **start: float | None,
) -> Live:
    """MACs, parameters and published top-1 along one knob: a curve a family, a design on them.

    Begins with a `family`, `along` a knob's name, at an `alpha`, a `resolution` (px) and own knobs
    within their sliders' ranges. `pinned` designs stay beside it, grey. Of a `budget` the limits of
    MACs and parameters are drawn. Raises `ValueError` for anything else.
    """
    checks.one_of("along", along, knobs())
    classes = checks.integer("classes", classes)
    axes, at = positions(start)
    counts = {key: designs.columns(key, axes, classes) for key in FAMILIES}
    data = {
        "axes": axes,
        "families": {key: designs.looks(key) | counts[key] | _own(key) for key in FAMILIES},
        "first": at_first(),
        "published": designs.published(classes),
        "along": {name: _along(name) for name in knobs()},
        "heights": _heights(classes),
        "limits": _limits(budget),
        "pinned": [_pin(one, axes) for one in checked_designs("pinned", pinned)],
        "notes": {
            "none": "nothing published for this design" if classes == CLASSES else ELSEWHERE,
            "lacks": "{family} has no {knob}: no mark",
        },
    }
    names = Choice("along", "along", {name: one.axis for name, one in knobs().items()}, along)
    return Live(
        script="tour",
        title="What a MobileNet costs",
        intro="Move a slider, and see how MACs, parameters and published accuracy follow.",
        controls=[family_choice(family), names, *sliders(axes, at)],
        panels=[Panel(name, label(name)) for name in ("macs", "params", "top1")],
        legend=_legend(len(data["pinned"]) > 0),
        data=data,
        notes=[
            "A family that the plots do not begin with comes in when it is chosen.",
            "MACs and parameters are computed, for one image and all variables of the Keras model.",
            "Accuracies are published: by the papers, with their checkpoints, or by Keras.",
        ],
        table="The curve as numbers",
    )


def _heights(classes: int) -> dict[str, Any]:
    """The vertical axes of the panels."""
    found = heights_of(extremes(classes))
    return {
        name: {"range": limits, "ticks": [*ticks], "log": name in designs.COUNTS}
        for name, (limits, ticks) in found.items()
    }


def _own(family: str) -> dict[str, Any]:
    return {"knobs": [name for name in knobs() if FAMILIES[family].uses(name)]}


def _along(name: str) -> dict[str, Any]:
    """A knob as an axis."""
    knob = knobs()[name]
    return {"label": knob.axis, "range": knob.limits, "ticks": knob.ticks, "symbol": knob.symbol}


def _pin(design: Design, axes: Axes) -> dict[str, Any]:
    """A pinned design: where it stands, and its own curves along each knob."""
    price, at = cost(design), designs.at_of(design)
    lines = {}
    for name, values in designs.used(design.family, axes).items():
        frame = sweep(design.family, **at | {name: values}, classes=design.classes)
        lines[name] = {"x": values} | {one: frame[one].tolist() for one in designs.COUNTS}
    counts = {name: getattr(price, name) for name in designs.COUNTS}
    return {
        "at": at,
        "words": described(design, **counts),
        "lines": lines,
        **counts,
        "top1": top1(design)[0],
    }


def _limits(budget: Budget | None) -> dict[str, Any]:
    """The limits that the panels show: the most in millions, and what that is called."""
    if budget is None:
        return {}
    if not isinstance(budget, Budget):
        checks.refuse("budget", budget, "a Budget or None")
    return {
        name: {
            "most": most / 1e6,
            "words": f"Limit: {written(most, name)} {LIMITS[name].title}.",
        }
        for name, most in budget.limits.items()
        if name in designs.COUNTS
    }


def _legend(pinned: bool) -> list[Key]:
    lines = [Key(key, "line", edge=family_color(key)) for key in FAMILIES]
    return [
        *lines,
        Key(SERIES["checkpoint"], "o", fill=INK),
        Key(SERIES["paper"], "D", edge=INK),
        Key("your design", "ring", edge=INK, fill=PALE),
        *[Key("pinned", "ring", edge=REFERENCE)] * pinned,
    ]
