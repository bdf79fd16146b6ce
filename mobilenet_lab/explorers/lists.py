"""The lists of the explorers that look inside: widths and sizes, layers, order and scale."""

from mobilenet_lab import checks
from mobilenet_lab.explorers.controls import choice
from mobilenet_lab.features.maps import ORDERS
from mobilenet_lab.networks.families import knobs

_SCALES = {"by layer": "layer", "by channel": "channel"}  # what becomes white in a mosaic


def positions(name, value, label=""):
    """The list of a knob's positions; "α width left" where the label is " left"."""
    knob = knobs()[name]
    return choice(knob.name + label, {f"{one:g}": one for one in knob.values}, value)


def order_list(order):
    """The list of the orders that channels can have."""
    return _narrow("order", ORDERS, order)


def scale_list(scale):
    """The list of what becomes white."""
    return _narrow("scale", _SCALES, scale)


def names_list(name, names, value):
    """A list of layers, blocks or stages."""
    control = _narrow(name, names, value)
    control.layout.width = "11em" if name == "stage" else "23em"
    return control


def _narrow(name, options, value):
    """A list with a short name, so that several fit side by side."""
    options = options if isinstance(options, dict) else {option: option for option in options}
    control = choice(name, options, value)
    control.style.description_width, control.layout.width = "3.5em", "12em"
    return control


def one_of_many(name, value, names):
    """Return `value` if it is one of many names."""
    if value not in names:
        checks.refuse(name, value, f"{names[0]!r}, {names[1]!r} and so on to {names[-1]!r}")
    return value


def layer_lists(rows, stage, layer):
    """The lists of stages and their layers, at `layer` or at the last of `stage` or of the stem."""
    if layer is not None:
        stage = rows.stage[one_of_many("layer", layer, list(rows.index))]
    stage = one_of_many("stage", stage or "stem", list(rows.stage.unique()))
    layer = layer or rows.index[rows.stage == stage][-1]
    return {
        "stage": names_list("stage", [stage], stage),
        "layer": names_list("layer", [layer], layer),
    }


def with_layers(state, rows):
    """The state with its lists of stages and layers adapted to the layers of the model."""
    state = with_names(state, "stage", list(rows.stage.unique()), -1)
    return with_names(state, "layer", list(rows.index[rows.stage == state["stage"]]), -1)


def with_names(state, control, names, otherwise):
    """The state with these names in a list; the choice stays, or becomes the name at that place."""
    value = state[control] if state[control] in names else names[otherwise]
    lists = state["lists"] | {control: {name: name for name in names}}
    return state | {control: value, "lists": lists}
