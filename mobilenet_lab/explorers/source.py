"""The picture that goes in: one of the samples, or a file of the reader's."""

import pathlib

import ipywidgets as widgets

from mobilenet_lab.explorers.controls import choice
from mobilenet_lab.explorers.parts import Part
from mobilenet_lab.features.images import SAMPLES, load_image


class Source(Part):
    """The list of pictures, and a button to add one.

    In the state, "picture" is the name of the one that goes in, "pictures" maps names to what
    `load_image` reads, and "version" changes with each file that is added.
    """

    def __init__(self, picture):
        known = isinstance(picture, str) and picture in SAMPLES
        added = {} if known else _named(picture)
        value = picture if known else list(added)[-1]
        self.start = {"pictures": _with_samples(added), "version": 0}
        self.list = choice("picture", {name: name for name in self.start["pictures"]}, value)
        self.upload = widgets.FileUpload(
            accept="image/*", description="upload", tooltip="a picture of your own"
        )
        self.upload.layout.width = "8em"
        self.beside = {"picture": self.upload}

    def watch(self, panel):
        """Add the file that is uploaded and choose it."""
        self.upload.observe(lambda change: self._take(panel, change["new"]), "value")

    def _take(self, panel, files):
        if files:
            panel.change(lambda: self._added(*uploaded(files), panel.state["version"]))

    def _added(self, name, content, version):
        """The state with a file; it takes the place of the reader's picture before."""
        try:
            load_image(content, 32)
        except ValueError as error:
            accepted = str(error).partition("accepted: ")[2]
            raise ValueError(f"the file {name} is not possible; accepted: {accepted}") from error
        pictures = _with_samples({f"your {name}": content})
        return {"pictures": pictures, "version": version + 1, "picture": f"your {name}"}

    def reset(self):
        """No file is uploaded."""
        self.upload.value = type(self.upload.value)()  # a dict in ipywidgets 7


def _named(picture):
    """A picture of the reader's by the name of its file."""
    load_image(picture, 32)  # refuses what is no picture
    name = getattr(picture, "name", picture if isinstance(picture, str) else "picture")
    return {f"your {pathlib.Path(name).name}": picture}


def _with_samples(pictures):
    return {name: name for name in SAMPLES} | pictures


def uploaded(value):
    """Name and bytes of the newest file in a `FileUpload`, of ipywidgets 8 or 7."""
    if isinstance(value, dict):
        value = [{"name": name} | file for name, file in value.items()]
    return value[-1]["name"], bytes(value[-1]["content"])
