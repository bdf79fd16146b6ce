"""A JupyterLab of its own for the tests, and what they do with it as a whole."""

import json
import os
import re
import shutil
import sys
from contextlib import contextmanager
from urllib.request import Request, urlopen

import psutil
from on_screen import EXPLORER, ROOT
from playwright.sync_api import expect
from serving import free_port, running

# JupyterLab keeps these for each user; here it finds nothing, and leaves nothing behind.
FOLDERS = (
    *("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"),
    *("JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR"),
)
NOT_COPIED = shutil.ignore_patterns(".*", "runs", "converted")
# Every code cell has run: its prompt is a number, as "[7]:". A folded cell shows none.
RAN = r"""() => [...document.querySelectorAll(
    '.jp-CodeCell .jp-InputPrompt:not(.jp-Placeholder-prompt)'
)].every(prompt => /^\[\d+\]:$/.test(prompt.textContent.trim()))"""
# These notebooks need TensorFlow for times alone, which nbval measures. Here they are run as where
# it is not installed.
WITHOUT_TENSORFLOW = ("05", "09")
HIDDEN = f"""
import os, sys
if os.path.basename(os.environ.get("JPY_SESSION_NAME", "")).startswith({WITHOUT_TENSORFLOW}):
    sys.modules.update(tensorflow=None, keras=None)
"""
QUIET = {"JUPYTER_CONFIG_PATH": str(ROOT / ".ci" / "jupyter")}  # as `make lab` starts it


class Lab:
    """A running JupyterLab, which keeps what it knows in the folder `home`."""

    def __init__(self, url, home):
        self.home = str(home)
        self.address, self.token = re.fullmatch(r"(.*)/lab\?token=(\w+)", url).groups()

    def ask(self, path, method="GET", token=None):
        """The answer of its interface, decoded."""
        headers = {"Authorization": f"token {token or self.token}"}
        with urlopen(Request(f"{self.address}/api/{path}", method=method, headers=headers)) as said:
            return json.loads(said.read() or b"null")

    @contextmanager
    def asleep(self):
        """Its kernels do not answer until the block ends."""
        kernels = [
            process
            for process in psutil.process_iter(["cmdline"])
            if "ipykernel_launcher" in (said := " ".join(process.info["cmdline"] or ()))
            and self.home in said
        ]
        assert kernels
        for kernel in kernels:
            kernel.suspend()
        try:
            yield
        finally:
            for kernel in kernels:
                kernel.resume()

    def show(self, screen, name):
        """Show a notebook, and wait until its kernel answers.

        The status bar says so. (The circle beside it says "idle" before there is a kernel, and
        JupyterLab drops what is run then.)
        """
        page = screen.page
        page.goto(f"{self.address}/lab/tree/notebooks/{name}.ipynb?token={self.token}&reset")
        page.locator(".jp-Notebook .jp-CodeCell").first.wait_for()
        bar = page.locator("#jp-main-statusbar")
        bar.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=60_000)

    def run_all(self, screen, explorers):
        """Run the notebook through the menu; as many explorers stand there in the end."""
        page = screen.page
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        expect(page.locator(EXPLORER)).to_have_count(explorers, timeout=300_000)
        page.wait_for_function(RAN, polling=100, timeout=300_000)

    def end_kernels(self):
        for session in self.ask("sessions"):
            self.ask(f"sessions/{session['id']}", "DELETE")


@contextmanager
def started(home):
    """JupyterLab on a copy of the notebooks, which it may save; the package is this checkout.

    The longest runs of notebook 07 are finished there, since nbval trains them for real. Where a
    change makes them other runs, these are not found, and the browser waits for new ones.
    """
    shutil.copytree(ROOT / "notebooks", home / "notebooks", ignore=NOT_COPIED)
    shutil.copytree(ROOT / "tests" / "browser" / "finished", home / "notebooks" / "runs")
    own = {name: str(home / name.lower()) for name in FOLDERS}
    startup = home / "ipythondir" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00.py").write_text(HIDDEN, encoding="utf-8")
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
    command += ["--ServerApp.ip=127.0.0.1", f"--ServerApp.port={free_port()}"]
    command += [f"--ServerApp.root_dir={home}"]
    environment = os.environ | own | QUIET | {"PYTHONPATH": str(ROOT)}
    address = r"http://127\.0\.0\.1:\d+/lab\?token=\w+"
    with running(command, address, env=environment) as url:
        yield Lab(url, home)
