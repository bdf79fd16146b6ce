"""Exercise 02.4: the stages of v1 from memory, right and with one thing wrong."""

import pytest

from mobilenet_lab.exercises import check
from mobilenet_lab.exercises.mobilenet_v1 import stages


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda rows: [(64, 1), *rows], "belongs to the stem"),
        (lambda rows: [*rows[:2], (512, 5), rows[3]], "The first 2 rows are right. Row 3: one"),
        (lambda rows: [*rows[:3], (1024, 1)], "The first 3 rows are right. Row 4: one block"),
        (lambda rows: [*rows[:3], (1024, 4)], "Row 4: it has fewer blocks."),
        (lambda rows: [(32, 2), *rows[1:]], "Not yet. Row 1: it has more channels."),
        (lambda rows: [rows[0], (512, 2)], "The first row is right. Row 2: it has fewer channels"),
        (lambda rows: rows[:3], "The first 3 rows are right. v1 has more stages."),
        (lambda rows: [*rows, (2048, 1)], "The first 4 rows are right. v1 has fewer stages."),
        (lambda rows: [], "v1 has more stages."),
        (lambda rows: [128, 2], "is no answer here: give a list of pairs"),
    ],
)
def test_a_drawing_with_one_thing_wrong(change, said):
    verdict = check("02.4", change(stages()))
    assert verdict.right is False and said in verdict.text


def test_rows_may_be_tuples():
    assert check("02.4", tuple(map(list, stages()))).right
