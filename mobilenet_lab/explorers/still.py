"""What remains of an explorer without a kernel: a picture, and how to make it live again.

A saved notebook keeps the outputs of its cells but not their widgets, and in a single output
JupyterLab prefers a missing widget to the picture. So an explorer displays three outputs: a note,
the picture and the widgets. A style in the note selects which of them to show.
"""

import os
import re
import sys
from pathlib import Path

from IPython.display import display

VIEW = "application/vnd.jupyter.widget-view+json"
WIDER = 1.5  # how much a picture is widened where there is room
NOTE = "A still picture. To make it live, run this cell in the notebook."
STYLE = (Path(__file__).parent / "static" / "still.css").read_text(encoding="utf-8")
STYLE = " ".join(re.sub(r"/\*.*?\*/", "", STYLE, flags=re.DOTALL).split())  # repeated in every cell


def show(bundled, note=NOTE):
    """Display an explorer, whose `_repr_mimebundle_` is given, with a note for the still picture.

    Where the style would not work, `NotImplementedError` tells IPython to display the bundle
    itself. Making the bundle draws all pictures, so it is done only once.
    """
    if not understood():
        raise NotImplementedError
    bundle, metadata = bundled()
    note = {
        "text/html": f'<p class="mobilenet-lab-still">{note}</p>\n<style>{STYLE}</style>',
        "text/latex": rf"\textit{{{note}}}",
    }
    display(note, raw=True)
    display({kind: bundle[kind] for kind in bundle if kind != VIEW}, metadata=metadata, raw=True)
    display({VIEW: bundle[VIEW]}, raw=True)


def understood():
    """Whether outputs are arranged as in JupyterLab, as far as a kernel can tell.

    In Colab and VS Code they are not, and a Voila page is never saved.
    """
    voila = os.environ.get("SERVER_SOFTWARE", "").startswith("voila")
    return not (voila or "google.colab" in sys.modules or "VSCODE_PID" in os.environ)
