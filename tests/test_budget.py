"""A budget: what it accepts, how it says it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobilenet_lab import Budget
from mobilenet_lab.costs import arena, files
from mobilenet_lab.search import budget


@pytest.mark.parametrize(
    ("name", "given", "most"),
    [
        ("macs", "150M", 150_000_000),
        ("macs", " 1_500 k ", 1_500_000),
        ("macs", 150e6, 150_000_000),
        ("macs", 10**20 + 1, 10**20 + 1),
        ("params", "4.2 M", 4_200_000),
        ("params", "0.29M", 290_000),  # 0.29 · 10⁶ is 290000.00000000006 or less in floats
        ("ram", "256KiB", 262_144),
        ("ram", "1.5 MB", 1_500_000),
        ("flash", "1 MiB", 1_048_576),
        ("flash", "700", 700),
        ("ms", "12.5 ms", 12.5),
        ("ms", "0.5 s", 500.0),
        ("ms", 3, 3.0),
    ],
)
def test_limits_in_numbers_and_in_words(name, given, most):
    found = Budget(**{name: given})
    assert found.limits == {name: most}
    assert type(getattr(found, name)) is type(most)


@pytest.mark.parametrize(
    ("name", "given"),
    [
        *(("macs", one) for one in (0, 0.5, -1, True, "", "M", "150 MiB", "1e6", "-1", "1,5M")),
        *(("ram", one) for one in ("256K", "256 k", "256 kib", "1 GHz", "nan", [1], b"1")),
        *(("ms", one) for one in (0, "10 min", float("inf"), float("nan"))),
        *(("bits", one) for one in (4, "8", None)),
        *(("runtime", one) for one in ("TFLM", "", None)),
    ],
)
def test_what_is_no_limit_is_refused_in_a_sentence(name, given):
    with pytest.raises(ValueError, match=rf"^{name}=.* is not possible; accepted: .*[\"8mq'0-9]$"):
        Budget(**{"macs": 1, name: given})


def test_a_budget_limits_something():
    with pytest.raises(ValueError, match="accepted: one or more of macs, params, ram, flash, ms"):
        Budget(runtime="tflm")


def test_in_words():
    assert str(Budget(macs="150M")) == "at most 150 M MACs"
    small = Budget(ram="256KiB", flash="1MiB", runtime="tflm", params=4_240_000, ms=12.5)
    assert str(small) == (
        "at most 4.24 M parameters, 256 KiB of RAM (TensorFlow Lite Micro, int8), "
        "1 MiB of flash (int8) and 12.5 ms an image"
    )
    assert small.words("macs", 153_941_888) == "153.9 M MACs"


@given(st.sampled_from(["KiB", "MiB", "kB", "MB"]), st.integers(1, 10**6), st.integers(0, 999))
def test_text_means_the_exact_number(unit, whole, thousandths):
    size = {"KiB": 1024, "MiB": 1024**2, "kB": 1000, "MB": 1000**2}[unit]
    text = f"{whole}.{thousandths:03d} {unit}"
    assert Budget(ram=text).ram == (1000 * whole + thousandths) * size // 1000


def test_budgets_know_every_runtime_and_precision():
    assert set(budget.RUNTIMES) == set(arena.RUNTIMES)
    assert set(budget.PRECISIONS) == set(files.FORMATS) == set(arena.VALUE_BYTES)
