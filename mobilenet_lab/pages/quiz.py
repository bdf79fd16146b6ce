"""The quizzes on the notebooks: questions with buttons, and a sentence about each choice."""

from mobilenet_lab import checks
from mobilenet_lab.pages.parts import Choice, Live
from mobilenet_lab.quizzes import NOTEBOOKS, listed


def quiz(notebook: str = "00") -> Live:
    """Five questions on each notebook; it begins with a `notebook`, by its number, such as "03".

    Raises `ValueError` for any other.
    """
    checks.one_of("notebook", notebook, tuple(NOTEBOOKS))
    return Live(
        script="quiz",
        title="Five questions on each notebook",
        intro="Choose an answer, and read what it is worth.",
        controls=[Choice("notebook", "notebook", {name: name for name in NOTEBOOKS}, notebook)],
        panels=[],
        legend=[],
        data={"quizzes": {name: listed(name) for name in NOTEBOOKS}},
        notes=["Every number in a question or an answer is computed, or printed in its source."],
    )
