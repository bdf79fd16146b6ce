"""The explorers that the notebooks show: controls, live pictures, and the state in words."""

from mobilenet_lab.costs.cost import cost
from mobilenet_lab.costs.curves import curves
from mobilenet_lab.costs.sweep import sweep
from mobilenet_lab.explorers.controls import Dial, Status, choice
from mobilenet_lab.explorers.design import DesignExplorer, _with_top1
from mobilenet_lab.explorers.live import LiveFigure, alone
from mobilenet_lab.explorers.panel import action
from mobilenet_lab.features.images import load_image
from mobilenet_lab.features.maps import feature_maps
from mobilenet_lab.models import weights
from mobilenet_lab.networks.design import Design
from mobilenet_lab.networks.families import knobs
from mobilenet_lab.plots.diagram import Diagram
from mobilenet_lab.plots.mosaics import Strip
from mobilenet_lab.plots.sweep import Point, Sweep, View
from mobilenet_lab.published.known import known, top1


class Tour(DesignExplorer):
    """The lab on one screen: three panels along a knob, and the network drawn to scale.

    On a button, below the drawing, a picture's way through the network that is set.

    Begins with a `family` ("v1" or "v2"), `along` the knob "alpha", "resolution" or "expansion",
    at a width multiplier `alpha` of 0.1 to 1.5, a `resolution` of 64 to 320 px and an `expansion`
    of 1 to 10. Raises `ValueError` for anything else.
    """

    PICTURE = "chelsea"

    def __init__(self, family="v2", along="alpha", alpha=None, resolution=None, expansion=None):
        start = {"alpha": alpha, "resolution": resolution, "expansion": expansion}
        choices = {
            "family": choice("family", {"MobileNet v1": "v1", "MobileNet v2": "v2"}, family),
            "along": choice("along", {knob.axis: name for name, knob in knobs().items()}, along),
        }
        dials = {name: Dial(knob, start[name]) for name, knob in knobs().items()}
        self.maps_button = action("maps", "a picture through this network; takes some seconds")
        self.strip, self.strip_words, self._inside = LiveFigure(Strip()), Status(role="log"), None
        super().__init__(choices, dials, [Sweep(), Diagram()])

    def _below(self):
        return [self.strip.widget, self.strip_words.widget]

    @property
    def shown(self):
        """The figures that are saved: the maps too, while they are those of the design."""
        up_to_date = self._inside and self._inside[0] == self.design
        return [*self.figures, self.strip] if up_to_date else self.figures

    def _actions(self):
        return [self.maps_button, *super()._actions()]

    def _wire(self):
        super()._wire()
        self.maps_button.on_click(lambda _: self.look_inside())

    def _enable(self, on):
        super()._enable(on)
        self.maps_button.disabled = not on

    @alone
    def look_inside(self):
        """Show the maps of a picture in each stage of the design, with the best weights here."""
        design = self.design
        self.strip_words.say("Computing the maps …")
        try:
            loaded = weights.load(design, weights.start(design))
            image = load_image(self.PICTURE, design.resolution)
        except (ImportError, ConnectionError, ValueError) as error:  # an extra, a damaged file
            self.strip_words.say(str(error))
            return
        self.strip.show(image, feature_maps(loaded.model, image), design)
        trained = "; v1 at α 0.25 and v2 at α 0.35 have trained ones"
        self._inside = design, loaded.words + trained * (loaded.weights == "random")
        self._say_inside()

    def _say_inside(self):
        if self._inside:
            design, words = self._inside
            again = "" if design == self.design else " Press maps for the network above."
            self.strip_words.say(f"Maps of {design}; {words}.{again}")

    @alone
    def reset(self):
        """Everything as it was at the beginning."""
        self._inside, self.strip.widget.value = None, ""
        self.strip_words.say("")
        super().reset()

    def uses(self, name):
        """Whether the design that is set has the knob: v1 has no expansion."""
        return name != "expansion" or self.chosen["family"] == "v2"

    @property
    def settings(self):
        """The three knobs, `alpha`, `resolution` and `expansion`."""
        chosen = self.chosen
        return {name: chosen[name] for name in knobs()}

    @property
    def design(self):
        """The design that the knobs stand at."""
        used = {name: value for name, value in self.settings.items() if self.uses(name)}
        return Design(self.chosen["family"], **used)

    def view(self, design):
        """What the panels show of a design along the knob that is chosen."""
        along = self.chosen["along"]
        fixed = {name: getattr(design, name) or self.settings[name] for name in knobs()}
        del fixed[along]
        points = [
            Point(one.design.family, x, one.top1, one.series, one.macs, one.params)
            for one in known()
            if (x := getattr(one.design, along)) is not None
            and all(getattr(one.design, name) in (None, fixed[name]) for name in fixed)
        ]
        return View(design, along, curves(along, **fixed), points, cost(design), top1(design)[0])

    def numbers(self):
        """The curves as a table: each family's MACs, parameters and published top-1."""
        along = self.chosen["along"]
        frame = sweep(["v1", "v2"], **(self.settings | {along: knobs()[along].values}))
        return _with_top1(frame)

    def _show(self):
        self.dials["expansion"].enable(self.uses("expansion"))
        super()._show()
        self._say_inside()

    def _move(self):
        panels, drawing = self.pictures
        pinned = self.pinned and self.view(self.pinned)
        panels.show(self.view(self.design), pinned, self.budget)
        drawing.show(self.design, pinned=self.pinned)
