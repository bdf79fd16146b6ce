"""Nothing is lost: workers, their parents and clients are killed in the middle of twelve runs."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from functools import partial
from pathlib import Path

import psutil
import pytest

from mobilenet_lab.training import results
from mobilenet_lab.training.store import Store

PROGRAM = Path(__file__).parent / "driven.py"
RUNS = 12
PATIENCE = 120  # seconds until a test gives up; none of them waits for a time to pass

pytestmark = pytest.mark.slow


class Driven:
    """A store, the log of what the programs on it do, and these programs."""

    def __init__(self, folder):
        folder.mkdir(exist_ok=True)
        self.store, self._log = Store(folder / "runs"), folder / "log"
        self._log.touch()

    def start(self, *how, **given):
        """Start the program."""
        name, *rest = how if how[0] != "real" else how[1:]
        real = ["real"] * (how[0] == "real")
        command = [sys.executable, str(PROGRAM), *real, name, str(self.store.folder), *rest]
        own = {"LAB_LOG": str(self._log)} | ({"LAB_REAL": "1"} if real else {})
        pipe = subprocess.PIPE
        return subprocess.Popen(
            command, env=os.environ | own, encoding="utf-8", stdin=pipe, stdout=pipe, **given
        )

    def log(self, what):
        """The runs and process numbers of each line of a kind."""
        lines = [line.split() for line in self._log.read_text(encoding="utf-8").splitlines()]
        return [(run, int(pid)) for kind, run, pid in lines if kind == what]

    def wait_for(self, count, what="end"):
        """Wait until the log has so many lines of a kind."""
        until(lambda: len(self.log(what)) >= count)

    def at_work(self):
        """The processes that are in the middle of a run."""
        over = Counter(self.log("end"))
        begun = Counter(self.log("begin")).items()
        return {pid for (run, pid), n in begun if n > over[run, pid] and not ended(pid)}

    def files(self):
        """The finished runs, and when each was written."""
        found = self.store.folder.glob("*.json")
        return {path.name: path.stat().st_mtime_ns for path in found}

    def check(self, before, repeated):
        """All are there, those from before untouched, at most so many begun more than once."""
        after = self.files()
        assert len(after) == RUNS == len(results(self.store.folder))
        assert after.items() >= before.items()
        begun = Counter(run for run, _ in self.log("begin"))
        assert len(begun) == RUNS
        assert begun.total() <= RUNS + repeated


def until(true):
    """Wait until it is."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "it does not come"
        time.sleep(0.02)


def ended(pid):
    """Whether a process is no more."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    return True


@pytest.fixture
def driven(tmp_path):
    return Driven(tmp_path)


@pytest.fixture
def cluster(driven):
    """The address of two Dask workers, in a process of their own."""
    with driven.start("cluster", stderr=subprocess.DEVNULL) as process:
        yield process.stdout.readline().strip()
        process.stdin.close()


def finish(process):
    """The program ends by itself, and well."""
    assert process.communicate(timeout=PATIENCE) is not None
    assert process.returncode == 0


def test_a_worker_of_the_pool_is_killed_twice(driven):
    process = driven.start("pool")
    for count in (3, 7):
        driven.wait_for(count)
        until(lambda: driven.at_work())
        before = driven.files()
        os.kill(driven.at_work().pop(), signal.SIGKILL)
    finish(process)
    driven.check(before, repeated=2)


@pytest.mark.parametrize("how", ["here", "pool"])
def test_who_trains_or_the_parent_of_the_pool_is_killed(driven, how):
    process = driven.start(how)
    driven.wait_for(4)
    process.kill()
    process.communicate()
    workers = {pid for _, pid in driven.log("begin")}
    until(lambda: all(map(ended, workers)))
    before = driven.files()
    assert 3 <= len(before) < RUNS
    finish(driven.start(how))
    driven.check(before, repeated=len(workers))
    lines = len(driven.log("begin"))
    finish(driven.start(how))
    assert len(driven.log("begin")) == lines


def test_the_client_of_dask_is_killed(driven, cluster):
    process = driven.start("dask", cluster)
    driven.wait_for(4)
    process.kill()
    process.communicate()
    before = driven.files()
    finish(driven.start("dask", cluster))
    driven.check(before, repeated=0)  # the workers go on, and the second client leaves them alone


def test_a_worker_of_dask_is_killed(driven, cluster):
    process = driven.start("dask", cluster)
    driven.wait_for(4)
    until(lambda: driven.at_work())
    before = driven.files()
    os.kill(driven.at_work().pop(), signal.SIGKILL)
    finish(process)
    driven.check(before, repeated=1)


def test_two_processes_share_the_runs_of_one_store(driven):
    both = [driven.start("here"), driven.start("here")]
    for process in both:
        finish(process)
    driven.check({}, repeated=0)
    assert len({pid for _, pid in driven.log("end")}) == 2


def test_ctrl_c_in_a_terminal_and_the_same_command_again(driven):
    # A shell starts what runs in its background deaf to SIGINT; a terminal does not.
    hearing = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    own = {"start_new_session": True, "preexec_fn": hearing}
    process = driven.start("cli", stderr=subprocess.PIPE, **own)
    driven.wait_for(3)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: workers get it, too
    _, told = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    done, before = len(results(driven.store.folder)), driven.files()
    sentence = f"stopped; {done} of {RUNS} runs are finished and kept in {driven.store.folder}"
    assert told.splitlines()[-1].startswith(sentence) and "Traceback" not in told, told
    assert all(ended(pid) for _, pid in driven.log("begin"))
    process = driven.start("cli", stderr=subprocess.PIPE)
    text, told = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0 and f"{RUNS - done} of {RUNS} runs are to be trained" in told
    assert len(text.splitlines()) == 1 + RUNS
    driven.check(before, repeated=2)


@pytest.mark.keras
def test_real_runs_by_two_workers_one_of_which_is_killed_are_those_of_one_process(tmp_path):
    """To the last bit: by another process, by a graph that was traced for another seed."""
    killed, whole = Driven(tmp_path / "killed"), Driven(tmp_path / "whole")
    process = killed.start("real", "pool")
    until(lambda: len(killed.files()) >= 4)
    before = killed.files()
    children = psutil.Process(process.pid).children(recursive=True)
    workers = [one for one in children if "spawn_main" in " ".join(one.cmdline())]
    workers[0].kill()
    finish(process)
    assert killed.files().items() >= before.items()
    finish(whole.start("real", "here"))
    columns = ["key", "losses", "accuracies", "training_accuracy"]
    one, two = (
        results(each.store.folder)[columns].sort_values("key", ignore_index=True)
        for each in (killed, whole)
    )
    assert len(one) == RUNS and one.equals(two)
