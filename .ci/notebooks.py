"""Run notebooks from top to bottom on a fresh kernel and keep their outputs: `make notebooks`.

python .ci/notebooks.py [notebooks/00_tour.ipynb …]    all of them by default

What is kept is what a reader without a kernel can see: widget views, which only a running kernel
can fill, give way to the still picture and the words beside them.
"""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).parents[1]
VIEW = "application/vnd.jupyter.widget-view+json"
BEGUN = " gone, ? left"  # of a progress bar, whose text stays as it was at first


def run(path):
    """Execute one notebook and write it back."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=600, resources={"metadata": {"path": path.parent}}).execute()
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", ()):
            output.get("data", {}).pop(VIEW, None)
        if "outputs" in cell:
            cell.outputs = [output for output in cell.outputs if shows(output)]
    nbformat.write(notebook, path)


def shows(output):
    """Whether an output shows anything."""
    return output.get("data") != {} and BEGUN not in str(output.get("data"))


if __name__ == "__main__":
    for name in sys.argv[1:] or sorted((ROOT / "notebooks").glob("*.ipynb")):
        print(name)
        run(Path(name))
