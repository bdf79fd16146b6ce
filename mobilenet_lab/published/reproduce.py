"""The printed counts of the papers, the checkpoints and other libraries, each recomputed.

A `cell.Cell` is a printed count with the network, the count and the rounding that its source uses;
`readings` are what it may mean instead. Verdicts are worked out, never stored.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import pandas as pd

from mobilenet_lab import checks, published
from mobilenet_lab.networks.design import Design, checked_design
from mobilenet_lab.published import claims, rows, verdicts
from mobilenet_lab.published.cell import Cell, Count
from mobilenet_lab.published.counted import Memory, Share
from mobilenet_lab.published.verdicts import Judgement

COLUMNS = [
    "table",
    "row",
    "quantity",
    "unit",
    "printed",
    "computed",
    "convention",
    "rounding",
    "verdict",
    "explanation",
    "also",
    "reach",
    "tried",
]

QUANTITIES = {  # a column of a published table: what it holds, in which unit
    "macs_million": ("MACs", "million"),
    "macs_billion": ("MACs", "billion"),
    "flops_billion": ("FLOPs", "billion"),
    "params_million": ("parameters", "million"),
    "params": ("parameters", "1"),
    "body_params_million": ("body parameters", "million"),
    "macs_percent": ("share of MACs", "%"),
    "params_percent": ("share of parameters", "%"),
    "memory_kb": ("memory", "kB"),
}
LABELS = ("framework", "size", "output_stride", "aspp", "multi_scale")  # beside the first column
NO_REASON = "another network, which is not built here"


def reproduce(table: str | None = None) -> pd.DataFrame:
    """Every printed MACs, FLOPs, parameter, share and memory cell beside our own count.

    `table` is one of `published.tables()`; None takes them all. One row per cell: `table, row,
    quantity, unit, printed, computed, convention, rounding, verdict, explanation, also, reach,
    tried`. `printed` is in `unit` (kB: 1000 bytes); `computed` is in full (operations, parameters,
    bytes) and for shares in percent; both are bare numbers, None where there is none.

    The verdict is

    - "equal" if the source's rounding of the computed count gives the printed digits;
    - "explained" if another reading of the cell fits, named in `explanation`: another network that
      may be meant, count, rounding or unit, or two of these. The shortest readings win, and among
      those the one that fits most cells of all tables. `also` names the others, separated by "; ";
    - "contradicted" if nothing fits and the same authors print another figure for the same network,
      which `explanation` gives with its place;
    - "unexplained" if nothing fits: `explanation` has the nearest reading and how many percent it
      is more or less than the printed figure;
    - "not computed", with the reason.

    `tried` is the number of different readings tried, None where there was no need: all those of no
    more parts than what fits, or of up to two. `reach` says how weak a fit is. Of the figures with
    the same last place within 10 % of the printed one, itself included, it is the share, in whole
    percent, that the count as it stands or a reading tried would give. (Where a figure ends in two
    zeros or more, only figures that end in as many are considered.)

    Raises ValueError for an unknown table, and for one that prints no such count.
    """
    if table is None:
        return _frame(_all())
    if not (found := list(cells(table))):
        accepted = f"a table that prints counts; that one prints {_columns(table)}"
        checks.refuse("table", table, accepted)
    return _frame(found)


def _columns(table: str) -> str:
    """A table's columns, without those that every table has."""
    names = [name for name in published.records(table)[0] if name not in ("series", "source")]
    return ", ".join(names)


def quoted(design: Design) -> pd.DataFrame:
    """The rows of `reproduce` whose network is this design, with any number of classes."""
    return _frame(_cells_of(design))


def quotes(design: Design) -> list[Cell]:
    """The printed counts of a design, each as its source counted it.

    As in `quoted`, with any number of classes. Where nothing gives the digits, and where only
    another network does, they are left out.
    """
    found = (judged(cell).settled for cell in _cells_of(design))
    return [cell for cell in found if cell and isinstance(cell.network, Design)]


def _cells_of(design: Design) -> Iterator[Cell]:
    """The cells of a design, with any number of classes."""
    design = checked_design(design).as_published
    for cell in _all():
        own = cell.network
        if isinstance(own, Design) and own.replace(classes=design.classes) == design:
            yield cell


def surprises(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of a `reproduce` frame with a figure that deviates, and was not known to.

    Known are those in `claims.EXPLAINED` and, where nothing explains them, in `claims.OPEN`.
    """
    known = {"explained": claims.EXPLAINED, "contradicted": claims.OPEN, "unexplained": claims.OPEN}
    columns = [checks.column(frame, name) for name in ("table", "printed", "verdict")]
    new = [
        verdict in known and float(printed) not in map(float, known[verdict].get(table, "").split())
        for table, printed, verdict in zip(*columns, strict=True)
    ]
    return frame.loc[new]


# The cells of the tables


def cells(table: str) -> Iterator[Cell]:
    """The `Cell`s of a published table, row by row."""
    seen: dict[str, int] = {}
    for printed in published.records(table):
        label = _label(printed)
        seen[label] = seen.get(label, 0) + 1
        row = label if seen[label] == 1 else f"{label} ({seen[label]})"
        for column, (quantity, unit) in QUANTITIES.items():
            if printed.get(column):
                count, rounding = claims.RULES.get(table, {}).get(quantity, (None, ""))
                count = _narrowed(count, label, printed)
                cell = Cell(table, row, quantity, unit, printed[column], None, count, rounding)
                yield replace(cell, **_networks(table, row, quantity, printed))


def _all() -> Iterator[Cell]:
    """The cells of all tables."""
    return (cell for name in published.tables() for cell in cells(name))


def _label(printed: Mapping[str, str]) -> str:
    """The row's first column, and the others that tell it from its neighbours."""
    more = [f"{name.replace('_', ' ')} {printed[name]}" for name in LABELS if name in printed]
    return ", ".join([next(iter(printed.values())), *more])


def _networks(table: str, row: str, quantity: str, printed: Mapping[str, str]) -> dict[str, Any]:
    """The network of a row and the others that may be meant, or the reason why there is none."""
    networks, reason = rows.of(table, row, quantity)
    if networks:
        (_, own), *others = networks.items()
        return {"network": own, "others": tuple(others)}
    if reason or not printed.get("family"):
        return {"reason": reason or NO_REASON}
    classes = int(printed.get("classes") or claims.CLASSES.get(table, 1000))
    size = int(printed["resolution"])
    alpha = float(printed["alpha"])
    variant = printed.get("variant", "")
    design = Design(printed["family"], alpha, resolution=size, classes=classes, variant=variant)
    return {"network": design}


def _narrowed(count: Count | None, label: str, printed: Mapping[str, str]) -> Count | None:
    """A count of one kind of layer, or of maps of one size, narrowed to the row's."""
    if isinstance(count, Share):
        return replace(count, part=claims.SHARES[label])
    if isinstance(count, Memory):
        return replace(count, size=printed["size"])
    return count


# Their verdicts


def judged(cell: Cell) -> Judgement:
    """The verdict of a cell."""
    key = cell.table, cell.row, cell.quantity
    there = claims.CONTRADICTED.get(key)
    return verdicts.judge(cell, causes, _elsewhere(*there, cell.quantity) if there else "")


@cache
def causes() -> tuple[str, ...]:
    """The readings that explain cells of any table, the preferred ones first."""
    return verdicts.causes(_all())


def _elsewhere(table: str, row: str, quantity: str) -> str:
    """What the same authors print elsewhere."""
    for cell in cells(table):
        if (cell.row, cell.quantity) == (row, quantity):
            return f"the same authors print {cell.printed} in {table}, {row}"
    raise LookupError(f"{table} has no such row: {row}, {quantity}")


def _frame(found: Iterable[Cell]) -> pd.DataFrame:
    """The DataFrame of some cells."""
    records = []
    for cell in found:
        own = judged(cell)
        is_computed = cell.value is not None
        row = (
            *(cell.table, cell.row, cell.quantity, cell.unit),
            float(cell.printed) if cell.decimals else int(cell.printed),
            None if cell.value is None else verdicts.number(cell.value),
            str(cell.count) if is_computed else "",
            cell.rounding if is_computed else "",
            *(own.verdict, own.explanation, own.also, own.reach, own.tried),
        )
        records.append(row)
    return pd.DataFrame(records, columns=COLUMNS, dtype=object)
