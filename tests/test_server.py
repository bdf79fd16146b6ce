"""Jupyter's server with the lab's extension: no kernel connection holds small messages back."""

import re
import subprocess
import sys
from types import SimpleNamespace

import pytest
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection

from mobilenet_lab.jupyter import server


class Connection:
    """A kernel connection that notes what is asked of it."""

    def __init__(self):
        self.asked = []
        self.websocket_handler = SimpleNamespace(
            set_nodelay=lambda value: self.asked.append(("nodelay", value))
        )

    def connect(self):
        self.asked.append("connect")
        return "connected"


def test_messages_leave_at_once_from_the_moment_of_connecting():
    connection = server.prompt(Connection)()
    assert connection.connect() == "connected"
    assert connection.asked == [("nodelay", True), "connect"]


def test_the_extension_keeps_the_class_that_the_server_has():
    settings = {"kernel_websocket_connection_class": Connection}
    server._load_jupyter_server_extension(
        SimpleNamespace(web_app=SimpleNamespace(settings=settings))
    )
    made = settings["kernel_websocket_connection_class"]
    assert issubclass(made, Connection) and made is not Connection
    assert issubclass(server.Prompt, ZMQChannelsWebsocketConnection)


@pytest.mark.slow
def test_installing_the_lab_enables_it():
    command = [sys.executable, "-m", "jupyter", "server", "extension", "list"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace")
    said = done.stdout + done.stderr
    assert re.search(r"mobilenet_lab\.jupyter\.server\S* .*enabled", said), said
    assert re.search(r"mobilenet_lab\.jupyter\.server\S* .*OK", said), said
