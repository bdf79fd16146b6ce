"""The same layer of two networks."""

import pandas as pd

from mobilenet_lab import checks
from mobilenet_lab.costs.cost import cost
from mobilenet_lab.explorers.inside import InsideView, design_lists, inside_parts, what_passes
from mobilenet_lab.explorers.layer_words import block_ends, layer_rows, read_off, shape
from mobilenet_lab.explorers.lists import layer_lists, order_list, positions, with_layers
from mobilenet_lab.explorers.panel import Panel
from mobilenet_lab.explorers.source import Source
from mobilenet_lab.features.maps import statistics
from mobilenet_lab.networks.design import CLASSES, Design, short
from mobilenet_lab.networks.families import NEWEST
from mobilenet_lab.plots import mosaics

_SIDES = ("left", "right")


class SideBySide(Panel):
    """The same layer at two widths, or, with `along="resolution"`, at two input sizes.

    `left` and `right` are the two width multipliers or resolutions; `stage`, `layer` and `order`
    are among the layers that both have; see `ThroughTheNetwork` for the rest.
    """

    below = ("stage", "layer", "order")

    def __init__(
        self,
        along="alpha",
        family=NEWEST,
        left=None,
        right=None,
        alpha=None,
        resolution=None,
        picture="chelsea",
        weights=None,
        stage=None,
        layer=None,
        order="index",
        classes=CLASSES,
    ):
        fixed = {"alpha": alpha, "resolution": resolution}
        along = checks.one_of("along", along, tuple(fixed))
        if fixed[along] is not None:
            checks.refuse(along, fixed[along], "None, since left and right say it")
        source, parts = Source(picture), inside_parts(weights)
        controls = {"picture": source.list} | design_lists(family, alpha, resolution)
        own = controls.pop(along).value
        starts = (1.0, own) if along == "alpha" else (own, 96)
        for side, value, start in zip(_SIDES, (left, right), starts, strict=True):
            controls[side] = positions(along, start if value is None else value, f" {side}")
            controls[side].style.description_width = "10em"
            controls[side].layout.width = "15.5em"
        controls |= layer_lists(layer_rows(Design(family)), stage, layer)
        controls |= {"order": order_list(order), "weights": parts["weights"].list}
        super().__init__(_SidesView(along, classes), controls, {"source": source} | parts)


class _SidesView(InsideView):
    """The same layer of two designs, to one scale."""

    def __init__(self, along, classes):
        super().__init__(mosaics.Maps(panels=2, alike=True), classes=classes)
        self.along, self.alphas = along, _SIDES if along == "alpha" else ("alpha",)

    def designs(self, state):
        """The two designs."""
        fixed = {name: state[name] for name in ("alpha", "resolution") if name in state}
        fixed["classes"] = self.classes
        return tuple(
            Design(state["family"], **fixed | {self.along: state[side]}) for side in _SIDES
        )

    def follow(self, state):
        """The layers that both have: a shortcut may exist at one width only."""
        left, right = (one.maps for one in state["passes"])
        rows = layer_rows(state["design"]).loc[[name for name in left if name in right]]
        return with_layers(state, rows) | {"rows": rows}

    def draw(self, state):
        """The layer's channels on both sides."""
        panels = [
            mosaics.Mosaic(state["layer"], values, f"{row.size_out} px, {self._called(design)}")
            for design, row, values in _sides(state)
        ]
        self.pictures[0].show(panels, state["order"], say=what_passes(state))

    def _called(self, design):
        return (
            f"α {short(design.alpha)}" if self.along == "alpha" else f"input {design.resolution} px"
        )

    def numbers(self, state):
        """The last layers of the blocks: their sizes, channels and dead channels."""
        columns, ends = {}, block_ends(state["rows"])
        for side, (design, _, _, maps) in zip(_SIDES, state["passes"], strict=True):
            rows = layer_rows(design).loc[ends]
            read = statistics({name: maps[name] for name in ends}).set_index("name")
            columns[f"px {side}"], columns[f"channels {side}"] = rows.size_out, rows.c_out
            columns[f"dead {side}"] = (read.dead * rows.c_out).round().astype(int)
        return pd.DataFrame(columns).rename_axis("layer").reset_index()

    def text(self, state):
        """Both sides, and the right one relative to the left."""
        left, right = sides = _sides(state)
        loaded = state["passes"][0].loaded
        words = [f"{state['picture']} in {state['layer']}, {loaded.words}."]
        for side, (design, row, values) in zip(_SIDES, sides, strict=True):
            words.append(f"{side.title()}, {design}: {shape(row)}. {read_off(values, design)}")
        kept = {
            "channels": right[1].c_out / left[1].c_out,
            "positions": (right[1].size_out / left[1].size_out) ** 2,
            "network's MACs": cost(right[0]).macs / cost(left[0]).macs,
        }
        shares = [f"{100 * share:.0f} % of the {what}" for what, share in kept.items()]
        return f"{' '.join(words)} Right has {shares[0]}, {shares[1]} and {shares[2]} of left."


def _sides(state):
    """For each side its design, the layer's row of `layer_table` and its map."""
    name = state["layer"]
    return [
        (one.design, layer_rows(one.design).loc[name], one.maps[name]) for one in state["passes"]
    ]
