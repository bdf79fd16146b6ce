"""nbgrader from end to end: handed out, handed in, collected, graded, and told to the students."""

import json
import os
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from nbgrader.apps import NbGraderAPI
from nbgrader.exchange.default import ExchangeFetchAssignment, ExchangeSubmit
from traitlets.config import Config

from mobilenet_lab.exercises import assignment

pytestmark = [
    pytest.mark.slow,
    pytest.mark.keras,  # notebook 00 builds a network
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),  # of nbgrader's own
]

ROOT = Path(__file__).parents[1]
NAME = "week1"
# What students write in place of the dots, by exercise. Worked out by hand, not asked of the lab.
RIGHT = {
    "00.1": "prediction = 56.3",
    "00.2": "prediction = 300.8 + 2 * 43.1",
    "00.3": 'part = "stage2"',
    "00.4": 'design = Design("v2", alpha=0.5)',
    "02.1": "prediction = 112 * 112 * (32 + 64) / 1e6",
    "02.2": "prediction = 4.253864 - 1.0045",
    "02.3": "prediction = 54",
    "02.4": "rows = [(128, 2), (256, 2), (512, 6), (1024, 2)]",
}
POINTS = {"00.1": 2, "00.2": 2, "00.3": 1, "00.4": 4, "02.1": 2, "02.2": 2, "02.3": 2, "02.4": 4}
# What is wrong, and what the student is told.
WRONG = {
    "00.1": ("prediction = 300.8 * 96 / 224", "You forgot the square: both sides of the image"),
    "00.3": ("part = 1 / 0", "There is no answer."),
    "00.4": ('design = Design("v1")', "which is over budget."),
    "02.1": ('prediction = "many"', "'many' is no answer here: give a number of MB."),
    "02.4": ("rows = [(128, 2)]", "Not yet"),
}


def cell_of(notebook, name):
    return next(
        cell
        for cell in notebook["cells"]
        if cell["metadata"].get("nbgrader", {}).get("grade_id")
        == f"answer-{name.replace('.', '-')}"
    )


def answer(folder, answers):
    """Write answers into the notebooks of a folder, as a student does."""
    for path in sorted(folder.glob("0*.ipynb")):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        for name in [name for name in answers if name[:2] == path.name[:2]]:
            cell = cell_of(notebook, name)
            lines = "".join(cell["source"]).splitlines()
            assert "= ..." in lines[0]
            cell["source"] = "\n".join([answers[name], *lines[1:]])
        path.write_text(json.dumps(notebook), encoding="utf-8")


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A course after one assignment with two students: its folder, and nbgrader's records."""
    here = tmp_path_factory.mktemp("school")
    course, exchange = here / "course", here / "exchange"
    exchange.mkdir()
    made = ["00", "02", "--name", NAME, "--notebooks", str(ROOT / "notebooks")]
    assert assignment.main([*made, "--course", str(course)]) == 0
    config = Config()
    exec(
        (course / "nbgrader_config.py").read_text(encoding="utf-8"), {"get_config": lambda: config}
    )
    config.CourseDirectory.root = str(course)
    config.Exchange.update(root=str(exchange), cache=str(here / "cache"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(
            "PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        )
        api = NbGraderAPI(config=config)
        done(api.release_assignment(NAME))
        for student, answers in (
            ("right", RIGHT),
            ("wrong", {name: said for name, (said, _) in WRONG.items()}),
        ):
            hand_in(api, here / student, student, answers)
        api.coursedir.student_id = "*"
        done(api.collect(NAME))
        for student in ("right", "wrong"):
            done(api.autograde(NAME, student))
            done(api.generate_feedback(NAME, student))
        with api.gradebook as book:
            yield course, book


def done(result):
    assert result["success"], result.get("error", "") + result["log"]


def hand_in(api, folder, student, answers):
    """Fetch the assignment into a folder, answer, and submit it."""
    folder.mkdir()
    api.coursedir.student_id, api.coursedir.assignment_id = student, NAME
    for act in (ExchangeFetchAssignment, ExchangeSubmit):
        act(
            coursedir=api.coursedir,
            authenticator=api.authenticator,
            parent=api,
            assignment_dir=str(folder),
        ).start()
        if act is ExchangeFetchAssignment:
            answer(folder / NAME, answers)


def scores(book, student):
    """Points by exercise, and the most that there are."""
    found = {}
    for notebook in book.find_submission(NAME, student).notebooks:
        for grade in notebook.grades:
            name = grade.name.removeprefix("grader-").replace("-", ".")
            found[name] = (grade.auto_score, grade.max_score)
    return found


def told(course, student, number):
    """The text of the page that a student gets back."""
    (page,) = (course / "feedback" / student / NAME).glob(f"{number}_*.html")
    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    return " ".join(soup.get_text().split())


def test_answers_do_not_leave_the_teacher_s_folder(graded):
    course, _ = graded
    for path in (course / "release" / NAME).glob("0*.ipynb"):
        text = path.read_text(encoding="utf-8")
        for never in ("SOLUTION", "HIDDEN", ".example", "grading", "grade("):
            assert never not in text
        assert ".example" in (course / "source" / NAME / path.name).read_text(encoding="utf-8")


def test_right_answers_get_all_points_and_the_reasons(graded):
    course, book = graded
    assert scores(book, "right") == {name: (most, most) for name, most in POINTS.items()}
    assert told(course, "right", "00").count("Right. ") >= 4
    assert "Much of it is rounding: 24 channels at α 0.5 become 16" in told(course, "right", "00")


def test_wrong_and_missing_answers_get_none_and_a_sentence(graded):
    course, book = graded
    assert scores(book, "wrong") == {name: (0, most) for name, most in POINTS.items()}
    for name, (_, sentence) in WRONG.items():
        assert sentence in told(course, "wrong", name[:2])
    assert "There is no answer." in told(course, "wrong", "02")
