"""The dialect `keras` is what `keras.applications` builds, at any width and size of the input."""

import re
import warnings
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from optional import keras
from random_weights import random_images, random_weights

from mobilenet_lab import Design, build, cost, published, sweep, trace
from mobilenet_lab import mobilenet_v1 as v1
from mobilenet_lab import mobilenet_v2 as v2
from mobilenet_lab.costs.conventions import CONVENTIONS
from mobilenet_lab.layers import FeatureMap
from mobilenet_lab.models.imagenet import has_imagenet
from mobilenet_lab.networks import families
from mobilenet_lab.published import known, reproduce

NETWORKS = {"v1": v1.network, "v2": v2.network}
LEAST = {"v1": 1 / 32, "v2": 0.01}  # of alpha; v1 has no floor of 8 channels here

cases = st.sampled_from(list(NETWORKS)).flatmap(
    lambda family: st.tuples(
        st.just(family),
        st.one_of(st.floats(LEAST[family], 0.4), st.sampled_from([0.56, 1.0, 1.4])),
        st.tuples(st.integers(32, 99), st.integers(32, 99), st.sampled_from([1, 3, 4])),
        st.integers(2, 20),
    )
)
CASES = (
    example(("v1", 1 / 32, (32, 32, 1), 2)),
    example(("v1", 0.1, (33, 47, 3), 5)),
    example(("v1", 0.25, (112, 64, 3), 3)),
    example(("v2", 0.01, (32, 33, 4), 2)),
    example(("v2", 0.56, (45, 75, 3), 4)),
    example(("v2", 1.1, (35, 34, 1), 2)),
)


def examples(test):
    """The cases that matter, before the random ones."""
    for one in CASES:
        test = one(test)
    return test


def traced(family, alpha, shape, classes):
    """The layers of the lab's own network, through its functions."""
    end = NETWORKS[family](FeatureMap(*shape), alpha, n_classes=classes, dialect="keras")
    return end.layers


# Against bare arithmetic, written down from Keras' source


def eight(value):
    near = max(8, int(value + 4) // 8 * 8)
    return near + 8 if near < 0.9 * value else near


def v1_by_hand(alpha, size, channels, classes):
    """(positions of the output, weights, batch-normalised channels, biases) of each layer."""
    size, filters = [(side + 1) // 2 for side in size], int(32 * alpha)
    yield size, 9 * channels * filters, filters, 0
    for wider, stride in [
        *[(64, 1), (128, 2), (128, 1), (256, 2), (256, 1)],
        *[(512, 2), *5 * [(512, 1)], (1024, 2), (1024, 1)],
    ]:
        if stride == 2:
            size = [side // 2 for side in size]
        yield size, 9 * filters, filters, 0
        yield size, filters * (filters := int(wider * alpha)), filters, 0
    yield (1, 1), filters * classes, 0, classes


def v2_by_hand(alpha, size, channels, classes):
    size, before = [(side + 1) // 2 for side in size], eight(32 * alpha)
    yield size, 9 * channels * before, before, 0
    blocks = [(16, 1), (24, 2), (24, 1), (32, 2), (32, 1), (32, 1), (64, 2), *3 * [(64, 1)]]
    blocks += [*3 * [(96, 1)], (160, 2), (160, 1), (160, 1), (320, 1)]
    for number, (filters, stride) in enumerate(blocks):
        wide, filters = (6 if number else 1) * before, eight(int(filters * alpha))
        if number:
            yield size, before * wide, wide, 0
        size = [-(-side // stride) for side in size]
        yield size, 9 * wide, wide, 0
        yield size, wide * filters, filters, 0
        before = filters
    last = eight(1280 * alpha) if alpha > 1 else 1280
    yield size, before * last, last, 0
    yield (1, 1), last * classes, 0, classes


@settings(max_examples=40)
@examples
@given(cases)
def test_counts_by_hand(case):
    family, alpha, (*size, channels), classes = case
    rows = list({"v1": v1_by_hand, "v2": v2_by_hand}[family](alpha, size, channels, classes))
    layers = traced(*case)
    macs = [layer.macs for layer in layers if layer.kernels]
    assert macs == [height * width * kernels for (height, width), kernels, _, _ in rows]
    params = sum(kernels + 4 * norms + biases for _, kernels, norms, biases in rows)
    assert sum(layer.params for layer in layers) == params


def test_where_the_dialects_differ():
    small, narrow = Design("v1", resolution=112), Design("v1", 0.1)
    assert cost(small).macs == 148_903_168
    assert cost(small.replace(dialect="keras")).macs == 137_796_352
    assert cost(narrow).macs == 10_945_847
    assert cost(narrow.replace(dialect="keras")).macs == 7_979_191
    odd = Design("v2", 0.56)
    assert cost(odd).params == 2_151_576
    assert cost(odd.replace(dialect="keras")).params == 2_102_744


@pytest.mark.parametrize("resolution", [224, 112, 75, 33])
def test_v2_is_the_paper_s_at_every_position_of_the_slider(resolution):
    alphas = [round(0.05 * step, 2) for step in range(2, 31)]
    ours, theirs = (
        sweep("v2", alphas, resolution=resolution, dialect=dialect)
        for dialect in ("paper", "keras")
    )
    same = ours["macs"] == theirs["macs"]
    assert same.all() and (ours["params"] == theirs["params"]).all()


def test_the_page_shows_what_each_dialect_costs():
    row = r"^\| (v\d), α ([\d.]+), (\d+) px \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|"
    text = (Path(__file__).parents[1] / "docs" / "python.md").read_text(encoding="utf-8")
    found = re.findall(row, text, re.M)
    assert len(found) == 6
    for family, alpha, size, *printed in found:
        for dialect, macs in zip(families.dialects(), printed, strict=True):
            design = Design(family, float(alpha), resolution=int(size), dialect=dialect)
            assert f"{cost(design).macs / 1e6:.2f}" == macs


# At every published width and size it is the paper's network


def work(design):
    """What each layer with weights computes."""
    return [(one.name, one.shape_out, one.kernels) for one in trace(design) if one.kernels]


def test_what_was_published_is_the_same_in_both():
    cells = [cell for name in published.tables() for cell in reproduce.cells(name)]
    printed = {cell.network for cell in cells if isinstance(cell.network, Design)}
    designs = printed | {one.design for one in known.known()}
    assert len(designs) > 50
    for design in designs:
        theirs = design.replace(dialect="keras")
        assert work(design) == work(theirs)
        assert theirs.as_published == design == design.as_published
        for name in ("FLOPs and element-wise work", "all variables", "float32 bytes"):
            assert CONVENTIONS[name](trace(design)) == CONVENTIONS[name](trace(theirs))


def test_tables_know_it():
    own, theirs = Design("v2", 0.5), Design("v2", 0.5, dialect="keras")
    assert published.of(theirs).equals(published.of(own)) and len(published.of(own))
    assert known.top1(theirs) == known.top1(own) != (None, None)
    assert reproduce.quoted(theirs).equals(reproduce.quoted(own))
    assert len(reproduce.quoted(theirs))
    assert published.of(Design("v2", 0.56, dialect="keras")).empty


# Against Keras


def application(case, **options):
    """The model of `keras.applications`, with random weights as after training."""
    family, alpha, shape, classes = case
    make = {"v1": keras.applications.MobileNet, "v2": keras.applications.MobileNetV2}[family]
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "This model usually expects 1 or 3 input channels")
        model = make(shape, alpha, weights=None, classes=classes, **options)
    return random_weights(model)


def ours_of(case):
    """The lab's own model, through its functions."""
    family, alpha, shape, classes = case
    image = keras.Input(shape)
    end = NETWORKS[family](image, alpha, n_classes=classes, dialect="keras")
    return keras.Model(image, end)


def described(layer):
    """Everything about a layer but its name. A 1×1 convolution is the same with either padding."""
    config = layer.get_config()
    left_out = ("name", "padding") if config.get("kernel_size") == (1, 1) else ("name",)
    facts = {name: value for name, value in config.items() if name not in left_out}
    return type(layer).__name__, layer.output.shape, facts


def answers(model, images):
    return keras.ops.convert_to_numpy(model(images))


def same(case):
    """Compare the two networks of a case: layers, weights, counts and outputs."""
    ours, theirs = ours_of(case), application(case)
    assert list(map(described, ours.layers)) == list(map(described, theirs.layers))
    rows = traced(*case)
    assert [layer.name for layer in ours.layers[1:]] == [row.name for row in rows]
    for layer, row in zip(theirs.layers[1:], rows, strict=True):
        kernel = getattr(layer, "kernel", None)
        positions = np.prod(layer.output.shape[1:-1], dtype=int)
        macs = 0 if kernel is None else int(np.prod(kernel.shape) * positions)
        assert (layer.output.shape[1:], layer.count_params()) == (row.shape_out, row.params)
        assert row.macs == macs
    shapes = [[weight.shape for weight in model.weights] for model in (ours, theirs)]
    assert shapes[0] == shapes[1]
    ours.set_weights(theirs.get_weights())
    images = random_images(theirs)
    given, expected = answers(ours, images), answers(theirs, images)
    np.testing.assert_allclose(expected.sum(axis=1), 1, rtol=1e-5)
    np.testing.assert_allclose(given, expected, rtol=1e-5, atol=1e-8)


@pytest.mark.keras
@settings(max_examples=2)
@examples
@given(cases)
def test_layer_by_layer_and_answer_by_answer(case):
    same(case)


@pytest.mark.keras
@pytest.mark.parametrize("family", NETWORKS)
def test_pictures_of_any_size(family):
    """Keras' v2 cannot know whether a side is odd here, and pads as if it were even."""
    stem, learner = {"v1": (v1.stem, v1.learner), "v2": (v2.stem, v2.learner)}[family]
    image = keras.Input((None, None, 3))
    body = learner(stem(image, 0.25, dialect="keras"), 0.25, dialect="keras")
    theirs = application((family, 0.25, (None, None, 3), 1000), include_top=False)
    ours = keras.Model(image, body)
    assert list(map(described, ours.layers)) == list(map(described, theirs.layers))
    ours.set_weights(theirs.get_weights())
    images = np.random.default_rng(0).uniform(-1, 1, (2, 45, 63, 3)).astype("float32")
    np.testing.assert_allclose(answers(ours, images), answers(theirs, images), rtol=1e-5)


# ImageNet weights


@pytest.fixture
def downloaded(monkeypatch):
    """Weights as if from ImageNet, for 224 px."""
    model = application(("v1", 0.25, (224, 224, 3), 1000))
    monkeypatch.setattr("mobilenet_lab.models.build.imagenet_model", lambda design, top: model)
    return model


@pytest.mark.keras
def test_imagenet_weights_are_keras_own_at_every_size(downloaded, recwarn):
    design = Design("v1", 0.25, resolution=112, dialect="keras")
    assert has_imagenet(design)
    ours, theirs = build(design, "imagenet"), application(("v1", 0.25, (112, 112, 3), 1000))
    theirs.set_weights(downloaded.get_weights())
    images = random_images(theirs)
    np.testing.assert_allclose(answers(ours, images), answers(theirs, images), rtol=1e-5)
    for pixels in (224, 160, 96):
        build(Design("v1", 0.25, resolution=pixels), "imagenet")
    assert not [one for one in recwarn if "Keras" in str(one.message)]


@pytest.mark.keras
@pytest.mark.parametrize("top", [True, False])
def test_where_keras_would_run_another_network_a_sentence_says_so(downloaded, top):
    design = Design("v1", 0.25, resolution=112)
    with pytest.warns(UserWarning, match="another network") as caught:
        build(design, "imagenet", top=top)
    (warning,) = caught
    assert warning.filename == __file__
    sentence = str(warning.message)
    assert str(design) in sentence and len(sentence) <= 300
    (told,) = re.findall(r"Design\(.*\)", sentence)
    assert eval(told) == design.replace(dialect="keras")
