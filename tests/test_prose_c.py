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


# 08: the papers, cell by cell

V1, V2 = trace(Design("v1")), trace(Design("v2"))
CELLS = reproduce()


def printed(quantity, table, row_start=""):
    """The printed counts of a table, with their units."""
    rows = CELLS[(CELLS.quantity == quantity) & (CELLS.table == table)]
    rows = rows[rows.row.str.startswith(row_start)]
    return list(zip(rows.printed, rows.unit, strict=True))


def test_08_how_many_counts_are_recomputed():
    every, ours, others = claimed(
        "08",
        r"print (\d+) counts, .* This notebook recomputes (\d+) of them; the other (\d+) belong",
    )
    assert len(CELLS) == every == ours + others
    assert (CELLS.verdict == "not computed").sum() == others
    assert claimed("08", r"you get all (\d+) rows") == [every]
    libraries = {name.partition("-")[0] for name in CELLS.table if not name.startswith("v")}
    assert len(libraries) == 7 and "seven libraries and lists" in prose("08")


def test_08_what_v2_is_quoted_at():
    text = prose("08")
    assert "at 300 million, 0.301 G, 0.31 G and 0.615 G operations" in text
    assert (300, "million") in printed("MACs", "v2-4", "MobileNetV2")
    assert set(printed("MACs", "torchvision")) == {(0.301, "billion")}
    assert (0.31, "billion") in printed("MACs", "timm", "mobilenetv2_100.")
    assert (0.615, "billion") in printed("FLOPs", "openvino", "mobilenet-v2-1.0")
    assert "3.4 to 3.54 million parameters" in text
    assert (3.4, "million") in printed("parameters", "v2-4", "MobileNetV2")
    assert (3_538_984, "1") in printed("parameters", "keras", "MobileNetV2")


@pytest.mark.parametrize(
    ("words", "convention"),
    [
        (r"Start: ([\d.]+) million", "MACs"),
        (r"twice\*: ([\d.]+) million", "MACs and batch norm"),
        (r"\*1st expansion\*: ([\d.]+) million", "MACs and first expansion"),
        (r"and addition: ([\d.]+) million", "FLOPs and element-wise work"),
    ],
)
def test_08_four_counts_to_find(words, convention):
    (millions,) = claimed("08", words)
    assert round(CONVENTIONS[convention](V2) / 1e6, 2) == millions


def test_08_two_counts_with_equal_digits():
    (digits,) = claimed("08", r"Both round to (\d+) million, but they are two different counts")
    counts = [CONVENTIONS[name](V2) for name in ("MACs and batch norm", "MACs and first expansion")]
    assert counts[0] != counts[1]
    assert [round(count / 1e6) for count in counts] == [digits, digits]


def test_08_the_v2_paper_cuts_off():
    assert "300.77 million becomes 300, 3.47 million becomes 3.4" in prose("08")
    own = (CELLS.table == "v2-text") | CELLS.row.str.startswith("MobileNet")
    rows = CELLS[own & CELLS.table.isin(["v2-4", "v2-text"])]
    rows = rows[rows.verdict.isin(["equal", "explained"])]
    assert set(rows.rounding) == {"cut off"}
    odd = rows[rows.verdict == "explained"]
    exception, exact = claimed("08", r"one exception: ([\d.]+) million .* which has ([\d.]+)\.")
    assert odd.explanation.tolist() == ["rounded"]
    assert odd.printed.tolist() == [exception] and round(odd.computed.item() / 1e6, 2) == exact


def test_08_the_listings_departures():
    text = prose("08")
    assert "The unscaled stem doubles the weights of the first convolution" in text
    paper, listing = (trace(Design("v1", 0.5, dialect=dialect)) for dialect in ("paper", "listing"))
    kernels = [next(one.kernels for one in layers if one.kernels) for layers in (paper, listing)]
    assert kernels[1] == 2 * kernels[0]
    assert "each is followed by batch norm" in text
    read_by = {name: layer.op for layer in listing for name in layer.reads}
    biased = [layer.name for layer in listing if layer.biases and not layer.in_classifier]
    assert len(biased) == 27 and {read_by[name] for name in biased} == {"batch_norm"}

    assert (
        "stages 1, 3 and 4 thinner, stage 1 by three channels of eight, and stage 5 wider" in text
    )
    wide, thin = (
        layer_table(Design("v2", 0.35, dialect=dialect)) for dialect in ("paper", "listing")
    )
    ends = [
        table[table.role == "project"].groupby("stage", sort=False).c_out.last()
        for table in (wide, thin)
    ]
    gap = (ends[1] - ends[0]).loc[lambda change: change != 0]
    assert list(gap.index) == ["stage1", "stage3", "stage4", "stage5"]
    assert gap["stage1"] == -3 and ends[0]["stage1"] == 8 and gap["stage5"] == 1
    assert (gap.drop("stage5") < 0).all()

    assert "nine tenths of it in the stem and in stages 1 to 3" in text
    saved = wide.groupby("stage", sort=False).macs.sum() - thin.groupby("stage").macs.sum()
    early = saved[["stem", "stage1", "stage2", "stage3"]].sum()
    assert round(early / saved.sum(), 1) == 0.9


def test_08_what_keras_builds():
    ours, theirs, keras, paper = claimed(
        "08", r"(\d) × 3, not (\d) × 4: ([\d.]+) million MACs, not ([\d.]+)\."
    )
    designs = [Design("v1", resolution=112, dialect=dialect) for dialect in ("keras", "paper")]
    tables = [layer_table(design) for design in designs]
    ends = [table[table.role == "pointwise"].size_out.iloc[-1] for table in tables]
    assert ends == [ours, theirs]
    assert [round(table.macs.sum() / 1e6, 2) for table in tables] == [keras, paper]
    assert "which starts to matter below α 0.25" in prose("08")
    for alpha, same in ((0.25, True), (0.24, False)):
        macs = {cost(Design("v1", alpha, dialect=dialect)).macs for dialect in ("keras", "paper")}
        assert (len(macs) == 1) == same
    assert "of the table's widths, only 0.56 shows it" in prose("08")
    for alpha, same in ((1.0, True), (0.35, True), (0.56, False)):
        macs = {cost(Design("v2", alpha, dialect=dialect)).macs for dialect in ("keras", "paper")}
        assert (len(macs) == 1) == same


def test_08_two_changes_fit_the_checkpoints_at_three_quarters():
    sixteen, whole, first, without = claimed(
        "08",
        r"with 16 filters in their first convolution instead of 24 \(([\d.]+) million at 224 px\), "
        r"but also without that convolution \(([\d.]+) − ([\d.]+) = ([\d.]+) million\)",
    )
    thin = layer_table(Design("v1", 0.75))
    assert thin.c_out[0] == 24
    macs = thin.macs.sum()
    assert [round(count / 1e6, 2) for count in (macs, thin.macs[0], macs - thin.macs[0])] == [
        *(whole, first, without)
    ]
    # The first convolution, the depthwise and the pointwise layer after it have a third less.
    block = thin[thin.macs > 0].macs.iloc[:3].sum()
    assert round((macs - block / 3) / 1e6, 2) == sixteen
    assert round(without) == round(sixteen) == 317 and "Both print as 317." in prose("08")


def test_08_how_strong_a_fit_is():
    strong, strength = claimed("08", r"For (\d+) million the reach is (\d+) %")
    *weak, share = claimed("08", r"For (\d+) and (\d+) million it is (\d+) %: two of three")
    reach = CELLS[CELLS.verdict == "explained"].set_index("printed").reach
    assert reach[strong] == strength and reach[weak].tolist() == [share, share]
    assert round(3 * share / 100) == 2


def test_08_what_is_not_unique():
    several, every = claimed("08", r"For (\d+) of the (\d+) explained counts, more than one")
    rows = CELLS[CELLS.verdict == "explained"]
    assert [(rows.also != "").sum(), len(rows)] == [several, every]
    causes = rows.explanation.str.partition(":")[0]
    sixteen = rows[causes == "16 filters in the first convolution"]
    assert set(claimed("08", r"fit the (\d+) million of a checkpoint at α 0.25")) < set(
        sixteen.printed
    )
    assert "and the 45 and 15 million of Table 12 as well" in prose("08")
    both = rows.table.eq("v1-12") & rows.explanation.str.startswith("16 filters")
    assert set(rows.printed[both]) == {45, 15}

    pair = claimed(
        "08", r"with (\d+) and (\d+) million \(\*cut off\*, or \*classifier left out\*\)"
    )
    own = rows[rows.printed.isin(pair)]
    assert set(causes[own.index]) == {"cut off"} and len(own) == 3
    assert own.also.str.startswith("classifier left out").all()
    pair = claimed("08", r"(\d+) and (\d+) million in Table 10 \(1001 classes, or 1000")
    own = rows[rows.table == "v1-10"]
    assert own.printed.tolist() == pair and set(causes[own.index]) == {"1001 classes"}
    assert set(own.also) == {"1000 classes"}
    (odd,) = claimed("08", r"The (\d+) million of Table 14 fit if batch norm is counted")
    assert rows.printed[causes == "batch norm counted"].tolist() == [odd]


def test_08_the_stride_of_the_first_version():
    ours, printed_there, exact = claimed(
        "08", r"It has (\d+) million MACs, where the paper says (\d+)\. .* it has ([\d.]+):"
    )
    wide, narrow = claimed("08", r"then work on (\d+) × \d+ positions, not on (\d+) × \d+\.")
    stage = layer_table(Design("v2")).query("stage == 'stage4' and role != 'add'")
    assert set(stage.size_out) - {28} == {narrow} and (printed_there, "million") in printed(
        "MACs", "v2-4", "MobileNetV2"
    )
    # By hand: the projection of the first of four blocks and all of the others, and the expansion
    # in front of 96 channels, have four times the positions; so has each depthwise layer.
    t, before, c = 6, 32, 64
    moved = 9 * t * before + t * before * c + 3 * (2 * t * c * c + 9 * t * c) + t * c * c
    gained = moved * (wide**2 - narrow**2)
    assert round((cost(Design("v2")).macs + gained) / 1e6) == ours
    assert round(cost(Design("v2")).macs / 1e6, 2) == exact


OTHERS = ["v1-8", "v1-9", "v1-13", "v2-5", "v2-6", "v2-7"]


def test_08_what_is_left_over():
    words = "three numbers are left: 286 million for a network of Table 14"
    assert words in prose("08")
    assert "and 199 and 32 kB of memory in the second paper's Table 3" in prose("08")
    rows = CELLS[(CELLS.verdict == "unexplained") & ~CELLS.table.isin(OTHERS)]
    own = rows[rows.row.str.contains("MobileNet")]
    assert set(own.printed) == {286, 199, 32}
    assert set(own.table[own.printed != 286]) == {"v2-3", "v2-3-earlier"}
    assert "The 600 kB are ShuffleNet's, the 5,000 and 23.2 million Inception V3's" in prose("08")
    assert "the 66 and 65 million those of the small MobileNet v3." in prose("08")
    v3 = rows[rows.table.str.contains("v3")]
    assert set(v3.printed) == {66, 65} and v3.row.str.contains("small", case=False).all()
    rest = rows.drop([*own.index, *v3.index])
    names = rest.row.str.partition(" (")[0]
    assert set(zip(names, rest.printed, strict=True)) == {
        *(("ShuffleNet", 600), ("Inception V3", 5000), ("Inception V3", 23.2))
    }


def test_08_what_the_other_networks_teach():
    whole, reach, printed_times, times = claimed(
        "08",
        r"SqueezeNet's 1700 million in the first paper's Table 9 fits ([\d.]+) million MACs, .* "
        r"with a reach of (\d+) % the fit is weak.*\"(\d+) times less .* is (\d+) times, MAC",
    )
    (theirs,) = CELLS[(CELLS.row == "Squeezenet") & (CELLS.quantity == "MACs")].itertuples()
    assert (theirs.printed, theirs.reach) == (1700, reach)
    assert theirs.explanation.startswith("two operations a MAC")
    assert round(theirs.computed / 1e6, 1) == whole
    ours = cost(Design("v1", 0.5, resolution=160)).macs
    assert [round(1700 / 76), round(theirs.computed / ours)] == [printed_times, times]

    half, twice = claimed("08", r"SSDLite's ([\d.]+) billion fits twice ([\d.]+) billion")[::-1]
    (lite,) = CELLS[(CELLS.table == "v2-5") & (CELLS.verdict == "explained")].itertuples()
    assert (lite.printed, round(lite.computed / 1e9, 3)) == (twice, half)
    sevens = CELLS[(CELLS.table == "v2-7") & (CELLS.quantity == "parameters")]
    assert sevens.verdict.tolist() == 8 * ["equal"] and "all eight of Table 7" in prose("08")
    assert set(sevens.convention) == {"weights + bias + 2 x batch norm"}

    fits = CELLS[CELLS.explanation.str.startswith("crops of 14x14 positions")]
    (most,) = claimed(
        "08", r"four counts of MACs fit crops of 14 × 14 .* a reach of at most (\d) %"
    )
    assert len(fits) == 4 and fits.reach.max() == most
    padded = CELLS[CELLS.explanation.str.contains("maps padded to")]
    assert (padded.verdict == "explained").sum() == 3
    assert "fit two counts of Table 7 and, with batch norm counted, a third" in prose("08")
    off = padded[padded.verdict == "unexplained"].explanation.str.extract(r"([\d.]+) %")[0]
    (near,) = claimed("08", r"four others are within ([\d.]+) %")
    assert (off.astype(float) <= near).sum() == 4


def test_08_exercises_quote_the_packages_counts():
    stored, trained = claimed("08", r"counts ([\d,]+) parameters\. Only ([\d,]+) of them")
    assert [CONVENTIONS[name](V1) for name in ("all variables", "trainable")] == [stored, trained]
    from mobilenet_lab.exercises.paper_tables import COLLEAGUE

    quoted = claimed("08", r"reports ([\d,]+) for v1 and ([\d,]+) for v2")
    assert [COLLEAGUE(network) for network in (V1, V2)] == quoted
    (flops,) = claimed("08", r"quotes v1 at ([\d.]+) GFLOPs")
    assert round(CONVENTIONS["FLOPs"](V1) / 1e9, 2) == flops


def test_08_tables_that_print_no_counts():
    assert "`v1-1`, `v1-11`, `v2-1` and `v2-2` print no counts." in prose("08")
    numbered = {name for name in published.tables() if re.fullmatch(r"v\d-\d+", name)}
    assert numbered - set(CELLS.table) == {"v1-1", "v1-11", "v2-1", "v2-2"}


def shown(notebook):
    """All text of a notebook, outputs included."""
    (path,) = NOTEBOOKS.glob(f"{notebook}_*.ipynb")
    cells = nbformat.read(path, as_version=4).cells
    outputs = [output for cell in cells for output in cell.get("outputs", ())]
    texts = [cell.source for cell in cells] + [output.get("text", "") for output in outputs]
    return "\n".join(texts + [output.get("data", {}).get("text/plain", "") for output in outputs])


@pytest.mark.parametrize(
    ("notebook", "answer"),
    [
        ("06", "0.255"),  # the share of the values that is left
        ("06", "jump *="),  # the field's recursion
        ("08", "10,944"),  # the normalised channels of v1
        ("08", "10944"),
        ("08", "162.68"),  # what should stand in the table
        ("08", "batch_norm=1"),  # the colleague's convention
    ],
)
def test_no_answer_stands_in_its_notebook(notebook, answer):
    assert answer not in shown(notebook)
