"""One network of one family, validated, and its layers."""

import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from mobilenet_lab import checks
from mobilenet_lab.layers import FeatureMap, Layer
from mobilenet_lab.networks import aliases, families, sizes, variants
from mobilenet_lab.networks.families import FAMILIES

CLASSES = 1000  # of ImageNet: of every published network
USUAL_CLASSES = 10**6  # more than any classifier has had
COLOURS = 3  # channels of a picture in colours
DROPOUT = 0.001  # of the classifier while it trains; the authors' own for v1


@dataclass(frozen=True, init=False, repr=False)
class Design:
    """One network: its family ("v1", "v2" …), width multiplier, input resolution, own knobs.

    `rho` (up to 8) or `resolution` (pixels) gives the input size, 224 px by default; `resolution`
    is stored, 224 · rho to the nearest pixel, or the pair (height, width) of an input that is no
    square. `channels` are those of the input, 3 for colours. An `alpha` that misses a slider's
    position by a rounding error, as 0.7 - 0.2 misses 0.5, is that position. A family's own knobs
    are keywords, such as `expansion` for v2, where None means the family's default (6); they are
    attributes too, None where the family lacks them. `dialect` is "paper" (the authors' code),
    "listing" (the reference listing) or "keras" (what `keras.applications` builds). `variant` names
    another network of the family, or several that go together, as in "small, no shortcut"; "" is
    the published one. The small networks read 32 px by default.

    Raises `ValueError`, in one sentence, for an impossible value, and `TypeError` for a keyword
    that is not a knob of any family. Warns about a value far beyond any network that has been
    built.
    """

    family: str
    alpha: float
    resolution: sizes.Size
    knobs: tuple[tuple[str, Any], ...]
    classes: int
    dialect: str
    variant: str
    channels: int

    def __init__(
        self,
        family: str,
        alpha: float = 1.0,
        *,
        rho: float | None = None,
        resolution: sizes.Size | None = None,
        classes: int = CLASSES,
        dialect: str = "paper",
        variant: str | Iterable[str] = "",
        channels: int = COLOURS,
        **knobs: Any,
    ) -> None:
        family = checks.one_of("family", family, FAMILIES)
        variant = variants.checked(family, variant)
        values = (
            family,
            checked_alpha(family, alpha, dialect),
            variants.input_size(family, variant, rho, resolution),
            tuple(checked_knobs(family, knobs).items()),
            checks.integer("classes", classes),
            str(dialect),
            variant,
            checks.integer("channels", channels),
        )
        for field, value in zip(self.__dataclass_fields__, values, strict=True):
            object.__setattr__(self, field, value)
        warn_of(self.values())

    def __getattr__(self, name: str) -> Any:
        for knob, value in self.knobs if name != "knobs" else ():
            if knob == name:
                return value
        if name in families.own_knobs():
            return None
        raise AttributeError(f"a Design has no {name!r}")

    def replace(self, **changes: Any) -> "Design":
        """The same design with some values changed."""
        return Design(**(self.values() | changes))

    def values(self) -> dict[str, Any]:
        """The arguments of the design, by keyword."""
        return {
            "family": self.family,
            "alpha": self.alpha,
            "resolution": self.resolution,
            **dict(self.knobs),
            "classes": self.classes,
            "dialect": self.dialect,
            **({"variant": self.variant} if self.variant else {}),
            **({"channels": self.channels} if self.channels != COLOURS else {}),
        }

    @property
    def is_as_published(self) -> bool:
        """Whether all but α and the side of a square input is as in the papers' networks."""
        return self.has_usual_settings and not self.variant

    @property
    def has_usual_settings(self) -> bool:
        """The same, whatever the variant."""
        own = dict(self.knobs) == FAMILIES[self.family].defaults
        is_usual = isinstance(self.resolution, int) and self.channels == COLOURS
        return own and is_usual and self.classes == CLASSES and self.dialect == "paper"

    @property
    def as_published(self) -> "Design":
        """The design by which tables of what was published know it.

        At every width and size that was published, the `keras` dialect is the `paper`'s network.
        """
        return self.replace(dialect="paper") if self.dialect == "keras" else self

    @property
    def shape(self) -> tuple[int, int, int]:
        """(height, width, channels) of the input."""
        size = self.resolution
        height, width = size if isinstance(size, tuple) else (size, size)
        return height, width, self.channels

    @property
    def rho(self) -> float | None:
        """The resolution multiplier, resolution / 224; None where height and width differ."""
        return sizes.multiplier(self.resolution)

    def __repr__(self) -> str:
        return f"Design({', '.join(f'{name}={value!r}' for name, value in self.values().items())})"

    def __str__(self) -> str:
        own = FAMILIES[self.family].knobs
        settings = [f"α {short(self.alpha)}", f"{sizes.written(self.resolution)} px"]
        channels = f"{self.channels} input channel{'s' * (self.channels > 1)}"
        settings += [channels] * (self.channels != COLOURS)
        settings += [f"{own[name].symbol} {short(value)}" for name, value in self.knobs]
        settings += [f"{self.dialect} dialect"] * (self.dialect != "paper")
        settings += [self.variant] * bool(self.variant)
        settings += [f"{self.classes:,} classes"] * (self.classes != CLASSES)
        return ", ".join([FAMILIES[self.family].title, *settings])


def short(number: float) -> str:
    """A number in the shortest form that still identifies it."""
    text = f"{number:g}"
    return text if float(text) == number else repr(number)


def network(x: Any, design: Design, dropout: float = DROPOUT) -> Any:
    """The whole network of a design, applied to a Keras tensor or to a `FeatureMap`."""
    design = checked_design(design)
    return FAMILIES[design.family].network(
        x,
        design.alpha,
        dropout=dropout,
        n_classes=design.classes,
        dialect=design.dialect,
        **variants.merged(design.family, design.variant).arguments,
        **dict(design.knobs),
    )


def trace(design: Design) -> tuple[Layer, ...]:
    """The layers of a design in order, a tuple of `layers.Layer`; no TensorFlow needed."""
    return _trace(checked_design(design))


@lru_cache(maxsize=512)
def _trace(design: Design) -> tuple[Layer, ...]:
    return network(FeatureMap(*design.shape), design).layers


def checked_design(design: Any) -> Design:
    """Return `design`. Raises `ValueError` if it is not a `Design`."""
    if not isinstance(design, Design):
        checks.refuse("design", design, 'a Design, such as Design("v2", alpha=0.75)')
    return design


def warn_of(values: Mapping[str, Any], stacklevel: int = 3) -> None:
    """Warn about each value far beyond any network that has been built, in a sentence.

    `stacklevel` selects the line that the warning names: 3 for the caller's caller.
    """
    knobs = families.knobs()
    usual = {name: knob.usual for name, knob in knobs.items()} | {"classes": USUAL_CLASSES}
    for name, most in usual.items():
        value = values.get(name)
        value = sizes.longest(value) if isinstance(value, tuple) else value
        if value is not None and value > most:
            meant = value / 100 if name in knobs and value / 100 in knobs[name].published else None
            hint = f"; did you mean {meant:g}?" if meant else ""
            sentence = f"{name}={checks.shown(value)} is far beyond any network that has been built"
            warnings.warn(f"{sentence} ({name} up to {most:,}){hint}", stacklevel=stacklevel)


def checked_alpha(family: str, alpha: Any, dialect: Any = "paper") -> float:
    """The width multiplier. Raises `ValueError` if the family's dialect does not allow it."""
    dialect = checks.one_of("dialect", dialect, FAMILIES[family].dialects)
    width = families.knobs()["alpha"].possible("alpha", alpha)
    FAMILIES[family].check_alpha(width, dialect)
    return width


def check_names(knobs: Iterable[str]) -> None:
    """Raise `TypeError` for a name that is not a knob, with the lab's name for it."""
    for name in knobs:
        if name not in families.own_knobs():
            others = ("classes", "dialect", "variant", "channels")
            aliases.refuse(name, ("family", "rho", *families.knobs(), *others))


def checked_knobs(family: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """A family's own knobs by name, at their defaults where none or None is given.

    Raises `ValueError` for an impossible value and for a knob that only other families have,
    `TypeError` for a name that is not a knob.
    """
    own = FAMILIES[family].knobs
    check_names(given)
    for name, value in given.items():
        if name not in own and value is not None:
            checks.refuse(name, value, f"None for {family}, which has no {name}")
    return {
        name: knob.start if given.get(name) is None else knob.possible(name, given[name])
        for name, knob in own.items()
    }
