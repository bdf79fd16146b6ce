"""A picture that is drawn anew for each state, in place of a picture that moves."""

from collections import OrderedDict

from mobilenet_lab.plots.picture import Picture

KEPT = 12  # pictures, of some MB each; going back to one of them draws nothing


class Redrawn:
    """Shows one `Picture` after the other, all of one size, as a `LiveFigure` needs it.

    Whatever a picture has is that of the present one; at first, it is empty.
    """

    def __init__(self, width, height):
        self.picture, self.layout = Picture(width, height), None
        self._kept = OrderedDict()

    def change(self, key, make):
        """Change to the picture of a key, which `make` draws; whether that is another than now."""
        if key == self.layout:
            return False
        before = self.picture
        self.picture = self._kept.pop(key, None) or _live(make())
        self.picture.figure.set_dpi(before.figure.dpi)  # a wide page has asked for more pixels
        self.layout, self._kept[key] = key, self.picture
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return True

    def __getattr__(self, name):
        if name == "picture":  # while it is being made
            raise AttributeError(name)
        return getattr(self.picture, name)


def _live(picture):
    """A picture whose moving artists a `LiveFigure` draws over the others."""
    for artist in picture.moving:
        artist.set_animated(True)
    return picture
