"""`make dashboard`: the tour and the review as pages without code, for this machine alone."""

import ipaddress
import re
import shutil
import socket
import sys
from urllib.parse import urlsplit
from urllib.request import urlopen

import psutil
import pytest
from on_screen import ROOT, Page, until
from serving import free_port, running

pytestmark = pytest.mark.browser

# The frame around Voila's pages asks there for icons that it does not show.
ICONS = {"cdn.jsdelivr.net"}
WIDTHS = (1280, 800)
TOUR, REVIEW = "00_tour.ipynb", "09_design_review.ipynb"


def dashboard(arguments):
    """The dashboard, with the Python that runs the tests and without setting anything up."""
    assert shutil.which("make"), "make is missing"
    command = [
        "make",
        "dashboard",
        f"PY={sys.executable}",
        "-o",
        ".venv/.ready",
        f"ARGS={arguments}",
    ]
    return running(command, r"http://localhost:\d+/\S*", cwd=ROOT)


def kernels():
    """The kernels of servers that these tests have started."""
    ours = {child.pid for child in psutil.Process().children(recursive=True)}
    running = psutil.process_iter(["cmdline"])
    lines = {one.pid: " ".join(one.info["cmdline"] or ()) for one in running if one.pid in ours}
    return {pid for pid, line in lines.items() if "ipykernel_launcher" in line}


@pytest.fixture(scope="module")
def taken():
    """A port on which somebody else listens."""
    with socket.create_server(("localhost", free_port())) as server:
        yield server.getsockname()[1]


@pytest.fixture(scope="module")
def address(taken, browser):
    with dashboard(f"--no-browser --port={taken}") as url:
        yield url


@pytest.fixture(scope="module")
def screen(browser, address):
    screen = Page(browser, 1280)
    screen.page.goto(address)
    screen.page.locator("[role=status]").wait_for(timeout=60_000)
    yield screen
    screen.page.close()


def test_another_port_is_taken_and_only_this_machine_listens(address, taken):
    port = urlsplit(address).port
    assert port != taken
    hosts = {
        one.laddr.ip
        for one in psutil.net_connections("tcp")
        if one.status == "LISTEN" and one.laddr.port == port
    }
    assert hosts and all(ipaddress.ip_address(host).is_loopback for host in hosts)


def test_without_its_token_nobody_gets_in(address):
    path, token = re.fullmatch(r"(.*)\?token=(\w+)", address).groups()
    with urlopen(path) as answer:
        assert urlsplit(answer.url).path == "/login"
        assert token not in answer.read().decode("utf-8")


def test_no_code_is_on_the_page(screen):
    page = screen.page
    assert page.title() == "MobileNet Lab"
    assert page.locator("pre, .highlight, .jp-InputPrompt, .jp-CodeMirrorEditor").count() == 0
    words = page.locator("body").inner_text()
    assert "along chooses" in words
    assert not re.search(r"import|Tour\(|Run the|next cell|Python|notebook", words)
    assert {address for address in links(page) if not address.startswith("#")} == {REVIEW}


def links(page):
    """Where the links of a page lead."""
    return page.locator("a").evaluate_all("all => all.map(one => one.getAttribute('href'))")


def test_keys_move_the_controls_and_the_picture_follows(screen):
    (explorer,) = screen.explorers
    screen.page.locator("body").focus()
    assert explorer.walk() >= {"slider", "list", "box"}
    before = explorer.rests()
    explorer.type("α width", "7")
    assert "accepted: 0.1 to 1.5" in explorer.changes(before, "message")["message"]
    explorer.type("α width", "0.5")
    explorer.says("α 0.5,")


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_cut_off_or_covered(screen, width):
    screen.resize(width)
    (explorer,) = screen.explorers
    explorer.open_all()
    screen.shoot(f"dashboard_{width}_open")
    assert not explorer.flaws
    explorer.close_all()
    screen.page.evaluate("scrollTo(0, 0)")
    screen.shoot(f"dashboard_{width}")
    assert not explorer.flaws


def test_a_page_that_is_left_ends_its_kernel(browser, address, screen):
    before = kernels()
    page = browser.new_page()
    page.goto(address)
    page.locator("[role=status]").wait_for(timeout=60_000)
    assert len(kernels()) == len(before) + 1
    page.goto("about:blank")
    until(lambda: kernels() == before, "the kernel to end", 60)
    page.close()


def test_a_link_leads_to_the_review_and_back(browser, address):
    review = Page(browser, WIDTHS[0])
    page = review.page
    page.goto(address)
    page.locator("[role=status]").wait_for(timeout=60_000)
    review.explorers[0].rests()  # what is left while it is being made may complain
    follow(review, "The design review")
    page.get_by_role("combobox", name="runtime", exact=True).wait_for(timeout=60_000)
    assert urlsplit(page.url).path == f"/{REVIEW}" and page.title() == "MobileNet Lab"
    assert page.locator("pre, .highlight, .jp-InputPrompt, .jp-CodeMirrorEditor").count() == 0
    words = page.locator("body").inner_text()
    assert not re.search(r"import|DesignReview\(|Run the|next cell|Python|notebook", words)
    (explorer,) = review.explorers
    for width in WIDTHS:
        review.resize(width)
        explorer.rests()
        explorer.control("combobox", "runtime").select_option("live tensors")
        explorer.says("(live tensors, int8)")
        explorer.open_all()
        review.shoot(f"dashboard_review_{width}_open")
        assert not explorer.flaws
        explorer.close_all()
        page.evaluate("scrollTo(0, 0)")
        review.shoot(f"dashboard_review_{width}")
        assert not explorer.flaws
        explorer.rests()
    follow(review, "the tour")
    page.get_by_role("spinbutton", name="α width", exact=True).wait_for(timeout=60_000)
    assert not review.errors and review.abroad <= ICONS
    page.close()


def follow(screen, name):
    """Click a link, which could be clicked at every width."""
    link = screen.page.get_by_role("link", name=name)
    for width in WIDTHS:
        screen.resize(width)
        link.click(trial=True)
    link.click()


def test_nothing_was_wrong_in_the_console(screen):
    """The last one, so that it sees what all others have set off."""
    assert not screen.errors
    assert screen.abroad <= ICONS
