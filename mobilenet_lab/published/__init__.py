"""What the papers, the released checkpoints and other libraries print, beside our own counts."""

from mobilenet_lab.published.tables import (
    SERIES,
    accuracies,
    accuracy,
    cuts_to,
    of,
    records,
    rounds_to,
    table,
    tables,
)

__all__ = [
    "SERIES",
    "accuracies",
    "accuracy",
    "cuts_to",
    "of",
    "records",
    "rounds_to",
    "table",
    "tables",
]
