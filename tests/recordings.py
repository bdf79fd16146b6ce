"""What `tests/tflm/make.py` recorded, and the designs that it converted."""

import csv
from pathlib import Path

from mobilenet_lab import Design

FOLDER = Path(__file__).with_name("tflm")

with (FOLDER / "recorded.csv").open(encoding="utf-8") as file:
    RECORDED = list(csv.DictReader(file))


def design_of(row):
    """The design of a row."""
    return Design(
        row["family"],
        float(row["alpha"]),
        resolution=int(row["resolution"]),
        expansion=int(row["expansion"]) if row["expansion"] else None,
        classes=int(row["classes"]),
        dialect=row["dialect"],
    )
