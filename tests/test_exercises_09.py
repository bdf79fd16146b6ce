"""What is said to answers of notebook 09, right and wrong in the usual ways."""

from functools import cache

import pytest

from mobilenet_lab import Design, memory, review
from mobilenet_lab.costs import arena
from mobilenet_lab.costs.files import flash
from mobilenet_lab.exercises import check
from mobilenet_lab.exercises.check import exercise
from mobilenet_lab.exercises.design_review import TENSORS, tensors
from mobilenet_lab.exercises.fitting import CLASSES, FLASH, RAM, RUNTIME, grid
from mobilenet_lab.search.budget import Budget


def two_limits(held, file):
    """A function that compares one number with each limit."""
    return lambda design: held(design) <= RAM and file(design) <= FLASH


ram = cache(arena.ram)


def needs(bits=8, runtime=RUNTIME):
    return lambda design: ram(design, bits, runtime)


def as_in_the_notebook(design):
    found = memory(design, 8, RUNTIME)
    return found.peak + found.persistent


def anything(design):
    return 0


WRONG = {
    "add `persistent` to `peak`": two_limits(lambda design: memory(design).peak, flash),
    "a lower bound": two_limits(needs(runtime="live"), flash),
    "looks at the RAM only": two_limits(needs(), anything),
    "looks at the flash only": two_limits(anything, flash),
    "8 bits here, not 32": two_limits(needs(32), lambda design: flash(design, 32)),
    "has to keep both": lambda design: needs()(design) <= RAM or flash(design) <= FLASH,
    "not 256,000": lambda design: needs()(design) <= 256_000 and flash(design) <= FLASH,
    "295 of 310 designs are judged wrongly": lambda design: True,
    "return True or False": lambda design: needs()(design),
    "it stops with TypeError": lambda: True,
}


def test_a_function_of_ones_own_is_right():
    verdict = check("09.4", two_limits(as_in_the_notebook, flash))
    assert verdict.right and "all 310 designs" in verdict.text, verdict.text


@pytest.mark.parametrize("hint", WRONG)
def test_what_is_wrong_with_a_function_is_named(hint):
    verdict = check("09.4", WRONG[hint])
    assert verdict.right is False and hint in verdict.text, verdict.text


def test_the_function_is_tried_on_what_a_review_searches():
    found = review(Budget(ram=RAM, flash=FLASH, runtime=RUNTIME), classes=CLASSES)
    assert len(grid()) == found.searched == len(set(grid()))
    told = f"of which {found.fits} fit"
    assert told in check("09.4", reveal=True).text
    assert {*found.designs()} <= {*grid()}


def test_the_flash_alone_refuses_what_is_larger():
    larger = [design for design in grid() if flash(design) > FLASH]
    assert exercise("09.1").answer == len(larger)


def test_the_arena_by_hand():
    assert list(tensors().itertuples(index=False, name=None)) == list(TENSORS)
    sizes = {name: size for name, size, *_ in TENSORS}
    starts = {  # KiB, by the rule and by hand
        "expanded": 0,
        "depthwise again": 0,
        "expanded again": sizes["depthwise again"],
        "depthwise": sizes["expanded"],
        "projected": sizes["expanded"] + sizes["depthwise"],
    }
    ends = [starts[name] + size for name, size, *_ in TENSORS]
    assert exercise("09.2").answer == max(ends)
    for one, size, first, last in TENSORS:  # and nothing overlaps that is alive together
        for other, more, begins, ends_at in TENSORS:
            together = one != other and first <= ends_at and begins <= last
            apart = starts[one] + size <= starts[other] or starts[other] + more <= starts[one]
            assert apart or not together, (one, other)


@pytest.mark.parametrize("word", ["the larger one", "the one that fits", "equally good"])
def test_overlapping_intervals_do_not_tell(word):
    assert check("09.3", "cannot tell").right and check("09.3", word).right is False


def test_the_designs_of_the_third_exercise_are_those_of_its_text():
    assert review(Budget(macs="150M")).best == Design("v2", 0.95, resolution=160)
