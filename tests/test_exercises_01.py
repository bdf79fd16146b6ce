"""Exercise 01.4: separable layers that readers write, right and with one thing wrong."""

import pytest
from optional import keras

from mobilenet_lab.exercises import check


def full(x, filters, kernel):
    return keras.layers.Conv2D(filters, kernel, padding="same", use_bias=False)(x)


def at_once(x, filters, kernel):
    return keras.layers.SeparableConv2D(filters, kernel, padding="same", use_bias=False)(x)


def two_steps(size=None, padding="same", bias=False, activation=None, last=None, strides=1):
    """A separable layer with one thing wrong."""

    def build(x, filters, kernel):
        x = keras.layers.DepthwiseConv2D(
            size or kernel, strides, padding, use_bias=bias, activation=activation
        )(x)
        return keras.layers.Conv2D(last or filters, 1, use_bias=False)(x)

    return build


def wrong_order(x, filters, kernel):
    x = keras.layers.Conv2D(filters, 1, use_bias=False)(x)
    return keras.layers.DepthwiseConv2D(kernel, padding="same", use_bias=False)(x)


@pytest.mark.keras
def test_two_layers_of_ones_own_are_right():
    verdict = check("01.4", two_steps())
    assert verdict.right and "528 weights; a full convolution has 3,456" in verdict.text


@pytest.mark.keras
@pytest.mark.parametrize(
    ("build", "said"),
    [
        (full, "you build one full convolution"),
        (at_once, "Keras' layer for both steps at once"),
        (wrong_order, "in the wrong order"),
        (two_steps(padding="valid"), "(14, 14, 16) becomes (12, 12, 24) instead of (14, 14, 24)"),
        (two_steps(strides=2), "look at the padding and the strides"),
        (two_steps(last=24), "With kernel=5 and filters=8, (14, 14, 16) becomes (14, 14, 24)"),
        (two_steps(size=3), "the depthwise kernel is (3, 3, 16, 1) instead of (5, 5, 16, 1)"),
        (two_steps(bias=True), "the depthwise layer has biases: set use_bias=False."),
        (two_steps(activation="relu"), "is there an activation?"),
        (lambda x, filters, kernel: x, "your layers with weights are none"),
        (lambda x, filters, kernel: None, "returns None: return what the last layer gives."),
        (lambda x: x, "it stops with TypeError"),
    ],
)
def test_a_separable_layer_with_one_thing_wrong(build, said):
    verdict = check("01.4", build)
    assert verdict.right is False and said in verdict.text
