"""The notebooks as an assignment: what a teacher and a student get, and what the grader says."""

import contextlib
import io
import json
import os
import re
import sys
from pathlib import Path

import pytest

from mobilenet_lab.exercises import assignment, check, tell
from mobilenet_lab.exercises.check import NOTEBOOKS, TELLS, exercise, exercises
from mobilenet_lab.exercises.grading import grade, points
from mobilenet_lab.exercises.kinds import Choice, Number

ROOT = Path(__file__).parents[1]
FILES = {path.name[:2]: path for path in sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))}
KERAS = ("01.4", "04.4")  # exercises that need it
NAMES = [
    pytest.param(name, marks=pytest.mark.keras if name in KERAS else ())
    for notebook in NOTEBOOKS
    for name in exercises(notebook)
]
ALL = {path.name for path in FILES.values()} | {"glossary.ipynb"}


def made(number, files=ALL, told="answers"):
    """The cells of the lab's notebook, and those of the teacher's."""
    lab = json.loads(FILES[number].read_text(encoding="utf-8"))
    return lab["cells"], assignment.teacher_notebook(lab, files, told)["cells"]


def source(cell):
    return "".join(cell["source"])


def marks(cell):
    return cell["metadata"].get("nbgrader", {})


def without(text, region):
    return re.sub(rf"### BEGIN {region}\n.*?### END {region}\n?", "", text, flags=re.DOTALL)


@pytest.fixture
def telling():
    """Whatever a test tells, the others are told everything."""
    yield
    tell("answers")


@pytest.mark.parametrize("number", NOTEBOOKS)
def test_without_the_answers_it_is_the_lab_s_notebook_and_a_cell_for_the_grader(number):
    lab, teacher = made(number)
    for cell in teacher:
        if marks(cell).get("solution"):
            cell["source"] = without(source(cell), "SOLUTION").replace("\ncheck(", "\n\ncheck(")
    kept = [cell for cell in teacher if not marks(cell).get("grade")]
    assert len(kept) == len(lab) and len(teacher) - len(kept) == len(exercises(number))
    for mine, theirs in zip(lab, kept, strict=True):
        text = re.sub(r"\n\n\[Open in Binder.*", "", source(mine))
        text = re.sub(r"\[([^]]*)\]\(\.\./[^)]*\)", r"\1", text)
        assert re.sub("\n{2,}", "\n\n", source(theirs)) == re.sub("\n{2,}", "\n\n", text)
        assert mine["id"] == theirs["id"] and mine["cell_type"] == theirs["cell_type"]
    ids = [cell["id"] for cell in teacher]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("number", NOTEBOOKS)
def test_what_students_see_of_a_grader_s_cell_gives_nothing_away(number):
    _, teacher = made(number)
    graders = [cell for cell in teacher if marks(cell).get("grade")]
    for name, cell in zip(exercises(number), graders, strict=True):
        seen = without(source(cell), "HIDDEN TESTS").strip()
        many = "points" if points(name) > 1 else "point"
        assert seen == f"# Exercise {name}, {points(name)} {many}: leave this cell to the grader."
        assert marks(cell)["points"] == points(name) and marks(cell)["locked"]
    ids = [marks(cell)["grade_id"] for cell in teacher if marks(cell)]
    assert len(ids) == len(set(ids)) and all(re.fullmatch(r"[\w-]+", one) for one in ids)


@pytest.mark.parametrize("name", NAMES)
def test_the_teacher_s_answer_gets_all_points_and_the_student_s_dots_none(name, capsys):
    _, teacher = made(name[:2])
    wanted = f"answer-{name.replace('.', '-')}"
    at = next(i for i, cell in enumerate(teacher) if marks(cell).get("grade_id") == wanted)
    names = {"check": check, "Convention": None}
    exec(source(teacher[at]), names)
    exec(source(teacher[at + 1]).replace("grade(", "points = grade(", 1), names)
    said = capsys.readouterr().out
    assert names["points"] is None and said.startswith("Right. ")
    assert " ".join(said.split()) == " ".join(check(name, exercise(name).example).text.split())
    names = {"check": check, "Convention": None}
    exec(without(source(teacher[at]), "SOLUTION"), names)
    exec(source(teacher[at + 1]).replace("grade(", "points = grade(", 1), names)
    assert names["points"] == 0 and capsys.readouterr().out == "There is no answer.\n"


def test_a_wrong_answer_gets_no_points_and_the_hint(capsys):
    for name, kind in (("00.1", Number), ("00.3", Choice)):
        one = exercise(name)
        assert isinstance(one, kind)
        wrong, hint = next(iter((one.mistakes if kind is Number else one.hints).items()))
        assert grade(name, wrong) == 0
        assert " ".join(capsys.readouterr().out.split()) == f"Not yet. {hint}"
    assert grade("00.1", "many") == 0 and "is no answer here" in capsys.readouterr().out


def test_complaints_on_the_error_stream_cost_no_points(capfd):
    def shares(values):
        print("deprecated", file=sys.stderr)
        os.write(2, b"from a library in C++\n")
        return (values == 0).all(axis=(0, 1)).mean()

    before = io.StringIO()
    with contextlib.redirect_stderr(before):
        assert grade("06.4", shares) is None
        print("back", file=sys.stderr)
    os.write(2, b"and below\n")
    assert before.getvalue() == "back\n"
    out, err = capfd.readouterr()
    assert out.startswith("Right. ") and err == "and below\n"


def test_what_check_tells_is_the_teacher_s_choice(telling, refused):
    one = exercise("00.1")
    tell("hints")
    assert check("00.1", one.answer).right and check("00.1", 1).right is False
    kept = check("00.1", reveal=True)
    assert kept == (None, "In this notebook, the answers are kept back.")
    tell("nothing")
    assert check("00.1", one.answer) == check("00.1", 1)
    assert check("00.1", 1) == (None, "This exercise is graded after you hand it in.")
    assert check("00.1").text.startswith("Write a number") and check("00.1", reveal=True) == kept
    tell("answers")
    assert one.solution in check("00.1", reveal=True).text
    refused(lambda: tell("everything"), "everything")


@pytest.mark.parametrize("told", TELLS)
@pytest.mark.parametrize("number", NOTEBOOKS)
def test_the_text_says_what_check_does(number, told):
    _, teacher = made(number, told=told)
    (at,) = (i for i, cell in enumerate(teacher) if source(cell).startswith("## Exercises"))
    text = source(teacher[at])
    assert ("reveal=True" in text) is (told == "answers")
    assert ("a wrong answer gets a hint" in text) is (told != "nothing")
    assert ("it is graded then" in text) is (told == "nothing")
    before = source(teacher[at - 1])
    assert (before == f'from mobilenet_lab.exercises import tell\n\ntell("{told}")') is (
        told != "answers"
    )


def test_links_lead_to_what_was_handed_out():
    files = {FILES["00"].name, FILES["03"].name, "glossary.ipynb"}
    for number in NOTEBOOKS:
        _, teacher = made(number, files)
        texts = [source(cell) for cell in teacher if cell["cell_type"] == "markdown"]
        links = re.findall(r"\]\((?!https?:|#)([^)#]*)", "\n".join(texts))
        assert set(links) <= files and "glossary.ipynb" in links
        assert not any("mybinder" in text or "colab.research" in text for text in texts)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["0"], "notebook='0'"),
        (["00", "--name", "../elsewhere"], "name"),
        (["00", "--name", ""], "name"),
        (["00", "--notebooks", "nowhere"], "nowhere"),
    ],
)
def test_what_cannot_be_made_is_refused_in_a_sentence(
    tmp_path, monkeypatch, capsys, arguments, said
):
    monkeypatch.chdir(tmp_path)
    assert assignment.main(arguments) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ") and said in error and error.count("\n") == 1
    assert not any(tmp_path.iterdir())


def test_without_nbgrader_the_sentence_says_how_to_get_it(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "nbgrader", None)
    course = str(tmp_path / "course")
    assert assignment.main(["00", "--notebooks", str(ROOT / "notebooks"), "--course", course]) == 2
    assert 'pip install "mobilenet-lab[course]"' in capsys.readouterr().err
