"""A contact sheet shows the pictures that it was given, each above its class."""

import numpy as np
import pytest

from mobilenet_lab.plots import Contact

NAMES = ("a", "a class with a very long name", "c")


def pictures(count, side=8):
    return np.random.default_rng(0).integers(0, 256, (count, side, side, 3), np.uint8)


def test_every_picture_is_above_its_class():
    x, y = pictures(7), np.array([0, 1, 2, 0, 1, 2, 2])
    sheet = Contact(x, y, NAMES, rows=2, columns=3)
    axes = sheet.figure.axes[0]
    assert [np.array_equal(one.get_array(), x[at]) for at, one in enumerate(axes.images)] == [
        True
    ] * 6
    for image, text, label in zip(axes.images, axes.texts, y, strict=False):
        left, right, bottom, _ = image.get_extent()
        assert left < text.get_position()[0] < right and text.get_position()[1] == bottom
        assert text.get_text()[:3] == NAMES[label][:3]
    assert sheet.words.endswith(f"{', '.join(NAMES[label] for label in y[:6])}.")


def test_names_do_not_run_into_one_another():
    sheet = Contact(pictures(24), np.ones(24, int), NAMES, rows=2, columns=12)
    axes = sheet.figure.axes[0]
    boxes = [text.get_window_extent() for text in axes.texts[:12]]
    assert all(one.x1 < other.x0 for one, other in zip(boxes, boxes[1:], strict=False))
    assert all("…" in text.get_text() for text in axes.texts)


@pytest.mark.parametrize(
    ("x", "rows"),
    [(pictures(3), 2), (pictures(8).astype(float), 2), (pictures(8)[..., 0], 2), (pictures(8), 0)],
)
def test_what_is_no_sheet_is_one_sentence(x, rows):
    with pytest.raises(ValueError, match="accepted"):
        Contact(x, np.zeros(len(x), int), NAMES, rows=rows, columns=4)
