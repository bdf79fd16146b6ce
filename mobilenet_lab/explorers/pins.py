"""Designs that are kept as references, each until it is unpinned."""

from functools import partial

import ipywidgets as widgets

from mobilenet_lab.explorers.columns import beside
from mobilenet_lab.explorers.parts import Part
from mobilenet_lab.explorers.words import called
from mobilenet_lab.plots.style import numbered

MOST = 6


class Pins(Part):
    """Keeps designs as references: "pinned" in the state, in the order in which they were pinned.

    Each has a button that unpins it, and from two on there is one for all.
    """

    start = {"pinned": ()}

    def __init__(self):
        self.button = _button("Pin this design", "keep this design as a reference")
        self.button.add_class("mobilenet-lab-pin")  # see `finish.js`
        self.all, self.unpin = _button("Unpin all", "keep no design as a reference"), []
        self.row = widgets.HBox(layout={"flex_flow": "row wrap"})
        self.actions, self.keeping = [self.button], [self.button, self.all]
        self.below = [self.row]

    def watch(self, panel):
        """React to the buttons."""
        self.panel = panel
        self.button.on_click(lambda _: panel.change(lambda: _pinned(panel)))
        self.all.on_click(lambda _: panel.change(lambda: self.start))

    def shown(self, panel):
        """A button for each pinned design."""
        pinned = panel.state["pinned"]
        while len(self.unpin) < len(pinned):
            self.unpin.append(_button("", "no longer keep this design"))
            self.unpin[-1].on_click(partial(self._unpin, len(self.unpin) - 1))
            self.keeping.append(self.unpin[-1])
        for button, name in zip(self.unpin, numbered(list(map(called, pinned))), strict=False):
            button.description = f"Unpin {name}"
        several = [self.all] if len(pinned) > 1 else []
        self.row.children = [*several, *self.unpin[: len(pinned)]]

    def _unpin(self, index, _):
        pinned = self.panel.state["pinned"]
        self.panel.change(lambda: {"pinned": pinned[:index] + pinned[index + 1 :]})

    def frames(self, panel):
        """The shown design and the pinned ones as a table, while there are some."""
        pinned = panel.state["pinned"]
        return {"pinned": beside(panel.design, pinned)} if pinned else {}


def _button(name, meaning):
    return widgets.Button(description=name, tooltip=meaning, layout={"width": "auto"})


def _pinned(panel):
    """The state with the shown design pinned. Raises `ValueError`, in a sentence, if it cannot."""
    pinned, design = panel.state["pinned"], panel.design
    if design in pinned:
        raise ValueError(f"{design} is pinned already")
    if len(pinned) == MOST:
        raise ValueError(f"{MOST} designs are pinned, and that is the most: unpin one first")
    return {"pinned": (*pinned, design)}
