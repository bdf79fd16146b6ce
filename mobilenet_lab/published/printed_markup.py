"""A `Grid` as Markdown, as text for a terminal, and as a frame.

A count takes two columns, the printed one and our own with the mark of its verdict.
"""

import re
from collections.abc import Callable, Iterator

import pandas as pd

from mobilenet_lab.published.printed_grid import Column, Grid

Escape = Callable[[str], str]


def _flat(grid: Grid, escape: Escape, letter: str) -> list[list[str]]:
    """The header and the rows, in columns of one width; `letter` is the pattern of a note's."""
    columns = [
        column for own in grid.columns for column in _columns(own, grid.letters, escape, letter)
    ]
    widths = [max(3, *map(len, column)) for column in columns]  # a rule has three dashes
    sides = [side for column in grid.columns for side in _sides(column)]
    padded = [
        [f"{cell:{side}{width}}" for cell in column]
        for column, side, width in zip(columns, sides, widths, strict=True)
    ]
    return [list(row) for row in zip(*padded, strict=True)]


def _columns(
    column: Column, letters: dict[str, str], escape: Escape, letter: str
) -> Iterator[list[str]]:
    """A column with its header and, where our counts stand beside it, theirs."""
    more = "" if column.printed == "printed" else f", {column.printed}"
    yield [escape(column.heading + more), *map(escape, column.texts)]
    if column.counted:
        width = max(len(entry.computed) for entry in column.entries)
        own = [
            f"{entry.computed:>{width}} {escape(entry.mark)}"
            + (letter.format(letters[entry.note]) if entry.note else "")
            for entry in column.entries
        ]
        yield ["computed", *own]


def _sides(column: Column) -> str:
    """On which side the cells of a column and of its computed counts are, as `format` says it."""
    return (">" if column.is_of_numbers else "<") + "<" * column.counted


def text(grid: Grid) -> str:
    """Aligned columns for a terminal, followed by the notes."""
    lines = ["  ".join(row).rstrip() for row in _flat(grid, str, "({})")]
    notes = [f"({letter}) {note}" for note, letter in grid.letters.items()]
    return "\n".join([grid.title, "", *lines, "", *grid.remarks, *notes, ""])


def markdown(grid: Grid) -> str:
    """A table in GitHub's Markdown, followed by its notes."""
    head, *body = _flat(grid, _marked_down, "<sup>{}</sup>")
    sides = [side for column in grid.columns for side in _sides(column)]
    rule = [
        f"{'-' * (len(cell) - 1)}{':' if side == '>' else '-'}"
        for cell, side in zip(head, sides, strict=True)
    ]
    lines = [f"| {' | '.join(row)} |" for row in (head, rule, *body)]
    notes = [f"<sup>{letter}</sup> {_marked_down(note)}" for note, letter in grid.letters.items()]
    remarks = map(_item, grid.remarks)
    listed = [f"- {line}" for line in (*remarks, *notes)]
    return "\n".join([f"**{_marked_down(grid.title)}**", "", *lines, "", *listed, ""])


def _marked_down(words: str) -> str:
    """Text without a meaning in Markdown."""
    return re.sub(r"([\\`*_\[\]<>|&~$])", r"\\\1", words)


def _item(words: str) -> str:
    """Such text where a line begins, in which other signs have a meaning."""
    return re.sub("^([-+=#])", r"\\\1", _marked_down(words))


def frame(grid: Grid) -> pd.DataFrame:
    """The printed columns as text; beside each count our own in its unit, and the verdict."""
    columns: dict[str, list[str]] = {}
    for column in grid.columns:
        columns[column.heading] = column.texts
        if column.counted:
            computed = [entry.computed.replace(",", "") for entry in column.entries]
            columns[f"{column.heading}, computed"] = computed
            columns[f"{column.heading}, verdict"] = [entry.verdict for entry in column.entries]
    return pd.DataFrame(columns, dtype=str)
