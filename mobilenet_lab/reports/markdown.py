"""A document in GitHub's Markdown; a figure is its description."""

import re

from mobilenet_lab.reports.document import Code, Figure, Points, Table, Text


def markdown(document):
    """The document as text. Every text of the document stays text, whatever it contains."""
    head = [f"# {_plain(document.title)}"]
    if document.note:
        head.append("\n".join(f"> {_plain(line)}" for line in document.note.splitlines()))
    parts = [part for section in document.sections for part in _section(section)]
    return "\n\n".join([*head, *parts]) + "\n"


def _section(section):
    blocks = [WRITERS[type(block)](block) for block in section.blocks]
    return [f"## {_plain(section.title)}", *blocks]


def _plain(words):
    """A text on one line, without anything that Markdown or HTML would read as a mark."""
    words = " ".join(words.split()).replace("&", "&amp;").replace("<", "&lt;")
    words = re.sub(r"([\\`*_\[\]|~#])", r"\\\1", words)
    return re.sub(r"^(\d*)([-+>.)])(?=\s|$)", r"\1\\\2", words)  # the mark of a list


def _text(block):
    return "  \n".join(map(_plain, block.words.splitlines()))


def _points(block):
    return "\n".join(f"- {_plain(item)}" for item in block.items)


def _table(block):
    rules = ["---:" if name in block.figures else "---" for name in block.columns]
    rows = [list(map(_plain, row)) for row in (block.columns, *block.rows)]
    lines = [f"| {' | '.join(row)} |" for row in (rows[0], rules, *rows[1:])]
    return "\n".join([f"**{_plain(block.caption)}**", "", *lines])


def _figure(block):
    return f"*Figure: {_plain(block.caption)}* {_plain(block.words)}"


def _code(block):
    longest = max(map(len, re.findall("`+", block.lines)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{block.language}\n{block.lines}\n{fence}"


WRITERS = {Text: _text, Points: _points, Table: _table, Figure: _figure, Code: _code}
