"""Train a sweep along one knob, and see the curve grow."""

import functools
import math
import time

import ipywidgets as widgets

from mobilenet_lab import checks, layers
from mobilenet_lab.explorers import sweeps
from mobilenet_lab.explorers import train_words as words
from mobilenet_lab.explorers.controls import Status, choice, counts_table, switch
from mobilenet_lab.explorers.designs import NEWEST
from mobilenet_lab.explorers.live import alone
from mobilenet_lab.explorers.panel import Panel
from mobilenet_lab.explorers.parts import Part, action, usual
from mobilenet_lab.explorers.sweeps import Chosen
from mobilenet_lab.explorers.trainer import path_of, trainer_of
from mobilenet_lab.explorers.view import PictureView
from mobilenet_lab.networks.families import knobs
from mobilenet_lab.plots.growing import Growing, Sweep
from mobilenet_lab.training import forecast
from mobilenet_lab.training.measured import ALONG, measured
from mobilenet_lab.training.recipe import Recipe
from mobilenet_lab.training.store import Store
from mobilenet_lab.training.table import results

_EPOCHS = 8  # at most


class TrainYourOwn(Panel):
    """Train networks along one knob, and see their accuracies beside those that come with the lab.

    Nothing is trained before Start is pressed. Then processes of their own do it, so that the
    kernel goes on answering; each finished run is a file in the folder `store`. Stop ends within a
    step, and Start goes on with what the store lacks, also after the kernel has died.

    Starts with a `family` that has the small network, `along` a knob ("alpha", "resolution" or
    "expansion") with some of its `values` (by default the two ends), 1 to 5 `seeds` and 1 to 8
    `epochs`; `workers` is the number of processes. `data` is a `Data` or a dict of them by name,
    offered before those of the lab; a function that returns one is called when it is chosen.

    Raises `ValueError` for anything else.
    """

    def __init__(
        self,
        data=None,
        family=NEWEST,
        along="alpha",
        values=None,
        seeds=3,
        epochs=Recipe.epochs,
        store="runs/",
        workers=1,
    ):
        offered, workers = sweeps.offered(data), checks.integer("workers", workers, most=10**4)
        controls = {
            "data": _list("data", {name: name for name in offered}, next(iter(offered))),
            "family": _list("family", sweeps.families(), family),
        }
        controls |= {
            "along": _list("along", sweeps.swept(family), along),
            "seeds": _list("seeds", _numbers(sweeps.SEEDS), seeds),
            "epochs": _list("epochs", _numbers(_EPOCHS), epochs),
        }
        view = _SweepView(offered, Store(store), workers)
        parts = {
            "values": _Values(along, values),
            "training": _Training(view),
            "code": _CodeLines(view),
        }
        super().__init__(view, controls, parts | usual())


class _SweepView(PictureView):
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
        along = state["along"] if state["along"] in offered.values() else next(iter(ALONG))
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
            return forecast.minutes(plan, runs), f"the finished runs in {self.store.folder}"
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
            f"{words.title(chosen)}",
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
            grouped = rows.groupby(chosen.along).accuracy
            counts, means = (
                table[chosen.along].map(one) for one in (grouped.size(), grouped.mean())
            )
            table[f"{name}_runs"] = counts.fillna(0).astype(int)
            table[f"{name}_accuracy"] = (100 * means.astype(float)).round(1)
        return table.reset_index(drop=True)

    def table(self, frame):
        """Counts with commas."""
        return counts_table(frame)


class _Values(Part):
    """A checkbox for each value of each knob; those of the swept one are shown."""

    def __init__(self, along, values):
        self._start = {name: {own[0], own[-1]} for name, own in ALONG.items()}
        if values is not None:
            self._start[along] = _checked(along, values)
        self.boxes = {name: {one: _box(name, one) for one in own} for name, own in ALONG.items()}
        self._rows = {
            name: widgets.HBox(list(own.values()), layout={"flex_flow": "row wrap"})
            for name, own in self.boxes.items()
        }
        self.beside = {None: widgets.VBox(list(self._rows.values()), layout={"width": "100%"})}
        self._panel, self._quiet = None, False
        self._tick(self._start)

    def watch(self, panel):
        """React to the boxes."""
        self._panel = panel
        for own in self.boxes.values():
            for box in own.values():
                box.observe(self._changed, "value")

    def _changed(self, change):
        if not self._quiet:
            self._panel.changed(change)

    def read(self, before, problems):
        """The values that are ticked, by knob."""
        ticked = {
            name: tuple(value for value, box in own.items() if box.value)
            for name, own in self.boxes.items()
        }
        along = self._panel.controls["along"].value
        if not ticked[along]:
            problems.append(f"{knobs()[along].name}: tick at least one value.")
        return {"ticked": ticked}

    def shown(self, panel):
        """The boxes of the swept knob."""
        chosen = panel.state["chosen"]
        possible = sweeps.possible(chosen.along, chosen.data)
        for name, row in self._rows.items():
            row.layout.display = None if name == chosen.along else "none"
        for value, box in self.boxes[chosen.along].items():
            box.disabled = value not in possible
        self._tick(panel.state["ticked"])

    def reset(self):
        """The values of the start."""
        self._tick(self._start)

    def _tick(self, ticked):
        self._quiet = True
        try:
            for name, own in self.boxes.items():
                for value, box in own.items():
                    box.value = value in ticked[name]
        finally:
            self._quiet = False


class _Training(Part):
    """Start and Stop, the time from a few steps, and how far the training is."""

    def __init__(self, view):
        self.view, self.trainer, self._panel = view, view.trainer, None
        self.start_button = action("Start", "train the runs that are not finished yet")
        self.stop_button = action("Stop", "end within a step; Start goes on later")
        self.time_button = action("time", "predict the minutes from a few timed steps")
        self.progress = Status(role="log")
        self.progress.widget.layout.width = "100%"
        self.above = [self.start_button, self.stop_button, self.time_button, self.progress.widget]
        self.keeping = [self.start_button, self.time_button]
        self._seen, self._since = None, 0.0

    def watch(self, panel):
        """Act on a click, and follow the trainer."""
        self._panel = panel
        self.start_button.on_click(lambda _: self._ask(self._train))
        self.stop_button.on_click(lambda _: self._ask(self._stop))
        self.time_button.on_click(lambda _: self._ask(self._time))
        self.trainer.listeners.append(self._look)

    def shown(self, panel):
        """How far the trainer is."""
        self.progress.say(self._words())

    @alone
    def _ask(self, what):
        """Do it and say what has become of it: what hinders it, or how far it is."""
        self.progress.say(what() or self._words())

    def _train(self):
        plan = self._panel.state["chosen"].plan
        if missing := layers.no_keras():
            return f"{missing[:1].upper()}{missing[1:]}."
        if not len(_left(plan, self.view.store)):
            return "Nothing is left to train: all of these runs are finished."
        self._since = time.monotonic()
        return "" if self.trainer.train(plan, self.view.workers) else self._busy()

    def _time(self):
        if missing := layers.no_keras():
            return f"{missing[:1].upper()}{missing[1:]}."
        return "" if self.trainer.time(self._panel.state["chosen"].plan) else self._busy()

    def _stop(self):
        if not self.trainer.job:
            return "Nothing is being trained."
        self.trainer.stop()
        return ""

    def _busy(self):
        return f"{self.trainer.job.capitalize()} is under way already; Stop ends it within a step."

    @alone
    def _look(self):
        """Follow the trainer, which calls this in a thread of its own."""
        seen = self.trainer.job, self.view.store.keys()
        if seen == self._seen:
            self.progress.say(self._words())
        else:
            self._seen, self._since = seen, time.monotonic()
            self._panel.changed()

    def _words(self):
        """How far the trainer is."""
        plan = self.trainer.plan
        if plan is None:
            return words.progress(self.trainer, 0, 0, math.nan, self.view.store.folder)
        left = _left(plan, self.view.store)
        minutes = self.view.minutes(left)[0].sum(skipna=False) / self.view.workers
        gone = (time.monotonic() - self._since) / 60
        rest = max(minutes - gone, minutes * (1 - 1 / max(len(left), 1)))  # a run may take longer
        return words.progress(self.trainer, len(plan), len(left), rest, self.view.store.folder)


class _CodeLines(Part):
    """The lines of a cell that train the same, to copy; typing over them is undone."""

    def __init__(self, view):
        self._view = view
        self.box = widgets.Textarea(
            description="as a cell",
            continuous_update=False,
            rows=9,
            style={"description_width": "5em"},
            layout={"width": "100%", "max_width": "60em"},
        )
        self.below = [self.box]

    def watch(self, panel):
        """Undo typing."""
        self.box.observe(lambda _: self.shown(panel), "value")

    def shown(self, panel):
        """The lines of what is chosen."""
        view = self._view
        self.box.value = panel.state["chosen"].code(str(view.store.folder), view.workers)


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


def _left(plan, store):
    """The rows of a plan that the store lacks."""
    return plan[~plan.key.isin(store.keys())]


def _checked(along, values):
    """Some values of a knob. Raises `ValueError` for others."""
    accepted = f"some of {', '.join(f'{one:g}' for one in ALONG[along])}"
    try:
        found = set(values)
    except TypeError as error:
        checks.refuse("values", values, accepted, error)
    if not found or not found <= set(ALONG[along]):
        checks.refuse("values", values, accepted)
    return found


def _box(along, value):
    """A checkbox for a value of a knob."""
    return switch(words.value_words(along, value), f"train at {knobs()[along].name} {value:g}")


def _numbers(most):
    return {str(one): one for one in range(1, most + 1)}


def _list(name, options, value):
    """A list with a short name."""
    control = choice(name, options, value)
    control.style.description_width = "4em"
    control.layout.width = f"{8 + 0.55 * max(map(len, options)):.1f}em"
    return control
