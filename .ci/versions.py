"""The core's tests on the oldest versions that pyproject.toml allows, or on the newest there are.

python .ci/versions.py floors [FOLDER]    every requirement at its floor: `make floors`
python .ci/versions.py newest [FOLDER]    nothing held back: `make newest PYTHON=python3.14`
python .ci/versions.py floors --list      only print what would be installed

They are installed into an environment of their own in FOLDER, with the Python that runs this.
"""

import argparse
import os
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).parents[1]
# What the core's tests do without: what checks the source, and what only other tests import.
UNUSED = ("mypy", "nbval", "oxlint", "playwright", "ruff", "tflite-micro")

PINS = "tests/test_packaging.py::test_constraints_pin_what_is_installed_here"  # other versions


def requirements(root=ROOT):
    """What the core and its tests ask for, as pyproject.toml words it."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = [line for line in extras["test"] if not line.startswith(UNUSED)]
    wanted += [line for line in extras["lab"] if line.startswith("tabulate")]
    return list(dict.fromkeys([*project["dependencies"], *wanted]))


def versions(kind):
    """The requirements for pip: at their floors, or as they are, which takes the newest."""
    return [line.replace(">=", "==") if kind == "floors" else line for line in requirements()]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kind", choices=["floors", "newest"])
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--list", action="store_true", help="only print the requirements")
    options = parser.parse_args()
    wanted = versions(options.kind)
    if options.list:
        print("\n".join(wanted))
        return 0
    folder = options.folder or ROOT / ".venv" / f".{options.kind}"
    venv.create(folder, with_pip=True, clear=True)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    install = [python, "-m", "pip", "install", "--disable-pip-version-check", "--quiet"]
    subprocess.run([*install, *wanted], check=True)
    subprocess.run([*install, "--no-deps", "-e", ROOT], check=True)
    subprocess.run([python, "-m", "pip", "list", "--disable-pip-version-check"], check=True)
    tests = [python, "-m", "pytest", "-n", "2", "--dist", "worksteal", "-m", "core"]
    tests += ["--hide-extras", "--deselect", PINS, "tests"]
    return subprocess.run(tests, cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main())
