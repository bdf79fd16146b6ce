"""The memory of many designs at once is what each design says by itself."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from toy_family import TOY

from mobilenet_lab import Design
from mobilenet_lab.costs import arena, arenas, many
from mobilenet_lab.costs.arena import Life
from mobilenet_lab.networks.families import FAMILIES


@settings(max_examples=40)
@given(st.integers(0, 2**32), st.sampled_from([3, 6, 20]), st.integers(1, 11))
def test_plans_together_are_the_plans_alone(seed, different, number):
    generator = np.random.default_rng(seed)
    firsts = generator.integers(0, 6, number)
    spans = list(
        zip(firsts.tolist(), (firsts + generator.integers(0, 3, number)).tolist(), strict=True)
    )
    sizes = 16 * generator.integers(1, different + 1, (60, number))
    peaks = []
    for own in sizes.tolist():
        lives = [Life(*span, size) for span, size in zip(spans, own, strict=True)]
        peaks.append(
            max(start + life.bytes for start, life in zip(arena.plan(lives), lives, strict=True))
        )
    together = [Life(*span, own) for span, own in zip(spans, sizes.T, strict=True)]
    assert arenas.planned(together, alive(together)).tolist() == peaks


def alive(lives):
    """The bytes that are alive at each operation."""
    zero = np.zeros_like(lives[0].bytes)
    return [
        sum((own.bytes for own in lives if own.first <= number <= own.last), zero)
        for number in range(max(life.last for life in lives) + 1)
    ]


def test_plans_above_what_is_alive_are_met():
    """Or the property above would hold of a plan that never loses a byte."""
    spans = [(0, 1), (1, 2), (2, 3), (3, 4)]
    lives = [
        Life(*span, np.array([size])) for size, span in zip((32, 16, 16, 32), spans, strict=True)
    ]
    assert max(alive(lives)) == 48 and arenas.planned(lives, alive(lives)) == 64


@pytest.mark.parametrize("family", ["v1", "v2", "toy"])
@pytest.mark.parametrize("runtime", arena.RUNTIMES)
def test_ram_of_many_designs(monkeypatch, family, runtime):
    monkeypatch.setitem(FAMILIES, "toy", TOY)
    generator, number = np.random.default_rng(1), 8
    values = {
        "alpha": generator.uniform(0.05, 1.5, number),
        "resolution": generator.integers(32, 260, number),
        **{name: generator.integers(1, 5, number) for name in FAMILIES[family].knobs},
    }
    for bits, classes in ((8, 2), (32, 200_000)):
        columns = partial(prices, bits, runtime)
        found = many.counts(family, values, classes, "paper", of=columns)
        for place, own in enumerate(zip(*(own.tolist() for own in values.values()), strict=True)):
            design = Design(
                **{"family": family, "classes": classes} | dict(zip(values, own, strict=True))
            )
            assert found["ram"][place] == arena.ram(design, bits, runtime)
            assert found["least"][place] <= found["ram"][place]


def prices(bits, runtime, layers):
    """The RAM of a trace, and the lower bound that sifts."""
    return {
        "ram": arenas.rams(layers, bits, runtime),
        "least": arenas.least(layers, bits, runtime),
    }


def test_networks_beyond_numpys_integers():
    values = {"alpha": np.array([1.0, 1e15]), "resolution": np.array([32, 10**9])}
    found = many.counts("v1", values, 10, "paper", of=partial(prices, 8, "tflm"))["ram"]
    with pytest.warns(UserWarning, match="far beyond"):
        huge = Design("v1", 1e15, resolution=10**9, classes=10)
    assert found.tolist()[1] == arena.ram(huge) > 2**63
