"""The site of `make lite` in a browser that reaches nothing but this machine: `make lite-check`.

python tests/lite.py [FOLDER]    the site in FOLDER, build/lite/site by default

Chromium's way to the network is a proxy of our own, which notes what is asked for and refuses it.
The site's kernel starts, installs the lab's wheel and the widgets from the site, and runs a small
notebook: a slider whose value the kernel does not echo, and a picture that follows it. The compiled
packages are on Pyodide's server alone, so the lab's own notebooks cannot run here.
"""

import json
import os
import shutil
import sys
import threading
import time
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import sync_playwright

SITE = Path(__file__).parents[1] / "build" / "lite" / "site"
CHROMIUMS_OWN = (".googleapis.com:443", "//update.googleapis.com/", "accounts.google.com:443")
NAME = "glossary.ipynb"  # of the site, for which the small notebook stands in
CELLS = [
    # As the first cell of a notebook does it, but without what the lab asks for.
    """%pip install -q ipywidgets anywidget
import piplite
await piplite.install("mobilenet-lab", deps=False)""",
    """import importlib.metadata, importlib.util, sys
weights = next(iter(importlib.metadata.files("mobilenet-lab"))).locate().parent / "data/weights"
print("lab", importlib.metadata.version("mobilenet-lab"), "weights", weights.exists())
print("python", *sys.version_info[:2], "tensorflow", importlib.util.find_spec("tensorflow"))""",
    """import ipywidgets as w
from traitlets import CInt

class Slider(w.IntSlider):
    value = CInt(0).tag(sync=True, echo_update=False)

def picture(value):
    svg = f"<svg xmlns='http://www.w3.org/2000/svg' width='{20 * value}' height='20'/>"
    return f'<img alt="picture {value}" src="data:image/svg+xml,{svg.replace("#", "%23")}">'

slider, shown = Slider(3, 0, 9), w.HTML(picture(3))
slider.observe(lambda change: setattr(shown, "value", picture(change.new)), "value")
w.VBox([slider, shown])""",
]


def small_notebook():
    cells = [
        {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}
        | {"source": source, "id": f"cell{index}"}
        for index, source in enumerate(CELLS)
    ]
    spec = {"display_name": "Python (Pyodide)", "language": "python", "name": "python"}
    metadata = {"kernelspec": spec, "language_info": {"name": "python"}}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


class Pages(SimpleHTTPRequestHandler):
    """The site, with the small notebook in the place of one of its own."""

    def do_GET(self):
        if self.path.split("?")[0] != f"/files/{NAME}":
            return super().do_GET()
        body = json.dumps(small_notebook()).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Refusing(BaseHTTPRequestHandler):
    """A proxy that says no."""

    asked = []

    def refuse(self):
        self.asked.append(self.path)
        self.send_error(403)

    do_GET = do_POST = do_HEAD = do_CONNECT = refuse

    def log_message(self, *_):
        pass


@contextmanager
def serving(handler):
    """The port on which a handler answers."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()


def flags(port):
    quiet = "--disable-background-networking --disable-component-update --disable-sync"
    return ["--no-sandbox", "--disable-gpu", "--no-first-run", *quiet.split()] + [
        f"--proxy-server=http://127.0.0.1:{port}"
    ]


def run(page, address):
    """Open the notebook, run it, move the slider; returns what its cells printed."""
    page.goto(f"{address}/lab/index.html?path={NAME}")
    page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=180_000)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.wait_for_selector('img[alt="picture 3"]', timeout=400_000)
    page.locator(".jp-OutputArea .noUi-handle").first.focus()
    start = time.perf_counter()
    page.keyboard.press("ArrowRight")
    page.wait_for_selector('img[alt="picture 4"]', timeout=60_000)
    print(f"picture after {1e3 * (time.perf_counter() - start):.0f} ms")
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    page.wait_for_selector('img[alt="picture 9"]', timeout=60_000)
    assert page.locator(".widget-readout").first.inner_text() == "9"
    return page.locator(".jp-OutputArea-output pre").all_inner_texts()


def main(site):
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    pages = partial(Pages, directory=site)
    with serving(pages) as port, serving(Refusing) as proxy, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=flags(proxy))
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        errors = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: said.type == "error" and errors.append(said.text))
        page.on("response", lambda got: got.status > 399 and errors.append(got.url))
        try:
            start = time.perf_counter()
            said = "\n".join(run(page, f"http://127.0.0.1:{port}"))
            print(f"{said}\nready and moved in {time.perf_counter() - start:.0f} s")
        finally:
            page.screenshot(path=site.parent / "check.png")
            asked = [to for to in Refusing.asked if not any(own in to for own in CHROMIUMS_OWN)]
            print("errors:", errors or "none")
            print("asked outside:", asked or "nothing")
            browser.close()
    assert "weights False" in said and "tensorflow None" in said, said
    assert not asked


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else SITE).resolve())
