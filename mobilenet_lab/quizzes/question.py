"""A question with its choices, each with a sentence for whoever picks it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from mobilenet_lab import checks
from mobilenet_lab.costs.cost import cost


@dataclass(frozen=True)
class Question:
    """A question; `reason` says why the answer is right, `hints` has every wrong choice.

    Numbers in it are computed or looked up when the question is made.
    """

    asks: str
    answer: str
    reason: str
    hints: Mapping[str, str]

    @property
    def choices(self) -> tuple[str, ...]:
        """The answer among the others: numbers by size, words by the alphabet."""
        return tuple(sorted((self.answer, *self.hints), key=_place))

    def told(self, choice: str) -> str:
        """The sentence about a choice."""
        if checks.one_of("choice", choice, self.choices) == self.answer:
            return f"Right. {self.reason}"
        return f"Not yet. {self.hints[choice]}"


def _place(choice: str) -> tuple[float, str]:
    number = re.match(r"[\d,.]+", choice)
    return (float(number[0].replace(",", "")) if number else float("inf"), choice)


def millions(design) -> float:
    """The MACs of a design, in millions."""
    return cost(design).macs / 1e6


def percent(share: float, digits: int = 0) -> str:
    """A share in percent."""
    return f"{100 * share:.{digits}f} %"
