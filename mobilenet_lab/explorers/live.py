"""A picture that follows a slider without a full redraw.

The static part of a `Picture` is drawn once and kept; each change draws only the moving artists
over it and sends the result, as a PNG of few colours, to the browser (see `browser`). Three things
make a frame cheap: Agg draws lines over the kept pixels, Pillow writes the moving text, and a fixed
palette keeps the PNG small.
"""

import asyncio
import contextlib
import io
import math
import threading
import time
from functools import cache, lru_cache, wraps
from typing import NamedTuple

from matplotlib.colors import to_rgb
from matplotlib.font_manager import findfont
from matplotlib.text import Text
from PIL import Image, ImageDraw, ImageFont

from mobilenet_lab.explorers import browser
from mobilenet_lab.plots.style import DPI

BUSY = threading.RLock()


def alone(method):
    """Decorate a method to run only while no other such method runs.

    JupyterLab calls back in two threads, the kernel's main thread and a "subshell", even for
    controls of one explorer; matplotlib and the state of an explorer are not thread-safe.
    """

    @wraps(method)
    def waiting(*args, **kwargs):
        with BUSY:
            return method(*args, **kwargs)

    return waiting


class Shot(NamedTuple):
    """The contents of a figure at one moment: PNG bytes, alternative text, names of its marks."""

    png: bytes
    words: str
    places: list = []


class LiveFigure:
    """A `Picture` on screen: `show(...)` moves it; `widget` is what to display."""

    def __init__(self, picture):
        self.picture = picture
        self.widget = browser.picture(picture.size)
        self.ahead = None  # the prefetched positions of a slider, if any
        self.shown = None  # the last shot
        self._kept = {}
        self.widget.on_wide(self.sharpen)
        for artist in picture.moving:
            artist.set_animated(True)

    @alone
    def show(self, *args, **kwargs):
        """Move the picture to a new state (the arguments of its own `show`) and send it."""
        self.picture.show(*args, **kwargs)
        self.send()

    def send(self):
        """Send the present state of the picture."""
        self.put(self.shot())

    def shot(self):
        """The present contents of the figure."""
        return Shot(self.frame(), self.picture.words, self.picture.places)

    def put(self, shot):
        """Show this shot."""
        self.shown, epoch = shot, self.ahead.epoch if self.ahead else 0
        self.widget.put(shot.png, shot.words, epoch, shot.places)

    def clear(self):
        """Show nothing."""
        self.put(Shot(b"", ""))

    @alone
    def sharpen(self):
        """Draw as many pixels as in a still picture, for a page that shows it large."""
        figure, dpi = self.picture.figure, DPI * self.picture.STILL
        if figure.dpi != dpi:
            figure.set_dpi(dpi)
            self._kept = {}
            if self.ahead:
                self.ahead.begin()
            self.send()

    def on_click(self, callback):
        """Call with (x, y), fractions of the picture, when a reader clicks it."""
        self.widget.on_click(callback)

    def frame(self):
        """The present state as PNG bytes, with as many pixels as the picture or sharpened."""
        canvas = self.picture.figure.canvas
        canvas.restore_region(self._static())
        moving = sorted(self.picture.moving, key=lambda artist: artist.zorder)
        for artist in moving:
            if not isinstance(artist, Text):
                artist.axes.draw_artist(artist)
        size = canvas.get_width_height()
        image = Image.frombuffer("RGBA", size, canvas.buffer_rgba(), "raw", "RGBA", 0, 1)
        image = image.convert("RGB")
        for artist in moving:
            if isinstance(artist, Text) and artist.get_visible():
                write(image, artist)
        if self.picture.colors is not None:
            few = palette(self.picture.colors)
            image = image.quantize(palette=few, dither=Image.Dither.NONE)
        buffer = io.BytesIO()
        image.save(buffer, "png", compress_level=1)
        return buffer.getvalue()

    def _static(self):
        """The pixels of the static part, redrawn only when the layout changes."""
        if self.picture.layout not in self._kept:
            figure = self.picture.figure
            figure.canvas.draw()
            self._kept = {self.picture.layout: figure.canvas.copy_from_bbox(figure.bbox)}
        return self._kept[self.picture.layout]


class Ahead:
    """Prefetches the positions of a slider.

    When nothing has changed for a moment, the nearest positions are drawn and sent, each once, and
    a little later those farther away. The browser shows one as soon as the slider gets there; the
    kernel's own answer follows and is identical. They stay valid until anything but this slider
    changes: then a new `epoch` begins. Display `widget`, which is invisible, with the status line
    and the figures.
    """

    REST, NEXT = 0.05, 0.02  # seconds before the first one is drawn, and between two
    NEAR, SETTLED = 6, 0.8  # positions sent at once; seconds until farther ones follow

    def __init__(self, status, figures):
        self.epoch = 0
        outputs = [status, *figures]
        for output in outputs:
            output.ahead = self
        self.widget = browser.follower([output.widget for output in outputs])
        self.widget.on_msg(lambda *_: self._sent.clear())  # a new page, which has no positions yet
        self._slider, self._sent = None, {}
        self._draws, self._changed, self._due, self._loop = {}, 0.0, 0.0, None

    def begin(self, slider=None):
        """Begin a change: of this slider alone, to one of its positions, or of anything else."""
        self._draws = {}
        if slider is None or slider is not self._slider:
            self.epoch += 1
            self._slider = slider
            if self._sent:
                self._sent.clear()
                self.widget.tell("drop")

    def undo(self):
        """Let the browser return to what the kernel has sent last."""
        self.begin()
        self.widget.tell("undo")

    def later(self, slider, draws):
        """Draw and send once nothing has changed for a moment.

        `draws` maps positions of the slider, nearest first, to functions that return the words and
        the shots of the figures. Needs a running event loop, as in a kernel; does nothing without
        one.
        """
        if self.widget.follows:
            self._slider, self._draws, self._changed = slider, draws, time.monotonic()
            self._wait(self.REST)

    def _wait(self, delay):
        """Come back after the delay, with a single timer however many changes there are."""
        self._due = time.monotonic() + delay
        self._call()

    def _call(self):
        with contextlib.suppress(RuntimeError):
            loop = asyncio.get_running_loop()
            if loop is not self._loop:
                self._loop = loop
                loop.call_later(max(0.0, self._due - time.monotonic()), self._come_back)

    @alone
    def _come_back(self):
        """Draw one position, so that a key pressed meanwhile waits for only one."""
        self._loop = None
        position = next((one for one in self._draws if one not in self._sent), None)
        if position is None:
            return
        if position not in list(self._draws)[: self.NEAR]:  # a reader may be about to press again
            self._due = max(self._due, self._changed + self.SETTLED)
        if time.monotonic() < self._due:
            self._call()
            return
        self.send(position, *self._draws[position]())
        self._wait(self.NEXT)

    def send(self, position, words, shots):
        """Send the contents for a position of the slider."""
        if len(self._sent) == browser.MOST:
            del self._sent[next(iter(self._sent))]
        self._sent[position] = True
        facts = {"at": position, "epoch": self.epoch, "words": words}
        facts |= {"id": self._slider.model_id, "alts": [shot.words for shot in shots]}
        facts["places"] = [shot.places for shot in shots]
        self.widget.tell("keep", [shot.png for shot in shots], **facts)


ABOVE = {"top": 0, "center": 0.5, "bottom": 1, "baseline": 0}  # lines above the point of the text


def write(image, text):
    """Draw a matplotlib `Text` with Pillow, twenty times faster."""
    x, y = text.get_transform().transform(text.get_position())
    color = tuple(round(255 * part) for part in to_rgb(text.get_color()))
    own = font(findfont(text.get_fontproperties()), text.get_fontsize() * text.figure.dpi / 72)
    lines, step = text.get_text().split("\n"), _line_step(own)
    vertical = text.get_verticalalignment()
    y += ABOVE[vertical] * step * (len(lines) - 1)
    for number, line in enumerate(lines):
        mask, left, top = _letters(line, own, text.get_horizontalalignment(), vertical)
        corner = round(x) + left, round(image.height - y) + number * step + top
        image.paste(color, corner, mask)


@lru_cache(maxsize=4096)  # most lines are the same from one position to the next
def _letters(line, own, horizontal, vertical):
    """A line of text as a mask, and the offset of its corner from the anchor point."""
    across = {"left": "l", "center": "m", "right": "r"}[horizontal]
    down = {"top": "a", "center": "m", "bottom": "d", "baseline": "s"}[vertical]
    box = own.getbbox(line, "L", anchor=across + down)
    left, top, right, bottom = (*map(math.floor, box[:2]), *map(math.ceil, box[2:]))
    mask = Image.new("L", (right - left, bottom - top))
    ImageDraw.Draw(mask).text((-left, -top), line, 255, own, across + down)
    return mask, left, top


@cache
def _line_step(own):
    """Pixels from one line to the next, as Pillow sets several."""
    return math.ceil(own.getbbox("A", "L")[3]) + 4


@cache
def font(path, pixels):
    """A font file at a size."""
    return ImageFont.truetype(path, pixels)


@cache
def palette(colors):
    """An image whose palette is each of these colours in even steps to white.

    Antialiased edges of lines and letters are such mixtures, so nothing visible is lost.
    """
    steps = 14  # Pillow quantises colours to cells of this size, and white must stay white
    mixtures = [255, 255, 255]
    for color in colors:
        for step in range(1, steps + 1):
            mixtures += [round(255 * (1 - step / steps * (1 - part))) for part in to_rgb(color)]
    image = Image.new("P", (1, 1))
    image.putpalette(mixtures)
    return image
