"""A frame of `reproduce` as text for a terminal, CSV, Markdown, LaTeX, or coloured by verdict.

`GENERAL` are the same formats for any frame.
"""

import html
import re
from collections.abc import Hashable, Mapping, Sequence
from numbers import Real
from typing import Any

import pandas as pd

from mobilenet_lab import checks
from mobilenet_lab.published.reproduce import COLUMNS, QUANTITIES, reproduce
from mobilenet_lab.published.tables import tables
from mobilenet_lab.published.verdicts import VERDICTS


def text(frame: pd.DataFrame) -> str:
    """One block per table, one line per cell, then the number of cells with each verdict."""
    _check_cells(frame)
    blocks = []
    for table, rows in frame.groupby("table", sort=False):
        lines = [
            (
                row["row"],
                row["quantity"],
                f"{row['printed']} {row['unit']}".removesuffix(" 1"),
                "" if row["computed"] is None else f"{row['computed']:,}",
                row["verdict"],
                "" if row["verdict"] == "not computed" else _explained(row),
            )
            for row in rows.to_dict("records")
        ]
        blocks.append(f"{table}\n" + _aligned(lines))
    return "\n".join([*blocks, tally(frame)])


def _explained(row: Mapping[Hashable, Any]) -> str:
    """The explanation of a cell, and whether another fits as well."""
    return row["explanation"] + "; not unique" * bool(row["also"])


def tally(frame: pd.DataFrame) -> str:
    """One line: how many cells, and how many of each verdict."""
    counts = checks.column(frame, "verdict").value_counts()
    words = ", ".join(f"{counts.get(verdict, 0)} {verdict}" for verdict in VERDICTS)
    return f"{len(frame)} cells: {words}\n"


def balance(frame: pd.DataFrame) -> pd.DataFrame:
    """How many cells of each table have which verdict: a row per table, a column per verdict."""
    _check_cells(frame)
    counts = pd.crosstab(frame["table"], frame["verdict"])
    order = list(dict.fromkeys(frame["table"]))
    return counts.reindex(index=order, columns=VERDICTS, fill_value=0).rename_axis(columns=None)


def plain(frame: pd.DataFrame) -> str:
    """Aligned columns for a terminal, with a header line."""
    checks.frame(frame)
    return frame.to_string(index=False) + "\n"


def csv(frame: pd.DataFrame) -> str:
    """Comma-separated values, with a header line."""
    checks.frame(frame)
    return frame.to_csv(index=False, lineterminator="\n")


def markdown(frame: pd.DataFrame) -> str:
    """A table in GitHub's Markdown."""
    rows = [_names(frame), ["---"] * len(frame.columns), *_cells(frame)]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def latex(frame: pd.DataFrame) -> str:
    """A tabular environment of LaTeX, without packages."""
    rows = [_names(frame), *_cells(frame)]
    lines = [" & ".join(re.sub(r"([&%$#_{}])", r"\\\1", cell) for cell in row) for row in rows]
    columns = "".join("r" if _is_of_numbers(own) else "l" for _, own in frame.items())
    head, *body = [line + r" \\" for line in lines]
    parts = [rf"\begin{{tabular}}{{{columns}}}", r"\hline", head, r"\hline", *body, r"\hline"]
    return "\n".join([*parts, r"\end{tabular}", ""])


class Coloured:
    """A frame that a notebook shows with each row in the colour of its verdict."""

    COLOURS = {  # a tint of the page, be it light or dark
        "equal": "rgba(0,158,115,0.2)",
        "explained": "rgba(86,180,233,0.25)",
        "contradicted": "rgba(240,228,66,0.5)",
        "unexplained": "rgba(213,94,0,0.3)",
        "not computed": "rgba(128,128,128,0.15)",
    }

    def __init__(self, frame: pd.DataFrame, columns: list[str] | None = None) -> None:
        hidden = ["convention", "rounding", "tried"]
        _check_cells(frame)
        self.verdicts = frame["verdict"]
        self.frame = frame[columns] if columns else frame.drop(columns=hidden)

    def _repr_html_(self) -> str:
        names = list(self.frame.columns)
        body = "".join(
            f'<tr style="background:{self.COLOURS[verdict]}">{_html_row("td", names, row)}</tr>'
            for verdict, row in zip(self.verdicts, self.frame.to_numpy(), strict=True)
        )
        head = _html_row("th", names, names)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

    def __repr__(self) -> str:
        if self.frame.empty:
            return "no such cells"
        return self.frame.map(_shown).to_string(index=False)


def _html_row(kind: str, names: Sequence[str], cells: Sequence[object]) -> str:
    """A row's cells in HTML. Long texts are broken into lines; with little room, all scrolls."""
    styles = dict.fromkeys(("explanation", "also", "convention"), "min-width:11em")
    return "".join(
        f'<{kind} style="text-align:left;{styles.get(name, "white-space:nowrap")}">'
        f"{_shown(cell)}</{kind}>"
        for name, cell in zip(names, cells, strict=True)
    )


Names = str | Sequence[str] | None  # one, several, or all


def look_up(
    table: Names = None,
    verdict: Names = None,
    quantity: Names = None,
    columns: list[str] | None = None,
) -> Coloured:
    """The printed counts of some tables, with some verdicts and of some quantities, coloured.

    Each may be a name, a list of names, or None for all: `look_up("v1-6")`, or
    `look_up(verdict=["explained", "unexplained"], quantity="parameters")`. `columns` are those to
    show, among those of `reproduce`. Raises `ValueError` for an unknown name.
    """
    accepted = {
        "table": (table, tuple(tables())),
        "verdict": (verdict, VERDICTS),
        "quantity": (quantity, tuple(dict.fromkeys(one for one, _ in QUANTITIES.values()))),
    }
    frame = reproduce()
    for name, (wanted, known) in accepted.items():
        if wanted is not None:
            names = [wanted] if isinstance(wanted, str) else wanted
            frame = frame[frame[name].isin(_known(name, names, known))]
    return Coloured(frame, None if columns is None else _known("columns", columns, COLUMNS))


def _known(name: str, wanted: Sequence[str], known: Sequence[str]) -> list[str]:
    if not isinstance(wanted, list | tuple):
        checks.refuse(name, wanted, "a name, a list of names, or None for all")
    return [checks.one_of(name, one, known) for one in wanted]


def rules(frame: pd.DataFrame) -> pd.DataFrame:
    """Which tables count what, how, and how they round: a row for each such rule."""
    _check_cells(frame)
    by = ["quantity", "convention", "rounding"]
    found = frame[frame["convention"] != ""].groupby(by, sort=False)["table"].unique()
    return found.map(", ".join).rename("tables").reset_index()


def _shown(cell: object) -> str:
    """A cell as shown: thousands separated by commas, empty for None."""
    if cell is None:
        return ""
    return f"{cell:,}" if isinstance(cell, int | float) else html.escape(str(cell))


FORMATS = {"text": text, "csv": csv, "markdown": markdown, "latex": latex}
GENERAL = FORMATS | {"text": plain}


def _cells(frame: pd.DataFrame) -> list[list[str]]:
    """The rows as text, empty where there is nothing."""
    columns = [
        ["" if gap else str(cell) for cell, gap in zip(own.tolist(), own.isna(), strict=True)]
        for _, own in frame.items()
    ]
    return [list(row) for row in zip(*columns, strict=True)]


def _names(frame: pd.DataFrame) -> list[str]:
    """The names of the columns, as text."""
    return list(map(str, checks.frame(frame).columns))


def _is_of_numbers(column: pd.Series) -> bool:
    return all(isinstance(cell, Real) for cell in column.dropna())


def _check_cells(frame: pd.DataFrame) -> None:
    """Raise `ValueError` unless it is a frame of `reproduce`."""
    for name in COLUMNS:
        checks.column(frame, name)


RIGHT = (2, 3)  # the printed and the computed number
WIDEST = 149  # characters; what a longer line says last goes below it


def _aligned(lines: Sequence[Sequence[str]]) -> str:
    """Lines of columns, two spaces between them."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "".join(f"  {_line(line, widths)}\n" for line in lines)


def _line(line: Sequence[str], widths: Sequence[int]) -> str:
    padded = [
        cell.rjust(width) if index in RIGHT else cell.ljust(width)
        for index, (cell, width) in enumerate(zip(line, widths, strict=True))
    ]
    whole = "  ".join(padded).rstrip()
    if len(whole) + 2 <= WIDEST:
        return whole
    return f"{'  '.join(padded[:-1]).rstrip()}\n      {line[-1]}"
