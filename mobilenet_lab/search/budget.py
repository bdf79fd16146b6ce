"""What a network may cost on a device: the limits, and by which runtime its memory is counted."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from mobilenet_lab import checks

THOUSANDS = {"": 1, "k": 10**3, "K": 10**3, "M": 10**6, "G": 10**9}
BYTES = {
    **{"": 1, "B": 1, "kB": 10**3, "KB": 10**3, "MB": 10**6, "GB": 10**9},
    **{"KiB": 2**10, "MiB": 2**20, "GiB": 2**30},
}
TIMES = {"": 1, "ms": 1, "s": 1000}
UNITS = {"macs": THOUSANDS, "params": THOUSANDS, "ram": BYTES, "flash": BYTES, "ms": TIMES}
ACCEPTED = {
    "macs": 'a count of at least 1, such as 150_000_000 or "150M"',
    "params": 'a count of at least 1, such as 4_200_000 or "4.2M"',
    "ram": 'a number of bytes, at least 1, or text such as "256 KiB" or "1.5 MB"',
    "flash": 'a number of bytes, at least 1, or text such as "1 MiB" or "1.5 MB"',
    "ms": 'milliseconds, more than 0, such as 10 or "12.5 ms"',
}
MEANT = {"macs": "MACs", "params": "parameters", "ram": "of RAM", "flash": "of flash"}
MEANT["ms"] = "an image"
LIMITS = tuple(ACCEPTED)  # in the order in which a review applies them
PRECISIONS = {8: "int8", 16: "float16", 32: "float32"}  # by bits a value
RUNTIMES = {  # those of `costs.arena`, in words
    "live": "live tensors",
    "mcunet": "shortcut at the depthwise layer only",
    "in-place": "depthwise in place",
    "tflm": "TensorFlow Lite Micro",
}


@dataclass(frozen=True)
class Budget:
    """The most that a network may cost: a design fits if it exceeds none of the limits.

    macs: multiply-accumulates of one image. params: all Keras variables (`Cost.params`).
    ram: bytes for activations while one image runs, by the definition of `runtime`.
    flash: bytes of the predicted .tflite file at `bits`.
    ms: milliseconds an image, predicted by a latency model.
    bits: of a value: 8 (int8), 16 (float16) or 32 (float32).
    runtime: "live" (live tensors: what a runtime needs that never works in place), "mcunet",
        "in-place" (depthwise convolutions overwrite their input) or "tflm" (TensorFlow Lite Micro's
        planned arena and an estimate of its persistent part); `costs.arena` defines them.

    A limit is a number, or text: "150M" (counts), "256 KiB", "1.5 MB" (bytes), "12.5 ms". It is
    stored as an integer, `ms` as a float; None, the default, sets no limit.

    Raises `ValueError` for a limit, `bits` or `runtime` that is not one, and without any limit.
    """

    macs: int | None = None
    params: int | None = None
    ram: int | None = None
    flash: int | None = None
    ms: float | None = None
    bits: int = 8
    runtime: str = "tflm"

    def __post_init__(self) -> None:
        for name in LIMITS:
            object.__setattr__(self, name, _limit(name, getattr(self, name)))
        bits = checks.integer("bits", self.bits, accepted="8, 16 or 32")
        if bits not in PRECISIONS:
            checks.refuse("bits", self.bits, "8, 16 or 32")
        object.__setattr__(self, "bits", bits)
        object.__setattr__(self, "runtime", checks.one_of("runtime", self.runtime, RUNTIMES))
        if not self.limits:
            checks.refuse("the number of limits", 0, f"one or more of {', '.join(LIMITS)}")

    @property
    def limits(self) -> Mapping[str, float]:
        """The limits that are set, by name."""
        amounts = {name: getattr(self, name) for name in LIMITS}
        return {name: most for name, most in amounts.items() if most is not None}

    @property
    def precision(self) -> str:
        """The number format of `bits`: "int8", "float16" or "float32"."""
        return PRECISIONS[self.bits]

    def words(self, name: str, amount: float) -> str:
        """An amount of what a limit is about, in words: "256 KiB of RAM (live tensors, int8)".

        Raises `ValueError` for a name that is not a limit's and for an amount of 0 or less.
        """
        checks.one_of("name", name, LIMITS)
        how = {"ram": f" ({RUNTIMES[self.runtime]}, {self.precision})"}
        how["flash"] = f" ({self.precision})"
        return words(name, checks.real("amount", amount)) + how.get(name, "")

    def __str__(self) -> str:
        *others, last = [self.words(name, most) for name, most in self.limits.items()]
        return f"at most {', '.join(others)}{' and ' * bool(others)}{last}"


def words(name: str, amount: float) -> str:
    """An amount of what a limit is about: "153.9 M MACs", "256 KiB of RAM", "12.5 ms an image"."""
    if name == "ms":
        return f"{amount:,.4g} ms {MEANT[name]}"
    names = ("M", "k") if UNITS[name] is THOUSANDS else ("MiB", "KiB", "B")
    unit = next((unit for unit in names if amount >= UNITS[name][unit]), "")
    return f"{_short(amount / UNITS[name][unit])} {unit} {MEANT[name]}".replace("  ", " ")


def _short(number: float) -> str:
    """A number to a tenth, or to three digits where that tells more or all would not fit."""
    tenths = 10 <= number < 10**7
    return f"{number:,.1f}".removesuffix(".0") if tenths else f"{number:.3g}"


def _limit(name: str, given: Any) -> float | None:
    """A limit as a number; None where none is set."""
    if given is None:
        return None
    number = _read(name, given) if isinstance(given, str) else given
    most = checks.real(name, number, ACCEPTED[name])
    if name == "ms":
        return most
    if most < 1:
        checks.refuse(name, given, ACCEPTED[name])
    return int(number) if not isinstance(number, str) else int(most)


def _read(name: str, text: str) -> Fraction:
    """The number that a text such as "1.5 MB" says, exactly."""
    found = re.fullmatch(r"\s*(\d[\d_]*(?:\.\d+)?)\s*([A-Za-z]*)\s*", text, re.ASCII)
    if not found or found[2] not in UNITS[name] or len(text) > 40:
        checks.refuse(name, text, ACCEPTED[name])
    return Fraction(found[1].replace("_", "")) * UNITS[name][found[2]]
