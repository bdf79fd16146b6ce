"""A program that trains by one executor, to be killed: `python driven.py how store log [address]`.

`how` is "here", "pool" (two workers), "dask" (at the address), "cluster" (starts two Dask workers,
prints their scheduler's address and waits for its input to end) or "cli" (the command `train`).
Runs only pretend to train, in steps, and write to the log what they do; but with "real" before
`how`, they are real. The module changes what it imports, so it does the same in each worker, which
imports it again.
"""

import os
import sys
import time
from pathlib import Path

from mobilenet_lab import __main__ as command_line
from mobilenet_lab import training
from mobilenet_lab.training import crews, estimate, task

sys.path.insert(0, str(Path(__file__).parent))
from squares import QUICK, designs, squares  # noqa: E402

STEPS, SECONDS = 5, 0.04  # of a run that pretends; of each of its steps
DESIGNS, SEEDS = 4, 3
REAL = sys.argv[1:2] == ["real"] or "LAB_REAL" in os.environ
LOG = os.environ.get("LAB_LOG")


def pretended(data, design, recipe, seed, body, number, stop, each):
    """In place of `task._run`."""
    for step in range(STEPS):
        if stop():
            raise task.Stopped
        log("step" if step else "begin", design, seed)
        time.sleep(SECONDS)
        each()
    log("end", design, seed)
    measured = {"accuracy": 0.5, "failed": False, "finished": task._now(), "sharing": number}
    return {**task.described(data, design, recipe, seed), **measured, "cpu_seconds": 0.0}


def log(what, design, seed):
    """Add a line; of this length, it is written whole."""
    with open(LOG, "a", encoding="utf-8") as file:
        file.write(f"{what} {design.alpha}/{seed} {os.getpid()}\n")


if not REAL:
    task._run = pretended
    estimate.minutes = lambda data, designs, recipe, seeds: [1.0] * len(designs)
    command_line._data = lambda training, name: squares()


def planned(real=False):
    """Twelve runs."""
    count, seeds = (2, 6) if real else (DESIGNS, SEEDS)
    return training.plan(squares(), designs(count), seeds, QUICK, timed=False)


def main(how, store, address=None):
    if how == "cluster":
        return serve()
    if how == "cli":
        alphas = [str(design.alpha) for design in designs(DESIGNS)]
        options = ["--seeds", str(SEEDS), "--store", store, "--workers", "2"]
        return command_line.main(["train", "v1", "--alpha", *alphas, *options])
    if how == "here":
        crews.one_thread()
        training.run(planned(REAL), store, progress=False)
    elif how == "pool":
        training.run(planned(REAL), store, workers=2, progress=False)
    else:
        from distributed import Client

        with Client(address) as client:
            training.run(planned(), store, client.get_executor(), progress=False)
    return 0


def serve():
    from distributed import LocalCluster

    with LocalCluster(2, threads_per_worker=1, dashboard_address=None) as cluster:
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1 + (sys.argv[1] == "real") :]))
