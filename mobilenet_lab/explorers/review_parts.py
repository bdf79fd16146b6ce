"""The parts of the explorer of a review: limits, comparison, report, and lines to copy."""

from pathlib import Path

import ipywidgets as widgets

from mobilenet_lab import checks
from mobilenet_lab.explorers import parts
from mobilenet_lab.explorers.controls import TIP, Status, limit, number
from mobilenet_lab.explorers.live import alone
from mobilenet_lab.explorers.parts import Part, action, link
from mobilenet_lab.explorers.pins import MOST, Pins
from mobilenet_lab.explorers.review_words import PRICES, call
from mobilenet_lab.networks.design import USUAL_CLASSES
from mobilenet_lab.reports import rebuild
from mobilenet_lab.search.compare import compare

FILE = "design_review.html"
BEST = 3  # designs that a report compares


class Limits(parts.Budget):
    """The limits of a budget, at least one, and the number of classes."""

    def __init__(self, budget, classes, timed):
        limits = {name: own for name, own in PRICES.items() if timed or name != "ms"}
        begin = {name: f"{most / limits[name].size:.12g}" for name, most in budget.limits.items()}
        super().__init__(limits, limits, begin)
        for name, box in self.boxes.items():
            setattr(box, TIP, f"at most so much {limits[name].title}; empty for no limit")
        self.classes, self._begin = (
            limit("classes", "what the classifier tells apart"),
            f"{classes}",
        )
        self.classes.placeholder, self.classes.value = "", self._begin
        self.above.append(self.classes)
        for box in self.above:  # as narrow as their names, since there are many
            box.style.description_width = "initial"
            box.layout.width = f"{6.3 + 0.53 * len(box.description):.1f}em"

    @property
    def titles(self):
        """What can be limited, by what it is called."""
        return {own.title: name for name, own in self.limits.items()}

    def watch(self, panel):
        """React to the boxes."""
        super().watch(panel)
        self.classes.observe(panel.changed, "value")

    def read(self, before, problems):
        """The limits in counts, bytes and ms, and the classes."""
        found, typed = super().read(before, problems), number(self.classes.value)
        if not any(box.value.strip() for box in self.boxes.values()):
            problems.append("Set at least one limit.")
        if typed is None or not (1 <= typed <= USUAL_CLASSES and typed.is_integer()):
            wrong = f"classes: {checks.shown(self.classes.value, 20)} is not possible"
            problems.append(f"{wrong}; accepted: a whole number from 1 to {USUAL_CLASSES:,}.")
            return found
        return found | {"classes": int(typed)}

    def reset(self):
        """Those of the start."""
        super().reset()
        if hasattr(self, "classes"):
            self.classes.value = self._begin


class Compared(Pins):
    """Pinned designs, compared in words with one another and with the one that is shown."""

    def __init__(self):
        super().__init__()
        self.words, self.found = Status(role="log"), None
        self.below = [self.row, self.words.widget]

    def shown(self, panel):
        """The buttons, and how the designs differ."""
        super().shown(panel)
        self.found = _comparison(panel)  # also for the table, which is shown after this part
        self.words.say("\n".join(self.found.words) if self.found else "")

    def frames(self, panel):
        """The designs side by side, while there are two."""
        return {} if self.found is None else {"comparison": self.found.counts.reset_index()}


def _comparison(panel):
    """The pinned designs and the shown one side by side; None unless there are two."""
    state = panel.state
    designs = list(dict.fromkeys([*state["pinned"], panel.design]))[:MOST]
    if len(designs) < 2:
        return None
    review = state["passes"].review
    how = {"bits": review.budget.bits, "runtime": review.budget.runtime}
    return compare(*designs, **how, store=review.store, times=review.latency)


class Report(Part):
    """A button that writes the report beside the notebook, under a name that is free."""

    def __init__(self):
        self.button = action("report", "save the report of this review as a page")
        self.words, self.link = Status(role="log"), widgets.HTML()
        self.actions = self.keeping = [self.button]
        self.below, self.foot = [self.words.widget], [self.link]

    def watch(self, panel):
        """Write on a click."""
        self.button.on_click(lambda _: self._write(panel))

    def shown(self, panel):
        """Say nothing of the report of an earlier state."""
        self.words.say("")
        self.link.value = ""

    @alone
    def _write(self, panel):
        self.words.say("Writing the report …")
        try:
            path = panel.state["passes"].review.save(_free(FILE), compare=BEST)
            page = path.read_bytes()
        except OSError as error:  # a folder that may not be written
            self.words.say(f"The report was not written: {error}.")
            return
        self.words.say(f"The report is in the file {path.resolve()}")
        self.link.value = link(f"download {path.name}", path.name, "text/html", page)

    def reset(self):
        """The file stays."""


def _free(name):
    """A path here that no file has: this name, or else with the first number that is free."""
    first, number = Path(name), 1
    path = first
    while path.exists():
        number += 1
        path = first.with_stem(f"{first.stem}_{number}")
    return path


class Lines(Part):
    """The review as a line of Python and as a command, to copy; typing over them is undone."""

    def __init__(self, axes):
        self.axes = axes
        self.python, self.command = _lines("review", 3), _lines("command", 4)
        self.below = [self.python, self.command]

    def watch(self, panel):
        """Undo typing."""
        for box in self.below:
            box.observe(lambda _: self.shown(panel), "value")

    def shown(self, panel):
        """Those of the present review."""
        review = panel.state["passes"].review
        self.python.value = call(review, self.axes)
        self.command.value = rebuild.command(review, FILE, compare=BEST).replace(" \\\n ", "")


def _lines(name, rows):
    return widgets.Textarea(
        description=name,
        rows=rows,
        continuous_update=False,
        style={"description_width": "5em"},
        layout={"width": "calc(100% - 4px)", "max_width": "64em"},
    )
