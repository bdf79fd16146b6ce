"""What many changes of an explorer leave behind in one process."""

import gc
import itertools
import tracemalloc
from collections import Counter
from pathlib import Path

from ipywidgets import Widget
from matplotlib.artist import Artist
from matplotlib.figure import Figure

from mobilenet_lab.explorers import Tour
from mobilenet_lab.explorers.live import LiveFigure
from mobilenet_lab.networks.families import knobs

KINDS = (LiveFigure, Figure, Artist, Widget)
WARM_UP, CHANGES = 600, 2000  # the warm-up fills the caches, which are bounded
STATM = Path("/proc/self/statm")
PAGE = 4096


def growth(explorer=None):
    """Bytes by which 2,000 changes make the process grow, and live objects of each kind added."""
    explorer = explorer or Tour()
    changes = walk(explorer)
    if not STATM.exists():
        tracemalloc.start()
    take(changes, WARM_UP)
    before, objects = resident(), alive()
    take(changes, CHANGES)
    return resident() - before, {kind: count - objects[kind] for kind, count in alive().items()}


def walk(explorer):
    """Endless changes: each knob over its whole range, and every so often another axis."""
    names = list(knobs())
    for turn in itertools.count():
        name = names[turn % len(names)]
        values = knobs()[name].values
        explorer.controls[name].value = values[(7 * turn + turn // len(values)) % len(values)]
        yield
        if turn % 10 == 9:
            draws = explorer.beside(name).items()
            explorer.ahead.begin(explorer.dials[name].slider)
            for value, draw in list(draws)[:3]:
                explorer.ahead.send(value, *draw())
        if turn % 100 == 99:
            explorer.controls["along"].value = names[turn // 100 % len(names)]
            yield


def take(changes, count):
    for _ in itertools.islice(changes, count):
        pass


def resident():
    """Bytes that the process holds: resident pages; off Linux, what Python allocated."""
    gc.collect()
    if STATM.exists():
        return int(STATM.read_text(encoding="ascii").split()[1]) * PAGE
    return tracemalloc.get_traced_memory()[0]


def alive():
    """How many objects of each kind are alive."""
    gc.collect()
    found = Counter(
        kind.__name__ for thing in gc.get_objects() for kind in KINDS if isinstance(thing, kind)
    )
    return {kind.__name__: found[kind.__name__] for kind in KINDS}
