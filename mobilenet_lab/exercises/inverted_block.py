"""An inverted residual block that a reader wrote in Keras, compared with the lab's, by layer."""

from typing import NamedTuple

from mobilenet_lab import layers
from mobilenet_lab.exercises.kinds import Built, Wrong
from mobilenet_lab.networks.design import Design, trace

SMALL = 64  # px: shapes count, and small maps are quick to build
SIGNATURE = "inverted_residual(x, filters, expansion, stride)"


class Case(NamedTuple):
    """A block of v2 that the function has to build, and how to call it in a hint."""

    name: str
    expansion: int
    words: str


CASES = (
    Case("stage2_block2", 6, "With stride 1 and 24 channels in and out"),
    Case("stage2_block1", 6, "With stride 2, 16 channels in and 24 out"),
    Case("stage5_block1", 6, "With stride 1, 64 channels in and 96 out"),
    Case("stage2_block2", 3, "With expansion 3"),
    Case("stage1_block1", 6, "With expansion 1"),
)


class Step(NamedTuple):
    """What is compared of a layer: `kind` in words, and for convolutions the rest."""

    kind: str
    kernel: int = 1
    stride: int = 1
    channels: int = 0
    size: int = 0
    biases: int = 0


CONVOLUTIONS = ("Conv2D", "DepthwiseConv2D")
KINDS = {"ReLU": "ReLU6", "Relu6": "ReLU6", "Relu": "ReLU"}
PLACES = {  # of a convolution, from the end of a block
    1: "projection",
    2: "depthwise convolution",
    3: "expansion",
}


def inverted_block():
    """The block as a function of a Keras tensor."""
    return Built(
        wanted=f"a function {SIGNATURE} that returns a Keras tensor",
        fits=callable,
        judged=_judge,
        example=example,
        solution="Conv2D(expansion · channels of x, 1) unless the expansion is 1, "
        "DepthwiseConv2D(3, strides=stride, padding='same'), Conv2D(filters, 1), all with "
        "use_bias=False and a BatchNormalization after each, ReLU(6) after all but the last, and "
        "Add with x where the stride is 1 and x has as many channels as filters",
    )


def example(x, filters, expansion, stride):
    """One that is right, in plain Keras."""
    k = layers.keras().layers
    y, channels = x, x.shape[-1]
    if expansion > 1:
        y = k.Conv2D(expansion * channels, 1, use_bias=False)(y)
        y = k.ReLU(6.0)(k.BatchNormalization()(y))
    y = k.DepthwiseConv2D(3, strides=stride, padding="same", use_bias=False)(y)
    y = k.ReLU(6.0)(k.BatchNormalization()(y))
    y = k.BatchNormalization()(k.Conv2D(filters, 1, use_bias=False)(y))
    return k.Add()([x, y]) if stride == 1 and channels == filters else y


def _judge(function):
    for case in CASES:
        theirs, ours = _built(function, case), _wanted(case)
        _compare(theirs, ours, case)
    first = [layer for layer in trace(_design(CASES[0])) if layer.block == CASES[0].name]
    return (
        f"In all {len(CASES)} cases your layers are those of the lab's own block. With 24 channels "
        f"and expansion 6 they have {sum(layer.params for layer in first):,} parameters, and the "
        "narrow ends stay linear, so that the shortcut can pass every value on."
    )


def _design(case):
    return Design("v2", resolution=SMALL, expansion=case.expansion)


def _layers(case):
    return [layer for layer in trace(_design(case)) if layer.block == case.name]


def _wanted(case):
    """The steps of the lab's own block."""
    return [
        Step(layer.kind, layer.kernel, layer.stride, layer.c_out, layer.size_out)
        if layer.kind in CONVOLUTIONS
        else Step(KINDS.get(layer.kind, layer.kind))
        for layer in _layers(case)
    ]


# --- what the reader's function builds ---


def _built(function, case):
    """The steps of the reader's block. Raises `Wrong` where it builds none."""
    own = _layers(case)
    strides = [layer.stride for layer in own]
    expansion = case.expansion if own[0].role == "expand" else 1
    with layers.channels_last() as keras:
        x = keras.Input((own[0].size_in, own[0].size_in, own[0].c_in))
        y = _called(function, x, (own[-1].c_out, expansion, max(strides)), case)
        if not isinstance(y, keras.KerasTensor):
            raise Wrong(f"It returns {type(y).__name__}: return the tensor of the last layer.")
        try:
            model = keras.Model(x, y)
        except ValueError as error:
            raise Wrong("What it returns does not come from its input x.") from error
    return [
        _step(one, x) for one in model.operations if not isinstance(one, keras.layers.InputLayer)
    ]


def _called(function, x, arguments, case):
    """The reader's function applied; shapes that do not fit together get a hint."""
    try:
        return function(x, *arguments)
    except ValueError as error:
        message = " ".join(f"{type(error).__name__}: {error}".split())[:120]
        hint = (
            "Does each layer keep the size of the map (padding='same')?"
            if _has_shortcut(case)
            else "Does it add a shortcut where shapes differ?"
        )
        raise Wrong(f"{case.words} it stops with {message}. {hint}") from error


def _has_shortcut(case):
    return _layers(case)[-1].kind == "Add"


def _step(operation, x):
    kind = type(operation).__name__
    if kind == "Add":
        tensors = operation._inbound_nodes[-1].input_tensors
        if sum(one is x for one in tensors) != 1:
            raise Wrong("The addition takes x, as it came in, and the output of the projection.")
    if kind in CONVOLUTIONS:
        return _convolution(operation, kind)
    return Step(_activation(operation, kind))


def _convolution(layer, kind):
    if layer.activation is not None and layer.activation.__name__ != "linear":
        raise Wrong(
            f"A {kind} has an activation of its own. Batch norm comes between the convolution and "
            "its ReLU6, so make the ReLU6 a layer."
        )
    _, height, _, channels = layer.output.shape
    return Step(kind, layer.kernel_size[0], layer.strides[0], channels, height, int(layer.use_bias))


def _activation(operation, kind):
    """A layer's kind, with an activation called by what it computes."""
    if kind == "ReLU" and operation.max_value != 6:
        return "ReLU"
    if kind == "Activation":
        kind = {"relu6": "ReLU6", "relu": "ReLU"}.get(operation.activation.__name__, kind)
    return KINDS.get(kind, kind)


# --- where they differ ---


def _compare(theirs, ours, case):
    """Raise `Wrong` with a hint for the first difference."""
    if theirs == ours:
        return
    for hint in (_of_kinds(theirs, ours), _of_convolutions(theirs, ours)):
        if hint:
            raise Wrong(f"{case.words}: {hint}")
    raise Wrong(f"{case.words}: {_first(theirs, ours)}")


def _of_kinds(theirs, ours):
    """A hint for layers that are missing or too many."""
    own, wanted = ([step.kind for step in steps] for steps in (theirs, ours))
    if own == wanted:
        return ""
    if not own:
        return "it has no layers yet."
    if "Add" in own and "Add" not in wanted:
        return "input and output have different shapes, so there is no shortcut."
    if "Add" in wanted and "Add" not in own:
        return "the shortcut is missing: the block adds its input."
    if "ReLU" in own:
        return "an activation is a plain ReLU. ReLU6 also cuts off at 6."
    if _ends_active(own):
        return (
            "there is an activation after the projection. The bottleneck is linear: "
            "nothing is cut off at its narrow end."
        )
    return _of_numbers(own, wanted)


def _of_numbers(own, wanted):
    """A hint for too few or too many layers of one kind."""
    if own.count("DepthwiseConv2D") < 1:
        return "the convolution in the middle is depthwise: a DepthwiseConv2D."
    if own.count("Conv2D") > wanted.count("Conv2D"):
        return "there are too many convolutions. With expansion 1 there is nothing to expand."
    if own.count("Conv2D") < wanted.count("Conv2D"):
        return "a pointwise convolution is missing: one expands and one projects."
    for kind, words in (("BatchNormalization", "batch norm"), ("ReLU6", "ReLU6")):
        if own.count(kind) < wanted.count(kind):
            return f"a {words} is missing: {wanted.count(kind)} are needed, yours has " + (
                f"{own.count(kind)}."
            )
    return ""


def _ends_active(kinds):
    """Whether an activation follows the last convolution, before or after the addition."""
    last = max((at for at, kind in enumerate(kinds) if kind in CONVOLUTIONS), default=-1)
    return "ReLU6" in kinds[last + 1 :]


def _of_convolutions(theirs, ours):
    """A hint for a convolution with other numbers."""
    own, wanted = ([one for one in steps if one.kind in CONVOLUTIONS] for steps in (theirs, ours))
    if [one.kind for one in own] != [one.kind for one in wanted]:
        return ""
    for at, (mine, right) in enumerate(zip(own, wanted, strict=True)):
        if mine != right:
            return f"the {PLACES[len(wanted) - at]} {_difference(mine, right)}."
    return ""


def _difference(mine, right):
    if mine.kernel != right.kernel:
        return f"has a kernel of {mine.kernel}, not {right.kernel}"
    if mine.stride != right.stride:
        return f"has stride {mine.stride}, not {right.stride}: only the depthwise one strides"
    if mine.channels != right.channels:
        return (
            f"writes {mine.channels} channels, not {right.channels}: the expansion multiplies "
            "the channels that come in, and the projection writes `filters`"
        )
    if mine.biases:
        return "has a bias. The batch norm after it shifts already: use_bias=False"
    return f"writes maps of {mine.size} px, not {right.size}: use padding='same'"


def _first(theirs, ours):
    """The first step that is another kind."""
    for at, (mine, right) in enumerate(zip(theirs, ours, strict=False), start=1):
        if mine.kind != right.kind:
            return f"layer {at} is a {mine.kind} and should be a {right.kind}."
    return f"it has {len(theirs)} layers, not {len(ours)}."
