"""Training in JupyterLab by keyboard alone: start, stop, go on; words and picture meanwhile."""

import re
from pathlib import Path

import nbformat
import pytest
from on_screen import Page, until
from playwright.sync_api import expect
from test_lab import WIDTHS

pytestmark = [pytest.mark.browser, pytest.mark.keras]
expect.set_options(timeout=20_000)

SOURCE = """\
import numpy as np
from mobilenet_lab.explorers import TrainYourOwn
from mobilenet_lab.training import arrays

def coloured(count):
    random, labels = np.random.default_rng(0), np.arange(count) % 3
    pictures = random.integers(0, 100, (count, 32, 32, 3), dtype=np.uint8)
    for picture, label in zip(pictures, labels):
        picture[8:-8, 8:-8, label] += 120
    return pictures, labels

squares = arrays(*coloured(960), *coloured(96), classes=["red", "green", "blue"])
TrainYourOwn({"squares": squares}, "v1", seeds=3, epochs=1, store="squares/")"""
RUNS = 6
LONG = 240  # seconds; a worker starts TensorFlow first


@pytest.fixture(scope="module")
def screen(browser, lab):
    """A notebook with the explorer, run."""
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)"}}
    cells = [nbformat.v4.new_code_cell(SOURCE), nbformat.v4.new_code_cell("1 + 1")]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=kernel)
    nbformat.write(notebook, Path(lab.home) / "notebooks" / "training.ipynb")
    screen = Page(browser, WIDTHS[0])
    lab.show(screen, "training")
    lab.run_all(screen, explorers=1)
    yield screen
    screen.page.close()
    lab.end_kernels()


@pytest.fixture
def explorer(screen):
    (explorer,) = screen.explorers
    explorer.rests()
    return explorer


def press(explorer, name, key="Enter"):
    """Tab to a control from the cell, and press a key there."""
    explorer.frame.locator("xpath=ancestor::div[contains(@class, 'jp-Cell ')]").focus()
    names, place = explorer.names, None
    for _ in range(len(names) + 10):
        explorer.page.keyboard.press("Tab")
        place = explorer.focus()
        if place is not None and names[place] == name:
            break
    assert place is not None and names[place] == name
    explorer.page.keyboard.press(key)
    assert explorer.focus() == place, "the button keeps the focus"


def said(explorer):
    """How far the training is, in words."""
    return explorer.frame.locator("[role=log]").inner_text()


def test_every_control_is_reached_by_tab_and_has_a_name(explorer):
    explorer.frame.locator("xpath=ancestor::div[contains(@class, 'jp-Cell ')]").focus()
    assert explorer.walk() >= {"list", "switch"}, "a picture stays as it is"
    assert all(explorer.names)
    explorer.press("button", "reset")
    explorer.says("α 0.25, α 1 on squares, 3 seeds each, 1 epoch")


def test_no_value_is_a_sentence(explorer, screen):
    before = explorer.rests()
    press(explorer, "α 0.25", "Space")
    explorer.says("α 1 on squares")
    press(explorer, "α 1", "Space")
    until(lambda: "tick at least one value" in explorer.state["message"], "the message")
    expect(explorer.control("button", "Start")).to_be_disabled()
    screen.shoot("training_no_value")
    press(explorer, "α 1", "Space")
    press(explorer, "α 0.25", "Space")
    explorer.becomes(before)


def test_start_stop_and_go_on_by_keyboard(explorer, screen, lab):
    store = Path(lab.home) / "notebooks" / "squares"
    assert said(explorer) == "Nothing is trained before Start is pressed." and not store.exists()
    before = explorer.rests()
    assert re.search(f"{RUNS} runs, about .* \\(predicted from the lab's own runs", before["words"])
    press(explorer, "Start")
    until(lambda: said(explorer).startswith(f"Training: 0 of {RUNS}"), "the training")

    screen.page.locator(".jp-CodeCell").nth(1).locator(".jp-InputArea-editor").click()
    screen.page.keyboard.press("Control+Enter")  # the kernel answers meanwhile
    prompt = screen.page.locator(".jp-CodeCell").nth(1).locator(".jp-InputPrompt")
    expect(prompt).to_have_text(re.compile(r"\[[3-9]\]:"))
    assert said(explorer).startswith(f"Training: 0 of {RUNS}")

    done = f"Training: [1-{RUNS - 1}] of {RUNS} runs (is|are) finished, about .* left"
    until(lambda: re.match(done, said(explorer)), "a finished run", LONG)
    screen.shoot("training_under_way")
    press(explorer, "Stop")
    stopped = f"Stopped: [1-{RUNS - 1}] of {RUNS} runs (is|are) finished and kept in squares; Start"
    until(lambda: re.match(stopped, said(explorer)), "the end", LONG)
    now = explorer.rests()
    assert "Your runs: α 0.25 " in now["words"] and "finished already, the rest" in now["words"]
    assert "your runs, 1 epoch: " in now["alts"][0] and now["pictures"] != before["pictures"]
    files = {path: path.stat().st_mtime_ns for path in store.glob("*.json")}
    assert 1 <= len(files) < RUNS
    screen.shoot("training_stopped")

    press(explorer, "Start")
    finished = f"Done: {RUNS} of {RUNS} runs are finished and kept in squares."
    until(lambda: said(explorer) == finished, "all runs", LONG)
    explorer.says(f"all {RUNS} runs are finished already. Your runs: α 0.25 ")
    after = {path: path.stat().st_mtime_ns for path in store.glob("*.json")}
    assert len(after) == RUNS and after.items() >= files.items()
    press(explorer, "Start")
    until(lambda: "Nothing is left to train" in said(explorer), "the answer")
    assert not explorer.state["message"]


def look(explorer, screen, name):
    """At both widths, with all that can be open closed and open."""
    for width in WIDTHS:
        screen.resize(width)
        screen.look(explorer, f"training_{name}_{width}")
    screen.resize(WIDTHS[0])


def test_nothing_is_cut_off(explorer, screen):
    look(explorer, screen, "light")


def test_a_new_kernel_on_a_dark_page_knows_what_is_finished(lab, screen):
    settings = Path(lab.home) / "jupyterlab_settings_dir" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True, exist_ok=True)
    theme = settings / "themes.jupyterlab-settings"
    theme.write_text('{"theme": "JupyterLab Dark"}', encoding="utf-8")
    lab.end_kernels()
    lab.show(screen, "training")
    lab.run_all(screen, explorers=1)
    (explorer,) = screen.explorers
    explorer.says(f"all {RUNS} runs are finished already")
    assert "your runs, 1 epoch: " in explorer.state["alts"][0]
    look(explorer, screen, "dark")
    theme.unlink()


def test_nothing_was_wrong_in_the_console(screen):
    assert not screen.errors and not screen.abroad
