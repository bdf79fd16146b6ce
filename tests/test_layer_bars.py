"""The bars of a network's layers are the rows of its table."""

import pytest

from mobilenet_lab import Design, cost, layer_table
from mobilenet_lab.explorers import LayerByLayer


@pytest.fixture(scope="module", params=["v1", "v2"])
def explorer(request):
    return LayerByLayer(request.param)


def heights(explorer):
    picture = explorer.figures[0].picture
    return {
        name: dict(zip(picture.names, (bar.get_height() * 1e6 for bar in bars), strict=True))
        for name, bars in picture.bars.items()
    }


@pytest.mark.usefixtures("unseen")
@pytest.mark.parametrize("alpha, resolution", [(1.0, 224), (0.25, 128), (1.5, 320), (0.1, 64)])
def test_bars_are_the_layer_table(explorer, alpha, resolution):
    explorer.set(alpha=alpha, resolution=resolution, rescale=True)
    table = layer_table(explorer.design).set_index("name")
    picture, price = explorer.figures[0].picture, cost(explorer.design)
    for name, bars in heights(explorer).items():
        assert bars == pytest.approx({layer: table[name][layer] for layer in bars})
        low, high = picture.panels[name].get_ylim()
        assert low == 0
        assert max(bars.values()) / 1e6 <= high <= 2 * max(bars.values()) / 1e6
    assert sum(heights(explorer)["macs"].values()) == pytest.approx(price.macs)
    assert max(heights(explorer)["held"].values()) == pytest.approx(price.peak_activations)
    assert f"{price.peak_activations:,}" in picture.words


def test_a_layer_that_a_design_leaves_out_has_no_bar():
    explorer = LayerByLayer("v2", expansion=1)
    table = layer_table(Design("v2", expansion=1))
    assert "stage2_block1_expand" not in set(table.name)
    assert heights(explorer)["macs"]["stage2_block1_expand"] == 0
    assert explorer.numbers().macs.sum() == cost(explorer.design).macs


def scale(explorer):
    return [axes.get_ylim() for axes in explorer.figures[0].picture.panels.values()]


@pytest.mark.usefixtures("unseen")
def test_the_scale_stays_when_the_design_changes_unless_it_is_to_fit(explorer):
    explorer.set(alpha=1.0, resolution=224, rescale=False)
    start = scale(explorer)
    tall = max(heights(explorer)["macs"].values())
    explorer.set(alpha=0.25, resolution=128)
    assert scale(explorer) == start
    assert max(heights(explorer)["macs"].values()) < 0.1 * tall, "it must not look as tall"
    explorer.controls["rescale"].value = True
    assert scale(explorer)[0][1] < start[0][1] / 5
    explorer.set(rescale=False, alpha=1.5, resolution=320)
    assert max(heights(explorer)["macs"].values()) > tall
    assert all(now[1] > before[1] for now, before in zip(scale(explorer), start, strict=True))
    explorer.parts["reset"].button.click()
    assert scale(explorer) == start and not explorer.controls["rescale"].value


def test_where_v1_has_most():
    words = LayerByLayer("v1").figures[0].picture.words
    assert words == (
        "MobileNet v1, α 1, 224 px, layer by layer. "
        "Most MACs: stage1_block2_pointwise, 51,380,224. "
        "Most parameters: stage4_block2_pointwise, 1,048,576. "
        "Most values held: stem_block1_pointwise, 1,204,224."
    )
