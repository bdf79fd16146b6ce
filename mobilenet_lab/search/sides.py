"""One design with everything by which it is compared."""

from typing import NamedTuple

import pandas as pd

from mobilenet_lab import checks
from mobilenet_lab.costs.arena import Memory, memory
from mobilenet_lab.costs.blocks import shares
from mobilenet_lab.costs.cost import cost
from mobilenet_lab.costs.files import flash
from mobilenet_lab.costs.frames import DEFAULTS
from mobilenet_lab.costs.latency_model import SETTINGS, LatencyModel, check_times
from mobilenet_lab.costs.work import by_kind
from mobilenet_lab.networks.design import CLASSES, Design, trace
from mobilenet_lab.networks.families import FAMILIES
from mobilenet_lab.search.accuracy import Prediction, predict


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
        """The basis of the accuracy; "ranking" if it is predicted and the classes are not 1000."""
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
    rows = _of(design, times)
    return float(rows["ms"].median()) if len(rows) else None


def _of(design, times):
    """The rows of a design in a frame of times; what that leaves out is usual, as for `price`."""
    for name in ("family", "alpha", "resolution"):
        checks.column(times, name)
    usual = DEFAULTS | FAMILIES[design.family].defaults
    same = pd.Series(True, times.index)
    for name, value in ({"variant": ""} | design.values()).items():
        own = times.get(name, pd.Series(None, times.index)).astype(object)
        same &= own.where(own.notna(), usual.get(name)) == value
    return times[same]


def times_words(times):
    """Where times come from, beginning with "predicted" or "measured"; "" without times."""
    if times is None or isinstance(times, LatencyModel):
        return "" if times is None else str(times)
    ways = [f"{name} {times[name].iloc[0]}" for name in SETTINGS if name in times]
    busy = ["some while the machine was busy"] if "busy" in times and times["busy"].any() else []
    return ", ".join(["measured here", *ways, *busy])
