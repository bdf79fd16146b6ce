"""The parts of the explorer that trains: values of a knob, Start and Stop, lines of a cell."""

import math
import time

import ipywidgets as widgets

from mobilenet_lab import checks, layers
from mobilenet_lab.explorers import sweeps
from mobilenet_lab.explorers import train_words as words
from mobilenet_lab.explorers.controls import Status, switch
from mobilenet_lab.explorers.live import alone
from mobilenet_lab.explorers.parts import Part, action
from mobilenet_lab.explorers.sweeps import VALUES
from mobilenet_lab.explorers.trainer import sentence
from mobilenet_lab.networks.families import knobs


class Values(Part):
    """A checkbox for each value of each knob; those of the swept one are shown."""

    def __init__(self, along, values):
        self._start = {name: {own[0], own[-1]} for name, own in VALUES.items()}
        if values is not None:
            self._start[along] = _checked(along, values)
        self.boxes = {name: {one: _box(name, one) for one in own} for name, own in VALUES.items()}
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


class Training(Part):
    """Start and Stop, the time from a few steps, and how far the training is."""

    instead = {"data": next(iter(sweeps.OFFERED))}  # if those of the reader cannot be reached

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
        """Act on a click."""
        self._panel = panel
        self.start_button.on_click(lambda _: self._ask(self._train))
        self.stop_button.on_click(lambda _: self._ask(self._stop))
        self.time_button.on_click(lambda _: self._ask(self._time))

    def follow(self):
        """Follow the trainer from now on, in a thread of its own."""
        self.trainer.listeners.append(self._look)

    def shown(self, panel):
        """How far the trainer is."""
        self.progress.say(self._words())

    @alone
    def _ask(self, what):
        """Do it and say what has become of it: what hinders it, or how far it is."""
        try:
            said = what()
        except OSError as error:  # a folder that cannot be read
            said = sentence(error)
        self._seen = None  # what is begun may be over at the next look
        self.progress.say(said or self._words())

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
        if not self.trainer.job.kind:
            return "Nothing is being trained."
        self.trainer.stop()
        return ""

    def _busy(self):
        kind = self.trainer.job.kind or "training"  # which has ended since
        return f"{kind.capitalize()} is under way already; Stop ends it within a step."

    @alone
    def _look(self):
        """Show what has changed since the last look."""
        seen = self.trainer.job.kind, self.view.store.keys()
        if seen == self._seen:
            self.progress.say(self._words())
        else:
            self._seen, self._since = seen, time.monotonic()
            self._panel.changed()

    def _words(self):
        """How far the trainer is."""
        job, view, gone = self.trainer.job, self.view, time.monotonic() - self._since
        if job.plan is None:
            return words.progress(job, 0, 0, math.nan, view.store.folder)
        left = _left(job.plan, view.store)  # read after the job: a finished one has kept its runs
        minutes = view.minutes(left)[0].sum(skipna=False) / view.workers
        rest = max(minutes - gone / 60, minutes * (1 - 1 / max(len(left), 1)))  # a run may be late
        return words.progress(job, len(job.plan), len(left), rest, view.store.folder)


class CodeLines(Part):
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


def _left(plan, store):
    """The rows of a plan that the store lacks."""
    return plan[~plan.key.isin(store.keys())]


def _checked(along, values):
    """Some values of a knob. Raises `ValueError` for others."""
    accepted = f"some of {', '.join(f'{one:g}' for one in VALUES[along])}"
    try:
        found = set(values)
    except TypeError as error:
        checks.refuse("values", values, accepted, error)
    if not found or not found <= set(VALUES[along]):
        checks.refuse("values", values, accepted)
    return found


def _box(along, value):
    """A checkbox for a value of a knob."""
    return switch(words.value_words(along, value), f"train at {knobs()[along].name} {value:g}")
