"""The quizzes on the notebooks: questions with buttons, and a sentence about each choice."""

from mobilenet_lab import checks
from mobilenet_lab.pages.parts import Choice, Live
from mobilenet_lab.quizzes import NOTEBOOKS, listed

TITLES = {  # of the notebooks, as their first lines have them
    "00": "The tour",
    "01": "Separable convolution",
    "02": "MobileNet v1",
    "03": "Width and resolution",
    "04": "MobileNet v2",
    "05": "v1 against v2",
    "06": "Feature maps",
    "07": "Train your own curve",
    "08": "The papers, cell by cell",
    "09": "The design review",
}


def quiz(notebook: str = "00") -> Live:
    """Five questions on each notebook; it begins with a `notebook`, by its number, such as "03".

    As a file, it begins with the notebook that its address names: `quiz.html#03`.
    Raises `ValueError` for any other.
    """
    checks.one_of("notebook", notebook, tuple(NOTEBOOKS))
    titles = {name: f"{name} · {TITLES[name]}" for name in NOTEBOOKS}
    return Live(
        script="quiz",
        title="Five questions on each notebook",
        intro="Choose an answer, and read why it is right or wrong.",
        controls=[Choice("notebook", "notebook", titles, notebook)],
        panels=[],
        legend=[],
        data={"quizzes": {name: listed(name) for name in NOTEBOOKS}},
        notes=["The numbers in questions and answers are computed, published or measured."],
    )
