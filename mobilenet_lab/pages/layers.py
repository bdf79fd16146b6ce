"""MACs, parameters and memory layer by layer, of every design that the sliders can set."""

from typing import Any

import numpy as np

from mobilenet_lab import checks
from mobilenet_lab.costs.cost import layer_table
from mobilenet_lab.costs.many import cost_columns, traces
from mobilenet_lab.costs.memory import held
from mobilenet_lab.networks.design import CLASSES, Design
from mobilenet_lab.networks.families import FAMILIES, NEWEST, knobs
from mobilenet_lab.networks.trace import Layer
from mobilenet_lab.pages import designs
from mobilenet_lab.pages.parts import (
    Axes,
    Choice,
    Key,
    Live,
    Panel,
    family_choice,
    positions,
    sliders,
)
from mobilenet_lab.plots.layer_bars import LayerBars, ceiling, kind_of, stage_name
from mobilenet_lab.plots.style import millions

BARS = tuple(LayerBars.TITLES)  # "macs", "params" and "held"
SCALES = {"whole": "of the full-sized network", "own": "of this design"}


def layers(
    family: str = NEWEST,
    scale: str = "whole",
    classes: int = CLASSES,
    **start: float | None,
) -> Live:
    """A bar a layer of a design: MACs, parameters, and the values held while the layer runs.

    Begins with a `family` at an `alpha`, a `resolution` (px) and own knobs within their sliders'
    ranges; `scale` is "whole", that of the full-sized network, or "own". Raises `ValueError` for
    anything else.
    """
    checks.one_of("scale", scale, SCALES)
    classes = checks.integer("classes", classes)
    axes, at = positions(start)
    own = {key: _family(key, axes, classes) for key in FAMILIES}
    kinds = {one for each in own.values() for one in each["kinds"]}
    return Live(
        script="layers",
        title="Layer by layer",
        intro="Where a MobileNet spends its MACs, its parameters and its memory.",
        controls=[
            family_choice(family),
            *sliders(axes, at),
            Choice("scale", "scale", SCALES, scale),
        ],
        panels=[Panel(name, title, 150) for name, title in LayerBars.TITLES.items()],
        legend=[
            Key(kind, "bar", fill=color) for kind, color in LayerBars.KINDS.items() if kind in kinds
        ],
        data={"axes": axes, "families": own, "colors": LayerBars.KINDS},
        notes=[
            "All is computed, for one image. A layer that a design lacks leaves its place empty.",
            "Held are a layer's inputs, its output, and what later layers still need.",
        ],
        table="The layers as numbers",
    )


def _family(family: str, axes: Axes, classes: int) -> dict[str, Any]:
    """A family's designs, as `designs.columns`, and their layers."""
    priced, found = designs.columns(family, axes, classes), bars(family, axes, classes)
    whole = layer_table(Design(family, classes=classes))
    scale = {name: ceiling(whole[name].max() / 1e6) for name in BARS}
    return {
        "title": FAMILIES[family].title,
        "knobs": [name for name in knobs() if FAMILIES[family].uses(name)],
        "words": priced["words"],
        "said": priced["said"],
        "scale": scale,
        "peaks": [millions(max(filter(None, own))) for own in zip(*found["held"], strict=True)],
        **found,
    }


def bars(family: str, axes: Axes, classes: int) -> dict[str, Any]:
    """The layers of every design of a family that have bars, in order.

    `names`, `stages` and `kinds` say which layers; `macs`, `params` and `held` have a list for each
    layer, of the designs of `designs.every`; None where a design lacks the layer. Parameters do not
    depend on the resolution, and stand once for all of them.
    """
    own = designs.used(family, axes)
    shape = tuple(map(len, own.values()))
    values = {
        name: np.array(positions).reshape([-1 if one == at else 1 for one in range(len(shape))])
        for at, (name, positions) in enumerate(own.items())
    }
    ((_, _, trace),) = traces(family, values, classes, cost_columns)
    there = [(one, amount) for one, amount in zip(trace, held(trace), strict=True)]
    there = [(one, amount) for one, amount in there if amount is not None]
    across = list(own).index("resolution")
    first = tuple(slice(0, 1) if at == across else slice(None) for at in range(len(shape)))
    return {
        "names": [one.name for one, _ in there],
        "stages": [stage_name(one.stage) for one, _ in there],
        "kinds": [kind_of(one) for one, _ in there],
        "macs": [_spread(one.macs, one, shape) for one, _ in there],
        "params": [_spread(one.params, one, shape, first) for one, _ in there],
        "held": [_spread(amount, one, shape) for one, amount in there],
    }


def _spread(amount: Any, layer: Layer, shape: tuple[int, ...], part: Any = ...) -> list[int | None]:
    """A layer's amount in each design; None where the layer is missing."""
    amounts = np.broadcast_to(amount, shape)[part].reshape(-1).tolist()
    present = np.broadcast_to(layer.present, shape)[part].reshape(-1).tolist()
    return [one if own else None for one, own in zip(amounts, present, strict=True)]
