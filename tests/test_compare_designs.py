"""Designs side by side: the numbers are those of the lab's own functions, the words follow them."""

import io

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mobilenet_lab import Design, compare, cost, memory, predict
from mobilenet_lab.costs.files import flash
from mobilenet_lab.plots.stages import Stages
from mobilenet_lab.published.released import phone_model, phone_times

V1, V2 = Design("v1"), Design("v2")
SMALL = Design("v2", 0.35, resolution=96)
DESIGNS = st.builds(
    Design,
    st.sampled_from(["v1", "v2"]),
    st.sampled_from([0.35, 0.5, 0.75, 1.0]),
    resolution=st.sampled_from([96, 128, 160, 224]),
)


def counts(comparison):
    """The counts of each design, by its name."""
    return {one.name: comparison.counts[one.name] for one in comparison.sides}


@pytest.mark.parametrize("bits", [8, 16, 32])
@pytest.mark.parametrize("runtime", ["live", "in-place", "tflm"])
def test_counts_are_those_of_the_lab(bits, runtime):
    found = compare(V1, SMALL, bits=bits, runtime=runtime)
    for design, own in zip((V1, SMALL), counts(found).values(), strict=True):
        planned, reached = memory(design, bits, runtime), predict(design)
        assert (own["macs"], own["params"]) == (cost(design).macs, cost(design).params)
        assert own["ram"] == own["peak"] + own["persistent"]
        assert (own["peak"], own["persistent"]) == (planned.peak, planned.persistent)
        assert own["flash"] == flash(design, bits)
        assert (own["top1"], own["low"], own["high"]) == (reached.top1, reached.low, reached.high)
        assert own["accuracy"] == reached.basis == "published"
    assert (found.designs, found.bits, found.runtime) == ((V1, SMALL), bits, runtime)
    bases = found.counts["basis"]
    assert bases[["macs", "peak", "flash"]].tolist() == ["computed", "computed", "predicted"]
    assert bases["ram"] == ("predicted" if runtime == "tflm" else "computed")


@settings(max_examples=10)
@given(st.lists(DESIGNS, min_size=2, max_size=6, unique=True))
def test_stages_add_up_to_the_design(designs):
    found = compare(*designs)
    for design, (_, rows) in zip(designs, found.stages.groupby("design", sort=False), strict=True):
        assert rows["macs"].sum() == cost(design).macs
        assert rows["params"].sum() == cost(design).params
        assert rows["held_bytes"].max() == cost(design).peak_bytes(8)


def test_live_tensors_of_float16_weights_are_float32():
    peak = compare(V1, V2, bits=16, runtime="live").stages["held_bytes"].max()
    assert peak == 4 * cost(V2).peak_activations == memory(V2, 16, "live").peak


def test_the_difference_in_words():
    words = compare(V1, V2).words
    assert words[0].startswith(
        "Against MobileNet v1, α 1, 224 px, MobileNet v2, α 1, 224 px, t 6 takes 47 % fewer MACs "
        "(301 M against 569 M), 17 % fewer parameters (3.54 M against 4.25 M)"
    )
    assert words[1].startswith("Their accuracies cannot be told apart: the intervals overlap")
    assert "71.8 %" in words[1] and "70.9 %" in words[1]


@settings(max_examples=10)
@given(st.lists(DESIGNS, min_size=2, max_size=2, unique=True))
def test_what_is_more_one_way_is_less_the_other_way(pair):
    there, back = compare(*pair).words[0], compare(*reversed(pair)).words[0]
    for one, other in ((there, back), (back, there)):
        less = one.count("fewer") + one.count("less")
        assert less == other.count("more") + other.count("times the")
        assert one.count("same") == other.count("same")


def test_accuracies_that_are_apart():
    words = compare(Design("v1", 0.25, resolution=128), Design("v2", 1.4)).words[1]
    gap = predict(Design("v2", 1.4)).top1 - predict(Design("v1", 0.25, resolution=128)).top1
    assert f"is more accurate by {gap:.1f} points, and the intervals do not overlap" in words


def test_an_unknown_accuracy_has_its_reason():
    other = Design("v2", expansion=4)
    found = compare(V2, other)
    assert predict(other).reason in found.words[1] and "is unknown" in found.words[1]
    assert found.counts[str(other)]["top1"] is None


def test_what_costs_more_in_all_and_is_no_better():
    wide, worse = Design("v1", 0.5, resolution=160), Design("v1", 0.5, resolution=161)
    assert any(one.startswith(f"No count speaks for {worse}") for one in compare(wide, worse).words)
    assert not any(one.startswith("No count speaks") for one in compare(V1, SMALL).words)


def test_classes_are_named_where_they_differ_and_rank_only():
    found = compare(V1, V1.replace(classes=2))
    assert [one.name for one in found.sides] == [f"{V1}, 1000 classes", f"{V1}, 2 classes"]
    assert found.words[-1].endswith("do not say what these reach on 2 classes.")
    assert "rank" not in " ".join(compare(V1, V2).words)


def test_measured_times():
    rows = [{"family": "v1", "alpha": 1.0, "resolution": 224, "ms": ms} for ms in (3, 9, 4)]
    found = compare(V1, V2, times=pd.DataFrame(rows))
    assert found.counts.loc["ms", [str(V1), str(V2), "basis"]].tolist() == [4.0, None, "measured"]
    assert "time" not in found.words[0]
    with pytest.raises(ValueError, match="the column threads with='1, 2'"):
        compare(V1, V2, times=pd.DataFrame(rows[:2]).assign(threads=[1, 2]))


def test_measured_times_are_those_of_the_very_design():
    """Also from a file, which stores no empty text; what a frame leaves out is usual."""
    own = {"family": "v2", "alpha": 1.0, "resolution": 224, "busy": False}
    rows = [own | {"ms": 4.0, "variant": ""}, own | {"ms": 9.0, "variant": "half"}]
    stored = io.StringIO(pd.DataFrame(rows).to_csv(index=False))
    for times in (pd.DataFrame(rows), pd.read_csv(stored)):
        found = compare(V2, V2.replace(classes=2), V2.replace(expansion=3), times=times)
        assert found.counts.loc["ms"].tolist()[:3] == [4.0, None, None]
    busy = compare(V1, V2, times=pd.DataFrame(rows).assign(busy=[False, True]))
    assert busy.labels["ms"].source == "measured here, some while the machine was busy"
    with pytest.raises(ValueError, match="the column='family' is not possible"):
        compare(V1, V2, times=pd.DataFrame({"ms": [1.0, 2.0]}))


def test_predicted_times():
    found, phone = compare(V1, V2, times=phone_model()), phone_times().set_index("family")
    assert found.counts.loc["ms", "basis"] == "predicted"
    assert found.labels["ms"].source == str(phone_model())
    assert found.counts.loc["ms", str(V1)] == pytest.approx(phone.loc["v1", "pixel1_ms"], rel=0.2)
    assert "less time" in found.words[0]


def test_the_picture_says_where_most_is():
    found = compare(V1, V2)
    picture = Stages(found.stages)
    assert picture.words.startswith(
        "2 designs stage by stage. MobileNet v1, α 1, 224 px: most MACs"
    )
    widths = [bar.get_width() * 1e6 for bar in picture.figure.axes[0].patches]
    assert widths == pytest.approx(found.stages.query(f"design == '{V1}'")["macs"].tolist())


@pytest.mark.parametrize(
    ("designs", "options", "words"),
    [
        ((V1,), {}, "designs=1"),
        ((V1, V1), {}, "each once"),
        ([V1.replace(resolution=size) for size in range(32, 39)], {}, "designs=7"),
        ((V1, "v2"), {}, "design='v2'"),
        ((V1, V2), {"bits": 7}, "bits=7"),
        ((V1, V2), {"runtime": "onnx"}, "runtime='onnx'"),
        ((V1, V2), {"times": "times.csv"}, "times='times.csv'"),
        ((V1, V2), {"times": pd.DataFrame({"ms": [0.0]})}, "ms"),
        ((V1, Design("v2", expansion=4)), {"store": 5}, "store=5"),
    ],
)
def test_what_cannot_be_compared(designs, options, words):
    with pytest.raises(ValueError, match=words):
        compare(*designs, **options)
