"""The tour: the whole lab on one screen."""

from functools import lru_cache

from mobilenet_lab.costs.cost import cost
from mobilenet_lab.costs.curves import COUNTS, curves, extremes
from mobilenet_lab.costs.limits import LIMITS, fits
from mobilenet_lab.costs.sweep import sweep
from mobilenet_lab.explorers.columns import with_top1
from mobilenet_lab.explorers.controls import Status, choice
from mobilenet_lab.explorers.designs import (
    DesignView,
    design_parts,
    dials,
    titles,
)
from mobilenet_lab.explorers.live import LiveFigure, alone
from mobilenet_lab.explorers.panel import Panel
from mobilenet_lab.explorers.parts import Part, action
from mobilenet_lab.features.images import load_image
from mobilenet_lab.features.maps import feature_maps
from mobilenet_lab.models import weights
from mobilenet_lab.networks.design import CLASSES, short
from mobilenet_lab.networks.families import FAMILIES, NEWEST, knobs
from mobilenet_lab.pages.live import live_page
from mobilenet_lab.plots.diagram import Diagram
from mobilenet_lab.plots.mosaics import Strip
from mobilenet_lab.plots.sweep import Point, Sweep, View
from mobilenet_lab.published.known import known, top1
from mobilenet_lab.search.budget import Budget


class Tour(Panel):
    """The lab on one screen: three panels along a knob, and the network drawn to scale.

    A family that the pictures do not begin with comes in once it is chosen or pinned. On a button,
    below the drawing, a picture's way through the network that is set.

    Begins with a `family`, such as "v2", `along` the knob "alpha", "resolution" or "expansion", at
    a width multiplier `alpha` of 0.1 to 1.5, a `resolution` of 64 to 320 px and an `expansion` of 1
    to 10. The classifier has so many `classes`; accuracies are published for 1000. Raises
    `ValueError` for anything else.
    """

    def __init__(
        self,
        family=NEWEST,
        along="alpha",
        alpha=None,
        resolution=None,
        classes=CLASSES,
        **own,
    ):
        controls = {
            "family": choice("family", titles(), family),
            "along": choice("along", {knob.axis: name for name, knob in knobs().items()}, along),
        }
        controls |= dials(None, {"alpha": alpha, "resolution": resolution} | own)
        parts = {"maps": _MapsButton()} | design_parts(FAMILIES, LIMITS, classes)
        super().__init__(_TourView(classes), controls, parts)


class _TourView(DesignView):
    """Curves along one knob, and the network."""

    def __init__(self, classes):
        super().__init__([Sweep(extremes=extremes(classes)), Diagram()], classes=classes)

    def draw(self, state):
        """Both pictures, beside what is pinned."""
        panels, drawing = self.pictures
        design, pinned = state["design"], state["pinned"]
        beside = [_pinned(one, state["along"]) for one in pinned]
        panels.show(_view(state, design, pinned), beside, state["budget"])
        drawing.show(design, pinned=pinned)

    def live(self, state):
        """The panels as a live page, which begins where they are; with what is pinned."""
        limits = {name: most for name, most in state["budget"].items() if most and name in COUNTS}
        budget = Budget(**limits) if limits else None
        start = {name: state[name] for name in ("family", "along", *knobs())}
        return live_page(budget=budget, pinned=state["pinned"], classes=self.classes, **start)

    def numbers(self, state):
        """The curves as a table: each family's counts and published top-1."""
        along, settings = state["along"], {name: state[name] for name in knobs()}
        settings |= {along: knobs()[along].values, "classes": self.classes}
        return with_top1(sweep(_families(state["design"], state["pinned"]), **settings))


def _families(design, pinned):
    """The families to begin with, and those of the design and of what is pinned."""
    there = {one.family for one in (design, *pinned)}
    return [key for key, family in FAMILIES.items() if family.at_first or key in there]


def _view(state, design, pinned):
    """What the panels show of a design along the knob that is chosen."""
    along = state["along"]
    fixed = {}  # the other knobs: those that the design lacks stand where their dials do
    for name in knobs().keys() - {along}:
        own = getattr(design, name)
        fixed[name] = state[name] if own is None else own
    drawn = curves(along, design.classes, _families(design, pinned), **fixed)
    points = [
        Point(one.design.family, x, one.top1, one.series, fits(one.design, state["budget"]))
        for one in known()
        if one.design.family in drawn
        and one.design.variant == design.variant
        and one.design.classes == design.classes
        and (x := getattr(one.design, along)) is not None
        and all(getattr(one.design, name) in (None, fixed[name]) for name in fixed)
    ]
    return View(design, along, drawn, points, cost(design), top1(design)[0])


@lru_cache(maxsize=64)
def _pinned(design, along):
    """What the panels show of a pinned design along a knob: its own curve, no published points."""
    fixed = {name: getattr(design, name) for name in knobs().keys() - {along}}
    drawn = curves(along, design.classes, [design.family], **fixed)
    return View(design, along, drawn, [], cost(design), top1(design)[0])


class _MapsButton(Part):
    """A picture's way through the design that is shown, on a button."""

    PICTURE = "chelsea"

    def __init__(self):
        self.button = action("maps", "a picture through this network; takes some seconds")
        self.strip, self.words = LiveFigure(Strip()), Status(role="log")
        self.design, self.source = None, ""
        self.actions = self.keeping = [self.button]
        self.below = [self.strip.widget, self.words.widget]

    def watch(self, panel):
        """Compute on a click."""
        self.button.on_click(lambda _: self._compute(panel))

    @alone
    def _compute(self, panel):
        """Show the maps of a picture in each stage of the design, with the best weights here."""
        design = panel.design
        self.words.say("Computing the maps …")
        try:
            loaded = weights.load(design, weights.start(design))
            image = load_image(self.PICTURE, design.resolution)
        except (ImportError, ConnectionError, ValueError) as error:  # an extra, a damaged file
            self.words.say(str(error))
            return
        self.strip.show(image, feature_maps(loaded.model, image), design)
        untrained = loaded.weights == "random"
        self.design, self.source = design, loaded.words + (_trained() if untrained else "")
        self.shown(panel)

    def shown(self, panel):
        """Say whether they are those of the design."""
        if self.design:
            again = "" if self.design == panel.design else " Press maps for the network above."
            self.words.say(f"Maps of {self.design}; {self.source}.{again}")

    def kept(self, panel):
        """The maps, while they are those of the design."""
        return [self.strip] if self.design and self.design == panel.design else []

    def reset(self):
        """No maps."""
        self.design = None
        self.strip.clear()
        self.words.say("")


def _trained():
    """The designs that have small weights."""
    small = [f"{key} at α {short(one.small.alpha)}" for key, one in FAMILIES.items() if one.small]
    return f"; {' and '.join(small)} have trained ones"
