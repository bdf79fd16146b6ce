"""The networks that a paper's table compares, all counted alike, in a frame and in a picture."""

import pytest

from mobilenet_lab import Design, cost, published
from mobilenet_lab.plots import Contemporaries
from mobilenet_lab.published.contemporaries import contemporaries
from mobilenet_lab.published.reproduce import reproduce


@pytest.fixture(scope="module")
def table4():
    return contemporaries("v2-4")


def test_every_row_of_the_table_is_there(table4):
    printed = published.table("v2-4")
    assert table4["network"].tolist() == printed["network"].tolist()
    assert table4["top1"].tolist() == printed["top1"].tolist()
    assert (table4["printed_macs"] == printed["macs_million"] * 10**6).all()
    assert (table4["printed_params"] == (printed["params_million"] * 10**6).round()).all()


def test_mobilenets_are_counted_as_everywhere(table4):
    own = table4.set_index("network").loc["MobileNetV2 (1.4)"]
    wide = cost(Design("v2", 1.4))
    assert (own.macs, own.kernels, own.kernels_and_bias) == (
        *(wide.macs, wide.kernels),
        wide.kernels_and_bias,
    )


def test_the_counts_are_those_of_the_cells(table4):
    """A cell's own count, not that of the reading which explains its digits."""
    cells = reproduce("v2-4").query("quantity == 'MACs'")
    assert cells["computed"].tolist() == table4["macs"].tolist()


def test_what_is_no_such_table(refused):
    refused(contemporaries, "tables=()", "such as 'v1-8'")
    refused(lambda: contemporaries("v2-7"), "table='v2-7'", "counts and accuracies")


def test_the_picture_says_where_a_network_is_and_where_it_was_printed(table4, refused):
    picture = Contemporaries(table4)
    assert "ShuffleNet (1.5) 71.5 % at 300 M MACs (printed: 292 M)" in picture.words
    assert "MobileNetV2 72.0 % at 301 M MACs;" in picture.words
    axes = picture.figure.axes[0]
    rings = [line for line in axes.lines if line.get_markersize() == 9]
    assert [line.get_xdata()[0] for line in rings] == [292]
    assert {text.get_text() for text in axes.texts} == set(table4["network"])
    refused(lambda: Contemporaries(table4.drop(columns="macs")), "macs")


def test_no_name_covers_another_or_leaves_the_picture(table4):
    figure = Contemporaries(table4).figure
    boxes = [text.get_window_extent() for text in figure.axes[0].texts]
    assert not any(a.overlaps(b) for at, a in enumerate(boxes) for b in boxes[:at])
    assert all(box.x0 >= 0 and box.x1 <= figure.bbox.width for box in boxes)
