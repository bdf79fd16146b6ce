"""How long runs will take on this machine, from a few timed steps."""

import time

import numpy as np

from mobilenet_lab.costs.cost import cost
from mobilenet_lab.networks.design import trace
from mobilenet_lab.training.bodies import Head, Whole, steps_of

TIMED = 3  # steps; the fastest counts, since other load can only add to it
FORWARD = 1 / 3  # of a training step's time: what it takes to classify as many pictures


def minutes(data, designs, recipe, seeds):
    """The minutes of a run of each design, tracing shared between its seeds, as a list.

    `data` are those of each design. Only the designs with the fewest and the most MACs are timed;
    between them, time is taken to be a number of seconds for each layer and one for each MAC.
    """
    sizes = np.array([size(design) for design in designs], float)
    ends = sorted({int(sizes[:, 1].argmin()), int(sizes[:, 1].argmax())})
    times = np.array([_times(data[end], designs[end], recipe) for end in ends])
    once, each = (predicted(sizes, sizes[ends], column) for column in times.T)
    return list((once / seeds + each) / 60)


def predicted(sizes, known, times):
    """Times for all `sizes` (layers, MACs), from those of one or two that are known."""
    weights = np.linalg.lstsq(known, times, rcond=None)[0] if len(known) > 1 else np.array([-1, 0])
    if weights.min() < 0:  # noise, or a single time: by MACs alone
        weights = np.array([0, (times / known[:, 1]).mean()])
    return sizes @ weights


def size(design):
    """The layers and MACs of a design."""
    return len(trace(design)), cost(design).macs


_known = {}  # (fingerprint, design, recipe of one epoch) → seconds of a task, a run and an epoch


def _times(data, design, recipe):
    """Seconds that a task takes once, and seconds of each of its runs."""
    one = recipe.replace(epochs=1)
    key = data.fingerprint, design, one
    if key not in _known:
        _known[key] = (_of_head if recipe.head_only else _of_whole)(data, design, one)
    once, start, epoch = _known[key]
    return once, start + recipe.epochs * epoch


def _of_whole(data, design, recipe):
    start = time.perf_counter()
    body = Whole(data, design, recipe, None)
    x, _ = body.start(0)
    batch = x[: recipe.batch], data.y[: recipe.batch]
    body.steps.step(*batch)
    once = time.perf_counter() - start
    step = _fastest(lambda: body.steps.step(*batch))
    measured = FORWARD * len(data.x_held_out) / len(batch[0])
    return once, 0, step * (steps_of(data, recipe) + measured)


def _of_head(data, design, recipe):
    start = time.perf_counter()
    few, labels = data.x[: recipe.batch], data.y[: recipe.batch]
    body = Head(data, design, recipe, None)
    maps = body.pooled(few)
    body.steps.restart(0)
    body.steps.step(maps, labels)
    once = time.perf_counter() - start
    epoch = _fastest(lambda: body.steps.step(maps, labels)) * steps_of(data, recipe)
    share = (len(data.x) + len(data.x_held_out)) / len(few)
    passes = share * _fastest(lambda: body.pooled(few))
    return (once, passes, epoch) if recipe.weights is None else (once + passes, 0, epoch)


def _fastest(work):
    seconds = []
    for _ in range(TIMED):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return min(seconds)
