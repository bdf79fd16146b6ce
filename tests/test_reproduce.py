"""Every printed count, recomputed; each verdict and explanation checked by other arithmetic."""

import io
import re
import subprocess
import sys
from dataclasses import replace
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from pathlib import Path

import pandas as pd
import pytest
from by_hand import SHALLOW, macs, normalised, v1, v2, weights
from optional import keras

import mobilenet_lab as lab
from mobilenet_lab import Design, cost, mobilenet_v1, published, reproduce
from mobilenet_lab.__main__ import main
from mobilenet_lab.layers import FeatureMap
from mobilenet_lab.published import readings
from mobilenet_lab.published.reproduce import (
    COLUMNS,
    QUANTITIES,
    cells,
    judged,
    quoted,
    surprises,
)

ALL = reproduce()
PRINTED = {name: published.table(name, as_printed=True) for name in published.tables()}

# table: equal, explained, contradicted, unexplained, not computed
VERDICTS = {
    "d-li14": (22, 0, 0, 0, 0),
    "keras": (4, 0, 0, 0, 0),
    "keras-docstring": (14, 1, 1, 0, 0),
    "keras-docstring-v3": (6, 4, 0, 2, 0),
    "keras-evaluation": (20, 0, 0, 0, 0),
    "mmpretrain": (2, 0, 0, 0, 0),
    "openvino": (15, 1, 0, 0, 0),
    "paddle": (20, 0, 0, 0, 0),
    "timm": (22, 0, 0, 0, 0),
    "torchvision": (4, 0, 0, 0, 0),
    "v1-2": (7, 1, 0, 0, 0),
    "v1-3": (8, 0, 0, 0, 0),
    "v1-4": (3, 1, 0, 0, 0),
    "v1-5": (4, 0, 0, 0, 0),
    "v1-6": (8, 0, 0, 0, 0),
    "v1-7": (7, 1, 0, 0, 0),
    "v1-8": (3, 1, 0, 2, 0),
    "v1-9": (1, 5, 0, 0, 0),
    "v1-10": (6, 2, 0, 2, 0),
    "v1-12": (9, 3, 0, 0, 2),
    "v1-13": (9, 8, 0, 1, 0),
    "v1-14": (1, 4, 0, 1, 4),
    "v1-checkpoints": (52, 12, 0, 0, 0),
    "v1-text": (5, 3, 0, 0, 2),
    "v2-3": (11, 6, 0, 4, 0),
    "v2-3-earlier": (8, 6, 0, 4, 0),
    "v2-4": (6, 3, 3, 0, 0),
    "v2-4-first": (0, 2, 1, 0, 0),
    "v2-5": (3, 1, 0, 0, 0),
    "v2-6": (5, 1, 0, 4, 0),
    "v2-7": (8, 3, 0, 5, 0),
    "v2-checkpoints": (44, 0, 0, 0, 0),
    "v2-text": (2, 1, 3, 0, 0),
    "v3-checkpoints": (9, 6, 0, 3, 0),
}
NO_COUNTS = {
    *("v1-1", "v1-11", "v1-figures-4-5", "v1-ratios", "v1-training"),
    *("v2-1", "v2-2", "v2-2-first", "v2-figure-5", "v2-figure-6", "v2-ratios", "v2-training"),
    *("gluon", "mlperf", "mnasnet-6", "st", "tensorflow-int8"),
}
NAMES = ("equal", "explained", "contradicted", "unexplained", "not computed")


def keyed(frame):
    """(table, row, quantity) -> the row's record."""
    records = frame.to_dict("records")
    return {(cell["table"], cell["row"], cell["quantity"]): cell for cell in records}


CELLS = keyed(ALL)

# The frame


def test_verdicts_of_every_table():
    found = ALL.groupby(["table", "verdict"]).size()
    counts = {
        table: tuple(int(found.get((table, name), 0)) for name in NAMES)
        for table in ALL["table"].unique()
    }
    assert counts == VERDICTS
    assert set(published.tables()) - set(counts) == NO_COUNTS
    sums = [sum(column) for column in zip(*VERDICTS.values(), strict=True)]
    assert sums == [348, 76, 8, 28, 8]


GROUPS = {
    "v1 paper": lambda table: table.startswith("v1-") and table != "v1-checkpoints",
    "v2 paper": lambda table: table.startswith("v2-") and table != "v2-checkpoints",
    "released checkpoints": lambda table: table.endswith("checkpoints"),
    "Keras and other libraries": lambda table: not table.startswith("v"),
    "all": lambda table: True,
}


def test_the_page_says_the_same():
    text = (Path(__file__).parents[1] / "docs" / "reproduction.md").read_text(encoding="utf-8")
    for name, belongs in GROUPS.items():
        rows = [counts for table, counts in VERDICTS.items() if belongs(table)]
        sums = [sum(column) for column in zip(*rows, strict=True)]
        assert f"| {name} | {' | '.join(map(str, sums))} |" in text
    words = " ".join(text.split())
    explained, open_ = (ALL[ALL["verdict"] == name] for name in ("explained", "unexplained"))
    several = (explained["also"] != "").sum()
    assert f"For {several} of the {len(explained)}, another reading fits as well" in words
    for figure in ALL[ALL["verdict"] == "contradicted"]["printed"]:
        assert re.search(rf"Contradicted.*\b{re.escape(str(figure))}\b.*unexplained\*", words)
    assert f"the {len(open_)} that are left" in words


def test_the_front_page_says_the_same():
    text = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    equal, explained, contradicted, unexplained, missing = (
        sum(column) for column in zip(*VERDICTS.values(), strict=True)
    )
    said = (
        f"[all {len(ALL)} printed counts](docs/reproduction.md), with our own beside "
        f"{len(ALL) - missing} of them. "
        f"{equal} are equal, {explained} fit another reading, {contradicted} are contradicted by "
        f"their own authors, {unexplained} are unexplained and {missing} not computed"
    )
    assert said in text


def test_one_row_a_printed_count():
    for name, table in PRINTED.items():
        printed = [
            cell
            for row in table.to_dict("records")
            for column, cell in row.items()
            if column in QUANTITIES and cell
        ]
        rows = ALL[ALL["table"] == name]
        assert rows["printed"].tolist() == [
            float(text) if "." in text else int(text) for text in printed
        ]
    assert len(CELLS) == len(ALL) == 468


def test_numbers_are_bare_and_the_rest_is_text():
    assert list(ALL) == COLUMNS == list(reproduce("v1-13"))
    for cell in ALL.to_dict("records"):
        assert type(cell["printed"]) in (int, float)
        share = cell["quantity"].startswith("share")
        kinds = (type(None),) if cell["verdict"] == "not computed" else (float if share else int,)
        assert isinstance(cell["computed"], kinds)
        assert bool(cell["convention"]) == bool(cell["rounding"]) == (cell["computed"] is not None)
        assert bool(cell["explanation"]) == (cell["verdict"] != "equal")
        assert all(isinstance(cell[name], str) for name in COLUMNS if name not in NUMBERS)
        assert (type(cell["tried"]) is int) == (cell["verdict"] not in ("equal", "not computed"))
        assert (type(cell["reach"]) is int) == (cell["verdict"] == "explained")
        assert not cell["also"] or cell["verdict"] == "explained"


NUMBERS = ("printed", "computed", "reach", "tried")


def test_one_table_is_its_part_of_all():
    for name in VERDICTS:
        part = ALL[ALL["table"] == name].reset_index(drop=True)
        pd.testing.assert_frame_equal(reproduce(name), part)


@pytest.mark.parametrize("name", ["v9", "", 6, "V1-6", ["v1-6"], "x" * 999])
def test_unknown_table_is_refused_in_one_line(name, refused):
    refused(lambda: reproduce(name), repr(name)[:40])


@pytest.mark.parametrize("name", sorted(NO_COUNTS))
def test_a_table_without_counts_is_refused_and_says_what_it_prints(capsys, refused, name):
    assert name in published.tables()
    columns = [own for own in published.table(name) if own not in ("series", "source")]
    refused(lambda: reproduce(name), f"table='{name}'", "prints counts", ", ".join(columns))
    status, out, err = run(capsys, "--table", name)
    assert (status, out) == (2, "") and err.startswith(f"error: table='{name}'")


# Verdicts follow from printed digits, computed counts and roundings

UNITS = {"1": 1, "%": 1, "kB": 1000, "million": 10**6, "billion": 10**9}


def as_printed(value, like, mode):
    """An exact value in the digits of a printed text."""
    return str(value.quantize(Decimal(1).scaleb(-len(like.partition(".")[2])), mode))


def digits(cell, value, rounding, unit=None):
    """What a source prints for a value."""
    exact = Decimal(str(value)) / UNITS[unit or cell.unit]
    if rounding == "cut off after two figures":
        whole = str(int(exact))
        return whole[:2] + "0" * (len(whole) - 2)
    mode = ROUND_DOWN if rounding == "cut off" else ROUND_HALF_UP
    return as_printed(exact, cell.printed, mode)


EVERY = [cell for name in published.tables() for cell in cells(name)]


def of(cell):
    return CELLS[cell.table, cell.row, cell.quantity]


def test_equal_cells_have_the_printed_digits_and_no_others_do():
    for cell in EVERY:
        row = of(cell)
        if row["computed"] is not None:
            same = digits(cell, row["computed"], row["rounding"]) == cell.printed
            assert same == (row["verdict"] == "equal"), cell


def test_another_digit_is_not_equal_and_is_noticed():
    turned = []
    for cell in EVERY:
        if of(cell)["verdict"] == "equal":
            changed = cell.printed[:-1] + str((int(cell.printed[-1]) + 5) % 10)
            verdict = judged(replace(cell, printed=changed)).verdict
            assert verdict in ("explained", "unexplained"), cell
            turned.append((cell.table, float(changed), verdict))
    frame = pd.DataFrame(turned, columns=["table", "printed", "verdict"])
    assert len(frame) == len(surprises(frame)) == 348


# Each computed count again, by hand


def design_of(cell):
    design = cell.network
    return (design.resolution, design.alpha, design.classes)


def by_hand(cell):
    """The layers of a cell whose network is a design of v1 or v2."""
    return v1(*design_of(cell)) if cell.network.family == "v1" else v2(*design_of(cell))[0]


PER_CHANNEL = {"v1-checkpoints": 3, "keras": 4, "keras-evaluation": 4, "openvino": 1}
PER_CHANNEL |= dict.fromkeys(("torchvision", "timm", "d-li14", "mmpretrain"), 2)
WITHOUT_BIAS = ("v1-", "keras-docstring")


def expected(cell):
    """What the cell's source counts, for a whole network of ours."""
    layers = by_hand(cell)
    channels, values = normalised(layers)
    body = ("classifier",) if cell.table in ("v1-12", "v1-14") else ()
    if cell.quantity == "MACs":
        norms = {"timm": 2 * values, "d-li14": channels}
        return macs(layers, *body) + norms.get(cell.table, 0)
    bias = cell.network.classes * (
        cell.table == "v1-checkpoints" or not cell.table.startswith(WITHOUT_BIAS)
    )
    return weights(layers, *body) + bias + PER_CHANNEL.get(cell.table, 0) * channels


def test_every_design_by_hand():
    checked = 0
    for cell in EVERY:
        own = isinstance(cell.network, Design) and cell.network.family in ("v1", "v2")
        own = own and cell.table != "paddle"  # in test_other_lists.py
        if own and cell.quantity in ("MACs", "parameters"):
            computed = of(cell)["computed"]
            if computed is not None:
                assert computed == expected(cell), cell
                checked += 1
    assert checked == 246  # all computed cells but shares, memory, FLOPs, Paddle's and `NETWORKS`


GOLDEN = {  # table, row, quantity: as found by others
    ("v1-4", "MobileNet", "MACs"): 568_740_352,
    ("v1-4", "MobileNet", "parameters"): 4_209_088,
    ("v1-4", "Conv MobileNet", "MACs"): 4_867_293_184,
    ("v1-5", "0.75 MobileNet", "parameters"): 2_568_144,
    ("v1-checkpoints", "mobilenet_v1_0.50_224", "MACs"): 149_497_088,
    ("keras", "MobileNet", "parameters"): 4_253_864,
    ("keras", "MobileNetV2", "parameters"): 3_538_984,
    ("torchvision", "mobilenet_v2 IMAGENET1K_V1", "parameters"): 3_504_872,
    ("v2-checkpoints", "mobilenet_v2_0.35_96", "MACs"): 11_934_128,
    ("v2-checkpoints", "mobilenet_v2_0.35_96", "parameters"): 1_663_048,
    ("v2-4", "MobileNetV2 (1.4)", "MACs"): 582_195_824,
    ("v2-4", "MobileNetV2 (1.4)", "parameters"): 6_060_840,
    ("v1-2", "Conv 1x1", "share of MACs"): 94.86,
    ("v1-2", "Conv 3x3", "share of MACs"): 1.91,
    ("v1-2", "Fully Connected", "share of parameters"): 24.33,
    ("v1-text", "1x1 convolutions", "share of parameters"): 74.59,
    ("v2-3", "MobileNetV1, size 7x7", "memory"): 100_352,
    ("v2-3", "MobileNetV2, size 14x14", "memory"): 37_632,
    ("v2-3", "MobileNetV2, size 1x1", "memory"): 2_560,
    ("v2-3-earlier", "MobileNetV1, size max", "memory"): 802_816,
}


@pytest.mark.parametrize("key", GOLDEN, ids=", ".join)
def test_golden_numbers(key):
    assert CELLS[key]["computed"] == GOLDEN[key]


def computed(table, row):
    return tuple(CELLS[table, row, quantity]["computed"] for quantity in ("MACs", "parameters"))


def test_networks_that_are_no_design():
    full, shallow = v1(full=True), v1(blocks=SHALLOW)
    assert computed("v1-4", "Conv MobileNet") == (macs(full), weights(full))
    assert computed("v1-5", "Shallow MobileNet") == (macs(shallow), weights(shallow))
    planet = v1(classes=9766)  # 10 million weights: the closest to it with 1024 inputs
    assert computed("v1-text", "PlaNet MobileNet") == (macs(planet), weights(planet))
    body = CELLS["v1-text", "PlaNet MobileNet body", "parameters"]["computed"]
    assert body == weights(v1(), "classifier")


def test_v1_table_3_is_one_layer():
    for row, size, channels, taps in (
        ("Convolution", 14, 512, 9 * 512),
        ("Depthwise Separable Conv", 14, 512, 9 + 512),
        ("alpha=0.75", 14, 384, 9 + 384),
        ("rho=0.714", 10, 384, 9 + 384),
    ):
        assert computed("v1-3", row) == (size * size * taps * channels, taps * channels)


def test_shares_add_up_and_the_misprinted_one_is_what_is_missing():
    for quantity, parts in (("share of MACs", macs), ("share of parameters", weights)):
        rows = ALL[(ALL["table"] == "v1-2") & (ALL["quantity"] == quantity)]
        assert sum(rows["computed"]) == pytest.approx(100, abs=0.02)
        layers = v1()
        for row, kind in zip(
            rows["computed"],
            ("pointwise", "depthwise", "first_convolution", "classifier"),
            strict=True,
        ):
            own = [layer for layer in layers if layer.part == kind]
            assert row == pytest.approx(100 * parts(own) / parts(layers), abs=0.005)
    printed = ALL.query("table == 'v1-2' and quantity == 'share of MACs'")["printed"]
    assert sum(printed) == pytest.approx(99.29)
    assert sum(printed) - 1.19 + 1.91 == pytest.approx(100.01)


def test_memory_is_that_of_the_largest_map():
    maps = {112: (64, 16), 56: (128, 24), 28: (256, 32), 14: (512, 96), 7: (1024, 320)}
    maps[1] = (1024, 1280)
    for size, channels in maps.items():
        for network, own in zip(("MobileNetV1", "MobileNetV2"), channels, strict=True):
            row = CELLS["v2-3", f"{network}, size {size}x{size}", "memory"]
            assert row["computed"] == size * size * own * 2
    assert CELLS["v2-3", "MobileNetV2, size max", "memory"]["computed"] == 112 * 112 * 16 * 2


def test_quoted_figures_of_mobilenet_v2():
    rows = quoted(Design("v2"))
    figures = {
        quantity: set(zip(part["printed"], part["unit"], strict=True))
        for quantity, part in rows.groupby("quantity")
    }
    millions = {(300, "million"), (300.79, "million")}
    assert figures["MACs"] == millions | {(0.301, "billion"), (0.31, "billion")}
    assert {value for value, _ in figures["FLOPs"]} == {0.615, 0.319, 0.6}
    millions = {value for value, unit in figures["parameters"] if unit == "million"}
    assert millions == {3.4, 3.44, 3.47, 3.489, 3.5, 3.504}
    assert {value for value, unit in figures["parameters"] if unit == "1"} == {3504872, 3538984}
    assert set(rows["verdict"]) == {"equal", "explained", "unexplained"}
    assert quoted(Design("v2", 0.77)).empty and list(quoted(Design("v2", 0.77))) == COLUMNS


# The command line


@pytest.fixture
def tampered(monkeypatch):
    """Change one printed cell of a table."""

    def change(name, row, column, text):
        original = published.records

        def records(asked):
            rows = original(asked)
            if asked == name:
                rows[row][column] = text
            return rows

        monkeypatch.setattr(published, "records", records)

    return change


def run(capsys, *arguments):
    status = main(["reproduce", *arguments])
    return status, *capsys.readouterr()


def test_csv_holds_nothing_else(capsys):
    status, out, err = run(capsys, "--format", "csv")
    assert (status, err) == (0, "")
    read = pd.read_csv(io.StringIO(out))
    assert list(read) == COLUMNS and len(read) == 468
    for column in ("printed", "computed"):
        assert read[column].dtype == float
        own = ALL[column].astype(float)
        pd.testing.assert_series_equal(read[column], own, check_dtype=False)
    assert "568740352" in out


def test_text_ends_with_the_verdicts(capsys):
    status, out, err = run(capsys)
    assert (status, err) == (0, "")
    assert out.splitlines()[-1] == (
        "468 cells: 348 equal, 76 explained, 8 contradicted, 28 unexplained, 8 not computed"
    )
    assert out.isascii() and max(map(len, out.splitlines())) < 150
    status, out, _ = run(capsys, "--table", "v1-7")
    assert status == 0 and out.splitlines()[0] == "v1-7" and len(out.splitlines()) == 11


def test_markdown_and_latex_have_every_cell(capsys):
    rows = len(reproduce("v1-12"))
    lines = run(capsys, "--table", "v1-12", "--format", "markdown")[1].splitlines()
    assert len(lines) == rows + 2 and {line.count("|") for line in lines} == {14}
    out = run(capsys, "--table", "v1-checkpoints", "--format", "latex")[1]
    assert out.startswith(r"\begin{tabular}{llllrrlllllrr}") and out.endswith("\\end{tabular}\n")
    body = [line for line in out.splitlines() if line.endswith(r"\\")]
    assert len(body) == 64 + 1 and all(line.count("&") == 12 for line in body)
    assert r"mobilenet\_v1\_1.0\_224" in out
    shares = run(capsys, "--table", "v1-2", "--format", "latex")[1]
    assert all("%" not in line.replace(r"\%", "") for line in shares.splitlines())


def test_unknown_table_is_an_error_in_one_line(capsys):
    status, out, err = run(capsys, "--table", "v3-1")
    assert (status, out) == (2, "") and err.startswith("error: table='v3-1'")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "row", "column", "text"),
    [
        ("v1-6", 0, "macs_million", "568"),  # equal before
        ("v1-4", 0, "macs_million", "4868"),  # explained before
        ("v2-4", 0, "macs_million", "576"),  # known to be open, at another figure
        ("v2-3", 0, "memory_kb", "1605"),
        ("v1-2", 1, "params_percent", "1.07"),
    ],
)
def test_a_tampered_figure_fails(capsys, tampered, name, row, column, text):
    tampered(name, row, column, text)
    status, out, err = run(capsys, "--table", name, "--format", "csv")
    assert status == 1 and len(pd.read_csv(io.StringIO(out))) == len(reproduce(name))
    assert err.count("\n") == 1 and f"printed {text}" in err and name in err


def test_a_figure_that_has_been_corrected_does_not_fail(capsys, tampered):
    tampered("v1-4", 0, "macs_million", "4867")
    status, out, _ = run(capsys, "--table", "v1-4")
    assert status == 0 and "4 equal" in out


def test_an_explanation_that_fails_is_no_explanation(capsys, monkeypatch):
    readings.search.cache_clear()
    monkeypatch.setattr(readings, "MOST", 0)
    found = reproduce("v1-4")["verdict"].tolist()[0], run(capsys, "--table", "v1-4")[0]
    readings.search.cache_clear()
    assert found == ("unexplained", 1)


@pytest.mark.parametrize("format", ["text", "csv", "markdown", "latex"])
def test_a_cp1252_console_can_show_it(format):
    command = [sys.executable, "-X", "utf8=0", "-m", "mobilenet_lab", "reproduce"]
    done = subprocess.run([*command, "--format", format], capture_output=True, env=CP1252)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"?" not in done.stdout and done.stdout.decode("cp1252")


CP1252 = {"PYTHONIOENCODING": "cp1252", "PYTHONPATH": sys.path[0], "PATH": ""}

WITHOUT_TENSORFLOW = """
import sys
import mobilenet_lab
assert len(mobilenet_lab.reproduce()) == 468
print([name for name in ("tensorflow", "keras", "ipywidgets") if name in sys.modules])
"""


def test_reproducing_needs_no_tensorflow():
    command = [sys.executable, "-c", WITHOUT_TENSORFLOW]
    done = subprocess.run(command, capture_output=True, check=True, encoding="utf-8")
    assert done.stdout.strip() == "[]"


def test_it_is_exported():
    assert lab.reproduce is reproduce and "reproduce" in lab.__all__


# The full-convolution and the shallow network, layer by layer, in Keras

OTHERS = {
    "Conv MobileNet": {"block": mobilenet_v1.full_block},
    "Shallow MobileNet": {"rows": ((128, 2), (256, 2), (512, 1), (1024, 2))},
}


@pytest.mark.keras
@pytest.mark.parametrize("row", OTHERS)
def test_other_networks_agree_with_keras_layer_by_layer(row):
    arguments = OTHERS[row]
    stem = {name: value for name, value in arguments.items() if name == "block"}

    def network(x):
        x = mobilenet_v1.learner(mobilenet_v1.stem(x, 1.0, **stem), 1.0, **arguments)
        return mobilenet_v1.classifier(x, 1.0, 0.001, 1000)

    image = keras.Input((224, 224, 3))
    model = keras.Model(image, network(image))
    traced = network(FeatureMap(224, 224, 3)).layers
    assert [facts(layer) for layer in model.layers[1:]] == [
        (
            layer.name,
            layer.kind,
            layer.shape_out,
            layer.params,
            layer.macs if layer.kernels else 0,
        )
        for layer in traced
    ]
    with_kernel = [layer for layer in model.layers if hasattr(layer, "kernel")]
    kernels = sum(int(keras.ops.size(layer.kernel)) for layer in with_kernel)
    assert computed("v1-4" if "Conv" in row else "v1-5", row) == (
        sum(facts(layer)[-1] for layer in model.layers[1:]),
        kernels,
    )
    assert model.count_params() == sum(layer.params for layer in traced)


def facts(layer):
    """(name, kind, output shape, variables, MACs) of a Keras layer."""
    shape = layer.output.shape[1:]
    kernel = getattr(layer, "kernel", None)
    positions = shape[0] * shape[1] if len(shape) == 3 else 1
    done = 0 if kernel is None else int(keras.ops.size(kernel)) * positions
    return layer.name, type(layer).__name__, tuple(shape), layer.count_params(), done


def test_the_full_convolution_network_is_the_reference_for_the_saving():
    full, separable = computed("v1-4", "Conv MobileNet"), computed("v1-4", "MobileNet")
    assert full[0] / separable[0] == pytest.approx(8.56, abs=0.01)
    assert separable[0] == cost(Design("v1")).macs
