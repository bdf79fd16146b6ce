"""Load a picture (file, upload, array or sample) as the float32 array that a model reads."""

import importlib
import importlib.util
import io
import pathlib

import numpy as np
from PIL import Image, ImageOps

from mobilenet_lab import checks
from mobilenet_lab.features.colours import MOST_PIXELS, few_pixels, from_array, rgb
from mobilenet_lab.features.files import decoded

SAMPLES = (  # pictures that ship with scikit-image, nothing to download
    "astronaut",
    "brick",
    "camera",
    "chelsea",
    "coffee",
    "coins",
    "grass",
    "gravel",
    "hubble_deep_field",
    "moon",
    "retina",
    "rocket",
)
LARGEST = 4096  # pixels; the side of the array that is made
KEPT = (
    1024  # pixels; the shorter side of a kept picture is at least this, far more than sliders need
)


def load_image(source, resolution, fit=False):
    """A picture as a float32 array (resolution, resolution, 3) in [-1, 1], ready for the model.

    `source` is the path of a file, its bytes, a Pillow image, the name of a sample (`SAMPLES`; they
    need scikit-image), or an array (height, width) or (height, width, 1, 3 or 4) of uint8, 0 to
    255, or of floats, 0 to 1. A picture that is not square is cropped to its middle; with
    `fit=True` it is padded with 0 (mid grey) instead. EXIF rotation is applied, transparency
    becomes white, the first frame of an animation is used, and colours have eight bits. Pictures of
    16 bits that use fewer (`DEPTHS`) are brightened to the full range. Float TIFFs must have values
    of 0 to 1; those in colour need scikit-image. A string that is a sample's name is the sample; a
    `pathlib.Path` is always a file.

    A large picture is first reduced by an integer factor, to sides of at least `KEPT` and twice the
    resolution, and then scaled bilinearly.

    Raises `ValueError` for anything that is not a picture, for a damaged one, for more than
    `MOST_PIXELS` pixels, for other arrays and for a missing sample.
    """
    accepted = f"an integer number of pixels from 1 to {LARGEST}"
    resolution = checks.integer("resolution", resolution, accepted=accepted, most=LARGEST)
    if not isinstance(fit, bool | np.bool_):
        checks.refuse("fit", fit, "True (all of the picture) or False (its middle)")
    image = read_picture(source, max(KEPT, 2 * resolution))
    box = (0, 0, *image.size) if fit else _middle(*image.size)
    return _placed(image, box, resolution)


def read_picture(source, least=None):
    """The whole picture, before it is cropped and scaled: a Pillow image in mode "RGB".

    With `least` it is reduced by an integer factor if its sides stay at least that long.
    """
    image = rgb(_opened(source, least))
    factor = min(image.size) // least if least else 1
    return image.reduce(factor) if factor > 1 else image


def _opened(source, least):
    """The source as a Pillow image of whatever mode, the right way up."""
    if isinstance(source, np.ndarray):
        return from_array(source)
    if isinstance(source, Image.Image):
        return _upright(source)
    if isinstance(source, str) and source in SAMPLES:
        return from_array(_sample(source))
    if isinstance(source, bytes | bytearray | memoryview):
        return decoded(io.BytesIO(source), bytes(source[:16]), least)
    if not isinstance(source, str | pathlib.Path):
        accepted = "a path, bytes, a Pillow image, a NumPy array or the name of a sample"
        checks.refuse("source", type(source), accepted)
    accepted = f"the path of a file that can be read, or a sample: {', '.join(SAMPLES)}"
    try:
        if not pathlib.Path(source).is_file():
            checks.refuse("source", str(source), accepted)
        with pathlib.Path(source).open("rb") as file:
            return decoded(file, str(source), least)
    except OSError as error:
        checks.refuse("source", str(source), accepted, error)


def _upright(image):
    """A Pillow image, perhaps not decoded yet; it is not modified."""
    if image.width * image.height > MOST_PIXELS:
        checks.refuse("source", image, few_pixels(image.width * image.height))
    try:
        turned = ImageOps.exif_transpose(image)
        turned.format = image.format
        return turned
    except Exception as error:  # its file is damaged, or has been closed
        checks.refuse("source", image, "an image that Pillow can decode", error)


def _sample(name):
    """A sample picture, as an array."""
    if importlib.util.find_spec("skimage") is None:
        accepted = 'a picture of your own; the samples need pip install "mobilenet-lab[images]"'
        checks.refuse("source", name, accepted)
    try:
        return getattr(importlib.import_module("skimage.data"), name)()
    except Exception as error:  # an installation without its pictures tries to download them
        accepted = "another picture; this installation of scikit-image does not have that one"
        checks.refuse("source", name, accepted, error)


def _middle(width, height):
    """The largest square in the middle: left, upper, right, lower."""
    side = min(width, height)
    left, upper = (width - side) // 2, (height - side) // 2
    return left, upper, left + side, upper + side


def _placed(image, box, resolution):
    """That box of the image, scaled to fit the array and centred; 0 around it."""
    sides = box[2] - box[0], box[3] - box[1]
    width, height = (max(1, round(side * resolution / max(sides))) for side in sides)
    small = image.resize((width, height), Image.Resampling.BILINEAR, box)
    left, upper = (resolution - width) // 2, (resolution - height) // 2
    placed = np.zeros((resolution, resolution, 3), np.float32)
    pixels = np.asarray(small, np.float32) / 127.5 - 1
    placed[upper : upper + height, left : left + width] = pixels
    return placed
