"""What came out of a review, in a sentence."""

import pandas as pd

from mobilenet_lab.search.budget import Budget
from mobilenet_lab.search.tables import designs

LIMITED = {  # what a limit is about, in a sentence
    "macs": "MACs",
    "params": "parameters",
    "ram": "RAM",
    "flash": "flash",
    "ms": "time",
}
NEARBY = 0.1  # a published network that exceeds a limit by no larger part is named


def found(
    budget: Budget,
    classes: int,
    searched: int,
    fits: int,
    candidates: pd.DataFrame,
    ties: pd.DataFrame,
    refused: pd.DataFrame,
) -> str:
    """How many designs fit and the best of them, and what nearly does; or what nothing fits for."""
    whole = f"{searched:,} design{'s' * (searched != 1)}"
    if not fits:
        return f"None of {whole} fits {budget}: {nearest(budget, classes, refused)}"
    first = candidates.iloc[0]
    parts = [f"{fits:,} of {whole} fit {budget}; the best is {named(candidates, classes)}"]
    if first["basis"] == "unknown":
        parts.append("since it has the fewest MACs: what they would reach is unknown")
    else:
        parts.append(f"which reaches {reached(first)}")
    if len(ties) > 1:
        parts.append(f"and {len(ties) - 1} more cannot be told from it")
    near = refused[(refused["basis"] == "published") & (refused["excess"] <= NEARBY)]
    near = near[near["top1"] > first["top1"]]
    return ", ".join(parts) + (f"; published, {over(budget, classes, near)}" if len(near) else "")


def nearest(budget: Budget, classes: int, refused: pd.DataFrame) -> str:
    """The first of the refused networks, and the limit that it exceeds most."""
    return f"{over(budget, classes, refused)} and comes nearest"


def over(budget: Budget, classes: int, refused: pd.DataFrame) -> str:
    """By how much the first of these networks exceeds its limit."""
    first = refused.iloc[0]
    limit, amount = first["limit"], budget.words(first["limit"], first[first["limit"]])
    reaches = f", reaches {reached(first)}" if first["basis"] == "published" else ""
    return (
        f"{named(refused, classes)}{reaches}, needs {amount}, "
        f"{percent(first['excess'])} more {LIMITED[limit]} than the limit"
    )


def reached(row: pd.Series) -> str:
    """The accuracy of a network: "68.4 % (67.2 to 69.6, predicted)"."""
    basis = "predicted for 1000 classes, a ranking" if row["basis"] == "ranking" else row["basis"]
    return f"{row['top1']:.1f} % top-1 ({row['low']:.1f} to {row['high']:.1f}, {basis})"


def named(frame: pd.DataFrame, classes: int) -> str:
    """The first network of a table, by name."""
    return str(designs(frame[:1], classes)[0])


def percent(share: float) -> str:
    """A part in words, never "0 %": "2.7 %", "0.0012 %", "1,240 %"."""
    percents = 100 * share
    return f"{percents:,.1f} %" if percents >= 0.1 else f"{percents:.2g} %"
