"""The adjustable parameters: their names, positions and published values."""

import math
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from mobilenet_lab import checks


class Knob:
    """One adjustable quantity: its symbol and name, its positions, its starting value.

    `positions` are the least, the most and the step. `published` are the values for which the
    papers, their checkpoints or Keras report an accuracy. Nobody has built a network above `usual`,
    so such a value is probably a typing error. `axis` and `ticks` label it on a plot.
    """

    def __init__(
        self,
        symbol: str,
        label: str,
        positions: tuple[float, float, float],
        start: float,
        meaning: str,
        axis: str | None = None,
        ticks: Sequence[float] = (),
        published: Sequence[float] = (),
        usual: float = math.inf,
    ) -> None:
        self.symbol, self.label, self.start, self.meaning = symbol, label, start, meaning
        self.low, self.high, self.step = positions
        self.axis, self.ticks = axis or label, ticks or self.values
        self.published, self.usual = published, usual

    @property
    def name(self) -> str:
        """What the control is called: "α width", or "resolution (px)", which has no symbol."""
        return f"{self.symbol} {self.label}".strip()

    @property
    def help(self) -> str:
        """What it does, and its published values, in a line."""
        values = ", ".join(f"{value:g}" for value in self.published)
        return f"{self.meaning}; published: {values}" if values else self.meaning

    @cached_property
    def values(self) -> list[float]:
        """Every position, smallest first."""
        count = round((self.high - self.low) / self.step) + 1
        return [round(self.low + index * self.step, 2) for index in range(count)]

    @property
    def whole(self) -> bool:
        """Whether only whole numbers are possible."""
        return isinstance(self.step, int)

    @property
    def limits(self) -> tuple[float, float]:
        """The ends of an axis that shows every position."""
        margin = self.step / 2 if self.whole else self.step
        return self.low - margin, self.high + margin

    @property
    def accepted(self) -> str:
        """Its range, as a message says it: "0.1 to 1.5"."""
        return f"{self.low:g} to {self.high:g}"

    def number(self, value: float) -> float:
        """A `float` as a value of this knob: an `int` if the knob takes only integers and this is
        one.
        """
        return int(value) if self.whole and float(value).is_integer() else value

    def problem(self, value: float) -> str | None:
        """What is wrong with a number, in a sentence, or None."""
        if not self.low <= value <= self.high:
            return f"{self.name}: {value:g} is out of range here; accepted: {self.accepted}."
        if self.whole and not isinstance(value, int):
            return f"{self.name}: {value:g} is not a whole number; accepted: {self.accepted}."
        return None

    def possible(self, name: str, value: Any) -> float:
        """`value` as a design takes it, on or off the panel, under the argument's `name`.

        Raises `ValueError` unless it is a positive number, and an integer where one is needed.
        """
        if self.whole:
            return checks.integer(name, value)
        short = isinstance(value, np.float32)
        return self.without_noise(checks.real(name, value), 1e-6 if short else 1e-9)

    def without_noise(self, value: float, noise: float = 1e-9) -> float:
        """The position that a number misses by a rounding error alone, as 0.7 - 0.2 misses 0.5.

        The width just below 0.5 is a different network, but nobody means that one.
        """
        near = round(value, 2)  # as all positions are
        is_meant = math.isclose(value, near, rel_tol=noise) and near in self.values
        return near if is_meant else value

    def checked(self, value: Any) -> float:
        """`value` as a number of this knob. Raises `ValueError` for anything else."""
        value = self.number(self.without_noise(checks.real(self.name, value, self.accepted)))
        if problem := self.problem(value):
            raise ValueError(problem)
        return value

    def up_to(self, high: float) -> "Knob":
        """The same knob with another end; for one whose positions are those of a map."""
        positions = self.low, high, self.step
        return Knob(self.symbol, self.label, positions, self.low, self.meaning)

    def nearest(self, value: float) -> float:
        """The position that is nearest to a number."""
        return min(self.values, key=lambda position: abs(position - value))

    def on_slider(self, value: float) -> float:
        """The nearest position, to the last bit as the slider in the browser computes it.

        noUiSlider computes steps in % of the range, so 0.45 becomes 0.44999999999999996. It sends
        back any other value as if the reader had moved the slider; arriving after the reader's next
        change, that would undo the change.
        """
        position = self.nearest(value)
        if self.whole:
            return position
        span = self.high - self.low
        return self.values.index(position) * (self.step * 100 / span) * span / 100 + self.low


class Powers(Knob):
    """A knob of whole numbers whose slider stops at the powers of two, where layers have them."""

    BASE = 2

    @property
    def exponents(self) -> tuple[int, int]:
        """Those of the first and of the last position."""
        return math.ceil(math.log2(self.low)), math.floor(math.log2(self.high))

    @cached_property
    def values(self) -> list[float]:
        """Every position, smallest first."""
        first, last = self.exponents
        return [self.BASE**exponent for exponent in range(first, last + 1)]

    def on_slider(self, value: float) -> float:
        """The nearest position: as a power of two it is exact in the browser, too."""
        return self.nearest(value)


COMMON = {  # that every family has
    "alpha": Knob(
        "α",
        "width",
        (0.1, 1.5, 0.05),
        1.0,
        "width multiplier: multiplies every layer's channels",
        axis="width multiplier α",
        ticks=(0.25, 0.5, 0.75, 1.0, 1.25, 1.5),
        published=(0.25, 0.35, 0.5, 0.75, 1.0, 1.3, 1.4),
        usual=4,
    ),
    "resolution": Knob(
        "",  # ρ is a ratio, and this is in px
        "resolution (px)",
        (64, 320, 32),
        224,
        "height and width of the input, 224 px times the resolution multiplier ρ",
        axis="resolution (px)",
        ticks=(96, 128, 160, 192, 224, 256, 288),
        published=(96, 128, 160, 192, 224),
        usual=8192,
    ),
}
