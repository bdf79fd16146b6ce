"""nbval compares what the notebooks show: nearly no cell is excused, and a wrong digit is seen."""

import os
import re
import subprocess
import sys
from copy import deepcopy
from pathlib import Path

import nbformat
import pytest
from nbval.plugin import find_comment_markers, find_metadata_tags

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("[0-9]*.ipynb"))
EXCUSES = [("check", False), ("skip", True)]

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def code_cells(path):
    notebook = nbformat.read(path, as_version=4)
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def excused(cell):
    """Whether nbval is told, in a comment or a tag, not to compare a cell."""
    told = [*find_comment_markers(cell.source), *find_metadata_tags(cell.metadata)]
    return any(excuse in told for excuse in EXCUSES)


@each_notebook
def test_at_most_two_cells_are_excused_and_only_for_what_is_measured(path):
    cells = [cell for cell in code_cells(path) if excused(cell)]
    assert len(cells) <= 2
    for cell in cells:
        comments = [line for line in cell.source.splitlines() if line.startswith("#")]
        why = " ".join(line for line in comments if "NBVAL" not in line)
        known = re.search("tim(e|ing)|second|clock|measured here", why)
        assert known, f"no comment says why: {cell.source}"


def test_excuses_are_seen():
    cell = nbformat.v4.new_code_cell
    assert excused(cell("# NBVAL_IGNORE_OUTPUT\n1")) and excused(cell("# NBVAL_SKIP\n1"))
    assert excused(cell("1", metadata={"tags": ["nbval-ignore-output"]}))
    assert not excused(cell("1"))


@each_notebook
def test_every_cell_has_run_in_order_and_without_error(path):
    cells = [cell for cell in code_cells(path) if cell.source.strip()]
    assert [cell.execution_count for cell in cells] == [*range(1, len(cells) + 1)]
    assert not [
        output for cell in cells for output in cell.outputs if output.output_type == "error"
    ]


def shown_text(cell):
    """(holder, key) of each text of a cell's outputs that nbval compares."""
    for output in cell.get("outputs", []):
        if output.output_type == "stream":
            yield output, "text"
        elif "text/plain" in output.get("data", {}):
            yield output.data, "text/plain"


def up_to_its_first_number(path):
    """The notebook cut after its first output with a digit in it, and where that digit is."""
    notebook = nbformat.read(path, as_version=4)
    for index, cell in enumerate(notebook.cells):
        for holder, key in shown_text(cell):
            if not excused(cell) and re.search(r"\d", holder[key]):
                del notebook.cells[index + 1 :]
                return notebook, holder, key
    raise AssertionError(f"{path.name} shows no number as text")


def nbval(path):
    """Exit status and output of nbval on one notebook, as `make test` runs it."""
    environment = {key: os.environ[key] for key in os.environ if not key.startswith("PYTEST_")}
    options = [
        "--nbval",
        "--nbval-current-env",
        "--nbval-cell-timeout=300",
        "-p",
        "no:cacheprovider",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, path],
        env=environment,
        cwd=path.parent,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS[::6], ids=lambda path: path.stem)  # for all alike
def test_nbval_sees_one_altered_digit(path, tmp_path):
    """Of one cell twice, once as it is: that alone is right."""
    notebook, holder, key = up_to_its_first_number(path)
    notebook.cells.append(as_it_is := deepcopy(notebook.cells[-1]))
    as_it_is.id = "twice"
    holder[key] = re.sub(r"\d", lambda digit: str((int(digit[0]) + 1) % 10), holder[key], count=1)
    nbformat.write(notebook, copy := tmp_path / path.name)
    status, said = nbval(copy)
    assert status == 1 and "1 failed" in said and "mismatch" in said, said
    passed = sum(cell.cell_type == "code" for cell in notebook.cells) - 1
    assert f"{passed} passed" in said, said
