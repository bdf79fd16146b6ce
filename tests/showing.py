"""What an output of an explorer has been told to show."""

import io

import numpy as np
from PIL import Image


def showing(widget):
    """PNG bytes and words."""
    return widget.shown["png"], widget.shown["words"]


def shown_pixels(widget):
    """The picture as pixels, and its alternative text."""
    png, words = showing(widget)
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB")), words
