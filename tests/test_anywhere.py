"""Where the lab runs: the oldest versions that it allows, and a browser without TensorFlow."""

import ast
import importlib.util
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
NEEDS_KERAS = {"build", "measure", "measure_layer"}  # functions, where cells call them
NEEDS_KERAS_MODULES = {("layers", "keras")}


def script(name):
    """A module of .ci."""
    specification = importlib.util.spec_from_file_location(name, ROOT / ".ci" / f"{name}.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


# --- the floors ---


def test_a_floor_is_one_version_of_each_requirement():
    versions = script("versions")
    floors = [Requirement(line) for line in versions.versions("floors")]
    names = [canonicalize_name(one.name) for one in floors]
    assert len(names) == len(set(names)) and {"numpy", "pandas", "pytest"} <= set(names)
    for line, floor in zip(versions.versions("newest"), floors, strict=True):
        (exact,) = floor.specifier
        assert exact.operator == "==" and Requirement(line).specifier.contains(exact.version)


# --- JupyterLite ---


@pytest.fixture
def lite(monkeypatch):
    """`.ci/lite.py`, without JupyterLite."""
    constants = SimpleNamespace(PYODIDE_VERSION="1.0", PYODIDE_PYTHON_VERSION="3.14")
    constants.PYODIDE_CDN_URL = "https://example.org/full"
    kernel = SimpleNamespace(constants=constants)
    monkeypatch.setitem(sys.modules, "jupyterlite_pyodide_kernel", kernel)
    return script("lite")


def test_a_lock_that_is_older_than_a_floor_is_named(lite):
    lock = {"numpy": {"version": "1.26.4"}, "pandas": {"version": "2.2.2"}}
    (said,) = lite.too_old(lock)
    assert said == "Pyodide 1.0 has numpy 1.26.4, the lab needs numpy>=2.0.0"


def test_what_a_browser_needs_is_followed_to_the_end(lite):
    lock = {line.name: {"version": "9", "depends": []} for line in lite.dependencies()}
    del lock["anywidget"]
    lock |= {name: {"version": "1", "depends": ["parso"]} for name in lite.KERNEL}
    lock |= {name: {"version": "8", "depends": []} for name in ("parso", "typing-extensions")}
    found = lite.closure(lock)
    assert found["numpy"] == "9" and found["parso"] == "8"
    assert "psygnal" in found  # which anywidget asks for
    assert not {"psutil", "tensorflow", "widgetsnbextension"} & set(found)


def test_the_lock_points_here_or_at_pyodides_server(lite, tmp_path):
    wheel = tmp_path / "six-1-py3-none-any.whl"
    wheel.write_bytes(b"")
    own = {"six": {"file_name": "old"}, "numpy": {"file_name": "numpy.whl"}}
    lite.point({"packages": own}, {"six": wheel})
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert own["six"] == {"file_name": wheel.name, "sha256": empty}
    assert own["numpy"] == {"file_name": "https://example.org/full/numpy.whl"}


# --- cells without TensorFlow ---


def cells(name):
    """The code cells of a notebook, parsed; a line of IPython's own is a `pass`."""
    (path,) = (ROOT / "notebooks").glob(f"{name}*.ipynb")
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            lines = "".join(cell["source"]).splitlines()
            tidy = [line.replace("%pip", "pass  #") for line in lines]
            yield ast.parse("\n".join(tidy))


def guarded(node):
    """Whether a statement runs only where models can be built, or says why they cannot."""
    if isinstance(node, ast.If):
        return ast.unparse(node.test) == "can_build()"
    missing = "ModuleNotFoundError"
    return isinstance(node, ast.Try) and missing in ast.unparse(node.handlers[0].type)


def names(nodes, context):
    """The names that are read or written by statements."""
    return {
        node.id
        for top in nodes
        for node in ast.walk(top)
        if isinstance(node, ast.Name) and isinstance(node.ctx, context)
    }


def calls(nodes):
    """The functions that statements call, by their last name or as (module, name)."""
    for node in (node for top in nodes for node in ast.walk(top)):
        if isinstance(node, ast.Call):
            parts = tuple(ast.unparse(node.func).split("."))
            yield from (parts[-1], parts)


@pytest.mark.parametrize("name", ["00", "01", "02", "03", "04", "05", "08", "09"])
def test_cells_run_without_tensorflow(name):
    """Nothing outside a guard calls what needs Keras, or reads what only a guard makes."""
    inside, outside = [], []
    for cell in cells(name):
        for node in cell.body:
            (inside if guarded(node) else outside).append(node)
    assert not set(calls(outside)) & (NEEDS_KERAS | NEEDS_KERAS_MODULES)
    made = names(outside, ast.Store) | {
        alias.asname or alias.name.split(".")[0]
        for node in outside
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    only_inside = names((n for n in inside if isinstance(n, ast.If)), ast.Store) - made
    assert not names(outside, ast.Load) & only_inside


def test_an_unguarded_model_is_seen():
    nodes = ast.parse("if can_build():\n    m = build(d)\nm = build(d)\nk = layers.keras()").body
    assert [guarded(node) for node in nodes] == [True, False, False]
    assert set(calls(nodes[1:])) >= {"build", ("layers", "keras")}
