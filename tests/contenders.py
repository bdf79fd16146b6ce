"""The same three panels of four curves, moved by the same slider, drawn in seven ways.

`bench_live.py` shows each in a notebook of its own. Axes, titles, grid and legend are those of the
lab's panels. Each way is written as its documentation advises for speed: what can stay
stays, only the heights of the curves are replaced, animations are off.
"""

import atexit
import json
import time
from functools import partial
from pathlib import Path
from typing import NamedTuple

import ipywidgets as widgets
import numpy as np
from matplotlib.ticker import NullLocator

from mobilenet_lab.explorers.live import Ahead, LiveFigure
from mobilenet_lab.plots import Sweep
from mobilenet_lab.plots.picture import Picture
from mobilenet_lab.plots.style import DPI, PALETTE, RESOLUTION, label

WIDTH, HEIGHT = 864, 288
CURVES, POINTS, POSITIONS = 4, 24, 400
INK = [*PALETTE[:2], *list(RESOLUTION.values())[:2]]
X = np.linspace(0.1, 1.5, POINTS)
AXIS, LEGEND = label("alpha"), ["96 px", "128 px", "160 px", "192 px"]


class Panel(NamedTuple):
    """A panel's title, whether its axis is linear or logarithmic, its limits and its ticks."""

    title: str
    scale: str
    limits: tuple
    ticks: tuple


PANELS = [Panel(label(name), "log", *axis) for name, axis in Sweep.LIMITS.items()]
PANELS.append(Panel(label("top1"), "linear", (35, 86), (40, 50, 60, 70, 80)))


def heights(position):
    """The curves at a position of the slider: panels × curves × points."""
    phase = np.arange(CURVES * len(PANELS)).reshape(len(PANELS), CURVES, 1)
    parts = 0.5 + 0.45 * np.sin(2 * X + phase + 0.15 * position)
    return [between(panel, part) for panel, part in zip(PANELS, parts, strict=True)]


def between(panel, part):
    """What lies at a part of the way from a panel's lower limit to its upper one."""
    low, high = panel.limits
    return low * (high / low) ** part if panel.scale == "log" else low + (high - low) * part


class Panels(Picture):
    """The panels as the lab draws them."""

    def __init__(self):
        super().__init__(WIDTH, HEIGHT)
        self.moving = draw(self.figure)

    def show(self, position):
        """Move the curves; the words name the position."""
        move(self.moving, position)
        self.words = f"Twelve curves at position {position}"


def draw(figure, position=0):
    """The panels in a matplotlib figure; returns the twelve lines."""
    lines = []
    panels = figure.subplots(1, len(PANELS))
    for axes, panel, curves in zip(panels, PANELS, heights(position), strict=True):
        axes.set(yscale=panel.scale, ylim=panel.limits, xlabel=AXIS, title=panel.title)
        axes.yaxis.set_ticks(panel.ticks, [f"{tick:g}" for tick in panel.ticks])
        axes.yaxis.set_minor_locator(NullLocator())
        axes.grid(color="#ececec")
        for y, color in zip(curves, INK, strict=True):
            lines += axes.plot(X, y, "o-", color=color, ms=4)
    figure.legend(lines[:CURVES], LEGEND, loc="outside lower center", ncols=CURVES, frameon=False)
    return lines


def move(lines, position):
    """Give twelve matplotlib lines their heights at a position."""
    for line, y in zip(lines, np.concatenate(heights(position)), strict=True):
        line.set_ydata(y)


def ours(slider):
    """The lab's live figure; what the next step shows is sent ahead."""
    figure = LiveFigure(Panels())
    figure.show(slider.value)
    ahead = Ahead([figure.widget])

    def drawn(position):
        figure.picture.show(position)
        return [figure.html()]

    def moved(position):
        ahead.drop()
        figure.show(position)
        near = (position - 1, position, position + 1)
        ahead.later(slider, {position: partial(drawn, position) for position in near})

    return widgets.VBox([figure.widget, ahead.widget]), moved


def asked(slider):
    """The lab's live figure; every step is asked from the kernel."""
    figure = LiveFigure(Panels())
    figure.show(slider.value)
    return figure.widget, figure.show


def inline(slider):
    """A figure drawn anew by `interactive_output` and matplotlib's inline backend."""
    import matplotlib.pyplot as plt

    def drawn(position):
        figure = plt.figure(figsize=(WIDTH / DPI, HEIGHT / DPI), dpi=DPI, layout="constrained")
        draw(figure, position)
        plt.show()

    get_ipython().run_line_magic("matplotlib", "inline")  # noqa: F821
    return widgets.interactive_output(timed(drawn), {"position": slider}), None


def ipympl(slider):
    """matplotlib's widget backend, which draws the whole figure when it is idle."""
    get_ipython().run_line_magic("matplotlib", "widget")  # noqa: F821
    import matplotlib.pyplot as plt

    with plt.ioff():
        figure = plt.figure(figsize=(WIDTH / DPI, HEIGHT / DPI), dpi=DPI, layout="constrained")
    lines = draw(figure)
    figure.draw_without_rendering()
    figure.set_layout_engine("none")  # the axes stay where they are
    figure.canvas.toolbar_visible = figure.canvas.header_visible = False
    figure.canvas.footer_visible = figure.canvas.resizable = False

    def moved(position):
        move(lines, position)
        figure.canvas.draw_idle()

    return figure.canvas, moved


def plotly(slider):
    """plotly's widget; the twelve traces go in one message."""
    import plotly.graph_objects as go
    from plotly.subplots import make_subplots

    titles = [panel.title for panel in PANELS]
    figure = go.FigureWidget(make_subplots(1, len(PANELS), subplot_titles=titles))
    for place, (panel, curves) in enumerate(zip(PANELS, heights(slider.value), strict=True), 1):
        for y, color, name in zip(curves, INK, LEGEND, strict=True):
            line = go.Scatter(x=X, y=y, name=name, mode="lines+markers", line={"color": color})
            line.showlegend = place == 1
            figure.add_trace(line, row=1, col=place)
        limits = np.log10(panel.limits) if panel.scale == "log" else panel.limits
        axis = {"type": panel.scale, "range": list(limits), "tickvals": panel.ticks}
        figure.update_yaxes(axis, row=1, col=place)
    figure.update_xaxes(title=AXIS)
    margins, below = {"l": 30, "r": 10, "t": 30, "b": 40}, {"orientation": "h", "y": -0.3}
    figure.update_layout(width=WIDTH, height=HEIGHT, margin=margins, legend=below)

    def moved(position):
        with figure.batch_update():
            for trace, y in zip(figure.data, np.concatenate(heights(position)), strict=True):
                trace.y = y

    return figure, moved


def bqplot(slider):
    """bqplot; the four curves of a panel are one mark, which is one message."""
    import bqplot as bq

    kinds = {"log": bq.LogScale, "linear": bq.LinearScale}
    size = {"width": f"{WIDTH // len(PANELS)}px", "height": f"{HEIGHT}px", "min_width": "0"}
    marks, figures = [], []
    for panel, curves in zip(PANELS, heights(slider.value), strict=True):
        low, high = panel.limits
        scales = {"x": bq.LinearScale(), "y": kinds[panel.scale](min=low, max=high)}
        ticks = {"tick_values": list(panel.ticks), "tick_format": "~g"}
        axes = [
            bq.Axis(scale=scales["x"], label=AXIS),
            bq.Axis(scale=scales["y"], orientation="vertical", **ticks),
        ]
        mark = bq.Lines(x=X, y=curves, scales=scales, colors=INK, marker="circle", marker_size=16)
        figure = bq.Figure(
            marks=[mark],
            axes=axes,
            title=panel.title,
            fig_margin={"top": 30, "bottom": 40, "left": 40, "right": 10},
            animation_duration=0,
            layout=size,
        )
        marks.append(mark)
        figures.append(figure)

    def moved(position):
        for mark, curves in zip(marks, heights(position), strict=True):
            mark.y = curves

    return widgets.HBox(figures), moved


def text(slider):
    """No picture: the floor of any way through the kernel."""
    box = widgets.HTML()

    def moved(position):
        box.value = f'<p style="font-size:48px;line-height:1">{position}</p>'

    moved(slider.value)
    return box, moved


WAYS = {way.__name__: way for way in (ours, asked, inline, ipympl, plotly, bqplot, text)}
HANDLED = []  # (position, start, end) of each time that a slider's event was handled, s since 1970


def timed(handler):
    """The handler of a position, its times noted."""

    def noted(position):
        start = time.time()
        handler(position)
        HANDLED.append((position, start, time.time()))

    return noted


def show(name):
    """What a notebook displays: the slider, and below it a box of 864 × 288 px to be watched."""
    slider = widgets.IntSlider(max=POSITIONS, layout={"width": f"{WIDTH}px"})
    figure, moved = WAYS[name](slider)
    if moved:
        handler = timed(moved)
        slider.observe(lambda change: handler(change["new"]), "value")
    size = {"width": f"{WIDTH}px", "height": f"{HEIGHT}px", "overflow": "hidden"}
    box = widgets.Box([figure], layout=size | {"margin": "32px 0 0 0"})
    box.add_class("watched")
    atexit.register(lambda: Path(f"{name}.json").write_text(json.dumps(HANDLED), encoding="utf-8"))
    return widgets.VBox([slider, box])
