"""A data set: what it holds, what it refuses, how it is named by its content and scaled."""

import dataclasses
import pickle
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobilenet_lab import capacity
from mobilenet_lab.training import Data, integers


def arrays(side=4, count=6, held_out=4, classes=2):
    """Arrays that anyone may change."""
    random = np.random.default_rng(side)
    pictures = random.integers(0, 256, (count + held_out, side, side, 3), np.uint8)
    labels = np.arange(count) % classes, np.arange(held_out) % classes
    return pictures[:count], labels[0], pictures[count:], labels[1]


def data(title="toy", classes=("a", "b"), **changed):
    x, y, x_held_out, y_held_out = arrays()
    given = {"x": x, "y": y, "x_held_out": x_held_out, "y_held_out": y_held_out}
    return Data(title, classes, **given | changed)


def test_it_says_what_it_is():
    assert repr(data()) == "toy: 6 + 4 pictures of 4 px, 2 classes"
    many = Data("many", ("a", "b"), *arrays(8, 12_000, 4_000))
    assert repr(many) == "many: 12,000 + 4,000 pictures of 8 px, 2 classes"
    assert data().side == 4


def test_chance_is_the_accuracy_of_one_answer():
    assert data().chance == 0.5
    uneven = data(y=np.array([1, 1, 1, 1, 1, 0]), y_held_out=np.array([1, 0, 0, 0]))
    assert uneven.chance == 0.25  # class 1, which is the commonest in training


# Content


def test_the_fingerprint_is_of_the_content():
    one = data()
    assert len(one.fingerprint) == 64 and int(one.fingerprint, 16) >= 0
    assert data().fingerprint == data("another title").fingerprint == one.fingerprint
    assert data("another title") == one and hash(data()) == hash(one)
    assert one != "toy"


@pytest.mark.parametrize("name", ["x", "y", "x_held_out", "y_held_out", "classes"])
def test_any_change_of_the_content_changes_the_fingerprint(name):
    value = getattr(data(), name)
    changed = ("a", "c") if name == "classes" else np.flip(value, 0)
    other = data(**{name: changed})
    assert other.fingerprint != data().fingerprint and other != data()


def test_a_picture_that_moves_into_the_other_part_changes_the_fingerprint():
    """The bytes of both parts, one after another, are the same."""
    x, y, x_held_out, y_held_out = arrays()
    moved = Data(
        *("toy", ("a", "b"), np.concatenate([x, x_held_out[:2]])),
        *(np.concatenate([y, y_held_out[:2]]), x_held_out[2:], y_held_out[2:]),
    )
    assert moved.fingerprint != data().fingerprint


def test_labels_of_any_integer_are_the_same():
    for kind in (np.int8, np.uint16, np.int64, ">i4"):
        assert data(y=arrays()[1].astype(kind)) == data()


def test_nothing_can_be_changed():
    x, *_ = arrays()
    one = data(x=x)
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.title = "other"
    for name in ("x", "y", "x_held_out", "y_held_out"):
        with pytest.raises(ValueError):
            getattr(one, name)[0] = 1
    before = one.fingerprint
    x[:] = 0  # the caller's own array is still the caller's
    assert one.x.any() and dataclasses.replace(one).fingerprint == before


def test_what_cannot_be_changed_is_not_copied():
    one = data()
    assert np.shares_memory(dataclasses.replace(one, title="other").x, one.x)


def test_it_travels_to_another_process():
    one = data()
    there = pickle.loads(pickle.dumps(one))
    assert there == one and there.title == "toy" and there.classes == ("a", "b")
    with pytest.raises(ValueError):
        there.x[0] = 1


def test_a_copy_that_does_not_fit_is_refused(monkeypatch, refused):
    monkeypatch.setattr(capacity, "UNASKED", 0)
    monkeypatch.setattr(capacity, "available", lambda: 0)
    refused(data, "memory")


# What is refused


PICTURES = arrays()[0]
LABELS = arrays()[1]


@pytest.mark.parametrize(
    ("changed", "received"),
    [
        ({"title": ""}, "''"),
        ({"title": 3}, "3"),
        ({"title": "two\nlines"}, "two"),
        ({"title": "x" * 61}, "xxx"),
        ({"classes": ("a", "a")}, "('a', 'a')"),
        ({"classes": ("a",)}, "('a',)"),
        ({"classes": "ab"}, "'ab'"),
        ({"classes": 2}, "2"),
        ({"classes": ("a", 1)}, "('a', 1)"),
        ({"classes": ("a", "")}, "('a', '')"),
        ({"classes": ("a", "b", "c")}, "'c'"),
        ({"x": [1, 2]}, "'list'"),
        ({"x": PICTURES / 255}, "'float64'"),
        ({"x": PICTURES[..., 0]}, "(6, 4, 4)"),
        ({"x": PICTURES[..., :1]}, "(6, 4, 4, 1)"),
        ({"x": PICTURES[:, :3]}, "(6, 3, 4, 3)"),
        ({"x": PICTURES[:0]}, "(0, 4, 4, 3)"),
        ({"x": PICTURES[:, :0, :0]}, "(6, 0, 0, 3)"),
        ({"x": np.zeros((6, 1025, 1025, 3), np.uint8)}, "1025"),
        ({"x": PICTURES[:, :2, :2]}, "4"),
        ({"x": PICTURES[:5]}, "(6,)"),
        ({"y": [0, 1]}, "'list'"),
        ({"y": LABELS / 1}, "'float64'"),
        ({"y": LABELS[:5]}, "(5,)"),
        ({"y": LABELS[:, None]}, "(6, 1)"),
        ({"y": LABELS + 1}, "2"),
        ({"y": LABELS - 1}, "-1"),
        ({"y": np.array([2**63] * 6, np.uint64)}, str(2**63)),
        ({"y": LABELS * 0}, "y without the class='b'"),
        ({"y_held_out": np.ones(4, int)}, "y_held_out without the class='a'"),
    ],
)
def test_one_sentence_says_what_is_wrong(refused, changed, received):
    refused(lambda: data(**changed), received)


# Another side


def test_the_same_pictures_at_another_side():
    one = data()
    small = one.at(2)
    assert small.side == 2 and small.title == one.title and small.classes == one.classes
    assert (small.y == one.y).all() and (small.y_held_out == one.y_held_out).all()
    assert small.fingerprint != one.fingerprint
    assert one.at(4) is one
    exact = one.x.reshape(6, 2, 2, 2, 2, 3).sum(axis=(2, 4), dtype=int)
    assert (small.x == (exact + 2) // 4).all()


@pytest.mark.parametrize("side", [0, -1, 2.5, "8", None, 1025, True])
def test_other_sides_are_refused(refused, side):
    refused(lambda: data().at(side), repr(side))


def test_pictures_that_do_not_fit_are_refused(monkeypatch, refused):
    one = data()
    monkeypatch.setattr(capacity, "UNASKED", 0)
    monkeypatch.setattr(capacity, "available", lambda: 1000)
    refused(lambda: one.at(100), "10 pictures")


def by_areas(line, side):
    """A line of pixels reduced: the mean over each new pixel, as fractions."""
    width = Fraction(len(line), side)
    for place in range(side):
        begin, end = place * width, (place + 1) * width
        shares = [max(Fraction(0), min(end, i + 1) - max(begin, i)) for i in range(len(line))]
        yield sum(share * int(value) for share, value in zip(shares, line, strict=True)) / width


def between(line, side):
    """A line of pixels enlarged: between the two nearest centres, as fractions."""
    for place in range(side):
        at = (place + Fraction(1, 2)) * len(line) / side - Fraction(1, 2)
        low = at.numerator // at.denominator
        ends = [int(line[min(max(index, 0), len(line) - 1)]) for index in (low, low + 1)]
        yield ends[0] + (ends[1] - ends[0]) * (at - low)


@given(st.integers(1, 12), st.integers(1, 30), st.integers(0, 99))
def test_pixels_are_as_exact_fractions_say(length, side, seed):
    picture = np.random.default_rng(seed).integers(0, 256, (length, length), np.uint8)
    scale = by_areas if side < length else between
    rows = np.array([list(scale(row, side)) for row in picture.astype(object)])
    exact = np.array([list(scale_exact(scale, column, side)) for column in rows.T]).T
    found = integers.resized(picture[None, ..., None], side)[0, ..., 0]
    rounded = [[int(value + Fraction(1, 2)) for value in row] for row in exact]
    assert found.tolist() == rounded


def scale_exact(scale, line, side):
    """`scale` for fractions, by their common denominator."""
    parts = 1
    for value in line:
        parts = np.lcm(parts, Fraction(value).denominator)
    yield from (Fraction(value, int(parts)) for value in scale([v * parts for v in line], side))


@given(st.integers(1, 40), st.integers(1, 60), st.integers(0, 255))
def test_one_colour_stays_that_colour(length, side, value):
    picture = np.full((2, length, length, 3), value, np.uint8)
    assert (integers.resized(picture, side) == value).all()


def test_many_pictures_are_scaled_as_each_alone(monkeypatch):
    pictures = np.random.default_rng(0).integers(0, 256, (9, 6, 6, 3), np.uint8)
    together = integers.resized(pictures, 4)
    monkeypatch.setattr(integers, "MANY", 1)
    assert (integers.resized(pictures, 4) == together).all()


# Shuffled labels


def test_shuffled_labels_are_the_same_in_another_order():
    one = Data("toy", ("a", "b"), *arrays(4, 200))
    other = one.shuffled()
    assert other.title == "toy, labels shuffled"
    assert (np.sort(other.y) == np.sort(one.y)).all()
    assert 60 < (other.y != one.y).sum() < 140
    assert (other.y_held_out == one.y_held_out).all() and (other.x == one.x).all()
    assert one.shuffled() == other != one.shuffled(1)
    assert len(data("x" * 60).shuffled().title) == 60


@pytest.mark.parametrize("seed", [-1, 0.5, None, "0"])
def test_other_seeds_are_refused(refused, seed):
    refused(lambda: data().shuffled(seed), repr(seed))
