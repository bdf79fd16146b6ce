"""One design with everything by which it is compared."""

from typing import NamedTuple

import pandas as pd

from mobilenet_lab.costs.arena import Memory, memory
from mobilenet_lab.costs.blocks import shares
from mobilenet_lab.costs.cost import cost
from mobilenet_lab.costs.files import flash
from mobilenet_lab.costs.latency_model import SETTINGS, LatencyModel, check_times
from mobilenet_lab.costs.work import by_kind
from mobilenet_lab.networks.design import Design, trace
from mobilenet_lab.search.accuracy import Prediction, predict

CLASSES = 1000  # of ImageNet


class Side(NamedTuple):
    """A design, what it is called beside the others, and what is compared of it.

    `counts` has macs, params, ram (peak and persistent), peak, persistent and flash in bytes, ms,
    and top1, low and high in %; None where one is not known. `stages` has a row for each stage, as
    `costs.blocks.shares` returns it.
    """

    design: Design
    name: str
    counts: dict
    memory: Memory
    accuracy: Prediction
    stages: pd.DataFrame

    @property
    def basis(self):
        """That of the accuracy; "ranking" if it is predicted, for other classes than the own."""
        ranks = self.accuracy.basis == "predicted" and self.design.classes != CLASSES
        return "ranking" if ranks else self.accuracy.basis

    def comparable(self, other):
        """Whether both accuracies are known, and about the same task and, if measured, training."""
        ours, theirs = self.accuracy, other.accuracy
        if None in (ours.top1, theirs.top1):
            return False
        apart = {"measured", "ranking"} & {self.basis, other.basis}
        alike = self.basis != "measured" or ours.reason == theirs.reason
        return alike and (not apart or self.basis == other.basis)


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
    }
    return Side(design, name, counts, planned, reached, shares(design))


def milliseconds(design, times):
    """The time of a design by a `LatencyModel`, or its median in a frame of times; None without."""
    if times is None:
        return None
    if isinstance(times, LatencyModel):
        return float(times.milliseconds(by_kind(trace(design))))
    check_times(times)
    rows = times
    for column, value in design.values().items():
        if column in rows:
            rows = rows[(rows[column] == value).fillna(False).astype(bool)]
    return float(rows["ms"].median()) if len(rows) else None


def times_words(times):
    """Where times come from, beginning with "predicted" or "measured"; "" without times."""
    if times is None or isinstance(times, LatencyModel):
        return "" if times is None else str(times)
    ways = [f"{name} {times[name].iloc[0]}" for name in SETTINGS if name in times]
    busy = "busy" in times and times["busy"].any()
    return ", ".join(["measured here", *ways, *["some while the machine was busy"] * busy])
