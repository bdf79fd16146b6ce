"""One design with everything by which it is compared."""

from typing import NamedTuple

import pandas as pd

from mobilenet_lab import checks
from mobilenet_lab.costs.arena import Memory, memory
from mobilenet_lab.costs.blocks import shares
from mobilenet_lab.costs.cost import cost
from mobilenet_lab.costs.files import flash
from mobilenet_lab.costs.latency_model import LatencyModel
from mobilenet_lab.costs.work import by_kind
from mobilenet_lab.networks.design import Design, trace
from mobilenet_lab.search.accuracy import Prediction, predict

MEASURED = "measured here"


class Side(NamedTuple):
    """A design, what it is called beside the others, and what is compared of it.

    `counts` has macs, params, ram (the arena's peak and the persistent part), weights and flash in
    bytes, ms, and top1, low and high in %; None where one is not known. `stages` has a row for each
    stage, as `costs.blocks.shares` returns it.
    """

    design: Design
    name: str
    counts: dict
    memory: Memory
    accuracy: Prediction
    stages: pd.DataFrame


def side(design, name, bits, runtime, store, times):
    """The `Side` of a design; see `compare` for the arguments."""
    planned, counted, reached = memory(design, bits, runtime), cost(design), predict(design, store)
    counts = {
        "macs": counted.macs,
        "params": counted.params,
        "ram": planned.peak + planned.persistent,
        "peak": planned.peak,
        "persistent": planned.persistent,
        "flash": flash(design, bits),
        "ms": milliseconds(design, times),
        "top1": reached.top1,
        "low": reached.low,
        "high": reached.high,
        "accuracy": reached.basis,
    }
    return Side(design, name, counts, planned, reached, shares(design))


def milliseconds(design, times):
    """The time of a design by a `LatencyModel`, or its median in a frame of times; None without."""
    if times is None:
        return None
    if isinstance(times, LatencyModel):
        return float(times.milliseconds(by_kind(trace(design))))
    checks.finite(times, "ms", above=0)
    rows = times
    for column, value in design.values().items():
        if column in rows:
            rows = rows[(rows[column] == value).fillna(False).astype(bool)]
    return float(rows["ms"].median()) if len(rows) else None
