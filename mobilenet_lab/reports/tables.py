"""Frames of designs as tables of texts."""

import pandas as pd

from mobilenet_lab.reports.document import Table

NOTHING = "–"
WHOLE = ("macs", "params", "ram", "flash")  # counts, shown to the digit
ACCURACY = ("top-1 (%)", "90 % interval", "basis")


def of_designs(caption, frame, designs, labels, last=None):
    """A row a design: its counts, and its accuracy with interval and basis.

    `labels` are those of the counts that are shown; `last` is a further column, a pair of its name
    and its texts.
    """
    names = [name for name in labels if name in frame and name != "top1"]
    heads = [f"{labels[name].name}, {labels[name].basis}" for name in names]
    rows = [
        (str(design), *(written(name, row[name]) for name in names), *accuracy(row))
        for design, row in zip(designs, frame.to_dict("records"), strict=True)
    ]
    columns = ("design", *heads, *ACCURACY)
    if last:
        columns = (*columns, last[0])
        rows = [(*row, text) for row, text in zip(rows, last[1], strict=True)]
    return Table(caption, columns, tuple(rows), frozenset((*heads, *ACCURACY[:2])))


def written(name, value):
    """A count to the digit, a time with three digits; a dash where there is none."""
    if pd.isna(value):
        return NOTHING
    return f"{int(value):,}" if name in WHOLE else f"{value:.3g}"


def accuracy(row):
    """The texts of a top-1, its interval and its basis."""
    top1, low, high = (row[name] for name in ("top1", "low", "high"))
    value = NOTHING if pd.isna(top1) else f"{top1:.1f}"
    interval = NOTHING if pd.isna(low) else f"{low:.1f} to {high:.1f}"
    return value, interval, str(row["basis"])
