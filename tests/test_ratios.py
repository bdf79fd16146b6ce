"""The ratios of the papers' sentences, by hand."""

from fractions import Fraction

import pandas as pd
import pytest
from by_hand import macs, v1

from mobilenet_lab import published
from mobilenet_lab.published import rows
from mobilenet_lab.published.ratios import COLUMNS, TABLES, fulfils, ratios
from mobilenet_lab.published.reproduce import cells

ROWS = ratios()
BY_HAND = {  # the two printed figures, and what the sentence says
    ("v1", "MACs of a full convolution", "8"): (462, 52.3),
    ("v1", "MACs of a full convolution", "9"): (462, 52.3),
    ("v1", "parameters of VGG 16", "32"): (138, 4.2),
    ("v1", "MACs of VGG 16", "27"): (15300, 569),
    ("v1", "MACs of GoogleNet", "2.5"): (1550, 569),
    ("v1", "parameters of AlexNet", "45"): (60, 1.32),
    ("v1", "MACs of AlexNet", "9.4"): (720, 76),
    ("v1", "MACs of Squeezenet", "22"): (1700, 76),
    ("v2", "MACs of YOLOv2", "20"): (17.5, 0.8),
    ("v2", "parameters of YOLOv2", "10"): (50.7, 4.3),
    ("v2", "MACs of ResNet-101", "5.7"): (81.0, 14.25),
    ("v2", "MACs of ResNet-101", "4.9"): (4870.6, 941.9),
    ("v2", "MACs of MNet V1 over those of MNet V2, output stride 16", "2.5"): (14.25, 5.8),
    ("v2", "MACs of MNet V1 over those of MNet V2, output stride 8", "2.5"): (941.9, 387),
}
DIFFERENCES = {"separable": (71.7, 70.6), "thin": (68.4, 65.3)}
DIFFERENCES |= {"AlexNet": (60.2, 57.2), "Squeezenet": (60.2, 57.5)}
SOURCES = {"v1": "arXiv:1704.04861", "v2": "arXiv:1801.04381"}


def found(paper, start, value):
    own = ROWS[ROWS.source.str.startswith(SOURCES[paper]) & (ROWS.value == value)]
    return own[own.claim.str.startswith(start)].squeeze()


def test_a_row_a_claim():
    assert list(ROWS) == COLUMNS
    assert len(ROWS) == sum(len(published.records(table)) for table in TABLES) == 19
    assert len(BY_HAND) + len(DIFFERENCES) + 1 == 19
    assert not ROWS.duplicated(["claim", "value", "source"]).any()


@pytest.mark.parametrize("claim", BY_HAND, ids=" ".join)
def test_from_the_printed_figures(claim):
    first, second = BY_HAND[claim]
    assert found(*claim).from_print == round(first / second, 2)


@pytest.mark.parametrize("word", DIFFERENCES)
def test_points_of_accuracy_are_differences_and_not_counted(word):
    own = ROWS[ROWS.claim.str.contains(word) & (ROWS.unit == "points")]
    first, second = DIFFERENCES[word]
    assert own.from_print.item() == pytest.approx(first - second)
    assert own.counted.item() == "neither" and own.counts_agree.isna().all()


def test_what_the_tables_do_not_bear_out():
    wrong = ROWS[~ROWS.print_agrees]
    assert list(zip(wrong.value, wrong.from_print, strict=True)) == [
        *(("4", 3.0), ("4", 2.7)),  # points above AlexNet and Squeezenet
        *(("4.9", 5.17), ("2.5", 2.43)),  # both at output stride 8
    ]


def test_one_layer_in_both_ways_is_counted():
    full, separable = 14**2 * 9 * 512**2, 14**2 * (9 + 512) * 512
    own = ROWS[ROWS.claim.str.startswith("MACs of a full convolution")]
    assert set(own.counted) == {"both"} and own.counts_agree.all()
    assert set(own.from_counts) == {round(full / separable, 2)}


def test_what_is_not_counted_is_taken_from_the_print(monkeypatch):
    for key in list(rows.NETWORKS):
        if key[:2] in (("v1-8", "VGG 16"), ("v1-12", "Baseline")):
            monkeypatch.delitem(rows.NETWORKS, key)
    now = ratios().set_index("claim")
    large = now.loc["MACs of VGG 16 over those of MobileNet"]
    assert large.counted == "second"
    assert large.from_counts == round(15300e6 / macs(v1()), 2)
    small = now.loc["MACs of the smallest face network in those of the baseline"]
    assert small.counted == "first"
    assert small.from_counts == round(100 * macs(v1(128, 0.25), "classifier") / 1600e6, 2)


def test_what_our_counts_do_not_bear_out():
    """Counted alike, Squeezenet has half as many MACs as its table says."""
    row = ROWS[ROWS.claim.str.startswith("MACs of Squeezenet")].squeeze()
    assert row.counted == "both" and not row.counts_agree
    assert row.from_counts == pytest.approx(row.from_print / 2, rel=0.03)


def test_a_count_that_is_there_comes_into_the_ratio(monkeypatch):
    """Another network's count is looked up in the cells, wherever it comes from."""

    def network():
        return v1_trace

    v1_trace = next(cell for cell in cells("v1-4") if cell.row == "Conv MobileNet").network()
    monkeypatch.setitem(rows.NETWORKS, ("v1-8", "VGG 16"), {"": network})
    now = ratios().set_index("claim").loc["MACs of VGG 16 over those of MobileNet"]
    assert now.counted == "both"
    assert now.from_counts == round(macs(v1(full=True)) / macs(v1()), 2) == 8.56
    assert not now.counts_agree


@pytest.mark.parametrize(
    ("value", "bound", "number", "is_so"),
    [
        ("32", "about", "32.86", True),  # cut off
        ("27", "about", "26.89", True),  # rounded
        ("27", "about", "26.4", False),
        ("27", "about", "28", False),
        ("9.4", "about", "9.47", True),
        ("9.4", "about", "9.5", False),
        ("20", "about", "21.9", True),  # the zero is no digit
        ("20", "about", "30", False),
        ("20", "about", "14.9", False),
        ("2.0", "about", "2.11", False),  # this one is
        ("8", "at least", "8", True),
        ("8", "at least", "7.99", False),
        ("9", "at most", "9.01", False),
        ("2.5", "more than", "2.5", False),
        ("2.5", "more than", "2.51", True),
    ],
)
def test_fulfilling_a_claim(value, bound, number, is_so):
    assert fulfils(value, bound, Fraction(number)) is is_so


def test_claims_name_rows_that_there_are():
    for table in TABLES:
        for claim in published.records(table):
            own = published.records(claim["table"])
            labels = {cell.row for cell in cells(claim["table"])} | {
                next(iter(row.values())) for row in own
            }
            assert {claim["first"], claim["second"]} <= labels
            assert claim["bound"] in ("about", "at least", "at most", "more than")
            assert claim["unit"] in ("times", "points", "%")
    assert pd.api.types.is_bool_dtype(ROWS.print_agrees)
