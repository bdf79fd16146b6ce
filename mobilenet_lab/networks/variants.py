"""Networks of a family other than the published one, by name."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from mobilenet_lab import checks
from mobilenet_lab.networks import sizes
from mobilenet_lab.networks.families import FAMILIES
from mobilenet_lab.networks.family import Variant

AND = ", "  # between the names of variants that go together


def checked(family: str, variant: str | Iterable[str]) -> str:
    """The variant's name as a design keeps it: "" for the published network, "small, no shortcut".

    `variant` is one name, several separated by commas, or a sequence of names, in any order.
    Raises `ValueError` for a name that the family lacks, for one that is there twice, and for two
    that cannot go together.
    """
    own = FAMILIES[family].variants
    names = _names(variant)
    for name in names:
        if name not in own or names.count(name) > 1:
            accepted = " or ".join(repr(known) for known in own) or "no variant"
            checks.refuse(
                "variant", variant, f"'' (as published) for {family}, {accepted}, each once"
            )
    arguments = [argument for name in names for argument in own[name].arguments]
    if twice := next((one for one in arguments if arguments.count(one) > 1), None):
        rivals = [repr(name) for name in names if twice in own[name].arguments]
        checks.refuse(
            "variant", variant, f"one of {' and '.join(rivals)}, which exclude each other"
        )
    return AND.join(sorted(names, key=list(own).index))


def _names(variant: str | Iterable[str]) -> list[str]:
    """The names, of a string or of a sequence of them."""
    if isinstance(variant, str):
        return [name.strip() for name in variant.split(",")] if variant.strip() else []
    if isinstance(variant, list | tuple) and all(isinstance(name, str) for name in variant):
        return list(variant)
    checks.refuse("variant", variant, "the name of a variant, such as 'small'")


@lru_cache(maxsize=256)
def merged(family: str, name: str) -> Variant:
    """All variants of a checked name as one; "" is the published network."""
    own = [FAMILIES[family].variants[one] for one in _names(name)]
    return Variant(
        {argument: value for one in own for argument, value in one.arguments.items()},
        min((one.resolution for one in own), default=Variant.resolution),
        min((one.smallest for one in own), default=Variant.smallest),
        next((one.imagenet for one in own), FAMILIES[family].imagenet) if len(own) < 2 else None,
    )


def input_size(family: str, name: str, rho: float | None, resolution: Any) -> sizes.Size:
    """`sizes.input_size` of a variant, which has its own usual and smallest input."""
    own = merged(family, name)
    return sizes.input_size(rho, resolution, usual=own.resolution, smallest=own.smallest)
