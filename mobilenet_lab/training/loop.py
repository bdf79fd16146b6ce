"""Hands tasks to a crew until none is left, whatever becomes of its workers."""

import collections
import concurrent.futures as futures
import contextlib
import os
from typing import Any, NamedTuple

LOOK = 0.5  # seconds from one look at the workers, and at `halted`, to the next
DEATHS = 3  # of each worker, without any run finished in between


class Task(NamedTuple):
    """A design with the seeds that are left, on some data by some recipe."""

    data: Any
    recipe: Any
    design: Any
    seeds: tuple[int, ...]


def withdraw(token):
    """Delete the file that lets workers go on."""
    with contextlib.suppress(OSError):
        os.unlink(token)


class Loop:
    """As many tasks under way as the crew is wide; what is left of a task goes back to the queue.

    After a failure, and when `halted()`, nothing new is begun and what is under way ends with its
    step.
    """

    def __init__(self, tasks, crew, token, halted, bar):
        self._queue, self._under_way = collections.deque(tasks), {}
        self._crew, self._token, self._halted, self._bar = crew, token, halted, bar
        self._failure, self._deaths, self._number = None, 0, 0

    def work(self):
        """Return when all tasks are done or halted; raises the first failure after the others."""
        while self._under_way or (self._queue and self._goes_on()):
            try:
                self._turn()
            except KeyboardInterrupt:
                if self._failure:
                    raise
                self._failure = KeyboardInterrupt()
            except Exception as error:
                self._failure = self._failure or error
        self._bar.look()
        if isinstance(self._failure, KeyboardInterrupt):
            raise KeyboardInterrupt(self._bar.words("stopped"))
        if self._failure:
            raise self._failure

    def _goes_on(self):
        return not self._failure and not self._halted()

    def _turn(self):
        if not self._goes_on():
            withdraw(self._token)
        while self._queue and len(self._under_way) < self._crew.width and self._goes_on():
            self._begin(self._queue.popleft())
        done, _ = futures.wait(self._under_way, LOOK, futures.FIRST_COMPLETED)
        if self._bar.look():
            self._deaths = 0
        for future in done:
            self._end(future)

    def _begin(self, task):
        self._number += 1
        what = task.data.fingerprint, task.design, task.recipe, task.seeds
        folder = os.path.abspath(self._bar.store.folder)
        self._under_way[self._crew.submit(folder, *what, self._token, self._number)] = task

    def _end(self, future):
        task = self._under_way.pop(future)
        report = self._crew.result(future)
        if report is None:
            self._deaths += 1
            self._check_deaths()
        left = task.seeds if report is None else report.busy
        if left:
            self._queue.append(task._replace(seeds=tuple(left)))

    def _check_deaths(self):
        if self._deaths >= DEATHS * self._crew.width:
            why = (
                f"{self._deaths} workers died and no run was finished; perhaps memory is short "
                '(take fewer workers), or a script calls run outside `if __name__ == "__main__":`'
            )
            raise RuntimeError(self._bar.words(why))
