"""A notebook as slides: where they begin, what they leave out, and that they need no other host."""

import re
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbconvert.exporters import get_exporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from mobilenet_lab.jupyter.slides import FULL, LectureExporter, slides, weight

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("[0-9]*.ipynb"))


def drawn(source="draw()"):
    """A cell that shows a picture."""
    picture = new_output("display_data", {"image/png": "AAAA", "text/plain": "Drawing"})
    return new_code_cell(source, outputs=[picture])


def printed(lines, source="say()"):
    said = new_output("display_data", {"text/plain": "\n".join("x" * lines)})
    return new_code_cell(source, outputs=[said])


def begins(cells):
    """The number of the slide that each shown cell begins, 0 where it goes on."""
    return [cell.metadata.get("slide", 0) for cell in slides(cells)]


def drawn_by(cell):
    return sum("image/png" in one.get("data", {}) for one in cell.get("outputs", ()))


def asks(cell):
    return cell.cell_type == "code" and bool(re.search(r'^check\("\d', cell.source, re.M))


def test_a_heading_begins_a_slide_and_so_does_what_no_longer_fits():
    cells = [new_markdown_cell("# One"), new_markdown_cell("## Two\n\nshort"), printed(5)]
    assert begins(cells) == [1, 2, 0]
    assert begins([*cells, drawn(), new_markdown_cell("word " * 20)]) == [1, 2, 0, 3, 0]
    assert begins([*cells, printed(19)]) == [1, 2, 0, 3]


def test_a_slide_that_goes_on_names_its_section():
    shown = slides([new_markdown_cell("## Two\n\nshort"), drawn(), drawn()])
    assert [cell.metadata.slide_title for cell in shown if "slide" in cell.metadata] == ["Two"] * 2
    assert [cell.metadata.get("slide_goes_on") for cell in shown] == [False, None, True]


def test_long_prose_is_split_between_paragraphs_and_none_is_lost():
    paragraphs = [" ".join([f"{number}", *["word"] * 60]) for number in range(9)]
    shown = slides([new_markdown_cell("## Long\n\n" + "\n\n".join(paragraphs))])
    assert len(shown) == 5 and all(weight(cell) <= FULL for cell in shown)
    assert "\n\n".join(cell.source for cell in shown).split("\n\n") == ["## Long", *paragraphs]


@pytest.mark.parametrize("lead", ["## Long", "**Three things to try**"])
def test_a_heading_is_never_alone_before_its_text(lead):
    shown = slides([new_markdown_cell(f"{lead}\n\n" + "word " * 300)])
    assert len(shown) == 1


def test_what_belongs_to_the_screen_is_left_out():
    screen = ["Run the cells in order.", "*20 minutes · next*", "[Open in Binder](x)"]
    first = "\n\n".join(["# 01 · Title", "A question.", *screen])
    skipped = new_markdown_cell("secret", metadata={"slideshow": {"slide_type": "skip"}})
    cells = [new_markdown_cell(first), new_code_cell("import setup"), skipped, drawn("hidden()")]
    shown = slides([*cells, new_markdown_cell("## Exercise"), new_code_cell("answer = ...")])
    assert [cell.source for cell in shown] == [
        *("# 01 · Title\n\nA question.", ""),
        *("## Exercise", "answer = ..."),
    ]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_slides_of_a_notebook_hold_all_its_pictures_and_exercises(path):
    cells = nbformat.read(path, as_version=4).cells
    shown = slides(cells)
    for kind in (drawn_by, asks):
        assert sum(map(kind, shown)) == sum(map(kind, cells))
    numbers = [cell.metadata["slide"] for cell in shown if "slide" in cell.metadata]
    assert numbers == list(range(1, len(numbers) + 1)) and 15 < len(numbers) < 80


def test_one_file_of_sections_that_needs_no_other_host():
    notebook = new_notebook(
        cells=[new_markdown_cell("# One"), drawn(), new_markdown_cell("## Two")]
    )
    text, resources = LectureExporter().from_notebook_node(notebook)
    assert resources["output_extension"] == ".slides.html"
    soup = BeautifulSoup(text, "html.parser")
    labels = [one["aria-label"] for one in soup.select("main > section.slide")]
    assert labels == ["One, slide 1", "Two, slide 2"]
    assert len(soup.select("section .content")) == 2
    wanted = [tag[name] for name in ("src", "href") for tag in soup.select(f"[{name}]:not(a)")]
    assert all(one.startswith("data:") for one in wanted)
    assert not re.search(r"https?://", " ".join(one.string or "" for one in soup.select("script")))


def test_jupyter_offers_it():
    assert get_exporter("lecture") is LectureExporter
