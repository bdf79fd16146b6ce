"""Conventions: every quoted figure of a network, and what lies between two of them."""

from dataclasses import replace

import numpy as np
import pytest
from by_hand import macs, normalised, v1, v2, weights
from hypothesis import given
from hypothesis import strategies as st
from optional import keras, tf
from strategies import designs

from mobilenet_lab import Design, cost, trace
from mobilenet_lab.costs.conventions import (
    CONVENTIONS,
    ELEMENTWISE,
    MACS,
    PARTS,
    WEIGHTS,
    Convention,
    count,
    parts,
    steps,
)
from mobilenet_lab.published import cuts_to, rounds_to

V2 = trace(Design("v2"))


def figure(name, **design):
    return CONVENTIONS[name](trace(Design("v2", **design)))


# Why MobileNetV2 is quoted at so many figures


def test_operations_of_mobilenet_v2():
    layers, added = v2()
    channels, values = normalised(layers)
    activated = sum(layer.outputs for layer in layers if layer.relu)
    assert figure("MACs") == macs(layers) == 300_774_272
    assert cuts_to("300", figure("MACs")) and rounds_to("301", figure("MACs"))
    assert figure("MACs and batch norm") == macs(layers) + 2 * values == 314_130_496
    assert rounds_to("314", figure("MACs and batch norm"))
    assert figure("FLOPs") == 2 * macs(layers) == 601_548_544
    assert figure("FLOPs and batch norm") == 2 * macs(layers) + 2 * values == 614_904_768
    element_wise = 1000 + values + activated + 7 * 7 * 1280 + added
    assert figure("FLOPs and element-wise work") == 2 * macs(layers) + element_wise == 614_612_552
    for name in ("FLOPs and batch norm", "FLOPs and element-wise work"):
        assert rounds_to("615", figure(name)) and not rounds_to("615", figure("FLOPs"))


def test_only_one_reading_of_the_flops_fits_the_wider_network():
    """1.183 billion with 1001 classes: batch norm is one operation then, and activations count."""
    wide = {"alpha": 1.4, "classes": 1001}
    assert rounds_to("1.183", figure("FLOPs and element-wise work", **wide), 10**9)
    assert rounds_to("1.184", figure("FLOPs and batch norm", **wide), 10**9)


def test_parameters_of_mobilenet_v2():
    layers, _ = v2()
    channels, _ = normalised(layers)
    own, bias = weights(layers), 1000
    assert figure("weights") == own == 3_469_760
    assert figure("weights and bias") == own + bias == 3_470_760
    assert cuts_to("3.4", own + bias) and rounds_to("3.47", own + bias)
    assert figure("batch norm folded") == own + bias + channels == 3_487_816
    assert rounds_to("3.49", own + bias + channels)
    assert figure("trainable") == own + bias + 2 * channels == 3_504_872
    assert rounds_to("3.50", own + bias + 2 * channels)
    assert figure("all variables") == own + bias + 4 * channels == 3_538_984
    assert rounds_to("3.54", own + bias + 4 * channels)
    assert figure("batch norm folded", classes=1001) == 3_487_816 + 1280 + 1 == 3_489_097


@pytest.mark.parametrize(
    "design",
    [Design("v1"), Design("v2", 0.5), *(Design("v1", dialect=one) for one in ("listing", "keras"))],
)
def test_bytes_are_those_of_folded_weights(design):
    layers = trace(design)
    folded = CONVENTIONS["batch norm folded"](layers)
    assert CONVENTIONS["float32 bytes"](layers) == 4 * folded
    assert CONVENTIONS["float16 bytes"](layers) == 2 * folded
    kernels = WEIGHTS(layers)
    assert CONVENTIONS["int8 bytes"](layers) == kernels + 4 * (folded - kernels)


# What each counter says, measured on the networks written out in PyTorch 2.13 (v2 as torchvision's,
# whose pooling is a function). v1's pooling is a module, for which two of them have a quirk.

COUNTED = {
    # ptflops 0.7.5 counts such a module twice: as itself, and as the function that it calls
    "ptflops": {"v1": 583_969_768 - 1024 * 7 * 7, "v2": 320_300_008, "v2 at 1.4": 610_186_408},
    # thop 0.1.1-2209072238 counts one operation a value and one a mean, and no functions
    "thop": {"v1": 588_962_304 - 1024 * (7 * 7 + 1), "v2": 327_486_720, "v2 at 1.4": 620_489_520},
    "fvcore": {"v1": 578_875_904, "v2": 314_193_216, "v2 at 1.4": 601_430_480},  # 0.1.5
    "torchinfo": {"v1": 568_763_240, "v2": 300_809_384, "v2 at 1.4": 582_244_760},  # 1.8.0
    "FLOPs": {
        "v1": 1_137_480_704,
        "v2": 601_548_544,
        "v2 at 1.4": 1_164_391_648,
    },  # FlopCounterMode
    "trainable": {"v1": 4_231_976, "v2": 3_504_872, "v2 at 1.4": 6_108_776},  # all four: parameters
}
NETWORKS = {"v1": Design("v1"), "v2": Design("v2"), "v2 at 1.4": Design("v2", 1.4)}


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("counter", COUNTED)
def test_counters_to_the_last_operation(counter, network):
    assert CONVENTIONS[counter](trace(NETWORKS[network])) == COUNTED[counter][network]


@pytest.mark.parametrize(
    ("counter", "counted"),
    [
        ("ptflops", 334_412_008 - 1280 * 7 * 7),
        ("thop", 342_001_408 - 1280 * (7 * 7 + 1)),
        ("fvcore", 327_841_088),
        ("torchinfo", 313_654_504),
        ("trainable", 3_505_960),
        ("FLOPs", 627_238_656),
    ],
)
def test_counters_where_the_first_block_is_expanded_too(counter, counted):
    """The same v2 with a 1×1 convolution, batch norm and ReLU6 in the block whose t is 1."""
    assert replace(CONVENTIONS[counter], first_expansion=True)(V2) == counted


def test_why_314_million():
    """Two readings: an expansion where t is 1, and batch norm at two operations a value."""
    expanded = CONVENTIONS["MACs and first expansion"](V2)
    assert expanded == 300_774_272 + 112 * 112 * 32 * 32 == 313_619_328
    assert rounds_to("314", expanded) and rounds_to("314", figure("MACs and batch norm"))
    path = steps((V2, MACS), (V2, CONVENTIONS["MACs and first expansion"]))
    assert path[["part", "added"]].to_numpy().tolist() == [["first_expansion", 12_845_056]]
    assert Convention("parameters", first_expansion=True)(V2) == 3_469_760 + 32 * 32


@pytest.mark.parametrize(
    ("design", "added"),
    [
        (Design("v1"), 0),
        (Design("v2", expansion=1), 112 * 112 * 32 * 32),  # of the first block alone
        (Design("v2", 0.5, resolution=64, dialect="listing"), 32 * 32 * 16 * 16),
    ],
    ids=str,
)
def test_only_a_first_inverted_block_lacks_an_expansion(design, added):
    layers = trace(design)
    assert Convention(first_expansion=True)(layers) == MACS(layers) + added


def test_ptflops_before_0_6_left_out_bias_and_pooling():
    """610.1 million for v2 at 1.4, measured with ptflops 0.2 to 0.5.2."""
    old = replace(CONVENTIONS["ptflops"], bias=0, pooling=0)
    assert figure("ptflops", alpha=1.4) - 1000 - 1792 * 7 * 7 == 610_097_600
    assert old(trace(NETWORKS["v2 at 1.4"])) == 610_097_600


def test_thop_s_603134720_is_a_sum_of_32_bit_floats():
    """thop 0.0.31.post2001170342, v2 at 1.4: batch norm twice a value, additions in the classifier.

    The exact sum is 48 less; from 2 ** 29 on, such floats are 64 apart.
    """
    own, exact, summed = Convention(batch_norm=2), 0, np.float32(0)
    for layer in trace(NETWORKS["v2 at 1.4"]):
        counted = own([layer]) * (1 + layer.in_classifier)
        exact, summed = exact + counted, summed + np.float32(counted)
    assert exact == 603_134_672
    assert summed == 603_134_720


@pytest.mark.keras
@pytest.mark.parametrize("family", ["v1", "v2"])
def test_tensorflow_s_profiler_to_the_last_operation(family):
    make = keras.applications.MobileNet if family == "v1" else keras.applications.MobileNetV2
    model = make(weights=None)
    graph = tf.function(lambda x: model(x, training=False)).get_concrete_function(
        tf.TensorSpec((1, 224, 224, 3))
    )
    options = tf.compat.v1.profiler.ProfileOptionBuilder.float_operation() | {"output": "none"}
    profiled = tf.compat.v1.profiler.profile(graph.graph, options=options).total_float_ops
    own = Convention("FLOPs", bias=1, batch_norm=2, pooling=1, addition=1)
    channels, _ = normalised(v1() if family == "v1" else v2()[0])
    assert own(trace(Design(family))) + 6 * channels + 5 * 1000 == profiled
    assert CONVENTIONS["TensorFlow's profiler"](trace(Design(family))) == profiled
    if family == "v2":
        assert rounds_to("615", profiled)


# Parts


def test_parts_by_hand():
    for family, layers in (("v1", v1(160, 0.5)), ("v2", v2(160, 0.5)[0])):
        traced = trace(Design(family, 0.5, resolution=160))
        for convention, amount in ((MACS, "macs"), (WEIGHTS, "weights")):
            by_part = dict.fromkeys(PARTS, 0)
            for layer in layers:
                by_part[layer.part] += getattr(layer, amount)
            assert parts(traced, convention) == by_part


def test_what_is_left_out():
    v1_layers = v1(alpha=0.75)
    traced = trace(Design("v1", 0.75))
    assert Convention(first_convolution=False)(traced) == macs(v1_layers, "first_convolution")
    assert Convention(classifier=False)(traced) == macs(v1_layers, "classifier")
    without = Convention(
        "parameters", bias=1, batch_norm=4, first_convolution=False, classifier=False
    )
    channels, _ = normalised(v1_layers)
    assert without(traced) == weights(v1_layers, "first_convolution", "classifier") + 4 * (
        channels - 24
    )


@given(designs(dialects=("paper",)))
def test_the_same_counts_as_cost(design):
    counts, layers = cost(design), trace(design)
    for name, field in {
        "MACs": "macs",
        "weights": "kernels",
        "weights and bias": "kernels_and_bias",
        "batch norm folded": "folded_params",
        "without batch norm's scale": "slim_params",
    }.items():
        assert CONVENTIONS[name](layers) == getattr(counts, field)
    assert Convention(classifier=False)(layers) == counts.body.macs


conventions = st.builds(
    Convention,
    st.sampled_from(["MACs", "FLOPs"]),
    **{name: st.integers(0, 4) for name in ELEMENTWISE},
    first_convolution=st.booleans(),
    classifier=st.booleans(),
    channel_scale=st.integers(0, 6),
    softmax=st.integers(0, 5),
    first_expansion=st.booleans(),
)


@given(designs())
def test_trainable_and_all_variables_in_either_dialect(design):
    layers = trace(design)
    assert CONVENTIONS["trainable"](layers) == cost(design).trainable_params
    assert CONVENTIONS["all variables"](layers) == cost(design).params


@given(designs(), st.lists(conventions, min_size=1, max_size=3))
def test_parts_add_up_and_steps_lead_from_figure_to_figure(design, several):
    layers = trace(design)
    for convention in several:
        amounts = parts(layers, convention)
        assert sum(amounts.values()) == convention(layers)
        assert all(type(amount) is int for amount in amounts.values())
    path = steps(*[(layers, convention) for convention in several])
    assert (path["before"] + path["added"] == path["after"]).all() and (path["added"] != 0).all()
    assert path["before"].tolist()[1:] == path["after"].tolist()[:-1]
    if len(path):
        assert path["before"].iloc[0] == several[0](layers)
        assert path["after"].iloc[-1] == several[-1](layers)


def test_steps_name_what_was_added():
    names = ("MACs", "MACs and batch norm")
    path = steps(*[(V2, CONVENTIONS[name]) for name in names])
    assert path.to_dict("records") == [
        {
            "before": 300_774_272,
            "part": "batch_norm",
            "added": 13_356_224,
            "after": 314_130_496,
        }
    ]
    path = steps((V2, MACS), (V2, CONVENTIONS["FLOPs and element-wise work"]))
    assert path["part"].tolist() == ["accumulation", *ELEMENTWISE]
    more = trace(Design("v2", classes=1001))
    bias = CONVENTIONS["weights and bias"]
    path = steps((V2, bias), (more, bias))
    assert path[["part", "added"]].to_numpy().tolist() == [["classifier", 1280], ["bias", 1]]


def test_count_has_every_convention_in_a_row():
    table = count(V2)
    assert table["convention"].tolist() == list(CONVENTIONS)
    assert list(table) == ["convention", "measure", *PARTS, "count"]
    assert (table[list(PARTS)].sum(axis=1) == table["count"]).all()
    assert table["count"].tolist() == [own(V2) for own in CONVENTIONS.values()]


def test_names():
    assert str(MACS) == "MACs" and str(WEIGHTS) == "weights"
    assert str(CONVENTIONS["MACs and batch norm"]) == "MACs + 2 x batch norm"
    assert str(CONVENTIONS["batch norm folded"]) == "weights + bias + folded batch norm"
    assert str(Convention(classifier=False)) == "MACs, without classifier"
    assert str(CONVENTIONS["MACs and first expansion"]) == "MACs + first expansion"
    assert str(CONVENTIONS["torchinfo"]) == "MACs + bias + 2 x channel scale"
    texts = [str(convention) for convention in CONVENTIONS.values()]
    assert len(set(texts)) == len(texts)


def test_what_is_no_convention_is_refused(refused):
    refused(lambda: Convention("macs"), "'macs'")
    refused(lambda: Convention(bias=-1), "-1")
    refused(lambda: Convention(batch_norm=True), "True")
    refused(lambda: steps((V2, MACS), (V2, WEIGHTS)), "parameters")
