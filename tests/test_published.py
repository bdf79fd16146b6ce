"""The published tables: every digit carried over, and our own count beside the printed one."""

import re
from decimal import Decimal
from types import SimpleNamespace

import pandas as pd
import pytest

from mobilenet_lab import Design, cost, layer_table, published, trace
from mobilenet_lab.costs.conventions import CONVENTIONS
from mobilenet_lab.published import cuts_to, rounds_to

ROWS = {
    "d-li14": 11,  # the full network is in both of its tables
    "gluon": 10,
    "keras": 4,  # two networks in two editions of the documentation
    "keras-docstring": 8,  # two tables of four
    "keras-evaluation": 10,
    "mlperf": 6,
    "mmpretrain": 1,
    "mnasnet-6": 5,
    "openvino": 8,
    "paddle": 10,
    "st": 12,
    "tensorflow-int8": 17,
    "timm": 11,
    "torchvision": 2,
    "v1-1": 22,
    "v1-2": 4,
    "v1-3": 4,
    "v1-4": 2,
    "v1-5": 2,
    "v1-6": 4,
    "v1-7": 4,
    "v1-8": 3,
    "v1-9": 3,
    "v1-10": 5,
    "v1-11": 5,
    "v1-12": 7,
    "v1-13": 9,
    "v1-14": 5,
    "v1-checkpoints": 32,
    "v1-figures-4-5": 16,
    "v1-ratios": 13,
    "v1-text": 6,
    "v1-training": 5,
    "v2-1": 3,
    "v2-2": 11,
    "v2-2-first": 2,
    "v2-3": 21,
    "v2-3-earlier": 21,
    "v2-4": 6,
    "v2-4-first": 4,
    "v2-5": 2,
    "v2-6": 5,
    "v2-7": 8,
    "v2-checkpoints": 22,
    "v2-figure-5": 22,
    "v2-figure-6": 5,
    "v2-ratios": 6,
    "v2-text": 3,
    "v2-training": 8,
    "v3-checkpoints": 9,
    "keras-docstring-v3": 6,
}

V1, V2 = "arXiv:1704.04861", "arXiv:1801.04381"
V1_LIST = "tensorflow/models research/slim/nets/mobilenet_v1.md@465354df8f96"
V2_LIST = "tensorflow/models research/slim/nets/mobilenet/README.md@451906e4e82f"
ZOO = "openvinotoolkit/open_model_zoo models/public"

SOURCES = {
    **{f"v1-{number}": ("paper", f"{V1} Table {number}") for number in range(1, 15)},
    **{f"v2-{number}": ("paper", f"{V2} Table {number}") for number in range(1, 8)},
    "v1-text": ("paper", f"{V1} Section 3.2", f"{V1} Section 4.4", f"{V1} Section 4.5"),
    "v2-text": ("paper", f"{V2} Section 4"),
    "v2-2-first": ("paper, first version", f"{V2}v1 Table 2"),
    "v2-3-earlier": ("paper, earlier text", f"{V2} Table 3"),
    "v2-4-first": ("paper, first version", f"{V2}v1 Table 4"),
    "v1-ratios": ("paper", *(f"{V1} Section {number}" for number in (3.1, 4.1, 4.2, 4.5))),
    "v2-ratios": ("paper", f"{V2} Section 6.2", f"{V2} Section 6.3"),
    "v1-training": ("paper", f"{V1} Section 3.2"),
    "v2-training": ("paper", f"{V2} Section 6.1"),
    "v2-figure-6": ("paper", f"{V2} Figure 6", f"{V2} Figure 6; Section 3.2"),
    "v1-figures-4-5": (
        "paper",
        f"{V1} Figures 4 and 5; tensorflow/models slim/nets/mobilenet_v1.md@5eab06018c51",
    ),
    "v2-figure-5": ("paper", f"{V2} Figure 5; {V2_LIST}"),
    "v1-checkpoints": ("checkpoint", V1_LIST),
    "v2-checkpoints": ("checkpoint", V2_LIST),
    "v3-checkpoints": ("checkpoint", V2_LIST),
    "keras-docstring-v3": (
        "keras docstring",
        "keras-team/keras keras/src/applications/mobilenet_v3.py@3422977a5e38",
    ),
    "keras-evaluation": ("keras", "keras-team/keras-applications README.md@05ff4705388b"),
    "keras": (
        "keras documentation",
        "keras-team/keras docs/templates/applications.md@1a3ee8441933",
        "keras-team/keras-io templates/api/applications/index.md@e7be306b7cad",
    ),
    "keras-docstring": (
        "keras docstring",
        "keras-team/keras keras/applications/mobilenet.py@cbbe8eb53001",
    ),
    "d-li14": ("d-li14", "d-li14/mobilenetv2.pytorch README.md@231a84425dd8"),
    "gluon": ("gluon", "dmlc/gluon-cv docs/model_zoo/classification.rst@00876ca77aa9"),
    "paddle": ("paddle", "PaddlePaddle/PaddleX docs/appendix/model_zoo.md@aabf03c40343"),
    "mlperf": (
        "mlperf",
        "mlcommons/inference vision/classification_and_detection/README.md@10f986c0bda1",
    ),
    "mmpretrain": (
        "mmpretrain",
        "open-mmlab/mmpretrain configs/mobilenet_v2/README.md@02b0425d7ac0",
    ),
    "mnasnet-6": ("mnasnet", "arXiv:1807.11626 Table 6"),
    "tensorflow-int8": (
        "tensorflow int8",
        "tensorflow/tensorflow tensorflow/contrib/quantize/README.md@8e17004f0bea",
    ),
    "torchvision": ("torchvision", "pytorch/vision torchvision/models/mobilenetv2.py"),
    "timm": (
        "timm",
        "huggingface/pytorch-image-models results/results-imagenet.csv@aa4b5850c154; "
        "results/benchmark-infer-amp-nhwc-pt240-cu124-rtx4090.csv@7479d451a6df",
    ),
    "st": (
        "st",
        "STMicroelectronics/stm32ai-modelzoo image_classification/mobilenetv1/"
        "README.md@6f10965e6a40",
        "STMicroelectronics/stm32ai-modelzoo image_classification/mobilenetv2/"
        "README.md@6f10965e6a40",
    ),
    "openvino": (
        "openvino",
        f"{ZOO}/mobilenet-v1-0.25-128/README.md@1328eea41695",
        f"{ZOO}/mobilenet-v1-0.50-160/README.md@082858aaa643",
        f"{ZOO}/mobilenet-v1-0.50-224/README.md@082858aaa643",
        f"{ZOO}/mobilenet-v1-1.0-224/README.md@324b4ccbb235",
        f"{ZOO}/mobilenet-v1-1.0-224-tf/README.md@082858aaa643",
        f"{ZOO}/mobilenet-v2-1.0-224/README.md@305251096830",
        f"{ZOO}/mobilenet-v2-1.4-224/README.md@1328eea41695",
        f"{ZOO}/mobilenet-v2-pytorch/README.md@485172ce4eee",
    ),
}

# Sums of the printed columns, added up from the sources: any altered digit shows.
SUMS = {
    "d-li14": {
        "macs_million": "1548.05",
        "params_million": "30.180",
        "top1": "696.284",
        "top5": "919.720",
    },
    "gluon": {"top1": "665.01", "top5": "865.47"},
    "keras-evaluation": {
        "params_million": "30.2",
        "body_params_million": "19.0",
        "top1_error": "329.232",
        "top5_error": "128.482",
        "top1": "670.768",
        "top5": "871.518",
    },
    "mlperf": {"top1": "427.384"},
    "mmpretrain": {
        "flops_billion": "0.319",
        "params_million": "3.5",
        "top1": "71.86",
        "top5": "90.42",
    },
    "mnasnet-6": {"expansion": "18", "kernel": "16", "top1": "370.0", "phone_ms": "481"},
    "paddle": {
        "flops_billion": "6.90",
        "params_million": "35.85",
        "size_mb": "140.0",
        "top1": "664.32",
        "top5": "864.25",
    },
    "tensorflow-int8": {"float32_top1": "1033.8", "top1": "1011.2"},
    "v1-ratios": {"value": "167.9"},
    "v1-training": {},
    "v2-2-first": {"c": "160", "s": "3"},
    "v2-4-first": {"macs_million": "575", "params_million": "7.3", "top1": "211.6"},
    "v2-figure-6": {
        "steps_million_from": "0",
        "steps_million_to": "35",
        "axis_top1_from": "330",
        "axis_top1_to": "360",
    },
    "v2-ratios": {"value": "45.6"},
    "v2-training": {},
    "keras": {
        "params": "7792848",
        "params_million": "7.8",
        "size_mb": "60",
        "depth": "336",
        "top1": "283.4",
        "top5": "359.2",
        "cpu_ms": "48.5",
        "gpu_ms": "7.2",
    },
    "keras-docstring": {"macs_million": "2507", "params_million": "25.4", "top1": "524.6"},
    "openvino": {
        "flops_billion": "5.197",
        "params_million": "24.630",
        "top1": "521.808",
        "top5": "684.098",
    },
    "st": {
        "weights_kib": "20777.44",
        "activation_ram_kib": "9023.80",
        "runtime_ram_kib": "279.47",
    },
    "timm": {
        "macs_billion": "6.99",
        "params_million": "53.49",
        "top1": "825.992",
        "top5": "1013.920",
    },
    "torchvision": {
        "macs_billion": "0.602",
        "params": "7009744",
        "top1": "144.032",
        "top5": "181.108",
        "size_mb": "27.153",
    },
    "v1-1": {"stride": "28", "size_in": "982", "c_in": "8875", "repeats": "30"},
    "v1-2": {"macs_percent": "99.29", "params_percent": "100.00"},
    "v1-3": {"macs_million": "559.0", "params_million": "2.93"},
    "v1-4": {"macs_million": "5435", "params_million": "33.5", "top1": "142.3"},
    "v1-5": {"macs_million": "632", "params_million": "5.5", "top1": "133.7"},
    "v1-6": {"macs_million": "1084", "params_million": "8.6", "top1": "253.3"},
    "v1-7": {"macs_million": "1463", "params_million": "16.8", "top1": "271.3"},
    "v1-8": {"macs_million": "17419", "params_million": "149.0", "top1": "211.9"},
    "v1-9": {"macs_million": "2496", "params_million": "62.57", "top1": "174.9"},
    "v1-10": {"macs_million": "6551", "params_million": "33.6", "dogs_top1": "411.6"},
    "v1-11": {
        "distance_km": "3476",
        "im2gps_percent": "143.8",
        "planet_percent": "235.4",
        "planet_mobilenet_percent": "227.9",
    },
    "v1-12": {"macs_million": "2610", "params_million": "15.9", "mean_precision": "613.1"},
    "v1-13": {"macs_billion": "557.3", "params_million": "369.4", "coco_map": "184.5"},
    "v1-14": {"macs_million": "2345", "params_million": "25.1", "face_accuracy": "388.4"},
    "v1-checkpoints": {
        "macs_million": "5552",
        "params_million": "69.12",
        "top1": "1892.7",
        "top5": "2595.4",
    },
    "v1-figures-4-5": {"table_top1": "514.2", "checkpoint_2017_top1": "963.2"},
    "v1-text": {
        "macs_million": "1600.58",
        "macs_billion": "5.74",
        "params_million": "153",
        "macs_percent": "95",
        "params_percent": "75",
    },
    "v2-1": {},
    "v2-2": {"size_in": "582", "c_in": "3307", "t": "37", "n": "20", "s": "14"},
    "v2-3": {"channels": "9360", "memory_kb": "8766"},
    "v2-3-earlier": {"channels": "9251", "memory_kb": "4966"},
    "v2-4": {"macs_million": "2840", "params_million": "28.6", "top1": "436.5", "pixel1_ms": "514"},
    "v2-5": {"macs_billion": "1.60", "params_million": "16.9"},
    "v2-6": {
        "macs_billion": "154.3",
        "params_million": "132.3",
        "coco_map": "115.9",
        "pixel1_ms": "470",
    },
    "v2-7": {
        "output_stride": "96",
        "macs_billion": "6455.90",
        "params_million": "151.88",
        "voc_miou": "623.81",
    },
    "v2-checkpoints": {
        "macs_million": "2929",
        "params_million": "59.85",
        "top1": "1382.9",
        "top5": "1857.7",
        "pixel1_ms": "776.4",
    },
    "v2-figure-5": {"checkpoint_top1": "1382.9", "pixel1_ms": "776.4"},
    "v2-text": {"macs_million": "892", "params_million": "12.0"},
    "v3-checkpoints": {
        "macs_million": "1248",
        "params_million": "32.8",
        "top1": "625.7",
        "pixel1_ms": "272.4",
        "pixel2_ms": "302.9",
        "pixel3_ms": "219.7",
    },
    "keras-docstring-v3": {
        "macs_million": "756",
        "params_million": "20.6",
        "top1": "416.6",
        "pixel1_ms": "175.9",
    },
}
NOT_ADDED = {"alpha", "resolution", "classes"}

KEY = ["family", "alpha", "resolution", "series", "number_format"]


NETWORKS = [name for name in ROWS if "family" in published.table(name)]
ACCURACIES = [name for name in NETWORKS if SOURCES[name][0] in ("paper", "checkpoint", "keras")]
ACCURACIES = [name for name in ACCURACIES if "top1" in published.table(name)]


def printed(name):
    """The rows of a table as records of text."""
    return published.table(name, as_printed=True).to_dict("records")


def design(row, **more):
    own = {"resolution": int(row["resolution"]), "variant": row.get("variant", "")}
    return Design(row["family"], alpha=float(row["alpha"]), **own | more)


def label(row):
    return f"{row['source'].split('@')[0].split('/')[-1]} {row['network']}"


def each(*names, where=lambda row: True):
    """Parametrize a test over the rows of these tables that are a MobileNet."""
    rows = [row for name in names for row in printed(name) if row["family"] and where(row)]
    return pytest.mark.parametrize("row", rows, ids=label)


# The tables


def test_every_table_is_there_with_all_its_rows():
    assert {name: len(published.table(name)) for name in published.tables()} == ROWS
    assert all(len(printed(name)) == count for name, count in ROWS.items())


@pytest.mark.parametrize("name", ROWS)
def test_every_row_names_its_source_and_series(name):
    series, *sources = SOURCES[name]
    # Gluon's list has one network twice: what was trained in another way is another series.
    assert {row["series"] for row in printed(name) if "mixup" not in row["series"]} == {series}
    assert list(dict.fromkeys(row["source"] for row in printed(name))) == sources


@pytest.mark.parametrize("name", ROWS)
def test_printed_columns_add_up(name):
    rows = printed(name)
    for column, total in SUMS[name].items():
        assert sum(Decimal(row[column] or 0) for row in rows) == Decimal(total), column
    numbers = set(published.table(name).select_dtypes("number"))
    assert numbers - NOT_ADDED == set(SUMS[name])


def test_digits_stay_as_printed():
    assert printed("v1-checkpoints")[0]["params_million"] == "4.24"
    assert printed("v1-checkpoints")[1]["top1"] == "70.0"
    assert printed("v1-6")[0]["params_million"] == "4.2"
    assert printed("v2-checkpoints")[0]["top1"] == "75.0"
    assert printed("v2-checkpoints")[0]["pixel1_ms"] == "138.0"
    assert printed("keras")[0]["params"] == "4253864"
    assert printed("v2-4")[1]["pixel1_ms"] == ""


@pytest.mark.parametrize("name", ROWS)
def test_numbers_are_the_printed_text(name):
    numbers, text = published.table(name), published.table(name, as_printed=True)
    assert list(numbers) == list(text)
    for column in numbers.select_dtypes("number"):
        for number, cell in zip(numbers[column], text[column], strict=True):
            assert pd.isna(number) if cell == "" else number == float(cell)
    kinds = numbers.dtypes.astype(str)
    assert kinds.get("resolution", "Int64") == "Int64"
    assert kinds.get("top1", "float64") == "float64"


@each("v1-6", "v1-7")
def test_paper_rows_are_labelled_by_their_design(row):
    assert row["network"] == f"{row['alpha']} MobileNet-{row['resolution']}"
    assert row["number_format"] == "float32"


@each("v1-checkpoints", "v2-checkpoints")
def test_checkpoints_are_labelled_by_their_design(row):
    end = {"float32": "", "int8": "_quant"}[row["number_format"]]
    assert row["network"] == f"mobilenet_{row['family']}_{row['alpha']}_{row['resolution']}{end}"


def test_other_networks_are_kept_but_are_no_design():
    table = published.table("v2-4")
    others = table[table["family"].isna()]
    assert list(others["network"]) == ["ShuffleNet (1.5)", "ShuffleNet (x2)", "NasNet-A"]
    assert others[["alpha", "resolution", "number_format"]].isna().all(axis=None)


@pytest.mark.parametrize("name", ["v1-8x", "", "V1-6", "v1_table06", None, 6, ["v1-6"], "x" * 999])
def test_unknown_table_is_refused_in_one_line(name):
    with pytest.raises(ValueError) as error:
        published.table(name)
    message = str(error.value)
    assert "\n" not in message and len(message) <= 300
    assert repr(name)[:40] in message
    assert "v1-1 to v1-14, v2-1 to v2-7" in message and "published.tables()" in message
    near = re.findall(r"\(([^()]+) are closest\)", message)
    assert len(near) == isinstance(name, str) and set(", ".join(near).split(", ")) <= {*ROWS, ""}


@pytest.mark.parametrize(("name", "meant"), [("v1_table06", "v1-6"), ("v2-texts", "v2-text")])
def test_a_refusal_names_the_closest_tables(name, meant):
    with pytest.raises(ValueError, match=f"[( ]{meant}[, ]"):
        published.table(name)


# The accuracies


def test_accuracy_has_its_columns_types_and_counts():
    frame = published.accuracy()
    columns = "family alpha resolution top1 top5 series number_format source"
    assert list(frame) == columns.split()
    assert {c: str(frame[c].dtype) for c in ("alpha", "resolution", "top1", "top5")} == {
        "alpha": "float64",
        "resolution": "int64",
        "top1": "float64",
        "top5": "float64",
    }
    texts = frame[["family", "series", "number_format", "source"]]
    assert all(isinstance(value, str) and value for value in texts.to_numpy().ravel())
    assert list(frame.index) == list(range(len(frame)))
    assert frame.groupby(["series", "family", "number_format"]).size().to_dict() == {
        ("paper", "v1", "float32"): 8,
        ("paper", "v2", "float32"): 2,
        ("checkpoint", "v1", "float32"): 16,
        ("checkpoint", "v1", "int8"): 16,
        ("checkpoint", "v2", "float32"): 22,
        ("keras", "v1", "float32"): 4,
        ("keras", "v2", "float32"): 6,
    }


def test_one_row_per_network_series_and_format():
    assert not published.accuracy().duplicated(KEY).any()


def test_every_printed_accuracy_is_there_once_with_its_source():
    frame = published.accuracies().set_index([*KEY, "variant"])
    seen = set()
    for row in (row for name in ACCURACIES for row in printed(name) if row["family"]):
        key = (row["family"], float(row["alpha"]), int(row["resolution"]))
        key += (row["series"], row["number_format"], row.get("variant", ""))
        entry = frame.loc[key]
        seen.add(key)
        assert entry["top1"] == float(row["top1"])
        assert row["source"] in entry["source"].split("; ")
        if row.get("top5"):
            assert entry["top5"] == float(row["top5"])
    assert seen == set(frame.index)


def test_a_network_of_several_tables_names_them_all():
    rows = published.of(Design("v1")).query("series == 'paper'")
    assert list(rows["top1"]) == [70.6]
    assert rows["source"].item().split("; ") == [
        "arXiv:1704.04861 Table 4",
        "arXiv:1704.04861 Table 6",
        "arXiv:1704.04861 Table 7",
        "arXiv:1704.04861 Table 8",
        "arXiv:1801.04381 Table 4",
    ]


def test_the_small_network_of_v1_table_9_counts_too():
    rows = published.of(Design("v1", 0.5, resolution=160)).query("series == 'paper'")
    assert rows[["top1", "source"]].to_numpy().tolist() == [[60.2, "arXiv:1704.04861 Table 9"]]


def test_later_recipes_are_context_and_no_accuracy_of_the_lab():
    later = ("timm", "torchvision", "keras-docstring", "keras", "d-li14", "gluon", "paddle")
    for name in (*later, "mlperf", "mmpretrain", "openvino", "tensorflow-int8", "v2-4-first"):
        assert {"family", "top1"} <= set(published.table(name))
        assert not published.accuracy()["source"].str.contains(SOURCES[name][1]).any()
    assert set(published.accuracy()["series"]) == set(published.SERIES)


def test_the_grid_of_v1_figures_4_and_5_repeats_the_tables():
    grid = published.table("v1-figures-4-5")
    assert len(grid.groupby(["alpha", "resolution"])) == 16
    for row in grid.itertuples():
        rows = published.of(Design("v1", row.alpha, resolution=row.resolution))
        paper = rows.query("series == 'paper'")["top1"].tolist()
        assert paper == ([] if pd.isna(row.table_top1) else [row.table_top1])


def test_the_points_of_v2_figure_5_are_the_checkpoints():
    points, listed = published.table("v2-figure-5"), published.table("v2-checkpoints")
    keys = ["family", "alpha", "resolution"]
    both = points.merge(listed, on=keys, suffixes=("", "_listed"))
    assert len(both) == len(points) == 22
    assert (both["checkpoint_top1"] == both["top1"]).all()
    assert (both["pixel1_ms"] == both["pixel1_ms_listed"]).all()
    assert points.loc[points["drawn"] == "no", "alpha"].tolist() == [1.3]


def test_accuracies_are_percentages_and_top5_is_above_top1():
    frame = published.accuracy()
    assert frame["top1"].between(35, 80).all()
    assert (frame["top5"].isna() == (frame["series"] == "paper")).all()
    five = frame.dropna(subset="top5")
    assert (five["top5"] > five["top1"]).all() and (five["top5"] < 95).all()
    # The errors left by the first guess and by five shrink together, in every series.
    share = (100 - five["top5"]) / (100 - five["top1"])
    assert share.between(0.25, 0.6).all()
    assert frame["alpha"].between(0.25, 1.4).all()
    assert set(frame["resolution"]) == {96, 128, 160, 192, 224}


@pytest.mark.parametrize("along, fixed", [("alpha", "resolution"), ("resolution", "alpha")])
@pytest.mark.parametrize("measure", ["top1", "top5"])
def test_accuracy_grows_with_width_and_with_resolution(along, fixed, measure):
    frame = published.accuracy().dropna(subset=measure)
    steps = 0
    for _, line in frame.groupby(["series", "number_format", "family", fixed]):
        rise = line.sort_values(along)[measure].diff().dropna()
        assert (rise > 0).all()
        steps += len(rise)
    assert steps > 20


def test_series_of_one_network_differ_but_little():
    floats = published.accuracy().query("number_format == 'float32'")
    wide = floats.pivot(index=KEY[:3], columns="series", values="top1")
    both = wide.dropna(subset=["paper", "checkpoint"])
    assert len(both) == 10
    assert (both["paper"] - both["checkpoint"]).abs().max() <= 1.5
    assert (wide["paper"] - wide["keras"]).abs().max() <= 1.5
    assert (both["paper"] != both["checkpoint"]).any()


def test_eight_bits_cost_accuracy():
    v1 = published.accuracy().query("series == 'checkpoint' and family == 'v1'")
    wide = v1.pivot(index=["alpha", "resolution"], columns="number_format", values="top1")
    loss = wide["float32"] - wide["int8"]
    assert len(loss) == 16 and loss.between(0.5, 6.5).all()


def test_pixel_time_grows_with_the_macs_of_one_resolution():
    for _, line in published.table("v2-checkpoints").groupby("resolution"):
        line = line.sort_values("macs_million")
        assert line["pixel1_ms"].is_monotonic_increasing and len(line) >= 4


def test_frames_are_the_callers_own():
    def frames():
        return [published.accuracy(), published.of(Design("v2")), published.table("v1-6")]

    before = frames()
    for frame in frames():
        frame.loc[:, "top1"] = 0.0
        del frame["source"]
    for frame, same in zip(frames(), before, strict=True):
        pd.testing.assert_frame_equal(frame, same)


# One design


def test_of_a_design_gives_its_rows_of_every_series():
    rows = published.of(Design("v2"))
    assert list(rows) == list(published.accuracy())
    assert dict(zip(rows["series"], rows["top1"], strict=True)) == {
        "checkpoint": 71.8,
        "keras": 71.336,
        "paper": 72.0,
    }
    quarter = published.of(Design("v1", alpha=0.25, resolution=128))
    assert dict(zip(quarter["number_format"], quarter["top1"], strict=True)) == {
        "float32": 41.5,
        "int8": 39.5,
    }


def test_of_finds_every_row_of_accuracy():
    frame = published.accuracy()
    for row in frame.itertuples():
        found = published.of(Design(row.family, alpha=row.alpha, resolution=row.resolution))
        assert ((found["series"] == row.series) & (found["top1"] == row.top1)).any()
        assert set(found["resolution"]) == {row.resolution} and set(found["alpha"]) == {row.alpha}


@pytest.mark.parametrize(
    "unpublished",
    [
        Design("v2", expansion=1),
        Design("v2", expansion=7),
        Design("v2", resolution=176),
        Design("v1", resolution=176),
        Design("v1", resolution=96),
        Design("v1", alpha=0.35),
        Design("v1", alpha=1.4),
        Design("v2", alpha=0.25),
        Design("v2", alpha=0.75001),
        Design("v2", alpha=1.4, resolution=192),
        Design("v1", classes=1001),
        Design("v2", classes=10),
        Design("v1", dialect="listing"),
        Design("v2", dialect="listing"),
    ],
    ids=str,
)
def test_of_an_unpublished_design_is_empty(unpublished):
    rows = published.of(unpublished)
    assert rows.empty and list(rows) == list(published.accuracy())


def test_alpha_is_compared_up_to_round_off():
    assert 0.05 * 7 != 0.35
    assert list(published.of(Design("v2", 0.05 * 7, resolution=96))["top1"]) == [45.5]
    assert published.of(Design("v2", 0.35 + 2e-9, resolution=96)).empty


@pytest.mark.parametrize("design", ["v1", None, SimpleNamespace(family="v2", alpha=0.35), []])
def test_of_takes_designs(refused, design):
    refused(lambda: published.of(design), "design=")


# Printed digits against exact integers


@pytest.mark.parametrize(
    "text, computed, rounds, cuts",
    [
        ("4.2", 4_200_000, True, True),
        ("4.2", 4_249_999, True, True),
        ("4.2", 4_250_000, False, True),  # half goes up, to 4.3
        ("4.3", 4_250_000, True, False),
        ("4.2", 4_150_000, True, False),
        ("4.2", 4_149_999, False, False),
        ("4.2", 4_299_999, False, True),
        ("4.2", 4_300_000, False, False),
        ("4.24", 4_235_000, True, False),
        ("4.24", 4_234_999, False, False),
        ("4.20", 4_204_999, True, True),
        ("4.20", 4_209_088, False, True),  # one more digit says more: "4.2" would do
        ("569", 568_500_000, True, False),
        ("569", 568_499_999, False, False),
        ("568", 568_999_999, False, True),
        ("0.47", 474_999, True, True),
        ("0.5", 470_000, True, False),
        ("0", 499_999, True, True),
    ],
)
def test_rounding_and_cutting(text, computed, rounds, cuts):
    assert rounds_to(text, computed) is rounds
    assert cuts_to(text, computed) is cuts


def test_other_units_and_large_integers_are_exact():
    assert rounds_to("4253864", 4_253_864, unit=1) and cuts_to("4253864", 4_253_864, unit=1)
    assert not rounds_to("4253864", 4_253_865, unit=1)
    assert rounds_to("1.25", 1_249_500_000, unit=10**9) is True
    assert rounds_to("1.25", 1_244_999_999, unit=10**9) is False
    assert rounds_to("1.5", 1536, unit=1024) and not cuts_to("1.5", 1535, unit=1024)
    huge = 10**30 + 499_999
    assert rounds_to(str(10**24), huge) and not rounds_to(str(10**24), huge + 1)


@pytest.mark.parametrize("compare", [rounds_to, cuts_to])
@pytest.mark.parametrize(
    "arguments, value",
    [
        ((4.2, 4_200_000), "4.2"),
        (("4.2M", 4_200_000), "'4.2M'"),
        (("", 4_200_000), "''"),
        ((None, 4_200_000), "None"),
        (("-1", 4_200_000), "'-1'"),
        (("4.2\n", 4_200_000), r"'4.2\n'"),
        (("9" * 999 + "x", 4_200_000), "'999999"),
        (("4.2", 4.2), "4.2"),
        (("4.2", "4200000"), "'4200000'"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_one_line(compare, arguments, value):
    with pytest.raises(ValueError) as error:
        compare(*arguments)
    message = str(error.value)
    assert value in message and "\n" not in message and len(message) <= 300


# Every printed cost under its source's own convention


def first_convolution(design):
    """MACs of the first layer that has any."""
    macs = layer_table(design)["macs"]
    return int(macs[macs > 0].iloc[0])


@each("v1-6", "v1-7")
def test_v1_paper_counts_kernels_and_rounds(row):
    own = cost(design(row))
    assert rounds_to(row["params_million"], own.kernels)
    if row["network"] == "1.0 MobileNet-160":  # 290.68: the one cell that is cut off
        assert cuts_to("290", own.macs) and not rounds_to("290", own.macs)
        assert row["macs_million"] == "290"
    else:
        assert rounds_to(row["macs_million"], own.macs)


@each("v1-checkpoints")
def test_v1_checkpoint_parameters_have_three_batch_norm_values(row):
    own = cost(design(row))
    assert rounds_to(row["params_million"], own.slim_params)


def test_no_other_count_gives_the_v1_checkpoint_parameters():
    rows = printed("v1-checkpoints")
    for count in ("kernels", "kernels_and_bias", "trainable_params", "params"):
        fits = [rounds_to(row["params_million"], getattr(cost(design(row)), count)) for row in rows]
        assert not all(fits), count


ODD = ("mobilenet_v1_0.50_224", "mobilenet_v1_0.25_192")


def is_odd(row):
    return row["network"].removesuffix("_quant") in ODD


@each("v1-checkpoints", where=lambda row: not is_odd(row))
def test_v1_checkpoint_macs_are_rounded(row):
    network = design(row)
    macs = cost(network).macs
    if row["alpha"] == "0.75":  # these twice four rows leave the first convolution out
        assert not rounds_to(row["macs_million"], macs)
        macs -= first_convolution(network)
    assert rounds_to(row["macs_million"], macs)


@each("v1-checkpoints", where=lambda row: is_odd(row) and row["alpha"] == "0.50")
def test_v1_checkpoint_050_224_is_a_known_misprint(row):
    macs = cost(design(row)).macs
    assert row["macs_million"] == "150"
    assert not rounds_to("150", macs) and not cuts_to("150", macs)
    assert rounds_to("149", macs) and rounds_to("149.5", macs)


@each("v1-checkpoints", where=lambda row: is_odd(row) and row["alpha"] == "0.25")
def test_v1_checkpoint_025_192_has_sixteen_first_filters(row):
    network = design(row)
    macs = cost(network).macs
    assert row["macs_million"] == "34" and rounds_to("30", macs)
    # Twice the filters double the first convolution and the two layers that read them.
    per_layer = layer_table(network)["macs"]
    assert rounds_to("34", macs + int(per_layer[per_layer > 0].iloc[:3].sum()))


@each("v2-checkpoints")
def test_v2_checkpoints_cut_macs_and_round_parameters_with_bias(row):
    own = cost(design(row))
    assert cuts_to(row["macs_million"], own.macs)
    assert rounds_to(row["params_million"], own.kernels_and_bias)


def test_v2_checkpoint_macs_are_not_rounded():
    rows = printed("v2-checkpoints")
    assert not all(rounds_to(row["macs_million"], cost(design(row)).macs) for row in rows)


def test_v2_table_4_cuts_both():
    v1, v2, wide = (row for row in printed("v2-4") if row["family"])
    own = cost(design(v2))
    assert cuts_to(v2["macs_million"], own.macs) and not rounds_to("300", own.macs)
    assert cuts_to(v2["params_million"], own.kernels_and_bias)
    assert not rounds_to("3.4", own.kernels_and_bias)
    own = cost(design(v1))
    assert cuts_to(v1["params_million"], own.kernels_and_bias)
    # No count gives the other three cells.
    assert v1["macs_million"] == "575" and rounds_to("569", own.macs)
    own = cost(design(wide))
    assert wide["macs_million"] == "585" and cuts_to("582", own.macs)
    assert wide["params_million"] == "6.9"
    counts = (own.kernels, own.kernels_and_bias, own.slim_params, own.trainable_params, own.params)
    assert max(counts) < 6_200_000


@each("keras")
def test_keras_counts_every_variable(row):
    own = cost(design(row))
    assert row["params"] or row["params_million"]
    if row["params"]:
        assert row["params"] == str(own.params)
    else:
        assert rounds_to(row["params_million"], own.params)


@each("st")
def test_st_stores_a_byte_a_kernel_weight_and_four_a_bias(row):
    own = design(row, classes=int(row["classes"]))
    assert rounds_to(row["weights_kib"], CONVENTIONS["int8 bytes"](trace(own)), unit=1024)
