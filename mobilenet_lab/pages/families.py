"""The released networks of all families on one plane: published top-1 over MACs and parameters."""

import math
from typing import Any

from mobilenet_lab import checks
from mobilenet_lab.networks.design import Design
from mobilenet_lab.networks.families import FAMILIES, at_first
from mobilenet_lab.pages import designs
from mobilenet_lab.pages.parts import Choice, Key, Live, Panel, Slider
from mobilenet_lab.pages.words import described
from mobilenet_lab.plots.families import log_ends
from mobilenet_lab.plots.style import (
    INK,
    amount,
    family_color,
    family_marker,
    in_units,
    label,
    names_of,
)
from mobilenet_lab.published.released import DESIGN, checkpoints

ORDERS = {"macs": "MACs", "params": "parameters", "top1": "published top-1"}


def families(order: str = "macs", network: Design | None = None) -> Live:
    """Published top-1 of the authors' checkpoints over their MACs and over their parameters.

    It begins with the families of `at_first`, or with all for a `network` of another one. A slider
    goes through the networks by `order`, "macs", "params" or "top1", and rings each, beginning at
    the `network`, a released `Design`, or before the first. Raises `ValueError` for anything else.
    """
    checks.one_of("order", order, ORDERS)
    frame = checkpoints(*FAMILIES)
    listed = [Design(**row) for row in frame[DESIGN].to_dict("records")]
    by = {name: frame[name].sort_values(kind="stable").index.tolist() for name in ORDERS}
    asked = _asked(network, listed)
    shown = [one for one in by[order] if listed[one].family in asked]
    at = 0 if network is None else 1 + shown.index(listed.index(network))
    rows = frame.to_dict("records")
    names = zip(*(names_of(frame, name, "top1") for name in designs.COUNTS), strict=True)
    points = [
        {
            "family": row["family"],
            **{name: row[name] for name in (*designs.COUNTS, "top1")},
            "name": f"{one}".removeprefix("MobileNet "),
            "words": described(one, row["macs"], row["params"]),
            "said": {name: amount(row[name], name) for name in designs.COUNTS},
            "names": dict(zip(designs.COUNTS, own, strict=True)),
        }
        for one, row, own in zip(listed, rows, names, strict=True)
    ]
    there = [key for key in FAMILIES if key in set(frame.family)]
    axes = {name: _axis(name, frame) for name in designs.COUNTS}
    places = ["none"] + [points[one]["name"] for one in shown]
    low, high = (math.floor(frame.top1.min()) - 2, math.ceil(frame.top1.max()) + 2)
    return Live(
        script="families",
        title="The families on one plane",
        intro="Which network reaches more for the same price? Go through the released ones.",
        controls=[
            Choice("family", "families", _groups(), " ".join(asked)),
            Choice("order", "in order of", ORDERS, order),
            Slider("network", "network", places, at, "each of the released networks in turn"),
        ],
        panels=[Panel(name, f"{label('top1')} over {ORDERS[name]}", 340) for name in axes],
        legend=[
            *(Key(key, family_marker(key), fill=family_color(key)) for key in there),
            Key("chosen", "ring", edge=INK),
            Key("no other reaches more for less", "thin", edge=INK),
        ],
        data={
            "points": points,
            "orders": by,
            "families": {key: designs.looks(key) for key in there},
            "axes": axes,
            "top1": {"range": (low, high), "ticks": [*range(40, high, 5)]},
        },
        notes=[
            "MACs and parameters are computed, for one image and all variables of the Keras model.",
            "Accuracies are those of the authors' checkpoints with 1000 classes, in float32.",
        ],
        table="The networks as numbers",
    )


def _groups() -> dict[str, str]:
    """The families that can be shown together."""
    groups = {" ".join(keys): " and ".join(keys) for keys in (at_first(), list(FAMILIES))}
    return groups | {" ".join(FAMILIES): "all"} if len(groups) > 1 else groups


def _asked(network: Any, listed: list[Design]) -> list[str]:
    """The families to begin with. Raises `ValueError` for a network that was not released."""
    if network is None:
        return at_first()
    if network not in listed:
        checks.refuse("network", network, "a Design whose checkpoint was released")
    return at_first() if network.family in at_first() else list(FAMILIES)


def _axis(name: str, frame: Any) -> dict[str, Any]:
    limits, ticks = log_ends(in_units(frame[name], name))
    return {"label": label(name), "range": limits, "ticks": ticks, "log": True}
