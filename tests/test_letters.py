"""The lab's own data sets: the same bytes everywhere, legible, and nothing held out is shown."""

import hashlib
import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from mobilenet_lab import capacity
from mobilenet_lab.training import integers, letters, patches, samples, sheets
from mobilenet_lab.training.integers import ONE, TURN_BITS, Random

RECORD = json.loads((sheets.FOLDER / "record.json").read_text(encoding="utf-8"))
LARGEST = 1_500_000  # bytes of all files together


@pytest.fixture(autouse=True)
def fresh_sheets():
    """No test sees sheets that another one has changed."""
    yield
    for cached in (letters._flat_pictures, letters._flat_glyphs):
        cached.cache_clear()


@pytest.fixture(scope="module")
def data():
    return samples()


# The same bytes


@pytest.mark.slow
def test_the_data_are_the_same_on_every_machine(data):
    """Whoever changes these has other data: published results no longer belong to them."""
    assert repr(data) == "letters: 12,000 + 4,000 pictures of 32 px, 26 classes"
    assert data.fingerprint == SAMPLES
    assert patches().fingerprint == PATCHES
    assert samples(100, 50, side=48, seed=3).fingerprint == OTHERS


SAMPLES = "55226d33ece4b5f6dfd8403d4f63bf9cd9877661c2f63768b65dc71379b98549"
PATCHES = "8347ce9b8c877c3a13f25e14e6f44ca21e309a13e78e7d84aed8031eef0110a6"
OTHERS = "e4b87ad39e9f751888c71fc186fd2cdf0b37bc914f0923461e33dabb54afd4bd"


def test_another_seed_gives_other_pictures():
    one, same, other = samples(52, 26), samples(52, 26), samples(52, 26, seed=1)
    assert one == same != other
    assert not {picture.tobytes() for picture in one.x} & {x.tobytes() for x in other.x}


def test_both_sheets_are_those_of_the_record():
    for name, digest in RECORD["sha256"].items():
        assert hashlib.sha256((sheets.FOLDER / name).read_bytes()).hexdigest() == digest
    assert sum(file.stat().st_size for file in sheets.FOLDER.iterdir()) < LARGEST


def test_the_record_says_where_everything_is_from():
    assert set(RECORD["pictures"]) == set(sheets.PICTURES)
    free = {"CC0 1.0", "public domain", "no known copyright restrictions"}
    assert {one["terms"] for one in RECORD["pictures"].values()} <= free
    assert not set(RECORD["left_out"]) & set(sheets.PICTURES)
    assert RECORD["faces"]["names"] == list(sheets.FACES)


def test_a_sheet_of_another_size_is_refused(monkeypatch, tmp_path, refused):
    Image.new("L", (8, 8)).save(tmp_path / "glyphs.png")
    monkeypatch.setattr(sheets, "FOLDER", tmp_path)
    sheets.glyphs.cache_clear()
    refused(sheets.glyphs, "(8, 8)")


@pytest.mark.samples
def test_the_sheets_can_be_made_again(tmp_path):
    """Other versions may scale and draw a little differently; the shipped files are what counts."""
    sheets.make(tmp_path)
    for name, most in (("pictures.png", 2), ("glyphs.png", 8)):
        made, shipped = (
            np.asarray(Image.open(folder / name)).astype(int)
            for folder in (tmp_path, sheets.FOLDER)
        )
        assert abs(made - shipped).mean() < most
    assert (tmp_path / "record.json").is_file()


# What is shown


@pytest.mark.slow
def test_classes_are_balanced(data):
    for labels in (data.y, data.y_held_out):
        counts = np.bincount(labels)
        assert len(counts) == 26 and np.ptp(counts) <= 1
        assert np.abs(np.diff(labels)).mean() > 5  # in random order: 8.7 on average
    assert data.chance == pytest.approx(1 / 26, abs=0.001)
    assert np.ptp(np.bincount(patches(120, 60).y)) == 0


@pytest.mark.slow
def test_no_picture_is_there_twice(data):
    pictures = {picture.tobytes() for part in (data.x, data.x_held_out) for picture in part}
    assert len(pictures) == 16_000


def strokes(pictures):
    """How far each pixel's colour is from the border's median, on a scale of its own: (n, …)."""
    whole = pictures.astype(np.float32)
    border = np.concatenate([whole[:, 0], whole[:, -1], whole[:, :, 0], whole[:, :, -1]], axis=1)
    far = np.abs(whole - np.median(border, axis=1)[:, None, None]).mean(-1)
    far = far.reshape(len(far), 16, 2, 16, 2).mean((2, 4)).reshape(len(far), -1)
    far -= far.mean(1, keepdims=True)
    return far / np.linalg.norm(far, axis=1, keepdims=True)


def right(data):
    """The share of held-out pictures that are most like the mean of their class in training."""
    shown = strokes(data.x)
    means = np.stack([shown[data.y == label].mean(0) for label in range(len(data.classes))])
    return float(((strokes(data.x_held_out) @ means.T).argmax(1) == data.y_held_out).mean())


@pytest.mark.slow
def test_labels_are_the_letters_that_are_shown(data):
    """By the means of the classes alone, without any learning."""
    assert right(data) > 0.15  # chance is 0.04
    assert right(data.shuffled()) < 0.08


def test_ink_stands_out_from_the_plain_colour():
    plain, ink = letters._colours(Random(0, 0, 0), 20_000)
    far = np.abs(plain - ink).mean(axis=0)
    assert far.min() >= letters.CONTRAST and 85 < far.mean() < 120
    assert plain.min() == ink.min() == 0 and plain.max() == ink.max() == 255


def painted(monkeypatch, columns):
    """Both parts of small data sets, with some columns of every picture changed."""
    sheet = np.array(sheets.pictures())
    sheet[:, :, columns] += 128  # modulo 256: every pixel is another one
    with monkeypatch.context() as patched:
        patched.setattr(sheets, "pictures", lambda: sheet)
        letters._flat_pictures.cache_clear()
        made = [make(130, 130) for make in (samples, patches)]
        letters._flat_pictures.cache_clear()
    return made


@pytest.mark.parametrize("held_out", [False, True])
def test_held_out_pictures_share_no_pixel_with_training(monkeypatch, held_out):
    """Changing every pixel of one part changes all of its pictures, and none of the other's."""
    columns = slice(sheets.BORDER, None) if held_out else slice(0, sheets.BORDER)
    plain = [make(130, 130) for make in (samples, patches)]
    for one, other in zip(plain, painted(monkeypatch, columns), strict=True):
        same = [
            (before == after).all(axis=(1, 2, 3))
            for before, after in ((one.x, other.x), (one.x_held_out, other.x_held_out))
        ]
        assert same[held_out].sum() == 0 and same[not held_out].all()


def test_patches_are_cut_from_the_pictures(monkeypatch):
    """Where nothing is scaled, each is found in its part, mirrored or turned."""
    monkeypatch.setattr(letters, "CROPS", (8, 8))
    pictures = np.arange(12)
    for part, begin, end in ((0, 0, sheets.BORDER), (1, sheets.BORDER, sheets.HEIGHT)):
        cut = letters._cut(Random(0, 0, 0), pictures, part, 8).transpose(1, 2, 3, 0)
        for picture, patch in zip(pictures, cut, strict=True):
            grid = sheets.pictures()[picture, :, begin:end]
            windows = np.lib.stride_tricks.sliding_window_view(grid, (8, 8), (0, 1))
            seen = {np.ascontiguousarray(w).tobytes() for row in windows for w in row}
            turned = [np.rot90(one, k) for one in (patch, patch[::-1]) for k in range(4)]
            wanted = {one.transpose(2, 0, 1).astype(np.uint8).tobytes() for one in turned}
            assert seen & wanted


def masks(monkeypatch, angle=0.0, shown=range(26)):
    """Letters as high as on the reduced sheet, in the middle, all turned by one angle."""
    one = 1 << TURN_BITS
    both = round(math.cos(angle) * one), round(math.sin(angle) * one)
    monkeypatch.setattr(letters, "SIZES", (26, 26))
    monkeypatch.setattr(letters, "SHIFT", 0)
    monkeypatch.setattr(sheets, "FACES", sheets.FACES[:1])
    monkeypatch.setattr(
        Random, "turns", lambda self, most, count: [np.full(count, one) for one in both]
    )
    found = letters._masks(Random(0, 0, 0), np.array(shown), 32)
    return found, integers.resized(sheets.glyphs()[0][list(shown), ..., None], 32)[..., 0]


def test_an_upright_letter_is_as_on_the_sheet(monkeypatch):
    found, sheet = masks(monkeypatch)
    assert (found == sheet).all()


@pytest.mark.parametrize("degrees", [-25, 10, 90])
def test_a_letter_is_turned_about_its_middle(monkeypatch, degrees):
    """As Pillow turns it."""
    found, sheet = masks(monkeypatch, math.radians(degrees))
    for one, upright in zip(found, sheet, strict=True):
        turned = Image.fromarray(upright).rotate(-degrees, Image.Resampling.BILINEAR)
        other = Image.fromarray(upright).rotate(degrees, Image.Resampling.BILINEAR)
        far = min(abs(np.asarray(image).astype(int) - one).max() for image in (turned, other))
        assert far <= 6


@pytest.mark.parametrize("side", [16, 48, 64, 96])
def test_other_sides_show_the_same(side):
    plain, other = samples(260, 26), samples(260, 26, side=side)
    assert other.side == side and (other.y == plain.y).all()
    if side < 32:
        assert other == plain.at(side)
    else:
        far = other.at(32).x.astype(int) - plain.x
        assert np.sqrt((far**2).mean()) < 20  # noise alone: up to 17; other pictures: about 80


# Randomness and sampling, in integers


def test_turns_are_up_to_25_degrees_and_nearly_uniform():
    cosine, sine = Random(0, 0, 0).turns(letters.TURN, 50_000)
    angles = np.degrees(np.arctan2(sine, cosine))
    assert np.abs(np.hypot(cosine, sine) / (1 << TURN_BITS) - 1).max() < 1e-4
    assert 24.9 < angles.max() < 25.01 and -25.01 < angles.min() < -24.9
    assert angles.std() == pytest.approx(50 / math.sqrt(12), rel=0.02)


@given(st.integers(1, 50), st.integers(0, 2**70))
def test_noise_has_its_mean_and_its_deviation(deviation, seed):
    noise = Random(0, 0, seed).noise(deviation, 3, 7, 1001)
    assert noise.shape == (3, 7, 1001)
    assert abs(noise.mean()) < 0.04 * deviation + 0.01
    assert noise.std() == pytest.approx(deviation, rel=0.05, abs=0.1)


def test_noise_changes_nothing_else():
    one, other = Random(0, 0, 0), Random(0, 0, 0)
    one.noise(12, 1000)
    assert (one.below(1000, 50) == other.below(1000, 50)).all()


@given(st.integers(1, 2**31 - 1), st.integers(0, 2**40))
def test_random_integers_are_below_their_limit(limit, seed):
    found = Random(0, 0, seed).below(limit, 64)
    assert found.min() >= 0 and found.max() < limit


def test_random_integers_are_uniform():
    counts = np.bincount(Random(0, 0, 0).below(10, 100_000))
    assert len(counts) == 10 and np.abs(counts - 10_000).max() < 500  # five deviations


@given(st.integers(0, 5 * ONE), st.integers(0, 4 * ONE), st.integers(0, 9))
def test_sampling_is_bilinear(row, column, seed):
    image = np.random.default_rng(seed).integers(0, 256, (6, 5)).astype(np.int32)
    planes = np.pad(image.reshape(1, -1), ((0, 0), (0, 6)))
    found = integers.bilinear(planes, np.array([row]), np.array([column]), 5)
    y, x = row / ONE, column / ONE
    wide = np.pad(image, ((0, 1), (0, 1)))
    exact = sum(
        wide[r, c] * (1 - abs(y - r)) * (1 - abs(x - c))
        for r in (int(y), int(y) + 1)
        for c in (int(x), int(x) + 1)
    )
    assert found.tolist() == [[math.floor(exact + 0.5)]]


# What is refused


@pytest.mark.parametrize("make", [samples, patches])
@pytest.mark.parametrize(
    "given",
    [
        *({"count": 0}, {"count": 11}, {"count": 1e4}, {"held_out": None}, {"held_out": -1}),
        *({"side": 0}, {"side": 257}, {"side": 32.0}, {"seed": -1}, {"seed": "0"}),
    ],
)
def test_one_sentence_says_what_is_wrong(refused, make, given):
    (name, value), *_ = given.items()
    refused(lambda: make(**given), f"{name}={value!r}")


def test_more_than_memory_holds_is_refused(monkeypatch, refused):
    monkeypatch.setattr(capacity, "available", lambda: 10**9)
    refused(lambda: samples(10**6, 26), "1,000,026 pictures")
