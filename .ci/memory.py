"""Run notebooks from top to bottom and tell what their kernels took of memory: `make memory`.

python .ci/memory.py [--cells] [notebooks/00_tour.ipynb …]    all of them by default

For each notebook a row of Markdown: the most that the kernel held at once, and what it held at the
end, in MiB of resident memory. With --cells also each cell that raised the peak by 10 MiB. Nothing
is written. Linux and macOS only.
"""

import argparse
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).parents[1]
ASK = """
import resource as _r, sys as _s, psutil as _p
_peak = _r.getrusage(_r.RUSAGE_SELF).ru_maxrss // (2**20 if _s.platform == "darwin" else 2**10)
print("MiB", _peak, _p.Process().memory_info().rss // 2**20)
"""


class Watched(NotebookClient):
    """A run that asks the kernel after each cell."""

    async def async_execute_cell(self, cell, cell_index, *arguments, **options):
        done = await super().async_execute_cell(cell, cell_index, *arguments, **options)
        if cell.cell_type == "code":
            asking = nbformat.v4.new_code_cell(ASK)
            await super().async_execute_cell(asking, cell_index, store_history=False)
            said = "".join(one.get("text", "") for one in asking.outputs)
            self.taken.append((cell_index, *map(int, said.split()[-2:])))
        return done


def run(path):
    """(cell, peak, held) of each code cell of a notebook."""
    notebook = nbformat.read(path, as_version=4)
    client = Watched(notebook, timeout=1800, resources={"metadata": {"path": path.parent}})
    client.taken = []
    client.execute()
    return client.taken


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cells", action="store_true", help="also the cells that raise the peak")
    parser.add_argument("notebooks", nargs="*", type=Path)
    options = parser.parse_args()
    paths = options.notebooks or sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
    print("| notebook | peak, MiB | at the end, MiB |\n|---|---|---|")
    for path in paths:
        taken = run(path)
        print(f"| {path.stem} | {taken[-1][1]:,} | {taken[-1][2]:,} |", flush=True)
        for before, after in zip(taken, taken[1:], strict=False):
            if options.cells and after[1] >= before[1] + 10:
                print(f"    cell {after[0]}: {before[1]:,} to {after[1]:,}, holds {after[2]:,}")


if __name__ == "__main__":
    sys.exit(main())
