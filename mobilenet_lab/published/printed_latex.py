r"""A `Grid` as LaTeX, in ASCII: a float with a caption, a tabular of booktabs' rules, and notes."""

from collections.abc import Iterator

from mobilenet_lab.published.printed_grid import Column, Entry, Grid

NEEDS = r"% Needs \usepackage{booktabs,graphicx}"
END = r"\\"  # of a row or line

ESCAPED = {  # a letter after a command would be read as part of its name: hence {}
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
    "\\": r"\textbackslash{}",
    **{sign: f"{{{sign}}}" for sign in "*["},  # which a line's end before them would take
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": "$<$",
    ">": "$>$",
    "|": r"\textbar{}",
    "α": r"$\alpha$",
    "ρ": r"$\rho$",
    "×": r"$\times$",
    "÷": r"$\div$",
    "·": r"$\cdot$",
    "−": "$-$",
    "±": r"$\pm$",
    "≈": r"$\approx$",
    "≤": r"$\leq$",
    "≥": r"$\geq$",
    "–": "--",
    "—": "---",
    "…": r"\ldots{}",
    "’": "'",
}


def latex(grid: Grid) -> str:
    """A table of its own; where it is wider than a line, it is scaled down to one."""
    above, below = (" & ".join(row) for row in zip(*map(_head, grid.columns), strict=True))
    specification = "".join(map(_specification, grid.columns))
    body = [f"{' & '.join(_row(grid, row))} {END}" for row in grid.rows]
    notes = [f"{_raised(letter)} {_running(note)}" for note, letter in grid.letters.items()]
    lines = [
        NEEDS,
        r"\begin{table}",
        r"\centering",
        rf"\caption{{{_safe(grid.title)}}}\label{{tab:{grid.table}}}",
        r"\small\setlength{\tabcolsep}{4pt}",
        r"\resizebox{\ifdim\width>\linewidth\linewidth\else\width\fi}{!}{%",
        rf"\begin{{tabular}}{{{specification}}}",
        r"\toprule",
        f"{above} {END}",
        " ".join(_rules(grid.columns)),
        f"{below} {END}",
        r"\midrule",
        *body,
        r"\bottomrule",
        r"\end{tabular}}",
        r"\par\medskip",
        r"\begin{minipage}{\linewidth}\footnotesize\raggedright",
        (END + "\n").join([*map(_running, grid.remarks), *notes]),
        r"\end{minipage}",
        r"\end{table}",
        "",
    ]
    return "\n".join(lines)


def _specification(column: Column) -> str:
    """How a column is aligned; a count has three columns, the last for its mark."""
    return ("r" if column.is_of_numbers else "l") + r"r@{\,}l" * column.counted


def _head(column: Column) -> tuple[str, str]:
    """A column's cells in the two rows of the head."""
    if column.counted:
        below = [_spanning(1, "c", column.printed), _spanning(2, "c", "computed")]
        return _spanning(3, "c", column.heading), " & ".join(below)
    side = "c" if column.is_of_numbers else "l"
    first, second = _halves(column)
    return _spanning(1, side, first), _spanning(1, side, second)


def _spanning(columns: int, side: str, words: str) -> str:
    return rf"\multicolumn{{{columns}}}{{{side}}}{{{_safe(words)}}}"


def _halves(column: Column) -> list[str]:
    """The heading in two lines, the first empty where the column needs that width anyway."""
    words = column.heading.split()
    halves = [[" ".join(words[:cut]), " ".join(words[cut:])] for cut in range(len(words))]
    is_wide = len(column.heading) > max(map(len, column.texts))
    return min(halves, key=_width) if is_wide else halves[0]


def _width(lines: list[str]) -> int:
    """The width of a heading; a unit in a line of its own makes up for two characters."""
    return max(map(len, lines)) - 2 * lines[1].startswith("(")


def _rules(columns: tuple[Column, ...]) -> Iterator[str]:
    """A rule under the heading of each count."""
    place = 1
    for column in columns:
        if column.counted:
            yield rf"\cmidrule(lr){{{place}-{place + 2}}}"
        place += 3 if column.counted else 1


def _row(grid: Grid, row: tuple[Entry, ...]) -> Iterator[str]:
    for column, entry in zip(grid.columns, row, strict=True):
        yield _safe(entry.printed)
        if column.counted:
            note = _raised(grid.letters[entry.note]) if entry.note else ""
            yield _safe(entry.computed)
            yield _safe(entry.mark) + note


def _raised(letter: str) -> str:
    return rf"\textsuperscript{{{letter}}}"


def _safe(words: str) -> str:
    """Text without a meaning in LaTeX."""
    return "".join(ESCAPED.get(sign, sign) for sign in words)


def _running(words: str) -> str:
    """Text that may be broken after a slash, for the addresses of sources."""
    return _safe(words).replace("/", r"\slash{}")
