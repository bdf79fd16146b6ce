"""Published tables as they were printed, our counts beside: what stands where, in every format."""

import re
import shutil
import subprocess
from fractions import Fraction
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from mobilenet_lab import published, reproduce
from mobilenet_lab.__main__ import main
from mobilenet_lab.published.cell import UNITS
from mobilenet_lab.published.printed import SideBySide, side_by_side
from mobilenet_lab.published.printed_columns import BOOKKEEPING, CROSSED, columns, heading
from mobilenet_lab.published.printed_grid import MARKS, MEANINGS, Column, Entry, Grid, grid
from mobilenet_lab.published.reproduce import QUANTITIES
from mobilenet_lab.published.verdicts import VERDICTS

CELLS = reproduce()
TABLES = list(dict.fromkeys(CELLS["table"]))
SHOWN = {name: side_by_side(name) for name in TABLES}

# What stands where


def test_table_4_of_v2_is_the_printed_table():
    """Its columns in the paper's order, its cells in the paper's digits; ours by hand."""
    frame = SHOWN["v2-4"].frame()
    printed = ["Network", "Top-1 (%)", "Million parameters", "Million MACs", "Pixel 1 (ms)"]
    assert [name for name in frame if ", " not in name] == printed
    assert frame[printed].to_numpy().tolist() == [
        ["MobileNetV1", "70.6", "4.2", "575", "113"],
        ["ShuffleNet (1.5)", "71.5", "3.4", "292", ""],
        ["ShuffleNet (x2)", "73.7", "5.4", "524", ""],
        ["NasNet-A", "74.0", "5.3", "564", "183"],
        ["MobileNetV2", "72.0", "3.4", "300", "75"],
        ["MobileNetV2 (1.4)", "74.7", "6.9", "585", "143"],
    ]
    ours = frame.set_index("Network").loc["MobileNetV2"]
    assert ours["Million MACs, computed"] == "300.774272"
    assert ours["Million parameters, computed"] == "3.470760"
    assert ours["Million MACs, verdict"] == "equal"


@pytest.mark.parametrize("table", CROSSED)
def test_table_3_of_v2_has_a_row_for_each_size_and_a_column_for_each_network(table):
    frame = SHOWN[table].frame()
    networks = ["MobileNetV1", "MobileNetV2", "ShuffleNet (2x, g=3)"]
    assert [name for name in frame if "computed" not in name and "verdict" not in name] == [
        *("Size", *networks)
    ]
    sizes = ["112x112", "56x56", "28x28", "14x14", "7x7", "1x1", "max"]
    assert frame["Size"].tolist() == sizes
    by_size = frame.set_index("Size")
    assert by_size.loc["56x56", networks].tolist() == ["128/800", "32/200", "48/300"]
    assert by_size.loc["56x56", "MobileNetV1, computed"] == "802.816"  # 128 × 56² × 2 bytes
    assert by_size.loc["max", networks].tolist() == {
        "v2-3": ["1600", "400", "600"],
        "v2-3-earlier": ["800", "200", "600"],
    }.get(table)


@pytest.mark.parametrize("table", TABLES)
def test_every_column_is_there_but_those_that_name_our_design(table):
    found = list(published.records(table)[0])
    named = {"alpha", "resolution", "classes"} | BOOKKEEPING
    if table in CROSSED:
        shown = {CROSSED[table].down, CROSSED[table].across, *CROSSED[table].parts}
    else:
        shown = columns(table, found)
        assert len(set(shown)) == len(shown)
        assert [column.heading for column in SHOWN[table].grid.columns] == [*map(heading, shown)]
    assert set(found) - named <= set(shown) <= set(found)


@pytest.mark.parametrize("table", TABLES)
def test_every_count_stands_beside_its_own(table):
    """Each printed text, computed count and verdict of the cells, once, in its unit."""
    entries = [
        (entry.printed.rpartition("/")[2], entry.computed, entry.verdict, entry.note)
        for column in SHOWN[table].grid.columns
        for entry in column.entries
        if entry.verdict
    ]
    rows = published.records(table)
    printed = [row[name] for row in rows for name in QUANTITIES if row.get(name)]
    cells = CELLS[CELLS["table"] == table].to_dict("records")
    expected = []
    for text, cell in zip(printed, cells, strict=True):
        ours = ""
        if cell["computed"] is not None:
            unit = UNITS[cell["unit"]]
            exact = Fraction(str(cell["computed"])) / unit
            places = 2 if cell["unit"] == "%" else len(str(unit)) - 1
            ours = f"{float(exact):,.{places}f}"
            if cell["unit"] != "KiB":
                assert Fraction(ours.replace(",", "")) == exact
        expected.append((text, ours, cell["verdict"], cell["explanation"]))
    plain = [(*entry[:3], re.split(r"; also fits: | \(reach", entry[3])[0]) for entry in entries]
    assert sorted(plain) == sorted(expected)


def test_a_mark_and_a_meaning_for_each_verdict():
    assert set(VERDICTS) <= set(MARKS) == set(MEANINGS)
    marks = "".join(MARKS.values())
    assert len(set(marks)) == len(MARKS) == len(marks) and marks.isascii()


@pytest.mark.parametrize("table", TABLES)
def test_the_legend_counts_and_the_notes_are_lettered_as_one_reads(table):
    own = SHOWN[table].grid
    cells = CELLS[CELLS["table"] == table]
    for verdict, number in cells["verdict"].value_counts().items():
        assert f"{MARKS[verdict]} {verdict} ({number} of {len(cells)}): " in "\n".join(own.remarks)
    seen = [own.letters[entry.note] for row in own.rows for entry in row if entry.note]
    letters = list(own.letters.values())
    assert list(dict.fromkeys(seen)) == letters == [*"abcdefghijklmnopqrstuvwxyz"[: len(letters)]]
    sources = {row["source"] for row in published.records(table)}
    assert all(source in own.remarks[-1] for source in sources)


def test_what_is_counted_is_said():
    said = "\n".join(SHOWN["v2-4"].grid.remarks)
    assert "\nParameters: weights + bias; the source cuts off after the printed digits.\n" in said
    assert "\nMACs: multiply-accumulates of convolutions and dense layers; the source cuts" in said


def test_a_note_says_what_else_fits_and_how_weak_that_is():
    cells = reproduce("v1-5").assign(explanation="cut off", also="1; 2", reach=8)
    own = SideBySide(grid("v1-5", cells.assign(verdict="explained")))
    assert list(own.grid.letters) == ["cut off; also fits: 1; 2 (reach 8 %)"]
    assert own.text().count(" *(a)") == own.html().count(">*<sup>a</sup>") == 4
    assert "* explained (4 of 4): " in own.text()


def test_what_the_authors_print_elsewhere_is_in_a_note():
    own = SHOWN["v2-4"]
    assert list(own.grid.letters)[0] == (
        "the same authors print 569 in v1-checkpoints, mobilenet_v1_1.0_224"
    )
    assert "568.740352 !(a)" in own.text() and "{[}" not in own.latex()


def test_many_notes_have_letters_of_their_own():
    entries = tuple(Entry("1", "1", "unexplained", f"note {number}") for number in range(703))
    letters = list(Grid("x", (Column("n", entries, counted=True),), ()).letters.values())
    assert len(set(letters)) == 703
    assert [letters[place] for place in (0, 25, 26, 51, 52, 701, 702)] == [
        *("a", "z", "aa", "az", "ba", "zz", "aaa")
    ]


# Formats, each read by a program that is not ours

MARKDOWN = MarkdownIt("commonmark").enable("table")
ASCII = "".join(map(chr, range(33, 127)))
NASTY = st.text(ASCII + "α×é", min_size=1, max_size=12)


def rows_of_markdown(text):
    """The cells of a Markdown table and the items of its list, as a reader sees them."""
    rows, items, opened = [], [], []
    for token in MARKDOWN.parse(text):
        if token.nesting:
            opened.append(token.type) if token.nesting == 1 else opened.pop()
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline" and opened != ["paragraph_open"]:
            seen = "".join(one.content for one in token.children if one.type != "html_inline")
            (items if "list_item_open" in opened else rows[-1]).append(seen)
    return rows, items


class Rows(HTMLParser):
    """The rows of an HTML table: (text, columns, rows) of each cell; checks that tags match."""

    def __init__(self, text):
        super().__init__()
        self.open, self.rows, self.notes = [], [], ""
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attributes):
        if tag == "br":
            return
        self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            spans = dict(attributes)
            self.rows[-1].append(["", int(spans.get("colspan", 1)), int(spans.get("rowspan", 1))])

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "td" in self.open or "th" in self.open:
            self.rows[-1][-1][0] += data
        elif "p" in self.open:
            self.notes += data


def expected(grid):
    """The rows of texts of a table: the printed cell, and ours with its mark and letter."""
    return [
        [
            text
            for column, entry in zip(grid.columns, row, strict=True)
            for text in (entry.printed, *([ours(grid, entry)] * column.counted))
        ]
        for row in grid.rows
    ]


def ours(grid, entry):
    letter = grid.letters[entry.note] if entry.note else ""
    return f"{entry.computed} {entry.mark}{letter}".strip()


@pytest.mark.parametrize("table", TABLES)
def test_markdown_reads_as_the_table(table):
    own = SHOWN[table]
    (head, *rows), items = rows_of_markdown(own.markdown())
    assert rows == expected(own.grid)
    assert head[0] == own.grid.columns[0].heading and len(head) == len(rows[0])
    notes = [f"{letter} {note}" for note, letter in own.grid.letters.items()]
    assert items == [*own.grid.remarks, *notes]
    lines = [line for line in own.markdown().splitlines() if line.startswith("|")]
    assert len(set(map(len, lines))) == 1  # aligned for those who read the source, too


@pytest.mark.parametrize("table", TABLES)
def test_html_reads_as_the_table(table):
    own = SHOWN[table]
    assert own.html().isascii() and own._repr_html_() == own.html()
    read = Rows(own.html())
    first, second, *rows = read.rows
    width = sum(3 if column.counted else 1 for column in own.grid.columns)
    assert sum(columns for _, columns, _ in first) == width
    assert sum(columns for _, columns, _ in second) == width - sum(
        columns for _, columns, height in first if height == 2
    )
    assert [text for text, *_ in first] == [column.heading for column in own.grid.columns]
    for row, cells in zip(own.grid.rows, rows, strict=True):
        texts = iter(text for text, *_ in cells)
        for column, entry in zip(own.grid.columns, row, strict=True):
            assert next(texts) == entry.printed
            if column.counted:
                assert f"{next(texts)} {next(texts)}".strip() == ours(own.grid, entry)
        assert next(texts, None) is None
    assert all(remark in read.notes for remark in own.grid.remarks)


def checked_latex(text):
    """Whether environments and braces match, and nothing special is left in the text."""
    assert text.isascii()
    lines = [line for line in text.splitlines() if not line.startswith("%")]
    bare = re.sub(r"\\[\\&%$#_{}]", " ", "\n".join(lines))  # without what is escaped
    depth = 0
    for sign in bare:
        depth += {"{": 1, "}": -1}.get(sign, 0)
        assert depth >= 0
    assert depth == 0 and bare.count("$") % 2 == 0
    assert not re.search(r"[%#_~^|<>]", re.sub(r"\$.*?\$|\\resizebox.*%$", "", bare, flags=re.M))
    opened = []
    for kind, name in re.findall(r"\\(begin|end)\{(\w+)\}", bare):
        if kind == "begin":
            opened.append(name)
        else:
            assert opened.pop() == name
    assert not opened


def rows_of_latex(text):
    """How many columns each row of the tabular has."""
    body = text.partition(r"\toprule")[2].partition(r"\bottomrule")[0]
    for line in body.splitlines():
        if line.endswith(r"\\"):
            spans = map(int, re.findall(r"\\multicolumn\{(\d)\}", line))
            yield line.replace(r"\&", "").count("&") + 1 + sum(span - 1 for span in spans)


def compiled(folder, text):
    """What LaTeX complains about in a document of these tables, where it is installed."""
    if not shutil.which("pdflatex"):
        return []
    packages = set(re.findall(r"^% Needs (\\usepackage.*)$", text, flags=re.M))
    pages = text.replace("\n\n", "\n\\clearpage\n")
    document = ["\\documentclass{article}", *packages, "\\begin{document}", pages]
    (folder / "all.tex").write_text("\n".join([*document, "\\end{document}"]), encoding="ascii")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "all.tex"]
    done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout[-1500:]
    return re.findall(r"^(?:Overfull|Missing|.*too large).*$", done.stdout, flags=re.M)


@pytest.mark.parametrize("table", TABLES)
def test_latex_is_well_formed(table):
    own = SHOWN[table]
    text = own.latex()
    checked_latex(text)
    width = sum(3 if column.counted else 1 for column in own.grid.columns)
    assert set(rows_of_latex(text)) == {width}
    assert len(list(rows_of_latex(text))) == 2 + len(list(own.grid.rows))
    assert text.startswith(r"% Needs \usepackage{booktabs,graphicx}" + "\n")


def test_latex_compiles(tmp_path):
    """All tables in one document, and one of everything that has a meaning in LaTeX."""
    assert compiled(tmp_path, "\n".join(own.latex() for own in SHOWN.values())) == []
    signs = ASCII + "α×±≤≥≈–—’…ρ÷·−"
    wild = [SideBySide(grid_of(signs[place : place + 20])) for place in range(0, len(signs), 20)]
    for own in wild:
        checked_latex(own.latex())
    assert compiled(tmp_path, "\n".join(own.latex() for own in wild)) == []


def grid_of(signs):
    """A table of these characters: in the headings, the labels, the notes and the remarks."""
    entries = tuple(Entry(sign, sign, "explained", sign) for sign in signs)
    counts = Column(f"{signs}, too", entries, counted=True)
    return Grid("wild", (Column(signs, entries), counts), (" ".join(signs),))


@given(NASTY, NASTY, NASTY)
def test_any_text_is_read_as_it_is(name, label, note):
    entries = (Entry(label, "1.5", "explained", note), Entry("4", "", "", ""))
    own = SideBySide(Grid("any", (Column(name, entries, counted=True),), (note,)))
    (head, *rows), items = rows_of_markdown(own.markdown())
    assert head == [name, "computed"] and items == [note, f"a {note}"]
    assert rows == [[label, "1.5 *a"], ["4", ""]]
    read = Rows(own.html())
    assert read.rows[0][0][0] == name and read.rows[2][0][0] == label and note in read.notes
    if "é" not in name + label + note:
        checked_latex(own.latex())


# The command line


def run(capsys, *arguments):
    status = main(["reproduce", *arguments])
    return status, *capsys.readouterr()


@pytest.mark.parametrize("format", ["text", "csv", "markdown", "latex", "html"])
def test_the_command_prints_the_layout(capsys, format):
    usual, _, complaint = run(capsys, "--table", "v2-4")
    arguments = ("--layout", "printed", "--format", format)
    status, out, err = run(capsys, "--table", "v2-4", *arguments)
    assert (status, err) == (usual, complaint) and out == getattr(SHOWN["v2-4"], format)()
    _, out, _ = run(capsys, *arguments)
    assert all(getattr(own, format)() in out for own in SHOWN.values())


def test_cells_are_the_usual_layout(capsys):
    usual = run(capsys, "--table", "v1-6")
    assert usual == run(capsys, "--table", "v1-6", "--layout", "cells")
    assert usual[1] != SHOWN["v1-6"].text() == repr(SHOWN["v1-6"])
    html = run(capsys, "--table", "v1-6", "--format", "html")[1]
    assert len(Rows(html).rows) == 1 + len(reproduce("v1-6"))


@pytest.mark.parametrize("table", ["v1-1", "v2-2", "v1-figures-4-5"])
def test_a_table_without_counts_is_refused(capsys, refused, table):
    refused(lambda: side_by_side(table), table, "a table that prints counts")
    status, out, err = run(capsys, "--table", table, "--layout", "printed")
    assert (status, out) == (2, "") and err.startswith(f"error: table='{table}'")


@pytest.mark.parametrize("table", ["v3-1", "", None, 4, ["v2-4"]])
def test_a_table_that_does_not_exist_is_refused(refused, table):
    refused(lambda: side_by_side(table), "v2-7")
