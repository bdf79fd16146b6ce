"""README, the pages in docs/ and the notebooks lead to one another, and to nothing that is gone."""

import json
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
LINK = r"\]\(([^)\s]+)[^)]*\)|(?:src|href)=[\"']([^\"']+)"


def markdown(path):
    """The prose of a document: all of it but its code blocks, or a notebook's markdown cells."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        cells = (cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "markdown")
        text = "\n".join("".join(cell["source"]) for cell in cells)
    return re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S)


def anchors(path):
    """What a link into a document can name after the #.

    JupyterLab takes a heading as it is, with - for spaces. GitHub also writes it in small letters,
    without punctuation.
    """
    titles = re.findall(r"^#+ (.+)$", markdown(path), re.M)
    if path.suffix == ".ipynb":
        return {title.replace(" ", "-") for title in titles}
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def broken_links(path):
    """The relative links and pictures of a document that lead nowhere, or to no heading."""
    for target in ("".join(pair) for pair in re.findall(LINK, markdown(path))):
        name, _, anchor = target.partition("#")
        file = path.parent / unquote(name) if name else path
        if re.match(r"\w+:", name):
            continue
        if not file.exists() or (anchor and unquote(anchor) not in anchors(file)):
            yield target


@pytest.mark.parametrize("path", [*PAGES, *NOTEBOOKS], ids=lambda path: path.name)
def test_relative_links_lead_somewhere(path):
    assert not list(broken_links(path))


def test_a_broken_link_is_seen(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        "# It's me, α\n[me](page.md#its-me-α) [here](#its-me-α) [web](https://example.org/x)\n"
        "[gone](no/such.md) <img src='gone.png'> [nobody](#it-s-me) [nor](page.md#It's-me,-α)\n"
        "```\n# no heading\n```\n[no heading](#no-heading)",
        encoding="utf-8",
    )
    gone = ["no/such.md", "gone.png", "#it-s-me", "page.md#It's-me,-α", "#no-heading"]
    assert list(broken_links(page)) == gone


def test_every_page_can_be_reached_from_readme_and_leads_back():
    front = markdown(ROOT / "README.md")
    for path in sorted((ROOT / "docs").glob("*.md")):
        assert f"(docs/{path.name})" in front
        assert "(../README.md)" in markdown(path)


def test_pages_link_each_notebook_by_its_number():
    """A number that links leads to the notebook of that number."""
    for path in PAGES:
        for number, target in re.findall(r"\[(\d\d)\b[^]]*\]\(([^)#\s]+)", markdown(path)):
            assert Path(target).name.startswith(f"{number}_"), (path.name, number, target)


def test_the_moving_picture_moves_and_is_small():
    path = ROOT / "docs" / "images" / "tour.gif"
    assert path.stat().st_size <= 500_000
    with Image.open(path) as picture:
        assert picture.n_frames > 20
        first = np.asarray(picture.convert("RGB"), int)
        picture.seek(13)  # the end of the first move
        assert (np.asarray(picture.convert("RGB"), int) != first).any(axis=2).mean() > 0.01


def test_terms_are_those_of_the_glossary_and_the_notebooks():
    done = subprocess.run([sys.executable, ROOT / ".ci" / "terms.py", "--check"], check=False)
    assert done.returncode == 0
