"""Variants of a family: other rows and Figure 6, described once for model, cost and drawing."""

import hypothesis
import numpy as np
import pytest
from hypothesis import strategies as st
from random_weights import random_weights

from mobilenet_lab import Design, build, cost, layer_table, mobilenet_v1, mobilenet_v2, price, sweep
from mobilenet_lab.layers import FeatureMap
from mobilenet_lab.networks.design import trace
from mobilenet_lab.networks.families import FAMILIES
from mobilenet_lab.plots.diagram import Diagram

FIGURE_6 = ("relu6 bottleneck", "no shortcut", "shortcut between expansions")
NAMED = [("v1", "small"), *(("v2", name) for name in ("small", *FIGURE_6))]
TOGETHER = [*NAMED, *(("v2", f"small, {name}") for name in FIGURE_6)]


def layers_by(design, op):
    return [layer for layer in trace(design) if layer.op == op]


@st.composite
def small_designs(draw):
    family, variant = draw(st.sampled_from(TOGETHER))
    return Design(
        family,
        draw(st.floats(0.1, 1.2)),
        resolution=draw(st.integers(32, 80)),
        expansion=draw(st.integers(1, 7)) if family == "v2" else None,
        classes=draw(st.integers(2, 30)),
        variant=variant,
    )


@pytest.mark.keras
@pytest.mark.parametrize(("family", "variant"), TOGETHER)
def test_the_model_has_the_layers_that_are_priced(family, variant):
    design = Design(family, 0.25, resolution=40, classes=7, variant=variant)
    model, layers = build(design), trace(design)
    assert model.count_params() == cost(design).params
    assert [own.name for own in model.layers[1:]] == [layer.name for layer in layers]
    for own, layer in zip(model.layers[1:], layers, strict=True):
        assert tuple(own.output.shape[1:]) == layer.shape_out, layer.name
        assert own.count_params() == layer.params, layer.name


@hypothesis.settings(max_examples=40)
@hypothesis.given(small_designs())
def test_a_sweep_and_a_frame_price_it_as_cost_does(design):
    values = design.values()
    row = sweep(values.pop("family"), values.pop("alpha"), **values).iloc[0]
    counts = cost(design).columns()
    assert {name: row[name] for name in counts} == counts and row.variant == design.variant
    again = price(sweep(**design.values())[["family", "alpha", *values]])
    assert {name: again[name][0] for name in counts} == counts


def test_a_grid_of_a_variant_is_its_designs():
    grid = sweep("v2", (0.1, 0.25, 1.0), expansion=(1, 2, 6), variant=FIGURE_6[2], classes=26)
    for row in grid.itertuples():
        own = Design("v2", row.alpha, expansion=row.expansion, classes=26, variant=row.variant)
        assert (row.macs, row.params, row.resolution) == (cost(own).macs, cost(own).params, 224)


@pytest.mark.parametrize("family", ["v1", "v2"])
def test_a_small_network_has_a_total_stride_of_8(family):
    assert Design(family, variant="small").resolution == 32
    for side in (8, 24, 32, 50):
        maps = [one for one in trace(Design(family, variant="small", resolution=side))]
        last = [layer for layer in maps if layer.op == "pooling"]
        assert last[0].size_in == -(-side // 8)


def test_figure_6_keeps_the_multiply_accumulates():
    paper = cost(Design("v2"))
    assert {cost(Design("v2", variant=name)).macs for name in FIGURE_6} == {paper.macs}
    assert {cost(Design("v2", variant=name)).params for name in FIGURE_6} == {paper.params}


def test_figure_6_changes_what_it_names():
    blocks, shortcuts = 17, len(layers_by(Design("v2"), "addition"))
    assert shortcuts == 10
    relu = layers_by(Design("v2", variant="relu6 bottleneck"), "activation")
    assert len(relu) == len(layers_by(Design("v2"), "activation")) + blocks
    assert all(one.function == "ReLU6" for one in relu)
    assert not layers_by(Design("v2", variant="no shortcut"), "addition")
    between = layers_by(Design("v2", variant="shortcut between expansions"), "addition")
    assert len(between) == shortcuts
    assert {layer.c_out for layer in between} == {6 * c for c in (24, 32, 64, 96, 160)}


def test_the_last_block_has_no_expansion_to_be_joined_to():
    small = [Design("v2", variant=name) for name in ("small", f"small, {FIGURE_6[2]}")]
    assert [len(layers_by(one, "addition")) for one in small] == [3, 2]


@pytest.mark.keras
def test_without_expansion_the_two_kinds_of_shortcut_are_one():
    """With t = 1 the expanded map is the bottleneck; the paper's last block has no shortcut."""
    designs = [
        Design("v2", 0.5, resolution=64, expansion=1, classes=9, variant=variant)
        for variant in ("", FIGURE_6[2])
    ]
    one, other = (random_weights(build(design), 3) for design in designs)
    other.set_weights(one.get_weights())
    images = np.random.default_rng(0).uniform(-1, 1, (4, 64, 64, 3)).astype("float32")
    np.testing.assert_allclose(one(images), other(images), rtol=1e-5)
    assert np.ptp(np.asarray(one(images)), axis=0).max() > 1e-3


@pytest.mark.parametrize(("module", "rows"), [(mobilenet_v1, ((64, 1, 1),)), (mobilenet_v2, ())])
def test_strides_are_arguments_of_the_listing_s_functions(module, rows):
    image = FeatureMap(32, 32, 3)
    assert module.stem(image, 1.0, strides=1).height == 32
    assert module.stem(image, 1.0).height == 16
    assert mobilenet_v1.depthwise_group(image, 8, 2, 1.0, strides=1).height == 32
    assert mobilenet_v1.learner(image, 1.0, rows=((8, 2, 1), (8, 1))).height == 16


@pytest.mark.parametrize(("family", "variant"), TOGETHER)
def test_drawings_and_tables_show_the_variant(family, variant):
    design = Design(family, 0.5, variant=variant)
    table = layer_table(design)
    assert list(table["name"]) == [layer.name for layer in trace(design)]
    diagram = Diagram()
    for part in FAMILIES[family].drawings.values():
        diagram.show(design, part)
        assert variant in diagram.words
    shortcuts = "no shortcut" not in variant and family == "v2"
    diagram.show(design, "stage3")
    assert ("Shortcuts at" in diagram.words) == shortcuts


# Names


def test_names_in_any_order_are_one_design():
    one = Design("v2", variant="no shortcut,small")
    assert one == Design("v2", variant=["small", "no shortcut"]) and hash(one)
    assert one.variant == "small, no shortcut" and eval(repr(one)) == one
    assert one.replace(alpha=0.5).variant == one.variant
    assert str(one) == "MobileNet v2, α 1, 32 px, t 6, small, no shortcut"
    assert not one.is_as_published and Design("v2").is_as_published
    assert one.replace(variant="") == Design("v2", resolution=32)
    assert "variant" not in repr(Design("v2")) + str(Design("v2").values())


@pytest.mark.parametrize(
    ("family", "variant", "said"),
    [
        ("v1", "no shortcut", "'' (as published) for v1, 'small'"),
        ("v2", "tiny", "'small' or 'relu6 bottleneck'"),
        ("v2", "small, small", "each once"),
        ("v2", "no shortcut, shortcut between expansions", "which exclude each other"),
        ("v2", 3, "the name of a variant"),
        ("v2", None, "the name of a variant"),
        ("v2", ["small", 3], "the name of a variant"),
    ],
)
def test_another_name_is_one_sentence(family, variant, said):
    with pytest.raises(ValueError, match="variant=") as error:
        Design(family, variant=variant)
    assert said in str(error.value) and len(str(error.value)) < 300
    with pytest.raises(ValueError, match="variant="):
        sweep(family, variant=variant)


def test_a_small_network_has_a_smallest_picture():
    with pytest.raises(ValueError, match="resolution=7 .* 8 or more"):
        Design("v1", variant="small", resolution=7)
    with pytest.raises(ValueError, match="rho=0.03 .* 8 px or more"):
        Design("v1", variant="small", rho=0.03)
    assert Design("v1", variant="small", rho=0.1).resolution == 22
