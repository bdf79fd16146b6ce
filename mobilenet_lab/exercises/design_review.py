"""The exercises of notebook 09."""

import pandas as pd

from mobilenet_lab.costs.arena import Life, plan
from mobilenet_lab.exercises.fitting import CLASSES, FLASH, RAM, fits
from mobilenet_lab.exercises.kinds import Choice, Number
from mobilenet_lab.networks.design import Design
from mobilenet_lab.search.accuracy import predict
from mobilenet_lab.search.budget import Budget
from mobilenet_lab.search.review import review

KIB = 1024
TENSORS = (  # KiB, first and last operation: an expanded block, and one that waits for its sum
    ("expanded", 66, 0, 1),
    ("depthwise", 22, 1, 2),
    ("projected", 11, 2, 4),
    ("expanded again", 33, 3, 4),
    ("depthwise again", 33, 4, 4),
)
PHONE = "150M"  # MACs, in the third exercise
LARGER = Design("v2", resolution=160)  # a checkpoint that nearly fits them


def refused_by_flash():
    """How many designs the flash refuses if it is asked first."""
    flash, both = (
        review(Budget(flash=FLASH, runtime="live", **ram), classes=CLASSES)
        for ram in ({}, {"ram": RAM})
    )
    more = review(Budget(flash=FLASH))
    answer, left = flash.searched - flash.fits, both.funnel.iloc[-1]
    return Number(
        unit="designs",
        answer=answer,
        within=0.5,
        reason=f"Alone, the flash refuses {answer} of {flash.searched}. After the RAM it refuses "
        f"{left.refused}, since the RAM has refused the other {answer - left.refused} already. The "
        "column `refused` depends on the order of the limits; `alone` does not.",
        mistakes={
            int(left.refused): "Those are what the flash refuses of the designs that the RAM has "
            "left. Asked first, it sees all of them.",
            flash.fits: "That is how many it leaves.",
            more.searched - more.fits: f"That is for 1000 classes. With {CLASSES} the classifier "
            "is much smaller.",
            more.fits: "That is how many it leaves with 1000 classes.",
            len(flash.refused): "That is the length of `refused`, which keeps the nearest designs "
            "alone. The funnel counts all of them.",
        },
        hint='`review(Budget(flash="1MiB"), classes=2)` has a funnel of its own.',
    )


def tensors() -> pd.DataFrame:
    """Five tensors: the KiB that each takes, and the operations between which it is alive."""
    return pd.DataFrame(TENSORS, columns=["tensor", "KiB", "first", "last"])


def planned_by_hand():
    """The arena of five tensors."""
    lives = [Life(first=first, last=last, bytes=KIB * size) for _, size, first, last in TENSORS]
    offsets = plan(lives)
    arena = max(start + own.bytes for start, own in zip(offsets, lives, strict=True)) // KIB
    alive = max(
        sum(size for _, size, first, last in TENSORS if first <= now <= last)
        for now in range(TENSORS[-1][-1] + 1)
    )
    whole, largest = (how(size for _, size, *_ in TENSORS) for how in (sum, max))
    return Number(
        unit="KiB",
        answer=arena,
        within=0.5,
        reason=f"The largest lies at 0 and the second above it, from {largest} to {alive} KiB. The "
        f"two last fill 0 to {largest} KiB. The third meets all but the first while it is alive, "
        f"so its place is above {alive} KiB. The arena takes {arena - alive} KiB more than is ever "
        "alive at once.",
        mistakes={
            alive: "That is the peak of live tensors. The third tensor needs one place for all "
            "its life: is there one below this peak?",
            whole: "That gives each tensor a place of its own. Two that are never alive together "
            "may share one.",
            largest: "That is the largest tensor alone.",
        },
        hint="Place the largest first, of equal ones the later, each at the lowest address that "
        "is free from its first to its last operation.",
    )


def told_apart():
    """What two intervals say that overlap."""
    best = review(Budget(macs=PHONE)).best
    fit, more = predict(best), predict(LARGER)
    return Choice(
        answer="cannot tell",
        reason=f"{fit.low:.1f} to {fit.high:.1f} % and {more.low:.1f} to {more.high:.1f} % "
        "overlap nearly everywhere. What tells them apart is one recipe for both, with a few "
        "seeds each, as in notebook 07. Another argument may well decide: one of them can be "
        "downloaded.",
        hints={
            "the larger one": f"Its published {more.top1:.1f} % is {more.top1 - fit.top1:.1f} "
            "points above the prediction. How wide are the intervals?",
            "the one that fits": "Its prediction is the lower of the two. And how wide are the "
            "intervals?",
            "equally good": "*Not shown* to differ is not *equal*: their true accuracies may be "
            "two points apart.",
        },
    )


EXERCISES = (refused_by_flash, planned_by_hand, told_apart, fits)
