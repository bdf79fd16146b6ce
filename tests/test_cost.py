"""The counts, derived a second time: known numbers, TensorFlow's profiler, built Keras models."""

import math
from dataclasses import asdict

import pytest
from hypothesis import example, given, settings
from optional import keras, tf
from strategies import designs

from mobilenet_lab import Design, build, cost, layer_table, trace

# (alpha, resolution): MACs and convolution and dense weights, computed by others from v1's Table 1
V1_GRID = {
    (1.0, 224): (568740352, 4209088),
    (1.0, 192): (418121728, 4209088),
    (1.0, 160): (290675200, 4209088),
    (1.0, 128): (186400768, 4209088),
    (0.75, 224): (325400448, 2568144),
    (0.75, 192): (239273472, 2568144),
    (0.75, 160): (166396800, 2568144),
    (0.75, 128): (106770432, 2568144),
    (0.5, 224): (149497088, 1319648),
    (0.5, 192): (109970432, 1319648),
    (0.5, 160): (76524800, 1319648),
    (0.5, 128): (49160192, 1319648),
    (0.25, 224): (41030272, 463600),
    (0.25, 192): (30212608, 463600),
    (0.25, 160): (21059200, 463600),
    (0.25, 128): (13570048, 463600),
}

# (alpha, resolution): MACs and weights with the classifier's bias, from v2's Table 2
V2_GRID = {
    (0.35, 96): (11934128, 1663048),
    (0.35, 128): (20220672, 1663048),
    (0.35, 160): (30874800, 1663048),
    (0.35, 192): (43896512, 1663048),
    (0.35, 224): (59285808, 1663048),
    (0.5, 96): (18885440, 1950136),
    (0.5, 128): (32578560, 1950136),
    (0.5, 160): (50184000, 1950136),
    (0.5, 192): (71701760, 1950136),
    (0.5, 224): (97131840, 1950136),
    (0.75, 96): (39445472, 2609784),
    (0.75, 128): (69129728, 2609784),
    (0.75, 160): (107295200, 2609784),
    (0.75, 192): (153941888, 2609784),
    (0.75, 224): (209069792, 2609784),
    (1.0, 96): (56289152, 3470760),
    (1.0, 128): (99074048, 3470760),
    (1.0, 160): (154083200, 3470760),
    (1.0, 192): (221316608, 3470760),
    (1.0, 224): (300774272, 3470760),
    (1.4, 224): (582195824, 6060840),
    (1.3, 224): (509374560, 5342536),
}


# Known numbers


@pytest.mark.parametrize(("alpha", "resolution"), V1_GRID)
def test_v1_grid(alpha, resolution):
    counts = cost(Design("v1", alpha, resolution=resolution))
    assert (counts.macs, counts.kernels) == V1_GRID[alpha, resolution]


@pytest.mark.parametrize(("alpha", "resolution"), V2_GRID)
def test_v2_grid(alpha, resolution):
    counts = cost(Design("v2", alpha, resolution=resolution))
    assert (counts.macs, counts.kernels_and_bias) == V2_GRID[alpha, resolution]


def test_the_conventions_side_by_side():
    v1, v2 = cost(Design("v1")), cost(Design("v2"))
    assert v1.kernels_and_bias == v1.kernels + 1000 == 4210088
    assert v2.kernels == 3470760 - 1000
    assert (v1.params, v1.trainable_params) == (4253864, 4231976)
    assert (v2.params, v2.trainable_params) == (3538984, 3504872)
    assert v2.folded_params == 3487816
    assert v1.slim_params == 4210088 + 3 * (4253864 - 4210088) // 4
    assert v1.body.kernels == v1.kernels - 1024 * 1000
    assert v2.body.macs == v2.macs - 1280 * 1000
    # v1's first pointwise convolution: 112·112 maps, 32 channels in and 64 out
    assert v1.peak_activations == v1.body.peak_activations == 112 * 112 * (32 + 64)
    # v2's first strided depthwise convolution: 96 channels of 112·112 in, of 56·56 out
    assert v2.peak_activations == v2.body.peak_activations == 96 * (112 * 112 + 56 * 56)


def test_a_shortcut_is_held_while_its_block_runs():
    # At 56 px: the block's input of 24 channels waits while 144 channels become 144 others.
    rows = layer_table(Design("v2")).set_index("name")["held"]
    assert rows["stage2_block2_expand"] == 56 * 56 * (24 + 144)  # it reads the waiting tensor
    assert rows["stage2_block2_depthwise"] == 56 * 56 * (144 + 144 + 24)
    assert rows["stage2_block2_project"] == 56 * 56 * (144 + 24 + 24)
    assert rows["stage2_block2_add"] == 56 * 56 * (24 + 24 + 24)
    assert rows["stem_conv"] == 224 * 224 * 3 + 112 * 112 * 32
    # Without an expansion the depthwise convolution itself reads what waits.
    rows = layer_table(Design("v2", expansion=1)).set_index("name")["held"]
    assert rows["stage2_block2_depthwise"] == 56 * 56 * (24 + 24)
    assert rows["stage2_block2_project"] == 56 * 56 * (24 + 24 + 24)


def test_bytes_at_a_precision():
    counts = cost(Design("v1"))
    assert counts.peak_bytes() == 4 * counts.peak_activations
    assert counts.peak_bytes(16) == 2 * counts.peak_activations
    assert counts.body.peak_bytes(8) == counts.body.peak_activations


# keras.applications, and TensorFlow's profiler on its graphs


def profiled(model):
    """Multiply-accumulates of a Keras model by Keras layer type, by TensorFlow's profiler."""
    image = tf.TensorSpec((1, *model.input.shape[1:]), tf.float32)
    graph = tf.function(lambda x: model(x, training=False)).get_concrete_function(image).graph
    options = tf.compat.v1.profiler.ProfileOptionBuilder.float_operation()
    node = tf.compat.v1.profiler.profile(graph, options=options | {"output": "none"}, cmd="op")
    flops = {}
    while node.children:  # the operation types hang one below the other
        (node,) = node.children
        flops[node.name] = node.float_ops
    names = {
        "Conv2D": "Conv2D",
        "DepthwiseConv2dNative": "DepthwiseConv2D",
        "MatMul": "Dense",
    }
    halves = {names[name]: divmod(count, 2) for name, count in flops.items() if name in names}
    assert all(odd == 0 for _, odd in halves.values())
    return {name: half for name, (half, _) in halves.items()}


def ends(grid):
    """Of each alpha the largest and the smallest resolution; `grid` itself has those between."""
    sizes = {alpha: [size for one, size in grid if one == alpha] for alpha, _ in grid}
    return [(alpha, size) for alpha in sizes for size in {max(sizes[alpha]), min(sizes[alpha])}]


@pytest.mark.keras
@pytest.mark.parametrize(
    ("family", "alpha", "resolution"),
    [("v1", *point) for point in ends(V1_GRID)] + [("v2", *point) for point in ends(V2_GRID)],
)
def test_keras_applications_and_the_profiler(family, alpha, resolution):
    make = keras.applications.MobileNet if family == "v1" else keras.applications.MobileNetV2
    model = make(input_shape=(resolution, resolution, 3), alpha=alpha, weights=None)
    design = Design(family, alpha, resolution=resolution)
    counts = cost(design)
    assert counts.params == model.count_params()
    assert counts.trainable_params == sum(math.prod(w.shape) for w in model.trainable_weights)
    by_type = profiled(model)
    assert counts.macs == sum(by_type.values())
    table = layer_table(design).groupby("kind")["macs"].sum()
    assert by_type == {kind: macs for kind, macs in table.items() if macs}


# Every count again, from a built Keras model


def recounted(model):
    """The counts of a Keras model and of its body, from its variables and tensors alone."""
    rows = model.layers
    kinds = [type(layer).__name__ for layer in rows]
    body = kinds.index("GlobalAveragePooling2D")  # where the classifier begins
    held = held_tensors(model)
    whole, without = counted(rows, rows[body:]), counted(rows[:body], [])
    whole["peak_activations"] = max(held.values())
    without["peak_activations"] = max(
        held[layer.name] for layer in rows[:body] if layer.name in held
    )
    return whole | {"body": without | {"body": None}}


def counted(rows, classifier):
    """What adds up over layers."""
    weighted = [
        layer for layer in rows if type(layer).__name__ in ("Conv2D", "DepthwiseConv2D", "Dense")
    ]

    def variables(layers, *names):
        return sum(math.prod(w.shape) for layer in layers for w in layer.weights if w.name in names)

    kernels = variables(rows, "kernel")
    bias = variables(rows, "bias")
    gammas = variables(rows, "gamma")
    return {
        "macs": sum(
            math.prod(layer.kernel.shape) * math.prod(layer.output.shape[1:-1])
            for layer in weighted
        ),
        "params": sum(layer.count_params() for layer in rows),
        "trainable_params": sum(
            math.prod(w.shape) for layer in rows for w in layer.trainable_weights
        ),
        "kernels": kernels,
        "kernels_and_bias": kernels + bias,
        "slim_params": kernels + bias + 3 * gammas,
        "folded_params": kernels + sum(layer.output.shape[-1] for layer in weighted),
        "activations": sum(math.prod(layer.output.shape[1:]) for layer in weighted),
    }


def held_tensors(model):
    """Values held while each convolution, depthwise, dense or add layer runs, by its name.

    What was written before and is read now or later, and what is written now; batch normalisation,
    activation, dropout and reshape write where they read.
    """
    in_place = ("BatchNormalization", "ReLU", "Dropout", "Reshape")
    looked_at = ("Conv2D", "DepthwiseConv2D", "Dense", "Add")
    buffer, written, last_read, sizes = {}, {}, {}, {}
    for step, layer in enumerate(model.layers):
        reads = [] if step == 0 else [buffer[id(x)] for x in keras.tree.flatten(layer.input)]
        new = type(layer).__name__ not in in_place
        own = step if new else reads[0]
        buffer[id(layer.output)] = own
        if new:
            written[own], sizes[own] = step, math.prod(layer.output.shape[1:])
        for read in reads:
            last_read[read] = step
    held = {}
    for step, layer in enumerate(model.layers):
        if type(layer).__name__ in looked_at:
            waiting = [b for b in written if written[b] < step <= last_read.get(b, -1)]
            held[layer.name] = sizes[step] + sum(sizes[b] for b in waiting)
    return held


@pytest.mark.keras
@settings(max_examples=6)
@given(designs())
@example(Design("v1", 0.25, resolution=33, dialect="listing"))
@example(Design("v1", rho=1.25, classes=7))
@example(Design("v1", 0.1, resolution=45, dialect="keras"))
@example(Design("v2", 0.56, resolution=45, dialect="keras"))
@example(Design("v2", resolution=193, expansion=5))
@example(Design("v2", 0.02, resolution=64, expansion=1))  # 8 channels everywhere: all shortcuts
@example(Design("v2", 0.5, resolution=95, expansion=1, dialect="listing"))
@example(Design("v2", 0.07, resolution=32, expansion=3, classes=1, dialect="listing"))
def test_every_count_of_a_built_model(design):
    model = build(design)
    assert asdict(cost(design)) == recounted(model)
    held = layer_table(design).set_index("name")["held"].dropna()
    assert held.to_dict() == held_tensors(model)


@pytest.mark.keras
def test_the_profiler_agrees_on_the_listing():
    for family, resolution in (("v1", 45), ("v2", 47)):
        design = Design(family, 0.5, resolution=resolution, dialect="listing")
        assert sum(profiled(build(design)).values()) == cost(design).macs


# The table adds up


@given(designs())
def test_the_table_adds_up(design):
    table, counts = layer_table(design), cost(design)
    assert table["name"].tolist() == [layer.name for layer in trace(design)]
    body = table[table["stage"] != "classifier"]
    for name in ("macs", "params", "trainable_params", "kernels", "activations"):
        assert table[name].sum() == getattr(counts, name)
        assert body[name].sum() == getattr(counts.body, name)
    assert table["held"].max() == counts.peak_activations
    assert body["held"].max() == counts.body.peak_activations
    assert table["held"].notna().tolist() == [
        kind in ("Conv2D", "DepthwiseConv2D", "Dense", "Add") for kind in table["kind"]
    ]
    # what one layer writes, the next one reads
    assert table["c_in"].tolist()[1:] == table["c_out"].tolist()[:-1]
    assert (table["c_in"].iloc[0], table["size_in"].iloc[0]) == (3, design.resolution)


def test_columns_of_the_table():
    table = layer_table(Design("v2", 0.35, resolution=96))
    named = "name, stage, block, role, kernel, stride, size_in, c_in, size_out, c_out, macs, params"
    first = named.split(", ")
    assert [name for name in table.columns if name in first] == first
    row = table.set_index("name").loc["stage4_block2_expand"]
    assert (row["stage"], row["block"], row["role"]) == ("stage4", "stage4_block2", "expand")
    assert (row["kernel"], row["stride"], row["size_in"], row["size_out"]) == (1, 1, 6, 6)
    assert (row["c_in"], row["c_out"], row["macs"]) == (24, 144, 6 * 6 * 24 * 144)
    reads = table.loc[table["role"] == "add", "reads"].str.split(", ")
    assert len(reads) == 10
    assert all(len(names) == 2 and set(names) <= set(table["name"]) for names in reads)


@pytest.mark.filterwarnings("ignore:.*is far beyond any network:UserWarning")
@pytest.mark.parametrize(
    "values",
    [
        {"family": "v1", "alpha": 1e300},
        {"family": "v2", "alpha": 1.0, "resolution": 10**9},
        {
            **{"family": "v2", "alpha": 1e6, "resolution": 224 * 10**6},
            **{"expansion": 10**12, "dialect": "listing"},
        },
        # their sum outgrows 2⁶³, none of the layers does
        {"family": "v2", "resolution": 40_000_000},
    ],
    ids=str,
)
def test_huge_networks_add_up_too(values):
    design = Design(**values)
    table, counts = layer_table(design), cost(design)
    for name in ("macs", "params", "kernels", "activations"):
        assert table[name].sum() == getattr(counts, name)
    assert table["held"].max() == counts.peak_activations


@given(designs())
def test_counts_are_plain_integers(design):
    counts = cost(design)
    columns = counts.columns()
    assert all(type(value) is int for value in columns.values())
    assert len(columns) == 18
    assert counts.body.columns() == {
        name.removeprefix("body_"): value for name, value in columns.items() if "body_" in name
    }
    assert all(columns[f"body_{name}"] <= columns[name] for name in counts.body.columns())
