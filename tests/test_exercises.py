"""Every exercise answered right, wrong in its typical ways, not at all, and with nonsense."""

import re
from pathlib import Path

import nbformat
import numpy as np
import pytest

from mobilenet_lab.exercises import check
from mobilenet_lab.exercises.check import NOTEBOOKS, exercise, exercises
from mobilenet_lab.exercises.kinds import Built, Choice, Number, Wrong

KERAS = ("01.4", "04.4")  # exercises that need it
NAMES = [
    pytest.param(name, marks=pytest.mark.keras if name in KERAS else ())
    for notebook in NOTEBOOKS
    for name in exercises(notebook)
]
FILES = {path.name[:2]: path for path in (Path(__file__).parents[1] / "notebooks").glob("[0-9]*")}
NONSENSE = (
    *(None, "", "many", True, [], {}, float("nan"), float("inf"), 1j, np.arange(3), object(), len),
    b"12",
)

each = pytest.mark.parametrize("name", NAMES)


def sentences(text):
    """A verdict is whole sentences on one line."""
    return re.fullmatch(r"[A-Z0-9'\"\[{<].*[.!?)]", text) and "\n" not in text


@each
def test_the_right_answer_gets_its_reason(name):
    one = exercise(name)
    verdict = check(name, one.example)
    assert verdict.right and verdict.text.startswith("Right. ") and sentences(verdict.text)
    assert len(verdict.text) > 60
    told = check(name, reveal=True)
    assert told.right is None and one.solution in told.text and told.text.endswith(verdict.text[7:])


@each
def test_without_an_answer_nothing_is_given_away(name):
    one = exercise(name)
    verdict = check(name)
    assert verdict == check(name, ...) and verdict.right is None
    assert verdict.text.startswith("Write ") and sentences(verdict.text)
    if isinstance(one, Number):
        assert not re.search(r"\d", verdict.text)


@pytest.mark.parametrize("name", ["06.4", "06.5", "05.5"])
def test_a_function_of_dots_is_no_answer_yet(name):
    def stub(one, two=None):
        return ...

    assert check(name, stub) == check(name)
    assert check(name, lambda *_: 0).text.startswith("Not yet")


@each
def test_typical_mistakes_get_hints_of_their_own(name):
    one = exercise(name)
    wrong = {Number: "mistakes", Choice: "hints"}.get(type(one))
    if wrong is None:
        return
    said = [check(name, answer) for answer in getattr(one, wrong)]
    assert said and not any(verdict.right for verdict in said)
    assert all(sentences(verdict.text) for verdict in said)
    assert [verdict.text for verdict in said] == [
        f"Not yet. {hint}" for hint in getattr(one, wrong).values()
    ], "two mistakes are so near to one another that one hint hides the other"


@each
def test_other_wrong_numbers_hear_in_which_direction(name):
    one = exercise(name)
    if isinstance(one, Number):
        far = abs(one.answer) * 50 + 50 * one.within
        for answer, way in ((one.answer - far, "small"), (one.answer + far, "large")):
            verdict = check(name, answer)
            assert not verdict.right and verdict.text.startswith(f"Not yet: that is too {way}.")


@each
def test_nonsense_gets_a_sentence(name):
    for nonsense in NONSENSE:
        verdict = check(name, nonsense)
        assert verdict.right is False, nonsense
        assert re.fullmatch(r".+[.)]", verdict.text), nonsense


@pytest.mark.parametrize("name", ["99.1", "00.99", "", None, 3, "tour"])
def test_an_exercise_that_there_is_not(name, refused):
    refused(lambda: check(name))


def test_an_error_in_what_was_built_is_part_of_the_verdict():
    def judged(give):
        if give() == 1:
            raise Wrong("One is not enough.")
        return "Two."

    one = Built("a function", callable, judged, lambda: 2, "lambda: 2")
    assert one.judge(lambda: 1) == (False, "Not yet. One is not enough.")
    assert (
        one.judge(lambda: 1 / 0).text
        == "Not yet: it stops with ZeroDivisionError: division by zero"
    )
    assert one.judge(2).text == "2 is no answer here: give a function."


def code(notebook):
    cells = nbformat.read(FILES[notebook], as_version=4).cells
    return [cell for cell in cells if cell.cell_type == "code"]


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_the_notebook_asks_each_exercise_once_and_keeps_the_answer_back(notebook):
    asked = []
    for cell in code(notebook):
        for name in re.findall(r'check\("([\d.]+)"', cell.source):
            asked.append(name)
            (output,) = cell.outputs
            assert "".join(output.data["text/plain"]) == repr(check(name))
    assert asked == list(exercises(notebook))
    assert 3 <= len(asked) <= 5
    assert any(isinstance(exercise(name), Built) for name in asked), "something is to be built"
