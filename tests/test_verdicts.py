"""Readings of printed counts: each that fits by hand, how strong it is, and what stays open."""

from dataclasses import replace
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

import pytest
from by_hand import macs, normalised, v1, v2, weights
from hypothesis import given
from hypothesis import strategies as st

from mobilenet_lab import published, reproduce
from mobilenet_lab.published import claims, readings
from mobilenet_lab.published.readings import MOST, search
from mobilenet_lab.published.reproduce import causes, cells, judged, surprises
from mobilenet_lab.published.roundings import ROUNDINGS
from mobilenet_lab.published.rows import NETWORKS, REASONS, ours

ALL = reproduce()
KEY = ["table", "row", "quantity"]
CELLS = {tuple(cell[name] for name in KEY): cell for cell in ALL.to_dict("records")}
TEXT = {
    (cell.table, cell.row, cell.quantity): cell
    for name in published.tables()
    for cell in cells(name)
}
UNITS = {"1": 1, "%": 1, "kB": 1000, "million": 10**6, "billion": 10**9}
THEIRS = {key[:2] for key in NETWORKS} - {key[:2] for key in ours.NETWORKS}  # other networks


def of_verdict(verdict):
    return {key: cell for key, cell in CELLS.items() if cell["verdict"] == verdict}


def of_our_networks(verdict):
    """Of the networks of the two papers."""
    found = of_verdict(verdict).items()
    return {key: cell for key, cell in found if key[:2] not in THEIRS and "v3" not in key[0]}


def digits(cell, value, rounding, unit=None):
    """What a source prints for a value."""
    exact = Decimal(value) / UNITS[unit or cell.unit]
    if rounding == "figures":
        whole = str(int(exact))
        return whole[:2] + "0" * (len(whole) - 2)
    mode = ROUND_DOWN if rounding == "cut off" else ROUND_HALF_UP
    return str(exact.quantize(Decimal(1).scaleb(-len(cell.printed.partition(".")[2])), mode))


# What fits: each figure again, by hand


def without_first(size):
    return macs(v1(size, 0.75), "first_convolution")


def sixteen(size, alpha, *without):
    return macs(v1(size, alpha, first=16), *without)


CUT, ROUNDED = "cut off", "rounded"
FIRST, SIXTEEN = "first convolution left out", "16 filters in the first convolution"
ENDS = ("", "_quant")
READER = ((56, 32), (28, 64), (14, 160))
EXPANDED = 32 * 32 + 32  # weights and folded batch norm of the expansion that v2's block 1 lacks
V2_FOLDED = weights(v2()[0]) + 1000 + normalised(v2()[0])[0]

EXPLAINED = {  # the count that gives the digits, how it is rounded; the same of the others that fit
    ("keras-docstring", "1.0 MobileNet-160", "MACs"): [
        (macs(v1(160)), CUT),
        (macs(v1(160)), "figures"),
        (macs(v1(160), "classifier"), ROUNDED),
    ],
    ("openvino", "mobilenet-v2-pytorch", "parameters"): [
        (V2_FOLDED + 1281, ROUNDED),
        (V2_FOLDED + EXPANDED, ROUNDED),
    ],
    ("v1-4", "Conv MobileNet", "MACs"): [(macs(v1(full=True), "classifier"), ROUNDED)],
    ("v1-7", "1.0 MobileNet-160", "MACs"): [
        (macs(v1(160)), CUT),
        (macs(v1(160)), "figures"),
        (macs(v1(160), "classifier"), ROUNDED),
    ],
    ("v1-9", "0.50 MobileNet-160", "MACs"): [
        (macs(v1(160, 0.5)), CUT),
        (macs(v1(160, 0.5), "classifier"), ROUNDED),
    ],
    ("v1-10", "1.0 MobileNet-224", "MACs"): [
        (macs(v1(classes=1001)), ROUNDED),
        (macs(v1()), ROUNDED),
    ],
    ("v1-10", "1.0 MobileNet-192", "MACs"): [
        (macs(v1(192, classes=1001)), ROUNDED),
        (macs(v1(192)), ROUNDED),
    ],
    ("v1-12", "0.25 MobileNet-224", "MACs"): [(sixteen(224, 0.25, "classifier"), CUT)],
    ("v1-12", "0.25 MobileNet-128", "MACs"): [(sixteen(128, 0.25, "classifier"), ROUNDED)],
    ("v1-12", "0.5 MobileNet-128", "MACs"): [(macs(v1(128, 0.5), "classifier"), CUT)],
    ("v1-14", "0.75 MobileNet-128", "MACs"): [(macs(v1(160, 0.75), "classifier"), ROUNDED)],
    ("v1-14", "0.75 MobileNet-128 (2)", "MACs"): [
        (macs(v1(128, 0.75), "classifier") + 2 * normalised(v1(128, 0.75))[1], ROUNDED)
    ],
    ("v2-text", "smallest network", "parameters"): [(weights(v2(alpha=0.35)[0]) + 1000, ROUNDED)],
    ("v2-3-earlier", "MobileNetV2, size max", "memory"): [(56 * 56 * 32 * 2, "figures")],
    **{
        (table, f"MobileNetV2, size {size}x{size}", "memory"): [
            (size**2 * channels * 2, "figures"),
            *[(28 * 28 * 32 * 4, "figures")] * (size == 28),
        ]
        for table in ("v2-3", "v2-3-earlier")
        for size, channels in READER
    },
    **{
        ("v1-checkpoints", f"mobilenet_v1_0.75_{size}{end}", "MACs"): [
            (sixteen(size, 0.75), ROUNDED),
            (without_first(size), ROUNDED),
        ]
        for size in (224, 192, 160, 128)
        for end in ENDS
    },
    **{
        ("v1-checkpoints", f"mobilenet_v1_0.25_192{end}", "MACs"): [(sixteen(192, 0.25), ROUNDED)]
        for end in ENDS
    },
}
ODD_PRINT = {  # the others: not another count, but an odd way to print it
    ("v1-2", "Conv 3x3", "share of MACs"): "two digits swapped",
    ("v1-text", "PlaNet MobileNet", "MACs"): "unit should read billion",
    **{("v1-checkpoints", f"mobilenet_v1_0.50_224{end}", "MACs"): "rounded twice" for end in ENDS},
}


def test_every_cell_that_is_explained_is_checked_here():
    assert set(of_our_networks("explained")) == {*EXPLAINED, *ODD_PRINT}


@pytest.mark.parametrize("key", [key for key in of_verdict("explained") if key[:2] in THEIRS])
def test_what_fits_another_network_has_the_printed_digits(key):
    """The count that the explanation tells, rounded here; its networks are tested elsewhere."""
    cell, own = TEXT[key], CELLS[key]
    named, _, told = own["explanation"].rpartition(": ")
    names = (named or told).split(" + ")
    exact = Decimal(told.replace(",", "") if named else own["computed"]) / UNITS[cell.unit]
    if coarse := [name.rsplit(" ", 2)[1] for name in names if name.endswith("figures")]:
        place = len(str(int(exact))) - {"two": 2, "three": 3}[coarse[0]]
    else:
        place = -len(cell.printed.partition(".")[2])
    base = cell.rounding.startswith("cut") and "rounded" not in names
    mode = ROUND_DOWN if base or any(name.startswith("cut") for name in names) else ROUND_HALF_UP
    if cell.rounding.endswith("figures") and "cut off" not in names:
        place = max(place, len(str(int(exact))) - 2)
    assert exact.quantize(Decimal(1).scaleb(place), mode) == Decimal(cell.printed)


@pytest.mark.parametrize("key", EXPLAINED, ids=", ".join)
def test_what_fits_by_hand(key):
    (figure, _), *_ = EXPLAINED[key]
    for value, rounding in EXPLAINED[key]:
        assert digits(TEXT[key], value, rounding) == TEXT[key].printed
    found = CELLS[key]
    named, _, told = found["explanation"].rpartition(": ")
    if figure == found["computed"]:
        assert not named
    else:
        assert told == f"{figure:,}"
    also = found["also"].split("; ") if found["also"] else []
    assert len(also) == len(EXPLAINED[key]) - 1
    settled = search(TEXT[key]).fitting.values()
    assert sorted(cell.value for cell in settled) == sorted(value for value, _ in EXPLAINED[key])


def test_odd_prints_by_hand():
    for key, reading in ODD_PRINT.items():
        assert CELLS[key]["explanation"].partition(": ")[0] == reading
    share = 100 * 10_838_016 / 568_740_352
    assert f"{share:.2f}" == "1.91" and TEXT["v1-2", "Conv 3x3", "share of MACs"].printed == "1.19"
    planet = TEXT["v1-text", "PlaNet MobileNet", "MACs"]
    assert (planet.printed, planet.unit) == ("0.58", "million")
    assert digits(planet, macs(v1(classes=9766)), ROUNDED, "billion") == "0.58"
    half = CELLS["v1-checkpoints", "mobilenet_v1_0.50_224", "MACs"]
    assert half["also"] == "rounded to two figures" and half["computed"] == 149_497_088


def test_one_cause_for_the_thin_networks():
    """They fit the same first convolution, in two sources; eight of them another cause as well."""
    rows = ALL[ALL.explanation.str.startswith(SIXTEEN)]
    assert sorted(rows.printed) == sorted([*2 * (317, 233, 162, 104, 34), 45, 15])
    assert sorted(rows.printed[rows.also == FIRST]) == sorted(2 * [317, 233, 162, 104])
    assert SIXTEEN in causes() and FIRST not in causes()
    assert sixteen(224, 0.25, "classifier") == 45_992_576
    assert sixteen(128, 0.25, "classifier") == 15_017_984
    assert sixteen(192, 0.25) == 34_046_464
    assert [without_first(size) for size in (224, 192, 160, 128)] == [
        *(317_271_936, 233_301_504, 162_249_600, 104_116_224)
    ]


def test_misprints_come_last():
    at = [readings.is_misprint(name) for name in causes()]
    assert any(at) and at == sorted(at)


def test_two_readings_only_where_none_fits_alone():
    for key in of_verdict("explained"):
        lengths = {len(names) for names in search(TEXT[key]).fitting}
        assert len(lengths) == 1 and lengths <= set(range(1, MOST + 1))
    assert CELLS["v1-12", "0.25 MobileNet-224", "MACs"]["explanation"] == (
        f"{SIXTEEN} + cut off: 45,992,576"
    )


# How strong a fit is


@pytest.mark.parametrize(
    "key", [key for key, cell in of_verdict("explained").items() if cell["printed"] < 600]
)
def test_reach_is_how_many_of_the_figures_nearby_would_have_been_explained(key):
    cell = TEXT[key]
    length = len(next(iter(search(cell).fitting)))
    decimals = len(cell.printed.partition(".")[2])
    step = 100 if cell.printed.endswith("00") else 1
    own = int(cell.printed.replace(".", ""))
    nearby = [one for one in range(step, 2 * own, step) if 9 * own <= 10 * one <= 11 * own]
    explained = 0
    for one in nearby:
        other = replace(cell, printed=str(Decimal(one).scaleb(-decimals)))
        assert other.figure == one
        fitting = () if other.agrees() else search(other).fitting
        explained += other.agrees() or bool(fitting) and len(next(iter(fitting))) <= length
    assert CELLS[key]["reach"] == round(100 * explained / len(nearby))


def test_a_figure_of_two_digits_says_little_and_one_of_four_much():
    assert CELLS["v1-12", "0.25 MobileNet-224", "MACs"]["reach"] > 50
    assert CELLS["v1-4", "Conv MobileNet", "MACs"]["reach"] <= 2


def test_readings_tried_are_different():
    cell = TEXT["v1-7", "1.0 MobileNet-160", "MACs"]
    found = list(readings.combined(cell))
    assert len({names for _, names, _ in found}) == len(found) > 50
    alone = [names for length, names, _ in found if length == 1]
    assert CELLS["v1-7", "1.0 MobileNet-160", "MACs"]["tried"] == len(alone)
    assert ("1000 classes",) not in alone and ("1001 classes",) in alone
    assert all(read.value != cell.value or read.figures != cell.figures for *_, read in found)


# Roundings


@given(st.integers(1, 10**12), st.integers(0, 3))
def test_roundings_as_decimals_do_it(value, decimals):
    exact = Decimal(value) / 10**6
    place = Decimal(1).scaleb(-decimals)

    def printed(number):
        return (int(number.scaleb(decimals)),)

    assert ROUNDINGS["rounded"](value, 10**6, decimals) == printed(
        exact.quantize(place, ROUND_HALF_UP)
    )
    assert ROUNDINGS["cut off"](value, 10**6, decimals) == printed(
        exact.quantize(place, ROUND_DOWN)
    )
    finer = exact.quantize(place / 10, ROUND_HALF_UP)
    assert ROUNDINGS["rounded twice"](value, 10**6, decimals) == printed(
        finer.quantize(place, ROUND_HALF_UP)
    )


@pytest.mark.parametrize(
    ("rounding", "value", "decimals", "figures"),
    [
        ("cut off after two figures", 1_605_632, 0, {1600}),
        ("cut off after two figures", 2_560, 0, {2}),
        ("cut off after three figures", 15_346_630, 0, {15300}),
        ("rounded to two figures", 1_665_000, 0, {1700}),
        ("rounded to three figures", 15_350_000, 0, {15400}),
        ("two digits swapped", 1_910, 2, {119, 911}),
        ("two digits swapped", 850, 2, {805, 58}),
        ("two digits swapped", 11_000, 0, set()),
        ("rounded twice", 149_496, 0, {150}),
        ("rounded twice", 149_449, 0, {149}),
    ],
)
def test_roundings_of_thousands(rounding, value, decimals, figures):
    assert set(ROUNDINGS[rounding](value, 1000, decimals)) == figures


# What is contradicted, and what is open


def test_what_is_contradicted_by_its_own_authors():
    found = of_verdict("contradicted")
    assert set(found) == set(claims.CONTRADICTED)
    assert {
        (key[0], cell["printed"]): cell["explanation"].split()[4] for key, cell in found.items()
    } == {
        ("keras-docstring", 529): "569",
        ("v2-4", 575): "569",
        ("v2-4", 585): "582",
        ("v2-4", 6.9): "6.06",
        ("v2-text", 585): "582",
        ("v2-text", 6.9): "6.06",
        ("v2-text", 7): "11",
        ("v2-4-first", 575): "569",
    }


@pytest.mark.parametrize("key", claims.CONTRADICTED, ids=", ".join)
def test_the_other_figure_is_of_the_same_network_and_ours(key):
    table, row = claims.CONTRADICTED[key]
    other = table, row, key[-1]
    assert TEXT[key].network == TEXT[other].network is not None
    assert CELLS[other]["verdict"] in ("equal", "explained")
    printed = TEXT[other].printed
    assert CELLS[key]["explanation"] == f"the same authors print {printed} in {table}, {row}"


def test_what_is_unexplained_says_what_comes_nearest():
    found = of_our_networks("unexplained")
    assert {
        (table, cell["printed"]): cell["explanation"] for (table, *_), cell in found.items()
    } == {
        ("v1-14", 286): f"nearest: {FIRST}, 0.7 % less",
        ("v2-3", 199): "nearest: 32 bits a value, 0.9 % more",
        ("v2-3", 32): "nearest: our own count, 2.0 % less",
        ("v2-3-earlier", 199): "nearest: 32 bits a value, 0.9 % more",
        ("v2-3-earlier", 32): "nearest: our own count, 2.0 % less",
    }
    nearest = macs(v1(160), "classifier", "first_convolution")
    assert round(100 * (1 - nearest / 286e6), 1) == 0.7
    assert all(cell["tried"] >= 2 for cell in found.values())


def test_what_deviates_is_what_is_listed():
    assert surprises(ALL).empty
    for verdicts, listed in (
        (("explained",), claims.EXPLAINED),
        (("contradicted", "unexplained"), claims.OPEN),
    ):
        rows = ALL[ALL.verdict.isin(verdicts)]
        found = {table: set(map(float, own)) for table, own in rows.groupby("table").printed}
        assert found == {table: set(map(float, text.split())) for table, text in listed.items()}


@pytest.mark.parametrize("verdict", ["explained", "contradicted", "unexplained"])
def test_another_figure_is_a_surprise(verdict):
    frame = ALL.copy()
    row = frame.index[frame["verdict"] == verdict][0]
    frame.loc[row, "printed"] = 530
    assert surprises(frame).index.tolist() == [row]


def test_what_is_not_computed_has_a_reason():
    for key, cell in of_verdict("not computed").items():
        assert cell["explanation"] and cell["computed"] is None, key


# The files of rows


def test_rows_are_keyed_by_cells_that_are_printed():
    rows = {key[:2] for key in CELLS}
    for key in (*NETWORKS, *REASONS):
        assert key in (CELLS if len(key) == 3 else rows), key
    assert not set(NETWORKS) & set(REASONS)


def test_the_first_network_of_a_row_is_the_one_that_is_stated():
    for key, own in NETWORKS.items():
        assert next(iter(own)) == "" and all(list(own)[1:]), key


def test_a_row_may_differ_in_one_quantity(monkeypatch):
    other = {"": lambda: NETWORKS["v1-3", "Convolution"][""]()}
    monkeypatch.setitem(NETWORKS, ("v1-6", "1.0 MobileNet-224", "MACs"), other)
    monkeypatch.setitem(REASONS, ("v1-6", "0.75 MobileNet-224", "MACs"), "it is not said")
    found = {(cell.row, cell.quantity): judged(cell) for cell in cells("v1-6")}
    assert found["1.0 MobileNet-224", "MACs"].verdict != "equal"
    assert found["1.0 MobileNet-224", "parameters"].verdict == "equal"
    assert found["0.75 MobileNet-224", "MACs"].explanation == "it is not said"
    assert found["0.75 MobileNet-224", "parameters"].verdict == "equal"


def test_another_network_that_may_be_meant_is_a_reading(monkeypatch):
    """The shallow network in the place of the whole one, which a source might leave open."""
    both = {"": NETWORKS["v1-4", "Conv MobileNet"][""], "the shallow one": shallow}
    monkeypatch.setitem(NETWORKS, ("v1-5", "Shallow MobileNet"), both)
    found = {cell.quantity: judged(cell) for cell in cells("v1-5") if "Shallow" in cell.row}
    for own in found.values():
        assert own.verdict == "explained" and own.explanation.startswith("the shallow one: ")


shallow = NETWORKS["v1-5", "Shallow MobileNet"][""]
