"""Frames of designs as tables of texts."""

import pandas as pd

from mobilenet_lab.published.predicted import errors
from mobilenet_lab.reports.document import Table

NOTHING = "–"
WHOLE = ("macs", "params", "ram", "peak", "persistent", "flash")  # counts, shown to the digit
COUNTS = ("macs", "params", "ram", "flash", "ms")  # that have a column each
ENDS = ("low", "high", "accuracy")  # what belongs to a top-1
ACCURACY = ("top-1 (%)", "90 % interval", "basis")


def of_designs(caption, frame, designs, labels, last=None):
    """A row a design: its counts, and its accuracy with interval and basis.

    `labels` are those of the counts that are shown; `last` is a further column, a pair of its name
    and its texts.
    """
    names = [name for name in COUNTS if name in labels]
    heads = [labels[name].heading for name in names]
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
    """A count to the digit, ms with three digits, % with one decimal; a dash without a value."""
    if pd.isna(value):
        return NOTHING
    if name in WHOLE:
        return f"{int(value):,}"
    return f"{value:.3g}" if name == "ms" else f"{value:.1f}"


def side_by_side(caption, comparison):
    """A column a design: its counts and accuracy, and the basis of each."""
    names = [one.name for one in comparison.sides]
    rows = []
    for key, row in comparison.counts.drop(list(ENDS)).iterrows():
        cells = [_cell(key, comparison.counts[name]) for name in names]
        unit = f" ({row['unit']})" if row["unit"] else ""
        rows.append((f"{comparison.labels[key].name}{unit}", *cells, row["basis"]))
    return Table(caption, ("count", *names, "basis"), tuple(rows), frozenset(names))


def _cell(key, counts):
    """One of a design's counts; of its top-1 also the interval and the basis."""
    if key != "top1" or counts[key] is None:
        return written(key, counts[key])
    return "{} ({}), {}".format(*accuracy(counts.rename({"accuracy": "basis"})))


def missed():
    """How far the prediction of accuracy misses networks that it was not fitted to."""
    found = errors()
    rows = [
        (
            f"{row.family}, without {row.left_out}",
            str(row.networks),
            f"{row.mean:.2f}",
            f"{row.worst:.2f}",
        )
        for row in found.itertuples()
    ]
    heads = ("fitted", "networks", "mean (points)", "worst (points)")
    return Table("Errors of predicted top-1, computed", heads, tuple(rows), frozenset(heads[1:]))


def accuracy(row):
    """The texts of a top-1, its interval and its basis."""
    top1, low, high = (row[name] for name in ("top1", "low", "high"))
    value = NOTHING if pd.isna(top1) else f"{top1:.1f}"
    interval = NOTHING if pd.isna(low) else f"{low:.1f} to {high:.1f}"
    return value, interval, str(row["basis"])
