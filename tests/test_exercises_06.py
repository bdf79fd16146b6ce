"""The exercises of notebook 06 that are built, and what wrong attempts hear."""

import numpy as np
import pytest

from mobilenet_lab.exercises import check
from mobilenet_lab.exercises.check import exercise


def field(first=1, late=False, strides=True, whole=False):
    def built(layers):
        side, jump = first, 1
        for kernel, stride in layers:
            jump *= stride if strides and late else 1
            side += (kernel - (not whole)) * jump
            jump *= stride if strides and not late else 1
        return side

    return built


def test_a_field_of_ones_own():
    assert check("06.5", field()).right
    assert check("06.5", lambda layers: np.int64(field()(layers))).right


@pytest.mark.parametrize(
    ("attempt", "hint"),
    [
        (field(strides=False), "It forgets the strides"),
        (field(late=True), "Widen the field first"),
        (field(whole=True), "A kernel of 1 adds nothing"),
        (field(first=0), "For no layer it gives 0, not 1. A pixel of the input sees itself"),
        (lambda layers: np.prod([stride for _, stride in layers]), "That is the jump"),
        (lambda layers: 7, "For no layer it gives 7, not 1."),
        (lambda layers: None, "For no layer it returns no number."),
        (lambda layers: layers[0][0], "it stops with IndexError"),
        (lambda: 7, "it stops with TypeError"),
    ],
)
def test_a_wrong_field_gets_a_hint(attempt, hint):
    verdict = check("06.5", attempt)
    assert verdict.right is False and hint in verdict.text


def test_dead_channels_of_ones_own():
    assert check("06.4", lambda values: (np.abs(values).max(axis=(0, 1)) == 0).mean()).right


@pytest.mark.parametrize(
    ("attempt", "hint"),
    [
        (lambda values: (values == 0).all(axis=(0, 1)).sum(), "Divide by the number of channels"),
        (lambda values: (values == 0).mean(), "the share of all zeros"),
        (lambda values: (values == 0).any(axis=(0, 1)).mean(), "0 somewhere"),
        (lambda values: (values != 0).any(axis=(0, 1)).mean(), "that are alive"),
        (lambda values: (values.sum(axis=(0, 1)) == 0).mean(), "compare each value with 0"),
        (lambda values: (values == 0).all(axis=(0, 1)), "it returns no number"),
        (lambda values: float("nan"), "it returns no number"),
        (lambda values: values.x, "it stops with AttributeError"),
    ],
)
def test_a_wrong_share_gets_a_hint(attempt, hint):
    verdict = check("06.4", attempt)
    assert verdict.right is False and hint in verdict.text


@pytest.mark.keras
def test_the_shifted_cat_on_the_model():
    """What exercise 06.3 says, computed."""
    from mobilenet_lab import Design
    from mobilenet_lab.features import feature_maps, load_image
    from mobilenet_lab.models import weights

    model = weights.load(Design("v2", 0.35), "patches").model
    image = load_image("chelsea", 224)

    def stem(image):
        return feature_maps(model, image, ["stem_relu"])["stem_relu"]

    there = stem(image)[4:-4, 3:-5]
    same = [
        np.allclose(stem(np.roll(image, pixels, axis=1))[4:-4, 4:-4], there, atol=1e-4)
        for pixels in (1, 2)
    ]
    assert same == [False, True]
    assert exercise("06.3").answer == "two pixels"
