"""How fast: prints measured times, and fails on the ratios and the memory that the lab promises.

Absolute times depend on the machine and its load; what is compared was measured in one run,
side by side, the best of five each; only the tables have seconds to keep. Run it with `make bench`.
"""

import importlib
import importlib.metadata
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import nbformat
import numpy as np
from nbclient import NotebookClient

ROOT = Path(__file__).parents[1]
RUNS = 5
PACKAGES = ("numpy", "pandas", "tensorflow-cpu", "tensorflow", "keras")
HEAVY = ("tensorflow", "keras", "ipywidgets")


def main():
    """Measure, print, and return 1 if a bound is missed."""
    print_machine()
    missed = [name for check in CHECKS for name in check()]
    print("\nmissed: " + "; ".join(missed) if missed else "\nall bounds met")
    return 1 if missed else 0


def print_machine(packages=PACKAGES):
    """The machine, its load and the versions that were measured."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    print(f"{platform.platform()}, {os.cpu_count()} cores, load {load:.2f}")
    print(f"Python {platform.python_version()}, " + ", ".join(filter(None, map(version, packages))))


def version(package):
    """The package's name and version; None where it is not installed."""
    try:
        return f"{package} {importlib.metadata.version(package)}"
    except importlib.metadata.PackageNotFoundError:
        return None


def imports():
    """Importing the lab in a fresh process, beside importing pandas."""
    pairs = [(import_seconds("pandas"), import_seconds("mobilenet_lab")) for _ in range(RUNS)]
    pandas, lab = map(min, zip(*pairs, strict=True))
    print(f"\nimport pandas         {pandas * 1e3:8.0f} ms")
    print(f"import mobilenet_lab  {lab * 1e3:8.0f} ms")
    loaded = fresh(
        f"import mobilenet_lab, sys; print(*[m for m in {HEAVY} if m in sys.modules])"
    ).split()
    return bound("import, as a multiple of pandas", lab / pandas, most=1.5) + [
        f"{name} is loaded by the import" for name in loaded
    ]


def tables():
    """Every published table reproduced, each time in a fresh process, its start included."""
    loaded = ""

    def reproduced():
        nonlocal loaded
        loaded = fresh(
            "import mobilenet_lab, sys; assert len(mobilenet_lab.reproduce());"
            f"print(*[m for m in {HEAVY} if m in sys.modules])"
        )

    seconds = best(reproduced)
    return bound("s for all tables reproduced, cold process", seconds, most=3) + [
        f"{name} is loaded by reproduce" for name in loaded.split()
    ]


def sweeps():
    """A small and a large grid of v2 (α × ρ × t), the DataFrame included."""
    seconds = {count: best(lambda side=side: v2_grid(side)) for count, side in SIDES.items()}
    for count, took in seconds.items():
        print(
            f"sweep of {count:>9,} designs {took * 1e3:8.1f} ms, {took / count * 1e6:.2f} µs each"
        )
    small, large = (seconds[count] / count for count in SIDES)
    return bound("µs a design, large grid over small", large / small, most=1.0)


def reviews():
    """The large grid searched by three budgets, beside `sweep` and a filter of its rows."""
    swept = best(filtered, runs=3)
    print(f"\nsweep and filter of 1,000,000 designs {swept:8.2f} s")
    missed = []
    for limits, times in BUDGETS:
        took = best(lambda limits=limits: reviewed(limits, SIDES[1_000_000]), runs=3)
        print(f"review of 1,000,000 designs           {took:8.2f} s, {limits}")
        missed += bound("times as long as sweep and filter", took / swept, most=times)
        missed += bound("s for 1,000,000 designs", took, most=3)
    return missed


BUDGETS = {  # and how many times as long as `sweep` and a filter they may take
    'macs="150M"': 1.5,
    'macs="150M", params="3M", ram="500KiB", flash="2MiB", runtime="tflm"': 3,
    'ram="2MiB", runtime="tflm"': 3.5,
}
LARGE = (1000, 500, 20)  # α, resolutions, expansions: ten million designs


BUDGETS = (  # and how many times as long as `sweep` and a filter they may take
    ({"macs": "150M"}, 1.5),
    ({"ram": "500KiB", "flash": "2MiB", "macs": "150M", "runtime": "tflm"}, 3),
    ({"ram": "2MiB", "runtime": "tflm"}, 3.5),
)
LARGE = (200, 1000, 50)  # α, resolutions, expansions: ten million designs


def filtered():
    """What one would do without a review: all designs in memory, then those within a budget."""
    frame = v2_grid(SIDES[1_000_000])
    return frame[frame["macs"] <= 150_000_000].nsmallest(200, "macs")


def reviewed(limits, side):
    """The review of a grid of v2 over so many α, resolutions and expansions."""
    from mobilenet_lab import Budget, review

    found = review(Budget(**limits), "v2", **v2_axes(side), progress=False)
    assert found.searched == np.prod(side)


def large_reviews():
    """Ten million designs, each time in a fresh process: seconds, and the most memory it holds."""
    missed = []
    for limits, _ in BUDGETS:
        seconds, peak = fresh(
            "import sys; sys.path.insert(0, 'tests'); import bench;"
            f"seconds = bench.best(lambda: bench.reviewed({limits}, bench.LARGE), runs=1);"
            "print(seconds, bench.peak())"
        ).split()
        print(f"\nreview of 10,000,000 designs, {limits}")
        missed += bound("s for 10,000,000 designs", float(seconds), most=30)
        missed += bound("MB at the peak", int(peak) / 1e6, most=500)
    return missed


def against_keras():
    """Pricing a design, beside building and profiling it with Keras and TensorFlow."""
    profile_keras(96)  # imports TensorFlow, which must not count
    built = best(lambda: profile_keras(224))
    priced = best(lambda: v2_grid(SIDES[1_000_000])) / 1_000_000
    print(f"\nMobileNetV2 built and profiled {built:8.2f} s")
    print(f"priced in the large grid       {priced * 1e6:8.2f} µs")
    return bound("times faster a design", built / priced, least=1_000_000)


def maps():
    """What all layers of v2 write at 224 px from one pass, beside the plain pass and sub-models."""
    import keras
    import tensorflow as tf

    from mobilenet_lab import Design, build
    from mobilenet_lab.features import feature_maps, load_image
    from mobilenet_lab.features.maps import PLAIN

    model, image = build(Design("v2")), load_image("astronaut", 224)[None]
    plain = tf.function(lambda batch: model(batch, training=False))

    def ten(work):
        return best(lambda: [work() for _ in range(10)]) / 10

    def one_by_one():
        for layer in model.layers[1:]:
            keras.Model(model.input, layer.output)(image, training=False)

    for _ in range(PLAIN + 1):
        plain(image), feature_maps(model, image)  # compiled here, which must not count
    alone, together = ten(lambda: plain(image).numpy()), ten(lambda: feature_maps(model, image))
    apart = best(one_by_one, runs=1)
    print(f"\nv2 at 224 px, a plain pass     {alone * 1e3:8.1f} ms")
    print(f"all {len(model.layers) - 1} maps from one pass     {together * 1e3:8.1f} ms")
    print(f"each from its own sub-model    {apart * 1e3:8.0f} ms")
    return bound("all maps, as a multiple of a plain pass", together / alone, most=1.5) + bound(
        "times faster than sub-models", apart / together, least=10
    )


def inside():
    """The largest amount of memory that a kernel holds for the notebook on feature maps."""
    if not Path("/proc/self/status").exists():
        return []
    notebook = nbformat.read(ROOT / "notebooks" / "06_feature_maps.ipynb", as_version=4)
    tail = "print(open('/proc/self/status', encoding='ascii').read())"
    notebook.cells.append(nbformat.v4.new_code_cell(tail))
    where = {"metadata": {"path": ROOT / "notebooks"}}
    NotebookClient(notebook, timeout=600, resources=where).execute()
    peak = int(re.search(r"VmHWM:\s+(\d+) kB", notebook.cells[-1].outputs[0].text)[1])
    return bound("GB for the kernel of notebook 06", peak * 1024 / 1e9, most=1.2)


def memory():
    """The largest amount of memory that a process holds for the large grid.

    Measured first: on Linux a process starts with the peak of the one that started it.
    """
    held = fresh(
        "import sys; sys.path.insert(0, 'tests'); import bench;"
        "bench.v2_grid(bench.SIDES[1_000_000]); print(bench.peak())"
    )
    return bound("GiB for the large grid", int(held) / 2**30, most=1.0)


def peak():
    """The most bytes that this process has held; 0 where the system does not say."""
    if sys.platform == "win32":
        return 0
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


SIDES = {10_000: (40, 25, 10), 1_000_000: (200, 100, 50)}  # α, resolutions, expansions


def v2_grid(side):
    """The sweep over so many α, resolutions and expansions."""
    from mobilenet_lab import sweep

    frame = sweep("v2", **v2_axes(side))
    assert len(frame) == np.prod(side)
    return frame


def v2_axes(side):
    """So many α, resolutions and expansions of v2."""
    alphas, sizes, expansions = side
    return {
        "alpha": np.linspace(0.1, 2, alphas),
        "resolution": range(32, 32 + 4 * sizes, 4),
        "expansion": range(1, expansions + 1),
    }


def profile_keras(size):
    """Build `keras.applications.MobileNetV2` and count its operations with TensorFlow."""
    import keras
    import tensorflow as tf
    from tensorflow.python.framework.convert_to_constants import (
        convert_variables_to_constants_v2_as_graph,
    )

    model = keras.applications.MobileNetV2(input_shape=(size, size, 3), weights=None)
    image = tf.TensorSpec((1, size, size, 3))
    _, graph = convert_variables_to_constants_v2_as_graph(
        tf.function(lambda x: model(x, training=False)).get_concrete_function(image)
    )
    options = tf.compat.v1.profiler.ProfileOptionBuilder.float_operation()
    options["output"] = "none"
    with tf.Graph().as_default() as empty:
        tf.graph_util.import_graph_def(graph, name="")
        return tf.compat.v1.profiler.profile(empty, options=options).total_float_ops


def import_seconds(module):
    """Seconds to import a module in a fresh process."""
    code = f"import time; t = time.perf_counter(); import {module}; print(time.perf_counter() - t)"
    return float(fresh(code))


def fresh(code):
    """What the code prints in a process of its own."""
    command = [sys.executable, "-c", code]
    return subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout


def best(work, runs=RUNS):
    """Seconds of the fastest run."""
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def bound(name, value, most=None, least=None):
    """Print a bounded figure; its name in a list if it misses the bound."""
    met = value <= most if least is None else value >= least
    limit = f"at most {most:g}" if least is None else f"at least {least:,}"
    print(f"{'ok    ' if met else 'MISSED'} {name}: {value:,.2f} ({limit})")
    return [] if met else [name]


def finished():
    """A second call of `run` for 1,000 runs that are all in the store."""
    from mobilenet_lab import training
    from mobilenet_lab.training.store import Store, run_key
    from mobilenet_lab.training.task import described

    alphas = np.linspace(0.1, 1.3, 100)
    plan = training.plan(squares(), v1_designs(alphas), 10, timed=False)
    with tempfile.TemporaryDirectory() as folder:
        for run in zip(plan["data"], plan["design"], plan["recipe"], plan["seed"], strict=True):
            measured = {"accuracy": 0.5, "accuracies": 8 * [0.5], "losses": 8 * [1.5]}
            record = {"key": run_key(*run), **described(*run), **measured, "finished": ""}
            Store(folder).write(record)
        seconds = best(lambda: training.run(plan, folder))
    print()
    return bound("s for 1,000 runs that are finished", seconds, most=0.2)


def seeds():
    """Three seeds by one traced graph, beside three graphs."""
    from mobilenet_lab import training
    from mobilenet_lab.training.task import train

    (design,), recipe = v1_designs([0.25]), training.Recipe(epochs=4)

    def trained(parts):
        with tempfile.TemporaryDirectory() as folder:
            for part in parts:
                train(squares(), design, recipe, part, folder)

    trained([[0]])  # TensorFlow starts, which must not count
    shared = best(lambda: trained([[0, 1, 2]]), runs=2)
    apart = best(lambda: trained([[0], [1], [2]]), runs=2)
    print(f"\nthree seeds, one graph      {shared:8.2f} s")
    print(f"three seeds, three graphs   {apart:8.2f} s")
    return bound("times faster by one graph", apart / shared, least=1.3)


def workers():
    """The same runs by two workers and by one, where two cores are idle; their start included.

    A run takes tens of seconds, as one on the letters does: starting TensorFlow is a small part.
    """
    if os.cpu_count() < 2:
        return []
    from mobilenet_lab import training

    designs, recipe = v1_designs([0.5, 0.5001]), training.Recipe(epochs=200)
    plan = training.plan(squares(), designs, 3, recipe, timed=False)

    def trained(**how):
        with tempfile.TemporaryDirectory() as folder:
            training.run(plan, folder, progress=False, **how)

    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        one = best(lambda: trained(executor=pool), runs=1)
    two = best(lambda: trained(workers=2), runs=1)
    print(f"\nsix runs by one worker      {one:8.1f} s")
    print(f"six runs by two workers     {two:8.1f} s")
    return bound("of the ideal by two workers", one / two / 2, least=0.9)


def v1_designs(alphas):
    """Designs of v1 for small pictures."""
    from mobilenet_lab import Design

    return [Design("v1", alpha, resolution=32) for alpha in alphas]


def squares():
    """Small pictures, from the tests."""
    sys.path.insert(0, str(ROOT / "tests"))
    return importlib.import_module("squares").squares()


CHECKS = (
    *(memory, large_reviews, imports, tables, sweeps, reviews, against_keras, maps, inside),
    *(finished, seeds, workers),
)

if __name__ == "__main__":
    sys.exit(main())
