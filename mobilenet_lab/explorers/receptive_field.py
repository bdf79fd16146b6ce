"""What one position sees: its receptive field, drawn on the picture."""

from functools import lru_cache

import pandas as pd

from mobilenet_lab import checks
from mobilenet_lab.costs.fields import seen_pixels
from mobilenet_lab.explorers.controls import Dial, choice, html_table
from mobilenet_lab.explorers.designs import titles
from mobilenet_lab.explorers.layer_words import block_ends, layer_rows
from mobilenet_lab.explorers.lists import names_list, one_of_many, positions, with_names
from mobilenet_lab.explorers.panel import Panel
from mobilenet_lab.explorers.parts import usual
from mobilenet_lab.explorers.source import Source
from mobilenet_lab.explorers.view import PictureView
from mobilenet_lab.features.images import load_image
from mobilenet_lab.networks.design import Design
from mobilenet_lab.networks.families import FAMILIES, NEWEST
from mobilenet_lab.networks.knobs import Knob
from mobilenet_lab.plots.seen import Seen, pixels

_PLACE = "row", "column"
_NAMES = "rows", "columns"


class ReceptiveField(Panel):
    """What one position of a map sees of the picture. α and weights make no difference.

    A click on the map chooses a position, as the sliders do.

    Begins with a `family`, such as "v2", a `resolution` in px, a `picture` (the name of a sample,
    or what `load_image` reads), and the position at `row` and `column`, counted from 0, of the map
    that a `layer` writes: the last of the stem, of a block, or of v2's last convolution. By default
    it is in the middle. Where another layer is chosen, the position stays at its place in the
    picture. Raises `ValueError` for anything else.
    """

    def __init__(
        self,
        family=NEWEST,
        resolution=224,
        picture="chelsea",
        layer=None,
        row=None,
        column=None,
    ):
        source = Source(picture)
        controls = {
            "picture": source.list,
            "family": choice("family", titles(), family),
            "resolution": positions("resolution", resolution),
        }
        rows = _rows(family, resolution)
        layer = one_of_many("layer", layer or rows.index[len(rows) // 2], list(rows.index))
        controls["layer"] = names_list("layer", list(rows.index), layer)
        size = rows.size_out[layer]
        for name, at in zip(_PLACE, (row, column), strict=True):
            at = size // 2 if at is None else checks.integer(name, at, 0, most=size - 1)
            meaning = f"{name} of the map, counted from 0"
            controls[name] = Dial(Knob("", name, (0, int(size) - 1, 1), at, meaning))
        super().__init__(_FieldView(Seen()), controls, {"source": source} | usual())
        self.figures[0].on_click(self.choose_place)

    def choose_place(self, x, y):
        """The position of the map at that place of the figure."""
        place = self.view.picture.place_at(x, y, _size(self.state))
        if place:
            self.set(**dict(zip(_PLACE, place, strict=True)))

    def fit(self, change):
        """The layers are the family's, and the sliders end where the map ends."""
        chosen = {name: control.value for name, control in self.controls.items()}
        rows = _rows(chosen["family"], chosen["resolution"])
        size = int(rows.size_out.get(chosen["layer"], rows.size_out.iloc[-1]))
        for name in _PLACE:
            dial = self.dials[name]
            if change and not dial.problem:  # none that was set beside the layer, as `set` does
                dial.box.value = _same_place(dial.value, dial.knob.high + 1, size)
            dial.end_at(size - 1)


class _FieldView(PictureView):
    """A position of a map, and the part of the picture that it sees."""

    still = {"colors": 256, "kmeans": 2}  # photographs have more colours
    room = "3em"  # for words of two lines

    def settle(self, state, before):
        """The design, its layers and the pictures; the "ends" of what the position sees."""
        design = Design(state["family"], resolution=state["resolution"])
        lists = {"picture": {name: name for name in state["pictures"]}}
        key = design.resolution, state["picture"], state["version"]
        state = state | {"design": design, "lists": lists, "key": key}
        state = with_names(state, "layer", list(_rows(design.family, design.resolution).index), -1)
        return state | {"ends": _seen(design, state["layer"], [state[name] for name in _PLACE])}

    def compute(self, state):
        """The picture, as large as the network reads it."""
        return load_image(state["pictures"][state["picture"]], state["resolution"])

    def follow(self, state):
        """No list depends on the picture."""
        return state

    def draw(self, state):
        """The position and what it sees."""
        size, place = _size(state), [state[name] for name in _PLACE]
        named = f"{state['picture']}, {state['resolution']} px", state["layer"]
        said = self.text(state)
        self.picture.show(state["passes"], size, place, *state["ends"], named, said)

    def numbers(self, state):
        """What the position at this place of the picture sees, layer by layer."""
        size, found = _size(state), []
        for layer, row in _rows(state["family"], state["resolution"]).iterrows():
            place = [_same_place(state[name], size, row.size_out) for name in _PLACE]
            ends = _seen(state["design"], layer, place)
            found.append(
                {"layer": layer, "px": row.size_out}
                | dict(zip(_PLACE, place, strict=True))
                | {"field px": row.field, "sees": ", ".join(map(pixels, _NAMES, ends))}
                | {"of the picture %": round(100 * _share(ends, state["resolution"]), 1)}
            )
        return pd.DataFrame(found)

    def table(self, frame):
        """As it is."""
        return html_table(frame)

    def text(self, state):
        """The position, what it sees, and how much of the picture that is."""
        row = _rows(state["family"], state["resolution"]).loc[state["layer"]]
        ends = state["ends"]
        whole = all(after - first == row.field for first, after in ends)
        cut = "" if whole else ", cut at the edge"
        share, seen = _share(ends, state["resolution"]), " and ".join(map(pixels, _NAMES, ends))
        return (
            f"{state['picture']} through {FAMILIES[state['family']].title}, {state['layer']}, "
            f"{row.size_out} px: row {state['row']}, column {state['column']} sees {seen} of "
            f"{state['resolution']} px, {share:.1%} of the picture: a field of {row.field} × "
            f"{row.field} px{cut}. Neighbours lie {row.jump} px apart."
        )


@lru_cache(maxsize=16)
def _rows(family, resolution):
    """The layers to choose from, by name."""
    rows = layer_rows(Design(family, resolution=resolution))
    return rows.loc[block_ends(rows)]


def _size(state):
    """The rows of the map that is chosen."""
    return int(_rows(state["family"], state["resolution"]).size_out[state["layer"]])


def _seen(design, layer, place):
    """The rows and the columns of the picture that a position sees."""
    return [seen_pixels(design, layer, at) for at in place]


def _same_place(at, size, other):
    """The position of another map that lies where this one lies in the picture."""
    return (2 * at + 1) * other // (2 * size)


def _share(ends, size):
    """How much of a picture is seen."""
    (top, bottom), (left, right) = ends
    return (bottom - top) * (right - left) / size**2
