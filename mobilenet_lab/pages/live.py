"""`live_page`: what a reader has set, as an HTML file whose sliders work without Python."""

import os
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

from mobilenet_lab import checks
from mobilenet_lab.pages.candidates import candidates
from mobilenet_lab.pages.families import families
from mobilenet_lab.pages.layers import layers
from mobilenet_lab.pages.page import html
from mobilenet_lab.pages.parts import Live
from mobilenet_lab.pages.plane import plane
from mobilenet_lab.pages.quiz import quiz
from mobilenet_lab.pages.tour import tour

PAGES: dict[str, Callable[..., Live]] = {
    "tour": tour,
    "plane": plane,
    "families": families,
    "layers": layers,
    "candidates": candidates,
    "quiz": quiz,
}


class LivePage:
    """A live page: `html` is its text, `title` its heading; `save` writes it.

    In a notebook it is shown in a frame.
    """

    def __init__(self, live: Live, home: str = "") -> None:
        self.title, self.html = live.title, html(live, home)

    def save(self, path: Any) -> Path:
        """Write the page to a file that ends in `.html`; its `Path`.

        Raises `ValueError` for another ending, `OSError` where the file cannot be written.
        """
        accepted = "the path of a file that ends in .html"
        if not isinstance(path, str | os.PathLike) or Path(path).suffix.lower() != ".html":
            checks.refuse("path", path, accepted)
        place = Path(path).expanduser()
        place.write_text(self.html, encoding="utf-8", newline="\n")
        return place

    def _repr_html_(self) -> str:
        frame = 'sandbox="allow-scripts" style="width:100%;height:48rem;border:0"'
        return (
            f'<iframe title="{escape(self.title)}" {frame} srcdoc="{escape(self.html)}"></iframe>'
        )

    def __repr__(self) -> str:
        return f"live page “{self.title}”, {len(self.html.encode()) / 1e3:,.0f} kB; save(path) it"


def live_page(page: str = "tour", **start: Any) -> LivePage:
    """A page whose sliders move plots in any browser: no kernel, no server, no request.

    `page` is "tour" (MACs, parameters and published top-1 along a knob), "plane" (v1's α × ρ
    plane), "families" (both families on one plane), "layers" (MACs, parameters and memory by
    layer), "candidates" (what fits a budget) or "quiz" (questions on the notebooks). `start` is
    where it begins, by name: `family`, `along`, `alpha`, `resolution`, own knobs and `pinned`
    designs; a `budget` and a `price`; a `network`; a `notebook`.

    Raises `ValueError` for another page and for what a page cannot begin with, `TypeError` for a
    name that it does not have.
    """
    return LivePage(PAGES[checks.one_of("page", page, PAGES)](**start))
