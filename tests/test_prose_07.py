"""What notebook 07 says about the measured runs, looked up in the runs."""

import pytest

from mobilenet_lab.published.released import checkpoints
from mobilenet_lab.training.compare import means, pairs, verdict
from mobilenet_lab.training.measured import BASE, measured

FIGURE_6 = ("relu6 bottleneck", "no shortcut", "shortcut between expansions")


@pytest.fixture(scope="module")
def runs():
    return measured()


@pytest.fixture(scope="module")
def table(runs):
    """The mean accuracy by family, α, resolution, t and variant."""
    names = ["family", "alpha", "resolution", "expansion", "variant"]
    rows = means(runs).astype({"expansion": "object"}).fillna({"expansion": 0})
    return rows.set_index(names).sort_index()


def at(table, family, alpha=0.5, resolution=32, t=6, variant="small", column="accuracy"):
    return table[column][family, alpha, resolution, t if family == "v2" else 0, variant]


@pytest.mark.parametrize("family", ["v1", "v2"])
def test_more_is_better_and_less_and_less_so(table, family):
    narrow, half, wide = (at(table, family, alpha) for alpha in (0.25, 0.5, 1.0))
    assert half - narrow > wide - half > 0


def test_the_gain_of_the_expansion_comes_between_2_and_6(runs, table):
    one, two, six, eight = (at(table, "v2", t=t) for t in (1, 2, 6, 8))
    own = runs[(runs.family == "v2") & (runs.alpha == 0.5) & (runs.resolution == 32)]
    own = own[own.variant == "small"]
    assert abs(verdict(pairs(own, "expansion", 1, 2).gain)["times"]) < 1
    assert verdict(pairs(own, "expansion", 2, 6).gain)["times"] > 3
    assert six - two > 4 and abs(two - one) < 1 and 0 < eight - six < 1


def test_narrow_networks_are_a_gamble(table):
    spans = [
        at(table, "v1", alpha, column="high") - at(table, "v1", alpha, column="low")
        for alpha in (0.25, 1.0)
    ]
    assert round(spans[0]) == 16 and spans[1] < 1


@pytest.mark.parametrize("family", ["v1", "v2"])
def test_nothing_costs_as_much_as_pixels(table, family):
    base, small = at(table, family), at(table, family, resolution=16)
    assert base - small > 20
    fewer = at(table, family, resolution=16, column="macs")
    assert fewer < at(table, family, 0.25, column="macs")


def test_v2_is_ahead_at_every_width_with_fewer_macs(runs, table):
    for alpha in (0.25, 0.5, 1.0):
        assert at(table, "v2", alpha) > at(table, "v1", alpha)
        assert at(table, "v2", alpha, column="macs") < at(table, "v1", alpha, column="macs")
    for family in ("v1", "v2"):
        assert round(at(table, family, 0.25, column="macs") / 1e6, 1) in (1.4, 1.5)


def test_patches_gain_less_and_less_surely(runs):
    tried = measured("patches")
    own, wide = (each[each.family == "v2"] for each in (tried, runs))
    wide = wide[(wide.resolution == 32) & (wide.expansion == 6) & (wide.variant == "small")]
    on_patches, on_letters = (verdict(pairs(each, "alpha", 0.25, 1.0).gain) for each in (own, wide))
    assert round(on_patches["times"]) == 4 and round(on_letters["times"]) == 10
    assert on_patches["mean"] < on_letters["mean"]


def test_figure_6(runs):
    base = runs[(runs.family == "v2") & (runs.expansion == 6) & (runs.alpha == BASE["alpha"])]
    base = base[base.resolution == BASE["resolution"]]
    gains = {name: pairs(base, "variant", "small", f"small, {name}").gain for name in FIGURE_6}
    found = {name: verdict(gain) for name, gain in gains.items()}
    relu, none, between = FIGURE_6
    assert (gains[relu] < 0).all() and found[relu]["times"] < -3
    assert -5 < found[relu]["mean"] < -4
    assert (gains[none] < 0).all() and -2 < found[none]["times"] < 0
    assert abs(found[between]["times"]) < 2


def test_on_imagenet_width_and_pixels_cost_about_the_same():
    points = checkpoints().query("family == 'v2'").set_index(["alpha", "resolution"]).top1
    assert points[1.0, 96] == points[0.35, 224]
