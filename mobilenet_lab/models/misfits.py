"""Why the layers of a file do not fit a design, and which network they belong to."""

import itertools

import numpy as np

from mobilenet_lab.models.wanted import by_kind, picked, wanted
from mobilenet_lab.networks.design import COLOURS, Design
from mobilenet_lab.networks.families import FAMILIES
from mobilenet_lab.networks.feature_map import FeatureMap
from mobilenet_lab.networks.knobs import COMMON
from mobilenet_lab.networks.sizes import written


def why_not(design, stored):
    """The reason why stored layers do not fit a design's body, as the end of a sentence."""
    kinds, own = by_kind(stored), wanted(design, classifier=False)
    if "convolution" not in kinds:
        return "holds no convolution's weights"
    first = kinds["convolution"][0]
    channels, coloured = _coloured(design, stored, first)
    if channels != design.channels and picked(own, coloured):
        plural = "s" * (channels != 1)
        return f"reads pictures of {channels} channel{plural}, not of {design.channels}"
    for other in _others(design, first.shapes[0][-1]):
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


def _others(design, filters):
    """Networks that the file may belong to: every slider position, published widths first.

    `filters` are those of the file's first convolution.
    """
    width = COMMON["alpha"]
    alphas = list(dict.fromkeys([design.alpha, *width.published, *width.values]))
    for family in sorted(FAMILIES.values(), key=lambda one: one.key != design.family):
        dialects = sorted(family.dialects, key=lambda one: one != design.dialect)
        ranges = [[knob.start, *knob.values] for knob in family.knobs.values()]
        for dialect in dialects:
            near = _beginning(family, dialect, alphas, filters)
            for *values, alpha in itertools.product(*ranges, near):
                own = dict(zip(family.knobs, values, strict=True))
                own |= {"dialect": dialect, "channels": design.channels}
                yield Design(family.key, alpha, resolution=32, **own)


def _beginning(family, dialect, alphas, filters):
    """The widths at which a network can begin with so many filters: most need no trace."""
    possible = [alpha for alpha in alphas if _keeps_channels(family, dialect, alpha)]
    layers = family.network(FeatureMap(32, 32, COLOURS), np.array(possible), dialect=dialect).layers
    first = next(layer.c_out for layer in layers if layer.op in ("convolution", "pointwise"))
    firsts = np.broadcast_to(first, len(possible)).tolist()
    # A single filter has the shape of a depthwise convolution's, so that the next one comes first.
    return [alpha for alpha, own in zip(possible, firsts, strict=True) if own in (1, filters)]


def _keeps_channels(family, dialect, alpha):
    """Whether a width leaves a channel in each layer."""
    try:
        family.check_alpha(alpha, dialect)
    except ValueError:
        return False
    return True


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
