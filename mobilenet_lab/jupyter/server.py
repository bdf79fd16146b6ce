"""An extension of Jupyter's server: what a kernel says reaches the browser without delay.

A change of a control is answered by several small messages. TCP, as the server leaves it, holds
each back until the browser has confirmed the one before, which browsers do with a delay of 40 ms on
Linux, more on Windows. Installing the lab enables the extension (`etc/jupyter`); it changes
nothing else.
"""

import contextlib


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
    settings, name = app.web_app.settings, "kernel_websocket_connection_class"
    if name in settings:
        settings[name] = prompt(settings[name])
