"""Who does the tasks: this process, processes of our own, or an executor that the caller brings."""

import concurrent.futures as futures
import contextlib
import functools
import multiprocessing
import multiprocessing.connection
import os
import signal
import sys
import threading
import time

from mobilenet_lab.training.store import Store
from mobilenet_lab.training.task import train

PAUSE = 1.0  # seconds that a task waits if other processes train all its runs
THREADS = "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OMP_NUM_THREADS"


def work(folder, fingerprint, design, recipe, seeds, token, number):
    """What a worker does with a task; returns its `Report`.

    The run ends with the step during which the file `token` disappears. `number` makes each call
    another one for executors that remember the results of calls.
    """
    one_thread()
    store = Store(folder)
    data = _data(folder, fingerprint)
    return _paused(train(data, design, recipe, seeds, store, lambda: not _is_there(token)))


def _paused(report):
    """The report; if other processes train all that is left, after a while."""
    if report.busy and not report.trained:
        time.sleep(PAUSE)
    return report


@functools.lru_cache(maxsize=2)
def _data(folder, fingerprint):
    return Store(folder).data(fingerprint)


def _is_there(token):
    """Whether a file exists; opened, since a network's file system answers others from memory."""
    try:
        with open(token, "rb"):
            return True
    except OSError:
        return False


def one_thread():
    """Let TensorFlow use one thread, if it has not been loaded yet.

    A second one saves little for networks this small, and sums in another order: after a few
    steps the losses differ.
    """
    if "tensorflow" not in sys.modules:
        os.environ.update(dict.fromkeys(THREADS, "1"))


class Spawned:
    """Processes of our own, each a pool by itself: one that dies takes no other along."""

    def __init__(self, width):
        self.width = width
        self._idle, self._busy = [process() for _ in range(width)], {}

    def submit(self, *task):
        """Start a task, as a future."""
        pool = self._idle.pop()
        with _later_ctrl_c():
            try:
                future = pool.submit(work, *task)
            except futures.BrokenExecutor:  # it died while it had nothing to do
                pool = process()
                future = pool.submit(work, *task)
        self._busy[future] = pool
        return future

    def result(self, future):
        """A task's report; None if its worker died."""
        pool = self._busy.pop(future)
        try:
            report = future.result()
        except futures.BrokenExecutor:
            pool.shutdown(wait=False)
            pool, report = process(), None
        finally:
            self._idle.append(pool)
        return report

    def close(self):
        """End the processes as soon as they have nothing to do."""
        for pool in (*self._idle, *self._busy.values()):
            pool.shutdown(wait=True, cancel_futures=True)


def process():
    """A process of our own as an executor of one worker, which ends when this process has died."""
    context = multiprocessing.get_context("spawn")
    return futures.ProcessPoolExecutor(1, mp_context=context, initializer=_begin)


@contextlib.contextmanager
def _later_ctrl_c():
    """Let Ctrl-C wait; a process that is started meanwhile gets none while it still imports."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin():
    """A worker leaves Ctrl-C to the process that started it, and ends when that one has died."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    one_thread()
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent():
    multiprocessing.connection.wait([multiprocessing.parent_process().sentinel])
    os._exit(1)


class Given:
    """An executor that the caller made, and ends."""

    def __init__(self, executor, width):
        self._executor, self._least = executor, width

    @property
    def width(self):
        """How many tasks may be under way: as many as there are workers, which may still come."""
        known = getattr(self._executor, "_max_workers", 1)
        client = getattr(self._executor, "_client", None)  # Dask's
        known = sum(client.nthreads().values()) if client else known
        return max(known, self._least)

    def submit(self, *task):
        """Start a task, as a future."""
        return self._executor.submit(work, *task)

    def result(self, future):
        """A task's report."""
        try:
            return future.result()
        except futures.BrokenExecutor as error:
            raise RuntimeError(
                "the executor has lost its workers; the runs that are finished are kept, and the "
                "same call with a new executor goes on with the others"
            ) from error

    def close(self):
        """Nothing: the caller may go on with it."""


class Here:
    """This process, one task after another.

    `data` maps fingerprints to data sets; `halted` is asked before each step, and `each(data,
    design, recipe)` is called after it.
    """

    width = 1

    def __init__(self, data, halted, each):
        self._data, self._halted, self._each = data, halted, each

    def submit(self, folder, fingerprint, design, recipe, seeds, token, number):
        """Do a task, as a future that is done."""
        data, future = self._data[fingerprint], futures.Future()
        each = functools.partial(self._each, data, design, recipe)
        report = train(data, design, recipe, seeds, folder, self._halted, each)
        future.set_result(_paused(report))
        return future

    def result(self, future):
        """A task's report."""
        return future.result()

    def close(self):
        """Nothing to end."""
