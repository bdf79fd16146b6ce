"""Other classifiers: their own papers' and authors' figures, then those of the v1 paper."""

from dataclasses import replace

import pytest
from optional import keras
from signatures import keras_signatures, signatures

from mobilenet_lab import layers, published
from mobilenet_lab.competitors import (
    alexnet,
    facenet,
    googlenet,
    inception_v2,
    inception_v3,
    squeezenet,
    vgg,
)
from mobilenet_lab.competitors.convolutions import joined, normalised
from mobilenet_lab.costs.conventions import CONVENTIONS, MACS, WEIGHTS
from mobilenet_lab.published.rows import classifiers

MILLION = 10**6
BIASED = CONVENTIONS["weights and bias"]
SLIM = CONVENTIONS["without batch norm's scale"]


def image(size=224):
    return layers.FeatureMap(size, size, 3)


def by_part(traced):
    """Layers by block, or by stage outside of blocks, without what has no weights."""
    parts = {}
    for layer in traced:
        if layer.kernels:
            parts.setdefault(layer.block or layer.stage, []).append(layer)
    return list(parts.values())


def maps(traced):
    """(side, channels) of each module."""
    return [(x.size_out, x.c_out) for x in traced if x.op == "concatenation" and x.block]


# AlexNet, VGG-16


def test_neurons_that_alexnets_paper_lists():
    """Of all layers but the first, of which it has 253,440 where 55 · 55 · 96 are 290,400."""
    traced = alexnet.network(image(227)).layers
    neurons = [layer.activations for layer in traced if layer.kernels]
    assert neurons == [290_400, 186_624, 64_896, 64_896, 43_264, 4096, 4096, 1000]


@pytest.mark.parametrize(
    ("options", "params"),
    [
        ({}, 60_965_224),  # Caffe's
        ({"filters": 64, "rows": alexnet.ONE_COLUMN}, 61_100_840),  # torchvision's
    ],
)
def test_parameters_of_alexnets(options, params):
    assert BIASED(alexnet.network(image(227), **options).layers) == params


def test_groups_halve_the_kernels_of_three_layers():
    grouped, whole = (
        alexnet.network(image(227), rows=rows).layers for rows in (alexnet.ROWS, alexnet.UNGROUPED)
    )
    times = [b.kernels / a.kernels for a, b in zip(grouped, whole, strict=True) if a.kernels]
    assert times == [1, 2, 1, 2, 2, 1, 1, 1]


@pytest.mark.keras
def test_vgg_is_keras_own_layer_by_layer():
    theirs = keras.applications.VGG16(weights=None, input_shape=(32, 32, 3), classes=7)
    assert signatures(vgg.network(image(32), 7).layers) == keras_signatures(theirs)


def test_parameters_of_vgg():
    """Those that Keras and torchvision have of 224 px."""
    assert BIASED(vgg.network(image()).layers) == 138_357_544


# SqueezeNet


def test_parameters_of_squeezenets_own_table():
    """Table 1, before pruning: first convolution, modules 2 to 9, last convolution, all."""
    traced = squeezenet.network(image(227)).layers
    assert [BIASED(part) for part in by_part(traced)] == [
        14_208,
        *(11_920, 12_432, 45_344, 49_440, 104_880, 111_024, 188_992, 197_184),
        513_000,
    ]
    assert BIASED(traced) == 1_248_424


def test_maps_of_squeezenets_own_table():
    traced = squeezenet.network(image(227)).layers
    assert traced[0].shape_out == (111, 111, 96)
    sides = [55] * 3 + [27] * 4 + [13]
    widths = (128, 128, 256, 256, 384, 384, 512, 512)
    assert maps(traced) == list(zip(sides, widths, strict=True))


# Inception


def misfits(printed, counts, unit):
    """The figures of a printed column that are not the rounded counts: our count by the figure."""
    pairs = zip(printed.split(), counts, strict=True)
    return {one: count for one, count in pairs if not published.rounds_to(one, count, unit)}


def test_operations_of_googlenets_own_table():
    """Table 1, in millions: of two convolutions, nine modules and the dense layer.

    Its first convolution is separable, 73 is cut off, and 54 goes with other widths than the row's.
    """
    traced = googlenet.network(image(), separable=True).layers
    printed = "34 360 128 304 73 88 100 119 170 54 71 1"
    macs = [MACS(part) for part in by_part(traced)]
    assert misfits(printed, macs, MILLION) == {"73": 73_608_192, "54": 51_079_168}


def test_a_module_of_googlenet_by_hand():
    module = by_part(googlenet.network(image()).layers)[2]
    kernels = {layer.name.partition("block1_")[2]: layer.kernels for layer in module}
    assert kernels == {
        "path1_1_conv": 192 * 64,
        "path2_1_conv": 192 * 96,
        "path2_2_conv": 9 * 96 * 128,
        "path3_1_conv": 192 * 16,
        "path3_2_conv": 25 * 16 * 32,
        "projection_conv": 192 * 32,
    }
    assert MACS(module) == 28 * 28 * sum(kernels.values())


def test_auxiliary_classifiers_by_hand():
    """4 × 4 positions, 128 channels, 1024 units, after the modules 4a and 4d."""
    traced = joined(*googlenet.with_auxiliaries(image()))
    heads = [part for part in by_part(traced) if part[0].stage.startswith("auxiliary")]
    for head, channels in zip(heads, (512, 528), strict=True):
        assert WEIGHTS(head) == channels * 128 + 16 * 128 * 1024 + 1024 * 1000
    plain = googlenet.network(image()).layers
    assert WEIGHTS(traced) == WEIGHTS(plain) + sum(map(WEIGHTS, heads))
    assert len({layer.name for layer in traced}) == len(traced)


@pytest.mark.parametrize(
    ("network", "params"),
    [
        # TF-slim's v1 has 3×3 kernels in place of 5×5.
        (lambda: googlenet.body(image(), wide=(3,), convolution=normalised), 5_607_184),
        (lambda: inception_v2.body(image()), 10_173_112),
    ],
    ids=["v1", "v2"],
)
def test_parameters_that_tf_slim_expects_of_its_bodies(network, params):
    assert SLIM(network().layers) == params


def test_body_of_inception_v3_has_what_tf_slim_expects():
    traced = inception_v3.network(image(299)).layers
    assert replace(SLIM, classifier=False)([x for x in traced if not x.in_classifier]) == 21_802_784


def test_maps_of_inception_v2():
    """TF-slim's Mixed_3b to Mixed_5c, as its own tests have them."""
    ends = []
    traced = inception_v2.body(image(), ends).layers
    assert maps(traced) == [(28, 256), (28, 320), *[(14, 576)] * 5, *[(7, 1024)] * 3]
    assert [(x.height, x.channels) for x in ends] == maps(traced)


@pytest.mark.slow
@pytest.mark.keras
def test_inception_v3_is_keras_own_layer_by_layer():
    """Keras' batch normalisation has no scale here: three numbers a channel."""
    theirs = keras.applications.InceptionV3(weights=None, classes=7)
    traced = [
        x._replace(norms=0, biases=3 * x.norms) if x.op == "batch_norm" else x
        for x in inception_v3.network(image(299), 7).layers
    ]
    assert signatures(traced) == keras_signatures(theirs)


def test_auxiliary_classifier_of_inception_v3_by_hand():
    plain = inception_v3.network(image(299)).layers
    traced = joined(*inception_v3.with_auxiliary(image(299)))
    added = 768 * 128 + 25 * 128 * 768 + 768 * 1000
    assert WEIGHTS(traced) - WEIGHTS(plain) == added
    assert MACS(traced) - MACS(plain) == added + 24 * 768 * 128  # the first on 5 × 5 positions


# FaceNet

NN2_PARAMS = "9 115 164 228 398 545 595 654 722 717 1588 1588 131"  # 1.6 M is 1588 twice
NN2_FLOPS = "119 360 128 179 108 107 117 128 142 56 78 78 0.1"


def test_rows_of_facenets_own_table():
    """Table 2, biases included: two convolutions, ten modules, the embedding; 545 is cut off."""
    parts = by_part(facenet.network(image()).layers)
    params, macs = map(BIASED, parts), map(replace(MACS, bias=1), parts)
    assert misfits(NN2_PARAMS, params, 1000) == {"545": 545_536}
    assert misfits(NN2_FLOPS, macs, MILLION) == {}


def test_sums_of_facenets_own_table():
    traced = facenet.network(image()).layers
    assert published.rounds_to("7.5", BIASED(traced), MILLION)
    assert published.rounds_to("1.6", MACS(traced), 1000 * MILLION)
    assert maps(traced) == [(28, 256), (28, 320), *[(14, 640)] * 5, *[(7, 1024)] * 3]


def test_openface_has_as_many_trainable_parameters():
    """It adds scale and shift of batch normalisation after each convolution: 7,472,144."""
    traced = facenet.network(image()).layers
    convolved = sum(layer.biases for layer in traced if layer.stage != "embedding")
    assert BIASED(traced) + 2 * convolved == 7_472_144


# Keras


@pytest.mark.keras
@pytest.mark.parametrize(
    ("network", "size"),
    [
        (lambda x: alexnet.network(x, 7), 67),
        (lambda x: squeezenet.network(x, 7), 67),
        (lambda x: googlenet.with_auxiliaries(x, 7), 80),
        pytest.param(lambda x: inception_v2.network(x, 7), 64, marks=pytest.mark.slow),
        pytest.param(lambda x: inception_v3.with_auxiliary(x, 7), 139, marks=pytest.mark.slow),
        (lambda x: facenet.network(x, 7), 64),
    ],
    ids=["alexnet", "squeezenet", "googlenet", "inception v2", "inception v3", "facenet"],
)
def test_keras_builds_the_same(network, size):
    pixels = keras.Input((size, size, 3))
    found = network(image(size))
    traced = joined(*found) if isinstance(found, list) else found.layers
    model = keras.Model(pixels, network(pixels))
    assert signatures(traced) == keras_signatures(model)
    assert {layer.name for layer in traced} == {layer.name for layer in model.layers[1:]}


# The printed rows


def counted(table, row, name, convention):
    found = classifiers.NETWORKS[table, row][name]()
    return convention(getattr(found, "layers", found))


BODY = replace(MACS, classifier=False)
TRAINED = "with its auxiliary classifier"


@pytest.mark.parametrize(
    ("table", "row", "name", "convention", "count"),
    [
        ("v1-8", "VGG 16", "", BODY, 15_346_630_656),  # 15300: cut off
        ("v1-9", "Squeezenet", "", MACS, 832_667_936),  # 1700: two operations each
        ("v1-9", "Squeezenet", "", BIASED, 1_248_424),  # 1.25
        ("v1-9", "AlexNet", "", MACS, 724_406_816),  # 720
        ("v1-9", "AlexNet", "", WEIGHTS, 60_954_656),  # 60: cut off
        ("v1-14", "FaceNet", "", MACS, 1_596_530_688),  # 1600
        ("v1-14", "FaceNet", "", BIASED, 7_456_304),  # 7.5
        ("v1-text", "PlaNet", TRAINED, MACS, 5_743_584_352),  # 5.74 billion
        ("v1-text", "PlaNet", TRAINED, WEIGHTS, 51_808_096),  # 52
        ("v1-text", "PlaNet MobileNet final layer", "", WEIGHTS, 1024 * 9766),  # 10
        # What remains unlike the printed figures: 1550, 6.8, 5000, 23.2.
        ("v1-8", "GoogleNet", "", MACS, 1_582_671_872),
        ("v1-8", "GoogleNet", "", WEIGHTS, 6_990_272),
        ("v1-10", "Inception V3", "", MACS, 5_711_413_856),
        ("v1-10", "Inception V3", "", WEIGHTS, 21_996_896),
    ],
)
def test_counts_of_the_printed_rows(table, row, name, convention, count):
    assert counted(table, row, name, convention) == count


def test_every_alternative_is_another_network():
    for networks in classifiers.NETWORKS.values():
        found = [getattr(x, "layers", x) for x in (network() for network in networks.values())]
        assert len({(MACS(x), WEIGHTS(x)) for x in found}) == len(networks)
