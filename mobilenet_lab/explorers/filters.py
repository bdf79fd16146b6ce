"""The kernels of a network."""

from mobilenet_lab.costs.cost import cost
from mobilenet_lab.explorers.inside import InsideView, design_lists, inside_parts, what_passes
from mobilenet_lab.explorers.layer_words import layer_rows, share_of
from mobilenet_lab.explorers.lists import names_list, one_of_many, with_names
from mobilenet_lab.explorers.panel import Panel
from mobilenet_lab.layers import keras
from mobilenet_lab.networks.design import CLASSES, Design, trace
from mobilenet_lab.networks.families import NEWEST
from mobilenet_lab.plots.mosaics import Kernels


class Filters(Panel):
    """Kernels: the first convolution's in colour, and those of a depthwise `layer`.

    See `ThroughTheNetwork` for the rest.
    """

    below = ("layer",)

    def __init__(self, family=NEWEST, alpha=None, weights=None, layer=None, classes=CLASSES):
        parts, controls = inside_parts(weights), design_lists(family, alpha, None)
        del controls["resolution"]
        names = _depthwise_layers(Design(family))
        layer = one_of_many("layer", names[0] if layer is None else layer, names)
        controls["layer"] = names_list("layer", names, layer)
        controls["weights"] = parts["weights"].list
        super().__init__(_KernelsView(classes), controls, parts)


class _KernelsView(InsideView):
    """The kernels of the first convolution, and of a depthwise layer."""

    def __init__(self, classes):
        super().__init__(Kernels(), classes=classes)

    def designs(self, state):
        """The design, whose resolution does not matter."""
        return (Design(state["family"], state["alpha"], classes=self.classes),)

    def maps(self, design, model, image):
        """The kernels by layer; no picture is needed."""
        read = keras().ops.convert_to_numpy
        names = [_first_convolution(design), *_depthwise_layers(design)]
        return {name: read(model.get_layer(name).kernel) for name in names}

    def follow(self, state):
        """The depthwise layers of the design."""
        return with_names(state, "layer", _depthwise_layers(state["design"]), 0)

    def draw(self, state):
        """Both kinds of kernels."""
        kernels = state["passes"][0].maps
        names = _first_convolution(state["design"]), state["layer"]
        self.pictures[0].show(names, *(kernels[name] for name in names), what_passes(state))

    def numbers(self, state):
        """The layers of such kernels: how many, weights, MACs and their share."""
        rows = layer_rows(state["design"]).loc[list(state["passes"][0].maps)]
        macs = 100 * rows.macs / cost(state["design"]).macs
        frame = rows.assign(share=macs.round(2))[["c_out", "kernels", "macs", "share"]]
        names = {"c_out": "kernels", "kernels": "weights", "macs": "MACs", "share": "MACs %"}
        return frame.rename(columns=names).rename_axis("layer").reset_index()

    def text(self, state):
        """How many kernels both layers have, and what they cost."""
        design = state["design"]
        rows, total = layer_rows(design), cost(design)
        words = [
            f"{name}: {rows.c_out[name]} kernels, {rows.kernels[name]:,} weights, "
            f"{share_of(rows.macs[name], total.macs, 'MACs')}."
            for name in (_first_convolution(design), state["layer"])
        ]
        return " ".join([what_passes(state), *words])


def _first_convolution(design):
    """The name of the first convolution of a design."""
    return next(layer.name for layer in trace(design) if layer.op == "convolution")


def _depthwise_layers(design):
    """The names of the depthwise layers of a design."""
    return [layer.name for layer in trace(design) if layer.op == "depthwise"]
