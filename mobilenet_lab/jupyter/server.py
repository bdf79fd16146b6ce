"""A Jupyter server extension: kernels answer without delay and accept large messages.

A change of a control is answered by several small messages. With TCP's default settings, each waits
until the browser has acknowledged the one before, which takes 40 ms on Linux and more on Windows.
And a message above 10 MiB would silently close the connection. Installing the lab enables the
extension (`etc/jupyter`); it changes nothing else.
"""

import contextlib

LARGEST_MESSAGE = 100 * 2**20  # bytes in one message from a browser to a kernel


def prompt(connection):
    """A class of kernel connections like `connection`, whose messages leave at once."""

    class Prompt(connection):
        def connect(self):
            self.websocket_handler.set_nodelay(True)
            return super().connect()

    return Prompt


with contextlib.suppress(ImportError):  # Jupyter servers before version 2
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
