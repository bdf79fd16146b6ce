"""Pictures in, feature maps out, and what is read off them."""

import gc
import importlib
import weakref
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from optional import keras, tf
from random_weights import random_images, random_weights
from strategies import DIALECTS, designs

from mobilenet_lab import Design, build, layer_table
from mobilenet_lab.features import (
    channel_order,
    feature_maps,
    histogram,
    receptive_fields,
    seen_pixels,
    statistics,
)
from mobilenet_lab.features.maps import PLAIN

# Keras' own way of asking TensorFlow for an array
pytestmark = [
    pytest.mark.keras,
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]

SMALL = Design("v2", 0.35, resolution=32, classes=2)


@pytest.fixture(scope="module")
def model():
    """A small network with weights like trained ones."""
    return random_weights(build(SMALL))


@pytest.fixture
def compiled():
    """The first pass is compiled, too."""
    with at_once():
        yield


def at_once():
    return mock.patch("mobilenet_lab.features.maps.PLAIN", 0)


# Feature maps


def one_by_one(model, batch):
    """What each layer writes, each called by itself on what the layers before it wrote."""
    written = {model.inputs[0].name: batch}
    names = {tensor: tensor.name for tensor in model.inputs}
    for layer in model.layers[1:]:
        sources = layer.input if isinstance(layer.input, list) else [layer.input]
        values = [written[names[source]] for source in sources]
        names[layer.output] = layer.output.name
        result = layer(values if len(values) > 1 else values[0], training=False)
        written[layer.output.name] = result
        yield layer.name, keras.ops.convert_to_numpy(result)


@settings(max_examples=4)
@given(designs(largest=64))
def test_maps_are_those_of_the_layers_by_themselves(design):
    model = random_weights(build(design))
    images = random_images(model, 2)
    plain = feature_maps(model, images)
    with at_once():
        compiled = feature_maps(model, images)
    expected = dict(one_by_one(model, images))
    for maps in (plain, compiled):
        assert list(maps) == list(layer_table(design)["name"])
        assert list(expected) == list(maps)
        for name, own in expected.items():
            np.testing.assert_allclose(maps[name], own, rtol=1e-3, atol=1e-4, err_msg=name)


@pytest.mark.parametrize("design", [Design("v1", 0.25, resolution=64), SMALL], ids=str)
def test_maps_are_those_of_one_submodel_per_layer(design):
    model = random_weights(build(design))
    image = random_images(model, 1)
    maps = feature_maps(model, image[0])
    for layer in model.layers[1::31]:
        expected = keras.Model(model.input, layer.output)(image)[0].numpy()
        np.testing.assert_allclose(maps[layer.name], expected, rtol=1e-3, atol=1e-4)
        assert maps[layer.name].shape == expected.shape
        assert maps[layer.name].dtype == np.float32


def test_a_batch_is_its_images(model):
    batch = random_images(model, 3)
    together = feature_maps(model, batch)
    for index, image in enumerate(batch):
        for name, values in feature_maps(model, image).items():
            np.testing.assert_allclose(together[name][index], values, rtol=1e-3, atol=1e-4)


def test_the_wanted_layers_in_network_order(model):
    image = random_images(model, 1)[0]
    names = list(layer_table(SMALL)["name"])
    wanted = [names[40], names[3], names[-1]]
    maps = feature_maps(model, image, wanted)
    assert list(maps) == [names[3], names[40], names[-1]]
    assert feature_maps(model, image, []) == {}
    for kind in (tuple, set, dict.fromkeys, np.array, iter, lambda names: (n for n in names)):
        assert list(feature_maps(model, image, kind(wanted))) == list(maps)


def test_compiled_after_some_passes_of_a_shape(monkeypatch):
    own = keras.Sequential([keras.Input((None, None, 3)), keras.layers.ReLU(6.0, name="relu")])
    ran, original = [], keras.layers.ReLU.call
    call = lambda self, inputs: ran.append(inputs) or original(self, inputs)  # noqa: E731
    monkeypatch.setattr(keras.layers.ReLU, "call", call)
    for side in (3, 5):
        ran.clear()
        for _ in range(PLAIN + 3):
            feature_maps(own, np.zeros((side, side, 3)))
        assert [hasattr(inputs, "numpy") for inputs in ran] == [True] * PLAIN + [False]


def test_compiled_once_for_a_model_and_a_shape(monkeypatch, compiled):
    model, traced = build(SMALL), []
    first, original = model.layers[1], keras.layers.Conv2D.call
    call = lambda self, inputs: traced.append(self.name) or original(self, inputs)  # noqa: E731
    monkeypatch.setattr(keras.layers.Conv2D, "call", call)
    image = random_images(model, 1)[0]
    for layers in (None, ["stem_relu"], None):
        feature_maps(model, image, layers)
        feature_maps(model, image.astype(np.float64), layers)
    assert traced.count(first.name) == 1
    feature_maps(model, np.stack([image, image]))
    assert traced.count(first.name) == 2


def test_many_models_and_shapes_without_a_warning(monkeypatch, compiled):
    """TensorFlow would speak of retracing at the fifth; at most twice, without the line below."""
    name = "tensorflow.python.eager.polymorphic_function.polymorphic_function"
    functions = importlib.import_module(name)
    monkeypatch.setattr(functions, "FREQUENT_TRACING_WARNING_MAX_WARNING_PER_DETECTOR", 10**6)
    said = []
    monkeypatch.setattr(tf.get_logger(), "handle", said.append)
    for side in (32, 33, 34, 35, 36, 37):
        model = build(Design("v1", 0.25, resolution=side, classes=2))
        feature_maps(model, np.zeros((side, side, 3)))
    assert not said


def test_maps_follow_the_weights(model):
    model, image = keras.models.clone_model(model), random_images(model, 1)[0]
    before = feature_maps(model, image)["last_relu"]
    random_weights(model, seed=5)
    after = feature_maps(model, image)["last_relu"]
    assert np.abs(before - after).max() > 0.1
    expected = keras.Model(model.input, model.get_layer("last_relu").output)(image[None])
    np.testing.assert_allclose(after, expected[0], rtol=1e-3, atol=1e-4)


def test_maps_do_not_change_later(model):
    one, other = random_images(model, 2)
    maps = feature_maps(model, one)
    kept = {name: values.copy() for name, values in maps.items()}
    feature_maps(model, other)
    for name, values in maps.items():
        np.testing.assert_array_equal(values, kept[name])
    with pytest.raises(ValueError, match="read-only"):
        maps["stem_conv"][0] = 0


def test_a_model_that_nobody_uses_goes(compiled):
    left = []
    for _ in range(3):
        model = build(Design("v1", 0.1, resolution=32, classes=2))
        for number in (1, 2):
            feature_maps(model, random_images(model, number))
        gone = weakref.ref(model)
        del model
        gc.collect()
        assert gone() is None
        left.append(sum(type(thing).__name__ == "FuncGraph" for thing in gc.get_objects()))
    assert left[2] == left[1]  # TensorFlow itself holds the last ones


def test_models_of_others():
    theirs = random_weights(
        keras.applications.MobileNetV2(input_shape=(64, 64, 3), alpha=0.35, weights=None)
    )
    maps = feature_maps(theirs, random_images(theirs, 1)[0])
    assert list(maps) == [layer.name for layer in theirs.layers[1:]]
    own = keras.Sequential([keras.Input((None, None, 3)), keras.layers.ReLU(6.0, name="relu")])
    for side in (3, 5):
        maps = feature_maps(own, np.full((side, side + 1, 3), 7.5), limits=None)
        np.testing.assert_array_equal(maps["relu"], np.full((side, side + 1, 3), 6))


def test_models_that_are_refused(refused, model):
    image = np.zeros((32, 32, 3))
    nested = keras.Sequential([keras.Input((32, 32, 3)), model], name="outer")
    refused(lambda: feature_maps(nested, image), "model='outer'", "mobilenet_v2")
    pair = [keras.Input((32, 32, 3)), keras.Input((32, 32, 3))]
    two = keras.Model(pair, keras.layers.Add()(pair), name="two")
    refused(lambda: feature_maps(two, image), "model='two'", "one input")
    empty = keras.Sequential(name="empty")
    refused(lambda: feature_maps(empty, image), "model='empty'")
    for thing in (SMALL, None, "v2", model.layers[1]):
        refused(lambda thing=thing: feature_maps(thing, image), "model=", "build(design)")


def test_images_that_do_not_fit(refused, model):
    for shape in [(31, 32, 3), (32, 32), (32, 32, 1), (0, 32, 32, 3), (1, 1, 32, 32, 3), ()]:
        call = lambda shape=shape: feature_maps(model, np.zeros(shape))  # noqa: E731
        refused(call, f"shape={shape}", "(32, 32, 3)")
    for image in (np.zeros((32, 32, 3), np.uint8), "chelsea", None):
        refused(lambda image=image: feature_maps(model, image), "dtype", "load_image")


@settings(max_examples=30)
@given(
    st.sampled_from([np.nan, np.inf, -np.inf, -1.6, 1.6, 2.0, 255.0]),
    st.sampled_from([np.float16, np.float32, np.float64]),
    st.integers(0, 2 * 32 * 32 * 3 - 1),
)
def test_a_value_that_no_image_has(refused, model, value, kind, place):
    """Wherever it is, in an image or in a batch of them; 255 beside 0 is the usual mistake."""
    batch = np.zeros((2, 32, 32, 3), kind)
    batch.flat[place] = value
    says = ("values=", "finite") if not np.isfinite(value) else ("values=", "image / 127.5 - 1")
    refused(lambda: feature_maps(model, batch), *says)
    refused(lambda: feature_maps(model, batch[place // batch[0].size]), *says)
    if not np.isfinite(value):
        refused(lambda: feature_maps(model, batch, limits=None), *says)


def test_values_about_minus_1_to_1_and_those_of_other_models(refused, model):
    pixels = np.full((32, 32, 3), 255.0)
    refused(lambda: feature_maps(model, pixels), "(255.0, 255.0)", "image / 127.5 - 1")
    right = feature_maps(model, pixels / 127.5 - 1)
    assert (right["stem_relu"] != feature_maps(model, pixels, limits=None)["stem_relu"]).any()
    assert feature_maps(model, pixels, limits=(0, 255)).keys() == right.keys()
    feature_maps(model, np.full((32, 32, 3), -1.4)), "bicubic resizing goes so far"
    refused(lambda: feature_maps(model, -pixels, limits=(0, 255)), "values=", "about 0 to 255")
    for limits in (5, (1, 0), (0, np.nan), (0, 1, 2), "ab"):
        refused(lambda limits=limits: feature_maps(model, pixels, limits=limits), "limits=")


def test_layers_that_are_not_there(refused, model):
    image = np.zeros((32, 32, 3))
    refused(lambda: feature_maps(model, image, ["stem_relu", "stm"]), "'stm'", "stem_conv")
    for layers in ("stem_relu", [1], 5, [None]):
        refused(lambda layers=layers: feature_maps(model, image, layers), f"layers={layers!r}")
    refused(lambda: feature_maps(model, image, (name for name in ["stm"])), "'stm'", "stem_conv")
    refused(lambda: feature_maps(model, image, iter([1])), "layers=", "a list of layer names")


# What is read off maps

MAP = np.zeros((2, 2, 4), np.float32)  # a dead channel, a constant one, and two that vary
MAP[..., 1] = 6
MAP[..., 2] = [[0, 1], [2, 3]]
MAP[..., 3] = [[6, 0], [0, 0]]


def test_statistics_of_a_hand_made_map():
    table = statistics({"hand": MAP, "vector": np.array([0.0, -2.0, 6.0, 8.0])})
    assert list(table["name"]) == ["hand", "vector"]
    hand, vector = table.to_dict("records")
    assert hand.pop("name") and vector.pop("name")
    assert hand == pytest.approx(
        {
            "mean": 36 / 16,
            "std": np.sqrt((5 * 36 + 14) / 16 - (36 / 16) ** 2),
            "min": 0,
            "max": 6,
            "dead": 1 / 4,
            "sparsity": 8 / 16,
            "clipped": 5 / 16,
        }
    )
    assert (vector["dead"], vector["sparsity"], vector["clipped"]) == (1 / 4, 1 / 4, 1 / 4)
    assert (vector["mean"], vector["min"], vector["max"]) == (3, -2, 8)


def test_dead_means_dead_for_every_image():
    batch = np.stack([MAP, MAP])
    batch[1, 0, 0, 0] = 1
    assert statistics({"both": batch})["dead"][0] == 0
    assert len(statistics({})) == 0


def test_statistics_join_the_layer_table(model):
    table, maps = layer_table(SMALL), feature_maps(model, random_images(model, 1)[0])
    joined = table.merge(statistics(maps), on="name").merge(receptive_fields(SMALL), on="name")
    assert list(joined["name"]) == list(table["name"])
    assert not [column for column in joined if column.endswith(("_x", "_y"))]
    relu = joined[joined["kind"] == "ReLU"]
    assert (relu["max"] <= 6).all() and (relu["min"] >= 0).all() and (relu["sparsity"] > 0).all()


def test_channels_in_order():
    assert list(channel_order(MAP)) == [0, 1, 2, 3]
    assert list(channel_order(MAP, "mean")) == [1, 2, 3, 0]  # 6, 1.5, 1.5, 0
    assert list(channel_order(MAP, "variance")) == [3, 2, 0, 1]


def test_histogram_by_hand(refused):
    shares, edges = histogram(MAP, bins=2)
    np.testing.assert_allclose(shares, [10 / 16, 6 / 16])
    np.testing.assert_allclose(edges, [0, 3, 6])
    shares, edges = histogram(MAP, bins=3, limits=(0.5, 3.5))
    np.testing.assert_allclose(shares, [1 / 16] * 3)
    np.testing.assert_allclose(edges, [0.5, 1.5, 2.5, 3.5])
    refused(lambda: histogram(MAP, bins=0), "bins=0")
    refused(lambda: histogram(np.zeros((0, 3))), "(0, 3)")


# Receptive fields


def averaging(model):
    """Each kernel takes means, so that every input that a value sees has a positive gradient."""
    for layer in model.layers:
        for weight in layer.weights:
            if "kernel" in weight.name:
                inputs = (
                    weight.shape[:2] if "Depthwise" in type(layer).__name__ else weight.shape[:-1]
                )
                weight.assign(tf.fill(weight.shape, 1 / float(np.prod(inputs))))
    return model


@pytest.mark.parametrize(
    "design",
    [
        Design("v1", 0.1, resolution=96),
        Design("v1", 0.1, resolution=75, dialect="listing"),
        Design("v2", 0.1, resolution=75, expansion=2),
        Design("v2", 0.1, resolution=75, expansion=2, dialect="keras"),
        Design("v2", 0.1, resolution=96, dialect="listing", expansion=2),
    ],
    ids=str,
)
def test_seen_pixels_are_those_with_a_gradient(design):
    model = averaging(build(design))
    maps = [layer for layer in model.layers[1:] if len(layer.output.shape) == 4]
    chosen = maps[:: len(maps) // 9] + maps[-1:]
    whole = keras.Model(model.input, [layer.output for layer in chosen])
    image = tf.fill((1, design.resolution, design.resolution, 3), 1e-3)  # clear of 0 and 6
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(image)
        outputs = whole(image, training=False)
        size = [output.shape[1] for output in outputs]
        places = [((0, side // 2), (side - 1, side // 3)) for side in size]
        sums = [
            [tf.reduce_sum(output[0, row, column]) for row, column in where]
            for output, where in zip(outputs, places, strict=True)
        ]
    partial = 0
    for layer, where, values in zip(chosen, places, sums, strict=True):
        for (row, column), value in zip(where, values, strict=True):
            seen = np.abs(tape.gradient(value, image).numpy()[0]).sum(axis=-1) > 0
            expected = np.zeros_like(seen)
            (top, bottom), (left, right) = (
                seen_pixels(design, layer.name, place) for place in (row, column)
            )
            expected[top:bottom, left:right] = True
            np.testing.assert_array_equal(seen, expected, err_msg=f"{layer.name} {row, column}")
            partial += not seen.all()
    assert partial > 6


@pytest.mark.parametrize("family", ["v1", "v2"])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_field_and_jump_say_the_same_as_seen_pixels(family, dialect):
    design = Design(family, resolution=1600, dialect=dialect)
    fields = receptive_fields(design).set_index("name")
    sizes = layer_table(design).set_index("name")["size_out"]
    for name, (field, jump) in fields[["field", "jump"]].iterrows():
        if name.startswith("classifier"):
            continue
        middle = sizes[name] // 2
        here, next_one = (seen_pixels(design, name, place) for place in (middle, middle + 1))
        assert here[1] - here[0] == field
        assert next_one == (here[0] + jump, here[1] + jump)


def test_fields_by_hand(refused):
    fields = receptive_fields(Design("v1", resolution=224)).set_index("name")
    assert list(fields.loc["stem_conv"]) == [3, 2]
    assert list(fields.loc["stem_block1_depthwise"]) == [7, 2]
    assert list(fields.loc["stem_block1_pointwise_relu"]) == [7, 2]
    # 3 px, then 4 + 4 at strides 2 and 4, 8 + 8, 16 + 16, five times 32, 32 and 64 more
    assert list(fields.loc["stage4_block2_pointwise_relu"]) == [315, 32]
    assert fields["field"]["classifier_pool"] == 315 + 6 * 32
    assert fields["jump"].isna().sum() == 5
    assert seen_pixels(Design("v1"), "classifier_conv", 0) == (0, 224)
    for position in (-1, 112, 1.5, None):
        call = lambda position=position: seen_pixels(Design("v1"), "stem_conv", position)  # noqa: E731
        refused(call, f"position={position}", "0 to 111")
    refused(lambda: seen_pixels(Design("v1"), "stem", 0), "name='stem'", "stem_conv")
