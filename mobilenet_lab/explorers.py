"""The widgets that the notebooks show: knobs, live pictures, and the state in words."""

import base64
import io
from typing import NamedTuple

import ipywidgets as widgets
from PIL import Image

from mobilenet_lab import published
from mobilenet_lab.cost import cost
from mobilenet_lab.design import Design
from mobilenet_lab.diagram import Strip
from mobilenet_lab.live import LiveFigure
from mobilenet_lab.plots import LABEL, Sweep, WidthResolution, millions
from mobilenet_lab.sweep import log_law, price, sweep


class Knob(NamedTuple):
    """One quantity that a reader sets: how it is called, where it starts, how it steps."""

    label: str
    symbol: str
    low: float
    high: float
    step: float
    start: float
    help: str

    @property
    def values(self):
        """Every position of the slider, smallest first."""
        count = round((self.high - self.low) / self.step) + 1
        values = [self.low + index * self.step for index in range(count)]
        return [round(value, 2) for value in values]

    def slider(self, value=None):
        """A slider over the knob's positions."""
        make = widgets.FloatSlider if isinstance(self.step, float) else widgets.IntSlider
        return make(
            value=self.start if value is None else value,
            min=self.low,
            max=self.high,
            step=self.step,
            description=f"{self.symbol} {self.label}",
            tooltip=self.help,
            description_tooltip=self.help,
            style={"description_width": "8em"},
            layout={"width": "24em"},
        )


KNOBS = {
    "alpha": Knob("width", "α", 0.1, 1.5, 0.05, 1.0, "multiplies the channels of every layer"),
    "resolution": Knob("resolution", "ρ", 64, 320, 32, 224, "input side in pixels, 224 · ρ"),
    "expansion": Knob("expansion", "t", 1, 10, 1, 6, "widens the inside of each v2 block"),
}
SERIES = {
    "checkpoint": "published checkpoint",
    "paper": "published in the paper",
    "keras": "published by Keras",
}


def describe(design, exact=False):
    """A design, its MACs, parameters and published top-1, in one sentence.

    `exact` writes the counts in full instead of in millions.
    """
    write = "{:,}".format if exact else millions
    counted = cost(design)
    counts = f"{write(counted.macs)} MACs, {write(counted.params)} parameters"
    value, series = top1(design)
    known = f"top-1 {value:.1f} % ({SERIES[series]})" if series else "no accuracy published"
    return f"{design}: {counts}, {known}"


def top1(design):
    """The published float32 top-1 of a design in %, and its series; (None, None) if there is none.

    Where several series have one, the checkpoint's comes before the paper's and Keras'.
    """
    known = published.of(design).query("number_format == 'float32'").set_index("series").top1
    return next(((float(known[name]), name) for name in SERIES if name in known), (None, None))


class Explorer:
    """Controls above live pictures; displays as a widget, as a still picture and as words.

    `controls` maps names to widgets with a `value`; setting one from code moves the pictures.
    Subclasses give `design` and draw in `_draw`.
    """

    def __init__(self, controls, pictures):
        self.controls = controls
        self.figures = [LiveFigure(picture) for picture in pictures]
        self.words = widgets.HTML()
        rows = widgets.HBox(list(controls.values()), layout={"flex_flow": "row wrap"})
        self.widget = widgets.VBox([rows, self.words, *(figure.widget for figure in self.figures)])
        for control in controls.values():
            control.observe(self._changed, "value")
        self._changed()

    def _changed(self, _=None):
        self._draw()
        self.words.value = f'<div role="status">{describe(self.design)}</div>'

    def png(self):
        """The pictures, one below the other, as PNG bytes."""
        stills = [Image.open(io.BytesIO(figure.picture.png())) for figure in self.figures]
        height = sum(still.height for still in stills)
        sheet = Image.new("RGB", (max(still.width for still in stills), height), "white")
        top = 0
        for still in stills:
            sheet.paste(still.convert("RGB"), (0, top))
            top += still.height
        buffer = io.BytesIO()
        sheet.quantize(128).save(buffer, "png", optimize=True)
        return buffer.getvalue()

    def _repr_mimebundle_(self, include=None, exclude=None):
        view = {"version_major": 2, "version_minor": 0, "model_id": self.widget.model_id}
        width = max(figure.picture.size[0] for figure in self.figures)
        bundle = {
            "text/plain": repr(self),
            "image/png": base64.b64encode(self.png()).decode("ascii"),
            "application/vnd.jupyter.widget-view+json": view,
        }
        return bundle, {"image/png": {"width": width}}

    def __repr__(self):
        return describe(self.design, exact=True)


class Tour(Explorer):
    """The lab on one screen: three panels along a knob, and the network drawn to scale."""

    def __init__(self, family="v2", along="alpha", **start):
        controls = {
            "family": _choice("family", {"MobileNet v1": "v1", "MobileNet v2": "v2"}, family),
            "along": _choice("along", {LABEL[name]: name for name in KNOBS}, along),
        }
        controls |= {name: knob.slider(start.get(name)) for name, knob in KNOBS.items()}
        super().__init__(controls, [Sweep(), Strip()])

    @property
    def settings(self):
        """The three knobs, `alpha`, `resolution` and `expansion`."""
        return {name: self.controls[name].value for name in KNOBS}

    @property
    def design(self):
        """The design that the knobs stand at."""
        family, settings = self.controls["family"].value, self.settings
        if family == "v1":
            del settings["expansion"]
        return Design(family, **settings)

    def _draw(self):
        design, along, settings = self.design, self.controls["along"].value, self.settings
        self.controls["expansion"].disabled = design.family == "v1"
        frame = sweep(["v1", "v2"], **(settings | {along: KNOBS[along].values}))
        points = published.along(along, **settings)
        panels, strip = self.figures
        panels.show(design, along, frame, points, cost(design), top1(design)[0])
        strip.show(design)


class WidthAndResolution(Explorer):
    """v1's α × ρ plane: MACs along α, one curve a resolution, and published top-1 over MACs."""

    def __init__(self, alpha=None, resolution=None):
        start = {"alpha": alpha, "resolution": resolution}
        controls = {name: KNOBS[name].slider(value) for name, value in start.items()}
        points = published.accuracy().query(
            "family == 'v1' and series == 'checkpoint' and number_format == 'float32'"
        )
        points = price(points)
        sizes = sorted(set(points.resolution))
        grid = sweep("v1", KNOBS["alpha"].values, resolution=sizes)
        law = log_law(points[points.alpha > 0.25], "macs", "top1")
        super().__init__(controls, [WidthResolution(grid, points, law)])

    @property
    def design(self):
        """The design that the knobs stand at."""
        return Design("v1", **{name: control.value for name, control in self.controls.items()})

    def _draw(self):
        curve = sweep("v1", KNOBS["alpha"].values, resolution=self.design.resolution)
        self.figures[0].show(self.design, curve, cost(self.design), published.of(self.design))


def _choice(description, options, value):
    return widgets.Dropdown(
        description=description,
        options=list(options.items()),
        value=value,
        style={"description_width": "4em"},
        layout={"width": "18em"},
    )
