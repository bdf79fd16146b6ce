"""The design review: everything that fits a budget, and what only just does not."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mobilenet_lab import checks
from mobilenet_lab.costs.frames import pareto
from mobilenet_lab.costs.sweep import sweep
from mobilenet_lab.networks.design import Design
from mobilenet_lab.networks.families import FAMILIES, own_knobs
from mobilenet_lab.published import known
from mobilenet_lab.search import grid as grids
from mobilenet_lab.search.budget import Budget
from mobilenet_lab.search.grid import Grid

ACCURACY = ("top1", "low", "high", "basis")


@dataclass(frozen=True)
class Review:
    """What came out of a review.

    budget, grid, classes: what was asked. `searched` designs are in the grid; they are `networks`
    different networks, since several α may round to the same widths. `fits` counts the designs
    that fit.
    candidates: a DataFrame of the networks that fit, the best first, at most `most` of them:
        `family, alpha, resolution`, own knobs, `same` (how many other designs of the grid are this
        network), `macs, params, ram, flash, ms` (NaN without a latency model), `top1, low, high` in
        %, their `basis`, and whether it is `on_front`, the Pareto front over the budget's prices.
    front: those on the front, all of them, ordered by the first price.
    refused: the networks that do not fit, near misses first, with the `limit` that they exceed most
        and by what part of it (`excess`); published networks among them however far they are.
    ties: the candidates that cannot be told from the best.
    funnel: a row for each limit: `limit`, `most` (its amount), `refused` of what the limits before
        it left, `left`, and `alone`: how many designs only this limit refuses.
    best: the first candidate as a `Design`, None if nothing fits.
    sentence: what came out.
    """

    budget: Budget
    grid: Grid
    classes: int
    searched: int
    networks: int
    fits: int
    candidates: pd.DataFrame
    front: pd.DataFrame
    refused: pd.DataFrame
    ties: pd.DataFrame
    funnel: pd.DataFrame
    best: Design | None
    sentence: str
    store: Any = None
    latency: Any = None

    def designs(self, table: str = "candidates") -> list[Design]:
        """The designs of one of the tables, "candidates", "front", "refused" or "ties"."""
        checks.one_of("table", table, ("candidates", "front", "refused", "ties"))
        return designs(getattr(self, table), self.classes)

    def save(self, path: Any, title: str = "", note: str = "", compare: int = 3) -> Path:
        """Write the review to a file that ends in `.html`, `.md` or `.csv`; its `Path`.

        The page needs no other file and no network, and prints on A4. `title` and `note` stand at
        its head; `compare` of the best candidates, 2 to 6, or 0 for none, are set side by side. The
        same review gives the same bytes. The CSV has all rows of `candidates` and `refused`.

        Raises `ValueError` for anything else, `OSError` where the file cannot be written.
        """
        from mobilenet_lab.search.saved import save  # when it is asked: it draws

        return save(self, path, title, note, compare)

    def __str__(self) -> str:
        return self.sentence


def designs(frame: pd.DataFrame, classes: int) -> list[Design]:
    """The rows of a table of designs as `Design` objects."""
    return [
        Design(
            row["family"],
            row["alpha"],
            resolution=row["resolution"],
            classes=classes,
            **{name: row[name] for name in FAMILIES[row["family"]].knobs},
        )
        for row in frame.to_dict("records")
    ]


def review(
    budget: Budget,
    families: Any = None,
    *,
    alpha: Any = None,
    resolution: Any = None,
    classes: int = 1000,
    store: Any = None,
    latency: Any = None,
    most: int = 200,
    progress: bool | None = None,
    **knobs: Any,
) -> Review:
    """Every design of a grid that fits a budget, the best first, and what only just does not."""
    if not isinstance(budget, Budget):
        checks.refuse("budget", budget, 'a Budget, such as Budget(macs="150M")')
    grid = grids.checked(families, {"alpha": alpha, "resolution": resolution, **knobs}, classes)
    frame = _everything(grid, budget)
    over = {name: frame[name] / limit - 1 for name, limit in budget.limits.items()}
    fits = np.all([one <= 0 for one in over.values()], axis=0)
    candidates = frame[fits].sort_values(
        ["top1", "macs"], ascending=[False, True], kind="stable", ignore_index=True
    )
    front = pareto(candidates, next(iter(budget.limits)), "top1")
    candidates["on_front"] = candidates.index.isin(front.index)
    excess = pd.DataFrame(over)[~fits]
    refused = frame[~fits].assign(limit=excess.idxmax(axis=1), excess=excess.max(axis=1))
    refused = refused.sort_values("excess", kind="stable", ignore_index=True)
    candidates, refused = candidates[:most], refused[:most]
    best = designs(candidates[:1], grid.classes)
    ties = candidates[candidates["high"] >= candidates["top1"].max()]
    rows, left = [], np.ones(len(frame), bool)
    for name, one in over.items():
        out = left & (one > 0)
        left &= one <= 0
        alone = np.all([(other > 0) == (own == name) for own, other in over.items()], axis=0)
        limit = budget.limits[name]
        rows.append((name, limit, int(out.sum()), int(left.sum()), int(alone.sum())))
    funnel = pd.DataFrame(rows, columns=["limit", "most", "refused", "left", "alone"])
    counts = len(frame), len(frame), int(fits.sum())
    sentence = f"{fits.sum()} of {len(frame)} designs fit {budget}"
    return Review(
        *(budget, grid, grid.classes, *counts, candidates, front, refused, ties, funnel),
        best[0] if best else None,
        sentence,
        store,
        latency,
    )


def _everything(grid: Grid, budget: Budget) -> pd.DataFrame:
    """All designs of a grid, priced: slow, and only as large as memory allows."""
    frame = pd.concat(
        [sweep(family, **own, classes=grid.classes) for family, own in grid.axes.items()],
        ignore_index=True,
    )
    own = frame[["family", "alpha", "resolution", *own_knobs()]].assign(same=0)
    found = own.assign(macs=frame["macs"], params=frame["params"])
    found["ram"] = frame["peak_activations"] * budget.bits // 8
    found["flash"] = frame["folded_params"] * budget.bits // 8
    known_ones = [known.top1(one)[0] for one in designs(found, 1000)]
    top1 = np.array(known_ones, dtype=float)
    basis = np.where(np.isnan(top1), "unknown", "published")
    return found.assign(ms=np.nan, top1=top1, low=top1 - 1, high=top1 + 1, basis=basis)
