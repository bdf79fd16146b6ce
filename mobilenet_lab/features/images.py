"""Pictures in: a file, an upload, an array or a sample, as the float32 array that a model reads."""

import importlib
import importlib.util
import io
import pathlib
import warnings

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from mobilenet_lab import checks

SAMPLES = (  # pictures that come with scikit-image itself, nothing to download
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
FORMATS = ("AVIF", "BMP", "GIF", "JPEG", "JPEG2000", "PNG", "PPM", "TIFF", "WEBP")
LARGEST = 4096  # pixels; the side of the array that is made
SIXTEEN_BITS = ("I;16", "I;16B", "I;16L", "I;16N")
EIGHT_BITS = (
    *("1", "L", "P", "RGB", "RGBX", "CMYK", "YCbCr", "HSV"),
    *("LA", "La", "PA", "RGBA", "RGBa"),
)


def load_image(source, resolution, fit=False):
    """A picture as a float32 array (resolution, resolution, 3) in [-1, 1], ready for the model.

    `source` is the path of a file, its bytes, the name of a sample (`SAMPLES`; they need
    scikit-image), or an array (height, width) or (height, width, 1, 3 or 4) of uint8, 0 to 255, or
    of floats, 0 to 1. Of a picture that is not square, the middle is taken; with `fit=True` all of
    it, and the array is 0 (mid grey) beside it. Pictures are turned as their EXIF data say,
    transparent ones are laid on white, of animated ones the first frame counts; colours have eight
    bits. A string that is a sample's name is the sample; `pathlib.Path` always means a file.

    Raises `ValueError` for what is no picture or a damaged one, for one of too many pixels
    (Pillow's own limit, `PIL.Image.MAX_IMAGE_PIXELS`), for other arrays and for a missing sample.
    """
    accepted = f"an integer number of pixels from 1 to {LARGEST}"
    resolution = checks.integer("resolution", resolution, accepted=accepted)
    if resolution > LARGEST:
        checks.refuse("resolution", resolution, accepted)
    if not isinstance(fit, bool | np.bool_):
        checks.refuse("fit", fit, "True (all of the picture) or False (its middle)")
    image = read_picture(source)
    box = (0, 0, *image.size) if fit else _middle(*image.size)
    return _placed(image, box, resolution)


def read_picture(source):
    """The same picture whole, before it is cropped and scaled: a Pillow image in mode "RGB"."""
    return _rgb(_opened(source))


def _opened(source):
    """The source as a Pillow image of whatever mode, the right way up."""
    if isinstance(source, np.ndarray):
        return _from_array(source)
    if isinstance(source, str) and source in SAMPLES:
        return _from_array(_sample(source))
    if isinstance(source, bytes | bytearray | memoryview):
        return _decoded(io.BytesIO(source), bytes(source[:16]))
    if not isinstance(source, str | pathlib.Path):
        accepted = "a path, bytes, a NumPy array or the name of a sample"
        checks.refuse("source", type(source), accepted)
    accepted = f"the path of a file that can be read, or a sample: {', '.join(SAMPLES)}"
    try:
        if not pathlib.Path(source).is_file():
            checks.refuse("source", str(source), accepted)
        with pathlib.Path(source).open("rb") as file:
            return _decoded(file, str(source))
    except OSError as error:
        checks.refuse("source", str(source), accepted, error)


def _sample(name):
    """A sample picture, as an array."""
    if importlib.util.find_spec("skimage") is None:
        accepted = 'a picture of your own; the samples need pip install "mobilenet-lab[images]"'
        checks.refuse("source", name, accepted)
    try:
        return getattr(importlib.import_module("skimage.data"), name)()
    except Exception as error:  # an installation without its pictures asks the network for them
        accepted = "another picture; this installation of scikit-image does not have that one"
        checks.refuse("source", name, accepted, error)


def _decoded(stream, shown):
    """The picture in a file, or one sentence on why there is none; `shown` stands for the file."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _read(stream)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        accepted = f"a picture of at most {Image.MAX_IMAGE_PIXELS:,} pixels; this one has more"
        checks.refuse("source", shown, accepted, error)
    except UnidentifiedImageError as error:
        checks.refuse("source", shown, f"a picture file ({', '.join(_formats())})", error)
    except Exception as error:  # damaged files fail in many ways
        checks.refuse("source", shown, "a whole picture; this one is damaged or cut off", error)


def _read(stream):
    """Decode all of a file; its check sums first, where the format has some."""
    with Image.open(stream, formats=_formats()) as image:
        image.verify()
    stream.seek(0)
    image = Image.open(stream, formats=_formats())
    image.load()
    ImageOps.exif_transpose(image, in_place=True)
    return image


def _formats():
    """The formats that are read; what runs other programs (PostScript, say) is not among them."""
    Image.init()
    return tuple(name for name in FORMATS if name in Image.OPEN)


def _from_array(array):
    """An array as a Pillow image of eight bits."""
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[..., 0]
    if not (array.ndim == 2 or (array.ndim == 3 and array.shape[2] in (3, 4))) or not array.size:
        accepted = "(height, width) or (height, width, channels) with 1, 3 or 4 channels"
        checks.refuse("the picture's shape", array.shape, accepted)
    if array.dtype.kind == "f":
        least, most = float(array.min()), float(array.max())
        if not 0 <= least <= most <= 1:  # false for nan, too
            checks.refuse("the picture's values", (least, most), "0 to 1, where they are floats")
        array = np.round(array * np.float32(255)).astype(np.uint8)
    if array.dtype != np.uint8:
        accepted = "uint8 (values 0 to 255) or floats (values 0 to 1)"
        checks.refuse("the picture's dtype", str(array.dtype), accepted)
    return Image.fromarray(np.ascontiguousarray(array))


def _rgb(image):
    """A Pillow image of any mode in plain red, green and blue."""
    sixteen = image.mode in SIXTEEN_BITS or (
        image.mode == "I" and image.format in ("PNG", "PPM")  # how Pillow reads these in 16 bits
    )
    if sixteen:
        return _from_sixteen_bits(image)
    if image.mode == "F":
        return _rgb(_from_array(np.asarray(image)))
    if image.mode not in EIGHT_BITS:
        accepted = "8 or 16 bits a channel in grey, palette, RGB, CMYK, YCbCr or HSV"
        checks.refuse("the picture's mode", image.mode, accepted)
    if image.mode in ("LA", "La", "PA", "RGBA", "RGBa") or "transparency" in image.info:
        return _on_white(image)
    return image.convert("RGB")


def _from_sixteen_bits(image):
    """A grey image of 16 bits; a value that the file calls transparent becomes white."""
    values = np.asarray(image).astype(np.float32)
    clear = image.info.get("transparency")
    grey = np.round(values * (255 / 65535)).astype(np.uint8)
    if isinstance(clear, int):
        grey[values == clear] = 255
    return Image.fromarray(grey).convert("RGB")


def _on_white(image):
    """A transparent image laid on white."""
    if image.mode in ("La", "RGBa"):
        image = image.convert(image.mode.upper())
    image = image.convert("RGBA")
    white = Image.new("RGB", image.size, "white")
    white.paste(image, mask=image.getchannel("A"))
    return white


def _middle(width, height):
    """The largest square in the middle: left, upper, right, lower."""
    side = min(width, height)
    left, upper = (width - side) // 2, (height - side) // 2
    return left, upper, left + side, upper + side


def _placed(image, box, resolution):
    """That box of the image, scaled to touch the sides of the array, in its middle; 0 beside it."""
    sides = box[2] - box[0], box[3] - box[1]
    width, height = (max(1, round(side * resolution / max(sides))) for side in sides)
    small = image.resize((width, height), Image.Resampling.BILINEAR, box)
    left, upper = (resolution - width) // 2, (resolution - height) // 2
    placed = np.zeros((resolution, resolution, 3), np.float32)
    pixels = np.asarray(small, np.float32) / 127.5 - 1
    placed[upper : upper + height, left : left + width] = pixels
    return placed
