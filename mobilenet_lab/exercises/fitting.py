"""A function that says whether a design fits a microcontroller, tried on every design of a grid."""

from functools import cache

import numpy as np

from mobilenet_lab import checks
from mobilenet_lab.costs import arena
from mobilenet_lab.costs.files import flash
from mobilenet_lab.exercises.kinds import Built, Wrong
from mobilenet_lab.networks.design import Design
from mobilenet_lab.networks.families import FAMILIES, at_first
from mobilenet_lab.search.grid import defaults

RAM, FLASH = 256 * 2**10, 2**20  # bytes, of the notebook's microcontroller
RUNTIME, CLASSES = "tflm", 2
SIGNATURE = "fits(design)"


def fits():
    """Whether the weights of a design fit the flash, and its tensors the RAM."""
    return Built(
        wanted=f"a function {SIGNATURE} that returns True or False",
        fits=callable,
        judged=_judge,
        example=example,
        solution='need = memory(design, 8, "tflm"); '
        "return need.peak + need.persistent <= 256 * 1024 and flash(design, 8) <= 1024 * 1024",
    )


def example(design):
    """One that is right."""
    return arena.ram(design, 8, RUNTIME) <= RAM and flash(design, 8) <= FLASH


SLIPS = {  # what is said about functions that answer as these do
    "A microcontroller needs the persistent part, too: add `persistent` to `peak`.": lambda one: (
        arena.memory(one, 8, RUNTIME).peak <= RAM and flash(one) <= FLASH
    ),
    "That counts live tensors, a lower bound. The runtime plans an arena: "
    'memory(design, 8, "tflm").': lambda one: (
        arena.ram(one, 8, "live") <= RAM and flash(one) <= FLASH
    ),
    "That looks at the RAM only. The file has to fit the flash.": lambda one: (
        arena.ram(one, 8, RUNTIME) <= RAM
    ),
    "That looks at the flash only. The tensors have to fit the RAM.": lambda one: (
        flash(one) <= FLASH
    ),
    "A value has 8 bits here, not 32: memory(design, 8, …) and flash(design, 8).": lambda one: (
        arena.ram(one, 32, RUNTIME) <= RAM and flash(one, 32) <= FLASH
    ),
    "That asks for one of the two limits; the design has to keep both.": lambda one: (
        arena.ram(one, 8, RUNTIME) <= RAM or flash(one) <= FLASH
    ),
    "256 KiB are 256 × 1024 bytes, not 256,000.": lambda one: (
        arena.ram(one, 8, RUNTIME) <= 256e3 and flash(one) <= FLASH
    ),
}


def _judge(function):
    designs, wanted = grid(), wanted_answers()
    given = np.array([_answer(function, one) for one in designs])
    if (given == wanted).all():
        return (
            f"It agrees with the search on all {len(designs)} designs, of which {wanted.sum()} "
            "fit. A search of millions does the same, only that it asks the live tensors first: "
            "what a lower bound refuses needs no plan."
        )
    raise Wrong(f"{_counterexample(designs, given, wanted)} {_slip(designs, given)}".strip())


@cache
def grid():
    """The designs of the notebook."""
    return tuple(
        Design(name, alpha, resolution=size, classes=CLASSES)
        for name in at_first()
        for own in [defaults(FAMILIES[name])]
        for alpha in own["alpha"]
        for size in own["resolution"]
    )


@cache
def wanted_answers():
    """Which of them fit."""
    return np.array([example(one) for one in grid()])


def _answer(function, design):
    found = function(design)
    if not isinstance(found, bool | np.bool_):
        raise Wrong(f"For {design} it gives {checks.shown(found, 40)}: return True or False.")
    return bool(found)


def _counterexample(designs, given, wanted):
    """The first design that is judged wrongly, with what it needs."""
    wrong = np.flatnonzero(given != wanted)
    at = int(wrong[0])
    ram, file = arena.ram(designs[at], 8, RUNTIME), flash(designs[at], 8)
    return (
        f"{len(wrong)} of {len(designs)} designs {'is' if len(wrong) == 1 else 'are'} judged "
        f"wrongly. {designs[at]} needs {ram:,} bytes of RAM and {file:,} of flash, so it "
        f"{'fits' if wanted[at] else 'does not fit'}."
    )


def _slip(designs, given):
    """The hint for functions that answer as a typical slip does; "" for any other."""
    found = (
        said
        for said, slip in SLIPS.items()
        if all(slip(one) == own for one, own in zip(designs, given, strict=True))
    )
    return next(found, "")
