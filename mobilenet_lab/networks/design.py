"""What a reader can choose: one network of one family, validated, and the layers it has."""

import math
from dataclasses import dataclass
from functools import lru_cache

from mobilenet_lab import checks, mobilenet_v1, mobilenet_v2
from mobilenet_lab.layers import FeatureMap

FAMILIES = {"v1": mobilenet_v1, "v2": mobilenet_v2}
DIALECTS = ("paper", "listing")
BASE = 224  # the resolution, in pixels, at which rho is 1
SMALLEST = 32  # five strides of 2 leave one pixel of it
DROPOUT = 0.001  # of the classifier while it trains; the authors' own for v1


@dataclass(frozen=True, init=False)
class Design:
    """One MobileNet: family "v1" or "v2", width multiplier, input resolution, expansion.

    `rho` or `resolution` (pixels) gives the input size, 224 px if neither does; what is stored is
    `resolution`, 224 · rho to the nearest pixel. `expansion` belongs to v2, where None means 6.
    `dialect` is "paper" (the authors' code) or "listing" (the reference listing).

    Raises `ValueError`, in one sentence, for a value that no network has.
    """

    family: str
    alpha: float
    resolution: int
    expansion: int | None
    classes: int
    dialect: str

    def __init__(
        self,
        family,
        alpha=1.0,
        rho=None,
        expansion=None,
        classes=1000,
        dialect="paper",
        *,
        resolution=None,
    ):
        family = checks.one_of("family", family, FAMILIES)
        dialect = checks.one_of("dialect", dialect, DIALECTS)
        alpha = checks.real("alpha", alpha)
        FAMILIES[family].check_alpha(alpha, dialect)
        values = (
            family,
            alpha,
            input_size(rho, resolution),
            checked_expansion(family, expansion),
            checks.integer("classes", classes),
            dialect,
        )
        for field, value in zip(self.__dataclass_fields__, values, strict=True):
            object.__setattr__(self, field, value)

    @property
    def rho(self):
        """The resolution multiplier, resolution / 224."""
        return self.resolution / BASE

    def __str__(self):
        expansion = f", t {self.expansion}" if self.expansion else ""
        alpha = short(self.alpha)
        dialect = "" if self.dialect == "paper" else f", {self.dialect} dialect"
        return f"MobileNet {self.family}, α {alpha}, {self.resolution} px{expansion}{dialect}"


def short(number):
    """A number as briefly as it can be written without becoming another one."""
    text = f"{number:g}"
    return text if float(text) == number else repr(number)


def network(x, design, dropout=DROPOUT):
    """The whole network of a design, applied to a Keras tensor or to a `FeatureMap`."""
    family = FAMILIES[design.family]
    expansion = {} if design.expansion is None else {"expansion": design.expansion}
    return family.network(
        x,
        design.alpha,
        dropout=dropout,
        n_classes=design.classes,
        dialect=design.dialect,
        **expansion,
    )


@lru_cache(maxsize=512)
def trace(design):
    """The layers of a design in order, a tuple of `layers.Layer`; no TensorFlow needed."""
    if not isinstance(design, Design):
        checks.refuse("design", design, 'a Design, such as Design("v2", alpha=0.75)')
    return network(FeatureMap(design.resolution, design.resolution, 3), design).layers


def input_size(rho=None, resolution=None):
    """The input's side in pixels, from `rho`, from `resolution`, or 224.

    Raises `ValueError` for both, for less than 32 px and for a resolution that is no integer.
    """
    accepted = f"an integer number of pixels, {SMALLEST} or more"
    if resolution is None:
        return pixels(1.0 if rho is None else rho)
    if rho is not None:
        accepted = f"rho or resolution, not both (rho={checks.shown(rho, 40)})"
        checks.refuse("resolution", resolution, accepted)
    return checks.integer("resolution", resolution, SMALLEST, accepted)


def pixels(rho):
    """224 · rho to the nearest pixel. Raises `ValueError` below 32 px."""
    accepted = f"a finite number that leaves {SMALLEST} px or more of {BASE} (from about 0.141 up)"
    number = checks.real("rho", rho, accepted)
    size = BASE * number
    size = math.floor(size + 0.5) if math.isfinite(size) else BASE * int(number)
    if size < SMALLEST:
        checks.refuse("rho", rho, accepted)
    return size


def checked_expansion(family, expansion):
    """The expansion of a design: None for v1, an integer for v2 (6 where None is given)."""
    if family == "v1":
        if expansion is not None:
            checks.refuse("expansion", expansion, "None for v1, which has no expansion")
        return None
    return 6 if expansion is None else checks.integer("expansion", expansion)
