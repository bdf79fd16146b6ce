"""`check`: an answer in, a verdict out."""

import importlib
from functools import cache

from mobilenet_lab import checks
from mobilenet_lab.exercises.kinds import Verdict, is_missing
from mobilenet_lab.quizzes import NOTEBOOKS

TELLS = ("answers", "hints", "nothing")
_told = ["answers"]  # what `check` tells at present


def tell(what):
    """Set how much `check` tells from now on, such as in an assignment that counts.

    "answers": verdicts, hints, and answers if asked for; "hints": verdicts and hints; "nothing":
    only whether there is an answer at all.
    """
    _told[0] = checks.one_of("what", what, TELLS)


@cache
def exercises(notebook):
    """The functions that make the exercises of a notebook, by name ("00.1", "00.2", …)."""
    module = importlib.import_module(f"mobilenet_lab.exercises.{NOTEBOOKS[notebook]}")
    return {f"{notebook}.{at}": make for at, make in enumerate(module.EXERCISES, start=1)}


@cache
def exercise(name):
    """An exercise by its name. Its answer is computed when it is first asked for."""
    notebook = checks.one_of("exercise", str(name).partition(".")[0], tuple(NOTEBOOKS))
    known = exercises(notebook)
    return known[checks.one_of("exercise", name, tuple(known))]()


def check(name, answer=..., reveal=False):
    """Judge an answer to an exercise; returns a `Verdict`.

    `name` is the number of the notebook and of the exercise, as "03.1". Without an answer (`...`,
    or a function that still returns `...`) the verdict says what one would be; a wrong one gets a
    hint, a right one the reason.
    `reveal=True` gives the answer away, unless `tell` forbids it. Raises `ValueError` for an
    unknown exercise; anything may be given as an answer.
    """
    one = exercise(name)
    if reveal:
        return _revealed(one)
    if is_missing(answer):
        return Verdict(None, f"Write {one.wanted} in place of the dots, and run this cell again.")
    if _told[0] == "nothing":
        return Verdict(None, "This exercise is graded after you hand it in.")
    return one.judge(answer)


def _revealed(one):
    if _told[0] != "answers":
        return Verdict(None, "In this notebook, the answers are kept back.")
    right = one.judge(one.example).text.removeprefix("Right. ")
    return Verdict(None, f"The answer: {one.solution}. {right}")
