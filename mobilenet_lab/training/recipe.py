"""How a network is trained: a few numbers that are the same for every network of a comparison."""

import dataclasses
import functools
import hashlib
import os
from numbers import Real
from typing import Any

from mobilenet_lab import checks

NORM_MOMENTUM = 0.9  # of batch normalisation; Keras' 0.99 would lag behind in a short training
WARM_UP = 0.1  # the share of the steps in which the rate rises; without it some runs never start
SMALL = "small"  # the weights that come with the lab


@dataclasses.dataclass(frozen=True)
class Recipe:
    """SGD with Nesterov's momentum for a fixed number of epochs.

    The rate rises to `rate` in the first tenth of the steps and goes down to 0 like a cosine.

    What counts is the network after the last epoch: none is selected by its held-out accuracy.
    Batch normalisation has momentum 0.9, there is neither dropout nor augmentation, and the last
    pictures of an epoch that do not fill a batch wait for the next one. `weight_decay` applies to
    kernels only.

    `weights` is what the body starts with: None (random, by the seed), "imagenet", "small" (those
    that come with the lab) or the path of a weights file, as `models.build.build` takes it; the
    classifier always starts afresh. With `head_only`, only the classifier is trained: the body's
    pooled maps are computed once.

    Raises `ValueError` for an impossible value.
    """

    epochs: int = 8
    batch: int = 64
    rate: float = 0.05
    momentum: float = 0.9
    weight_decay: float = 0.0
    head_only: bool = False
    weights: str | None = None

    def __post_init__(self) -> None:
        self._set("epochs", checks.integer("epochs", self.epochs))
        self._set("batch", checks.integer("batch", self.batch))
        self._set("rate", checks.real("rate", self.rate))
        self._set("momentum", _share("momentum", self.momentum))
        self._set("weight_decay", _share("weight_decay", self.weight_decay))
        self._set("head_only", checks.flag("head_only", self.head_only))
        self._set("weights", _weights(self.weights))

    def _set(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)

    def values(self) -> dict[str, Any]:
        """The arguments of the recipe, by keyword."""
        return dict(vars(self))

    def replace(self, **changes: Any) -> "Recipe":
        """The same recipe with some values changed."""
        return dataclasses.replace(self, **changes)

    def weights_of(self, design: Any) -> str | None:
        """What `build` is to load for a design: None, "imagenet" or the path of a file."""
        from mobilenet_lab.models import patches  # it needs scikit-image for its patches alone

        return str(patches.weights_file(design.family)) if self.weights == SMALL else self.weights

    def content(self, design: Any) -> dict[str, Any]:
        """What decides the result: the values, and a file's content in place of its path."""
        path = self.weights_of(design) if self.weights else None
        if path in (None, "imagenet"):
            return self.values()
        return self.values() | {"weights": _hash(path, _stamp(path))}


def checked_recipe(recipe: Any) -> Recipe:
    """The recipe, the default one for None. Raises `ValueError` for anything else."""
    if recipe is None:
        return Recipe()
    if not isinstance(recipe, Recipe):
        checks.refuse("recipe", recipe, "a Recipe, such as Recipe(epochs=4), or None")
    return recipe


def _share(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, Real) or not 0 <= value < 1:
        checks.refuse(name, value, "a number from 0 up to, not including, 1")
    return float(value)


def _weights(value: Any) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str | os.PathLike) or not os.fspath(value):
        accepted = f"None, 'imagenet', {SMALL!r} or the path of a weights file"
        checks.refuse("weights", value, accepted)
    return str(os.fspath(value))


def _stamp(path: str) -> tuple[int, int]:
    """Changes when the file is rewritten."""
    try:
        known = os.stat(os.path.expanduser(path))
    except (OSError, ValueError) as error:
        accepted = f"None, 'imagenet', {SMALL!r} or the path of a weights file that exists"
        checks.refuse("weights", path, accepted, error)
    return known.st_mtime_ns, known.st_size


@functools.lru_cache(maxsize=64)
def _hash(path: str, stamp: tuple[int, int]) -> str:
    with open(os.path.expanduser(path), "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
