"""What the prose of notebooks 03 to 05 claims, computed again: a sentence that is not true fails.

Each claim is a piece of the prose with the numbers filled in from the package, or a piece and a
condition that it stands for.
"""

import math
import re
from functools import cache
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest

from mobilenet_lab import Design, cost, layer_table, log_law, pareto, published, reproduce, trace
from mobilenet_lab.costs.blocks import ends
from mobilenet_lab.costs.laws import error_laws, errors, larger_half, macs_for, promised
from mobilenet_lab.costs.manifold import course, mean_lost
from mobilenet_lab.edge import timing
from mobilenet_lab.exercises.check import exercise, exercises
from mobilenet_lab.exercises.kinds import Number
from mobilenet_lab.published.contemporaries import contemporaries
from mobilenet_lab.published.memory import memory_table
from mobilenet_lab.published.released import checkpoints, phone_times, several, table4

NOTEBOOKS = {path.name[:2]: path for path in (Path(__file__).parents[1] / "notebooks").glob("0*")}


def cells(notebook, kind):
    read = nbformat.read(NOTEBOOKS[notebook], as_version=4).cells
    return [cell for cell in read if cell.cell_type == kind]


@cache
def prose(notebook):
    """The markdown of a notebook, a link as its text, on one line."""
    text = "\n".join(cell.source for cell in cells(notebook, "markdown"))
    return " ".join(re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text).split())


def says(notebook, *claims):
    for claim in claims:
        assert claim in prose(notebook), claim


def one(frame, family, alpha, resolution=224):
    rows = frame[(frame.family == family) & (frame.alpha == alpha)]
    return rows[rows.resolution == resolution].iloc[0]


# --- 03 ---


def v1():
    return checkpoints().query("family == 'v1'")


def test_03_what_alpha_changes():
    layers = layer_table(Design("v1"))
    pointwise = layers.macs[layers.op == "pointwise"].sum() / layers.macs.sum()
    assert pointwise > 0.94
    says("03", "Almost all MACs of v1 are in pointwise convolutions")
    for part in (
        layers.op == "depthwise",
        layers.stage == "classifier",
        layers.name == "stem_conv",
    ):
        full, half = (
            table.macs[part].sum() for table in (layers, layer_table(Design("v1", alpha=0.5)))
        )
        assert 2 * half == full and full
    says("03", "both are linear in α. So are the depthwise convolutions")


def test_03_printed_counts_are_rounded_and_one_is_cut_off():
    cut = [
        row["macs_million"]
        for name in ("v1-6", "v1-7")
        for row in published.records(name)
        if not published.rounds_to(row["macs_million"], cost(design(row)).macs)
    ]
    assert cut == ["290"] and published.cuts_to("290", cost(Design("v1", resolution=160)).macs)
    macs = cost(Design("v1", resolution=160)).macs / 1e6
    says("03", f"Its 290 is {macs:.2f} cut off; its other counts are rounded")
    small = cost(Design("v1", 0.5, resolution=160)).macs / 1e6
    says("03", f"76 is {small:.2f}, cut off")


def design(row):
    return Design(row["family"], float(row["alpha"]), resolution=int(row["resolution"]))


def test_03_the_law_and_where_it_fails():
    points = v1()
    wide = points[points.alpha > 0.25]
    law = log_law(wide, "macs", "top1")
    assert (wide.top1 - promised(law, wide.macs)).abs().max() < 1
    says("03", "For α of 0.5 and more, the points lie within one point of accuracy of a straight")
    thin = points[points.alpha == 0.25]
    assert (promised(law, thin.macs) > thin.top1).all()


def test_03_the_two_that_are_beaten():
    points = v1()
    beaten = points.drop(pareto(points, "macs", "top1").index)
    assert len(beaten) == 2
    half, full = (one(points, "v1", *which) for which in ((0.5, 192), (1, 128)))
    assert {half.name, full.name} == set(beaten.index)
    for lost, won in ((half, one(points, "v1", 0.75, 128)), (full, one(points, "v1", 0.75, 160))):
        better = points[(points.macs <= lost.macs) & (points.top1 >= lost.top1)]
        assert better.drop(lost.name).index.tolist() == [won.name]
    gap = one(points, "v1", 0.75, 128)
    says("03", f"α 0.5 at 192 px is beaten by {gap.top1 - half.top1:.1f} points, but")
    assert 1.9 < gap.params / half.params < 2
    says("03", "α 0.75 at 128 px, has nearly twice the parameters")
    both = points[(points.macs <= half.macs) & (points.params <= half.params)]
    assert both[both.top1 >= half.top1].index.tolist() == [half.name]
    says("03", "If parameters count as well as MACs, nothing beats α 0.5 at 192 px")
    best = one(points, "v1", 0.75, 160)
    says("03", f"α 1 at 128 px is beaten by {best.top1 - full.top1:.1f} points")
    assert full.macs > best.macs and full.params > best.params


def test_03_how_far_two_accuracies_of_one_network_differ():
    twice = several("paper", "checkpoint").query("family == 'v1'")
    apart = (twice.paper - twice.checkpoint).abs()
    says("03", f"the two numbers differ by up to {apart.max():.1f} points")
    assert len(twice) == 8 and len(v1()) == 16
    says("03", "publish an accuracy for eight of the sixteen networks")
    assert 0.15 < 100 * math.sqrt(0.65 * 0.35 / 50_000) < 0.25
    says("03", "Chance alone gives a few tenths")


def test_03_other_tables():
    thin, short = published.table("v1-5").itertuples()
    assert abs(thin.macs_million / short.macs_million - 1) < 0.07
    assert 0 < short.params_million - thin.params_million < 0.5
    says("03", f"there are {thin.top1 - short.top1:.1f} points between them")
    small = published.table("v1-9").set_index("network").top1
    gaps = [small.iloc[0] - small[name] for name in ("Squeezenet", "AlexNet")]
    says("03", f"it is {gaps[0]:.1f} and {gaps[1]:.1f}")


def test_03_the_contemporaries_counted_alike():
    rows = contemporaries("v1-8", "v1-9").set_index("network")
    ours, small = rows.macs["1.0 MobileNet-224"], rows.macs["0.50 MobileNet-160"]
    assert round(rows.macs["VGG 16"] / ours) == 27
    says("03", "with a 27th of its MACs")
    squeezed = rows.loc["Squeezenet"]
    says("03", f"SqueezeNet has {squeezed.macs / 1e6:.0f} million MACs, and 1700 is printed")
    assert round(2 * squeezed.macs / 1e8) == 17 and round(squeezed.printed_macs / small) == 22
    says("03", "needs 22 times less computation than SqueezeNet. Counted alike, it is 11 times")
    assert round(squeezed.macs / small) == 11
    google = rows.loc["GoogleNet"]
    says("03", f"gives {google.macs / 1e6:.0f} million MACs and {google.kernels / 1e6:.2f} million")
    cells = reproduce("v1-8").query("row == 'GoogleNet'")
    assert cells["verdict"].tolist() == ["unexplained"] * 2
    says("03", "no count that we tried gives 1550 or 6.8")
    apart = (rows.printed_macs / rows.macs - 1).abs() > 0.1
    assert rows.index[apart].tolist() == ["Squeezenet"]
    says("03", "And one ring is far from its square")


# --- 04 ---


def test_04_the_block():
    layers = layer_table(Design("v2"))
    blocks = [block for block in layers.block.unique() if block]
    shortcuts = layers.block[layers.kind == "Add"].tolist()
    assert [block for block in blocks if not block.endswith("block1")] == shortcuts
    says("04", "That holds for every repeat in a stage, and for none of the first blocks")
    says("04", f"its own table adds up to {len(blocks)}")
    says("04", f"With the first and the last convolution it would be {len(blocks) + 2}")
    followed = {layer.role for layer in trace(Design("v2")) if layer.block == "stage2_block2"}
    assert "relu" in followed
    kinds = layers[layers.block == "stage2_block2"].kind.tolist()
    assert kinds[-3:] == ["Conv2D", "BatchNormalization", "Add"]
    outputs = layers[layers.role == "project"].c_out
    says("04", f"a real bottleneck has {outputs.min()} to {outputs.max()} channels")


def test_04_steps_of_t():
    counts = [cost(Design("v2", expansion=t)) for t in range(1, 11)]
    macs, params = (np.diff([getattr(one, name) for one in counts]) for name in ("macs", "params"))
    assert len({*macs[1:]}) == len({*params[1:]}) == 1 and macs[0] > macs[1]
    assert params[0] > params[1]
    says("04", f"{macs[1]:,} MACs and {params[1]:,} parameters")
    peaks = [one.peak_bytes(bits=16) / 1e6 for one in counts]
    assert len({*peaks[:3]}) == 1 and all(0.4 < step < 0.55 for step in np.diff(peaks[2:]))
    says("04", "flat up to t = 3, and then grows by about half a megabyte per step")
    layers = layer_table(Design("v2"))
    inside = layers[(layers.size_out == 112) & (layers.block != "")]
    assert inside.block[inside.c_out.idxmax()] == "stage2_block1"
    says("04", "the second block takes over, which has the widest map at 112 px inside")
    assert 1 - published.table("v2-4").macs_million[4] / 301 < 0.01
    says("04", "Is it twice the 301 of t = 6?")
    fits = [t for t, peak in enumerate(peaks, start=1) if peak <= 2]
    says("04", f"t has to come down to {max(fits)} to fit")


def test_04_two_cells_of_table_3_do_not_follow():
    table = memory_table()
    wrong = table[~table.follows]
    assert len(wrong) == 2
    says("04", "Two rows do not follow.")
    for row in wrong.itertuples():
        assert f"{row.memory_kb:g}" in ("199", "32")
    first, second = wrong.computed_kb
    says("04", f"1024 channels at 7 × 7 make {first:.0f} kB, and 199 is printed")
    says("04", f"320 channels make {second:.1f} kB, and 32 is printed")
    assert round(second) != 32
    kept = table[table.follows]
    assert (kept.memory_kb <= kept.computed_kb).all()
    for printed, computed in ((1600, 1605.6), (600, 627.2)):
        assert ((kept.memory_kb == printed) & (kept.computed_kb.round(1) == computed)).any()
        says("04", f"{computed} became {printed}")


def test_04_channels_of_table_3():
    table, blocks = memory_table(), ends(Design("v2"))
    v2 = table[(table.family == "v2") & table.built.notna()]
    side = v2["size"].str.split("x").str[0].astype(int)
    assert side[v2.channels != v2.built].tolist() == [56, 28, 14]
    says("04", "at 56, 28 and 14 px no block of Table 2 writes that many channels")
    reading = [blocks[blocks.size_in == size].c_out.max() for size in (56, 28, 14)]
    assert reading == v2.channels[v2.channels != v2.built].tolist()
    says("04", "{}, {} and {} are the channels that a block writes which *reads*".format(*reading))
    assert (table.channels == table.built)[table.family == "v1"].all()
    shuffled = table[table.family.isna()]
    later = shuffled[shuffled.channels >= 400].drop_duplicates("channels")
    says("04", "{}, {} and {} channels, and".format(*later.built))
    says("04", "{}, {} and {} are printed".format(*later.channels))
    assert (later.channels == later.two_groups).all()
    says("04", "exactly the channels of the network with 2 groups")
    first = shuffled.iloc[0]
    says("04", f"convolution has {first.built} filters; {first.channels} is printed")
    says("04", "v1 agrees in every row")


def test_04_two_memories():
    one, two = (cost(Design(family)).peak_activations for family in ("v1", "v2"))
    assert two > one
    says("04", "by this count v2 needs *more* than v1")
    old, new = (ends(Design(family)).held.max() for family in ("v1", "v2"))
    assert old == 2 * new
    says("04", "That is half of v1")
    assert 4 * 400 == 1600
    says("04", "Table 3 gives it a quarter (400 against 1600)")


def test_04_the_spiral():
    assert mean_lost(12) < 0.5 and 12 == 6 * 2
    says("04", "with six times the two dimensions of the spiral, less than half a percent is lost")
    last = course(1).iloc[-1]
    assert last.n == 30 and last.lost_share == 0 and 45 < last.back_error < 55
    says("04", "At n = 30 nothing is lost", "it is half as large, and dented")
    lost = course(3).lost_share
    assert (lost.diff().dropna() <= 0).all()
    says("04", "an additional dimension never loses what was already kept")


# --- 05 ---


def test_05_the_plane():
    points = checkpoints()
    old, new = (points[points.family == family] for family in ("v1", "v2"))
    assert (len(old), len(new)) == (16, 22)
    says("05", "16 networks of v1 and 22 of v2")
    for row in old.itertuples():  # a v2 with no more MACs and as much accuracy, where there is one
        rivals = new[new.macs <= row.macs]
        assert rivals.empty or rivals.top1.max() >= row.top1
    says("05", "v2 lies above v1 from end to end")
    small = new[new.params == new.params.min()]
    assert old[old.params <= small.params.iloc[0]].top1.max() > small.top1.max()
    says("05", "among the smallest networks v1 is ahead")
    thin = cost(Design("v2", 0.35))
    assert 0.74 < 1 - thin.body.params / thin.params < 0.77
    says("05", "At α = 0.35 that is three quarters of the whole network")
    pair = one(points, "v2", 1, 96), one(points, "v2", 0.35)
    assert pair[0].top1 == pair[1].top1 == 60.3
    says("05", "{:.0f} and {:.0f} million MACs".format(*(row.macs / 1e6 for row in pair)))


def test_05_what_the_recipe_is_worth():
    rows = several("checkpoint", "timm")
    old, new = one(rows, "v1", 1), one(rows, "v2", 1)
    gain, lead = old.timm - old.checkpoint, new.checkpoint - old.checkpoint
    says("05", f"v1 at full size gains {gain:.1f} points by the recipe alone")
    says("05", f"the {lead:.1f} points by which v2 leads it in the list of checkpoints")
    says("05", f"({new.checkpoint} against {old.checkpoint})")
    assert round(gain / lead) == 5
    says("05", "That is five times")
    says("05", f"v1 leads by {old.timm - new.timm:.1f} points ({old.timm:.1f} against")
    assert f"{new.timm:.1f}" == "72.9"
    laws = error_laws(checkpoints())
    shift = macs_for(100 - old.timm, laws["v1"]) / macs_for(100 - old.checkpoint, laws["v1"])
    assert shift > macs_for(40, laws["v1"]) / macs_for(40, laws["v2"])
    says("05", "a recipe is worth more than the whole shift between the families")


def test_05_timm_trained_the_same_architectures():
    rows = [row for row in published.records("timm") if row["family"]]
    for row in rows:
        assert published.rounds_to(row["params_million"], cost(design(row)).trainable_params)
    full = {row["family"]: row["network"] for row in rows if row["alpha"] == "1.0"}
    assert "ra4_e3600" in full["v1"] and ".ra_" in full["v2"]
    says("05", "this v1 by one recipe (`ra4_e3600`) and this v2 by another (`ra`)")


def test_05_table_4():
    table = table4().set_index("network")
    old, new, wide = (
        table.loc[name] for name in ("MobileNetV1", "MobileNetV2", "MobileNetV2 (1.4)")
    )
    says("05", f"300 and 3.4 are {new.macs / 1e6:.2f} and {new.kernels_and_bias / 1e6:.2f}")
    says("05", f"**575** is {575 / old.macs * 1e8 - 100:.1f} % above the {old.macs / 1e6:.2f}")
    says("05", f"**585** is printed where we count {wide.macs / 1e6:.2f}")
    over = wide.params_million * 1e6 / wide.kernels_and_bias - 1
    says("05", f"**6.9** million parameters are {over:.0%} too many".replace("%", " %"))
    counted = cost(Design("v2", 1.4))
    assert all(
        not published.rounds_to("6.9", count) and not published.cuts_to("6.9", count)
        for name, count in counted.columns().items()
        if "param" in name or "kernels" in name
    )
    says("05", f"the authors' own list of checkpoints prints {wide.macs / 1e6:.0f}")


def test_05_the_other_networks_of_table_4():
    cells = reproduce("v2-4").set_index(["row", "quantity"])
    says("05", "all six are counted alike")
    assert cells.index.get_level_values("row").nunique() == 6
    says("05", "Twelve cells, and what they say")
    assert len(cells) == 12
    assert cells.loc["NasNet-A", "explanation"].tolist() == ["rounded"] * 2
    says("05", "NasNet-A's 564 and 5.3 are rounded")
    shuffled = [name for name in cells.index if name[0].startswith("ShuffleNet")]
    assert [cells["verdict"][name] for name in shuffled].count("equal") == 3
    says("05", "ShuffleNet: three figures agree")
    odd = cells.loc[("ShuffleNet (1.5)", "MACs")]
    assert odd.explanation.startswith("24 filters in its first convolution")
    says("05", f"292 is printed where the network of its own paper has {odd.computed / 1e6:.2f}")


def test_05_times():
    table = table4().set_index("network")
    old, new = table.loc["MobileNetV1"], table.loc["MobileNetV2"]
    macs, time = (100 - 100 * new[name] / old[name] for name in ("macs", "pixel1_ms"))
    says("05", f"v2 saves {macs:.0f} % of the MACs, but only {time:.0f} % of the time")
    says("05", f"{old.ns_per_mac:.2f} ns per MAC have become {new.ns_per_mac:.2f}")
    assert old.source == new.source
    says("05", "both its times come from one list")
    phone = phone_times().query("family == 'v2'").sort_values("macs")
    small, large = phone.ns_per_mac.iloc[[0, -1]]
    says("05", f"{large:.2f} ns in the largest network and {small:.2f} ns in the smallest")
    assert 45 < phone.macs.max() / phone.macs.min() < 50
    says("05", "over a factor of nearly fifty")
    listed = published.table("v2-4").merge(
        published.table("v2-checkpoints"), on=["family", "alpha", "resolution"]
    )
    assert len(listed) == 2 and (listed.pixel1_ms_y < listed.pixel1_ms_x).all()
    says("05", "The times in the list of checkpoints are slightly shorter")


def test_05_the_runtime_matters_more_than_the_design():
    """By the times that the notebook was saved with."""
    output = next(cell for cell in cells("05", "code") if "here = measure(" in cell.source).outputs
    names, *rows = re.findall(r"<tr.*?</tr>", output[-1].data["text/html"], re.S)
    names = re.findall(r"<th>(.*?)</th>", names)[1:]
    table = pd.DataFrame([re.findall(r"<td>(.*?)</td>", row) for row in rows], columns=names)
    table = table[["macs", "keras", "LiteRT"]].astype(float)
    assert table.keras.min() > table.LiteRT.max() and len(table) == 6
    says("05", "by `predict`, even the smallest of these networks takes longer than the largest")
    assert 45 < table.macs.max() / table.macs.min() < 50
    says("05", "which has nearly fifty times the MACs")
    assert timing.SPREAD == 0.25
    says("05", "or its times differ by more than a quarter, the point is hollow")


def test_05_laws():
    points = checkpoints()
    points["error"] = 100 - points.top1
    laws = error_laws(points)
    slopes = [f"{law[0]:.3f}".replace("-", "−") for law in laws.values()]
    says("05", f"nearly equal: {slopes[0]} and {slopes[1]}")
    assert all(abs(2 ** (5 * law[0]) - 0.5) < 0.01 for law in laws.values())
    says("05", "Five doublings of the MACs halve the error")
    shifts = {f"{macs_for(e, laws['v1']) / macs_for(e, laws['v2']):.1f}" for e in (50, 40, 30)}
    assert shifts == {"1.9"}
    says("05", "v1 needs 1.9 times the MACs of v2 for the same error")


def test_05_how_the_law_fails():
    points = checkpoints()
    points["fitted"] = larger_half(points)
    halves = error_laws(points[points.fitted])
    points["missed"] = 100 - points.top1 - errors(points, halves)
    assert points.missed[points.fitted].abs().max() < 1
    says("05", "the line is never off by as much as one point")
    missed = points[~points.fitted].groupby("family").missed
    mean, worst = missed.mean(), missed.max()
    says("05", f"by {mean.v1:.1f} points on average for v1 and {mean.v2:.1f} for v2")
    says("05", f"by {worst.v1:.1f} and {worst.v2:.1f} at worst")
    slopes = error_laws(points)
    assert all(abs(halves[family][0]) < abs(slopes[family][0]) for family in halves)
    says("05", "both lines became flatter, and not equally")
    large = points[points.fitted]
    back = 100 - large.top1 - errors(large, error_laws(points[~points.fitted]))
    means = back.groupby(large.family).mean()
    assert 0 < means.v2 < 0.5 < means.v1 < mean.v1
    says("05", "Too optimistic again on average, though less so, and for v2 by hardly more than")


def test_05_figure_5():
    rows = published.table("v2-figure-5")
    drawn = rows.drawn == "yes"
    assert (len(rows), drawn.sum()) == (22, 21) and rows.alpha[~drawn].tolist() == [1.3]
    says("05", "The paper draws 21 of them, without α = 1.3.")


def test_05_what_came_after():
    rows = checkpoints("v3-large", "v3-small").set_index(["family", "alpha"])
    large, small = rows.loc[("v3-large", 1.0)], rows.loc[("v3-small", 1.0)]
    older = checkpoints()
    widest, narrow = one(older, "v2", 1.4), one(older, "v2", 0.75)
    for own in (large, small):  # over the MACs
        assert own.top1 > older[older.macs <= own.macs].top1.max()
    says("05", f"({large.top1} against {widest.top1} %)")
    says("05", f"with {widest.macs / large.macs:.1f} times fewer MACs")
    says(
        "05", f"{large.params / 1e6:.1f} million where the widest v2 has {widest.params / 1e6:.1f}"
    )
    says("05", f"({small.top1} against {narrow.top1} %, for {small.params / 1e6:.1f} and ")
    says("05", f"and {narrow.params / 1e6:.1f} million)")
    table = layer_table(Design("v3-large"))
    gates = table[table.role.isin(["reduce", "excite"])]
    assert gates.macs.sum() < 0.01 * table.macs.sum()
    assert 0.25 < gates.params.sum() / table.params.sum() < 0.3
    says("05", "nearly free in MACs and cost more than a quarter of the parameters")
    wide = table.set_index("name").loc["classifier_head"]
    says("05", f"computes {wide.c_out} channels from {wide.c_in}")
    plain = [cost(Design("v3-small", variant=name)).macs / 1e6 for name in ("", "minimalistic")]
    says("05", "the networks have {:.1f} and {:.1f}".format(*plain))
    found = reproduce("v3-checkpoints").query("row.str.contains('float')")
    assert found[found.verdict == "unexplained"].printed.tolist() == [66, 65]
    wider = found[found.explanation.str.startswith("1280 channels after the pooling")]
    assert len(wider) == 3 and (found.explanation == "cut off").sum() == 1
    says("05", "three figures fit a network with 1280 channels after the pooling", "5.4 is cut off")


# --- all three ---

each = pytest.mark.parametrize("notebook", ["03", "04", "05"])


@each
def test_the_answers_stand_nowhere(notebook):
    """Neither in what a reader can read nor in a saved output."""
    texts = [cell.source for kind in ("markdown", "code") for cell in cells(notebook, kind)]
    for cell in cells(notebook, "code"):
        for output in cell.outputs:
            texts.append(output.get("text", "") + output.get("data", {}).get("text/plain", ""))
    whole = "\n".join(texts)
    for name in exercises(notebook):
        asked = exercise(name)
        if isinstance(asked, Number):
            for digits in (1, 2, 3):
                assert not re.search(rf"(?<![\d.]){asked.answer:.{digits}f}(?!\d)", whole), name
        assert asked.solution.strip("'") not in whole or asked.solution.strip("'") in asked.wanted


@each
def test_it_says_how_to_run_it_and_where_to_go_on(notebook):
    first, last = (cells(notebook, "markdown")[at].source for at in (0, -1))
    after = {"03": "04_", "04": "05_", "05": "06_"}[notebook]
    assert "Run the cells in order from the top" in first and "Run All Cells" in first
    assert first.count("\n- ") >= 3
    assert last.startswith("## Can you now …") and last.count("\n- ") >= 3
    for text in (first, last):
        assert re.search(rf"next: \[[^\]]*\]\({after}", text)
    assert "reveal=True)` gives the answer away" in prose(notebook)


@each
def test_words_of_the_field_are_explained_where_they_first_stand(notebook):
    linked = re.findall(
        r"glossary\.ipynb#([\w-]+)", "\n".join(cell.source for cell in cells(notebook, "markdown"))
    )
    wanted = {
        "03": {"MAC", "Parameter", "Width-multiplier", "Resolution-multiplier", "Top-1", "ImageNet",
               "Pareto-front", "Pooling", "Classifier", "Checkpoint"},
        "04": {"Expansion", "Bottleneck", "Shortcut", "Batch-norm", "ReLU6", "Stride", "MAC",
               "Peak-activations", "Stage", "Why-t-is-6"},
        "05": {"MAC", "Parameter", "Checkpoint", "Power-law", "Convention", "Why-1280-stays"},
    }  # fmt: skip
    assert wanted[notebook] <= set(linked)
