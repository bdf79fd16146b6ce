"""Export a notebook as slides: `jupyter nbconvert --to lecture notebook.ipynb`.

nbconvert's own slides (`--to slides`) want every cell marked by hand, cut off what is higher than a
slide, and load reveal.js and more from other hosts. These are one file: a slide begins at each
heading and wherever the one before is full. What is still too large is scaled down, and scrolls
where it would become too small to read.
"""

import re
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell
from traitlets import default

from mobilenet_lab.jupyter.export import TEMPLATE, StillExporter

STATIC = Path(__file__).parent / "static"
FULL = 1.0  # what a slide holds
CHARACTERS, LINES, ROWS = 800, 20, 14  # of prose, of code and plain text, of a table: a full slide
PICTURE = 0.75

# Paragraphs that belong to the notebook as a page on screen.
NOT_SHOWN = re.compile(
    r"\[Open in Binder\]|\*\d+ minutes ·|\*(?:Previous|Next|This is the last notebook)\b"
    r"|Run the cells in order"
)

LEADS = re.compile(r"#|\*\*[^*]+\*\*$")  # a paragraph that does not stand without the next

SLIDES = """
{%- block body_header -%}<body class="jp-Notebook" data-jp-theme-light="true"><main>{%- endblock -%}
{%- block any_cell scoped -%}
{%- if cell.metadata.slide -%}
{%- if cell.metadata.slide > 1 -%}</div></section>{%- endif -%}
<section class="slide" id="{{ cell.metadata.slide }}" tabindex="-1"
 aria-label="{{ cell.metadata.slide_title | e }}, slide {{ cell.metadata.slide }}">
{%- if cell.metadata.slide_goes_on -%}
<p class="goes-on">{{ cell.metadata.slide_title | e }}</p>
{%- endif -%}
<div class="content">
{%- endif -%}
{{ super() }}
{%- endblock -%}
{%- block input_group -%}{%- if cell.source -%}{{ super() }}{%- endif -%}{%- endblock -%}
{%- block body_footer -%}
{% if nb.cells %}</div></section>{% endif %}</main><script>SCRIPT</script></body>
{%- endblock -%}
"""


class LectureExporter(StillExporter):
    """One HTML file of slides, with the explorers' still pictures; it needs no other host.

    → and ← (or Page Down and Page Up, or a presenter) turn the slides; the address ends with the
    number of the slide. Cells whose slide type is *Skip* in JupyterLab are left out. As in
    `StillExporter`, formulas and Mermaid diagrams need a connection.
    """

    export_from_notebook = "Lecture: slides in one file"

    @default("file_extension")
    def _file_extension_default(self):
        return ".slides.html"

    @default("raw_template")
    def _raw_template_default(self):
        files = (STATIC / f"slides.{end}" for end in ("css", "js"))
        css, script = (file.read_text(encoding="utf-8") for file in files)
        return TEMPLATE.replace("STYLE", css) + SLIDES.replace("SCRIPT", script)

    def from_notebook_node(self, nb, resources=None, **kw):
        """The slides of a notebook, and nbconvert's resources."""
        return super().from_notebook_node(
            NotebookNode({**nb, "cells": slides(nb.cells)}), resources, **kw
        )


def slides(cells):
    """The cells of the slides: prose in parts, and each cell that begins a slide says so.

    `metadata.slide` is the number of the slide that begins, from 1; `slide_title` is the heading
    above, `slide_goes_on` is true if the slide does not show it itself.
    """
    shown, used, number, title = [], 0.0, 0, ""
    for cell in _parts(cells):
        heading = _heading(cell)
        title = heading or title
        begins = heading or not shown or used + weight(cell) > FULL
        marks = {}
        if begins:
            number, used = number + 1, 0.0
            marks = {"slide": number, "slide_title": title, "slide_goes_on": not heading}
        used += weight(cell)
        shown.append(NotebookNode({**cell, "metadata": NotebookNode({**cell.metadata, **marks})}))
    return shown


def weight(cell):
    """How much of a slide a cell takes."""
    if cell.cell_type == "markdown":
        rows = len(re.findall(r"^\|", cell.source, re.M))
        return len(_spoken(cell.source)) / CHARACTERS + rows / ROWS
    code = 0 if _hides(cell) else cell.source.count("\n") + 1.5
    return code / LINES + sum(_output(one) for one in cell.get("outputs", ()))


def _spoken(text):
    """Prose as it is read: links without their targets, no rows of tables."""
    return re.sub(r"^\|.*$", "", re.sub(r"\]\([^)]*\)", "", text), flags=re.M)


def _output(output):
    data = output.get("data", {})
    if "image/png" in data:
        return PICTURE
    if "text/html" in data:
        return "".join(data["text/html"]).count("<tr") / ROWS
    text = output.get("text") or data.get("text/plain") or ""
    return ("".join(text).count("\n") + 1) / LINES


def _pictured(cell):
    return any("image/png" in one.get("data", {}) for one in cell.get("outputs", ()))


def _hides(cell):
    """Whether the code of a cell is left out: what it draws needs the room."""
    return cell.cell_type == "code" and _pictured(cell)


def _heading(cell):
    found = cell.cell_type == "markdown" and re.match(r"#+ (.+)", cell.source)
    return found[1].strip() if found else ""


def _parts(cells):
    """What is shown of the cells, prose split where a slide would overflow."""
    begun = False
    for cell in cells:
        begun = (
            begun or cell.cell_type == "markdown" and bool(re.search(r"^## ", cell.source, re.M))
        )
        if cell.metadata.get("slideshow", {}).get("slide_type") == "skip":
            continue
        if cell.cell_type == "markdown":
            yield from map(new_markdown_cell, _split(cell.source))
        elif _hides(cell):
            yield NotebookNode({**cell, "source": ""})
        elif begun or cell.get("outputs"):  # imports stand before the first section
            yield cell


def _split(text):
    """The text of a markdown cell, in parts that fit a slide."""
    part = []
    for paragraph in re.split(r"\n{2,}", text.strip()):
        if NOT_SHOWN.match(paragraph):
            continue
        whole = "\n\n".join([*part, paragraph])
        full = paragraph.startswith("#") or weight(new_markdown_cell(whole)) > FULL
        if full and part and not LEADS.match(part[-1]):
            yield "\n\n".join(part)
            part = []
        part.append(paragraph)
    if part:
        yield "\n\n".join(part)
