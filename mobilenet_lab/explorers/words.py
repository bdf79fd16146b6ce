"""A design in words, and how it differs from a pinned one."""

from mobilenet_lab.costs.cost import cost
from mobilenet_lab.costs.curves import COUNTS
from mobilenet_lab.costs.limits import LIMITS, excess, least, needs
from mobilenet_lab.networks.design import CLASSES, short
from mobilenet_lab.pages.words import described
from mobilenet_lab.plots.style import kibibytes, millions, written
from mobilenet_lab.published.known import top1


def describe(design, exact=False):
    """A design, its MACs, parameters and published top-1, in one sentence.

    `exact` writes the counts in full instead of in millions.
    """
    write = "{:,}".format if exact else millions
    counted = cost(design)
    return described(design, counted.macs, counted.params, write)


def called(design):
    """The short name of a design, for lists and buttons."""
    return str(design).removeprefix("MobileNet ")


def against(design, pinned):
    """How a design differs from the last pinned one that is another, in one sentence."""
    last = next((one for one in reversed(pinned) if one != design), pinned[-1])
    name = f"{last}" if len(pinned) == 1 else f"{pinned.index(last) + 1}, {last}"
    ours, theirs = cost(design), cost(last)
    steps = [
        f"Δ {LIMITS[name].title} {signed(getattr(ours, name) - getattr(theirs, name), millions)}"
        for name in COUNTS
    ]
    accuracies = top1(design)[0], top1(last)[0]
    if None not in accuracies:
        steps.append(f"Δ top-1 {signed(accuracies[0] - accuracies[1], '{:.1f} points'.format)}")
    return f"Against the pinned {name}: {', '.join(steps)}."


def over_budget(design, budget):
    """A sentence for each limit that a design exceeds, and for those of memory in any case."""
    over = excess(design, budget)
    said = []
    for name, most in budget.items():
        held, title = _held(design, name) if most is not None else "", LIMITS[name].title
        if name in over:
            sentence = f"· Over the budget of {title} by {written(over[name], name)}"
            said.append(f"{sentence}: {held}." if held else f"{sentence}.")
        elif held:
            said.append(f"· Within the budget of {title}: {held}.")
    return said


def _held(design, name):
    """What a design needs of a memory, and by which definition; "" for other limits."""
    if name == "ram":
        planned, alone = (kibibytes(one(design)["ram"]) for one in (needs, least))
        arena = "the planned arena of TensorFlow Lite Micro and an estimate of its persistent part"
        return f"{planned} at int8, {arena} (live tensors alone: {alone})"
    return f"{kibibytes(least(design)['flash'])}, the predicted int8 file" * (name == "flash")


def code(design):
    """The line of Python that creates a design."""
    settings = {"alpha": design.alpha, "resolution": design.resolution} | dict(design.knobs)
    settings |= {"classes": design.classes} if design.classes != CLASSES else {}
    written = ", ".join(f"{name}={short(value)}" for name, value in settings.items())
    return f'Design("{design.family}", {written})'


def signed(difference, write):
    """A difference with its sign, the size as `write` writes it."""
    return f"{'−' if difference < 0 else '+'}{write(abs(difference))}"
