"""The exercises of notebook 02."""

from mobilenet_lab.costs.cost import cost, layer_table
from mobilenet_lab.exercises.kinds import Built, Number, Wrong
from mobilenet_lab.networks.design import Design

FULL = Design("v1")
THIN = Design("v1", 0.25)
BYTES = 4  # of a float32


def peak_memory():
    """Megabytes held at the peak at 112 px."""
    small = cost(FULL.replace(resolution=112)).peak_bytes() / 1e6
    full = cost(FULL).peak_bytes() / 1e6
    return Number(
        unit="MB",
        answer=small,
        within=0.1,
        reason="Every map keeps its channels and a quarter of its positions, so a quarter of "
        f"{full:.1f} MB is left. The weights stay as they are: a kernel does not know how large "
        "the image is.",
        mistakes={
            full / 2: "You forgot the square: both sides of every map shrink.",
            full: "That is the peak at 224 px, and maps shrink with the image.",
            small / BYTES: "That is the number of values in millions; each takes 4 bytes.",
        },
        hint="How many positions does each map have now?",
    )


def twenty_classes():
    """Parameters with 20 classes."""
    left = cost(FULL.replace(classes=20)).params / 1e6
    full = cost(FULL)
    return Number(
        unit="million parameters",
        answer=left,
        within=0.05,
        reason=f"The classifier has 1024 weights and a bias for each class, so 980 classes fewer "
        f"take away {full.params / 1e6 - left:.2f} million parameters, nearly a quarter, and the "
        "network itself has not changed. When somebody quotes a number of parameters, ask for "
        "how many classes.",
        mistakes={
            full.params / 1e6: "You forgot the classifier: it has 1024 weights and a bias for "
            "each class.",
            full.params * 20 / 1e9: "Only the classifier depends on the number of classes.",
        },
        hint="How many parameters does the classifier have for each class?",
    )


def thin_classifier():
    """The classifier's share of the parameters at α 0.25."""
    thin, full = shares(THIN), shares(FULL)
    rest = 100 - full
    return Number(
        unit="percent",
        answer=thin,
        within=2,
        reason="The classifier reads a quarter of the channels and has about a quarter of the "
        "parameters left; the other layers read and write a quarter and have about a sixteenth. "
        f"So a thin v1 is more than half classifier: {thin:.0f} % instead of {full:.0f} %.",
        mistakes={
            full: "The classifier shrinks less than the other layers: it always writes 1000 "
            "classes.",
            full / 4: "The classifier's parameters fall to a quarter, but the others fall further.",
            100 * full / (full + rest / 16): "The classifier shrinks too: it reads fewer channels.",
        },
        hint="By how much does the classifier shrink, and by how much the rest?",
    )


def shares(design):
    """Percent of the parameters in the classifier."""
    params = layer_table(design).groupby("stage").params.sum()
    return 100 * params["classifier"] / params.sum()


def rows_from_memory():
    """The stages of v1."""
    return Built(
        wanted="a list of pairs (channels, repeats), one pair for each stage",
        fits=lambda given: isinstance(given, list | tuple) and all(map(is_pair, given)),
        judged=judged_rows,
        example=stages(),
        solution=str(stages()),
    )


def is_pair(row):
    """Whether it is two integers."""
    whole = isinstance(row, list | tuple) and all(type(number) is int for number in row)
    return whole and len(row) == 2


def stages():
    """(channels, blocks) of each stage of v1, read off its layers."""
    rows = layer_table(FULL)
    found = rows[rows.stage.str.startswith("stage")].groupby("stage", sort=False)
    return [(int(own.c_out.iloc[-1]), own.block.nunique()) for _, own in found]


def judged_rows(given):
    """Compare row by row."""
    wanted = stages()
    for number, (own, right) in enumerate(zip(given, wanted, strict=False), start=1):
        if tuple(own) != right:
            raise Wrong(f"{so_far(number - 1)}Row {number}: {what_differs(own, right)}")
    if len(given) != len(wanted):
        more = "fewer" if len(given) > len(wanted) else "more"
        raise Wrong(f"{so_far(min(len(given), len(wanted)))}v1 has {more} stages.")
    blocks = sum(repeats for _, repeats in wanted) + 1
    return (
        f"With the block of the stem these are {blocks} blocks of two convolutions each; the "
        f"stem's own convolution and the classifier make {2 * blocks + 2} layers. The channels "
        f"double whenever the sides of the map halve, and stage 3 has {wanted[2][1]} of the blocks."
    )


def so_far(rows):
    """How many rows are right."""
    return {0: "", 1: "The first row is right. "}.get(rows, f"The first {rows} rows are right. ")


def what_differs(own, right):
    """A hint for one row."""
    channels, repeats = own
    if channels == 64:
        return "the block with 64 channels belongs to the stem; the stages come after it."
    if channels != right[0]:
        way = "fewer" if channels > right[0] else "more"
        return f"it has {way} channels. The channels double from stage to stage."
    if repeats == right[1] - 1:
        return "one block is missing. Did you count the first one, which strides?"
    return f"it has {'fewer' if repeats > right[1] else 'more'} blocks."


EXERCISES = (peak_memory, twenty_classes, thin_classifier, rows_from_memory)
