"""The inside of one block of v2."""

import pandas as pd

from mobilenet_lab.costs.cost import layer_table
from mobilenet_lab.explorers.inside import InsideView, design_lists, inside_parts, what_passes
from mobilenet_lab.explorers.layer_words import kilobytes, percent
from mobilenet_lab.explorers.lists import names_list, one_of_many, order_list, scale_list
from mobilenet_lab.explorers.panel import Panel
from mobilenet_lab.explorers.source import Source
from mobilenet_lab.networks.design import CLASSES, Design
from mobilenet_lab.plots import mosaics

_PAPER = "v2"  # whose block it is
_MAPS = {"expanded": "expand_relu", "filtered": "depthwise_relu", "projected": "project_bn"}


class Bottleneck(Panel):
    """One block of v2: its expanded, filtered and projected maps side by side.

    `block` is one that expands; see `ThroughTheNetwork` for the rest.
    """

    below = ("block", "order", "scale")

    def __init__(
        self,
        alpha=None,
        resolution=224,
        picture="chelsea",
        weights=None,
        block="stage2_block1",
        order="variance",
        scale="channel",
        classes=CLASSES,
    ):
        source, parts = Source(picture), inside_parts(weights)
        controls = {"picture": source.list} | design_lists(_PAPER, alpha, resolution)
        del controls["family"]
        blocks = _expanding_blocks(Design(_PAPER))
        controls |= {
            "block": names_list("block", blocks, one_of_many("block", block, blocks)),
            "order": order_list(order),
            "scale": scale_list(scale),
            "weights": parts["weights"].list,
        }
        super().__init__(_BlockView(classes), controls, {"source": source} | parts)


class _BlockView(InsideView):
    """The three maps of a block."""

    def __init__(self, classes):
        super().__init__(mosaics.Maps(height=330, panels=3), classes=classes)

    def designs(self, state):
        """The design of v2."""
        return super().designs(state | {"family": _PAPER})

    def layers(self, design):
        """The layers of the three maps of every block."""
        return [f"{block}_{part}" for block in _expanding_blocks(design) for part in _MAPS.values()]

    def draw(self, state):
        """The three maps, each with its memory."""
        panels = [
            mosaics.Mosaic(f"{what}, {values.shape[0]} px", values, f"{kilobytes(values):,} kB")
            for what, values in _block_maps(state, state["block"]).items()
        ]
        said = f"{state['block']}, {what_passes(state)}"
        self.pictures[0].show(panels, state["order"], state["scale"], said)

    def numbers(self, state):
        """Every block: the kB (16 bit) and channels of its three maps, and shares cut off in %."""
        rows = []
        for block in _expanding_blocks(state["design"]):
            maps, row = _block_maps(state, block), {"block": block}
            for what, values in maps.items():
                row[f"{what} channels"], row[f"{what} kB"] = values.shape[-1], kilobytes(values)
            row["zeros %"] = percent(maps["expanded"] == 0)
            row["at 6 %"] = percent(maps["expanded"] == 6)
            row["negative %"] = percent(maps["projected"] < 0)
            rows.append(row)
        return pd.DataFrame(rows)

    def text(self, state):
        """The sizes of the three maps, and the effect of ReLU6."""
        maps = _block_maps(state, state["block"])
        sizes = ", ".join(
            f"{what} {values.shape[0]} × {values.shape[1]} × {values.shape[2]} "
            f"({values.size:,} values, {kilobytes(values):,} kB)"
            for what, values in maps.items()
        )
        expanded, projected = maps["expanded"], maps["projected"]
        return (
            f"{what_passes(state)} {state['block']}: {sizes}. "
            f"In the expanded space ReLU6 has set {percent(expanded == 0)} % of the values to 0 "
            f"and cut {percent(expanded == 6)} % off at 6. In the bottleneck "
            f"{percent(projected < 0)} % are negative: a ReLU there would lose them."
        )


def _block_maps(state, block):
    """The three maps of a block."""
    maps = state["passes"][0].maps
    return {what: maps[f"{block}_{part}"] for what, part in _MAPS.items()}


def _expanding_blocks(design):
    """The blocks that expand."""
    rows = layer_table(design)
    return list(rows.block[rows.role == "expand"])
