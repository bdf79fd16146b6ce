"""Every published float32 accuracy, priced."""

from functools import cache
from typing import NamedTuple

from mobilenet_lab import published
from mobilenet_lab.costs.frames import price
from mobilenet_lab.networks.design import CLASSES, Design, checked_design
from mobilenet_lab.networks.families import at_first

SERIES = {
    "checkpoint": "published checkpoint",
    "paper": "published in the paper",
    "keras": "published by Keras",
}

ELSEWHERE = f"published for {CLASSES} classes only"  # what is said in place of an accuracy

QUOTED = (  # whose operations and parameters are printed in many places
    Design("v1"),
    Design("v1", 0.75),
    Design("v1", 0.5, resolution=160),
    Design("v2"),
    Design("v2", 1.4),
)


class Known(NamedTuple):
    """A published float32 accuracy (top-1 in %) of a design, and what the design costs."""

    design: Design
    series: str
    top1: float
    macs: int
    params: int


@cache
def known() -> list[Known]:
    """Every published float32 accuracy of any family, priced; the checkpoints' first."""
    rows = published.accuracies()
    rows = price(rows[rows.number_format == "float32"])
    found = [
        Known(
            Design(r.family, r.alpha, resolution=r.resolution, variant=r.variant),
            *(r.series, r.top1, r.macs, r.params),
        )
        for r in rows.itertuples()
    ]
    return sorted(found, key=lambda one: list(SERIES).index(one.series))


def known_checkpoints() -> list[Known]:
    """Those of the authors' checkpoints of v1 and v2, the most accurate first."""
    firsts = at_first()
    own = [one for one in known() if one.series == "checkpoint" and one.design.family in firsts]
    return sorted(own, key=lambda one: one.top1, reverse=True)


def unknown(design: Design) -> str:
    """Why a design has no published accuracy, in words."""
    if checked_design(design).classes != CLASSES:
        return f"accuracy is {ELSEWHERE}"
    return "no accuracy published"


def top1(design: Design) -> tuple[float, str] | tuple[None, None]:
    """The published float32 top-1 of a design in %, and its series; (None, None) if there is none.

    Where several series have one, the checkpoint's comes before the paper's and Keras'.
    """
    design = checked_design(design).as_published
    return next(((one.top1, one.series) for one in known() if one.design == design), (None, None))
