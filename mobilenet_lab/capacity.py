"""Check that something large fits in memory before it is started.

A system that runs out of memory kills the process, and the reader's work with it.
"""

import contextlib
import ctypes
import gc
import sys
from collections.abc import Iterator
from pathlib import Path

UNASKED = 2**26  # bytes; smaller requests are not checked
SHARE = 0.8  # of the free memory; the rest is for other processes
BROWSER = 2**31  # bytes: what is assumed to be free where a page runs Python and nothing tells

GROUPS = Path("/sys/fs/cgroup")  # where Linux reports the limits of a container
OWN = Path("/proc/self/cgroup")
FILES = {  # by version: the limit, the usage, and the part of it that can be reclaimed
    2: ("memory.max", "memory.current", "inactive_file"),
    1: ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
}


def require(number: int, things: str, each: float) -> None:
    """Raise `ValueError` if `number` things of `each` bytes do not fit in the free memory.

    The message says how many there are, how many GB they take and how many would fit.
    """
    if number * int(each) < UNASKED:
        return
    free = available()
    fits = int(free * SHARE / each)
    if number > fits:
        raise ValueError(
            f"{_count(number)} {things} take about {_count(number * int(each) // 10**8, 10)} GB of "
            f"memory, which is not possible here; accepted: up to {fits:,}, which fit in the "
            f"{free / 1e9:,.1f} GB that are free"
        )


def available() -> int:
    """Bytes that this process can still allocate, on this computer or in this container."""
    if sys.platform == "emscripten":  # in a browser, for which psutil has no package
        return BROWSER
    import psutil  # when it is asked: the lab starts without

    return max(min(psutil.virtual_memory().available, *_left_in_groups()), 0)


def give_back() -> None:
    """Drop models that nothing refers to, and return their memory to the system.

    Models are reference cycles, which Python finds late; and Linux' C library keeps what is freed:
    500 MB after the conversion of a network.
    """
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)


def _left_in_groups(groups: Path = GROUPS, own: Path = OWN) -> Iterator[int]:
    """The bytes left under each limit of the Linux control groups that this process belongs to."""
    for line in _text(own).splitlines():
        _, controllers, path = line.split(":", 2)
        if not controllers or "memory" in controllers.split(","):
            version, root = (1, groups / "memory") if controllers else (2, groups)
            group = root / path.lstrip("/")
            for folder in (group, *group.parents):  # a container may see its own group as the root
                if folder.is_relative_to(root):
                    yield from _left(folder, *FILES[version])


def _left(folder: Path, limit: str, used: str, reclaimable: str) -> Iterator[int]:
    """The bytes that a control group has left, if it has a limit."""
    most, now = _text(folder / limit).strip(), _text(folder / used).strip()
    if most.isdigit() and now.isdigit():
        facts = dict(line.split()[:2] for line in _text(folder / "memory.stat").splitlines())
        yield int(most) - int(now) + int(facts.get(reclaimable, 0))


def _text(file: Path) -> str:
    """The text of a file, "" if it cannot be read."""
    try:
        return file.read_text(encoding="utf-8")
    except OSError:
        return ""


def _count(number: int, parts: int = 1) -> str:
    """`number / parts`, written briefly."""
    if number >= 10**15:
        return f"more than 10^{len(str(number // parts)) - 1}"
    return f"{number / parts:,.{len(str(parts)) - 1}f}"
