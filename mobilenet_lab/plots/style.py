"""Palette, labels and sizes that all plots and drawings share."""

import math

from matplotlib.ticker import NullLocator

from mobilenet_lab import checks
from mobilenet_lab.costs.limits import LIMITS
from mobilenet_lab.networks.families import FAMILIES, knobs
from mobilenet_lab.networks.trace import MOVES, POOLING

DPI = 96
# Okabe and Ito's colours, for every kind of sight; families take them in the registry's order.
PALETTE = ("#0072B2", "#D55E00", "#882255", "#117733")
MARKERS = ("o", "s", "^", "D")
ACCENT = PALETTE[1]
INK, PALE, REFERENCE = "#222222", "#c8c8c8", "#8a8a8a"
REFERENCE_WORDS = "#6a6a6a"  # text about a reference must be darker than its lines
RESOLUTION = {96: "#440154", 128: "#3b528b", 160: "#21908c", 192: "#5dc863", 224: "#c8b020"}
OPERATION = {  # of layers
    "convolution": "#CC79A7",
    "depthwise": "#009E73",
    "pointwise": "#56B4E9",
    "dense": "#E69F00",
    "addition": "#F0E442",
    "multiplication": "#999933",
    **dict.fromkeys((*POOLING, *MOVES, "batch_norm", "activation", "dropout"), PALE),
    **dict.fromkeys(("rescaling", "concatenation"), PALE),
}
PART = {  # of a count (see `conventions`)
    "first_convolution": OPERATION["convolution"],
    "first_expansion": PALETTE[0],
    "full_convolutions": PALETTE[1],
    "depthwise": OPERATION["depthwise"],
    "pointwise": OPERATION["pointwise"],
    "classifier": OPERATION["dense"],
    "accumulation": PALE,
    "bias": INK,
    "batch_norm": "#882255",
    "activation": "#44AA99",
    "pooling": "#999933",
    "addition": OPERATION["addition"],
}
LABELS = {
    "macs": "MACs (millions)",
    "params": "parameters (millions)",
    "top1": "published top-1 (%)",
    "error": "published top-1 error (%)",
    "pixel1_ms": "published Pixel 1 time (ms)",
    "peak_mb": "peak memory, 16 bit (MB)",
    "ram": "RAM (KiB)",
    "flash": "flash (KiB)",
    "measured_ms": "time measured here (ms)",
    "ms": "predicted time (ms)",
}
UNITS = {"macs": 1e6, "params": 1e6, "ram": 2**10, "flash": 2**10}  # of the axes above
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

    Below 0.01 M, two significant digits are shown instead of 0: "0.0012 M".
    """
    number = value / 1e6
    if 0 < number < 0.01:
        places = 1 - math.floor(math.log10(number))
        return f"{number:.{places}f}".rstrip("0") + " M"
    places = 2 if number < 10 else 1 if number < 100 else 0
    return f"{number:,.{places}f} M"


def kibibytes(value):
    """A number of bytes in KiB, whole MiB as such: "250 KiB", "97.5 KiB", "1 MiB", "1 byte"."""
    whole, rest = divmod(value, 2**20)
    if whole and not rest:
        return f"{whole:,.0f} MiB"
    if value < 2**10:
        return f"{value:,.0f} byte{'s' * (value != 1)}"
    return f"{value / 2**10:,.1f}".removesuffix(".0") + " KiB"


def written(value, name):
    """An amount of what a budget can limit, in its unit alone: "146 M", "250 KiB"."""
    return {"M": millions, "KiB": kibibytes}[LIMITS[name].unit](value)


AMOUNTS = {  # of the prices of a network
    "macs": lambda value: f"{millions(value)} MACs",
    "params": lambda value: f"{millions(value)} parameters",
    "ram": lambda value: f"{kibibytes(value)} of RAM",
    "flash": lambda value: f"{kibibytes(value)} of flash",
    "ms": "{:.3g} ms".format,
}


def numbered(things):
    """What several things are called in a plot: "1: this", "2: that". A single one needs none."""
    return [f"{at}: {one}" if len(things) > 1 else f"{one}" for at, one in enumerate(things, 1)]


def references(pinned=(), budget=None):
    """The references in a plot in words: what is pinned, and the limits of a budget."""
    words = f" Pinned: {'; '.join(numbered(pinned))}." if pinned else ""
    for name, most in (budget or {}).items():
        words += f" Limit: {written(most, name)} {LIMITS[name].title}." if most else ""
    return words


def checked_law(law):
    """A line's slope and intercept, as `log_law` gives them."""
    accepted = "the pair (slope, intercept) of a line"
    if checks.array("law", law, accepted).shape != (2,):
        checks.refuse("law", law, accepted)


def log_axis(axis, limits, ticks):
    """A logarithmic axis whose ticks are plain numbers."""
    axis.axes.set(**{f"{axis.axis_name}scale": "log", f"{axis.axis_name}lim": limits})
    axis.set_ticks(ticks, [f"{tick:g}" for tick in ticks])
    axis.set_minor_locator(NullLocator())


def label(name):
    """The axis label of a column or a knob."""
    names = LABELS | {knob: own.axis for knob, own in knobs().items()}
    return names[checks.one_of("the column", name, names)]


def in_units(values, name):
    """The values of a column as its axis shows them: counts in millions, bytes in KiB."""
    return values / UNITS.get(name, 1)


def amount(value, name):
    """A value of a price in words: "146 M MACs", "250 KiB of RAM", "3.1 ms"."""
    return AMOUNTS[checks.one_of("the column", name, AMOUNTS)](value)


def names_of(frame, *columns):
    """What the marks of a frame's networks are called: the design, and below it some columns."""
    knob = {"family": "{}", "alpha": "α {:g}", "resolution": "{} px"}
    knob = {name: write for name, write in knob.items() if name in frame}
    return [
        ", ".join(write.format(row[name]) for name, write in knob.items())
        + "\n"
        + ", ".join(f"{label(name)} {_figures(in_units(row[name], name))}" for name in columns)
        for row in frame.to_dict("records")
    ]


def _figures(number):
    """Three significant figures, zeros too: "75.0", "4.25", "569"."""
    return f"{number:#.3g}".rstrip(".")


def family_color(family):
    """The colour of a family, by its place in the registry."""
    return PALETTE[list(FAMILIES).index(family) % len(PALETTE)]


def family_marker(family):
    """The marker of a family's points, by its place in the registry."""
    return MARKERS[list(FAMILIES).index(family) % len(MARKERS)]


def colors():
    """All colours of plots and drawings."""
    layers = ("convolution", "depthwise", "pointwise", "dense", "addition")
    painted = (
        "#000000",
        *(OPERATION[operation] for operation in layers),
        *("#882255", "#44AA99", "#999933"),
        *map(family_color, FAMILIES),
        *RESOLUTION.values(),
    )
    return tuple(dict.fromkeys(painted))  # the palette of a live picture has room for this many
