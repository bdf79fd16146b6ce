"""The vocabulary for shapes: each layer writes what Keras' own of that name writes."""

import math

import pytest
from optional import keras

from mobilenet_lab import layers
from mobilenet_lab.costs.cost import total
from mobilenet_lab.networks.trace import layers_of

SIZE = (23, 18, 12)


def stepped(x):
    """A network of every window, grouping, movement and merger, on any kind of `x`."""
    k = layers.of(x)
    x = k.Rescaling(1 / 255, name="scaled")(x)
    x = k.Conv2D(24, (1, 7), padding="same", groups=3, name="row")(x)
    x = k.Conv2D(16, (5, 3), strides=2, use_bias=False, name="tall")(x)
    x = k.BatchNormalization(name="norm")(x)
    x = k.ZeroPadding2D(((2, 1), (0, 3)), name="padded")(x)
    x = k.Cropping2D(((1, 0), (0, 1)), name="cropped")(x)
    wide = k.Conv2D(8, 3, padding="same", dilation_rate=2, name="atrous")(x)
    deep = k.DepthwiseConv2D(3, padding="same", dilation_rate=3, name="deep")(x)
    most = k.MaxPooling2D(3, strides=1, padding="same", name="most")(x)
    x = k.Concatenate(name="joined")([wide, deep, most])
    height, width, channels = x.shape[-3:]
    x = k.Reshape((height * width, 4, channels // 4), name="split")(x)
    x = k.Permute((1, 3, 2), name="swapped")(x)
    x = k.Reshape((height, width, channels), name="shuffled")(x)
    x = k.Conv2D(20, 1, groups=4, use_bias=False, name="grouped")(x)
    x = k.Conv2D(20, 3, dilation_rate=2, name="valid")(x)
    x = k.AveragePooling2D((2, 2), name="mean")(x)
    x = k.UpSampling2D((2, 3), name="copied")(x)
    x = k.Flatten(name="flat")(x)
    return k.Dense(5, name="dense")(x)


@pytest.fixture(scope="module")
def traced():
    return stepped(layers.FeatureMap(*SIZE)).layers


@pytest.mark.keras
def test_shapes_weights_and_readers_are_those_of_keras(traced):
    image = keras.Input(SIZE)
    model = keras.Model(image, stepped(image))
    assert [layer.name for layer in traced] == [layer.name for layer in model.layers[1:]]
    for own, theirs in zip(traced, model.layers[1:], strict=True):
        assert own.shape_out == tuple(theirs.output.shape[1:]), own.name
        assert own.params == theirs.count_params(), own.name
        assert own.kind == type(theirs).__name__
        inputs = theirs.input if isinstance(theirs.input, list) else [theirs.input]
        read = [one._keras_history.operation.name for one in inputs]
        assert list(own.reads) == [name.replace(model.layers[0].name, "input") for name in read]


def test_multiply_accumulates_by_hand(traced):
    macs = {layer.name: layer.macs for layer in traced if layer.macs}
    assert macs == {
        "row": 23 * 18 * 7 * 4 * 24,
        "tall": 10 * 8 * 15 * 24 * 16,
        "atrous": 12 * 10 * 9 * 16 * 8,
        "deep": 12 * 10 * 9 * 16,
        "grouped": 12 * 10 * 10 * 20,
        "valid": 8 * 6 * 9 * 20 * 20,
        "dense": 8 * 9 * 20 * 5,
    }
    assert total(traced).macs == sum(macs.values())


def test_a_concatenation_is_held_with_all_that_it_joins(traced):
    """While the maps are joined: 8, 16 and 16 channels of 12 × 10 px, and the 40 joined ones."""
    assert total(traced).peak_activations == max(
        12 * 10 * (8 + 16 + 16 + 40),
        math.prod(SIZE) + 23 * 18 * 24,
        23 * 18 * 24 + 10 * 8 * 16,
    )
    assert layers_of(traced) == traced


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (lambda k: k.Conv2D(8, 3, groups=5), ("groups=5", "a divisor of 12 channels")),
        (lambda k: k.Conv2D(9, 3, groups=4), ("groups=4", "of 9 filters")),
        (lambda k: k.Conv2D(8, 3, strides=2, dilation_rate=2), ("dilation_rate=2", "stride is 2")),
        (lambda k: k.Conv2D(8, (3, 0)), ("kernel_size=0", "a pair of them")),
        (lambda k: k.MaxPooling2D((2, 3)), ("strides=(2, 3)", "the pair (n, n)")),
    ],
)
def test_what_no_layer_can_do_is_said(refused, step, words):
    image = layers.FeatureMap(18, 18, 12)
    refused(lambda: step(layers.of(image))(image), *words)


def test_maps_of_two_sizes_are_not_joined(refused):
    image = layers.FeatureMap(18, 18, 12)
    k = layers.of(image)
    maps = [k.Conv2D(4, 1, name="one")(image), k.MaxPooling2D(2, name="two")(image)]
    refused(lambda: k.Concatenate()(maps), "Concatenate's maps", "maps of one size")


def test_a_dilated_kernel_does_not_fit_a_small_map():
    image = layers.FeatureMap(18, 18, 12)
    with pytest.raises(ValueError, match="18 px is too small for a 25×25 kernel"):
        layers.of(image).Conv2D(8, 9, dilation_rate=3)(image)
