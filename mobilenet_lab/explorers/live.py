"""A picture that follows a slider without being drawn again.

The static part of a `Picture` is drawn once and kept; each change draws only the moving
artists over it and sends the result, as a PNG of few colours, to one core widget: an image with
alternative text. Three things make a frame cheap: Agg draws lines over the kept pixels, Pillow
writes the moving text, and a fixed palette keeps the PNG small.
"""

import asyncio
import base64
import contextlib
import html
import io
import json
import threading
import time
from functools import cache, wraps

import ipywidgets as widgets
from matplotlib.colors import to_rgb
from matplotlib.font_manager import findfont
from matplotlib.text import Text
from PIL import Image, ImageDraw, ImageFont

from mobilenet_lab.plots.style import DPI

BUSY = threading.RLock()


def alone(method):
    """A method that waits until no other such method runs.

    JupyterLab calls back in two threads, the kernel's main one and a "subshell", even for controls
    of one explorer; matplotlib and the state of an explorer are made for one at a time.
    """

    @wraps(method)
    def waiting(*args, **kwargs):
        with BUSY:
            return method(*args, **kwargs)

    return waiting


class LiveFigure:
    """A `Picture` on screen: `show(...)` moves it; `widget` is what to display."""

    def __init__(self, picture):
        self.picture = picture
        self.widget = widgets.HTML()
        self._kept, self._clicked = {}, None
        for artist in picture.moving:
            artist.set_animated(True)

    @alone
    def show(self, *args, **kwargs):
        """Move the picture to a new state (the arguments of its own `show`) and send it."""
        self.picture.show(*args, **kwargs)
        self.send()

    def send(self):
        """Show the picture as it stands."""
        self.put(self.shot())

    def shot(self):
        """What the figure shows as it stands."""
        return self.html()

    def put(self, shot):
        """Show that."""
        self.widget.value = shot

    def on_click(self, callback):
        """Let a click on a stage set the list of that name, in the same frame."""
        self._clicked = callback
        self.send()

    STAGE = """
        const at = Math.floor(event.offsetX / this.clientWidth * {count}) - 1;
        const lists = this.closest('.mobilenet-lab').querySelectorAll('select');
        const list = [...lists].find(one => one.labels[0]?.textContent == 'stage');
        if (list && at >= 0 && at != list.selectedIndex) {{
            list.selectedIndex = at;
            list.dispatchEvent(new Event('change', {{bubbles: true}}));
        }}"""

    def frame(self):
        """The present state as PNG bytes, one pixel a pixel of the picture."""
        canvas = self.picture.figure.canvas
        canvas.restore_region(self._static())
        moving = sorted(self.picture.moving, key=lambda artist: artist.zorder)
        for artist in moving:
            if not isinstance(artist, Text):
                artist.axes.draw_artist(artist)
        size = canvas.get_width_height()
        image = Image.frombuffer("RGBA", size, canvas.buffer_rgba(), "raw", "RGBA", 0, 1)
        image = image.convert("RGB")
        pen = ImageDraw.Draw(image)
        for artist in moving:
            if isinstance(artist, Text) and artist.get_visible():
                write(pen, artist, size[1])
        if self.picture.colors is not None:
            few = palette(self.picture.colors)
            image = image.quantize(palette=few, dither=Image.Dither.NONE)
        buffer = io.BytesIO()
        image.save(buffer, "png", compress_level=1)
        return buffer.getvalue()

    def _static(self):
        """The pixels of all that does not move, drawn again only when the layout changes."""
        if self.picture.layout not in self._kept:
            figure = self.picture.figure
            figure.canvas.draw()
            self._kept = {self.picture.layout: figure.canvas.copy_from_bbox(figure.bbox)}
        return self._kept[self.picture.layout]

    def html(self):
        """The picture as it stands, as an image with alternative text."""
        data = base64.b64encode(self.frame()).decode("ascii")
        words = html.escape(self.picture.words, quote=True)
        width, height = self.picture.size
        click = ""
        if self._clicked:
            code = " ".join(self.STAGE.format(count=len(self.picture.stages) + 1).split())
            click = f'onclick="{code}" '
        return (
            f'<img {click}alt="{words}" width="{width}" height="{height}" decoding="sync" '
            'style="max-width:100%;height:auto;object-fit:contain" '
            f'src="data:image/png;base64,{data}">'
        )


# An empty picture that runs some JavaScript in the browser as soon as it is there.
RUN = (
    '<img alt="" hidden src="data:image/gif;base64,'
    'R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw" onload="{code}">'
)


class Ahead:
    """What the next step of a slider shows, sent before it is asked for.

    When nothing has changed for a moment, the positions beside the present one are drawn and sent,
    and the present one with them, for the way back. The browser shows one as soon as the slider
    gets there, whatever the way to the kernel takes. The kernel's own answer follows and is the
    same; to who has turned back before it comes, it shows the step once more. `widget`, which
    shows nothing, is to be displayed with `outputs`, the `HTML` widgets that follow the slider.
    """

    REST = 0.05  # seconds
    WATCH = """
        const carrier = this, sent = JSON.parse(this.dataset.sent);
        for (const slider of document.querySelectorAll(sent.slider)) {
            const watch = new MutationObserver(() => {
                if (!carrier.isConnected) return watch.disconnect();
                const at = +Number(slider.getAttribute('aria-valuetext')).toFixed(6);
                if (at === carrier.at) return;
                carrier.at = at;
                (sent.positions[at] ?? []).forEach((html, index) => {
                    for (const output of document.querySelectorAll(sent.outputs[index]))
                        output.innerHTML = html;
                });
            });
            watch.observe(slider, {attributeFilter: ['aria-valuetext']});
        }"""

    def __init__(self, status, figures):
        self.status = status
        self.outputs = [status.widget, *(figure.widget for figure in figures)]
        self.widget = widgets.HTML(layout={"display": "none"})
        self._wanted, self._due, self._loop = None, 0.0, None

    def drop(self):
        """What was sent, or was to be sent, has been overtaken by a change; was something sent?"""
        sent = bool(self.widget.value)
        self._wanted, self.widget.value = None, ""
        return sent

    def undo(self):
        """Let the browser show again what the kernel has sent last, whatever it shows ahead."""
        for output in self.outputs:  # only what is different is sent
            output.value = output.value[:-1] if output.value.endswith(" ") else output.value + " "

    def later(self, slider, draws):
        """Draw and send when nothing has changed for a moment, unless there is a change before.

        `draws` maps values of the slider to functions that give a list of HTML, one for each
        output. Needs an event loop, as a kernel has one, and sliders of ipywidgets 8; does nothing
        without.
        """
        if int(widgets.__version__.partition(".")[0]) >= 8:
            self._wanted, self._due = (slider, draws, {}), time.monotonic() + self.REST
            self._wait()

    def _wait(self):
        """Come back when it is due; with one timer, however many changes there are."""
        with contextlib.suppress(RuntimeError):
            loop = asyncio.get_running_loop()
            if loop is not self._loop:
                self._loop = loop
                loop.call_later(max(0.0, self._due - time.monotonic()), self._come_back)

    @alone
    def _come_back(self):
        """Draw one position; a key that is pressed meanwhile has to wait for no more than that."""
        self._loop = None
        if self._wanted and time.monotonic() < self._due:
            self._wait()
        elif self._wanted:
            slider, draws, drawn = self._wanted
            missing = [value for value in draws if value not in drawn]
            if missing:
                text, shots = draws[missing[0]]()
                drawn[missing[0]] = [self.status.html(text), *shots]
                self._wait()
            else:
                self._wanted = None
                self.send(slider, drawn)

    def send(self, slider, positions):
        """Send what to show at these values of the slider."""
        sent = {
            "slider": f".{_marked(slider)} [role=slider]",
            "outputs": [f".{_marked(one)} > .widget-html-content" for one in self.outputs],
            "positions": {f"{value:g}": parts for value, parts in positions.items()},
        }
        sent = html.escape(json.dumps(sent), quote=True)
        code = " ".join(self.WATCH.split())
        self.widget.value = RUN.format(code=code).replace("<img", f'<img data-sent="{sent}"', 1)


def _marked(widget):
    """A CSS class that only this widget has."""
    name = f"lab-{widget.model_id}"
    widget.add_class(name)
    return name


def write(pen, text, height):
    """Write a matplotlib `Text` with Pillow, which takes a twentieth of the time."""
    x, y = text.get_transform().transform(text.get_position())
    across = {"left": "l", "center": "m", "right": "r"}[text.get_horizontalalignment()]
    down = {"top": "a", "center": "m", "bottom": "d", "baseline": "s"}
    red, green, blue = (round(255 * part) for part in to_rgb(text.get_color()))
    pen.text(
        (round(x), round(height - y)),
        text.get_text(),
        fill=(red, green, blue),
        font=font(findfont(text.get_fontproperties()), text.get_fontsize() * DPI / 72),
        align=text.get_horizontalalignment(),
        anchor=across + down[text.get_verticalalignment()],
    )


@cache
def font(path, pixels):
    """A font file at a size."""
    return ImageFont.truetype(path, pixels)


@cache
def palette(colors):
    """An image whose palette is each of these colours in even steps to white.

    Edges of lines and letters are such mixtures, so that nothing visible is lost.
    """
    steps = 14  # Pillow looks colours up in cells of this fineness, and white must stay white
    mixtures = [255, 255, 255]
    for color in colors:
        for step in range(1, steps + 1):
            mixtures += [round(255 * (1 - step / steps * (1 - part))) for part in to_rgb(color)]
    image = Image.new("P", (1, 1))
    image.putpalette(mixtures)
    return image
