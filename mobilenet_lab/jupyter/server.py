"""An extension of Jupyter's server: kernels answer without delay, and take large pictures.

A change of a control is answered by several small messages. TCP, as the server leaves it, holds
each back until the browser has confirmed the one before, which browsers do with a delay of 40 ms on
Linux, more on Windows. And a message of more than 10 MiB, an uploaded photo for one, would close
the connection without a word. Installing the lab enables the extension (`etc/jupyter`); it changes
nothing else.
"""

import contextlib

LARGEST_MESSAGE = 100 * 2**20  # bytes that a browser may send to a kernel at once


def prompt(connection):
    """A class of kernel connections like `connection`, whose messages leave at once."""

    class Prompt(connection):
        def connect(self):
            self.websocket_handler.set_nodelay(True)
            return super().connect()

    return Prompt


with contextlib.suppress(ImportError):  # of Jupyter's servers before the second version
    from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection

    Prompt = prompt(ZMQChannelsWebsocketConnection)  # for Voila, which loads no extensions


def _jupyter_server_extension_points():
    return [{"module": __name__}]


def _load_jupyter_server_extension(app):
    """Called by the server, with itself, when it starts."""
    app.web_app.settings.setdefault("websocket_max_message_size", LARGEST_MESSAGE)
    settings, name = app.web_app.settings, "kernel_websocket_connection_class"
    if name in settings:
        settings[name] = prompt(settings[name])
