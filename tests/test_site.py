"""The site: every link leads to something, no page is heavy, and nothing comes from elsewhere."""

import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest
import yaml

from mobilenet_lab import quizzes
from mobilenet_lab.pages.live import PAGES

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
MOST = 1_500_000  # bytes of a page

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The text of each page by name."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, str(ROOT / ".ci" / "pages.py"), str(folder)]
    subprocess.run(command, cwd=ROOT, check=True)
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


def test_the_prepared_workflow_makes_the_same_site():
    workflow = yaml.safe_load((ROOT / ".ci" / "site.yml").read_text(encoding="utf-8"))
    steps = workflow["jobs"]["site"]["steps"]
    commands = [step["run"] for step in steps if "run" in step]
    assert "python .ci/pages.py site" in commands
    (uploaded,) = [step["with"]["path"] for step in steps if "upload" in step.get("uses", "")]
    assert uploaded == "site"


def test_every_page_is_there_and_light(site):
    assert set(site) == {f"{name}.html" for name in ("index", *PAGES, *NOTEBOOKS)}
    assert all(len(text.encode("utf-8")) <= MOST for text in site.values())


def test_every_link_leads_to_something(site):
    anchors = {name: set(re.findall(r'\bid="([^"]+)"', text)) for name, text in site.items()}
    anchors["quiz.html"] = {*quizzes.NOTEBOOKS}  # whose script reads its address
    led = set()
    for name, text in site.items():
        text = re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
        for link in re.findall(r'<a [^>]*href="([^"]+)"', text):
            where, _, anchor = link.partition("#")
            if re.match(r"(https|data):", link):
                continue
            assert (where or name) in site, f"{name}: {link}"
            own = {"", *anchors[where or name]}
            assert anchor in own or unquote(anchor) in own, f"{name}: {link}"
            led.add(where)
    assert set(site) <= led


def test_no_page_asks_for_anything(site):
    for name, text in site.items():
        assert not re.search(r'<(script|img|link|iframe)\b[^>]* (src|href)="(?!data:)', text), name
    for page in ("index", *PAGES):
        assert "default-src 'none'" in site[f"{page}.html"]


def test_the_index_shows_a_picture_of_each(site):
    cards = re.findall(r'<a class="card" href="([^"]+)">(<img [^>]+>)?', site["index.html"])
    assert [name for name, picture in cards if not picture] == ["quiz.html", "glossary.html"]
    assert len(cards) == len(site) - 1
