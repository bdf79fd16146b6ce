"""Explorers that look inside: a picture through a network, and what its layers make of it.

TensorFlow runs when a list, a file or a button changes what goes through; another layer, another
order of channels are shown from the maps that are there.
"""

import io
import pathlib
from functools import lru_cache

import ipywidgets as widgets
import numpy as np
import pandas as pd
from PIL import Image

from mobilenet_lab import checks, patches, weights
from mobilenet_lab.controls import FRAME, Status, choice, finish, switch, table
from mobilenet_lab.cost import cost, layer_table
from mobilenet_lab.design import Design, short
from mobilenet_lab.explorer import Display
from mobilenet_lab.features import (
    ORDERS,
    SAMPLES,
    feature_maps,
    load_image,
    receptive_fields,
    statistics,
)
from mobilenet_lab.layers import keras
from mobilenet_lab.live import LiveFigure, alone
from mobilenet_lab.model import IMAGENET
from mobilenet_lab.mosaics import Histogram, Kernels, Maps, Panel, Strip

FAMILIES = {"MobileNet v1": "v1", "MobileNet v2": "v2"}
SIZES = (96, 128, 160, 192, 224)
SCALES = {"by layer": "layer", "by channel": "channel"}  # what becomes white in a mosaic
COUNTS = ("MACs", "parameters", "weights")
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


class Source:
    """The picture that goes in: a list of samples, to which a file of the reader's is added."""

    def __init__(self, picture):
        known = isinstance(picture, str) and picture in SAMPLES
        self.pictures = {name: name for name in SAMPLES}
        self.version = 0
        if not known:
            load_image(picture, 32)  # refuses what is no picture
            name = getattr(picture, "name", picture if isinstance(picture, str) else "picture")
            self._add(pathlib.Path(name).name, picture)
        value = picture if known else list(self.pictures)[-1]
        self.list = choice("picture", {name: name for name in self.pictures}, value)
        self.upload = widgets.FileUpload(
            accept="image/*", description="upload", tooltip="a picture of your own"
        )
        self.upload.layout.width = "8em"

    @property
    def key(self):
        """Changes when another picture is chosen."""
        return self.list.value, self.version

    def image(self, resolution):
        """The chosen picture, ready for the model."""
        return load_image(self.pictures[self.list.value], resolution)

    def take(self):
        """Add the file that was uploaded and choose it, or say in one sentence why not."""
        name, content = uploaded(self.upload.value)
        try:
            load_image(content, 32)
        except ValueError as error:
            accepted = str(error).partition("accepted: ")[2]
            raise ValueError(f"the file {name} is not possible; accepted: {accepted}") from error
        self._add(name, content)
        offer(self.list, {name: name for name in self.pictures}, list(self.pictures)[-1])

    def _add(self, name, picture):
        """Keep one picture of the reader's, under a name that is not a sample's."""
        self.pictures = {name: name for name in SAMPLES} | {f"your {name}": picture}
        self.version += 1


def uploaded(value):
    """Name and bytes of the newest file in a `FileUpload`, of ipywidgets 8 or 7."""
    if isinstance(value, dict):
        value = [{"name": name} | file for name, file in value.items()]
    return value[-1]["name"], bytes(value[-1]["content"])


def offer(control, options, value):
    """Give a list other options, if they are others, and choose one."""
    options = tuple(options.items())
    if control.options != options:
        control.options = options
    control.value = value


class Inside(Display):
    """Controls, words and pictures around a model, or several, and what a picture makes in it.

    `controls` maps names to widgets with a `value`; setting one from code moves the pictures.
    Subclasses name their `designs` and the layers that they keep, and draw.
    """

    def __init__(self, controls, figures, weights, source=None, below=()):
        self.controls, self.figures, self.source = controls, figures, source
        self.loaded, self.passes = [], []
        self.status, self.message = Status(), Status(role="alert")
        self.numbers_button, self.table = switch("numbers", "show the table"), widgets.HTML()
        self.file = widgets.Text(
            description="weights file",
            placeholder="path of a .weights.h5",
            continuous_update=False,
            style={"description_width": "7em"},
            layout={"width": "20em", "max_width": "100%"},
        )
        self.controls["weights"] = choice("weights", {"random": "random"}, "random")
        self.controls["weights"].layout.width = "19em"
        self._wish, self._key, self._good, self._quiet = weights, None, None, False
        self._begin()
        self._wire()
        self.widget = widgets.VBox(self._rows(below))
        self.widget.add_class(FRAME)

    def png(self):
        """The pictures, one below the other, as PNG bytes, in the colours of photographs."""
        stills = [Image.open(io.BytesIO(figure.picture.png())) for figure in self.figures]
        sheet = np.concatenate([np.asarray(still.convert("RGB")) for still in stills])
        buffer = io.BytesIO()
        Image.fromarray(sheet).quantize(256, kmeans=2).save(buffer, "png", optimize=True)
        return buffer.getvalue()

    def _rows(self, below):
        """The choice of what goes through above the first picture, of what is shown below it."""
        wrap = {"flex_flow": "row wrap"}
        above = [control for name, control in self.controls.items() if name not in below]
        if self.source:
            above.insert(1, self.source.upload)
        lists = [self.controls[name] for name in below]
        shown = [figure.widget for figure in self.figures]
        first = shown[:1] if len(shown) > 1 else []
        return [
            widgets.HBox([*above, self.file], layout=wrap),
            self.message.widget,
            self.status.widget,
            *first,
            widgets.HBox([*lists, self.numbers_button], layout=wrap),
            *shown[len(first) :],
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
        """The first pass. Without a network it takes the weights that are there."""
        self._quiet = True
        try:
            self._follow()
        except ConnectionError as error:
            self._wish = None
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
    def _take_upload(self, change):
        if change["new"]:
            self._try(self.source.take)

    @alone
    def _name_file(self, change):
        self._try(lambda: self._wish_file(change["new"].strip()))

    def _wish_file(self, name):
        """Want the weights of that file; of none, those to start with."""
        if name and not pathlib.Path(name).is_file():
            checks.refuse("weights file", name, "the path of a .weights.h5, .h5 or .keras file")
        self._wish = name or None

    def _try(self, step):
        """One change and what follows from it. What is not possible leaves all as it was."""
        self._quiet = True
        try:
            step()
            self._follow()
            self.message.say("")
        except (ValueError, ConnectionError) as error:
            for control, options, value in self._good:
                offer(control, options, value)
            self._wish = self.controls["weights"].value
            self.message.say(sentence(error))
        finally:
            self._quiet = False
        self._show()

    def _follow(self):
        """Let the lists that depend on others follow them; a pass where something else goes in."""
        self._offer_designs()
        designs = self.designs
        kind = self._offer_weights(designs)
        key = designs, kind, self.source and self.source.key
        if key != self._key:
            self.status.say("computing …")
            loaded = [weights.load(design, kind) for design in designs]
            images = [self._image(design) for design in designs]
            self.passes = []  # so that only one set of maps is held; nothing fails from here on
            given = zip(designs, loaded, images, strict=True)
            self.passes = [self._pass(*one) for one in given]
            self.loaded, self._key = loaded, key
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
        """The width multipliers follow the family."""
        offer_alphas(self.controls["alpha"], self.controls["family"].value)

    def _offer_weights(self, designs):
        """The weights that all designs can have; the ones wanted, or the best without a network."""
        there = all(map(weights.is_cached, designs))
        names = {"ImageNet" if there else "ImageNet (download)": "imagenet"}
        names |= {"patches": "patches", "random": "random"}
        possible = set.intersection(*(set(weights.kinds(design)) for design in designs))
        options = {name: kind for name, kind in names.items() if kind in possible}
        starts = {weights.start(design) for design in designs}
        value = starts.pop() if len(starts) == 1 else "random"
        if self._wish in possible:
            value = self._wish
        elif self._wish is not None and self._wish not in weights.WORDS:
            value = str(self._wish)
            options[f"your {pathlib.Path(value).name}"] = value
        offer(self.controls["weights"], options, value)
        return value

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
        frame = self.numbers() if self.numbers_button.value else None
        self.table.value = "" if frame is None else table(frame, formatters(frame))

    @property
    def _through(self):
        """What goes through what, in words."""
        picture = f"{self.source.list.value} through " if self.source else ""
        return f"{picture}{self.designs[0]}, {self.loaded[0].words}."


class ThroughTheNetwork(Inside):
    """A picture through a network: the strip of its stages, and the maps of one layer.

    A click on a stage of the strip chooses it, as the list does.
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
        if layer is not None:
            stage = rows.stage[_one_of("layer", layer, list(rows.index))]
        stage = _one_of("stage", stage or "stem", list(rows.stage.unique()))
        layer = layer or rows.index[rows.stage == stage][-1]
        controls |= {
            "stage": names_list("stage", [stage], stage),
            "layer": names_list("layer", [layer], layer),
            "order": order_control(order),
            "scale": scale_control(scale),
        }
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
        stage, layer = self.controls["stage"], self.controls["layer"]
        follow(stage, list(self.rows.stage.unique()), -1)
        follow(layer, list(self.rows.index[self.rows.stage == stage.value]), -1)

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
    """The same layer at two widths, or, with `along="resolution"`, at two input sizes."""

    BELOW = ("layer", "order")

    def __init__(
        self,
        along="alpha",
        family="v2",
        left=None,
        right=None,
        alpha=None,
        resolution=224,
        picture="chelsea",
        weights=None,
        layer=None,
        order="index",
    ):
        self.along = checks.one_of("along", along, ("alpha", "resolution"))
        source = Source(picture)
        controls = {"picture": source.list} | design_controls(family, alpha, resolution)
        knob = controls.pop(along)
        values = dict(knob.options)
        first, last = (min(values.values()), max(values.values()))
        pair = {"left": left or (1.0 if along == "alpha" else last), "right": right or first}
        for name, value in pair.items():
            _possible(along, value, values)
            controls[name] = choice(f"{knob.description} {name}", values, value)
            controls[name].style.description_width = "9em"
            controls[name].layout.width = "14.5em"
        ends = block_ends(Design(family))
        layer = _one_of("layer", layer or ends[len(ends) // 4], ends)
        controls |= {"layer": names_list("layer", ends, layer), "order": order_control(order)}
        figures = [LiveFigure(Maps(panels=2, alike=True))]
        super().__init__(controls, figures, weights, source, self.BELOW)

    def _offer_designs(self):
        names = ("left", "right") if self.along == "alpha" else ("alpha",)
        for name in names:
            offer_alphas(self.controls[name], self.controls["family"].value)

    @property
    def designs(self):
        """The two designs."""
        values = {name: control.value for name, control in self.controls.items()}
        fixed = {name: values[name] for name in ("alpha", "resolution") if name in values}
        return tuple(
            Design(values["family"], **(fixed | {self.along: values[side]}))
            for side in ("left", "right")
        )

    def _kept(self, design):
        """The last layers of the blocks."""
        return block_ends(design)

    def _offer_layers(self):
        names = list(self.passes[0])
        follow(self.controls["layer"], names, len(names) // 4)

    @property
    def sides(self):
        """For each side its design, the layer's row of `layer_table` and its map."""
        name = self.controls["layer"].value
        return [
            (design, _table(design).loc[list(maps)].loc[name], maps[name])
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
        frames = []
        for side, design, maps in zip(("left", "right"), self.designs, self.passes, strict=True):
            rows, read = _table(design).loc[list(maps)], statistics(maps).set_index("name")
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
    """One block of v2: what it expands to, filters and projects, in a row."""

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
            "block": names_list("block", blocks, _one_of("block", block, blocks)),
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
            Panel(f"{what}, {values.shape[0]} px", values, kilobytes(values))
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
                row[f"{what} channels"], row[f"{what} kB"] = values.shape[-1], kilobytes(values, "")
            row["zeros %"] = percent(maps["expanded"] == 0)
            row["at 6 %"] = percent(maps["expanded"] == 6)
            row["negative %"] = percent(maps["projected"] < 0)
            rows.append(row)
        return pd.DataFrame(rows)

    def __repr__(self):
        maps = self.maps()
        sizes = ", ".join(
            f"{what} {side(values)} × {values.shape[2]} ({values.size:,} values, "
            f"{kilobytes(values)})"
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
    """Kernels: the first convolution's in colour, and those of a depthwise layer."""

    BELOW = ("layer",)

    def __init__(self, family="v2", alpha=None, weights=None, layer=None):
        controls = design_controls(family, alpha, 224)
        del controls["resolution"]
        names = depthwise_layers(Design(family))
        layer = _one_of("layer", layer or names[0], names)
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


# Controls


def design_controls(family, alpha, resolution):
    """The lists for family, width multiplier and resolution, for which ImageNet weights exist."""
    checks.one_of("family", family, list(IMAGENET))
    own = patches.NETWORKS[family].alpha if alpha is None else alpha
    alphas = {short(value): value for value in IMAGENET[family][1]}
    sizes = {str(size): size for size in SIZES}
    _possible("alpha", own, alphas)
    _possible("resolution", resolution, sizes)
    return {
        "family": choice("family", FAMILIES, family),
        "alpha": choice("α width", alphas, own),
        "resolution": choice("ρ input (px)", sizes, resolution),
    }


def _possible(name, value, options):
    if value not in options.values():
        checks.refuse(name, value, ", ".join(options))


def _one_of(name, value, names):
    """`value`, which is one of many names."""
    if value not in names:
        checks.refuse(name, value, f"{names[0]!r}, {names[1]!r} and so on to {names[-1]!r}")
    return value


def order_control(order):
    """The list of the orders that channels can have."""
    return _narrow("order", ORDERS, checks.one_of("order", order, ORDERS))


def scale_control(scale):
    """The list of what becomes white."""
    return _narrow("scale", SCALES, checks.one_of("scale", scale, list(SCALES.values())))


def names_list(name, names, value):
    """A list of layers, blocks or stages."""
    control = _narrow(name, names, value)
    control.layout.width = "11em" if name == "stage" else "20.5em"
    return control


def _narrow(name, options, value):
    """A list with a short name, so that several fit side by side."""
    options = options if isinstance(options, dict) else {option: option for option in options}
    control = choice(name, options, value)
    control.style.description_width, control.layout.width = "3.5em", "12em"
    return control


def follow(control, names, otherwise):
    """Give a list these names; what was chosen stays, or the one at that place is taken."""
    value = control.value if control.value in names else names[otherwise]
    offer(control, {name: name for name in names}, value)


def offer_alphas(control, family):
    """The width multipliers of a family; the nearest to the one before is chosen."""
    alphas = IMAGENET[family][1]
    nearest = min(alphas, key=lambda alpha: abs(alpha - control.value))
    offer(control, {short(alpha): alpha for alpha in alphas}, nearest)


# Layers


@lru_cache(maxsize=16)
def _table(design):
    """`layer_table` by name, with field and jump."""
    return layer_table(design).merge(receptive_fields(design), on="name").set_index("name")


def block_ends(design):
    """The last layer of the stem, of each block and of v2's last convolution."""
    rows = layer_table(design)
    rows = rows[rows.stage != "classifier"]
    part = rows.block.where(rows.block != "", rows.stage)
    return list(rows.groupby(part, sort=False).name.last())


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


def formatters(frame):
    """How the columns of a table are written: counts with a comma at the thousands."""
    return [("{:,}".format if column in COUNTS else None) for column in frame]


def sentence(error):
    """An error as a sentence beside the controls."""
    text = str(error)
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


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


def kilobytes(values, unit=" kB"):
    """The memory of a map at 16 bits a value, in units of 1000 bytes."""
    return f"{values.size * BITS / 8000:,.0f}{unit}"
