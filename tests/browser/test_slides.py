"""A notebook as slides: each fits the screen or scrolls, keys turn them, nothing is fetched."""

import pytest
from on_screen import ROOT, Page

from mobilenet_lab.jupyter.slides import LectureExporter

pytestmark = pytest.mark.browser

# What a slide holds that reaches over its edge: below only where the slide does not scroll.
CUT = """() => [...document.querySelectorAll('.slide')].flatMap(slide => {
    const room = slide.getBoundingClientRect()
    const scrolls = slide.scrollHeight > slide.clientHeight + 1
    return [...slide.querySelectorAll('pre, table, img, p, li, h1, h2, h3')]
        .filter(one => one.getClientRects().length)
        .map(one => [one, one.getBoundingClientRect()])
        .filter(([, box]) => box.right > room.right + 1 || box.left < room.left - 1
            || box.top < room.top - 1 && !scrolls || box.bottom > room.bottom + 1 && !scrolls)
        .map(([one]) => `${slide.id}: ${one.tagName} ${one.innerText.slice(0, 60)}`)
})"""
# Slides that scroll, and whether their content is as small as it may become.
SCROLLING = """() => [...document.querySelectorAll('.slide')]
    .filter(one => one.scrollHeight > one.clientHeight + 1)
    .map(one => one.querySelector('.content').style.zoom / (innerWidth / 1280))"""
FRAMES = "() => new Promise(d => requestAnimationFrame(() => requestAnimationFrame(d)))"
SHOWN = """() => [...document.querySelectorAll('.slide')]
    .filter(one => Math.abs(one.getBoundingClientRect().top) < 2).map(one => Number(one.id))"""


NAMES = ["01_separable_convolution", "06_feature_maps", "08_paper_tables"]


@pytest.fixture(scope="module", params=NAMES)
def screen(request, browser, tmp_path_factory):
    made = tmp_path_factory.mktemp("slides") / f"{request.param}.slides.html"
    text, _ = LectureExporter().from_filename(ROOT / "notebooks" / f"{request.param}.ipynb")
    made.write_text(text, encoding="utf-8")
    screen = Page(browser, 1280)
    screen.page.set_viewport_size({"width": 1280, "height": 720})
    screen.page.goto(made.as_uri())
    yield screen
    assert not screen.errors and not screen.abroad
    screen.page.close()


def resize(page, width, height):
    """Another size; the page has answered its event before the second frame."""
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_function(f"() => innerWidth === {width}")
    page.evaluate(FRAMES)


def test_nothing_is_cut_off_and_little_scrolls(screen):
    page = screen.page
    screen.shoot(f"{page.title()}_slides")
    for width, height in ((1280, 720), (1024, 768), (1920, 1080)):
        resize(page, width, height)
        assert page.evaluate(CUT) == []
    resize(page, 1280, 720)
    count, found = page.locator(".slide").count(), page.evaluate(SCROLLING)
    assert count > 20 and len(found) <= count / 8  # the long tables of notebook 08
    assert found == pytest.approx([0.6] * len(found))


def test_keys_turn_the_slides(screen):
    page, last = screen.page, screen.page.locator(".slide").count()
    keys = {"ArrowRight": 2, "PageDown": 3, " ": 4, "ArrowLeft": 3, "PageUp": 2, "End": last}
    for key, number in (keys | {"Home": 1}).items():
        page.keyboard.press(key)
        page.wait_for_function(f"() => ({SHOWN})().includes({number})")
        assert page.evaluate(SHOWN) == [number]
        assert page.evaluate("() => location.hash") == f"#{number}"
    page.goto(f"{page.url.partition('#')[0]}#5")
    page.reload()
    page.wait_for_function(f"() => ({SHOWN})().includes(5)")


def test_printed_each_slide_has_a_page(screen):
    """The PDF's page objects are counted in its text."""
    pages = screen.page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n")
    assert pages == screen.page.locator(".slide").count()
