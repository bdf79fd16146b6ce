"""What came out of a review, in a sentence."""

import pandas as pd

from mobilenet_lab import checks
from mobilenet_lab.reports.tables import percent
from mobilenet_lab.search import budget as budgets
from mobilenet_lab.search.budget import Budget
from mobilenet_lab.search.ranking import RANKED
from mobilenet_lab.search.tables import designs

NEARBY = 0.1  # a published network that exceeds a limit by no larger part is named
NAMED = 2  # such networks at most


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
        near = over(refused.iloc[0], classes)
        return f"None of {whole} fits the budget of {budget}; nearest: {near}"
    first, best = candidates.iloc[0], str(designs(candidates[:1], classes)[0])
    told = f"{fits:,} of {whole} fit{'s' * (fits == 1)} the budget of {budget}; "
    if first["basis"] not in RANKED:
        return f"{told}what they would reach is unknown, and the one with the fewest MACs is {best}"
    told += f"the best is {best}, with {reached(first)}"
    if len(ties) > 1:
        told += f"; {_at_least(candidates, ties, fits)}{len(ties) - 1} more cannot be told from it"
    near = refused[(refused["basis"] == "published") & (refused["excess"] <= NEARBY)]
    near = near[near["top1"] > first["top1"]][:NAMED]
    names = " and ".join(over(row, classes) for _, row in near.iterrows())
    return f"{told}; published and just refused: {names}" if names else told


def _at_least(candidates: pd.DataFrame, ties: pd.DataFrame, fits: int) -> str:
    """What stands before the number of ties: more may be among the candidates that are not kept."""
    kept = len(candidates) + int(candidates["same"].sum())
    return "at least " if len(ties) == len(candidates) and kept < fits else ""


def over(row: pd.Series, classes: int) -> str:
    """A refused network, and by how much it exceeds its limit."""
    design = designs(row.to_frame().T, classes)[0]
    amount = budgets.words(row["limit"], min(row[row["limit"]], checks.LARGEST))
    top1 = f"{row['top1']:.1f} %, " if row["basis"] == "published" else ""
    return f"{design} ({top1}{amount}, {percent(row['excess'])} over the limit)"


def reached(row: pd.Series) -> str:
    """The accuracy of a network: "68.4 % top-1 (67.2 to 69.6, predicted)"."""
    basis = "for ImageNet, as a ranking" if row["basis"] == "ranking" else row["basis"]
    return f"{row['top1']:.1f} % top-1 ({row['low']:.1f} to {row['high']:.1f}, {basis})"
