"""The marks beside the words of a legend, as small SVGs."""

from mobilenet_lab.pages.parts import Key

SIDE = 16  # px
SHAPES = {
    "line": '<path d="M1 8H15" stroke-width="2.5"/>',
    "thin": '<path d="M1 8H15" stroke-width="1.2"/>',
    "dashed": '<path d="M1 8H15" stroke-width="2" stroke-dasharray="4 2"/>',
    "bar": '<rect x="2" y="2" width="12" height="12"/>',
    "interval": '<path d="M8 1V15" stroke-width="1.5"/>',
    "o": '<circle cx="8" cy="8" r="3.5"/>',
    "ring": '<circle cx="8" cy="8" r="5.5"/>',
    "s": '<rect x="4" y="4" width="8" height="8"/>',
    "^": '<path d="M8 3L13 12H3Z"/>',
    "D": '<path d="M8 3L13 8L8 13L3 8Z"/>',
    "v": '<path d="M8 13L13 4H3Z"/>',
}


def swatch(key: Key) -> str:
    """How a line of a legend is drawn."""
    return (
        f'<svg width="{SIDE}" height="{SIDE}" viewBox="0 0 {SIDE} {SIDE}" aria-hidden="true" '
        f'fill="{key.fill}" stroke="{key.edge}">{SHAPES[key.shape]}</svg>'
    )
