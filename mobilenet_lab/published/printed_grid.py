"""A published table as it was printed, with our own count beside each printed one, and its notes.

A `Grid` knows what stands where; `printed_markup` and `printed_latex` write it down.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

import pandas as pd

from mobilenet_lab import published
from mobilenet_lab.published.cell import UNITS
from mobilenet_lab.published.printed_columns import CROSSED, Crossed, columns, heading
from mobilenet_lab.published.reproduce import QUANTITIES

# Marks are ASCII, since a console may lack any other character.
MARKS = {
    "equal": "=",
    "explained": "*",
    "contradicted": "!",
    "unexplained": "x",
    "not computed": "-",
}
MEANINGS = {
    "equal": "our count gives the printed digits",
    "explained": "another reading fits, see the note, which has its count in full; its reach is "
    "the share of the figures within 10 % that the readings tried would give as well",
    "contradicted": "the authors themselves print another figure, see the note",
    "unexplained": "no reading that was tried gives the printed digits",
    "not computed": "the note says why",
}
ROUNDINGS = {  # others are said as they are
    "rounded": "the source rounds to the printed digits",
    "cut off": "the source cuts off after the printed digits",
}
COUNTED = {  # the first words of a convention, for a reader who does not know our names
    "MACs": "multiply-accumulates of convolutions and dense layers",
    "FLOPs": "two operations for each multiply-accumulate",
}


@dataclass(frozen=True)
class Entry:
    """A printed cell. Of a count: our own in full, in the same unit, the verdict and its note.

    All are texts, empty where there is nothing.
    """

    printed: str
    computed: str = ""
    verdict: str = ""
    note: str = ""

    @property
    def mark(self) -> str:
        """The sign of the verdict."""
        return MARKS[self.verdict] if self.verdict else ""


@dataclass(frozen=True)
class Column:
    """A column's entries under its heading; `counted` where our counts stand beside them."""

    heading: str
    entries: tuple[Entry, ...]
    counted: bool = False
    printed: str = "printed"  # what the printed figures are, where there are two columns

    @property
    def texts(self) -> list[str]:
        """Its printed cells."""
        return [entry.printed for entry in self.entries]

    @property
    def is_of_numbers(self) -> bool:
        """Whether all its printed cells are empty or numbers, such as 4.2 or 64/1600."""
        return all(re.fullmatch(r"[0-9./]*", text) for text in self.texts)


@dataclass(frozen=True)
class Grid:
    """A table as printed: its columns, and the remarks that hold for all of it."""

    table: str
    columns: tuple[Column, ...]
    remarks: tuple[str, ...]

    @property
    def title(self) -> str:
        """The caption."""
        name = self.table
        if named := re.fullmatch(r"(v\d)-(\d+)-?(.*)", name):
            paper, number, text = named.groups()
            name = f"MobileNet {paper}, Table {number}" + (f" ({text})" if text else "")
        return f"{name}: printed and computed"

    @property
    def rows(self) -> Iterator[tuple[Entry, ...]]:
        """The entries of each row."""
        return zip(*(column.entries for column in self.columns), strict=True)

    @cached_property
    def letters(self) -> dict[str, str]:
        """The letter of each note, in the order in which one reads. Equal notes share one."""
        notes = dict.fromkeys(entry.note for row in self.rows for entry in row if entry.note)
        return {note: _letter(number) for number, note in enumerate(notes)}


def _letter(number: int) -> str:
    """a, b … z, then aa, ab …"""
    more, last = divmod(number, 26)
    return (_letter(more - 1) if more else "") + "abcdefghijklmnopqrstuvwxyz"[last]


def grid(table: str, cells: pd.DataFrame) -> Grid:
    """The layout of a published table; `cells` are its rows of `reproduce`, all of them."""
    rows, found = published.records(table), cells.to_dict("records")
    judged: Judged = [(row, {}) for row in rows]
    places = [(own, name) for own in judged for name in QUANTITIES if own[0].get(name)]
    for ((texts, counts), name), cell in zip(places, found, strict=True):
        counts[name] = _entry(cell, texts[name])
    crossed = CROSSED.get(table)
    laid = _crossed(judged, crossed) if crossed else _plain(table, judged)
    sources = "; ".join(dict.fromkeys(row["source"] for row in rows))
    remarks = (*_legend(found), *_conventions(found), f"Source: {sources}.")
    return Grid(table, tuple(laid), remarks)


Judged = list[tuple[dict[str, str], dict[str, Entry]]]  # a printed row, and its counts by column


def _plain(table: str, rows: Judged) -> Iterator[Column]:
    """The columns of a table whose rows are those of our file."""
    for name in columns(table, list(rows[0][0])):
        entries = tuple(counts.get(name, Entry(texts[name])) for texts, counts in rows)
        yield Column(heading(name), entries, counted=name in QUANTITIES)


def _crossed(rows: Judged, crossed: Crossed) -> Iterator[Column]:
    """The columns of a table that has a row of our file in each cell."""
    placed = {(texts[crossed.down], texts[crossed.across]): (texts, own) for texts, own in rows}
    down, across = (list(dict.fromkeys(place[axis] for place in placed)) for axis in (0, 1))
    yield Column(heading(crossed.down), tuple(map(Entry, down)))
    said = "/".join(map(heading, crossed.parts))
    for name in across:
        entries = tuple(_joined(*placed[one, name], crossed.parts) for one in down)
        yield Column(name, entries, counted=True, printed=said)


def _joined(texts: dict[str, str], counts: dict[str, Entry], parts: tuple[str, ...]) -> Entry:
    """A cell of several parts, of which one at most is a count."""
    printed = "/".join(texts[part] for part in parts if texts[part])
    entry = next((counts[part] for part in parts if part in counts), Entry(""))
    return replace(entry, printed=printed)


def _entry(cell: Mapping[Any, Any], printed: str) -> Entry:
    """A count as printed, our own beside it."""
    own = "" if cell["computed"] is None else _in_unit(cell["computed"], cell["unit"])
    return Entry(printed, own, cell["verdict"], _note(cell))


def _note(cell: Mapping[Any, Any]) -> str:
    """Why a cell has its verdict and, where it is explained, how weak that is."""
    also = f"; also fits: {cell['also']}" if cell["also"] else ""
    reach = f" (reach {cell['reach']} %)" if cell["verdict"] == "explained" else ""
    return cell["explanation"] + also + reach


def _in_unit(computed: int | float, unit: str) -> str:
    """A count in full, in its printed unit: 568740352 as "568.740352" million."""
    places = {"%": 2, "KiB": 3}.get(unit, len(str(UNITS[unit])) - 1)
    return f"{Decimal(computed) / UNITS[unit]:,.{places}f}"


def _legend(cells: list[dict[Any, Any]]) -> Iterator[str]:
    """A line for each verdict that the table has."""
    verdicts = [cell["verdict"] for cell in cells]
    for verdict, mark in MARKS.items():
        if number := verdicts.count(verdict):
            yield f"{mark} {verdict} ({number} of {len(cells)}): {MEANINGS[verdict]}."


def _conventions(cells: list[dict[Any, Any]]) -> Iterator[str]:
    """What is counted for each quantity, and how it is compared with the printed digits."""
    counted: dict[tuple[str, str], list[str]] = {}
    for cell in cells:
        if cell["convention"]:
            named = counted.setdefault((cell["quantity"], cell["rounding"]), [])
            named.append(_spelled(cell["convention"]))
    for (quantity, rounding), named in counted.items():
        name = quantity[:1].upper() + quantity[1:]
        how = ROUNDINGS.get(rounding, f"the source's numbers are {rounding}")
        yield f"{name}: {'; '.join([*dict.fromkeys(named), how])}."


def _spelled(convention: str) -> str:
    """A convention with its first word spelled out."""
    first = re.match(r"\w+", convention)
    word = first.group() if first else ""
    return COUNTED.get(word, word) + convention[len(word) :]
