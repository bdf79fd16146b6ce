"""What is to be trained: a DataFrame with one row a run."""

import math

import pandas as pd

from mobilenet_lab import checks
from mobilenet_lab.costs.cost import cost
from mobilenet_lab.models.imagenet import has_imagenet
from mobilenet_lab.networks import families
from mobilenet_lab.networks.design import COLOURS, Design, checked_design
from mobilenet_lab.training import estimate
from mobilenet_lab.training.data import Data
from mobilenet_lab.training.recipe import SMALL, checked_recipe

MOST_SEED = 2**32 - 1
OTHERS = ("family", "alpha", "resolution", "dialect")  # of a design, besides knobs and variant


def plan(data, designs, seeds=3, recipe=None, timed=True):
    """Every design with every seed: a DataFrame, one row a run, for `run`.

    `designs` is a `Design`, a sequence of them or a DataFrame whose rows are designs, such as
    `sweep` returns. `seeds` is a number n, for the seeds from 0 to n - 1, or a sequence of seeds.
    The classes are always those of the data. A design with another resolution than the pictures is
    trained on `data.at(resolution)`; only with given weights may it be a higher one, since larger
    pictures hold no more than the small ones.

    Columns: `data, recipe, design` (the objects themselves), `family, alpha, resolution`, the
    families' own knobs such as `expansion`, `variant, seed, macs, params` and `minutes`, which are
    predicted for this process from a few timed steps of the smallest and the largest design. That
    takes about ten seconds each, once; with `timed=False` they are missing.

    Raises `ValueError` for anything else, and for weights that a design cannot have.
    """
    if not isinstance(data, Data):
        checks.refuse("data", data, "a Data, such as training.samples() returns")
    recipe, numbers = checked_recipe(recipe), checked_seeds(seeds)
    found = list(dict.fromkeys(fitted(one, data, recipe) for one in listed(designs)))
    sides = {design.resolution: data.at(design.resolution) for design in found}
    own = [sides[design.resolution] for design in found]
    needed = checks.flag("timed", timed)
    times = estimate.minutes(own, found, recipe, len(numbers)) if needed else [math.nan] * len(own)
    rows = [
        {"data": each, "recipe": recipe, "design": design, **columns(design), "seed": seed}
        | {"macs": cost(design).macs, "params": cost(design).params, "minutes": minutes}
        for each, design, minutes in zip(own, found, times, strict=True)
        for seed in numbers
    ]
    whole = {name: "Int64" for name, knob in families.own_knobs().items() if knob.whole}
    return pd.DataFrame(rows).astype(whole)


def columns(design):
    """A design's columns in a plan."""
    common = {name: getattr(design, name) for name in OTHERS[:3]}
    own = {name: getattr(design, name) for name in families.own_knobs()}
    return common | own | {"variant": design.variant}


def checked_seeds(seeds):
    """The seeds as a tuple of integers. Raises `ValueError` for anything else."""
    accepted = "a number of seeds, or a sequence of different integers from 0 to 2^32 - 1"
    if isinstance(seeds, str | bytes | float) or seeds is None:
        checks.refuse("seeds", seeds, accepted)
    try:
        several = list(seeds)
    except TypeError:
        return tuple(range(checks.integer("seeds", seeds, accepted=accepted, most=10**6)))
    found = tuple(checks.integer("seed", one, 0, most=MOST_SEED) for one in several)
    if not found or len(set(found)) < len(found):
        checks.refuse("seeds", seeds, accepted)
    return found


def listed(designs):
    """Designs as a list: of one, of a sequence, or of a frame's rows."""
    accepted = "a Design, a sequence of designs or a DataFrame such as sweep() returns"
    if isinstance(designs, Design):
        return [designs]
    if isinstance(designs, pd.DataFrame):
        found = _rows(designs)
    else:
        try:
            found = [checked_design(one) for one in designs]
        except TypeError as error:
            checks.refuse("designs", designs, accepted, error)
    if not found:
        checks.refuse("designs", designs, f"{accepted}, with at least one design")
    return found


def _rows(frame):
    for name in OTHERS[:3]:
        checks.column(frame, name)
    names = [
        name for name in (*OTHERS, *families.own_knobs(), "variant", "channels") if name in frame
    ]
    return [Design(**_given(row)) for row in frame[names].to_dict("records")]


def _given(row):
    """A row's values without those that are missing; whole numbers may be floats."""
    known = {name: value for name, value in row.items() if not pd.isna(value)}
    own = (name for name, knob in families.own_knobs().items() if knob.whole)
    whole = {"resolution", "channels", *own}
    return {
        name: int(value) if name in whole and _is_whole(value) else value
        for name, value in known.items()
        if name != "variant" or value
    }


def _is_whole(value):
    return isinstance(value, float) and value.is_integer()


def fitted(design, data, recipe):
    """The design for the data's classes. Raises `ValueError` if it cannot be trained on them."""
    if not isinstance(design.resolution, int):
        checks.refuse("resolution", design.resolution, "one side: the pictures of data are square")
    if design.channels != COLOURS:
        checks.refuse("channels", design.channels, f"{COLOURS}: the pictures of data have colours")
    if design.resolution > data.side and recipe.weights is None:
        accepted = (
            f"up to {data.side} px, the side of the pictures of {data.title}, without weights: "
            f"design.replace(resolution={data.side})"
        )
        checks.refuse("resolution", design.resolution, accepted)
    _check_weights(design, recipe)
    recipe.content(design)  # refuses a file that is not there
    return design.replace(classes=len(data.classes))


def _check_weights(design, recipe):
    known = design.replace(classes=1000)
    if recipe.weights == "imagenet" and not has_imagenet(known):
        checks.refuse("weights", "imagenet", f"None or a file for {design}, which has none")
    if recipe.weights == SMALL and not _has_small(known):
        offered = ", ".join(f"{key} at α {own.small.alpha}" for key, own in _small().items())
        checks.refuse("weights", SMALL, f"None or a file for {design}; {SMALL!r} for {offered}")


def _small():
    return {key: own for key, own in families.FAMILIES.items() if own.small}


def _has_small(design):
    own = _small().get(design.family)
    return own is not None and design == Design(
        design.family, own.small.alpha, resolution=design.resolution
    )
