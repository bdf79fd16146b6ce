"""Looking up printed counts: the filter, the rules of the sources, what a design is quoted at."""

import pytest

from mobilenet_lab import Design, reproduce
from mobilenet_lab.published.cell import UNITS
from mobilenet_lab.published.formats import balance, look_up, rules
from mobilenet_lab.published.reproduce import QUANTITIES, quoted, quotes
from mobilenet_lab.published.verdicts import VERDICTS

CELLS = reproduce()


@pytest.mark.parametrize(
    ("wanted", "rows"),
    [
        ({}, CELLS),
        ({"table": "v1-6"}, CELLS[CELLS.table == "v1-6"]),
        ({"table": ["v1-6", "v2-4"]}, CELLS[CELLS.table.isin(["v1-6", "v2-4"])]),
        ({"verdict": "unexplained"}, CELLS[CELLS.verdict == "unexplained"]),
        (
            {"verdict": ("explained", "equal"), "quantity": "memory"},
            CELLS[(CELLS.quantity == "memory") & CELLS.verdict.isin(["explained", "equal"])],
        ),
    ],
)
def test_a_filter_leaves_the_rows_that_are_asked_for(wanted, rows):
    shown = look_up(**wanted).frame
    assert len(shown) > 0 and shown.index.tolist() == rows.index.tolist()


def test_columns_and_colours_of_what_is_looked_up():
    found = look_up("v1-2", columns=["row", "printed"])
    assert list(found.frame) == ["row", "printed"]
    html = found._repr_html_()
    assert html.count("<tr style") == 8 and html.count(found.COLOURS["explained"]) == 1
    assert "1.19" in repr(found)


def test_what_no_cell_is():
    assert repr(look_up("v1-6", verdict="unexplained")) == "no such cells"


@pytest.mark.parametrize(
    "wrong",
    [
        {"table": "v1-99"},
        {"table": 3},
        {"table": ["v1-6", None]},
        {"verdict": "wrong"},
        {"quantity": {"MACs"}},
        {"columns": ["price"]},
    ],
)
def test_names_that_there_are_not(wrong, refused):
    refused(lambda: look_up(**wrong))


def test_rules_say_how_each_source_counts():
    frame = rules(CELLS)
    said = {
        (row.quantity, table): (row.convention, row.rounding)
        for row in frame.itertuples()
        for table in row.tables.split(", ")
        if "share" not in row.quantity and row.quantity != "memory"
    }
    assert said["parameters", "keras"] == ("weights + bias + 4 x batch norm", "rounded")
    assert said["parameters", "v1-6"] == ("weights", "rounded")
    assert said["MACs", "v2-4"] == ("MACs", "cut off")
    assert said["MACs", "timm"] == ("MACs + 2 x batch norm", "rounded")
    assert ("MACs", "v1-99") not in said


def test_every_verdict_has_a_colour_of_its_own():
    colours = look_up().COLOURS
    assert list(colours) == list(VERDICTS) and len(set(colours.values())) == len(VERDICTS)
    assert look_up(verdict="contradicted")._repr_html_().count(colours["contradicted"]) == 8


@pytest.mark.parametrize("design", [Design("v1"), Design("v2")], ids=str)
def test_quotes_are_counted_as_their_sources_count(design):
    found = quotes(design)
    judged = quoted(design)
    assert len(found) == judged.verdict.isin(["equal", "explained"]).sum() > 10
    for cell in found:
        assert cell.agrees() and cell.network.replace(classes=design.classes) == design
        assert cell.unit in UNITS and cell.quantity in {name for name, _ in QUANTITIES.values()}
    wanted = [cell for cell in found if cell.table == "openvino" and cell.quantity == "parameters"]
    if design.family == "v2":
        assert {cell.network.classes for cell in wanted} == {1001}


def test_the_balance_counts_every_cell_once():
    frame = balance(CELLS)
    assert list(frame.index) == list(dict.fromkeys(CELLS.table))
    assert frame.to_numpy().sum() == len(CELLS)
    assert frame.loc["v1-2"].to_dict() == {
        "equal": 7,
        "explained": 1,
        "contradicted": 0,
        "unexplained": 0,
        "not computed": 0,
    }
    assert list(balance(CELLS[CELLS.table == "v1-6"]).columns) == list(frame.columns)
