"""The rooms of the package: who imports whom, who may name a family, how long a module may be."""

import ast
from functools import cache
from pathlib import Path

from mobilenet_lab.networks.families import FAMILIES

PACKAGE = Path(__file__).parents[1] / "mobilenet_lab"
MODULES = sorted(PACKAGE.rglob("*.py"))

# From the inside out: a module imports its own room and those before it. Rooms in one row are
# neighbours, which import nothing of one another.
FLOORS = (
    {"checks", "capacity", "machine"},
    {"networks"},
    {"competitors"},
    {"costs"},
    {"features", "published"},
    {"models", "plots"},
    {"training"},
    {"edge"},
    {"reports"},
    {"search"},
    {"quizzes"},
    {"pages"},
    {"explorers"},
    {"exercises"},
    {"package"},
)
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
FAMILY_FILES = {"mobilenet_v1", "mobilenet_v2", "mobilenet_v3"}
NETWORKS = {"layers", *FAMILY_FILES}  # by these names for readers; of `networks`
FRONT = {"__init__", "__main__"}  # the package's face: they import whatever they show
APART = "jupyter"  # a plug-in of Jupyter's: it imports nothing of the lab, and nobody imports it

# Papers' variants are networks that the papers built of the same blocks.
MAY_IMPORT_FAMILIES = {
    "networks.families",
    *(f"published.rows.{name}" for name in ("ours", "libraries", "checkpoints")),
}

# What is about one paper.
MAY_NAME_FAMILIES = {
    *FAMILY_FILES,
    *("explorers.width_resolution", "explorers.manifold", "explorers.bottleneck"),
    *("plots.plane", "pages.plane"),
}

LONGEST = 330


def name_of(path):
    """`mobilenet_lab/costs/cost.py` as "costs.cost", a room's `__init__.py` as the room."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if len(parts) > 1 and parts[-1] == "__init__" else parts)


NAMES = {name_of(path): path for path in MODULES}


@cache
def tree(name):
    return ast.parse(NAMES[name].read_text(encoding="utf-8"))


def room(name):
    """The room of a module."""
    first = name.partition(".")[0]
    return "networks" if first in NETWORKS else "package" if first in FRONT else first


def imported(name, source=None):
    """The modules of the package that a module imports anywhere in it, in functions too."""
    for node in ast.walk(ast.parse(source) if source else tree(name)):
        if isinstance(node, ast.Import):
            for one in node.names:
                if one.name.partition(".")[0] == "mobilenet_lab":
                    yield one.name.partition(".")[2] or "__init__"
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{name}: imports are written out in full"
            if (node.module or "").partition(".")[0] == "mobilenet_lab":
                origin = node.module.partition(".")[2]
                for one in node.names:
                    inner = f"{origin}.{one.name}".lstrip(".")
                    yield inner if inner in NAMES else origin or "__init__"


def test_imports_are_found_wherever_they_stand():
    source = (
        "import numpy\nimport mobilenet_lab.costs.cost\nfrom mobilenet_lab import checks, Design\n"
        "def late():\n    from mobilenet_lab.plots import style\n"
        "    from mobilenet_lab.costs.cost import cost\n"
    )
    assert list(imported("x", source)) == [
        *("costs.cost", "checks", "__init__", "plots.style", "costs.cost")
    ]
    assert {room(name) for name in NAMES} == {*FLOOR, APART}


def may_import(here, there):
    """Whether modules of one room may import those of another."""
    if APART in (here, there):
        return here == there
    return here == there or FLOOR[there] < FLOOR[here]


def test_imports_go_one_way():
    assert not [
        f"{name} imports {other}"
        for name in NAMES
        for other in imported(name)
        if not may_import(room(name), room(other))
    ]


def test_family_files_are_read_by_the_registry_alone():
    """So that another family is one file and one line of the registry."""
    assert not [
        f"{name} imports {other}"
        for name in NAMES
        for other in FAMILY_FILES & set(imported(name))
        if name not in MAY_IMPORT_FAMILIES and room(name) != "competitors"
    ]


def literals(node):
    """The strings of a module, each with its line, but not what only documents."""
    documentation = {id(one.value) for one in ast.walk(node) if isinstance(one, ast.Expr)}
    for one in ast.walk(node):
        text = isinstance(one, ast.Constant) and isinstance(one.value, str)
        if text and id(one) not in documentation:
            yield one.lineno, one.value


def test_literals_are_strings_but_not_documentation():
    source = '"v1"\nfamily = "v1"\ndef f():\n    "v2"\n    return {"v2": f"{family}"}\n'
    assert list(literals(ast.parse(source))) == [(2, "v1"), (5, "v2")]


def test_no_family_is_named_outside_its_file():
    """What is not about one paper asks the registry, so that it holds for every family."""
    assert not [
        f"{name}, line {line}, names {text}"
        for name in NAMES
        if name not in MAY_NAME_FAMILIES and room(name) not in ("published", "quizzes", "exercises")
        for line, text in literals(tree(name))
        if text in FAMILIES
    ]


def test_a_module_is_read_in_one_sitting():
    """A longer one holds two things: it is split where they part."""
    lines = {name: path.read_text(encoding="utf-8").count("\n") for name, path in NAMES.items()}
    assert not {name: count for name, count in lines.items() if count > LONGEST}
