"""A document as one HTML file that needs nothing beside it: style and pictures are inside."""

import base64
import re
from html import escape
from pathlib import Path

from mobilenet_lab.reports.document import Code, Figure, Points, Table, Text

STYLE = (Path(__file__).parent / "report.css").read_text(encoding="utf-8")

# The page may use its own style and pictures, and nothing from anywhere else.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"

METADATA = re.compile("<metadata>.*?</metadata>", re.DOTALL)  # of a picture: links to vocabularies


def html(document):
    """The page as text. Every text of the document stays text, whatever it contains."""
    title = escape(document.title)
    note = f'<p class="note">{_lines(document.note)}</p>\n' if document.note else ""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="color-scheme" content="light dark">\n<title>{title}</title>\n'
        f"<style>\n{STYLE}</style>\n</head>\n<body>\n"
        f"<header>\n<h1>{title}</h1>\n{note}{_contents(document)}</header>\n<main>\n"
        + "".join(map(_section, document.sections))
        + "</main>\n</body>\n</html>\n"
    )


def _contents(document):
    """Links to the sections."""
    items = "".join(
        f'<li><a href="#{_anchor(one.title)}">{escape(one.title)}</a></li>'
        for one in document.sections
    )
    return f'<nav aria-label="Contents"><ul>{items}</ul></nav>\n'


def _section(section):
    anchor = _anchor(section.title)
    blocks = "".join(WRITERS[type(block)](block) for block in section.blocks)
    head = f'<h2 id="{anchor}">{escape(section.title)}</h2>\n'
    return f'<section aria-labelledby="{anchor}">\n{head}{blocks}</section>\n'


def _anchor(title):
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


def _text(block):
    return f"<p>{_lines(block.words)}</p>\n"


def _points(block):
    return "<ul>" + "".join(f"<li>{_lines(item)}</li>" for item in block.items) + "</ul>\n"


def _table(block):
    """A table in a frame that scrolls on a narrow screen, and can be scrolled by keyboard."""
    caption = escape(block.caption)
    head = "".join(
        f'<th scope="col"{_side(block, name)}>{escape(name)}</th>' for name in block.columns
    )
    rows = "".join(f"<tr>{_row(block, row)}</tr>\n" for row in block.rows)
    return (
        f'<div class="wide" role="region" tabindex="0" aria-label="{caption}">\n'
        f"<table>\n<caption>{caption}</caption>\n"
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n</div>\n"
    )


def _row(block, row):
    first, *others = row
    cells = zip(block.columns[1:], others, strict=True)
    return f'<th scope="row">{escape(first)}</th>' + "".join(
        f"<td{_side(block, name)}>{escape(cell)}</td>" for name, cell in cells
    )


def _side(block, name):
    return ' class="figure"' if name in block.figures else ""


def _figure(block):
    drawn = block.svg()
    svg = METADATA.sub("", drawn[drawn.index("<svg") :])
    data = base64.b64encode(svg.encode("utf-8")).decode("ascii")
    words = escape(" ".join(block.words.split()))
    return (
        f'<figure>\n<img alt="{words}" src="data:image/svg+xml;base64,{data}">\n'
        f"<figcaption>{escape(block.caption)}</figcaption>\n</figure>\n"
    )


def _code(block):
    return f"<pre><code>{escape(block.lines)}</code></pre>\n"


def _lines(words):
    """A text whose line breaks are kept."""
    return "<br>\n".join(escape(line) for line in words.splitlines())


WRITERS = {Text: _text, Points: _points, Table: _table, Figure: _figure, Code: _code}
