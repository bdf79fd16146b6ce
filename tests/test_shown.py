"""What a picture says and shows is what it was given: labels, lines, marks, ticks and words."""

import re
from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from mobilenet_lab import Design, cost, layer_table, log_law, pareto, price, published, sweep, trace
from mobilenet_lab.costs import separable
from mobilenet_lab.costs.conventions import CONVENTIONS, PARTS, parts
from mobilenet_lab.costs.curves import curves
from mobilenet_lab.costs.manifold import course, trip
from mobilenet_lab.networks.families import FAMILIES, knobs
from mobilenet_lab.plots import Diagram, Families, Growth, LayerBars, Manifold, Plane, Sweep
from mobilenet_lab.plots.counts import Bars
from mobilenet_lab.plots.diagram import columns
from mobilenet_lab.plots.one_layer import COLOR, KNOBS, LayerCost
from mobilenet_lab.plots.plane import WidthResolution
from mobilenet_lab.plots.style import PART, RESOLUTION, STYLE, family_color, millions
from mobilenet_lab.plots.sweep import Point, View

# Published accuracy over a price


@pytest.fixture(scope="module")
def points():
    rows = published.accuracy().query(
        "family == 'v1' and series == 'checkpoint' and number_format == 'float32'"
    )
    return price(rows)


def line_of(axes, label):
    (line,) = [line for line in axes.lines if line.get_label() == label]
    return line


@pytest.mark.parametrize("name", ["macs", "params"])
def test_a_law_is_a_line_over_the_very_prices(points, name):
    slope, start = log_law(points, name, "top1")
    picture = Plane(points, name, law=(slope, start))
    (axes,) = picture.figure.axes
    x, y = line_of(axes, "law").get_data()
    assert list(x * 1e6) == pytest.approx([points[name].min(), points[name].max()])
    assert list(y) == pytest.approx([slope * np.log2(millions * 1e6) + start for millions in x])
    residuals = points.top1 - (slope * np.log2(points[name]) + start)
    assert abs(residuals.mean()) < 1e-9, "a line shifted tenfold lies beside its points"
    assert picture.words.endswith(f"A line: {slope:+.2f} points per doubling.")


def test_a_plane_shows_each_network_and_the_front(points):
    front = pareto(points, "macs", "top1")
    picture = Plane(points, front=front)
    (axes,) = picture.figure.axes
    for size, rows in points.groupby("resolution"):
        line = line_of(axes, f"{size} px")
        assert (
            line.get_xydata().tolist()
            == rows.assign(x=rows.macs / 1e6)[["x", "top1"]].values.tolist()
        )
        assert line.get_color() == RESOLUTION[size]
    assert [text.get_text() for text in axes.texts] == ["α 0.25", "α 0.5", "α 0.75", "α 1"]
    for text, (_, rows) in zip(axes.texts, points.groupby("alpha"), strict=True):
        assert text.xy == (rows.macs.min() / 1e6, rows.top1.min())
    steps = line_of(axes, "front")
    assert (
        steps.get_xydata().tolist()
        == front.assign(x=front.macs / 1e6)[["x", "top1"]].values.tolist()
    )
    assert steps.get_drawstyle() == "steps-post"
    low, high = axes.get_xlim()
    assert low * 1e6 < points.macs.min() and points.macs.max() < high * 1e6
    assert axes.get_ylim() == (points.top1.min() - 4, points.top1.max() + 3)
    assert picture.words == (
        "16 published networks: top-1 41.5 to 70.9 % over 13.6 M to 569 M MACs. "
        f"A stepped line: the {len(front)} that no other beats."
    )


@pytest.fixture
def plane(points):
    grid = sweep("v1", [0.25, 0.5, 1.0], resolution=[128, 224])
    return WidthResolution(grid, points, (4.0, -50.0)), grid


def test_width_and_resolution_has_rules_at_the_macs(plane):
    picture, grid = plane
    design, pinned = Design("v1", 0.5, resolution=160), Design("v1", 0.25)
    x, macs, _ = curves("alpha", resolution=160, expansion=6)["v1"]
    own, reference = cost(design).macs, cost(pinned).macs
    pins, over = [(pinned.alpha, reference)], picture.published.macs > 100e6
    picture.show(design, (x, macs), own, 60.0, pins, {"macs": 100e6}, over)
    dimmed = picture.published[over].assign(x=picture.published.macs / 1e6)
    assert picture.over.get_xydata().tolist() == dimmed[["x", "top1"]].values.tolist()
    assert picture.curve.get_xydata().tolist() == np.transpose([x, macs / 1e6]).tolist()
    assert picture.chosen.get_xydata().tolist() == [[0.5, own / 1e6]]
    assert picture.known.get_xydata().tolist() == [[own / 1e6, 60.0]]
    assert list(picture.rule.get_xdata()) == [own / 1e6] * 2
    assert picture.pins.rings.get_xydata().tolist() == [[0.25, reference / 1e6]]
    rule = picture.pin_rules.curves.get_xydata()[:-1]
    assert rule.tolist() == [[reference / 1e6, 0], [reference / 1e6, 1]]
    assert list(picture.limit.get_xdata()) == [100, 100] and picture.limit.get_visible()
    assert picture.words == (
        "Left: computed MACs along α at 160 px, MobileNet v1, α 0.5, 160 px marked at "
        "76.5 M. Right: published top-1 over MACs; of this design: 60.0 %. "
        "Pinned: α 0.25, 41.0 M MACs. Limit: 100 M MACs."
    )
    picture.show(design, (x, macs), own)
    shown = (picture.limit, picture.veil.line, picture.veil.shade)
    assert not any(artist.get_visible() for artist in shown)
    assert not len(picture.pins.rings.get_xdata() + picture.pin_rules.curves.get_xdata())
    assert list(picture.rule.get_xdata()) == [own / 1e6] * 2
    assert picture.words.endswith("of this design: none published.")
    left = picture.axes[0]
    for line, (size, rows) in zip(left.lines, grid.groupby("resolution"), strict=False):
        assert (
            line.get_xydata().tolist()
            == rows.assign(y=rows.macs / 1e6)[["alpha", "y"]].values.tolist()
        )
        assert line.get_color() == RESOLUTION[size]


# Along one knob


def view(design, along="alpha", top1=None, points=()):
    fixed = {"alpha": design.alpha, "resolution": design.resolution, "expansion": 6}
    fixed.pop(along)
    return View(design, along, curves(along, **fixed), list(points), cost(design), top1)


def test_the_panels_say_what_the_design_costs():
    picture, design, pinned = Sweep(), Design("v2", 0.75), Design("v2", 1.3)
    own = [
        Point("v2", 0.75, 69.8, "checkpoint", fits=False),
        Point("v2", 0.35, 60.3, "paper"),
        Point("v1", 0.5, 63.3, "checkpoint", fits=False),
    ]
    picture.show(view(design, top1=69.8, points=own), [view(pinned, top1=74.4)], {"macs": 100e6})
    price = cost(design)
    assert picture.values["macs"].get_text() == millions(price.macs)
    assert picture.values["params"].get_text() == millions(price.params)
    assert picture.values["top1"].get_text() == "69.8 %"
    assert picture.note.get_text() == ""
    for name in picture.panels:
        assert list(picture.rules[name].get_xdata()) == [0.75, 0.75]
        assert picture.rules[name].get_visible()
        assert picture.values[name].get_color() == family_color("v2")
        assert picture.marks[name].get_markerfacecolor() == family_color("v2")
        assert (
            picture.curves["v2", name].get_linewidth() > picture.curves["v1", name].get_linewidth()
        )
        assert picture.curves["v2", name].get_alpha() > picture.curves["v1", name].get_alpha()
    pins = {name: picture.pins[name].rings.get_xydata().tolist() for name in picture.panels}
    assert pins["macs"] == [[1.3, cost(pinned).macs / 1e6]]
    assert pins["params"] == [[1.3, cost(pinned).params / 1e6]]
    assert pins["top1"] == [[1.3, 74.4]]
    assert picture.curves["v2", "top1"].get_xydata().tolist() == [[0.75, 69.8]]
    assert picture.papers["v2"].get_xydata().tolist() == [[0.35, 60.3]]
    assert picture.curves["v1", "top1"].get_xydata().tolist() == [[0.5, 63.3]]
    assert picture.over.get_xydata().tolist() == [[0.75, 69.8], [0.5, 63.3]]
    assert picture.words.endswith(
        f"Published top-1 of the design: 69.8 %. Pinned: {pinned}. Limit: 100 M MACs."
    )
    picture.show(view(design))
    assert not any(len(pins.rings.get_xdata()) for pins in picture.pins.values())
    assert picture.values["top1"].get_text() == ""


def test_a_knob_that_the_design_lacks_has_no_rule_and_a_flat_curve():
    picture, design = Sweep(), Design("v1")
    picture.show(view(design, "expansion", top1=70.9))
    low, high = knobs()["expansion"].limits
    for name, count in (("macs", cost(design).macs), ("params", cost(design).params)):
        assert not picture.rules[name].get_visible()
        assert picture.curves["v1", name].get_xydata().tolist() == [
            [low, count / 1e6],
            [high, count / 1e6],
        ]
    assert not any(len(mark.get_xydata()) for mark in picture.marks.values()), "v1 is at no t"
    assert picture.note.get_text() == "v1 has no t: no mark"
    assert picture.values["top1"].get_text() == "70.9 %"
    assert "MobileNet v1, α 1, 224 px is not marked: v1, which has no t, runs" in picture.words
    picture.show(view(Design("v2"), "expansion"), [view(design, "expansion")])
    assert picture.marks["macs"].get_xdata() == [6] and picture.rules["macs"].get_visible()
    assert not len(picture.pins["macs"].rings.get_xydata())
    assert len(picture.pins["macs"].curves.get_xydata()) == 3, "its line stays, and a break"


# Layer by layer


@pytest.mark.parametrize("design", [Design("v1", 0.5), Design("v2"), Design("v2", 0.35)], ids=str)
def test_bars_say_total_and_peak(design):
    table = layer_table(design)
    picture, own = LayerBars(table), cost(design)
    picture.show(design, table)
    assert picture.values["macs"].get_text() == f"total {millions(own.macs)}"
    assert picture.values["params"].get_text() == f"total {millions(own.params)}"
    assert picture.values["held"].get_text() == f"peak {millions(own.peak_activations)}"
    assert picture.words.endswith(f", {own.peak_activations:,}.")
    for bars in picture.bars.values():
        for index, bar in enumerate(bars):
            assert bar.get_x() + bar.get_width() / 2 == pytest.approx(index)
            assert 0 < bar.get_width() < 1 and bar.get_y() == 0 and bar.get_visible()


def test_bars_have_the_colour_of_their_legend_and_stand_in_their_stage():
    table = layer_table(Design("v2"))
    picture = LayerBars(table)
    picture.show(Design("v2"), table)
    (legend,) = picture.figure.legends
    colour = {
        text.get_text(): to_hex(handle.get_facecolor())
        for text, handle in zip(legend.get_texts(), legend.legend_handles, strict=True)
        if isinstance(handle, Rectangle)
    }
    assert list(colour) == ["convolution", "depthwise", "pointwise", "classifier", "add"]
    assert len(set(colour.values())) == 5
    rows = table.set_index("name")
    for name, bar in zip(picture.names, picture.bars["macs"], strict=True):
        kind = {"addition": "add", "dense": "classifier"}.get(rows.op[name], rows.op[name])
        assert to_hex(bar.get_facecolor()) == colour[kind]
    stages = [rows.stage[name] for name in picture.names]
    axes = picture.panels["held"]
    named = dict(
        zip((text.get_text() for text in axes.get_xticklabels()), axes.get_xticks(), strict=True)
    )
    assert {"stage2", "stage3", "stage4", "stage5", "stage6"} <= set(named)
    for name, middle in named.items():
        own = [at for at, stage in enumerate(stages) if stage == name.replace("head", "classifier")]
        assert middle == (own[0] + own[-1]) / 2
    borders = [at - 0.5 for at in range(1, len(stages)) if stages[at] != stages[at - 1]]
    assert sorted({line.get_xdata()[0] for line in picture.lines}) == borders
    assert axes.get_xlim() == (-0.6, len(stages) - 0.4)


# Drawings


def test_blocks_say_their_stride_and_shortcut():
    for family, stages in (("v1", 4), ("v2", 7)):
        design = Design(family)
        for stage in (f"stage{number}" for number in range(1, stages + 1)):
            _, *blocks = columns(design, stage)
            for number, one in enumerate(blocks, 1):
                inside = [
                    layer for layer in trace(design) if layer.block == f"{stage}_block{number}"
                ]
                ratio = inside[0].size_in // inside[-1].size_out
                adds = any(layer.op == "addition" for layer in inside)
                says = ("shortcut" if adds else "no shortcut",) if family == "v2" else ()
                assert one.title == f"block {number}"
                assert one.details == (f"stride {ratio}", *says)
                assert one.shortcut == (number - 1 if adds else None)


@pytest.mark.parametrize("part", ["stage2_block1", "stage2_block2", "stem", "classifier"])
@pytest.mark.parametrize("family", ["v1", "v2"])
def test_operations_say_their_kernel_and_stride(family, part):
    layers = [layer for layer in trace(Design(family)) if part in (layer.stage, layer.block)]
    own = [layer for layer in layers if layer.op not in ("batch_norm", "activation")]
    _, *shown = columns(Design(family), part)
    for layer, one in zip(own, shown, strict=True):
        slides = layer.op in ("convolution", "pointwise", "depthwise")
        stride = 2 if slides and layer.size_in == 2 * layer.size_out else 1
        size = f"{layer.kernel}×{layer.kernel}, stride {stride}"
        assert [detail for detail in one.details if "stride" in detail] == [size] * slides
        assert (one.macs, one.size, one.channels) == (layer.macs, layer.size_out, layer.c_out)
    linear = [one.title for one in shown if "linear" in one.details]
    assert linear == ["project"] * (family == "v2" and "block" in part)
    assert all(
        ("ReLU6" in one.details) == (one.title not in ("project", "add", "dense"))
        for one in shown
        if "batch norm" in one.details
    )


@pytest.mark.parametrize("family", ["v1", "v2"])
def test_a_drawing_says_what_each_column_costs(family):
    design, diagram = Design(family, 0.75, resolution=160), Diagram()
    for part in FAMILIES[family].drawings.values():
        diagram.show(design, part)
        first, *shown = columns(design, part)
        slots = [slot for slot in diagram.slots if slot.box.get_visible()]
        whole = sum(one.macs for one in shown)
        assert slots[0].price.get_text() == "MACs\nshare\nparameters"
        assert slots[0].title.get_text() == first.title
        for slot, one in zip(slots[1:], shown, strict=True):
            price = f"{millions(one.macs)}\n{one.macs / whole:.1%}\n{one.params:,}"
            assert slot.price.get_text() == (price if one.params else "–\n–\n–")
            assert slot.title.get_text() == one.title
            assert slot.details.get_text() == "\n".join(one.details)
            assert slot.fill.get_height() == pytest.approx(slot.box.get_height() * one.macs / whole)
            middle = slot.box.get_x() + slot.box.get_width() / 2
            assert middle == pytest.approx(slot.map.get_x() + slot.map.get_width() / 2)
            assert slot.title.get_position()[0] == pytest.approx(middle)
            area = slot.map.get_width() ** 2 / one.channels
            assert area == pytest.approx(slots[0].map.get_width() ** 2 / first.channels)
        arrows = diagram.arrows.get_xdata()
        edges = [slot.box.get_x() + slot.box.get_width() for slot in slots[:-1]]
        starts = [slot.box.get_x() for slot in slots[1:]]
        assert all(a < x < b for a, x, b in zip(edges, arrows, starts, strict=True))
        words = " → ".join(f"{one.title} {one.size} px × {one.channels}" for one in (first, *shown))
        assert f": {words}." in diagram.words


def test_an_arc_runs_from_the_map_that_is_read_to_where_it_is_added():
    diagram = Diagram()
    diagram.show(Design("v2"), "stage4")
    middles = [slot.box.get_x() + slot.box.get_width() / 2 for slot in diagram.slots]
    for at, one in enumerate(columns(Design("v2"), "stage4")):
        arc = diagram.arcs[at]
        assert arc.get_visible() == (one.shortcut is not None)
        if arc.get_visible():
            start, _, _, end = arc.get_xdata()
            nearest = [int(np.argmin(np.abs(np.array(middles) - x))) for x in (start, end)]
            assert nearest == [one.shortcut, at]
            assert max(arc.get_ydata()) <= 1
    assert diagram.words.endswith("Shortcuts at: block 2, block 3, block 4.")


# Counts as bars


def test_counts_are_stacked_and_said():
    picture, network = Bars(), trace(Design("v2"))
    chosen = ("MACs", "FLOPs and element-wise work", "thop")
    bars = [(name, parts(network, CONVENTIONS[name]), f"beside {name}") for name in chosen]
    picture.show(bars)
    for (boxes, name, figures), (said, amounts, words) in zip(picture.rows, bars, strict=False):
        end = 0
        for part in PARTS:
            assert boxes[part].get_x() == pytest.approx(end)
            assert boxes[part].get_width() == amounts[part] / 1e6
            assert to_hex(boxes[part].get_facecolor()) == to_hex(PART[part])
            end += amounts[part] / 1e6
        assert (name.get_text(), figures.get_text()) == (said, words)
    most = CONVENTIONS["FLOPs and element-wise work"](network) / 1e6
    assert most < picture.axes.get_xlim()[1] < 1.2 * most
    assert picture.axes.get_ylim() == (2.6, -0.6)
    assert not any(name.get_text() for _, name, _ in picture.rows[3:])
    assert picture.words == (
        "Counts of one network. MACs: 300,774,272; FLOPs and element-wise work: 614,612,552; "
        "yours: 327,486,720."
    )
    (legend,) = picture.figure.legends
    assert [text.get_text() for text in legend.get_texts()] == [
        name.replace("_", " ") for name in PARTS
    ]
    for handle, part in zip(legend.legend_handles, PARTS, strict=True):
        assert to_hex(handle.get_facecolor()) == to_hex(PART[part])


def test_an_axis_follows_bars_that_leave_it_or_shrink_and_stays_otherwise():
    picture, part = Bars(), "pointwise"
    limits = []
    for count in (100e6, 90e6, 200e6, 60e6):
        picture.show([("one", {part: count}, ""), ("yours", {part: count / 2}, "")])
        limits.append(picture.axes.get_xlim()[1])
    assert limits == pytest.approx([105, 105, 210, 63])


# One layer


def test_one_layer_says_its_counts_above_its_bars():
    picture = LayerCost()
    picture.show(5, 64, 256, 28)
    table = separable.compare(5, 64, 256, 28)
    heights = {}
    for (name, part), text in picture.texts.items():
        count = table.loc[part, name]
        said = f"{count:,}" if count < 1e6 else millions(count)
        share = f", {count / table.loc['full', name]:.1%}" if part != "full" else ""
        assert text.get_text() == f"{part}  {said}{share}"
        box, row = picture.boxes[name, part], 3 - list(COLOR).index(part)
        assert box.get_y() + box.get_height() / 2 == pytest.approx(row)
        assert box.get_y() + box.get_height() < text.get_position()[1] < row + 0.5
        heights.setdefault(name, []).append(text.get_position()[1])
        low, high = picture.bars[name].get_xlim()
        assert low < text.get_position()[0] < high
    assert all(sorted(own, reverse=True) == own for own in heights.values())
    assert picture.value.get_text() == f"1/256 + 1/5² = {1 / 256 + 1 / 25:.1%}"
    names = {text.get_text() for text in picture.law.texts if text.get_text().startswith("D")}
    assert names == {"D 1", "D 3", "D 5", "D 7"}


# The spiral


def test_the_spiral_s_chart_has_both_courses_and_where_they_are_now():
    picture = Manifold()
    picture.show(trip(7), course())
    for dot, curve, name in zip(
        picture.dots, picture.curves, ("lost_share", "best_error"), strict=True
    ):
        assert curve.get_xydata().tolist() == course()[["n", name]].astype(float).values.tolist()
        assert dot.get_xydata().tolist() in [
            [pair] for pair in curve.get_xydata().tolist() if pair[0] == 7
        ]
        assert dot.get_markeredgecolor() == curve.get_color()
    low, high = picture.chart.get_xlim()
    assert low < 2 and high > 30


# What all have in common


def every_picture():
    rows = price(published.accuracy().query("number_format == 'float32'"))
    table, design = layer_table(Design("v2")), Design("v2")
    bars, counts, layer, spiral, panels = LayerBars(table), Bars(), LayerCost(), Manifold(), Sweep()
    bars.show(design, table)
    counts.show([("yours", parts(trace(design)), "")])
    layer.show(**separable.EXAMPLE)
    spiral.show(trip(5), course())
    checkpoints = rows.query("family == 'v1' and series == 'checkpoint'")
    grid = sweep("v1", knobs()["alpha"].values, resolution=[128, 224])
    return {
        "bars": bars,
        "counts": counts,
        "layer": layer,
        "spiral": spiral,
        "sweep": panels,
        "plane": Plane(checkpoints),
        "plane of parameters": Plane(checkpoints, "params"),
        "width and resolution": WidthResolution(
            grid, checkpoints, log_law(checkpoints, "macs", "top1")
        ),
        "families": Families(rows, ["macs", "params"], "top1"),
        "few of a family": Families(rows[rows.macs.between(2e8, 7e8)], ["macs"], "top1"),
        "growth": Growth(sweep("v2", expansion=range(1, 11)), "expansion", ["macs"], marked=6),
    }


@pytest.fixture(scope="module")
def pictures():
    return every_picture()


def test_ticks_are_where_they_say_within_the_axis_and_in_order(pictures):
    for name, picture in pictures.items():
        for axes in picture.figure.axes:
            for axis in (axes.xaxis, axes.yaxis):
                low, high = sorted(axis.get_view_interval())
                ticks = axis.get_ticklocs()
                assert list(ticks) == sorted(set(ticks)), name
                if axis.get_scale() != "log":
                    continue
                assert len(ticks) >= 2 and all(low <= tick <= high for tick in ticks), name
                for tick, text in zip(ticks, axis.get_ticklabels(), strict=True):
                    said = text.get_text()
                    share = 0.01 if said.endswith("%") else 1
                    value = float(said.rstrip("%")) * share
                    assert value == pytest.approx(tick), name


def test_ticks_of_a_logarithmic_axis_are_round_and_near_its_ends(pictures):
    """A tick in each decade at least, and none that nobody would choose."""
    for name, picture in pictures.items():
        for axes in picture.figure.axes:
            for axis in (axes.xaxis, axes.yaxis):
                if axis.get_scale() == "log" and name != "layer":
                    low, high = axis.get_view_interval()
                    ticks = axis.get_ticklocs()
                    digits = {f"{tick:e}"[:3] for tick in ticks}
                    assert digits <= {f"{digit}.0" for digit in range(1, 10)}, name
                    ends = np.log10([low, *ticks, high])
                    assert (np.diff(ends) <= 1).all(), name


def test_panels_say_what_they_show(pictures):
    def said(name):
        axes = pictures[name].figure.axes
        return [(one.get_title(loc="left"), one.get_xlabel(), one.get_ylabel()) for one in axes]

    macs, params, top1 = "MACs (millions)", "parameters (millions)", "published top-1 (%)"
    width = "width multiplier α"
    assert said("sweep") == [(macs, width, ""), (params, width, ""), (top1, width, "")]
    assert said("bars") == [
        (macs, "", ""),
        (params, "", ""),
        ("values held while the layer runs (millions)", "", ""),
    ]
    assert said("plane") == [(top1, macs, "")]
    assert said("plane of parameters") == [(top1, params, "")]
    assert said("width and resolution") == [
        ("computed MACs (millions)", width, ""),
        (top1, macs, ""),
    ]
    assert said("families") == [("", macs, top1), ("", params, "")]
    assert said("growth") == [(macs, "expansion t", "")]
    assert said("layer") == [
        ("MACs, as a share of full", "", ""),
        ("parameters, as a share of full", "", ""),
        ("separable / full (log scales)", "channels out, N", ""),
    ]
    assert [one[0] for one in said("spiral")] == [
        "the spiral",
        "back by T⁺",
        "best linear way",
        "%",
    ]


def test_what_is_drawn_lies_within_its_panel(pictures):
    """Each line and bar, but those that run across."""
    for name, picture in pictures.items():
        for axes in picture.figure.axes:
            (left, right), (low, high) = sorted(axes.get_xlim()), sorted(axes.get_ylim())
            for line in axes.lines:
                if line.get_transform() != axes.transData or not line.get_visible():
                    continue
                for x, y in line.get_xydata():
                    assert np.isnan([x, y]).any() or (left <= x <= right and low <= y <= high), name
            for patch in axes.patches:
                own = patch.get_patch_transform() + axes.transData
                if not isinstance(patch, Rectangle) or patch.get_transform() != own:
                    continue
                (x, y), width, height = patch.get_xy(), patch.get_width(), patch.get_height()
                if width and height:
                    assert left <= x and x + width <= right, name
                    assert low <= y and y + height <= high, name


def test_growth_is_marked_at_its_values_and_starts_from_zero(pictures):
    (axes,) = pictures["growth"].figure.axes
    curve, ring = axes.lines
    assert list(axes.get_xticks()) == list(curve.get_xdata()) == list(range(1, 11))
    low, high = axes.get_ylim()
    assert low == 0 and max(curve.get_ydata()) < high < 1.2 * max(curve.get_ydata())
    assert ring.get_xydata().tolist() == [curve.get_xydata().tolist()[5]]


def test_shares_of_one_layer_are_named_at_their_curves(pictures):
    law = pictures["layer"].law
    pale = [
        line for line in law.lines if len(line.get_xdata()) > 1 and line.get_color() != "#222222"
    ]
    names = [text for text in law.texts if text.get_text().startswith("D")]
    for line, text, kernel in zip(pale, names, (1, 3, 5, 7), strict=True):
        x, y = line.get_data()
        assert (x[0], x[-1]) == (8, 1024)
        assert y == pytest.approx([separable.law(kernel, int(n)) for n in x])
        assert text.get_text() == f"D {kernel}" and text.xy == (x[-1], y[-1])


def test_bars_of_counts_stand_beside_their_names(pictures):
    for row, (boxes, name, figures) in enumerate(pictures["counts"].rows):
        for box in boxes.values():
            assert box.get_y() + box.get_height() / 2 == pytest.approx(row)
            assert 0.3 < box.get_height() < 1
        assert name.get_position()[1] == figures.get_position()[1] == row


def test_ticks_are_as_many_as_there_is_room_for(pictures):
    """A wide axis has 1, 2 and 5 of each decade, a narrow one every digit."""
    wide = pictures["families"].figure.axes[0].xaxis
    assert list(wide.get_ticklocs()) == [10, 20, 50, 100, 200, 500]
    narrow = pictures["few of a family"].figure.axes[0].xaxis
    assert list(narrow.get_ticklocs()) == [200, 300, 400, 500, 600]
    law = pictures["layer"].law.xaxis
    assert set(law.get_ticklocs()) <= set(KNOBS["filters"].values)


def scaled(value):
    """The layers of a small network as if the most MACs of one were `value` millions."""
    table = layer_table(Design("v1", 0.25, resolution=32))
    return table.assign(macs=(table.macs / table.macs.max() * value * 1e6).round())


@pytest.fixture(scope="module")
def lowest():
    """Bars made for so few MACs that whatever is shown says how high the panel is."""
    return LayerBars(scaled(0.001))


@pytest.mark.parametrize("value", np.geomspace(0.001, 1000, 60))
def test_a_panel_ends_a_little_above_its_highest_bar(lowest, value):
    lowest.show(Design("v1", 0.25, resolution=32), scaled(value))
    assert value <= lowest.panels["macs"].get_ylim()[1] * 1.001 < 1.35 * value


def test_pictures_have_the_size_that_pages_are_laid_out_for(pictures):
    assert {name: picture.size for name, picture in pictures.items()} == {
        "bars": (840, 456),
        "counts": (840, 600),
        "layer": (840, 288),
        "spiral": (840, 280),  # with a line that says what the colours mean
        "sweep": (840, 288),
        "plane": (648, 396),
        "plane of parameters": (648, 396),
        "width and resolution": (840, 336),
        "families": (840, 336),
        "few of a family": (600, 336),
        "growth": (840, 264),
    }
    assert Diagram().size == (840, 290)


def test_panels_are_open_to_the_top_and_right(pictures):
    assert not STYLE["axes.spines.top"] and not STYLE["axes.spines.right"]
    for picture in pictures.values():
        for axes in picture.figure.axes:
            assert not axes.spines["top"].get_visible() and not axes.spines["right"].get_visible()


def test_knobs_are_those_that_the_page_lists():
    """The table of symbols in docs/python.md, column "on the sliders"."""
    text = (Path(__file__).parents[1] / "docs" / "python.md").read_text(encoding="utf-8")
    for name, knob in knobs().items():
        row = next(line for line in text.splitlines() if re.search(rf"\| `{name}` \|", line))
        assert f"{knob.low:g} to {knob.high:g} by {knob.step:g}" in row, name
        assert ", ".join(f"{value:g}" for value in knob.published) in row, name
        low, high = knob.limits
        assert low < knob.values[0] and knob.values[-1] < high
        assert min(knob.values) == knob.low and max(knob.values) == knob.high
        assert list(knob.ticks) == sorted(set(knob.ticks))
        assert all(tick in knob.values for tick in knob.ticks), name
        assert low <= knob.ticks[0] and knob.ticks[-1] <= high
        assert knob.start in knob.published
    assert knobs()["alpha"].limits == pytest.approx((0.05, 1.55))  # a step beyond the ends
    assert knobs()["resolution"].limits == (48, 336)  # half a step
    assert knobs()["expansion"].limits == (0.5, 10.5)
