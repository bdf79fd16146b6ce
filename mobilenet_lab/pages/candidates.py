"""What fits a budget: the networks of the default grid, by every runtime and precision."""

from functools import lru_cache
from typing import Any

import pandas as pd

from mobilenet_lab import checks
from mobilenet_lab.costs.limits import LIMITS
from mobilenet_lab.networks.families import FAMILIES
from mobilenet_lab.pages import designs
from mobilenet_lab.pages.parts import Choice, Key, Live, Panel, Slider
from mobilenet_lab.plots.candidates import BARS, BEYOND, NEAR, ROOM, TITLES
from mobilenet_lab.plots.style import INK, REFERENCE, UNITS, label
from mobilenet_lab.search import budget as budgets
from mobilenet_lab.search import words
from mobilenet_lab.search.budget import PRECISIONS, RUNTIMES, Budget
from mobilenet_lab.search.review import MOST, review
from mobilenet_lab.search.tables import designs as designs_of

START = Budget(ram="256KiB", flash="1MiB", runtime="tflm")  # a microcontroller
NONE = "no limit"
POSITIONS = {  # of the limits' sliders
    "macs": [one * 10**6 for one in (10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 400, 500, 600)],
    "params": [int(one * 10**6) for one in (0.5, 0.7, 1, 1.5, 2, 2.5, 3, 3.5, 4, 5, 6)],
    "ram": [one * 2**10 for one in (64, 96, 128, 192, 256, 320, 384, 512, 768, 1024, 2048, 4096)],
    "flash": [one * 2**10 for one in (256, 512, 768, 1024, 1536, 2048, 3072, 4096, 8192, 16384)],
}


def candidates(budget: Budget | None = None, price: str = "") -> Live:
    """The networks that fit a budget, the best first: sliders for the limits, a plot and a table.

    The designs are those of `review` without a grid of one's own, with 1000 classes. Begins with a
    `budget` (by default of a microcontroller), whose limits are positions of the sliders, and with
    the accuracy over a `price`, by default the first that is limited. Raises `ValueError` for
    anything else, such as a limit of time.
    """
    budget = START if budget is None else budget
    if not isinstance(budget, Budget) or budget.ms is not None:
        checks.refuse("budget", budget, "a Budget without a limit of time, or None")
    price = checks.one_of("price", price, LIMITS) if price else next(iter(budget.limits))
    limits = {
        name: sorted({*own, budget.limits.get(name, own[0])}) for name, own in POSITIONS.items()
    }
    return Live(
        script="candidates",
        title="What fits a budget",
        intro="Set the limits of a device, and see which MobileNets fit and what they would reach.",
        controls=[*_sliders(budget, limits), *_choices(budget, price)],
        panels=[Panel("front", TITLES["imagenet"], 380)],
        legend=_legend(),
        data=_networks()
        | {
            "limits": limits,
            "families": {key: designs.looks(key) for key in _keys()},
            "meant": budgets.MEANT,
            "said": {name: [_words(name, one) for one in own] for name, own in limits.items()},
            "runtimes": RUNTIMES,
            "precisions": PRECISIONS,
            "axes": {name: {"label": label(name), "unit": UNITS[name]} for name in LIMITS},
            "drawn": {"beyond": BEYOND, "room": ROOM, "near": NEAR, "nearby": words.NEARBY}
            | {"named": words.NAMED},
        },
        notes=[
            "MACs, parameters and RAM are computed; flash is predicted, within 5 % at int8.",
            "Top-1 is published for 38 networks in float32 and predicted between them; what another"
            " number format costs has to be measured.",
        ],
        table="The first candidates",
        shown=True,
    )


def _keys() -> list[str]:
    """The families of the grid."""
    there = set(_all(START.runtime, START.bits)["family"])
    return [key for key in FAMILIES if key in there]


def _sliders(budget: Budget, limits: dict[str, list[int]]) -> list[Slider]:
    """A slider for each limit, whose last position is none."""
    return [
        Slider(
            name,
            f"{LIMITS[name].title} ≤",
            [_words(name, one) for one in own] + [NONE],
            own.index(budget.limits[name]) if name in budget.limits else len(own),
            f"the most {LIMITS[name].title} that are allowed",
        )
        for name, own in limits.items()
    ]


def _choices(budget: Budget, price: str) -> list[Choice]:
    keys = _keys()
    families = {" ".join(keys): " and ".join(keys)} | {one: FAMILIES[one].title for one in keys}
    return [
        Choice("runtime", "runtime", RUNTIMES, budget.runtime),
        Choice(
            "bits", "precision", {f"{n}": name for n, name in PRECISIONS.items()}, f"{budget.bits}"
        ),
        Choice("family", "families", families, next(iter(families))),
        Choice("price", "accuracy over", {name: LIMITS[name].title for name in LIMITS}, price),
    ]


@lru_cache(maxsize=16)
def _all(runtime: str, bits: int) -> pd.DataFrame:
    """Every network of the default grid, the best first."""
    everything = Budget(macs=10**15, runtime=runtime, bits=bits)
    return review(everything, most=MOST, progress=False).candidates


@lru_cache(maxsize=1)
def _networks() -> dict[str, Any]:
    """The networks as the page's data: a list for each quantity, the best network first."""
    frame = _all(START.runtime, START.bits)
    listed = designs_of(frame, 1000)
    ram = {
        runtime: {bits: _aligned(_all(runtime, bits), frame)["ram"].tolist() for bits in PRECISIONS}
        for runtime in RUNTIMES
    }
    flash = {
        bits: _aligned(_all(START.runtime, bits), frame)["flash"].tolist() for bits in PRECISIONS
    }
    columns = ("family", "same", "macs", "params", "top1", "low", "high", "basis")
    own = {name: frame[name].tolist() for name in columns}
    rows = [row for _, row in frame.iterrows()]
    return {
        "names": [f"{one}" for one in listed],
        "reached": [words.reached(row) for row in rows],
        "networks": own,
        "ram": ram,
        "flash": flash,
        "amounts": {
            "macs": [_words("macs", one) for one in own["macs"]],
            "params": [_words("params", one) for one in own["params"]],
            "ram": {
                runtime: {
                    bits: [_words("ram", one) for one in values] for bits, values in by.items()
                }
                for runtime, by in ram.items()
            },
            "flash": {bits: [_words("flash", one) for one in by] for bits, by in flash.items()},
        },
    }


def _aligned(frame: pd.DataFrame, like: pd.DataFrame) -> pd.DataFrame:
    """A frame of the same networks; all are in one order, that of their accuracy."""
    names = ["family", "alpha", "resolution"]
    if not frame[names].equals(like[names]):
        raise AssertionError("the order of networks depends on the runtime")
    return frame


def _words(name: str, amount: float) -> str:
    """An amount as a review says it, without what it is: "256 KiB", "150 M"."""
    return budgets.words(name, amount).removesuffix(f" {budgets.MEANT[name]}")


def _legend() -> list[Key]:
    return [
        *(
            Key(key, designs.looks(key)["marker"], fill=designs.looks(key)["color"])
            for key in _keys()
        ),
        Key("pale: beaten by another", "o", fill="#d5d5d5"),
        Key("refused", "o", edge=REFERENCE),
        Key(BARS["imagenet"], "interval", edge=REFERENCE),
        Key("front over this price", "thin", edge=INK),
        Key("best", "ring", edge=INK),
        Key("tied with the best", "ring", edge=REFERENCE),
    ]
