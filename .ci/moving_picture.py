"""Film the tour for README: `python .ci/moving_picture.py` writes docs/images/tour.gif.

It opens the dashboard's tour in Chromium (Debian's, or the one named by CHROMIUM), presses arrow
keys on its sliders and keeps what is on screen after each. For authors, by hand, after the tour
has changed.
"""

import io
import os
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))
from serving import free_port, running  # noqa: E402

FILE = ROOT / "docs" / "images" / "tour.gif"
WIDTH, HEIGHT = 1080, 1000  # of the page, in px
SHOWN = 760  # px across in the file
COLOURS = 96
PLAYED = 3  # times; then the last frame stays, which shows what the first does
FRAME, REST = 180, 1300  # ms that a frame stays; that the last frame of a move stays
KEYS = [("α", "ArrowLeft", 13), ("resolution", "ArrowLeft", 4), ("α", "ArrowRight", 13)]
KEYS += [("resolution", "ArrowRight", 4)]


def frames(page):
    """What is on screen at the start and after each key, and the milliseconds that it stays."""
    panel = page.locator(".mobilenet-lab")
    panel.locator("img:not([hidden])").first.wait_for(timeout=120_000)
    page.wait_for_timeout(3000)
    yield shot(panel), REST
    for name, key, count in KEYS:
        page.get_by_role("slider", name=name).first.focus()
        for number in range(1, count + 1):
            page.keyboard.press(key)
            page.wait_for_timeout(700)
            yield shot(panel), REST if number == count else FRAME


def shot(panel):
    """The explorer without its focus ring, made smaller."""
    image = Image.open(io.BytesIO(panel.screenshot())).convert("RGB")
    return image.resize((SHOWN, round(image.height * SHOWN / image.width)), Image.LANCZOS)


def main():
    notebook = "notebooks/00_tour.ipynb"
    command = [sys.executable, "-m", "mobilenet_lab.jupyter.dashboard", notebook, "--no-browser"]
    command += [f"--port={free_port()}", "--Voila.ip=localhost", "--strip_sources=True"]
    command += ["--TagRemovePreprocessor.remove_cell_tags=notebook-only"]
    options = {"cwd": ROOT, "env": os.environ | {"PYTHONPATH": str(ROOT)}}
    with running(command, r"http://localhost:\d+/\S*", **options) as url, sync_playwright() as play:
        path = os.environ.get("CHROMIUM") or shutil.which("chromium")
        browser = play.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.goto(url)
        pictures, times = zip(*frames(page), strict=True)
        browser.close()
    size = pictures[0].size
    both = Image.new("RGB", (size[0], 2 * size[1]))  # the first move's beginning and end
    both.paste(pictures[0])
    both.paste(pictures[KEYS[0][2]], (0, size[1]))
    palette = both.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, kmeans=4)
    kept = [one.quantize(palette=palette, dither=Image.Dither.NONE) for one in pictures]
    FILE.parent.mkdir(exist_ok=True)
    moving = {"save_all": True, "append_images": kept[1:], "duration": times, "loop": PLAYED - 1}
    kept[0].save(FILE, optimize=True, **moving)
    print(f"{FILE.relative_to(ROOT)}: {len(kept)} frames, {FILE.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
