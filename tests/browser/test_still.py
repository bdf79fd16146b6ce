"""A notebook without a kernel, as a page that nbconvert makes: still pictures in the same place."""

import pytest
from nbconvert import HTMLExporter
from on_screen import HEIGHT, NOTEBOOKS, Page, explorers_in

from mobilenet_lab.explorers.still import NOTE
from mobilenet_lab.jupyter.export import StillExporter

pytestmark = pytest.mark.browser

PAPER = 718  # px across A4 within margins of 1 cm
CUT = """() => [...document.querySelectorAll('pre, table, img, .jp-OutputArea-output')]
    .filter(one => one.getClientRects().length)
    .filter(one => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1
        || (!one.matches('table') && one.scrollWidth > one.clientWidth + 1))
    .map(one => `${one.tagName} ${one.innerText.slice(0, 60)}`)"""


@pytest.fixture(scope="module")
def screen(browser):
    """One page for all, since a new one starts a process."""
    screen = Page(browser, 1280)
    yield screen
    screen.page.close()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_explorer_is_a_picture(path, screen, tmp_path):
    made = tmp_path / f"{path.stem}.html"
    made.write_text(HTMLExporter().from_filename(path)[0], encoding="utf-8")
    screen.page.goto(made.as_uri())
    cells = screen.page.locator(".jp-Cell")
    for number in explorers_in(path):
        picture = cells.nth(number).locator(".jp-OutputArea-output img")
        picture.scroll_into_view_if_needed()
        screen.shoot(f"{path.stem}_{number}_still")
        assert picture.evaluate("one => one.naturalWidth") > 800
        note, still = cells.nth(number).locator(".jp-OutputArea-output").all()
        assert note.inner_text().strip() == NOTE
        assert still.inner_text().strip() == ""
    assert not screen.page.evaluate("document.documentElement.outerHTML.includes('widget-view')")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_on_paper_neither_code_nor_tables_are_cut(path, screen, tmp_path):
    made = tmp_path / f"{path.stem}.html"
    made.write_text(StillExporter().from_filename(path)[0], encoding="utf-8")
    screen.page.set_viewport_size({"width": PAPER, "height": HEIGHT})
    screen.page.emulate_media(media="screen")
    screen.page.goto(made.as_uri())
    on_screen = screen.page.evaluate(CUT)
    assert on_screen, "long lines scroll on screen"
    screen.page.emulate_media(media="print")
    assert screen.page.evaluate(CUT) == []
    screen.shoot(f"{path.stem}_paper")
