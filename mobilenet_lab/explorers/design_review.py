"""The design review: from a budget to the designs that fit it, and to a report."""

from functools import lru_cache

import pandas as pd

from mobilenet_lab.explorers import review_words as words
from mobilenet_lab.explorers.controls import choice
from mobilenet_lab.explorers.panel import Panel
from mobilenet_lab.explorers.parts import CodeLine, usual
from mobilenet_lab.explorers.redrawn import Redrawn
from mobilenet_lab.explorers.review_parts import Compared, Limits, Lines, Report
from mobilenet_lab.networks.design import CLASSES
from mobilenet_lab.networks.families import FAMILIES, at_first
from mobilenet_lab.networks.knobs import COMMON
from mobilenet_lab.pages.live import live_page
from mobilenet_lab.plots.candidates import Candidates
from mobilenet_lab.plots.funnel import Funnel
from mobilenet_lab.plots.memory import Arena
from mobilenet_lab.search import command, pricing
from mobilenet_lab.search import grid as grids
from mobilenet_lab.search.budget import RUNTIMES, Budget
from mobilenet_lab.search.review import review

WIDTH = 840  # px, of all pictures
SLOW = 20_000  # designs; a search of more takes a while
START = Budget(ram="256KiB", flash="1MiB", runtime="tflm")  # a microcontroller


class DesignReview(Panel):
    """A budget, the designs that fit it, and what each of them holds in memory.

    Starts with a `Budget` (by default of a microcontroller), and searches the designs with so many
    `classes` of the `families` on a grid as `review` does: `alpha`, `resolution` and own knobs by
    name. `latency` is a `LatencyModel`, without which time cannot be limited; `store` is a folder
    of runs. Raises what `review` raises.
    """

    below = ("candidate",)
    first = 2

    def __init__(
        self, budget=None, classes=CLASSES, latency=None, store=None, families=None, **grid
    ):
        budget = START if budget is None else budget
        pricing.checked(budget, latency)
        whole = grids.checked(families, grid, classes)
        searched = tuple(name for name in FAMILIES if name in whole.axes)
        view = ReviewView(whole, [name for name in grid if grid[name] is not None], latency, store)
        first = view.search(budget, searched, classes).names
        limits = Limits(budget, classes, latency is not None)
        controls = {
            "runtime": choice(
                "runtime", {text: name for name, text in RUNTIMES.items()}, budget.runtime
            ),
            "bits": choice("precision", words.precisions(), budget.bits),
            "families": choice("families", words.families(), searched),
            "price": choice("accuracy over", limits.titles, next(iter(budget.limits))),
            "candidate": choice("design", first, next(iter(first.values()))),
        }
        for name in ("bits", "families"):
            controls[name].style.description_width = "5em"
        parts = {
            "pin": Compared(),
            **usual(),
            "report": Report(),
            "code": CodeLine(),
            "lines": Lines(view.axes),
            "limits": limits,
        }
        super().__init__(view, controls, parts)


class ReviewView:
    """What came out of a search: the front, the funnel, and the memory of one design."""

    still, room = {"colors": 128}, "6em"

    def __init__(self, grid, given, latency, store):
        self.options = {"latency": latency, "store": store, "progress": False}
        self.axes = {
            name: next(list(own[name]) for own in grid.axes.values() if name in own)
            for name in given
        }
        self.computing = "searching …" if len(grid) > SLOW else ""
        self.front, self.funnel = Redrawn(WIDTH, 420), Redrawn(WIDTH, 216)
        self.memory = Redrawn(WIDTH, 400)
        self.pictures = [self.front, self.funnel, self.memory]
        self.search = lru_cache(maxsize=64)(self._search)

    def _search(self, budget, families, classes):
        """A review with the designs that are offered of it."""
        used = {name for one in families for name in (*COMMON, *FAMILIES[one].knobs)}
        axes = {name: own for name, own in self.axes.items() if name in used}
        return words.found(review(budget, families, classes=classes, **axes, **self.options))

    def uses(self, state, name):
        """Every control makes a difference."""
        return True

    def settle(self, state, before):
        """The budget, and what is searched."""
        limits = {name: most for name, most in state["budget"].items() if most is not None}
        budget = Budget(**limits, bits=state["bits"], runtime=state["runtime"])
        return state | {"key": (budget, state["families"], state["classes"])}

    def compute(self, state):
        """The review."""
        return self.search(*state["key"])

    def follow(self, state):
        """The design that is shown: the best, until the reader has chosen another that is there."""
        names = state["passes"].names
        best, chosen = next(iter(names.values())), state["candidate"]
        if chosen == state.get("best"):
            chosen = best
        chosen = chosen.replace(classes=state["classes"])
        if chosen not in names.values():
            chosen = best
        follows = {"best": best, "candidate": chosen, "design": chosen}
        return state | follows | {"lists": {"candidate": names}}

    def draw(self, state):
        """What has changed; returns the pictures that stay."""
        found, (budget, *_) = state["passes"], state["key"]
        own, price, design = found.review, state["price"], state["design"]
        self.front.change(
            (state["key"], price),
            lambda: Candidates(
                *(own.candidates, price, own.refused, own.ties, budget.limits.get(price), WIDTH)
            ),
        )
        self.front.picture.show(found.rows[design])
        changed = {
            self.funnel: self.funnel.change(state["key"], lambda: Funnel(own.funnel, WIDTH, 216)),
            self.memory: self.memory.change(
                (design, budget.bits, budget.ram),
                lambda: Arena(design, budget.bits, budget.ram, width=WIDTH),
            ),
        }
        return [one for one, new in changed.items() if not new]

    def live(self, state):
        """The candidates as a live page with the same limits; None for what that does not know."""
        budget, families, classes = state["key"]
        special = self.axes or self.options["store"] is not None or classes != CLASSES
        if special or budget.ms is not None or list(families) != at_first():
            return None
        return live_page("candidates", budget=budget, price=state["price"])

    def words(self, state):
        """What came out, and what the shown design needs."""
        found, design = state["passes"], state["design"]
        return f"{found.review}. {words.needs(design, found)}."

    def text(self, state):
        """What came out, with the first candidates, and the shown design."""
        found, design = state["passes"], state["design"]
        return f"{command.summary(found.review)}\n{words.needs(design, found)}."

    def numbers(self, state):
        """The designs that are offered, those that fit and near misses, each with its status."""
        own = state["passes"].review
        refused = own.refused[: words.MISSES].assign(status="refused")
        parts = [own.candidates.assign(status="fits"), refused]
        frame = pd.concat([one for one in parts if len(one)], ignore_index=True)
        frame.insert(0, "status", frame.pop("status"))
        return frame.drop(columns="same").dropna(axis=1, how="all")

    def table(self, frame):
        """Counts with commas, sizes in KiB."""
        return words.table(frame)
