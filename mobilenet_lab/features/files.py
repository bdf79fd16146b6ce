"""Decode picture files, or say in one sentence why that is impossible."""

import importlib
import importlib.util
import sys
import warnings

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from mobilenet_lab import checks
from mobilenet_lab.features.colours import MOST_PIXELS, eight_bits, few_pixels, from_array

FORMATS = ("AVIF", "BMP", "GIF", "JPEG", "JPEG2000", "PNG", "PPM", "TIFF", "WEBP")
TIFF = b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"  # the first bytes of such files
_SWAPPED = {"B": "L", "L": "B", "N": "L" if sys.byteorder == "big" else "B"}  # orders of bytes


def decoded(stream, shown, least=None):
    """The picture in a file as a Pillow image of whatever mode, the right way up.

    With `least`, a JPEG is decoded at a half, a quarter or an eighth of its size if its sides stay
    at least that long. Raises `ValueError` if there is no picture; `shown` names the file in the
    message.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _upright(_read(stream, least))
    except _TooMany as error:
        checks.refuse("source", shown, few_pixels(error.args[0]), error)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        checks.refuse("source", shown, f"{few_pixels()}; this one has more", error)
    except UnidentifiedImageError as error:
        return _of_floats(stream, shown, error)
    except Exception as error:  # damaged files fail in many ways
        checks.refuse("source", shown, "a whole picture; this one is damaged or cut off", error)


class _TooMany(Exception):
    """The file has more than `MOST_PIXELS` pixels: this many."""


def _read(stream, least):
    """Decode a whole file, after verifying its checksums where the format has any."""
    with _opened(stream) as image:
        _check_pixels(*image.size)
        image.verify()
    image = _opened(stream)
    if least is not None:
        image.draft(None, (least, least))
    lower = _lower(image)
    image.load()
    return _stretched(image, stream, lower) if lower else image


def _opened(stream):
    """An open file of a known format, not yet decoded."""
    stream.seek(0)
    return Image.open(stream, formats=_formats())


def _formats():
    """The formats that are read; none that runs other programs, as PostScript does."""
    Image.init()
    return tuple(name for name in FORMATS if name in Image.OPEN)


def _check_pixels(width, height):
    if width * height > MOST_PIXELS:
        raise _TooMany(width * height)


def _upright(image):
    """Turned as its EXIF data say."""
    ImageOps.exif_transpose(image, in_place=True)
    return image


# 16-bit colours, of which Pillow reads the upper eight bits


def _lower(image):
    """The tiles of a 16-bit colour picture that give its lower eight bits; None for any other."""
    tiles = [_swapped(tile) for tile in image.tile]
    return tiles if tiles and all(tiles) else None


def _swapped(tile):
    """A tile of 16-bit colours with the bytes swapped; None for any other."""
    *place, given = tile
    mode, *rest = [given] if isinstance(given, str) else given or [None]
    if not isinstance(mode, str) or mode[:-1] not in ("RGB;16", "RGBA;16"):
        return None
    mode = mode[:-1] + _SWAPPED[mode[-1]]
    given = mode if isinstance(given, str) else (mode, *rest)
    return tile._replace(args=given) if hasattr(tile, "_replace") else (*place, given)


def _stretched(image, stream, lower):
    """The picture; if it uses fewer than 16 bits, brightened to the full range."""
    if max(most for _, most in image.getextrema()[:3]) >= 2**6:
        return image
    low = _opened(stream)
    low.tile = lower
    low.load()
    values = np.asarray(image)[..., :3] * np.uint16(256) + np.asarray(low)[..., :3]
    bright = Image.fromarray(eight_bits(int(values.max()))[values])
    bright.info, bright.format = image.info, image.format
    if image.mode == "RGBA":
        bright.putalpha(image.getchannel("A"))
    return bright


# Float TIFFs, of which Pillow reads only 32-bit grey ones


def _of_floats(stream, shown, error):
    """A float TIFF. Raises `ValueError` if it is not a picture."""
    accepted = f"a picture file ({', '.join(_formats())})"
    stream.seek(0)
    if stream.read(4) not in TIFF:
        checks.refuse("source", shown, accepted, error)
    if importlib.util.find_spec("tifffile") is None:
        more = '; TIFFs of floats need pip install "mobilenet-lab[images]"'
        checks.refuse("source", shown, accepted + more, error)
    try:
        array, orientation = _first_page(stream)
    except _TooMany as error:
        checks.refuse("source", shown, few_pixels(error.args[0]), error)
    except Exception:
        whole = f"{accepted}; this TIFF is damaged or of another kind"
        checks.refuse("source", shown, whole, error)
    image = from_array(array)
    image.getexif()[0x0112] = orientation
    return _upright(image)


def _first_page(stream):
    """The values and the orientation of the first page of a float TIFF."""
    stream.seek(0)
    with importlib.import_module("tifffile").TiffFile(stream) as file:
        page = file.pages[0]
        _check_pixels(page.imagewidth, page.imagelength)
        if page.dtype.kind != "f" or page.samplesperpixel > 4:
            raise ValueError(f"{page.dtype} × {page.samplesperpixel}")
        values, turned = page.asarray(), int(page.tags.valueof("Orientation", 1))
        return np.moveaxis(values, 0, -1) if page.axes.startswith("S") else values, turned
