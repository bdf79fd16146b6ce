"""Write the site, which needs a browser alone: `make site`.

python .ci/pages.py [FOLDER]    site/ by default

An index with pictures, the live pages (`mobilenet_lab.pages`), and every notebook as
`nbconvert --to still` makes it, with the outputs that it was committed with.
"""

import base64
import io
import re
import sys
from html import escape
from pathlib import Path

import nbformat
from links import repository
from PIL import Image

from mobilenet_lab import quizzes
from mobilenet_lab.jupyter.export import StillExporter
from mobilenet_lab.pages.live import PAGES, LivePage
from mobilenet_lab.pages.page import document, hashed
from mobilenet_lab.reports import html as reports

ROOT = Path(__file__).parents[1]
HOME = "index.html"
SHOWN = {  # of each live page: the notebook with the same explorer, whose picture the index shows
    "tour": ("00_tour", "Tour("),
    "plane": ("03_width_and_resolution", "WidthAndResolution("),
    "families": ("05_v1_against_v2", "Released("),
    "layers": ("02_mobilenet_v1", "LayerByLayer("),
    "candidates": ("09_design_review", "DesignReview("),
}
WIDTH, STRIP = 560, 0.3  # px of the index's pictures; a picture that is lower is a strip
STYLE = (Path(__file__).parent / "index.css").read_text(encoding="utf-8")


def main(folder):
    """Write all pages to a folder."""
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    notebooks = {
        path.stem: nbformat.read(path, as_version=4)
        for path in sorted((ROOT / "notebooks").glob("*.ipynb"))
    }
    live = {}
    for name, page in PAGES.items():
        live[name] = page()
        LivePage(live[name], HOME).save(place / f"{name}.html")
    for name in notebooks:
        write(place / f"{name}.html", still(ROOT / "notebooks" / f"{name}.ipynb"))
    write(place / HOME, index(live, notebooks))
    print(f"{place / HOME}: {len(live)} live pages and {len(notebooks)} notebooks")


def write(path, text):
    """A page as a file."""
    path.write_text(text, encoding="utf-8", newline="\n")


def still(path):
    """A notebook as a page whose links lead to the other pages, or to the project."""
    text = StillExporter().from_filename(path)[0]
    text = re.sub(r'href="(\w+)\.ipynb(#[^"]*)?"', r'href="\1.html\2"', text)
    text = text.replace('href="../', f'href="{repository(ROOT)["repository"]}/blob/main/')
    links = f'<a href="{HOME}">MobileNet Lab</a>'
    if path.name[:2] in quizzes.NOTEBOOKS:
        links += f' · <a href="quiz.html#{path.name[:2]}">five questions on this notebook</a>'
    back = f'<p class="jp-RenderedHTMLCommon">{links}</p>'
    return re.sub(r"(<main[^>]*>)", rf"\1{back}", text, count=1)


def index(live, notebooks):
    """The page that presents the others."""
    cards = [
        card(f"{name}.html", own.title, own.intro, shown(notebooks, name))
        for name, own in live.items()
    ]
    pages = [card(f"{name}.html", *heading(one), picture(one)) for name, one in notebooks.items()]
    address = repository(ROOT)["repository"]
    body = (
        "<header>\n<h1>MobileNet Lab</h1>\n"
        "<p>How much does a MobileNet cost, and what do you lose when you make it smaller?</p>\n"
        "</header>\n<main>\n<h2>Live pages</h2>\n"
        "<p>Move a slider: all numbers are in the page, which needs neither Python nor a network."
        f'</p>\n<div class="cards">{"".join(cards)}</div>\n<h2>Notebooks</h2>\n'
        "<p>As they were run, to read. They come alive, with more explorers, feature maps and "
        f'trained networks, <a href="{escape(address)}#readme">where the lab is installed</a>.</p>'
        f'\n<div class="cards">{"".join(pages)}</div>\n</main>\n'
    )
    style = reports.STYLE + STYLE
    return document("MobileNet Lab", f"style-src '{hashed(style)}'; img-src data:", style, body, "")


def shown(notebooks, name):
    """The picture of a live page; "" for one that draws nothing."""
    where, call = SHOWN.get(name, ("", ""))
    return picture(notebooks[where], call) if where else ""


def card(link, title, words, shown):
    """A link with a picture and a sentence."""
    image = f'<img alt="" src="data:image/webp;base64,{shown}">' if shown else ""
    return (
        f'<a class="card" href="{link}">{image}<h3>{escape(title)}</h3><p>{escape(words)}</p></a>\n'
    )


def heading(notebook):
    """A notebook's title, and its question or its first sentence."""
    title, words = notebook.cells[0].source.split("\n\n")[:2]
    asked = re.search(r"\*\*(.+?)\*\*", words)
    return title.removeprefix("# "), asked[1] if asked else words.partition(". ")[0] + "."


def picture(notebook, call=""):
    """The first picture of a notebook that is no strip, or that of the cell with a call; or ""."""
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            found = output.get("data", {}).get("image/png")
            if found and call in cell.source:
                image = Image.open(io.BytesIO(base64.b64decode(found)))
                if call or image.height > STRIP * image.width:
                    return smaller(image)
    return ""


def smaller(image):
    """The upper part of a picture, at the size of the index's."""
    image = image.convert("RGB").crop((0, 0, image.width, min(image.height, image.width * 9 // 16)))
    image = image.resize((WIDTH, round(WIDTH * image.height / image.width)), Image.LANCZOS)
    written = io.BytesIO()
    image.save(written, "webp", quality=80)
    return base64.b64encode(written.getvalue()).decode("ascii")


if __name__ == "__main__":
    main(*sys.argv[1:] or [ROOT / "site"])
