"""The base of every figure of the lab: palette, labels, size and formats.

A `Picture` is a figure that can be displayed as it is or follow a state: `show(...)` moves only its
moving artists, so that a live figure draws the rest only once. Pictures use matplotlib's figures
directly, without pyplot's global state.
"""

import contextlib
import io
from typing import NamedTuple

from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image, ImageDraw

from mobilenet_lab import checks
from mobilenet_lab.plots.style import DPI, STYLE, colors

LARGEST = 10_000  # pixels; the longer side of a picture, about 400 MB while it is drawn
MARGIN = 6  # px; the white edge around a picture, which makes it a card on a dark page
ROUND = 7  # px; the radius of the card's corners
DATE = {"svg": "Date", "pdf": "CreationDate"}  # what a format calls the time of its making


class Place(NamedTuple):
    """What a mark in a picture is: `x`, `y` as fractions of the picture from its top left."""

    x: float
    y: float
    name: str


class Picture:
    """A figure of `width` × `height` pixels whose `moving` artists follow what is shown.

    `words` describes the picture in a sentence; it is its text and its alternative text. `layout`
    changes when the static part changes and must be redrawn. `colors` lists all colours used, which
    keeps frames small; None means any colours. `places` are the marks that have a name.
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
        self.places = []
        self.layout = None

    def freeze(self):
        """Fix the layout, so that nothing shifts when the moving artists do."""
        self.figure.get_layout_engine().execute(self.figure)
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
        """The picture in a vector format, the same bytes each time."""
        buffer = io.BytesIO()
        with self._all_drawn(), rc_context({"svg.hashsalt": "mobilenet-lab"}):
            self.figure.savefig(buffer, format=kind, metadata={DATE[kind]: None})
        return buffer.getvalue()

    def name(self, axes, x, y, names):
        """Let marks on `axes` have names, which a live picture shows under the mouse."""
        across, up = axes.transData.transform(list(zip(x, y, strict=True))).T
        width, height = self.figure.bbox.size
        places = zip(across / width, 1 - up / height, names, strict=True)
        self.places += [
            Place(round(float(x), 4), round(float(y), 4), name) for x, y, name in places
        ]

    def _repr_png_(self):
        width, height = (side + 2 * MARGIN for side in self.size)
        shown = {"width": width, "height": height, "alt": self.words}
        return card([self.png()], self.STILL, colors=255), shown

    def __repr__(self):
        return self.words


def card(pngs, scale, colors, **options):
    """Pictures one below the other on a card with a white margin and round corners, as PNG bytes.

    `scale` says how large they are drawn; at most 255 `colors` are left of theirs, chosen as by
    Pillow's `quantize`. What lies outside the corners is transparent.
    """
    images = [Image.open(io.BytesIO(png)).convert("RGB") for png in pngs]
    edge = round(MARGIN * scale)
    size = (
        max(image.width for image in images) + 2 * edge,
        sum(image.height for image in images) + 2 * edge,
    )
    sheet, top = Image.new("RGB", size, "white"), edge
    for image in images:
        sheet.paste(image, (edge, top))
        top += image.height
    sheet = sheet.quantize(colors=min(colors, 255), **options)
    nothing = len(sheet.getpalette()) // 3
    sheet.putpalette([*sheet.getpalette(), 255, 255, 255])
    outside = Image.new("1", size, 1)
    box = (0, 0, size[0] - 1, size[1] - 1)
    ImageDraw.Draw(outside).rounded_rectangle(box, round(ROUND * scale), fill=0)
    sheet.paste(nothing, mask=outside)
    buffer = io.BytesIO()
    sheet.save(buffer, "png", optimize=True, transparency=nothing)
    return buffer.getvalue()
