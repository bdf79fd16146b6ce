"""The explorer of the design review: what it shows is the review, and nothing is lost."""

import os
import re

import pandas as pd
import pytest
from showing import showing

from mobilenet_lab import Budget, Design, compare, cost, review
from mobilenet_lab.costs.files import flash
from mobilenet_lab.explorers import DesignReview
from mobilenet_lab.published.released import phone_model

SMALL = {"alpha": [0.25, 0.5, 0.75], "resolution": [96, 128, 160]}  # quick to search
PAGE = b"<!DOCTYPE html><title>a review</title>"
CHIP = Budget(ram="256KiB", flash="1MiB", runtime="tflm")


@pytest.fixture(scope="module")
def shared():
    return DesignReview(CHIP, classes=2, **SMALL)


@pytest.fixture
def drawn(shared):
    shared.reset()
    return shared


@pytest.fixture
def explorer(shared, monkeypatch):
    """The same without its pictures, which take most of the time."""
    monkeypatch.setattr(shared.view, "draw", lambda state: shared.view.pictures)
    shared.reset()
    yield shared
    shared.reset()


def limits(explorer, **typed):
    """Type into the boxes of limits, one after the other."""
    for name, text in typed.items():
        explorer.parts["limits"].boxes[name].value = text


def found(explorer):
    """The review that is shown."""
    return explorer.state["passes"].review


def choose(explorer, number):
    """Choose one of the designs that are offered."""
    explorer.controls["candidate"].value = list(explorer.state["passes"].names.values())[number]


def rebuilt(explorer):
    """What its line of Python gives."""
    line = explorer.parts["lines"].python.value
    return eval(line, {"review": review, "Budget": Budget})


def same(one, other):
    pd.testing.assert_frame_equal(one.candidates, other.candidates)
    pd.testing.assert_frame_equal(one.refused, other.refused)
    return (one.budget, one.grid, one.sentence) == (other.budget, other.grid, other.sentence)


def test_it_shows_the_review_of_its_budget(drawn):
    own = review(CHIP, classes=2, **SMALL)
    assert same(found(drawn), own)
    assert drawn.status.text.startswith(f"{own.sentence}. It needs ")
    assert drawn.design == own.best and own.best.classes == 2
    front, funnel, arena = (figure.picture.picture for figure in drawn.figures)
    assert front.price == "ram" and front.limit == 256 * 1024
    assert own.fits == len(own.candidates) > len(front.fit) == own.candidates.top1.notna().sum()
    assert f"{own.funnel.left.iloc[0]:,} left" in funnel.words
    assert str(own.best) in arena.words
    assert repr(drawn).startswith(own.sentence)


def test_the_winner_flips_with_the_runtime(drawn):
    best = {}
    for runtime in ("tflm", "live", "tflm"):
        drawn.controls["runtime"].value = runtime
        best[runtime] = drawn.design
        own = review(Budget(ram="256KiB", flash="1MiB", runtime=runtime), classes=2, **SMALL)
        assert drawn.design == own.best
        assert str(own.best) in showing(drawn.figures[2].widget)[1]
    assert best["live"] != best["tflm"]


def test_every_control_reaches_the_budget(explorer):
    explorer.controls["bits"].value = 32
    limits(explorer, macs="153.9", params="1.5", ram="1,024", flash="")
    explorer.parts["limits"].classes.value = "10"
    explorer.controls["families"].value = ("v2",)
    budget = Budget(macs="153.9M", params="1.5M", ram="1MiB", bits=32, runtime="tflm")
    assert same(found(explorer), review(budget, "v2", classes=10, **SMALL))
    assert same(rebuilt(explorer), found(explorer))


@pytest.mark.usefixtures("unseen")
def test_time_is_limited_where_it_is_predicted(explorer):
    assert "ms" not in explorer.parts["limits"].boxes
    with pytest.raises(ValueError, match="latency=None"):
        DesignReview(Budget(ms=10))
    timed = DesignReview(Budget(ms=10), latency=phone_model(), **SMALL)
    assert timed.parts["limits"].boxes["ms"].description == "time ≤ (ms)"
    assert timed.controls["price"].value == "ms"
    limits(timed, ms="12.5")
    assert found(timed).budget.ms == 12.5
    assert timed.parts["lines"].python.value.endswith("latency=latency)")
    assert "--times pixel1" in timed.parts["lines"].command.value


@pytest.mark.parametrize("typed", ["x", "-1", "0", "1e999", "nan", "256KB"])
def test_a_wrong_limit_gets_a_sentence_and_nothing_is_lost(explorer, typed):
    before, shown = explorer.status.text, [showing(one.widget) for one in explorer.figures]
    limits(explorer, ram=typed)
    assert explorer.message.text.startswith(f"RAM ≤ (KiB): {typed!r} is not possible; accepted: ")
    assert explorer.parts["report"].button.disabled
    assert (explorer.status.text, [showing(one.widget) for one in explorer.figures]) == (
        before,
        shown,
    )
    limits(explorer, ram="256")
    assert explorer.message.text == "" and explorer.status.text == before


@pytest.mark.parametrize("typed", ["", "0", "1.5", "many", "1e9"])
def test_wrong_classes_get_a_sentence(explorer, typed):
    explorer.parts["limits"].classes.value = typed
    wrong = "classes: '.*' is not possible; accepted: a whole number from 1 to 1,000,000."
    assert re.fullmatch(wrong, explorer.message.text)


def test_without_any_limit_one_is_asked_for(explorer):
    limits(explorer, ram="", flash="")
    assert explorer.message.text == "Set at least one limit."
    assert found(explorer).budget.ram is None and found(explorer).budget.flash == 2**20


def test_less_than_a_byte_is_refused_like_the_budget_refuses_it(explorer):
    before = explorer.status.text
    limits(explorer, ram="0.0001")
    assert "accepted: a number of bytes, at least 1" in explorer.message.text
    assert explorer.status.text == before


def test_where_nothing_fits_the_nearest_is_shown_and_why(explorer):
    limits(explorer, ram="1")
    own = found(explorer)
    assert own.fits == 0 and own.best is None
    assert explorer.status.text.startswith(own.sentence)
    assert explorer.design == own.designs("refused")[0]
    assert "more RAM than the limit" in explorer.status.text
    assert "refused" in next(iter(explorer.state["passes"].names))
    assert explorer.numbers().status.tolist() == ["refused"] * 10
    limits(explorer, ram="256")
    assert explorer.design == found(explorer).best


def test_a_chosen_design_is_shown_and_stays_while_it_is_offered(explorer):
    choose(explorer, 2)
    design, row = explorer.design, found(explorer).candidates.iloc[2]
    assert f"Shown: {design}, needs " in explorer.status.text
    assert (row.macs, row.flash) == (cost(design).macs, flash(design))
    assert eval(explorer.parts["code"].box.value, {"Design": Design}) == design
    limits(explorer, ram="300")
    assert explorer.design == design
    explorer.parts["limits"].classes.value = "3"
    assert explorer.design == design.replace(classes=3)
    explorer.controls["families"].value = ("v2",)
    assert explorer.design == found(explorer).best


def test_pinned_designs_are_compared_in_words(explorer):
    part = explorer.parts["pin"]
    part.button.click()
    assert part.words.text == "" and "comparison" not in explorer.frames
    first = explorer.design
    choose(explorer, 1)
    own = compare(first, explorer.design, bits=8, runtime="tflm")
    assert part.words.text == "\n".join(own.words)
    for number in (2, 3):
        part.button.click()
        choose(explorer, number)
    assert len(explorer.frames["comparison"].columns) == 1 + 4 + 3
    part.all.click()
    assert part.words.text == ""


def test_a_picture_that_stays_is_not_sent_again(drawn, monkeypatch):
    drawn.changed()
    sent = []
    for index, figure in enumerate(drawn.figures):
        monkeypatch.setattr(figure, "send", lambda index=index: sent.append(index))
    choose(drawn, 1)
    assert sent == [0, 2]  # the diamond and the memory
    row, front = found(drawn).candidates.iloc[1], drawn.figures[0].picture
    assert front.chosen.get_xydata().tolist() == [[row.ram / 1024, row.top1]]
    drawn.controls["price"].value = "macs"
    assert sent == [0, 2, 0]


def test_the_report_is_written_beside_and_never_over_another(explorer, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    part = explorer.parts["report"]
    own = type(found(explorer))
    monkeypatch.setattr(own, "save", lambda _, path, **how: written(path))
    for name in ("design_review.html", "design_review_2.html"):
        part.button.click()
        assert part.words.text == f"The report is in the file {tmp_path / name}"
        assert (tmp_path / name).read_bytes() == PAGE
        assert f'download="{name}"' in part.link.value
    choose(explorer, 1)
    assert part.words.text == part.link.value == ""
    monkeypatch.setattr(own, "save", denied)
    part.button.click()
    assert part.words.text.startswith("The report was not written: ")
    assert len(os.listdir(tmp_path)) == 2


def written(path):
    path.write_bytes(PAGE)
    return path


def denied(*arguments, **how):
    raise PermissionError("read-only")


def test_a_wrong_start_is_refused():
    for wrong in ({"alpha": 0}, {"families": "v9"}, {"classes": 0}, {"budget": "256KiB"}):
        with pytest.raises(ValueError, match="is not possible; accepted: "):
            DesignReview(**wrong)
    with pytest.raises(TypeError):
        DesignReview(width=1)


@pytest.mark.usefixtures("unseen")
def test_an_axis_of_v2_alone_does_not_keep_v1_out(shared):
    own = DesignReview(Budget(macs="50M"), expansion=[3, 6], **SMALL)
    own.controls["families"].value = ("v1",)
    assert own.message.text == "" and set(found(own).candidates.family) == {"v1"}
    own.controls["families"].value = ("v1", "v2")
    assert same(rebuilt(own), found(own))
    assert "expansion=[3, 6]" in own.parts["lines"].python.value
