"""Designs that a reader might choose, right and wrong, and the hints they get."""

import pytest

from mobilenet_lab import Design, cost
from mobilenet_lab.exercises import check
from mobilenet_lab.exercises.check import exercise

BOTH = pytest.mark.parametrize("name", ["03.4", "03.5"])


@BOTH
@pytest.mark.parametrize(
    ("design", "hint"),
    [
        (Design("v1"), "million MACs: too many"),
        (Design("v1", 0.75, resolution=128), "Only α changes these"),
        (Design("v2", 0.5), "is about MobileNet v1"),
        (Design("v1", 0.5, classes=10), "Change α and the resolution alone"),
    ],
)
def test_what_does_not_fit_is_named(name, design, hint):
    verdict = check(name, design)
    assert verdict.right is False and hint in verdict.text


@pytest.mark.parametrize(
    ("name", "design", "hint"),
    [
        ("03.4", Design("v1", 0.5, resolution=192), "It fits and reaches 61.7 %"),
        ("03.4", Design("v1", 0.55, resolution=160), "none of the sixteen released"),
        ("03.4", Design("v1", 0.75, resolution=160), "2,601,976 parameters: too many"),
        ("03.5", Design("v1", 0.6, resolution=192), "α could be larger"),
        ("03.5", Design("v1", 0.65, resolution=160), "the resolution could be larger"),
        ("03.5", Design("v1", 0.66, resolution=160), "in steps of 0.05"),
        ("03.5", Design("v1", 0.65, resolution=200), "multiples of 32"),
    ],
)
def test_what_fits_but_is_not_the_best_is_named(name, design, hint):
    verdict = check(name, design)
    assert verdict.right is False and hint in verdict.text, verdict.text


def test_a_step_more_exceeds_a_budget():
    best = exercise("03.5").example
    assert check("03.5", best).right
    assert cost(best).params <= 2.1e6 and cost(best).macs <= 200e6
    assert cost(best.replace(alpha=round(best.alpha + 0.05, 2))).params > 2.1e6
    assert cost(best.replace(resolution=best.resolution + 32)).macs > 200e6
