"""The printed counts of the papers, the checkpoints and other libraries, each recomputed.

A `Cell` is a printed count with the network, the count and the rounding that its source uses. A
named *variant* recomputes the cell under a different network or convention; it explains the cell if
it yields the printed digits. Verdicts are worked out, never stored.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any

import pandas as pd

from mobilenet_lab import checks, published
from mobilenet_lab.costs.conventions import Amounts, Convention, operations, weights
from mobilenet_lab.networks.design import Design, checked_design, trace
from mobilenet_lab.published import claims

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
]
VERDICTS = ("equal", "explained", "unexplained", "not computed")

QUANTITIES = {  # a column of a published table: what it holds, in which unit
    "macs_million": ("MACs", "million"),
    "macs_billion": ("MACs", "billion"),
    "flops_billion": ("FLOPs", "billion"),
    "params_million": ("parameters", "million"),
    "params": ("parameters", "1"),
    "macs_percent": ("share of MACs", "%"),
    "params_percent": ("share of parameters", "%"),
    "memory_kb": ("memory", "kB"),
}
UNITS = {"1": 1, "%": 1, "kB": 10**3, "million": 10**6, "billion": 10**9}
LABELS = ("framework", "size", "output_stride", "aspp", "multi_scale")  # beside the first column


def reproduce(table: str | None = None) -> pd.DataFrame:
    """Every printed MACs, FLOPs, parameter, share and memory cell beside our own count.

    `table` is one of `published.tables()`; None takes them all. One row per cell: `table, row,
    quantity, unit, printed, computed, convention, rounding, verdict, explanation`. `printed` is in
    `unit` (kB: 1000 bytes); `computed` is in full (operations, parameters, bytes) and for shares in
    percent; both are bare numbers, None where there is none.

    The verdict is "equal" if the source's rounding of the computed count gives the printed digits,
    "explained" if that of the variant in `explanation` does, "unexplained" if neither does, and
    "not computed" for other networks, and for heads that the source does not describe.

    Raises ValueError for an unknown table, and for one that prints no such count.
    """
    if table is None:
        return _frame(cell for name in published.tables() for cell in cells(name))
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


def quotes(design: Design) -> list["Cell"]:
    """The printed counts of a design, each as its source counted it (`Cell.settled`).

    As in `quoted`, with any number of classes. Unexplained cells are left out.
    """
    found = (cell.settled for cell in _cells_of(design) if cell.value is not None)
    return [cell for cell in found if cell and isinstance(cell.network, Design)]


def _cells_of(design: Design) -> Iterator["Cell"]:
    """The cells of a design, with any number of classes."""
    design = checked_design(design).as_published
    for cell in (cell for name in published.tables() for cell in cells(name)):
        own = cell.network
        if isinstance(own, Design) and own.replace(classes=design.classes) == design:
            yield cell


def surprises(frame: pd.DataFrame) -> pd.DataFrame:
    """The unexplained rows of a `reproduce` frame, except those in `claims.OPEN`."""
    for name in ("table", "row", "quantity", "printed"):
        checks.column(frame, name)
    rows = frame[checks.column(frame, "verdict") == "unexplained"]
    cells = zip(rows["table"], rows["row"], rows["quantity"], rows["printed"], strict=True)
    return rows.loc[[claims.OPEN.get(tuple(cell)) != printed for *cell, printed in cells]]


def rivals() -> pd.DataFrame:
    """The explained cells that more than one variant alone explains: digits cannot decide.

    Columns `table, row, quantity, printed, explanation, also`; `also` names the other variants.
    """
    rows = []
    for cell in (cell for name in published.tables() for cell in cells(name)):
        verdict, explanation = cell.judged()
        fitting = list(_fitting(cell)) if verdict == "explained" else []
        if also := [name for name in fitting if not explanation.startswith(name)]:
            rows.append((*_start(cell), explanation, "; ".join(also)))
    columns = ["table", "row", "quantity", "printed", "explanation", "also"]
    return pd.DataFrame(rows, columns=columns)


def _start(cell: "Cell") -> tuple[str, str, str, str]:
    return cell.table, cell.row, cell.quantity, cell.printed


def _fitting(cell: "Cell") -> Iterator[str]:
    """The variants that give the printed digits, each tried alone."""
    for name, variant in claims.VARIANTS.items():
        # Some variants are about another quantity or a network that a `Design` describes.
        with suppress(AttributeError, KeyError, TypeError):
            if variant(cell).agrees():
                yield name


# A cell and its verdict


@dataclass(frozen=True)
class Cell:
    """A printed count, and what its source counted and rounded.

    `network` is a `Design`, a trace, or None where it is not ours; `count` takes a trace.
    """

    table: str
    row: str
    quantity: str
    unit: str
    printed: str
    network: Any
    count: Any
    rounding: str

    @cached_property
    def value(self) -> int | Fraction | None:
        """The exact count, or share in percent; None where nothing can be computed."""
        if self.network is None or self.count is None:
            return None
        if isinstance(self.network, Design):
            return _counted(self.network, self.count)
        return self.count(self.network)

    def prints(self, value: int | Fraction) -> bool:
        """Whether a count, rounded as the source rounds, has the printed digits."""
        value = Fraction(value)
        unit = UNITS[self.unit] * value.denominator
        return claims.ROUNDINGS[self.rounding](self.printed, value.numerator, unit)

    def agrees(self) -> bool:
        """Whether our own count has the printed digits."""
        return self.prints(self.value or 0)

    @cached_property
    def settled(self) -> "Cell | None":
        """The cell as its source counted: itself, or what explains it; None where nothing does."""
        return next((cell for cell in (self, self._varied) if cell.agrees()), None)

    @cached_property
    def _varied(self) -> "Cell":
        """The cell under the variants that may explain it."""
        cell = self
        for name in self._variants:
            cell = claims.VARIANTS[name](cell)
        return cell

    @property
    def _variants(self) -> tuple[str, ...]:
        return claims.EXPLANATIONS.get((self.table, self.row, self.quantity), ())

    def judged(self) -> tuple[str, str]:
        """(verdict, explanation)."""
        if self.value is None:
            return "not computed", "another network, or a head that the source does not describe"
        if self.settled is None:
            return "unexplained", ""
        if self.settled is self:
            return "equal", ""
        figure = self.settled.value or 0
        added = "" if figure == self.value else f": {_number(figure):,}"
        return "explained", "; ".join(self._variants) + added


@lru_cache(maxsize=1024)
def _counted(design: Design, count: Any) -> int | Fraction:
    """A count of a design, worked out once for all tables that print it."""
    if isinstance(count, Convention):
        return count.count(_amounts(design, count.weighs))
    return count(trace(design))


@lru_cache(maxsize=256)
def _amounts(design: Design, weighs: bool) -> Amounts:
    """The amounts in a design, for all conventions of one kind."""
    return weights(trace(design)) if weighs else operations(trace(design))


def cells(table: str) -> Iterator[Cell]:
    """The `Cell`s of a published table, row by row."""
    seen: dict[str, int] = {}
    for printed in published.records(table):
        label = _label(printed)
        seen[label] = seen.get(label, 0) + 1
        row = label if seen[label] == 1 else f"{label} ({seen[label]})"
        network = _network(table, row, printed)
        for column, (quantity, unit) in QUANTITIES.items():
            if printed.get(column):
                count, rounding = claims.RULES.get(table, {}).get(quantity, (None, ""))
                count = _narrowed(count, label, printed)
                yield Cell(table, row, quantity, unit, printed[column], network, count, rounding)


def _label(printed: Mapping[str, str]) -> str:
    """The row's first column, and the others that tell it from its neighbours."""
    more = [f"{name.replace('_', ' ')} {printed[name]}" for name in LABELS if name in printed]
    return ", ".join([next(iter(printed.values())), *more])


def _network(table: str, row: str, printed: Mapping[str, str]) -> Any:
    """The row's `Design`, or the trace of a network that no design describes, or None."""
    if (table, row) in claims.NETWORKS:
        return claims.NETWORKS[table, row]().layers
    if not printed.get("family"):
        return None
    classes = int(printed.get("classes") or claims.CLASSES.get(table, 1000))
    size = int(printed["resolution"])
    return Design(printed["family"], float(printed["alpha"]), resolution=size, classes=classes)


def _narrowed(count: Any, label: str, printed: Mapping[str, str]) -> Any:
    """A count of one kind of layer, or of maps of one size, narrowed to the row's."""
    if isinstance(count, claims.Share):
        return replace(count, part=claims.SHARES[label])
    if isinstance(count, claims.Memory):
        return replace(count, size=printed["size"])
    return count


def _frame(found: Iterable[Cell]) -> pd.DataFrame:
    """The DataFrame of some cells."""
    rows = []
    for cell in found:
        verdict, explanation = cell.judged()
        computed = None if cell.value is None else _number(cell.value)
        convention = "" if computed is None else str(cell.count)
        rounding = "" if computed is None else cell.rounding
        printed = float(cell.printed) if "." in cell.printed else int(cell.printed)
        row = (
            cell.table,
            cell.row,
            cell.quantity,
            cell.unit,
            printed,
            computed,
            convention,
            rounding,
            verdict,
            explanation,
        )
        rows.append(row)
    return pd.DataFrame(rows, columns=COLUMNS, dtype=object)


def _number(value: int | Fraction) -> int | float:
    """A count as it is, a share with two decimals."""
    return value if isinstance(value, int) else float(round(value, 2))
