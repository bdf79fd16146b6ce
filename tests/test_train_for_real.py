"""The explorer that trains, in a process of its own: started, stopped, gone on with, timed."""

import os
import subprocess
import sys
import time

import psutil
import pytest
from squares import squares

from mobilenet_lab.explorers import TrainYourOwn
from mobilenet_lab.training import Recipe, plan, results, run

pytestmark = [pytest.mark.slow, pytest.mark.keras]
PATIENCE = 240  # seconds until a test gives up; none of them waits for a time to pass


@pytest.fixture
def explorer(tmp_path):
    return TrainYourOwn(squares(), "v1", values=[0.25, 1], seeds=2, epochs=1, store=tmp_path)


def until(true):
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "it does not come"
        time.sleep(0.02)


def said(explorer):
    return explorer.parts["training"].progress.text


def workers():
    """The processes that this one has started and that train."""
    return [one for one in psutil.Process().children(recursive=True) if _trains(one)]


def ended(pid):
    """Whether a process has ended, whether or not anybody has asked how."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def _trains(process):
    try:
        return "spawn_main" in " ".join(process.cmdline())
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return False


def test_start_stop_start_finished(explorer):
    part = explorer.parts["training"]
    part.start_button.click()
    until(lambda: len(explorer.state["own"]))
    assert workers()
    part.stop_button.click()
    until(lambda: said(explorer).startswith("Stopped: "))
    assert not workers(), "Stop ends the worker"
    before = results(explorer.view.store.folder)
    assert 1 <= len(before) < 4 and f"Stopped: {len(before)} of 4 runs" in said(explorer)

    part.start_button.click()
    until(lambda: said(explorer).startswith("Done: 4 of 4 runs"))
    after = results(explorer.view.store.folder)
    assert len(after) == 4 == len(explorer.state["own"]) and set(before.key) < set(after.key)
    kept = after[after.key.isin(before.key)]
    assert list(kept.finished) == list(before.finished), "none is done twice"
    assert not workers()


def test_a_single_process_comes_to_what_this_one_does(explorer):
    """With one thread each: to the last bit."""
    part = explorer.parts["training"]
    part.start_button.click()
    until(lambda: said(explorer).startswith("Done: 4 of 4 runs"))
    own = explorer.state["own"].sort_values("key")
    code = (
        "import sys; sys.path[:0] = sys.argv[1:3]\n"
        "from mobilenet_lab.training import crews, run, plan; crews.one_thread()\n"
        "from mobilenet_lab.explorers import TrainYourOwn; from squares import squares\n"
        "one = TrainYourOwn(squares(), 'v1', seeds=2, epochs=1, store=sys.argv[3])\n"
        "found = run(one.state['chosen'].plan, sys.argv[3], progress=False).sort_values('key')\n"
        "print(list(found.key), list(found.losses))"
    )
    here = os.path.dirname(os.path.abspath(__file__))
    store = str(explorer.view.store.folder / "again")
    command = [sys.executable, "-c", code, os.path.dirname(here), here, store]
    printed = subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout
    assert printed.split("\n")[-2] == f"{list(own.key)} {list(own.losses)}"


def test_time_predicts_from_a_few_steps(explorer):
    explorer.parts["training"].time_button.click()
    until(lambda: "(predicted from a few timed steps)" in explorer.status.text)
    assert "4 runs, about " in explorer.status.text
    assert not len(results(explorer.view.store.folder))
    until(lambda: not workers())


LEAVES = """
import sys, time; sys.path[:0] = sys.argv[1:3]
import psutil
from mobilenet_lab.explorers import TrainYourOwn
from squares import squares
one = TrainYourOwn(squares(1920), "v1", epochs=8, seeds=5, store=sys.argv[3])
one.parts["training"].start_button.click()
while not len(one.state["own"]):
    time.sleep(0.05)
print(len(one.state["own"]), *[child.pid for child in psutil.Process().children(recursive=True)])
"""


def test_python_ends_without_waiting_for_the_runs_and_ends_the_worker(tmp_path):
    """As a kernel that is shut down or started again: the run under way ends with its step."""
    here = os.path.dirname(os.path.abspath(__file__))
    command = [sys.executable, "-c", LEAVES, os.path.dirname(here), here, str(tmp_path)]
    printed = subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout
    finished, *children = map(int, printed.split("\n")[-2].split())
    assert children
    until(lambda: all(map(ended, children)))
    assert 1 <= len(results(tmp_path)) <= finished + 1


def test_one_worker_of_its_own_leaves_this_process_without_a_graph(tmp_path):
    """`executor="processes"` trains elsewhere, also with a single worker."""
    todo = plan(
        squares(),
        TrainYourOwn(squares(), "v1").state["chosen"].design(0.25),
        1,
        Recipe(1),
        timed=False,
    )
    seen = []
    found = run(todo, tmp_path, "processes", progress=False, stop=lambda: seen.extend(workers()))
    assert len(found) == 1 and {one.pid for one in seen} - {os.getpid()}
