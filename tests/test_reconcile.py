"""The reconciliation explorer: each printed figure is found by its convention."""

import pytest

from mobilenet_lab import Design, trace
from mobilenet_lab.costs.conventions import CONVENTIONS, PARTS
from mobilenet_lab.explorers import Reconciliation
from mobilenet_lab.published.known import QUOTED
from mobilenet_lab.published.reproduce import quoted


@pytest.fixture(scope="module")
def operations():
    return Reconciliation()


@pytest.fixture(scope="module")
def parameters():
    return Reconciliation(count="parameters")


EVERYTHING = {"bias": True, "activation": True, "pooling": True, "addition": True}
START = dict.fromkeys(EVERYTHING, False) | {
    **{"network": Design("v2"), "batch_norm": 0, "measure": "MACs", "classes": 1000},
    **{"first_convolution": True, "first_expansion": False, "classifier": True},
}


def put(explorer, **values):
    """Set the controls, those that are not named as at the start; drawn once."""
    explorer.set(**START | values)


@pytest.mark.usefixtures("unseen")
@pytest.mark.parametrize(
    ("own", "count", "printed"),
    [
        ({}, 300_774_272, ("300 M (cut off) in v2-checkpoints", "0.301 G (rounded) in torch")),
        ({"batch_norm": 2}, 314_130_496, ("0.31 G (rounded) in timm",)),
        (
            EVERYTHING | {"measure": "FLOPs", "batch_norm": 1},
            614_612_552,
            ("0.615 G (rounded) in openvino",),
        ),
        (
            {"classes": 1001},
            300_775_552,
            (
                "No source that we know",
                "300 M in v2-checkpoints, v2-4, v2-text (MACs, 1000 classes)",
            ),
        ),
        ({"first_convolution": False}, 300_774_272 - 10_838_016, ("prints this count.",)),
        ({"first_expansion": True}, 313_619_328, ("first expansion +12,845,056",)),
        ({"batch_norm": 4}, 327_486_720, ("the row 'thop'",)),
        (
            {"bias": True, "batch_norm": 2, "activation": True, "pooling": True},
            320_300_008,
            ("the row 'ptflops'",),
        ),
    ],
)
def test_operations(operations, own, count, printed):
    put(operations, **own)
    words = repr(operations)
    assert f": {count:,}" in words
    assert all(figure in words for figure in printed)
    assert operations.status.text == words


@pytest.mark.usefixtures("unseen")
@pytest.mark.parametrize(
    ("own", "count", "printed"),
    [
        ({}, 3_469_760, ("No source that we know prints this count.",)),
        ({"bias": True}, 3_470_760, ("3.4 M (cut off) in v2-4", "3.47 M (rounded)")),
        ({"bias": True, "batch_norm": 1, "classes": 1001}, 3_489_097, ("3.489 M (rounded)",)),
        ({"bias": True, "batch_norm": 2}, 3_504_872, ("3,504,872 (in full) in torchvision",)),
        ({"bias": True, "batch_norm": 4}, 3_538_984, ("3,538,984 (in full) in keras",)),
    ],
)
def test_parameters(parameters, own, count, printed):
    put(parameters, **own)
    words = repr(parameters)
    assert f": {count:,}" in words
    assert all(figure in words for figure in printed)


@pytest.mark.usefixtures("unseen")
@pytest.mark.parametrize("network", QUOTED, ids=str)
@pytest.mark.parametrize("count", ["operations", "parameters"])
def test_bars_are_the_counts(operations, network, count):
    put(operations, network=network, **EVERYTHING)
    operations.controls["count"].value = count
    try:
        picture = operations.figures[0].picture
        names = [
            name
            for name, own in CONVENTIONS.items()
            if own.measure in (("parameters",) if count == "parameters" else ("MACs", "FLOPs"))
        ]
        shown = [row for row in picture.rows if row[1].get_text()]
        assert [name.get_text() for _, name, _ in shown] == [*names, "yours"]
        for (boxes, _, _), name in zip(shown, names, strict=False):
            width = sum(boxes[part].get_width() for part in PARTS)
            assert width == pytest.approx(CONVENTIONS[name](trace(network)) / 1e6)
        own = sum(shown[-1][0][part].get_width() for part in PARTS)
        assert own == pytest.approx(
            operations.view.convention(operations.state)(trace(network)) / 1e6
        )
        assert picture.axes.get_xlim()[1] > max(own, width)
    finally:
        operations.controls["count"].value = "operations"


def test_an_expansion_is_offered_where_the_network_could_have_one(operations):
    switch = operations.controls["first_expansion"]
    put(operations)
    assert not switch.disabled
    put(operations, network=Design("v1"))
    assert switch.disabled


def test_steps_lead_from_the_bare_count_to_the_readers_own(operations):
    put(operations, **EVERYTHING, batch_norm=1, measure="FLOPs", classes=1001)
    steps = operations.view.steps(operations.state)
    assert steps.before.iloc[0] == 300_774_272
    assert steps.after.iloc[-1] == 614_615_113
    assert steps.before.iloc[0] + steps.added.sum() == steps.after.iloc[-1]
    table = operations.numbers()
    assert table.convention.iloc[-1] == "yours"
    assert table["count"].iloc[-1] == 614_615_113
    assert (table.drop(columns=["convention", "count"]).sum(axis=1) == table["count"]).all()
    operations.parts["numbers"].box.value = True
    assert "614,615,113" in operations.parts["numbers"].table.value


def test_a_count_that_is_no_sum_of_these_parts_is_left_out(operations):
    """Paddle's lists print one for this very network."""
    put(operations, network=Design("v1"), measure="FLOPs", batch_norm=2)
    assert "paddle" in set(quoted(Design("v1")).table)
    assert "paddle" not in repr(operations)


def test_digits_that_coincide_are_not_taken_for_the_source(parameters):
    """The bare weights of v2 round to what Keras prints for all variables."""
    put(parameters)
    printed, _, others = repr(parameters).partition("Other counts have the same digits: ")
    assert "Printed" not in printed
    every = "weights + bias + 4 x batch norm, 1000 classes"
    assert f"3.5 M in keras, keras-evaluation ({every})" in others
    put(parameters, bias=True)
    assert "Printed as 3.47 M (rounded) in v2-checkpoints; 3.4 M (cut off) in v2-4" in repr(
        parameters
    )
    assert "keras" not in repr(parameters)


SETTABLE = {  # what the controls can say of a convention
    name: own
    for name, own in CONVENTIONS.items()
    if own.measure != "bytes" and not own.channel_scale and not own.softmax
}


@pytest.mark.usefixtures("unseen")
@pytest.mark.parametrize("name", SETTABLE)
@pytest.mark.parametrize("network", QUOTED, ids=str)
def test_the_sentence_and_the_bar_of_a_convention_name_the_same_figures(
    operations, parameters, network, name
):
    own = SETTABLE[name]
    explorer = parameters if own.weighs else operations
    values = {part: bool(getattr(own, part)) for part in EVERYTHING}
    if not own.weighs:
        values |= {"measure": own.measure, "first_expansion": own.first_expansion}
    put(explorer, network=network, batch_norm=own.batch_norm, **values)
    rows = {row[1].get_text(): row[2].get_text() for row in explorer.figures[0].picture.rows}
    beside = [line.split()[0] for line in rows[name].splitlines()[1:]]
    said = repr(explorer).partition("Printed as ")[2]
    assert [figure.split()[0] for figure in said.split("; ") if figure][:2] == beside
