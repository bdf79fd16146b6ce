"""A design in words, and how it differs from a pinned one."""

from mobilenet_lab.costs.cost import cost
from mobilenet_lab.costs.curves import BUDGET
from mobilenet_lab.networks.design import short
from mobilenet_lab.plots.style import millions
from mobilenet_lab.published.known import SERIES, top1


def describe(design, exact=False):
    """A design, its MACs, parameters and published top-1, in one sentence.

    `exact` writes the counts in full instead of in millions.
    """
    write = "{:,}".format if exact else millions
    counted = cost(design)
    counts = f"{write(counted.macs)} MACs, {write(counted.params)} parameters"
    value, series = top1(design)
    accuracy = f"top-1 {value:.1f} % ({SERIES[series]})" if series else "no accuracy published"
    return f"{design}: {counts}, {accuracy}"


def called(design):
    """The short name of a design, for lists and buttons."""
    return str(design).removeprefix("MobileNet ")


def against(design, pinned):
    """How a design differs from the last pinned one that is another, in one sentence."""
    last = next((one for one in reversed(pinned) if one != design), pinned[-1])
    name = f"{last}" if len(pinned) == 1 else f"{pinned.index(last) + 1}, {last}"
    ours, theirs = cost(design), cost(last)
    steps = [
        f"Δ {name} {_signed(getattr(ours, field) - getattr(theirs, field), millions)}"
        for field, name in BUDGET.items()
    ]
    accuracies = top1(design)[0], top1(last)[0]
    if None not in accuracies:
        steps.append(f"Δ top-1 {_signed(accuracies[0] - accuracies[1], '{:.1f} points'.format)}")
    return f"Against the pinned {name}: {', '.join(steps)}."


def over_budget(design, budget):
    """A sentence for each limit that a design exceeds, with the excess."""
    counted = cost(design)
    return [
        f"· Over the budget of {BUDGET[name]} by {millions(getattr(counted, name) - limit)}."
        for name, limit in budget.items()
        if limit is not None and getattr(counted, name) > limit
    ]


def code(design):
    """The line of Python that creates a design."""
    settings = {"alpha": design.alpha, "resolution": design.resolution} | dict(design.knobs)
    written = ", ".join(f"{name}={short(value)}" for name, value in settings.items())
    return f'Design("{design.family}", {written})'


def _signed(difference, write):
    """A difference with its sign, the size as `write` writes it."""
    return f"{'−' if difference < 0 else '+'}{write(abs(difference))}"
