"""What a live page consists of, as values: controls, panels, a legend, and its data."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from mobilenet_lab import checks
from mobilenet_lab.networks.design import Design
from mobilenet_lab.networks.families import FAMILIES, knobs
from mobilenet_lab.networks.knobs import Knob
from mobilenet_lab.networks.sizes import multiplier


class Slider(NamedTuple):
    """A slider over positions: what each is called, and at which it begins."""

    name: str
    label: str
    texts: list[str]
    start: int = 0
    help: str = ""


class Choice(NamedTuple):
    """A list: value -> what it is called, and the value at which it begins."""

    name: str
    label: str
    options: Mapping[str, str]
    start: str


class Panel(NamedTuple):
    """A place for a plot: its name in the script, its heading and its height in px."""

    name: str
    title: str
    height: int = 250


class Key(NamedTuple):
    """A line of the legend: a `shape` ("line", "dashed", "bar" or a marker), how it is painted."""

    label: str
    shape: str
    fill: str = "none"
    edge: str = "none"


class Live(NamedTuple):
    """A live page.

    `script` names the file in `static/` that moves it; `data` is what that reads, and can be
    written as JSON. `notes` say below the plots where the numbers come from.
    """

    script: str
    title: str
    intro: str
    controls: list[Slider | Choice]
    panels: list[Panel]
    legend: list[Key]
    data: dict[str, Any]
    notes: list[str]
    table: str = ""  # what the table below the plots is called, if there is one
    shown: bool = False  # whether that is open at first


Axes = dict[str, list[float]]  # the positions of each knob by name


def positions(
    given: Mapping[str, float | None], family: str | None = None
) -> tuple[Axes, dict[str, int]]:
    """The positions of each knob's slider, and where it begins; a given value is one of them.

    Raises `ValueError` for a value off the slider's range and for a knob that the `family` lacks,
    `TypeError` for what is no knob.
    """
    for name, value in given.items():
        if name not in knobs():
            raise TypeError(f"got an unexpected keyword argument {name!r}")
        if family and value is not None and not FAMILIES[family].uses(name):
            checks.refuse(name, value, f"None, since {family} has no {name}")
    axes, start = {}, {}
    for name, knob in knobs().items():
        value = given.get(name)
        value = knob.start if value is None else _possible(name, knob, value)
        axes[name] = sorted({*knob.values, value})
        start[name] = axes[name].index(value)
    return axes, start


def _possible(name: str, knob: Knob, value: Any) -> float:
    found = knob.possible(name, value)
    if not knob.low <= found <= knob.high:
        checks.refuse(name, value, knob.accepted)
    return found


def checked_designs(name: str, given: Any) -> list[Design]:
    """Some designs as a list, in the order given. Raises `ValueError` for anything else."""
    found = list(given) if isinstance(given, list | tuple) else [None]
    if not all(isinstance(one, Design) for one in found):
        checks.refuse(name, given, "a list of designs")
    return found


def sliders(axes: Axes, start: Mapping[str, int], family: str | None = None) -> list[Slider]:
    """A slider for each knob of a family, or of all families."""
    return [
        Slider(name, knob.name, texts(name, axes[name]), start[name], knob.help)
        for name, knob in knobs().items()
        if family is None or FAMILIES[family].uses(name)
    ]


def texts(name: str, values: list[float]) -> list[str]:
    """The positions of a knob in words: "0.75", "160 px (ρ 0.714)"."""
    if name == "resolution":
        return [f"{value} px (ρ {multiplier(value):.3g})" for value in values]
    return [f"{value:g}" for value in values]


def family_choice(start: str) -> Choice:
    """A list of all families."""
    checks.one_of("family", start, FAMILIES)
    return Choice("family", "family", {key: own.title for key, own in FAMILIES.items()}, start)
