"""Trains plans in processes of their own, so that the kernel goes on answering."""

import functools
import logging
import os
import threading
from typing import Any, NamedTuple

from mobilenet_lab.training import crews, estimate, runs

LOOK = 0.5  # seconds from one look at what is under way to the next
EXPLAINED = ValueError, OSError, RuntimeError, ImportError, MemoryError  # by their own sentences


@functools.cache
def trainer_of(folder):
    """The trainer of a store, by its absolute path: the same for every explorer of it.

    So an explorer that is shown again, by running its cell again, can stop what is under way.
    """
    return Trainer(folder)


class Job(NamedTuple):
    """What a trainer does: `kind` is "training", "timing" or "", if nothing is under way.

    `plan` is what is trained or was trained last, None at first; `stopping` says whether the job is
    about to end early, and `failure` why it has failed.
    """

    kind: str = ""
    plan: Any = None
    stopping: bool = False
    failure: str = ""


class Trainer:
    """Does one `job` at a time in a thread, which starts the processes that train.

    `times` has what timing has given: the minutes of a run, by data, design and recipe.
    `listeners` are called, in another thread, every half second of a job and after it.
    """

    def __init__(self, folder):
        self.folder, self.listeners, self.times, self.job = folder, [], {}, Job()
        self._lock, self._halt = threading.Lock(), threading.Event()

    def train(self, plan, workers=1):
        """Train what the store lacks of a plan; whether nothing else was under way."""
        return self._begin("training", plan, functools.partial(self._train, plan, workers))

    def time(self, plan):
        """Time a few steps for the minutes of a plan; whether nothing else was under way."""
        return self._begin("timing", plan, functools.partial(self._time, plan))

    def stop(self):
        """End what is under way: each run with its step."""
        with self._lock:
            self._halt.set()
            self.job = self.job._replace(stopping=bool(self.job.kind))

    def _begin(self, kind, plan, work):
        with self._lock:
            if self.job.kind:
                return False
            self._halt.clear()
            self.job = Job(kind, plan)
        doing = threading.Thread(target=self._do, args=(work,), daemon=True)
        doing.start()
        threading.Thread(target=self._watch, args=(doing,), daemon=True).start()
        return True

    def _do(self, work):
        failure = ""
        try:
            work()
        except Exception as error:
            failure = sentence(error)
        finally:
            with self._lock:
                self.job = Job("", self.job.plan, failure=failure)

    def _watch(self, doing):
        """Call the listeners until the job is done, and then once more."""
        going = True
        while going:
            doing.join(LOOK)
            going = doing.is_alive()
            for listener in list(self.listeners):
                try:
                    listener()
                except Exception:  # it must not hinder the others
                    logging.getLogger(__name__).exception("an explorer cannot follow the training")

    def _train(self, plan, workers):
        how = {"executor": runs.PROCESSES, "workers": workers, "progress": False}
        runs.run(plan, self.folder, **how, stop=self._halted)

    def _time(self, plan):
        once = plan.drop_duplicates("design")
        seeds = len(plan) // len(once)
        what = [*once.data], [*once.design], once.recipe.iloc[0], seeds
        pool = crews.process()
        try:
            future = pool.submit(estimate.minutes, *what)
            while not (future.done() or self._halted()):
                self._halt.wait(LOOK)
            found = future.result() if future.done() else ()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
        for row, minutes in zip(once.itertuples(), found, strict=False):
            self.times[row.data, row.design, row.recipe] = minutes

    def _halted(self):
        """Whether to stop, as it does where Python ends: it would wait for the worker."""
        return self._halt.is_set() or getattr(threading, "_SHUTTING_DOWN", False)


def sentence(error):
    """Why a job has failed, in a sentence."""
    text = str(error) if isinstance(error, EXPLAINED) else ""
    text = " ".join((text or f"this failed: {type(error).__name__}: {error}").split())[:300]
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


def path_of(folder):
    """A store's absolute path."""
    return os.path.abspath(os.path.expanduser(folder))
