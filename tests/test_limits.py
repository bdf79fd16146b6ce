"""What a design needs of what a budget limits, and what is said of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobilenet_lab import Design, cost
from mobilenet_lab.costs import arena
from mobilenet_lab.costs.files import flash
from mobilenet_lab.costs.limits import LIMITS, excess, fits, least, needs
from mobilenet_lab.explorers.words import over_budget
from mobilenet_lab.plots.style import kibibytes, written

DESIGN = Design("v1", 0.25, resolution=96)
designs = st.builds(
    Design,
    st.sampled_from(["v1", "v2"]),
    st.sampled_from([0.25, 0.5, 1.0]),
    resolution=st.sampled_from([64, 96, 128]),
    classes=st.sampled_from([2, 1000]),
)
KNOWN_ARENA = 73_728  # bytes, of DESIGN at int8, as the recorder of TensorFlow Lite Micro says


def test_what_is_needed_is_what_the_costs_say():
    counted = cost(DESIGN)
    assert list(needs(DESIGN)) == list(least(DESIGN)) == list(LIMITS)
    assert needs(DESIGN)["macs"] == counted.macs and needs(DESIGN)["params"] == counted.params
    assert least(DESIGN)["ram"] == counted.peak_activations, "a byte for each value"
    assert needs(DESIGN)["flash"] == least(DESIGN)["flash"] == flash(DESIGN, 8)
    planned = arena.memory(DESIGN, 8, "tflm")
    assert planned.peak == KNOWN_ARENA
    assert needs(DESIGN)["ram"] == KNOWN_ARENA + planned.persistent


@given(designs, st.dictionaries(st.sampled_from(list(LIMITS)), st.none() | st.integers(1, 10**9)))
def test_a_design_fits_if_and_only_if_it_exceeds_nothing(design, budget):
    amounts = needs(design)
    expected = {
        name: amounts[name] - most
        for name, most in budget.items()
        if most is not None and amounts[name] > most
    }
    assert excess(design, budget) == expected
    assert fits(design, budget) == (not expected)


def test_a_plan_is_made_only_if_the_lower_bounds_fit(monkeypatch):
    monkeypatch.setattr("mobilenet_lab.costs.limits._planned", lambda design: 1 / 0)
    live = least(DESIGN)["ram"]
    assert not fits(DESIGN, {"ram": live - 1})
    assert not fits(DESIGN, {"macs": 1, "ram": 10**9})
    assert fits(DESIGN, {"macs": 10**9, "flash": None})
    assert excess(DESIGN, {"macs": 1}) == {"macs": cost(DESIGN).macs - 1}
    with pytest.raises(ZeroDivisionError):
        fits(DESIGN, {"ram": live})


def test_the_words_say_which_definition_was_used():
    within, flash_words = over_budget(DESIGN, {"ram": 128 * 1024, "flash": 100 * 1024, "macs": 1e9})
    planned, alone = needs(DESIGN)["ram"], least(DESIGN)["ram"]
    assert within == (
        f"· Within the budget of RAM: {kibibytes(planned)} at int8, the planned arena of "
        "TensorFlow Lite Micro and an estimate of its persistent part "
        f"(live tensors alone: {kibibytes(alone)})."
    )
    file = flash(DESIGN, 8)
    assert flash_words == (
        f"· Over the budget of flash by {kibibytes(file - 100 * 1024)}: {kibibytes(file)}, "
        "the predicted int8 file."
    )
    (over,) = over_budget(DESIGN, {"ram": alone, "flash": None})
    assert over.startswith(f"· Over the budget of RAM by {kibibytes(planned - alone)}: ")
    assert over_budget(DESIGN, dict.fromkeys(LIMITS)) == []


@pytest.mark.parametrize(
    ("value", "said"),
    [(1, "1 byte"), (2, "2 bytes"), (1023, "1,023 bytes"), (1024, "1 KiB"), (38_400, "37.5 KiB")]
    + [(256 * 1024, "256 KiB"), (10_000 * 1024, "10,000 KiB"), (2**20, "1 MiB")],
)
def test_bytes_in_kib(value, said):
    assert kibibytes(value) == written(value, "ram") == written(value, "flash") == said


@pytest.mark.parametrize("function", [least, needs])
def test_what_is_no_design_is_refused(function):
    with pytest.raises(ValueError, match="design='v1' is not possible; accepted: a Design"):
        function("v1")
