"""What a design would reach: published, predicted, measured, or unknown and why."""

import os
from dataclasses import dataclass
from functools import cache
from typing import Any

import pandas as pd

from mobilenet_lab import checks
from mobilenet_lab.networks.design import CLASSES, Design, checked_design
from mobilenet_lab.networks.families import FAMILIES
from mobilenet_lab.published import known, predicted, released, scope
from mobilenet_lab.training import measured, table

NO_VARIANT = {"variant": ""}
ONE_TRAINING = ["fingerprint", *table.RECIPE]  # the columns in which the seeds of a mean agree


@dataclass(frozen=True)
class Prediction:
    """The top-1 of a design in %, an interval, and how they are known.

    `basis` is "published" (the authors' checkpoint), "predicted" (from these checkpoints, for
    ImageNet), "measured" (on the data that `reason` names) or "unknown", where the numbers are
    None. `reason` says what the numbers rest on, or why there are none.
    """

    top1: float | None
    low: float | None
    high: float | None
    basis: str
    reason: str

    def __str__(self) -> str:
        if self.top1 is None:
            return f"{self.basis}: {self.reason}"
        interval = f"{self.low:.1f} to {self.high:.1f}"
        return f"top-1 {self.top1:.1f} % ({interval}), {self.basis}: {self.reason}"


def predict(design: Design, store: Any = None) -> Prediction:
    """What a design would reach, as a `Prediction`.

    Published networks have their checkpoint's float32 top-1, others of their kind what
    `published.predicted` makes of the checkpoints; both have its 90 % interval, since a network
    that is trained anew differs too. With other classes than 1000 it is that of the body with 1000
    classes, which can only rank. Any other design is measured if `store` or the runs that come
    with the lab have it, with the lowest and the highest seed as the interval; else it is unknown.

    `store` is a folder of runs or what `training.results` returned. Raises `ValueError` for
    anything else, and for what is no `Design`.
    """
    design, store = checked_design(design), checked_store(store)
    why = scope.why_not(design)
    if design.classes == CLASSES and not why:
        return _of_imagenet(design)
    return _measured(design, store) or (_unknown(why) if why else _ranking(design))


def checked_store(store: Any) -> Any:
    """A folder of runs, a frame of them or None. Raises `ValueError` for anything else."""
    if store is not None and not isinstance(store, str | os.PathLike | pd.DataFrame):
        checks.refuse("store", store, "a folder of runs, what training.results returned, or None")
    return store


def _of_imagenet(design: Design) -> Prediction:
    """Of a network of the papers' kind."""
    _, series = known.top1(design)
    if series == "checkpoint":
        return _predicted(design, "published", _as_published())
    reason = "; ".join(filter(None, [_as_fitted(design.family), scope.caution(design)]))
    return _predicted(design, "predicted", reason)


def _ranking(design: Design) -> Prediction:
    """Of the body with the classes of ImageNet, which can rank other tasks at most."""
    reason = (
        f"ranking only, since this is what {FAMILIES[design.family].title} with this body reaches "
        f"on ImageNet's 1000 classes; what it reaches on {design.classes} others is not known"
    )
    return _predicted(design, "predicted", reason)


def _unknown(why: str) -> Prediction:
    return Prediction(None, None, None, "unknown", why)


def _predicted(design: Design, basis: str, reason: str) -> Prediction:
    found = predicted.many(design.family, design.alpha, design.resolution)
    return Prediction(*map(float, found), basis, reason)


@cache
def _as_published() -> str:
    both = released.several("checkpoint", "paper")
    gap = both["paper"] - both["checkpoint"]
    return (
        "the authors' checkpoint; another training gives another number, as the papers' own show, "
        f"which differ from {len(gap)} checkpoints by {gap.min():+.1f} to {gap.max():+.1f} points"
    )


@cache
def _as_fitted(family: str) -> str:
    one, alpha = (predicted.errors_of(family, way) for way in ("one network", predicted.INTERVAL))
    return (
        f"fitted to {len(predicted.points())} checkpoints; the {one['networks']} of {family} are "
        f"missed by {one['mean']:.2f} points on average and {one['worst']:.2f} at worst if one is "
        f"left out, by {alpha['mean']:.2f} and {alpha['worst']:.2f} if its whole α is"
    )


# What was measured


def _measured(design: Design, store: Any) -> Prediction | None:
    """The mean of the most seeds that trained this very design in one way; None without one."""
    several = [_shipped()] if store is None else [_runs(store), _shipped()]
    rows = next((own for one in several if len(own := _same(one, design))), None)
    if rows is None:
        return None
    groups = [own for _, own in rows.groupby(ONE_TRAINING, dropna=False, sort=False)]
    own = max(groups, key=lambda own: (own["seed"].nunique(), own["finished"].max()))
    percent = 100 * own["accuracy"].astype(float)
    numbers = map(float, (percent.mean(), percent.min(), percent.max()))
    return Prediction(*numbers, "measured", _as_trained(own))


def _as_trained(own: pd.DataFrame) -> str:
    first, seeds = own.iloc[0], own["seed"].nunique()
    several = f"the mean and the range of {seeds} seeds" if seeds > 1 else "a single seed"
    return (
        f"{several}, trained on {first['data']} ({first['classes']} classes) for "
        f"{first['epochs']} epochs, which says nothing about ImageNet"
    )


def _same(rows: pd.DataFrame, design: Design) -> pd.DataFrame:
    """The runs of this very design, its classes included."""
    for name, value in (NO_VARIANT | design.values()).items():
        if rows.empty:
            return rows
        rows = rows[(rows[name] == value).fillna(False).astype(bool)]
    return rows


def _runs(store: Any) -> pd.DataFrame:
    """The runs of a folder, or the frame of runs itself."""
    if not isinstance(store, pd.DataFrame):
        try:
            return table.results(store)
        except OSError as error:
            checks.refuse("store", store, "a folder of runs that can be read", error)
    for name in table.columns():
        checks.column(store, name)
    return store


@cache
def _shipped() -> pd.DataFrame:
    """The measured runs that come with the lab."""
    return pd.concat([measured.measured(data) for data in measured.DATA], ignore_index=True)
