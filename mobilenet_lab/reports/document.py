"""A report as a value: sections of texts, tables, figures and code, whatever it is written as.

The page (`html`) and the Markdown (`markdown`) are two ways of writing the same document, so that
neither says what the other leaves out.
"""

from collections.abc import Callable
from typing import NamedTuple


class Text(NamedTuple):
    """A paragraph."""

    words: str


class Points(NamedTuple):
    """A list of sentences."""

    items: tuple


class Table(NamedTuple):
    """A table of texts: the first cell of a row is its head. `figures` are columns of numbers."""

    caption: str
    columns: tuple
    rows: tuple
    figures: frozenset = frozenset()


class Figure(NamedTuple):
    """A picture with a caption and the words for those who do not see it; `svg()` is its text."""

    caption: str
    words: str
    svg: Callable[[], str]


class Code(NamedTuple):
    """Lines to run, in a language."""

    lines: str
    language: str


class Section(NamedTuple):
    """A heading and what stands below it."""

    title: str
    blocks: tuple


class Document(NamedTuple):
    """A title, an optional note by the author, and the sections in order."""

    title: str
    note: str
    sections: tuple
