"""How long a design takes on this machine, beside its cost.

A time belongs to a machine, a library and a moment; MACs do not. Nothing here is compared in tests
or promised in prose except the form of the answer.
"""

import time

import pandas as pd

from mobilenet_lab import capacity, checks, layers
from mobilenet_lab.costs import separable
from mobilenet_lab.costs.cost import cost
from mobilenet_lab.models.build import build


def measure(designs, seconds=3.0):
    """Milliseconds that TensorFlow takes here for one image: a DataFrame, one row per design.

    Columns: `family, alpha, resolution, macs, activations, measured_ms`, the last being the median
    of at least three runs a design, in `seconds` altogether. Building and compiling are not
    included.
    """
    for design in designs:
        capacity.require(cost(design).peak_activations, "values of maps", 2 * 4)
    times = rounds({design: build(design) for design in designs}, seconds)
    rows = [
        {
            "family": design.family,
            "alpha": design.alpha,
            "resolution": design.resolution,
            "macs": cost(design).macs,
            "activations": cost(design).activations,
            "measured_ms": times[design].median(),
        }
        for design in designs
    ]
    return pd.DataFrame(rows)


def rounds(models, seconds, least=3):
    """Milliseconds of each run of Keras models on one image, one row per round, a column for each.

    The models are compiled first. They take turns, so that other load on the machine affects all of
    them alike. `models` maps names to models; the image is zeros.
    """
    if seconds != 0:
        checks.real("seconds", seconds)
    tensorflow = layers.tensorflow()
    runs = {name: tensorflow.function(model) for name, model in models.items()}
    images = {name: tensorflow.zeros((1, *model.input_shape[1:])) for name, model in models.items()}
    for name, run in runs.items():
        run(images[name])  # compiles
    found, end = [], time.perf_counter() + seconds
    while len(found) < least or time.perf_counter() < end:
        found.append({name: _milliseconds(run, images[name]) for name, run in runs.items()})
    return pd.DataFrame({name: [row[name] for row in found] for name in models})


def _milliseconds(run, image):
    start = time.perf_counter()
    run(image).numpy()  # waits for the result where the device runs asynchronously
    return 1e3 * (time.perf_counter() - start)


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
    models = {name: keras.Model(x, y) for name, y in ways.items()}
    return rounds(models, seconds).min().rename("ms")
