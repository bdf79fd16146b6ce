"""Shared by all explorers of designs: their dials, their parts, and the text of their views."""

from mobilenet_lab import checks
from mobilenet_lab.explorers import columns, parts
from mobilenet_lab.explorers.controls import Dial
from mobilenet_lab.explorers.pins import Pins
from mobilenet_lab.explorers.words import against, describe, over_budget
from mobilenet_lab.networks.design import CLASSES, Design
from mobilenet_lab.networks.families import FAMILIES, knobs, own_knobs


class DesignView:
    """The text of a view of a state's "design", with "pinned" designs and a "budget".

    With a `family` all designs belong to it; otherwise the state has one. All have so many
    `classes`. Subclasses provide `draw` and `numbers` (see `Panel`).
    """

    still, room = {"colors": 128}, None

    def __init__(self, pictures, family=None, classes=CLASSES):
        self.pictures, self.family, self.classes = pictures, family, classes

    def uses(self, state, name):
        """Whether a control matters: a design depends only on the knobs of its family."""
        family = FAMILIES[self.family or state["family"]]
        return family.uses(name) or name not in own_knobs()

    def settle(self, state, before):
        """The state with its "design"."""
        family = self.family or state["family"]
        values = {name: state[name] for name in knobs() if name in state}
        used = {name: value for name, value in values.items() if FAMILIES[family].uses(name)}
        return state | {"design": Design(family, **used, classes=self.classes)}

    def words(self, state):
        """The design, its prices and accuracy, compared with a pinned one and the budget."""
        design, pinned = state["design"], state["pinned"]
        said = [describe(design)]
        if pinned:
            said.append("· " + against(design, pinned))
        return " ".join(said + over_budget(design, state["budget"]))

    def text(self, state):
        """The design with its counts in full."""
        return describe(state["design"], exact=True)

    def table(self, frame):
        """Counts with commas, bytes in KiB, under short headings."""
        return columns.written(frame)


def dials(family, start):
    """A dial for each knob of a family (None: of all), at `start` by name.

    Raises `ValueError` for a knob that the family lacks, `TypeError` for an unknown knob.
    """
    for name, value in start.items():
        if name not in knobs():
            raise TypeError(f"got an unexpected keyword argument {name!r}")
        if family and not FAMILIES[family].uses(name) and value is not None:
            checks.refuse(name, value, f"None, since {family} has no {name}")
    used = [name for name in knobs() if family is None or FAMILIES[family].uses(name)]
    return {name: Dial(knobs()[name], start.get(name)) for name in used}


def titles():
    """The families to choose from, by title."""
    return {family.title: key for key, family in FAMILIES.items()}


def design_parts(families, limits=(), classes=CLASSES):
    """The parts of an explorer of designs; `limits` are the budgets that its pictures show."""
    return {
        "pin": Pins(),
        **parts.usual(),
        "code": parts.CodeLine(),
        "published": parts.Published(families, classes),
        "budget": parts.Budget(limits),
    }
