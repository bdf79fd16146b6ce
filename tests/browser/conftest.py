"""A browser for the tests, and why there is none."""

import os
import shutil

import pytest
from lab_server import started
from playwright.sync_api import sync_playwright

FLAGS = (
    "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update"
    " --disable-sync --no-first-run"
)


@pytest.fixture(scope="session")
def chromium():
    """Where Chromium is; a skip without one, or a failure where CI says that one must be there."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not chromium:
        missing = "no browser: install Debian's package chromium, or name a Chromium in CHROMIUM"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(missing)
    return chromium


# For a module, not the session: while it is open, the thread has a running event loop.
@pytest.fixture(scope="module")
def browser(chromium):
    """Headless Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS.split())
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def offline(browser):
    """One page without a network for all tests, since a new one starts a process."""
    context = browser.new_context(offline=True)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def lab(chromium, tmp_path_factory):
    """One JupyterLab for all tests of a process."""
    with started(tmp_path_factory.mktemp("lab")) as lab:
        yield lab
