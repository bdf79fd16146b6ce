"""The picture that goes in."""

import pathlib

import ipywidgets as widgets

from mobilenet_lab.explorers.controls import choice
from mobilenet_lab.features.images import SAMPLES, load_image


class Source:
    """The picture that goes in: a list of samples, to which a file of the reader's is added."""

    def __init__(self, picture):
        known = isinstance(picture, str) and picture in SAMPLES
        self.pictures = {name: name for name in SAMPLES}
        self.version = 0
        if not known:
            load_image(picture, 32)  # refuses what is no picture
            name = getattr(picture, "name", picture if isinstance(picture, str) else "picture")
            self._add(pathlib.Path(name).name, picture)
        value = picture if known else list(self.pictures)[-1]
        self.list = choice("picture", {name: name for name in self.pictures}, value)
        self.upload = widgets.FileUpload(
            accept="image/*", description="upload", tooltip="a picture of your own"
        )
        self.upload.layout.width = "8em"
        self._start = self.pictures, value

    def reset(self):
        """The pictures that were there at the beginning, and the one that was chosen."""
        pictures, value = self._start
        self.upload.value = type(self.upload.value)()  # a dict in ipywidgets 7
        if self.pictures is not pictures:
            self.pictures = pictures
            self.version += 1
        offer(self.list, {name: name for name in self.pictures}, value)

    @property
    def key(self):
        """Changes when another picture is chosen."""
        return self.list.value, self.version

    def image(self, resolution):
        """The chosen picture, ready for the model."""
        return load_image(self.pictures[self.list.value], resolution)

    def take(self):
        """Add the file that was uploaded and choose it, or say in one sentence why not."""
        name, content = uploaded(self.upload.value)
        try:
            load_image(content, 32)
        except ValueError as error:
            accepted = str(error).partition("accepted: ")[2]
            raise ValueError(f"the file {name} is not possible; accepted: {accepted}") from error
        self._add(name, content)
        offer(self.list, {name: name for name in self.pictures}, list(self.pictures)[-1])

    def _add(self, name, picture):
        """Keep one picture of the reader's, under a name that is not a sample's."""
        self.pictures = {name: name for name in SAMPLES} | {f"your {name}": picture}
        self.version += 1


def uploaded(value):
    """Name and bytes of the newest file in a `FileUpload`, of ipywidgets 8 or 7."""
    if isinstance(value, dict):
        value = [{"name": name} | file for name, file in value.items()]
    return value[-1]["name"], bytes(value[-1]["content"])


def offer(control, options, value):
    """Give a list other options, if they are others, and choose one."""
    options = tuple(options.items())
    if control.options != options:
        control.options = options
    control.value = value
