"""A run of one's own as one page: still pictures where explorers were, and no other host."""

import base64
import re
import subprocess
import sys
import warnings

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbclient import NotebookClient
from nbconvert import HTMLExporter, LatexExporter, SlidesExporter
from nbconvert.exporters import get_export_names, get_exporter
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from mobilenet_lab.explorers.still import NOTE
from mobilenet_lab.jupyter.export import VIEW, StillExporter

pytestmark = pytest.mark.slow

CELL = """\
from mobilenet_lab.explorers import Drawing
Drawing("v1")"""
WIDGET_SCRIPTS = "jupyter-widgets/html-manager", "widget-state+json", "widget-view+json"
DOT = (  # a picture of one pixel
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="
)


@pytest.fixture(scope="module")
def run():
    """A notebook that was run and saved with its widgets, as JupyterLab does it."""
    notebook = new_notebook(cells=[new_markdown_cell("# A run"), new_code_cell(CELL)])
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    assert VIEW in notebook.cells[1].outputs[-1].data
    assert notebook.metadata.widgets
    return notebook


def page(exporter, notebook):
    """What the exporter makes of the notebook: its text, and the same to look things up in."""
    text, resources = exporter.from_notebook_node(notebook)
    assert resources["output_extension"] == ".html"
    return text, BeautifulSoup(text, "html.parser")


def other_hosts(text, soup):
    """What the page would load from elsewhere: by tags, styles, or scripts of its own."""
    wanted = [
        tag[name]
        for name in ("src", "srcset", "href", "data")
        for tag in soup.select(f"[{name}]:not(a)")
        if not tag[name].startswith("data:")
    ]
    scripts = (script.string or "" for script in soup.select("script"))
    wanted += [found for script in scripts for found in re.findall(r"https?://[^\"'\s]+", script)]
    return wanted + re.findall(r"(?:url\(|@import)\s*[\"']?https?:[^)\"']*", text)


def pictures(soup):
    """The PNG pictures in the outputs."""
    return soup.select(".jp-OutputArea-output img[src^='data:image/png']")


def test_the_picture_is_there_with_its_words_and_nothing_comes_from_elsewhere(run):
    with warnings.catch_warnings(action="error"):  # of outputs that cannot be shown
        text, soup = page(StillExporter(), run)
    (picture,) = pictures(soup)
    bundle = run.cells[1].outputs[-2]
    assert picture["src"] == "data:image/png;base64," + bundle.data["image/png"].strip()
    assert picture["alt"] == bundle.metadata["image/png"]["alt"] != ""
    assert not [name for name in WIDGET_SCRIPTS if name in text]
    assert not other_hosts(text, soup)


def test_nbconverts_own_page_is_another(run):
    """Or the test above shows nothing."""
    text, soup = page(HTMLExporter(), run)
    assert all(name in text for name in WIDGET_SCRIPTS)
    assert any("require" in address for address in other_hosts(text, soup))


@pytest.mark.parametrize("exporter", [StillExporter, HTMLExporter, SlidesExporter])
def test_every_page_has_the_picture_below_a_note(run, exporter):
    text, _ = exporter().from_notebook_node(run)
    soup = BeautifulSoup(text, "html.parser")
    (picture,) = pictures(soup)
    (note,) = soup.select(".jp-OutputArea-output > .mobilenet-lab-still")
    assert note.get_text() == NOTE and picture in note.find_all_next("img")


def test_latex_has_them_too(run):
    """Without the prose, for which nbconvert needs pandoc."""
    text, resources = LatexExporter().from_notebook_node(NotebookNode(run, cells=run.cells[1:]))
    (file,) = resources["outputs"]
    assert text.index(NOTE) < text.index("{" + file + "}")
    assert resources["outputs"][file] == base64.b64decode(
        run.cells[1].outputs[-2].data["image/png"]
    )


def test_the_notebook_is_left_as_it_was(run):
    before = nbformat.writes(run)
    page(StillExporter(), run)
    assert nbformat.writes(run) == before


def test_jupyter_offers_it():
    assert "still" in get_export_names()
    assert get_exporter("still") is StillExporter
    assert StillExporter.export_from_notebook


def test_the_command_writes_one_file(run, tmp_path):
    nbformat.write(run, tmp_path / "mine.ipynb")
    command = [sys.executable, "-m", "nbconvert", "--to", "still", "mine.ipynb"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"mine.ipynb", "mine.html"}
    text = (tmp_path / "mine.html").read_text(encoding="utf-8")
    assert len(pictures(BeautifulSoup(text, "html.parser"))) == 1


@pytest.mark.parametrize(
    ("prose", "script"),
    [
        ("ratio $1/N + 1/D^2$", "mathjax"),
        (r"\begin{equation}x\end{equation}", "mathjax"),
        ("```mermaid\ngraph LR; a-->b\n```", "mermaid"),
        ("a price of $ 5", None),
    ],
)
def test_formulas_and_diagrams_bring_their_scripts(prose, script):
    text, soup = page(StillExporter(), new_notebook(cells=[new_markdown_cell(prose)]))
    hosts = " ".join(other_hosts(text, soup))
    assert [name for name in ("mathjax", "mermaid", "require") if name in hosts] == (
        [script] if script else []
    )


def test_a_formula_in_an_output_counts():
    shown = new_output("display_data", {"text/latex": "$x$", "text/plain": "x"})
    notebook = new_notebook(cells=[new_code_cell("x", outputs=[shown])])
    text, soup = page(StillExporter(), notebook)
    assert "mathjax" in " ".join(other_hosts(text, soup))


def test_words_cannot_end_the_attribute():
    words = 'a "quoted" <b> & more'
    shown = new_output(
        "display_data", {"image/png": DOT}, metadata={"image/png": {"alt": words, "width": 9}}
    )
    _, soup = page(StillExporter(), new_notebook(cells=[new_code_cell("x", outputs=[shown])]))
    (picture,) = pictures(soup)
    assert (picture["alt"], picture["width"]) == (words, "9")
    assert not soup.select(".jp-OutputArea-output b")


def test_other_widgets_become_words():
    data = {VIEW: {"model_id": "1"}, "text/plain": "IntSlider(value=3)"}
    cell = new_code_cell("x", outputs=[new_output("display_data", data)])
    state = {"state": {"1": {}}, "version_major": 2, "version_minor": 0}
    widgets = {"application/vnd.jupyter.widget-state+json": state}
    text, soup = page(StillExporter(), new_notebook(cells=[cell], metadata={"widgets": widgets}))
    assert soup.select_one(".jp-OutputArea-output").get_text().strip() == "IntSlider(value=3)"
    assert VIEW not in text


def test_a_picture_beside_the_notebook_is_put_in(tmp_path):
    (tmp_path / "dot.png").write_bytes(base64.b64decode(DOT))
    notebook = new_notebook(cells=[new_markdown_cell("![a dot](dot.png)")])
    text, _ = StillExporter().from_notebook_node(notebook, {"metadata": {"path": str(tmp_path)}})
    assert f"data:image/png;base64,{DOT}" in text


def test_the_explorers_do_without_nbconvert():
    script = "import sys, mobilenet_lab.explorers; assert 'nbconvert' not in sys.modules"
    subprocess.run([sys.executable, "-c", script], check=True)
