"""The weights that go with a design: a list that follows it, and a box for a file."""

import pathlib

import ipywidgets as widgets

from mobilenet_lab import checks
from mobilenet_lab.explorers.controls import choice
from mobilenet_lab.explorers.parts import Part
from mobilenet_lab.models import stored, weights
from mobilenet_lab.networks.design import Design
from mobilenet_lab.networks.families import knobs


class Weights(Part):
    """The weights that the reader requests, from the list or by the path of a file.

    In the state, "wish" is the last requested kind or file (None: the best without a network),
    "own" the reader's last file, and "imagenet" whether ImageNet weights are used by default.
    """

    instead = {"wish": None, "imagenet": False}  # if they are damaged or out of reach

    def __init__(self, wish):
        self.start = {"wish": wish, "own": None, "imagenet": True}
        self.list = choice("weights", {"random": "random"}, "random")
        self.list.layout.width = "19em"
        self.file = widgets.Text(
            description="weights file",
            placeholder="path of a .weights.h5",
            continuous_update=False,
            style={"description_width": "7em"},
            layout={"width": "20em", "max_width": "100%"},
        )
        self.beside = {"weights": self.file}

    def watch(self, panel):
        """React to the name of a file."""
        self.file.observe(lambda change: self._take(panel, change["new"].strip()), "value")

    def _take(self, panel, name):
        """Use the file; an invalid name stays in the box to be corrected."""
        if name:
            panel.change(lambda: _wished(name))
            if not panel.message.text:
                self.file.value = ""

    def read(self, before, problems):
        """A change of the list is the wish."""
        moved = before and self.list.value != before["weights"]
        return {"wish": self.list.value} if moved else {}

    def reset(self):
        """No file is named."""
        self.file.value = ""


def _wished(name):
    return {"wish": str(stored.existing("weights file", name))}


def settled(state, designs):
    """Resolve a wish: the choice in the list, its options, the reader's own file.

    The wish if all designs can have it, otherwise the best available without a network.
    """
    possible = _possible(designs)
    wish, own = state["wish"], state["own"]
    starts = {weights.start(design, state["imagenet"]) for design in designs}
    kind = starts.pop() if len(starts) == 1 else "random"
    if wish in possible:
        kind = wish
    elif wish is not None and wish not in weights.WORDS:
        kind = own = str(wish)
    there = all(map(weights.is_cached, designs))
    names = {"ImageNet" if there else "ImageNet (download)": "imagenet"}
    names |= {"patches": "patches", "random": "random"}
    options = {name: one for name, one in names.items() if one in possible}
    if own:
        options[f"your {pathlib.Path(own).name}"] = own
    return kind, options, own


def check_wish(wish, designs):
    """Raise `ValueError` for a kind of weights that the designs cannot have."""
    possible = _possible(designs)
    if wish in weights.WORDS and wish not in possible:
        accepted = ", ".join(map(repr, sorted(possible)))
        checks.refuse("weights", wish, f"{accepted} or a weights file")


def nearest(alpha, family, kind):
    """The nearest width multiplier for which a family can have weights of that kind."""
    alphas = [one for one in knobs()["alpha"].values if kind in weights.kinds(Design(family, one))]
    return min(alphas, key=lambda one: abs(one - alpha), default=alpha)


def _possible(designs):
    """The kinds of weights that all designs can have."""
    return set.intersection(*(set(weights.kinds(design)) for design in designs))
