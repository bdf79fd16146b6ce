"""Two to six designs side by side: what they cost, where, what they reach, and how they differ."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from mobilenet_lab import checks
from mobilenet_lab.costs.arena import VALUE_BYTES
from mobilenet_lab.costs.latency_model import LatencyModel
from mobilenet_lab.networks.design import CLASSES, Design, checked_design
from mobilenet_lab.reports.labels import Label, labels
from mobilenet_lab.search.differences import differences
from mobilenet_lab.search.sides import Side, side, times_words

MOST = 6  # designs
LABELLED = ("unit", "basis", "convention")


@dataclass(frozen=True, eq=False)
class Comparison:
    """Designs side by side, under one convention for each count.

    sides: a record for each design with its counts, `memory`, `accuracy` and `stages`.
    labels: what each count is called, its unit, basis, convention and source.
    counts: a DataFrame with a row for each count, such as "macs", a column for each design, and its
        `unit`, `basis` ("computed", "predicted", …) and `convention`. "low" and "high" are the ends
        of the interval of "top1", whose basis is the design's own: "accuracy".
    stages: a DataFrame with a row for each stage of each design: `design, stage, macs, params,
        held_bytes`, the last at `bits` a value.
    words: sentences that say how the others differ from the first.
    """

    bits: int
    runtime: str
    sides: tuple[Side, ...]
    labels: Mapping[str, Label]
    counts: pd.DataFrame
    stages: pd.DataFrame
    words: tuple[str, ...]

    @property
    def designs(self) -> tuple[Design, ...]:
        """The designs in the order in which they were given."""
        return tuple(one.design for one in self.sides)

    def __str__(self) -> str:
        return " ".join(self.words)

    __repr__ = __str__

    def _repr_markdown_(self) -> str:
        return "\n".join(f"- {sentence}" for sentence in self.words)


def compare(
    *designs: Design,
    bits: int = 8,
    runtime: str = "tflm",
    store: Any = None,
    times: Any = None,
) -> Comparison:
    """Two to six designs side by side, a `Comparison`; no TensorFlow needed.

    `bits` and `runtime` say how memory is counted, as in `memory`, and `store` where finished runs
    are, as in `predict`. `times` is a `LatencyModel`, a DataFrame of measured times (designs in the
    columns that `price` reads, and milliseconds in the column `ms`), or None.

    Raises `ValueError` for fewer or more designs, for the same design twice, and for values that
    `memory` and `predict` refuse.
    """
    found = [checked_design(design) for design in designs]
    if not 2 <= len(set(found)) == len(found) <= MOST:
        checks.refuse("the number of different designs", len(set(found)), f"2 to {MOST}, each once")
    if times is not None and not isinstance(times, LatencyModel | pd.DataFrame):
        checks.refuse("times", times, "a LatencyModel, a DataFrame of times or None")
    sides = tuple(
        side(design, name, bits, runtime, store, times)
        for design, name in zip(found, _names(found), strict=True)
    )
    named = labels(bits, runtime, times_words(times))
    frames = _counts(sides, named), _stages(sides, bits)
    return Comparison(bits, runtime, sides, named, *frames, differences(sides))


def _names(designs):
    """What the designs are called; with their classes, also the usual ones, where these differ."""
    usual = f", {CLASSES} classes" * (len({design.classes for design in designs}) > 1)
    return [f"{design}{usual if design.classes == CLASSES else ''}" for design in designs]


def _counts(sides, named):
    """The rows of `Comparison.counts`."""
    found = {one.name: one.counts | {"accuracy": one.basis} for one in sides}
    names = [name for name in named if name in found[sides[0].name]]
    columns = {called: [own[name] for name in names] for called, own in found.items()}
    columns |= {part: [getattr(named[name], part) for name in names] for part in LABELLED}
    return pd.DataFrame(columns, pd.Index(names, name="count"), dtype=object)


def _stages(sides, bits):
    """The rows of `Comparison.stages`."""
    parts = [one.stages.reset_index().assign(design=one.name) for one in sides]
    found = pd.concat(parts, ignore_index=True)
    found["held_bytes"] = found["held"].astype(object) * VALUE_BYTES[bits]
    return found[["design", "stage", "macs", "params", "held_bytes"]]
