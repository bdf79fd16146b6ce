"""Point every Binder, Colab and repository link at `[project.urls] Repository` of pyproject.toml.

python .ci/links.py            rewrite them, then say what is still missing
python .ci/links.py --check    only say what disagrees or is missing

Links are found by their address, so pages and notebooks need no markers, and a notebook's file
changes in nothing else.
"""

import argparse
import json
import re
import sys
import tomllib
from pathlib import Path

BINDER = "https://mybinder.org/v2/gh/{slug}/main?urlpath=lab/tree/notebooks/{name}"
COLAB = "https://colab.research.google.com/github/{slug}/blob/main/notebooks/{name}"

# The first code cell of every notebook, which is folded away. Colab brings TensorFlow, so no extra
# is asked for; JupyterLite, in whose browser Python runs, has no TensorFlow and the lab's wheel.
COLAB_CELL = """\
# @title Setup on Colab and JupyterLite
import importlib.util
import sys

if importlib.util.find_spec("mobilenet_lab") is None:
    if "google.colab" in sys.modules:
        %pip install -q "mobilenet-lab @ git+{repository}"
    elif sys.platform == "emscripten":
        %pip install -q mobilenet-lab"""

# What comes before and after an address that names the repository.
PLACES = {
    "slug": [
        (r"https://mybinder\.org/v2/gh/", r"/main\?"),
        (r"https://colab\.research\.google\.com/github/", r"/blob/main/"),
    ],
    "repository": [
        (r"mobilenet-lab @ git\+", r"(?=[\s\"'\\`])"),
        (r"git clone ", r"(?=\s)"),
        (r"repository-code: \"", r"\""),
    ],
}


def repository(root):
    """The one setting, whole and as the `owner/name` that Binder and Colab want."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    url = project["urls"]["Repository"]
    found = re.fullmatch(r"https://github\.com/([\w.-]+/[\w.-]+?)(?:\.git)?/?", url)
    if not found:
        sys.exit(
            f"Repository must be https://github.com/OWNER/NAME for Binder and Colab, not {url}"
        )
    return {"repository": f"https://github.com/{found[1]}", "slug": found[1]}


def documents(root):
    """The files that hold such links."""
    pages = sorted((root / "docs").glob("*.md"))
    return [root / "README.md", root / "CITATION.cff", *pages, *notebooks(root)]


def notebooks(root):
    """The numbered ones: the glossary has nothing to run."""
    return sorted((root / "notebooks").glob("[0-9]*.ipynb"))


def pointed(text, address):
    """The text with every such link pointing at the repository."""
    for kind, places in PLACES.items():
        for before, after in places:
            pattern = f"({before})[^\\s\"'\\\\`()]+?({after})"
            text = re.sub(pattern, lambda m, new=address[kind]: m[1] + new + m[2], text)
    return text


def disagreements(root):
    """One line for each link that points elsewhere or is missing."""
    address = repository(root)
    texts = {path: path.read_text(encoding="utf-8") for path in documents(root)}
    for path, text in texts.items():
        if text != pointed(text, address):
            yield f"{path.relative_to(root)}: a link points at another repository"
    for path in notebooks(root):
        yield from missing_from(path, texts[root / "README.md"], address)


def missing_from(notebook, readme, address):
    """What a notebook, or README's row for it, lacks."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    first = next("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    code = next("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    for link in (BINDER, COLAB):
        link = link.format(slug=address["slug"], name=notebook.name)
        if f"({link})" not in first:
            yield f"notebooks/{notebook.name}: its first cell lacks {link}"
        if f"({link})" not in readme:
            yield f"README.md: lacks {link}"
    if code != COLAB_CELL.format(**address):
        yield f"notebooks/{notebook.name}: its first code cell is not COLAB_CELL of .ci/links.py"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing")
    parser.add_argument("root", nargs="?", type=Path, default=Path(__file__).parents[1])
    options = parser.parse_args()
    if not options.check:
        address = repository(options.root)
        for path in documents(options.root):
            text = path.read_text(encoding="utf-8")
            path.write_text(pointed(text, address), encoding="utf-8", newline="\n")
    found = list(disagreements(options.root))
    print("\n".join(found) if found else "All links agree.")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
