"""Who gets into the dashboard, and how many kernels it lets run; no browser needed."""

import asyncio
import json
import os
import re
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from queue import Queue
from types import SimpleNamespace
from urllib.parse import urlsplit
from urllib.request import url2pathname

import nbformat
import pytest
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from PIL import Image
from serving import free_port, running
from tornado.httpclient import HTTPRequest
from tornado.ioloop import IOLoop
from tornado.web import HTTPError
from tornado.websocket import websocket_connect

from mobilenet_lab.jupyter import dashboard

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]


WEBSOCKET = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "x3JJHMbDL1EzLkh9GBhXDw==",
}
KERNEL = "/api/kernels/11111111-1111-1111-1111-111111111111"


class Door:
    """A dashboard of one small notebook, and its token."""

    def __init__(self, url):
        self.port, self.query = urlsplit(url).port, urlsplit(url).query

    def knock(self, path="/", host=None, token=True, headers=(), method="GET"):
        """Status, headers and words of the answer; `host` is what the request calls the server."""
        address = path + (f"?{self.query}" if token else "")
        connection = HTTPConnection("localhost", self.port, timeout=60)
        host = {"Host": host or f"localhost:{self.port}"}
        connection.request(method, address, headers=dict(headers) | host)
        answer = connection.getresponse()
        words = answer.read().decode("utf-8", "replace")
        connection.close()
        return SimpleNamespace(status=answer.status, headers=answer.headers, words=words)


@pytest.fixture(scope="module")
def notebook(tmp_path_factory):
    path = tmp_path_factory.mktemp("notebook") / "small.ipynb"
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("print(6 * 7)")])
    book.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(book, path)
    Image.new("L", (1, 1)).save(path.with_name("beside.png"))
    return path


@contextmanager
def started(notebook, *options):
    """The program itself, on a free port."""
    command = [sys.executable, "-m", "mobilenet_lab.jupyter.dashboard", str(notebook)]
    command += ["--no-browser", f"--port={free_port()}", *options]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with running(command, r"http://localhost:\d+/\S*", env=environment) as url:
        yield Door(url)


@pytest.fixture(scope="module")
def door(notebook):
    with started(notebook) as door:
        yield door


# --- who gets in ---


@pytest.mark.parametrize("path", ["/", "/voila/files/beside.png"])
def test_without_the_token_one_is_asked_for_it(door, path):
    answer = door.knock(path, token=False)
    assert answer.status == 302 and answer.headers["Location"].startswith("/login")
    assert door.knock(path, token=True).status == 200


@pytest.mark.parametrize(
    ("path", "headers", "method"),
    [
        (KERNEL, {}, "GET"),
        (KERNEL, {}, "DELETE"),
        (f"{KERNEL}/channels", WEBSOCKET, "GET"),
        (KERNEL.replace("/api/kernels", "/voila/api/shutdown"), {}, "POST"),
    ],
)
def test_without_the_token_no_kernel_is_reached(door, path, headers, method):
    assert door.knock(path, headers=headers, method=method, token=False).status == 403
    if method == "GET":
        assert door.knock(path, headers=headers).status == 404  # inside, but no such kernel


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8866", "192.0.2.1", "localhost.x"])
@pytest.mark.parametrize("path", ["/", "/login", "/voila/files/beside.png", KERNEL])
def test_under_another_name_nobody_gets_in(door, host, path):
    """As a page of another site would ask, whose name leads here by now (DNS rebinding)."""
    assert door.knock(path, host=host).status == 403


def test_under_another_name_no_kernel_can_be_spoken_to(door):
    answer = door.knock(f"{KERNEL}/channels", host="evil.example", headers=WEBSOCKET)
    assert answer.status == 403


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8866", "[::1]:8866"])
def test_its_own_names_are_answered(door, host):
    assert door.knock("/login", host=host, token=False).status == 200


def test_the_browser_gets_the_token_by_a_file(tmp_path, monkeypatch):
    """Command lines are shown to every account of a machine."""
    opened = Queue()
    monkeypatch.setattr("webbrowser.get", lambda name: SimpleNamespace(open=opened.put))
    app = dashboard.Dashboard(ip="localhost", port=8870, connection_dir=str(tmp_path))
    app.identity_provider = SimpleNamespace(token="secret")
    app.launch_browser()
    address = opened.get(timeout=60)
    assert "secret" not in address
    page = Path(url2pathname(urlsplit(address).path)).read_text(encoding="utf-8")
    assert "url=http://localhost:8870/?token=secret" in page


@pytest.mark.parametrize(
    ("ip", "alone"),
    [("localhost", True), ("127.0.0.1", True), ("::1", True), ("0.0.0.0", False), ("", False)],
)
def test_whether_only_this_machine_reaches_it(ip, alone):
    assert dashboard.is_loopback(ip) is alone


# --- kernels ---


def kernel_of(page):
    return re.search(r'"kernelId": "([\w-]+)"', page)[1]


def test_a_large_picture_reaches_the_kernel(door):
    """One above Tornado's own limit of 10 MiB, at which the connection would close."""
    kernel = kernel_of(door.knock().words)
    address = f"ws://localhost:{door.port}/api/kernels/{kernel}/channels?{door.query}"
    assert IOLoop().run_sync(lambda: answered(address, 11 * 2**20), timeout=60)


async def answered(address, size):
    """Whether a kernel answers a question after a message of that size."""
    connection = await websocket_connect(HTTPRequest(address))
    for kind, content in (("comm_msg", {"data": "x" * size}), ("kernel_info_request", {})):
        header = {
            "msg_id": kind,
            "msg_type": kind,
            "session": "a",
            "username": "",
            "version": "5.3",
        }
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
        await connection.write_message(json.dumps(message | {"channel": "shell", "buffers": []}))
    while (said := await connection.read_message()) is not None:
        if "kernel_info_reply" in str(said):
            connection.close()
            return True
    return False


def test_kernels_are_few_and_end_when_nobody_looks(notebook):
    seconds = ("--Kernels.cull_idle_timeout=2", "--Kernels.cull_interval=1")
    with started(notebook, "--Kernels.most=1", *seconds) as door:
        first = kernel_of(door.knock().words)
        full = door.knock()
        assert full.status == 503 and "1 pages are open already; close one" in full.words
        while door.knock(f"/api/kernels/{first}").status == 200:
            time.sleep(0.5)
        assert door.knock().status == 200


class Started:
    """In place of Jupyter's own start of a kernel: one that has been idle for some seconds."""

    async def start_kernel(self, name, idle, looking):
        since = datetime.now(UTC) - timedelta(seconds=idle)
        self._kernels[name] = SimpleNamespace(last_activity=since)
        self._kernel_connections[name] = looking
        return name

    async def shutdown_kernel(self, name):
        del self._kernels[name]


@pytest.mark.parametrize(
    ("kernels", "left"),
    [
        ([("a", 61, 0), ("b", 3000, 1)], "bc"),  # of those that nobody looks at
        ([("a", 61, 0), ("b", 90, 0)], "ac"),  # for longest
        ([("a", 1, 0), ("b", 61, 1)], None),  # a page that is about to look
        ([("a", 3000, 1), ("b", 3000, 2)], None),
    ],
)
def test_one_that_nobody_looks_at_makes_room(monkeypatch, kernels, left):
    for name in ("start_kernel", "shutdown_kernel"):
        monkeypatch.setattr(AsyncMappingKernelManager, name, vars(Started)[name])

    async def fill():
        held = dashboard.Kernels(most=2)
        for name, idle, looking in [*kernels, ("c", 0, 0)]:
            await held.start_kernel(name=name, idle=idle, looking=looking)
        return "".join(held.list_kernel_ids())

    if left:
        assert asyncio.run(fill()) == left
    else:
        with pytest.raises(HTTPError, match="503: 2 pages are open already"):
            asyncio.run(fill())


def test_the_settings_of_kernels():
    held = dashboard.Kernels()
    assert (held.most, held.cull_idle_timeout, held.cull_interval) == (8, 1800, 60)
    assert not held.cull_connected and not held.cull_busy
