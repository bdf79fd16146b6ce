"""Convert pixels of every kind to 8-bit red, green and blue."""

import numpy as np
from PIL import Image

from mobilenet_lab import checks

MOST_PIXELS = 64_000_000  # more than the largest cameras have; a live control must respond quickly
SIXTEEN_BITS = ("I;16", "I;16B", "I;16L", "I;16N")
EIGHT_BITS = (
    *("1", "L", "P", "RGB", "RGBX", "CMYK", "YCbCr", "HSV"),
    *("LA", "La", "PA", "RGBA", "RGBa"),
)
DEPTHS = (8, 10, 12, 14, 16)  # bits that cameras and scanners put into files of 16 bits
ROUNDING = 0.4 / 255  # less than half a step: rounding errors beyond 0 and 1
ROWS = 256  # converted at once, to avoid a second large array


def from_array(array):
    """An array (height, width) or (height, width, 1, 3 or 4) as an 8-bit Pillow image."""
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[..., 0]
    if not (array.ndim == 2 or (array.ndim == 3 and array.shape[2] in (3, 4))) or not array.size:
        accepted = "(height, width) or (height, width, channels) with 1, 3 or 4 channels"
        checks.refuse("the picture's shape", array.shape, accepted)
    if array.shape[0] * array.shape[1] > MOST_PIXELS:
        checks.refuse("the picture's shape", array.shape, few_pixels())
    if array.dtype.kind == "f":
        array = _from_floats(array)
    if array.dtype != np.uint8:
        accepted = (
            'uint8 (values 0 to 255) or floats (values 0 to 1); picture.astype("uint8") makes '
            "values of 0 to 255 the one, picture / 65535 values of 16 bits the other"
        )
        checks.refuse("the picture's dtype", str(array.dtype), accepted)
    return Image.fromarray(np.ascontiguousarray(array))


def few_pixels(count=None):
    """The limit in words; `count` is the number of pixels of a picture."""
    has = "" if count is None else f"; this one has {count:,}"
    return f"a picture of at most {MOST_PIXELS:,} pixels{has}"


def rgb(image):
    """A Pillow image of any mode in plain red, green and blue."""
    sixteen = image.mode in SIXTEEN_BITS or (
        image.mode == "I" and image.format in ("PNG", "PPM")  # how Pillow reads these in 16 bits
    )
    if sixteen:
        return _from_grey_of_sixteen_bits(image)
    if image.mode == "F":
        return rgb(from_array(np.asarray(image)))
    if image.mode not in EIGHT_BITS:
        accepted = "8 or 16 bits a channel in grey, palette, RGB, CMYK, YCbCr or HSV"
        checks.refuse("the picture's mode", image.mode, accepted)
    if image.mode in ("LA", "La", "PA", "RGBA", "RGBa") or "transparency" in image.info:
        return _on_white(image)
    return _in(image, "RGB")


def eight_bits(most):
    """A table from 16-bit to 8-bit values, for a picture whose largest value is `most`.

    It has 65,536 entries. Files seldom record how many bits are used; the smallest of `DEPTHS` that
    holds `most` is assumed, so that a 12-bit picture is not black.
    """
    bits = next(bits for bits in DEPTHS if most < 2**bits)
    return np.minimum(np.round(np.arange(2**16) * (255 / (2**bits - 1))), 255).astype(np.uint8)


def _from_floats(array):
    """Floats of 0 to 1 as integers of 0 to 255."""
    least, most = float(array.min()), float(array.max())
    if not -ROUNDING <= least <= most <= 1 + ROUNDING:  # false for nan, too
        accepted = (
            "finite, 0 to 1, where they are floats; picture / 255 makes that of values of 0 to "
            "255, (picture + 1) / 2 of -1 to 1"
        )
        checks.refuse("the picture's values", (least, most), accepted)
    whole = np.empty(array.shape, np.uint8)
    for row in range(0, len(array), ROWS):
        whole[row : row + ROWS] = np.round(array[row : row + ROWS] * np.float32(255))
    return whole


def _from_grey_of_sixteen_bits(image):
    """A 16-bit grey image; the value that the file marks as transparent becomes white."""
    values = np.asarray(image)
    table = eight_bits(int(values.max()))
    clear = image.info.get("transparency")
    if isinstance(clear, int):
        table[clear] = 255
    return Image.fromarray(table[values]).convert("RGB")


def _on_white(image):
    """A transparent image laid on white."""
    if image.mode in ("La", "RGBa"):
        image = image.convert(image.mode.upper())
    image = _in(image, "RGBA")
    white = Image.new("RGB", image.size, "white")
    white.paste(image, mask=image.getchannel("A"))
    return white


def _in(image, mode):
    """The image in a mode; the image itself, not a copy, if it already has that mode."""
    return image if image.mode == mode and "transparency" not in image.info else image.convert(mode)
