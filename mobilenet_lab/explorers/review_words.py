"""A review in an explorer: its designs by name, what each needs, its tables."""

import json
import os
from typing import NamedTuple

import pandas as pd

from mobilenet_lab.costs.limits import LIMITS, Limit
from mobilenet_lab.explorers.controls import html_table
from mobilenet_lab.explorers.words import called
from mobilenet_lab.networks.design import CLASSES
from mobilenet_lab.networks.families import FAMILIES, at_first, knobs
from mobilenet_lab.plots.style import amount
from mobilenet_lab.reports import rebuild
from mobilenet_lab.search.budget import PRECISIONS, Budget
from mobilenet_lab.search.words import percent, reached

PRICES = LIMITS | {"ms": Limit("time", "ms", 1)}  # the last where it can be predicted
MISSES = 10  # near misses that are offered beside the candidates


class Found(NamedTuple):
    """A review, and its designs that are offered: those that fit, best first, and near misses.

    `rows` has the row of its table for each design, `names` the designs by what they are called.
    """

    review: object
    rows: dict
    names: dict


def found(review):
    """A `Review` as `Found`."""
    rows, names = {}, {}
    for table, most in (("candidates", None), ("refused", MISSES)):
        frame = getattr(review, table)[:most]
        for design, (_, row) in zip(review.designs(table), frame.iterrows(), strict=False):
            rows[design] = row
            names[_name(design, row)] = design
    return Found(review, rows, names)


def _name(design, row):
    """What a design is called in a list."""
    name = called(design.replace(classes=CLASSES))
    if "limit" in row:
        return f"{name}: refused, {percent(row['excess'])} more {PRICES[row['limit']].title}"
    return f"{name}: {row['top1']:.1f} %" if pd.notna(row["top1"]) else f"{name}: unknown"


def needs(design, found):
    """What the shown design needs and reaches, in one sentence, and why it is refused if it is."""
    row = found.rows[design]
    amounts = [amount(row[name], name) for name in PRICES if pd.notna(row[name])]
    needed = f"{', '.join(amounts[:-1])} and {amounts[-1]}"
    if design == found.review.best:
        return f"It needs {needed}"
    said = f"Shown: {design}, needs {needed}"
    top1 = reached(row) if row["basis"] != "unknown" else "an accuracy that is unknown"
    if "limit" not in row:
        return f"{said}, and reaches {top1}"
    over = f"{percent(row['excess'])} more {PRICES[row['limit']].title} than the limit"
    return f"{said}, {over}, and would reach {top1}"


def call(review, axes=()):
    """The line of Python that makes a review again; `axes` are the knobs whose values were given.

    What has no short way of writing, such as a latency model, is called by its name.
    """
    budget, families = review.budget, review.grid.axes
    limits = {name: rebuild.amount(name, most) for name, most in budget.limits.items()}
    limits |= {name: most for name, most in budget.limits.items() if limits[name] == repr(most)}
    for name in ("bits", "runtime"):
        if (own := getattr(budget, name)) != getattr(Budget, name):
            limits[name] = own
    given = {"classes": review.classes} if review.classes != CLASSES else {}
    for own in families.values():
        given |= {name: list(own[name]) for name in axes if name in own}
    if isinstance(review.store, str | os.PathLike):
        given["store"] = str(review.store)
    arguments = [f"Budget({_written(limits)})"]
    arguments += [json.dumps(list(families))] * (list(families) != at_first())
    arguments += [_written(given)] * bool(given)
    arguments += ["store=store"] * (review.store is not None and "store" not in given)
    arguments += ["latency=latency"] * (review.latency is not None)
    return f"review({', '.join(arguments)})"


def _written(arguments):
    return ", ".join(f"{name}={json.dumps(value)}" for name, value in arguments.items())


def families():
    """What can be searched: the families to begin with, or any single one, by name."""
    every = {" and ".join(at_first()): tuple(at_first())}
    return every | {family.title: (key,) for key, family in FAMILIES.items()}


def precisions():
    """The number formats by name."""
    return {name: bits for bits, name in PRECISIONS.items()}


def table(frame):
    """A table of designs, or of designs side by side, as HTML: counts with commas, sizes in KiB."""
    headings = HEADINGS | {name: knob.symbol for name, knob in knobs().items()}
    shown = frame.rename(columns={name: headings.get(name, name) for name in frame})
    return html_table(shown, [_WRITTEN.get(name, _value) for name in frame])


def _kib(size):
    return f"{size / 1024:,.1f}"


def _value(value):
    """A count with commas, other numbers short; nothing where there is none."""
    if isinstance(value, str):
        return value
    return "" if pd.isna(value) else f"{value:,}" if float(value).is_integer() else f"{value:,.4g}"


HEADINGS = {"macs": "MACs", "params": "parameters", "ram": "RAM (KiB)", "flash": "flash (KiB)"}
HEADINGS |= {"ms": "time (ms)", "top1": "top-1", "on_front": "on the front"}
_WRITTEN = {"ram": _kib, "flash": _kib, **dict.fromkeys(("top1", "low", "high"), "{:.1f}".format)}
_WRITTEN |= {"excess": percent, "on_front": lambda one: "yes" if one is True else ""}
