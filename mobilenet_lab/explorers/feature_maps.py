"""Explorers that look inside: a picture through a network, and what its layers make of it.

Another layer, another order of channels are shown from the maps that are there.
"""

from functools import lru_cache

import numpy as np
import pandas as pd

from mobilenet_lab import checks
from mobilenet_lab.costs.cost import cost, layer_table
from mobilenet_lab.costs.fields import receptive_fields
from mobilenet_lab.explorers.controls import FRAME
from mobilenet_lab.explorers.inside import (
    Inside,
    design_controls,
    follow,
    names_list,
    one_of_many,
    order_control,
    positions,
    scale_control,
)
from mobilenet_lab.explorers.live import LiveFigure
from mobilenet_lab.explorers.source import Source
from mobilenet_lab.features.maps import statistics
from mobilenet_lab.layers import keras
from mobilenet_lab.models import weights
from mobilenet_lab.networks.design import Design, short
from mobilenet_lab.plots.mosaics import Histogram, Kernels, Maps, Panel, Strip

BITS = 16  # of a value, where memory is counted


class Strips(LiveFigure):
    """A `Strip` on screen: a click on a stage sets the list of that name in the same frame."""

    CODE = """
        const at = Math.floor(event.offsetX / this.clientWidth * {count}) - 1;
        const lists = this.closest('.{frame}').querySelectorAll('select');
        const list = [...lists].find(one => one.labels[0]?.textContent == 'stage');
        if (list && at >= 0 && at != list.selectedIndex) {{
            list.selectedIndex = at;
            list.dispatchEvent(new Event('change', {{bubbles: true}}));
        }}"""

    def html(self):
        """The strip as an image that can be clicked."""
        count = len(self.picture.stages) + 1
        code = " ".join(self.CODE.format(count=count, frame=FRAME).split())
        return super().html().replace("<img ", f'<img onclick="{code}" ', 1)


class ThroughTheNetwork(Inside):
    """A picture through a network: the strip of its stages, and the maps of one layer.

    A click on a stage of the strip chooses it, as the list does. Begins with a `stage` or a `layer`
    of `layer_table`, channels in `order` ("index", "mean" or "variance"), and `scale` "channel" or
    "layer" for what becomes white; see `Inside` for the rest.
    """

    BELOW = ("stage", "layer", "order", "scale")

    def __init__(
        self,
        family="v2",
        alpha=None,
        resolution=224,
        picture="chelsea",
        weights=None,
        stage=None,
        layer=None,
        order="variance",
        scale="channel",
    ):
        source = Source(picture)
        controls = {"picture": source.list} | design_controls(family, alpha, resolution)
        rows = _table(Design(family, controls["alpha"].value, resolution=resolution))
        controls |= layer_controls(rows, stage, layer)
        controls |= {"order": order_control(order), "scale": scale_control(scale)}
        self._on_strip = None
        figures = [Strips(Strip()), LiveFigure(Maps()), LiveFigure(Histogram())]
        super().__init__(controls, figures, weights, source, self.BELOW)

    @property
    def maps(self):
        """The maps of the last pass: a dict by layer."""
        return self.passes[0]

    @property
    def layer(self):
        """The name of the layer that is shown."""
        return self.controls["layer"].value

    def _offer_layers(self):
        self.rows = _table(self.design).loc[list(self.maps)]
        follow_layers(self.controls, self.rows)

    def _draw(self):
        values, order = self.maps[self.layer], self.controls["order"].value
        strip, maps, histogram = self.figures
        say = self._through
        stage = self.controls["stage"].value
        if self._on_strip != (self._key, stage):
            self._on_strip = self._key, stage
            strip.show(self._image(self.design), self.maps, self.design, stage, say)
        maps.show([Panel(self.layer, values)], order, self.controls["scale"].value, say)
        histogram.show(f"{self.layer} ({say.rstrip('.')})", values)

    def numbers(self):
        """The layers of the stage: shape, counts, field and jump in px, what the maps hold."""
        rows = self.rows[self.rows.stage == self.controls["stage"].value]
        return numbers_of(rows, {name: self.maps[name] for name in rows.index})

    def __repr__(self):
        row, total = self.rows.loc[self.layer], cost(self.design)
        part = row.block or row.stage
        inside = self.rows[self.rows[["block", "stage"]].eq(part).any(axis=1)]
        parts = [
            self._through,
            f"{self.layer}: {shape(row)};",
            f"{share_of(row.macs, total.macs, 'MACs')},",
            f"{share_of(row.params, total.params, 'parameters')};",
            f"all of {part}: {share_of(inside.macs.sum(), total.macs, 'MACs')}.",
            read_off(self.maps[self.layer]),
            seen(row),
        ]
        return " ".join(filter(None, [*parts, self._likeliest()]))

    def _likeliest(self):
        """The five likeliest classes, where there are classes and their names."""
        names = weights.class_names() if self.loaded[0].weights == "imagenet" else None
        if not names:
            return ""
        chances = list(self.maps.values())[-1]
        best = np.argsort(-chances, kind="stable")[:5]
        return f"Likeliest: {', '.join(names[index] for index in best)}."


class SideBySide(Inside):
    """The same layer at two widths, or, with `along="resolution"`, at two input sizes.

    `left` and `right` are the two width multipliers or resolutions; `stage`, `layer` and `order` as
    in `ThroughTheNetwork`, among the layers that both have; see `Inside` for the rest.
    """

    BELOW = ("stage", "layer", "order")

    def __init__(
        self,
        along="alpha",
        family="v2",
        left=None,
        right=None,
        alpha=None,
        resolution=None,
        picture="chelsea",
        weights=None,
        stage=None,
        layer=None,
        order="index",
    ):
        self.along = checks.one_of("along", along, ("alpha", "resolution"))
        self.alphas = ("left", "right") if along == "alpha" else ("alpha",)
        fixed = {"alpha": alpha, "resolution": resolution}
        if fixed[along] is not None:
            checks.refuse(along, fixed[along], "None, since left and right say it")
        source = Source(picture)
        controls = {"picture": source.list} | design_controls(family, alpha, resolution)
        own = controls.pop(along).value
        starts = (1.0, own) if along == "alpha" else (own, 96)
        for side, value, start in zip(("left", "right"), (left, right), starts, strict=True):
            controls[side] = positions(along, start if value is None else value, f" {side}")
            controls[side].style.description_width = "9em"
            controls[side].layout.width = "14.5em"
        controls |= layer_controls(_table(Design(family)), stage, layer)
        controls["order"] = order_control(order)
        figures = [LiveFigure(Maps(panels=2, alike=True))]
        super().__init__(controls, figures, weights, source, self.BELOW)

    @property
    def designs(self):
        """The two designs."""
        values = {name: control.value for name, control in self.controls.items()}
        fixed = {name: values[name] for name in ("alpha", "resolution") if name in values}
        return tuple(
            Design(values["family"], **(fixed | {self.along: values[side]}))
            for side in ("left", "right")
        )

    def _offer_layers(self):
        """Those that both have: a shortcut may be there at one width only."""
        left, right = self.passes
        self.rows = _table(self.designs[0]).loc[[name for name in left if name in right]]
        follow_layers(self.controls, self.rows)

    @property
    def sides(self):
        """For each side its design, the layer's row of `layer_table` and its map."""
        name = self.controls["layer"].value
        return [
            (design, _table(design).loc[name], maps[name])
            for design, maps in zip(self.designs, self.passes, strict=True)
        ]

    def _draw(self):
        name = self.controls["layer"].value
        panels = [
            Panel(name, values, f"{row.size_out} px, {self._called(design)}")
            for design, row, values in self.sides
        ]
        self.figures[0].show(panels, self.controls["order"].value, say=self._through)

    def _called(self, design):
        return f"α {short(design.alpha)}" if self.along == "alpha" else f"ρ {design.resolution} px"

    def numbers(self):
        """The last layers of the blocks: their sizes, channels and dead channels."""
        frames, ends = [], block_ends(self.rows)
        for side, design, maps in zip(("left", "right"), self.designs, self.passes, strict=True):
            rows = _table(design).loc[ends]
            read = statistics({name: maps[name] for name in ends}).set_index("name")
            dead = (read.dead * rows.c_out).round().astype(int)
            frames.append(
                pd.DataFrame(
                    {
                        f"px {side}": rows.size_out,
                        f"channels {side}": rows.c_out,
                        f"dead {side}": dead,
                    }
                )
            )
        frame = pd.concat(frames, axis=1)
        return frame.rename_axis("layer").reset_index()

    def __repr__(self):
        layer, (left, right) = self.controls["layer"].value, self.sides
        words = [f"{self.source.list.value} in {layer}, {self.loaded[0].words}."]
        for name, (design, row, values) in zip(("Left", "Right"), (left, right), strict=True):
            words.append(f"{name}, {design}: {shape(row)}. {read_off(values)}")
        kept = {
            "channels": right[1].c_out / left[1].c_out,
            "positions": (right[1].size_out / left[1].size_out) ** 2,
            "network's MACs": cost(right[0]).macs / cost(left[0]).macs,
        }
        shares = [f"{100 * share:.0f} % of the {what}" for what, share in kept.items()]
        return f"{' '.join(words)} Right has {shares[0]}, {shares[1]} and {shares[2]} of left."


class Bottleneck(Inside):
    """One block of v2: what it expands to, filters and projects, in a row.

    `block` is one that expands, `order` and `scale` as in `ThroughTheNetwork`; see `Inside` for the
    rest.
    """

    BELOW = ("block", "order", "scale")
    PARTS = {"expanded": "expand_relu", "filtered": "depthwise_relu", "projected": "project_bn"}

    def __init__(
        self,
        alpha=None,
        resolution=224,
        picture="chelsea",
        weights=None,
        block="stage2_block1",
        order="variance",
        scale="channel",
    ):
        source = Source(picture)
        controls = {"picture": source.list} | design_controls("v2", alpha, resolution)
        del controls["family"]
        blocks = expanding_blocks(Design("v2"))
        controls |= {
            "block": names_list("block", blocks, one_of_many("block", block, blocks)),
            "order": order_control(order),
            "scale": scale_control(scale),
        }
        figures = [LiveFigure(Maps(height=330, panels=3))]
        super().__init__(controls, figures, weights, source, self.BELOW)

    @property
    def design(self):
        """The design that the controls stand at."""
        values = {name: control.value for name, control in self.controls.items()}
        return Design("v2", values["alpha"], resolution=values["resolution"])

    def _offer_designs(self):
        """v2 is the only family."""

    def _kept(self, design):
        blocks = expanding_blocks(design)
        return [f"{block}_{part}" for block in blocks for part in self.PARTS.values()]

    def maps(self, block=None):
        """The three maps of a block, by default of the one that is shown."""
        block = block or self.controls["block"].value
        return {what: self.passes[0][f"{block}_{part}"] for what, part in self.PARTS.items()}

    def _draw(self):
        panels = [
            Panel(f"{what}, {values.shape[0]} px", values, f"{kilobytes(values):,} kB")
            for what, values in self.maps().items()
        ]
        say = f"{self.controls['block'].value}, {self._through}"
        self.figures[0].show(
            panels, self.controls["order"].value, self.controls["scale"].value, say
        )

    def numbers(self):
        """Every block: the kB (16 bit) and channels of its three maps, and what is cut, in %."""
        rows = []
        for block in expanding_blocks(self.design):
            maps = self.maps(block)
            row = {"block": block}
            for what, values in maps.items():
                row[f"{what} channels"], row[f"{what} kB"] = values.shape[-1], kilobytes(values)
            row["zeros %"] = percent(maps["expanded"] == 0)
            row["at 6 %"] = percent(maps["expanded"] == 6)
            row["negative %"] = percent(maps["projected"] < 0)
            rows.append(row)
        return pd.DataFrame(rows)

    def __repr__(self):
        maps = self.maps()
        sizes = ", ".join(
            f"{what} {side(values)} × {values.shape[2]} ({values.size:,} values, "
            f"{kilobytes(values):,} kB)"
            for what, values in maps.items()
        )
        expanded, projected = maps["expanded"], maps["projected"]
        return (
            f"{self._through} {self.controls['block'].value}: {sizes}. "
            f"In the expanded space ReLU6 has set {percent(expanded == 0)} % of the values to 0 "
            f"and cut {percent(expanded == 6)} % off at 6. In the bottleneck "
            f"{percent(projected < 0)} % are negative: a ReLU there would lose them."
        )


class Filters(Inside):
    """Kernels: the first convolution's in colour, and those of a depthwise `layer`.

    See `Inside` for the rest.
    """

    BELOW = ("layer",)

    def __init__(self, family="v2", alpha=None, weights=None, layer=None):
        controls = design_controls(family, alpha, 224)
        del controls["resolution"]
        names = depthwise_layers(Design(family))
        layer = one_of_many("layer", names[0] if layer is None else layer, names)
        controls["layer"] = names_list("layer", names, layer)
        super().__init__(controls, [LiveFigure(Kernels())], weights, below=self.BELOW)

    @property
    def design(self):
        """The design that the controls stand at."""
        return Design(self.controls["family"].value, self.controls["alpha"].value)

    def _pass(self, design, loaded, image):
        """The kernels by layer; no picture is needed."""
        names = ["stem_conv", *depthwise_layers(design)]
        read = keras().ops.convert_to_numpy
        return {name: read(loaded.model.get_layer(name).kernel) for name in names}

    def _offer_layers(self):
        follow(self.controls["layer"], depthwise_layers(self.design), 0)

    def _draw(self):
        name, kernels = self.controls["layer"].value, self.passes[0]
        self.figures[0].show(kernels["stem_conv"], kernels[name], name, self._through)

    def numbers(self):
        """The layers of such kernels: how many, weights, MACs and their share."""
        rows = _table(self.design).loc[list(self.passes[0])]
        macs = 100 * rows.macs / cost(self.design).macs
        frame = rows.assign(share=macs.round(2))[["c_out", "kernels", "macs", "share"]]
        names = {"c_out": "kernels", "kernels": "weights", "macs": "MACs", "share": "MACs %"}
        return frame.rename(columns=names).rename_axis("layer").reset_index()

    def __repr__(self):
        rows, total = _table(self.design).loc[list(self.passes[0])], cost(self.design)
        words = [
            f"{name}: {rows.c_out[name]} kernels, {rows.kernels[name]:,} weights, "
            f"{share_of(rows.macs[name], total.macs, 'MACs')}."
            for name in ("stem_conv", self.controls["layer"].value)
        ]
        return " ".join([self._through, *words])


# Layers


@lru_cache(maxsize=16)
def _table(design):
    """`layer_table` by name, with field and jump."""
    return layer_table(design).merge(receptive_fields(design), on="name").set_index("name")


def layer_controls(rows, stage, layer):
    """The lists of stages and their layers, at `layer` or at the last of `stage` or of the stem."""
    if layer is not None:
        stage = rows.stage[one_of_many("layer", layer, list(rows.index))]
    stage = one_of_many("stage", stage or "stem", list(rows.stage.unique()))
    layer = layer or rows.index[rows.stage == stage][-1]
    return {
        "stage": names_list("stage", [stage], stage),
        "layer": names_list("layer", [layer], layer),
    }


def follow_layers(controls, rows):
    """Let the lists of stages and their layers follow the layers that there are."""
    follow(controls["stage"], list(rows.stage.unique()), -1)
    stage = controls["stage"].value
    follow(controls["layer"], list(rows.index[rows.stage == stage]), -1)


def block_ends(rows):
    """The last of these layers in the stem, in each block and in v2's last convolution."""
    rows = rows[rows.stage != "classifier"]
    part = rows.block.where(rows.block != "", rows.stage)
    return list(rows.index[~part.duplicated(keep="last")])


def expanding_blocks(design):
    """The blocks of v2 that expand."""
    rows = layer_table(design)
    return list(rows.block[rows.role == "expand"])


def depthwise_layers(design):
    """The depthwise layers of a design."""
    rows = layer_table(design)
    return list(rows.name[rows.kind == "DepthwiseConv2D"])


def numbers_of(rows, maps):
    """Rows of layers with what their maps hold, as a table to show."""
    read = statistics(maps).set_index("name")
    frame = pd.DataFrame(
        {
            "px": rows.size_out,
            "channels": rows.c_out,
            "MACs": rows.macs,
            "parameters": rows.params,
            "sees px": rows.field,
            "jump px": rows.jump,
            "dead": (read.dead * rows.c_out).round().astype(int),
            "zeros %": (100 * read.sparsity).round().astype(int),
            "at 6 %": (100 * read.clipped).round().astype(int),
        }
    )
    return frame.rename_axis("layer").reset_index()


# Words


def shape(row):
    """A layer's output: "56 px × 24 channels"."""
    return f"{row.size_out} px × {row.c_out} channels"


def share_of(part, whole, what):
    """A count and its share: "1,806,336 MACs (3.0 %)"."""
    return f"{part:,} {what} ({100 * part / whole:.1f} %)" if part else f"no {what}"


def read_off(values):
    """What a map holds: dead channels, zeros, values cut off at 6."""
    zero = np.asarray(values) == 0
    dead = int(zero.reshape(-1, zero.shape[-1]).all(axis=0).sum())
    ceiling = percent(np.asarray(values) == 6)
    return (
        f"{dead} of {zero.shape[-1]} channels are dead, {percent(zero)} % of the values are 0, "
        f"{ceiling} % are cut off at 6."
    )


def seen(row):
    """What a position of a layer sees of the picture."""
    if pd.isna(row.jump):
        return "It sees the whole picture."
    return f"A position sees {row.field} × {row.field} px; neighbours lie {row.jump} px apart."


def side(values):
    """The positions of a map: "56 × 56"."""
    return f"{values.shape[0]} × {values.shape[1]}"


def percent(which):
    """The share of what is true, in whole percent."""
    return round(100 * float(np.mean(which)))


def kilobytes(values):
    """The memory of a map at 16 bits a value, in units of 1000 bytes."""
    return round(values.size * BITS / 8000)
