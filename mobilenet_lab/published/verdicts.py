"""What becomes of a printed count: equal to ours, explained, contradicted, or none of these."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain

from mobilenet_lab.published.cell import Cell
from mobilenet_lab.published.readings import Names, is_misprint, search
from mobilenet_lab.published.roundings import COARSE, ROUNDINGS

VERDICTS = ("equal", "explained", "contradicted", "unexplained", "not computed")


@dataclass(frozen=True)
class Judgement:
    """The verdict of a cell with its columns of `reproduce`, and the cell as its source read it."""

    verdict: str
    explanation: str = ""
    also: str = ""
    reach: int | None = None
    tried: int | None = None
    settled: Cell | None = None


def judge(cell: Cell, causes: Callable[[], Sequence[str]], elsewhere: str = "") -> Judgement:
    """The verdict of a cell.

    `causes` gives readings of which the earlier are preferred; it takes all tables, so it is asked
    only where several fit. `elsewhere` says where its own authors print another figure, which
    counts where nothing fits.
    """
    if cell.value is None:
        return Judgement("not computed", cell.reason)
    if cell.agrees():
        return Judgement("equal", settled=cell)
    found = search(cell)
    if not found.fitting:
        verdict = "contradicted" if elsewhere else "unexplained"
        return Judgement(verdict, elsewhere or _nearest(*found.nearest), tried=found.tried)
    best, *others = found.fitting
    if others:
        order = causes()
        best, *others = sorted(found.fitting, key=lambda names: _rank(names, order))
    settled = found.fitting[best]
    figure = settled.value or 0
    added = "" if figure == cell.value else f": {number(figure):,}"
    also = "; ".join(map(_joined, others))
    return Judgement("explained", _joined(best) + added, also, found.reach, found.tried, settled)


def causes(cells: Iterable[Cell]) -> tuple[str, ...]:
    """The readings that explain some cells, so ordered that few causes explain many cells.

    Again and again the reading that fits most of the cells left; zeros for digits only where
    nothing else fits, and a misprint last. Among equals a rounding, which changes least, then the
    one met first.
    """
    order: list[str] = []
    judged = (cell for cell in cells if cell.value is not None and not cell.agrees())
    left = [fitting for cell in judged if (fitting := list(search(cell).fitting))]
    while left:
        fits = Counter(name for own in left for name in dict.fromkeys(chain(*own)))
        order.append(max(fits, key=lambda name: _merit(name, fits[name])))
        left = [own for own in left if not any(order[-1] in names for names in own)]
    return tuple(order)


def _merit(name: str, fits: int) -> tuple[bool, bool, int, bool]:
    return not is_misprint(name), name not in COARSE, fits, name in ROUNDINGS


def _rank(names: Names, causes: Sequence[str]) -> tuple[bool, list[int]]:
    """Sorts the combinations that fit one cell."""
    places = [causes.index(name) if name in causes else len(causes) for name in names]
    return any(map(is_misprint, names)), sorted(places)


def _nearest(names: Names, read: Cell) -> str:
    """What comes nearest to a printed figure, and how near that is."""
    off = read.off
    digits = 1 if abs(off) >= Fraction(1, 20) else 2
    way = "more" if off > 0 else "less"
    return f"nearest: {_joined(names) or 'our own count'}, {abs(float(off)):.{digits}f} % {way}"


def _joined(names: Names) -> str:
    return " + ".join(names)


def number(value: int | Fraction) -> int | float:
    """A count as it is, a share with two decimals."""
    return value if isinstance(value, int) else float(round(value, 2))
