"""One architecture, two kinds of input: Keras models and traces agree, in any composition."""

import inspect
import subprocess
import sys

import by_hand
import numpy as np
import pytest
from hypothesis import example, given, settings
from optional import keras
from random_weights import random_images, random_weights
from strategies import DIALECTS, alphas, designs

from mobilenet_lab import Design, build, cost, layers, mobilenet_v1, mobilenet_v2, trace
from mobilenet_lab.layers import FeatureMap
from mobilenet_lab.networks import widths

v1, v2 = mobilenet_v1, mobilenet_v2


def facts_of_model(model):
    """(name, kind, output shape, parameters) of each layer but the input."""
    return [
        (layer.name, type(layer).__name__, layer.output.shape[1:], layer.count_params())
        for layer in model.layers
        if not isinstance(layer, keras.layers.InputLayer)
    ]


def facts_of_trace(trace):
    """The same of each layer of a trace."""
    return [(layer.name, layer.kind, layer.shape_out, layer.params) for layer in trace]


# Names and signatures


@pytest.mark.parametrize(
    ("function", "signature"),
    [
        (v1.stem, "(x, alpha)"),
        (v1.learner, "(x, alpha)"),
        (v1.depthwise_group, "(x, n_filters, n_blocks, alpha)"),
        (v1.depthwise_block, "(x, n_filters, alpha, strides)"),
        (v1.classifier, "(x, alpha, dropout, n_classes)"),
        (v2.stem, "(x, alpha)"),
        (v2.learner, "(x, alpha, expansion=6)"),
        (v2.inverted_group, "(x, n_filters, n_blocks, alpha, expansion=6, strides=(2, 2))"),
        (v2.inverted_block, "(x, n_filters, alpha, expansion=6, strides=(1, 1))"),
        (v2.classifier, "(x, n_classes)"),
    ],
)
def test_signatures_are_the_listing_s(function, signature):
    full = inspect.signature(function)
    further = [p for p in full.parameters.values() if p.kind is not p.POSITIONAL_OR_KEYWORD]
    listed = [p for p in full.parameters.values() if p not in further]
    bare = [p.replace(annotation=p.empty) for p in listed]
    assert str(full.replace(parameters=bare, return_annotation=full.empty)) == signature
    assert all(p.kind is p.KEYWORD_ONLY and p.default is not p.empty for p in further)
    assert full.parameters["dialect"].default == "paper"


# Any composition of the functions, on both kinds of input

COMPOSITIONS = {
    "one block": lambda x: v1.depthwise_block(x, 16, 0.5, 1),
    "a strided block": lambda x: v1.depthwise_block(x, 16, 0.5, (2, 2)),
    "one inverted block": lambda x: v2.inverted_block(x, 16, 0.5),
    "an inverted block with a shortcut": lambda x: v2.inverted_block(
        v2.inverted_block(x, 16, 0.5), 16, 0.5, 3
    ),
    "a shortcut from the input": lambda x: v2.inverted_block(x, 3, 1.0, dialect="listing"),
    "a shortcut without expansion": lambda x: v2.inverted_block(
        x, 3, 1.0, expansion=1, dialect="listing"
    ),
    "groups without a stem": lambda x: v2.inverted_group(
        v1.depthwise_group(x, 32, 2, 0.5), 24, 3, 0.5, 2
    ),
    "groups of one family twice": lambda x: v1.depthwise_group(
        v1.depthwise_group(x, 16, 2, 1), 8, 1, 1
    ),
    "v1 stem, v2 learner": lambda x: v2.learner(v1.stem(x, 0.25), 0.35, 2),
    "v2 stem, v1 learner, v2 head": lambda x: v2.classifier(v1.learner(v2.stem(x, 0.35), 0.25), 7),
    "v2 body, v1 head": lambda x: v1.classifier(
        v2.learner(v2.stem(x, 0.35), 0.35, 1), 0.35, 0.2, 5
    ),
    "two stems": lambda x: v2.stem(v1.stem(v1.stem(x, 0.5), 0.25), 1.0),
    "two learners": lambda x: v2.learner(v2.learner(x, 0.1, 1), 0.1, 2, rows=[(2, 16, 2, 2)]),
    "dialects mixed": lambda x: v2.inverted_group(
        v1.depthwise_group(v1.stem(x, 0.5, dialect="listing"), 24, 2, 0.5),
        24,
        2,
        0.5,
        dialect="listing",
    ),
    "full convolutions": lambda x: v1.learner(
        v1.stem(x, 0.25, block=v1.full_block), 0.25, block=v1.full_block
    ),
    "padded full convolutions": lambda x: v1.learner(
        x, 0.25, rows=[(32, 2), (64, 1)], block=v1.full_block, dialect="listing"
    ),
    "fewer rows": lambda x: v1.learner(v1.stem(x, 1.0), 1.0, rows=((128, 1), (256, 1))),
    "stride 3": lambda x: v2.inverted_block(v1.depthwise_block(x, 8, 1, 3), 8, 1, 2, (3, 3)),
    "named blocks": lambda x: v2.inverted_block(
        v1.depthwise_block(x, 8, 1, 1, name="first"), 8, 1, name="second"
    ),
    "other layers between": lambda x: v1.depthwise_block(
        layers.of(x).Conv2D(5, 7, strides=2, name="mine")(v2.stem(x, 0.5)), 8, 1, 1
    ),
}


@pytest.mark.keras
@pytest.mark.parametrize("shape", [(64, 64, 3), (45, 70, 4)], ids=str)
@pytest.mark.parametrize("composition", COMPOSITIONS.values(), ids=COMPOSITIONS)
def test_any_composition(composition, shape):
    image = keras.Input(shape)
    end, traced = composition(image), composition(FeatureMap(*shape))
    assert keras.backend.is_keras_tensor(end)
    assert isinstance(traced, FeatureMap)
    assert end.shape[1:] == traced.shape
    assert facts_of_model(keras.Model(image, end)) == facts_of_trace(traced.layers)


@pytest.mark.keras
@pytest.mark.parametrize("name", ["n", "pair", "list", "NumPy"])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_strides_as_a_number_or_a_pair(dialect, name):
    strides = {"n": 2, "pair": (2, 2), "list": [2, 2], "NumPy": np.int64(2)}[name]
    for x in (keras.Input((33, 33, 8)), FeatureMap(33, 33, 8)):
        ends = (
            v1.depthwise_block(x, 8, 1.0, strides, dialect=dialect),
            v2.inverted_block(x, 8, 1.0, 6, strides, dialect=dialect),
            v2.inverted_group(x, 8, 1, 1.0, 6, strides, dialect=dialect),
        )
        sides = {"paper": (17, 17, 17), "listing": (16, 16, 16), "keras": (16, 17, 17)}[dialect]
        shapes = [(side, side, 8) for side in sides]
        assert [tuple(end.shape)[-3:] for end in ends] == shapes


@pytest.mark.keras
def test_no_size_is_needed_for_a_model():
    for dialect in DIALECTS:
        image = keras.Input((None, None, 3))
        body = v2.learner(v2.stem(image, 0.35, dialect=dialect), 0.35, 2, dialect=dialect)
        model = keras.Model(image, v1.classifier(body, 0.35, 0.1, 4, dialect=dialect))
        for shape in ((2, 64, 64, 3), (1, 45, 70, 3)):
            assert model(np.ones(shape, "float32")).shape == (shape[0], 4)


@pytest.mark.keras
def test_branches_of_one_input_join():
    image = keras.Input((64, 64, 3))
    branches = [
        v1.stem(image, 0.25),
        v2.stem(image, 0.5),
        v1.stem(image, 0.25, dialect="listing"),
        v2.inverted_group(image, 16, 2, 1.0),
        v2.inverted_group(image, 16, 2, 1.0),
        v1.depthwise_block(image, 16, 1.0, 2),
    ]
    both = keras.layers.Concatenate()(branches)
    halves = [v2.learner(both, 0.35, 1), v1.learner(both, 0.25)]
    ends = [v2.classifier(half, 3) for half in halves] + [v1.classifier(halves[0], 1.0, 0.5, 3)]
    model = keras.Model(image, keras.layers.Average()(ends))
    names = [layer.name for layer in model.layers]
    assert len(set(names)) == len(names)
    assert model(np.ones((1, 64, 64, 3), "float32")).shape == (1, 3)


def test_branches_of_one_feature_map_are_independent():
    start = v2.stem(FeatureMap(64, 64, 3), 0.5)
    known = start.layers
    first, second = v1.learner(start, 0.25), v2.learner(start, 0.35)
    assert start.layers == known == first.layers[:3] == second.layers[:3]
    assert facts_of_trace(v1.learner(start, 0.25).layers) == facts_of_trace(first.layers)


@pytest.mark.keras
def test_one_input_for_two_models():
    image = keras.Input((32, 32, 3))
    models = [keras.Model(image, v2.stem(image, 0.5)) for _ in range(2)]
    assert models[0].layers[1] is not models[1].layers[1]
    assert [layer.name for layer in models[0].layers[1:]] == ["stem_conv", "stem_bn", "stem_relu"]
    shapes = [[weight.shape for weight in model.weights] for model in models]
    assert shapes[0] == shapes[1]


@pytest.mark.keras
def test_a_reader_s_own_layers_between():
    image = keras.Input((50, 40, 1))
    x = keras.layers.Rescaling(2.0, -1.0)(image)
    x = keras.layers.Conv2D(3, 1, name="colours")(x) * 0.5 + 1.0
    x = v1.stem(x, 0.25)
    x = keras.layers.SpatialDropout2D(0.1)(keras.layers.MaxPooling2D()(x))
    x = keras.layers.Add()([v2.inverted_block(x, 16, 1.0), v1.depthwise_block(x, 16, 1.0, 1)])
    x = keras.ops.tanh(v2.inverted_group(x, 24, 2, 1.0))
    model = keras.Model(image, v2.classifier(x, 2))
    assert model(np.ones((3, 50, 40, 1), "float32")).shape == (3, 2)


@pytest.mark.keras
def test_a_model_inside_a_model():
    inner = build(Design("v2", 0.35, resolution=32, classes=4))
    image = keras.Input((64, 64, 3))
    x = inner(v1.depthwise_block(v1.stem(image, 0.25), 3, 1.0, 1, dialect="listing"))
    assert keras.Model(image, x).output.shape == (None, 4)


@pytest.mark.keras
def test_layers_can_be_asked_from_numpy_images_too():
    assert v1.depthwise_block(np.ones((1, 9, 9, 3), "float32"), 8, 1.0, 2).shape == (1, 5, 5, 8)


# A model's layers are the trace


@pytest.mark.keras
@settings(max_examples=6)
@given(designs())
@example(Design("v1", rho=1.4, classes=3))
@example(Design("v1", 0.05, resolution=33, dialect="listing"))
@example(Design("v2", 1.4, resolution=257))
@example(Design("v2", 0.05, resolution=65, expansion=1))
@example(Design("v2", 0.07, resolution=95, expansion=1, dialect="listing"))
@example(Design("v2", 0.5, resolution=97, expansion=2, dialect="listing"))
@example(Design("v1", 0.1, resolution=45, dialect="keras"))
@example(Design("v2", 0.1, resolution=45, dialect="keras"))
def test_layers_of_a_model_are_the_trace(design):
    model = build(design)
    assert facts_of_model(model) == facts_of_trace(trace(design))
    assert model.input.shape[1:] == (design.resolution, design.resolution, 3)
    assert model.output.shape[1:] == (design.classes,)
    assert all(type(layer).__module__.startswith("keras.") for layer in model.layers)
    for layer, row in zip(model.layers[1:], trace(design), strict=True):
        shapes = [x.shape[1:] for x in keras.tree.flatten(layer.input)]
        assert shapes == [row.shape_in] * len(shapes)
        sources = [x._keras_history.operation.name for x in keras.tree.flatten(layer.input)]
        assert [name.replace("image", "input") for name in sources] == list(row.reads)
        assert len(set(sources)) == 1 + (row.op == "addition")


@given(designs())
def test_every_layer_of_a_trace_is_somewhere(design):
    rows = trace(design)
    assert len({row.name for row in rows}) == len(rows)
    stages = list(dict.fromkeys(row.stage for row in rows))
    numbered = [f"stage{number}" for number in range(1, 8 if design.family == "v2" else 5)]
    last = ["last"] if design.family == "v2" else []
    assert stages == ["stem", *numbered, *last, "classifier"]
    assert all(row.block.startswith(row.stage) for row in rows if row.block)
    assert sum(row.role == "depthwise" for row in rows) == {"v1": 13, "v2": 17}[design.family]
    assert {row.role for row in rows if len(row.reads) > 1} <= {"add"}


# The paper dialect's widths, against the rule in the authors' code


@given(alphas("v1", "paper", most=2))
@example(0.1)
@example(8 / 1024)
def test_v1_keeps_eight_channels_in_each_layer(alpha):
    """Without the floor this is a narrower network: 7,979,191 MACs at α 0.1."""
    filters = [32, 64, 128, 128, 256, 256] + 6 * [512] + 2 * [1024]
    for block in (v1.depthwise_block, v1.full_block):
        x = v1.learner(v1.stem(FeatureMap(32, 32, 3), alpha, block=block), alpha, block=block)
        written = [layer.c_out for layer in x.layers if layer.op in ("convolution", "pointwise")]
        assert written == [max(int(channels * alpha), 8) for channels in filters]
        assert all(layer.c_out == layer.c_in for layer in x.layers if layer.op == "depthwise")


@pytest.mark.parametrize("rule", [widths.truncated, widths.floored, widths.divisible_listing])
def test_widths_beyond_the_floats_are_exact(rule):
    assert rule(1024, 1e308) == 1024 * int(1e308)


def test_layers_without_a_name_are_numbered_as_they_come():
    x = FeatureMap(8, 8, 3)
    for _ in range(2):
        x = layers.of(x).Conv2D(4, 3)(x)
    assert [layer.name for layer in x.layers] == ["conv2d_1", "conv2d_2"]


def test_only_maps_of_one_network_are_merged(refused):
    one, other = (v2.stem(FeatureMap(32, 32, 3), 0.5) for _ in range(2))
    refused(lambda: layers.of(one).Add()([one, other]), "Add's maps", "one network")
    renamed = layers.of(other).ReLU(name="mine")(FeatureMap(16, 16, 16))
    refused(lambda: layers.of(one).Add()([one, renamed]), "Add's maps")
    twice = [layers.of(one).ReLU(name="same")(one) for _ in range(2)]
    refused(lambda: layers.of(one).Add()(twice), "Add's maps")


@given(designs())
def test_what_has_no_kernel_moves_by_single_positions(design):
    still = [one for one in trace(design) if one.op not in ("convolution", "depthwise")]
    assert {(one.kernel, one.stride) for one in still} == {(1, 1)}


@pytest.mark.parametrize(("alpha", "macs"), [(0.1, 10_945_847), (0.25, 41_030_272)])
def test_macs_of_a_narrow_v1(alpha, macs):
    assert cost(Design("v1", alpha)).macs == by_hand.macs(by_hand.v1(alpha=alpha)) == macs


@pytest.mark.keras
def test_keras_own_v1_has_no_such_floor():
    """Below α 0.25 its network is another one than the authors'; from there on, ours and theirs."""
    for alpha, same in ((0.1, False), (0.24, False), (0.25, True)):
        model = keras.applications.MobileNet((32, 32, 3), alpha, weights=None)
        first = next(layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D))
        assert first.filters == int(32 * alpha)
        assert (model.count_params() == cost(Design("v1", alpha, resolution=32)).params) == same


# The listing dialect, against the listing's structure written down a second time


def listed_v1(alpha, resolution, n_classes):
    """The listing's v1: biases everywhere, ReLU, (0, 1) padding before each stride of 2."""
    k = keras.layers
    image = keras.Input((resolution, resolution, 3))
    x = k.ZeroPadding2D(((0, 1), (0, 1)))(image)
    x = k.ReLU()(k.BatchNormalization()(k.Conv2D(32, 3, 2)(x)))
    blocks = [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1)]
    blocks += [(512, 2)] + 5 * [(512, 1)] + [(1024, 2), (1024, 1)]
    for filters, stride in blocks:
        if stride == 2:
            x = k.ZeroPadding2D(((0, 1), (0, 1)))(x)
        x = k.DepthwiseConv2D(3, stride, padding="same" if stride == 1 else "valid")(x)
        x = k.ReLU()(k.BatchNormalization()(x))
        x = k.ReLU()(k.BatchNormalization()(k.Conv2D(int(filters * alpha), 1, padding="same")(x)))
    x = k.Reshape((1, 1, int(1024 * alpha)))(k.GlobalAveragePooling2D()(x))
    x = k.Conv2D(n_classes, 1, padding="same", activation="softmax")(k.Dropout(0.001)(x))
    return keras.Model(image, k.Reshape((n_classes,))(x))


def listed_v2(alpha, expansion, resolution, n_classes):
    """The listing's v2: no biases, ReLU6, a stem of eights, truncated blocks, 1280 whatever α."""
    k = keras.layers
    image = keras.Input((resolution, resolution, 3))

    def normed(x):
        return k.ReLU(6.0)(k.BatchNormalization()(x))

    x = k.ZeroPadding2D(((0, 1), (0, 1)))(image)
    x = normed(k.Conv2D(max(8, (int(32 * alpha) + 4) // 8 * 8), 3, 2, use_bias=False)(x))
    blocks = [(1, 16, 1)]
    for filters, repeats, stride in (
        (24, 2, 2),
        (32, 3, 2),
        (64, 4, 2),
        (96, 3, 1),
        (160, 3, 2),
        (320, 1, 1),
    ):
        blocks += [(expansion, filters, stride)] + (repeats - 1) * [(expansion, filters, 1)]
    for t, filters, stride in blocks:
        shortcut, channels, filters = x, x.shape[-1], int(filters * alpha)
        if t > 1:
            x = normed(k.Conv2D(t * channels, 1, padding="same", use_bias=False)(x))
        if stride == 2:
            x = k.ZeroPadding2D(((0, 1), (0, 1)))(x)
        padding = "same" if stride == 1 else "valid"
        x = normed(k.DepthwiseConv2D(3, stride, padding=padding, use_bias=False)(x))
        x = k.Conv2D(filters, 1, padding="same", use_bias=False)(x)
        x = k.BatchNormalization()(x)
        if stride == 1 and channels == filters:
            x = k.Add()([shortcut, x])
    x = k.GlobalAveragePooling2D()(normed(k.Conv2D(1280, 1, use_bias=False)(x)))
    return keras.Model(image, k.Dense(n_classes, activation="softmax")(x))


def listed(design):
    """A design's network as the transcriptions above build it."""
    if design.family == "v1":
        return listed_v1(design.alpha, design.resolution, design.classes)
    return listed_v2(design.alpha, design.expansion, design.resolution, design.classes)


def settings_of(layer):
    """Everything of a layer's configuration that changes what it computes, but its padding.

    A 1×1 convolution of stride 1 is the same with either padding, so shapes speak for that.
    """
    names = ("filters", "units", "kernel_size", "strides", "use_bias", "max_value", "rate")
    config = layer.get_config()
    activation = getattr(layer, "activation", None)
    kept = {name: config[name] for name in names if name in config}
    if isinstance(layer, keras.layers.ZeroPadding2D):
        kept["padding"] = layer.padding
    return type(layer).__name__, layer.output.shape, kept, getattr(activation, "__name__", None)


@pytest.mark.keras
@settings(max_examples=4)
@given(designs(dialects=("listing",), largest=100))
@example(Design("v1", resolution=40, dialect="listing"))
@example(Design("v1", 0.29, resolution=33, classes=5, dialect="listing"))
@example(Design("v2", resolution=40, dialect="listing"))
@example(Design("v2", 0.35, resolution=45, classes=5, expansion=1, dialect="listing"))
def test_the_listing_dialect_is_the_listing(design):
    ours, theirs = build(design), listed(design)
    assert [settings_of(layer) for layer in ours.layers] == [
        settings_of(layer) for layer in theirs.layers
    ]
    assert ours.count_params() == theirs.count_params()
    # The same weights give the same features: padding and shortcuts are the same too.
    ours.set_weights(random_weights(theirs).get_weights())
    images = random_images(ours)
    ours, theirs = features(ours, images), features(theirs, images)
    assert np.isfinite(theirs).all()
    assert np.ptp(theirs) > 0.01
    np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-4)


def features(model, images):
    """What a model's global average pooling gives."""
    pool = keras.layers.GlobalAveragePooling2D
    (end,) = (layer.output for layer in model.layers if isinstance(layer, pool))
    return keras.ops.convert_to_numpy(keras.Model(model.input, end)(images))


# TensorFlow stays out of it

WITHOUT_TENSORFLOW = """
import sys
from mobilenet_lab import Design, cost, layer_table, mobilenet_v1, mobilenet_v2, sweep
from mobilenet_lab.layers import FeatureMap

x = mobilenet_v1.classifier(mobilenet_v1.learner(mobilenet_v1.stem(
    FeatureMap(224, 224, 3), 1.0), 1.0), 1.0, 0.5, 1000)
y = mobilenet_v2.classifier(mobilenet_v2.learner(mobilenet_v2.stem(
    FeatureMap(224, 224, 3), 1.0), 1.0), 1000)
assert len(x.layers) > 80 and len(y.layers) > 150
layer_table(Design("v2"))
sweep(["v1", "v2"], [0.5, 1.0])
print([name for name in sys.modules if name.split(".")[0] in ("tensorflow", "keras", "ipywidgets")])
"""


def test_a_feature_map_needs_no_tensorflow():
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_TENSORFLOW],
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    assert done.stdout.strip() == "[]"
