"""Wild values into every public function: what comes back is right, or one sentence is raised."""

import inspect
import warnings
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import mobilenet_lab as lab
from mobilenet_lab import Design, published, sweep, trace
from mobilenet_lab.costs import (
    arena,
    conventions,
    curves,
    fields,
    files,
    frames,
    latency_model,
    manifold,
    memory,
    separable,
    sliding,
    work,
)
from mobilenet_lab.costs import cost as costs
from mobilenet_lab.features import maps
from mobilenet_lab.layers import FeatureMap
from mobilenet_lab.plots import (
    Arena,
    Candidates,
    Contemporaries,
    Diagram,
    EqualCost,
    Families,
    Funnel,
    Growth,
    LayerBars,
    Plane,
    Stages,
    mosaics,
)
from mobilenet_lab.plots.picture import Picture
from mobilenet_lab.published import formats, known, predicted, released
from mobilenet_lab.published import reproduce as reproducing
from mobilenet_lab.published.contemporaries import contemporaries
from mobilenet_lab.published.printed import side_by_side

BUDGET = lab.Budget(macs="50M", ram="256 KiB", runtime="tflm")
DESIGN, X = Design("v2", 0.35, resolution=64), FeatureMap(32, 32, 16)
SMALL = Design("v2", 0.5, variant="small", classes=26)
MAP = np.arange(12, dtype=np.float32).reshape(2, 2, 3)
FRAME = sweep("v2", [0.5, 1.0], resolution=[96, 224]).assign(top1=[50.0, 60.0, 65.0, 71.0])
REACHED = FRAME.assign(family="v2", low=1.0, high=99.0, basis="predicted", on_front=True)
FUNNEL = pd.DataFrame({"limit": ["macs"], "most": [1e8], "refused": [3], "left": [1]})
STAGES = pd.DataFrame({"design": "v2", "stage": ["stem"], "macs": 3, "params": 2, "held_bytes": 1})
CELLS, TABLE = lab.reproduce("v1-6"), lab.layer_table(DESIGN)

NUMBERS = st.one_of(
    st.integers(-3, 3),
    st.sampled_from([6, 32, 224, 1000, 2**31, 2**63, 2**64, 10**30, 10**400, -(10**400)]),
    st.sampled_from([0.1, 0.5, 1.0, 1.4, 25.0, 224.0, 1e300, 1e-300, 5e-324, -0.0]),
    st.sampled_from([np.nan, np.inf, -np.inf]),
    st.sampled_from([True, 1j, Decimal("0.5"), Fraction(1, 2), np.float16(0.5), np.float32(0.35)]),
    st.sampled_from([np.int8(6), np.uint64(2**64 - 1), np.bool_(True), np.datetime64("NaT")]),
)
TEXTS = st.one_of(
    st.sampled_from(
        ["v1", "v2", "paper", "listing", "keras", "macs", "top1", "index", "mean", "v1-1"]
    ),
    st.sampled_from(["", "nan", "0,5", "1", "224", "\n", "\0", "x" * 5000, "α", "v1-6", "network"]),
    st.text(max_size=3),
    st.sampled_from([b"v1", bytearray(b"v1"), np.str_("v2")]),
)
ARRAYS = st.sampled_from(
    [
        np.array([]),
        np.array(1.0),
        np.array(np.nan),
        np.array([1, 2]),
        np.array([0.5, np.nan]),
        np.array([[1.0, 2.0], [3.0, 4.0]]),
        np.array([2**62]),
        np.array(["a"]),
        np.array([None]),
        np.array([1 + 1j]),
        np.zeros((0, 3)),
        np.zeros((2, 2, 2, 2, 2)),
        np.array([True]),
        MAP,
    ]
)
THINGS = st.sampled_from(
    [None, object(), ..., Design, DESIGN, X, trace(DESIGN), len, type, range(3), range(0), {1, 2}]
)
TABLES = st.sampled_from(
    [
        FRAME,
        FRAME.iloc[:0],
        FRAME[["macs"]],
        FRAME.assign(macs=np.nan),
        FRAME.assign(alpha="a"),
        FRAME.assign(resolution=0),
        FRAME.assign(top1=np.inf),
        pd.concat([FRAME, FRAME], axis=1),
        FRAME.set_axis(range(FRAME.shape[1]), axis=1),
        FRAME.T,
        pd.DataFrame(),
        pd.DataFrame({"family": [["v1"]], "alpha": [{}], "resolution": [b""]}),
        pd.DataFrame(np.ones((2, 2)), columns=pd.MultiIndex.from_product([["macs"], ["a", "b"]])),
        CELLS,
        TABLE,
        pd.Series([1.0]),
    ]
)
ATOMS = st.one_of(NUMBERS, TEXTS, THINGS)
WILD = st.one_of(
    ATOMS,
    ARRAYS,
    TABLES,
    st.lists(ATOMS, max_size=3),
    st.tuples(ATOMS, ATOMS),
    st.dictionaries(st.sampled_from(["macs", "v1", "v2", "a"]), ATOMS, max_size=2),
    st.builds(iter, st.lists(ATOMS, max_size=3)),
)

# What is called with wild values: the function and arguments that it takes.
CALLS = {
    "Design": (Design, {"family": "v2", "alpha": 0.5, "rho": 1.0, "expansion": 6, "classes": 7}),
    "Design px": (Design, {"family": "v1", "resolution": 64, "dialect": "paper"}),
    "replace": (
        DESIGN.replace,
        {"alpha": 0.5, "resolution": 64, "family": "v2", "dialect": "paper"},
    ),
    "sweep": (sweep, {"family": "v2", "alpha": 1, "rho": 1.0, "expansion": 6, "classes": 10}),
    "sweep px": (sweep, {"family": ["v1", "v2"], "resolution": [64], "dialect": "paper"}),
    "cost": (lab.cost, {"design": DESIGN}),
    "trace": (lab.trace, {"design": DESIGN}),
    "layer_table": (lab.layer_table, {"design": DESIGN}),
    "network": (lambda design: lab.network(X, design), {"design": DESIGN}),
    "peak_bytes": (lab.cost(DESIGN).peak_bytes, {"bits": 16}),
    "total": (costs.total, {"layers": trace(DESIGN)}),
    "held": (memory.held, {"layers": trace(DESIGN), "in_place": False}),
    "live_page": (
        lab.live_page,
        {"page": "plane", "alpha": 0.5, "resolution": 96, "classes": 1000},
    ),
    "memory": (lab.memory, {"design": DESIGN, "bits": 8, "runtime": "tflm"}),
    "ram": (arena.ram, {"design": DESIGN, "bits": 8, "runtime": "live"}),
    "flash": (files.flash, {"design": DESIGN, "bits": 8}),
    "stored": (files.stored, {"layers": trace(DESIGN)}),
    "price": (lab.price, {"frame": FRAME}),
    "pareto": (lab.pareto, {"frame": FRAME, "price": "macs", "value": "top1"}),
    "predict": (lab.predict, {"design": DESIGN, "store": None}),
    "predict small": (lab.predict, {"design": SMALL, "store": None}),
    "many": (predicted.many, {"family": "v2", "alpha": [0.5, 1.0], "resolution": 160}),
    "compare designs": (
        lambda one, other, **options: lab.compare(one, other, **options),
        {"one": DESIGN, "other": SMALL, "bits": 8, "runtime": "tflm", "store": None, "times": None},
    ),
    "log_law": (lab.log_law, {"frame": FRAME, "price": "macs", "value": "top1"}),
    "curves": (curves.curves, {"along": "alpha", "resolution": 224, "expansion": 6}),
    "receptive_fields": (fields.receptive_fields, {"design": DESIGN}),
    "seen_pixels": (fields.seen_pixels, {"design": DESIGN, "name": "stem_conv", "position": 1}),
    "Convention": (
        conventions.Convention,
        {"measure": "FLOPs", "bias": 1, "batch_norm": 2, "classifier": True, "kernel": 1},
    ),
    "MACS": (conventions.MACS, {"layers": trace(DESIGN)}),
    "weights": (conventions.weights, {"layers": trace(DESIGN)}),
    "operations": (conventions.operations, {"layers": trace(DESIGN)}),
    "parts": (conventions.parts, {"layers": trace(DESIGN), "convention": conventions.MACS}),
    "count": (
        conventions.count,
        {"layers": trace(DESIGN), "conventions": {"MACs": conventions.MACS}},
    ),
    "steps": (
        lambda one, other: conventions.steps(one, other),
        {"one": (trace(DESIGN), conventions.MACS), "other": (trace(DESIGN), conventions.MACS)},
    ),
    "by_kind": (work.by_kind, {"layers": trace(DESIGN)}),
    "work": (work.work, {"frame": FRAME}),
    "LatencyModel": (
        latency_model.LatencyModel.fit,
        {
            "times": released.phone_times().rename(columns={"pixel1_ms": "ms"}),
            "where": "on a Pixel 1",
        },
    ),
    "milliseconds": (released.phone_model().milliseconds, {"work": work.work(FRAME)}),
    "matrix": (manifold.matrix, {"n": 3, "seed": 1}),
    "trip": (manifold.trip, {"n": 3, "seed": 1}),
    "course": (manifold.course, {"seed": 1}),
    "mean_lost": (manifold.mean_lost, {"n": 3, "seeds": 2}),
    "compare": (separable.compare, separable.EXAMPLE),
    "share": (separable.share, separable.EXAMPLE),
    "sliding parts": (sliding.parts, {"kind": "separable", "stride": 2, "padding": "same"}),
    "separable parts": (separable.parts, separable.EXAMPLE),
    "law": (separable.law, {"kernel": 3, "filters": 8}),
    "FeatureMap": (FeatureMap, {"height": 32, "width": 32, "channels": 3}),
    "table": (published.table, {"name": "v1-6", "as_printed": False}),
    "records": (published.records, {"name": "v1-6"}),
    "published.of": (published.of, {"design": DESIGN}),
    "rounds_to": (published.rounds_to, {"printed": "4.2", "computed": 4_209_088, "unit": 10**6}),
    "cuts_to": (published.cuts_to, {"printed": "4.2", "computed": 4_209_088, "unit": 10**6}),
    "reproduce": (lab.reproduce, {"table": "v1-6"}),
    "side_by_side": (side_by_side, {"table": "v1-6"}),
    "contemporaries": (lambda table: contemporaries(table), {"table": "v2-4"}),
    "quoted": (reproducing.quoted, {"design": DESIGN}),
    "quotes": (reproducing.quotes, {"design": DESIGN}),
    "surprises": (reproducing.surprises, {"frame": CELLS}),
    "top1": (known.top1, {"design": DESIGN}),
    **{f"format {name}": (own, {"frame": CELLS}) for name, own in formats.FORMATS.items()},
    "tally": (formats.tally, {"frame": CELLS}),
    "rules": (formats.rules, {"frame": CELLS}),
    "balance": (formats.balance, {"frame": CELLS}),
    "look_up": (
        formats.look_up,
        {"table": "v1-6", "verdict": "equal", "quantity": ["MACs"], "columns": ["row"]},
    ),
    "plain": (formats.plain, {"frame": CELLS}),
    "statistics": (maps.statistics, {"maps": {"a": MAP}}),
    "channel_order": (maps.channel_order, {"values": MAP, "by": "mean"}),
    "histogram": (maps.histogram, {"values": MAP, "bins": 4, "limits": (0, 6)}),
}
REVIEW = lab.review(BUDGET, resolution=[96, 128], most=5)
CALLS |= {
    "Budget": (
        lab.Budget,
        {"macs": "50M", "ram": 2**18, "ms": 12.5, "bits": 8, "runtime": "tflm"},
    ),
    "Budget's words": (BUDGET.words, {"name": "ram", "amount": 2**18}),
    "review": (
        lab.review,
        {"budget": BUDGET, "families": ["v1"], "alpha": [0.5], "resolution": 96, "classes": 2},
    ),
    "review's options": (
        lambda **options: lab.review(BUDGET, "v2", alpha=0.35, resolution=96, **options),
        {"expansion": 6, "latency": None, "most": 3, "progress": False},
    ),
    "designs": (REVIEW.designs, {"table": "refused"}),
}
DRAWN = {
    "Picture": (Picture, {"width": 60, "height": 40}),
    "png": (Picture(60, 40).png, {"scale": 1}),
    "Plane": (Plane, {"frame": FRAME, "price": "macs", "law": (1.0, 2.0), "front": FRAME}),
    "Growth": (Growth, {"frame": FRAME, "along": "alpha", "columns": ["macs"], "marked": 1}),
    "Families": (
        Families,
        {"frame": FRAME, "prices": ["macs"], "value": "top1", "laws": {"v2": (1.0, 2.0)}},
    ),
    "EqualCost": (EqualCost, {"grid": FRAME, "published": FRAME}),
    "Contemporaries": (Contemporaries, {"frame": contemporaries("v2-4")}),
    "Candidates": (
        Candidates,
        {"candidates": REACHED, "price": "macs", "refused": REACHED, "ties": None, "limit": 1e8},
    ),
    "Funnel": (Funnel, {"funnel": FUNNEL}),
    "Stages": (Stages, {"frame": STAGES}),
    "Arena": (Arena, {"design": DESIGN, "bits": 8, "limit": 2**18, "ceiling": None}),
    "LayerBars": (LayerBars, {"table": TABLE}),
    "Diagram": (Diagram().show, {"design": DESIGN, "part": "network"}),
    "mosaic": (
        mosaics.Maps(200, 120).show,
        {"panels": [mosaics.Mosaic("a", MAP)], "by": "mean", "scale": "layer"},
    ),
    "mosaic of": (
        lambda values: mosaics.Maps(200, 120).show([mosaics.Mosaic("a", values)]),
        {"values": MAP},
    ),
    "histogram drawn": (mosaics.Histogram().show, {"name": "a", "values": MAP}),
    "kernels": (
        mosaics.Kernels().show,
        {"names": ("a", "b"), "first": np.ones((3, 3, 3, 8)), "depthwise": np.ones((3, 3, 8, 1))},
    ),
}


@st.composite
def wild_arguments(draw, arguments):
    """The arguments with one or all of them exchanged for something wild."""
    names = list(arguments)
    changed = names if draw(st.booleans()) else [draw(st.sampled_from(names))]
    return arguments | {name: draw(WILD) for name in changed}


def answered(function, arguments):
    """The call comes back, or raises one sentence."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", message=".*is far beyond any network")
        try:
            function(**arguments)
        except ValueError as error:
            assert type(error) is ValueError
            message = str(error)
            assert len(message.splitlines()) == 1 and len(message) <= 400, message
            assert "accepted: " in message or "too small for" in message, message


@pytest.mark.parametrize("name", CALLS)
def test_right_or_one_sentence(name):
    function, arguments = CALLS[name]
    function(**arguments)

    @settings(max_examples=75)
    @given(wild_arguments(arguments))
    def call(wild):
        answered(function, wild)

    call()


@pytest.mark.parametrize("name", DRAWN)
def test_right_or_one_sentence_where_it_is_drawn(name):
    function, arguments = DRAWN[name]
    function(**arguments)

    @settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
    @given(wild_arguments(arguments))
    def call(wild):
        answered(function, wild)

    call()


FOUND = [  # by more examples than there is time for in every run
    ("total", "layers", np.array(1.0)),
    ("MACS", "layers", np.array(1.0)),
    ("FeatureMap", "height", np.array([None])),
    ("FeatureMap", "height", np.array([True])),
    ("png", "scale", np.int8(6)),  # eight bits times 96 dots an inch
    ("png", "scale", 1e-300),
    ("Growth", "marked", np.array([])),
    ("Growth", "along", "expansion"),
    ("Families", "value", np.array([])),
    ("Families", "laws", 1),
    ("mosaic of", "values", 1e300),
    ("curves", "resolution", np.array([])),
    ("channel_order", "values", trace(DESIGN)),
    ("kernels", "first", 0),
]


@pytest.mark.parametrize(("call", "name", "value"), FOUND)
def test_what_was_found(call, name, value):
    function, arguments = (CALLS | DRAWN)[call]
    answered(function, arguments | {name: value})


@given(st.dictionaries(st.text(max_size=8), WILD, min_size=1, max_size=2))
def test_arguments_that_do_not_exist(unknown):
    """As Python has it, a `TypeError`; of one line."""
    own = set(inspect.signature(Design).parameters) | {"expansion", "self"}
    if not own & set(unknown):
        for call in (Design, sweep):
            with pytest.raises(TypeError) as caught:
                call("v2", **unknown)
            assert len(str(caught.value).splitlines()) == 1


PUBLIC = {
    *lab.__all__,
    *(f"published.{name}" for name in published.__all__),
}


def test_every_public_function_is_asked():
    asked = {function for function, _ in (CALLS | DRAWN).values()}
    exempt = {"Cost", "build", "can_build", "network", "published", "published.SERIES"}
    exempt |= {f"published.{name}" for name in ("accuracy", "accuracies", "tables")}  # take nothing
    exempt |= {"compare"}  # asked by name of two designs
    for name in PUBLIC - exempt:
        owner, _, own = name.rpartition(".")
        public = getattr(published if owner else lab, own or name)
        assert inspect.ismodule(public) or public in asked, name
    assert {frames.price, frames.pareto, frames.log_law} <= asked
