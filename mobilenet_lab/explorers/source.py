"""The input picture: a sample or the reader's own file."""

import pathlib
from functools import partial

from mobilenet_lab.explorers import browser
from mobilenet_lab.explorers.controls import choice
from mobilenet_lab.explorers.parts import Part
from mobilenet_lab.features.images import KEPT, SAMPLES, read_picture

MOST_BYTES = 100_000_000  # of an uploaded file; photographs have about a tenth of that


class Source(Part):
    """The list of pictures, and a button to add one.

    In the state, "picture" is the name of the input, "pictures" maps names to sources for
    `load_image`, and "version" changes with each added file. The reader's picture is decoded once
    and kept at the size that the explorers need.
    """

    def __init__(self, picture):
        known = isinstance(picture, str) and picture in SAMPLES
        added = {} if known else {_called(picture): read_picture(picture, KEPT)}
        value = picture if known else list(added)[-1]
        self.start = {"pictures": _with_samples(added), "version": 0}
        self.list = choice("picture", {name: name for name in self.start["pictures"]}, value)
        self.upload = browser.upload("a picture of your own")
        self.beside = {"picture": self.upload}

    def watch(self, panel):
        """Add the file that is uploaded and choose it."""

        def offered(name, size):
            if size > MOST_BYTES:
                panel.change(partial(_refuse_size, name, size))
            return size <= MOST_BYTES

        def received(name, content):
            panel.change(lambda: self._added(name, content, panel.state["version"]))

        self.upload.on_file(offered, received)

    def _added(self, name, content, version):
        """The state with a file, which replaces the reader's earlier picture."""
        try:
            picture = read_picture(content, KEPT)
        except ValueError as error:
            accepted = str(error).partition("accepted: ")[2]
            raise ValueError(f"the file {name} is not possible; accepted: {accepted}") from error
        pictures = _with_samples({f"your {name}": picture})
        return {"pictures": pictures, "version": version + 1, "picture": f"your {name}"}


def _refuse_size(name, size):
    most = f"{MOST_BYTES / 1e6:.0f} MB"
    raise ValueError(
        f"the file {name} has {size / 1e6:.1f} MB; accepted: a picture of at most {most}"
    )


def _called(picture):
    """The name of a reader's picture: that of its file."""
    name = getattr(picture, "name", picture if isinstance(picture, str) else "picture")
    return f"your {pathlib.Path(name).name}"


def _with_samples(pictures):
    return {name: name for name in SAMPLES} | pictures
