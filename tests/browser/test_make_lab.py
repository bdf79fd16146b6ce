"""`make lab`, as somebody sees it who has never started JupyterLab."""

import os
import shutil
import sys
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
from lab_server import FOLDERS
from on_screen import ROOT, Page
from serving import free_port, running

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(browser, tmp_path_factory):
    """JupyterLab on the tour, by the Python that runs the tests, with nothing set up."""
    assert shutil.which("make"), "make is missing"
    home = tmp_path_factory.mktemp("home")
    own = {name: str(home / name.lower()) for name in FOLDERS} | {"PYTHONPATH": str(ROOT)}
    ready = ("-o", ".venv/.ready", f"PY={sys.executable}")
    command = ["make", "lab", *ready, f"ARGS=--no-browser --port={free_port()}"]
    with running(
        command, r"http://localhost:\d+/\S*token=\w+", cwd=ROOT, env=os.environ | own
    ) as url:
        yield url


def test_it_opens_on_the_tour_and_asks_nothing(browser, address):
    screen = Page(browser, 1280)
    page = screen.page
    page.goto(address)
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for(timeout=60_000)
    bar = page.locator("#jp-main-statusbar")
    bar.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=60_000)
    page.wait_for_load_state("networkidle")
    assert page.locator(".Toastify__toast, .jp-Dialog").all_text_contents() == []
    page.close()


def test_a_terminal_finds_the_labs_python_first(address):
    port = f"--port={urlsplit(address).port}"
    started = psutil.Process().children(recursive=True)
    (server,) = [one for one in started if port in one.cmdline() and "jupyterlab" in one.cmdline()]
    first, *_ = server.environ()["PATH"].split(os.pathsep)
    assert first == str(Path(sys.executable).parent)
