"""The controls of the explorers, each with an accessible name, an exact value, and keyboard
support.
"""

import math
import re

import ipywidgets as widgets
from traitlets import CFloat, CInt

from mobilenet_lab import checks
from mobilenet_lab.explorers import browser
from mobilenet_lab.networks.knobs import Powers

# What a control says when the mouse rests on it; ipywidgets 7, as on Colab, calls it otherwise.
TIP = "tooltip" if hasattr(widgets.DOMWidget, "tooltip") else "description_tooltip"

_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+(\.\d*)?")  # as `finish.js` reads them in a number box


# If the kernel echoed the value, it would yank a handle the user has since dragged further.
class WholeSlider(widgets.IntSlider):
    """An integer slider whose value is not echoed to the browser."""

    value = CInt(0).tag(sync=True, echo_update=False)


class RealSlider(widgets.FloatSlider):
    """A slider whose value is not echoed to the browser."""

    value = CFloat(0.0).tag(sync=True, echo_update=False)


class PowerSlider(widgets.FloatLogSlider):
    """A slider over powers of a base whose value is not sent back to the browser."""

    value = CFloat(1.0).tag(sync=True, echo_update=False)


# Dials share the width of their row; a slider takes what its box leaves.
_SHARE = {"flex": "1 1 24em", "max_width": "40em"}
_LONG = {"flex": "1 1 8.5em", "width": "auto", "min_width": "8.5em"}


def _slider(knob, value):
    """A slider over a knob's positions."""
    style = {"readout": False, TIP: knob.help, "layout": _LONG}
    if isinstance(knob, Powers):
        first, last = knob.exponents
        slider = PowerSlider(
            value=knob.on_slider(value), base=knob.BASE, min=first, max=last, step=1, **style
        )
        slider.add_class("mobilenet-lab-powers")
        return slider
    kind = WholeSlider if knob.whole else RealSlider
    return kind(value=knob.on_slider(value), min=knob.low, max=knob.high, step=knob.step, **style)


class Dial:
    """A knob's number box, with its name and exact value, and a slider beside it.

    `box.value` is the state; the slider stands at the nearest position. Starts at `value`, by
    default at the knob's start. Raises `ValueError` for a value outside the knob's range.
    """

    FAR = 63  # positions in each direction to prefetch

    def __init__(self, knob, value=None):
        value = knob.start if value is None else knob.checked(value)
        self.knob = knob
        self.box = widgets.BoundedFloatText(  # an integer box would read 1.0 as 10
            value=value,
            min=-(
                10**9
            ),  # so that an out-of-range value gets a message instead of being silently clamped
            max=10**9,
            step=knob.step,
            description=knob.name,
            style={"description_width": "8em"},
            layout={"width": "13.5em"},
            **{TIP: knob.help},
        )
        self.slider = _slider(knob, value)
        self.widget = widgets.HBox([self.box, self.slider], layout=_SHARE)
        self._leads = False  # the slider, when a reader moves it
        self.slider.observe(self._slider_moved, "value")

    @property
    def value(self):
        """The number in the box; an `int` if the knob takes only integers."""
        return self.knob.number(self.box.value)

    @property
    def problem(self):
        """What is wrong with the number in the box, in a sentence, or None."""
        return self.knob.problem(self.value)

    @property
    def is_on_position(self):
        """Whether the number in the box is one of the slider's positions."""
        return self.value in self.knob.values

    def beside(self):
        """The slider's positions around its present one, nearest first, up to `FAR` away."""
        values = self.knob.values
        at = values.index(self.knob.nearest(self.box.value))
        around = range(max(at - self.FAR, 0), min(at + self.FAR + 1, len(values)))
        return [values[one] for one in sorted(around, key=lambda one: abs(one - at)) if one != at]

    def follow(self):
        """Move the slider to the value in the box.

        It goes to one of its own positions: the browser would move it away from any other, and the
        box with it. It stays if the box holds an invalid value, or if the slider itself was moved.
        """
        if not self._leads and self.problem is None:
            position = self.knob.on_slider(self.box.value)
            if self.slider.value != position:
                self.slider.value = position

    def end_at(self, high):
        """Let it end there; a value beyond comes back to the end."""
        if high != self.knob.high:
            self.knob = self.knob.up_to(high)
            self.slider.max = max(high, self.slider.max)
            if self.box.value > high:
                self.box.value = high
            self.follow()  # first: a slider that is cut off would move the box
            self.slider.max = high

    def _slider_moved(self, change):
        position = self.knob.nearest(change["new"])
        if position != self.knob.nearest(self.box.value):
            self._leads = True
            try:
                self.box.value = position
            finally:
                self._leads = False


class Status:
    """A line of text that a screen reader announces when it changes, without moving the focus."""

    def __init__(self, role="status"):
        self.widget = browser.line(role)
        self.ahead = None  # the prefetched positions of a slider, if any
        self.say("")

    def say(self, text):
        """Change the text."""
        self.text = text
        self.widget.put(None, text, self.ahead.epoch if self.ahead else 0)


def html_table(frame, formatters=None):
    """A `DataFrame` as HTML. If it is too wide for the page, it scrolls in its own box."""
    text = frame.to_html(index=False, border=0, formatters=formatters, na_rep="")
    text = text.replace("&lt;NA&gt;", "")  # na_rep does not apply to integer columns
    # Without pandas' class, which other tables of the notebook may restyle.
    text = text.replace('<table class="dataframe"', '<table style="border-spacing:1em 0"')
    box = "width:0; min-width:100%; overflow-x:auto; text-align:right; line-height:1.5"
    return f'<div style="{box}">{text}</div>'


def counts_table(frame):
    """The same, with integers written as 1,234,567."""
    counts = frame.dtypes.map(lambda kind: kind.kind == "i")
    return html_table(frame, ["{:,}".format if count else None for count in counts])


def choice(name, options, value):
    """A drop-down list with a name, wide enough for its longest option where there is room.

    `options` maps labels to values. Raises `ValueError` if `value` is none of these.
    """
    if value not in options.values():
        texts = all(isinstance(option, str) for option in options.values())
        accepted = map(repr, options.values()) if texts else options
        checks.refuse(name, value, ", ".join(accepted))
    width = 12 + max(map(len, options)) / 2  # in em: the name, the arrow, half an em a letter
    return widgets.Dropdown(
        description=name,
        options=list(options.items()),
        value=value,
        style={"description_width": "8em"},
        layout={"width": f"{width}em", "max_width": "calc(100% - 4px)"},
    )


def offer(control, options, value, moves=True):
    """Replace a list's options if they have changed, and choose one; the same unless it `moves`."""
    options = tuple(options.items())
    if control.options != options:
        control.options = options
        moves = True
    if moves:
        control.value = value


def switch(name, meaning):
    """A checkbox. Unlike a toggle button it tells a screen reader whether it is on."""
    return widgets.Checkbox(
        description=name, indent=False, layout={"width": "7.5em"}, **{TIP: meaning}
    )


def limit(name, meaning):
    """A box for a number that may be missing, which `number` reads."""
    return widgets.Text(  # a number box cannot be empty
        placeholder="no limit",
        continuous_update=False,
        description=name,
        style={"description_width": "9.5em"},
        layout={"width": "15.5em"},
        **{TIP: meaning},
    )


def number(typed):
    """A number as people type it, with commas at the thousands or for a point; nan for any other.

    None where nothing is typed.
    """
    typed = typed.strip()
    try:
        return (
            float(typed.replace(",", "" if _THOUSANDS.fullmatch(typed) else ".")) if typed else None
        )
    except ValueError:
        return math.nan
