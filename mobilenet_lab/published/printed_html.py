"""A `Grid` as HTML, in ASCII, so that a page may have any encoding."""

from collections.abc import Iterator
from html import escape

from mobilenet_lab.published.formats import Coloured
from mobilenet_lab.published.printed_grid import Column, Entry, Grid

PLACE = "padding:0.2em 0.4em"
RULE = "border-bottom:1px solid"  # in the colour of the text, be the page light or dark


def html(grid: Grid) -> str:
    """A table with its notes below; it scrolls sideways where there is little room."""
    first, second = ("".join(row) for row in zip(*map(_head, grid.columns), strict=True))
    rows = "\n".join(f"<tr>{''.join(_row(grid, row))}</tr>" for row in grid.rows)
    notes = [f"<sup>{letter}</sup> {escape(note)}" for note, letter in grid.letters.items()]
    lines = "<br>\n".join([*map(escape, grid.remarks), *notes])
    whole = f"""\
<div style="overflow-x:auto">
<table style="border-collapse:collapse">
<caption style="text-align:left">{escape(grid.title)}</caption>
<thead>
<tr>{first}</tr>
<tr>{second}</tr>
</thead>
<tbody>
{rows}
</tbody>
</table>
<p>{lines}</p>
</div>
"""
    return whole.encode("ascii", "xmlcharrefreplace").decode("ascii")


def _head(column: Column) -> tuple[str, str]:
    """A column's cells in the two rows of the head; a count has three columns, one for the mark."""
    name, style = escape(column.heading), f"text-align:center;{PLACE}"
    if not column.counted:
        own = f"text-align:{_side(column)};{PLACE};{RULE}"
        return f'<th scope="col" rowspan="2" style="{own}">{name}</th>', ""
    above = f'<th scope="colgroup" colspan="3" style="{style}">{name}</th>'
    printed = f'<th scope="col" style="{style};{RULE}">{escape(column.printed)}</th>'
    return above, printed + f'<th scope="col" colspan="2" style="{style};{RULE}">computed</th>'


def _row(grid: Grid, row: tuple[Entry, ...]) -> Iterator[str]:
    """The cells of a row; the first is its header."""
    for number, (column, entry) in enumerate(zip(grid.columns, row, strict=True)):
        kind, scope = ("td", "") if number else ("th", ' scope="row"')
        style = f"text-align:{_side(column)};white-space:nowrap;{PLACE}"
        yield f'<{kind}{scope} style="{style}">{escape(entry.printed)}</{kind}>'
        if column.counted:
            tint = f"background:{Coloured.COLOURS.get(entry.verdict, 'none')};{PLACE}"
            note = f"<sup>{grid.letters[entry.note]}</sup>" if entry.note else ""
            yield f'<td style="{tint};text-align:right">{escape(entry.computed)}</td>'
            yield f'<td style="{tint};text-align:left">{escape(entry.mark)}{note}</td>'


def _side(column: Column) -> str:
    return "right" if column.is_of_numbers else "left"
