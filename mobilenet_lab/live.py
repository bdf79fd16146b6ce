"""A picture that follows a slider without being drawn again.

The static part of a `plots.Picture` is drawn once and kept; each change draws the moving artists
over it and sends the result to one core widget, an image with alternative text.
"""

import base64
import html
import io

import ipywidgets as widgets
import numpy as np
from PIL import Image


class LiveFigure:
    """A `Picture` on screen: `show(...)` moves it; `widget` is what to display."""

    def __init__(self, picture):
        self.picture = picture
        self.widget = widgets.HTML()
        self._kept = None
        for artist in picture.moving:
            artist.set_animated(True)

    def show(self, *args, **kwargs):
        """Move the picture to a new state (the arguments of its own `show`) and send it."""
        self.picture.show(*args, **kwargs)
        self.widget.value = self._tag(self._png())

    def _png(self):
        figure = self.picture.figure
        canvas = figure.canvas
        if self._kept is None or self._kept[0] != self.picture.layout:
            canvas.draw()
            self._kept = (self.picture.layout, canvas.copy_from_bbox(figure.bbox))
        canvas.restore_region(self._kept[1])
        for artist in self.picture.moving:
            artist.axes.draw_artist(artist)
        buffer = io.BytesIO()
        image = Image.fromarray(np.asarray(canvas.buffer_rgba())[..., :3])
        image.save(buffer, "png", compress_level=1)
        return buffer.getvalue()

    def _tag(self, png):
        data = base64.b64encode(png).decode("ascii")
        words = html.escape(self.picture.words, quote=True)
        return f'<img alt="{words}" style="max-width:100%" src="data:image/png;base64,{data}">'
