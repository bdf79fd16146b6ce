"""The same three panels of four curves, moved by the same slider, drawn in six ways.

`bench_live.py` shows each in a notebook of its own. Each is written as its documentation advises
for speed: what can stay stays, only the heights of the curves are replaced, animations are off.
"""

import atexit
import json
import time
from pathlib import Path

import ipywidgets as widgets
import numpy as np

from mobilenet_lab.live import LiveFigure
from mobilenet_lab.plots import DPI, FAMILY, RESOLUTION, Picture

WIDTH, HEIGHT = 864, 288
PANELS, CURVES, POINTS = 3, 4, 24
X = np.linspace(0.1, 1.5, POINTS)
LOW, HIGH = 0, 10
INK = [*FAMILY.values(), *list(RESOLUTION.values())[:2]]
POSITIONS = 400


def heights(position):
    """The curves at a position of the slider: panels × curves × points, from 0.5 to 9.5."""
    phase = np.arange(PANELS * CURVES).reshape(PANELS, CURVES, 1)
    return 5 + 4.5 * np.sin(2 * X + phase + 0.15 * position)


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
    for axes, curves in zip(figure.subplots(1, PANELS), heights(position), strict=True):
        axes.set(ylim=(LOW, HIGH), xlabel="width multiplier", title="millions")
        for y, color in zip(curves, INK, strict=True):
            lines += axes.plot(X, y, "o-", color=color, ms=4)
    return lines


def move(lines, position):
    """Give twelve matplotlib lines their heights at a position."""
    for line, y in zip(lines, heights(position).reshape(-1, POINTS), strict=True):
        line.set_ydata(y)


def ours(slider):
    """The lab's live figure."""
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
    get_ipython().run_line_magic(  # noqa: F821
        "config", "InlineBackend.print_figure_kwargs = {'bbox_inches': None}"
    )
    return widgets.interactive_output(timed(drawn), {"position": slider}), None


def ipympl(slider):
    """matplotlib's widget backend, which draws the whole figure when it is idle."""
    get_ipython().run_line_magic("matplotlib", "widget")  # noqa: F821
    import matplotlib.pyplot as plt

    with plt.ioff():
        figure = plt.figure(figsize=(WIDTH / DPI, HEIGHT / DPI), dpi=DPI, layout="constrained")
    lines = draw(figure)
    figure.canvas.draw()
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

    figure = go.FigureWidget(make_subplots(1, PANELS, subplot_titles=["millions"] * PANELS))
    for panel, curves in enumerate(heights(slider.value), 1):
        for y, color in zip(curves, INK, strict=True):
            line = go.Scatter(x=X, y=y, mode="lines+markers", line={"color": color})
            figure.add_trace(line, row=1, col=panel)
    figure.update_yaxes(range=[LOW, HIGH])
    figure.update_xaxes(title="width multiplier")
    margins = {"l": 30, "r": 10, "t": 30, "b": 40}
    figure.update_layout(width=WIDTH, height=HEIGHT, margin=margins, showlegend=False)

    def moved(position):
        with figure.batch_update():
            for trace, y in zip(figure.data, heights(position).reshape(-1, POINTS), strict=True):
                trace.y = y

    return figure, moved


def bqplot(slider):
    """bqplot; the four curves of a panel are one mark, which is one message."""
    import bqplot as bq

    scales = {"x": bq.LinearScale(), "y": bq.LinearScale(min=LOW, max=HIGH)}
    size = {"width": f"{WIDTH // PANELS}px", "height": f"{HEIGHT}px"}
    marks, figures = [], []
    for curves in heights(slider.value):
        mark = bq.Lines(x=X, y=curves, scales=scales, colors=INK, marker="circle", marker_size=16)
        axes = [
            bq.Axis(scale=scales["x"], label="width multiplier"),
            bq.Axis(scale=scales["y"], orientation="vertical"),
        ]
        margins = {"top": 30, "bottom": 40, "left": 30, "right": 10}
        figure = bq.Figure(
            marks=[mark],
            axes=axes,
            title="millions",
            fig_margin=margins,
            animation_duration=0,
            layout=size | {"min_width": "0"},
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


WAYS = {way.__name__: way for way in (ours, inline, ipympl, plotly, bqplot, text)}
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
