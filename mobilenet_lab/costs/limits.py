"""What a budget can limit, and what a design needs of it."""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from mobilenet_lab.costs.arena import ram
from mobilenet_lab.costs.cost import cost
from mobilenet_lab.costs.files import flash
from mobilenet_lab.networks.design import Design, checked_design


class Limit(NamedTuple):
    """What is limited: its name, the unit that people write it in, and how much that unit is."""

    title: str
    unit: str
    size: int


LIMITS = {
    "macs": Limit("MACs", "M", 10**6),
    "params": Limit("parameters", "M", 10**6),
    "ram": Limit("RAM", "KiB", 2**10),
    "flash": Limit("flash", "KiB", 2**10),
}
BITS = 8  # where a device's memory is concerned: integers throughout

Budget = Mapping[str, float | None]  # the most that is allowed by name; None or missing: no limit


def least(design: Design) -> dict[str, int]:
    """What a design needs at least, by the names of `LIMITS`: "ram" are its live int8 tensors.

    They are a lower bound of what a runtime takes that does not work in place, such as TensorFlow
    Lite Micro (see `costs.arena`). "flash" is the predicted int8 file.
    """
    return _least(checked_design(design))


@lru_cache(maxsize=512)
def _least(design: Design) -> dict[str, int]:
    counted = cost(design)
    needed = {"macs": counted.macs, "params": counted.params}
    return needed | {"ram": counted.peak_bytes(BITS), "flash": flash(design, BITS)}


def needs(design: Design) -> dict[str, int]:
    """The same as TensorFlow Lite Micro plans it: "ram" is the arena and its persistent part."""
    return least(design) | {"ram": _planned(design)}


@lru_cache(maxsize=4096)
def _planned(design: Design) -> int:
    return ram(design, BITS, "tflm")


def excess(design: Design, budget: Budget) -> dict[str, float]:
    """By how much a design exceeds each limit that it exceeds.

    A plan is made only where there is a limit of RAM.
    """
    set_ones = {name: most for name, most in budget.items() if most is not None}
    amounts = needs(design) if "ram" in set_ones else least(design)
    return {name: amounts[name] - most for name, most in set_ones.items() if amounts[name] > most}


def fits(design: Design, budget: Budget) -> bool:
    """Whether a design exceeds no limit; a plan is made only if the lower bounds fit."""
    amounts = least(design)
    over = any(most is not None and amounts[name] > most for name, most in budget.items())
    return not over and not excess(design, budget)
