"""The explorers that the notebooks show: controls, live pictures, and the state in words."""

from functools import cache
from typing import NamedTuple

import ipywidgets as widgets
import numpy as np

from mobilenet_lab import checks, manifold, published, weights
from mobilenet_lab.controls import Dial, Status, choice, number, switch, table
from mobilenet_lab.cost import cost, layer_table
from mobilenet_lab.design import Design, short
from mobilenet_lab.diagram import PICTURES, Diagram
from mobilenet_lab.explorer import Explorer, action
from mobilenet_lab.features import feature_maps
from mobilenet_lab.images import load_image
from mobilenet_lab.knobs import KNOBS, Knob
from mobilenet_lab.live import LiveFigure, alone
from mobilenet_lab.mosaics import Strip
from mobilenet_lab.picture import FAMILY, millions
from mobilenet_lab.plots import LayerBars, Manifold, Point, Sweep, View, WidthResolution, exceeds
from mobilenet_lab.sweep import log_law, price, sweep

SERIES = {
    "checkpoint": "published checkpoint",
    "paper": "published in the paper",
    "keras": "published by Keras",
}
BUDGET = {"macs": "MACs", "params": "parameters"}
HEADINGS = BUDGET | {"alpha": "α", "resolution": "px", "expansion": "t", "published_top1": "top-1"}


class Known(NamedTuple):
    """A published float32 accuracy (top-1 in %) of a design, and what the design costs."""

    design: Design
    series: str
    top1: float
    macs: int
    params: int


@cache
def known():
    """Every published float32 accuracy, priced; the checkpoints' first."""
    rows = published.accuracy()
    rows = price(rows[rows.number_format == "float32"])
    found = [
        Known(
            Design(r.family, r.alpha, resolution=r.resolution), r.series, r.top1, r.macs, r.params
        )
        for r in rows.itertuples()
    ]
    return sorted(found, key=lambda one: list(SERIES).index(one.series))


def top1(design):
    """The published float32 top-1 of a design in %, and its series; (None, None) if there is none.

    Where several series have one, the checkpoint's comes before the paper's and Keras'.
    """
    return next(((one.top1, one.series) for one in known() if one.design == design), (None, None))


def describe(design, exact=False):
    """A design, its MACs, parameters and published top-1, in one sentence.

    `exact` writes the counts in full instead of in millions.
    """
    write = "{:,}".format if exact else millions
    counted = cost(design)
    counts = f"{write(counted.macs)} MACs, {write(counted.params)} parameters"
    value, series = top1(design)
    accuracy = f"top-1 {value:.1f} % ({SERIES[series]})" if series else "no accuracy published"
    return f"{design}: {counts}, {accuracy}"


def compare(design, pinned):
    """How a design differs from a pinned one, in one sentence."""
    ours, theirs = cost(design), cost(pinned)
    steps = [
        f"Δ {name} {sign(getattr(ours, field) - getattr(theirs, field), millions)}"
        for field, name in BUDGET.items()
    ]
    accuracies = top1(design)[0], top1(pinned)[0]
    if None not in accuracies:
        steps.append(f"Δ top-1 {sign(accuracies[0] - accuracies[1], '{:.1f} points'.format)}")
    return f"Against the pinned {pinned}: {', '.join(steps)}."


def sign(difference, write):
    """A difference with its sign, the size as `write` writes it."""
    return f"{'−' if difference < 0 else '+'}{write(abs(difference))}"


def code(design):
    """The line of Python that makes a design."""
    expansion = f", expansion={design.expansion}" if design.expansion else ""
    size = f"alpha={short(design.alpha)}, resolution={design.resolution}"
    return f'Design("{design.family}", {size}{expansion})'


class DesignExplorer(Explorer):
    """Explores designs: one can be pinned, put under a budget, found among the published ones.

    Subclasses give `design`.
    """

    families = tuple(FAMILY)
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
            "along": choice("along", {knob.axis: name for name, knob in KNOBS.items()}, along),
        }
        dials = {name: Dial(knob, start[name]) for name, knob in KNOBS.items()}
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
        return {name: chosen[name] for name in KNOBS}

    @property
    def design(self):
        """The design that the knobs stand at."""
        used = {name: value for name, value in self.settings.items() if self.uses(name)}
        return Design(self.chosen["family"], **used)

    def view(self, design):
        """What the panels show of a design along the knob that is chosen."""
        along = self.chosen["along"]
        fixed = {name: getattr(design, name) or self.settings[name] for name in KNOBS}
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
        frame = sweep(["v1", "v2"], **(self.settings | {along: KNOBS[along].values}))
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


class WidthAndResolution(DesignExplorer):
    """v1's α × ρ plane: MACs along α, one curve a resolution, and published top-1 over MACs."""

    families = ("v1",)
    limits = ("macs",)

    def __init__(self, alpha=None, resolution=None):
        start = {"alpha": alpha, "resolution": resolution}
        dials = {name: Dial(KNOBS[name], value) for name, value in start.items()}
        points = published.accuracy().query(
            "family == 'v1' and series == 'checkpoint' and number_format == 'float32'"
        )
        points = price(points)
        sizes = sorted(set(points.resolution))
        grid = sweep("v1", KNOBS["alpha"].values, resolution=sizes)
        law = log_law(points[points.alpha > 0.25], "macs", "top1")
        super().__init__({}, dials, [WidthResolution(grid, points, law)])

    @property
    def design(self):
        """The design that the knobs stand at."""
        return Design("v1", **self.chosen)

    def numbers(self):
        """The curve at the present resolution: MACs, parameters and published top-1 along α."""
        resolution = self.chosen["resolution"]
        return _with_top1(sweep("v1", KNOBS["alpha"].values, resolution=resolution))

    def _move(self):
        design = self.design
        x, macs, _ = curves("alpha", resolution=design.resolution, expansion=6)["v1"]
        accuracy, series = top1(design)
        accuracy = accuracy if series == "checkpoint" else None
        pinned = self.pinned and (self.pinned.alpha, cost(self.pinned).macs)
        limit = self.budget["macs"]
        (picture,) = self.pictures
        picture.show(design, (x, macs), cost(design).macs, accuracy, pinned, limit)


class OneFamily(DesignExplorer):
    """Explores the designs of one family.

    Begins at a width multiplier `alpha` of 0.1 to 1.5, a `resolution` of 64 to 320 px and, for v2,
    an `expansion` of 1 to 10. Raises `ValueError` for anything else.
    """

    limits = ()

    def __init__(self, family, choices, picture, alpha=None, resolution=None, expansion=None):
        self.family, self.families = family, (family,)
        start = {"alpha": alpha, "resolution": resolution, "expansion": expansion}
        if family == "v1" and start.pop("expansion") is not None:
            checks.refuse("expansion", expansion, "None, since v1 has no expansion")
        dials = {name: Dial(KNOBS[name], value) for name, value in start.items()}
        super().__init__(choices, dials, [picture])

    @property
    def design(self):
        """The design that the knobs stand at."""
        chosen = self.chosen
        return Design(self.family, **{name: chosen[name] for name in self.dials})

    def __repr__(self):
        return f"{super().__repr__()}\n{self.pictures[0].words}"


class Drawing(OneFamily):
    """One of the six drawings of a family, for any design, with real shapes and counts.

    `picture` is one of `diagram.PICTURES[family]`; see `OneFamily` for the rest.
    """

    def __init__(self, family, picture="macro", **start):
        pictures = PICTURES[checks.one_of("family", family, list(PICTURES))]
        shown = pictures[checks.one_of("picture", picture, list(pictures))]
        choices = {"picture": choice("picture", pictures, shown)}
        super().__init__(family, choices, Diagram(), **start)

    def numbers(self):
        """The layers of the part that is drawn."""
        part, table = self.chosen["picture"], layer_table(self.design)
        inside = (table.stage == part) | (table.block == part) | (part == "network")
        return table.loc[inside, ["name", "size_out", "c_out", "macs", "params"]]

    def _move(self):
        self.pictures[0].show(self.design, self.chosen["picture"], self.pinned)


class LayerByLayer(OneFamily):
    """Where a family's MACs, parameters and memory sit: a bar for each layer of a design.

    See `OneFamily` for what it can begin with.
    """

    def __init__(self, family, **start):
        table = layer_table(Design(checks.one_of("family", family, list(FAMILY))))
        super().__init__(family, {}, LayerBars(table), **start)

    def numbers(self):
        """The layers with their MACs, parameters and the values held meanwhile."""
        table = layer_table(self.design)
        return table.loc[table.held.notna(), ["name", "macs", "params", "held"]]

    def _move(self):
        pinned = self.pinned and (self.pinned, layer_table(self.pinned))
        self.pictures[0].show(self.design, layer_table(self.design), pinned)


class ReluManifold(Explorer):
    """v2's Figure 1, live: a spiral through n dimensions and ReLU, and back (see `manifold`).

    Controls: `n`, and `seed`, which chooses the random matrix.
    """

    KNOBS = (
        Knob("n", "dimensions", (*manifold.DIMENSIONS, 1), 2, "dimensions that ReLU works in"),
        Knob(
            "T", "matrix no.", (1, 9, 1), 1, "another random matrix from the plane to n dimensions"
        ),
    )

    def __init__(self, n=None, seed=None):
        dials = {
            name: Dial(knob, value)
            for name, knob, value in zip(("n", "seed"), self.KNOBS, (n, seed), strict=True)
        }
        super().__init__({}, dials, [Manifold()])

    @property
    def trip(self):
        """The spiral's `manifold.Trip` that is shown."""
        return manifold.trip(**self.chosen)

    def numbers(self):
        """The shares and errors in % for every n, with the matrix that is set."""
        return manifold.course(self.chosen["seed"])

    def _move(self):
        self.pictures[0].show(self.trip, self.numbers())

    def _numbers_table(self):
        return table(self.numbers().round(1))

    def __repr__(self):
        return str(self.trip)


def curves(along, **fixed):
    """For each family: arrays of a knob's values, MACs and parameters, the others fixed.

    Looked up among all positions of the knobs, or priced where a fixed value is between them.
    """
    if all(value in KNOBS[name].values for name, value in fixed.items()):
        return {family: _looked_up(family, along, fixed) for family in FAMILY}
    frame = sweep(list(FAMILY), **(fixed | {along: KNOBS[along].values}))
    return {
        family: (rows[along].to_numpy(float, na_value=np.nan), *rows[list(BUDGET)].to_numpy().T)
        for family, rows in frame.groupby("family")
    }


def _looked_up(family, along, fixed):
    table = _table(family)
    at = tuple(
        slice(None) if name == along else knob.values.index(fixed[name])
        for name, knob in KNOBS.items()
    )
    if family == "v1":
        at = (*at[:2], slice(None) if along == "expansion" else 0)
    counts = [np.atleast_1d(table[name][at]) for name in BUDGET]
    return np.array(KNOBS[along].values[: len(counts[0])]), *counts


@cache
def _table(family):
    """A family's counts at every position of the knobs, each an array along the three."""
    values = {name: knob.values for name, knob in KNOBS.items()}
    if family == "v1":
        values["expansion"] = None
    shape = [1 if value is None else len(value) for value in values.values()]
    frame = sweep(family, **values)
    return {name: frame[name].to_numpy().reshape(shape) for name in BUDGET}


def _with_top1(frame):
    """A sweep's designs and counts, with their published top-1 (the checkpoint's before others)."""
    columns = ["family", "alpha", "resolution", "expansion", "macs", "params"]
    expansions = frame.expansion.astype(object).where(frame.expansion.notna(), None)
    rows = zip(frame.family, frame.alpha, frame.resolution, expansions, strict=True)
    published = [top1(Design(f, a, expansion=t, resolution=r))[0] for f, a, r, t in rows]
    return frame[columns].assign(published_top1=np.array(published, dtype=float))
