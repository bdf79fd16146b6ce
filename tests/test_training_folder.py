"""A folder of pictures as a data set: what is read, what is left out, what is held out."""

import shutil
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from mobilenet_lab import capacity
from mobilenet_lab.features.images import load_image
from mobilenet_lab.training import folder, folders, letters, to_folder


def picture(number, side=12):
    """A picture that no other number gives."""
    return np.random.default_rng(number).integers(0, 256, (side, side, 3), np.uint8)


def save(path, number, **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(picture(number)).save(path, **options)


@pytest.fixture
def root(tmp_path):
    """Two classes of twenty pictures."""
    for label, name in enumerate(("ants", "bees")):
        for number in range(20):
            save(tmp_path / "mine" / name / f"{number}.png", 100 * label + number)
    return tmp_path / "mine"


def contents(pictures):
    return {one.tobytes() for one in pictures}


def silent(*arguments, **options):
    """The data of a folder in which nothing is wrong."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return folder(*arguments, **options)


def test_a_folder_a_class(root):
    data = silent(root, side=12)
    assert data.title == "mine" and data.classes == ("ants", "bees") and data.side == 12
    assert len(data.x) + len(data.x_held_out) == 40
    for pictures, labels in ((data.x, data.y), (data.x_held_out, data.y_held_out)):
        for one, label in zip(pictures, labels, strict=True):
            assert any((one == picture(100 * label + number)).all() for number in range(20))
    assert silent(str(root)).side == 32


def test_pictures_are_read_as_the_models_read_them(root):
    """Turned as EXIF says, on white where transparent, grey in three channels, the middle."""
    turned = Image.Exif()
    turned[0x0112] = 6
    clear = np.dstack([picture(201), np.full((12, 12), 40, np.uint8)])
    odd = {
        "turned.jpg": (Image.fromarray(picture(202)), {"exif": turned}),
        "clear.png": (Image.fromarray(clear), {}),
        "deep.png": (Image.fromarray(picture(203)[..., 0].astype(np.uint16) * 257), {}),
        "wide.png": (Image.fromarray(np.hstack([picture(204), picture(205)])), {}),
        "UPPER.PNG": (Image.fromarray(picture(206)), {}),
    }
    for name, (image, options) in odd.items():
        image.save(root / "ants" / name, **options)
    data = silent(root, side=8)
    found = contents(data.x) | contents(data.x_held_out)
    assert len(data.x) + len(data.x_held_out) == 45
    for name in odd:
        shown = (load_image(root / "ants" / name, 8) + 1) * 127.5
        assert np.round(shown).astype(np.uint8).tobytes() in found


def test_what_is_hidden_or_no_picture_is_ignored(root):
    before = silent(root)
    for name in (".cache", "__MACOSX", "ants/.thumbnails", "bees/__MACOSX"):
        save(root / name / "x.png", 900)
    for name in ("notes.txt", "ants/Thumbs.db", "ants/._1.png", "bees/.hidden.jpg", "ants/none"):
        (root / name).write_bytes(b"nothing to see")
    save(root / "loose.png", 901)
    assert silent(root) == before


def test_pictures_in_deeper_folders_belong_to_the_class(root):
    before = silent(root)
    (root / "ants" / "day").mkdir()
    (root / "ants" / "0.png").rename(root / "ants" / "day" / "0.png")
    assert silent(root) == before


# Damaged files


def test_damaged_files_are_named_and_left_out(root):
    before = silent(root)
    whole = (root / "ants" / "0.png").read_bytes()
    (root / "ants" / "cut.png").write_bytes(whole[: len(whole) // 2])
    with pytest.warns(UserWarning) as caught:
        assert folder(root) == before
    (message,) = (str(one.message) for one in caught)
    assert message == "left out, not readable as a picture: 'ants/cut.png'"
    assert caught[0].filename == __file__
    for number in range(4):
        (root / "bees" / f"empty {number}.jpg").write_bytes(b"")
    with pytest.warns(UserWarning, match=r"'bees/empty 0.jpg', 'bees/empty 1.jpg' and 2 more$"):
        assert folder(root) == before


def test_files_that_may_not_be_read_are_named(root, monkeypatch):
    def opened(file):
        if file.name == "0.png":
            raise PermissionError(13, "Permission denied")
        return str(file)

    monkeypatch.setattr(folders, "_digest", opened)
    with pytest.warns(UserWarning, match="'ants/0.png', 'bees/0.png'$"):
        data = folder(root)
    assert len(data.x) + len(data.x_held_out) == 38


# The split


def test_names_and_other_files_do_not_change_the_split(root):
    before = silent(root)
    for number in range(20):
        (root / "ants" / f"{number}.png").rename(root / "ants" / f"other {19 - number}.png")
    assert silent(root) == before
    for number in range(20, 60):
        save(root / "ants" / f"{number}.png", number)
    after = silent(root)
    assert contents(before.x) <= contents(after.x)
    assert contents(before.x_held_out) <= contents(after.x_held_out)


@given(st.integers(0, 10**6), st.floats(0.01, 0.99), st.lists(st.integers(5, 40), min_size=2))
def test_each_class_is_in_both_parts(seed, share, sizes):
    groups = [
        [folders._Picture("x", label, 0, f"{label} {number}", None)]
        for label, size in enumerate(sizes)
        for number in range(size)
    ]
    classes = tuple(map(str, range(len(sizes))))
    training, tested = folders._split(groups, classes, share, seed)
    assert {id(one) for one in training + tested} == {id(group[0]) for group in groups}
    assert len(training) + len(tested) == len(groups)
    for part in (training, tested):
        assert {one.label for one in part} == set(range(len(sizes)))


def test_about_the_share_is_held_out():
    groups = [[folders._Picture("x", n % 2, 0, str(n), None)] for n in range(10_000)]
    for share in (0.1, 0.5):
        _, tested = folders._split(groups, ("a", "b"), share, 0)
        assert len(tested) == pytest.approx(10_000 * share, rel=0.06)
    first, second = (folders._split(groups, ("a", "b"), 0.5, seed)[1] for seed in (0, 1))
    both = {one.digest for one in first} & {one.digest for one in second}
    assert len(both) == pytest.approx(2500, rel=0.1)


# Copies


def test_copies_stay_in_one_part(root):
    """Copies of the file, and the same pixels in another file."""
    for number in range(20):
        shutil.copy(root / "ants" / f"{number}.png", root / "ants" / f"copy {number}.png")
        save(root / "ants" / f"packed {number}.png", number, compress_level=1, dpi=(72, 72))
    with pytest.warns(UserWarning, match="the same picture: 'ants/.* and 37 more$"):
        data = folder(root, side=12)
    assert not contents(data.x) & contents(data.x_held_out)
    assert len(data.x) + len(data.x_held_out) == 80


def test_the_same_picture_in_two_classes_is_left_out(root):
    shutil.copy(root / "ants" / "3.png", root / "bees" / "three.png")
    with pytest.warns(UserWarning, match="different classes: 'ants/3.png', 'bees/three.png'$"):
        data = folder(root, side=12)
    assert picture(3).tobytes() not in contents(data.x) | contents(data.x_held_out)
    assert len(data.x) + len(data.x_held_out) == 39


def test_copies_do_not_count_as_pictures(root, refused):
    shutil.rmtree(root / "bees")
    for number in range(9):
        save(root / "bees" / f"{number}.png", number % 4 + 500)
    refused(lambda: folder(root), "'bees'=4", "at least 5")


# Parts that are given


@pytest.fixture(params=["held_out", "test", "val", "Validation"])
def parts(tmp_path, request):
    """Four training and two held-out pictures of each class."""
    for label, name in enumerate(("ants", "bees")):
        for number in range(6):
            part = "train" if number < 4 else request.param
            save(tmp_path / part / name / f"{number}.png", 100 * label + number)
    return tmp_path, tmp_path / request.param


def test_given_parts_are_not_split(parts):
    data = silent(parts[0], side=12)
    assert data.classes == ("ants", "bees")
    assert contents(data.x) == {picture(n).tobytes() for n in (0, 1, 2, 3, 100, 101, 102, 103)}
    assert contents(data.x_held_out) == {picture(n).tobytes() for n in (4, 5, 104, 105)}


def test_held_out_copies_of_training_pictures_are_left_out(parts):
    root, tested = parts
    shutil.copy(root / "train" / "ants" / "0.png", tested / "ants" / "known.png")
    with pytest.warns(UserWarning, match="in training: '.*/ants/known.png'$"):
        data = folder(root, side=12)
    assert len(data.x_held_out) == 4 and len(data.x) == 8


def test_both_parts_have_the_same_classes(parts, refused):
    root, tested = parts
    save(tested / "wasps" / "0.png", 300)
    refused(lambda: folder(root), "without the class='wasps'")
    shutil.rmtree(tested / "wasps")
    shutil.rmtree(tested / "bees")
    refused(lambda: folder(root), "without the class='bees'")


def test_a_given_part_without_pictures_of_a_class_is_refused(parts, refused):
    root, tested = parts
    for file in (tested / "bees").iterdir():
        file.unlink()
    refused(lambda: folder(root), "'bees'=0")


def test_a_test_folder_without_classes_is_no_part(tmp_path):
    """As competitions have it: pictures without labels."""
    for label, name in enumerate(("ants", "bees")):
        for number in range(2):
            for index, part in enumerate(("train", "val")):
                save(tmp_path / part / name / f"{number}.png", 100 * label + 10 * index + number)
    save(tmp_path / "test" / "0.png", 999)
    data = silent(tmp_path, side=12)
    assert len(data.x) == len(data.x_held_out) == 4


# What is refused


@pytest.mark.parametrize(
    ("given", "received"),
    [
        ({"path": 3}, "3"),
        ({"path": "no such folder"}, "no such folder"),
        ({"path": "nul\0"}, "nul"),
        ({"side": 0}, "0"),
        ({"side": 2000}, "2000"),
        ({"held_out": 0}, "0"),
        ({"held_out": 1}, "1"),
        ({"held_out": "0.2"}, "'0.2'"),
        ({"seed": -1}, "-1"),
    ],
)
def test_one_sentence_says_what_is_wrong(root, refused, given, received):
    refused(lambda: folder(**{"path": root} | given), received)


def test_a_folder_without_classes_is_refused(root, refused):
    refused(lambda: folder(root / "ants"), "this one has 0")
    refused(lambda: folder(root / "ants" / "0.png"), "one sub-folder")
    shutil.rmtree(root / "bees")
    refused(lambda: folder(root), "this one has 1")


def test_a_class_with_too_few_pictures_is_refused(root, refused):
    for number in range(4):
        save(root / "wasps" / f"{number}.png", 300 + number)
    refused(lambda: folder(root), "'wasps'=4", "at least 5")
    (root / "empty").mkdir()
    refused(lambda: folder(root), "'empty'=0")


def test_more_than_memory_holds_is_refused_before_anything_is_read(root, refused, monkeypatch):
    monkeypatch.setattr(capacity, "UNASKED", 0)
    monkeypatch.setattr(capacity, "available", lambda: 10)
    monkeypatch.setattr(folders, "_pixels", lambda *_: pytest.fail("read"))
    refused(lambda: folder(root), "40 pictures")


def test_a_data_set_survives_a_folder(tmp_path):
    data = letters.samples(52, 52, side=16)
    again = folder(to_folder(data, tmp_path / "letters"), side=16)
    assert again.classes == data.classes
    for x, y, there_x, there_y in (
        (data.x, data.y, again.x, again.y),
        (data.x_held_out, data.y_held_out, again.x_held_out, again.y_held_out),
    ):
        pairs = [
            sorted((label, picture.tobytes()) for picture, label in zip(*part, strict=True))
            for part in ((x, y), (there_x, there_y))
        ]
        assert pairs[0] == pairs[1]


def test_only_a_data_set_is_written(tmp_path):
    with pytest.raises(ValueError, match="data=.* a Data"):
        to_folder(np.zeros((3, 8, 8, 3)), tmp_path)
