"""What a grader runs: `grade("03.1", prediction)` judges an answer as `check` does, for points."""

import contextlib
import io
import os
import sys

from mobilenet_lab.exercises.check import exercise
from mobilenet_lab.exercises.kinds import Built, Choice, Number, Verdict, is_missing

POINTS = {Choice: 1, Number: 2, Built: 4}  # unless a teacher changes them in the assignment


def points(name):
    """The points for an exercise: 1 for a choice, 2 for a number, 4 for something built."""
    return POINTS[type(exercise(name))]


def grade(name, answer=...):
    """Judge what was handed in: print the verdict, and return None if it is right, otherwise 0.

    nbgrader reads the result of a cell as its points, and no result as all of them, so that the
    number of points is known to the assignment alone. It takes anything on the error stream for a
    failure: what a library writes there meanwhile is dropped.
    """
    with _no_complaints():
        verdict = judged(name, answer)
    print(verdict)
    return None if verdict.right else 0


def judged(name, answer):
    """The verdict on an answer; without one, it says so."""
    if is_missing(answer):
        return Verdict(False, "There is no answer.")
    return exercise(name).judge(answer)


@contextlib.contextmanager
def _no_complaints():
    """Drop what Python or, below it, a library in C++ writes to the error stream."""
    sys.stderr.flush()
    kept = os.dup(2)
    try:
        with open(os.devnull, "wb") as nowhere, contextlib.redirect_stderr(io.StringIO()):
            os.dup2(nowhere.fileno(), 2)
            yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
