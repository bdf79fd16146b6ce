"""What a reader of a page has before them: explorers, their controls, pictures and words."""

import ast
import base64
import importlib
import re
import time
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import nbformat

from mobilenet_lab.explorers.panel import Panel

ROOT = Path(__file__).parents[2]
PIN = "Pin this design"
EXPLORER = ".mobilenet-lab:not(.mobilenet-lab-quiz)"  # the box around one
SCREENSHOTS = Path(__file__).parent / "screenshots"
HEIGHT = 1400  # tall enough for an explorer and the line of save links below it

# What Tab stops at, in the order of the page.
CONTROLS = """frame => [...frame.querySelectorAll(
    'select, input, textarea, button, a[href], [tabindex="0"], [contenteditable="true"]'
)].filter(one => !one.disabled && one.getClientRects().length)"""

NAME = "one => one.ariaLabel || (one.labels?.[0] ?? one).textContent.trim()"

# Which key moves a control, null where none should. Next to the end of its range, the other arrow.
# What would start a download is left alone.
KEY = """control => {
    const within = slider => Number(slider.ariaValueNow) > Number(slider.ariaValueMin)
    const dial = control.closest('.widget-hbox')?.querySelector('[role=slider]')
    if (control.matches('select')) {
        const down = control.selectedIndex + 1 < control.options.length
        const next = control.options[control.selectedIndex + (down ? 1 : -1)]
        return /download/.test(next?.text) ? null : down ? 'ArrowDown' : 'ArrowUp'
    }
    if (control.matches('[role=slider]')) return within(control) ? 'ArrowLeft' : 'ArrowRight'
    if (control.type == 'number') return dial && within(dial) ? 'ArrowDown' : 'ArrowUp'
    return control.type == 'checkbox' ? 'Space' : null
}"""
PUBLISHED = """one => one.matches('select') && /choose/.test(one.innerText)
  && [...one.options].map(own => own.label).findLast(label => /^v[12],/.test(label))"""
BACK = {"ArrowUp": "ArrowDown", "ArrowDown": "ArrowUp", "Space": "Space"}
BACK |= {"ArrowLeft": "ArrowRight", "ArrowRight": "ArrowLeft"}

# What follows a control.
KIND = """control => control.matches('[role=slider]') ? 'slider'
    : control.closest('.widget-hbox')?.querySelector(':scope > .widget-slider') ? 'box'
    : control.matches('select') ? 'list' : 'switch'"""
FOLLOWS = {"list": ("pictures", "alts"), "switch": ("ticked",)}
FOLLOWS |= dict.fromkeys(("slider", "box"), ("alts", "words"))
ANSWERS = ("words", "pictures", "tables")  # of the kernel: one of them changes after a switch
SILENT = {"rescale"}  # but for this, where the scale fits already

STATE = """frame => ({
    words: frame.querySelector('[role=status]').textContent.trim(),
    message: frame.querySelector('[role=alert]')?.textContent ?? '',
    pictures: [...frame.querySelectorAll('img:not([hidden])')].map(img => img.dataset.mark),
    alts: [...frame.querySelectorAll('img:not([hidden])')].map(img => img.alt),
    ticked: [...frame.querySelectorAll('[type=checkbox]')].map(one => one.checked),
    tables: frame.querySelectorAll('table').length,
})"""

# The page waits by itself and answers once: each question from here goes through three processes.
SAME = "const same = (one, other) => JSON.stringify(one) === JSON.stringify(other)"
MOMENT = "const moment = milliseconds => new Promise(done => setTimeout(done, milliseconds))"
WHEN = f"""async (frame, [check, given, seconds]) => {{
    const state = {STATE}; {SAME}; {MOMENT}
    const differs = now => part => !same(now[part], given.before[part])
    const holds = {{
        says: now => now.words.includes(given),
        all: now => given.parts.every(differs(now)),
        some: now => given.parts.some(differs(now)),
        is: now => Object.keys(now).every(part => same(now[part], given[part])),
    }}[check]
    const end = Date.now() + 1000 * seconds
    for (let now; Date.now() < end; await moment(50)) if (holds(now = state(frame))) return now
}}"""
RESTS = f"""async frame => {{
    const state = {STATE}; {SAME}; {MOMENT}
    let before, now = state(frame)
    do {{ before = now; await moment(100); now = state(frame) }} while (!same(now, before))
    return now
}}"""

# The bytes of a picture, whose address is a blob's.
BYTES = """async img => {
    const bytes = new Uint8Array(await (await fetch(img.src)).arrayBuffer())
    return btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(''))
}"""

# Everything that is cut off, covers another or makes the page scroll sideways, in words.
FLAWS = """frame => {
    const all = [...frame.querySelectorAll('label, input, select, textarea, button, a, table, ' +
        '.slider-container, [role=slider], img, [role=status] > div, [role=alert] > div')]
    const parts = all.filter(one => one.getClientRects().length && one.innerText !== '')
    const own = one => one.closest('[style*="overflow-x"]')  // scrolls on its own
    const box = one => (own(one) ?? one).getBoundingClientRect()
    const text = one => one.innerText || one.alt || one.value || ''
    const name = one => `${one.tagName} ${text(one).slice(0, 30)}`
    const home = frame.closest('.jp-OutputArea-output'), room = box(home), flaws = []
    for (const one of parts) {
        if (box(one).left < room.left - 1 || box(one).right > room.right + 1)
            flaws.push(`${name(one)} reaches out of the output`)
        if (one.matches('label') && one.scrollWidth > one.clientWidth + 1)
            flaws.push(`${name(one)} is cut off`)
    }
    parts.forEach((one, index) => parts.slice(index + 1).forEach(other => {
        const a = box(one), b = box(other)
        const across = Math.min(a.right, b.right) - Math.max(a.left, b.left)
        const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)
        if (across > 1 && down > 1 && !one.contains(other) && !other.contains(one))
            flaws.push(`${name(one)} and ${name(other)} overlap`)
    }))
    for (let one = home; one; one = one.parentElement)
        if (one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX != 'visible')
            flaws.push(`${one.className || one.tagName} is wider than the screen`)
    return flaws
}"""


def explorers_in(path):
    """The numbers of those cells of a notebook that make an explorer; the first cell is 0."""
    names, found = set(), []
    for number, cell in enumerate(nbformat.read(path, as_version=4).cells):
        if cell.cell_type != "code" or re.search(r"^\s*%", cell.source, re.M):
            continue
        nodes = list(ast.walk(ast.parse(cell.source)))
        for node in nodes:
            if isinstance(node, ast.ImportFrom) and node.module.startswith("mobilenet_lab"):
                names |= {one.name for one in node.names if makes_explorers(node.module, one.name)}
        if any(isinstance(node, ast.Call) and ast.unparse(node.func) in names for node in nodes):
            found.append(number)
    return found


def makes_explorers(module, name):
    """Whether a name of a module is a class of explorers."""
    one = getattr(importlib.import_module(module), name, None)
    return isinstance(one, type) and issubclass(one, Panel)


NOTEBOOKS = [path for path in sorted((ROOT / "notebooks").glob("*.ipynb")) if explorers_in(path)]


def until(check, what, seconds=20):
    """The first true value of `check()`; an error that says `what` was waited for."""
    deadline = time.monotonic() + seconds
    while not (value := check()):
        assert time.monotonic() < deadline, f"waited {seconds} s for {what}"
        time.sleep(0.05)
    return value


@contextmanager
def hearing(page, **heard):
    """While the block runs, each event of a page calls a function; in the end the page is left."""
    for event, hear in heard.items():
        page.on(event, hear)
    yield
    page.goto("about:blank")
    for event, hear in heard.items():
        page.remove_listener(event, hear)


def mark(png):
    """What tells a picture from others in the page: its end, where the checksums of the PNG are."""
    return png[-40:].hex()


class Page:
    """A browser's page. It reaches this machine only, and remembers what went wrong."""

    def __init__(self, browser, width):
        self.page = browser.new_page(viewport={"width": width, "height": HEIGHT})
        self.errors, self.abroad = [], set()
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.route(lambda url: not self._is_here(url), self._refuse)

    def _is_here(self, url):
        parts = urlsplit(url)
        return parts.scheme in ("data", "blob", "file") or parts.hostname in (
            "localhost",
            "127.0.0.1",
        )

    def _refuse(self, route):
        self.abroad.add(urlsplit(route.request.url).hostname)
        route.abort()

    def _console(self, message):
        refused = urlsplit(message.location["url"]).hostname in self.abroad
        if message.type == "error" and not refused:
            self.errors.append(f"{message.text} ({message.location['url']})")

    def resize(self, width):
        """Another width; the page has settled when its layout has."""
        self.page.set_viewport_size({"width": width, "height": HEIGHT})
        self.page.wait_for_timeout(500)

    def shoot(self, name):
        """Keep a screenshot for people to look at."""
        SCREENSHOTS.mkdir(exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png", caret="initial")

    def look(self, explorer, name):
        """Nothing of an explorer is cut off or covered, with everything closed and open."""
        explorer.frame.locator("[role=status]").scroll_into_view_if_needed()
        explorer.rests()
        self.shoot(name)
        assert not explorer.flaws, explorer.flaws
        explorer.open_all()
        self.shoot(f"{name}_open")
        assert not explorer.flaws, explorer.flaws
        explorer.close_all()

    @property
    def explorers(self):
        """Every explorer on the page, from the top."""
        return [Explorer(frame) for frame in self.page.locator(EXPLORER).all()]

    def having(self, role, name):
        """The explorers that have a control of that role and name."""
        return [one for one in self.explorers if one.control(role, name).count()]


class Explorer:
    """One explorer on a page."""

    def __init__(self, frame):
        self.frame, self.page = frame, frame.page

    @property
    def state(self):
        """Words and message, a mark and the alternative text of each picture, what is ticked."""
        return self.frame.evaluate(STATE)

    @property
    def words(self):
        return self.state["words"]

    @property
    def flaws(self):
        """What is cut off, what overlaps."""
        return self.frame.evaluate(FLAWS)

    def control(self, role, name):
        return self.frame.get_by_role(role, name=name, exact=True)

    def box(self, name):
        """A number box; one that may be empty is a box for text."""
        return self.control("spinbutton", name).or_(self.control("textbox", name))

    def type(self, name, text):
        """Type into a number box, with Enter."""
        self.box(name).fill(text)
        self.box(name).press("Enter")

    def press(self, role, name, key="Space"):
        self.control(role, name).press(key)

    def open_all(self):
        """Show all that can be shown: pin, budget, numbers, files; one after the other."""
        if self.control("button", PIN).count():
            self.press("button", PIN)
            until(lambda: self.unpin, "a button that unpins")
        if self.box("MACs ≤ (M)").count():
            before = self.rests()
            self.type("MACs ≤ (M)", "1")
            self.changes(before, "words")
        self.press("checkbox", "numbers")
        self.frame.locator("table").first.wait_for()
        self.press("button", "save")
        self.frame.get_by_role("link").first.wait_for()
        self.rests()

    def close_all(self):
        """Reset, which takes all that away."""
        self.press("button", "reset")
        self.frame.locator("table").first.wait_for(state="detached")
        for box in self.control("checkbox", "numbers").all():
            until(lambda box=box: not box.is_checked(), "numbers not to be ticked")
        until(lambda: not self.unpin, "nothing to be pinned")
        self.rests()

    @property
    def unpin(self):
        """The names of the buttons that unpin."""
        names = self.frame.get_by_role("button").all_text_contents()
        return [name.strip() for name in names if name.strip().startswith("Unpin")]

    def says(self, text):
        """Wait until the words hold a text; the words."""
        return self._when("says", text, f"the words to hold {text!r}")["words"]

    def changes(self, before, *parts):
        """Wait until these parts of the state are different and all is at rest; the state then."""
        different = f"{' and '.join(parts)} to change"
        self._when("all", {"before": before, "parts": parts}, different)
        return self.rests()

    def becomes(self, state):
        """Wait until the state is this one."""
        self._when("is", state, "an earlier state to come back")

    def rests(self):
        """Wait until nothing has changed for a moment; the state then."""
        return self.frame.evaluate(RESTS)

    def _when(self, check, given, what, seconds=20):
        """The first state that passes a check of `WHEN`."""
        found = self.frame.evaluate(WHEN, [check, given, seconds])
        assert found, f"waited {seconds} s for {what}"
        return found

    def image(self, index):
        """A picture as the browser holds it, as PNG bytes."""
        shown = self.frame.locator("img:not([hidden])").nth(index)
        return base64.b64decode(shown.evaluate(BYTES))

    def looks_ahead(self):
        """Wait until what is sent ahead of a slider is there, the nearest positions at least."""
        line, before = self.frame.locator("[role=status]"), None
        kept = partial(line.get_attribute, "data-ahead")
        until(lambda: int(kept() or 0) >= 3, "a slider's position and those beside it")
        while not before or before != line.get_attribute("data-ahead"):
            before = line.get_attribute("data-ahead")
            self.page.wait_for_timeout(500)

    def pixels(self):
        """The pictures as they are on screen."""
        shown = self.frame.locator("img:not([hidden])").all()
        return [one.screenshot(caret="initial") for one in shown]

    def controls(self):
        """Every element that Tab stops at, in the order of the page."""
        return [self._control(index) for index in range(self._count())]

    def _count(self):
        return self.frame.evaluate(f"frame => ({CONTROLS})(frame).length")

    def _control(self, index):
        return self.frame.evaluate_handle(f"frame => ({CONTROLS})(frame)[{index}]").as_element()

    def focus(self):
        """Which of the controls has the focus; None if none has."""
        index = self.frame.evaluate(f"frame => ({CONTROLS})(frame).indexOf(document.activeElement)")
        return None if index < 0 else index

    @property
    def names(self):
        """What its controls are called."""
        return self.frame.evaluate(f"frame => ({CONTROLS})(frame).map({NAME})")

    def walk(self, tried=frozenset()):
        """Tab into the explorer and through it to its end; try each control on the way.

        Those with a name in `tried` are only passed. Returns what kinds of control have moved a
        picture.
        """
        names = self.names
        self.rests()
        for _ in range(10):
            self.page.keyboard.press("Tab")
            if self.focus() is not None:
                break
        moved = set()
        for index, name in enumerate(names):
            assert self.focus() == index
            if name not in tried:
                moved.add(self._try_key(self._control(index)))
            assert self.focus() == index, "a key has moved the focus"
            assert self._count() == len(names), (name, len(names), self.names)
            self.page.keyboard.press("Tab")
        assert self.focus() is None, "Tab does not leave"
        return moved

    def _try_key(self, control):
        """One step by key and back: pictures, what is said of them, and words follow.

        What kind of control it is if it has moved a picture. (A small step need not: a block is
        drawn with the same channels at α 1.4 and 1.35.)
        """
        if not (key := control.evaluate(KEY)):
            return
        kind = control.evaluate(KIND)
        before, pixels = self.state, kind == "slider" and self.pixels()
        self.frame.locator("[role=status]").evaluate("one => { one.marked = true }")
        self.page.keyboard.press(key)
        after = self._follows(control, before)
        assert after["message"] == ""
        assert self.frame.locator("[role=status]").evaluate("one => one.marked"), "another element"
        moved = changed(before["pictures"], after["pictures"])
        told = changed(before["alts"], after["alts"])
        assert told >= moved, "a picture has changed, but not what is said of it"
        if kind == "slider":
            assert (self.pixels() != pixels) == bool(moved)
        # A step back to "choose …" would change nothing; the last network of v1 or v2 is over
        # budgets of 1 M, and has the controls of the start.
        if published := control.evaluate(PUBLISHED):
            control.select_option(label=published)
        else:
            self.page.keyboard.press(BACK[key])
        self._follows(control, after)
        return kind if moved else None

    def _follows(self, control, before):
        """Wait for what follows a control; the state then.

        The browser ticks a box by itself, before the kernel has answered.
        """
        kind = control.evaluate(KIND)
        if kind == "switch" and control.evaluate(NAME) not in SILENT:
            different = f"{', '.join(ANSWERS)}: one to change"
            self._when("some", {"before": before, "parts": ANSWERS}, different)
        return self.changes(before, *FOLLOWS[kind])


def changed(before, after):
    """Which of some things are different."""
    pairs = enumerate(zip(before, after, strict=True))
    return {index for index, (old, new) in pairs if old != new}
