"""The files around the code agree with each other, and hold nothing of one machine or system."""

import ast
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import distributions
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from mobilenet_lab import layers
from mobilenet_lab.networks.families import knobs

ROOT = Path(__file__).parents[1]
PYTHON_FILES = sorted(
    path for folder in ("mobilenet_lab", "tests", ".ci") for path in (ROOT / folder).rglob("*.py")
)
NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def project_files():
    """What git tracks; everything but caches where git does not know the project."""
    try:
        asked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
        names = asked.stdout.decode("utf-8").split("\0")
    except (OSError, subprocess.CalledProcessError):
        names = []
    if not any(names):
        ignored = {line.strip("/") for line in read(".gitignore").splitlines()} | {".git"}
        found = (path.relative_to(ROOT) for path in ROOT.rglob("*"))
        names = [path for path in found if not ignored & set(path.parts)]
    return [path for path in (ROOT / name for name in names) if path.is_symlink() or path.is_file()]


# --- pyproject.toml, constraints.txt and environment.yml ---

PROJECT = tomllib.loads(read("pyproject.toml"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
REQUIREMENTS = [*PROJECT["dependencies"], *(line for extra in EXTRAS.values() for line in extra)]


def pins():
    """name -> the constraints on it: one, or several under different markers."""
    found = {}
    for line in read("constraints.txt").splitlines():
        if line and not line.startswith("#"):
            pin = Requirement(line)
            found.setdefault(canonicalize_name(pin.name), []).append(pin)
    return found


@pytest.mark.parametrize("line", REQUIREMENTS)
def test_every_requirement_is_pinned_at_a_version_it_allows(line):
    wanted = Requirement(line)
    pinned = pins().get(canonicalize_name(wanted.name), [])
    assert pinned, f"constraints.txt does not pin {wanted.name}"
    for pin in pinned:
        version = re.fullmatch(r"==([\w.]+)", str(pin.specifier))
        assert version, f"{pin} is not one exact version"
        assert wanted.specifier.contains(version[1]), f"{pin} does not satisfy {wanted}"


def test_both_builds_of_tensorflow_have_one_version():
    versions = {
        str(pin.specifier) for name in ("tensorflow", "tensorflow-cpu") for pin in pins()[name]
    }
    assert len(versions) == 1


def test_constraints_pin_what_is_installed_here():
    """So that the versions which are tested are those that a course gets."""
    here: dict[str, str] = {}
    for own in distributions():  # setuptools brings older copies, which stand later on the path
        here.setdefault(canonicalize_name(own.metadata["Name"]), own.version)
    checked = 0
    for name, pinned in pins().items():
        for pin in pinned:
            if name in here and (pin.marker is None or pin.marker.evaluate()):
                assert pin.specifier.contains(here[name]), f"{pin}, but {here[name]} is installed"
                checked += 1
    assert checked > 50


# sys_platform, platform_machine -> what the extra "keras" brings there, on a Python with TensorFlow
SYSTEMS = {
    ("linux", "x86_64"): {"tensorflow-cpu", "keras"},
    ("linux", "aarch64"): {"tensorflow", "keras"},
    ("darwin", "arm64"): {"tensorflow", "keras"},
    ("win32", "AMD64"): {"tensorflow", "keras"},
    ("darwin", "x86_64"): {"keras"},  # without TensorFlow's packages since 2.17
    ("win32", "ARM64"): {"keras"},
}


@pytest.mark.parametrize("python", ["3.11", "3.13", "3.14", "3.15"])
@pytest.mark.parametrize("system", SYSTEMS)
def test_the_extra_asks_for_tensorflow_where_there_is_one(system, python):
    here = dict(zip(("sys_platform", "platform_machine"), system, strict=True))
    wanted = [Requirement(line) for line in EXTRAS["keras"]]
    brought = {one.name for one in wanted if one.marker.evaluate({"python_version": python} | here)}
    assert brought == (SYSTEMS[system] if python in ("3.11", "3.13") else set())


@pytest.mark.parametrize("python", ["3.11", "3.13", "3.14"])
@pytest.mark.parametrize("system", SYSTEMS)
def test_litert_comes_where_tensorflow_does(system, python):
    """Which makes the files that it runs."""
    here = dict(zip(("sys_platform", "platform_machine"), system, strict=True))
    here["python_version"] = python
    brought = {
        one.name
        for one in map(Requirement, EXTRAS["keras"] + EXTRAS["edge"])
        if one.marker.evaluate(here)
    }
    assert ("ai-edge-litert" in brought) is bool({"tensorflow", "tensorflow-cpu"} & brought)


def test_no_python_is_too_new_for_the_core():
    assert SpecifierSet(PROJECT["requires-python"]).contains("3.20")
    lines = [Requirement(line) for line in PROJECT["dependencies"]]
    newest = {"python_version": "3.20", "python_full_version": "3.20.0"}
    assert all(line.marker is None or line.marker.evaluate(newest) for line in lines)


def test_a_browser_lacks_psutil_alone():
    here = {"sys_platform": "emscripten", "platform_system": "Emscripten"}
    lines = [Requirement(line) for line in PROJECT["dependencies"]]
    left_out = [line.name for line in lines if line.marker and not line.marker.evaluate(here)]
    assert left_out == ["psutil"]


def test_the_script_and_the_sentence_name_the_pythons_of_the_extra(monkeypatch):
    last = int(re.search(r"python_version < '3\.(\d+)'", read("pyproject.toml"))[1]) - 1
    assert re.search(rf"oldest=11 keras={last} ", read(".ci/setup"))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr("importlib.metadata.requires", lambda name: [])
    assert f"packages for Python 3.11 to 3.{last} on" in layers.no_keras()
    assert f"Python 3.11, 3.12 or 3.{last}" in read("docs/installing.md")


def test_environment_yml_agrees_with_pyproject():
    parts = yaml.safe_load(read("environment.yml"))["dependencies"]
    python = next(part for part in parts if isinstance(part, str) and part.startswith("python="))
    assert SpecifierSet(PROJECT["requires-python"]).contains(python.removeprefix("python="))
    assert "pip" in parts
    lines = next(part["pip"] for part in parts if isinstance(part, dict))
    constraints, editable = lines
    assert constraints == "-c constraints.txt"
    extras = re.fullmatch(r"-e \.\[([\w,]+)\]", editable)[1].split(",")
    assert {"keras", "lab"} <= set(extras) <= set(EXTRAS)


# --- what would break on another system ---


def calls(path):
    """(dotted name, call) for every call of a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def opens_text_without_encoding(name, call):
    """Whether a call reads or writes text in whatever encoding the machine has."""
    last = name.rpartition(".")[2]
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    if "encoding" in keywords:
        return False
    if last in ("read_text", "write_text"):
        return True
    if last == "open" and name not in ("Image.open", "webbrowser.open"):
        constants = [*call.args, keywords.get("mode")]
        modes = [node.value for node in constants if isinstance(node, ast.Constant)]
        return not any(re.fullmatch("[rwxa+]*b[rwxa+]*", str(mode)) for mode in modes)
    is_run = name.startswith("subprocess.")
    return is_run and bool({"text", "universal_newlines"} & set(keywords))


def goes_through_a_shell(name, call):
    shell = any(
        keyword.arg == "shell" and getattr(keyword.value, "value", True)
        for keyword in call.keywords
    )
    return shell or name in ("os.system", "os.popen", "subprocess.getoutput")


def test_files_are_opened_with_their_encoding_and_nothing_runs_in_a_shell():
    assert not [
        f"{path.relative_to(ROOT)}, line {call.lineno}: {ast.unparse(call)}"
        for path in PYTHON_FILES
        for name, call in calls(path)
        if opens_text_without_encoding(name, call) or goes_through_a_shell(name, call)
    ]


@pytest.mark.parametrize(
    ("source", "wrong"),
    [
        ("open(name)", True),
        ("open(name, 'w')", True),
        ("path.open()", True),
        ("path.read_text()", True),
        ("path.write_text(text, newline='')", True),
        ("subprocess.run([name], text=True)", True),
        ("subprocess.run(name, shell=True)", True),
        ("os.system(name)", True),
        ("open(name, encoding='utf-8')", False),
        ("open(name, 'rb')", False),
        ("path.open(mode='wb')", False),
        ("path.read_bytes()", False),
        ("subprocess.run([name], shell=False)", False),
    ],
)
def test_the_rule_itself(source, wrong):
    call = ast.parse(source, mode="eval").body
    name = ast.unparse(call.func)
    assert (opens_text_without_encoding(name, call) or goes_through_a_shell(name, call)) is wrong


def test_no_symlinks():
    """Windows checks them out as small text files."""
    assert not [path for path in project_files() if path.is_symlink()]


def test_nothing_names_one_machine():
    """No home or mount of somebody's machine, no address of a package registry."""
    local = re.compile(
        r"(?<![\w+/.-])/(?:root|home|Users|opt|work|mnt)/\w"
        r"|[A-Z]:\\+Users|file:[/]{3}"
        r"|pypi[.]org/simple|files[.]pythonhosted[.]org|--(?:extra-)?index-url"
    )
    found = []
    for path in project_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture
        found += [f"{path.relative_to(ROOT)}: {match[0]}" for match in local.finditer(text)]
    assert not found


# --- links ---


def links_script(*arguments):
    """Exit status and output of .ci/links.py."""
    done = subprocess.run(
        [sys.executable, ROOT / ".ci" / "links.py", *arguments],
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def other_home(tmp_path):
    """A copy of the files with links, for a project that has moved."""
    for name in ("README.md", "CITATION.cff"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks", ignore=shutil.ignore_patterns(".*"))
    repository = PROJECT["urls"]["Repository"]
    moved = read("pyproject.toml").replace(repository, "https://github.com/somebody/else.where")
    (tmp_path / "pyproject.toml").write_text(moved, encoding="utf-8")
    return tmp_path


def test_binder_colab_and_repository_links_agree():
    assert links_script("--check") == (0, "All links agree.\n")


def test_links_follow_the_setting(other_home):
    status, said = links_script("--check", other_home)
    names = ["README.md", "CITATION.cff", "installing.md", *(path.name for path in NOTEBOOKS)]
    assert status == 1 and all(f"{name}: a link points" in said for name in names), said

    assert links_script(other_home) == (0, "All links agree.\n")
    assert links_script("--check", other_home)[0] == 0
    old = PROJECT["urls"]["Repository"].removeprefix("https://github.com/")
    pages = (other_home / "docs").glob("*.md")
    for path in [other_home / "README.md", other_home / "CITATION.cff", *pages]:
        assert old not in path.read_text(encoding="utf-8")


def test_one_altered_link_is_seen(other_home):
    links_script(other_home)
    path = other_home / "notebooks" / NOTEBOOKS[0].name
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("somebody/else.where/blob", "x/y/blob", 1), encoding="utf-8")
    status, said = links_script("--check", other_home)
    assert status == 1 and NOTEBOOKS[0].name in said


def test_moving_changes_nothing_else_in_a_notebook():
    specification = importlib.util.spec_from_file_location("links", ROOT / ".ci" / "links.py")
    links = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(links)
    away = {"slug": "somebody/else", "repository": "https://github.com/somebody/else"}
    for path in NOTEBOOKS:
        text = path.read_text(encoding="utf-8")
        moved = links.pointed(text, away)
        assert moved != text
        assert links.pointed(moved, links.repository(ROOT)) == text


# --- docs ---


def test_the_page_and_the_sliders_agree_about_the_symbols():
    cells = r"^\|(?: (\S+))? \| `(\w+)` \| (.*) \| (.*) \| (.*) \|$"
    rows = re.findall(cells, read("docs/python.md"), re.M)
    described = {row[1]: (row[0], *row[2:]) for row in rows}
    for name, knob in knobs().items():
        symbol, meaning, range_, published = described[name]
        assert symbol == knob.symbol
        assert meaning.startswith(knob.meaning)
        assert range_ == f"{knob.low:g} to {knob.high:g} by {knob.step:g}"
        assert published == ", ".join(f"{value:g}" for value in knob.published)


# --- citation ---


def test_citation_names_the_lab_and_the_papers():
    citation = yaml.safe_load(read("CITATION.cff"))
    assert citation["title"] == "MobileNet Lab"
    assert str(citation["version"]) == PROJECT["version"]
    assert citation["license"] == PROJECT["license"] == "Apache-2.0"
    papers = {
        paper["identifiers"][0]["value"]: [author["family-names"] for author in paper["authors"]]
        for paper in citation["references"]
    }
    assert papers == {
        "arXiv:1704.04861": [
            *("Howard", "Zhu", "Chen", "Kalenichenko", "Wang", "Weyand", "Andreetto", "Adam")
        ],
        "arXiv:1801.04381": ["Sandler", "Howard", "Zhu", "Zhmoginov", "Chen"],
        "arXiv:1905.02244": [
            *("Howard", "Sandler", "Chu", "Chen", "Chen", "Tan", "Wang", "Zhu"),
            *("Pang", "Vasudevan", "Le", "Adam"),
        ],
    }
