"""Frames of designs as tables of texts."""

import pandas as pd

from mobilenet_lab.published.predicted import errors
from mobilenet_lab.reports.document import Table

NOTHING = "–"
WHOLE = ("macs", "params", "ram", "peak", "persistent", "flash")  # counts, shown to the digit
COUNTS = ("macs", "params", "ram", "flash", "ms")  # that have a column each
ENDS = ("low", "high", "accuracy")  # what belongs to a top-1
ACCURACY = ("top-1 (%)", "90 % interval", "basis")  # columns of a table of designs
REACHED = (*ACCURACY[:2], "basis of top-1")  # rows of a comparison


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
    """A count to the digit, ms and % with one decimal; a dash where there is no value."""
    if pd.isna(value):
        return NOTHING
    if name in WHOLE:
        return f"{int(value):,}"
    return f"{value:.1f}" if name != "ms" or value >= 1 else f"{value:.2g}"


def percent(share):
    """A part in words, never "0 %": "2.7 %", "0.0012 %", "1,240 %"."""
    percents = 100 * share
    if 1000 <= percents < 10**12:
        return f"{percents:,.0f} %"
    return f"{percents:.1f} %" if 0.1 <= percents < 1000 else f"{percents:.2g} %"


def side_by_side(caption, comparison):
    """A column a design: its counts and accuracy, and the basis of each."""
    names, counts = [one.name for one in comparison.sides], comparison.counts
    rows = [
        (
            _called(comparison.labels[key]),
            *(written(key, row[name]) for name in names),
            row["basis"],
        )
        for key, row in counts.drop(["top1", *ENDS]).iterrows()
    ]
    reached = counts[names].rename({"accuracy": "basis"}).to_dict()
    texts = zip(*(accuracy(reached[name]) for name in names), strict=True)
    rows += [(head, *own, "as stated") for head, own in zip(REACHED, texts, strict=True)]
    return Table(caption, ("count", *names, "basis"), tuple(rows), frozenset(names))


def _called(label):
    """The name of a count with its unit."""
    return f"{label.name} ({label.unit})" if label.unit else label.name


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
