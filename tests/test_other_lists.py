"""What libraries and earlier versions of a paper print beside the papers and checkpoints."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from by_hand import macs, normalised, v2, weights

from mobilenet_lab import Design, published, trace
from mobilenet_lab.networks.families import FAMILIES
from mobilenet_lab.published.released import several
from mobilenet_lab.published.reproduce import cells, reproduce

NEW = (
    *("d-li14", "gluon", "keras-evaluation", "mlperf", "mmpretrain", "mnasnet-6", "openvino"),
    *("paddle", "tensorflow-int8", "v1-ratios", "v1-training", "v2-2-first", "v2-4-first"),
    *("v2-figure-6", "v2-ratios", "v2-training"),
)


@pytest.mark.parametrize("name", NEW)
def test_no_row_stands_twice_and_none_is_empty(name):
    rows = published.records(name)
    assert len({tuple(row.values()) for row in rows}) == len(rows)
    assert all(row["source"] and row["series"] for row in rows)


@pytest.mark.parametrize("name", [name for name in NEW if "family" in published.table(name)])
def test_rows_are_a_design_or_name_none(name):
    for row in published.records(name):
        given = [bool(row[column]) for column in ("family", "alpha", "resolution")]
        assert all(given) or not any(given)
        if all(given):
            Design(row["family"], float(row["alpha"]), resolution=int(row["resolution"]))


# Versions


def test_every_row_of_the_v2_paper_names_its_version():
    for name in published.tables():
        if name.startswith("v2-") and name != "v2-checkpoints":
            versions = set(published.table(name).version)
            old = name.rpartition("-")[2]
            assert versions == {old if old in ("first", "earlier") else "newest"}, name


def test_what_an_earlier_version_prints_is_another_series():
    first, newest = (published.table(name).set_index("network") for name in ("v2-4-first", "v2-4"))
    assert set(first.index) < set(newest.index)
    both = first.join(newest.add_suffix("_newest"))
    assert both.top1.dropna().tolist() == [69.0, 70.9, 71.7]
    assert (both.top1_newest > both.top1)[1:].all()
    assert both.macs_million.dropna().tolist() == [575] == both.macs_million_newest[:1].tolist()
    assert published.of(Design("v2")).query("series == 'paper'").top1.tolist() == [72.0]
    for name in published.tables():
        table = published.table(name)
        if "version" in table:
            assert ((table.series == "paper") == (table.version == "newest")).all()


def test_the_stride_of_the_first_table_2_stands_one_row_further_down():
    first, newest = (published.table(name).set_index("c").s for name in ("v2-2-first", "v2-2"))
    stages = newest[["64", "96"]].astype(int)
    assert stages.tolist() == [2, 1] and first.tolist() == [1, 2]
    assert list(map(str, first.index)) == list(stages.index)


# Keras' own evaluation


def test_keras_evaluated_every_network_whose_weights_build_loads():
    rows = published.accuracy().query("series == 'keras'")
    for key, family in FAMILIES.items():
        if key in ("v1", "v2"):
            own = rows[rows.family == key]
            assert sorted(own.alpha) == sorted(family.imagenet.alphas)
            assert set(own.resolution) == {224}


def test_keras_documentation_rounds_the_same_evaluation():
    exact = published.accuracy().query("series == 'keras'").set_index(["family", "alpha"])
    for row in published.records("keras"):
        one = exact.loc[row["family"], float(row["alpha"])]
        for name in ("top1", "top5"):
            rounded = Decimal(str(one[name])).quantize(Decimal("0.1"), ROUND_HALF_UP)
            assert rounded == Decimal(row[name])


def test_errors_and_accuracies_make_a_hundred():
    for row in published.records("keras-evaluation"):
        for name in ("top1", "top5"):
            assert Decimal(row[name]) + Decimal(row[f"{name}_error"]) == 100


# Accuracies are kept apart, but are of the same networks


@pytest.mark.parametrize("name", ["d-li14", "gluon", "paddle", "keras"])
def test_another_recipe_is_no_other_network(name):
    both = several("checkpoint", name)
    assert (both[name] - both["checkpoint"]).abs().max() < 3.5
    assert (both[name] != both["checkpoint"]).any()


def test_the_int8_table_repeats_the_float_checkpoints():
    listed = published.accuracy().query("series == 'checkpoint'")
    keys = ["family", "alpha", "resolution"]
    for row in published.table("tensorflow-int8").itertuples():
        same = listed[(listed[keys] == [row.family, row.alpha, row.resolution]).all(axis=1)]
        floats = same[same.number_format == "float32"].top1.item()
        assert row.float32_top1 == floats and 0.4 <= floats - row.top1 <= 2.4


def test_more_expansion_helps_where_nothing_else_changes():
    rows = published.table("mnasnet-6").dropna().pivot(index="kernel", columns="expansion")
    gain = rows["top1"][6] - rows["top1"][3]
    assert [round(points, 1) for points in gain] == [3.1, 3.1]


# Counts


def test_all_counts_of_these_lists_are_reproduced():
    names = ("d-li14", "keras-evaluation", "mmpretrain", "paddle", "keras", "openvino")
    verdicts = {name: set(reproduce(name).verdict) for name in names}
    assert {name for name, own in verdicts.items() if own != {"equal"}} == {"openvino"}


def by_width(width, alpha):
    """The layers of a v2 with other channels, by hand: (filters, stage rows, last)."""
    rows = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1)]
    rows += [(6, 160, 3, 2), (6, 320, 1, 1)]
    size, channels = 112, width(32, alpha)
    total = {"macs": size**2 * 27 * channels, "weights": 27 * channels, "norm": channels}
    depthwise = {"macs": 0, "layers": 0, "weights": 0}
    values = size**2 * channels
    for t, c, n, s in rows:
        filters = width(c, alpha)
        for number in range(n):
            inside, stride = t * channels, s if number == 0 else 1
            if t > 1:
                total["macs"] += size**2 * channels * inside
                total["weights"] += channels * inside
                total["norm"] += inside
                values += size**2 * inside
            size //= stride
            depthwise["macs"] += size**2 * 9
            depthwise["weights"] += 9
            depthwise["layers"] += size**2 * 9 * inside
            total["macs"] += size**2 * (9 + filters) * inside
            total["weights"] += (9 + filters) * inside
            total["norm"] += inside + filters
            values += size**2 * (inside + filters)
            channels = filters
    last = round(1280 * max(alpha, 1))
    total["macs"] += size**2 * channels * last + last * 1000
    total["weights"] += channels * last + last * 1000
    total["norm"] += last
    return total, values + size**2 * last, depthwise


def fours(channels, alpha):
    wanted = channels * alpha
    best = max(4, 4 * int(wanted / 4 + 0.5))
    return best if best >= 0.9 * wanted else best + 4


def test_the_thinnest_network_of_one_recipe_has_multiples_of_four():
    total, _, _ = by_width(fours, 0.1)
    macs_, params = (cell.value for cell in cells("d-li14") if cell.row == "MobileNetV2 0.1")
    assert macs_ == total["macs"] + total["norm"] == 12_921_228
    assert params == total["weights"] + 1000 + 2 * total["norm"] == 1_356_696


@pytest.mark.parametrize("alpha", [0.25, 0.5, 0.75, 1.0, 1.5, 2.0])
def test_paddle_counts_depthwise_layers_as_of_one_channel(alpha):
    total, values, depthwise = by_width(lambda channels, alpha: int(channels * alpha), alpha)
    row = "MobileNetV2" if alpha == 1 else f"MobileNetV2_x{alpha}".replace(".", "_")
    flops, params = (cell for cell in cells("paddle") if cell.row == row)
    stem = int(32 * alpha)
    extra = {"macs": 112**2 * stem**2, "weights": stem**2}  # the expansion with t = 1
    once = total["macs"] + extra["macs"] - depthwise["layers"] + depthwise["macs"]
    assert flops.value == 2 * once + 2 * (values + 112**2 * stem)
    dense = total["weights"] - sum(
        layer.kernels for layer in layers_of(flops) if layer.op == "depthwise"
    )
    norm = 2 * (total["norm"] + stem)
    assert params.value == dense + extra["weights"] + depthwise["weights"] + norm


def layers_of(cell):
    return trace(cell.network) if isinstance(cell.network, Design) else cell.network().layers


def test_by_hand_is_the_papers_network_where_the_rules_agree():
    total, values, _ = by_width(lambda channels, alpha: int(channels * alpha), 1.0)
    own, _ = v2(224, 1.0)
    assert (total["macs"], total["weights"]) == (macs(own), weights(own))
    assert (total["norm"], values) == normalised(own)
