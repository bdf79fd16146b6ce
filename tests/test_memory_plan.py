"""Memory over time: the operations of a runtime, and the definitions, against independent routes.

`tests/tflm/recorded.csv` holds what TensorFlow Lite Micro's recorder said of converted models.
"""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from recordings import RECORDED, design_of
from strategies import designs

from mobilenet_lab import Design, cost, layers, memory, trace
from mobilenet_lab.costs.arena import RUNTIMES, VALUE_BYTES, Life, plan, ram
from mobilenet_lab.costs.graph import operations
from mobilenet_lab.costs.memory import held, peak
from mobilenet_lab.layers import FeatureMap
from mobilenet_lab.networks.families import FAMILIES

RAN = [row for row in RECORDED if row["head"]]
PAPER = designs(dialects=("paper",), largest=256)


# The operations of a runtime


def kinds(design):
    return [own.op for own in operations(trace(design))]


def test_batch_norm_activation_and_dropout_are_parts_of_other_operations():
    block = ["depthwise", "pointwise"]
    end = ["pooling", "pointwise", "activation", "reshape"]
    assert kinds(Design("v1")) == ["convolution", *13 * block, *end]
    inverted = ["pointwise", "depthwise", "pointwise"]
    small = Design("v2", resolution=32, variant="small")
    assert kinds(small) == [
        *("convolution", *inverted[1:]),
        *(*inverted, *inverted, "addition"),
        *(*inverted, *inverted, "addition"),
        *(*inverted, *inverted, "addition"),
        *("pointwise", "pooling", "dense", "activation"),
    ]


@pytest.mark.parametrize(("pixels", "odd"), [(96, 0), (90, 3), (33, 1), (224, 0)])
def test_a_padding_stays_an_operation_where_the_map_is_odd(pixels, odd):
    """At 90 px a stride of 2 reads maps of 45, 11 and 5; the converted model has these paddings."""
    assert kinds(Design("v1", resolution=pixels, dialect="listing")).count("padding") == odd


def test_other_activations_and_gates_are_operations():
    x = FeatureMap(8, 8, 3)
    k = layers.of(x)
    x = k.Activation("hard_swish", name="swish")(k.Conv2D(4, 1, name="conv")(x))
    gate = k.GlobalAveragePooling2D(keepdims=True, name="mean")(x)
    x = k.Multiply(name="gated")([x, k.ReLU(6.0, name="relu")(gate)])
    assert [(own.name, own.op, own.reads) for own in operations(x.layers)] == [
        ("conv", "pointwise", ("input",)),
        ("swish", "activation", ("conv",)),
        ("mean", "pooling", ("swish",)),
        ("gated", "multiplication", ("swish", "mean")),
    ]


def test_an_unknown_operation_is_refused(refused):
    strange = trace(Design("v1"))[0]._replace(op="fold")
    refused(lambda: operations([strange]), "fold")


# The definitions


@settings(max_examples=40)
@given(PAPER, st.sampled_from([8, 16, 32]))
def test_live_tensors_are_those_of_the_cost(design, bits):
    assert memory(design, bits, "live").peak == cost(design).peak_activations * VALUE_BYTES[bits]


@settings(max_examples=40)
@given(PAPER)
def test_in_place_is_what_is_held_in_place(design):
    assert memory(design, 8, "in-place").peak == peak(held(trace(design), in_place=True))


@settings(max_examples=20)
@given(
    st.lists(st.floats(0.1, 1.4), min_size=1, max_size=3),
    st.lists(st.integers(32, 256), min_size=1, max_size=3),
    st.sampled_from(["bottlenecks", "expansions", "nothing"]),
)
def test_a_grid_is_held_in_place_design_by_design(alphas, sizes, shortcut):
    def found(alpha, pixels):
        image = FeatureMap(pixels, pixels, 3)
        end = FAMILIES["v2"].network(image, alpha=alpha, n_classes=2, shortcut=shortcut)
        return peak(held(end.layers, in_place=True))

    grid = found(np.array(alphas).reshape(-1, 1), np.array(sizes).reshape(1, -1))
    assert grid.tolist() == [[found(alpha, pixels) for pixels in sizes] for alpha in alphas]


def test_a_depthwise_layer_in_place_makes_tinyengine_s_figure():
    """1372.0 KiB, which MCUNetV2 prints for v2 1.0 at 224 px: the map that is expanded."""
    found = memory(Design("v2"), 8, "in-place")
    assert found.peak == 1_404_928 == 112 * 112 * (16 + 96) and found.peak / 1024 == 1372.0
    assert found.at == "stage2_block1_expand"


def test_a_depthwise_layer_writes_over_nothing_that_is_still_needed():
    between = Design("v2", variant="shortcut between expansions")
    found, live = memory(between, 8, "in-place"), memory(between, 8, "live")
    at = live.operations.index("stage2_block2_depthwise")
    assert found.alive[at] == live.alive[at]


def test_the_shortcut_counts_at_the_depthwise_layer_only():
    found = memory(Design("v2"), 8, "mcunet")
    block = dict(zip(found.operations, found.alive, strict=True))
    narrow, wide = 56 * 56 * 24, 56 * 56 * 144
    assert block["stage2_block2_expand"] == narrow + wide
    assert block["stage2_block2_depthwise"] == narrow + wide + wide
    assert block["stage2_block2_project"] == wide + narrow
    assert block["stage2_block2_add"] == 0
    assert (
        memory(Design("v2"), 8, "live").alive[found.operations.index("stage2_block2_project")]
        == 2 * narrow + wide
    )


@settings(max_examples=40)
@given(designs(largest=256), st.sampled_from([8, 16, 32]))
def test_definitions_are_ordered(design, bits):
    found = {name: memory(design, bits, name) for name in RUNTIMES}
    assert found["in-place"].peak <= found["live"].peak <= found["tflm"].peak
    assert found["mcunet"].peak <= found["live"].peak
    assert {own.operations for own in found.values()} == {found["live"].operations}
    for name, own in found.items():
        assert own.at in own.operations and own.persistent == (own.persistent, 0)[name != "tflm"]
        assert ram(design, bits, name) == own.peak + own.persistent
        if name != "tflm":
            assert own.peak == max(own.alive) == own.alive[own.operations.index(own.at)]
            assert own.blocks["offset"].isna().all()


def test_float16_weights_keep_float32_activations():
    assert memory(Design("v1"), 16).peak == memory(Design("v1"), 32).peak


# The plan


LIVES = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 12), st.integers(0, 5)), min_size=1, max_size=25
).map(lambda own: [Life(first, first + more, 16 * size) for size, first, more in own])


def painted(lives, offsets):
    """The arena at each operation, each byte (of 16) with how many tensors are there."""
    end = max(offset + own.bytes for own, offset in zip(lives, offsets, strict=True))
    arena = np.zeros((20, end // 16 + 1), int)
    for own, offset in zip(lives, offsets, strict=True):
        arena[own.first : own.last + 1, offset // 16 : (offset + own.bytes) // 16] += 1
    return arena, end


@given(LIVES)
def test_no_two_tensors_share_a_byte_while_they_live(lives):
    offsets = plan(lives)
    arena, end = painted(lives, offsets)
    assert arena.max(initial=0) <= 1
    assert all(offset % 16 == 0 for offset in offsets)
    assert 16 * arena.sum(axis=1).max() <= end


@given(LIVES)
def test_each_tensor_lies_as_low_as_those_before_it_allow(lives):
    """Byte by byte: the largest first, of equal ones the later."""
    offsets, arena = plan(lives), np.zeros((20, 2000), bool)
    for _, number in sorted(((-own.bytes, -at) for at, own in enumerate(lives))):
        own = lives[-number]
        taken = arena[own.first : own.last + 1].any(axis=0)
        size = own.bytes // 16
        lowest = next(at for at in range(2000) if not taken[at : at + size].any())
        if size:
            assert offsets[-number] == 16 * lowest
        arena[own.first : own.last + 1, lowest : lowest + size] = True


@settings(max_examples=30)
@given(designs(largest=256))
def test_blocks_are_the_plan(design):
    found = memory(design)
    blocks = found.blocks
    assert list(blocks) == ["tensor", "first", "last", "offset", "bytes"]
    assert list(blocks["tensor"]) == ["input", *found.operations]
    assert (blocks["bytes"] % 16 == 0).all() and (blocks["offset"] % 16 == 0).all()
    assert (blocks["offset"] + blocks["bytes"]).max() == found.peak
    lives = [Life(*row) for row in blocks[["first", "last", "bytes"]].itertuples(index=False)]
    for number, alive in enumerate(found.alive):
        assert alive == sum(own.bytes for own in lives if own.first <= number <= own.last)
    top = blocks[blocks["offset"] + blocks["bytes"] == found.peak]
    assert found.operations.index(found.at) in set(top["first"])


# What the recorder said


def test_twelve_int8_models_of_both_families_were_recorded():
    for family in ("v1", "v2"):
        own = [r for r in RAN if (r["family"], r["dialect"], r["bits"]) == (family, "paper", "8")]
        assert len(own) >= 6
    assert all(row["source"] and row["tensorflow"] and row["tflite_micro"] for row in RECORDED)


@pytest.mark.parametrize("row", RAN, ids=lambda row: "-".join(list(row.values())[:7]))
def test_the_plan_is_the_recorded_head(row):
    assert memory(design_of(row), int(row["bits"])).peak == int(row["head"])


@pytest.mark.parametrize("row", RAN, ids=lambda row: "-".join(list(row.values())[:7]))
def test_the_persistent_part_is_within_one_percent(row):
    estimate = memory(design_of(row), int(row["bits"])).persistent
    assert estimate == pytest.approx(int(row["persistent"]), rel=0.01)


def test_another_order_of_equal_tensors_is_another_plan():
    """So the recorded heads decide it."""
    found = memory(Design("v1", 0.25, resolution=96))
    lives = [Life(*row) for row in found.blocks[["first", "last", "bytes"]].itertuples(index=False)]
    end = max(own.last for own in lives)
    turned = [Life(end - own.last, end - own.first, own.bytes) for own in reversed(lives)]
    other = max(offset + own.bytes for offset, own in zip(plan(turned), turned, strict=True))
    assert (found.peak, other) == (73_728, 64_512)


def test_the_runtime_decides_what_fits_a_microcontroller():
    """256 KiB: by live tensors both fit, but the plan and what is kept beside it leave one."""
    v1 = Design("v1", 0.5, resolution=128, classes=2)
    v2 = Design("v2", 0.55, resolution=128, classes=2)
    limit = 256 * 1024
    assert [ram(own, 8, "live") <= limit for own in (v1, v2)] == [True, True]
    assert [ram(own, 8, "tflm") <= limit for own in (v1, v2)] == [True, False]


@pytest.mark.parametrize(
    ("arguments", "received"),
    [
        (("v1",), "'v1'"),
        ((Design("v1"), 7), "7"),
        ((Design("v1"), 8.0), "8.0"),
        ((Design("v1"), 8, "tflite"), "'tflite'"),
        ((Design("v1"), 8, None), "None"),
    ],
)
def test_what_is_not_possible_is_refused(refused, arguments, received):
    refused(lambda: memory(*arguments), received)
    refused(lambda: ram(*arguments), received)


def test_memories_can_be_compared_and_blocks_are_typed():
    assert memory(Design("v1")) == memory(Design("v1")) != memory(Design("v2"))
    assert str(memory(Design("v1")).blocks["offset"].dtype) == "Int64"
    assert isinstance(memory(Design("v1")).blocks, pd.DataFrame)
