"""ShuffleNet, NASNet and timm's variants: their own sources' figures, then those of v2's tables."""

from dataclasses import replace

import pytest
from optional import keras
from signatures import keras_signatures, signatures

from mobilenet_lab import Design, layers, mobilenet_v2, published, trace
from mobilenet_lab.competitors import nasnet, shufflenet, timm
from mobilenet_lab.costs.conventions import CONVENTIONS, MACS, WEIGHTS
from mobilenet_lab.published.rows import mobile

MILLION = 10**6
BODY = replace(MACS, classifier=False)


def image(size=224):
    return layers.FeatureMap(size, size, 3)


def built(network, size):
    """A network as a Keras model, and its trace."""
    pixels = keras.Input((size, size, 3))
    return keras.Model(pixels, network(pixels)), network(image(size)).layers


def asserts_keras_builds_the_same(network, size):
    model, traced = built(network, size)
    assert len(model.layers) == len(traced) + 1
    for own in traced:
        theirs = model.get_layer(own.name)
        assert own.shape_out == tuple(theirs.output.shape[1:]), own.name
        assert own.params == theirs.count_params(), own.name


# ShuffleNet


@pytest.mark.parametrize(
    ("groups", "printed"), [(1, "143"), (2, "140"), (3, "137"), (4, "133"), (8, "137")]
)
def test_complexities_of_shufflenets_own_table(groups, printed):
    """Table 1 prints the convolutions' multiply-accumulates, rounded."""
    traced = shufflenet.network(image(), 1.0, groups).layers
    assert published.rounds_to(printed, BODY(traced), MILLION)


def test_complexity_of_half_a_shufflenet():
    """Table 2 prints 38 for "0.5×" of one group: the stem's filters are halved, too."""
    assert published.rounds_to("38", BODY(shufflenet.network(image(), 0.5, 1).layers), MILLION)


def test_a_unit_by_hand():
    """56 px and 24 channels become 28 px and 240: 24 averaged, 216 computed from 60."""
    traced = shufflenet.network(image()).layers
    unit = [layer for layer in traced if layer.block == "stage1_block1"]
    assert unit[-1].shape_out == (28, 28, 240)
    macs = {layer.role: layer.macs for layer in unit if layer.macs}
    assert macs == {
        "reduce": 56 * 56 * 24 * 60,
        "depthwise": 28 * 28 * 9 * 60,
        "widen": 28 * 28 * 20 * 216,
    }


@pytest.mark.keras
def test_keras_builds_shufflenet():
    asserts_keras_builds_the_same(lambda x: shufflenet.network(x, 0.5, 3, 10), 64)


# timm


def test_timm_variants_without_a_variation_are_v1_and_v2():
    deeper = timm.deeper_v2(image(), 1.0, 1.0).layers
    assert deeper == trace(Design("v2"))
    added = [layer for layer in timm.v1_with_last(image()).layers if layer.stage == "last"]
    more = CONVENTIONS["trainable"](added)
    assert more == 1024 * 1024 + 2 * 1024
    plain = CONVENTIONS["trainable"](trace(Design("v1")))
    assert CONVENTIONS["trainable"](timm.v1_with_last(image()).layers) == plain + more


@pytest.mark.parametrize(
    ("alpha", "depth", "channels"),
    [(1.1, 1.2, {28: 32, 14: 104, 7: 352}), (1.2, 1.4, {28: 40, 14: 112, 7: 384})],
)
def test_channels_that_timm_lists(alpha, depth, channels):
    """Of the last maps of 28, 14 and 7 px (timm's `feature_info`)."""
    traced = timm.deeper_v2(image(), alpha, depth).layers
    ends = {layer.size_out: layer.c_out for layer in traced if layer.role == "project"}
    assert channels.items() <= ends.items()


def test_blocks_that_timm_adds():
    """timm rounds 1.2 times as many up, but leaves the first and last stage as they are."""
    traced = timm.deeper_v2(image(), 1.1, 1.2).layers
    stages = [block.partition("_")[0] for block in {layer.block: 0 for layer in traced} if block]
    counts = [stages.count(f"stage{number}") for number in range(1, 8)]
    assert counts == [1, 3, 4, 5, 4, 4, 1]
    assert len(mobilenet_v2.ROWS) == 7


# NASNet


@pytest.mark.slow
@pytest.mark.keras
def test_nasnet_is_keras_own_layer_by_layer():
    """Every weighted, pooling or merging layer: what it is, writes, weighs and reads."""
    theirs = keras.applications.NASNetMobile(weights=None)
    traced = nasnet.network(image()).layers
    assert signatures(traced) == keras_signatures(theirs)
    assert CONVENTIONS["all variables"](traced) == theirs.count_params() == 5_326_716


@pytest.mark.keras
def test_keras_builds_nasnet():
    asserts_keras_builds_the_same(lambda x: nasnet.network(x, 10, filters=8, cells=1), 64)


# The printed rows


def network_of(table, row, name=""):
    found = mobile.NETWORKS[table, row][name]()
    return getattr(found, "layers", found)


@pytest.mark.parametrize(
    ("row", "name", "macs", "params"),
    [
        ("ShuffleNet (1.5)", "24 filters in its first convolution", "292", "3.4"),
        ("ShuffleNet (x2)", "", "524", "5.4"),
    ],
)
def test_shufflenets_in_v2s_table_4(row, name, macs, params):
    traced = network_of("v2-4", row, name)
    assert published.cuts_to(macs, MACS(traced), MILLION)
    assert published.cuts_to(params, CONVENTIONS["weights and bias"](traced), MILLION)
    assert published.rounds_to(params, WEIGHTS(traced), MILLION)


@pytest.mark.parametrize(
    ("row", "params"), [("ShuffleNet (1.5)", "2.9"), ("ShuffleNet (x2)", "4.4")]
)
def test_shufflenets_in_the_first_version_of_v2s_table_4(row, params):
    """Both fit with a classifier of 960 channels, as many as the 1× network has."""
    traced = network_of("v2-4-first", row, mobile.NARROW)
    assert published.cuts_to(params, WEIGHTS(traced), MILLION)
    whole = WEIGHTS(network_of("v2-4-first", row))
    classifier = next(layer for layer in traced if layer.op == "dense")
    assert classifier.kernels == 960_000
    assert not published.cuts_to(params, whole, MILLION)


def test_nasnet_in_v2s_table_4():
    """The figures of NASNet's own paper, which rounds; v2's cuts its own off."""
    traced = network_of("v2-4", "NasNet-A")
    assert published.rounds_to("564", MACS(traced), MILLION)
    assert published.rounds_to("5.3", WEIGHTS(traced), MILLION)


@pytest.mark.parametrize(
    ("row", "macs", "params"),
    [
        ("mobilenetv1_100h.ra4_e3600_r224_in1k at 224", "0.63", "5.28"),
        ("mobilenetv1_100h.ra4_e3600_r224_in1k at 256", "0.82", "5.28"),
        ("mobilenetv2_110d.ra_in1k at 224", "0.45", "4.52"),
        ("mobilenetv2_120d.ra_in1k at 224", "0.69", "5.83"),
    ],
)
def test_timms_table(row, macs, params):
    traced = network_of("timm", row)
    counted = CONVENTIONS["MACs and batch norm"](traced)
    assert published.rounds_to(macs, counted, 1000 * MILLION)
    assert published.rounds_to(params, CONVENTIONS["trainable"](traced), MILLION)


@pytest.mark.parametrize(
    ("name", "channels"),
    [
        ("", {112: 48, 56: 48, 28: 480, 14: 960, 7: 1920}),
        ("2 groups", {112: 48, 56: 48, 28: 400, 14: 800, 7: 1600}),  # printed, but for 112 px: 32
    ],
)
def test_maps_that_v2s_table_3_holds(name, channels):
    traced = network_of("v2-3", "ShuffleNet (2x, g=3), size max", name)
    ends = {layer.block: layer for layer in traced if layer.block}
    assert {layer.size_out: layer.c_out for layer in ends.values()} == channels
    pooled = next(layer for layer in traced if layer.op == "pooling")
    assert pooled.c_out == channels[7]


def test_every_mobile_row_is_a_row_of_its_table():
    printed = {("timm", row) for row in published.table("timm")["network"]} | {
        (table, row)
        for table in ("v2-4", "v2-4-first")
        for row in published.table(table)["network"]
    }
    printed |= {
        (name, f"{row['network']}, size {row['size']}")
        for name in ("v2-3", "v2-3-earlier")
        for _, row in published.table(name).iterrows()
    }
    assert {key[:2] for key in (*mobile.NETWORKS, *mobile.REASONS)} <= printed


def test_every_mobile_variant_can_be_counted():
    for variants in mobile.NETWORKS.values():
        for network in variants.values():
            found = network()
            assert MACS(getattr(found, "layers", found)) > 0
