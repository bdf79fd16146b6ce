"""One design with its seeds: trained in one process, by one traced graph."""

import datetime
import functools
import math
import os
import platform
import time
from typing import NamedTuple

import numpy as np

from mobilenet_lab import layers
from mobilenet_lab.costs.cost import cost
from mobilenet_lab.machine import processor, version
from mobilenet_lab.networks import families
from mobilenet_lab.training import claims
from mobilenet_lab.training.bodies import Head, Whole
from mobilenet_lab.training.steps import batches, order
from mobilenet_lab.training.store import Store, run_key


class Report(NamedTuple):
    """What became of a task: seeds that are in the store now, and those that are not.

    `busy` are seeds that another process is training at the moment.
    """

    trained: tuple[int, ...] = ()
    found: tuple[int, ...] = ()
    busy: tuple[int, ...] = ()
    stopped: bool = False


class Stopped(Exception):
    """The run was stopped before it was finished."""


def train(data, design, recipe, seeds, store, stop=lambda: False, each=lambda: None):
    """Train a design with each seed that the store lacks, one after another, as a `Report`.

    The network is built and its steps are traced once, before the first seed; weights, optimiser
    and the order of the data start afresh for each. A run is in the store as soon as it is
    finished. `stop()` is asked before each step, and `each()` is called after it.

    Raises `ValueError` for weights that do not fit, `OSError` if the store takes no file.
    """
    store = store if isinstance(store, Store) else Store(store)
    design = design.replace(classes=len(data.classes))
    data = data.at(design.resolution)
    body = functools.cache(lambda: _body(data, design, recipe, store))
    done = {"trained": [], "found": [], "busy": []}
    stopped = False
    for seed in seeds:
        try:
            number = len(done["trained"])
            run = functools.partial(_run, data, design, recipe, seed, body, number, stop, each)
            how = _once(store, run_key(data, design, recipe, seed), run, stop)
        except Stopped:
            stopped = True
            break
        done[how].append(seed)
    return Report(*map(tuple, done.values()), stopped)


def _body(data, design, recipe, store):
    return (Head if recipe.head_only else Whole)(data, design, recipe, store)


def _once(store, key, run, stop):
    """Do a run and keep it, unless it is in the store or being done; says which."""
    if store.has(key):
        return "found"
    if stop():
        raise Stopped
    store.prepare()
    with claims.claim(store.folder, key) as mine:
        if not mine:
            return "busy"
        if store.has(key):  # finished by another process in the meantime
            return "found"
        store.write({"key": key, **run()})
    return "trained"


def _run(data, design, recipe, seed, body, number, stop, each):
    """Train with one seed; what there is to know about it, as a dict.

    `number` counts the task's runs from 0, which also traces the graph.
    """
    start = {**machine(), "sharing": number}
    found = measured(body(), data, recipe, seed, stop, each)
    return {**described(data, design, recipe, seed), **found, **start}


def measured(body, data, recipe, seed, stop=lambda: False, each=lambda: None):
    """One run: train with a seed and measure it, as a dict. Raises `Stopped`."""
    began, seconds, cpu = _now(), time.perf_counter(), time.process_time()
    x, x_held_out = body.start(seed)
    steps, random = body.steps, order(seed)
    losses, accuracies, count = [], [], 0
    while len(accuracies) < recipe.epochs and None not in losses:
        own = list(_epoch(steps, x, data.y, batches(len(x), recipe.batch, random), stop, each))
        count += len(own)
        losses.append(float(np.mean(own)) if math.isfinite(own[-1]) else None)
        accuracies.append(steps.accuracy(x_held_out, data.y_held_out))
    some = slice(len(x_held_out))
    return {
        "accuracy": accuracies[-1],
        "training_accuracy": steps.accuracy(x[some], data.y[some]),
        "failed": None in losses,
        "accuracies": accuracies,
        "losses": losses,
        "steps": count,
        "seconds": round(time.perf_counter() - seconds, 3),
        "cpu_seconds": round(time.process_time() - cpu, 3),
        "started": began,
        "finished": _now(),
    }


def _epoch(steps, x, y, order, stop, each):
    """The loss of each step, up to the first that is not finite. Raises `Stopped`."""
    for places in order:
        if stop():
            raise Stopped
        loss = steps.step(x[places], y[places])
        each()
        yield loss
        if not math.isfinite(loss):
            return


def described(data, design, recipe, seed):
    """What is trained, on what and how, as a dict."""
    counts = cost(design)
    return {
        "data": data.title,
        "fingerprint": data.fingerprint,
        "pictures": len(data.x),
        "held_out": len(data.x_held_out),
        "chance": data.chance,
        **dict.fromkeys(families.own_knobs()),
        **design.values(),
        **recipe.values(),
        "seed": seed,
        "macs": counts.macs,
        "params": counts.params,
    }


def machine():
    """Versions, processor and load, as a dict."""
    names = {"lab": "mobilenet-lab", "keras": "keras", "numpy": "numpy"}
    return {
        **{name: version(package) for name, package in names.items()},
        "tensorflow": layers.tensorflow().__version__,
        "python": platform.python_version(),
        "processor": processor(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
    }


def _now():
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")
