"""What is shown of a sweep that is trained: what is finished, what is left, how long that takes."""

import functools
import math

from mobilenet_lab import checks
from mobilenet_lab.explorers import sweeps
from mobilenet_lab.explorers import train_words as words
from mobilenet_lab.explorers.controls import counts_table
from mobilenet_lab.explorers.sweeps import Chosen
from mobilenet_lab.explorers.trainer import path_of, trainer_of
from mobilenet_lab.explorers.view import PictureView
from mobilenet_lab.networks.families import knobs
from mobilenet_lab.plots.growing import Growing, Sweep
from mobilenet_lab.training import forecast
from mobilenet_lab.training.measured import measured
from mobilenet_lab.training.table import results


class SweepView(PictureView):
    """The chosen sweep: what is finished of it, what is left, and how long that takes."""

    room = "4.5em"

    def __init__(self, offered, store, workers):
        super().__init__(Growing())
        self.offered, self.store, self.workers = offered, store, workers
        self.trainer = trainer_of(path_of(store.folder))
        self._keys, self._runs, self._drawn = None, None, None

    def settle(self, state, before):
        """What has to be loaded."""
        return state | {"key": state["data"]}

    def compute(self, state):
        """The data."""
        try:
            return sweeps.loaded(self.offered[state["data"]])
        except ImportError as error:
            raise ValueError(str(error)) from error

    def follow(self, state):
        """What is chosen, the finished runs of its curve, and what is left of the plan."""
        data, family, offered = state["passes"], state["family"], sweeps.swept(state["family"])
        along = state["along"] if state["along"] in offered.values() else next(iter(sweeps.VALUES))
        possible = sweeps.possible(along, data)
        values = tuple(one for one in possible if one in state["ticked"][along])
        if not values:
            accepted = ", ".join(f"{one:g}" for one in possible) or f"pictures of {data.side} px"
            checks.refuse(knobs()[along].name, state["ticked"][along], accepted)
        chosen = Chosen(state["data"], data, family, along, values, state["seeds"], state["epochs"])
        runs = self.runs()
        return state | {
            "along": along,
            "lists": {"along": offered},
            "chosen": chosen,
            "own": runs[runs.key.isin(chosen.whole.plan.key)],
            "shipped": _shipped(chosen),
            "left": chosen.plan[~chosen.plan.key.isin(runs.key)],
        }

    def runs(self):
        """All finished runs of the store."""
        keys = self.store.keys()
        if keys != self._keys:
            self._keys, self._runs = keys, results(self.store.folder)
        return self._runs

    def minutes(self, plan):
        """The predicted minutes of each run of a plan, and from what."""
        if len(runs := self.runs()) and not runs.head_only.all():
            source = f"the finished runs in the folder {self.store.folder}"
            return forecast.minutes(plan, runs), source
        rows = zip(plan.data, plan.design, plan.recipe, strict=True)
        timed = [self.trainer.times.get(row, math.nan) for row in rows]
        if timed and not any(map(math.isnan, timed)):
            return plan.minutes.fillna(0) + timed, "a few timed steps"
        return forecast.minutes(plan, _measured()), "the lab's own runs, on another computer"

    def draw(self, state):
        """The curve, unless it is what is drawn already."""
        content = (*self._sweep(state)[:6], *map(tuple, (state["own"].key, state["shipped"].key)))
        if content == self._drawn:
            return self.pictures
        self._drawn = None  # until it is drawn
        self.picture.show(self._sweep(state))
        self._drawn = content
        return []

    def _sweep(self, state):
        chosen, shipped = state["chosen"], state["shipped"]
        return Sweep(
            words.title(chosen),
            chosen.family,
            chosen.along,
            sweeps.possible(chosen.along, chosen.data),
            chosen.values,
            chosen.seeds,
            state["own"],
            shipped,
            (f"your runs, {words.counted(chosen.epochs, 'epoch')}", _with_the_lab(shipped)),
            chosen.data.chance,
        )

    def words(self, state):
        """What is chosen, how long it takes, and what has come out."""
        chosen, left, shipped = state["chosen"], state["left"], state["shipped"]
        minutes, source = self.minutes(left)
        amount = words.amount(
            len(chosen.plan), len(left), minutes.sum(skipna=False), self.workers, source
        )
        said = [f"{words.asked(chosen)}: {amount}."]
        said.append(words.results("Your runs", state["own"], chosen.along))
        others = sorted({int(one) for one in shipped.epochs} - {chosen.epochs})
        if others:
            said.append(
                f"The recipes differ: the runs that come with the lab have "
                f"{' or '.join(map(str, others))} epochs, so the two curves are not comparable."
            )
        return " ".join(filter(None, said))

    def text(self, state):
        """What is chosen: it does not depend on what is finished."""
        chosen = state["chosen"]
        return f"{words.asked(chosen)}: {words.counted(len(chosen.plan), 'run')}."

    def numbers(self, state):
        """One row a chosen value: MACs, parameters, and the runs and mean accuracies in %."""
        chosen = state["chosen"]
        table = chosen.plan.drop_duplicates("design")[[chosen.along, "macs", "params"]]
        for name, rows in (("own", state["own"]), ("shipped", state["shipped"])):
            grouped, values = rows.groupby(chosen.along).accuracy, table[chosen.along]
            table[f"{name}_runs"] = values.map(grouped.size()).fillna(0).astype(int)
            table[f"{name}_accuracy"] = (100 * values.map(grouped.mean()).astype(float)).round(1)
        return table.reset_index(drop=True)

    def table(self, frame):
        """Counts with commas."""
        return counts_table(frame)


@functools.cache
def _measured():
    """The runs that come with the lab."""
    return measured()


def _shipped(chosen):
    """The runs that come with the lab and differ from what is chosen in the swept knob at most."""
    rows = _measured()
    sides = {design.resolution for design in chosen.whole.plan.design} if len(rows) else set()
    prints = {sweeps.at(chosen.data, side).fingerprint for side in sides}
    same = (rows.family == chosen.family) & rows.fingerprint.isin(prints)
    for name, value in chosen.base.items():
        same &= (rows[name] == value).fillna(False).astype(bool)
    return rows[same & ~rows.head_only.astype(bool)]


def _with_the_lab(rows):
    """The name of the curve of the runs that come with the lab."""
    epochs = " or ".join(f"{one:g}" for one in sorted(set(rows.epochs)))
    return f"with the lab, {epochs} epochs"
