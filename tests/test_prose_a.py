"""What the glossary and notebooks 00 to 02 say in prose, worked out here and looked up there."""

import re
from pathlib import Path

import nbformat
import numpy as np
import pytest

from mobilenet_lab import Design, cost, layer_table, log_law, price, published, reproduce
from mobilenet_lab.costs import separable
from mobilenet_lab.exercises.check import exercise, exercises
from mobilenet_lab.exercises.kinds import Number
from mobilenet_lab.features import receptive_fields
from mobilenet_lab.networks.widths import divisible, truncated
from mobilenet_lab.published.table1 import differing, table1

NAMES = {"glossary": "glossary", "tour": "00", "layer": "01", "network": "02"}
FOLDER = Path(__file__).parents[1] / "notebooks"
HALVES = ({"alpha": 0.5}, {"rho": 0.5}, {"expansion": 3})
V1, V2 = cost(Design("v1")), cost(Design("v2"))
ROWS = {family: layer_table(Design(family)) for family in ("v1", "v2")}


def prose(name):
    """The markdown of a notebook."""
    cells = nbformat.read(next(FOLDER.glob(f"{name}*.ipynb")), as_version=4).cells
    return "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def share(rows, column, chosen):
    """Percent of a column that some rows hold."""
    return 100 * rows[column][chosen].sum() / rows[column].sum()


def top1(design, **wanted):
    """The one published accuracy of a design in a series and number format."""
    wanted = {"series": "checkpoint", "number_format": "float32"} | wanted
    found = published.of(design)
    for column, value in wanted.items():
        found = found[found[column] == value]
    return found.top1.item()


def timm(family):
    """timm's accuracy of a family at full size."""
    rows = published.table("timm").query("alpha == 1 and resolution == 224")
    return rows[rows.family == family].top1.item()


def blocks(family):
    rows = ROWS[family]
    return rows[rows.block != ""].block.nunique()


def stages(family):
    return ROWS[family].stage.str.fullmatch(r"stage\d+").pipe(ROWS[family].stage.where).nunique()


def glossary():
    v1, v2 = ROWS["v1"], ROWS["v2"]
    floats = published.accuracy().query("series == 'checkpoint' and number_format == 'float32'")
    flops = reproduce("openvino").query("row == 'mobilenet-v2-1.0-224' and unit == 'billion'")
    assert str(flops.printed.item()) == "0.615" and flops.verdict.item() == "equal"
    yield f"needs {V1.macs:,}"
    yield f"has {V2.macs / 1e9:.3f} billion MACs, and OpenVINO prints 0.615 billion FLOPs"
    yield f"has {V2.params:,}, of which {V2.kernels:,}"
    left = v2[v2.op.isin(["convolution", "depthwise", "pointwise", "addition", "pooling", "dense"])]
    yield f"so MobileNet v2 has {len(left) + 1} operations left"  # and softmax
    yield f"the peak is {V1.peak_activations:,} values, at the pointwise convolution of the stem"
    assert v1.loc[v1.held.idxmax(), "name"] == "stem_block1_pointwise"
    yield f"{V2.params:,} parameters by all variables, {V2.trainable_params:,} by those"
    height, channels = v1.size_out[0], v1.c_out[0]
    yield f"a map of {height} × {height} × {channels}"
    yield f"the last map of MobileNet v1 has {v1.c_in[v1.op == 'pooling'].item()}"
    yield f"takes {separable.compare(**separable.EXAMPLE).macs['full']:,} MACs"
    assert {*v1[v1.kernels > 0].kernel, *v2[v2.kernels > 0].kernel} == {1, 3}
    assert (v1.stride == 2).sum() == 5
    yield "strides five times, from 224 px to 7 px"
    yield f"take {share(v1, 'macs', v1.op == 'depthwise'):.0f} % of the MACs"
    pointwise = (v1.op == "pointwise") & (v1.stage != "classifier")
    yield f"take {share(v1, 'macs', pointwise):.0f} % of the MACs"
    yield f"MACs: {100 * separable.share(**separable.EXAMPLE):.1f} % in the layer of Table 3"
    norms = V1.params - V1.kernels_and_bias
    assert norms == 2 * (V1.params - V1.trainable_params)
    yield f"makes {norms:,} of MobileNet v1's {V1.params:,}"
    yield f"v1 has {stages('v1')} stages, v2 has {stages('v2')}"
    yield f"v1 has {blocks('v1')} blocks, v2 has {blocks('v2')}"
    head = v1.stage == "classifier"
    yield f"{share(v1, 'params', head):.0f} % of the parameters and {share(v1, 'macs', head):.1f} %"
    inside = v2[v2.block == "stage2_block2"].set_index("role").c_out
    yield f"pass on {inside['project']} channels and are {inside['expand']} channels wide"
    yield f"none; v2 has {(v2.op == 'addition').sum()}, one in"
    assert not (v1.op == "addition").any()
    half = cost(Design("v1", 0.5)).macs
    yield f"falls from {V1.macs / 1e6:.0f} to {half / 1e6:.0f} million MACs"
    steps = {
        cost(Design("v2", expansion=t + 1)).macs - cost(Design("v2", expansion=t)).macs
        for t in range(2, 10)
    }
    yield f"each step of t adds {steps.pop():,} MACs"
    assert not steps
    yield f"24 channels become {divisible(24, 0.5)} and not 12"
    yield f"has a top-1 of {top1(Design('v1'))} %"
    old = price(floats[floats.family == "v1"])
    slope, _ = log_law(old.assign(log_error=np.log2(100 - old.top1)), "macs", "log_error")
    for number, family in ((16, "v1"), (22, "v2")):
        assert (floats.family == family).sum() == number
    yield "released 16 for v1 and 22 for v2"
    yield f"from {top1(Design('v1'))} % to {top1(Design('v1'), number_format='int8')} % top-1"
    sees = receptive_fields(Design("v2")).set_index("name").field
    yield f"it is {sees['stem_conv']} × {sees['stem_conv']} px; after the last stage it would be "
    yield f"be {sees['stage7_block1_project']} × {sees['stage7_block1_project']} px"
    thin = layer_table(Design("v2", 0.35))
    yield f"hold {share(thin, 'params', thin.stage.isin(['last', 'classifier'])):.0f} % of the para"
    wide = layer_table(Design("v2", 1.4))
    yield f"to {wide.c_out[wide.stage == 'last'].iloc[0]} channels at α 1.4"
    for alpha in (0.1, 0.35, 1.0):
        assert layer_table(Design("v2", alpha)).query("stage == 'last'").c_out.iloc[0] == 1280
    yield f"to the power −{-slope:.3f}: twice the MACs leave {100 * 2**slope:.0f} % of the error"
    one = Design("v1")
    yield (
        f"{top1(one, series='paper')} % in the paper, {top1(one)} % in the authors' checkpoint, "
        f"{top1(one, series='keras'):.1f} % in Keras' table, "
        f"{top1(one, number_format='int8')} % as int8, and {timm('v1'):.1f} % in timm's"
    )


def tour():
    """Notebook 00; its exercises' reasons are computed."""
    at_256 = published.table("timm").query("family == 'v1' and alpha == 1 and resolution == 256")
    yield f"timm reports {at_256.top1.item():.1f} % for v1 at 256 px"
    own = published.accuracy().query("series in ['checkpoint', 'paper']")
    assert own.resolution.max() < 256
    yield "published no accuracy for t = 3 or for 256 px"
    alphas = np.linspace(0.5, 1, 51)
    macs = {f: [cost(Design(f, alpha)).macs for alpha in alphas] for f in ("v1", "v2")}
    assert len(set(macs["v1"])) == 51 > len(set(macs["v2"]))
    widened = divisible(24, 0.65), divisible(24, 0.7)  # a step of 0.05, as the slider's
    assert widened[0] == widened[1] and divisible(24, 0.85) == widened[0] + 8
    yield "either changes nothing in a layer or adds 8 channels at once"
    yield "In v1 the MACs fall nearly to a *quarter*, in v2 only to about a *third*"
    halves = {f: cost(Design(f, 0.5)).macs / full.macs for f, full in (("v1", V1), ("v2", V2))}
    assert 0.25 < halves["v1"] < 0.27 and 0.31 < halves["v2"] < 0.34
    yield f"v2 keeps {100 * halves['v2']:.0f} % of its MACs"
    by_t = {t: cost(Design("v2", expansion=t)).macs for t in range(1, 11)}
    assert 2 * by_t[1] < by_t[2]
    yield "Between 2 and 1 the MACs fall by more than half"
    assert len({by_t[t + 1] - by_t[t] for t in range(2, 10)}) == 1
    yield "From t = 2 on, every step of t adds the same number of MACs"
    yield f"With t = 5, v2 needs {by_t[5] / 1e6:.1f} million MACs, and with t = 6 it needs "
    yield f"MobileNet v2 needs {V2.macs / 1e6:.1f} million MACs"
    stages = layer_table(Design("v2", 0.75, resolution=160))
    ends = stages.stage.isin(["last", "classifier"])
    assert share(stages, "params", ends) > 50 and share(stages, "macs", ends) < 10
    yield "more than half of the parameters, but need less than a tenth of the MACs"
    doubled = [V2.macs / cost(Design("v2", **half)).macs for half in HALVES]
    params = [V2.params / cost(Design("v2", **half)).params for half in HALVES]
    assert doubled[1] > doubled[0] > doubled[2] and params[0] > params[2] > params[1] == 1
    yield f"costs the most MACs**: {doubled[1]:.2f} times"
    yield f"comes next** with {doubled[0]:.2f} times the MACs, and it costs the most parameters"
    old = [V1.macs / cost(Design("v1", **half)).macs for half in HALVES[:2]]
    yield f"cost nearly the same: {old[0]:.2f} and {old[1]:.2f} times"
    for alpha in (0.35, 0.5, 0.75):  # exponents of alpha
        v1, v2 = (
            np.log(cost(Design(f, alpha)).macs / cost(Design(f)).macs) / np.log(alpha)
            for f in ("v1", "v2")
        )
        assert 1.9 < v1 < 2 and 1.2 < v2 < 1.7
    yield "grow almost with the square of α, those of v2 more slowly, and both nearly with"


def layer():
    """Notebook 01."""
    one, narrow = separable.EXAMPLE, separable.EXAMPLE | {"filters": 8}
    assert separable.law(3, 512) == pytest.approx(1 / 9, rel=0.02)
    yield "for about a ninth of the multiply-accumulates"
    shares = [100 * separable.share(**numbers) for numbers in (narrow, one)]
    yield f"costs {shares[0]:.1f} % of the full one instead of {shares[1]:.1f} %"
    assert separable.share(**one | {"kernel": 1}) > 1
    yield "Now the separable layer is the *more expensive* one"
    yield f"the share approaches {100 / 9:.1f} % and never falls below it"
    table = separable.compare(**one)
    yield f"whose {table.params['full']:,} weights are products of only "
    yield f"of only {table.params['separable']:,} free numbers"
    lost = published.table("v1-4").top1
    assert round(lost[0] - lost[1]) == 1
    yield "what the loss costs in accuracy: about one percentage point"
    narrower, smaller = truncated(512, 0.75), round(14 * 0.714)
    yield f"(glossary.ipynb#Width-multiplier) = 0.75 leaves {narrower} channels)"
    yield f"= 0.714 turns 14 px into {smaller})"
    rows = reproduce("v1-3")
    assert (rows.verdict == "equal").sum() == 8
    yield "All eight printed figures are the lab's, rounded"
    yield f"with {separable.share(**one):.3f}, its share of the MACs"
    rate = table.macs / table.moved
    yield f"computes {rate['full']:.0f} MACs for each value that it moves, the depthwise one "
    yield f"the depthwise one {rate['depthwise']:.1f}: nine for each"
    kept = table.loc["separable"] / table.loc["full"]
    assert 0.11 < kept.macs < 0.12 and 0.25 < kept.moved < 0.27
    yield "removes eight ninths of the *multiplying*, but only about three quarters of the *moving*"
    along = separable.compare_layers([(64, 112), (128, 56), (256, 28), (512, 14), (1024, 7)])
    assert along["macs"]["full"].nunique() == 1 and along["macs"]["share"].between(0.11, 0.13).all()
    moved = along["moved"]["share"]
    assert (moved[:2] > 1).all() and (moved[2:] < 1).all() and moved.idxmin() == moved.index[-1]
    yield "saves most in the last one, where the full convolution has more than nine million weig"
    assert separable.compare(3, 1024, 1024, 7).params["full"] > 9e6
    yield f"A 5 × 5 kernel has {25 / 9:.1f} times the pixels"
    share_ = 100 * table.macs["depthwise"] / table.macs["separable"]
    yield f"the depthwise part has {share_:.1f} % of the MACs of the separable layer"


def network():
    """Notebook 02."""
    rows = ROWS["v1"]
    pointwise = rows[(rows.op == "pointwise") & (rows.stage != "classifier")]
    common = pointwise.macs.mode().item()
    assert rows.op.isin(["convolution", "depthwise", "pointwise", "dense"]).sum() == 28
    yield "Twenty-eight layers, 569 million multiply-accumulates, 4.2 million weights"
    assert (round(V1.macs / 1e6), round(V1.kernels / 1e6, 1)) == (569, 4.2)
    assert (pointwise.macs == common).sum() == 8
    yield f"{common:,} MACs, in eight of them"
    rest = pointwise[pointwise.macs != common]
    assert {*rest.macs} == {common // 2} and (2 * rest.c_in == rest.c_out).all()
    assert len(rest) == 5
    yield "The other five, the first of the stem and of each stage, read half as many channels and"
    stage3 = rows.stage == "stage3"
    yield f"Stage 3 has six of the thirteen blocks, and so {share(rows, 'macs', stage3):.1f} % of"
    assert rows[stage3].block.nunique() == 6 and blocks("v1") == 13
    at = rows.loc[rows.held.idxmax()]
    yield f"reads {at.size_in} · {at.size_in} · {at.c_in} values and writes 112 · 112 · {at.c_out}"
    two = published.table("v1-4")
    counts = [reproduce("v1-4").computed[at] for at in (0, 1, 3)]
    full_macs, full_weights, weights = (int(one) for one in counts)
    yield f"{full_macs / V1.macs:.1f} times the MACs and {full_weights / weights:.0f} times the"
    yield f"for {two.top1[0] - two.top1[1]:.1f} points of top-1"
    yield f"{full_macs / 1e6:.1f} million should print as {full_macs / 1e6:.0f}"
    printed = published.table("v1-2")
    macs, params = (printed.set_index("layers")[f"{one}_percent"] for one in ("macs", "params"))
    assert (round(macs["Conv 1x1"]), round(params["Conv 1x1"])) == (95, 75)
    assert (round(macs["Conv DW 3x3"]), round(params["Conv DW 3x3"])) == (3, 1)
    yield "95 % of the MACs and 75 % of the parameters are in 1 × 1 convolutions"
    yield "take 3 % of the MACs and 1 % of the parameters"
    beside = table1()
    assert differing(beside).index.tolist() == [18]
    row = beside.loc[18]
    assert (row["printed", "stride"], row["computed", "stride"], row["printed", "size_in"]) == (
        2,
        1,
        7,
    )
    assert beside.loc[19]["printed", "size_in"] == 7
    yield "Row 18 prints stride 2"
    millions = published.table("v1-text").macs_million.dropna()
    assert 569 in {*published.table("v1-4").macs_million, *millions}
    yield "The paper states 569 million"
    verdicts = reproduce("v1-2").verdict
    assert (verdicts == "equal").sum() == 7 and len(verdicts) == 8
    yield "Seven of the eight figures agree to the last digit"
    body = V1.body.macs / 1e6
    yield f"Without it, 569 would be {body:.0f}"


def test_the_glossary_names_the_notebook_that_links_a_word_first():
    terms = re.findall(r"^### (.+)\n\n.*?First in \[(\d\d)\]", prose("glossary"), re.M)
    assert len(terms) == 50
    for term, first in terms:
        link = f"(glossary.ipynb#{term.replace(' ', '-')})"
        for number in ("00", "01", "02"):
            assert number > first or (link in prose(number)) == (number == first), (term, number)


@pytest.mark.parametrize("claims", [glossary, tour, layer, network], ids=lambda one: one.__name__)
def test_what_prose_says_is_what_the_lab_computes(claims):
    text = prose(NAMES[claims.__name__])
    missing = [said for said in claims() if said not in text]
    assert not missing


def shown(name):
    """All text of a notebook, outputs included."""
    cells = nbformat.read(next(FOLDER.glob(f"{name}*.ipynb")), as_version=4).cells
    outputs = [output for cell in cells for output in cell.get("outputs", ())]
    texts = [output.get("text", "") for output in outputs]
    texts += [
        text
        for output in outputs
        for kind, text in output.get("data", {}).items()
        if kind in ("text/plain", "text/html")
    ]
    return "\n".join([*(cell.source for cell in cells), *texts])


@pytest.mark.parametrize("notebook", ["00", "01", "02"])
def test_no_answer_that_is_a_number_stands_in_its_notebook(notebook):
    for name in exercises(notebook):
        one = exercise(name)
        if isinstance(one, Number) and one.answer % 1:
            for digits in (2, 1):
                answer = f"{one.answer:,.{digits}f}"
                assert not re.search(rf"(?<![\d.,]){re.escape(answer)}(?!\d)", shown(notebook)), (
                    name
                )
