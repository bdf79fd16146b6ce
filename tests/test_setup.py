"""`.ci/setup`, with which `make` sets up its environment: which Python it takes, and what it says.

The Pythons on its PATH are shell scripts that claim a version and note what they are asked to do.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(os.name == "nt", reason="docs/installing.md has a way without make")

ROOT = Path(__file__).parents[1]
TOOLS = ("cat", "dirname", "grep", "mkdir", "cp", "mktemp", "rm", "tee")

# `python -m venv` copies itself, and what `-m venv` and `-m pip` say stands in a file beside it.
PYTHON = """#!/bin/sh
echo "{name} $*" >>"{notes}"
case "$*" in
  "-c from mobilenet_lab"*) echo "this Python is 3.{minor}" ;;
  -c*) exec {real} -Ic "import sys; sys.version_info = (3, {minor}, 0, 'final', 0); {before}
exec(sys.argv[1])" "$2" ;;
  "-m venv "*) for folder; do :; done; {venv} ;;
  "-m pip "*) {pip} ;;
esac
"""
COPY = 'mkdir -p "$folder/bin" && cp "$0" "$folder/bin/python" && echo made >"$folder/pyvenv.cfg"'
ABSENT = "#!/bin/sh\necho 'pyenv: python: command not found' >&2\nexit 127\n"


class Machine:
    """A folder of programs, which is all that the script finds, and one that it sets up."""

    def __init__(self, folder):
        self.bin, self.venv, self.notes = folder / "bin", folder / "venv", folder / "notes"
        self.bin.mkdir()
        for tool in TOOLS:
            (self.bin / tool).symlink_to(shutil.which(tool))

    def program(self, name, text):
        (self.bin / name).write_text(text, encoding="utf-8")
        (self.bin / name).chmod(0o755)

    def python(self, name, minor, venv=COPY, pip=":", before=""):
        real, notes = sys.executable, self.notes
        text = PYTHON.format(**{key: value for key, value in locals().items() if key != "self"})
        self.program(name, text)

    def set_up(self, asked=""):
        """Exit status, what was printed, and what the Pythons were asked to do."""
        done = subprocess.run(
            [shutil.which("sh"), ROOT / ".ci" / "setup", self.venv, "some,extras", asked],
            env={"PATH": str(self.bin), "TMPDIR": str(self.bin.parent)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        notes = self.notes.read_text(encoding="utf-8") if self.notes.exists() else ""
        return done.returncode, done.stdout, [line for line in notes.splitlines() if " -m " in line]


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


@pytest.mark.parametrize(
    ("there", "taken"),
    [
        ({"python3.11": 11, "python3.13": 13, "python3": 14}, "python3.13"),
        ({"python3.11": 11, "python3.12": 12, "python3.14": 14, "python3": 14}, "python3.12"),
        ({"python3": 12}, "python3"),
        ({"python": 11}, "python"),
        ({"python3": 14}, "python3.14"),
        ({"python3": 15, "python3.14": 14}, "python3.15"),
        ({"python3": 10, "python3.11": 11}, "python3.11"),
    ],
)
def test_the_newest_with_tensorflow_is_taken_else_the_newest(machine, there, taken):
    for name, minor in there.items():
        machine.python(name, minor)
        machine.python(f"python3.{minor}" if minor > 13 else name, minor)
    status, said, asked = machine.set_up()
    assert status == 0, said
    assert asked[0] == f"{taken} -m venv {machine.venv}"
    assert "pip install" in asked[1] and "-e .[some,extras]" in asked[1]
    assert re.fullmatch(r"Note: this Python is 3\.\d+\.", said.splitlines()[-1])


def test_make_lab_installs_what_environment_yml_does():
    makefile, conda = (
        (ROOT / name).read_text(encoding="utf-8") for name in ("Makefile", "environment.yml")
    )
    extras = "keras,edge,images,lab"
    assert f".ci/setup '$(VENV)' {extras} '$(PYTHON)'" in makefile and f"-e .[{extras}]" in conda


def test_a_shim_that_does_not_run_is_absent(machine):
    machine.program("python3.13", ABSENT)
    machine.python("python3.12", 12)
    assert machine.set_up()[2][0].startswith("python3.12 -m venv")


@pytest.mark.parametrize(("minor", "pinned"), [(13, True), (14, True), (15, False)])
def test_a_python_that_is_newer_than_the_constraints_goes_without(machine, minor, pinned):
    """Some of these versions have no package for it."""
    machine.python("python3", minor)
    installed = machine.set_up()[2][1]
    assert ("-c constraints.txt" in installed) is pinned
    assert ("--only-binary=:all:" in installed) is not pinned


@pytest.mark.parametrize("works", [True, False])
def test_uv_fetches_one_before_a_newer_python_is_taken(machine, works):
    machine.python("python3.14", 14)
    machine.python("fetched", 13)
    copy = f'mkdir -p "$folder/bin" && cp {machine.bin}/fetched "$folder/bin/python"'
    text = f'#!/bin/sh\necho "uv -m $*" >>{machine.notes}\nfor folder; do :; done\n'
    machine.program("uv", text + (copy if works else "exit 2"))
    status, said, asked = machine.set_up()
    assert status == 0, said
    assert asked[0] == f"uv -m venv --quiet --seed --python 3.13 {machine.venv}"
    assert (asked[1].split()[:3] == ["python3.14", "-m", "venv"]) is not works


def test_a_python_of_ones_own_choice(machine):
    machine.python("python3.13", 13)
    machine.python("mine", 14)
    assert machine.set_up("mine")[2][0].startswith("mine -m venv")


@pytest.mark.parametrize(
    "broken",
    [lambda text: ABSENT, lambda text: text.replace("; ", "; sys.modules['pip'] = None; ")],
)
def test_an_environment_that_runs_is_kept_and_a_broken_one_is_made_anew(machine, broken):
    machine.python("python3.12", 12)
    assert machine.set_up()[0] == 0
    machine.python("python3.13", 13)
    machine.notes.unlink()
    assert [line.split()[2] for line in machine.set_up()[2]] == ["pip"]
    shim = machine.venv / "bin/python"
    shim.write_text(broken(shim.read_text(encoding="utf-8")), encoding="utf-8")
    assert f"python3.13 -m venv --clear {machine.venv}" in machine.set_up()[2]


def fails(said, status=1):
    return f"echo '{said}' >&2; exit {status}"


RETRY = (
    "WARNING: Retrying (Retry(total=4, connect=None)) after connection broken by "
    "NameResolutionError: Failed to resolve the name\nERROR: Could not find a version that "
    "satisfies the requirement hatchling>=1.27 (from versions: none)"
)


@pytest.mark.parametrize(
    ("python", "asked", "sentence"),
    [
        (None, "", "there is none: install one, or uv, which fetches one"),
        ({"minor": 10}, "", "needs Python 3.11 or newer, and there is none"),
        ({"minor": 10}, "python3", 'and "python3" is not one: name one with PYTHON='),
        ({"minor": 12}, "python9", 'and "python9" is not one: name one with PYTHON='),
        ({"before": "sys.modules['venv'] = None"}, "", "install its package python3-venv"),
        ({"before": "sys.modules['ensurepip'] = None"}, "python3", "its package python3-venv"),
        (
            {"venv": fails("Error: [Errno 30] Read-only file system: /lab/.venv")},
            "",
            "Nothing may be written to .*: copy this folder .* make lab VENV=",
        ),
        (
            {"venv": fails("Error: [Errno 13] Permission denied: /lab")},
            "",
            "Nothing may be written",
        ),
        ({"venv": fails("Error: [Errno 28] Geen ruimte over")}, "", "The disk is full: .* 2.4 GB"),
        (
            {
                "pip": fails(
                    "ERROR: Could not install packages due to an OSError: [Errno 28] No space"
                )
            },
            "",
            "The disk is full: the lab needs about 2.4 GB .* VENV=",
        ),
        (
            {"pip": fails(RETRY)},
            "",
            "cannot be downloaded: connect to the network, or name a proxy",
        ),
        (
            {"pip": fails("ERROR: No matching distribution found for tensorflow")},
            "",
            "no package for this Python or system; the lines above name it. Try another Python",
        ),
    ],
)
def test_the_last_line_says_what_to_do(machine, python, asked, sentence):
    if python:
        machine.python("python3", python.pop("minor", 12), **python)
    status, said, _ = machine.set_up(asked)
    assert status == 1
    assert re.search(sentence, said.splitlines()[-1]), said


def test_make_goes_no_further(machine):
    """And does not take a half-made environment for a whole one."""
    machine.python("python3", 12, pip=fails(RETRY))
    for tool in ("make", "sh", "touch", "id"):
        (machine.bin / tool).symlink_to(shutil.which(tool))
    done = subprocess.run(
        ["make", "lab", f"VENV={machine.venv}"],
        cwd=ROOT,
        env={"PATH": str(machine.bin)},
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 2 and "connect to the network" in done.stderr
    assert not (machine.venv / ".ready").exists()
