"""Inputs that are no squares, or have other channels than three: wherever a design goes."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from optional import keras
from squares import squares
from test_keras_dialect import v1_by_hand, v2_by_hand

from mobilenet_lab import Design, build, cost, layer_table, price, published, sweep, trace
from mobilenet_lab.__main__ import main
from mobilenet_lab.costs.fields import receptive_fields, seen_pixels
from mobilenet_lab.exercises import check
from mobilenet_lab.models import weights
from mobilenet_lab.networks.families import dialects
from mobilenet_lab.plots.diagram import Diagram
from mobilenet_lab.published import known, reproduce
from mobilenet_lab.training import plan

WIDE = Design("v2", 0.35, resolution=(64, 96), channels=1)
BY_HAND = {"v1": v1_by_hand, "v2": v2_by_hand}
sides = st.integers(32, 300)


@settings(max_examples=30)
@given(st.sampled_from(["v1", "v2"]), st.tuples(sides, sides), st.integers(1, 5))
@example("v1", (33, 300), 1)
def test_the_cost_by_hand(family, size, channels):
    design = Design(family, 0.35, resolution=size, channels=channels, classes=7, dialect="keras")
    rows = list(BY_HAND[family](0.35, size, channels, 7))
    assert design.shape == (*size, channels)
    assert cost(design).macs == sum(high * wide * kernels for (high, wide), kernels, *_ in rows)
    params = sum(kernels + 4 * norms + biases for _, kernels, norms, biases in rows)
    assert cost(design).params == params


@pytest.mark.parametrize("dialect", dialects())
@pytest.mark.parametrize("family", ["v1", "v2"])
def test_height_and_width_do_not_mix(family, dialect):
    """Turned by a right angle it costs the same, and each side is that of a square."""
    one, turned, *squares = (
        trace(Design(family, 0.5, resolution=size, dialect=dialect))
        for size in ((45, 75), (75, 45), 45, 75)
    )
    for layer, other, high, wide in zip(one, turned, *squares, strict=True):
        assert layer.shape_out == (*high.shape_out[:1], *wide.shape_out[1:])
        assert (layer.macs, layer.params) == (other.macs, other.params)


def test_a_pair_of_equal_sides_is_a_square():
    assert Design("v1", resolution=(224, 224)) == Design("v1", resolution=[224, 224])
    assert Design("v1", resolution=(224, 224), channels=3) == Design("v1")
    assert Design("v1", resolution=(160, 160)).rho == 160 / 224


def test_it_says_what_it_is():
    assert str(WIDE) == "MobileNet v2, α 0.35, 64 × 96 px, 1 input channel, t 6"
    assert eval(repr(WIDE)) == WIDE == WIDE.replace() and hash(WIDE) == hash(eval(repr(WIDE)))
    assert WIDE.rho is None and not WIDE.is_as_published
    assert WIDE != WIDE.replace(channels=3) != WIDE.replace(resolution=(96, 64), channels=3)
    assert "channels" not in repr(Design("v1"))


@pytest.mark.parametrize(
    "size", [(), (64,), (64, 64, 3), (31, 64), (64, 31), (64.0, 96), ("64", 96), (64, None)]
)
def test_what_is_no_size(refused, size):
    refused(lambda: Design("v1", resolution=size), "resolution=", "(height, width)")
    refused(lambda: sweep("v1", resolution=[size]), "resolution=", "(height, width)")


@pytest.mark.parametrize("channels", [0, -1, 1.5, "3", None, True])
def test_what_are_no_channels(refused, channels):
    refused(lambda: Design("v1", channels=channels), f"channels={channels!r}")
    refused(lambda: sweep("v1", channels=channels), f"channels={channels!r}")
    frame = pd.DataFrame({"family": ["v1"], "alpha": 1, "resolution": 64, "channels": channels})
    if channels is not None:  # a gap, as in any other column
        refused(lambda: price(frame.astype({"channels": object})), f"channels={channels!r}")


def test_a_size_far_beyond_any_network():
    with pytest.warns(UserWarning, match="far beyond"):
        Design("v1", 0.25, resolution=(32, 10**6))


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_every_row_is_the_cost_of_its_design(channels):
    sizes = [(64, 96), 64, (33, 300), (96, 64)]
    frame = sweep(["v1", "v2"], [0.35, 1.0], resolution=sizes, expansion=[1, 6], channels=channels)
    assert len(frame) == 2 * 4 + 2 * 4 * 2
    assert ("channels" in frame) == (channels != 3)
    for row in frame.itertuples():
        expansion = None if row.family == "v1" else row.expansion
        design = Design(
            *(row.family, row.alpha),
            resolution=row.resolution,
            expansion=expansion,
            channels=channels,
        )
        assert (row.macs, row.params) == (cost(design).macs, cost(design).params)
        assert row.rho == design.rho or (np.isnan(row.rho) and design.rho is None)
    again = price(frame.drop(columns=["macs", "rho"]))
    pd.testing.assert_frame_equal(again[[*frame.columns.drop("rho")]], frame.drop(columns="rho"))


def test_price_of_several_channels(refused):
    frame = pd.DataFrame({"family": "v1", "alpha": 0.5, "resolution": 64, "channels": [1, None, 4]})
    counts = [cost(Design("v1", 0.5, resolution=64, channels=one)).macs for one in (1, 3, 4)]
    assert price(frame).macs.tolist() == counts
    wide = pd.DataFrame({"family": ["v1"], "alpha": 1, "resolution": [(64, 96)], "rho": 0.5})
    refused(lambda: price(wide), "rho=0.5", "no square")


def test_what_is_seen_along_each_side():
    high, wide = (WIDE.replace(resolution=side, channels=3) for side in WIDE.resolution)
    for name, position in (("stem_conv", 31), ("stage2_block1_depthwise", 9), ("last_conv", 1)):
        assert seen_pixels(WIDE, name, position) == seen_pixels(high, name, position)
        assert seen_pixels(WIDE, name, position, axis=1) == seen_pixels(wide, name, position)
    assert seen_pixels(WIDE, "stem_conv", 40, axis=1) == (80, 83)
    assert receptive_fields(WIDE).equals(receptive_fields(high))


def test_tables_and_drawings():
    table = layer_table(WIDE)
    assert table.size_in[0] == (64, 96) and table.size_out[0] == (32, 48) and table.c_in[0] == 1
    drawing = Diagram()
    drawing.show(WIDE)
    assert drawing.words.startswith(f"{WIDE}: input 64 × 96 px × 1 → stem 32 × 48 px")
    drawing.show(WIDE, "stage2_block1")
    drawing.figure.draw_without_rendering()


@pytest.mark.parametrize(
    "design", [Design("v1", resolution=(192, 224)), Design("v1", channels=1)], ids=str
)
def test_nothing_was_published_for_it(design):
    assert published.of(design).empty and reproduce.quoted(design).empty
    assert known.top1(design) == (None, None)
    assert weights.kinds(design.replace(channels=1)) == ["random"]


@pytest.mark.parametrize("number", ["03.4", "03.5"])
def test_exercises_say_that_it_is_another_network(number):
    for change in ({"resolution": (96, 128)}, {"channels": 1}):
        said = str(check(number, Design("v1", 0.5, **change)))
        assert "Change α and the resolution alone." in said


def test_pictures_to_train_on_are_square_and_have_colours(refused):
    small = Design("v1", 0.25, resolution=16, variant="small")
    for change in ({"resolution": (16, 24)}, {"channels": 1}):
        name = next(iter(change))
        design = small.replace(**change)
        refused(lambda design=design: plan(squares(), design, timed=False), f"{name}=")
        frame = pd.DataFrame([design.values()])
        refused(lambda frame=frame: plan(squares(), frame, timed=False), f"{name}=")


def test_on_the_command_line(capsys):
    options = ["--alpha", "0.35", "--resolution", "64x96", "--channels", "1", "--format", "csv"]
    assert main(["cost", "v2", *options]) == 0
    assert f"macs,{cost(WIDE).macs}" in capsys.readouterr().out
    assert main(["sweep", "v2", *options]) == 0
    assert f",{cost(WIDE).macs}," in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["cost", "v2", "--resolution", "64x"])
    assert "64x" in capsys.readouterr().err


# In Keras


@pytest.mark.keras
@pytest.mark.parametrize("design", [WIDE, WIDE.replace(dialect="listing")], ids=str)
def test_the_model_reads_it(design, tmp_path):
    model = build(design.replace(classes=3))
    assert model.input.shape == (None, 64, 96, 1)
    for layer, row in zip(model.layers[1:], trace(design.replace(classes=3)), strict=True):
        assert (layer.output.shape[1:], layer.count_params()) == (row.shape_out, row.params)
    model.save_weights(tmp_path / "wide.weights.h5")
    again = build(design.replace(classes=3), tmp_path / "wide.weights.h5")
    images = np.random.default_rng(0).uniform(-1, 1, (1, 64, 96, 1)).astype("float32")
    np.testing.assert_array_equal(
        *(keras.ops.convert_to_numpy(own(images)) for own in (again, model))
    )


@pytest.mark.keras
def test_weights_for_other_channels(refused, tmp_path):
    refused(lambda: build(Design("v1", channels=1), "imagenet"), "channels=1", "3")
    design = Design("v1", 0.25, resolution=32, classes=2)
    build(design).save_weights(tmp_path / "colours.weights.h5")
    refused(
        lambda: build(design.replace(channels=1), tmp_path / "colours.weights.h5"),
        "reads pictures of 3 channels, not of 1",
    )
