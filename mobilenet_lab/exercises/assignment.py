"""The notebooks as a graded assignment of nbgrader's.

    python -m mobilenet_lab.exercises.assignment 00 03 --name week1 --tell hints

(or `make assignment`) writes a folder that is a course of nbgrader's: `source/` has the teacher's
notebooks, with the answers, `release/` those for the students, which look like the lab's own. Both
an answer and the verdict on one come from the exercise itself: a teacher's cell asks for its
example, and a grader's cell, which students do not see, calls `grade`.
"""

import argparse
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

from mobilenet_lab import checks
from mobilenet_lab.exercises.check import NOTEBOOKS, TELLS, exercise
from mobilenet_lab.exercises.grading import points

NAME = "mobilenet-lab"  # of the course, and of the assignment unless it is named
GLOSSARY = "glossary.ipynb"  # to which every notebook refers
CHECKED = re.compile(r'\n\ncheck\("([\d.]+)", (\w+)\)\s*$')  # how an exercise's cell ends
LINK = re.compile(r"\[([^]\n]+)\]\((?!https?:|#)([^)#]*)(#[^)]*)?\)")
HOSTED = re.compile(r"\n\n\[Open in Binder\]\([^)]*\) · \[Open in Colab\]\([^)]*\)")

EXERCISES = "## Exercises"
JUDGED = "and `check` judges it: a wrong answer gets a hint, a right one the reason."
REVEALED = re.compile(r' `check\("[\d.]+", reveal=True\)` gives the answer away\.')
GRADED = "and hand the notebook in: it is graded then."

TELL_HELP = "how much `check` tells: answers if asked for (by default), hints, or nothing"

CONFIG = f"""c = get_config()  # noqa: F821

c.CourseDirectory.course_id = "{NAME}"
# A solution gives way to nothing: the cell is then as in the lab's notebook.
c.ClearSolutions.code_stub = {{"python": ""}}
# Some cells build networks or train them.
c.Execute.timeout = 600
"""


def teacher_cell(source):
    """The source of an exercise's cell with the answer in it, marked as nbgrader wants."""
    name, variable = CHECKED.search(source).groups()
    words = textwrap.wrap(exercise(name).solution, 90, break_long_words=False)
    solution = [
        "### BEGIN SOLUTION",
        *(f"# {line}" for line in words),
        "from mobilenet_lab.exercises.check import exercise",
        f'{variable} = exercise("{name}").example',
        "### END SOLUTION",
    ]
    at = CHECKED.search(source).start() + 1
    return source[:at] + "\n".join(solution) + source[at:]


def grader_cell(name, variable):
    """The source of the cell that grades an exercise. Students see its first line only.

    An answer whose cell stops with an error may not be there at all.
    """
    most = points(name)
    return (
        f"# Exercise {name}, {most} point{'s' * (most > 1)}: leave this cell to the grader.\n"
        "### BEGIN HIDDEN TESTS\n"
        "from mobilenet_lab.exercises.grading import grade\n\n"
        f'grade("{name}", globals().get("{variable}", ...))\n'
        "### END HIDDEN TESTS"
    )


def teacher_notebook(notebook, files, told="answers"):
    """A notebook as nbgrader wants it from a teacher; both are the JSON of a notebook, as a dict.

    `files` are the names that links may lead to; any other link into the project becomes plain
    text. `told` is what `check` tells students, see `tell`.
    """
    cells = []
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            cells.append(cell | {"source": _prose(source, files, told)})
        elif found := CHECKED.search(source):
            name, variable = found.groups()
            answer, grader = (f"{kind}-{name.replace('.', '-')}" for kind in ("answer", "grader"))
            cells.append(_marked(cell["id"], teacher_cell(source), answer, solution=True))
            graded = {"grade": True, "locked": True, "points": points(name)}
            cells.append(_marked(grader, grader_cell(name, variable), grader, **graded))
        else:
            cells.append(cell)
    if told != "answers" and EXERCISES in (titles := [_title(cell) for cell in cells]):
        source = f'from mobilenet_lab.exercises import tell\n\ntell("{told}")'
        cells.insert(titles.index(EXERCISES), _marked("tell", source, "tell", locked=True))
    return notebook | {"cells": cells}


def _title(cell):
    return "".join(cell["source"]).partition("\n")[0]


def _marked(id, source, grade_id, **marks):
    """A code cell with nbgrader's marks."""
    usual = {"grade": False, "solution": False, "locked": False, "task": False}
    marks = usual | marks | {"grade_id": grade_id, "schema_version": 3, "cell_type": "code"}
    cell = {"cell_type": "code", "id": id, "source": source, "metadata": {"nbgrader": marks}}
    return cell | {"execution_count": None, "outputs": []}


def _prose(source, files, told):
    """Text without links that lead out of the assignment and without what does not hold in it."""
    text = HOSTED.sub("", source)
    text = LINK.sub(lambda link: link[0] if link[2] in files else link[1], text)
    if told != "answers":
        text = REVEALED.sub("", text)
    return text.replace(JUDGED, GRADED) if told == "nothing" else text


def write(numbers, name=NAME, told="answers", notebooks="notebooks", course="assignment"):
    """Write the teacher's notebooks; returns their folder, `course`/source/`name`.

    `numbers` are those of notebooks ("00" … "09"), `notebooks` is the folder with the lab's.
    What is there already of an assignment of this name is replaced.
    """
    numbers = [checks.one_of("notebook", number, tuple(NOTEBOOKS)) for number in numbers]
    checks.one_of("tell", told, TELLS)
    if not re.fullmatch(r"\w[\w.-]*", name):
        checks.refuse("name", name, "letters, digits, -, _ and dots")
    paths = [_file(notebooks, number) for number in numbers] + [_file(notebooks, "glossary")]
    files = {path.name for path in paths}
    folder = Path(course) / "source" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (Path(course) / "nbgrader_config.py").write_text(CONFIG, encoding="utf-8")
    for path in paths:
        made = teacher_notebook(json.loads(path.read_text(encoding="utf-8")), files, told)
        text = json.dumps(made, ensure_ascii=False, indent=1)
        (folder / path.name).write_text(f"{text}\n", encoding="utf-8")
    return folder


def _file(notebooks, start):
    found = sorted(Path(notebooks).glob(f"{start}*.ipynb"))
    if not found:
        checks.refuse("notebooks", str(notebooks), f"the folder of the lab's, with {start}*.ipynb")
    return found[0]


def release(name, course):
    """Let nbgrader take the answers out: `course`/source/`name` becomes `course`/release/`name`."""
    if importlib.util.find_spec("nbgrader") is None:
        raise ModuleNotFoundError('nbgrader is missing: pip install "mobilenet-lab[course]"')
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", name, "--force"]
    # It starts a program that was installed beside this Python, whether or not that is on the path.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    done = subprocess.run(
        command,
        cwd=course,
        env=os.environ | {"PATH": path},
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    if done.returncode:
        print(done.stderr, file=sys.stderr)
        raise RuntimeError("nbgrader could not make the assignment, for the reason above")
    return Path(course) / "release" / name


def main(arguments=None):
    """Run the command; returns its exit status, 2 for what cannot be made."""
    parser = argparse.ArgumentParser("python -m mobilenet_lab.exercises.assignment")
    parser.description = "The notebooks as a graded assignment of nbgrader's."
    parser.add_argument("numbers", nargs="*", default=NOTEBOOKS, help="00 … 09; all by default")
    parser.add_argument("--name", default=NAME, help=f"of the assignment; {NAME} by default")
    parser.add_argument("--tell", default="answers", choices=TELLS, help=TELL_HELP)
    parser.add_argument("--notebooks", default="notebooks", help="the folder of the lab's")
    parser.add_argument("--course", default="assignment", help="the folder to write")
    given = parser.parse_args(arguments)
    try:
        source = write(given.numbers, given.name, given.tell, given.notebooks, given.course)
        released = release(given.name, given.course)
    except (ValueError, OSError, RuntimeError, ModuleNotFoundError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(f"{source}: for you, with the answers\n{released}: for your students")
    return 0


if __name__ == "__main__":
    sys.exit(main())
