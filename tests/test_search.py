"""The review of a budget: what the search finds is what designs say of themselves, one by one."""

import itertools
from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mobilenet_lab import Budget, Design, cost, predict, review, trace
from mobilenet_lab.costs import arena, files, many
from mobilenet_lab.costs.latency_model import LatencyModel
from mobilenet_lab.costs.work import by_kind
from mobilenet_lab.training.measured import measured

ALPHAS = (0.3, 0.5, 0.501, 0.35, 0.37, 1.0, 1.003, 1.4)  # some round to the same widths
SIZES, STEPS = (96, 129, 160, 224), (1, 3, 6)
PRICES = ("macs", "params", "ram", "flash", "ms")
LATENCY = LatencyModel(
    {"call": 1.0, "pointwise_macs": 1e-7, "depthwise_macs": 9e-7, "kernels": 1e-6}, (0.0,)
)


@cache
def one(design, bits, runtime):
    """The prices of a design and its accuracy, each by the function of one design."""
    own = cost(design)
    ms = float(LATENCY.milliseconds(by_kind(trace(design))))
    ram, flash = arena.ram(design, bits, runtime), files.flash(design, bits)
    return dict(zip(PRICES, (own.macs, own.params, ram, flash, ms), strict=True)), predict(design)


@cache
def network(design):
    """What the design computes, whatever its α is called."""
    return design.family, trace(design)


def by_hand(budget, families, alphas, sizes, steps):
    """What a review should find: networks that fit, best first; refused ones; counts by limit."""
    meant = {}
    for family in families:
        for alpha, size, step in itertools.product(
            alphas, sizes, steps if family == "v2" else [None]
        ):
            design = Design(family, alpha, resolution=size, expansion=step)
            meant.setdefault(network(design), []).append(design)
    fits, refused = [], []
    counts = {name: [0, 0] for name in budget.limits}
    for designs in meant.values():
        chosen = min(designs, key=rank)
        prices, reached = one(chosen, budget.bits, budget.runtime)
        over = [name for name, most in budget.limits.items() if prices[name] > most]
        for name in over[:1]:
            counts[name][0] += len(designs)
            counts[name][1] += len(designs) * (len(over) == 1)
        excess = max(prices[name] / most - 1 for name, most in budget.limits.items())
        (refused if over else fits).append((chosen, len(designs) - 1, prices, reached, excess))
    return fits, refused, counts


def rank(design):
    """A published α stands for all that give its network, else one that a slider has."""
    published = {"v1": (0.25, 0.5, 0.75, 1.0), "v2": (0.35, 0.5, 0.75, 1.0, 1.3, 1.4)}
    slider = abs(design.alpha / 0.05 - round(design.alpha / 0.05)) < 1e-9
    return 0 if design.alpha in published[design.family] else 1 if slider else 2


@st.composite
def questions(draw):
    """A budget whose limits are about what designs of a small grid cost, and the grid."""
    families = draw(st.sampled_from([["v1"], ["v2"], ["v1", "v2"], ["v2", "v1"]]))
    alphas = draw(st.lists(st.sampled_from(ALPHAS), min_size=1, max_size=5))
    sizes = draw(st.lists(st.sampled_from(SIZES), min_size=1, max_size=3))
    steps = (
        draw(st.lists(st.sampled_from(STEPS), min_size=1, max_size=2)) if "v2" in families else None
    )
    bits, runtime = draw(st.sampled_from([8, 16, 32])), draw(st.sampled_from(arena.RUNTIMES))
    names = draw(st.lists(st.sampled_from(PRICES), min_size=1, unique=True))
    step = steps[0] if families[-1] == "v2" else None
    near = Design(families[-1], alphas[0], resolution=sizes[-1], expansion=step)
    prices, _ = one(near, bits, runtime)
    limits = {name: prices[name] * draw(st.sampled_from([0.5, 0.9, 1, 1.1, 2])) for name in names}
    return Budget(**limits, bits=bits, runtime=runtime), families, alphas, sizes, steps


@settings(max_examples=15)
@given(questions(), st.sampled_from([1, 3, 200]), st.sampled_from([5, 10**6]))
def test_a_review_is_what_each_design_says(question, most, chunk):
    budget, families, alphas, sizes, steps = question
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(many, "CHUNK", chunk)
        found = review(
            *(budget, families),
            **{"alpha": alphas, "resolution": sizes, "expansion": steps},
            **{"latency": LATENCY, "most": most},
        )
    fits, refused, counts = by_hand(*question)
    each = [len(alphas) * len(sizes) * (len(steps) if one == "v2" else 1) for one in families]
    assert found.searched == len(found.grid) == sum(each)
    assert found.networks == len(fits) + len(refused)
    assert found.fits == sum(1 + same for _, same, *_ in fits)
    agree(found.candidates, sorted(fits, key=worth)[:most], found)
    check_refused(found, sorted(refused, key=lambda row: row[-1]), most)
    check_front(found, fits)
    left = found.searched
    for row in found.funnel.itertuples():
        left -= row.refused
        assert (row.refused, row.alone) == tuple(counts[row.limit])
        assert row.left == left and row.most == budget.limits[row.limit]
    assert list(found.funnel["limit"]) == list(budget.limits) and left == found.fits
    assert found.best == (sorted(fits, key=worth)[0][0] if fits else None)
    assert str(found) == found.sentence and "\n" not in found.sentence


def worth(row):
    """The place of a network among those that fit: the most accurate first, unknown ones last."""
    _, _, prices, reached, _ = row
    return (np.inf if reached.basis == "unknown" else -reached.top1), prices["macs"]


def agree(table, rows, found):
    """Does a table hold these networks, in this order?"""
    assert len(table) == len(rows) and list(table.index) == list(range(len(rows)))
    for row, (design, same, prices, reached, _) in zip(table.to_dict("records"), rows, strict=True):
        known = reached.basis in ("published", "predicted")
        own = {name: row[name] for name in ("macs", "params", "ram", "flash", "same")}
        assert own == {name: prices[name] for name in PRICES[:4]} | {"same": same}
        assert (row["family"], row["alpha"], row["resolution"]) == (
            *(design.family, design.alpha),
            design.resolution,
        )
        assert (
            pd.isna(row["expansion"])
            if design.family == "v1"
            else (row["expansion"] == design.expansion)
        )
        assert row["ms"] == pytest.approx(prices["ms"])
        assert row["basis"] == (reached.basis if known else "unknown")
        expected = (reached.top1, reached.low, reached.high) if known else 3 * (np.nan,)
        assert (row["top1"], row["low"], row["high"]) == pytest.approx(expected, nan_ok=True)


def check_refused(found, rows, most):
    """Are the nearest refused networks there, each with its limit, and all published ones?"""
    published = [row for row in rows[most:] if row[3].basis == "published"]
    agree(found.refused, rows[:most] + published, found)
    for row, (*_, prices, _, excess) in zip(
        found.refused.itertuples(), rows[:most] + published, strict=True
    ):
        assert row.excess == pytest.approx(excess) and row.excess > 0
        assert prices[row.limit] / found.budget.limits[row.limit] - 1 == pytest.approx(excess)


def check_front(found, fits):
    """Does the front hold exactly what no other network beats?"""
    names = list(found.budget.limits)
    points = {
        (*(prices[name] for name in names), -reached.top1): None
        for _, _, prices, reached, _ in fits
        if reached.basis in ("published", "predicted")
    }
    front = {
        point
        for point in points
        if not any(
            other != point and all(a <= b for a, b in zip(other, point, strict=True))
            for other in points
        )
    }
    table = found.front.assign(worth=-found.front["top1"])[[*names, "worth"]]
    assert len(table) == len(front)
    assert np.array(sorted(table.itertuples(index=False, name=None))).reshape(
        -1, len(names) + 1
    ) == pytest.approx(np.array(sorted(front)).reshape(-1, len(names) + 1))
    shown = found.candidates[found.candidates["on_front"]]
    keys = ["family", "alpha", "resolution", "expansion"]
    assert set(map(str, shown[keys].to_numpy())) <= set(map(str, found.front[keys].to_numpy()))


# The cases that were measured before the search was written


def test_a_phone_of_150_million_macs():
    found = review(Budget(macs="150M"), resolution=range(96, 225, 32))
    assert found.best == Design("v2", 0.95, resolution=160)
    best = found.candidates.iloc[0]
    assert best["macs"] == 145_800_000 and f"{best['top1']:.1f}" == "68.4"
    assert f"{best['high'] - best['top1']:.1f}" == "1.2"
    near = found.refused[found.refused["basis"] == "published"].iloc[:2]
    assert near["macs"].tolist() == [153_941_888, 154_083_200]
    assert near["top1"].tolist() == [68.7, 68.8]
    assert "153.9 M MACs, 2.6 % over the limit" in found.sentence
    assert "154.1 M MACs, 2.7 % over the limit" in found.sentence
    assert found.ties["low"].gt(0).all() and found.ties.index[0] == 0
    assert (found.ties["high"] >= best["low"]).all()
    assert (found.candidates.drop(found.ties.index)["high"].dropna() < best["low"]).all()
    assert f"{len(found.ties) - 1} more cannot be told from it" in found.sentence


def test_the_winner_on_a_microcontroller_depends_on_the_runtime():
    best = {}
    for runtime in ("live", "tflm"):
        budget = Budget(ram="256KiB", flash="1MiB", runtime=runtime)
        found = review(budget, resolution=range(96, 225, 32), classes=2)
        best[runtime] = found.best
        assert found.candidates["basis"].iloc[0] == "ranking"
        assert "for ImageNet, as a ranking" in found.sentence
    assert best == {
        "live": Design("v2", 0.5, resolution=128, classes=2),
        "tflm": Design("v1", 0.5, resolution=128, classes=2),
    }


def test_nothing_fits():
    found = review(Budget(ram="64 KiB", macs="10M", runtime="tflm"))
    assert found.best is None and found.fits == 0 and not len(found.ties)
    assert list(found.candidates) == list(review(Budget(macs="1G"), alpha=1).candidates)
    nearest = found.refused.iloc[0]
    assert nearest["limit"] == "ram" and nearest["excess"] == nearest["ram"] / 2**16 - 1
    assert "None of 310 designs fits" in found.sentence and "over the limit" in found.sentence
    assert str(found.designs("refused")[0]) in found.sentence
    assert found.designs() == []


def test_unknown_accuracy_comes_last_and_says_so():
    found = review(Budget(macs="1G"), "v2", alpha=0.5, resolution=[96, 128], expansion=[2, 6, 4])
    assert found.candidates["expansion"].tolist() == [6, 6, 2, 4, 2, 4]
    assert found.candidates["basis"].tolist() == 2 * ["published"] + 4 * ["unknown"]
    found = review(Budget(macs="1G"), "v2", alpha=0.5, resolution=96, expansion=[3, 2])
    assert found.best == Design("v2", 0.5, resolution=96, expansion=2)
    assert "unknown" in found.sentence and not len(found.ties) and not len(found.front)


def test_a_measured_run_is_told_where_nothing_is_predicted():
    runs = measured("letters").assign(variant="")  # as if the small networks were the published
    asked = {
        "families": "v2",
        "alpha": 0.5,
        "resolution": 32,
        "expansion": [1, 3, 6],
        "classes": 26,
    }
    whole = review(Budget(macs="1G"), **asked, store=runs)
    assert not len(whole.ties) and "what they would reach is unknown" in whole.sentence
    found = whole.candidates.set_index("expansion")
    assert found["basis"].to_dict() == {1: "measured", 3: "unknown", 6: "measured"}
    own = predict(Design("v2", 0.5, resolution=32, expansion=6, classes=26), runs)
    assert tuple(found.loc[6, ["top1", "low", "high"]]) == (own.top1, own.low, own.high)
    assert list(review(Budget(macs="1G"), **asked).candidates["basis"]) == 3 * ["unknown"]


def test_a_store_is_looked_at_before_it_is_needed():
    for ask in (lambda: predict(Design("v1"), 3), lambda: review(Budget(macs="1G"), store=3)):
        with pytest.raises(
            ValueError, match="^store=3 is not possible; accepted: a folder of runs"
        ):
            ask()


def test_milliseconds_need_a_model():
    with pytest.raises(ValueError, match="^latency=None .* a LatencyModel fitted"):
        review(Budget(ms=10))
    with pytest.raises(ValueError, match="^latency=5 is not possible; accepted: a LatencyModel"):
        review(Budget(ms=10), latency=5)


def test_ties_are_counted_only_as_far_as_candidates_are_kept():
    few, all_of_them = (review(Budget(macs="150M"), most=most) for most in (5, 200))
    assert len(all_of_them.ties) > 5 and len(few.ties) == 5
    assert f"; {len(all_of_them.ties) - 1} more cannot" in all_of_them.sentence
    assert "; at least 4 more cannot be told from it" in few.sentence
    alone = review(Budget(macs="1G"), "v2", alpha=[1, 1.0001, 1.0002, 0.95], resolution=[224])
    assert len(alone.ties) == len(alone.candidates) < alone.fits == 4
    assert "; 1 more cannot be told from it" in alone.sentence


def test_equal_networks_are_listed_once():
    alphas = np.linspace(0.9, 1.1, 401)
    found = review(Budget(macs="1G"), "v2", alpha=alphas, resolution=[224, 224])
    assert found.searched == 802 and found.networks < 60
    assert found.candidates["same"].sum() + len(found.candidates) == 802
    assert (1.0 in found.candidates["alpha"].tolist()) and found.fits == 802
    traces = {trace(design) for design in found.designs()}
    assert len(traces) == found.networks == len(found.candidates)


def test_a_bar_where_it_is_wanted(capsys):
    review(Budget(macs="1G"), "v1", progress=True)
    assert "112/112" in capsys.readouterr().err
    review(Budget(macs="1G"), "v1", progress=False)
    assert not capsys.readouterr().err
