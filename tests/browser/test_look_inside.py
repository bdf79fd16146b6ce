"""Looking inside, in JupyterLab: files from the reader, layers by keyboard, stages by click."""

import io
from pathlib import Path

import nbformat
import numpy as np
import pytest
from on_screen import Page, until
from PIL import Image
from playwright.sync_api import expect
from test_lab import WIDTHS

pytestmark = pytest.mark.browser

SOURCE = """\
from mobilenet_lab.explorers import ThroughTheNetwork

ThroughTheNetwork(resolution=96, weights="random")"""

# Notes what the status region says, one entry a change.
LISTEN = """status => {
    window.said = []
    new MutationObserver(() => window.said.push(status.textContent))
        .observe(status, {childList: true, subtree: true, characterData: true})
}"""


@pytest.fixture(scope="module")
def screen(browser, lab):
    """A notebook with one explorer, run."""
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)"}}
    cells = [nbformat.v4.new_code_cell(SOURCE)]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=kernel)
    nbformat.write(notebook, Path(lab.home) / "notebooks" / "inside.ipynb")
    screen = Page(browser, WIDTHS[0])
    screen.sent = []  # the lengths of messages to the server
    screen.page.on(
        "websocket",
        lambda socket: socket.on("framesent", lambda sent: screen.sent.append(len(sent))),
    )
    lab.show(screen, "inside")
    lab.run_all(screen, explorers=1)
    screen.page.locator(".mobilenet-lab [role=status]").evaluate(LISTEN)
    yield screen
    screen.page.close()
    lab.end_kernels()


@pytest.fixture
def explorer(screen):
    (explorer,) = screen.explorers
    explorer.rests()
    screen.page.evaluate("window.said = []")
    return explorer


def passes(explorer):
    """How often the status region has said that something is computed."""
    return explorer.page.evaluate("window.said.filter(text => text.includes('computing')).length")


def upload(explorer, name, content):
    """Choose a file in the window that the button opens."""
    with explorer.page.expect_file_chooser() as chooser:
        explorer.frame.get_by_role("button", name="upload").press("Enter")
    if isinstance(content, bytes):
        content = {"name": name, "mimeType": "image/png", "buffer": content}
    chooser.value.set_files(content)


def png(color):
    buffer = io.BytesIO()
    Image.new("RGB", (300, 200), color).save(buffer, "png")
    return buffer.getvalue()


def strip(explorer):
    """The strip of stages as a Pillow image."""
    return Image.open(io.BytesIO(explorer.image(0))).convert("RGB")


def test_a_file_goes_through_and_a_broken_one_is_answered(explorer, screen):
    upload(explorer, "red.png", png("red"))
    explorer.says("your red.png through")
    until(lambda: strip(explorer).getpixel((42, 60)) == (255, 0, 0), "a red input on the strip")
    screen.shoot("inside_uploaded")
    before = explorer.rests()
    assert before["message"] == "" and passes(explorer) == 1

    upload(explorer, "letter.png", b"Dear Sir or Madam")
    now = explorer.changes(before, "message")
    assert now["message"].startswith("The file letter.png is not possible; accepted: a picture")
    assert {**now, "message": ""} == before
    screen.shoot("inside_broken_upload")

    explorer.control("combobox", "picture").select_option("chelsea")
    explorer.says("chelsea through")
    assert explorer.rests()["message"] == ""


def test_a_large_file_comes_in_small_messages_and_one_that_is_too_large_not_at_all(
    explorer, screen, tmp_path
):
    noise = np.random.default_rng(0).integers(0, 256, (2200, 2200, 3), np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(noise).save(buffer, "png", compress_level=1)
    assert len(buffer.getvalue()) > 11 * 2**20
    screen.sent.clear()
    upload(explorer, "noise.png", buffer.getvalue())
    explorer.says("your noise.png through")
    assert len(buffer.getvalue()) < sum(screen.sent) and max(screen.sent) < 5 * 2**20
    explorer.control("button", "upload").wait_for()  # no longer "sending …"

    poster = tmp_path / "poster.tif"
    with poster.open("wb") as file:
        file.truncate(101_500_000)
    before = explorer.rests()
    screen.sent.clear()
    upload(explorer, "poster.tif", poster)
    now = explorer.changes(before, "message")
    said = "The file poster.tif has 101.5 MB; accepted: a picture of at most 100 MB."
    assert now["message"] == said
    assert {**now, "message": ""} == before and sum(screen.sent) < 10_000
    screen.shoot("inside_too_large")

    upload(explorer, "red.png", png("red"))
    explorer.says("your red.png through")
    assert explorer.rests()["message"] == ""
    explorer.control("combobox", "picture").select_option("chelsea")
    explorer.says("chelsea through")


def test_samples_by_keyboard_one_pass_each(explorer):
    pictures = explorer.control("combobox", "picture")
    names = pictures.locator("option").all_inner_texts()
    start = names.index("chelsea")
    for name in names[start + 1 : start + 4]:
        pictures.press("ArrowDown")
        explorer.says(f"{name} through")
    explorer.rests()
    assert passes(explorer) == 3
    pictures.select_option("chelsea")
    explorer.says("chelsea through")


def test_layers_by_keyboard_without_a_second_pass(explorer, screen):
    explorer.control("combobox", "stage").select_option("stage2")
    layers = explorer.control("combobox", "layer")
    expect(layers).to_have_value("stage2_block2_add")
    explorer.says("stage2_block2_add: ")  # which the kernel sends after the pictures
    explorer.rests()
    for step in range(4):
        before = explorer.state
        layers.press("ArrowUp")
        now = explorer.changes(before, "words", "pictures", "alts")
        name = layers.input_value()
        assert f"{name}: " in now["words"]
        assert all(name in alt for alt in now["alts"][1:]), step
        assert now["pictures"][0] == before["pictures"][0]  # the strip stays
    assert passes(explorer) == 0
    screen.shoot("inside_layer")


def test_a_click_on_the_strip_chooses_the_stage(explorer, screen):
    stages = explorer.control("combobox", "stage")
    names = stages.locator("option").all_inner_texts()
    picture = explorer.frame.locator("img:not([hidden])").first
    for width in WIDTHS:
        screen.resize(width)
        for name in ("stage5", "stem"):
            box = picture.bounding_box()
            cell = box["width"] / 11  # the input, nine stages and the classifier
            place = {"x": cell * (names.index(name) + 1.5), "y": box["height"] / 2}
            picture.click(position=place)
            explorer.says(f"{name}_")
            expect(stages).to_have_value(name)
            until(lambda name=name: f"Framed: {name}." in explorer.state["alts"][0], "the frame")
    screen.resize(WIDTHS[0])
    assert passes(explorer) == 0


def test_order_and_scale_change_the_mosaic_alone(explorer):
    for control, value in (("order", "index"), ("scale", "by layer")):
        before = explorer.rests()
        explorer.control("combobox", control).select_option(value)
        now = explorer.changes(before, "pictures", "alts")
        assert now["pictures"][1] != before["pictures"][1]
        assert now["pictures"][::2] == before["pictures"][::2]
        assert now["words"] == before["words"]
    assert passes(explorer) == 0


def test_a_reset_goes_back_to_the_start(explorer, screen):
    explorer.control("combobox", "stage").select_option("stage5")
    explorer.says("stage5_")
    explorer.control("button", "reset").press("Enter")
    explorer.says("chelsea through MobileNet v2, α 0.35, 96 px, t 6, random weights")
    explorer.says("stem_relu")
    first = explorer.rests()
    upload(explorer, "red.png", png("red"))
    explorer.says("your red.png through")
    explorer.control("combobox", "family").select_option("MobileNet v1")
    explorer.says("through MobileNet v1")
    explorer.control("combobox", "stage").select_option("stage4")
    explorer.says("stage4_")
    explorer.control("button", "reset").press("Enter")
    explorer.becomes(first)
    screen.shoot("inside_reset")


def test_nothing_was_wrong_in_the_console(screen):
    assert not screen.errors and not screen.abroad
