"""Which networks the checkpoints say something about, and where they say little."""

from functools import cache

import numpy as np

from mobilenet_lab.costs.cost import cost
from mobilenet_lab.networks.design import COLOURS, Design, checked_design, short
from mobilenet_lab.networks.families import FAMILIES
from mobilenet_lab.networks.sizes import longest
from mobilenet_lab.published import released
from mobilenet_lab.published.predicted import laws, points, range_of

COUNTS = "macs", "params"


def why_not(design: Design) -> str:
    """Why nothing is predicted for a design, in one sentence without its full stop; "" if it is.

    The number of classes is not looked at: it changes the task, and not the body.
    """
    design = checked_design(design)
    if design.family not in laws():
        return _why_not_family(design.family)
    if design.variant:
        return f"{design.variant!r} is another network than the published ones"
    if not _is_the_papers(design):
        return f"no accuracy of the {design.dialect} dialect, another network, is published"
    if not isinstance(design.resolution, int) or design.channels != COLOURS:
        return "all published checkpoints read square pictures in colours"
    return _why_not_knobs(design) or _why_not_size(design)


def _why_not_family(family: str) -> str:
    """Why a family has no law."""
    title = FAMILIES[family].title
    number = len(released.checkpoints(family))
    if not number:
        return f"no checkpoint of {title} is published"
    return f"only {number} checkpoints of {title} are published, too few to say what others reach"


def _is_the_papers(design: Design) -> bool:
    """Whether the paper dialect has the same widths and maps, as for most that `keras` builds."""
    twin = design.as_published
    macs, params = ({getattr(cost(one), name) for one in (twin, design)} for name in COUNTS)
    return twin.dialect == "paper" and len(macs) == len(params) == 1


def _why_not_knobs(design: Design) -> str:
    for name, value in design.knobs:
        knob = FAMILIES[design.family].knobs[name]
        if value != knob.start:
            return (
                f"all published checkpoints have {knob.symbol} {short(knob.start)}, which does not "
                f"say what {knob.symbol} {short(value)} would reach; notebook 07 measures "
                f"{knob.symbol} on small data"
            )
    return ""


def _why_not_size(design: Design) -> str:
    low, high = range_of(design.family)
    parts, size = [], longest(design.resolution)
    if not low[0] <= design.alpha <= high[0]:
        parts.append(f"α {short(design.alpha)} is outside {low[0]:g} to {high[0]:g}")
    if not low[1] <= size <= high[1]:
        parts.append(f"{size} px is outside {low[1]:g} to {high[1]:g} px")
    where = f"the range of the published checkpoints of {design.family}"
    return f"{' and '.join(parts)}, {where}" if parts else ""


def caution(design: Design) -> str:
    """Why a prediction is less certain than its interval says; "" where nothing is known."""
    parts: list[str] = []
    low, size = _shared(), longest(design.resolution)
    alphas, sizes = _corners(design.family)
    if not ((alphas >= design.alpha) & (sizes <= size)).any():
        parts.append(
            f"no checkpoint of {design.family} has α {short(design.alpha)} or more at "
            f"{size} px or less, so this is extrapolated"
        )
    if size < low:
        few = (points()["resolution"] < low).sum()
        parts.append(f"below {low} px there are only {few} checkpoints")
    return ", and ".join(parts)


@cache
def _corners(family: str) -> tuple[np.ndarray, np.ndarray]:
    """α and px of each checkpoint of a family."""
    own = points().query("family == @family")
    return own["alpha"].to_numpy(), own["resolution"].to_numpy()


@cache
def _shared() -> int:
    """The least resolution in pixels of which every family has checkpoints."""
    return int(points().groupby("family")["resolution"].min().max())
