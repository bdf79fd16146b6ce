"""What the prose of notebooks 06 and 08 claims, computed beside the sentence that claims it.

`claimed` finds the words in the notebook, with numbers as groups: a sentence that changes must
change here too, and a number that is wrong fails.
"""

import re
from pathlib import Path

import nbformat
import numpy as np
import pytest

from mobilenet_lab import Design, cost, layer_table, published, reproduce, trace
from mobilenet_lab.costs.conventions import CONVENTIONS
from mobilenet_lab.features import seen_pixels, stage_table

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
SMALL = Design("v2", 0.35)  # whose weights come with the lab


def prose(notebook):
    (path,) = NOTEBOOKS.glob(f"{notebook}_*.ipynb")
    cells = nbformat.read(path, as_version=4).cells
    return " ".join(" ".join(cell.source.split()) for cell in cells if cell.cell_type == "markdown")


def claimed(notebook, pattern):
    """The numbers in the one place of a notebook's prose that has these words."""
    found = re.findall(pattern, prose(notebook))
    assert len(found) == 1, f"{len(found)} places of notebook {notebook} say {pattern!r}"
    numbers = found[0] if isinstance(found[0], tuple) else (found[0],)
    return [float(one.replace(",", "")) for one in numbers if re.match(r"\d", one)]


# 06: feature maps


@pytest.fixture(scope="module")
def maps():
    """The maps of a sample, or of its upside-down picture, by layer."""
    from mobilenet_lab.features import feature_maps, load_image
    from mobilenet_lab.models import weights

    model = weights.load(SMALL, "patches").model

    def made(sample="chelsea", flipped=False):
        image = load_image(sample, SMALL.resolution)
        return feature_maps(model, np.ascontiguousarray(image[::-1]) if flipped else image)

    return made


def test_06_sides_and_channels():
    side, end = claimed("06", r"The sides shrink from (\d+) to (\d+)\.")
    start, least, most = claimed(
        "06", r"The channels first fall from (\d+) to (\d+) and then grow to (\d+)\."
    )
    table = stage_table(SMALL).drop(index="last")
    assert [table.size_out.iloc[0], table.size_out.iloc[-1]] == [side, end]
    assert [table.c_out.iloc[0], table.c_out.min(), table.c_out.iloc[-1]] == [start, least, most]
    falls = int(table.c_out.argmin())
    assert falls > 0 and table.c_out.iloc[falls:].is_monotonic_increasing


@pytest.mark.keras
def test_06_patches_weights():
    from mobilenet_lab.models import patches

    shares = claimed("06", r"v2 is right in (\d+) % of the cases, where chance is (\d+) %")
    record = patches.record("v2")
    assert [round(100 * record[name]["picture"]) for name in ("accuracy", "chance")] == shares


def bottom(values):
    """How much stronger the bottom row of each channel is than the rest of it."""
    strength = np.abs(values)
    return strength[-1].mean(axis=0) / strength[:-1].mean(axis=(0, 1))


@pytest.mark.keras
@pytest.mark.samples
def test_06_the_bottom_row_of_stage_4(maps):
    strong, channels, weak = claimed(
        "06",
        r"in (\d+) of the (\d+) channels it is at least half again as strong as the rest, "
        r"in (\d+) it is weaker",
    )
    layer = "stage4_block4_add"
    stronger = bottom(maps()[layer])
    assert stronger.size == channels
    assert [(stronger >= 1.5).sum(), (stronger < 1).sum()] == [strong, weak]
    for flipped in (False, True):
        rows = np.abs(maps(flipped=flipped)[layer]).mean(axis=(1, 2))
        assert rows.argmax() == len(rows) - 1
    assert "with *coins*, the bottom row is the weakest" in prose("06")
    rows = np.abs(maps("coins")[layer]).mean(axis=(1, 2))
    assert rows.argmin() == len(rows) - 1


@pytest.mark.keras
@pytest.mark.samples
def test_06_batch_norm_stretches(maps):
    limits = claimed("06", r"by a factor of ([\d.]+) to ([\d.]+) depending on the layer")
    assert "more than tenfold after every depthwise convolution" in prose("06")
    found = maps()
    names = list(found)
    stretched = {
        name: found[name].std() / found[names[names.index(name) - 1]].std()
        for name in names
        if name.endswith("_bn")
    }
    before = {layer.name: layer.reads[0] for layer in trace(SMALL) if layer.op == "batch_norm"}
    assert all(before[name] == names[names.index(name) - 1] for name in stretched)
    assert [round(float(one), 1) for one in (min(stretched.values()), max(stretched.values()))] == (
        limits
    )
    depthwise = [one for name, one in stretched.items() if name.endswith("_depthwise_bn")]
    assert len(depthwise) > 10 and min(depthwise) > 10


def test_06_what_positions_see():
    text = prose("06")
    table = stage_table(SMALL)
    assert "From stage 5 on, the field is wider than the picture." in text
    wider = table.index[table.field > SMALL.resolution]
    assert list(wider) == ["stage5", "stage6", "stage7", "last"]
    assert "Only from stage 7 on does every position see the whole picture." in text
    rows = layer_table(SMALL).groupby("stage", sort=False).name.last()
    every = {
        stage: all(
            seen_pixels(SMALL, rows[stage], position) == (0, SMALL.resolution)
            for position in range(table.size_out[stage])
        )
        for stage in table.index
    }
    assert [stage for stage, all_seen in every.items() if all_seen] == ["stage7", "last"]


@pytest.mark.keras
@pytest.mark.samples
def test_06_relus(maps):
    from mobilenet_lab.features import relu_shares

    shares = relu_shares(SMALL, maps())
    assert shares.sparsity.between(45, 60).all()
    assert shares.sparsity.iloc[-1] > shares.sparsity.iloc[0]
    assert (shares.clipped == 0).all()
    assert list(shares.index[shares.dead > 0]) == ["stage5", "stage6", "stage7", "last"]


def test_06_smaller_and_thinner():
    side, full, share = claimed("06", r"(\d+) × \d+ are left of (\d+) × \d+, which is (\d+) %")
    sides = [
        stage_table(Design("v2", 0.35, resolution=size)).size_out["stem"] for size in (96, 224)
    ]
    assert sides == [side, full] and round(100 * (side / full) ** 2) == share

    assert "between a third and a half of them are left, not exactly 35 %" in prose("06")
    wide, thin = (stage_table(Design("v2", alpha)).c_out for alpha in (1.0, 0.35))
    left = (thin / wide).drop("last")
    assert (left >= 1 / 3).all() and (left <= 1 / 2).all() and left.max() > left.min()
    assert thin["last"] == wide["last"] == claimed("06", r"keeps its (\d+)\]")[0]
    assert "The [MACs](glossary.ipynb#MAC) of the whole network fall to a fifth" in prose("06")
    assert round(cost(SMALL).macs / cost(Design("v2")).macs, 1) == 0.2
    assert left["stage1"] == 0.5 and "Here half of the questions are left" in prose("06")


@pytest.mark.keras
@pytest.mark.samples
def test_06_inside_the_bottlenecks(maps):
    least, most = claimed("06", r"between (\d+) and (\d+) %\. The expanded maps")
    found = maps()
    blocks = layer_table(SMALL).query("role == 'expand'").block
    shares, sizes = [], []
    for block in blocks:
        expanded, projected = found[f"{block}_expand_relu"], found[f"{block}_project_bn"]
        shares += [(expanded == 0).mean(), (projected < 0).mean()]
        sizes.append(expanded.size / projected.size)
    assert [round(100 * min(shares)), round(100 * max(shares))] == [least, most]
    assert min(sizes) >= 3 and "at least three times as large" in prose("06")
    widths = layer_table(SMALL).query("role == 'expand'")
    assert (widths.c_out == 6 * widths.c_in).all()
    assert "has six times as many channels as the map it is made from" in prose("06")
