"""Grids of designs: every row is what `cost` says of that design alone, integer for integer."""

import importlib
import itertools
from numbers import Integral

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from strategies import DIALECTS, LEAST, alphas

from mobilenet_lab import Design, cost, log_law, pareto, price, sweep

GRIDS = importlib.import_module("mobilenet_lab.costs.many")  # where designs are priced in passes
COUNTS = (
    "macs",
    "params",
    "trainable_params",
    "kernels",
    "kernels_and_bias",
    "slim_params",
    "folded_params",
    "activations",
    "peak_activations",
)
DESIGN_COLUMNS = ("family", "alpha", "rho", "resolution", "expansion", "classes", "dialect")
COLUMNS = [*DESIGN_COLUMNS, *COUNTS, *(f"body_{name}" for name in COUNTS)]


def one_by_one(families, alphas, sizes, steps, classes, dialect):
    """The designs of a product, in its order."""
    return [
        Design(family, alpha, expansion=step, classes=classes, dialect=dialect, resolution=size)
        for family in families
        for alpha, size, step in itertools.product(
            alphas, sizes, steps if family == "v2" else [None]
        )
    ]


def agrees(frame, designs):
    """Does a frame hold these designs, each with its own cost, exactly?"""
    assert list(frame.columns) == COLUMNS
    assert list(frame.index) == list(range(len(designs)))
    for step, design in zip(frame["expansion"].tolist(), designs, strict=True):
        assert pd.isna(step) if design.family == "v1" else step == design.expansion
    for row, design in zip(frame.to_dict("records"), designs, strict=True):
        for name in ("family", "alpha", "rho", "resolution", "classes", "dialect"):
            assert row[name] == getattr(design, name)
        alone = cost(design)
        for name in COUNTS:
            assert isinstance(row[name], Integral)
            assert isinstance(row[f"body_{name}"], Integral)
            assert row[name] == getattr(alone, name)
            assert row[f"body_{name}"] == getattr(alone.body, name)


@st.composite
def grids(draw):
    """Arguments of a sweep: families, alphas, sizes, expansions, classes, dialect."""
    families = draw(st.sampled_from([["v1"], ["v2"], ["v1", "v2"], ["v2", "v1"]]))
    dialect = draw(st.sampled_from(DIALECTS))
    narrow = max(families, key=lambda family: LEAST[family, dialect])
    return (
        families,
        draw(st.lists(alphas(narrow, dialect, most=3.0), min_size=1, max_size=5)),
        draw(st.lists(st.integers(32, 700), min_size=1, max_size=3)),
        draw(st.lists(st.integers(1, 12), min_size=1, max_size=3)) if "v2" in families else [None],
        draw(st.integers(1, 2000)),
        dialect,
    )


@settings(max_examples=40)
@given(grids())
@example((["v2"], [0.01, 0.2, 0.25, 0.3, 0.35], [33, 64], [1, 2], 1000, "paper"))
@example((["v2"], [0.0625, 0.0834, 0.25, 0.5, 0.51], [33, 64], [1, 6], 10, "listing"))
@example((["v1", "v2"], [0.25, 1.0, 0.25], [224, 128], [6, 1], 1000, "paper"))
@example((["v1", "v2"], [0.1, 0.56, 0.25], [33, 112, 128], [6, 1], 10, "keras"))
def test_every_row_is_the_cost_of_its_design(grid):
    families, widths, sizes, steps, classes, dialect = grid
    frame = sweep(
        families,
        widths,
        resolution=sizes,
        expansion=None if steps == [None] else steps,
        classes=classes,
        dialect=dialect,
    )
    agrees(frame, one_by_one(*grid))


@pytest.mark.parametrize("chunk", [1, 7, 10**6])
def test_the_size_of_a_pass_changes_nothing(monkeypatch, chunk):
    grid = ["v2"], [0.1, 0.35, 0.5, 1.0], [32, 33, 224, 225, 97], [1, 2, 6], 1000, "paper"
    monkeypatch.setattr(GRIDS, "CHUNK", chunk)
    agrees(sweep("v2", grid[1], resolution=grid[2], expansion=grid[3]), one_by_one(*grid))


def test_types_of_the_columns():
    frame = sweep(["v1", "v2"], [0.5, 1.0], rho=[0.5, 1.0], expansion=[1, 6])
    assert len(frame) == 4 + 8
    assert frame["alpha"].dtype == frame["rho"].dtype == np.float64
    assert str(frame["expansion"].dtype) == "Int64"
    for name in ("resolution", "classes", *COUNTS):
        assert frame[name].dtype == np.int64
    assert frame["family"].tolist() == 4 * ["v1"] + 8 * ["v2"]


def test_v1_is_not_repeated_per_expansion():
    frame = sweep(["v1", "v2"], expansion=range(1, 11))
    assert frame["family"].value_counts().to_dict() == {"v1": 1, "v2": 10}
    assert frame["expansion"].iloc[0] is pd.NA
    assert frame["expansion"].tolist()[1:] == list(range(1, 11))


@pytest.mark.parametrize("family", ["v1", "v2"])
def test_scalars_and_defaults(family):
    agrees(sweep(family), [Design(family)])
    agrees(sweep([family], (0.5,), rho=[1]), [Design(family, 0.5)])
    agrees(
        sweep(family, np.float32(0.35), rho=np.float64(0.571)), [Design(family, 0.35, rho=4 / 7)]
    )
    agrees(sweep(family, resolution=160, classes=7), [Design(family, rho=0.714, classes=7)])
    agrees(sweep("v2", 1, expansion=np.int8(3)), [Design("v2", expansion=3)])


@pytest.mark.parametrize(
    "kind",
    [list, tuple, np.array, pd.Series, pd.Index, dict.fromkeys, lambda v: np.array(v, object)],
    ids=["list", "tuple", "array", "Series", "Index", "keys", "objects"],
)
def test_sequences_of_any_kind(kind):
    grid = ["v1", "v2"], [0.5, 1.0], [96, 64], [6, 2], 1000, "paper"
    frame = sweep(kind(grid[0]), kind(grid[1]), resolution=kind(grid[2]), expansion=kind(grid[3]))
    agrees(frame, one_by_one(*grid))


def test_ranges_and_spaces():
    frame = sweep("v2", np.linspace(0.1, 1, 4), resolution=range(32, 97, 32), expansion=range(1, 3))
    agrees(frame, one_by_one(["v2"], np.linspace(0.1, 1, 4), [32, 64, 96], [1, 2], 1000, "paper"))


@pytest.mark.parametrize(
    "grid",
    [
        (["v1"], [1.0, 1e300], [32, 10**9], [None], 1000, "paper"),
        (["v2"], [0.5, 1e308], [10**9, 33], [1, 6], 1000, "paper"),
        (["v1", "v2"], [1e20], [224], [1, 10**30], 1000, "listing"),
        (["v2"], [1.0], [32], [2**63], 1000, "listing"),
        (["v1", "v2"], [1e20, 1e300], [33], [6], 1000, "keras"),
        (["v1", "v2"], [1.0], [10**30, 32], [2**62, 2**63, 2**64], 10**25, "paper"),
        # macs of v2 between 2⁶³ and 2⁶⁴ beside those of v1 below: no type of NumPy's holds both
        (["v1", "v2"], [1.0], [25_000_000], [20], 1000, "paper"),
        (["v2"], [1.0], [30_000_000], [6, 7, 8, 9, 10], 1000, "paper"),
    ],
)
@pytest.mark.filterwarnings("ignore:.*is far beyond any network:UserWarning")
def test_huge_networks_are_exact(grid):
    families, widths, sizes, steps, classes, dialect = grid
    frame = sweep(
        families,
        widths,
        resolution=sizes,
        expansion=None if steps == [None] else steps,
        classes=classes,
        dialect=dialect,
    )
    agrees(frame, one_by_one(*grid))


def test_a_large_grid_at_random_places():
    widths, sizes, steps = np.linspace(0.05, 2, 60), range(32, 332, 10), range(1, 13)
    frame = sweep("v2", widths, resolution=sizes, expansion=steps)
    designs = one_by_one(["v2"], widths, sizes, steps, 1000, "paper")
    assert len(frame) == len(designs) == 60 * 30 * 12 > GRIDS.CHUNK
    for place in np.random.default_rng(0).integers(0, len(frame), 100):
        agrees(frame.iloc[[place]].reset_index(drop=True), [designs[place]])


# Prices of designs that a frame lists


def test_price_adds_the_cost_of_each_row():
    frame = sweep(["v1", "v2"], [0.5, 1.0], rho=[0.5, 1.0], expansion=[1, 6])
    priced = price(frame[list(DESIGN_COLUMNS)].iloc[::-1])
    pd.testing.assert_frame_equal(priced.iloc[::-1], frame)


def test_price_needs_a_family_and_keeps_other_columns():
    models = pd.DataFrame(
        {
            "family": ["v2", "v1"],
            "alpha": [0.35, 0.25],
            "resolution": [96, 128],
            "top1": [45.5, 41.3],
        }
    )
    models.index = [3, 3]  # as after putting tables together
    priced = price(models)
    assert priced[["family", "top1"]].equals(models[["family", "top1"]])
    assert priced["macs"].tolist() == [11_934_128, 13_570_048]


# The Pareto front and the log-linear law

TABLES = st.lists(
    st.tuples(
        st.one_of(st.none(), st.integers(0, 6)),
        st.one_of(st.none(), st.integers(-3, 3), st.just(-np.inf)),
    ),
    max_size=12,
)


def front(rows):
    """The Pareto front by its definition: (place, price, value) that nothing else beats."""
    rows = [(place, *row) for place, row in enumerate(rows) if None not in row]

    def beaten(place, price, value):
        return any(
            p <= price and v >= value and (p < price or v > value or other < place)
            for other, p, v in rows
            if other != place
        )

    return [row[0] for row in sorted((row for row in rows if not beaten(*row)), key=lambda r: r[1])]


@given(TABLES)
def test_pareto_is_its_definition(rows):
    frame = pd.DataFrame(rows, columns=["macs", "top1"], dtype=float)
    assert pareto(frame, "macs", "top1").index.tolist() == front(rows)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=12))
@pytest.mark.parametrize("dtype", ["int64", "Int64", "object"])
def test_pareto_of_integers_is_exact(dtype, rows):
    rows = [(price, 2**60 + value) for price, value in rows]  # one float for all of them
    frame = pd.DataFrame(rows, columns=["macs", "params"], dtype=dtype)
    chosen = pareto(frame, "macs", "params")
    assert chosen.index.tolist() == front(rows)
    assert [tuple(row) for row in chosen.to_numpy().tolist()] == [rows[i] for i in chosen.index]


def test_pareto_leaves_rows_as_they_are():
    frame = sweep("v2", [1.0, 0.5, 0.75], resolution=[128, 96])
    frame["top1"] = [65.3, 60.3, 57.7, 51.2, 63.2, 58.8]
    chosen = pareto(frame, "macs", "top1")
    assert chosen["top1"].tolist() == [51.2, 57.7, 58.8, 60.3, 63.2, 65.3]
    pd.testing.assert_frame_equal(chosen, frame.loc[chosen.index])


def test_log_law_finds_a_line():
    frame = pd.DataFrame({"macs": [2**20, 2**22, 2**24, 2**27], "top1": [50.0, 56.0, 62.0, 71.0]})
    assert log_law(frame, "macs", "top1") == pytest.approx((3.0, -10.0))
