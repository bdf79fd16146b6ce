"""Exercise 00.3's shares and exercise 00.4's designs, each with what is said about it."""

import pytest

from mobilenet_lab import Design, cost
from mobilenet_lab.exercises import check
from mobilenet_lab.exercises.tour import BUDGET, affordable, excess_shares
from mobilenet_lab.published.known import known


def hint(name, answer):
    """What a wrong answer hears."""
    verdict = check(name, answer)
    assert verdict.right is False
    return verdict.text


def test_the_shares_of_the_excess_add_up():
    shares = excess_shares()
    assert shares.sum() == pytest.approx(100) and shares.idxmax() == "stage2"
    assert (shares > 0).all()


def test_the_best_network_within_the_budget_is_a_published_one_and_the_only_best():
    best, second, *_ = affordable()
    assert best.top1 > second.top1 and {best.series, second.series} == {"checkpoint"}
    assert best.macs <= BUDGET
    rivals = [one for one in known() if one.series == "checkpoint" and one.macs <= BUDGET]
    rivals = [one for one in rivals if one.design.family in ("v1", "v2")]
    assert max(rivals, key=lambda one: one.top1) == best


def test_another_family_is_not_asked_for():
    said = hint("00.4", Design("v3-small", 0.75))
    assert said.endswith("The question is about v1 and v2, not v3-small.")


def test_a_design_over_the_budget():
    design = Design("v1", 0.5, resolution=192)
    said = hint("00.4", design)
    assert f"{cost(design).macs / 1e6:.1f} million MACs, which is over budget" in said


@pytest.mark.parametrize(
    "design",
    [
        Design("v2", 0.6, resolution=160),
        Design("v2", 0.5, expansion=3),
        Design("v2", 0.5, classes=20),
        Design("v2", 0.5, dialect="listing"),
    ],
)
def test_a_design_that_nobody_trained(design):
    assert cost(design).macs <= BUDGET
    assert "the authors released no checkpoint of it" in hint("00.4", design)


@pytest.mark.parametrize(
    ("design", "points", "advice"),
    [
        (Design("v1", 0.5, resolution=160), "6.3", "Try the other family."),
        (Design("v2", resolution=128), "0.1", "Try again."),
    ],
)
def test_a_design_that_another_one_beats(design, points, advice):
    assert hint("00.4", design).endswith(f"reaches {points} points more. {advice}")
