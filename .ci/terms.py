"""Write docs/terms.md: every term and symbol, and the notebook that has it first.

python .ci/terms.py            write the page
python .ci/terms.py --check    only say whether it is as it should be

A term's sentence is the first one of its entry in the glossary. The notebook is the first that
links to the entry, or, for a symbol, the first whose text or code has it.
"""

import argparse
import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
GLOSSARY = "../notebooks/glossary.ipynb"

# A symbol, what finds it in a notebook, and its meaning.
SYMBOLS = [
    ("α", "α", "width multiplier: multiplies the channels of every layer"),
    ("ρ", "ρ", "resolution multiplier: the side of the picture divided by 224 px"),
    ("t", r"expansion\W+t\b", "expansion: how many times wider a block of v2 is inside"),
    ("D", r"\bD × D\b", "side of a kernel, in positions"),
    ("M", r"\bM channels\b", "channels that a layer reads"),
    ("N", r"\bN channels\b", "channels that a layer writes"),
    ("F", r"\bF × F\b", "side of the map that a layer writes, in positions"),
    ("k, k'", r"\bk'", "channels that a block of v2 reads and writes (v2 Table 1)"),
    ("h, w", r"\bh × w\b", "height and width of the map that a block of v2 reads (v2 Table 1)"),
    ("c, n, s", r"output channels c\b", "a row of v2 Table 2: channels, repeats, stride"),
    ("T, T⁺", "T⁺", "the matrix that takes a spiral to n dimensions, and its (pseudo)inverse"),
    ("px", r"\bpx\b", "pixels along one side of the picture"),
    ("kB, MB", r"\bMB\b", "1,000 and 1,000,000 bytes"),
    ("KiB, MiB", r"\bKiB\b", "1,024 and 1,048,576 bytes"),
    ("ms", r"\bms\b", "milliseconds for one picture"),
]


def source(path):
    """Text and code of a notebook, without its outputs."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return "\n\n".join("".join(cell["source"]) for cell in cells)


def first(notebooks, pattern):
    """The first notebook that has the pattern, as a link."""
    for path in notebooks:
        if re.search(pattern, source(path)):
            return f"[{path.name[:2]}](../notebooks/{path.name})"
    raise ValueError(f"no notebook has {pattern!r}")


def entries(root):
    """section -> the terms of the glossary, each with its first sentence."""
    found = {}
    text = source(root / "notebooks" / "glossary.ipynb")
    for section in re.split(r"^## ", text, flags=re.M)[1:]:
        title, *terms = re.split(r"^### ", section, flags=re.M)
        if title.strip() != "Questions":
            found[title.strip()] = [term.strip().split("\n\n", 1) for term in terms]
    return found


def sentence(entry):
    """The first sentence; its links lead into the glossary."""
    return re.match(r".+?\.(?=\s|$)", entry, re.S)[0].replace("(#", f"({GLOSSARY}#")


def page(root):
    """The text of docs/terms.md."""
    notebooks = sorted((root / "notebooks").glob("[0-9]*.ipynb"))
    lines = [
        "# Terms and symbols",
        "",
        f"[README](../README.md) · the [glossary]({GLOSSARY}) has an example for each term, and "
        "[In Python](python.md#symbols-and-terms) the names in code",
        "",
        "*Written by `python .ci/terms.py` from the glossary and the notebooks.*",
        "",
        "## Symbols and units",
        "",
        "| symbol | meaning | first in |",
        "|---|---|---|",
    ]
    lines += [f"| {one} | {words} | {first(notebooks, has)} |" for one, has, words in SYMBOLS]
    for title, terms in entries(root).items():
        lines += ["", f"## {title}", "", "| term | in one sentence | first in |", "|---|---|---|"]
        for term, entry in terms:
            anchor = term.replace(" ", "-")
            where = first(notebooks, re.escape(f"(glossary.ipynb#{anchor})"))
            lines.append(f"| [{term}]({GLOSSARY}#{anchor}) | {sentence(entry)} | {where} |")
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing")
    parser.add_argument("root", nargs="?", type=Path, default=ROOT)
    options = parser.parse_args()
    path, text = options.root / "docs" / "terms.md", page(options.root)
    if not options.check:
        path.write_text(text, encoding="utf-8", newline="\n")
    same = path.is_file() and path.read_text(encoding="utf-8") == text
    print("docs/terms.md is as it should be." if same else "Run python .ci/terms.py")
    return not same


if __name__ == "__main__":
    sys.exit(main())
