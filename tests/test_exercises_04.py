"""Inverted residual blocks that a reader might write, right and wrong, and the hints they get."""

import pytest
from optional import keras

from mobilenet_lab.exercises import check
from mobilenet_lab.exercises.check import exercise

pytestmark = pytest.mark.keras


def block(
    *,
    norm=lambda k, x: k.BatchNormalization()(x),
    active=lambda k, x: k.ReLU(6.0)(x),
    widen=lambda x, filters, expansion: expansion * x.shape[-1],
    middle=lambda k, x, stride: k.DepthwiseConv2D(
        3, strides=stride, padding="same", use_bias=False
    )(x),
    end=lambda k, x: x,
    joins=lambda x, filters, stride: stride == 1 and x.shape[-1] == filters,
    join=lambda k, x, y: k.Add()([x, y]),
    expands=lambda expansion: expansion > 1,
    after=lambda k, x: x,
    **options,
):
    """A block with some steps done differently."""
    options = {"use_bias": False} | options

    def function(x, filters, expansion, stride):
        k, y = keras.layers, x
        if expands(expansion):
            y = k.Conv2D(widen(x, filters, expansion), 1, **options)(y)
            y = active(k, norm(k, y))
        y = active(k, norm(k, middle(k, y, stride)))
        y = end(k, norm(k, k.Conv2D(filters, 1, **options)(y)))
        return after(k, join(k, x, y) if joins(x, filters, stride) else y)

    return function


def swapped(x, filters, expansion, stride):
    """ReLU6 before batch norm, in the depthwise step."""
    usual, k = block(), keras.layers
    if stride == 1 and expansion > 1:
        y = k.Conv2D(expansion * x.shape[-1], 1, use_bias=False)(x)
        y = k.ReLU(6.0)(k.BatchNormalization()(y))
        y = k.DepthwiseConv2D(3, padding="same", use_bias=False)(y)
        y = k.BatchNormalization()(k.ReLU(6.0)(y))
        y = k.BatchNormalization()(k.Conv2D(filters, 1, use_bias=False)(y))
        return k.Add()([x, y])
    return usual(x, filters, expansion, stride)


RIGHT = {
    "layers": block(),
    "activation by name": block(active=lambda k, x: k.Activation("relu6")(x)),
    "a function for ReLU6": block(active=lambda k, x: keras.ops.relu6(x)),
    "a plus sign": block(join=lambda k, x, y: y + x),
    "padding that changes nothing": block(padding="same"),
}
WRONG = {
    "there is an activation after the projection": block(end=lambda k, x: k.ReLU(6.0)(x)),
    "an activation after the projection": block(after=lambda k, x: k.ReLU(6.0)(x)),
    "the expansion multiplies the channels that come in": block(
        widen=lambda x, filters, expansion: expansion * filters
    ),
    "Does it add a shortcut where shapes differ?": block(joins=lambda *_: True),
    "With stride 1, 64 channels in and 96 out it stops with ValueError": block(
        joins=lambda x, filters, stride: stride == 1
    ),
    "a batch norm is missing: 3 are needed, yours has 0": block(norm=lambda k, x: x),
    "a ReLU6 is missing: 2 are needed, yours has 0": block(active=lambda k, x: x),
    "ReLU6 also cuts off at 6": block(active=lambda k, x: k.ReLU()(x)),
    "the shortcut is missing": block(joins=lambda *_: False),
    "The addition takes x": block(join=lambda k, x, y: k.Add()([y, y])),
    "is depthwise: a DepthwiseConv2D": block(
        middle=lambda k, x, stride: k.Conv2D(
            x.shape[-1], 3, strides=stride, padding="same", use_bias=False
        )(x)
    ),
    "the depthwise convolution has stride 1, not 2": block(
        middle=lambda k, x, stride: k.DepthwiseConv2D(3, padding="same", use_bias=False)(x)
    ),
    "the depthwise convolution has a kernel of 5, not 3": block(
        middle=lambda k, x, stride: k.DepthwiseConv2D(
            5, strides=stride, padding="same", use_bias=False
        )(x)
    ),
    "Does each layer keep the size of the map": block(
        middle=lambda k, x, stride: k.DepthwiseConv2D(3, strides=stride, use_bias=False)(x)
    ),
    "With stride 2, 16 channels in and 24 out: the depthwise convolution writes maps of 15": block(
        middle=lambda k, x, stride: k.DepthwiseConv2D(
            3, strides=stride, padding="same" if stride == 1 else "valid", use_bias=False
        )(x)
    ),
    "has a bias": block(use_bias=True),
    "has an activation of its own": block(activation="relu6"),
    "With expansion 1 there is nothing to expand": block(expands=lambda expansion: True),
    "a pointwise convolution is missing": block(expands=lambda expansion: False),
    "With expansion 3: the expansion writes 144 channels, not 72": block(
        widen=lambda x, filters, expansion: 6 * x.shape[-1]
    ),
    "layer 5 is a ReLU6 and should be a BatchNormalization": swapped,
    "it has no layers yet": lambda x, filters, expansion, stride: x,
    "It returns NoneType": lambda x, filters, expansion, stride: None,
    "does not come from its input": lambda x, filters, expansion, stride: keras.Input((4, 4, 3)),
    "it stops with TypeError": lambda x, filters: x,
}


@pytest.mark.parametrize("way", RIGHT)
def test_several_ways_to_write_it_are_right(way):
    verdict = check("04.4", RIGHT[way])
    assert verdict.right and "9,456 parameters" in verdict.text


@pytest.mark.parametrize("hint", WRONG)
def test_what_is_wrong_is_named(hint):
    verdict = check("04.4", WRONG[hint])
    assert verdict.right is False and hint in verdict.text, verdict.text


def test_the_parameters_are_those_of_the_models_own_block():
    x = keras.Input((16, 16, 24))
    model = keras.Model(x, exercise("04.4").example(x, 24, 6, 1))
    assert f"{model.count_params():,}" in check("04.4", reveal=True).text
