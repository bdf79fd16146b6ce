"""The memory that a network's tensors take while a runtime executes it, by named definitions.

- "live": what an operation reads and writes, and every other tensor that is still needed. What a
  runtime takes that never works in place and loses no byte between its tensors.
- "mcunet": what a convolution reads and writes; a waiting shortcut counts at the depthwise layer
  only. So does `count_peak_activation_size` in the search of MCUNet (Lin et al. 2020,
  arXiv:2007.10319).
- "in-place": live tensors, but a depthwise convolution writes into what it reads, as TinyEngine's
  does (Lin et al. 2021, arXiv:2110.15352).
- "tflm": TensorFlow Lite Micro, which plans the place of each tensor in its arena beforehand. It
  also needs persistent memory, which is an estimate here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import pandas as pd

from mobilenet_lab import checks
from mobilenet_lab.costs.cost import nullable
from mobilenet_lab.costs.graph import Operation, operations, tensors
from mobilenet_lab.costs.memory import smaller
from mobilenet_lab.networks.design import Design, checked_design, trace
from mobilenet_lab.networks.trace import IMAGE, WEIGHTED, Count, volume

VALUE_BYTES = {8: 1, 16: 4, 32: 4}  # float16 is for weights: its activations stay float32
ALIGNMENT = 16  # bytes; TensorFlow Lite Micro's tensors start at multiples of it

Graph = Sequence[Operation]


class Life(NamedTuple):
    """The numbers of the operations between which a tensor is alive, and its bytes."""

    first: int
    last: int
    bytes: Count


@dataclass(frozen=True)
class Memory:
    """The memory that `runtime` takes for the tensors of a design at `bits` a weight.

    peak: bytes, without the persistent part.
    persistent: an estimate of the bytes that are taken all the time; 0 where none are counted.
    at: the name of the operation at the peak.
    operations: the names of all operations in order.
    alive: bytes that the definition counts at each operation; a plan may need more than the most.
    blocks: a DataFrame, one row per tensor: `tensor`, the numbers of the `first` and the `last`
        operation of its life, its `offset` in the arena (<NA> where none is planned), its `bytes`.
    """

    design: Design
    bits: int
    runtime: str
    peak: int
    persistent: int
    at: str
    operations: tuple[str, ...] = field(repr=False)
    alive: tuple[int, ...] = field(repr=False)
    blocks: pd.DataFrame = field(compare=False, repr=False)


def memory(design: Design, bits: int = 8, runtime: str = "tflm") -> Memory:
    """What a design holds in memory while it runs, by one of `RUNTIMES`; a `Memory`.

    `bits` is 8 (integers throughout), 16 (float16 weights) or 32. With float16 weights the
    activations are float32, and so is the plan; TensorFlow Lite Micro itself runs no such file.
    `runtime` is "live", "mcunet", "in-place" or "tflm"; `costs.arena` defines them.

    Raises `ValueError` for anything else.
    """
    graph, lives, own = _read(design, bits, runtime)
    alive = own.alive(graph, lives)
    offsets = own.plan(lives) if own.plan else None
    peak, at = _peak(lives, alive, offsets)
    names = tuple(one.name for one in graph)
    blocks = pd.DataFrame(lives)
    blocks.insert(0, "tensor", [IMAGE, *names])
    blocks.insert(3, "offset", nullable(offsets or [None] * len(lives)))
    kept = own.persistent(graph)
    return Memory(design, bits, runtime, peak, kept, names[at], names, tuple(alive), blocks)


def ram(design: Design, bits: int = 8, runtime: str = "tflm") -> int:
    """Bytes of memory that a design needs: the `peak` and the `persistent` part of its `memory`.

    Raises `ValueError` as `memory` does.
    """
    graph, lives, own = _read(design, bits, runtime)
    offsets = own.plan(lives) if own.plan else None
    peak, _ = _peak(lives, own.alive(graph, lives), offsets)
    return peak + own.persistent(graph)


def _read(design: Design, bits: int, runtime: str) -> tuple[Graph, list[Life], "Definition"]:
    """The operations of a design, the lives of its tensors, and the definition asked for."""
    layers = trace(checked_design(design))
    own = DEFINITIONS[checks.one_of("runtime", runtime, RUNTIMES)]
    if checks.integer("bits", bits) not in VALUE_BYTES:
        checks.refuse("bits", bits, "8, 16 or 32")
    graph = operations(layers)
    return graph, lives_of(graph, volume(layers[0].shape_in), bits, own), own


def lives_of(graph: Graph, image: Count, bits: int, own: "Definition") -> list[Life]:
    """The lives of a graph's tensors by a definition; `image` is the number of its values."""
    each = VALUE_BYTES[bits]
    return [
        Life(first, last, -(-values * each // own.alignment) * own.alignment)
        for values, first, last in tensors(graph, image)
    ]


def _peak(lives: list[Life], alive: list[int], offsets: list[int] | None) -> tuple[int, int]:
    """The peak in bytes, and the number of the first operation at it."""
    if offsets is None:
        return max(alive), alive.index(max(alive))
    peak, start = max(
        (offset + life.bytes, -life.first) for offset, life in zip(offsets, lives, strict=True)
    )
    return peak, -start


def plan(lives: Sequence[Life]) -> list[int]:
    """The offset of each tensor in the arena of TensorFlow Lite Micro, in bytes.

    Its greedy planner: the largest tensor first, of equal ones the later, each at the lowest place
    that is free during all its life (`greedy_memory_planner.cc`).
    """
    offsets = [0] * len(lives)
    placed: list[int] = []
    for own in sorted(range(len(lives)), key=lambda one: (-lives[one].bytes, -one)):
        first, last, size = lives[own]
        beside = [one for one in placed if lives[one].first <= last and first <= lives[one].last]
        for one in sorted(beside, key=offsets.__getitem__):
            if offsets[one] - offsets[own] >= size:
                break
            offsets[own] = max(offsets[own], offsets[one] + lives[one].bytes)
        placed.append(own)
    return offsets


def _live(graph: Graph, lives: list[Life]) -> list[int]:
    alive = [0] * len(graph)
    for first, last, size in lives:
        for number in range(first, last + 1):
            alive[number] += size
    return alive


def _in_place(graph: Graph, lives: list[Life]) -> list[int]:
    alive = _live(graph, lives)
    for number, (own, read, written) in enumerate(_ends(graph, lives)):
        if own.op == "depthwise" and read.last == number:
            alive[number] -= smaller(read.bytes, written.bytes)
    return alive


def _mcunet(graph: Graph, lives: list[Life]) -> list[int]:
    alive = _live(graph, lives)
    for number, (own, read, written) in enumerate(_ends(graph, lives)):
        if own.op != "depthwise":
            alive[number] = read.bytes + written.bytes if own.op in WEIGHTED else 0
    return alive


def _ends(graph: Graph, lives: list[Life]) -> list[tuple[Operation, Life, Life]]:
    """Each operation with the first tensor that it reads and the one that it writes."""
    place = {IMAGE: 0} | {own.name: number for number, own in enumerate(graph, 1)}
    return [(own, lives[place[own.reads[0]]], lives[place[own.name]]) for own in graph]


def _nothing(graph: Graph) -> int:
    return 0


CHANNEL, LAYER, OTHER, ONCE = 8, 240, 170, 900  # bytes; see `_persistent`


def _persistent(graph: Graph) -> int:
    """An estimate of what TensorFlow Lite Micro keeps beside its arena, in bytes.

    For each output channel it keeps a multiplier and a shift (4 bytes each), for each operation its
    description and those of its tensors, and some things once. All but the first are fitted to what
    the recorder says on a 64-bit machine (tests/tflm: within 1 %); 32-bit pointers take less.
    """
    layers = sum(own.channels > 0 for own in graph)
    channels = sum(own.channels for own in graph)
    return CHANNEL * channels + LAYER * layers + OTHER * (len(graph) - layers) + ONCE


class Definition(NamedTuple):
    """How a runtime's memory is counted: bytes at each operation, a plan, the persistent part."""

    alive: Callable[[Graph, list[Life]], list[int]]
    plan: Callable[[Sequence[Life]], list[int]] | None = None
    alignment: int = 1
    persistent: Callable[[Graph], int] = _nothing


DEFINITIONS = {
    "live": Definition(_live),
    "mcunet": Definition(_mcunet),
    "in-place": Definition(_in_place),
    "tflm": Definition(_live, plan, ALIGNMENT, _persistent),
}
RUNTIMES = tuple(DEFINITIONS)
