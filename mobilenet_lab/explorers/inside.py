"""What the explorers that look inside share: a picture and weights go in, one pass comes out.

TensorFlow runs when a list, a file or a button changes what goes through.
"""

import pathlib

import ipywidgets as widgets

from mobilenet_lab import checks
from mobilenet_lab.explorers.controls import FRAME, choice, finish, table
from mobilenet_lab.explorers.live import alone
from mobilenet_lab.explorers.panel import WRAP, Display
from mobilenet_lab.explorers.source import offer
from mobilenet_lab.features.maps import ORDERS, feature_maps
from mobilenet_lab.models import patches, weights
from mobilenet_lab.networks.design import Design
from mobilenet_lab.networks.families import knobs

FAMILIES = {"MobileNet v1": "v1", "MobileNet v2": "v2"}
SCALES = {"by layer": "layer", "by channel": "channel"}  # what becomes white in a mosaic
COUNTS = ("MACs", "parameters", "weights")


class Inside(Display):
    """Controls, words and pictures around a model, or several, and what a picture makes in it.

    Begins with a `family` ("v1" or "v2"), a width multiplier `alpha` (by default that of the small
    weights) and a `resolution` in px, both at positions of their knobs, a `picture` (the
    name of a sample, or what `load_image` reads) and `weights` ("imagenet", "patches", "random" or
    a file's path; by default the best that are on this computer). Raises `ValueError` for anything
    else. `controls` maps names to widgets with a `value`; setting one from code moves the pictures.
    Subclasses name their `designs` and the layers that they keep, and draw.
    """

    STILL = {"colors": 256, "kmeans": 2}  # photographs have more colours
    alphas = ("alpha",)  # the controls of width multipliers

    def __init__(self, controls, figures, weights, source=None, below=()):
        super().__init__(figures)
        self.controls, self.source = controls, source
        self.loaded, self.passes = [], []
        self.status.widget.layout.min_height = "6.5em"  # so that pictures stay where they are
        self.file = widgets.Text(
            description="weights file",
            placeholder="path of a .weights.h5",
            continuous_update=False,
            style={"description_width": "7em"},
            layout={"width": "20em", "max_width": "100%"},
        )
        self.controls["weights"] = choice("weights", {"random": "random"}, "random")
        self.controls["weights"].layout.width = "19em"
        self._wish, self._own, self._key = weights, None, None
        self._good, self._quiet, self._imagenet = None, False, True
        self._begin()
        self._start = self._good, self._wish
        self._wire()
        self.widget = widgets.VBox(self._rows(below))
        self.widget.add_class(FRAME)

    def _rows(self, below):
        """The choice of what goes through above the first picture, of what is shown below it."""
        above = [control for name, control in self.controls.items() if name not in below]
        if self.source:
            above.insert(1, self.source.upload)
        lists = [self.controls[name] for name in below]
        shown = [figure.widget for figure in self.figures]
        first = shown[:1] if len(shown) > 1 else []
        return [
            widgets.HBox([*above, self.file], layout=WRAP),
            self.message.widget,
            self.status.widget,
            *first,
            widgets.HBox(lists, layout=WRAP),
            *shown[len(first) :],
            widgets.HBox(self._actions(), layout=WRAP),
            self.files,
            self.table,
            finish(),
        ]

    def _wire(self):
        for control in (*self.controls.values(), self.numbers_button):
            control.observe(self._changed, "value")
        self.file.observe(self._name_file, "value")
        if self.source:
            self.source.upload.observe(self._take_upload, "value")

    def _begin(self):
        """The first pass. Where ImageNet's weights cannot be had it takes others."""
        possible = self._possible(self.designs)
        if self._wish in weights.WORDS and self._wish not in possible:
            accepted = ", ".join(map(repr, sorted(possible)))
            checks.refuse("weights", self._wish, f"{accepted} or a weights file")
        self._quiet = True
        try:
            self._follow()
        except ConnectionError as error:
            self._wish, self._imagenet = None, False
            self._follow()
            self.message.say(sentence(error))
        finally:
            self._quiet = False
        self._show()

    @alone
    def _changed(self, change=None):
        if self._quiet:
            return
        if change and change["owner"] is self.controls["weights"]:
            self._wish = change["new"]
        self._try(lambda: None)

    @alone
    def reset(self):
        """Everything as it was at the beginning."""
        self._try(self._back_to_start)

    def _back_to_start(self):
        self.numbers_button.value, self.file.value = False, ""
        if self.source:
            self.source.reset()
        controls, self._wish = self._start
        for control, options, value in controls:
            offer(control, options, value)

    @alone
    def _take_upload(self, change):
        if change["new"]:
            self._try(self.source.take)

    @alone
    def _name_file(self, change):
        """Take the weights of that file. What is not possible stays in the box, to be mended."""
        name = change["new"].strip()
        if name and not self._quiet:
            self._try(lambda: self._wish_file(name))
            if not self.message.text:
                self.file.value = ""

    def _wish_file(self, name):
        path = pathlib.Path(name).expanduser()
        if not path.is_file():
            checks.refuse("weights file", name, "an existing .weights.h5, .h5 or .keras file")
        self._wish = str(path)

    def _try(self, step):
        """One change and what follows from it. What is not possible leaves all as it was."""
        self._quiet = True
        try:
            step()
            self._follow()
            self.message.say("")
        except (ValueError, ConnectionError) as error:
            moved = self.designs != self._key[0]
            for control, options, value in self._good:
                offer(control, options, value)
            self._wish = self.controls["weights"].value
            unfit = moved and self._wish not in weights.WORDS
            self.message.say(sentence(error) + " Choose other weights first." * unfit)
        finally:
            self._quiet = False
        self._show()

    def _follow(self):
        """Let the lists that depend on others follow them; a pass where something else goes in."""
        self._offer_designs()
        designs = self.designs
        kind = self._offer_weights(designs)
        own = None if kind in weights.WORDS else kind
        key = designs, kind, own and weights.stamp(own), self.source and self.source.key
        if key != self._key:
            self.status.say("computing …")
            loaded = [weights.load(design, kind) for design in designs]
            images = [self._image(design) for design in designs]
            self.passes = []  # so that only one set of maps is held; nothing fails from here on
            given = zip(designs, loaded, images, strict=True)
            self.passes = [self._pass(*one) for one in given]
            self.loaded, self._key, self._own = loaded, key, own or self._own
        self._offer_layers()
        self._good = [
            (control, dict(control.options), control.value) for control in self.controls.values()
        ]

    def _image(self, design):
        """The picture, ready for a design."""
        return self.source and self.source.image(design.resolution)

    def _pass(self, design, loaded, image):
        """What the layers that are kept write for the picture."""
        return feature_maps(loaded.model, image, self._kept(design))

    def _kept(self, design):
        """The layers whose maps are kept; None for all."""

    def _offer_designs(self):
        """With another family, the nearest width multipliers for which it has such weights."""
        family, kind = self.controls["family"].value, self.controls["weights"].value
        if self._key and family != self._key[0][0].family:
            for name in self.alphas:
                self.controls[name].value = nearest(self.controls[name].value, family, kind)

    def _offer_weights(self, designs):
        """The weights that all designs can have; the ones wanted, or the best without a network."""
        there = all(map(weights.is_cached, designs))
        names = {"ImageNet" if there else "ImageNet (download)": "imagenet"}
        names |= {"patches": "patches", "random": "random"}
        possible = self._possible(designs)
        options = {name: kind for name, kind in names.items() if kind in possible}
        starts = {weights.start(design, self._imagenet) for design in designs}
        value = starts.pop() if len(starts) == 1 else "random"
        own = self._own
        if self._wish in possible:
            value = self._wish
        elif self._wish is not None and self._wish not in weights.WORDS:
            value = own = str(self._wish)
        if own:
            options[f"your {pathlib.Path(own).name}"] = own
        offer(self.controls["weights"], options, value)
        return value

    def _possible(self, designs):
        """The kinds of weights that all designs can have."""
        return set.intersection(*(set(weights.kinds(design)) for design in designs))

    def _offer_layers(self):
        """For subclasses whose lists follow the layers."""

    @property
    def design(self):
        """The design that the controls stand at."""
        values = {name: control.value for name, control in self.controls.items()}
        return Design(values["family"], values["alpha"], resolution=values["resolution"])

    @property
    def designs(self):
        """All designs that are looked into."""
        return (self.design,)

    def _show(self):
        self._draw()
        hint = weights.hint(self.designs[0], self.loaded[0].weights)
        self.status.say(" ".join(filter(None, [repr(self), hint])))
        self.files.value = ""
        frame = self.numbers() if self.numbers_button.value else None
        self.table.value = "" if frame is None else table(frame, formatters(frame))

    @property
    def _through(self):
        """What goes through what, in words."""
        picture = f"{self.source.list.value} through " if self.source else ""
        return f"{picture}{self.designs[0]}, {self.loaded[0].words}."


# Controls


def design_controls(family, alpha, resolution):
    """The lists for family, width multiplier and resolution, with all positions of the knobs."""
    checks.one_of("family", family, list(FAMILIES.values()))
    own = patches.NETWORKS[family].alpha if alpha is None else alpha
    return {
        "family": choice("family", FAMILIES, family),
        "alpha": positions("alpha", own),
        "resolution": positions("resolution", 224 if resolution is None else resolution),
    }


def positions(name, value, label=""):
    """The list of a knob's positions; "α width left" where the label is " left"."""
    knob = knobs()[name]
    return choice(knob.name + label, {f"{one:g}": one for one in knob.values}, value)


def one_of_many(name, value, names):
    """`value`, which is one of many names."""
    if value not in names:
        checks.refuse(name, value, f"{names[0]!r}, {names[1]!r} and so on to {names[-1]!r}")
    return value


def order_control(order):
    """The list of the orders that channels can have."""
    return narrow("order", ORDERS, order)


def scale_control(scale):
    """The list of what becomes white."""
    return narrow("scale", SCALES, scale)


def names_list(name, names, value):
    """A list of layers, blocks or stages."""
    control = narrow(name, names, value)
    control.layout.width = "11em" if name == "stage" else "23em"
    return control


def narrow(name, options, value):
    """A list with a short name, so that several fit side by side."""
    options = options if isinstance(options, dict) else {option: option for option in options}
    control = choice(name, options, value)
    control.style.description_width, control.layout.width = "3.5em", "12em"
    return control


def follow(control, names, otherwise):
    """Give a list these names; what was chosen stays, or the one at that place is taken."""
    value = control.value if control.value in names else names[otherwise]
    offer(control, {name: name for name in names}, value)


def nearest(alpha, family, kind):
    """The nearest width multiplier for which a family can have weights of that kind."""
    alphas = [one for one in knobs()["alpha"].values if kind in weights.kinds(Design(family, one))]
    return min(alphas, key=lambda one: abs(one - alpha), default=alpha)


# Words


def formatters(frame):
    """How the columns of a table are written: counts with a comma at the thousands."""
    counts = [column in COUNTS or column.endswith(" kB") for column in frame]
    return ["{:,}".format if count else None for count in counts]


def sentence(error):
    """An error as a sentence beside the controls."""
    text = str(error).partition(", or use weights=")[0]
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")
