"""Installed elsewhere: the wheel without extras, and what environment.yml asks of pip."""

import json
import os
import shutil
import subprocess
import sys
import textwrap
import venv
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from packaging.utils import canonicalize_name

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
QUICK = ("--quiet", "--no-compile")  # most of what is installed is never imported

# What a student's script would do, on a machine without TensorFlow.
CORE = """
import importlib.util, sys
import mobilenet_lab as lab
assert "site-packages" in lab.__file__, lab.__file__
import mobilenet_lab.plots
assert not {"ipywidgets", "anywidget", "tensorflow", "keras"} & set(sys.modules)
assert importlib.util.find_spec("tensorflow") is None
assert importlib.util.find_spec("keras") is None
cost = lab.cost(lab.Design("v1"))
assert (cost.macs, cost.params) == (568_740_352, 4_253_864), cost
grid = lab.sweep(family=["v1", "v2"], alpha=[0.5, 1.0], resolution=[160, 224])
assert len(grid) == 8 and (grid["macs"] > 0).all()
assert len(lab.layer_table(lab.Design("v2"))) > 100
accuracy = lab.published.accuracy()
assert {"v1", "v2"} == set(accuracy["family"]) and accuracy["source"].notna().all()
"""


def fresh_environment(folder):
    """The Python of a new, empty virtual environment, without a pip of its own."""
    venv.create(folder)
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def run(python, *arguments, **options):
    """Standard output of `python arguments`; its whole output where it fails."""
    environment = {key: os.environ[key] for key in os.environ if not key.startswith("PYTHON")}
    done = subprocess.run(
        [python, *arguments],
        env=environment | options.pop("env", {}),
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        **options,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The Python of an environment that holds the wheel, without extras, and nothing else."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", folder, ROOT)
    python = fresh_environment(folder / "venv")
    own = (*QUICK, "-c", ROOT / "constraints.txt", *folder.glob("*.whl"))
    run(sys.executable, "-m", "pip", "--python", python, "install", *own)
    return python


def test_wheel_prices_sweeps_and_reads_tables_without_tensorflow(installed, tmp_path):
    run(installed, "-c", CORE, cwd=tmp_path)


def test_wheel_says_what_is_missing_when_a_model_is_asked_for(installed, tmp_path):
    script = """
        import mobilenet_lab as lab
        try:
            lab.build(lab.Design("v2"))
        except ImportError as error:
            print(error)
    """
    said = run(installed, "-c", textwrap.dedent(script), cwd=tmp_path)
    assert "keras" in said.lower() or "tensorflow" in said.lower(), said


def test_wheel_carries_every_table(installed, tmp_path):
    script = (
        "import mobilenet_lab, pathlib; p = pathlib.Path(mobilenet_lab.__file__).parent / 'data';"
        "print(*sorted(f.name for f in p.glob('*.csv')))"
    )
    ours = sorted(path.name for path in (ROOT / "mobilenet_lab" / "data").glob("*.csv"))
    assert ours and run(installed, "-c", script, cwd=tmp_path).split() == ours


def test_wheel_carries_the_javascript(installed, tmp_path):
    script = (
        "import pathlib; from mobilenet_lab.explorers import browser;"
        "print(*sorted(f.name for f in pathlib.Path(browser.STATIC).iterdir()))"
    )
    ours = sorted(path.name for path in (ROOT / "mobilenet_lab/explorers/static").iterdir())
    assert ours and run(installed, "-c", script, cwd=tmp_path).split() == ours


@pytest.mark.parametrize(
    "command", ["--help", "cost v2 --alpha 0.75 --resolution 160", "cost --help"]
)
def test_command_line_on_a_cp1252_console(installed, tmp_path, command):
    console = {"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"}
    said = run(installed, "-m", "mobilenet_lab", *command.split(), cwd=tmp_path, env=console)
    assert said.strip()


# Builds a network where nothing can be imported but the packages named on the command line.
ONLY = """
import importlib.metadata as metadata, re, sys
asked = set(sys.argv[1:])
for module, owners in metadata.packages_distributions().items():
    if not asked & {re.sub("[-_.]+", "-", owner).lower() for owner in owners}:
        sys.modules[module] = None
import mobilenet_lab as lab
print(lab.build(lab.Design("v2")).count_params())
"""


@pytest.fixture(scope="module")
def asked_of_pip(tmp_path_factory):
    """The packages, with versions, that pip would install for environment.yml into nothing.

    As conda does it: the lines become a requirements file beside environment.yml.
    """
    project = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "mobilenet_lab", project / "mobilenet_lab")
    for name in ("pyproject.toml", "constraints.txt", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, project)
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    lines = next(part["pip"] for part in environment["dependencies"] if isinstance(part, dict))
    (project / "requirements.txt").write_text("\n".join(lines), encoding="utf-8")
    resolve = ("install", "--quiet", "--dry-run", "--ignore-installed", "--report", "report.json")
    run(sys.executable, "-m", "pip", *resolve, "-r", "requirements.txt", cwd=project)
    report = json.loads((project / "report.json").read_text(encoding="utf-8"))
    found = [package["metadata"] for package in report["install"]]
    return {canonicalize_name(package["name"]): package["version"] for package in found}


def test_pip_section_of_environment_yml_asks_for_what_the_tests_run_with(asked_of_pip):
    # setuptools, once imported, brings older copies, which stand later on the path.
    found = reversed(list(metadata.distributions()))
    here = {canonicalize_name(one.name): one.version for one in found}
    assert len(asked_of_pip) > 100
    assert asked_of_pip.items() <= here.items()
    run(sys.executable, "-m", "pip", "check")


def test_pip_section_of_environment_yml_suffices(asked_of_pip, tmp_path):
    run(sys.executable, "-m", "jupyterlab", "--version")
    assert run(sys.executable, "-c", ONLY, *asked_of_pip, cwd=tmp_path).split()[-1] == "3538984"
