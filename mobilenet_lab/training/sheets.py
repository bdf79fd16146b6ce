"""What the lab's own data sets are drawn from: a sheet of letters and a sheet of pictures.

    python -m mobilenet_lab.training.sheets  # makes both files and their record again

The files ship with the lab, so that no version of a font, of FreeType or of scikit-image decides
what is drawn. `data/letters/record.json` says where each part is from and under which terms.
"""

import functools
import hashlib
import json
import pathlib
from importlib.metadata import version

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from mobilenet_lab import checks

FOLDER = pathlib.Path(__file__).parents[1] / "data" / "letters"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
CELL, EM = 64, 52  # pixels; the square of a letter, and the size of its face
FACES = (  # that ship with Matplotlib
    *("DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-Oblique", "DejaVuSans-BoldOblique"),
    *("DejaVuSansMono", "DejaVuSansMono-Bold", "DejaVuSansMono-Oblique"),
    *("DejaVuSerif", "DejaVuSerif-Bold", "DejaVuSerif-Italic", "DejaVuSerif-BoldItalic"),
    *("STIXGeneral", "STIXGeneralBol", "STIXGeneralItalic"),
)
HEIGHT = 192  # pixels; the side of a picture on its sheet
BORDER = 128  # pixels from the left: what is beyond is held out
CC0, PUBLIC = "CC0 1.0", "public domain"
UNKNOWN = "no known copyright restrictions"
PICTURES = {  # of scikit-image: who made each, and its terms as scikit-image's documentation says
    "astronaut": ("NASA", PUBLIC),
    "brick": ("CC0Textures, Bricks25", CC0),
    "camera": ("Lav Varshney", CC0),
    "chelsea": ("Stefan van der Walt", CC0),
    "clock": ("Stefan van der Walt", PUBLIC),
    "coffee": ("Rachel Michetti", CC0),
    "coins": ("Brooklyn Museum", UNKNOWN),
    "grass": ("linolafett, Grass 01", CC0),
    "gravel": ("CC0Textures, Gravel04", CC0),
    "hubble_deep_field": ("NASA", PUBLIC),
    "immunohistochemistry": ("Center for Microscopy and Molecular Imaging", UNKNOWN),
    "retina": ("Mikael Häggström", CC0),
}
LEFT_OUT = {
    "moon": "its documentation names neither maker nor terms",
    "rocket": "its page at Flickr names terms that are not free",
}
FONTS = {
    "DejaVu": "Bitstream Vera licence; changes in the public domain",
    "STIX": "SIL Open Font License 1.1, which does not apply to what is drawn with a font",
}


@functools.cache
def glyphs() -> np.ndarray:
    """The letters' masks: uint8 (faces, letters, `CELL`, `CELL`), 255 where there is ink."""
    sheet = _read("glyphs.png", (len(FACES) * CELL, len(LETTERS) * CELL))
    cells = sheet.reshape(len(FACES), CELL, len(LETTERS), CELL).swapaxes(1, 2)
    return np.ascontiguousarray(cells)


@functools.cache
def pictures() -> np.ndarray:
    """The pictures: uint8 (pictures, `HEIGHT`, `HEIGHT`, 3).

    Columns from `BORDER` on are held out; the two parts were scaled apart from one another.
    """
    sheet = _read("pictures.png", (len(PICTURES) * HEIGHT, HEIGHT, 3))
    return sheet.reshape(len(PICTURES), HEIGHT, HEIGHT, 3)


def _read(name: str, shape: tuple[int, ...]) -> np.ndarray:
    """One of the shipped files, as an array of that shape."""
    with Image.open(FOLDER / name) as image:
        sheet = np.asarray(image)
    if sheet.shape != shape:
        checks.refuse(f"the shape of {name}", sheet.shape, f"{shape}, as the lab ships it")
    return sheet


# Making them


def make(folder: str | pathlib.Path = FOLDER) -> None:
    """Write both sheets and their record. Needs scikit-image, whose pictures they hold."""
    folder = pathlib.Path(folder)
    _glyph_sheet().save(folder / "glyphs.png", optimize=True)
    _picture_sheet().save(folder / "pictures.png", optimize=True)
    files = {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
        for name in ("glyphs.png", "pictures.png")
    }
    record = {
        "command": "python -m mobilenet_lab.training.sheets",
        "pictures": {
            name: {"source": f"scikit-image {version('scikit-image')}", "by": by, "terms": terms}
            for name, (by, terms) in PICTURES.items()
        },
        "left_out": LEFT_OUT,
        "faces": {"source": f"Matplotlib {version('matplotlib')}", "names": FACES, "terms": FONTS},
        "pillow": version("pillow"),
        "sha256": files,
    }
    text = json.dumps(record, indent=2, ensure_ascii=False) + "\n"
    (folder / "record.json").write_text(text, encoding="utf-8", newline="\n")


def _glyph_sheet() -> Image.Image:
    """A row a face, a column a letter, each in the middle of its cell."""
    import matplotlib  # here, where it is asked: drawing from the sheets needs no fonts

    fonts = pathlib.Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    sheet = Image.new("L", (len(LETTERS) * CELL, len(FACES) * CELL))
    for row, face in enumerate(FACES):
        font = ImageFont.truetype(str(fonts / f"{face}.ttf"), EM)
        for column, letter in enumerate(LETTERS):
            sheet.paste(_glyph(letter, font), (column * CELL, row * CELL))
    return sheet


def _glyph(letter: str, font: ImageFont.FreeTypeFont) -> Image.Image:
    """A letter in its cell; one that does not fit would be cut off, and is refused."""
    cell, box = Image.new("L", (CELL, CELL)), font.getbbox(letter, anchor="ls")
    x, y = (CELL - box[0] - box[2]) // 2, (CELL - box[1] - box[3]) // 2
    if box[2] - box[0] > CELL or box[3] - box[1] > CELL:
        checks.refuse("letter", letter, f"one of at most {CELL} pixels")
    ImageDraw.Draw(cell).text((x, y), letter, 255, font, anchor="ls")
    return cell


def _picture_sheet() -> Image.Image:
    """The middle squares of the pictures, one below the other."""
    from skimage import data  # here, where it is asked: the sheets are drawn from without it

    sheet = Image.new("RGB", (HEIGHT, len(PICTURES) * HEIGHT))
    for row, name in enumerate(PICTURES):
        whole = Image.fromarray(getattr(data, name)()).convert("RGB")
        side = min(whole.size)
        left, upper = (whole.width - side) // 2, (whole.height - side) // 2
        border = left + side * BORDER // HEIGHT
        for begin, end, at in ((left, border, 0), (border, left + side, BORDER)):
            part = whole.crop((begin, upper, end, upper + side))  # cut first, so none gets in
            width = BORDER if at == 0 else HEIGHT - BORDER
            small = part.resize((width, HEIGHT), Image.Resampling.LANCZOS)
            sheet.paste(small, (at, row * HEIGHT))
    return sheet


if __name__ == "__main__":
    make()
