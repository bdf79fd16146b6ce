"""What a printed count may mean besides what its table's rule says, searched.

A *reading* changes one thing about a `Cell`: its network, what is counted, how it is rounded, or
the unit. The search combines readings of different things and keeps the shortest combinations that
give the printed digits. What fits need not be what the authors did.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations, product
from typing import Any

from mobilenet_lab.costs.conventions import Convention
from mobilenet_lab.networks.design import Design
from mobilenet_lab.networks.families import FAMILIES
from mobilenet_lab.published.cell import Cell, Count, Network
from mobilenet_lab.published.counted import Memory, OneChannel, Share
from mobilenet_lab.published.roundings import PLAIN, ROUNDINGS, SWAPPED
from mobilenet_lab.published.rows.ours import with_sixteen_filters

MOST = 2  # readings at once
SIXTEEN = "16 filters in the first convolution"
READER = "channels of the block that reads the map"

Names = tuple[str, ...]  # of the readings that are combined


def is_misprint(name: str) -> bool:
    """Whether a reading says that something else should be printed."""
    return name == SWAPPED or "should read" in name


# The readings of one thing, each by name, the plausible ones first


def networks(cell: Cell) -> dict[str, Network]:
    """The other networks that may be meant."""
    found = dict(cell.others)
    if isinstance(design := cell.network, Design):
        for classes in (1000, 1001):
            found[f"{classes} classes"] = design.replace(classes=classes)
        if sixteen := with_sixteen_filters(design):
            found[SIXTEEN] = sixteen
        if imagenet := FAMILIES[design.family].imagenet:
            named = str(design.resolution) in cell.row
            for side in imagenet.resolutions * named:
                found[f"label should read {side} px"] = design.replace(resolution=side)
    return found


def counts(count: Count | None) -> dict[str, Count]:
    """The other counts of the same quantity that may be meant."""
    if isinstance(count, Memory):
        return {
            READER: replace(count, by_reader=True),
            "32 bits a value": replace(count, bits=32),
        }
    if isinstance(count, Share | OneChannel):
        within = _conventions(count.convention)
        return {name: replace(count, convention=own) for name, own in within.items()}
    return dict(_conventions(count)) if isinstance(count, Convention) else {}


def _conventions(own: Convention) -> dict[str, Convention]:
    changes: dict[str, dict[str, Any]] = {
        _flipped("classifier", own.classifier): {"classifier": not own.classifier},
        _flipped("first convolution", own.first_convolution): {
            "first_convolution": not own.first_convolution
        },
        _flipped("biases", bool(own.bias)): {"bias": 0 if own.bias else 1},
        "first expansion counted": {"first_expansion": True},
    }
    norms = BATCH_NORM if own.weighs else {"batch norm left out": 0, "batch norm counted": 2}
    changes |= {name: {"batch_norm": times} for name, times in norms.items()}
    if not own.weighs:
        twice = own.measure == "FLOPs"
        name = "one operation a MAC" if twice else "two operations a MAC"
        changes[name] = {"measure": "MACs" if twice else "FLOPs"}
    return {name: replace(own, **change) for name, change in changes.items()}


BATCH_NORM = {  # numbers for each channel
    "batch norm left out": 0,
    "scale and shift of batch norm counted": 2,
    "batch norm counted without its scale": 3,
    "all four numbers of batch norm counted": 4,
}


def _flipped(what: str, counted: bool) -> str:
    return f"{what} {'left out' if counted else 'counted'}"


def units(cell: Cell) -> dict[str, str]:
    """The other units that may be meant."""
    other = {"million": "billion", "billion": "million"}.get(cell.unit)
    if other:
        return {f"unit should read {other}": other}
    return {"kB of 1024 bytes": "KiB"} if cell.unit == "kB" else {}


def axes(cell: Cell) -> dict[str, Mapping[str, Any]]:
    """The readings of each field of a cell that has some."""
    return {
        "network": networks(cell),
        "count": counts(cell.count),
        "rounding": dict(zip(ROUNDINGS, ROUNDINGS, strict=True)),
        "unit": units(cell),
    }


# The search


@dataclass(frozen=True)
class Search:
    """What came of the search for readings of one cell.

    `fitting` are the shortest combinations that give the printed digits, with the cell so read;
    `tried` says how many different ones there are of at most that length, and `reach` how many
    percent of the figures nearby are given by one of those. `nearest` is the reading that alone
    comes closest, or none if that does.
    """

    fitting: dict[Names, Cell]
    tried: int
    reach: int
    nearest: tuple[Names, Cell]


@lru_cache(maxsize=4096)
def search(cell: Cell) -> Search:
    """Try all combinations of up to `MOST` readings, the short ones first.

    A reading that gives the same count and the same digits as a shorter one is no other reading,
    nor is a coarse rounding where it comes to the same as the plain one. `reach` is about the
    figures with the same last place within 10 % of the printed one, itself included; of a figure
    that ends in two zeros or more, about those that end in as many.
    """
    reached = set(cell.figures)
    nearest: tuple[Names, Cell] = (), cell
    fitting: dict[Names, Cell] = {}
    tried = 0
    for length, names, read in combined(cell):
        if fitting and length > len(next(iter(fitting))):
            break
        tried += 1
        reached.update(read.figures)
        if read.agrees():
            fitting[names] = read
        if length == 1 and abs(read.off) < abs(nearest[1].off):
            nearest = names, read
    return Search(fitting, tried, _reach(cell, reached), nearest)


def combined(cell: Cell) -> Iterator[tuple[int, Names, Cell]]:
    """The different combinations of readings: their number, their names, the cell so read."""
    options = axes(cell)
    seen = {(cell.value, cell.figures): 0}
    for length in range(1, MOST + 1):
        for fields in combinations(options, length):
            for names in product(*(options[field] for field in fields)):
                chosen = zip(fields, names, strict=True)
                changes = {field: options[field][name] for field, name in chosen}
                read = replace(cell, **changes)
                shortest = seen.setdefault((read.value, read.figures), length)
                if shortest == length and not ("rounding" in fields and _is_plain(read)):
                    yield length, names, read


def _is_plain(cell: Cell) -> bool:
    """Whether a cell's rounding comes to the same as the plain one of its kind."""
    plain = PLAIN.get(cell.rounding, "")
    return bool(plain) and cell.prints(cell.value or 0, plain) == cell.figures


def _reach(cell: Cell, reached: set[int]) -> int:
    """The share in percent of the figures near a printed one that are among those reached."""
    printed = cell.figure
    zeros = len(cell.printed) - len(cell.printed.rstrip("0")) if not cell.decimals else 0
    step = 10**zeros if zeros >= 2 else 1
    nearby = range(-(-printed * 9 // (10 * step)) * step, printed * 11 // 10 + 1, step)
    return round(100 * len(reached.intersection(nearby)) / len(nearby)) if nearby else 100
