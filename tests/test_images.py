"""Pictures of every kind come in right, or are refused in one sentence."""

import importlib.util
import io
import struct
import subprocess
import sys
import zlib
from itertools import product

import numpy as np
import pytest
from packaging.version import Version
from PIL import Image
from PIL import __version__ as PILLOW

from mobilenet_lab.features import SAMPLES, load_image
from mobilenet_lab.features.colours import DEPTHS, MOST_PIXELS
from mobilenet_lab.features.images import KEPT, read_picture

# Four fields of colour, so that a turned, cropped or recoloured picture shows
RED, GREEN, BLUE, GREY = (230, 30, 30), (30, 180, 30), (30, 30, 230), (128, 128, 128)
FIELDS = ((RED, GREEN), (BLUE, GREY))


def picture(mode="RGB", width=64, height=64):
    """The four fields in a mode of Pillow."""
    pixels = np.zeros((height, width, 3), np.uint8)
    for row, column in product((0, 1), repeat=2):
        rows = slice(row * height // 2, (row + 1) * height // 2)
        pixels[rows, column * width // 2 : (column + 1) * width // 2] = FIELDS[row][column]
    image = Image.fromarray(pixels)
    if mode in ("I;16", "F"):
        grey = np.asarray(image.convert("L"))
        return Image.fromarray(
            grey.astype(np.uint16) * 257 if mode == "I;16" else grey.astype(np.float32) / 255
        )
    if mode in ("RGBA", "LA"):
        image = image.convert(mode)
        image.paste(0, (0, 0, width // 2, height // 2))  # the upper left is transparent black
        return image
    return image.convert(mode)


def expected(mode):
    """The colours of the four fields, 0 to 255."""
    colours = [list(row) for row in FIELDS]
    if mode in ("L", "LA", "I;16", "F", "1"):
        values = [[round(0.299 * r + 0.587 * g + 0.114 * b) for r, g, b in row] for row in FIELDS]
        colours = [[(value,) * 3 for value in row] for row in values]
    if mode in ("RGBA", "LA"):
        colours[0][0] = (255, 255, 255)
    return colours


def fields(array):
    """The mean colour of the middle of each of the four fields, 0 to 255."""
    side = len(array)
    spots = [slice(side // 8, 3 * side // 8), slice(5 * side // 8, 7 * side // 8)]
    return [[(array[a, b].mean(axis=(0, 1)) + 1) * 127.5 for b in spots] for a in spots]


def is_ready(array, resolution):
    """Whether this is what a model reads."""
    shape = (resolution, resolution, 3)
    in_range = array.min() >= -1 and array.max() <= 1  # false for nan
    return array.shape == shape and array.dtype == np.float32 and in_range


def assert_fields(array, mode="RGB", within=3):
    assert is_ready(array, len(array))
    np.testing.assert_allclose(fields(array), expected(mode), atol=within)


def saved(image, kind, **options):
    """The bytes of a picture file."""
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


FILES = [
    *[("PNG", mode, {}) for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")],
    *[("JPEG", mode, {}) for mode in ("L", "RGB", "CMYK", "YCbCr")],
    ("JPEG", "RGB", {"progressive": True}),
    *[("GIF", mode, {}) for mode in ("1", "L", "P", "RGB", "RGBA")],
    *[("BMP", mode, {}) for mode in ("1", "L", "P", "RGB")],
    *[("TIFF", m, {}) for m in ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "F")],
    *[("TIFF", "RGB", {"compression": way}) for way in ("tiff_lzw", "tiff_deflate", "jpeg")],
    *[("WEBP", mode, {}) for mode in ("RGB", "RGBA")],
    *[("WEBP", mode, {"lossless": True}) for mode in ("RGB", "RGBA")],
    *[("PPM", mode, {}) for mode in ("1", "L", "RGB")],
    *[("JPEG2000", mode, {}) for mode in ("L", "LA", "RGB", "RGBA", "I;16")],
    *[("AVIF", mode, {}) for mode in ("L", "RGB", "RGBA")],
    ("PPM", "I;16", {}),
]
OLDEST = Version(PILLOW) < Version("11.3")  # cannot write what Pillow began to write later
FILES = [one for one in FILES if not OLDEST or one[0] != "AVIF" and one[:2] != ("PPM", "I;16")]
LOSSY = {"JPEG": 8, "WEBP": 12, "AVIF": 8, "GIF": 8, "PNG": 8, "TIFF": 8, "BMP": 8}
NAMES = ["-".join([kind, mode, *map(str, more)]) for kind, mode, more in FILES]


@pytest.mark.parametrize(("kind", "mode", "options"), FILES, ids=NAMES)
def test_a_file_of_every_kind(kind, mode, options, tmp_path):
    content = saved(picture(mode), kind, **options)
    within = 24 if mode in ("1", "P") else LOSSY.get(kind, 3)  # dithered or with few colours
    shown = {("GIF", "RGB"): "RGB", ("GIF", "RGBA"): "RGBA"}.get((kind, mode), mode)
    assert_fields(load_image(content, 64), shown, within)
    path = tmp_path / "picture"
    path.write_bytes(content)
    image = Image.open(io.BytesIO(content))
    for source in (path, str(path), bytearray(content), memoryview(content), image):
        np.testing.assert_array_equal(load_image(source, 32), load_image(content, 32))


def damaged(content):
    """Files that were a picture: cut off, overwritten, or with something in front."""
    size = len(content)
    for share in (0.02, 0.3, 0.6, 0.9):
        yield f"cut at {share}", content[: int(size * share)]
    random = np.random.default_rng(size)
    for start in (0, size // 3, 2 * size // 3):
        noise = random.integers(0, 256, max(size // 10, 4), np.uint8).tobytes()
        yield f"noise at {start}", content[:start] + noise + content[start + len(noise) :]
    yield "mail", b"From: somebody\n\n" + content


@pytest.mark.parametrize(("kind", "mode", "options"), FILES, ids=NAMES)
def test_a_damaged_file_of_every_kind(refused, kind, mode, options):
    content = saved(picture(mode), kind, **options)
    right = load_image(content, 16)
    for damage, file in damaged(content):
        try:
            array = load_image(file, 16)
        except ValueError:
            refused(lambda file=file: load_image(file, 16))
            continue
        assert is_ready(array, 16)
        # Formats without check sums cannot know about noise in the middle
        assert kind != "PNG" or np.array_equal(array, right), damage
        assert damage not in ("cut at 0.02", "noise at 0", "mail"), damage


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00", b"text\n" * 99, b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.7\n"],
    ids=lambda content: content[:8].decode(),
)
def test_what_is_no_picture(refused, tmp_path, content):
    refused(lambda: load_image(content, 32), "source=", "PNG")
    path = tmp_path / "picture.png"
    path.write_bytes(content)
    refused(lambda: load_image(path, 32), "source=", "PNG")


def test_postscript_is_not_run(refused):
    page = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\nshowpage\n%%EOF\n"
    refused(lambda: load_image(page, 32), "source=", "PNG")


def chunk(name, content):
    """A chunk of a PNG file."""
    checked = name + content
    return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))


@pytest.mark.parametrize("side", [10_000, 60_000, 2**31 - 1])
def test_a_decompression_bomb(refused, side):
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
    bomb += chunk(b"IDAT", zlib.compress(bytes(10_000))) + chunk(b"IEND", b"")
    refused(lambda: load_image(bomb, 32), "source=", "pixels")


def test_a_text_bomb(refused):
    content = saved(picture(), "PNG")
    text = chunk(b"zTXt", b"x\0\0" + zlib.compress(bytes(10**8)))
    refused(lambda: load_image(content[:33] + text + content[33:], 32), "source=")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_turned_as_exif_says(kind, orientation):
    undone = [
        None,
        Image.Transpose.FLIP_LEFT_RIGHT,
        Image.Transpose.ROTATE_180,
        Image.Transpose.FLIP_TOP_BOTTOM,
        Image.Transpose.TRANSPOSE,
        Image.Transpose.ROTATE_90,
        Image.Transpose.TRANSVERSE,
        Image.Transpose.ROTATE_270,
    ][orientation - 1]
    image = picture() if undone is None else picture().transpose(undone)
    exif = Image.Exif()
    exif[0x0112] = orientation
    assert_fields(load_image(saved(image, kind, exif=exif), 64), within=12)


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "TIFF"])
def test_the_first_frame_counts(kind):
    later = Image.new("RGB", (64, 64), "black")
    content = saved(picture(), kind, save_all=True, append_images=[later, later])
    assert_fields(load_image(content, 64), within=12)


CLEAR = [("L", 30), ("RGB", RED), ("P", 0), *([] if OLDEST else [("I;16", 30 * 257)])]


@pytest.mark.parametrize(("mode", "clear"), CLEAR, ids=str)
def test_a_transparent_colour_is_white(mode, clear):
    image = Image.new("RGB" if mode == "RGB" else "L", (8, 8), RED if mode == "RGB" else 30)
    if mode == "I;16":
        image = Image.fromarray(np.full((8, 8), clear, np.uint16))
    if mode == "P":
        image = Image.new("P", (8, 8), 0)
        image.putpalette([30, 30, 30])
    assert np.all(load_image(saved(image, "PNG"), 8) < 0.9)
    np.testing.assert_array_equal(load_image(saved(image, "PNG", transparency=clear), 8), 1)


def test_half_transparent_is_half_white():
    image = Image.new("RGBA", (8, 8), (0, 0, 0, 128))
    np.testing.assert_allclose(load_image(saved(image, "PNG"), 8), -1 / 255, atol=0.01)


def test_a_mode_that_nobody_can_show(refused):
    image = Image.fromarray(np.zeros((8, 8), np.int32))
    refused(lambda: load_image(saved(image, "TIFF"), 8), "mode='I'", "16 bits")
    bright = Image.fromarray(np.full((8, 8), 255, np.float32))
    refused(lambda: load_image(saved(bright, "TIFF"), 8), "255.0", "0 to 1")


# What values mean


def ramp(*colours):
    """Grey from black to white, 64 × 64, in floats of 0 to 1; with colours, weakened by these."""
    grey = np.linspace(0, 1, 64 * 64).reshape(64, 64)
    return np.dstack([grey * colour for colour in colours]) if colours else grey


def png_of_16_bits(values):
    """A PNG of 16 bits a channel, which Pillow cannot write in colours."""
    kind = {2: 0, 3: {3: 2, 4: 6}.get(values.shape[-1])}[values.ndim]
    header = struct.pack(">IIBBBBB", values.shape[1], values.shape[0], 16, kind, 0, 0, 0)
    rows = b"".join(b"\0" + row.tobytes() for row in values.astype(">u2"))
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def assert_ramp(content, expected, within=0.009):
    """The picture is that ramp, but for the steps of eight bits."""
    expected = expected if expected.ndim == 3 else np.dstack([expected] * 3)
    np.testing.assert_allclose(load_image(content, 64), 2 * expected[..., :3] - 1, atol=within)


@pytest.mark.parametrize("bits", DEPTHS)
def test_fewer_bits_in_a_file_of_16_are_as_bright_as_if_it_used_all(bits):
    grey, colours = ramp(), ramp(1, 0.5, 0.25)
    clear = np.dstack([colours, np.full((64, 64), 65535 / (2**bits - 1))])  # alpha has all bits
    for values in (grey, colours, clear):
        assert_ramp(png_of_16_bits(np.round(values * (2**bits - 1))), values)
    whole = Image.fromarray(np.round(grey * (2**bits - 1)).astype(np.uint16))
    assert_ramp(whole, grey)
    for kind in ("PNG", "TIFF", "JPEG2000"):
        assert_ramp(saved(whole, kind), grey, within=0.02)


@pytest.mark.samples  # tifffile comes with scikit-image
@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("compression", [None, "zlib"])
def test_twelve_bits_of_colour_in_a_tiff(order, compression):
    values = ramp(1, 0.5, 0.25)
    content = tiff(np.round(values * 4095).astype("u2"), byteorder=order, compression=compression)
    assert_ramp(content, values)
    assert_ramp(tiff(np.round(values * 65535).astype("u2"), byteorder=order), values)


def tiff(values, photometric="rgb", **options):
    """The bytes of a TIFF that Pillow cannot write."""
    stream = io.BytesIO()
    importlib.import_module("tifffile").imwrite(stream, values, photometric=photometric, **options)
    return stream.getvalue()


def test_black_stays_black():
    np.testing.assert_array_equal(load_image(png_of_16_bits(np.zeros((4, 4, 3))), 4), -1)
    np.testing.assert_array_equal(load_image(png_of_16_bits(np.zeros((4, 4))), 4), -1)


@pytest.mark.samples
@pytest.mark.parametrize("kind", ["f2", "f4", "f8"])
def test_tiffs_of_floats(refused, kind):
    grey, colours = ramp().astype(kind), ramp(1, 0.5, 0.25).astype(kind)
    planes, clear = np.moveaxis(colours, -1, 0), np.dstack([colours, np.ones_like(grey)])
    turned = [(274, "H", 1, 3, True)]  # upside down
    assert_ramp(tiff(grey, "minisblack"), grey)
    assert_ramp(tiff(colours), colours)
    assert_ramp(tiff(colours, compression="zlib"), colours)
    assert_ramp(tiff(planes, planarconfig="separate"), colours)
    assert_ramp(tiff(clear, extrasamples=["unassalpha"]), colours)
    assert_ramp(tiff(colours, extratags=turned), colours[::-1, ::-1])
    refused(lambda: load_image(tiff(colours * 255), 8), "255.0", "picture / 255")
    refused(lambda: load_image(tiff(colours * np.nan), 8), "nan", "finite")
    content = tiff(colours)
    for end in (9, 200, len(content) // 2):
        refused(lambda end=end: load_image(content[:end], 8), "source=")


def test_tiffs_of_floats_without_the_package_that_reads_them(refused, monkeypatch):
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *_: None if name == "tifffile" else found(name)
    )
    refused(lambda: load_image(b"II*\0" + bytes(99), 8), "TIFF", "mobilenet-lab[images]")


def test_images_of_pillow(refused):
    image = picture("RGBA")
    before = image.tobytes()
    assert_fields(load_image(image, 64), "RGBA")
    assert image.mode == "RGBA" and image.tobytes() == before
    exif = Image.Exif()
    exif[0x0112] = 3
    content = saved(picture(), "PNG", exif=exif)
    opened = Image.open(io.BytesIO(content))
    np.testing.assert_array_equal(load_image(opened, 32), load_image(content, 32))
    assert opened.getexif()[0x0112] == 3
    broken = Image.open(io.BytesIO(saved(Image.effect_noise((64, 64), 99), "JPEG")[:-999]))
    refused(lambda: load_image(broken, 32), "source=", "decode")


def test_floats_that_computing_has_moved_a_little():
    pixels = ramp(1, 0.5, 0.25)
    moved = pixels.astype(np.float32) * np.float32(1.0000002) - np.float32(1e-7)
    assert moved.min() < 0 and moved.max() > 1
    assert_ramp(moved, pixels)


# Size and shape


@pytest.mark.parametrize("kind", [np.uint8, np.float32])
def test_arrays_and_images_have_the_limit_of_files(refused, kind):
    side = int(MOST_PIXELS**0.5) + 1
    large = np.broadcast_to(kind(0), (side, side, 3))
    refused(lambda: load_image(large, 32), f"{side}, {side}, 3", f"{MOST_PIXELS:,} pixels")
    image = Image.new("1", (side, side))
    refused(lambda: load_image(image, 32), "source=", f"{side**2:,}")
    refused(lambda: load_image(saved(image, "PNG"), 32), "source=", f"{side**2:,}")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF"])
def test_a_large_picture_is_kept_reduced_and_stays_the_same(kind):
    """What is reduced once is what `load_image` makes of the file, and nearly what Pillow makes."""
    random = np.random.default_rng(0).integers(0, 256, (16, 20, 3), np.uint8)
    image = Image.fromarray(random).resize((5 * KEPT // 2, 2 * KEPT))
    content = saved(image, kind, compress_level=1)
    kept = read_picture(content, KEPT)
    assert KEPT <= min(kept.size) < 2 * KEPT
    for resolution in (64, 320):
        array = load_image(content, resolution)
        np.testing.assert_array_equal(load_image(kept, resolution), array)
        box = (KEPT // 4, 0, 9 * KEPT // 4, 2 * KEPT)
        whole = image.resize((resolution, resolution), Image.Resampling.BILINEAR, box)
        difference = np.abs((array + 1) * 127.5 - np.asarray(whole, float))
        assert difference.max() < 8 and difference.mean() < 1


@pytest.mark.parametrize("size", [(1, 1), (1, 900), (900, 1), (2, 3), (5000, 4000)])
@pytest.mark.parametrize("fit", [False, True])
def test_tiny_long_and_huge_pictures(size, fit):
    content = saved(Image.new("RGB", size, RED), "PNG")
    array = load_image(content, 40, fit=fit)
    assert is_ready(array, 40)
    red = np.isclose(array, np.array(RED) / 127.5 - 1, atol=1e-3).all(axis=-1)
    width, height = (max(1, round(40 * side / max(size))) for side in size) if fit else (40, 40)
    assert red.sum() == width * height
    assert (array[~red] == 0).all()
    rows, columns = np.nonzero(red)
    assert abs(rows.min() - (39 - rows.max())) <= 1
    assert abs(columns.min() - (39 - columns.max())) <= 1


@pytest.mark.parametrize("size", [(160, 64), (64, 160)])
def test_the_middle_or_all_of_it(size):
    wide = np.zeros((size[1], size[0], 3), np.uint8)
    left, upper = (size[0] - 64) // 2, (size[1] - 64) // 2
    wide[upper : upper + 64, left : left + 64] = np.asarray(picture())
    assert_fields(load_image(wide, 64))
    np.testing.assert_array_equal(
        load_image(wide, 64), np.asarray(picture()) / np.float32(127.5) - 1
    )
    whole = load_image(wide, 160, fit=True)
    np.testing.assert_array_equal(whole[48:112, 48:112], load_image(wide, 64))
    assert (whole == 0).all(axis=-1).sum() == 160 * 96


def test_a_picture_is_enlarged_by_straight_lines_between_its_pixels():
    """Nearest neighbours give two values, cubic curves go beyond both."""
    edge = np.array([[0, 255], [0, 255]], np.uint8)
    places = (np.arange(8) + 0.5) / 4 - 0.5  # of the new pixels, among the two
    along = 255 * np.clip(places, 0, 1)
    for array, axis in ((edge, 1), (edge.T, 0)):
        values = (load_image(array, 8)[..., 0] + 1) * 127.5
        np.testing.assert_allclose(np.moveaxis(values, axis, 1), np.tile(along, (8, 1)), atol=1)


def test_a_picture_is_reduced_by_all_of_its_pixels():
    """Nearest neighbours keep one of many; here no pixel is left out, wherever it lies."""
    board = np.indices((64, 64)).sum(axis=0) % 2 * np.uint8(255)
    np.testing.assert_allclose(load_image(board.astype(np.uint8), 32), 0, atol=0.03)
    found = []
    for row, column in product(range(20, 28), repeat=2):
        dot = np.zeros((48, 48), np.uint8)
        dot[row, column] = 255
        values = (load_image(dot, 12)[..., 0] + 1) * 127.5
        middle = np.array(np.unravel_index(values.argmax(), values.shape))
        assert (np.abs((middle + 0.5) * 4 - (np.array([row, column]) + 0.5)) <= 2).all()
        found.append(values.sum())
    np.testing.assert_allclose(found, 255 / 16, atol=2)


# Arrays


def test_arrays_come_in_as_they_are(refused):
    pixels = np.asarray(picture())
    ready = load_image(pixels, 64)
    np.testing.assert_allclose((ready + 1) * 127.5, pixels, atol=1e-4)
    for kind in (np.float16, np.float32, np.float64):
        np.testing.assert_allclose(load_image(pixels.astype(kind) / 255, 64), ready, atol=0.009)
    np.testing.assert_array_equal(load_image((ready.astype(np.float64) + 1) / 2, 64), ready)
    np.testing.assert_array_equal(load_image(pixels[..., ::-1][..., ::-1], 64), ready)
    grey = pixels[..., 0]
    np.testing.assert_array_equal(load_image(grey, 64), load_image(grey[..., None], 64))
    np.testing.assert_array_equal(load_image(grey, 64)[..., 1], ready[..., 0])
    clear = np.dstack([pixels, np.zeros((64, 64), np.uint8)])
    np.testing.assert_array_equal(load_image(clear, 64), 1)
    pixels.setflags(write=False)
    load_image(pixels, 8)


@pytest.mark.parametrize("kind", [bool, np.int8, np.uint16, np.int64, complex, "U3", object])
def test_arrays_of_other_types(refused, kind):
    refused(lambda: load_image(np.zeros((4, 4, 3), kind), 32), "dtype", "uint8")


@pytest.mark.parametrize("value", [-0.01, 1.01, 255.0, np.nan, np.inf])
def test_floats_beyond_0_to_1(refused, value):
    array = np.full((4, 4, 3), 0.5)
    array[1, 2, 0] = value
    refused(lambda: load_image(array, 32), "values", "0 to 1")


@pytest.mark.parametrize("shape", [(), (9,), (4, 4, 2), (4, 4, 5), (1, 4, 4, 3), (0, 4, 3), (4, 0)])
def test_arrays_of_other_shapes(refused, shape):
    refused(lambda: load_image(np.zeros(shape, np.uint8), 32), f"shape={shape}", "channels")


# Samples, paths, sizes


@pytest.mark.samples
def test_every_sample_loads():
    found = [load_image(name, 64) for name in SAMPLES]
    assert all(is_ready(array, 64) and array.std() > 0.02 for array in found)
    assert len({array.tobytes() for array in found}) == len(SAMPLES) >= 8


def test_without_scikit_image(refused, monkeypatch):
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *_: None if name == "skimage" else found(name)
    )
    refused(lambda: load_image("chelsea", 32), "'chelsea'", "mobilenet-lab[images]")


def test_sources_that_are_not_there(refused, tmp_path):
    refused(lambda: load_image("chelsee", 32), "'chelsee'", "chelsea")
    for source in (tmp_path, tmp_path / "missing.png", "", "a\0b", "x" * 5000):
        refused(lambda source=source: load_image(source, 32), "source=")
    for source in (None, 5, [[0]], Image):
        refused(lambda source=source: load_image(source, 32), "source=", "array")


def test_sizes_that_are_refused(refused):
    for resolution in (0, -1, 1.5, "32", None, True, 10**9):
        call = lambda resolution=resolution: load_image("coffee", resolution)  # noqa: E731
        refused(call, f"resolution={resolution!r}", "pixels")
    refused(lambda: load_image("coffee", 32, fit="crop"), "fit='crop'")


def test_no_tensorflow_for_pictures_and_statistics():
    code = (
        "import sys, numpy, mobilenet_lab.features as f; f.load_image(numpy.ones((9, 9)), 32);"
        "f.statistics({'a': numpy.ones((2, 2, 3))}); f.receptive_fields(__import__("
        "'mobilenet_lab').Design('v2')); print({'tensorflow', 'keras', 'skimage'} & {*sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True
    )
    assert done.stdout.strip() == "set()"
