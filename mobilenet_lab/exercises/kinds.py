"""The kinds of exercises: a number, a choice, and something that is built.

An exercise has an `example`, which is right; `judge(answer)` gives a `Verdict`. Anything may be
given as an answer: what cannot be one gets a sentence, not an error.
"""

import math
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from numbers import Real
from typing import Any, NamedTuple

import numpy as np

from mobilenet_lab import checks

WIDTH = 92  # of a line, in characters
FLOPS = (  # the hint for twice a number of MACs
    "That counts FLOPs, a multiplication and an addition separately; a MAC is both."
)


class Verdict(NamedTuple):
    """Whether an answer is right (None: there is none yet), and what to say about it."""

    right: bool | None
    text: str

    def __repr__(self):
        return textwrap.fill(self.text, WIDTH)


class Wrong(Exception):
    """Raised by what judges something that was built, with a hint."""


@dataclass(frozen=True)
class Number:
    """A number in a unit, right within a tolerance, also in the unit.

    `mistakes` maps what comes out of a typical mistake to the hint for it. For any other
    wrong number the verdict says whether it is too small or too large, and `hint`.
    """

    unit: str
    answer: float
    within: float
    reason: str
    mistakes: Mapping[float, str] = field(default_factory=dict)
    hint: str = ""

    @property
    def example(self):
        """The number itself."""
        return self.answer

    @property
    def wanted(self):
        """What an answer is."""
        return f"a number of {self.unit}" if self.unit else "a number"

    @property
    def solution(self):
        """The answer in words."""
        figure = f"{self.answer:,.0f}" if abs(self.answer) >= 1000 else f"{self.answer:.4g}"
        return f"{figure} {self.unit}".strip()

    def judge(self, given):
        """Compare a number."""
        given = given.item() if isinstance(given, np.generic) else given
        if isinstance(given, bool) or not isinstance(given, Real) or not math.isfinite(given):
            return _no_answer(given, self.wanted)
        if abs(given - self.answer) <= self.within:
            return Verdict(True, f"Right. {self.reason}")
        for mistake, hint in self.mistakes.items():
            if abs(given - mistake) <= self.within:
                return Verdict(False, f"Not yet. {hint}")
        way = "large" if given > self.answer else "small"
        return Verdict(False, f"Not yet: that is too {way}. {self.hint}".strip())


@dataclass(frozen=True)
class Choice:
    """One of several words; `hints` maps each wrong one to what is said about it."""

    answer: str
    reason: str
    hints: Mapping[str, str]

    @property
    def example(self):
        """The right word."""
        return self.answer

    @property
    def wanted(self):
        """The words that can be chosen, in the order of the alphabet."""
        words = [repr(word) for word in sorted([self.answer, *self.hints])]
        return f"{', '.join(words[:-1])} or {words[-1]}"

    @property
    def solution(self):
        """The answer in words."""
        return repr(self.answer)

    def judge(self, given):
        """Compare a word, upper or lower case alike."""
        words = {word.casefold(): word for word in (self.answer, *self.hints)}
        word = words.get(given.strip().casefold()) if isinstance(given, str) else None
        if word is None:
            return _no_answer(given, self.wanted)
        right = word == self.answer
        said = f"Right. {self.reason}" if right else f"Not yet. {self.hints[word]}"
        return Verdict(right, said)


@dataclass(frozen=True)
class Built:
    """Something that a reader builds: a design, a function, a list.

    `wanted` says what, `judged(answer)` returns the reason why it is right and raises `Wrong` with
    a hint, `fits(answer)` is whether it is such a thing at all. `example` is one that is right,
    `solution` its code.
    """

    wanted: str
    fits: Callable[[Any], bool]
    judged: Callable[[Any], str]
    example: Any
    solution: str

    def judge(self, given):
        """Try what was built. An error inside it is part of the verdict."""
        if not self.fits(given):
            return _no_answer(given, self.wanted)
        try:
            return Verdict(True, f"Right. {self.judged(given)}")
        except Wrong as wrong:
            return Verdict(False, f"Not yet. {wrong}")
        except Exception as error:
            said = " ".join(f"{type(error).__name__}: {error}".split())[:200]
            return Verdict(False, f"Not yet: it stops with {said}")


def is_missing(answer):
    """Whether an answer is still what the notebook starts with: dots, or a function of dots."""
    return answer is ... or _is_stub(answer)


def _stub():
    return ...


def _is_stub(answer):
    """Whether it is a function that returns dots and does nothing else."""
    code, stub = getattr(answer, "__code__", None), _stub.__code__
    return code is not None and (code.co_code, code.co_consts) == (stub.co_code, stub.co_consts)


def _no_answer(given, wanted):
    return Verdict(False, f"{checks.shown(given)} is no answer here: give {wanted}.")
