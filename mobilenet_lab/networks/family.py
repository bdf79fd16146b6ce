"""A family of networks: everything that other modules need to know about it.

A family is one file. It defines its network once and ends with a `Family`; `families` lists them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mobilenet_lab.networks.knobs import COMMON, Knob
from mobilenet_lab.networks.sizes import BASE, SMALLEST


@dataclass(frozen=True)
class ImageNet:
    """The ImageNet weights that `keras.applications` offers for a family.

    `model` names its function, `alphas` and `resolutions` (px) those that have weights, and
    `file(alpha, resolution)` gives the name of the file that Keras keeps; that of a body alone has
    `no_top` after its stem. `dialects` are those that the weights fit, Keras' own first. `options`
    are further keywords of the function.
    """

    model: str
    alphas: tuple[float, ...]
    resolutions: tuple[int, ...]
    file: Callable[[float, int], str]
    dialects: tuple[str, ...] = ("keras", "paper")
    no_top: str = "_no_top"
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class SmallWeights:
    """Weights that ship with the lab: their width multiplier, and the number of batches."""

    alpha: float
    steps: int


@dataclass(frozen=True)
class Variant:
    """A network of a family with other arguments than the published one.

    `arguments` are keywords of the family's `network`; `resolution` is its usual input and
    `smallest` the least, both in pixels. `imagenet` are the weights that Keras offers for it.
    """

    arguments: Mapping[str, Any]
    resolution: int = BASE
    smallest: int = SMALLEST
    imagenet: ImageNet | None = None


@dataclass(frozen=True)
class Family:
    """One family of networks.

    `network(x, alpha, ..., dropout, n_classes, dialect)` applies it to a Keras tensor or to a
    `FeatureMap`, with one keyword for each of its own `knobs`. `check_alpha(alpha, dialect)` raises
    `ValueError` where a layer would keep no channel. `drawings` maps the name of each drawing that
    explains the family to the part of the network that it shows. `variants` are other networks of
    the family by name. What is about several families begins with those that are there `at_first`.
    """

    key: str
    title: str
    network: Callable[..., Any]
    check_alpha: Callable[[float, str], None]
    dialects: Mapping[str, Any]
    drawings: Mapping[str, str]
    knobs: Mapping[str, Knob] = field(default_factory=dict)  # besides `knobs.COMMON`
    imagenet: ImageNet | None = None
    small: SmallWeights | None = None
    variants: Mapping[str, Variant] = field(default_factory=dict)
    at_first: bool = True

    def uses(self, knob: str) -> bool:
        """Whether a design of the family has this knob."""
        return knob in COMMON or knob in self.knobs

    @property
    def defaults(self) -> dict[str, Any]:
        """The starting values of its own knobs, which are also the published ones."""
        return {name: knob.start for name, knob in self.knobs.items()}
