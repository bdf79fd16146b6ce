"""How long designs take on this machine, by the runtime.

    "keras"        model.predict(image, verbose=0), as most people call a model
    "tf.function"  the model compiled by TensorFlow, for one image
    "LiteRT"       the converted file, by the runtime that products ship on phones and boards

One image at a time, of zeros. TensorFlow decides itself how many threads it uses.
"""

import datetime
import itertools
import os
import warnings

import numpy as np
import pandas as pd

from mobilenet_lab import capacity, checks
from mobilenet_lab.costs.cost import cost
from mobilenet_lab.edge import files, packages
from mobilenet_lab.edge.converting import convert
from mobilenet_lab.edge.store import FOLDER, Store, fingerprint, key_of, machine, versions
from mobilenet_lab.models.build import build
from mobilenet_lab.models.latency import compiled, rounds
from mobilenet_lab.networks import families
from mobilenet_lab.networks.design import Design, checked_design

RUNTIMES = ("keras", "tf.function", "LiteRT")
MEASURED = ("ms", "low", "high", "cpu_ms", "runs", "cpu_share", "busy", "date")
MOST_THREADS = 1024
LEAST = 5  # rounds
WAITED = 0.9  # CPU time for wall time; below, the process had to wait for a processor
SPREAD = 0.25  # the quartiles' distance for the median; above, times differ too much


def measure(
    designs,
    runtimes=None,
    threads=1,
    precision="float32",
    *,
    weights=None,
    seconds=10.0,
    store=FOLDER,
    again=False,
):
    """Milliseconds of one image on this machine: a DataFrame, a row per design and way to run it.

    `runtimes` are some of `RUNTIMES`, by default all that are installed; `threads` and `precision`,
    one or several, are those of LiteRT. (TensorFlow has one row, in float32, and `threads` counts
    the processors that it may use.) Designs and runtimes take turns, at least five rounds and for
    at least `seconds` altogether. Building, converting and compiling are not included.

    Columns: the design's, `macs`, `runtime`, `threads`, `precision`, then `ms` (the median), `low`
    and `high` (the quartiles, ms), `cpu_ms` (the median CPU time of all threads; with one thread,
    about what an idle machine would take), `runs`, `cpu_share` (CPU time for wall time), `busy` and
    `date`. A time is busy if the process had to wait for a processor, or if times differ by more
    than a quarter: then other load on the machine is part of it. Times that are not busy are kept
    in the folder `store` by design, weights, machine and versions, and not measured again unless
    `again`.

    Raises `ValueError` for other values, and what `convert` raises.
    """
    designs = [checked_design(one) for one in _listed(designs)]
    ways = _ways(runtimes, threads, precision)
    for design in designs:
        capacity.require(cost(design).peak_activations, "values of maps", 2 * 4)
    if seconds != 0:
        checks.real("seconds", seconds)
    store, wanted = Store(store), list(itertools.product(dict.fromkeys(designs), ways))
    keys = {one: _key(*one, weights) for one in wanted}
    found = {} if checks.flag("again", again) else {one: store.time(keys[one]) for one in wanted}
    if missing := [one for one in wanted if not set(MEASURED) <= set(found.get(one) or ())]:
        for one, time in _timed(missing, weights, seconds, store).items():
            found[one] = time
            if not time["busy"]:
                store.keep_time(keys[one], time | {"design": str(one[0]), "machine": machine()})
    return pd.DataFrame([_row(*one, found[one]) for one in wanted])


def _listed(values):
    """Several values as a list, one value in a list."""
    one = isinstance(values, str | Design) or not np.iterable(values)
    found = [values] if one else list(values)
    return found or checks.refuse("an empty list", values, "at least one value in it")


def _ways(runtimes, threads, precision):
    """Each way to run a network: (runtime, threads, precision)."""
    if runtimes is None:
        runtimes = RUNTIMES[: -1 if (said := packages.missing()) else None]
        if said:
            warnings.warn(f"without LiteRT: {said}", stacklevel=3)
    counts = [checks.integer("threads", one, most=MOST_THREADS) for one in _listed(threads)]
    formats = [checks.one_of("precision", one, files.PRECISIONS) for one in _listed(precision)]
    found = []
    for runtime in (checks.one_of("runtimes", one, RUNTIMES) for one in _listed(runtimes)):
        if runtime == "LiteRT":
            found += [(runtime, *rest) for rest in itertools.product(counts, formats)]
        else:
            found.append((runtime, os.cpu_count(), "float32"))
    return list(dict.fromkeys(found))


def _key(design, way, weights):
    """What names a kept time."""
    decides = {"design": design.values(), "way": way, "weights": fingerprint(weights)}
    return key_of(**decides, machine=machine(), versions=versions())


def _timed(wanted, weights, seconds, store):
    """The times of designs and ways, by turns: dicts of plain values."""
    # Converted before any model is there: a conversion takes 600 MB for a while.
    litert = dict.fromkeys((design, way[2]) for design, way in wanted if way[0] == "LiteRT")
    converted = {one: convert(*one, weights, store=store.folder).path for one in litert}
    models = {one: build(one, weights) for one in {d for d, way in wanted if way[0] != "LiteRT"}}
    runs = {
        number: _runs(way, models.get(design), converted.get((design, way[2])))
        for number, (design, way) in enumerate(wanted)
    }
    with files.quiet():  # Keras warns of several models that predict
        times = rounds(runs, seconds, LEAST)
    del models, runs
    capacity.give_back()
    return {one: summary(times.wall[n], times.cpu[n]) for n, one in enumerate(wanted)}


def _runs(way, model, path):
    """A function without arguments that runs one image."""
    runtime, threads, _ = way
    if runtime == "tf.function":
        return compiled(model)
    if runtime == "keras":
        image = np.zeros((1, *model.input_shape[1:]), np.float32)
        return lambda: model.predict(image, verbose=0)
    return files.interpreter(path.read_bytes(), threads).invoke


def summary(wall, cpu):
    """Median, spread and guard of some runs, from their milliseconds by both clocks."""
    low, middle, high = (float(wall.quantile(share)) for share in (0.25, 0.5, 0.75))
    share = float(cpu.sum() / wall.sum())
    return {
        "ms": middle,
        "low": low,
        "high": high,
        "cpu_ms": float(cpu.median()),
        "runs": len(wall),
        "cpu_share": share,
        "busy": share < WAITED or high - low > SPREAD * middle,
        "date": datetime.date.today().isoformat(),
    }


def _row(design, way, time):
    """A row of the table."""
    knobs = {name: getattr(design, name) for name in families.own_knobs()}
    own = {"family": design.family, "alpha": design.alpha, "resolution": design.resolution, **knobs}
    own |= {"classes": design.classes, "dialect": design.dialect, "variant": design.variant}
    named = dict(zip(("runtime", "threads", "precision"), way, strict=True))
    return {**own, "macs": cost(design).macs, **named, **{name: time[name] for name in MEASURED}}
