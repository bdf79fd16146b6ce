"""A notebook of one's own in JupyterLab: run, saved, reopened, and as nbconvert's pages.

Wherever there is no kernel, the still picture stands below a note that says how to make it live.
"""

import json
import re
from pathlib import Path

import nbformat
import pytest
from nbconvert import HTMLExporter, SlidesExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from on_screen import Page
from playwright.sync_api import expect

from mobilenet_lab.explorers.still import NOTE, VIEW

pytestmark = pytest.mark.browser
expect.set_options(timeout=20_000)

CELLS = [  # the last has two in one cell, and other outputs around them
    new_markdown_cell("# My own"),
    new_code_cell("from mobilenet_lab.explorers import Drawing\nDrawing('v1')"),
    new_code_cell("print(1)\ndisplay(Drawing('v2'), Drawing('v1', picture='block'))\nprint(2)"),
]
EXPLORERS = 3
KERNEL = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
ICONS = """() => [...document.querySelectorAll('.jupyter-widgets-disconnected')]
    .map(one => getComputedStyle(one, '::before'))
    .map(icon => icon.content != 'none' && icon.display != 'none')"""


class Reader:
    """Who has a page of the notebook on screen."""

    def __init__(self, browser):
        self.screen = Page(browser, 1280)
        self.page = self.screen.page
        self.notes = self.page.locator(".mobilenet-lab-still").filter(visible=True)
        self.stills = self.page.locator("img[src^='data:image/png']").filter(visible=True)
        self.frames = self.page.locator(".mobilenet-lab").filter(visible=True)

    def sees(self, notes, stills, frames, shot):
        """Wait until so many of each are to be seen; nothing is said of what is missing."""
        for what, number in ((self.frames, frames), (self.notes, notes), (self.stills, stills)):
            expect(what).to_have_count(number)
        self.screen.shoot(f"own_{shot}")
        assert self.notes.all_inner_texts() == [NOTE] * notes
        for still in self.stills.all():
            still.scroll_into_view_if_needed()
            assert still.evaluate("one => one.decode().then(() => one.naturalWidth)") > 800
        missing = self.page.get_by_text(re.compile("Error displaying widget|Loading widget"))
        expect(missing.filter(visible=True)).to_have_count(0)

    def sees_other_outputs(self):
        """What is printed before and after the explorers, in any case."""
        printed = self.page.locator(".jp-OutputArea-output pre").filter(visible=True)
        assert [text.strip() for text in printed.all_inner_texts()] == ["1", "2"]

    def chooses(self, menu, item):
        self.page.get_by_role("menuitem", name=menu, exact=True).click()
        self.page.locator(f".lm-Menu [data-command='{item}']").click()


def writes_a_file(answer):
    """Whether the server has answered that a file is written."""
    return answer.request.method == "PUT" and "/api/contents/" in answer.url


@pytest.fixture
def reader(browser):
    """A new page, without what went before."""
    reader = Reader(browser)
    yield reader
    reader.page.close()


@pytest.fixture(scope="module")
def notebooks(lab):
    return Path(lab.home) / "notebooks"


@pytest.fixture(scope="module")
def saved(browser, lab, notebooks):
    """The notebook as JupyterLab has saved it, and a page on which it is live."""
    path = notebooks / "own.ipynb"
    nbformat.write(new_notebook(cells=CELLS, metadata=KERNEL), path)
    live = Reader(browser)
    lab.show(live.screen, "own")
    lab.run_all(live.screen, EXPLORERS)
    live.sees(0, 0, EXPLORERS, "live")
    live.sees_other_outputs()
    with live.page.expect_response(writes_a_file):
        live.page.keyboard.press("Control+s")
    assert VIEW in path.read_text(encoding="utf-8")
    yield path, live
    live.page.close()
    lab.end_kernels()


def test_a_reloaded_page_is_live_where_the_kernel_still_runs(saved, reader, lab):
    lab.show(reader.screen, "own")
    reader.sees(0, 0, EXPLORERS, "reloaded")
    explorer = reader.screen.explorers[0]
    before = explorer.rests()
    explorer.type("α width", "0.5")
    explorer.says("α 0.5,")
    assert explorer.changes(before, "pictures")


def test_after_a_restart_the_last_picture_stays_and_the_note_says_what_to_do(saved):
    _, live = saved
    explorer = live.screen.explorers[0]
    explorer.type("α width", "0.25")
    explorer.says("α 0.25,")
    last = explorer.rests()
    live.chooses("Kernel", "kernelmenu:restart")
    live.page.locator(".jp-Dialog .jp-mod-accept").click()
    live.sees(EXPLORERS, 0, EXPLORERS, "restarted")
    live.sees_other_outputs()
    assert explorer.state == last
    icons = live.page.evaluate(ICONS)
    assert icons and not any(icons), "broken links beside the controls"
    live.page.locator("#jp-main-statusbar").get_by_text("Python 3 (ipykernel) | Idle").wait_for()


@pytest.fixture(scope="module")
def ended(saved, lab):
    """The saved notebook, when no kernel runs any more."""
    path, live = saved
    live.page.close()
    lab.end_kernels()
    return path


def test_reopened_and_trusted(ended, reader, lab):
    lab.show(reader.screen, "own")
    expect(reader.page.locator(".jp-OutputArea-output.jp-mod-trusted")).not_to_have_count(0)
    reader.sees(EXPLORERS, EXPLORERS, 0, "trusted")
    reader.sees_other_outputs()
    lab.run_all(reader.screen, EXPLORERS)
    reader.sees(0, 0, EXPLORERS, "trusted_run")
    reader.sees_other_outputs()


def test_reopened_and_not_trusted(ended, notebooks, reader, lab):
    notebook = json.loads(ended.read_text(encoding="utf-8"))
    notebook["cells"][0]["source"] = "# Not what was signed"
    (notebooks / "strange.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    lab.show(reader.screen, "strange")
    reader.sees(EXPLORERS, EXPLORERS, 0, "not_trusted")
    expect(reader.page.locator(".jp-OutputArea-output.jp-mod-trusted")).to_have_count(0)
    reader.sees_other_outputs()


def with_state(notebook):
    """The notebook as it is saved with the state of its widgets, for which nbconvert asks."""
    outputs = (one for cell in notebook.cells for one in cell.get("outputs", ()))
    views = [one.data[VIEW] for one in outputs if VIEW in one.get("data", ())]
    state = {"state": {view.model_id: {} for view in views}, "version_major": 2, "version_minor": 0}
    widgets = {"application/vnd.jupyter.widget-state+json": state}
    return nbformat.from_dict({**notebook, "metadata": {**notebook.metadata, "widgets": widgets}})


@pytest.mark.parametrize("state", [False, True], ids=["stateless", "state"])
@pytest.mark.parametrize(
    ("exporter", "template"),
    [(HTMLExporter, "lab"), (HTMLExporter, "classic"), (SlidesExporter, "reveal")],
)
def test_plain_nbconvert_without_a_network(exporter, template, state, ended, reader, tmp_path):
    notebook = nbformat.read(ended, as_version=4)
    notebook = with_state(notebook) if state else notebook
    made, _ = exporter(template_name=template).from_notebook_node(notebook)
    assert ("widget-view+json" in made) == state
    page = tmp_path / "own.html"
    page.write_text(made, encoding="utf-8")
    reader.page.goto(page.as_uri(), wait_until="domcontentloaded")
    reader.sees(EXPLORERS, EXPLORERS, 0, f"{template}_{state}")
