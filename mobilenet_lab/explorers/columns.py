"""The tables of the explorers of designs: their columns, and how these are written."""

import numpy as np
import pandas as pd

from mobilenet_lab.costs.curves import COUNTS
from mobilenet_lab.costs.limits import least, needs
from mobilenet_lab.explorers.controls import html_table
from mobilenet_lab.explorers.words import signed
from mobilenet_lab.networks.design import Design
from mobilenet_lab.networks.families import knobs, own_knobs
from mobilenet_lab.published.known import top1

LIVE, PLANNED, FILE = "ram_live_int8_bytes", "ram_tflm_int8_bytes", "flash_int8_bytes"
DIFFERENCE = "_difference"  # of the shown design to that of the row
SHOWN_LESS_PINNED = "<p>Δ: the design shown minus the pinned one.</p>"

_COUNT, _KIB = "{:,}".format, lambda value: f"{value / 1024:,.0f}"
_WRITTEN = {  # the short heading of a column, and how its values are written
    "alpha": ("α", "{:g}".format),
    "resolution": ("px", None),
    "macs": ("MACs", _COUNT),
    "params": ("parameters", _COUNT),
    LIVE: ("RAM, at least (KiB)", _KIB),
    PLANNED: ("RAM, planned (KiB)", _KIB),
    FILE: ("flash (KiB)", _KIB),
    "published_top1": ("top-1", "{:.1f}".format),
}


def with_top1(frame):
    """A sweep's designs and counts: bytes of live int8 tensors and of the file, published top-1."""
    names = ["family", *knobs(), "classes"]
    rows = frame[names].astype(object).where(frame[names].notna(), None).to_dict("records")
    designs = [Design(**row) for row in rows]
    found = {LIVE: "ram", FILE: "flash"}
    amounts = {column: [least(one)[name] for one in designs] for column, name in found.items()}
    return frame[[*names[:-1], *COUNTS]].assign(**amounts, published_top1=_top1(designs))


def beside(design, pinned):
    """A design and pinned ones as rows, each with its counts and how the design differs from it."""
    designs = [design, *pinned]
    columns = {name: [needs(one)[name] for one in designs] for name in COUNTS}
    columns |= {PLANNED: [needs(one)["ram"] for one in designs]}
    columns |= {FILE: [needs(one)["flash"] for one in designs], "published_top1": _top1(designs)}
    frame = pd.DataFrame({"pinned": ["shown", *range(1, len(designs))]})
    frame["family"] = [one.family for one in designs]
    for name, knob in knobs().items():
        values = [getattr(one, name) for one in designs]
        frame[name] = pd.array(values, dtype="Int64" if knob.whole else "Float64")
    for name, values in columns.items():
        frame[name] = values
        frame[f"{name}{DIFFERENCE}"] = frame[name][0] - frame[name]
    return frame


def _top1(designs):
    """Published top-1 (the checkpoint's before others); nan where there is none."""
    return np.array([top1(one)[0] for one in designs], dtype=float)


def written(frame):
    """A table as HTML: counts with commas, bytes in KiB, differences with their signs."""
    headings, formatters = [], []
    columns = _WRITTEN | {name: (knob.symbol, None) for name, knob in own_knobs().items()}
    for name in frame:
        heading, write = columns.get(name.removesuffix(DIFFERENCE), (name, None))
        if name.endswith(DIFFERENCE):
            heading, write = f"Δ {heading}", _with_sign(write)
        headings.append(heading)
        formatters.append(write)
    table = html_table(frame.set_axis(headings, axis=1), formatters)
    return table + SHOWN_LESS_PINNED * any(name.endswith(DIFFERENCE) for name in frame)


def _with_sign(write):
    return lambda difference: signed(difference, write)
