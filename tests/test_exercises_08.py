"""The exercises of notebook 08 that are built, and what wrong attempts hear."""

import pytest

from mobilenet_lab import Design, trace
from mobilenet_lab.costs.conventions import CONVENTIONS, Convention
from mobilenet_lab.exercises import check
from mobilenet_lab.exercises.paper_tables import COLLEAGUE, slipped


@pytest.mark.parametrize(
    ("attempt", "hint"),
    [
        (Convention(), "For v1 it is off by -10,085,376, for v2 by -13,000,288."),
        (CONVENTIONS["MACs and batch norm"], "v1 fits, but v2 is off by +355,936."),
        (Convention(batch_norm=1, activation=1), "v1 fits, but v2 is off by -216,384."),
        (Convention("FLOPs", 1, 1, 1, 1, 1), "counts a multiplication and an addition as two"),
        (Convention("parameters"), "That counts parameters; the colleague counts operations."),
        (Convention("bytes", kernel=4), "That counts bytes"),
        (COLLEAGUE(trace(Design("v1"))), "is no answer here: give a Convention"),
    ],
)
def test_a_wrong_convention_gets_a_hint(attempt, hint):
    verdict = check("08.3", attempt)
    assert verdict.right is False and hint in verdict.text


def test_no_known_convention_is_the_colleagues():
    """So that the answer stands in no table of the notebook."""
    assert COLLEAGUE not in CONVENTIONS.values()
    two = [trace(Design(family)) for family in ("v1", "v2")]
    known = [[own(one) for one in two] for own in CONVENTIONS.values()]
    assert [COLLEAGUE(one) for one in two] not in known


def test_the_slip_is_seen_in_the_sum_alone():
    figures = slipped().set_index("stage")["million MACs"].astype(float)
    gap = round(100 * (figures.total - figures.drop("total").sum()))
    assert gap and gap % 9 == 0
    assert figures.drop("total").max() < figures.total


@pytest.mark.parametrize(
    ("attempt", "hint"),
    [
        (("stage3", 126.68), "that is what is printed there"),
        (("stage3", 100), "How far is the sum of the rows from the total?"),
        (("stage2", 45.38), "That row is right"),
        (("total", 289.4), "The total is right."),
        (("stage9", 1.0), "There is no such row; the rows are stem, stage1,"),
        (("stage3",), "is no answer here"),
        (("stage3", "162.68"), "is no answer here"),
        ("stage3", "is no answer here"),
    ],
)
def test_a_wrong_correction_gets_a_hint(attempt, hint):
    verdict = check("08.4", attempt)
    assert verdict.right is False and hint in verdict.text


def test_a_list_is_as_good_as_a_pair():
    assert check("08.4", ["stage3", 162.68]).right
