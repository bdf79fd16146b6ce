"""The base of every figure of the lab: palette, labels, size and formats.

A `Picture` is a figure that can be displayed as it is or follow a state: `show(...)` moves only its
moving artists, so that a live figure draws the rest only once. Pictures use matplotlib's figures
directly, without pyplot's global state.
"""

import contextlib
import io

from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from mobilenet_lab import checks
from mobilenet_lab.plots.style import DPI, STYLE, colors

LARGEST = 10_000  # pixels; the longer side of a picture, about 400 MB while it is drawn


class Picture:
    """A figure of `width` × `height` pixels whose `moving` artists follow what is shown.

    `words` describes the picture in a sentence; it is its text and its alternative text. `layout`
    changes when the static part changes and must be redrawn. `colors` lists all colours used, which
    keeps frames small; None means any colours.
    """

    def __init__(self, width, height):
        width = checks.integer("width", width, most=LARGEST)
        height = checks.integer("height", height, most=LARGEST)
        size = (width / DPI, height / DPI)
        with rc_context(STYLE):
            self.figure = Figure(figsize=size, dpi=DPI, layout="constrained")
        FigureCanvasAgg(self.figure)
        self.size = (width, height)
        self.colors = colors()
        self.moving = []
        self.words = ""
        self.layout = None

    def freeze(self):
        """Fix the layout, so that nothing shifts when the moving artists do."""
        self.figure.draw_without_rendering()
        self.figure.set_layout_engine("none")

    STILL = 1.5  # how many times as large as on screen a file or a still picture is

    def png(self, scale=STILL):
        """The picture as PNG bytes, `scale` times as large as on screen."""
        least, most = 1 / min(self.size), LARGEST / max(self.size)
        accepted = f"a number from {least:.3g} up to {most:.3g}, for this picture"
        scale = checks.real("scale", scale, accepted)
        if not least <= scale <= most:
            checks.refuse("scale", scale, accepted)
        buffer = io.BytesIO()
        with self._all_drawn():
            self.figure.savefig(buffer, format="png", dpi=DPI * scale)
        return buffer.getvalue()

    @contextlib.contextmanager
    def _all_drawn(self):
        """Include a live picture's moving artists in a normal draw."""
        animated = [artist.get_animated() for artist in self.moving]
        try:
            for artist in self.moving:
                artist.set_animated(False)
            yield
        finally:
            for artist, was in zip(self.moving, animated, strict=True):
                artist.set_animated(was)

    def svg(self):
        """The picture as SVG text."""
        return self._vector("svg").decode("utf-8")

    def pdf(self):
        """The picture as PDF bytes."""
        return self._vector("pdf")

    def _vector(self, kind):
        buffer = io.BytesIO()
        with self._all_drawn():
            self.figure.savefig(buffer, format=kind)
        return buffer.getvalue()

    def _repr_png_(self):
        width, height = self.size
        return self.png(), {"width": width, "height": height, "alt": self.words}

    def __repr__(self):
        return self.words
