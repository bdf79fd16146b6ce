"""The exercises of notebook 01."""

import numpy as np

from mobilenet_lab import checks, layers
from mobilenet_lab.costs import separable
from mobilenet_lab.exercises.kinds import Built, Number, Wrong

LAYER = separable.EXAMPLE  # 3 × 3, 512 → 512 channels, 14 px
FIRST = {"kernel": 3, "channels": 32, "filters": 64, "side": 112}  # of v1's stem
CASES = ((3, 24), (5, 8))  # kernel, filters: what is built is tried with both
SIDE, CHANNELS = 14, 16


def larger_kernel():
    """What a 5 × 5 kernel adds to a separable layer."""
    small = separable.compare(**LAYER).macs
    large = separable.compare(**LAYER | {"kernel": 5}).macs
    growth = 100 * (large / small - 1)
    return Number(
        unit="percent",
        answer=growth["separable"],
        within=0.6,
        reason=f"The depthwise part grows by {growth['depthwise']:.0f} %, as a full convolution "
        "would, but it is a small part. The pointwise part does not change, so the layer as a "
        f"whole grows by {growth['separable']:.1f} %. Large kernels are cheap when they are "
        "depthwise.",
        mistakes={
            growth["full"]: "That is what a full convolution grows by, and the depthwise part. "
            "What about the pointwise part?",
            100 * 5 / 3 - 100: "You forgot the square of the kernel's side, and the pointwise "
            "part.",
            100 + growth["separable"]: "That is the new price in percent of the old one; what is "
            "asked is the growth.",
        },
        hint="Which of the two parts depends on D, and how large is it?",
    )


def early_depthwise():
    """The depthwise share in the first block of v1."""
    early = separable.compare(**FIRST).macs
    late = separable.compare(**LAYER).macs
    answer = 100 * early["depthwise"] / early["separable"]
    return Number(
        unit="percent",
        answer=answer,
        within=0.4,
        reason="At each position and channel that is read, the depthwise part takes D² = 9 MACs "
        f"and the pointwise part N = 64, and 9/(9 + 64) is {answer:.1f} %. Only D and N decide.",
        mistakes={
            100 * early["depthwise"] / early["pointwise"]: "You divided by the pointwise part; "
            "what is asked is the share of the sum.",
            100 * late["depthwise"] / late["separable"]: "That is the layer with 512 channels. "
            "This one has fewer output channels.",
            100 * 9 / (9 + 32): "You used the channels that are read, M; they cancel out.",
        },
        hint="For each value that is read, how many MACs has each part?",
    )


def cheaper_from():
    """The smallest N at which a separable layer costs less."""
    kernel = LAYER["kernel"]
    answer = next(n for n in range(1, 100) if separable.law(kernel, n) < 1)
    return Number(
        unit="output channels",
        answer=answer,
        within=0.1,
        reason="1/2 + 1/9 is already below 1, while 1/1 + 1/9 is above. It is hard to find a "
        "layer with a 3 × 3 kernel in which separating would not save MACs.",
        mistakes={
            1: "With N = 1 the share is 1/1 + 1/9, more than 1.",
            kernel**2: "You compared N with D². What must be below 1 is the sum 1/N + 1/D².",
            kernel: "The kernel's side enters the law as its square.",
        },
        hint="For which N does 1/N + 1/D² fall below 1?",
    )


def separable_layer():
    """A separable convolution of Keras layers."""
    return Built(
        wanted="a function my_separable(x, filters, kernel) that returns a Keras tensor",
        fits=callable,
        judged=judged_layer,
        example=separable.separable,
        solution="a DepthwiseConv2D(kernel) and then a Conv2D(filters, 1), each with "
        'padding="same" and use_bias=False',
    )


def judged_layer(build):
    """Compare a function with the lab's own, layer by layer and by what it computes."""
    for kernel, filters in CASES:
        mine, wanted = (model(way, kernel, filters) for way in (build, separable.separable))
        try:
            for compare in (compare_kinds, compare_shapes, compare_weights, compare_values):
                compare(mine, wanted)
        except Wrong as wrong:
            raise Wrong(f"With kernel={kernel} and filters={filters}, {wrong}") from None
    kernel, filters = CASES[0]
    params = separable.compare(kernel, CHANNELS, filters, SIDE).params
    return (
        "Shapes, layers, weights and values are those of a separable convolution. From "
        f"{CHANNELS} to {filters} channels with a {kernel} × {kernel} kernel it has "
        f"{params['separable']:,} weights; a full convolution has {params['full']:,}."
    )


def model(build, kernel, filters):
    """What a function builds, as a Keras model."""
    keras = layers.keras()
    x = keras.Input((SIDE, SIDE, CHANNELS))
    y = build(x, filters, kernel)
    if not isinstance(y, keras.KerasTensor):
        raise Wrong(f"Your function returns {checks.shown(y)}: return what the last layer gives.")
    return keras.Model(x, y)


def weighted(model):
    """The layers that have weights, in order."""
    return [layer for layer in model.layers if layer.weights]


def compare_kinds(mine, wanted):
    """Raise `Wrong` unless the layers are a depthwise and a pointwise one."""
    own, right = ([type(layer).__name__ for layer in weighted(one)] for one in (mine, wanted))
    if own == right:
        return
    hints = {
        "Conv2D": "you build one full convolution: split it into two layers.",
        "SeparableConv2D": "you use Keras' layer for both steps at once: build it out of two.",
        "Conv2D, DepthwiseConv2D": "your two layers are in the wrong order: look at the pixels "
        "first, then mix the channels.",
    }
    said = ", ".join(own)
    raise Wrong(
        hints.get(
            said,
            f"your layers with weights are {said or 'none'}: two are needed, one that "
            "looks at the pixels and one that mixes the channels.",
        )
    )


def compare_shapes(mine, wanted):
    """Raise `Wrong` unless the output has the right shape."""
    if mine.output_shape != wanted.output_shape:
        before, own, right = (
            one[1:] for one in (mine.input_shape, mine.output_shape, wanted.output_shape)
        )
        where = "the padding and the strides" if own[:2] != right[:2] else "the filters"
        raise Wrong(f"{before} becomes {own} instead of {right}: look at {where}.")


def compare_weights(mine, wanted):
    """Raise `Wrong` at the first layer whose weights have another shape."""
    for own, right in zip(weighted(mine), weighted(wanted), strict=True):
        shapes, target = ([tuple(one.shape) for one in layer.weights] for layer in (own, right))
        if shapes[0] != target[0]:
            raise Wrong(f"the {right.name} kernel is {shapes[0]} instead of {target[0]}.")
        if len(shapes) > 1:
            raise Wrong(f"the {right.name} layer has biases: set use_bias=False.")


def compare_values(mine, wanted):
    """Raise `Wrong` unless both compute the same from the same weights."""
    random = np.random.default_rng(0)
    wanted.set_weights([random.normal(size=one.shape) for one in wanted.get_weights()])
    mine.set_weights(wanted.get_weights())
    noise = random.normal(size=(1, SIDE, SIDE, CHANNELS)).astype("float32")
    values = [one.predict_on_batch(noise) for one in (mine, wanted)]
    if not np.allclose(*values, atol=1e-3):
        raise Wrong("shapes and weights are right, but not the values: is there an activation?")


EXERCISES = (larger_kernel, early_depthwise, cheaper_from, separable_layer)
