"""How a source gets from a count to the digits it prints.

A rounding takes a fraction `over / under` and the number of printed decimals. It gives the figures
that a source which rounds so may print, each in units of the last printed place: 4.24 is 424.
"""

from collections.abc import Callable

Figures = tuple[int, ...]
Rounding = Callable[[int, int, int], Figures]


def _rounded(over: int, under: int) -> int:
    return (2 * over + under) // (2 * under)


def rounded(over: int, under: int, decimals: int) -> Figures:
    """To the nearest, half up: 300.77 becomes 301."""
    return (_rounded(over * 10**decimals, under),)


def cut_off(over: int, under: int, decimals: int) -> Figures:
    """300.77 becomes 300."""
    return (over * 10**decimals // under,)


def rounded_twice(over: int, under: int, decimals: int) -> Figures:
    """Rounded to one digit more first: 149.497 becomes 149.5 and then 150."""
    return (_rounded(_rounded(over * 10 ** (decimals + 1), under), 10),)


def cut_off_after(places: int) -> Rounding:
    """With zeros for the digits after the first ones: 1605 becomes 1600 with two places."""

    def cut(over: int, under: int, decimals: int) -> Figures:
        (figure,) = cut_off(over, under, decimals)
        zeros = _zeros(figure, places)
        return (figure // zeros * zeros,)

    return cut


def rounded_to(places: int) -> Rounding:
    """With zeros for the digits after the first ones: 1665 becomes 1700 with two places."""

    def rounded_there(over: int, under: int, decimals: int) -> Figures:
        (figure,) = cut_off(over, under, decimals)
        zeros = _zeros(figure, places)
        return (_rounded(over * 10**decimals, under * zeros) * zeros,)

    return rounded_there


def _zeros(figure: int, places: int) -> int:
    """What the digits of a figure after the first ones count: 100 in 1605 with two places."""
    return 10 ** max(len(str(figure)) - places, 0)


def swapped(over: int, under: int, decimals: int) -> Figures:
    """Rounded, and two neighbouring digits swapped: 1.91 becomes 1.19 or 9.11."""
    (figure,) = rounded(over, under, decimals)
    digits = str(figure).zfill(decimals + 1)
    pairs = [
        digits[:i] + digits[i + 1] + digits[i] + digits[i + 2 :] for i in range(len(digits) - 1)
    ]
    return tuple(int(text) for text in pairs if text != digits)


SWAPPED = "two digits swapped"
COARSE: dict[str, Rounding] = {
    "cut off after two figures": cut_off_after(2),
    "cut off after three figures": cut_off_after(3),
    "rounded to two figures": rounded_to(2),
    "rounded to three figures": rounded_to(3),
}
ROUNDINGS: dict[str, Rounding] = {
    **{"rounded": rounded, "cut off": cut_off, "rounded twice": rounded_twice},
    **COARSE,
    SWAPPED: swapped,
}
PLAIN = {  # the rounding that each of these often comes to
    "rounded twice": "rounded",
    **{name: "cut off" if name.startswith("cut") else "rounded" for name in COARSE},
}
