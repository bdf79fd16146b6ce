"""How to come to the same again: the grid in words, and the command of a report."""

import os
import shlex

from mobilenet_lab.networks.design import short
from mobilenet_lab.networks.families import FAMILIES, knobs
from mobilenet_lab.published.released import phone_model
from mobilenet_lab.reports import axes

PROGRAM = "python -m mobilenet_lab review"
FEW = 4  # values that are listed
MILLIONS, BYTES = {"M": 10**6}, {"MiB": 2**20, "KiB": 2**10}
SIZES = {"macs": MILLIONS, "params": MILLIONS, "ram": BYTES, "flash": BYTES}
PHONE, TIMES = "pixel1", "times.csv"  # what the command calls published and measured times


def grid_words(grid):
    """The designs of a grid: each family with the values of its knobs."""
    return "; ".join(
        f"{FAMILIES[key].title} with "
        + ", ".join(f"{_named(name)} {_between(values)}" for name, values in own.items())
        for key, own in grid.axes.items()
    )


def _named(name):
    return knobs()[name].symbol or name


def _between(values):
    """The values of an axis: a few are listed, of more their number and their ends."""
    if len(values) <= FEW:
        return " and ".join(map(short, values))
    return f"{short(min(values))} to {short(max(values))} ({len(values)} values)"


def command(review, path, title="", note="", compare=None):
    """The command that makes a report again, on several lines.

    An axis that differs between the families is the default one, since one that is given holds for
    all of them; it needs no option.
    """
    budget, grid = review.budget, review.grid
    options = {name: [amount(name, most)] for name, most in budget.limits.items()}
    options |= {"bits": [str(budget.bits)], "runtime": [budget.runtime]}
    options |= {"classes": [str(grid.classes)], "family": list(grid.axes)}
    for name in knobs():
        found = {own[name] for own in grid.axes.values() if name in own}
        if len(found) == 1:
            options[name] = axes.words(found.pop())
    stored = isinstance(review.store, str | os.PathLike)  # not as a DataFrame
    options |= {"times": times(review), "store": [str(review.store)] if stored else []}
    options |= {"compare": [] if compare is None else [str(compare)]}
    options |= {"title": [title] if title else [], "note": [note] if note else [], "out": [path]}
    lines = [_option(name, words) for name, words in options.items() if words]
    return " \\\n  ".join([PROGRAM, *lines])


def amount(name, most):
    """A limit of a budget as text that is read as the very number: "150M", "256KiB", "12.5"."""
    for unit, size in SIZES.get(name, {}).items():
        if most % size == 0:
            return f"{most // size}{unit}"
    return repr(most)


def _option(name, words):
    """An option with its values; a value that looks like an option itself is joined to it."""
    return f"--{name}{'=' if words[0].startswith('-') else ' '}{shlex.join(words)}"


def times(review):
    """The option that says where times come from; nothing without a latency model."""
    if review.latency is None:
        return []
    return [PHONE if review.latency == phone_model() else TIMES]


def python(designs):
    """The lines of Python that make designs again."""
    lines = "".join(f"    {design!r},\n" for design in designs)
    return f"from mobilenet_lab import Design\n\ndesigns = [\n{lines}]"
