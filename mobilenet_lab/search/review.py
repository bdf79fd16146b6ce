"""The design review: everything that fits a budget, and what only just does not."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from mobilenet_lab import checks
from mobilenet_lab.networks.design import Design
from mobilenet_lab.search import grid as grids
from mobilenet_lab.search import pricing as prices
from mobilenet_lab.search import words
from mobilenet_lab.search.accuracy import checked_store
from mobilenet_lab.search.budget import Budget
from mobilenet_lab.search.grid import Grid
from mobilenet_lab.search.ranking import RANKED
from mobilenet_lab.search.space import Space, space
from mobilenet_lab.search.stream import Search
from mobilenet_lab.search.tables import Tables, designs

MANY = 2_000_000  # designs; a search of more has a bar
MOST, KEPT = 10_000, 200  # rows that a table may have, and has by default
TABLES = ("candidates", "front", "refused", "ties")


@dataclass(frozen=True)
class Review:
    """What came out of a review.

    budget, grid, classes: what was asked. `searched` designs are in the grid; they are `networks`
    different networks, since several α may round to the same widths. `fits` counts the designs
    that fit.
    candidates: a DataFrame of the networks that fit, the best first, at most `most` of them:
        `family, alpha, resolution`, own knobs, `same` (how many other designs of the grid are this
        network), `macs, params, ram, flash, ms` (NaN without a latency model), `top1, low, high` in
        %, their `basis`, and whether it is `on_front`.
    front: the Pareto front over the budget's prices, all of it, ordered by the first price: no
        other network that fits costs at most as much by every price and is at least as accurate.
    refused: the nearest networks that do not fit, near misses first, with the `limit` that they
        exceed most and by what part of it (`excess`); published networks among them however far
        they are.
    ties: the candidates that cannot be told from the best, itself among them: their intervals of
        top-1 overlap with its.
    funnel: a row for each limit: `limit`, `most` (its amount), `refused` of what the limits before
        it left, `left`, and `alone`: how many designs only this limit refuses.
    best: the first candidate as a `Design`, None if nothing fits.
    sentence: what came out. store, latency: where finished runs and times came from. most: how many
        candidates and how many refused networks are kept.
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
    most: int = KEPT

    def designs(self, table: str = "candidates") -> list[Design]:
        """The designs of one of the tables, "candidates", "front", "refused" or "ties"."""
        return designs(getattr(self, checks.one_of("table", table, TABLES)), self.classes)

    def save(
        self, path: Any, title: str = "", note: str = "", compare: int = 3, times: Any = None
    ) -> Path:
        """Write the review to a file that ends in `.html`, `.md` or `.csv`; its `Path`.

        The page needs no other file and no network, and prints on A4. `title` and `note` stand at
        its head; `compare` of the best candidates, 2 to 6, or 0 for none, are set side by side,
        with measured `times` (see `compare`) if there are any. The same review gives the same
        bytes. The CSV has all rows of `candidates` and `refused`.

        Raises `ValueError` for anything else, `OSError` where the file cannot be written.
        """
        from mobilenet_lab.search.saved import save  # when it is asked: it draws

        return save(self, path, title, note, compare, times)

    def __str__(self) -> str:
        return self.sentence

    __repr__ = _repr_markdown_ = __str__


def review(
    budget: Budget,
    families: Any = None,
    *,
    alpha: Any = None,
    resolution: Any = None,
    classes: int = 1000,
    store: Any = None,
    latency: Any = None,
    most: int = KEPT,
    progress: bool | None = None,
    **knobs: Any,
) -> Review:
    """Every design of a grid that fits a budget, the best first, and what only just does not.

    The grid is the product of α, input size (px) and own knobs of each family (all by default), in
    the paper's dialect. Each axis is a value, a sequence or a generator, as in `sweep`; by default
    α in steps of 0.05 and sizes in steps of 16 px between the published ones, and the published
    own knobs. It is searched in parts, so memory does not grow with it; `progress` shows a bar, by
    default where there are more than two million designs.

    A design fits if no price exceeds its limit. MACs, parameters and file sizes are exact or
    predicted for each. RAM is sifted by a lower bound (see `costs.arenas.least`); what that leaves
    is worked out for each network, unless two other limits refuse it anyway. So the numbers of
    designs are exact.

    The best is the most accurate by `published.predicted`, of equal ones the one with fewer MACs.
    Networks of unknown accuracy come after all others, by MACs. With other classes than 1000 this
    is a ranking by what the bodies reach on ImageNet, and `basis` is "ranking". `store`, runs of
    notebook 07, can say what candidates of unknown accuracy reached on other data; it does not
    change the order. `latency` is a `LatencyModel`, which a limit of `ms` needs. Of candidates and
    refused networks `most` are kept each.

    Raises `ValueError` for values that `Design` refuses and for a limit of `ms` without `latency`,
    `TypeError` for a keyword that is not a knob. Where nothing fits, `sentence` says why.
    """
    pricing, store = prices.checked(budget, latency), checked_store(store)
    most = checks.integer("most", most, most=MOST)
    given = {"alpha": alpha, "resolution": resolution, **knobs}
    grid = grids.checked(families, given, classes)
    spaces = [space(family, own, grid.classes) for family, own in grid.axes.items()]
    shown = len(grid) > MANY if progress is None else checks.flag("progress", progress)
    search = _searched(spaces, pricing, most, len(grid) if shown else None)
    tables, front, fits = Tables(spaces, pricing, store), search.front.rows(), search.counts.fits
    candidates, refused = (
        tables.candidates(search.best.rows, front),
        tables.refused(search.near.rows),
    )
    best, tied = designs(candidates[:1], grid.classes), ties(candidates)
    return Review(
        *(budget, grid, grid.classes, len(grid), sum(own.networks for own in spaces), fits),
        *(candidates, tables.front(front), refused, tied, tables.funnel(search.counts)),
        best[0] if best else None,
        words.found(budget, grid.classes, len(grid), fits, candidates, tied, refused),
        store,
        latency,
        most,
    )


def _searched(spaces: list[Space], pricing: prices.Pricing, most: int, total: int | None) -> Search:
    """The search of all families, with a bar up to `total` designs if that is given."""
    from tqdm.auto import tqdm  # when there is something to do

    search = Search(pricing, most)
    with tqdm(total=total, unit=" designs", unit_scale=True, disable=total is None) as bar:
        for number, one in enumerate(spaces):
            for part, values, layers in one.traces(pricing.full):
                bar.update(search.look(number, one, part, values, layers))
    return search


def ties(candidates: pd.DataFrame) -> pd.DataFrame:
    """The candidates whose interval of top-1 overlaps with the interval of the first."""
    ranked = candidates[candidates["basis"].isin(RANKED)]
    return ranked[ranked["high"] >= ranked["low"].iloc[0]] if len(ranked) else ranked
