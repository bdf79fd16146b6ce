"""v1's α × ρ plane: computed MACs along α, and published top-1 over MACs."""

from functools import cache
from typing import Any, NamedTuple

import pandas as pd

from mobilenet_lab import checks
from mobilenet_lab.costs.frames import log_law
from mobilenet_lab.costs.laws import promised
from mobilenet_lab.networks.design import CLASSES
from mobilenet_lab.networks.families import knobs
from mobilenet_lab.pages import designs
from mobilenet_lab.pages.parts import Key, Live, Panel, positions, sliders
from mobilenet_lab.plots.plane import GRID, TICKS, ends
from mobilenet_lab.plots.style import INK, PALE, REFERENCE, RESOLUTION, label, names_of
from mobilenet_lab.published.known import ELSEWHERE
from mobilenet_lab.published.released import checkpoints

PAPER = "v1"  # whose plane it is


class Paper(NamedTuple):
    """What was published: the checkpoints priced, the sizes of their inputs, the law over MACs."""

    points: pd.DataFrame
    sizes: list[int]
    law: tuple[float, float]


@cache
def paper() -> Paper:
    """The plane's published networks, and the law fitted to those wider than α 0.25."""
    rows = checkpoints(PAPER)
    law = log_law(rows[rows.alpha > 0.25], "macs", "top1")
    return Paper(rows, sorted(set(rows.resolution)), law)


def plane(classes: int = CLASSES, **start: float | None) -> Live:
    """v1's α × ρ plane: MACs along α, a curve a resolution, and published top-1 over MACs.

    Begins at an `alpha` and a `resolution` (px) within their sliders' ranges. Raises `ValueError`
    for anything else.
    """
    classes = checks.integer("classes", classes)
    axes, at = positions(start, PAPER)
    own = paper()
    low, high = own.points.macs.min(), own.points.macs.max()
    line = [float(promised(own.law, one)) for one in (low, high)]
    data = {
        "axes": designs.used(PAPER, axes),
        "family": {"knobs": [*designs.used(PAPER, axes)]} | designs.columns(PAPER, axes, classes),
        "sizes": _sizes(own),
        "points": _points(own.points),
        "law": {"x": [low / 1e6, high / 1e6], "y": line},
        "plots": _axes(own.points),
        "note": "none published" if classes == CLASSES else ELSEWHERE,
    }
    return Live(
        script="plane",
        title="MobileNet v1: width and resolution",
        intro="Both multipliers save MACs. What does each of them cost in accuracy?",
        controls=sliders(axes, at, PAPER),
        panels=[
            Panel("macs", "computed MACs (millions)", 320),
            Panel("top1", label("top1"), 320),
        ],
        legend=[
            *(Key(f"{size} px", "o", fill=color) for size, color in _sizes(own).items()),
            Key("one α", "thin", edge=PALE),
            Key("law", "dashed", edge=REFERENCE),
            Key("your design", "ring", edge=INK),
        ],
        data=data,
        notes=[
            "MACs are computed, for one image. Accuracies are those of the authors' checkpoints.",
            "The law is a line over the logarithm of the MACs, fitted to the networks wider than"
            f" α 0.25: {own.law[0]:+.2f} points of top-1 per doubling.",
        ],
        table="The curve as numbers",
    )


def _sizes(own: Paper) -> dict[int, str]:
    """The published resolutions, and their colours."""
    return {int(size): RESOLUTION.get(size, REFERENCE) for size in own.sizes}


def _points(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The published networks, with what they are called."""
    rows = frame[["alpha", "resolution", "macs", "top1"]].to_dict("records")
    names = names_of(frame, "macs", "top1")
    return [row | {"name": name} for row, name in zip(rows, names, strict=True)]


def _axes(frame: pd.DataFrame) -> dict[str, Any]:
    """The axes of both panels."""
    (left, right), heights = ends(frame, "macs")
    alpha, macs = GRID["alpha"], GRID["macs"]
    return {
        "macs": {
            "x": {"label": label("alpha"), "range": alpha[0], "ticks": knobs()["alpha"].ticks},
            "y": {"range": macs[0], "ticks": macs[1], "log": True},
        },
        "top1": {
            "x": {
                "label": label("macs"),
                "range": (left, right),
                "ticks": [one for one in TICKS["macs"] if left <= one <= right],
                "log": True,
            },
            "y": {"range": heights, "ticks": [40, 50, 60, 70]},
        },
    }
