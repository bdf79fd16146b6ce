"""The widgets in the browser: live pictures, lines of text, uploads, prefetched positions.

Each is an anywidget with its JavaScript in `static`. Without anywidget they are core widgets that
show the same pictures and text, but nothing is prefetched.
"""

import base64
import html
import importlib.util
from pathlib import Path

import ipywidgets as widgets
import traitlets

from mobilenet_lab.explorers import still

STATIC = Path(__file__).parent / "static"
FRAME = "mobilenet-lab"  # the CSS class of the box around all controls of an explorer
MOST = 128  # slider positions that the browser keeps; `ahead.js` has the same number


def picture(size):
    """A picture of a size in px: `put(png, words, epoch, places)` shows PNG bytes.

    `words` are its alternative text; each of `places` has a name, which is shown under the mouse.
    """
    widest = round(still.WIDER * size[0])
    return Output(size=size, widest=widest) if LIVE else PlainPicture(size)


def line(role):
    """A line of text that a screen reader announces by its `role`; `put(None, words, epoch)`."""
    return Output(role=role) if LIVE else PlainLine(role)


def upload(hint):
    """A button that uploads a file: register callbacks with `on_file(offered, received)`.

    `offered(name, size)` gets the size in bytes and returns whether the file may be sent;
    `received(name, content)` gets the bytes.
    """
    return Upload(hint=hint) if LIVE else PlainUpload(hint)


def follower(outputs):
    """Shows these outputs at a slider's positions before the kernel has answered."""
    return Follower(outputs=[one.model_id for one in outputs]) if LIVE else PlainFollower()


def finish():
    """Fixes in the browser for all controls of a `FRAME` that ipywidgets lacks."""
    return Finish(frame=FRAME) if LIVE else hidden()


def hidden():
    """A widget that shows nothing."""
    return widgets.HTML(layout={"display": "none"})


class PlainPicture(widgets.HTML):
    """A picture in a core widget."""

    def __init__(self, size):
        super().__init__()
        self._size = size

    def put(self, png, words, epoch=0, places=()):
        """Show PNG bytes, or nothing; names are not shown."""
        width, height = self._size
        data, alt = base64.b64encode(png).decode("ascii"), html.escape(words, quote=True)
        image = (
            f'<img alt="{alt}" width="{width}" height="{height}" decoding="sync" '
            'style="max-width:100%;height:auto;object-fit:contain" '
            f'src="data:image/png;base64,{data}">'
        )
        self.value = image if png else ""

    def on_click(self, callback):
        """A plain picture reports no clicks."""

    def on_wide(self, callback):
        """Nor how wide it is shown."""


class PlainLine(widgets.HTML):
    """A line of text in a core widget."""

    def __init__(self, role):
        super().__init__()
        self._role = role

    def put(self, png, words, epoch=0):
        """Show words."""
        words = html.escape(words).replace("\n", "<br>")
        self.value = f'<div role="{self._role}" style="line-height:1.5">{words}</div>'


class PlainUpload(widgets.FileUpload):
    """An upload in a core widget, which sends the file without asking first."""

    def __init__(self, hint):
        super().__init__(accept="image/*", description="upload", tooltip=hint)
        self.layout.width = "8em"

    def on_file(self, offered, received):
        """Register the callbacks."""

        def take(change):
            if change["new"]:
                name, content = newest(change["new"])
                self.value = type(self.value)()  # a dict in ipywidgets 7
                if offered(name, len(content)):
                    received(name, content)

        self.observe(take, "value")


def newest(files):
    """Name and bytes of the newest file in a `FileUpload` (ipywidgets 7 or 8)."""
    if isinstance(files, dict):
        files = [{"name": name} | file for name, file in files.items()]
    return files[-1]["name"], bytes(files[-1]["content"])


class PlainFollower(widgets.HTML):
    """Prefetches nothing."""

    follows = False

    def __init__(self):
        super().__init__(layout={"display": "none"})

    def tell(self, kind, buffers=(), **facts):
        """Do nothing."""


LIVE = importlib.util.find_spec("anywidget") is not None
if LIVE:
    from anywidget import AnyWidget

    class Output(AnyWidget):
        """A picture or, with a role, a line of text; several views show the same."""

        _esm = STATIC / "output.js"
        role = traitlets.Unicode("").tag(sync=True)
        size = traitlets.Tuple(default_value=(0, 0)).tag(sync=True)
        widest = traitlets.Int(0).tag(sync=True)  # px, where there is room
        clickable = traitlets.Bool(False).tag(sync=True)
        shown = traitlets.Dict().tag(sync=True)  # png, words, epoch, places

        def put(self, png, words, epoch=0, places=()):
            """Show PNG bytes with alternative text, or text alone."""
            self.shown = {"png": png, "words": words, "epoch": epoch, "places": list(places)}

        def on_click(self, callback):
            """Call with (x, y), fractions of the picture, when a reader clicks it."""
            self.clickable = True
            self.on_msg(lambda _, said, buffers: "click" in said and callback(*said["click"]))

        def on_wide(self, callback):
            """Call when a page shows the picture with more pixels than it has."""
            self.on_msg(lambda _, said, buffers: "wide" in said and callback())

    class Upload(AnyWidget):
        """A button that sends a file in pieces, each after the one before has arrived.

        A server closes the connection when a message is too long, usually above 10 MiB.
        """

        _esm = STATIC / "upload.js"
        hint = traitlets.Unicode("").tag(sync=True)  # `tooltip` belongs to the box around it

        def on_file(self, offered, received):
            """Register the callbacks. One file at a time is sent, the one chosen last."""
            file = {}  # the one that is being sent, with what has arrived of it

            def hear(_, said, buffers):
                if "offer" in said:
                    file.clear()
                    if not offered(said["name"], said["size"]):
                        return self.send({"id": said["id"], "end": True})
                    file.update(said, content=bytearray())
                elif said["id"] != file.get("id"):
                    return None  # another file was chosen meanwhile
                file["content"] += b"".join(buffers)
                if len(file["content"]) < file["size"]:
                    return self.send({"id": said["id"], "next": len(file["content"])})
                name, content = file["name"], bytes(file["content"])
                file.clear()
                self.send({"id": said["id"], "end": True})
                return received(name, content)

            self.on_msg(hear)

    class Follower(AnyWidget):
        """Keeps the contents of outputs at the positions of a slider."""

        _esm = STATIC / "ahead.js"
        follows = True
        outputs = traitlets.List(traitlets.Unicode()).tag(sync=True)  # their models

        def tell(self, kind, buffers=(), **facts):
            """Send "keep", "drop" or "undo" to the browser."""
            self.send({"kind": kind, **facts}, buffers=list(buffers))

    class Finish(AnyWidget):
        """Names, exact values and keys of the controls of an explorer."""

        _esm = STATIC / "finish.js"
        frame = traitlets.Unicode("").tag(sync=True)
