"""Palette, labels and sizes that all plots and drawings share."""

import math

from matplotlib.ticker import NullLocator

from mobilenet_lab.networks.families import knobs

DPI = 96
FAMILY = {"v1": "#0072B2", "v2": "#D55E00"}  # Okabe and Ito's colours, for every kind of sight
INK, PALE, REFERENCE = "#222222", "#c8c8c8", "#8a8a8a"
REFERENCE_WORDS = "#6a6a6a"  # what is written of a reference has to be darker than its lines
RESOLUTION = {96: "#440154", 128: "#3b528b", 160: "#21908c", 192: "#5dc863", 224: "#c8b020"}
KIND = {  # of layers
    "Conv2D": "#CC79A7",
    "DepthwiseConv2D": "#009E73",
    "pointwise": "#56B4E9",
    "Dense": "#E69F00",
    "Add": "#F0E442",
}
PART = {  # of a count (see `conventions`)
    "first_convolution": KIND["Conv2D"],
    "full_convolutions": KIND["Conv2D"],
    "depthwise": KIND["DepthwiseConv2D"],
    "pointwise": KIND["pointwise"],
    "classifier": KIND["Dense"],
    "accumulation": PALE,
    "bias": INK,
    "batch_norm": "#882255",
    "activation": "#44AA99",
    "pooling": "#999933",
    "addition": KIND["Add"],
}
COLORS = (
    "#000000",
    *KIND.values(),
    "#882255",
    "#44AA99",
    "#999933",
    *FAMILY.values(),
    *RESOLUTION.values(),
)  # all that pictures are painted with
LABELS = {
    "macs": "MACs (millions)",
    "params": "parameters (millions)",
    "top1": "published top-1 (%)",
    "error": "published top-1 error (%)",
    "pixel1_ms": "published Pixel 1 time (ms)",
    "measured_ms": "time measured here (ms)",
    "peak_mb": "peak memory, 16 bit (MB)",
}
STYLE = {
    "font.size": 10,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
}


def millions(value):
    """A count in millions, with three digits or two decimals: "569 M", "30.9 M", "4.25 M".

    What is smaller than 0.01 M has two digits that count, so that it does not read 0: "0.0012 M".
    """
    number = value / 1e6
    if 0 < number < 0.01:
        places = 1 - math.floor(math.log10(number))
        return f"{number:.{places}f}".rstrip("0") + " M"
    places = 2 if number < 10 else 1 if number < 100 else 0
    return f"{number:,.{places}f} M"


def references(pinned, budget=None):
    """What else is drawn, in words: a pinned design or None, and the limits of a budget."""
    named = {"macs": "MACs", "params": "parameters"}
    words = f" Pinned: {pinned}." if pinned else ""
    for name, most in (budget or {}).items():
        words += f" Limit: {millions(most)} {named[name]}." if most else ""
    return words


def log_axis(axis, limits, ticks):
    """A logarithmic axis whose ticks are plain numbers."""
    axis.axes.set(**{f"{axis.axis_name}scale": "log", f"{axis.axis_name}lim": limits})
    axis.set_ticks(ticks, [f"{tick:g}" for tick in ticks])
    axis.set_minor_locator(NullLocator())


def label(name):
    """What a column or a knob is called along an axis."""
    return LABELS[name] if name in LABELS else knobs()[name].axis
