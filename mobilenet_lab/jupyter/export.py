"""Export a notebook as one page: `jupyter nbconvert --to still notebook.ipynb`.

nbconvert's own HTML also shows the still pictures of explorers, but without their alternative text,
and loads widgets from other hosts, which do nothing without a kernel. Jupyter finds the exporter by
the entry point in pyproject.toml; nothing else in the package imports this module, because
nbconvert comes with JupyterLab.
"""

import re

from nbconvert import HTMLExporter
from nbformat import NotebookNode
from traitlets import default

VIEW = "application/vnd.jupyter.widget-view+json"

# Scripts that nbconvert's page loads from other hosts, and the text that needs them.
SCRIPTS = {
    "mathjax": re.compile(r"\$[^$]+\$|\\[(\[]|\\begin\{"),
    "mermaid": re.compile("mermaid"),
}
PROSE = ("text/html", "text/latex", "text/markdown", "text/vnd.mermaid")  # what they work on

# On paper nothing scrolls: long lines are broken, and tables are small and have the whole width.
PRINT = """
@media print {
  .highlight pre, .jp-OutputArea-output pre {
    white-space: pre-wrap !important; word-break: normal !important; overflow-wrap: anywhere;
  }
  .jp-InputPrompt, .jp-OutputPrompt { display: none; }
  .jp-RenderedHTMLCommon table { font-size: 7pt; }
  .jp-RenderedHTMLCommon :is(td, th) {
    white-space: normal !important; min-width: 0 !important; padding: 0.2em 0.4em;
  }
  .jp-OutputArea-output { overflow: visible !important; }
  tr, img { break-inside: avoid; }
}
"""

# nbconvert 7.17 writes a picture without the alternative text of its metadata.
TEMPLATE = """
{%- extends "index.html.j2" -%}
{%- block html_head_css -%}{{ super() }}<style>STYLE</style>{%- endblock -%}
{%- block html_head_js_requirejs -%}{%- endblock -%}
{%- block html_head_js_mathjax -%}
{%- if nb | needs("mathjax") -%}{{ super() }}{%- endif -%}
{%- endblock -%}
{%- block html_head_js_mermaidjs -%}
{%- if nb | needs("mermaid") -%}{{ super() }}{%- endif -%}
{%- endblock -%}
{%- block data_png -%}
{%- set words = output | get_metadata("alt", "image/png") -%}
{%- if words -%}
{{ super() | replace("<img ", '<img alt="' ~ (words | e) ~ '" ', 1) }}
{%- else -%}{{ super() }}{%- endif -%}
{%- endblock -%}
"""


class StillExporter(HTMLExporter):
    """One HTML file, with the explorers' still pictures and their alternative text.

    It contains no widgets and needs no other host, unless the notebook has formulas (MathJax) or
    Mermaid diagrams. Pictures next to the notebook are embedded.
    """

    export_from_notebook = "HTML with still pictures"

    @property
    def default_config(self):
        config = super().default_config
        kinds = config.NbConvertBase.display_data_priority
        config.NbConvertBase.display_data_priority = [kind for kind in kinds if kind != VIEW]
        config.HTMLExporter.embed_images = True
        return config

    @default("raw_template")
    def _raw_template_default(self):
        return TEMPLATE.replace("STYLE", PRINT)

    def default_filters(self):
        yield from super().default_filters()
        yield "needs", needs

    def from_notebook_node(self, nb, resources=None, **kw):
        """The page of a notebook, without the state of its widgets, and nbconvert's resources."""
        metadata = {name: value for name, value in nb.metadata.items() if name != "widgets"}
        cells = [_without_views(cell) for cell in nb.cells]
        still = NotebookNode({**nb, "metadata": NotebookNode(metadata), "cells": cells})
        return super().from_notebook_node(still, resources, **kw)


def _without_views(cell):
    """A cell without the outputs that consist only of widgets."""
    kept = [one for one in cell.get("outputs", ()) if list(one.get("data", ())) != [VIEW]]
    return NotebookNode({**cell, "outputs": kept}) if "outputs" in cell else cell


def needs(notebook, script):
    """Whether the text of a notebook needs one of `SCRIPTS`."""
    return any(SCRIPTS[script].search(text) for text in _prose(notebook))


def _prose(notebook):
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            yield cell.source
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            yield from (f"{kind}\n{data[kind]}" for kind in PROSE if kind in data)
