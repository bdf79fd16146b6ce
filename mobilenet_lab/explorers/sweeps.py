"""A sweep that a reader chooses to train: its plan, and the lines of Python that do the same."""

import functools
from typing import NamedTuple

import pandas as pd

from mobilenet_lab import checks
from mobilenet_lab.networks.design import Design, short
from mobilenet_lab.networks.families import FAMILIES, knobs
from mobilenet_lab.training import letters
from mobilenet_lab.training.data import Data
from mobilenet_lab.training.measured import BASE, trained
from mobilenet_lab.training.plans import plan
from mobilenet_lab.training.recipe import Recipe
from mobilenet_lab.training.store import run_key

OFFERED = {"letters": letters.samples, "patches": letters.patches}  # data sets of the lab
MAKERS = {"letters": "samples", "patches": "patches"}  # by which name readers import them
SEEDS = 5  # at most
VALUES = {  # of each knob that a reader can tick, whether measured before or not
    "alpha": (0.25, 0.35, 0.5, 0.75, 1.0),
    "expansion": (1, 2, 3, 4, 6, 8),
    "resolution": (16, 20, 24, 28, 32),
}


class Chosen(NamedTuple):
    """What is chosen: the values of a knob, everything else as in the base."""

    name: str  # of the data
    data: Data
    family: str
    along: str
    values: tuple[float, ...]
    seeds: int
    epochs: int

    @property
    def base(self):
        """The values of all knobs but the swept one, and the variant."""
        common = BASE | {"resolution": min(BASE["resolution"], self.data.side)}
        own = {name: knob.start for name, knob in FAMILIES[self.family].knobs.items()}
        return {name: value for name, value in (common | own).items() if name != self.along}

    @property
    def plan(self):
        """One row a run, with its `key`, as `training.plan` returns it; minutes are missing."""
        return _planned(self.data, self.family, self.along, self.values, self.seeds, self.epochs)

    @property
    def whole(self):
        """The same with every value and every seed: the runs that belong to its curve."""
        return self._replace(values=possible(self.along, self.data), seeds=SEEDS)

    def design(self, value):
        """The design at one value of the knob."""
        return Design(self.family, **self.base, **{self.along: value})

    def code(self, folder, workers=1):
        """The lines of a cell that do the same with the store in `folder`."""
        maker = MAKERS.get(self.name)
        names = sorted(["Recipe", "plan", "results", "run", *filter(None, [maker])], key=str.lower)
        data = f"{maker}()" if maker else f"data[{self.name!r}]"
        fixed = ", ".join(f"{name}={_written(value)}" for name, value in self.base.items())
        several = f", workers={workers}" if workers > 1 else ""
        return f"""\
from mobilenet_lab import Design
from mobilenet_lab.training import {", ".join(names)}

values = [{", ".join(map(_written, self.values))}]
fixed = dict({fixed})
designs = [Design({self.family!r}, {self.along}=value, **fixed) for value in values]
todo = plan({data}, designs, seeds={self.seeds}, recipe=Recipe(epochs={self.epochs}))
run(todo, {folder!r}{several})
results({folder!r})"""


def possible(along, data):
    """The values of a knob that can be trained on some data."""
    return tuple(one for one in VALUES[along] if along != "resolution" or one <= data.side)


def swept(family):
    """The knobs of a family that can be swept, by their labels."""
    return {knobs()[name].axis: name for name in VALUES if FAMILIES[family].uses(name)}


def families():
    """The families that have the network that is trained, by their titles."""
    return {FAMILIES[key].title: key for key in trained()}


def offered(data):
    """The data sets to choose from, by name: those of the reader first, each as a function."""
    if data is None:
        return OFFERED
    accepted = "a Data, such as training.folder() returns, or a dict of them by name"
    found = {data.title: data} if isinstance(data, Data) else data
    if not isinstance(found, dict) or not found:
        checks.refuse("data", data, accepted)
    for name, one in found.items():
        if not (isinstance(name, str) and name and (isinstance(one, Data) or callable(one))):
            checks.refuse("data", data, f"{accepted}, or functions that return one")
    own = {
        name: (lambda one=one: one) if isinstance(one, Data) else one for name, one in found.items()
    }
    return own | {name: make for name, make in OFFERED.items() if name not in own}


@functools.lru_cache(maxsize=8)
def loaded(make):
    """The data that a function returns. Raises `ValueError` if that is something else."""
    found = make()
    if not isinstance(found, Data):
        checks.refuse("data", found, "a Data, such as training.folder() returns")
    return found


@functools.lru_cache(maxsize=8)  # each takes up to 50 MB
def at(data, side):
    """The data at another side."""
    return data.at(side)


@functools.lru_cache(maxsize=64)
def _planned(data, family, along, values, seeds, epochs):
    chosen = Chosen("", data, family, along, values, seeds, epochs)
    designs = [chosen.design(value) for value in values]
    recipe = Recipe(epochs=epochs)
    parts = [plan(at(data, one.resolution), one, seeds, recipe, timed=False) for one in designs]
    found = pd.concat(parts, ignore_index=True)
    rows = zip(found.data, found.design, found.recipe, found.seed, strict=True)
    return found.assign(key=[run_key(*row) for row in rows])


def _written(value):
    return repr(value) if isinstance(value, str) else short(value)
