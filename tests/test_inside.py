"""Explorers that look inside: lists moved and files uploaded in code, pictures read back as pixels.

What they say is compared with sub-models of Keras and with `layer_table`, not with themselves.
"""

import base64
import contextlib
import datetime
import io
import itertools
import json
import re

import numpy as np
import pandas as pd
import pytest
from optional import keras
from PIL import Image
from showing import showing, shown_pixels

from mobilenet_lab import Design, build, cost, layer_table
from mobilenet_lab.explorers import Bottleneck, Filters, SideBySide, ThroughTheNetwork
from mobilenet_lab.explorers import inside as looking
from mobilenet_lab.explorers.browser import PlainUpload, newest
from mobilenet_lab.explorers.live import LiveFigure
from mobilenet_lab.explorers.source import MOST_BYTES
from mobilenet_lab.explorers.weights_list import nearest
from mobilenet_lab.features import feature_maps, images, load_image, receptive_fields
from mobilenet_lab.models import patches, weights
from mobilenet_lab.networks.families import knobs
from mobilenet_lab.plots.diagram import columns
from mobilenet_lab.plots.mosaics import Histogram, Maps, Mosaic, Strip
from mobilenet_lab.plots.picture import MARGIN
from mobilenet_lab.plots.pixels import (
    GAP,
    LEAST_SIDE,
    MOST,
    coloured,
    fitted,
    resized,
    thumbnail,
    tiled,
)

pytestmark = [
    pytest.mark.keras,
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]

SMALL = {"alpha": 0.35, "resolution": 96, "weights": "random"}
BETWEEN = [201, 223, 242]


@pytest.fixture(scope="module", autouse=True)
def computer(tmp_path_factory):
    """A computer without ImageNet's weights, and with small ones: random ones made here."""
    folder = tmp_path_factory.mktemp("computer")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KERAS_HOME", str(folder))
        patch.setattr("keras.src.backend.config._KERAS_DIR", str(folder))
        patch.setattr(patches, "weights_file", lambda family: folder / f"{family}.weights.h5")
        for family, design in patches.NETWORKS.items():
            small = Design(family, design.alpha, resolution=32)
            build(small, top=False).save_weights(patches.weights_file(family))
        yield folder


@pytest.fixture(scope="module")
def through():
    return ThroughTheNetwork(**SMALL)


@pytest.fixture(scope="module")
def maps(through):
    """The maps of that design, by another way: one model of Keras with all outputs."""
    model = weights.load(through.design, "random").model
    whole = keras.Model(model.input, {layer.name: layer.output for layer in model.layers[1:]})
    written = whole(load_image("chelsea", 96)[None], training=False)
    return {name: keras.ops.convert_to_numpy(value)[0] for name, value in written.items()}


@pytest.fixture
def passes(monkeypatch):
    """Notes each pass through a model."""
    ran = []
    monkeypatch.setattr(looking, "feature_maps", lambda *a: ran.append(a) or feature_maps(*a))
    return ran


def put(explorer, **values):
    for name, value in values.items():
        explorer.controls[name].value = value


def shown(figure):
    """The widget's image as pixels, and its alternative text."""
    return shown_pixels(figure.widget)


def maps_of(explorer, number=0):
    """The maps by layer of its design of that number."""
    return explorer.state["passes"][number].maps


def everything(explorer):
    """All that a reader sees and hears."""
    return [explorer.status.text, *(showing(figure.widget) for figure in explorer.figures)]


def listed(explorer):
    """What its lists offer, and what is chosen."""
    return {name: (control.options, control.value) for name, control in explorer.controls.items()}


def upload(explorer, name, content, piece=1000):
    """What the browser sends when a reader chooses a file; returns what the kernel answers."""
    widget, asked = explorer.parts["source"].upload, []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(widget, "send", asked.append)
        hear(widget, {"offer": True, "id": name, "name": name, "size": len(content)})
        while "next" in asked[-1]:
            start = asked[-1]["next"]
            hear(widget, {"id": name}, memoryview(content)[start : start + piece])
    return asked


def hear(widget, said, *buffers):
    """A message from the browser to a widget."""
    data = {"method": "custom", "content": said}
    widget._handle_msg({"content": {"data": data}, "buffers": list(buffers)})


def png(color, size=(40, 30)):
    buffer = io.BytesIO()
    Image.new("RGB", size, color).save(buffer, "png")
    return buffer.getvalue()


# Mosaics


def test_black_is_zero_white_the_limit_orange_negative():
    red, green, blue = coloured(np.array([-5.0, -2.5, 0, 2.5, 5, 9]), 5.0).T.astype(int)
    assert (red[2], red[4], red[5]) == (0, 255, 255)
    assert (red[2:] == green[2:]).all() and (green[2:] == blue[2:]).all()  # greys
    assert 120 < red[3] < 136
    assert (red[:2] > green[:2]).all() and (green[:2] > blue[:2]).all()  # oranges
    assert red[0] >= red[1]
    assert coloured(np.zeros(3), 0.0).max() == 0


def test_a_mosaic_by_hand():
    values = np.zeros((2, 2, 3), np.float32)
    values[0, 0, 0], values[1, 1, 1], values[:, :, 2] = 4, 2, -4
    pixels = tiled(values, side=4, width=10, limit=4)
    assert pixels.shape == (4 + GAP + 4, 4 + GAP + 4, 3)
    assert (pixels[:2, :2] == 255).all() and pixels[2:4, :4].max() == 0  # crisp quarters
    assert abs(pixels[2:4, 8:10].astype(int) - 128).max() <= 1
    assert (pixels[:, 4:6] == BETWEEN).all() and (pixels[4:6] == BETWEEN).all()
    assert (pixels[6:, :4, 0] > pixels[6:, :4, 2]).all()
    assert (pixels[6:, 6:] == 255).all()  # no channel: paper


def test_each_channel_to_its_own_scale():
    values = np.stack([np.eye(2), np.eye(2) / 100], axis=2).astype(np.float32)
    assert tiled(values, 2, 100, limit=1)[:, 4:].max() <= 3
    own = tiled(values, 2, 100)
    assert (own[:, :2] == own[:, 4:]).all() and own[0, 0, 0] == 255


def test_large_tiles_are_averaged_and_small_ones_repeated():
    values = np.arange(16, dtype=np.float32).reshape(1, 4, 4)
    assert resized(values, 2)[0].tolist() == [[2.5, 4.5], [10.5, 12.5]]
    assert resized(values, 8)[0, ::2, ::2].tolist() == values[0].tolist()
    assert resized(values, 8)[0, 1::2, 1::2].tolist() == values[0].tolist()


@pytest.mark.parametrize("number", [1, 2, 8, 16, 96, 128, 129, 1280])
@pytest.mark.parametrize("room", [(840, 420), (412, 420), (269, 286)])
def test_tiles_fit_and_can_be_looked_at(number, room):
    side, count = fitted(number, *room)
    assert side >= LEAST_SIDE
    assert count <= min(number, MOST)
    columns = (room[0] + GAP) // (side + GAP)
    assert -(-count // columns) * (side + GAP) - GAP <= room[1]
    assert count == min(number, MOST) or side == LEAST_SIDE


def test_of_many_channels_the_first_in_order_are_shown_and_it_is_said():
    values = np.zeros((7, 7, 300), np.float32)
    values[:, :, 299] = 3
    picture = Maps()
    picture.show([Mosaic("many", values)], by="mean", scale="layer")
    assert "many: first 128 of 300 channels by mean" in picture.words
    assert (picture.pixels[Maps.TOP : Maps.TOP + 20, :20] == 255).all()
    picture.show([Mosaic("many", values)], scale="layer")
    assert picture.pixels[Maps.TOP : Maps.TOP + 20, :20].max() == 0


@pytest.mark.parametrize("shape", [(3,), (1, 1, 3)])
@pytest.mark.parametrize("scale", ["layer", "channel"])
@pytest.mark.parametrize("by", ["index", "mean", "variance"])
def test_channels_of_one_position_share_a_scale_and_are_sorted_by_value(shape, scale, by):
    picture = Maps()
    picture.show([Mosaic("layer", np.array([1.0, 4.0, 2.0]).reshape(shape))], by, scale)
    side = fitted(3, 840, 420)[0]
    greys = picture.pixels[Maps.TOP, [at * (side + GAP) for at in range(3)], 0]
    expected = [64, 255, 128] if by == "index" else [255, 128, 64]
    assert abs(greys.astype(int) - expected).max() <= 1
    order = "" if by == "index" else " by value"
    said = ", all to one scale" if scale == "channel" else ""
    assert picture.words == (
        f"layer: 3 channels{order}{said}. "
        "Black is 0, white the largest value of the layer, orange negative."
    )


def test_a_map_of_one_position_beside_a_larger_one():
    picture = Maps(panels=2)
    panels = [Mosaic("large", np.ones((2, 2, 3))), Mosaic("one", np.array([1.0, 4.0, 2.0]))]
    picture.show(panels, "variance", "channel")
    assert picture.words == (
        "large: 3 channels by variance; one: 3 channels by value. Black is 0, white the largest "
        "value of each channel or the layer, orange negative."
    )


def test_a_thumbnail_of_one_position_is_not_all_white():
    tile = thumbnail(np.array([1.0, 2.0, 3.0, 4.0, 0.0]).reshape(1, 1, 5), 50)
    greys = [tile[2, 2, 0], tile[2, 30, 0], tile[30, 2, 0], tile[30, 30, 0]]
    assert abs(np.array(greys, int) - [255, 191, 128, 64]).max() <= 1


@pytest.mark.parametrize("shape", [(1000,), (1, 1, 3), (112, 112, 16), (3, 3, 1280)])
def test_a_still_has_the_pixels_of_the_live_picture(shape):
    figure = LiveFigure(Maps())
    figure.show([Mosaic("layer", np.random.default_rng(0).normal(size=shape))])
    live, _ = shown(figure)
    still = np.asarray(Image.open(io.BytesIO(figure.picture.png())).convert("RGB"))
    assert (live[Maps.TOP :] == still[Maps.TOP :]).all()
    twice = np.asarray(Image.open(io.BytesIO(figure.picture.png(scale=2))).convert("RGB"))
    assert (twice[2 * Maps.TOP :: 2, ::2] == live[Maps.TOP :]).all()


def test_side_by_side_one_scale_and_one_size():
    picture = Maps(panels=2, alike=True)
    quarter = np.full((4, 4, 2), 1.0)
    picture.show([Mosaic("full", np.full((8, 8, 4), 4.0)), Mosaic("quarter", quarter)])
    left, right = picture.pixels[Maps.TOP + 5, 5], picture.pixels[Maps.TOP + 5, 433]
    assert left.tolist() == [255] * 3
    assert right.tolist() == [64] * 3


def test_a_histogram_is_as_high_as_the_shares():
    picture = Histogram()
    values = np.array([0.05] * 90 + [5.95] * 9 + [3.0])
    picture.show("layer", values)
    left, top, right, bottom = picture.BOX
    filled = (picture.pixels[top:bottom, left:right] != 255).any(axis=2).sum(axis=0)
    expected = [np.log10(share / 1e-5) / 5 * (bottom - top) for share in (0.9, 0.09, 0.01)]
    assert abs(filled[[3, -4, 381]] - expected).max() <= 1
    assert filled[100] == 0
    assert picture.words.endswith("The fullest bar, 90 % of them, lies between 0 and 0.12.")


def test_the_fullest_bar_of_a_histogram_need_not_hold_most_values():
    picture, values = Histogram(), np.linspace(0, 6, 1000)
    picture.show("layer", np.append(values, [3.01] * 50))
    assert picture.words.endswith("The fullest bar, 7 % of them, lies between 3 and 3.1.")
    assert "Most of them" not in picture.words


@pytest.mark.parametrize(("family", "stages"), [("v1", 6), ("v2", 10)])
def test_a_strip_has_the_input_and_the_last_map_of_each_stage(family, stages):
    design = Design(family, 0.35, resolution=32)
    rows = layer_table(design)
    ones = {row.name: np.ones((row.size_out, row.size_out, row.c_out)) for row in rows.itertuples()}
    picture = Strip()
    picture.show(np.zeros((32, 32, 3)), ones, design, "stage2")
    assert len(picture.stages) == stages
    assert "Framed: stage2." in picture.words
    last = rows[rows.stage == "stage2"].iloc[-1]
    assert f"stage2 {last.size_out} px × {last.c_out} channels" in picture.words
    assert "classifier 1 px × 1000 channels" in picture.words
    drawn = columns(design)
    named = [text for text in picture.texts if text.get_text() in ("input", *picture.stages)]
    assert [text.get_text() for text in named] == [one.title for one in drawn]
    places = [text.get_position()[0] / picture.size[0] for text in named]
    assert places == pytest.approx([(at + 0.5) / len(drawn) for at in range(len(drawn))])
    headless = {name: own for name, own in ones.items() if not name.startswith("classifier")}
    framed = picture.pixels.copy()
    picture.show(np.zeros((32, 32, 3)), headless, design, "stage2")
    assert picture.stages[-1] == "classifier", "the columns stay those of the drawing"
    assert "no weights" in [text.get_text() for text in picture.texts]
    assert "classifier" not in picture.words
    picture.show(np.zeros((32, 32, 3)), ones, design)
    changed = np.flatnonzero((framed != picture.pixels).any(axis=(0, 2)))
    cell = 840 / (stages + 1)
    place = 1 + picture.stages.index("stage2")
    assert place * cell - 5 <= changed.min() and changed.max() <= (place + 1) * cell + 5


# A picture through the network


def test_words_are_the_table_and_the_maps_of_keras(through, maps):
    for name in ("stem_conv", "stage2_block1_expand_relu", "stage6_block2_add", "classifier_dense"):
        row = layer_table(through.design).set_index("name").loc[name]
        seen = receptive_fields(through.design).set_index("name").loc[name]
        put(through, stage=row.stage, layer=name)
        words, values = repr(through), maps[name]
        zeros = [not values[..., channel].any() for channel in range(row.c_out)]
        assert f"{name}: {row.size_out} px × {row.c_out} channels;" in words
        assert f"{sum(zeros)} of {row.c_out} channels are dead" in words
        assert f"{round(100 * (values == 0).mean())} % of the values are 0" in words
        assert f"{round(100 * (values == 6).mean())} % are cut off at 6" in words
        if row.macs:
            share = 100 * row.macs / cost(through.design).macs
            assert f"{row.macs:,} MACs ({share:.1f} %)" in words
        assert f"sees {seen.field} × {seen.field} px" in words or row.stage == "classifier"
    assert through.status.text.startswith(words)


def test_the_mosaic_holds_the_maps_of_keras(through, maps):
    put(through, stage="stage3", layer="stage3_block1_project_bn", order="index", scale="layer")
    pixels, alt = shown(through.figures[1])
    values = maps["stage3_block1_project_bn"]
    side, count = fitted(values.shape[2], 840, 420)
    expected = tiled(values, side, 840, np.abs(values).max())
    drawn = pixels[Maps.TOP :][: expected.shape[0], : expected.shape[1]].astype(int)
    assert (np.abs(drawn - expected) > 2).mean() < 0.01  # another pass may round otherwise
    assert count == values.shape[2] and "stage3_block1_project_bn: 16 channels" in alt
    put(through, order="variance", scale="channel")


def test_channels_come_in_the_chosen_order(through, maps):
    put(through, stage="stem", layer="stem_relu", scale="layer")
    values = maps["stem_relu"]
    for order, worth in (("mean", values.mean((0, 1))), ("variance", values.var((0, 1)))):
        put(through, order=order)
        pixels, alt = shown(through.figures[1])
        side = fitted(values.shape[2], 840, 420)[0]
        first = pixels[Maps.TOP :, :side][:side, :, 0].mean() / 255 * values.max()
        best = values[..., np.argmax(worth)].mean()
        assert first == pytest.approx(best, rel=0.05)
        assert f"by {order}" in alt
    put(through, scale="channel")


def test_another_layer_needs_no_second_pass(through, passes):
    for stage, _ in list(through.controls["stage"].options):
        put(through, stage=stage)
        for layer, _ in list(through.controls["layer"].options)[:3]:
            before = everything(through)
            put(through, layer=layer)
            assert layer in through.status.text
            assert before == everything(through) or before[2] != everything(through)[2]
    put(through, order="index", scale="layer")
    assert not passes
    put(through, picture="coffee")
    assert len(passes) == 1
    put(through, picture="chelsea", order="variance", scale="channel")


def test_a_stage_shows_its_last_layer_and_is_framed(through):
    put(through, stage="stage4")
    assert through.state["layer"] == "stage4_block4_add"
    assert "Framed: stage4." in shown(through.figures[0])[1]
    put(through, layer="stage4_block1_expand")
    put(through, stage="stem")
    assert through.state["layer"] == "stem_relu"


def test_a_click_on_the_strip_chooses_the_stage_there(through):
    put(through, stage="stem")
    names = list(dict(through.controls["stage"].options))
    assert "classifier" in names
    for index, name in enumerate(names):  # the input and ten stages share the width
        through.choose_stage((index + 1.5) / 11, 0.5)
        assert through.controls["stage"].value == name
        assert f"Framed: {name}." in shown(through.figures[0])[1]
    through.choose_stage(0.05, 0.5)
    assert through.controls["stage"].value == names[9], "the input is no stage"


@pytest.mark.parametrize("change", [{"resolution": 128}, {"picture": "coins"}, {"alpha": 0.5}])
def test_each_choice_is_seen_and_heard(through, change):
    put(through, stage="stage1")
    before = everything(through)
    put(through, **change)
    assert all(now != was for now, was in zip(everything(through), before, strict=True))
    put(through, picture="chelsea", alpha=0.35, resolution=96)
    assert everything(through) == before


def test_families_share_what_both_have(unseen):
    explorer = ThroughTheNetwork("v2", alpha=1.4, resolution=96, weights="random", stage="stage6")
    put(explorer, family="v1")
    assert explorer.design == Design("v1", 1.4, resolution=96)
    assert explorer.controls["stage"].value in dict(explorer.controls["stage"].options)
    assert len(maps_of(explorer)) == len(layer_table(explorer.design))


def test_another_family_comes_with_such_weights(unseen):
    explorer = ThroughTheNetwork("v2", resolution=96, weights="patches")
    put(explorer, family="v1")
    assert explorer.design == Design("v1", 0.25, resolution=96)
    assert explorer.controls["weights"].value == "patches"
    put(explorer, family="v2")
    assert explorer.design == Design("v2", 0.35, resolution=96)
    assert nearest(1.5, "v1", "imagenet") == 1.0
    assert nearest(0.4, "v2", "my.weights.h5") == 0.4


def test_any_width_and_resolution_of_the_sliders(unseen):
    explorer = ThroughTheNetwork("v2", alpha=0.6, resolution=64, weights="random")
    assert explorer.design == Design("v2", 0.6, resolution=64)
    for name in ("alpha", "resolution"):
        values = [value for _, value in explorer.controls[name].options]
        assert values == knobs()[name].values
    put(explorer, alpha=0.1)
    assert "random weights" in explorer.status.text
    assert [kind for _, kind in explorer.controls["weights"].options] == ["random"]


def test_numbers_are_those_of_the_stage(through, maps):
    put(through, stage="stage5")
    frame = through.numbers().set_index("layer")
    rows = layer_table(through.design).query("stage == 'stage5'").set_index("name")
    assert list(frame.index) == list(rows.index)
    assert (frame["MACs"] == rows.macs).all() and (frame["parameters"] == rows.params).all()
    zeros = [round(100 * (maps[name] == 0).mean()) for name in rows.index]
    assert list(frame["zeros %"]) == zeros
    assert through.parts["numbers"].table.value == ""
    through.parts["numbers"].box.value = True
    assert f"{rows.macs.iloc[0]:,}" in through.parts["numbers"].table.value
    through.parts["numbers"].box.value = False


def test_an_explorer_displays_as_widget_still_and_words(through):
    bundle, facts = through._repr_mimebundle_()
    assert bundle["text/plain"] == repr(through)
    view = bundle["application/vnd.jupyter.widget-view+json"]
    assert view["model_id"] == through.widget.model_id
    still = Image.open(io.BytesIO(base64.b64decode(bundle["image/png"])))
    height = sum(figure.picture.size[1] for figure in through.figures)
    assert still.size == (840 + 2 * MARGIN, height + 2 * MARGIN)
    assert len(facts["image/png"]["alt"]) > 100


def test_a_reset_goes_back_to_the_start_whatever_has_changed(passes):
    explorer = ThroughTheNetwork("v2", 0.5, 96, "coins", stage="stage3", order="mean")
    start = everything(explorer), listed(explorer), explorer.state["wish"]
    put(explorer, family="v1", resolution=128, order="index", scale="layer")
    put(explorer, stage="stage4", weights="random")
    upload(explorer, "red.png", png("red"))
    explorer.parts["numbers"].box.value = True
    explorer.parts["weights"].file.value = "nowhere.h5"
    assert explorer.message.text and explorer.parts["numbers"].table.value
    explorer.parts["reset"].button.click()
    assert (everything(explorer), listed(explorer), explorer.state["wish"]) == start
    assert not explorer.message.text and not explorer.parts["numbers"].table.value
    assert not explorer.parts["weights"].file.value
    before = len(passes)
    explorer.reset()
    assert len(passes) == before, "nothing has changed, and yet another pass"


@pytest.mark.parametrize(
    "make",
    [
        lambda: SideBySide(left=0.35, right=0.1, resolution=64, weights="random"),
        lambda: Bottleneck(alpha=0.1, resolution=64, weights="random"),
        lambda: Filters(alpha=0.1, weights="random"),
    ],
)
def test_every_explorer_has_a_way_back(make):
    explorer = make()
    start = everything(explorer), listed(explorer)
    for name in {"family", "picture", "layer", "block", "order"} & set(explorer.controls):
        options = [value for _, value in explorer.controls[name].options]
        chosen = options.index(explorer.controls[name].value)
        explorer.controls[name].value = options[(chosen + 1) % len(options)]
    assert everything(explorer) != start[0]
    explorer.reset()
    assert (everything(explorer), listed(explorer)) == start


def test_what_is_shown_can_be_saved(through):
    through.parts["save"].button.click()
    names = re.findall('download="([^"]*)"', through.parts["save"].files.value)
    assert names[:2] == ["mobilenet.png", "mobilenet.csv"] and "mobilenet-3.svg" in names
    data = re.search('data:text/csv;base64,([^"]*)', through.parts["save"].files.value)[1]
    saved = pd.read_csv(io.BytesIO(base64.b64decode(data)))
    pd.testing.assert_frame_equal(saved, through.numbers(), check_dtype=False)
    put(through, stage="stage6")
    assert through.parts["save"].files.value == "", "files of another layer"


# Pictures of the reader's own


def test_an_upload_goes_through(through, passes):
    upload(through, "rot.png", png("red"))
    assert through.controls["picture"].value == "your rot.png"
    assert through.status.text.startswith("your rot.png through")
    assert (passes[-1][1] == [1, -1, -1]).all()
    upload(through, "rot.png", png("blue"))  # another file of that name
    assert (passes[-1][1] == [-1, -1, 1]).all()
    assert len(passes) == 2
    put(through, picture="chelsea")
    put(through, picture="your rot.png")
    assert (passes[-1][1] == [-1, -1, 1]).all()
    put(through, picture="chelsea")


@pytest.mark.parametrize("content", [b"", b"just text", png("red")[:60]], ids=len)
def test_a_file_that_is_no_picture_is_answered_and_nothing_is_lost(through, content, passes):
    before = everything(through)
    upload(through, "notes.png", content)
    said = through.message.text
    assert re.fullmatch(r"The file notes\.png is not possible; accepted: a .*picture.*\.", said)
    assert everything(through) == before and not passes
    assert through.controls["picture"].value == "chelsea"
    put(through, order="mean")
    assert through.message.text == ""
    put(through, order="variance")


def test_a_sample_that_is_missing_is_answered_and_nothing_is_lost(through, monkeypatch):
    def missing(source, resolution):
        if source == "coins":
            raise ValueError("source='coins' is not possible; accepted: another picture")
        return load_image(source, resolution)

    before = everything(through)
    monkeypatch.setattr(looking, "load_image", missing)
    put(through, picture="coins")
    assert through.message.text == "Source='coins' is not possible; accepted: another picture."
    assert everything(through) == before
    put(through, stage="stage2")
    put(through, stage="stem")
    assert "stem_relu" in through.status.text and through.message.text == ""


class Huge(bytes):
    """A file that says it is larger than it is."""

    def __len__(self):
        return MOST_BYTES + 1_000_000


def test_a_file_that_is_too_large_is_answered_before_it_is_sent(through, passes):
    before = everything(through)
    assert upload(through, "poster.tif", Huge()) == [{"id": "poster.tif", "end": True}]
    said = "The file poster.tif has 101.0 MB; accepted: a picture of at most 100 MB."
    assert through.message.text == said
    assert everything(through) == before and not passes
    upload(through, "rot.png", png("red"))
    assert through.message.text == "" and len(passes) == 1
    put(through, picture="chelsea")


def test_a_file_comes_in_pieces_and_the_one_chosen_last_wins(through, passes):
    rng = np.random.default_rng(0)
    buffer = io.BytesIO()
    Image.fromarray(rng.integers(0, 256, (96, 96, 3), np.uint8)).save(buffer, "png")
    asked = upload(through, "noise.png", buffer.getvalue())
    assert [one.get("next") for one in asked] == [*range(0, len(buffer.getvalue()), 1000), None]
    assert (passes[-1][1] == load_image(buffer.getvalue(), 96)).all()

    widget = through.parts["source"].upload
    hear(widget, {"offer": True, "id": "a", "name": "late.png", "size": 5000})
    upload(through, "rot.png", png("red"))
    hear(widget, {"id": "a"}, png("blue"))  # a piece of the one before
    assert through.controls["picture"].value == "your rot.png" and len(passes) == 2
    put(through, picture="chelsea")


def test_a_large_picture_is_decoded_once_and_kept_small(through, monkeypatch):
    opened, rng, decode = [], np.random.default_rng(0), images.decoded
    monkeypatch.setattr(images, "decoded", lambda *a: opened.append(a) or decode(*a))
    large = Image.fromarray(rng.integers(0, 256, (300, 400, 3), np.uint8)).resize((5000, 4000))
    buffer = io.BytesIO()
    large.save(buffer, "jpeg")
    upload(through, "large.jpg", buffer.getvalue())
    put(through, alpha=0.5)
    put(through, alpha=0.35)
    assert len(opened) == 1
    kept = through.state["pictures"]["your large.jpg"]
    assert kept.size == (2500, 2000)  # decoded at a half
    put(through, picture="chelsea")
    for pixels in knobs()["resolution"].values:
        assert (load_image(kept, pixels) == load_image(buffer.getvalue(), pixels)).all()


def test_an_upload_in_a_core_widget():
    told = []
    for files in (
        ({"name": "a.png", "content": b"1"}, {"name": "b.png", "content": memoryview(b"2")}),
        {"a.png": {"metadata": {}, "content": b"1"}, "b.png": {"metadata": {}, "content": b"2"}},
    ):
        assert newest(files) == ("b.png", b"2")
    plain = PlainUpload("a picture")
    plain.on_file(lambda name, size: size < 3, lambda *file: told.append(file))
    now = datetime.datetime.now(tz=datetime.UTC)
    for content in (b"12", b"123"):
        file = {"name": "b.png", "type": "", "size": len(content), "last_modified": now}
        plain.value = (file | {"content": memoryview(content)},)
        assert not plain.value
    assert told == [("b.png", b"12")]


def test_a_picture_by_path(tmp_path):
    (tmp_path / "green.png").write_bytes(png("lime"))
    explorer = ThroughTheNetwork(**SMALL, picture=str(tmp_path / "green.png"))
    assert explorer.controls["picture"].value == "your green.png"
    assert repr(explorer).startswith("your green.png through")


# Weights


def test_the_start_is_what_is_there_and_a_sentence_says_so():
    explorer = ThroughTheNetwork(resolution=96)
    assert explorer.controls["weights"].value == "patches"
    assert "weights trained on patches" in explorer.status.text
    assert "choose them in the list to download them once" in explorer.status.text
    assert "download" not in repr(explorer)  # what a notebook keeps is the same everywhere
    put(explorer, alpha=0.5)
    assert explorer.controls["weights"].value == "random"
    put(explorer, alpha=0.35)
    assert explorer.controls["weights"].value == "patches"
    assert "classifier" not in dict(explorer.controls["stage"].options)


def test_imagenet_without_a_network(monkeypatch):
    explorer = ThroughTheNetwork(resolution=96)
    before, passes = everything(explorer), explorer.state["passes"]
    monkeypatch.setattr("mobilenet_lab.models.imagenet._unreachable", lambda: OSError("no network"))
    put(explorer, weights="imagenet")
    assert explorer.message.text.startswith("The ImageNet weights cannot be read")
    assert explorer.controls["weights"].value == "patches"
    assert everything(explorer) == before and explorer.state["passes"] is passes

    started = ThroughTheNetwork(resolution=96, weights="imagenet")
    assert started.message.text == explorer.message.text
    assert everything(started) == before


def test_imagenet_with_a_network(monkeypatch, computer):
    """A stand-in for the download: Keras' own model, with random weights."""
    make = keras.applications.MobileNetV2
    monkeypatch.setattr("mobilenet_lab.models.imagenet._unreachable", lambda: None)
    monkeypatch.setattr(
        "keras.applications.MobileNetV2", lambda **given: make(**given | {"weights": None})
    )
    names = {str(number): [f"n{number}", f"thing_{number}"] for number in range(1000)}
    index = computer / "models" / "imagenet_class_index.json"
    index.parent.mkdir(exist_ok=True)
    index.write_text(json.dumps(names), encoding="utf-8")
    explorer = ThroughTheNetwork(resolution=96, weights="imagenet")
    assert "ImageNet weights (keras.applications)" in repr(explorer)
    chances = list(maps_of(explorer).values())[-1]
    best = [f"thing {number}" for number in sorted(range(1000), key=lambda n: -chances[n])[:5]]
    assert repr(explorer).endswith(f"Likeliest: {', '.join(best)}.")
    index.unlink()
    assert "Likeliest" not in repr(explorer)


def test_a_damaged_file_of_keras_is_named_and_others_are_taken(computer):
    file = weights.imagenet_file(Design("v2", 0.35, resolution=128))
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(b"half a download")
    try:
        explorer = ThroughTheNetwork(resolution=128)
        assert "damaged" in explorer.message.text and file.name in explorer.message.text
        assert explorer.controls["weights"].value == "patches"
        put(explorer, stage="stage2")
        assert "stage2_block2_add" in explorer.status.text
    finally:
        file.unlink()


def test_weights_of_the_readers_own(through, tmp_path):
    path = tmp_path / "mine.weights.h5"
    build(through.design).save_weights(path)
    before = everything(through)
    through.parts["weights"].file.value = str(path)
    assert (
        through.controls["weights"].value == str(path) and through.parts["weights"].file.value == ""
    )
    assert "weights of your file mine.weights.h5" in through.status.text
    first = everything(through)
    assert first != before
    through.parts["weights"].file.value = str(tmp_path / "missing.weights.h5")
    assert through.message.text.endswith("an existing .weights.h5, .h5 or .keras file.")
    assert through.parts["weights"].file.value.endswith("missing.weights.h5"), "it could be mended"
    assert "weights of your file mine.weights.h5" in through.status.text
    for name, said in {"n" * 300 + ".h5": "File name too long", "~nouser/x.h5": "existing"}.items():
        through.parts["weights"].file.value = name
        assert through.message.text.startswith("Weights file=") and said in through.message.text
        assert through.parts["weights"].file.value == name, "it could be mended"
    assert "weights of your file mine.weights.h5" in through.status.text
    put(through, weights="random")
    assert through.message.text == "" and everything(through) == before
    put(through, weights=str(path))
    assert everything(through) == first, "it stays in the list"
    put(through, weights="random")
    weights._randomised(model := build(through.design))
    model.save_weights(path)
    through.parts["weights"].file.value = str(path)
    assert everything(through) != first, "the file has been written anew"
    put(through, weights="random")


def test_a_file_with_values_that_are_not_finite(through, tmp_path):
    model, before = build(through.design), everything(through)
    model.get_layer("stem_conv").kernel.assign(np.full((3, 3, 3, 16), np.nan))
    model.save_weights(tmp_path / "odd.weights.h5")
    through.parts["weights"].file.value = str(tmp_path / "odd.weights.h5")
    assert "values that are not finite, in the layer stem_conv" in through.message.text
    assert everything(through) == before and through.controls["weights"].value == "random"


WRONG = {
    KeyboardInterrupt(): "Interrupted: this is what was shown before.",
    MemoryError(): "There was not enough memory for this: what was shown before is still here.",
    RuntimeError("of\nTensorFlow"): "This failed, and what was shown before is still here "
    "(RuntimeError: of TensorFlow).",
}


PLACES = (
    "mobilenet_lab.models.weights.load",
    "mobilenet_lab.explorers.inside.load_image",
    "mobilenet_lab.explorers.inside.feature_maps",
    "mobilenet_lab.plots.mosaics.Strip.show",
    "mobilenet_lab.plots.mosaics.Maps.show",
    "mobilenet_lab.explorers.through.read_off",
    "mobilenet_lab.explorers.live.LiveFigure.frame",
)


@pytest.mark.parametrize(
    ("place", "error"), list(zip(PLACES, itertools.cycle(WRONG), strict=False)), ids=repr
)
def test_whatever_goes_wrong_what_was_shown_is_shown_again(through, monkeypatch, place, error):
    def fail(*args, **kwargs):
        monkeypatch.undo()  # only once
        raise error

    before, lists = everything(through), listed(through)
    monkeypatch.setattr(place, fail)
    with contextlib.suppress(type(error)):
        put(through, picture="coins")
    assert through.message.text == WRONG[error]
    assert everything(through) == before and listed(through) == lists
    put(through, stage="stage2")
    assert through.message.text == "" and "stage2_block2_add" in through.status.text
    put(through, stage="stem")
    assert everything(through) == before


def test_a_second_interrupt_while_what_was_there_is_drawn(through, monkeypatch):
    def interrupted(*args, **kwargs):
        raise KeyboardInterrupt

    before = everything(through)
    monkeypatch.setattr("mobilenet_lab.plots.mosaics.Maps.show", interrupted)
    with pytest.raises(KeyboardInterrupt):
        put(through, picture="coins")
    monkeypatch.undo()
    put(through, order="mean")
    put(through, order="variance")
    assert everything(through) == before


def test_a_file_of_other_weights_than_the_design_has(through, tmp_path):
    path = tmp_path / "narrow.weights.h5"
    build(through.design).save_weights(path)
    through.parts["weights"].file.value = str(path)
    before = everything(through)
    put(through, alpha=0.5)
    assert through.message.text.endswith("Choose other weights first.")
    assert everything(through) == before and through.controls["alpha"].value == 0.35
    put(through, weights="random")
    assert through.message.text == ""


@pytest.mark.parametrize(
    "given",
    [
        {"family": "v3"},
        {"alpha": 0.62},
        {"alpha": 0},
        {"resolution": 100},
        {"resolution": 0},
        {"stage": "stage9"},
        {"layer": "nowhere"},
        {"order": "size"},
        {"scale": "log"},
        {"picture": "a cat"},
        {"weights": "best"},
        {"alpha": 0.6, "weights": "imagenet"},
        {"alpha": 1.0, "weights": "patches"},
    ],
    ids=str,
)
def test_arguments_that_are_refused(refused, given):
    refused(lambda: ThroughTheNetwork(**given), str(list(given.values())[-1]))


# Two widths, two resolutions


def test_the_same_layer_at_two_widths(unseen):
    explorer = SideBySide("alpha", left=0.5, right=0.35, resolution=96, weights="random")
    put(explorer, stage="stage4", layer="stage4_block2_add")
    left, right = (Design("v2", alpha, resolution=96) for alpha in (0.5, 0.35))
    channels = [
        layer_table(design).set_index("name").c_out["stage4_block2_add"] for design in (left, right)
    ]
    words = repr(explorer)
    assert f"Left, {left}: 6 px × {channels[0]} channels." in words
    assert f"Right, {right}: 6 px × {channels[1]} channels." in words
    share = 100 * cost(right).macs / cost(left).macs
    assert f"{100 * channels[1] / channels[0]:.0f} % of the channels" in words
    assert f"100 % of the positions and {share:.0f} % of the network's MACs" in words
    for design, passed in zip((left, right), explorer.state["passes"], strict=True):
        model = weights.load(design, "random").model
        one = keras.Model(model.input, model.get_layer("stage4_block2_add").output)
        expected = keras.ops.convert_to_numpy(one(load_image("chelsea", 96)[None]))[0]
        np.testing.assert_allclose(passed.maps["stage4_block2_add"], expected, rtol=1e-3, atol=1e-4)
    put(explorer, family="v1")
    assert explorer.state["designs"][1] == Design("v1", 0.35, resolution=96)


def test_the_same_layer_at_two_resolutions(passes, unseen):
    explorer = SideBySide("resolution", left=128, right=96, weights="patches")
    assert len(passes) == 2
    put(explorer, stage="stage5", layer="stage5_block1_project_bn", order="mean")
    assert len(passes) == 2
    words = repr(explorer)
    assert "weights trained on patches" in words
    assert "Left, MobileNet v2, α 0.35, 128 px, t 6: 8 px × 32 channels." in words
    assert "Right, MobileNet v2, α 0.35, 96 px, t 6: 6 px × 32 channels." in words
    assert f"{100 * 36 / 64:.0f} % of the positions" in words
    frame = explorer.numbers().set_index("layer")
    assert frame.loc["stem_relu"][["px left", "px right"]].tolist() == [64, 48]
    put(explorer, right=128)
    assert maps_of(explorer, 0).keys() == maps_of(explorer, 1).keys()
    assert "100 % of the positions and 100 %" in repr(explorer)


def test_sides_that_are_refused(refused):
    refused(lambda: SideBySide("depth"), "depth")
    refused(lambda: SideBySide("alpha", left=0), "0")
    refused(lambda: SideBySide("alpha", left=0.62), "0.62")
    refused(lambda: SideBySide("alpha", alpha=0.5), "0.5", "left and right")
    refused(lambda: SideBySide("resolution", resolution=96), "96", "left and right")
    refused(lambda: SideBySide("resolution", right=100), "100")
    refused(lambda: SideBySide("alpha", layer="stem"), "stem")
    refused(lambda: SideBySide("alpha", stage="stem_conv"), "stem_conv")


def test_layers_that_only_one_side_has_are_not_offered(passes, unseen):
    """At α 0.1 the first block keeps its width, so it has a shortcut."""
    explorer = SideBySide("alpha", left=0.35, right=0.1, resolution=64, weights="random")
    names = [set(one.maps) for one in explorer.state["passes"]]
    assert names[1] - names[0] == {"stage1_block1_add"}
    offered = []
    for stage in dict(explorer.controls["stage"].options).values():
        put(explorer, stage=stage)
        for layer in dict(explorer.controls["layer"].options).values():
            put(explorer, layer=layer)
            assert explorer.controls["layer"].value == layer
            assert f"in {layer}, random weights" in repr(explorer)
            offered.append(layer)
    assert set(offered) == names[0] & names[1] and len(passes) == 2
    assert set(explorer.numbers().layer) <= set(offered)


# The bottleneck


def test_a_block_expanded_filtered_and_projected(through, maps):
    explorer = Bottleneck(**SMALL, block="stage3_block2")
    expanded, projected = (maps[f"stage3_block2_{part}"] for part in ("expand_relu", "project_bn"))
    words = repr(explorer)
    assert f"expanded 12 × 12 × 96 ({expanded.size:,} values, 28 kB)" in words
    assert f"projected 12 × 12 × 16 ({projected.size:,} values, 5 kB)" in words
    assert f"set {round(100 * (expanded == 0).mean())} % of the values to 0" in words
    assert f"cut {round(100 * (expanded == 6).mean())} % off at 6" in words
    assert f"{round(100 * (projected < 0).mean())} % are negative" in words


def test_every_block_that_expands_is_in_the_numbers(passes):
    explorer = Bottleneck(**SMALL)
    blocks = layer_table(explorer.design).query("role == 'expand'").block
    assert explorer.numbers().block.tolist() == blocks.tolist()
    assert list(dict(explorer.controls["block"].options)) == blocks.tolist()
    before = everything(explorer)
    put(explorer, block="stage6_block3", order="mean", scale="layer")
    assert "stage6_block3" in repr(explorer)
    assert everything(explorer)[1] != before[1]
    assert len(passes) == 1


# Filters


@pytest.mark.parametrize("family", ["v1", "v2"])
def test_kernels_as_they_are(family):
    explorer = Filters(family, weights="random")
    design = patches.NETWORKS[family]
    kernel = weights.load(design, "random").model.get_layer("stem_conv").kernel
    first = keras.ops.convert_to_numpy(kernel)[..., 0]
    pixels, alt = shown(explorer.figures[0])
    count = kernel.shape[-1]
    side = fitted(count, 408, 336)[0] // 3 * 3
    middles = pixels[44:][side // 6 : side : side // 3, side // 6 : side : side // 3]
    expected = 255 * (0.5 + first / np.abs(first).max() / 2)
    assert np.abs(middles - expected).max() <= 1
    assert f"stem_conv: {count} kernels 3 × 3 × 3" in alt
    rows = layer_table(design).set_index("name")
    assert f"stem_conv: {count} kernels, {27 * count} weights, {rows.macs['stem_conv']:,} MACs" in (
        repr(explorer)
    )


def test_another_depthwise_layer():
    explorer = Filters(weights="random")
    before = everything(explorer)
    put(explorer, layer="stage5_block2_depthwise")
    assert "stage5_block2_depthwise: 192 kernels, 1,728 weights" in repr(explorer)
    assert "first 128 of 192 kernels" in shown(explorer.figures[0])[1]
    assert all(now != was for now, was in zip(everything(explorer), before, strict=True))
    frame = explorer.numbers()
    rows = layer_table(explorer.design)
    assert frame.layer.tolist() == ["stem_conv", *rows.name[rows.kind == "DepthwiseConv2D"]]
    assert (frame["MACs"].to_numpy() == rows.set_index("name").macs[frame.layer]).all()
