"""A further family is one file: everything else takes it from the registry."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from optional import keras, tf
from random_weights import random_weights
from toy_family import TOY

from mobilenet_lab import Design, build, cost, layer_table, memory, published, sweep, trace
from mobilenet_lab.costs.arena import RUNTIMES
from mobilenet_lab.costs.conventions import CONVENTIONS, PARTS, count
from mobilenet_lab.costs.fields import receptive_fields, seen_pixels
from mobilenet_lab.costs.memory import held
from mobilenet_lab.layers import FeatureMap
from mobilenet_lab.models import weights
from mobilenet_lab.networks.design import _trace
from mobilenet_lab.networks.families import FAMILIES
from mobilenet_lab.plots.diagram import Diagram, columns
from mobilenet_lab.plots.layer_bars import LayerBars


@pytest.fixture(autouse=True)
def toy(monkeypatch):
    monkeypatch.setitem(FAMILIES, "toy", TOY)


@pytest.fixture(scope="module")
def model():
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(FAMILIES, "toy", TOY)
        return random_weights(build(Design("toy", resolution=64, classes=7)))


DESIGNS = [
    ("toy", alpha, resolution, squeeze)
    for alpha, resolution, squeeze in itertools.product((0.5, 1.0, 1.3), (64, 75), (2, 4))
]


def test_a_design_has_the_familys_knob(refused):
    design = Design("toy", 0.5, squeeze=2)
    assert (design.squeeze, design.expansion, Design("v2").squeeze) == (2, None, None)
    assert str(design) == "Toy net, α 0.5, 224 px, s 2"
    assert eval(repr(design)) == design == Design("toy", 0.5, rho=1.0, squeeze=2)
    assert Design("toy").squeeze == 4
    refused(lambda: Design("toy", squeeze=2.5), "squeeze=2.5", "integer")
    refused(lambda: Design("v1", squeeze=2), "squeeze=2", "None for v1")
    refused(lambda: Design("toy", expansion=6), "expansion=6", "None for toy")
    refused(lambda: Design("toy", dialect="listing"), "dialect='listing'", "'paper'")


@pytest.mark.keras
@pytest.mark.parametrize("given", DESIGNS, ids=str)
def test_it_costs_what_keras_builds(given):
    family, alpha, resolution, squeeze = given
    design = Design(family, alpha, resolution=resolution, squeeze=squeeze, classes=7)
    built, rows = build(design).layers[1:], trace(design)
    for layer, row in zip(built, rows, strict=True):
        read = [one._keras_history.operation.name for one in keras.tree.flatten(layer.input)]
        assert [name.replace("image", "input") for name in read] == list(row.reads)
        assert (layer.name, type(layer).__name__) == (row.name, row.kind)
        assert tuple(layer.output.shape[1:]) == row.shape_out
        assert layer.count_params() == row.params
    weighted = [layer for layer in built if hasattr(layer, "kernel")]
    macs = sum(
        math.prod(layer.kernel.shape) * math.prod(layer.output.shape[1:-1]) for layer in weighted
    )
    assert (cost(design).macs, cost(design).params) == (macs, sum(r.count_params() for r in built))
    assert cost(design).body.params == sum(r.count_params() for r in built[:-3])


def test_a_grid_is_its_designs_one_by_one():
    frame = sweep(["toy", "v2"], [0.5, 1.0, 1.3], resolution=[64, 75], squeeze=[2, 4])
    assert frame[frame.family == "v2"]["squeeze"].isna().all()
    rows = frame[frame.family == "toy"]
    assert rows[["family", "alpha", "resolution", "squeeze"]].values.tolist() == [
        list(given) for given in DESIGNS
    ]
    for row in rows.to_dict("records"):
        design = Design("toy", row["alpha"], resolution=row["resolution"], squeeze=row["squeeze"])
        assert {name: row[name] for name in cost(design).columns()} == cost(design).columns()


def test_the_table_adds_up():
    design = Design("toy", 0.5)
    table = layer_table(design)
    assert table.macs.sum() == cost(design).macs
    assert table.params.sum() == cost(design).params
    assert table.held.max() == cost(design).peak_activations
    gates = table[table.op == "multiplication"]
    assert list(gates.reads) == [
        f"{block}_depthwise_swish, {block}_excite" for block in gates.block
    ]


@pytest.mark.keras
def test_every_convention_counts_it(model):
    counts = count(trace(Design("toy", resolution=64, classes=7))).set_index("convention")
    outputs = {layer.name: math.prod(layer.output.shape[1:]) for layer in model.layers}
    own = counts.loc["FLOPs and element-wise work"]
    assert own.activation == sum(size for name, size in outputs.items() if name.endswith("swish"))
    assert own.addition == sum(
        size for name, size in outputs.items() if name.endswith(("scale", "add"))
    )
    assert own.batch_norm == sum(size for name, size in outputs.items() if name.endswith("bn"))
    pooled = [layer for layer in model.layers if "GlobalAverage" in type(layer).__name__]
    assert own.pooling == sum(math.prod(layer.input.shape[1:]) for layer in pooled)
    assert (counts[[*PARTS]].sum(axis=1) == counts["count"]).all()
    assert counts.loc["all variables", "count"] == model.count_params()
    kernels = sum(math.prod(w.shape) for w in model.weights if w.name == "kernel")
    biased = sum(w.shape[0] for w in model.weights if w.name in ("bias", "beta"))
    assert counts.loc["int8 bytes", "count"] == kernels + 4 * biased
    assert counts.loc["float32 bytes", "count"] == 4 * counts.loc["batch norm folded", "count"]


def test_what_is_not_known_is_refused_by_name(refused):
    class Softplus:
        name = "odd_one"

        def __call__(self, x):
            return x.after(self, "softplus", x.shape)

    def odd(x, alpha, **_):
        return TOY.network(Softplus()(x), alpha)

    layers = odd(FeatureMap(32, 32, 3), 1.0).layers
    for analysis in (*CONVENTIONS.values(), held):
        refused(lambda analysis=analysis: analysis(layers), "odd_one", "softplus", "convolution")


def test_what_waits_for_a_gate_is_held():
    design = Design("toy", resolution=64)
    rows = layer_table(design).set_index("name")
    side, channels = rows.loc["stage1_block2_depthwise", ["size_out", "c_out"]]
    map_size, gate = side * side * channels, -(-channels // 4)
    assert rows.held["stage1_block2_reduce"] == 2 * map_size + channels + gate  # and the shortcut
    assert rows.held["stage1_block2_scale"] == 3 * map_size + channels


def test_its_memory_is_planned():
    """The gate waits for two dense layers; hard swish is an operation, which "held" leaves out."""
    found = {name: memory(Design("toy"), 8, name) for name in RUNTIMES}
    names = found["tflm"].operations
    assert {"stem_swish", "stage1_block1_excite_hard_sigmoid"} <= set(names)
    assert "stage1_block1_reduce_relu" not in names
    blocks = found["tflm"].blocks.set_index("tensor")
    scale, swish = names.index("stage1_block1_scale"), blocks.loc["stage1_block1_depthwise_swish"]
    assert swish["last"] == scale == swish["first"] + 5
    assert cost(Design("toy")).peak_activations <= found["live"].peak <= found["tflm"].peak


@pytest.mark.keras
def test_receptive_fields_are_those_with_a_gradient(model):
    """Smooth gates let every pixel count; before the first one, fields are those of kernels."""
    design = Design("toy", resolution=64, classes=7)
    fields = receptive_fields(design).set_index("name")
    assert tuple(fields.loc["stem_first"]) == (3, 2)
    assert tuple(fields.loc["stage1_block1_depthwise"]) == (3 + 4 * 2, 4)
    assert fields.field["stage1_block1_scale"] >= 64
    assert fields.jump["stage1_block1_scale"] == 4
    names = ["stem_first", "stage1_block1_depthwise", "stage1_block1_scale", "stage2_block1_add"]
    names = [name for name in names if name in fields.index]
    whole = keras.Model(model.input, [model.get_layer(name).output for name in names])
    image = tf.constant(np.random.default_rng(0).uniform(0.2, 0.4, (1, 64, 64, 3)), tf.float32)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(image)
        values = [tf.reduce_sum(maps[0, 3, 5]) for maps in whole(image, training=False)]
    for name, value in zip(names, values, strict=True):
        seen = np.abs(tape.gradient(value, image).numpy()[0]).sum(axis=-1) > 0
        rows, cols = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
        box = [(int(one[0]), int(one[-1]) + 1) for one in (rows, cols)]
        assert box == [seen_pixels(design, name, at) for at in (3, 5)], name


@pytest.mark.parametrize("part", [*TOY.drawings.values(), "classifier", "stage3_block2"])
def test_every_part_is_drawn(part):
    diagram, design = Diagram(), Design("toy")
    diagram.show(design, part, pinned=(Design("toy", 0.5),))
    shown = columns(design, part)
    visible = [slot for slot in diagram.slots if slot.box.get_visible()]
    assert len(visible) == len(shown)
    table = layer_table(design)
    own = table[(table.stage == part) | (table.block == part) | (part == "network")]
    assert sum(one.macs for one in shown) == own.macs.sum()
    assert sum(one.params for one in shown) == own.params.sum()


def test_a_drawing_of_a_gate_shows_what_it_reads():
    shown = columns(Design("toy"), "stage1_block2")
    titles = [one.title for one in shown]
    assert titles[1:] == ["depthwise", "squeeze", "reduce", "excite", "scale", "project", "add"]
    assert shown[1].details == ("5×5, stride 1", "batch norm", "hard swish")
    assert shown[titles.index("project")].details[-1] == "linear"
    assert shown[titles.index("scale")].shortcut == titles.index("depthwise")
    assert shown[titles.index("add")].shortcut == 0


def test_more_columns_than_there_were_are_drawn(monkeypatch):
    monkeypatch.setattr("toy_family.ROWS", ((16, 1, 1),) * 14)
    _trace.cache_clear()  # of the networks with fewer rows
    diagram = Diagram()
    before = len(diagram.slots)
    diagram.show(Design("toy"))
    assert len(diagram.slots) == 17 > before
    assert all(slot.box.get_visible() for slot in diagram.slots)
    _trace.cache_clear()


def test_bars_stand_for_its_layers():
    table = layer_table(Design("toy"))
    bars = LayerBars(table)
    bars.show(Design("toy", 0.5), layer_table(Design("toy", 0.5)))
    assert len(bars.names) == table.held.notna().sum()
    assert "multiply" in [text.get_text() for text in bars.figure.legends[0].get_texts()]


def test_nothing_is_published_and_no_weights_exist():
    design = Design("toy")
    assert published.of(design).empty
    assert weights.kinds(design) == ["random"]
    assert pd.isna(sweep("v1")["squeeze"][0])
