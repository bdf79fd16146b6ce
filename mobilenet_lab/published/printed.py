"""A published table to put beside the original: `side_by_side("v2-4")`.

The module `reproduce` has a row for each count; here rows and columns stand as they were printed.
"""

import pandas as pd

from mobilenet_lab.published import formats, printed_grid, printed_markup
from mobilenet_lab.published.printed_html import html
from mobilenet_lab.published.printed_latex import latex
from mobilenet_lab.published.reproduce import reproduce
from mobilenet_lab.published.tables import refuse


class SideBySide:
    """A published table with our counts beside the printed ones; a notebook shows it as HTML."""

    def __init__(self, grid: printed_grid.Grid) -> None:
        self.grid = grid

    def frame(self) -> pd.DataFrame:
        """The printed cells as text. After each count: ours in its unit, and the verdict."""
        return printed_markup.frame(self.grid)

    def text(self) -> str:
        """Aligned columns for a terminal."""
        return printed_markup.text(self.grid)

    def csv(self) -> str:
        """The frame as comma-separated values."""
        return formats.csv(self.frame())

    def markdown(self) -> str:
        """A table in GitHub's Markdown."""
        return printed_markup.markdown(self.grid)

    def latex(self) -> str:
        """A table environment of LaTeX; a comment says which packages it needs."""
        return latex(self.grid)

    def html(self) -> str:
        """A table in HTML, to be put into a page of any encoding."""
        return html(self.grid)

    _repr_html_ = html
    __repr__ = text


def side_by_side(table: str) -> SideBySide:
    """A published table in the rows and columns in which it was printed, our counts beside it.

    Each printed count is followed by our own in full, in the same unit: 568.740352 beside 569
    million. A mark tells the verdict (`=` equal, `*` explained, `!` contradicted, `x` unexplained,
    `-` not computed), a letter the note that explains it; below stand what is counted, how it is
    compared with the printed digits, and the source. The order of the columns is the source's, and
    v2's Table 3 is crossed as there; columns that only name our design are left out.

    Raises ValueError for an unknown table, and for one that prints no count that `reproduce` knows.
    """
    if not isinstance(table, str):
        refuse(table)
    return SideBySide(printed_grid.grid(table, reproduce(table)))


def together(cells: pd.DataFrame, format: str) -> str:
    """All tables of a `reproduce` frame in one format: "latex", "markdown", "html", "csv", "text".

    `cells` holds whole tables.
    """
    found = [
        getattr(SideBySide(printed_grid.grid(str(table), own)), format)()
        for table, own in cells.groupby("table", sort=False)
    ]
    return "\n".join(found)
