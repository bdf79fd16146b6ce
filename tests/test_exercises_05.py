"""Searches that a reader might write, right and wrong, and the hints they get."""

import pytest

from mobilenet_lab import published
from mobilenet_lab.exercises import check
from mobilenet_lab.exercises.check import exercise


def search(*, reach=lambda points, top1: points.top1 >= top1, by=None, last=False, give=None):
    """A search with some steps done differently."""

    def cheapest(points, top1, price):
        rows = points[reach(points, top1)].sort_values(by or price)
        row = rows.iloc[-1 if last else 0]
        return give(row, rows) if give else row

    return cheapest


def in_place(points, top1, price):
    points["reaches"] = points.top1 >= top1
    return points[points.reaches].sort_values(price).iloc[0]


RIGHT = {
    "a row": search(),
    "a frame of one row": search(give=lambda row, rows: rows.head(1)),
    "by the index of the least": lambda points, top1, price: points.loc[
        points[price][points.top1 >= top1].idxmin()
    ],
    "points may be changed": in_place,
}
WRONG = {
    "which does not reach it": search(reach=lambda points, top1: points.top1 > 0),
    "A network with exactly this accuracy reaches it too": search(
        reach=lambda points, top1: (points.top1 > top1) | (points.top1 == points.top1.max())
    ),
    "That is the cheapest in MACs: sort by `price`": search(by="macs"),
    "That is the cheapest in parameters: sort by `price`": search(by="params"),
    "the least accurate one that reaches it": search(by="top1"),
    "and a cheaper one reaches as much": search(last=True),
    "return one row of points": search(give=lambda row, rows: row.macs),
    "it gives None": lambda points, top1, price: None,
    "a row that is not in points": search(give=lambda row, rows: row.replace(row.alpha, 9.0)),
    "it stops with TypeError": lambda points, top1: points.iloc[0],
    "it stops with KeyError": search(by="cost"),
}


@pytest.mark.parametrize("way", RIGHT)
def test_several_ways_to_write_it_are_right(way):
    verdict = check("05.5", RIGHT[way])
    assert verdict.right, verdict.text


@pytest.mark.parametrize("hint", WRONG)
def test_what_is_wrong_is_named(hint):
    verdict = check("05.5", WRONG[hint])
    assert verdict.right is False and hint in verdict.text, verdict.text


def test_the_solution_that_is_shown_is_code_that_is_right():
    """It is what `reveal=True` prints."""
    names = "points, top1, price"
    assert check("05.5", eval(f"lambda {names}: {exercise('05.5').solution}")).right


def test_the_recipes_that_a_hint_names_are_those_of_timm():
    networks = published.table("timm").dropna(subset="family").groupby("family").network
    assert networks.apply(lambda names: names.str.contains("ra4_e3600").all())["v1"]
    assert networks.get_group("v2").str.contains(".ra_in1k", regex=False).any()
    assert "`ra4_e3600` and v2 by `ra`" in check("05.4", "the list of timm").text


def test_the_answers_follow_from_published_numbers():
    """By routes of their own."""
    assert exercise("05.3").answer == "v1"
    assert exercise("05.1").answer == pytest.approx(73.8 * 209_069_792 / 300_774_272)
