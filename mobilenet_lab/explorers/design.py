"""What all explorers of designs share."""

import ipywidgets as widgets
import numpy as np

from mobilenet_lab.costs.cost import cost
from mobilenet_lab.costs.curves import BUDGET
from mobilenet_lab.explorers.controls import choice, number, switch, table
from mobilenet_lab.explorers.live import alone
from mobilenet_lab.explorers.panel import Explorer
from mobilenet_lab.explorers.words import code, compare, describe
from mobilenet_lab.networks.design import Design
from mobilenet_lab.networks.families import FAMILIES
from mobilenet_lab.plots.limits import exceeds
from mobilenet_lab.plots.style import millions
from mobilenet_lab.published.known import known, top1

HEADINGS = BUDGET | {"alpha": "α", "resolution": "px", "expansion": "t", "published_top1": "top-1"}


class DesignExplorer(Explorer):
    """Explores designs: one can be pinned, put under a budget, found among the published ones.

    Subclasses give `design`.
    """

    families = tuple(FAMILIES)
    limits = tuple(BUDGET)  # the budgets that the pictures show

    def __init__(self, choices, dials, pictures):
        self.budget_boxes = {
            name: number(f"{words} ≤ (M)", 0.0, "a limit in millions; 0 for none")
            for name, words in BUDGET.items()
            if name in self.limits
        }
        self.published = choice("published", self._published_options(), "")
        self.pin = switch("pin", "keep this design as a reference")
        self.code = widgets.Text(
            description="as code",
            continuous_update=False,
            style={"description_width": "7em"},
            layout={"width": "40em", "max_width": "100%"},
        )
        self.pinned = None
        super().__init__(choices, dials, pictures)

    def _control_rows(self):
        choices, dials = super()._control_rows()
        return [*choices, self.published], dials, list(self.budget_boxes.values())

    def _actions(self):
        return [self.pin, *super()._actions(), self.code]

    def _wire(self):
        super()._wire()
        for box in self.budget_boxes.values():
            box.observe(self._changed, "value")
        self.published.observe(self._go_to_published, "value")
        self.pin.observe(self._pin, "value")
        self.code.observe(self._say_code, "value")

    @property
    def budget(self):
        """The limits that are set, in MACs and parameters."""
        boxes = self.budget_boxes.items()
        set_ones = {name: box.value * 1e6 for name, box in boxes if box.value > 0}
        return dict.fromkeys(BUDGET) | set_ones

    @alone
    def reset(self):
        """Everything as it was at the beginning."""
        self.pin.value = False
        self.published.value = ""
        for box in self.budget_boxes.values():
            box.value = 0.0
        super().reset()

    def _problems(self):
        yield from super()._problems()
        for box in self.budget_boxes.values():
            if box.value < 0:
                accepted = "0 (no limit) or more"
                yield f"{box.description}: {box.value:g} is not possible; accepted: {accepted}."

    def _enable(self, on):
        super()._enable(on)
        self.pin.disabled = not on

    def _show(self):
        design = self.design
        if self.published.value != design:
            self.published.value = ""
        super()._show()
        self._say_code()

    def _say_code(self, _=None):
        """The line of the design, to be copied; what is typed over it gives way."""
        self.code.value = code(self.design)

    def _sentences(self):
        design = self.design
        yield describe(design)
        if self.pinned:
            yield "· " + compare(design, self.pinned)
        counted = cost(design)
        for name, limit in self.budget.items():
            if exceeds(counted, {name: limit}):
                over = millions(getattr(counted, name) - limit)
                yield f"· Over the budget of {BUDGET[name]} by {over}."

    @alone
    def _pin(self, _):
        self.pinned = self.design if self.pin.value else None
        self._changed()

    def _published_options(self):
        return {"choose …": ""} | {
            str(one.design).removeprefix("MobileNet "): one.design
            for one in known()
            if one.series != "keras" and one.design.family in self.families
        }

    def _go_to_published(self, change):
        chosen = change["new"]
        if chosen:
            names = set(self.controls) & {"family", "alpha", "resolution", "expansion"}
            values = {name: getattr(chosen, name) for name in names}
            self.set(**{name: value for name, value in values.items() if value is not None})

    def _numbers_table(self):
        frame = self.numbers()
        text = {name: "{:,}".format for name in BUDGET} | {"alpha": "{:g}".format}
        return table(frame.rename(columns=HEADINGS), [text.get(name) for name in frame])

    def __repr__(self):
        return describe(self.design, exact=True)


def _with_top1(frame):
    """A sweep's designs and counts, with their published top-1 (the checkpoint's before others)."""
    columns = ["family", "alpha", "resolution", "expansion", "macs", "params"]
    expansions = frame.expansion.astype(object).where(frame.expansion.notna(), None)
    rows = zip(frame.family, frame.alpha, frame.resolution, expansions, strict=True)
    published = [top1(Design(f, a, expansion=t, resolution=r))[0] for f, a, r, t in rows]
    return frame[columns].assign(published_top1=np.array(published, dtype=float))
