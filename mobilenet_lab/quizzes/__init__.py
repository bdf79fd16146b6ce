"""Quizzes: five questions on each notebook, with a sentence about each choice.

`questions("03")` has them as `Question`s, `listed("03")` as lists and dicts that JSON can hold.
"""

import importlib
from functools import cache

from mobilenet_lab import checks
from mobilenet_lab.quizzes.question import Question

NOTEBOOKS = {  # number of a notebook: the module with its questions, and that with its exercises
    "00": "tour",
    "01": "separable",
    "02": "mobilenet_v1",
    "03": "width_resolution",
    "04": "mobilenet_v2",
    "05": "families",
    "06": "feature_maps",
    "07": "measured_curves",
    "08": "paper_tables",
    "09": "design_review",
}

__all__ = ["NOTEBOOKS", "Question", "listed", "questions"]


@cache
def questions(notebook):
    """The questions on a notebook, a tuple of `Question`; `notebook` is its number, as "03"."""
    name = NOTEBOOKS[checks.one_of("notebook", notebook, tuple(NOTEBOOKS))]
    module = importlib.import_module(f"mobilenet_lab.quizzes.{name}")
    return tuple(make() for make in module.QUESTIONS)


def listed(notebook):
    """The questions on a notebook for a page: a list of dicts, which JSON can hold.

    Each has the `text`, the `choices`, the index of the `right` one, and `told`, a sentence for
    each choice.
    """
    return [
        {
            "text": one.asks,
            "choices": list(one.choices),
            "right": one.choices.index(one.answer),
            "told": [one.told(choice) for choice in one.choices],
        }
        for one in questions(notebook)
    ]
