"""What fits in memory: asked before anything large is started.

A system without memory ends the process, and a reader's work with it.
"""

from collections.abc import Iterator
from pathlib import Path

UNASKED = 2**26  # bytes that there is always room for
SHARE = 0.8  # of what is free; the rest is for what else runs

GROUPS = Path("/sys/fs/cgroup")  # where Linux says what a container may take
OWN = Path("/proc/self/cgroup")
FILES = {  # by version: the limit, what is used, and what of that can be given back
    2: ("memory.max", "memory.current", "inactive_file"),
    1: ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
}


def require(number: int, things: str, each: float) -> None:
    """Raise `ValueError` if so many things, of `each` bytes, do not fit in the memory that is free.

    The sentence says how many there are, how many GB they take and how many would fit.
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
    """Bytes that this process can still take: of the computer's memory, or of its container's."""
    import psutil  # when it is asked: the lab starts without

    return max(min(psutil.virtual_memory().available, *_left_in_groups()), 0)


def _left_in_groups(groups: Path = GROUPS, own: Path = OWN) -> Iterator[int]:
    """What is left of each limit that Linux sets to a control group which this process is in."""
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
    """What stands in a file, "" where there is none to read."""
    try:
        return file.read_text(encoding="utf-8")
    except OSError:
        return ""


def _count(number: int, parts: int = 1) -> str:
    """A number, of which `parts` make a whole, as briefly as it can be read."""
    if number >= 10**15:
        return f"more than 10^{len(str(number // parts)) - 1}"
    return f"{number / parts:,.{len(str(parts)) - 1}f}"
