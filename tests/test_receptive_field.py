"""What a position sees, drawn on the picture: where it is bright, a change counts."""

import numpy as np
import pytest
from showing import showing

from mobilenet_lab import Design
from mobilenet_lab.costs.fields import seen_pixels
from mobilenet_lab.explorers import ReceptiveField
from mobilenet_lab.features import feature_maps
from mobilenet_lab.models.build import build
from mobilenet_lab.plots.pixels import rgb
from mobilenet_lab.plots.seen import Seen
from mobilenet_lab.plots.style import ACCENT

LAYER = "stage4_block4_add"
NOISE = np.random.default_rng(0).integers(60, 255, (240, 240, 3), dtype=np.uint8)


@pytest.fixture(scope="module")
def explorer():
    return ReceptiveField(layer=LAYER, row=7, column=7, picture=NOISE)


def on_picture(picture):
    """The picture's pixels, and which of them have the frame's colour."""
    part = picture.pixels[picture.TOP : picture.TOP + picture.SIDE, : picture.SIDE]
    return part, (part == rgb(ACCENT)).all(axis=2)


def framed(picture):
    """The first and the last row and column of the frame, in pixels of the figure."""
    rows, columns = np.nonzero(on_picture(picture)[1])
    return rows.min(), rows.max(), columns.min(), columns.max()


@pytest.mark.parametrize("place", [(0, 0), (7, 7), (3, 12), (13, 13)])
def test_the_frame_stands_around_the_pixels_that_are_seen(explorer, place):
    explorer.set(row=place[0], column=place[1])
    picture = explorer.figures[0].picture
    ends = [end for at in place for end in seen_pixels(explorer.design, LAYER, at)]
    expected = [end * picture.SIDE / 224 for end in ends]
    assert framed(picture) == pytest.approx(np.subtract(expected, [0, 1, 0, 1]), abs=1)
    pixels, frame = on_picture(picture)
    top, bottom, left, right = framed(picture)
    inside = np.zeros_like(frame)
    inside[top : bottom + 1, left : right + 1] = True
    assert pixels[inside & ~frame].mean() > 2.5 * pixels[~inside].mean()


@pytest.mark.keras
@pytest.mark.parametrize(("row", "column"), [(1, 2), (3, 3)])
def test_what_is_bright_changes_the_position_and_what_is_dark_does_not(row, column):
    """The network itself says so."""
    design, name = Design("v2", 0.35, resolution=64), "stage4_block1_project_bn"
    model, image = build(design), np.random.default_rng(1).uniform(-1, 1, (64, 64, 3))
    image = image.astype("float32")
    (top, bottom), (left, right) = (seen_pixels(design, name, at) for at in (row, column))
    inside = np.zeros((64, 64, 1), bool)
    inside[top:bottom, left:right] = True
    value = feature_maps(model, image, [name])[name][row, column]
    for where, same in ((inside, False), (~inside, True)):
        if where.any():
            other = np.where(where, -image, image)
            assert np.allclose(feature_maps(model, other, [name])[name][row, column], value) == same


def test_words_are_those_of_the_picture_and_say_rows_and_columns(explorer):
    explorer.set(layer=LAYER, row=7, column=7)
    first, after = seen_pixels(Design("v2"), LAYER, 7)
    assert f": row 7, column 7 sees rows {first} to {after - 1} and columns" in repr(explorer)
    assert "58.3% of the picture: a field of 171 × 171 px." in explorer.status.text
    assert showing(explorer.figures[0].widget)[1] == explorer.status.text
    explorer.set(row=0)
    assert "171 × 171 px, cut at the edge." in explorer.status.text


@pytest.mark.usefixtures("unseen")
def test_another_layer_keeps_the_place_in_the_picture(explorer):
    explorer.set(layer=LAYER, row=7, column=7)
    table = explorer.numbers().set_index("layer")
    for layer in ("stem_relu", "stage2_block2_add", "last_relu", LAYER):
        explorer.controls["layer"].value = layer
        side = int(table.px[layer])
        assert [explorer.dials[name].slider.max for name in ("row", "column")] == [side - 1] * 2
        assert abs((explorer.state["row"] + 0.5) / side - 7.5 / 14) <= 0.5 / 7
        assert (explorer.state["row"], explorer.state["column"]) == tuple(
            table.loc[layer, ["row", "column"]]
        )
    assert (explorer.state["row"], explorer.state["column"]) == (7, 7)
    explorer.controls["row"].value = 14
    assert explorer.message.text == "row: 14 is out of range here; accepted: 0 to 13."
    explorer.controls["row"].value = 7


def test_numbers_widen_with_depth_and_are_what_is_seen(explorer):
    explorer.set(layer=LAYER, row=7, column=7)
    rows = explorer.numbers()
    assert (rows["field px"].diff()[1:] >= 0).all()
    assert (rows["of the picture %"].diff()[1:] >= 0).all()
    for row in rows.itertuples():
        first, after = seen_pixels(explorer.design, row.layer, row.row)
        assert row.sees.startswith(f"rows {first} to {after - 1}, ")


def test_what_a_position_sees_grows_from_the_eye_to_the_whole_picture(explorer):
    """What notebook 06 tells its reader to look for."""
    explorer.set(layer=LAYER, row=7, column=7)
    rows = explorer.numbers().set_index("layer")
    assert rows["field px"][["stem_relu", "stage3_block3_add", LAYER]].tolist() == [3, 59, 171]
    whole = rows.index[rows["of the picture %"] == 100]
    assert whole[0] == "stage5_block3_add" and list(whole) == list(rows.index[-len(whole) :])
    explorer.set(row=0, column=0)
    assert "rows 0 to 100 and columns 0 to 100 of 224 px, 20.3% of" in explorer.status.text
    assert seen_pixels(Design("v2"), "stage5_block3_add", 0) == (0, 149)


@pytest.mark.parametrize("name", ["stem_relu", LAYER, "last_relu"])
def test_the_width_makes_no_difference(name):
    thin, wide = Design("v2", 0.35), Design("v2")
    assert all(seen_pixels(thin, name, at) == seen_pixels(wide, name, at) for at in range(7))


@pytest.mark.usefixtures("unseen")
def test_another_family_and_size_show_their_layers(explorer):
    explorer.reset()
    explorer.controls["family"].value = "v1"
    assert explorer.message.text == "" and explorer.design == Design("v1")
    names = [value for _, value in explorer.controls["layer"].options]
    assert explorer.state["layer"] == names[-1] and "stage4_block4_add" not in names
    explorer.controls["resolution"].value = 96
    assert explorer.dials["row"].slider.max == 2 and "of 96 px" in explorer.status.text
    explorer.reset()
    assert repr(explorer) == repr(ReceptiveField(layer=LAYER, row=7, column=7, picture=NOISE))
    assert explorer.dials["row"].slider.value == 7


def test_a_click_on_the_map_chooses_the_position(explorer):
    explorer.reset()
    picture = explorer.figures[0].picture
    (width, height), cell = picture.size, picture.SIDE / 14
    x, y = picture.RIGHT + 2.5 * cell, picture.TOP + 11.5 * cell
    explorer.choose_place(x / width, y / height)
    assert (explorer.state["row"], explorer.state["column"]) == (11, 2)
    mark = picture.pixels[int(y), int(x)]
    assert list(mark) == rgb(ACCENT)
    explorer.choose_place(0.1, 0.5)
    assert (explorer.state["row"], explorer.state["column"]) == (11, 2), "the picture is no map"


def test_what_is_sent_ahead_is_what_the_step_shows(explorer):
    explorer.reset()
    ahead = explorer.beside("column")
    assert sorted(ahead) == list(range(14))
    for value in (6, 8):
        text, shots = ahead[value]()
        explorer.set(column=value)
        assert explorer.status.text == text
        assert [figure.shot() for figure in explorer.figures] == shots


@pytest.mark.parametrize(
    ("start", "received"),
    [
        ({"family": "v3"}, "family='v3'"),
        ({"resolution": 225}, "225"),
        ({"layer": "stage9"}, "layer='stage9'"),
        ({"layer": LAYER, "row": 14}, "row=14"),
        ({"layer": LAYER, "column": -1}, "column=-1"),
        ({"row": 1.5}, "row=1.5"),
    ],
)
def test_a_start_that_cannot_be_is_refused(start, received, refused):
    refused(lambda: ReceptiveField(**{"picture": NOISE} | start), received)


def test_padding_alone_and_wild_places_are_answered(refused):
    picture, image = Seen(), np.zeros((32, 32, 3), np.float32)
    picture.show(image, 4, (3, 3), (0, 0), (0, 0))
    assert picture.words == "row 3, column 3 of 4 × 4 sees no rows, no columns of 32 px."
    assert not on_picture(picture)[1].any()
    refused(lambda: picture.show(image, 4, (4, 0), (0, 1), (0, 1)), "place=4")
    refused(lambda: picture.show(image[0], 4, (0, 0), (0, 1), (0, 1)), "(32, 3)")
