"""The predicted size of a .tflite file, against files that TensorFlow's converter wrote."""

import numpy as np
import pytest
from hypothesis import given, settings
from recordings import RECORDED, design_of
from strategies import designs

from mobilenet_lab import Design, cost, sweep, trace
from mobilenet_lab.costs.conventions import CONVENTIONS
from mobilenet_lab.costs.files import file_bytes, flash, stored
from mobilenet_lab.layers import FeatureMap
from mobilenet_lab.networks.families import FAMILIES


def named(row):
    return "-".join(list(row.values())[:7])


@pytest.mark.parametrize("row", RECORDED, ids=named)
def test_the_prediction_is_near_the_true_size(row):
    within = 0.002 if row["dialect"] == "paper" else 0.05
    predicted = flash(design_of(row), int(row["bits"]))
    assert predicted == pytest.approx(int(row["file_bytes"]), rel=within)


def test_files_of_each_precision_were_made():
    assert {row["bits"] for row in RECORDED} == {"8", "16", "32"}
    assert sum(row["bits"] == "8" for row in RECORDED) >= 12


@settings(max_examples=40)
@given(designs())
def test_what_is_stored_is_what_the_cost_counts(design):
    kernels, channels, layers = stored(trace(design))
    own = cost(design)
    assert (kernels, kernels + channels) == (own.kernels, own.folded_params)
    assert layers == sum(one.macs > 0 for one in trace(design))


@settings(max_examples=40)
@given(designs())
def test_a_file_is_larger_than_its_weights(design):
    weights = {8: "int8 bytes", 16: "float16 bytes", 32: "float32 bytes"}
    sizes = {bits: flash(design, bits) for bits in weights}
    assert all(sizes[bits] > CONVENTIONS[name](trace(design)) for bits, name in weights.items())


def test_a_grid_is_stored_design_by_design():
    alphas, times = np.array([[0.35], [0.55], [1.0]]), np.array([[1, 2, 6]])
    image = FeatureMap(np.array(96), np.array(96), 3)
    grid = FAMILIES["v2"].network(image, alpha=alphas, expansion=times, n_classes=10)
    sizes = np.broadcast_to(file_bytes(*stored(grid.layers)), (3, 3))
    assert sizes.tolist() == [
        [flash(Design("v2", alpha, resolution=96, expansion=t, classes=10)) for t in times[0]]
        for alpha in alphas[:, 0]
    ]


def test_columns_of_a_sweep_are_predicted_at_once():
    frame = sweep("v1", [0.25, 0.5, 1.0], resolution=[96, 160], classes=2)
    layers = stored(trace(Design("v1"))).layers
    assert layers == 28  # by the paper's own count
    sizes = file_bytes(frame["kernels"], frame["folded_params"] - frame["kernels"], layers, 8)
    assert sizes.tolist() == [
        flash(Design("v1", row.alpha, resolution=row.resolution, classes=2))
        for row in frame.itertuples()
    ]


@pytest.mark.parametrize("bits", [4, 0, -8, 8.0, True, None, "8"])
def test_other_bits_are_refused(refused, bits):
    refused(lambda: flash(Design("v1"), bits), "bits=")
    refused(lambda: file_bytes(1, 1, 1, bits), "bits=")


def test_what_is_no_design_is_refused(refused):
    refused(lambda: flash("v1"), "design='v1'")
