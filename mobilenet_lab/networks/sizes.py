"""The side of the input, in pixels, from a multiplier or as such."""

import math

from mobilenet_lab import checks

BASE = 224  # the resolution, in pixels, at which rho is 1
SMALLEST = 32  # five strides of 2 leave one pixel of it
MOST_RHO = 8  # a larger one is a resolution in the wrong place


def input_size(
    rho: float | None = None,
    resolution: int | None = None,
    *,
    usual: int = BASE,
    smallest: int = SMALLEST,
) -> int:
    """The input's side in pixels, from `rho`, from `resolution`, or the `usual` one.

    Raises `ValueError` if both are given, below `smallest`, and for a resolution that is not an
    integer.
    """
    accepted = f"an integer number of pixels, {smallest} or more"
    if resolution is None:
        return usual if rho is None else pixels(rho, smallest)
    if rho is not None:
        accepted = f"rho or resolution, not both (rho={checks.shown(rho, 40)})"
        checks.refuse("resolution", resolution, accepted)
    return checks.integer("resolution", resolution, smallest, accepted)


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
