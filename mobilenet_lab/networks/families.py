"""The families that the lab knows, in the order in which they are offered and coloured."""

from mobilenet_lab import mobilenet_v1, mobilenet_v2, mobilenet_v3
from mobilenet_lab.networks.family import Family
from mobilenet_lab.networks.knobs import COMMON, Knob

FAMILIES: dict[str, Family] = {
    own.key: own
    for own in (mobilenet_v1.FAMILY, mobilenet_v2.FAMILY, mobilenet_v3.LARGE, mobilenet_v3.SMALL)
}


def at_first() -> list[str]:
    """The families that comparisons begin with; others are there on request."""
    return [key for key, family in FAMILIES.items() if family.at_first]


NEWEST = at_first()[-1]  # explorers and live pages start with it


def dialects() -> list[str]:
    """The dialects of all families."""
    return list(dict.fromkeys(name for family in FAMILIES.values() for name in family.dialects))


def knobs() -> dict[str, Knob]:
    """Every knob by name: those that all families have, then each family's own."""
    return COMMON | own_knobs()


def own_knobs() -> dict[str, Knob]:
    """The knobs that only some families have, by name."""
    return {name: knob for family in FAMILIES.values() for name, knob in family.knobs.items()}
