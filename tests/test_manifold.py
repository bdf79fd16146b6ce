"""The spiral through ReLU: what is lost, what comes back, and the explorer that shows it."""

import numpy as np
import pytest
from showing import showing

from mobilenet_lab.costs import manifold
from mobilenet_lab.costs.manifold import course, matrix, mean_lost, spiral, trip
from mobilenet_lab.explorers import ReluManifold
from mobilenet_lab.plots.manifold import Manifold

SEEDS = range(1, 10)


def test_the_spiral_turns_three_times_from_the_middle_to_radius_one():
    radius = np.hypot(*spiral().T)
    assert (np.diff(radius) > 0).all() and radius[-1] == 1
    angle = np.unwrap(np.arctan2(*spiral().T[::-1]))
    assert np.allclose(np.diff(angle), 6 * np.pi / len(spiral()))


@pytest.mark.parametrize("seed", SEEDS)
def test_another_dimension_adds_a_row(seed):
    rows = matrix(30, seed)
    assert rows.shape == (30, 2)
    for n in range(2, 31):
        assert (matrix(n, seed) == rows[:n]).all()
    assert not (matrix(30, seed + 1) == rows).any()


@pytest.mark.parametrize("n", [2, 3, 7, 30])
def test_a_point_is_lost_where_fewer_than_two_values_stay(n):
    there = matrix(n)
    for point, lost in zip(spiral(), trip(n).lost, strict=True):
        assert lost == (sum(there @ point > 0) < 2)


@pytest.mark.parametrize("seed", SEEDS)
def test_in_two_dimensions_the_inverse_returns_what_relu_let_through(seed):
    one = trip(2, seed)
    assert np.allclose(one.back[~one.lost], one.spiral[~one.lost])
    gone = (one.spiral @ matrix(2, seed).T <= 0).all(axis=1)
    assert gone.any() and (one.back[gone] == 0).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_back_is_the_least_squares_answer_to_what_relu_left(seed):
    for n in (3, 10):
        there, one = matrix(n, seed), trip(n, seed)
        left = np.maximum(one.spiral @ there.T, 0)
        assert np.allclose((left - one.back @ there.T) @ there, 0)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_dimension_more_never_makes_it_worse(seed):
    rows = course(seed)
    assert list(rows.n) == list(range(2, 31))
    assert (rows.lost_share.diff()[1:] <= 0).all()
    assert (rows.best_error.diff()[1:] < 1e-9).all()
    assert (rows.best_error < rows.back_error).all()


def test_three_dimensions_lose_one_half_whatever_the_matrix():
    assert {trip(3, seed).lost_share for seed in range(50)} == {50.0}


@pytest.mark.parametrize("n", [2, 3, 5, 9])
def test_the_mean_share_is_what_coin_tosses_give(n):
    assert mean_lost(n, seeds=400) == pytest.approx(100 * (n + 1) / 2**n, abs=1.5)


def test_errors_are_relative_to_the_spiral():
    one = trip(2)
    nothing = manifold.Trip(2, one.spiral, 0 * one.spiral, one.spiral, one.lost)
    assert nothing.back_error == 100 and nothing.best_error == 0


@pytest.mark.parametrize("n", [1, 31, 2.5, True, "two"])
def test_dimensions_are_refused_in_one_sentence(refused, n):
    refused(lambda: trip(n), f"n={n!r}", "from 2 to 30")


def test_seeds_are_refused_in_one_sentence(refused):
    refused(lambda: trip(2, -1), "seed=-1")


def test_the_course_is_the_readers_own():
    mine = course()
    mine["n"] = 0
    assert course().n.min() == 2


# --- the explorer ---


@pytest.fixture
def explorer():
    return ReluManifold(n=5, seed=4)


@pytest.mark.usefixtures("unseen")
def test_the_picture_shows_the_trip(explorer):
    for n, seed in ((5, 4), (2, 4), (30, 1)):
        explorer.controls["n"].value, explorer.controls["seed"].value = n, seed
        one, picture = trip(n, seed), explorer.figures[0].picture
        for lines, points in zip(picture.parts, (one.spiral, one.back, one.best), strict=True):
            assert (np.concatenate([line.get_xydata() for line in lines]) == points).all()
        assert (picture.lost.get_xydata() == one.spiral[one.lost]).all()
        assert list(picture.curves[0].get_ydata()) == list(course(seed).lost_share)
        assert picture.dots[0].get_xydata().tolist() == [[n, one.lost_share]]
        assert picture.dots[1].get_xydata().tolist() == [[n, one.best_error]]


def test_the_words_are_in_the_status_and_beside_the_picture(explorer):
    explorer.controls["n"].value = 3
    assert explorer.status.text == repr(explorer) == str(trip(3, 4))
    assert "n = 3: 50.0 % of the spiral lost" in explorer.status.text
    assert showing(explorer.figures[0].widget)[1].startswith(str(trip(3, 4)))


def test_colours_are_said_in_the_picture_and_in_words(explorer):
    picture = explorer.figures[0].picture
    (legend,) = picture.figure.legends
    said = [text.get_text() for text in legend.get_texts()]
    assert " ".join(filter(None, said)) == (
        "from the middle of the spiral to its end lost for good"
    )
    for lines in picture.parts:
        drawn = [line.get_color() for line in lines]
        assert drawn == [line.get_color() for line in legend.legend_handles[:-1]]
        radius = [np.hypot(*line.get_xydata().T).mean() for line in picture.parts[0]]
        assert radius == sorted(radius), "the first colour is that of the middle"
    assert legend.legend_handles[-1].get_color() == picture.lost.get_color()
    assert picture.words.endswith("middle to its end; grey points are lost for good.")


@pytest.mark.parametrize("seed", SEEDS)
def test_no_curve_is_cut_off(seed):
    """With the ninth matrix the best way at n = 5 reaches 1.2, with the sixth T⁺ reaches 5.2."""
    picture = Manifold()
    rows = course(seed)
    for n in rows.n:
        picture.show(trip(int(n), seed), rows)
        for axes, lines in zip(picture.planes, picture.parts, strict=True):
            (low, high), points = (
                axes.get_xlim(),
                np.concatenate([one.get_xydata() for one in lines]),
            )
            assert (low, high) == axes.get_ylim()
            assert low < points.min() and points.max() < high
    assert picture.layout == (Manifold.ROOM,) * 3, "most matrices need no other room"


def test_a_value_off_the_panel_is_answered_and_changes_nothing(explorer):
    before = showing(explorer.figures[0].widget)
    explorer.controls["n"].value = 31
    assert "31" in explorer.message.text and "2 to 30" in explorer.message.text
    assert showing(explorer.figures[0].widget) == before
    explorer.controls["n"].value = 30
    assert explorer.message.text == "" and showing(explorer.figures[0].widget) != before


@pytest.mark.usefixtures("unseen")
def test_the_numbers_are_a_table(explorer):
    assert explorer.parts["numbers"].table.value == ""
    explorer.parts["numbers"].box.value = True
    assert explorer.parts["numbers"].table.value.count("<tr") == 30  # 29 dimensions and the head
    explorer.controls["seed"].value = 2
    assert f"<td>{course(2).lost_share[0]:.1f}</td>" in explorer.parts["numbers"].table.value


def test_without_a_kernel_a_still_picture_and_words_stay(explorer):
    bundle, _ = explorer._repr_mimebundle_()
    assert bundle["text/plain"] == str(trip(5, 4)) and bundle["image/png"]
