"""The convolution that one can see: its numbers are true, its counts are the lab's, it slides."""

import io
from itertools import pairwise, product

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from PIL import Image
from showing import showing

from mobilenet_lab import layers
from mobilenet_lab.costs import separable, sliding
from mobilenet_lab.explorers import Convolution
from mobilenet_lab.plots.one_layer import COLOR
from mobilenet_lab.plots.style import colors

ALL = list(product(sliding.KINDS, sliding.STRIDES, sliding.PADDINGS))
EACH = {"full": 27, "depthwise": 9, "pointwise": 3}


@pytest.fixture(scope="module")
def explorer():
    return Convolution()


def by_loops(part, stride, padding, values):
    """The map that a part writes, by loops over the input itself, which is 0 outside."""
    weights, (kernel, *_) = sliding.numbers()[part], sliding.numbers()[part].shape
    side, channels = len(values), weights.shape[3] if part != "depthwise" else values.shape[2]
    size = -(-side // stride) if padding == "same" else (side - kernel) // stride + 1
    before = max((size - 1) * stride + kernel - side, 0) // 2
    written = np.zeros((size, size, channels), int)
    for r, c, n in np.ndindex(written.shape):
        for i, j, m in np.ndindex(kernel, kernel, values.shape[2]):
            y, x = stride * r + i - before, stride * c + j - before
            if 0 <= y < side and 0 <= x < side and (part != "depthwise" or m == n):
                weight = weights[i, j, m, 0 if part == "depthwise" else n]
                written[r, c, n] += values[y, x, m] * weight
    return written


@pytest.mark.parametrize(("kind", "stride", "padding"), ALL)
def test_each_map_is_the_convolution_written_as_loops(kind, stride, padding):
    values, own = sliding.numbers()["input"], stride
    for part in sliding.parts(kind, stride, padding):
        values = by_loops(part.name, own, padding, values)
        assert (part.written == values).all()
        own = 1


@pytest.mark.keras
@pytest.mark.parametrize(("kind", "stride", "padding"), ALL)
def test_each_map_is_what_keras_writes(kind, stride, padding):
    keras, options = layers.keras(), {"padding": padding, "use_bias": False}
    values, own = sliding.numbers()["input"][None].astype("float32"), stride
    for part in sliding.parts(kind, stride, padding):
        filters, kernel = part.weights.shape[3], part.layer.kernel
        if part.depthwise:
            layer = keras.layers.DepthwiseConv2D(kernel, own, **options)
        else:
            layer = keras.layers.Conv2D(filters, kernel, own, **options)
        layer.build(values.shape)
        layer.set_weights([part.weights])
        values, own = np.asarray(layer(values)), 1
        assert (part.written == values[0]).all()


@pytest.mark.parametrize(("kind", "stride", "padding"), ALL)
def test_the_running_total_ends_at_the_labs_count(kind, stride, padding):
    convolution = sliding.parts(kind, stride, padding)
    last = convolution[-1].written
    end = [size - 1 for size in last.shape]
    assert sliding.so_far(convolution, *end) == [part.layer.macs for part in convolution]
    assert [part.each for part in convolution] == [EACH[part.name] for part in convolution]
    order = sorted(np.ndindex(last.shape), key=lambda place: (place[2], place[0], place[1]))
    before = sum(part.layer.macs for part in convolution[:-1])
    steps = [before + (at + 1) * convolution[-1].each for at in range(last.size)]
    assert [sum(sliding.so_far(convolution, *place)) for place in order] == steps


def test_the_counts_are_those_of_a_layer_of_these_numbers():
    numbers = {"kernel": sliding.KERNEL, "channels": sliding.CHANNELS}
    counts = separable.compare(**numbers, filters=sliding.FILTERS, side=sliding.SIDE).macs
    for kind in sliding.KINDS:
        assert sum(part.layer.macs for part in sliding.parts(kind)) == counts[kind]


@pytest.mark.parametrize(("kind", "stride", "padding"), ALL)
def test_a_cell_has_room_for_every_output(kind, stride, padding):
    for part in sliding.parts(kind, stride, padding):
        assert part.written.min() >= -9 and part.written.max() <= 99


@pytest.mark.parametrize(("kind", "stride", "padding"), ALL)
def test_the_products_of_an_output_add_up_to_it(kind, stride, padding):
    convolution = sliding.parts(kind, stride, padding)
    image, written = sliding.numbers()["input"], convolution[-1].written
    for place in ((0, 0, 0), tuple(size - 1 for size in written.shape)):
        rows = sliding.products(convolution, *place)
        own = rows[rows.part == convolution[-1].name]
        assert own["product"].sum() == written[place]
        assert len(own) == convolution[-1].each
        first = rows[rows.part == convolution[0].name]
        for row in first.itertuples():
            y, x = row.row - 1, row.column - 1
            inside = 0 <= y < sliding.SIDE and 0 <= x < sliding.SIDE
            assert row.value == (image[y, x, row.channel - 1] if inside else 0)
        sums = first.groupby("writes")["product"].sum()
        assert list(sums) == [
            convolution[0].written[(*place[:2], channel - 1)] for channel in sums.index
        ]


def test_a_separable_layer_is_a_quarter_and_a_ninth_of_a_full_one():
    """What notebook 01 says of this map."""
    counts = {kind: sum(part.layer.macs for part in sliding.parts(kind)) for kind in sliding.KINDS}
    assert counts == {"full": 3888, "depthwise": 972, "pointwise": 432, "separable": 1404}
    assert counts["separable"] / counts["full"] == pytest.approx(1 / 4 + 1 / 9)
    (strided,) = sliding.parts("full", stride=2)
    assert strided.layer.macs * 4 == counts["full"]


def lit(grid):
    """The cell where a grid is lit, and how many rows and columns; None: nowhere."""
    box, cells = grid.lit, grid.cells
    if not box.get_visible():
        return None
    left, top = (box.get_x() - cells.x) / cells.width, (box.get_y() - cells.y) / cells.height
    return round(top), round(left), round(box.get_height() / cells.height)


def words_in(grid):
    """What is written, by row and column of the cells."""
    return {place: text.get_text() for place, text in grid.texts.items() if text.get_text()}


def test_moving_a_slider_slides_the_kernel(explorer):
    explorer.reset()
    picture = explorer.figures[0].picture
    before = showing(explorer.figures[0].widget)
    for column in (1, 4, 6):
        explorer.dials["column"].slider.value = column
        assert [lit(grid) for grid in picture.read] == [(2, column - 1, 3)] * 3
        assert lit(picture.written) == (2, column - 1, 1)
    explorer.dials["row"].slider.value = 5
    assert [lit(grid) for grid in picture.read] == [(4, 5, 3)] * 3
    assert showing(explorer.figures[0].widget) != before
    explorer.set(stride=2, row=2, column=3)
    assert lit(picture.read[0]) == (3, 5, 3), "two cells a step; no padding comes first"


@pytest.mark.usefixtures("unseen")
def test_what_is_lit_is_what_the_output_takes(explorer):
    picture = explorer.figures[0].picture
    explorer.reset()
    explorer.set(kind="depthwise", channel=2)
    assert [lit(grid) is not None for grid in picture.read] == [False, True, False]
    assert [lit(grid) is not None for grid in picture.kernels] == [False, True, False]
    assert [len(words_in(grid)) for grid in picture.products] == [0, 9, 0]
    explorer.set(kind="pointwise")
    assert [lit(grid) for grid in picture.read] == [(3, 3, 1)] * 3
    assert [len(words_in(grid)) for grid in picture.products] == [1, 1, 1]
    explorer.set(kind="separable")
    assert [lit(grid) for grid in picture.between] == [(2, 2, 1)] * 3
    assert [lit(grid) for grid in picture.read] == [(2, 2, 3)] * 3
    assert [len(words_in(grid)) for grid in (*picture.products, *picture.mixed)] == [9] * 3 + [
        1
    ] * 3
    explorer.set(kind="full", channel=1)
    assert [len(words_in(grid)) for grid in picture.products] == [9] * 3
    assert not any(words_in(grid) for grid in (*picture.between, *picture.mixed))


@pytest.mark.usefixtures("unseen")
@pytest.mark.parametrize("kind", sliding.KINDS)
def test_the_output_fills_up_to_where_the_kernel_is(explorer, kind):
    explorer.reset()
    explorer.set(kind=kind, row=2, column=4, channel=3)
    written = sliding.parts(kind)[-1].written[:, :, 2]
    shown = words_in(explorer.figures[0].picture.written)
    assert {place: int(text.replace("−", "-")) for place, text in shown.items()} == {
        place: written[place] for place in np.ndindex(6, 6) if place <= (1, 3)
    }
    total, picture = (
        sum(part.layer.macs for part in sliding.parts(kind)),
        explorer.figures[0].picture,
    )
    filled = sum(bar.get_width() for bar in picture.bars.values())
    so_far = sum(sliding.so_far(sliding.parts(kind), 1, 3, 2))
    assert filled / picture._room == pytest.approx(so_far / total)


@pytest.mark.usefixtures("unseen")
def test_words_say_sum_and_counts(explorer):
    explorer.reset()
    assert explorer.status.text == (
        "full: the output at row 3, column 3, channel 1 (of 6 × 6 × 4) is 22 + 19 + 7 = 48; "
        "27 multiply-accumulates. So far 405 MACs; the lab counts 3,888 for the whole map."
    )
    assert "\nfull, input channel 1: 2·2 + 1·(−1) + 3·2 + 2·(−1) + 3·2 + 3·2 + " in repr(explorer)
    explorer.set(kind="separable")
    assert "3 multiply-accumulates, and 27 depthwise ones for all 4 channels" in repr(explorer)
    assert "So far 972 + 45 = 1,017 MACs; the lab counts 1,404" in explorer.status.text
    assert explorer.status.text == explorer.figures[0].picture.words
    assert explorer.numbers().value.tolist() == [
        *sliding.products(sliding.parts("separable"), 2, 2, 0).value
    ]


@pytest.mark.usefixtures("unseen")
def test_sliders_end_where_the_map_ends(explorer):
    explorer.reset()
    explorer.set(row=6, column=5, channel=4)
    explorer.controls["stride"].value = 2
    assert [explorer.state[name] for name in ("row", "column", "channel")] == [3, 3, 4]
    assert [explorer.dials[name].slider.max for name in ("row", "column")] == [3, 3]
    assert explorer.message.text == ""
    explorer.controls["row"].value = 4
    assert explorer.message.text == "row: 4 is out of range here; accepted: 1 to 3."
    explorer.controls["kind"].value = "depthwise"
    assert explorer.message.text == (
        "row: 4 is out of range here; accepted: 1 to 3. "
        "Until that is corrected, nothing else changes."
    )
    explorer.controls["row"].value = 2
    assert (explorer.message.text, explorer.state["channel"]) == ("", 3)
    explorer.set(stride=1, row=6)
    assert (explorer.message.text, explorer.state["row"]) == ("", 6)
    explorer.set(padding="valid", row=1)
    assert (explorer.controls["row"].value, explorer.dials["row"].slider.value) == (1, 1)
    explorer.controls["kind"].value = "pointwise"
    assert explorer.controls["padding"].disabled
    explorer.reset()
    assert repr(explorer) == repr(Convolution())


@pytest.mark.slow
def test_every_output_can_be_shown_and_sent_ahead():
    for kind, stride, padding in [one for one in ALL if one[1:] in ((1, "same"), (2, "valid"))]:
        explorer = Convolution(kind, stride=stride, padding=padding)
        for name in ("row", "column", "channel"):
            ahead = explorer.beside(name)
            assert sorted(ahead) == explorer.dials[name].knob.values
            for text, _ in (draw() for draw in ahead.values()):
                assert text.startswith(
                    " then ".join(kind.split()) if kind != "separable" else "dep"
                )


@pytest.mark.parametrize(
    ("start", "received"),
    [
        ({"kind": "dilated"}, "kind='dilated' is not possible; accepted: 'full', 'depthwise'"),
        ({"stride": 3}, "stride=3 is not possible; accepted: 1, 2"),
        ({"padding": "some"}, "padding='some' is not possible; accepted: 'same', 'valid'"),
        ({"row": 7}, "row: 7 is out of range here; accepted: 1 to 6."),
        ({"row": 4, "stride": 2}, "row: 4 is out of range here; accepted: 1 to 3."),
        ({"kind": "depthwise", "channel": 4}, "channel: 4 is out of range here; accepted: 1 to 3."),
        ({"column": 0}, "column=0 is not possible; accepted: 1 to 6"),
    ],
)
def test_a_start_that_cannot_be_is_one_sentence(start, received):
    with pytest.raises(ValueError) as refused:
        Convolution(**start)
    assert str(refused.value).startswith(received) and "\n" not in str(refused.value)


@pytest.mark.parametrize("kind", sliding.KINDS)
def test_no_text_leaves_the_picture_or_its_cell(explorer, kind):
    explorer.reset()
    explorer.set(kind=kind, row=6, column=6, channel=3)
    picture = explorer.figures[0].picture
    renderer = picture.figure.canvas.get_renderer()
    for text in picture.axes.texts:
        if text.get_visible() and text.get_text():
            box = text.get_window_extent(renderer)
            assert box.x0 >= 0 and box.x1 <= picture.size[0], text.get_text()
    titles = [one.get_window_extent(renderer) for one in picture.titles.values() if one.get_text()]
    assert all(one.x1 < other.x0 for one, other in pairwise(sorted(titles, key=lambda own: own.x0)))
    grids = (*picture.read, *picture.kernels, *picture.products, *picture.between, *picture.mixed)
    for grid in (*grids, picture.written):
        for text in (one for one in grid.texts.values() if one.get_text()):
            assert text.get_window_extent(renderer).width <= grid.cells.width, text.get_text()


def test_live_picture_is_the_picture_drawn_anew(explorer):
    explorer.reset()
    explorer.set(kind="separable", row=5, channel=2)
    figure = explorer.figures[0]
    live = Image.open(io.BytesIO(figure.frame())).convert("RGB")
    whole = Image.open(io.BytesIO(figure.picture.png(scale=1))).convert("RGB")
    live, whole = (np.asarray(image.reduce(10)).astype(int) for image in (live, whole))
    assert (np.abs(live - whole).max(axis=-1) > 48).mean() < 0.005
    assert {to_rgb(COLOR[part]) for part in EACH} <= {to_rgb(color) for color in colors()}
