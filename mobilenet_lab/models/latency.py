"""How long something takes on this machine, by the clock and by the processor.

A time belongs to a machine, a library and a moment; MACs do not. Nothing here is compared in tests
or promised in prose except the form of the answer.
"""

import time
from typing import NamedTuple

import pandas as pd

from mobilenet_lab import capacity, checks, layers
from mobilenet_lab.costs import separable


class Times(NamedTuple):
    """Milliseconds of each run: DataFrames with one row per round and a column for each name.

    `wall` is the clock's time, `cpu` that of this process on all processors.
    """

    wall: pd.DataFrame
    cpu: pd.DataFrame


def rounds(runs, seconds, least=3):
    """The `Times` of some functions, in at least `least` rounds and at least `seconds`.

    `runs` maps names to functions without arguments, which return when they have finished. Each is
    called once before, so that nothing is timed that happens at the first call only, such as
    compiling. They take turns, so that other load on the machine affects all of them alike.
    """
    if seconds != 0:
        checks.real("seconds", seconds)
    for run in runs.values():
        run()
    found, end = [], time.perf_counter() + seconds
    while len(found) < least or time.perf_counter() < end:
        found.append([_milliseconds(run) for run in runs.values()])
    wall, cpu = ([[pair[clock] for pair in row] for row in found] for clock in (0, 1))
    return Times(pd.DataFrame(wall, columns=list(runs)), pd.DataFrame(cpu, columns=list(runs)))


def _milliseconds(run):
    """The milliseconds of one run by the clock and by the processor."""
    start, busy = time.perf_counter(), time.process_time()
    run()
    return 1e3 * (time.perf_counter() - start), 1e3 * (time.process_time() - busy)


def compiled(model):
    """A Keras model as a function without arguments: compiled by TensorFlow, for one image of 0."""
    tensorflow = layers.tensorflow()
    call = tensorflow.function(model)
    image = tensorflow.zeros((1, *model.input_shape[1:]))
    return lambda: call(image).numpy()  # waits for the result where the device runs asynchronously


def measure_layer(kernel, channels, filters, side, seconds=1.0):
    """Milliseconds that TensorFlow takes on this machine for one image, a `Series` by part.

    "call" is a layer that does nothing: what any call costs. The layers take turns for `seconds`,
    and the best time of each counts, since other load can only add to it.
    """
    parts = separable.parts(kernel, channels, filters, side)  # raises for anything but a layer
    values = side * side * (3 * channels + 3 * filters) + sum(one.kernels for one in parts.values())
    capacity.require(values, "values of maps and kernels", 2 * 4)
    with layers.channels_last() as keras:
        x = keras.Input((side, side, channels))
        ways = {
            "full": separable.full(x, filters, kernel),
            "depthwise": separable.depthwise(x, kernel),
            "pointwise": separable.pointwise(x, filters),
            "separable": separable.separable(x, filters, kernel),
            "call": keras.layers.Identity()(x),
        }
    runs = {name: compiled(keras.Model(x, y)) for name, y in ways.items()}
    return rounds(runs, seconds).wall.min().rename("ms")
