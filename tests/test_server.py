"""Jupyter's server with the lab's extension: no kernel connection holds small messages back."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection

from mobilenet_lab.jupyter import server

ROOT = Path(__file__).parents[1]
LIMIT = "websocket_max_message_size"
EXTENSION = "mobilenet_lab.jupyter.server"

# A server that has started, and has been asked which exports it offers; then, what it imported.
STARTED = f"""
import sys
from jupyter_server.serverapp import ServerApp
from nbconvert.exporters.base import get_export_names
app = ServerApp()
app.initialize(["--allow-root", "--ServerApp.jpserver_extensions={EXTENSION}=True"],
               new_httpserver=False)
connection = app.web_app.settings["kernel_websocket_connection_class"]
print(connection.__module__, "still" in get_export_names())
print(*sorted(name for name in sys.modules if name.startswith("mobilenet_lab")))
print(*{{"matplotlib", "numpy", "pandas", "tensorflow"}} & set(sys.modules))
"""


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


@pytest.mark.parametrize(("given", "kept"), [({}, 100 * 2**20), ({LIMIT: 5}, 5)])
def test_the_extension_makes_room_for_large_pictures(given, kept):
    """Unless somebody has said how much."""
    settings = dict(given)
    app = SimpleNamespace(web_app=SimpleNamespace(settings=settings))
    server._load_jupyter_server_extension(app)
    assert settings == {LIMIT: kept}


@pytest.fixture
def own(tmp_path):
    """The environment of a process that has Jupyter's folders to itself, and this checkout."""
    names = ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR")
    folders = {f"JUPYTER_{name}": str(tmp_path / name.lower()) for name in names}
    return os.environ | folders | {"PYTHONPATH": str(ROOT)}


def said(arguments, environment):
    """What a run of this Python prints, errors included."""
    done = subprocess.run(
        [sys.executable, *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    return done.stdout


@pytest.mark.slow
def test_a_server_with_it_imports_nothing_else_of_the_lab(own):
    lines = said(["-c", STARTED], own).splitlines()[-3:]
    assert lines == [
        f"{EXTENSION} True",
        f"mobilenet_lab mobilenet_lab.jupyter mobilenet_lab.jupyter.export {EXTENSION} "
        "mobilenet_lab.jupyter.slides",
        "",
    ]


@pytest.mark.slow
def test_installing_the_lab_enables_it(own):
    listed = said(["-m", "jupyter", "server", "extension", "list"], own)
    assert re.search(rf"{EXTENSION}\S* .*enabled", listed), listed
    assert re.search(rf"{EXTENSION}\S* .*OK", listed), listed


@pytest.mark.slow
def test_one_line_of_the_page_turns_it_off(own, tmp_path):
    """In a folder of its own, instead of the environment's that the tests run in."""
    line = f"jupyter server extension disable {EXTENSION}"
    assert line in (ROOT / "docs" / "speed.md").read_text(encoding="utf-8")
    installed = tmp_path / "jupyter_server_config.d"
    installed.mkdir()
    shutil.copy(ROOT / "mobilenet_lab/data/jupyter_server.json", installed / "mobilenet_lab.json")

    program = f"""
import sys
from jupyter_core import paths
paths.ENV_CONFIG_PATH[:] = [{str(tmp_path)!r}]
from jupyter_server.extension.serverextension import main
main(sys.argv[1:])
"""
    assert re.search(rf"{EXTENSION}\S* .*enabled", said(["-c", program, "list"], own))
    said(["-c", program, *line.split()[3:]], own)
    assert re.search(rf"{EXTENSION}\S* .*disabled", said(["-c", program, "list"], own))
