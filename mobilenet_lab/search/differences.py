"""How designs differ, in sentences that are computed."""

from mobilenet_lab.plots.style import kibibytes, millions

COUNTED = {  # what there is of each count, the word for a smaller amount, how it is written
    "macs": ("MACs", "fewer", millions),
    "params": ("parameters", "fewer", millions),
    "ram": ("RAM", "less", kibibytes),
    "flash": ("flash", "less", kibibytes),
    "ms": ("time", "less", "{:.3g} ms".format),
}
NEARLY = 0.005  # a difference below half a per cent is called none


def differences(sides):
    """Sentences about the `Side`s: each of the others against the first, then all of them."""
    first, *others = sides
    found = [sentence for other in others for sentence in _against(other, first)]
    return (*found, *map(_places, sides), *_ranking_only(sides))


def _against(one, first):
    counts = f"Against {first.name}, {one.name} takes {_listed(_parts(one, first))}."
    return [counts, _accuracy(one, first), *_verdict(one, first)]


def _places(side):
    """Where a design has most of everything."""
    return (
        f"{side.name} has most MACs in {_most(side, 'macs')}, most parameters in "
        f"{_most(side, 'params')} and its peak of RAM at {side.memory.at}."
    )


def _parts(one, first):
    """Each count of both: "23 % fewer MACs (37.6 M against 48.7 M)"."""
    pairs = {name: (one.counts[name], first.counts[name]) for name in COUNTED}
    return [_part(name, *pair) for name, pair in pairs.items() if None not in pair]


def _part(name, value, reference):
    what, fewer, write = COUNTED[name]
    if value == reference:
        return f"the same {what} ({write(value)})"
    ratio = value / reference
    if abs(ratio - 1) < NEARLY:
        amount = f"nearly the same {what}"
    elif ratio >= 2:
        amount = f"{ratio:.1f} times the {what}"
    else:
        amount = f"{100 * abs(ratio - 1):.0f} % {'more' if ratio > 1 else fewer} {what}"
    return f"{amount} ({write(value)} against {write(reference)})"


def _listed(parts):
    *others, last = parts
    return f"{', '.join(others)} and {last}" if others else last


def _accuracy(one, first):
    """What can be said about which is more accurate."""
    for side in (one, first):
        if side.accuracy.top1 is None:
            return f"The accuracy of {side.name} is unknown: {side.accuracy.reason}."
    if not one.comparable(first):
        return "Their accuracies are not comparable: they are about different tasks or trainings."
    told = " against ".join(map(_interval, (one, first)))
    if not _apart(one, first):
        return f"Their accuracies cannot be told apart: the intervals overlap, top-1 {told}."
    gap = one.accuracy.top1 - first.accuracy.top1
    return (
        f"{one.name} is {'more' if gap > 0 else 'less'} accurate by {abs(gap):.1f} points, and the "
        f"intervals do not overlap: top-1 {told}."
    )


def _apart(one, other):
    """Whether the intervals of two accuracies lie apart."""
    ours, theirs = one.accuracy, other.accuracy
    return ours.low > theirs.high or theirs.low > ours.high


def _interval(side):
    reached = side.accuracy
    return f"{reached.top1:.1f} % ({reached.low:.1f} to {reached.high:.1f}, {side.basis})"


def _most(side, name):
    """The stage that has most of a count: "stage3 (49 %)"."""
    values = side.stages[name]
    return f"{values.idxmax()} ({100 * values.max() / values.sum():.0f} %)"


def _verdict(one, first):
    """A sentence where one of two costs less and is not known to be less accurate."""
    for better, worse in ((one, first), (first, one)):
        if _costs_less(better, worse) and _is_as_good(better, worse):
            return [
                f"No count speaks for {worse.name}: {better.name} costs no more in any of them, "
                "and is as accurate as far as the intervals can tell."
            ]
    return []


def _costs_less(one, other):
    """Whether it costs at most as much in every known count, and less in one."""
    pairs = [(one.counts[name], other.counts[name]) for name in COUNTED]
    known = [pair for pair in pairs if None not in pair]
    return all(ours <= theirs for ours, theirs in known) and any(a < b for a, b in known)


def _is_as_good(one, other):
    """Whether it is known to be at least about as accurate."""
    if not one.comparable(other):
        return False
    return not _apart(one, other) or one.accuracy.top1 > other.accuracy.top1


def _ranking_only(sides):
    """What the accuracies do not say, where the classes are not those of ImageNet."""
    others = {side.design.classes for side in sides if side.basis == "ranking"}
    if not others:
        return []
    return [
        "The accuracies are those of ImageNet's 1000 classes: they rank the designs, and do not "
        f"say what these reach on {_listed(list(map(str, sorted(others))))} classes."
    ]
