"""What notebook 09 says, and its words in the glossary, looked up in what the lab computes."""

import re
import sys
from functools import cache
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from mobilenet_lab import Budget, Design, memory, predict, published, review
from mobilenet_lab.costs.files import flash
from mobilenet_lab.exercises.check import exercise
from mobilenet_lab.plots.candidates import NEAR
from mobilenet_lab.published.predicted import INTERVAL, errors, half_width
from mobilenet_lab.published.released import checkpoints, phone_times, several

ROOT = Path(__file__).parents[1]
DOOR = {"ram": "256KiB", "flash": "1MiB"}
TWO = [Design("v1", 0.5, resolution=144, classes=2), Design("v2", 0.5, resolution=128, classes=2)]
V1, V2 = TWO


@cache
def cells(name="09"):
    (path,) = (ROOT / "notebooks").glob(f"{name}*.ipynb")
    return nbformat.read(path, as_version=4).cells


@cache
def prose(name="09"):
    """The markdown of a notebook, a link as its text, on one line."""
    text = "\n".join(cell.source for cell in cells(name) if cell.cell_type == "markdown")
    return " ".join(re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text).split())


def says(*claims, name="09"):
    for claim in claims:
        assert claim in prose(name), claim


@cache
def door(runtime="live", **limits):
    return review(Budget(**DOOR | limits, runtime=runtime), classes=2)


@cache
def phone():
    return review(Budget(macs="150M"))


@cache
def recorded():
    """What was recorded of converted networks."""
    return pd.read_csv(ROOT / "tests" / "tflm" / "recorded.csv")


def designs(rows):
    names = ["family", "alpha", "resolution", "classes", "dialect", "expansion", "variant"]
    for row in rows[[name for name in names if name in rows]].to_dict("records"):
        known = {name: value for name, value in row.items() if pd.notna(value)}
        if "expansion" in known:
            known["expansion"] = int(known["expansion"])
        yield Design(known.pop("family"), known.pop("alpha"), **known)


def test_how_many_survive():
    live = door()
    assert live.searched == 310 and round(live.searched / live.fits) == 9
    says("310 designs", "One design in nine", "the best is a v1")
    assert live.best == V1 and live.designs("ties") == TWO
    small = [Design("v2", alpha / 100, resolution=144, classes=2) for alpha in range(35, 145, 5)]
    assert all(memory(one, runtime="live").peak > 2**18 for one in small)
    says("At 144 px no v2 fits, however small its α", "six times as wide")


def test_the_funnel():
    ram, file = door().funnel.to_dict("records")
    says(
        f"The RAM refuses {ram['refused']} of {door().searched}, the flash {file['refused']} of "
        f"the {ram['left']} that are left",
        f"With any amount of RAM {ram['alone']} more would fit, with any amount of flash "
        f"{file['alone']}",
    )


def test_the_front():
    assert NEAR == 0.1
    says("the darker of them by less than a tenth of the limit")
    refused = door().refused
    assert ((refused.ram <= 2**18) & (refused.limit == "flash")).any()
    held = {
        memory(Design("v2", alpha / 100, resolution=128, classes=2), runtime="live").peak
        for alpha in (35, 40, 45, 50, 55)
    }
    assert held == {245_760}
    says("all of its designs from α 0.35 to 0.55 hold the same 245,760 bytes")
    wider = Design("v2", 0.6, resolution=128, classes=2)
    assert memory(wider, runtime="live").peak > 245_760


def test_where_the_accuracy_comes_from():
    assert len(checkpoints()) == 38
    says("38 networks have a published checkpoint")
    rows = errors().query("left_out == @INTERVAL").set_index("family").round(2)
    v1, v2 = (rows.loc[family] for family in ("v1", "v2"))
    assert errors().left_out.tolist()[1] == INTERVAL
    says(
        f"v1 is then missed by {v1['mean']:.2f} points on average and by {v1.worst:.2f} at worst, "
        f"v2 by {v2['mean']:.2f} and {v2.worst:.2f}",
        f"± {half_width('v1'):.1f} points for v1, ± {half_width('v2'):.1f} for v2",
    )
    recipe = several("checkpoint", "timm").query("family == 'v1' and alpha == 1").iloc[0]
    says(f"what another recipe can do: {recipe.timm - recipe.checkpoint:.1f} points")
    assert recipe.timm - recipe.checkpoint > 2 * half_width("v2")


def test_what_int8_costs():
    rows = published.accuracy().query("series == 'checkpoint'")
    names = ["family", "alpha", "resolution"]
    both = rows.pivot_table(index=names, columns="number_format", values="top1")
    lost = (both["float32"] - both["int8"]).dropna().round(1)
    assert set(lost.index.get_level_values("family")) == {"v1"}
    says(
        f"Of the {len(lost)} checkpoints of v1 that were also published as int8, each lost by it, "
        f"between {lost.min()} and {lost.max()} points"
    )


def test_memory_over_time():
    plans = {one: memory(one) for one in TWO}
    live = {one: memory(one, runtime="live").peak for one in TWO}
    assert plans[V1].peak == live[V1]
    says(f"In v2 it needs {plans[V2].peak - live[V2]:,} bytes more")
    assert plans[V2].peak == 256 * 2**10
    says("Its plan takes 262,144 bytes, exactly 256 KiB")
    assert all(own.peak + own.persistent > 2**18 for own in plans.values())
    assert plans[V2].persistent > plans[V1].persistent
    says("With this part neither of the two fits")
    in_place = {one: memory(one, runtime="in-place") for one in TWO}
    assert in_place[V2].peak < live[V2] and in_place[V1].peak == live[V1]
    assert "depthwise" not in in_place[V1].at


def test_the_gap_is_below_a_map_that_waits_for_its_shortcut():
    plan = memory(V2)
    blocks = plan.blocks.set_index("tensor")
    own = blocks.loc[plan.at]
    assert own.offset + own.bytes == plan.peak and own["last"] - own["first"] + 1 == 5
    assert plan.operations[own["last"]].endswith("_add")
    beside = blocks[(blocks["first"] <= own["last"]) & (blocks["last"] >= own["first"])]
    beside, reached = beside.drop(index=plan.at).sort_values("offset"), 0
    for row in beside.itertuples():
        assert row.offset <= reached
        reached = max(reached, row.offset + row.bytes)
    assert reached == own.offset
    says("waits for its shortcut during five operations")


def test_the_recorder_agrees():
    rows = recorded().dropna(subset=["head"])
    for one, row in zip(designs(rows), rows.itertuples(), strict=True):
        assert memory(one, row.bits).peak == row.head, one
    says(f"for all {len(rows)} networks that were converted and recorded, it equals to the byte")


def test_the_size_of_a_file():
    rows = recorded().query("bits == 8")
    for one, size in zip(designs(rows), rows.file_bytes, strict=True):
        assert flash(one) == pytest.approx(size, rel=0.05), one
    says("none was off by more than 5 %", "the 1,048,576 bytes of flash")
    assert all(flash(one) < 2**20 / 1.05 for one in (*TWO, door("tflm").best))
    says("These three fit the flash")


def test_the_winner_flips():
    live, in_place, planned = (door(way) for way in ("live", "in-place", "tflm"))
    assert live.best == in_place.best == V1
    assert planned.best == Design("v1", 0.5, resolution=128, classes=2)
    lost = live.candidates.top1[0] - planned.candidates.top1[0]
    says(
        f"{planned.fits} designs are left in place of {live.fits}",
        f"the best has pictures of 128 px and {lost:.1f} points less",
    )
    known = {"alpha": [0.25, 0.35, 0.5, 0.75, 1, 1.3, 1.4], "resolution": [96, 128, 160, 192, 224]}
    assert {*checkpoints().alpha} == {*known["alpha"]}
    assert {*checkpoints().resolution} == {*known["resolution"]}
    found = [
        review(Budget(**DOOR, runtime=way), classes=2, **known).best.family
        for way in ("live", "tflm")
    ]
    assert found == ["v2", "v1"]
    says("Among the published sizes alone, even the family flips")


def test_a_phone():
    found, points = phone(), checkpoints()
    within = points[points.macs <= 150e6]
    best = within.loc[within.top1.idxmax()]
    assert (best.family, best.alpha, best.resolution, best.top1) == ("v2", 0.75, 160, 66.4)
    says("the best that fits has 66.4 %: v2 at α 0.75 and 160 px")
    own = predict(found.best)
    assert found.best == Design("v2", 0.95, resolution=160) and own.basis == "predicted"
    says(
        f"v2 at α 0.95 and 160 px would bring {own.top1 - best.top1:.1f} points more: "
        f"{own.top1:.1f} %, *predicted*, give or take {half_width('v2'):.1f}"
    )
    near = found.refused.query("basis == 'published' and excess < 0.03")
    assert sorted(near.top1) == [68.7, 68.8]
    says("Two *published* networks reach 68.7 and 68.8 % and exceed the budget by less than 3 %")
    ties = found.ties
    says(f"Of {len(ties) - 1} more designs the intervals overlap")
    says(f"saves {1 - ties.macs.min() / found.candidates.macs[0]:.0%}".replace("%", " % of the"))
    cheapest = ties.sort_values("macs").iloc[0]
    assert round(found.candidates.top1[0] - cheapest.top1) == 2
    larger = Design("v2", resolution=160)
    assert predict(larger).top1 == 68.8
    over = found.refused.query("alpha == 1 and resolution == 160 and family == 'v2'").excess.item()
    says(f"the published one at α 1 has 68.8 % for {100 * over:.1f} % more MACs")


def test_other_chips():
    tops = {kib: door("tflm", ram=f"{kib}KiB") for kib in (256, 288, 320, 512)}
    top1 = {kib: own.candidates.top1[0] for kib, own in tops.items()}
    assert round(top1[288] - top1[256], 1) == 0.1
    assert top1[288] - top1[256] < half_width("v1")
    says("From 256 to 288 KiB nothing is gained: a tenth of a point")
    says(f"320 KiB bring {top1[320] - top1[256]:.1f} points")
    alone = {kib: own.funnel.set_index("limit").alone for kib, own in tops.items()}
    assert alone[512].flash > alone[512].ram and alone[320].flash < alone[320].ram
    says("At 512 KiB the flash keeps more designs out alone")


def test_published_times():
    says(f"{len(phone_times())} *published* times of a Pixel 1")


def test_ten_are_measured():
    (cell,) = (cell for cell in cells() if "LatencyModel.fit" in cell.source)
    assert len(re.findall(r'\("v[12]", [\d.]+, \d+\)', cell.source)) == 10
    says("*predicted from 10 designs measured here*")


def test_without_the_packages_the_cells_that_measure_say_so(monkeypatch, capsys):
    for name in ("keras", "ai_edge_litert"):
        monkeypatch.setitem(sys.modules, name, None)
    wanted = ("from pathlib", "budget = ", "live = ", "two = ", "# NBVAL_IGNORE_OUTPUT")
    names, said = {}, []
    for cell in cells():
        if cell.cell_type == "code" and cell.source.startswith(wanted):
            exec(cell.source, names)
            said.append(capsys.readouterr().out)
    three, machine = said[-2:]
    assert three.count("\n") == 1 and " needs " in three
    assert "So the times published for a Pixel 1 stand in.\n" in machine
    assert "predicted from 23 designs measured on a Pixel 1" in machine
    assert names["machine"].fits


# The exercises and the words


@pytest.mark.parametrize("name", ["09.1", "09.2"])
def test_no_answer_stands_in_the_notebook(name):
    texts = [cell.source for cell in cells()]
    for cell in cells():
        for output in cell.get("outputs", ()):
            texts.append(output.get("text", "") or output.get("data", {}).get("text/plain", ""))
    answer = f"{exercise(name).answer:,}"
    assert not re.search(rf"(?<![\d.,]){answer}(?![\d.,]*\d)", "\n".join(texts))


def test_it_says_how_to_run_it():
    first, last = (cells()[at].source for at in (0, -1))
    assert "Run the cells in order from the top" in first and "Run All Cells" in first
    assert first.count("\n- ") >= 3
    assert last.startswith("## Can you now …") and last.count("\n- ") >= 3
    assert "reveal=True)` gives the answer away" in prose()
    for text in (first, last):
        assert "08_paper_tables.ipynb" in text and "00_tour.ipynb" in text


def test_its_words_are_in_the_glossary():
    first = [
        cell.source.split("\n")[0].removeprefix("### ")
        for cell in cells("glossary")
        if "First in [09]" in cell.source
    ]
    text = "\n".join(cell.source for cell in cells())
    assert len(first) == 8
    for term in first:
        assert f"(glossary.ipynb#{term.replace(' ', '-')})" in text, term


def test_what_the_glossary_says_of_them():
    live, plan = memory(V2, runtime="live").peak, memory(V2).peak
    same = Design("v2", 0.5, resolution=128)  # of 1000 classes, as the glossary does not name two
    assert (memory(same, runtime="live").peak, memory(same).peak) == (live, plan)
    in_place = memory(same, runtime="in-place").peak
    kept = memory(Design("v1", 0.5, classes=2)).persistent
    says(
        f"1 MiB is {2**20:,} bytes",
        f"{live:,} bytes for MobileNet v2 at α 0.5 and 128 px",
        f"lowers the peak of the same network to {in_place:,} bytes",
        f"for the same network it takes {plan:,} bytes",
        f"MobileNet v1 at α 0.5 with two classes the lab estimates {kept:,} bytes",
        f"half of it is {half_width('v1'):.1f} points in v1 and {half_width('v2'):.1f} in v2",
        name="glossary",
    )
    over = phone().refused.query("family == 'v2' and alpha == 1 and resolution == 160")
    says(
        f"needs {100 * over.excess.item():.1f} % more than 150 million MACs, and it has a check",
        name="glossary",
    )


def test_what_the_page_says_of_reviews():
    text = " ".join((ROOT / "docs" / "design-review.md").read_text(encoding="utf-8").split())
    rows = errors().query("left_out == @INTERVAL").set_index("family")
    v1, v2 = (rows.loc[family] for family in ("v1", "v2"))
    count = recorded()["head"].notna().sum()
    for claim in (
        f"in {count} of {count} converted networks",
        f"{v1['mean']:.2f} points on average and {v1.worst:.2f} at worst (v1), "
        f"{v2['mean']:.2f} and {v2.worst:.2f} (v2)",
        f"{len(checkpoints())} checkpoints are all there is",
        f"both families, {door().searched} designs",
    ):
        assert claim in text, claim
