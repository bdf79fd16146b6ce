"""The tour's three panels: MACs, parameters and published top-1 along a knob."""

from typing import Any

from mobilenet_lab import checks
from mobilenet_lab.costs.curves import extremes
from mobilenet_lab.costs.limits import LIMITS
from mobilenet_lab.networks.design import CLASSES
from mobilenet_lab.networks.families import FAMILIES, knobs
from mobilenet_lab.pages import designs
from mobilenet_lab.pages.parts import Choice, Key, Live, Panel, family_choice, positions, sliders
from mobilenet_lab.plots.style import INK, REFERENCE, family_color, label, written
from mobilenet_lab.plots.sweep import heights_of
from mobilenet_lab.published.known import ELSEWHERE, SERIES
from mobilenet_lab.search.budget import Budget

FIRST = tuple(FAMILIES)


def tour(
    family: str = designs.NEWEST,
    along: str = "alpha",
    budget: Budget | None = None,
    classes: int = CLASSES,
    **start: float | None,
) -> Live:
    """MACs, parameters and published top-1 along one knob: a curve a family, a design on them.

    Begins with a `family`, `along` a knob's name, at an `alpha`, a `resolution` (px) and own knobs
    within their sliders' ranges. Of a `budget` its limits of MACs and parameters are drawn. Raises
    `ValueError` for anything else.
    """
    checks.one_of("along", along, knobs())
    classes = checks.integer("classes", classes)
    axes, at = positions(start)
    counts = {key: designs.columns(key, axes, classes) for key in FAMILIES}
    data = {
        "axes": axes,
        "families": {key: designs.looks(key) | counts[key] | _own(key) for key in FAMILIES},
        "first": list(FIRST),
        "published": designs.published(list(FAMILIES), classes),
        "along": {name: _along(name) for name in knobs()},
        "heights": _heights(classes),
        "limits": _limits(budget),
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
        legend=_legend(),
        data=data,
        notes=[
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


def _legend() -> list[Key]:
    lines = [Key(key, "line", edge=family_color(key)) for key in FAMILIES]
    return [
        *lines,
        Key(SERIES["checkpoint"], "o", fill=INK),
        Key(SERIES["paper"], "D", edge=INK),
        Key("your design", "ring", edge=INK, fill=REFERENCE),
    ]
