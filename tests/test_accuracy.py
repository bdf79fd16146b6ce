"""The model of accuracy: by how much it misses unseen networks, and what its intervals cover."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mobilenet_lab import Design, published
from mobilenet_lab.published import predicted, scope

STRICTER = "one alpha of all families"
PINNED = {
    "v1": (0.25, 0.6),
    "v2": (0.55, 1.8),
}  # points, mean and worst for a held-out α


def row(family, way):
    rows = predicted.errors()
    return rows[(rows.family == family) & (rows.left_out == way)].iloc[0]


def test_it_is_fitted_to_every_checkpoint():
    rows = published.accuracy().query("series == 'checkpoint' and number_format == 'float32'")
    points = predicted.points()
    assert len(points) == len(rows) == 38
    assert points.family.value_counts().to_dict() == {"v1": 16, "v2": 22}
    assert sorted(points.top1) == sorted(rows.top1)


@pytest.mark.parametrize("family", PINNED)
def test_errors_of_a_held_out_alpha_are_small(family):
    mean, worst = PINNED[family]
    own = row(family, predicted.INTERVAL)
    assert own["mean"] <= mean and own["worst"] <= worst
    one = row(family, "one network")
    assert one["mean"] <= own["mean"] and one["worst"] <= own["worst"]


def by_hand(rows, family, alpha, resolution):
    """The prediction by the textbook: dummies for the second family, normal equations."""

    def terms(family, alpha, resolution):
        a, r = np.log(alpha), np.log(resolution / 224)
        second = 1.0 * (family == "v2")
        return [1, a, r, a * a, a * r, r * r, second, second * a, second * r]

    matrix = np.array([terms(one.family, one.alpha, one.resolution) for one in rows.itertuples()])
    logs = np.log(100 - rows.top1.to_numpy())
    law = np.linalg.solve(matrix.T @ matrix, matrix.T @ logs)
    return 100 - np.exp(np.dot(terms(family, alpha, resolution), law))


@pytest.mark.parametrize("way", predicted.LEFT_OUT)
def test_errors_are_those_of_fits_without_what_is_left_out(way):
    rows = predicted.points()
    columns = list(predicted.LEFT_OUT[way])
    found = predicted.missed(rows, predicted.LEFT_OUT[way])
    for at in range(0, len(rows), 5):
        one = rows.iloc[at]
        left = rows[(rows[columns] != one[columns]).any(axis=1)]
        expected = by_hand(left, one.family, one.alpha, one.resolution) - one.top1
        assert found[at] == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("way", [predicted.INTERVAL, STRICTER])
@pytest.mark.parametrize("family", PINNED)
def test_intervals_cover_alphas_that_neither_fit_nor_width_has_seen(family, way):
    """An α is predicted, and the half-width worked out, by what is left when it is taken away."""
    rows, by = predicted.points(), predicted.LEFT_OUT[way]
    errors, covered = predicted.missed(rows, by), []
    for alpha in rows.alpha[rows.family == family].unique():
        out = (rows.alpha == alpha) & ((rows.family == family) | (way == STRICTER))
        left = rows[~out]
        inner = predicted.missed(left, predicted.LEFT_OUT[predicted.INTERVAL])
        half = predicted.conformal(inner[left.family == family])
        covered += list(abs(errors[out & (rows.family == family)]) <= half)
    assert len(covered) == (rows.family == family).sum()
    assert np.mean(covered) >= 0.85


@pytest.mark.parametrize("family", PINNED)
def test_the_half_width_in_use_covers_alphas_that_no_family_has_shown(family):
    """These errors are larger than those it comes from; nor may any one α decide it."""
    rows = predicted.points()
    own = rows.family == family
    strict = abs(predicted.missed(rows, predicted.LEFT_OUT[STRICTER]))[own]
    assert np.mean(strict <= predicted.half_width(family)) >= 0.85
    errors = predicted.missed(rows, predicted.LEFT_OUT[predicted.INTERVAL])[own]
    alphas = rows.alpha[own]
    covered = [
        abs(error) <= predicted.conformal(errors[alphas != alpha])
        for error, alpha in zip(errors, alphas, strict=True)
    ]
    assert np.mean(covered) >= 0.85


@given(st.integers(1, 60), st.integers(10, 19))
def test_a_conformal_half_width_holds_its_level(number, twentieths):
    """A further error, as likely at any rank among these, is below it with at least this share."""
    half = predicted.conformal(-np.arange(1.0, number + 1), twentieths / 20)
    ranks = number + 1  # of the further error: below the least, between two, above the most
    least = -(-ranks * twentieths // 20)
    assert half == (least if least <= number else np.inf)


@pytest.mark.parametrize(("family", "half"), [("v1", 0.6), ("v2", 1.2)])
def test_half_widths(family, half):
    assert round(predicted.half_width(family), 1) == half
    assert predicted.half_width(family) == row(family, predicted.INTERVAL).half_width


def test_in_bulk_checkpoints_have_their_published_numbers():
    for family, rows in predicted.points().groupby("family"):
        found = predicted.many(family, rows.alpha.to_numpy() + 1e-13, rows.resolution)
        np.testing.assert_array_equal(found.top1, rows.top1)
        half = predicted.half_width(family)
        np.testing.assert_allclose(found.high - found.top1, half)
        np.testing.assert_allclose(found.top1 - found.low, half)


@settings(max_examples=40)
@given(
    st.sampled_from(list(PINNED)),
    st.lists(st.floats(0.05, 3), min_size=1, max_size=8),
    st.lists(st.integers(32, 400), min_size=1, max_size=8),
)
def test_in_bulk_it_is_the_model_where_it_was_fitted(family, alphas, sizes):
    rows = predicted.points()
    known = set(rows.loc[rows.family == family, ["alpha", "resolution"]].itertuples(index=False))
    found = predicted.many(family, np.array(alphas)[:, None], np.array(sizes))
    assert found.top1.shape == (len(alphas), len(sizes))
    for (row, column), top1 in np.ndenumerate(found.top1):
        alpha, size = alphas[row], sizes[column]
        design = Design(family, alpha, resolution=size)
        assert np.isnan(top1) == bool(scope.why_not(design))
        if not np.isnan(top1) and (alpha, size) not in known:
            assert top1 == pytest.approx(by_hand(rows, family, alpha, size), abs=1e-6)


def test_more_width_and_more_pixels_never_predict_less():
    """Apart from the checkpoints, whose published numbers are as they are."""
    for family, law in predicted.laws().items():
        low, high = predicted.range_of(family)
        grids = (np.linspace(*ends, 60) for ends in zip(low, high, strict=True))
        top1 = predicted.promised(law, *np.meshgrid(*grids, indexing="ij"))
        assert (np.diff(top1, axis=0) > 0).all() and (np.diff(top1, axis=1) > 0).all()


@pytest.mark.parametrize(
    ("family", "low", "high"), [("v1", (0.25, 128), (1.0, 224)), ("v2", (0.35, 96), (1.4, 224))]
)
def test_it_is_asked_about_the_range_of_its_checkpoints_only(family, low, high):
    assert predicted.range_of(family) == (low, high)
    alphas = [low[0], high[0], low[0] - 0.01, high[0] + 0.01, low[0], high[0], np.nan, 0.5]
    sizes = [low[1], high[1], low[1], high[1], low[1] - 1, high[1] + 1, 128, np.inf]
    found = predicted.many(family, alphas, sizes)
    for numbers in found:
        assert np.isnan(numbers).tolist() == [False] * 2 + [True] * 6


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("v3", 1.0, 224), "'v3'"),
        ((None, 1.0, 224), "None"),
        (("v1", "1", 224), "'1'"),
        (("v1", [1.0], None), "None"),
        (("v1", [1.0, 0.5], [1, 2, 3]), "broadcast"),
    ],
)
def test_what_is_not_asked(refused, arguments, words):
    refused(lambda: predicted.many(*arguments), words)


def test_no_networks():
    assert predicted.many("v1", [], []).top1.shape == (0,)
