"""What is added to a frame and read off it: the right numbers, or one sentence."""

import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import designs

from mobilenet_lab import Design, cost, log_law, pareto, price, published, sweep
from mobilenet_lab.costs.many import COST_COLUMNS


def frame(**columns):
    """Two designs of v2, with some columns changed; None takes one away."""
    own = {"family": ["v2", "v2"], "alpha": [0.5, 1.0], "resolution": [96, 224]} | columns
    return pd.DataFrame({name: values for name, values in own.items() if values is not None})


OURS = [cost(Design("v2", 0.5, resolution=96)).macs, cost(Design("v2")).macs]


@settings(max_examples=40)
@given(st.lists(designs(largest=300), min_size=1, max_size=8))
def test_the_price_of_each_row_is_the_cost_of_its_design(several):
    table = pd.DataFrame([design.values() for design in several])
    priced = price(table)
    assert list(priced) == [*table, *COST_COLUMNS]
    for row, design in zip(priced.to_dict("records"), several, strict=True):
        assert {name: row[name] for name in COST_COLUMNS} == cost(design).columns()


@settings(max_examples=40)
@given(st.lists(st.integers(0, 3), min_size=1, max_size=30))
def test_rows_in_any_order_and_number(places):
    """Families, tasks and dialects are priced together, and go back to where they stood."""
    several = [
        Design("v1", 0.5, resolution=64),
        Design("v2", 0.35, resolution=64, expansion=3),
        Design("v2", 0.35, resolution=64, dialect="listing"),
        Design("v1", 0.5, resolution=64, classes=7),
    ]
    priced = price(pd.DataFrame([several[place].values() for place in places]))
    assert priced["params"].tolist() == [cost(several[place]).params for place in places]


def test_rho_says_the_size():
    """It was priced at 224 px."""
    priced = price(frame(resolution=None, rho=[0.429, 1.0]))
    assert priced["macs"].tolist() == OURS
    assert price(frame(resolution=[96, None], rho=[None, 1]))["macs"].tolist() == OURS
    assert price(frame(rho=[96 / 224, 1.0]))["macs"].tolist() == OURS
    assert price(frame(rho=[0.429, 1.0]))["macs"].tolist() == OURS  # as the papers round it


@pytest.mark.filterwarnings("ignore:.*is far beyond any network:UserWarning")
def test_a_sweep_s_own_frame_of_large_pictures():
    large = sweep("v1", resolution=[2048, 10**5])
    assert price(large).equals(large)


def test_a_priced_frame_has_each_column_once():
    once = price(frame())
    pd.testing.assert_frame_equal(price(once), once)
    assert list(price(price(sweep("v1")))) == list(sweep("v1"))


def test_a_column_of_something_else_is_not_written_over(refused):
    """`params` of a printed table is what the source prints, and may be another count."""
    printed = published.table("torchvision").dropna(subset=["family", "params"])
    refused(lambda: price(printed), "'params'", "printed_params")
    other = price(frame())
    other["alpha"] = [1.0, 0.5]
    refused(lambda: price(other), "'macs'")
    assert len(price(printed.rename(columns={"params": "printed_params"}))) == len(printed)


@pytest.mark.parametrize("grid", [["v1", "v2"], ["v1"], ["v2"]], ids="-".join)
def test_the_lab_s_own_file_read_back(grid):
    """pandas makes floats of whole numbers with gaps beside them."""
    expansion = {"expansion": [1, 6]} if "v2" in grid else {}
    table = sweep(grid, [0.35, 1.0], resolution=[96, 224], **expansion)
    back = pd.read_csv(io.StringIO(table.to_csv(index=False)))
    assert grid != ["v1", "v2"] or back["expansion"].dtype == float
    again = price(back)
    assert again["macs"].tolist() == table["macs"].tolist()
    bare = price(back.drop(columns=list(COST_COLUMNS)).astype({"resolution": float}))
    assert bare["body_params"].tolist() == table["body_params"].tolist()


def test_short_floats_mean_their_digits():
    widths = np.array([0.35, 1.4], dtype=np.float32)
    short = pd.DataFrame({"family": "v2", "alpha": widths, "resolution": np.float32(96)})
    assert price(short)["macs"].tolist() == [
        cost(Design("v2", alpha, resolution=96)).macs for alpha in (0.35, 1.4)
    ]


@pytest.mark.parametrize("dtype", ["Int64", "object", "float64", "uint16", "category"])
def test_columns_of_any_type(dtype):
    table = frame(expansion=[6, 6]).astype({"resolution": dtype, "expansion": dtype})
    assert price(table)["macs"].tolist() == OURS


def test_a_gap_in_a_knob_is_its_default():
    assert price(frame(expansion=[None, 6.0]))["macs"].tolist() == OURS
    mixed = frame(family=["v1", "v2"], expansion=[None, 6])
    assert price(mixed)["macs"].tolist() == [cost(Design("v1", 0.5, resolution=96)).macs, OURS[1]]


def test_no_rows():
    assert list(price(frame().iloc[:0])) == [*frame(), *COST_COLUMNS]


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"family": None}, "'family'"),
        ({"alpha": None}, "'alpha'"),
        ({"resolution": None}, "'resolution'"),
        ({"resolution": None, "size": [96, 224]}, "resolution, as the lab calls it"),
        ({"alpha": None, "width_mult": [0.5, 1]}, "alpha, as the lab calls it"),
        ({"num_classes": [10, 10]}, "classes, as the lab calls it"),
        ({"t": [1, 6]}, "expansion, as the lab calls it"),
        ({"family": ["v2", None]}, "family=None"),
        ({"family": ["v2", "v3"]}, "family='v3'"),
        ({"alpha": [0.5, np.nan]}, "alpha=None"),
        ({"alpha": [0.5, -1]}, "alpha=-1"),
        ({"alpha": ["0.5", "1"]}, "alpha='0.5'"),
        ({"alpha": [[0.5], [1]]}, "alpha"),
        ({"resolution": [96, np.nan]}, "resolution=None"),
        ({"resolution": [96.5, 224]}, "resolution=96.5"),
        ({"resolution": [[96], [224]]}, "resolution"),
        ({"resolution": None, "rho": [0.4, 224]}, "did you mean resolution=224?"),
        ({"rho": [1.0, 1.0]}, "rho=1"),
        ({"rho": [0.429, "1"]}, "rho='1'"),
        ({"expansion": [6, 2.5]}, "expansion=2.5"),
        ({"family": ["v1", "v2"], "expansion": [6, 6]}, "None for v1"),
        ({"classes": [1000, None]}, "classes=None"),
        ({"dialect": ["paper", "slim"]}, "dialect='slim'"),
    ],
    ids=str,
)
def test_what_is_no_frame_of_designs(refused, columns, words):
    refused(lambda: price(frame(**columns)), words)


def test_a_column_that_is_there_twice(refused):
    twice = pd.concat([frame(), frame()[["alpha"]]], axis=1)
    refused(lambda: price(twice), "'alpha'", "once")
    refused(lambda: pareto(twice, "alpha", "resolution"), "'alpha'", "once")


@pytest.mark.parametrize("thing", [None, {}, [], "frame", Design("v1"), frame()["alpha"]], ids=repr)
def test_what_is_no_frame(refused, thing):
    for call in (price, *(lambda own, f=f: f(own, "macs", "top1") for f in (pareto, log_law))):
        refused(lambda call=call: call(thing), "frame=", "DataFrame")


POINTS = {"macs": [1e6, 2e6, 4e6, 8e6], "top1": [50.0, 53.0, 56.0, 59.0]}


def test_a_law_leaves_out_what_is_not_known():
    with_gaps = {"macs": [*POINTS["macs"], np.nan, 5e6], "top1": [*POINTS["top1"], 60.0, np.nan]}
    assert log_law(pd.DataFrame(with_gaps), "macs", "top1")[0] == pytest.approx(3.0)


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"macs": [1e6], "top1": [50.0]}, "2 or more, for a line"),
        ({"macs": [1e6] * 4, "top1": POINTS["top1"]}, "2 or more, for a line"),
        ({"macs": [1e6, np.nan], "top1": [np.nan, 1.0]}, "2 or more, for a line"),
        ({"macs": [], "top1": []}, "no rows"),
        ({"macs": [np.nan] * 2, "top1": [1.0, 2.0]}, "missing values"),
        ({"macs": [0.0, 1.0], "top1": [1.0, 2.0]}, "above 0"),
        ({"macs": [-1.0, 1.0], "top1": [1.0, 2.0]}, "the value -1.0"),
        ({"macs": [np.inf, 1.0], "top1": [1.0, 2.0]}, "finite"),
        ({"macs": [1.0, 2.0], "top1": [1.0, -np.inf]}, "finite"),
        ({"macs": [1.0, 2.0], "top1": ["a", "b"]}, "'a'"),
        ({"macs": [True, False], "top1": [1.0, 2.0]}, "True"),
        ({"macs": [1j, 2], "top1": [1.0, 2.0]}, "1j"),
    ],
    ids=str,
)
def test_points_without_a_law(refused, columns, words):
    refused(lambda: log_law(pd.DataFrame(columns), "macs", "top1"), words)


@pytest.mark.parametrize("name", ["params", None, 0, ["x"], np.array(["macs"]), "x" * 999])
def test_columns_that_are_not_there(refused, name):
    points = pd.DataFrame(POINTS)
    for call in (pareto, log_law):
        refused(lambda call=call: call(points, name, "top1"), "macs, top1")
        refused(lambda call=call: call(points, "macs", name), "macs, top1")


def test_pareto_of_what_is_no_number(refused):
    refused(lambda: pareto(pd.DataFrame({"a": ["x"], "b": [1]}), "a", "b"), "'x'", "numbers")
    assert pareto(pd.DataFrame({"a": [], "b": []}), "a", "b").empty
