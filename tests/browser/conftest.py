"""A browser for the tests, and why there is none."""

import os
import re
import shutil

import pytest
from playwright.sync_api import sync_playwright
from xdist.scheduler import LoadScopeScheduling

FLAGS = (
    "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update"
    " --disable-sync --no-first-run"
)


# For a module, not the session: while it is open, the thread has a running event loop.
@pytest.fixture(scope="module")
def browser():
    """Headless Chromium; a skip without one, or a failure where CI says that one must be there."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not chromium:
        missing = "no browser: install Debian's package chromium, or name a Chromium in CHROMIUM"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS.split())
        yield browser
        browser.close()


class ByNotebook(LoadScopeScheduling):
    """Several processes: the tests of a notebook in one of them, in order; so those of a file."""

    def _split_scope(self, nodeid):
        file, _, test = nodeid.partition("::")
        notebook = re.search(r"\d\d_[a-z]\w*", test.partition("[")[2])
        return f"{file}::{notebook[0]}" if notebook else file


def pytest_xdist_make_scheduler(config, log):
    return ByNotebook(config, log)
