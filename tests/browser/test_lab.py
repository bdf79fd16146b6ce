"""Every notebook that has explorers, in JupyterLab: what a reader sees, hears and can press."""

import io
import re
import xml.etree.ElementTree as ElementTree
from functools import partial
from pathlib import Path
from urllib.error import HTTPError

import pandas as pd
import pytest
from lab_server import WITHOUT_TENSORFLOW
from on_screen import BACK, FLAWS, KEY, NAME, NOTEBOOKS, PIN, Page, explorers_in, mark, until
from PIL import Image
from playwright.sync_api import expect

from mobilenet_lab import Design, cost, quizzes
from mobilenet_lab.explorers import Released, Tour
from mobilenet_lab.explorers.words import describe
from mobilenet_lab.networks.families import knobs

pytestmark = pytest.mark.browser
expect.set_options(timeout=20_000)

TOUR = "00_tour"
ALPHA = ("spinbutton", "α width")
OFFERS = [
    ALPHA,
    ("checkbox", "numbers"),
    *(("button", name) for name in (PIN, "maps", "save", "reset")),
    ("textbox", "MACs ≤ (M)"),
    ("combobox", "published"),
    ("textbox", "as code"),
]
WIDTHS = (1280, 800)
QUIZ = ".mobilenet-lab-quiz"
the_tour = pytest.mark.parametrize("screen", NOTEBOOKS[:1], ids=[TOUR], indirect=True)


@pytest.fixture(scope="module", params=NOTEBOOKS, ids=lambda path: path.stem)
def screen(request, browser, lab):
    """A notebook on screen at 1280 px, run from top to bottom through the menu."""
    screen = Page(browser, WIDTHS[0])
    screen.path, page = request.param, screen.page
    lab.show(screen, screen.path.stem)
    cells = explorers_in(screen.path)
    screen.stills = [still_width(page.locator(".jp-Cell").nth(cell)) for cell in cells]
    screen.shoot(f"{screen.path.stem}_not_run")
    lab.run_all(screen, len(cells))
    yield screen
    page.close()
    lab.end_kernels()


def still_width(cell):
    """How many pixels wide the picture below a cell is."""
    cell.scroll_into_view_if_needed()
    picture = cell.locator(".jp-RenderedImage img")
    picture.wait_for()
    picture.scroll_into_view_if_needed()
    return picture.evaluate("one => one.decode().then(() => one.naturalWidth)")


# --- the page ---


def test_the_lab_wants_its_token(lab):
    with pytest.raises(HTTPError) as refused:
        lab.ask("contents", token="a-guess")
    assert refused.value.code == 403


def test_before_anything_runs_there_is_a_still_picture(screen):
    assert screen.stills and min(screen.stills) > 800


def test_all_cells_run_without_error(screen):
    kinds = screen.page.locator(".jp-OutputArea-output").evaluate_all(
        "all => all.map(one => one.dataset.mimeType)"
    )
    assert kinds
    assert not [kind for kind in kinds if kind and re.search("error|stderr", kind)]
    assert len(screen.explorers) == len(explorers_in(screen.path))


def test_without_tensorflow_the_cells_that_measure_say_so(screen):
    if screen.path.stem[:2] in WITHOUT_TENSORFLOW:
        said = screen.page.locator(".jp-OutputArea-output").all_text_contents()
        assert any("uilding a model needs Keras: pip install" in text for text in said)


def test_the_tour_offers_everything(screen):
    """So that no test below passes for want of something to look at."""
    if screen.path.stem == TOUR:
        assert all(screen.having(role, name) for role, name in OFFERS)


# --- keyboard and names ---


def test_every_control_is_reached_by_tab_and_moved_by_its_keys(screen):
    """In all explorers of a page; keys of controls of the same name are tried in the first one."""
    tried, moved = set(), set()
    for explorer in screen.explorers:
        explorer.frame.locator("xpath=ancestor::div[contains(@class, 'jp-Cell ')]").focus()
        moved |= explorer.walk(tried)
        tried |= set(explorer.names)
    assert moved & {"slider", "list"}, "nothing moves a picture"


def test_everything_that_takes_the_focus_has_a_name(screen):
    for explorer in screen.explorers:
        for control in explorer.controls():
            assert control.evaluate(NAME), control.evaluate("one => one.outerHTML")


def test_beside_every_slider_stands_a_box_of_the_same_name_and_exact_value(screen):
    for explorer in screen.explorers:
        for slider in explorer.frame.get_by_role("slider").all():
            box = explorer.box(slider.get_attribute("aria-label"))
            assert box.count() == 1
            assert float(box.input_value()) == float(slider.get_attribute("aria-valuetext"))


def test_pictures_have_words_and_both_regions_speak(screen):
    for explorer in screen.explorers:
        state = explorer.state
        assert state["pictures"] and all(len(alt) > 40 for alt in state["alts"])
        assert state["words"] and explorer.frame.locator("[role=status]").count() == 1
        typed_in = explorer.frame.get_by_role("spinbutton").count()
        assert explorer.frame.locator("[role=alert]").count() >= bool(typed_in)


def test_the_next_step_of_a_slider_is_there_before_the_kernel_answers(screen, lab):
    for explorer in screen.explorers:
        if not explorer.frame.get_by_role("slider").count():
            continue
        slider = explorer.frame.get_by_role("slider").first
        key = slider.evaluate(KEY)
        before = explorer.rests()
        slider.press(key)
        explorer.changes(before, "words")
        explorer.looks_ahead()
        with lab.asleep():
            slider.press(BACK[key])
            explorer.becomes(before)
        screen.page.wait_for_timeout(1000)  # for the kernel
        assert explorer.rests() == before  # the kernel's answer is the same


def test_what_is_shown_ahead_is_taken_back_where_another_control_is_wrong(screen, lab):
    for explorer in screen.explorers if screen.path.stem == TOUR else ():
        explorer.type("α width", "0.85")
        explorer.says("α 0.85,")
        explorer.control("slider", "α width").press("ArrowRight")
        before = explorer.says("α 0.9,")
        explorer.looks_ahead()
        with lab.asleep():
            explorer.type("resolution (px)", "9999")
            explorer.control("slider", "α width").press("ArrowRight")
            explorer.says("α 0.95,")
        until(lambda one=explorer: "9999" in one.state["message"], "the message")
        explorer.rests()
        explorer.control("slider", "α width").press("ArrowLeft")
        explorer.type("resolution (px)", "224")
        until(lambda one=explorer: not one.state["message"], "no message")
        assert explorer.rests()["words"] == before


def test_a_number_between_the_positions_of_the_slider_stays(screen):
    for explorer in screen.having(*ALPHA):
        for typed in ("0.92", "0.93"):
            explorer.type("α width", typed)
            explorer.says(f"α {typed},")
            explorer.rests()
            assert explorer.box("α width").input_value() == typed
            assert f"α {typed}," in explorer.words


def test_esc_leaves_a_control_for_the_cell(screen):
    for explorer in screen.explorers:
        for control in explorer.controls()[:6]:
            control.focus()
            screen.page.keyboard.press("Escape")
            assert explorer.focus() is None
            assert screen.page.evaluate("document.activeElement.matches('.jp-Cell')")


def test_the_handle_of_a_held_slider_never_jumps_back(screen):
    for explorer in screen.having("slider", "α width"):
        explorer.type("α width", "0.3")
        explorer.says("α 0.3,")
        slider = explorer.control("slider", "α width")
        slider.evaluate("""one => {
            one.seen = []
            const note = () => one.seen.push(Number(one.getAttribute('aria-valuenow')))
            new MutationObserver(note).observe(one, {attributeFilter: ['aria-valuenow']})
        }""")
        for _ in range(20):
            slider.press("ArrowRight")
        explorer.says("α 1.3,")
        explorer.rests()
        seen = slider.evaluate("one => one.seen")
        assert len(seen) >= 20 and seen == sorted(seen)


# --- numbers typed in ---


def test_a_typed_value_is_said_exactly(screen):
    for explorer in screen.having(*ALPHA):
        explorer.type("α width", "0.75")
        explorer.says("α 0.75,")
        slider = explorer.control("slider", "α width")
        expect(slider).to_have_attribute("aria-valuetext", "0.75")


PASTE = """(box, text) => {
    box.select()
    const data = new DataTransfer()
    data.setData('text', text)
    const how = { clipboardData: data, bubbles: true, cancelable: true }
    const event = new ClipboardEvent('paste', how)
    if (box.dispatchEvent(event)) throw Error('left to the browser')
}"""


def test_a_decimal_comma_is_a_point(screen):
    """Left to the browser, 0,85 would be 85, and what is no number nothing at all."""
    for explorer in screen.having(*ALPHA):
        box = explorer.control(*ALPHA)
        for typed in ("0,85", "nan"):
            box.select_text()
            box.press_sequentially(typed)
            box.press("Enter")
            explorer.says("α 0.85,")
        expect(box).to_have_value("0.85")
        box.evaluate(PASTE, "0,35")
        screen.page.keyboard.press("Enter")
        explorer.says("α 0.35,")


def test_a_comma_at_the_thousands_of_what_is_pasted_is_none(screen):
    for explorer in screen.having(*ALPHA):
        box = explorer.control(*ALPHA)
        box.evaluate(PASTE, "1,234")
        expect(box).to_have_value("1234")
        explorer.type("α width", "1")


def test_a_value_off_the_range_is_answered_and_nothing_is_lost(screen):
    for explorer in screen.having(*ALPHA):
        before = explorer.rests()
        explorer.type("α width", "7")
        now = explorer.changes(before, "message")
        assert now["message"] == "α width: 7 is out of range here; accepted: 0.1 to 1.5."
        assert now["pictures"] == before["pictures"]
        explorer.type("α width", "0.5")
        explorer.says("α 0.5,")
        assert explorer.changes(now, "pictures", "message")["message"] == ""


# What the page sends to its kernel as the value of a control.
SENT = """() => {
    const sent = [], old = WebSocket.prototype.send
    WebSocket.prototype.send = function (data) {
        const text = typeof data == 'string' ? data : new TextDecoder('latin1').decode(data)
        const value = text.includes('comm_msg') && text.match(/"state":{"value":([^,}]*)}/)
        if (value) sent.push(Number(value[1]))
        return old.call(this, data)
    }
    return () => { WebSocket.prototype.send = old; return sent }
}"""


def test_a_slider_that_follows_a_number_sends_nothing(screen):
    """It would be taken for a move; coming late, it would undo what was done meanwhile."""
    for explorer in screen.having(*ALPHA) if screen.path.stem == TOUR else ():
        heard = screen.page.evaluate_handle(SENT)
        typed = [*knobs()["alpha"].values, 0.93, 1]
        for value in typed:
            explorer.type("α width", f"{value:g}")
            explorer.says(f"α {value:g},")
        explorer.rests()
        assert heard.evaluate("heard => heard()") == typed


# --- what the reader keeps ---


def with_dials(screen, role, name):
    """The explorers of a design that have a control of that role and name."""
    return [one for one in screen.having(*ALPHA) if one.control(role, name).count()]


def back_to_start(explorer):
    """Reset, from elsewhere, so that the words tell when the kernel has done it."""
    explorer.type("α width", "0.45")
    explorer.says("α 0.45,")
    explorer.press("button", "reset")
    until(lambda: "α 0.45," not in explorer.words, "the reset")
    return explorer.rests()


def test_reset_goes_back_to_where_the_notebook_began(screen):
    for explorer in screen.having(*ALPHA):
        start = back_to_start(explorer)
        explorer.type("α width", "0.3")
        if explorer.box("MACs ≤ (M)").count():
            explorer.type("MACs ≤ (M)", "1")
            explorer.says("budget")
        explorer.press("button", PIN)
        explorer.says("pinned")
        explorer.press("button", "reset", "Enter")
        explorer.becomes(start)
        until(lambda own=explorer: not own.unpin, "nothing to be pinned")


def test_pin_holds_a_reference_and_says_the_difference(screen):
    for explorer in with_dials(screen, "button", PIN):
        explorer.type("α width", "1")
        explorer.says("α 1,")
        explorer.press("button", PIN)
        explorer.says("Against the pinned MobileNet")
        explorer.type("α width", "0.75")
        assert re.search("Δ MACs −[0-9.]+ M, Δ parameters −[0-9.]+ M", explorer.says("Δ MACs −"))
        (name,) = explorer.unpin
        assert "α 1," in name
        explorer.press("button", name)
        expect(explorer.frame.locator("[role=status]")).not_to_contain_text("pinned")


def test_six_pins_are_named_and_each_is_taken_away_by_key(screen):
    for explorer in with_dials(screen, "button", PIN):
        back_to_start(explorer)
        for number, alpha in enumerate(("0.25", "0.35", "0.5", "0.75", "1", "1.3"), 1):
            explorer.type("α width", alpha)
            explorer.says(f"α {alpha},")
            explorer.press("button", PIN)
            until(lambda own=explorer, n=number: len(own.unpin) == n + (n > 1), "another button")
        assert explorer.state["message"] == ""
        explorer.type("α width", "1.4")
        explorer.says("α 1.4,")
        explorer.press("button", PIN)
        until(lambda own=explorer: "6 designs are pinned" in own.state["message"], "a sentence")
        every, *names = explorer.unpin
        assert every == "Unpin all" and [name[:9] for name in names] == [
            f"Unpin {number}: " for number in range(1, 7)
        ]
        explorer.press("button", names[-1])
        until(lambda own=explorer: len(own.unpin) == 6, "a button to go")
        focused = explorer.frame.evaluate(f"() => ({NAME})(document.activeElement)")
        assert focused == PIN, "the focus of the button that went"
        explorer.press("button", every)
        until(lambda own=explorer: not own.unpin, "all to go")
        assert "pinned" not in explorer.words


def test_as_code_gives_the_design_that_the_words_say(screen):
    for explorer in with_dials(screen, "textbox", "as code"):
        explorer.type("α width", "0.75")
        words, box = explorer.says("α 0.75,"), explorer.control("textbox", "as code")
        line = until(lambda own=box: "=0.75" in (code := own.input_value()) and code, "the code")
        assert words.startswith(describe(eval(line, {"Design": Design})))


def test_a_budget_is_a_line_on_the_picture_and_said_in_words(screen):
    for explorer in with_dials(screen, "textbox", "MACs ≤ (M)"):
        back_to_start(explorer)
        explorer.type("α width", "1")
        explorer.says("α 1,")
        before = explorer.rests()
        explorer.type("MACs ≤ (M)", "100")
        now = explorer.changes(before, "words")
        line = explorer.control("textbox", "as code").input_value()
        over = cost(eval(line, {"Design": Design})).macs / 1e6 - 100
        assert f"Over the budget of MACs by {over:.0f} M." in now["words"]
        if screen.path.stem == TOUR:
            explorer.changes(before, "pictures")
        explorer.type("MACs ≤ (M)", "")
        explorer.changes(now, "words")


def test_the_maps_of_a_picture_on_a_button(screen):
    for explorer in screen.having("button", "maps"):
        before = back_to_start(explorer)
        explorer.press("button", "maps")
        strip = explorer.frame.get_by_alt_text(re.compile("A picture through MobileNet"))
        strip.wait_for(timeout=60_000)
        explorer.frame.get_by_text(re.compile("^Maps of MobileNet v2, α 1, 224 px")).wait_for()
        assert len(explorer.rests()["pictures"]) == len(before["pictures"]) + 1
        screen.shoot(f"{screen.path.stem}_maps")
        explorer.press("button", "reset")
        explorer.becomes(before)


def test_published_networks_are_one_choice_away(screen):
    for explorer in screen.having("combobox", "published"):
        back_to_start(explorer)
        lists = explorer.control("combobox", "published")
        options = lists.locator("option").evaluate_all("all => all.map(one => one.value)")
        lists.select_option(next(one for one in options if "α 0.5, 160 px" in one))
        explorer.says("α 0.5, 160 px")
        explorer.says("(published checkpoint)")
        assert [explorer.box(name).input_value() for name in ("α width", "resolution (px)")] == [
            "0.5",
            "160",
        ]
        explorer.type("α width", "0.55")
        expect(lists).to_have_value("choose …")


def test_two_things_at_once_leave_the_picture_right(screen):
    """The kernel may answer in two threads: one still writes the files, the other moves on."""
    for explorer in screen.explorers if screen.path.stem == TOUR else ():
        back_to_start(explorer)
        explorer.press("button", "save")
        explorer.type("α width", "0.75")
        explorer.type("resolution (px)", "160")
        explorer.says("α 0.75, 160 px")
        drawn = [mark(one.frame()) for one in Tour(alpha=0.75, resolution=160).figures]
        until(
            lambda one=explorer, marks=drawn: one.state["pictures"] == marks,
            "the pictures of α 0.75 at 160 px",
        )


def test_another_runtime_gives_another_winner(screen):
    for explorer in screen.having("button", "report"):
        runtime = explorer.control("combobox", "runtime")
        before = explorer.rests()
        assert "(TensorFlow Lite Micro, int8)" in before["words"]
        runtime.press("Home")
        after = explorer.says("(live tensors, int8)")
        winners = [
            re.search("the best is (.*? px)", words)[1] for words in (before["words"], after)
        ]
        assert winners[0] != winners[1]
        alts = explorer.changes(before, "pictures", "alts")["alts"]
        assert winners[1] in alts[-1], "the memory of the winner"
        runtime.press("End")
        explorer.becomes(before)


def test_the_report_is_a_file_that_opens_without_network(screen, browser):
    for explorer in screen.having("button", "report"):
        sentence = explorer.words.partition(". It needs ")[0]
        explorer.press("button", "report")
        said = explorer.frame.get_by_text(re.compile("^The report is in the file "))
        said.wait_for(timeout=60_000)
        path = Path(said.inner_text().removeprefix("The report is in the file "))
        with screen.page.expect_download() as download:
            explorer.frame.get_by_role("link", name=f"download {path.name}").press("Enter")
        assert Path(download.value.path()).read_bytes() == path.read_bytes()
        page = browser.new_context(offline=True).new_page()
        errors = []
        page.on("console", lambda message, errors=errors: errors.append(message.text))
        page.goto(path.as_uri())
        assert sentence in page.locator("main").inner_text()
        widths = page.locator("img").evaluate_all("all => all.map(one => one.naturalWidth)")
        assert len(widths) > 3 and min(widths) > 0 and not errors
        page.context.close()


def test_numbers_are_a_table_on_demand(screen):
    for explorer in screen.having("checkbox", "numbers"):
        assert explorer.frame.locator("table").count() == 0
        explorer.press("checkbox", "numbers")
        explorer.frame.locator("table").wait_for()
        rows = [row.split("\t") for row in explorer.frame.locator("tr").all_inner_texts()]
        assert len(rows[0]) > 1 and {len(row) for row in rows} == {len(rows[0])}
        assert not {"NaN", "<NA>", "None", "nan"} & {cell for row in rows for cell in row}
        explorer.press("checkbox", "numbers")
        explorer.frame.locator("table").wait_for(state="detached")


def test_saved_files_are_what_they_say(screen):
    opens = {
        "png": lambda data: Image.open(io.BytesIO(data)).verify(),
        "svg": ElementTree.fromstring,
        "pdf": lambda data: data.index(b"%PDF-") + data.index(b"%%EOF"),
        "csv": lambda data: pd.read_csv(io.BytesIO(data)).iloc[0],
        "html": lambda data: data.index(b"Content-Security-Policy"),  # a live page
    }
    for explorer in screen.having("button", "save"):
        explorer.press("button", "save")
        explorer.frame.get_by_role("link").first.wait_for()
        kinds = []
        for link in explorer.frame.get_by_role("link").all():
            with screen.page.expect_download() as download:
                link.press("Enter")
            kind = Path(download.value.suggested_filename).suffix.removeprefix(".")
            opens[kind](Path(download.value.path()).read_bytes())
            kinds.append(kind)
            screen.page.wait_for_timeout(150)  # Chromium drops the eleventh download of a second
        assert set(kinds) | {"html"} == set(opens)


# --- the layout, with everything open that can be opened ---


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_cut_off_or_covered(screen, width):
    screen.resize(width)
    for index, explorer in enumerate(screen.explorers, 1):
        screen.look(explorer, f"{screen.path.stem}_{index}_{width}")
    screen.resize(WIDTHS[0])


def test_the_mouse_shows_which_network_a_point_is(screen):
    places = Released().figures[0].picture.places
    for explorer in screen.having("combobox", "network"):
        if " networks: choose one" not in explorer.state["words"]:  # another kind of explorer
            continue
        image = explorer.frame.locator("img:not([hidden])")
        box = image.bounding_box()
        label = image.locator("xpath=following-sibling::*")
        for place in (places[0], places[-1]):
            image.hover(position={"x": place.x * box["width"], "y": place.y * box["height"]})
            expect(label).to_have_text(place.name)
            own = label.bounding_box()
            assert own["x"] > box["x"] and own["x"] + own["width"] < box["x"] + box["width"]
            assert own["y"] > box["y"] and own["y"] + own["height"] < box["y"] + box["height"]
        screen.shoot(f"{screen.path.stem}_name")
        image.hover(position={"x": 2, "y": 2})
        expect(label).to_be_hidden()


def test_a_wide_page_gets_sharper_pictures(screen):
    screen.resize(1920)
    for explorer in screen.having("combobox", "network"):
        image = explorer.frame.locator("img:not([hidden])")
        sharp = "one => one.clientWidth == 1260 && one.naturalWidth == 1260"
        until(partial(image.evaluate, sharp), "a sharper picture")
    screen.resize(WIDTHS[0])


# --- the quiz, of the tour ---


@the_tour
def test_every_question_is_answered_by_keyboard_and_the_sentence_is_announced(screen):
    page, asked = screen.page, quizzes.questions("00")
    lines = page.locator(f"{QUIZ} [role=status]")
    expect(lines).to_have_count(len(asked) + 1)
    page.locator(QUIZ).locator("xpath=ancestor::div[contains(@class, 'jp-Cell ')]").focus()
    for number, question in enumerate(asked):
        page.keyboard.press("Tab")  # to the first button of the group, or past the chosen one
        while page.evaluate("document.activeElement.type") != "radio":
            page.keyboard.press("Tab")
        page.keyboard.press("Space")
        for choice in (*question.choices[1:], question.choices[0]):
            page.keyboard.press("ArrowDown")
            expect(lines.nth(number)).to_have_text(question.told(choice))
        for _ in range(question.choices.index(question.answer)):
            page.keyboard.press("ArrowDown")
        expect(lines.nth(number)).to_have_text(f"Right. {question.reason}")
        expect(lines.last).to_have_text(f"{number + 1} of {len(asked)} are right.")
    assert page.locator(f"{QUIZ} [type=radio]:checked").count() == len(asked)


@the_tour
@pytest.mark.parametrize("width", [WIDTHS[0], 700])
def test_nothing_of_the_quiz_is_cut_off(screen, width):
    screen.resize(width)
    screen.page.locator(QUIZ).scroll_into_view_if_needed()
    screen.shoot(f"quiz_{width}")
    assert screen.page.locator(QUIZ).evaluate(FLAWS) == []
    screen.resize(WIDTHS[0])


@the_tour
def test_each_group_and_button_of_the_quiz_has_a_name(screen):
    for question in quizzes.questions("00"):
        group = screen.page.get_by_role("radiogroup", name=question.asks)
        for choice in question.choices:
            expect(group.get_by_role("radio", name=choice, exact=True)).to_have_count(1)


def test_nothing_was_wrong_in_the_console_and_nothing_came_from_elsewhere(screen):
    """The last one, so that it sees what all others have set off."""
    assert not screen.errors
    assert not screen.abroad
