"""The reconciliation explorer: each printed figure is found by its convention."""

import pytest

from mobilenet_lab import Design, trace
from mobilenet_lab.costs.conventions import CONVENTIONS, PARTS
from mobilenet_lab.explorers import Reconciliation
from mobilenet_lab.published.known import QUOTED


@pytest.fixture(scope="module")
def operations():
    return Reconciliation()


@pytest.fixture(scope="module")
def parameters():
    return Reconciliation(count="parameters")


def put(explorer, **values):
    for name in ("bias", "activation", "pooling", "addition"):
        explorer.controls[name].value = False
    start = {"network": Design("v2"), "batch_norm": 0, "measure": "MACs", "classes": 1000}
    start |= {"first_convolution": True, "first_expansion": False, "classifier": True}
    for name, value in (start | values).items():
        explorer.controls[name].value = value


EVERYTHING = {"bias": True, "activation": True, "pooling": True, "addition": True}


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
        ({"classes": 1001}, 300_775_552, ("300 M (cut off)",)),
        ({"first_convolution": False}, 300_774_272 - 10_838_016, ("nothing that we know of",)),
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


@pytest.mark.parametrize(
    ("own", "count", "printed"),
    [
        ({}, 3_469_760, ("3.4 M (cut off) in v2-4", "3.47 M (rounded) in v2-checkpoints")),
        ({"bias": True}, 3_470_760, ("3.4 M (cut off) in v2-4", "3.47 M (rounded)")),
        ({"bias": True, "batch_norm": 1, "classes": 1001}, 3_489_097, ("3.489 M (rounded)",)),
        ({"bias": True, "batch_norm": 2}, 3_504_872, ("3,504,872 (rounded) in torchvision",)),
        ({"bias": True, "batch_norm": 4}, 3_538_984, ("3,538,984 (rounded) in keras",)),
    ],
)
def test_parameters(parameters, own, count, printed):
    put(parameters, **own)
    words = repr(parameters)
    assert f": {count:,}" in words
    assert all(figure in words for figure in printed)


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
