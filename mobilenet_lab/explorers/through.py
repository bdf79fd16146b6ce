"""A picture through a network."""

import numpy as np

from mobilenet_lab.costs.cost import cost
from mobilenet_lab.explorers.inside import InsideView, design_lists, inside_parts, what_passes
from mobilenet_lab.explorers.layer_words import (
    layer_numbers,
    layer_rows,
    read_off,
    seen,
    shape,
    share_of,
)
from mobilenet_lab.explorers.lists import layer_lists, order_list, scale_list, with_layers
from mobilenet_lab.explorers.panel import Panel
from mobilenet_lab.explorers.source import Source
from mobilenet_lab.models.weights import class_names
from mobilenet_lab.networks.design import CLASSES, Design
from mobilenet_lab.networks.families import NEWEST
from mobilenet_lab.plots import mosaics


class ThroughTheNetwork(Panel):
    """A picture through a network: the strip of its stages, and the maps of one layer.

    A click on a stage of the strip selects it, as the list does.

    Starts with a `family`, such as "v2", a width multiplier `alpha` (by default that of the small
    weights) and a `resolution` in px, both at positions of their knobs, a `picture` (the name of a
    sample, or any source for `load_image`) and `weights` ("imagenet", "patches", "random" or the
    path of a file; by default the best on this computer), a `stage` or a `layer` of `layer_table`,
    channels in `order` ("index", "mean" or "variance"), `scale` ("channel" or "layer"), the range
    up to white, and the `classes` of the classifier. Raises `ValueError` for anything else.
    """

    below = ("stage", "layer", "order", "scale")

    def __init__(
        self,
        family=NEWEST,
        alpha=None,
        resolution=224,
        picture="chelsea",
        weights=None,
        stage=None,
        layer=None,
        order="variance",
        scale="channel",
        classes=CLASSES,
    ):
        source, parts = Source(picture), inside_parts(weights)
        controls = {"picture": source.list} | design_lists(family, alpha, resolution)
        rows = layer_rows(Design(family, controls["alpha"].value, resolution=resolution))
        controls |= layer_lists(rows, stage, layer)
        controls |= {"order": order_list(order), "scale": scale_list(scale)}
        controls["weights"] = parts["weights"].list
        super().__init__(_ThroughView(classes), controls, {"source": source} | parts)
        self.figures[0].on_click(self.choose_stage)

    def choose_stage(self, x, y):
        """The stage at that place of the strip, if there is one: the input comes first."""
        stages = self.view.strip.stages
        at = int(x * (len(stages) + 1)) - 1
        if 0 <= at < len(stages) and stages[at] in self.state["lists"]["stage"]:
            self.controls["stage"].value = stages[at]


class _ThroughView(InsideView):
    """The strip of stages, the channels of a layer, and the histogram of its values."""

    def __init__(self, classes):
        self.strip, self.mosaic = mosaics.Strip(), mosaics.Maps()
        self.histogram = mosaics.Histogram()
        super().__init__(self.strip, self.mosaic, self.histogram, classes=classes)
        self._on_strip = None

    def follow(self, state):
        """Stages and layers that the model has."""
        rows = layer_rows(state["design"]).loc[list(state["passes"][0].maps)]
        return with_layers(state, rows) | {"rows": rows}

    def draw(self, state):
        """The chosen layer; the strip only when it has changed."""
        one, stage, layer = state["passes"][0], state["stage"], state["layer"]
        said, values = what_passes(state), one.maps[layer]
        self.mosaic.show([mosaics.Mosaic(layer, values)], state["order"], state["scale"], said)
        self.histogram.show(f"{layer} ({said.rstrip('.')})", values)
        if self._on_strip == (state["key"], stage):
            return [self.strip]
        self._on_strip = None  # until it is drawn
        self.strip.show(one.image, one.maps, one.design, stage, said)
        self._on_strip = state["key"], stage

    def numbers(self, state):
        """The layers of the stage: shape, counts, field and jump in px, statistics of the maps."""
        rows, maps = state["rows"], state["passes"][0].maps
        rows = rows[rows.stage == state["stage"]]
        return layer_numbers(rows, {name: maps[name] for name in rows.index})

    def text(self, state):
        """The layer: its shape and counts, its part's, what its map holds, what it sees."""
        rows, layer, total = state["rows"], state["layer"], cost(state["design"])
        row = rows.loc[layer]
        part = row.block or row.stage
        inside = rows[rows[["block", "stage"]].eq(part).any(axis=1)]
        said = [
            what_passes(state),
            f"{layer}: {shape(row)};",
            f"{share_of(row.macs, total.macs, 'MACs')},",
            f"{share_of(row.params, total.params, 'parameters')};",
            f"all of {part}: {share_of(inside.macs.sum(), total.macs, 'MACs')}.",
            read_off(state["passes"][0].maps[layer], state["design"]),
            seen(row),
            _likeliest(state["passes"][0]),
        ]
        return " ".join(filter(None, said))


def _likeliest(one):
    """The five most likely classes, if there are classes with names."""
    names = class_names() if one.loaded.weights == "imagenet" else None
    if not names:
        return ""
    chances = list(one.maps.values())[-1]
    best = np.argsort(-chances, kind="stable")[:5]
    return f"Likeliest: {', '.join(names[index] for index in best)}."
