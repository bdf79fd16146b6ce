"""Train what a plan says and the store lacks."""

import contextlib
import os
import tempfile
import threading

from mobilenet_lab import checks
from mobilenet_lab.networks.design import checked_design
from mobilenet_lab.training import crews
from mobilenet_lab.training.data import Data
from mobilenet_lab.training.loop import Loop, Task, withdraw
from mobilenet_lab.training.progress import Progress
from mobilenet_lab.training.recipe import checked_recipe
from mobilenet_lab.training.store import Store, run_key
from mobilenet_lab.training.table import frame

PROCESSES = "processes"  # the executor that is never this process, whatever `workers` is


def run(plan, store="runs/", executor=None, workers=1, progress=True, stop=None):
    """Train every run of the plan that the store lacks; the plan's finished runs as a DataFrame.

    `store` is a folder; each run is a file in it as soon as it is finished, and the same call goes
    on with the others if this one is cut off in any way. Several calls may share a store: no run
    is trained by two of them at once. The columns are those of `results`.

    With `workers=1` this process trains, else as many processes of their own, each with one thread;
    with `executor="processes"` a single worker is such a process, too. `executor` may also be any
    executor of `concurrent.futures`, such as Dask's `client.get_executor()`; its workers must reach
    the store by the same path. As many tasks, a design with its seeds each, are under way as it has
    workers, or `workers` if that is more.

    `progress` shows a bar. `stop` is a `threading.Event` or a function; when it is set, or returns
    True, each run that is under way ends with its step. So it does at KeyboardInterrupt, which is
    raised again.

    The seed decides the result to the last bit on one machine with the same number of threads.
    Others round differently, and after a few steps the losses are no longer the same.

    Raises `ValueError` for anything but a plan, a folder and so on; `OSError` if the store takes no
    file; `RuntimeError` if workers die again and again.
    """
    rows = checked_plan(plan)
    store, halted = Store(store), _halted(stop)
    width = checks.integer("workers", workers, most=10**4)
    show = checks.flag("progress", progress)
    _check_executor(executor)
    keys = {row: run_key(*row) for row in rows}
    if left := _left(rows, keys, store):
        store.prepare()
        with _token(store) as token, Progress(plan, keys, store, show) as bar:
            crew = _crew(left, executor, width, store, halted, bar)
            with contextlib.closing(crew):
                Loop(_shared(left, crew.width), crew, token, halted, bar).work()
    return _found(keys.values(), store)


def finished(plan, store="runs/"):
    """The results of the plan's runs that the store has, in the plan's order.

    Raises `ValueError` for anything but a plan.
    """
    return _found((run_key(*row) for row in checked_plan(plan)), Store(store))


def _found(keys, store):
    """The results of those runs that the store has."""
    found = (store.record(key) for key in keys)
    return frame([record for record in found if record])


def unfinished(plan, store="runs/"):
    """The rows of the plan that the store lacks. Raises `ValueError` for anything but a plan."""
    checked_plan(plan)
    done = Store(store).keys()
    columns = [plan[name] for name in ("data", "design", "recipe", "seed")]
    keys = [run_key(*row) for row in zip(*columns, strict=True)]
    return plan[[key not in done for key in keys]]


def checked_plan(plan):
    """A plan's runs as (data, design, recipe, seed), each once. Raises `ValueError`."""
    columns = [checks.column(plan, name) for name in ("data", "design", "recipe", "seed")]
    rows = dict.fromkeys(zip(*columns, strict=True))
    for data, design, recipe, seed in rows:
        if not isinstance(data, Data):
            checks.refuse("data", data, "a Data, as in a frame that plan() returned")
        checked_design(design), checked_recipe(recipe), checks.integer("seed", seed, 0)
    return [(data, design, recipe, int(seed)) for data, design, recipe, seed in rows]


def _check_executor(executor):
    own = executor is None or (isinstance(executor, str) and executor == PROCESSES)
    if not own and not callable(getattr(executor, "submit", None)):
        accepted = (
            f"None, {PROCESSES!r} or an executor of concurrent.futures, such as "
            "client.get_executor()"
        )
        checks.refuse("executor", executor, accepted)


def _halted(stop):
    """A function that says whether to stop."""
    if stop is None:
        return lambda: False
    asked = stop.is_set if isinstance(stop, threading.Event) else stop
    if not callable(asked):
        checks.refuse("stop", stop, "None, a threading.Event or a function without arguments")
    return lambda: bool(asked())


def _left(rows, keys, store):
    """The tasks: the runs that the store lacks, by design, in the plan's order."""
    done, tasks = store.keys(), {}
    for row in rows:
        if keys[row] not in done:
            data, design, recipe, seed = row
            tasks.setdefault((data, recipe, design), []).append(seed)
    return [Task(*what, tuple(seeds)) for what, seeds in tasks.items()]


def _shared(tasks, width):
    """At least as many tasks as workers, where there are as many runs."""
    tasks = list(tasks)
    while len(tasks) < min(width, sum(len(task.seeds) for task in tasks)):
        largest = max(tasks, key=lambda task: len(task.seeds))
        at, half = tasks.index(largest), len(largest.seeds) // 2
        parts = largest.seeds[:half], largest.seeds[half:]
        tasks[at : at + 1] = [largest._replace(seeds=part) for part in parts]
    return tasks


@contextlib.contextmanager
def _token(store):
    """The path of a file that exists as long as workers may go on with this call."""
    folder = store.folder / "calls"
    folder.mkdir(exist_ok=True)
    number, name = tempfile.mkstemp("", "", folder)
    os.close(number)
    try:
        yield os.path.abspath(name)
    finally:
        withdraw(name)


def _crew(tasks, executor, width, store, halted, bar):
    data = {task.data.fingerprint: task.data for task in tasks}
    if executor is None and width == 1:
        return crews.Here(data, halted, bar.step)
    for one in data.values():
        store.keep(one)
    own = executor is None or isinstance(executor, str)
    return crews.Spawned(width) if own else crews.Given(executor, width)
