"""The sides of the input, in pixels, from a multiplier or as such."""

import math
from typing import Any

from mobilenet_lab import checks

BASE = 224  # the resolution, in pixels, at which rho is 1
SMALLEST = 32  # five strides of 2 leave one pixel of it
MOST_RHO = 8  # a larger one is a resolution in the wrong place

Size = int | tuple[int, int]  # the side of a square, or (height, width)


def input_size(
    rho: float | None = None,
    resolution: Any = None,
    *,
    usual: int = BASE,
    smallest: int = SMALLEST,
) -> Size:
    """The input's side in pixels, from `rho`, from `resolution`, or the `usual` one.

    A `resolution` may be the pair (height, width), which remains one unless both are equal.

    Raises `ValueError` if both are given, below `smallest`, and for a resolution that is neither an
    integer nor two of them.
    """
    accepted = f"an integer number of pixels, {smallest} or more, or a pair (height, width)"
    if resolution is None:
        return usual if rho is None else pixels(rho, smallest)
    if rho is not None:
        accepted = f"rho or resolution, not both (rho={checks.shown(rho, 40)})"
        checks.refuse("resolution", resolution, accepted)
    if not isinstance(resolution, tuple | list):
        return checks.integer("resolution", resolution, smallest, accepted)
    if len(resolution) != 2:
        checks.refuse("resolution", resolution, accepted)
    height, width = (checks.integer("resolution", one, smallest, accepted) for one in resolution)
    return height if height == width else (height, width)


def longest(size: Size) -> int:
    """The longer side in pixels."""
    return max(size) if isinstance(size, tuple) else size


def multiplier(size: Size) -> float | None:
    """The resolution multiplier, side / 224; None where height and width differ."""
    return size / BASE if isinstance(size, int) else None


def written(size: Size) -> str:
    """A size as it is written: "224", or "192 × 256" where height and width differ."""
    return " × ".join(map(str, size)) if isinstance(size, tuple) else str(size)


def pixels(rho: float, smallest: int = SMALLEST) -> int:
    """224 · rho to the nearest pixel.

    Raises `ValueError` where that is below `smallest`, and for a rho above 8.
    """
    least = f"{smallest} px or more of {BASE} (from about {(smallest - 0.5) / BASE:.3f} up)"
    accepted = f"a finite number that leaves {least}"
    number = checks.real("rho", rho, accepted)
    if number > MOST_RHO:
        meant = f"; did you mean resolution={number:.0f}?" if smallest <= number < 10**5 else ""
        accepted = f"{smallest} px or more, up to rho={MOST_RHO}; beyond that, resolution{meant}"
        checks.refuse("rho", rho, accepted)
    size = math.floor(BASE * number + 0.5)
    if size < smallest:
        checks.refuse("rho", rho, accepted)
    return size
