"""Detectors: other counts of the same networks first, then the figures of v1's and v2's tables.

OpenVINO's zoo prints parameters with batch norm folded, torchvision documents its SSD300, and
YOLOv2's operations stand on its authors' page (pjreddie.com/darknet/yolov2).
"""

import pytest
from optional import keras

from mobilenet_lab import Design, layers, published, trace
from mobilenet_lab.competitors import detectors, faster_rcnn, ssd, ssd_vgg, taps, yolo
from mobilenet_lab.costs.conventions import CONVENTIONS, MACS
from mobilenet_lab.published.reproduce import cells
from mobilenet_lab.published.rows import detection

MILLION, BILLION = 10**6, 10**9
FOLDED, WEIGHTS, BIASED = (
    CONVENTIONS[name] for name in ("batch norm folded", "weights", "weights and bias")
)
ALL = CONVENTIONS["all variables"]
SCALES = 512  # of the normalisation of conv4_3, which the lab's SSD300 and SSD512 leave out


def image(size):
    return layers.FeatureMap(size, size, 3)


def read(trace, start):
    """The sides of the maps that the predictors named `start` read."""
    return [layer.size_in for layer in trace if layer.name.startswith(start) and layer.macs]


# SSD and SSDLite on MobileNets and Inception


@pytest.mark.parametrize(
    ("network", "head", "printed"),
    [
        (detectors.ssd_v1, {"kernel": 1}, "6.807"),
        (detectors.ssd_v2, {"separable": ("extras",)}, "16.818"),
        (detectors.ssd_v2, {"separable": ssd.PARTS}, "4.475"),
    ],
)
def test_parameters_are_those_of_openvinos_zoo(network, head, printed):
    """ssd_mobilenet_v1_coco, ssd_mobilenet_v2_coco, ssdlite_mobilenet_v2."""
    x = network(image(300), 91, **head)
    assert published.rounds_to(printed, FOLDED(x.layers), MILLION)
    sides = [layer.size_in for layer in x.layers if layer.op == "reshape"]
    assert sides == 2 * [19, 10, 5, 3, 2, 1]
    assert x.shape == (1917 * (4 + 91),)  # 1917 boxes


def test_the_bodies_are_the_labs_networks():
    for family, network in (("v1", detectors.ssd_v1), ("v2", detectors.ssd_v2)):
        design = trace(Design(family, resolution=300))
        body = [layer for layer in design if not layer.in_classifier]
        found = {layer.name: layer for layer in network(image(300), 91).layers}
        assert [found[layer.name] for layer in body] == body


def test_a_head_by_hand():
    """SSDLite's predictors and extra maps on 576 and 1280 channels: kernels, 81 outputs."""
    channels = (576, 1280, 512, 256, 256, 128)
    boxes = (3, 6, 6, 6, 6, 6)
    predictors = sum(2 * 9 * c + c * n * (4 + 81) for c, n in zip(channels, boxes, strict=True))
    extras = sum(
        before * after // 2 + 9 * after // 2 + after // 2 * after
        for before, after in zip(channels[1:], channels[2:], strict=False)
    )
    head = ssd.alone(detectors.ssd_v2(image(320), 81, separable=ssd.PARTS).layers)
    assert WEIGHTS(head) == predictors + extras == 2_093_696


def test_what_is_separable_is_checked(refused):
    refused(lambda: detectors.ssd_v1(image(64), 91, separable=("boxes",)), "'boxes'", "predictors")


# SSD300 and SSD512 on VGG-16


@pytest.mark.parametrize(
    ("size", "head", "boxes", "printed"),
    [(300, ssd_vgg.SSD300, 8732, "26.285"), (512, ssd_vgg.SSD512, 24564, "27.189")],
)
def test_boxes_of_the_paper_and_parameters_of_openvinos_zoo(size, head, boxes, printed):
    """For the 20 classes of VOC."""
    x = ssd_vgg.network(image(size), 21, head)
    assert x.shape == (boxes * (4 + 21),)
    assert published.rounds_to(printed, BIASED(x.layers) + SCALES, MILLION)


def test_ssd300_is_torchvisions():
    x = ssd_vgg.network(image(300), 91)
    assert BIASED(x.layers) + SCALES == 35_641_826
    assert published.rounds_to("34.858", MACS(x.layers), BILLION)


# Darknet-19 and YOLOv2


def test_darknet_has_the_operations_of_its_paper():
    """Section 3: 5.58 billion operations, two a MAC."""
    x = yolo.classifier(image(224))
    assert published.rounds_to("5.58", 2 * MACS(x.layers), BILLION)
    assert sum(layer.macs > 0 for layer in x.layers) == 19
    assert x.shape == (1000,)


@pytest.mark.parametrize(
    ("size", "classes", "reduced", "printed"),
    [(416, 20, None, "34.90"), (544, 20, None, "59.68"), (608, 80, 64, "62.94")],
)
def test_yolo_has_the_operations_of_its_authors_page(size, classes, reduced, printed):
    """Billions, two a MAC: the files for VOC came before the 1×1 convolution to 64 channels."""
    x = yolo.detector(image(size), classes, reduced=reduced)
    assert published.rounds_to(printed, 2 * MACS(x.layers), BILLION)
    assert x.shape == (size // 32, size // 32, 5 * (5 + classes))
    joined = next(layer for layer in x.layers if layer.op == "concatenation")
    assert joined.c_out == (2048 if reduced is None else 4 * 64) + 1024


# Faster R-CNN


def test_faster_rcnn_on_inception_is_that_of_openvinos_zoo():
    assert published.rounds_to("13.307", FOLDED(detectors.faster_rcnn_inception(600, 90)), MILLION)


def test_the_second_network_is_counted_once_for_each_proposal():
    """MobileNet v1's blocks 12 and 13 on 14×14 positions, and 91 scores and 90 boxes."""
    second = 49 * (9 * 512 + 512 * 1024 + 9 * 1024 + 1024 * 1024) + 1024 * (91 + 4 * 90)
    proposals = 19 * 19 * (9 * 512 * 512 + 512 * 12 * 6)
    blocks = [layer for layer in trace(Design("v1", resolution=300)) if not layer.in_classifier]
    first = sum(layer.macs for layer in blocks if layer.stage != "stage4")
    found = detectors.faster_rcnn_v1(300, 90)
    assert MACS(found) == first + proposals + 300 * second
    assert WEIGHTS(found) == sum(layer.kernels for layer in found)
    assert read(found, "proposals") == [19, 19, 19]


def test_vggs_dense_layers_hold_most_of_its_weights():
    found = detectors.faster_rcnn_vgg(600, 90)
    dense = [layer.kernels for layer in found if layer.stage == "dense" and layer.kernels]
    assert dense == [7 * 7 * 512 * 4096, 4096 * 4096]
    assert read(found, "proposals") == [37, 37, 37]


# The printed figures. What else fits, and what does not, `reproduce` says.


@pytest.mark.parametrize(
    ("table", "row", "reading", "macs", "params", "convention"),
    [
        ("v1-13", "Inception V2, framework SSD 300", "", "3.8", None, WEIGHTS),
        ("v1-13", "MobileNet, framework SSD 300", "", "1.2", "6.8", WEIGHTS),
        ("v1-13", "deeplab-VGG, framework SSD 300", "", "34.9", None, WEIGHTS),
        ("v1-13", "VGG, framework Faster-RCNN 300", "", "64.3", "138.5", WEIGHTS),
        ("v1-13", "VGG, framework Faster-RCNN 600", "", None, "138.5", WEIGHTS),
        *(
            ("v1-13", row, "crops of 14x14 positions", macs, params, FOLDED)
            for row, macs, params in (
                ("Inception V2, framework Faster-RCNN 300", "118.2", "13.3"),
                ("MobileNet, framework Faster-RCNN 300", "25.2", "6.1"),
                ("Inception V2, framework Faster-RCNN 600", "129.6", "13.3"),
                ("Mobilenet, framework Faster-RCNN 600", "30.5", "6.1"),
            )
        ),
        ("v2-5", "SSD", "", None, "14.8", BIASED),
        ("v2-5", "SSDLite", "", None, "2.1", BIASED),
        ("v2-6", "YOLOv2", "", "17.5", None, BIASED),
        ("v2-6", "YOLOv2", "fine map reduced to 64 channels, 20 classes", None, "50.7", ALL),
        ("v2-6", "MNet V1 + SSDLite", "", "1.3", "5.1", BIASED),
        ("v2-6", "MNet V2 + SSDLite", "", "0.8", "4.3", BIASED),
    ],
)
def test_printed_figures_come_out(table, row, reading, macs, params, convention):
    network = detection.NETWORKS[table, row][reading]()
    traced = getattr(network, "layers", network)
    assert macs is None or published.rounds_to(macs, MACS(traced), BILLION)
    assert params is None or published.rounds_to(params, convention(traced), MILLION)


def test_the_heads_alone_are_cut_off_and_one_of_them_counts_operations():
    plain, lite = (MACS(detection.NETWORKS["v2-5", row][""]()) for row in ("SSD", "SSDLite"))
    assert published.cuts_to("1.25", plain, BILLION)
    assert published.cuts_to("0.35", 2 * lite, BILLION)


def test_every_row_is_a_printed_one():
    rows = {(cell.table, cell.row) for name in ("v1-13", "v2-5", "v2-6") for cell in cells(name)}
    assert set(detection.NETWORKS) == rows


# In Keras


def test_a_tap_is_refused_where_there_is_no_layer(refused):
    refused(lambda: taps.tap(detectors.ssd_v1(image(64), 91), "nowhere"), "'nowhere'", "a layer")


def asserts_the_same(model, traced):
    assert len(model.layers) == len(traced) + 1
    for own in traced:
        theirs = model.get_layer(own.name)
        assert own.shape_out == tuple(theirs.output.shape[1:]), own.name
        assert own.params == theirs.count_params(), own.name


@pytest.mark.keras
@pytest.mark.parametrize(
    ("network", "size"),
    [
        (lambda x: detectors.ssd_v2(x, 21, separable=ssd.PARTS), 96),
        (lambda x: ssd_vgg.network(x, 3), 300),
        (lambda x: yolo.detector(x, 3, reduced=64), 64),
    ],
)
def test_keras_builds_the_same(network, size):
    pixels = keras.Input((size, size, 3))
    asserts_the_same(keras.Model(pixels, network(pixels)), network(image(size)).layers)


@pytest.mark.keras
def test_keras_builds_both_networks_of_faster_rcnn():
    """The second one from a crop, a map of the first body's size, on."""
    pixels = keras.Input((112, 112, 3))
    fine, end = detectors.halves_v1(pixels)
    first = keras.Model(pixels, faster_rcnn.proposed(fine))
    second = keras.Model(fine, faster_rcnn.scored(end, 90))
    assert first.output.shape[1:] == (7 * 7 * 12 * 6,)
    assert second.output.shape[1:] == (4 * 90 + 91,)
    counted = first.count_params() + second.count_params()
    assert counted == ALL(detectors.faster_rcnn_v1(112, 90, crop=7))
