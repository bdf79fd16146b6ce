"""Shared by the views that look inside a network: a picture and weights in, one pass out.

TensorFlow runs when a list, a file or a button changes the input.
"""

from typing import Any, NamedTuple

from mobilenet_lab import checks
from mobilenet_lab.explorers import weights_list
from mobilenet_lab.explorers.controls import choice, html_table
from mobilenet_lab.explorers.designs import titles
from mobilenet_lab.explorers.layer_words import formatters
from mobilenet_lab.explorers.lists import positions
from mobilenet_lab.explorers.parts import usual
from mobilenet_lab.explorers.weights_list import Weights
from mobilenet_lab.features.images import load_image
from mobilenet_lab.features.maps import feature_maps
from mobilenet_lab.models import weights
from mobilenet_lab.networks.design import CLASSES, Design
from mobilenet_lab.networks.families import FAMILIES, knobs


class Pass(NamedTuple):
    """One forward pass of a design: its model, the image, and the map (or kernel) of each layer."""

    design: Any
    loaded: Any
    image: Any
    maps: dict


class InsideView:
    """Looks inside one or several designs of the state, with so many `classes`.

    The state has "designs" and a `Pass` for each in "passes". Subclasses provide `draw`, `text` and
    `numbers` (see `Panel`); they may override `designs` and `layers`, and `follow` to adapt their
    lists to the layers.
    """

    still = {"colors": 256, "kmeans": 2}  # photographs have more colours
    room = "6.5em"  # for words of several lines
    computing = "computing …"  # what is said meanwhile
    alphas = ("alpha",)  # the controls of width multipliers

    def __init__(self, *pictures, classes=CLASSES):
        self.pictures, self.classes = list(pictures), classes

    def designs(self, state):
        """All designs that are looked into."""
        names = ("family", "alpha", "resolution")
        return (Design(**{name: state[name] for name in names}, classes=self.classes),)

    def layers(self, design):
        """The layers whose maps are kept; None for all."""

    def uses(self, state, name):
        """Every control makes a difference."""
        return True

    def settle(self, state, before):
        """The designs and their weights.

        A change of family moves to the nearest widths with the same kind of weights.
        """
        if before and state.get("family") != before.get("family"):
            family, kind = state["family"], state["weights"]
            near = {name: weights_list.nearest(state[name], family, kind) for name in self.alphas}
            state = state | near
        designs = self.designs(state)
        if not before:
            weights_list.check_wish(state["wish"], designs)
        kind, options, own = weights_list.settled(state, designs)
        lists = {"weights": options, "picture": {name: name for name in state.get("pictures", ())}}
        file = None if kind in weights.WORDS else weights.stamp(kind)
        return state | {
            "designs": designs,
            "design": designs[0],
            "moved": bool(before) and designs != before["designs"],
            "weights": kind,
            "own": own,
            "lists": state.get("lists", {}) | lists,
            "key": (designs, kind, file, state.get("picture"), state.get("version")),
        }

    def compute(self, state):
        """Load models and images, which may fail, then run the passes."""
        kind, designs = state["weights"], state["designs"]
        try:
            loaded = [weights.load(design, kind) for design in designs]
        except ValueError as error:
            if state["moved"] and kind not in weights.WORDS:
                raise ValueError(f"{error}. Choose other weights first.") from error
            raise
        images = [self._image(state, design) for design in designs]
        return [
            Pass(design, one, image, self.maps(design, one.model, image))
            for design, one, image in zip(designs, loaded, images, strict=True)
        ]

    def _image(self, state, design):
        """The picture, ready for a design; None if there is none."""
        name = state.get("picture")
        return name and load_image(state["pictures"][name], design.resolution)

    def maps(self, design, model, image):
        """The maps of the layers that are kept."""
        return feature_maps(model, image, self.layers(design))

    def follow(self, state):
        """No list depends on the layers."""
        return state

    def words(self, state):
        """The text, and how to get better weights."""
        hint = weights.hint(state["designs"][0], state["passes"][0].loaded.weights)
        return " ".join(filter(None, [self.text(state), hint]))

    def table(self, frame):
        """Counts with commas."""
        return html_table(frame, formatters(frame))


def what_passes(state):
    """Which picture goes through which network, in words."""
    picture = f"{state['picture']} through " if "picture" in state else ""
    one = state["passes"][0]
    return f"{picture}{one.design}, {one.loaded.words}."


def inside_parts(weights_wished, source=None):
    """The parts of an explorer that looks inside, with their lists."""
    return {
        **({"source": source} if source else {}),
        "weights": Weights(weights_wished),
        **usual(),
    }


def design_lists(family, alpha, resolution):
    """The lists for family, width multiplier and resolution, with all positions of the knobs."""
    small = FAMILIES[checks.one_of("family", family, list(FAMILIES))].small
    start = small.alpha if small else knobs()["alpha"].start
    return {
        "family": choice("family", titles(), family),
        "alpha": positions("alpha", start if alpha is None else alpha),
        "resolution": positions("resolution", 224 if resolution is None else resolution),
    }
