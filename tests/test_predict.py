"""What a design would reach: each basis with its numbers and reason, each refusal in a sentence."""

import dataclasses
import json

import pandas as pd
import pytest
from toy_family import TOY

import mobilenet_lab as lab
from mobilenet_lab import Design, published
from mobilenet_lab.networks import families
from mobilenet_lab.published import predicted
from mobilenet_lab.training import results
from mobilenet_lab.training.measured import measured
from mobilenet_lab.training.store import Store

NUMBERS = ("top1", "low", "high")


def numbers(prediction):
    return tuple(getattr(prediction, name) for name in NUMBERS)


def is_a_sentence(text):
    return text and len(text.splitlines()) == 1 and not text.endswith(".") and ". " not in text


def test_a_published_network_has_the_number_of_its_checkpoint():
    rows = published.accuracy().query("series == 'checkpoint' and number_format == 'float32'")
    for row in rows.itertuples():
        found = lab.predict(Design(row.family, row.alpha, resolution=row.resolution))
        assert (found.basis, found.top1) == ("published", row.top1)
        assert found.low < found.top1 < found.high


def test_the_papers_say_how_far_apart_two_trainings_are():
    both = lab.published.accuracy().query("number_format == 'float32'")
    table = both.pivot_table("top1", ["family", "alpha", "resolution"], "series")
    gap = (table.paper - table.checkpoint).dropna()
    words = f"{len(gap)} checkpoints by {gap.min():+.1f} to {gap.max():+.1f} points"
    assert words in lab.predict(Design("v1")).reason


@pytest.mark.parametrize(
    "design", [Design("v2", 0.95, resolution=160), Design("v1", 0.6, resolution=150)], ids=str
)
def test_a_predicted_one_has_the_numbers_of_the_bulk_and_the_errors_of_the_model(design):
    found = lab.predict(design)
    assert found.basis == "predicted"
    bulk = predicted.many(design.family, design.alpha, design.resolution)
    assert numbers(found) == tuple(map(float, bulk))
    errors = predicted.errors().query("family == @design.family").set_index("left_out")
    for way in ("one network", predicted.INTERVAL):
        for name in ("mean", "worst"):
            assert f"{errors.loc[way, name]:.2f}" in str(found)
    assert f"top-1 {found.top1:.1f} % ({found.low:.1f} to {found.high:.1f}), predicted" in str(
        found
    )


def test_the_phone_of_the_review():
    """At most 150 M MACs: the best that was found is no better than two that are published."""
    found = lab.predict(Design("v2", 0.95, resolution=160))
    assert (
        round(found.top1, 1) == 68.4 and lab.cost(Design("v2", 0.95, resolution=160)).macs < 150e6
    )
    assert found.low < lab.predict(Design("v2", 0.75, resolution=192)).top1 < found.high


@pytest.mark.parametrize(
    ("design", "words"),
    [
        (Design("v2", 1.2, resolution=192), ["no checkpoint of v2 has α 1.2 or more at 192 px"]),
        (Design("v2", 0.6, resolution=96), ["below 128 px there are only 4 checkpoints"]),
        (Design("v2", 1.1, resolution=100), ["extrapolated", "below 128 px"]),
        (Design("v2", 1.2), []),
        (Design("v2", 0.6, resolution=128), []),
        (Design("v1", 0.6, resolution=128), []),
    ],
    ids=str,
)
def test_where_there_is_less_data_it_says_so(design, words):
    found = lab.predict(design)
    assert found.basis == "predicted" and all(word in found.reason for word in words)
    flags = ("extrapolated", "there are only")
    assert sum(flag in found.reason for flag in flags) == len(words)


@pytest.mark.parametrize(
    ("design", "words"),
    [
        (Design("v1", 1.25), "α 1.25 is outside 0.25 to 1"),
        (Design("v1", 0.2), "α 0.2 is outside 0.25 to 1"),
        (Design("v1", resolution=96), "96 px is outside 128 to 224 px"),
        (Design("v1", resolution=256), "256 px is outside 128 to 224 px"),
        (Design("v2", 0.3), "α 0.3 is outside 0.35 to 1.4"),
        (Design("v2", 1.41), "α 1.41 is outside 0.35 to 1.4"),
        (Design("v2", resolution=95), "95 px is outside 96 to 224 px"),
        (Design("v2", 2, resolution=300), "α 2 is outside 0.35 to 1.4 and 300 px is outside"),
        (Design("v2", expansion=3), "t 3 would reach; notebook 07 measures t on small data"),
        (Design("v2", expansion=3, classes=2), "t 3"),
        (Design("v1", dialect="listing"), "the listing dialect"),
        (Design("v2", dialect="listing"), "the listing dialect"),
        (Design("v1", 0.5, resolution=144, dialect="keras"), "the keras dialect"),  # odd maps
        (Design("v2", 0.56, dialect="keras"), "the keras dialect"),
        (Design("v2", variant="no shortcut"), "'no shortcut' is another network"),
        (Design("v1", variant="small", resolution=224), "'small' is another network"),
    ],
    ids=repr,
)
def test_what_is_unknown_and_why(design, words):
    found = lab.predict(design)
    assert (found.basis, *numbers(found)) == ("unknown", None, None, None)
    assert words in found.reason and is_a_sentence(found.reason)
    assert str(found) == f"unknown: {found.reason}"


@pytest.mark.parametrize("design", [Design("v1", 0.5), Design("v2", 0.6, resolution=160)], ids=str)
def test_keras_own_network_reaches_what_the_same_of_the_papers_does(design):
    assert lab.predict(design.replace(dialect="keras")) == lab.predict(design)


def test_a_family_without_checkpoints_is_unknown(monkeypatch):
    monkeypatch.setitem(families.FAMILIES, TOY.key, TOY)
    found = lab.predict(Design("toy"))
    assert found.basis == "unknown" and f"no checkpoint of {TOY.title}" in found.reason


@pytest.mark.parametrize("body", [Design("v1", 0.5), Design("v2", 0.6, resolution=160)], ids=str)
def test_with_other_classes_it_is_a_ranking(body):
    found = lab.predict(body.replace(classes=2))
    assert found.basis == "predicted" and found.reason.startswith("ranking only")
    assert "1000 classes" in found.reason and "on 2 others is not known" in found.reason
    assert numbers(found) == numbers(lab.predict(body))


def test_every_answer_is_one_sentence():
    for design in (Design("v1"), Design("v2", 1.2, resolution=100), Design("v2", classes=2)):
        assert is_a_sentence(str(lab.predict(design)).replace("top-1 ", ""))


def test_it_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        lab.predict(Design("v1")).top1 = 99


# --- measured ---


def test_what_comes_with_the_lab_is_measured_and_never_imagenet():
    for (alpha, t), rows in measured().groupby(["alpha", "expansion"]):
        rows = rows[(rows.variant == "small") & (rows.resolution == 32)]
        design = Design("v2", alpha, variant="small", expansion=int(t), classes=26)
        found = lab.predict(design)
        percent = 100 * rows.accuracy
        assert numbers(found) == pytest.approx((percent.mean(), percent.min(), percent.max()))
        assert found.basis == "measured" and "5 seeds" in found.reason
        assert "letters (26 classes)" in found.reason and "says nothing about ImageNet" in str(
            found
        )


def test_the_very_design_is_looked_for_and_no_other():
    design = Design("v2", 0.5, variant="small", classes=26)
    assert lab.predict(design).basis == "measured"
    for changes in ({"classes": 25}, {"alpha": 0.6}, {"expansion": 3}, {"resolution": 40}):
        assert lab.predict(design.replace(**changes)).basis == "unknown"


@pytest.fixture
def stored(tmp_path):
    """`stored(design, accuracies, ...)`: a folder with a run of the design for each accuracy."""
    like = json.loads(measured().iloc[0].drop("source").to_json())

    def write(design, accuracies, **more):
        for seed, accuracy in enumerate(accuracies):
            number = len(list(tmp_path.glob("*.json")))
            own = {"variant": ""} | design.values() | {"key": f"{number:032x}", "seed": seed}
            Store(tmp_path).write(like | own | {"accuracy": accuracy, "data": "birds"} | more)
        return tmp_path

    return write


def test_a_store_answers_what_is_unknown(stored):
    design = Design("v2", 0.5, expansion=3, resolution=64, classes=5)
    folder = stored(design, [0.5, 0.625, 0.75])
    for store in (folder, str(folder), results(folder)):
        found = lab.predict(design, store)
        assert (found.basis, *numbers(found)) == ("measured", 62.5, 50.0, 75.0)
        assert "birds (5 classes)" in found.reason and "3 seeds" in found.reason
    assert lab.predict(design).basis == "unknown"
    assert lab.predict(design.replace(expansion=4), folder).basis == "unknown"


def test_a_store_answers_for_other_classes_too(stored):
    design = Design("v1", 0.5, resolution=128, classes=2)
    found = lab.predict(design, stored(design, [0.875]))
    assert (found.basis, *numbers(found)) == ("measured", 87.5, 87.5, 87.5)
    assert "a single seed" in found.reason


def test_what_is_measured_on_a_thousand_classes_is_not_taken_for_imagenet(stored):
    design = Design("v1", 0.6, resolution=128)
    assert lab.predict(design, stored(design, [0.125])) == lab.predict(design)


def test_of_several_trainings_the_one_with_most_seeds_counts(stored):
    design = Design("v2", 0.5, expansion=3, resolution=64, classes=5)
    stored(design, [0.25, 0.5], epochs=4)
    stored(design, [0.5, 0.5, 0.75], epochs=8)
    found = lab.predict(design, stored(design, [1.0], epochs=9))
    assert "for 8 epochs" in found.reason and found.high == 75.0


def test_own_runs_come_before_those_of_the_lab(stored):
    design = Design("v2", 0.5, variant="small", classes=26)
    assert lab.predict(design, stored(design, [0.125])).top1 == 12.5


@pytest.mark.parametrize(
    "store", [0, b"runs", "", "a\0b", "x" * 9999, pd.DataFrame({"family": ["v2"]})], ids=repr
)
def test_a_store_that_is_none(refused, store):
    refused(lambda: lab.predict(Design("v2", expansion=3), store))


def test_an_empty_store_knows_nothing(tmp_path):
    assert lab.predict(Design("v2", expansion=3), tmp_path / "none").basis == "unknown"
    assert lab.predict(Design("v2", expansion=3), results(tmp_path)).basis == "unknown"


@pytest.mark.parametrize("design", [None, "v2", Design, {"family": "v2"}], ids=repr)
def test_what_is_no_design(refused, design):
    refused(lambda: lab.predict(design), "Design")
