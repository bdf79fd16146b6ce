"""What a picture is compared with: a pinned design and a limit, in each explorer that has them."""

import io

import numpy as np
import pytest
from matplotlib.text import Text
from PIL import Image
from showing import showing

from mobilenet_lab import Design, cost, layer_table, published
from mobilenet_lab.explorers import Drawing, LayerByLayer, WidthAndResolution
from mobilenet_lab.explorers.live import LiveFigure
from mobilenet_lab.plots import LayerBars


def pixels(png):
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)


def drawn_anew(figure):
    """The share of pixels in which a live frame is not the whole picture, letters left out."""
    texts = [one for one in figure.picture.moving if isinstance(one, Text) and one.get_visible()]
    try:
        for text in texts:
            text.set_visible(False)
        live, whole = pixels(figure.frame()), pixels(figure.picture.png(scale=1))
    finally:
        for text in texts:
            text.set_visible(True)
    return (np.abs(live - whole).max(axis=-1) > 48).mean()


def colourful(picture, axes):
    """How far the pixels of a panel are from grey."""
    box = axes.get_window_extent()
    left, right = round(box.x0) + 2, round(box.x1) - 2
    top, bottom = (round(picture.size[1] - y) for y in (box.y1, box.y0))
    part = pixels(picture.png(scale=1))[top + 2 : bottom - 2, left:right]
    return part.max(axis=-1) - part.min(axis=-1)


# Width and resolution


def test_what_is_over_a_limit_is_dimmed_in_both_panels():
    explorer = WidthAndResolution(alpha=0.5)
    (figure,) = explorer.figures
    left, right = figure.picture.axes
    before = [colourful(figure.picture, axes).max() for axes in (left, right)]
    explorer.parts["budget"].boxes["macs"].value = "150"
    rows = published.accuracy().query(
        "family == 'v1' and series == 'checkpoint' and number_format == 'float32'"
    )
    expected = {
        (macs / 1e6, row.top1)
        for row in rows.itertuples()
        if (macs := cost(Design("v1", row.alpha, resolution=row.resolution)).macs) > 150e6
    }
    assert 0 < len(expected) < len(rows)
    assert set(map(tuple, figure.picture.over.get_xydata().tolist())) == expected
    assert figure.picture.veil.shade.get_y() == 150
    assert figure.picture.limit.get_xdata() == [150, 150]
    assert drawn_anew(figure) < 0.0005
    explorer.parts["budget"].boxes["macs"].value = "0.001"  # all is over it
    assert "Limit: 0.001 M MACs." in figure.picture.words
    assert len(figure.picture.over.get_xydata()) == len(rows)
    assert not figure.picture.veil.line.get_visible()
    after = colourful(figure.picture, left).max()
    assert after < 0.5 * before[0]
    assert drawn_anew(figure) < 0.0005
    explorer.parts["budget"].boxes["macs"].value = ""
    assert not len(figure.picture.over.get_xydata())
    assert [colourful(figure.picture, axes).max() for axes in (left, right)] == before


def test_an_excess_however_small_is_said():
    explorer = WidthAndResolution()
    over = cost(explorer.design).macs
    explorer.parts["budget"].boxes["macs"].value = str((over - 272) / 1e6)
    assert explorer.status.text.endswith("Over the budget of MACs by 0.00027 M.")
    explorer.parts["budget"].boxes["macs"].value = str(over / 1e6)
    assert "budget" not in explorer.status.text


# Layer by layer


def outline(picture, name):
    """The heights of the grey outline by layer, in single counts."""
    values, edges, _ = picture.pins[name].pool[0].get_data()
    assert edges.tolist() == [index - 0.5 for index in range(len(picture.names) + 1)]
    return {layer: value * 1e6 for layer, value in zip(picture.names, values, strict=True) if value}


def bars(picture, name):
    return {
        layer: bar.get_height() * 1e6
        for layer, bar in zip(picture.names, picture.bars[name], strict=True)
        if bar.get_height()
    }


def counts(design, name):
    table = layer_table(design)
    table = table[table.held.notna() & (table[name] > 0)]
    return dict(zip(table.name, table[name].astype(float), strict=True))


@pytest.mark.parametrize(
    ("family", "pinned", "now"),
    [
        ("v1", {"alpha": 0.5}, {"alpha": 1.0}),
        ("v1", {"alpha": 1.5, "resolution": 320}, {"alpha": 0.1, "resolution": 64}),
        ("v2", {"alpha": 0.2}, {"alpha": 1.0}),  # a shortcut that only the pinned one has
        ("v2", {"alpha": 1.0}, {"alpha": 0.2}),
        ("v2", {"expansion": 1}, {"expansion": 6}),
        ("v2", {"expansion": 6}, {"expansion": 1}),
    ],
)
def test_a_pinned_design_is_an_outline_of_its_bars(family, pinned, now):
    explorer = LayerByLayer(family, **pinned)
    (figure,) = explorer.figures
    plain = showing(figure.widget)
    assert "Pinned" not in figure.picture.words
    explorer.parts["pin"].button.click()
    assert showing(figure.widget) != plain
    explorer.set(**now)
    for name, axes in figure.picture.panels.items():
        reference, shown = (
            counts(one, name) for one in (explorer.state["pinned"][0], explorer.design)
        )
        assert outline(figure.picture, name) == pytest.approx(reference)
        assert bars(figure.picture, name) == pytest.approx(shown)
        assert max([*reference.values(), *shown.values()]) / 1e6 <= axes.get_ylim()[1]
    assert figure.picture.words.endswith(f" Pinned: {explorer.state['pinned'][0]}.")
    assert drawn_anew(figure) < 0.0005
    explorer.set(**pinned)
    explorer.parts["pin"].unpin[0].click()
    assert showing(figure.widget) == plain


def test_every_layer_of_every_width_has_a_bar():
    explorer = LayerByLayer("v2")
    (figure,) = explorer.figures
    start = showing(figure.widget)
    for alpha in (0.1, 0.2, 0.25, 0.3, 1.5):
        explorer.set(alpha=alpha)
        numbers = explorer.numbers()
        places = [name for name in figure.picture.names if name in set(numbers.name)]
        assert places == list(numbers.name), alpha
        held = dict(zip(numbers.name, numbers.held.astype(float), strict=True))
        assert bars(figure.picture, "held") == pytest.approx(held)
    explorer.set(alpha=0.2)
    assert "stage1_block1_add" in figure.picture.names
    assert drawn_anew(figure) < 0.0005
    explorer.set(alpha=1.0)
    assert showing(figure.widget) == start


def test_bars_that_come_later_are_drawn_live():
    """Made for a table that lacks a third of the layers."""
    few, many = Design("v2", expansion=1), Design("v2")
    figure = LiveFigure(LayerBars(layer_table(few)))
    figure.show(few, layer_table(few))
    start = showing(figure.widget)
    figure.show(many, layer_table(many), [(few, layer_table(few))])
    assert figure.picture.names == list(counts(many, "held"))
    assert len(figure.picture.names) > len(counts(few, "held"))
    assert drawn_anew(figure) < 0.0005
    figure.show(few, layer_table(few))
    assert showing(figure.widget) == start


# Drawings


@pytest.mark.parametrize("picture", ["macro", "micro", "block", "classifier"])
def test_a_drawing_says_what_is_pinned(picture):
    explorer = Drawing("v2", picture=picture, alpha=0.5)
    (figure,) = explorer.figures
    explorer.parts["pin"].button.click()
    explorer.set(alpha=1.0, expansion=4)
    assert figure.picture.pinned.get_text().startswith(f"pinned: {explorer.state['pinned'][0]}")
    assert f" Pinned: {explorer.state['pinned'][0]}" in figure.picture.words
    with_pin = pixels(figure.frame())
    assert drawn_anew(figure) < 0.0005
    explorer.parts["pin"].unpin[0].click()
    assert "Pinned" not in figure.picture.words
    changed = np.flatnonzero((pixels(figure.frame()) != with_pin).any(axis=(1, 2)))
    assert changed.size and changed.min() > 265  # only the line below
