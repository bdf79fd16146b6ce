"""Reports of a review: everything is there, nothing from outside, texts stay texts, same bytes."""

import io
import re
import shlex
from html import escape
from html.parser import HTMLParser

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mobilenet_lab import Budget, Design, cost, review
from mobilenet_lab.__main__ import main
from mobilenet_lab.reports import axes, rebuild
from mobilenet_lab.reports.document import Code, Document, Figure, Points, Section, Table, Text
from mobilenet_lab.reports.html import html
from mobilenet_lab.reports.markdown import markdown
from mobilenet_lab.reports.tables import percent

WILD = '<script>alert(1)</script> & "quoted" | `ticks` *stars* [link](x)'
NOTE = f"The store is weights/<b>one</b>.h5.\n{WILD}"
KINDS = ("html", "md", "csv")
NO_CONTENT = ("meta", "img", "br")  # elements that have no end


class Page(HTMLParser):
    """What a page holds: its tags with attributes, and the texts within each."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.open, self.texts = [], [], {}
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        self.texts.setdefault(tag, []).append("")
        if tag not in NO_CONTENT:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open:
            self.texts[self.open[-1]][-1] += data

    def named(self, tag):
        """The attributes of each element of a kind."""
        return [attributes for one, attributes in self.tags if one == tag]


@pytest.fixture(scope="module")
def found():
    limits = Budget(ram="256 KiB", flash="1 MiB", runtime="tflm")
    return review(limits, alpha=[0.35, 0.5, 0.55, 0.75], resolution=[96, 128, 160], classes=2)


@pytest.fixture(scope="module")
def files(found, tmp_path_factory):
    """The text of each kind of file."""
    folder = tmp_path_factory.mktemp("reports")
    given = {"title": WILD, "note": NOTE, "compare": 2}
    written = [found.save(folder / f"review.{kind}", **given) for kind in KINDS]
    return {path.suffix[1:]: path.read_text(encoding="utf-8") for path in written}


@pytest.fixture(scope="module")
def page(files):
    return Page(files["html"])


def test_nothing_of_a_page_is_outside(page, files):
    for tag, attributes in page.tags:
        for name in ("src", "href", "srcset", "data", "action", "poster", "background"):
            inside = attributes.get(name, "#").startswith(("#", "data:image/svg+xml;base64,"))
            assert inside, (tag, attributes)
    assert not {"script", "link", "iframe", "object", "base"} & {tag for tag, _ in page.tags}
    assert not re.search(r"url\(|@import|https?:", "".join(page.texts["style"]))
    assert "http" not in re.sub(r"base64,[\w+/=]+", "", files["html"]).replace("http-equiv", "")


def test_texts_stay_texts(page, files):
    assert page.texts["title"] == page.texts["h1"] == [WILD]
    assert "<b>one</b>" in page.texts["p"][0] and "<b>" not in files["html"]
    outside_code = re.sub("```.*?```", "", files["md"], flags=re.DOTALL)
    assert "<script" not in files["html"] and "<script" not in outside_code
    head = files["md"].splitlines()[0]
    assert head.startswith("# &lt;script>alert(1)&lt;/script> &amp; ") and r"\[link\](x)" in head


def test_the_page_can_be_read_without_seeing_it(page):
    assert page.named("html") == [{"lang": "en"}]
    assert [tag for tag, _ in page.tags if tag in ("h1", "h2")] == ["h1"] + ["h2"] * 8
    assert {one["scope"] for one in page.named("th")} == {"col", "row"}
    assert len(page.named("caption")) == len(page.named("table"))
    assert len(page.named("figcaption")) == len(page.named("figure")) == len(page.named("img"))
    assert all(len(one["alt"]) > 40 for one in page.named("img"))
    targets = {one["id"] for one in page.named("h2")}
    assert {one["href"][1:] for one in page.named("a")} == targets


@pytest.mark.parametrize("kind", ["html", "md"])
def test_every_number_of_the_candidates_is_there(kind, found, files):
    for row in found.candidates.head(20).to_dict("records"):
        for name in ("macs", "params", "ram", "flash"):
            assert f"{row[name]:,}" in files[kind]
        if row["basis"] != "unknown":
            assert f"{row['top1']:.1f}" in files[kind]
            assert f"{row['low']:.1f} to {row['high']:.1f}" in files[kind]
    for row in found.funnel.itertuples():
        assert f"{row.left:,}" in files[kind] and f"{row.refused:,}" in files[kind]
    assert "unknown" in set(found.candidates["basis"]), "v1 is published from 128 px on"
    for design in (*found.designs()[:20], *found.designs("refused")[:10]):
        assert str(design) in files[kind]
    assert escape(found.sentence) in files["html"]


@pytest.mark.parametrize("kind", ["html", "md"])
def test_what_the_accuracies_are_not_about(kind, files):
    assert "do not say what these reach on 2 classes" in files[kind]
    lost = "as int8, the 16 checkpoints of v1 that are published as both lose 0.8 to 6.3 points."
    assert lost in files[kind]


def test_numbers_have_their_basis(page):
    heads = {text for text in page.texts["th"] if text.endswith((", computed", ", predicted"))}
    assert heads == {
        *("MACs, computed", "parameters, computed"),
        *("RAM (bytes), predicted", "flash (bytes), predicted"),  # an estimate is part of the RAM
    }
    assert {"ranking", "predicted", "computed"} <= set(page.texts["td"])
    assert "Designs left by each limit, predicted" in page.texts["caption"], "by predicted sizes"
    assert any("interval is predicted around a published" in text for text in page.texts["td"])


@pytest.mark.parametrize(
    ("share", "said"),
    [(1.2e-5, "0.0012 %"), (0.027, "2.7 %"), (9.994, "999.4 %"), (12.4, "1,240 %")]
    + [(11934127, "1,193,412,700 %"), (1e12, "1e+14 %")],
)
def test_a_part_in_words(share, said):
    assert percent(share) == said


def test_the_designs_can_be_made_again(found, files):
    code = re.search(r"```python\n(.*?)```", files["md"], re.DOTALL)[1]
    names = {}
    exec(code, names)
    assert names["designs"] == found.designs()[:2]


@pytest.mark.parametrize("kind", ["html", "csv"])
def test_the_command_in_the_report_gives_the_same_bytes(kind, found, files, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    command = rebuild.command(found, f"review.{kind}", WILD, NOTE, 2)
    assert kind == "csv" or escape(command) in files[kind]
    program, _, words = command.replace("\\\n", "").partition(" review ")
    assert program == "python -m mobilenet_lab"
    assert main(["review", *shlex.split(words)]) == 0
    assert (tmp_path / f"review.{kind}").read_text(encoding="utf-8") == files[kind]


def test_the_sheet(found, files):
    rows = pd.read_csv(io.StringIO(files["csv"]))
    fits = rows[rows["status"] != "refused"]
    assert len(fits) == len(found.candidates) and len(rows) - len(fits) == len(found.refused)
    assert (rows["status"] == "tie").sum() == len(found.ties)
    assert set(rows["macs_basis"]) == {"computed"} and set(rows["flash_basis"]) == {"predicted"}
    assert rows["top1_basis"].tolist() == [*found.candidates["basis"], *found.refused["basis"]]
    assert set(rows["classes"]) == {2}
    first = rows.iloc[0]
    design = Design(first.family, first.alpha, resolution=int(first.resolution), classes=2)
    assert (design, cost(design).macs) == (found.best, first.macs)
    assert rows.loc[rows["status"] == "refused", "limit"].isin(["ram", "flash"]).all()


def test_measured_times_say_so(found, tmp_path):
    first, other = found.designs()[:2]
    rows = [
        one.values() | {"ms": ms, "runtime": "LiteRT"} for one, ms in ((first, 3.21), (other, 9))
    ]
    path = found.save(tmp_path / "review.md", compare=2, times=pd.DataFrame(rows))
    text = path.read_text(encoding="utf-8")
    assert "| time (ms) | 3.2 | 9.0 | measured |" in text
    assert "| time | measured | one image | measured here, runtime LiteRT |" in text
    assert "It measures nothing" in text


def test_where_nothing_fits(tmp_path, capsys):
    path = tmp_path / "nothing.html"
    words = ["--ram", "2KiB", "--alpha", "0.5", "--resolution", "128", "--out", str(path)]
    assert main(["review", *words]) == 1
    page = Page(path.read_text(encoding="utf-8"))
    assert "No design that was searched fits the budget." in page.texts["p"]
    assert "The best side by side" not in page.texts["h2"]
    assert "no design fits" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("path", "options", "words"),
    [
        ("review.pdf", {}, "review.pdf"),
        (5, {}, "path=5"),
        ("", {}, "path=''"),
        ("review.html", {"title": 5}, "title=5"),
        ("review.html", {"note": None}, "note=None"),
        ("review.html", {"compare": 7}, "compare=7"),
        ("review.html", {"compare": 1}, "compare=1"),
        ("review.html", {"compare": True}, "compare=True"),
    ],
)
def test_what_cannot_be_saved(found, path, options, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match=re.escape(words)):
        found.save(path, **options)
    assert list(tmp_path.iterdir()) == []


TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1
)


@settings(max_examples=25)
@given(TEXTS, TEXTS)
def test_any_text_stays_text(title, words):
    table = Table(words, (words, "b"), ((words, words),), frozenset("b"))
    figure = Figure(words, words, lambda: "<svg></svg>")
    blocks = (Text(words), Points((words,)), table, figure, Code(words, "sh"))
    document = Document(title, words, (Section("One", blocks),))
    page = Page(html(document))
    assert page.texts["h1"] == [title]
    for tag in ("caption", "figcaption", "td", "code", "li"):
        assert page.texts[tag][-1] == words
    assert page.named("img")[0]["alt"].split() == words.split()
    assert not re.search(r"<\w", markdown(document).replace(f"\n{words}\n", ""))


STEPS = st.tuples(st.integers(1, 200), st.integers(1, 40), st.integers(3, 30))


@given(STEPS)
def test_an_axis_is_read_as_it_is_written(steps):
    first, step, count = steps
    values = [round((first + index * step) / 100, 2) for index in range(count)]
    assert axes.axis("alpha", axes.words(values)) == values
    assert len(axes.words(values)) == 1
    assert axes.axis("resolution", axes.words(range(32, 225, 16)), whole=True) == [
        *range(32, 225, 16)
    ]


@given(st.lists(st.floats(0.01, 10), min_size=1, max_size=5))
def test_any_values_are_read_as_they_are_written(values):
    assert axes.axis("alpha", axes.words(values)) == values


@pytest.mark.parametrize(
    ("words", "whole", "said"),
    [
        (["0,5"], False, "alpha='0,5'"),
        (["0.25:1"], False, "alpha='0.25:1'"),
        (["1:0.25:0.05"], False, "alpha='1:0.25:0.05'"),
        (["0:1:0"], False, "alpha='0:1:0'"),
        (["0:1e9:1"], False, "alpha='0:1e9:1'"),
        (["nan:1:0.1"], False, "alpha='nan:1:0.1'"),
        (["128.5"], True, "alpha='128.5'"),
    ],
)
def test_axes_that_are_none(words, whole, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        axes.axis("alpha", words, whole)


def test_where_no_accuracy_is_known_none_is_the_best(tmp_path):
    found = review(Budget(macs="1G"), "v2", alpha=1, resolution=224, expansion=3)
    page = found.save(tmp_path / "review.md").read_text(encoding="utf-8")
    assert "1 of 1 design fits the budget" in found.sentence
    assert "What they would reach on ImageNet is unknown" in page
    assert "The best first" not in page and "that of the best" not in page
