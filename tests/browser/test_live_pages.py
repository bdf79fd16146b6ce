"""Live pages in a real browser, from a file and without a network: keys, words, plots, widths."""

import math
import re

import pytest
from on_screen import SCREENSHOTS, hearing

from mobilenet_lab import Budget, Design, cost, live_page, quizzes, review
from mobilenet_lab.explorers.words import describe
from mobilenet_lab.networks.families import FAMILIES, knobs
from mobilenet_lab.pages.families import families
from mobilenet_lab.pages.live import PAGES
from mobilenet_lab.pages.plane import plane
from mobilenet_lab.search.budget import words as written
from mobilenet_lab.search.words import reached

pytestmark = pytest.mark.browser

WIDTHS = (360, 800, 1280)

# What reaches out of the page, is cut off, or covers its neighbour.
FLAWS = """() => {
    const wide = document.documentElement.clientWidth + 1, flaws = []
    const name = one => `${one.tagName} ${one.id} ${one.textContent.slice(0, 30)}`
    const shown = one => one.getClientRects().length
    const parts = [...document.querySelectorAll(
        'h1, header p, label, input, select, output, #words, .head *, canvas, .legend li, ' +
        '#extent, summary, footer p, fieldset label, .told')].filter(shown)
    for (const one of parts) {
        const box = one.getBoundingClientRect()
        if (box.right > wide || box.left < 0) flaws.push(`${name(one)} reaches out of the page`)
        if (one.matches('label, output, li, #words') && one.scrollWidth > one.clientWidth + 1)
            flaws.push(`${name(one)} is cut off`)
    }
    parts.forEach((one, index) => parts.slice(index + 1).forEach(other => {
        const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()]
        const across = Math.min(a.right, b.right) - Math.max(a.left, b.left)
        const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)
        if (across > 1 && down > 1 && !one.contains(other) && !other.contains(one))
            flaws.push(`${name(one)} and ${name(other)} overlap`)
    }))
    if (document.documentElement.scrollWidth > wide) flaws.push('the page scrolls sideways')
    for (const one of document.querySelectorAll('canvas'))
        if (one.getBoundingClientRect().width < 200) flaws.push(`${name(one)} is too narrow`)
    return flaws
}"""

# What is drawn and said: the plots' pixels, the words below and above.
STATE = """() => ({
    plots: [...document.querySelectorAll('canvas')].map(one => one.toDataURL()).join(),
    words: document.getElementById('words').textContent,
    said: document.querySelector('#controls').innerText,
})"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """All pages as files; a narrow network's layers, whose own scale is another one."""
    folder, start = tmp_path_factory.mktemp("live"), {"layers": {"alpha": 0.3}}
    for name in PAGES:
        live_page(name, **start.get(name, {})).save(folder / f"{name}.html")
    return folder


@pytest.fixture
def opened(offline, folder):
    """A function that opens a page without a network; it asks for nothing and reports no error."""
    asked, said, wanted, page = [], [], set(), offline

    def open_at(name, width=1280, scheme="light", start=""):
        page.goto("about:blank")
        page.mouse.move(0, 0)
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        wanted.add((folder / f"{name}.html").as_uri())
        page.goto((folder / f"{name}.html").as_uri() + start)
        page.wait_for_selector("body[data-ready]")
        return page

    with hearing(
        page,
        request=lambda request: asked.append(request.url),
        console=lambda message: said.append(message.text),
        pageerror=lambda error: said.append(f"{error}"),
    ):
        yield open_at
    assert set(asked) == wanted
    assert said == []


@pytest.mark.parametrize("name", PAGES)
def test_everything_can_be_seen(opened, name):
    SCREENSHOTS.mkdir(exist_ok=True)
    for width, scheme in zip(WIDTHS, ("light", "dark", "light"), strict=True):
        page = opened(name, width, scheme)
        assert page.evaluate(FLAWS) == []
        page.screenshot(path=SCREENSHOTS / f"live_{name}_{scheme}_{width}.png", full_page=True)


@pytest.mark.parametrize("name", PAGES)
def test_every_control_works_by_keyboard(opened, name):
    page = opened(name, 360)
    controls = page.locator("#controls :is(input, select)")
    for at in range(controls.count()):
        page.keyboard.press("Tab")
        control = controls.nth(at)
        assert control.evaluate("one => one === document.activeElement")
        assert control.evaluate("one => one.labels.length") == 1
        slider = control.get_attribute("type") == "range"
        state, place = page.evaluate(STATE), control.input_value()
        down = slider and place == control.get_attribute("max")
        last = not slider and control.evaluate("one => one.selectedIndex + 1 === one.length")
        there, back = ("ArrowUp", "ArrowDown") if last else ("ArrowDown", "ArrowUp")
        page.keyboard.press(there if not slider else "ArrowLeft" if down else "ArrowRight")
        after = page.evaluate(STATE)
        moved = [name for name in state if state[name] != after[name]]
        assert {"plots", "words"} & set(moved)
        if slider:
            assert control.get_attribute("aria-valuetext") and "said" in moved
        else:
            assert control.input_value() != place
            page.keyboard.press(back)  # so that the family has all knobs
            assert page.evaluate(STATE) == state
    page.keyboard.press("Shift+Tab")
    for key in ("Home", "End", "PageDown"):
        page.keyboard.press(key)
    assert page.evaluate(FLAWS) == []


def place_of(over, axes, x, y):
    """Where a point is on a plot whose horizontal axis is logarithmic, in px of the page."""
    box, (left, right), (low, high) = over.bounding_box(), axes["x"]["range"], axes["y"]["range"]
    across = math.log(x / left) / math.log(right / left)
    return box["x"] + across * box["width"], box["y"] + (high - y) / (high - low) * box["height"]


@pytest.mark.parametrize("width", [360, 1280])
def test_a_point_says_its_name_under_the_pointer(opened, width):
    page, axes = opened("plane", width), plane().data["plots"]["top1"]
    over = page.locator(".u-over").last
    over.scroll_into_view_if_needed()
    label = over.locator(".name")
    assert not label.is_visible()
    for alpha, size, top1 in ((0.25, 128, 41.5), (0.5, 160, 59.1), (1, 224, 70.9)):
        macs = cost(Design("v1", alpha, resolution=size)).macs / 1e6
        page.mouse.move(*place_of(over, axes, macs, top1))
        name = f"v1, α {alpha}, {size} px\nMACs (millions) {macs:.3g}, published top-1 (%) {top1}"
        assert label.text_content() == name and label.is_visible()
        box, room = label.bounding_box(), over.bounding_box()
        assert room["x"] <= box["x"] and box["x"] + box["width"] <= room["x"] + room["width"] + 1
    page.locator("#alpha").press("ArrowLeft")
    assert not label.is_visible()
    page.mouse.move(*place_of(over, axes, macs, top1))
    assert label.is_visible()
    page.mouse.move(0, 0)
    assert not label.is_visible()


def test_names_of_families_and_candidates(opened):
    page, own = opened("families"), families().data
    axes = {"x": own["axes"]["params"], "y": own["top1"]}
    over = page.locator(".u-over").last
    params = cost(Design("v2", 1.4)).params / 1e6
    page.mouse.move(*place_of(over, axes, params, 75.0))
    said = "v2, α 1.4, 224 px\nparameters (millions) 6.16, published top-1 (%) 75.0"
    assert over.locator(".name").text_content() == said
    page = opened("candidates")
    set_to(page, ram=12, flash=10, price="macs")
    over = page.locator(".u-over")
    box, found = over.bounding_box(), set()
    for at in range(120):
        page.mouse.move(box["x"] + box["width"] * at / 120, box["y"] + box["height"] / 2)
        if over.locator(".name").is_visible():
            found.add(over.locator(".name").text_content())
    everything = review(Budget(macs=10**15), progress=False, most=1000)
    rows = [row for _, row in everything.candidates.iterrows()]
    networks = [f"{one}".removeprefix("MobileNet ") for one in everything.designs()]
    assert found and found <= {
        f"{name}\n{written('macs', row['macs'])}, {reached(row)}"
        for name, row in zip(networks, rows, strict=True)
    }


@pytest.mark.parametrize("width", [360, 1280])
def test_a_quiz_says_what_an_answer_is_worth(opened, width):
    page = opened("quiz", width)
    set_to(page, notebook="03")
    page.locator("#notebook").focus()
    groups = page.locator("fieldset")
    for number, one in enumerate(quizzes.questions("03")):
        assert groups.nth(number).locator("legend").inner_text() == f"{number + 1}. {one.asks}"
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        for choice in (*one.choices[1:], one.choices[0]):
            page.keyboard.press("ArrowDown")
            assert groups.nth(number).get_by_role("status").inner_text() == one.told(choice)
            right = number + (choice == one.answer)
            assert words(page) == f"Notebook 03: {right} of 5 are right"
        for _ in range(one.choices.index(one.answer)):
            page.keyboard.press("ArrowDown")
        assert words(page) == f"Notebook 03: {number + 1} of 5 are right"
    assert page.evaluate(FLAWS) == []
    page.screenshot(path=SCREENSHOTS / f"live_quiz_answered_{width}.png", full_page=True)


def test_answers_stay_while_another_notebook_is_shown(opened):
    page = opened("quiz", start="#04")
    one = quizzes.questions("04")[0]
    page.get_by_role("radio", name=one.answer, exact=True).check()
    set_to(page, notebook="05")
    assert words(page) == "Notebook 05: 0 of 5 are right"
    assert page.locator(":checked[type=radio]").count() == 0
    set_to(page, notebook="04")
    assert words(page) == "Notebook 04: 1 of 5 are right"
    assert page.locator("fieldset").first.get_by_role("status").inner_text() == one.told(one.answer)
    assert page.locator(":checked[type=radio]").count() == 1


def test_a_notebook_shows_it_in_a_frame(browser, tmp_path):
    said, place = [], tmp_path / "notebook.html"
    place.write_text(live_page("plane", alpha=0.5)._repr_html_(), encoding="utf-8")
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.on("console", lambda message: said.append(message.text))
    page.goto(place.as_uri())
    frame = page.frame_locator("iframe")
    frame.locator("body[data-ready]").wait_for()
    frame.locator("#alpha").press("End")
    assert words(frame) == describe(Design("v1", 1.5))
    context.close()
    assert said == []


def set_to(page, **settings):
    """Move controls as a reader would; a slider by its place."""
    for name, value in settings.items():
        control = page.locator(f"#{name}")
        if control.get_attribute("type") == "range":
            control.fill(str(value))
        else:
            control.select_option(value)


def words(page):
    return page.locator("#words").inner_text().removesuffix(".")


def test_the_words_are_those_of_the_design(opened):
    page = opened("tour")
    places = {name: knob.values for name, knob in knobs().items()}
    for family, at in (("v2", (5, 3, 2)), ("v1", (13, 5, 4)), ("v3-small", (18, 5, 0))):
        settings = dict(zip(places, at, strict=True))
        set_to(page, family="v2", **settings)  # which has every knob
        set_to(page, family=family)
        used = {name: places[name][at] for name, at in settings.items()}
        own = {name: one for name, one in used.items() if FAMILIES[family].uses(name)}
        assert words(page) == describe(Design(family, **own))
        assert page.locator("#expansion").is_disabled() is (family != "v2")
    set_to(page, along="expansion")
    assert "v3-small has no t: no mark" in page.inner_text("#extent")
    assert page.locator(".legend li:visible").first.inner_text() == "v1"


def test_a_table_says_what_the_curve_shows(opened):
    page = opened("tour")
    set_to(page, family="v1", along="resolution", alpha=8)
    page.locator("summary").press("Enter")
    rows = page.locator("#table tbody tr").all_inner_texts()
    price = cost(Design("v1", 0.5, resolution=160))
    assert rows[3].split() == ["160", f"{price.macs:,}", f"{price.params:,}", "59.1"]
    assert len(rows) == len(knobs()["resolution"].values)


BUDGETS = [
    ({"ram": 4, "flash": 3}, {"ram": "256KiB", "flash": "1MiB"}, {}),
    ({"macs": 7, "params": 4}, {"macs": "150M", "params": "2M"}, {}),
    ({"ram": 9, "macs": 9}, {"macs": "300M", "ram": "1MiB"}, {"runtime": "live", "bits": 16}),
    ({"ram": 0}, {"ram": "64KiB"}, {"runtime": "in-place", "bits": 32}),
    ({"flash": 9, "macs": 11}, {"macs": "500M", "flash": "16MiB"}, {"bits": 32}),
]


def test_the_candidates_are_those_of_a_review(opened):
    page = opened("candidates")
    for places, limits, more in BUDGETS:
        none = {one: 99 for one in ("macs", "params", "ram", "flash")}
        settings = {"runtime": "tflm", "bits": 8} | more
        set_to(page, **none | places, **{name: f"{value}" for name, value in settings.items()})
        found = review(Budget(**limits, **settings))
        assert words(page) == found.sentence
        listed = page.locator("#table tbody th").all_inner_texts()
        assert listed == [f"{one}".removeprefix("MobileNet ") for one in found.designs()[:15]]
        if found.fits:
            front = re.search(r"(\d+) on the front", page.get_attribute("#front", "aria-label"))
            assert int(front[1]) == len(found.front)


def test_the_slider_goes_through_all_networks(opened):
    page = opened("families")
    set_to(page, network=38)
    assert words(page) == describe(Design("v2", 1.4))
    set_to(page, family=" ".join(FAMILIES), order="top1", network=42)
    assert words(page) == describe(Design("v3-large", 1.0))
    set_to(page, family="v1 v2")
    assert words(page) == describe(Design("v2", 1.4))
