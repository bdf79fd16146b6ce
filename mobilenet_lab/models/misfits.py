"""Why the layers of a file do not fit a design, and which network they belong to."""

import contextlib
import itertools

from mobilenet_lab.models.wanted import by_kind, picked, wanted
from mobilenet_lab.networks.design import Design
from mobilenet_lab.networks.families import FAMILIES
from mobilenet_lab.networks.knobs import COMMON
from mobilenet_lab.networks.sizes import written


def why_not(design, stored):
    """The reason why stored layers do not fit a design's body, as the end of a sentence."""
    kinds, own = by_kind(stored), wanted(design, classifier=False)
    if "convolution" not in kinds:
        return "holds no convolution's weights"
    channels, coloured = _coloured(design, stored, kinds["convolution"][0])
    if channels != design.channels and picked(own, coloured):
        plural = "s" * (channels != 1)
        return f"reads pictures of {channels} channel{plural}, not of {design.channels}"
    for other in _others(design):
        if picked(wanted(other, classifier=False), coloured):
            return f"is of {_words(other)}, not of {_words(design)}"
    return f"is of another network: {_difference(own, stored)}"


def counted(layers):
    """How many layers there are of each kind: "27 convolutions, 1 dense layer"."""
    return ", ".join(
        f"{len(own)} {kind}{'s' * (len(own) != 1)}" for kind, own in by_kind(layers).items()
    )


def _coloured(design, stored, first):
    """The channels of the first convolution's pictures, and the layers if it read the design's."""
    height, width, channels, filters = first.shapes[0]
    swapped = first._replace(shapes=((height, width, design.channels, filters), *first.shapes[1:]))
    return channels, [swapped if layer is first else layer for layer in stored]


def _others(design):
    """Networks that the file may belong to: every slider position, published widths first."""
    width = COMMON["alpha"]
    alphas = list(dict.fromkeys([design.alpha, *width.published, *width.values]))
    for family in sorted(FAMILIES.values(), key=lambda one: one.key != design.family):
        dialects = sorted(family.dialects, key=lambda one: one != design.dialect)
        ranges = [[knob.start, *knob.values] for knob in family.knobs.values()]
        for dialect, *values, alpha in itertools.product(dialects, *ranges, alphas):
            own = dict(zip(family.knobs, values, strict=True))
            with contextlib.suppress(ValueError):  # this width leaves no channel
                own |= {"dialect": dialect, "channels": design.channels}
                yield Design(family.key, alpha, resolution=32, **own)


def _words(design):
    """A design without its resolution: "MobileNet v2, α 0.5, t 6"."""
    return str(design).replace(f", {written(design.resolution)} px", "")


def _difference(own, stored):
    """The first difference between the file's layers and the network's."""
    ours, theirs = by_kind(own), by_kind(stored)
    for kind, layers in ours.items():
        found = theirs.get(kind, [])
        for want, got in zip(layers, found, strict=False):
            if want.shapes != got.shapes:
                return f"it has {_size(got)} for the {_size(want)} of {want.name}"
        if len(found) < len(layers):
            return f"it has {counted(found) or f'no {kind}'}, not {len(layers)}"
    raise AssertionError("the layers fit")


def _size(layer):
    shape = "×".join(map(str, layer.shapes[0]))
    return f"{shape} and bias" if len(layer.shapes) == 2 else shape
