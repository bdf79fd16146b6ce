"""A report in a real browser without a network: on screen, small, dark, and on paper."""

import pytest
from on_screen import SCREENSHOTS, hearing

from mobilenet_lab import Budget, review
from mobilenet_lab.published.released import phone_model

pytestmark = pytest.mark.browser

WILD = '<b onmouseover="alert(1)">Doorbell</b> & <img src=x onerror=alert(2)> "one"'
PAPER = 687  # px across A4 within the page's margins of 14 mm
PAGE = 1000  # px down the page within its margins of 15 and 16 mm

LOADED = "() => [...document.images].map(one => one.complete && one.naturalWidth)"

# What reaches out of the page, is cut off, or overlaps another block of its section.
FLAWS = """() => {
    const wide = document.documentElement.clientWidth + 1, flaws = []
    const own = one => getComputedStyle(one).overflowX == 'auto'
    const name = one => `${one.tagName} ${one.textContent.slice(0, 40)}`
    for (const one of document.querySelectorAll('h1, h2, p, li, pre, figure, img, .wide, table')) {
        const scrolls = one.parentElement.closest('.wide')
        if (!(scrolls && own(scrolls)) && one.getBoundingClientRect().right > wide)
            flaws.push(`${name(one)} reaches out of the page`)
        if (!own(one) && one.scrollWidth > one.clientWidth + 1 && one.clientWidth)
            flaws.push(`${name(one)} is cut off`)
    }
    for (const section of document.querySelectorAll('section')) {
        const boxes = [...section.children].map(one => one.getBoundingClientRect())
        boxes.slice(1).forEach((box, index) => {
            if (box.top < boxes[index].bottom - 1) flaws.push(`blocks of ${name(section)} overlap`)
        })
    }
    if (document.documentElement.scrollWidth > wide) flaws.push('the page scrolls sideways')
    return flaws
}"""

# The least contrast of any text with what is behind it, by WCAG 2.
CONTRAST = """() => {
    const channels = color => color.match(/[\\d.]+/g).map(Number)
    const light = color => {
        const [r, g, b] = channels(color).map(one => one / 255)
            .map(one => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b
    }
    const behind = one => {
        for (; one; one = one.parentElement) {
            const color = getComputedStyle(one).backgroundColor
            if (channels(color)[3] !== 0) return color
        }
        return 'rgb(255, 255, 255)'
    }
    const texts = document.querySelectorAll('h1, h2, p, li, a, th, td, caption, figcaption, code')
    return Math.min(...[...texts].map(one => {
        const [a, b] = [light(getComputedStyle(one).color), light(behind(one))].sort()
        return (b + 0.05) / (a + 0.05)
    }))
}"""

# What is not to be broken, but higher than a page, or may be broken.
BROKEN = """page => [...document.querySelectorAll('tr, figure, pre')].filter(one =>
    one.getBoundingClientRect().height > page || getComputedStyle(one).breakInside != 'avoid'
).map(one => one.tagName + ' ' + one.textContent.slice(0, 40))"""


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    limits = {"macs": "60M", "params": "2M", "ram": "640 KiB", "flash": "3 MiB", "ms": 30}
    note = f"The weights are in runs/<i>one</i>.h5.\n{WILD}"
    place = tmp_path_factory.mktemp("report") / "review.html"
    found = review(Budget(**limits, runtime="tflm"), classes=2, latency=phone_model())
    return found.save(place, title=WILD, note=note, compare=6)


@pytest.fixture
def opened(offline, path):
    """A function that opens the report, without a network; it may ask for nothing but itself."""
    asked, said, page = [], [], offline

    def open_at(width, scheme="light"):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(media="screen", color_scheme=scheme)
        page.goto(path.as_uri())
        return page

    with hearing(
        page,
        request=lambda request: asked.append(request.url),
        console=lambda message: said.append(message.text),
        dialog=lambda dialog: said.append(dialog.message) or dialog.dismiss(),
    ):
        yield open_at
    assert {url for url in asked if not url.startswith("data:")} == {path.as_uri()}
    assert said == []


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_can_be_seen(opened, width, scheme):
    page = opened(width, scheme)
    assert page.evaluate(FLAWS) == []
    assert all(page.evaluate(LOADED)) and len(page.evaluate(LOADED)) > 4
    assert page.evaluate(CONTRAST) >= 4.5
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"report_{scheme}_{width}.png", full_page=True)


def test_texts_stay_texts(opened):
    page = opened(1280)
    assert page.title() == page.locator("h1").inner_text() == WILD
    assert page.locator(".note").inner_text().splitlines()[0].endswith("runs/<i>one</i>.h5.")
    assert page.locator("b, i, script, [onmouseover], [onerror]").count() == 0


def test_a_wide_table_is_scrolled_by_keyboard(opened):
    page = opened(390)
    table = page.get_by_role("region", name="Designs that fit", exact=True)
    table.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.wait_for_function("one => one.scrollLeft > 0", arg=table.element_handle())


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_paper_nothing_is_cut(opened, scheme):
    page = opened(PAPER, scheme)
    page.emulate_media(media="print")
    assert page.evaluate(FLAWS) == []
    assert page.evaluate(BROKEN, PAGE) == []
    assert page.evaluate(CONTRAST) >= 4.5
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.screenshot(path=SCREENSHOTS / f"report_{scheme}_paper.png", full_page=True)
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
