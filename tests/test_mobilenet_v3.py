"""MobileNet v3 against bare arithmetic, against `keras.applications`, and as a part of the lab."""

import math
import random
import urllib.parse

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from optional import keras
from random_weights import random_images, random_weights

from mobilenet_lab import (
    Budget,
    Design,
    build,
    cost,
    layer_table,
    memory,
    predict,
    published,
    reproduce,
    review,
    sweep,
    trace,
)
from mobilenet_lab import mobilenet_v3 as v3
from mobilenet_lab.costs.conventions import CONVENTIONS, PARTS, count
from mobilenet_lab.costs.curves import curves
from mobilenet_lab.costs.fields import receptive_fields
from mobilenet_lab.explorers import Tour
from mobilenet_lab.explorers.layer_words import read_off
from mobilenet_lab.features.images import load_image
from mobilenet_lab.features.maps import feature_maps
from mobilenet_lab.models import weights
from mobilenet_lab.models.imagenet import HOST, has_imagenet
from mobilenet_lab.networks import widths
from mobilenet_lab.networks.families import FAMILIES
from mobilenet_lab.plots.diagram import Diagram, columns
from mobilenet_lab.plots.style import family_color, family_marker
from mobilenet_lab.published import known
from mobilenet_lab.published.released import checkpoints

# Keras' own way of asking TensorFlow for an array
pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ implementation:DeprecationWarning",
)

KEYS = ("v3-large", "v3-small")
WHOLE, MINIMALISTIC = "", "minimalistic"


def random_case(seed):
    """Family, variant, alpha, (height, width, channels) and classes of a network."""
    draw = random.Random(seed)
    alpha = draw.choice([draw.uniform(0.02, 0.6), draw.uniform(0.5, 1.5), 0.75, 1.0, 1.25])
    shape = draw.randint(32, 120), draw.randint(32, 120), draw.choice([1, 3, 4])
    return draw.choice(KEYS), draw.choice([WHOLE, MINIMALISTIC]), alpha, shape, seed % 9 + 2


def design_of(case, dialect="keras"):
    family, variant, alpha, (height, width, channels), classes = case
    return Design(
        family,
        alpha,
        resolution=(height, width),
        classes=classes,
        dialect=dialect,
        variant=variant,
        channels=channels,
    )


# Against bare arithmetic, written down from Tables 1 and 2 and Keras' source


def eight(value):
    near = max(8, int(value + 4) // 8 * 8)
    return near + 8 if near < 0.9 * value else near


LARGE = [  # kernel, expansion, channels, squeeze-excite, hard swish, stride
    (3, 1, 16, 0, 0, 1),
    (3, 4, 24, 0, 0, 2),
    (3, 3, 24, 0, 0, 1),
    (5, 3, 40, 1, 0, 2),
    *2 * [(5, 3, 40, 1, 0, 1)],
    (3, 6, 80, 0, 1, 2),
    (3, 2.5, 80, 0, 1, 1),
    *2 * [(3, 2.3, 80, 0, 1, 1)],
    *2 * [(3, 6, 112, 1, 1, 1)],
    (5, 6, 160, 1, 1, 2),
    *2 * [(5, 6, 160, 1, 1, 1)],
]
SMALL = [
    (3, 1, 16, 1, 0, 2),
    (3, 4.5, 24, 0, 0, 2),
    (3, 88 / 24, 24, 0, 0, 1),
    (5, 4, 40, 1, 1, 2),
    *2 * [(5, 6, 40, 1, 1, 1)],
    *2 * [(5, 3, 48, 1, 1, 1)],
    (5, 6, 96, 1, 1, 2),
    *2 * [(5, 6, 96, 1, 1, 1)],
]
BLOCKS = {"v3-large": (LARGE, 1280), "v3-small": (SMALL, 1024)}


def by_hand(case, dialect):
    """(positions, kernel weights, batch-normalised channels, biases, hard swish) of each layer."""
    family, variant, alpha, (*size, colours), classes = case
    (blocks, head), plain = BLOCKS[family], variant == MINIMALISTIC
    size = [-(-side // 2) for side in size]
    before = 16 if dialect == "keras" else eight(16 * alpha)
    yield size, 9 * colours * before, before, 0, not plain
    for number, (kernel, times, filters, gate, swish, stride) in enumerate(blocks):
        kernel, gate, swish = (3, 0, 0) if plain else (kernel, gate, swish)
        wide, filters = before if number == 0 else eight(before * times), eight(filters * alpha)
        if number:
            yield size, before * wide, wide, 0, swish
        size = [-(-side // stride) for side in size]
        yield size, kernel**2 * wide, wide, 0, swish
        if gate:
            inside = eight(wide / 4)
            yield (1, 1), wide * inside, 0, inside, 0
            yield (1, 1), wide * inside, 0, wide, 0
        yield size, wide * filters, filters, 0, 0
        before = filters
    last = eight(6 * before) if dialect == "keras" else eight(6 * blocks[-1][2] * alpha)
    yield size, before * last, last, 0, not plain
    head = eight(head * alpha) if alpha > 1 else head
    yield (1, 1), last * head, 0, head, not plain
    yield (1, 1), head * classes, 0, classes, 0


@settings(max_examples=60)
@given(st.integers(0, 10**6), st.sampled_from(["paper", "keras"]))
def test_counts_by_hand(seed, dialect):
    case = random_case(seed)
    design, rows = design_of(case, dialect), list(by_hand(case, dialect))
    layers = trace(design)
    macs = [height * width * kernels for (height, width), kernels, *_ in rows]
    assert [layer.macs for layer in layers if layer.kernels] == macs
    biased = [(kernels, biases) for _, kernels, _, biases, _ in rows]
    assert [(layer.kernels, layer.biases) for layer in layers if layer.kernels] == biased
    assert cost(design).macs == sum(macs)
    assert cost(design).params == sum(k + 4 * norms + b for _, k, norms, b, _ in rows)
    swish = [layer for layer in layers if layer.function == "hard_swish"]
    assert len(swish) == sum(own for *_, own in rows)


@pytest.mark.parametrize(
    ("family", "variant", "alpha", "macs", "params"),
    [
        ("v3-large", WHOLE, 1.0, 216_589_760, 5_507_432),
        ("v3-large", WHOLE, 0.75, 154_560_624, 4_012_616),
        ("v3-large", MINIMALISTIC, 1.0, 209_136_704, 3_948_688),
        ("v3-small", WHOLE, 1.0, 56_510_400, 2_554_968),
        ("v3-small", WHOLE, 0.75, 43_399_344, 2_051_552),
        ("v3-small", MINIMALISTIC, 1.0, 52_288_448, 2_056_848),
    ],
)
def test_networks_that_were_published(family, variant, alpha, macs, params):
    """Both dialects build them."""
    for dialect in v3.DIALECTS:
        own = cost(Design(family, alpha, variant=variant, dialect=dialect))
        assert (own.macs, own.params) == (macs, params)


def test_where_the_dialects_differ():
    """Keras does not scale its stem, and its last convolution is 6 times as wide as its input."""
    ours, keras_ = (Design("v3-small", 0.5, dialect=name) for name in v3.DIALECTS)
    assert (cost(ours).macs, cost(keras_).macs) == (21_052_560, 24_188_688)
    stem = [trace(own)[0].c_out for own in (ours, keras_)]
    assert stem == [8, 16]
    odd = [Design("v3-large", 0.33, dialect=name) for name in v3.DIALECTS]
    table = [layer_table(own).set_index("name").c_out for own in odd]
    assert [own["stage6_block3_project"] for own in table] == [56, 56]
    assert [own["last_conv"] for own in table] == [320, 336]


def test_what_is_impossible_is_refused(refused):
    refused(lambda: Design("v3-large", expansion=6), "expansion=6", "None for v3-large")
    refused(lambda: Design("v3-small", dialect="listing"), "dialect='listing'", "'paper'")
    refused(lambda: Design("v3-small", variant="small"), "variant='small'", "'minimalistic'")


@settings(max_examples=100)
@given(st.integers(1, 500), st.sampled_from([0.25, 2.3, 2.5, 88 / 24, 4.5, 3, 6]))
def test_an_expanded_width_is_the_same_of_a_number_and_of_an_array(eights, times):
    assert widths.expanded(8 * eights, times) == eight(8 * eights * times)
    assert widths.expanded(np.array([8 * eights]), times).tolist() == [eight(8 * eights * times)]


def test_an_expanded_width_beyond_the_floats_is_exact():
    assert widths.expanded(8 * 10**320, 2.5) == 20 * 10**320
    assert widths.expanded(8 * (10**320 + 1), 0.25) == 2 * 10**320


@pytest.mark.parametrize("family", KEYS)
@pytest.mark.parametrize("variant", [WHOLE, MINIMALISTIC])
@pytest.mark.parametrize("dialect", v3.DIALECTS)
def test_a_grid_is_its_designs_one_by_one(family, variant, dialect):
    draw = np.random.default_rng(7)
    alphas, sizes = [0.02, 0.56, 1.0, *draw.uniform(0.05, 2, 4)], [33, 100, (64, 95)]
    given = {"resolution": sizes, "classes": 11, "dialect": dialect, "variant": variant}
    frame = sweep(family, alphas, **given)
    assert len(frame) == len(alphas) * len(sizes)
    for row in frame.to_dict("records"):
        own = {"resolution": row["resolution"], "classes": 11, "dialect": dialect}
        columns = cost(Design(family, row["alpha"], variant=variant, **own)).columns()
        assert {name: row[name] for name in columns} == columns


# In the rest of the lab


@pytest.mark.parametrize("family", KEYS)
def test_every_convention_counts_gates_and_hard_swish(family):
    design = Design(family, 0.5, resolution=96, classes=7)
    layers = trace(design)
    counts = count(layers).set_index("convention")
    assert (counts[[*PARTS]].sum(axis=1) == counts["count"]).all()
    own = counts.loc["FLOPs and element-wise work"]
    written = {layer.name: math.prod(layer.shape_out) for layer in layers}
    ends = ("swish", "relu", "sigmoid")
    functions = sum(size for name, size in written.items() if name.endswith(ends))
    assert own.activation == functions  # softmax is counted apart
    assert own.addition == sum(
        size for name, size in written.items() if name.endswith(("_scale", "_add"))
    )
    gates = [layer for layer in layers if layer.role in ("reduce", "excite")]
    assert gates and all(layer.biases == layer.c_out for layer in gates)
    biases = sum(layer.biases for layer in gates)
    ends = [layer for layer in layers if layer.name in ("classifier_head", "classifier_conv")]
    assert own.bias == biases + sum(layer.biases for layer in ends)
    assert counts.loc["all variables", "count"] == cost(design).params
    with_bias, without = (CONVENTIONS[name](layers) for name in ("weights and bias", "weights"))
    assert with_bias - without == own.bias


@pytest.mark.parametrize("family", KEYS)
def test_hard_swish_is_an_operation_of_a_runtime_and_relu_is_not(family):
    names = memory(Design(family, resolution=64), 8, "tflm").operations
    assert {"stem_swish", "last_swish", "classifier_head_swish"} <= set(names)
    assert any(name.endswith("excite_sigmoid") for name in names)
    assert not any(name.endswith("relu") for name in names)
    plain = memory(Design(family, resolution=64, variant=MINIMALISTIC), 8, "tflm").operations
    kinds = {name.rpartition("_")[2] for name in plain}
    assert not {"swish", "sigmoid", "scale", "squeeze"} & kinds


def test_a_gate_keeps_its_map_waiting():
    """Stage 3 of v3-large at 224 px: 28 × 28 maps of 120 channels, gates of 32."""
    rows = layer_table(Design("v3-large")).set_index("name")
    size = 28 * 28
    assert rows.held["stage3_block2_excite"] == size * 120 + 32 + 120 + size * 40
    assert rows.held["stage3_block2_scale"] == 2 * size * 120 + 120 + size * 40


def test_fields_before_the_first_gate_are_those_of_kernels():
    fields = receptive_fields(Design("v3-large")).set_index("name")
    assert tuple(fields.loc["stem_conv"]) == (3, 2)
    assert tuple(fields.loc["stage1_block1_depthwise"]) == (7, 2)
    assert tuple(fields.loc["stage2_block2_add"]) == (7 + 2 * 2 + 2 * 4, 4)
    assert tuple(fields.loc["stage3_block1_depthwise"]) == (19 + 4 * 4, 8)
    assert fields.field["stage3_block1_scale"] >= 224


# Against Keras


def application(case, **options):
    """The model of `keras.applications`, which reads values in [-1, 1] as the lab's do."""
    family, variant, alpha, shape, classes = case
    make = getattr(keras.applications, FAMILIES[family].imagenet.model)
    given = {"minimalistic": bool(variant), "include_preprocessing": False, "weights": None}
    return make(shape, alpha, classes=classes, dropout_rate=0.001, **given | options)


def described(layer):
    """All about a layer but its name; Keras writes hard sigmoid as ReLU6 between two scalars."""
    config, kind = layer.get_config(), type(layer).__name__
    if config.get("activation") == "hard_sigmoid" or config.get("max_value") == 6.0:
        kind, config = "gate", {}
    left_out = ("name", "padding") if config.get("kernel_size") == (1, 1) else ("name",)
    facts = {name: value for name, value in config.items() if name not in left_out}
    return kind, tuple(layer.output.shape), facts


def check_integers(case):
    """Compare trace and Keras model: layers, shapes, parameters and MACs; return the model."""
    theirs, rows = application(case), trace(design_of(case))
    for layer, row in zip(theirs.layers[1:], rows, strict=True):
        kernel = getattr(layer, "kernel", None)
        positions = math.prod(layer.output.shape[1:-1])
        macs = 0 if kernel is None else math.prod(kernel.shape) * positions
        facts = layer.output.shape[1:], layer.count_params(), macs
        assert facts == (row.shape_out, row.params, row.macs), (layer.name, row.name)
    assert cost(design_of(case)).params == theirs.count_params()
    return theirs


@pytest.mark.keras
@pytest.mark.slow
@pytest.mark.parametrize("tens", range(6))
def test_sixty_random_networks_have_keras_layers_and_integers(tens):
    for seed in range(10 * tens, 10 * tens + 10):
        check_integers(random_case(seed))


def trained(theirs):
    """Weights as after training: no class has all of the answer."""
    random_weights(theirs)
    logits = theirs.get_layer("logits")
    scores = keras.Model(theirs.input, logits.output)(random_images(theirs))
    kernel, bias = logits.get_weights()
    logits.set_weights([kernel / np.std(scores), bias])
    return theirs


@pytest.fixture
def double():
    """64 bits a value: nothing but rounding in the last digits may differ."""
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    yield
    keras.config.set_floatx("float32")
    keras.config.set_dtype_policy("float32")  # Keras keeps it apart once a layer has asked for it


def check_answers(ours, theirs, rtol=2e-5, atol=1e-6):
    images = random_images(theirs)
    given, expected = (keras.ops.convert_to_numpy(own(images)) for own in (ours, theirs))
    assert np.ptp(expected) > 1e-3
    np.testing.assert_allclose(given, expected, rtol, atol)


def same(case):
    """Compare the two networks of a case: everything about the layers, and their answers."""
    theirs = trained(check_integers(case))
    ours = build(design_of(case))
    assert list(map(described, ours.layers)) == list(map(described, theirs.layers))
    assert [layer.name for layer in ours.layers[1:]] == [row.name for row in trace(design_of(case))]
    ours.set_weights(theirs.get_weights())
    check_answers(ours, theirs, 1e-11, 0)


@pytest.mark.keras
@pytest.mark.parametrize(
    "case",
    [
        ("v3-large", WHOLE, 1.0, (64, 64, 3), 10),
        ("v3-large", WHOLE, 0.33, (45, 75, 3), 4),
        ("v3-large", MINIMALISTIC, 1.3, (33, 47, 3), 3),
        ("v3-small", WHOLE, 1.0, (70, 99, 3), 10),
        ("v3-small", WHOLE, 0.05, (32, 32, 3), 2),
        ("v3-small", MINIMALISTIC, 0.75, (96, 37, 3), 5),
    ],
    ids=str,
)
def test_layer_by_layer_and_answer_by_answer(case, double):
    same(case)


@pytest.mark.keras
def test_the_paper_s_dialect_answers_as_keras_does_where_widths_agree(double):
    """Padding in a layer of its own or in the convolution gives the same maps."""
    case = ("v3-small", WHOLE, 1.0, (75, 64, 3), 5)
    theirs, ours = trained(application(case)), build(design_of(case, "paper"))
    ours.set_weights(theirs.get_weights())
    check_answers(ours, theirs, 1e-11, 0)


@pytest.mark.keras
def test_pictures_of_any_size():
    """Keras cannot know whether a side is odd, and pads as if it were even."""
    theirs = application(("v3-small", WHOLE, 0.5, (None, None, 3), 5), include_top=False)
    image = keras.Input((None, None, 3))
    end = v3.stem(image, 0.5, dialect="keras")
    end = v3.learner(end, 0.5, rows=v3.SMALL_ROWS, dialect="keras")
    ours = keras.Model(image, end)
    assert list(map(described, ours.layers)) == list(map(described, theirs.layers))
    random_weights(theirs)
    ours.set_weights(theirs.get_weights())
    images = np.random.default_rng(0).uniform(-1, 1, (2, 45, 63, 3)).astype("float32")
    given, expected = (keras.ops.convert_to_numpy(own(images)) for own in (ours, theirs))
    np.testing.assert_allclose(given, expected, rtol=1e-4, atol=1e-4 * np.abs(expected).max())


# ImageNet weights: the files are made here, since nothing is downloaded


@pytest.mark.keras
@pytest.mark.parametrize(("variant", "top"), [(WHOLE, True), (MINIMALISTIC, False)])
def test_imagenet_weights_move_in_from_keras_own_file(variant, top, cache):
    design = Design("v3-small", resolution=64, variant=variant)
    theirs = trained(application(("v3-small", variant, 1.0, (64, 64, 3), 1000)))
    stored = weights.imagenet_file(design)
    assert not weights.is_cached(design)
    theirs.save(stored)  # as a legacy .h5 file, which Keras' own are
    assert weights.is_cached(design)
    ours = build(design, "imagenet", top=top)
    if top:
        check_answers(ours, theirs)
    else:
        assert [layer.name for layer in ours.layers][-1] == "last_relu"
        body = [value for layer in theirs.layers[:-6] for value in layer.get_weights()]
        for own, value in zip(ours.get_weights(), body, strict=True):
            assert (own == value).all()


@pytest.mark.keras
@pytest.mark.parametrize("family", KEYS)
def test_weights_files_of_keras_and_of_the_lab_load(family, tmp_path, monkeypatch, refused):
    case = (family, WHOLE, 0.35, (64, 64, 3), 10)
    design, theirs = design_of(case, "paper"), trained(application(case))
    keras_design = design.replace(dialect="keras")
    for name in ("theirs.weights.h5", "theirs.keras"):
        save = theirs.save if name.endswith(".keras") else theirs.save_weights
        save(tmp_path / name)
        check_answers(build(keras_design, tmp_path / name), theirs)
    body = build(keras_design, tmp_path / "theirs.keras", top="new")
    assert body.get_layer("classifier_head").get_weights()[0].any()
    if family == "v3-small":
        told = FAMILIES[family].title, "keras dialect"
        monkeypatch.chdir(tmp_path)  # a message cuts long paths
        refused(lambda: build(design, "theirs.keras"), "theirs.keras", *told)


@pytest.mark.keras
@pytest.mark.parametrize("variant", [WHOLE, MINIMALISTIC])
@pytest.mark.parametrize("family", KEYS)
def test_the_files_are_those_that_keras_asks_for(family, variant, cache, monkeypatch):
    asked = []

    def get_file(name, origin, *args, cache_subdir, **kwargs):
        asked.append(name)
        assert urllib.parse.urlsplit(origin).hostname == HOST
        raise OSError("no download")

    monkeypatch.setattr("mobilenet_lab.models.imagenet._unreachable", lambda: None)
    monkeypatch.setattr("keras.src.utils.file_utils.get_file", get_file)
    for alpha in (0.75, 1.0):
        design = Design(family, alpha, variant=variant, resolution=160)
        if variant and alpha != 1.0:
            assert not has_imagenet(design)
            continue
        assert has_imagenet(design)
        with pytest.raises(ConnectionError):
            build(design, "imagenet")
        assert weights.imagenet_file(design).name == asked.pop()
        with pytest.raises(ConnectionError):
            build(design, "imagenet", top=False)
        body = weights.imagenet_file(design)
        assert f"{body.stem}_no_top_v2.h5" == asked.pop()


@pytest.mark.keras
def test_what_has_no_weights_is_refused(refused):
    for design, received in (
        (Design("v3-large", 0.5), "alpha=0.5"),
        (Design("v3-small", 0.75, variant=MINIMALISTIC), "alpha=0.75"),
        (Design("v3-small", classes=10), "classes=10"),
    ):
        refused(lambda design=design: build(design, "imagenet"), received, "ImageNet")
        assert not has_imagenet(design)
    refused(lambda: build(Design("v2", variant="small"), "imagenet"), "variant='small'", "''")
    assert not has_imagenet(Design("v2", variant="small"))


# What is published


@pytest.mark.parametrize(
    ("design", "top1"),
    [
        (Design("v3-large"), 75.2),
        (Design("v3-large", 0.75), 73.3),
        (Design("v3-large", variant=MINIMALISTIC), 72.3),
        (Design("v3-small", dialect="keras"), 67.5),
        (Design("v3-small", 0.75), 65.4),
        (Design("v3-small", variant=MINIMALISTIC), 61.9),
    ],
    ids=str,
)
def test_the_authors_accuracies_are_known(design, top1):
    assert known.top1(design) == (top1, "checkpoint")
    assert top1 in set(published.of(design).top1)


def test_other_networks_have_no_accuracy():
    for design in (
        Design("v3-large", 0.5),
        Design("v3-small", resolution=160),
        Design("v3-small", 0.75, variant=MINIMALISTIC),
        Design("v3-small", classes=10),
    ):
        assert known.top1(design) == (None, None) and published.of(design).empty


def test_comparisons_begin_without_it():
    assert set(published.accuracy().family) == {"v1", "v2"}
    assert set(published.accuracy(*KEYS).family) == set(KEYS)
    assert len(checkpoints("v3-large")) == len(checkpoints("v3-small")) == 2
    assert list(curves("alpha")) == ["v1", "v2"]
    assert list(curves("alpha", families=KEYS)) == list(KEYS)
    assert {one.design.family for one in known.known_checkpoints()} == {"v1", "v2"}


@pytest.mark.parametrize("family", KEYS)
def test_nothing_is_predicted_from_two_checkpoints(family):
    found = predict(Design(family))
    assert found.basis == "unknown" and "only 2 checkpoints" in found.reason


def test_printed_counts_are_of_these_networks():
    rows = reproduce("v3-checkpoints").set_index(["row", "quantity"])
    for row, macs in (
        ("Large dm=1 (float)", 217),
        ("Large dm=0.75 (float)", 155),
        ("Large minimalistic (float)", 209),
    ):
        cell = rows.loc[row, "MACs"]
        assert (cell.printed, cell.verdict) == (macs, "equal")
        assert round(cell.computed / 1e6) == macs
    wide = rows.loc["Small dm=0.75 (float)", "MACs"]
    assert wide.verdict == "explained" and wide.explanation.startswith("1280 channels")
    head = 256 * (432 + 1000)  # more channels after the pooling, at α 0.75
    assert f"{wide.computed + head:,}" in wide.explanation
    assert rows.loc["Small minimalistic (float)", "parameters"].verdict == "equal"
    open_ = rows[rows.verdict == "unexplained"]
    assert sorted(open_.printed) == [65, 66, 66]


# In the explorers and pictures


def names_in_legend(panels):
    return [text.get_text() for text in panels.figure.legends[0].get_texts()][:-4]


def test_the_tour_shows_it_once_it_is_chosen_or_pinned():
    tour = Tour()
    panels = tour.view.pictures[0]
    assert names_in_legend(panels) == ["v1", "v2"]
    assert "v3-large" not in set(tour.view.numbers(tour.state).family)
    tour.set(family="v3-large")
    assert names_in_legend(panels) == ["v1", "v2", "v3-large"]
    x, y = panels.curves["v3-large", "macs"].get_data()
    assert y[list(x).index(1.0)] == 216.58976
    shown = panels.curves["v3-large", "top1"].get_xydata().tolist()
    assert shown == [[0.75, 73.3], [1.0, 75.2]]
    assert panels.values["top1"].get_text() == "75.2 %"
    assert {"v1", "v2", "v3-large"} == set(tour.view.numbers(tour.state).family)
    tour.parts["pin"].button.click()
    tour.set(family="v3-small", alpha=0.75)
    assert names_in_legend(panels) == ["v1", "v2", "v3-large", "v3-small"]
    tour.set(family="v1")
    assert names_in_legend(panels) == ["v1", "v2", "v3-large"]
    legend = panels.figure.legends[0].get_window_extent()
    for axes in panels.panels.values():
        assert not legend.overlaps(axes.xaxis.label.get_window_extent())


def test_families_have_colours_and_markers_of_their_own():
    assert len({family_color(key) for key in FAMILIES}) == len(FAMILIES)
    assert len({family_marker(key) for key in FAMILIES}) == len(FAMILIES)


@pytest.mark.parametrize("family", KEYS)
@pytest.mark.parametrize("variant", [WHOLE, MINIMALISTIC])
def test_every_part_is_drawn(family, variant):
    diagram, design = Diagram(), Design(family, variant=variant)
    table = layer_table(design)
    for part in FAMILIES[family].drawings.values():
        diagram.show(design, part)
        shown = columns(design, part)
        visible = [slot for slot in diagram.slots if slot.box.get_visible()]
        assert len(visible) == len(shown)
        own = table[(table.stage == part) | (table.block == part) | (part == "network")]
        assert sum(one.macs for one in shown) == own.macs.sum()
        assert sum(one.params for one in shown) == own.params.sum()


def test_a_drawing_of_a_gated_block():
    shown = columns(Design("v3-large"), "stage3_block2")
    titles = [one.title for one in shown]
    assert titles[1:4] == ["expand", "depthwise", "squeeze"]
    assert titles[4:] == ["reduce", "excite", "scale", "project", "add"]
    assert "5×5, stride 1" in shown[2].details
    assert shown[titles.index("scale")].shortcut == titles.index("depthwise")


def test_a_review_with_it_is_on_request_and_says_what_is_unknown():
    budget = Budget(macs="100M")
    assert set(review(budget).candidates.family) == {"v1", "v2"}
    found = review(budget, "v3-small")
    assert set(found.candidates.basis) == {"unknown"} and "is unknown" in found.sentence


@pytest.mark.keras
@pytest.mark.parametrize("family", KEYS)
def test_maps_of_a_picture_go_through_it(family):
    design = Design(family, 0.5, resolution=64)
    loaded = weights.load(design, weights.start(design))
    assert loaded.weights == "random"
    found = feature_maps(loaded.model, load_image("chelsea", 64))
    rows = layer_table(design).set_index("name")
    for name in ("stage3_block1_scale", "stage3_block1_squeeze", "last_swish"):
        size, channels = rows.loc[name, ["size_out", "c_out"]]
        assert np.asarray(found[name]).shape[-3:] == (size, size, channels)


@pytest.mark.parametrize("family", [*KEYS, "v2"])
def test_only_relu6_cuts_off_at_6(family):
    said = read_off(np.array([[[0.0, 6.0], [0.0, 1.0]]]), Design(family))
    assert said.startswith("1 of 2 channels are dead, 50 % of the values are 0")
    assert said.endswith("0, 25 % are cut off at 6." if family == "v2" else "are 0.")
