"""The ratios in the papers' sentences: from the printed figures, and from our own counts."""

from fractions import Fraction
from typing import NamedTuple

import pandas as pd

from mobilenet_lab import published
from mobilenet_lab.published.cell import UNITS, Cell
from mobilenet_lab.published.reproduce import cells

TABLES = ("v1-ratios", "v2-ratios")
COLUMNS = [
    "claim",
    "bound",
    "value",
    "unit",
    "from_print",
    "print_agrees",
    "from_counts",
    "counted",
    "counts_agree",
    "source",
]


class _Side(NamedTuple):
    """One of two figures that are compared: as printed, and by our own count if there is one."""

    printed: Fraction
    own: Fraction | None

    @property
    def best(self) -> Fraction:
        """Our own count, else the printed figure; in one unit."""
        return self.printed if self.own is None else self.own


def ratios() -> pd.DataFrame:
    """Every ratio and difference that the papers state in words, worked out again.

    A row a claim of `v1-ratios` and `v2-ratios`: `value` as printed with its `bound` ("about", "at
    least", "at most", "more than") and `unit` ("times", "%" or "points" of top-1), `from_print`
    from the figures that the paper itself prints in a table, and `from_counts` from the lab's, with
    two decimals. `counted` says which of the two networks the lab counts: "both", "first" or
    "second", where the other figure is the printed one, or "neither", where `from_counts` is NaN;
    accuracies are not counted. `print_agrees` and `counts_agree` (<NA> if not counted) say whether
    the number fulfils the claim: for "about", whether it is the stated one after rounding or
    cutting off to its digits, of which final zeros are none.

    The two ends of "4.9 to 5.7 times" (v2, Section 6.3) are taken as the two rows of Table 7 in
    which both networks stand.
    """
    rows = [_row(claim) for table in TABLES for claim in published.records(table)]
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame.astype({"print_agrees": "bool", "counts_agree": "boolean"})


def _row(claim: dict[str, str]) -> tuple[object, ...]:
    first, second = _sides(claim["table"], claim["quantity"], claim["first"], claim["second"])
    unit, bound, value = claim["unit"], claim["bound"], claim["value"]
    printed = _compared(unit, first.printed, second.printed)
    own = _compared(unit, first.best, second.best)
    counted = _COUNTED[first.own is not None, second.own is not None]
    return (
        *(claim["claim"], bound, value, unit),
        *(_short(printed), fulfils(value, bound, printed)),
        *(_short(own) if counted != "neither" else float("nan"), counted),
        fulfils(value, bound, own) if counted != "neither" else pd.NA,
        claim["source"],
    )


_COUNTED = {
    (True, True): "both",
    (True, False): "first",
    (False, True): "second",
    (False, False): "neither",
}


def _sides(table: str, quantity: str, *rows: str) -> list[_Side]:
    """The printed figures of some rows, and our own counts of them in the unit of the print."""
    if quantity == "top1":
        own = {next(iter(row.values())): Fraction(row["top1"]) for row in published.records(table)}
        return [_Side(own[row], None) for row in rows]
    found = {cell.row: cell for cell in cells(table) if cell.quantity == quantity}
    return [_side(found[row]) for row in rows]


def _side(cell: Cell) -> _Side:
    # By the source's own count, also where its digits are explained by another: what is compared
    # is to be counted alike.
    own = None if cell.value is None else Fraction(cell.value) / UNITS[cell.unit]
    return _Side(Fraction(cell.printed), own)


def _compared(unit: str, first: Fraction, second: Fraction) -> Fraction:
    if unit == "points":
        return first - second
    return first / second * (100 if unit == "%" else 1)


def fulfils(value: str, bound: str, number: Fraction) -> bool:
    """Whether a number fulfils a claim whose `value` is printed text."""
    if bound != "about":
        than = Fraction(value)
        return {
            "at least": number >= than,
            "at most": number <= than,
            "more than": number > than,
        }[bound]
    zeros = 0 if "." in value else len(value) - len(value.rstrip("0"))
    digits, unit = value.removesuffix("0" * zeros), number.denominator * 10**zeros
    return any(
        agrees(digits, number.numerator, unit)
        for agrees in (published.rounds_to, published.cuts_to)
    )


def _short(number: Fraction) -> float:
    return float(round(number, 2))
