"""Notebooks as pages without code, for anyone with the token: Voila, locked down.

    python -m mobilenet_lab.jupyter.dashboard notebooks/00_tour.ipynb \\
        --Dashboard.more=notebooks/09_design_review.ipynb

Each is at the name of its file, so that the links between notebooks of one folder lead from page to
page; the first is at "/" too.

By default, Voila starts a kernel for every request to its port, from any account on the machine and
under any Host header, and never ends it. Voila's own options still work.
"""

import asyncio
import contextlib
import html
import ipaddress
import os
import re
import threading
import webbrowser
from datetime import UTC, datetime, timedelta
from pathlib import Path

from jupyter_server.base.handlers import AuthenticatedFileHandler
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from jupyter_server.utils import url_path_join
from tornado.httputil import url_concat
from tornado.web import HTTPError
from traitlets import Bool, Integer, List, Unicode, default
from voila.app import Voila
from voila.static_file_handler import AllowListFileHandler
from voila.tornado.handler import TornadoVoilaHandler

from mobilenet_lab.jupyter.server import LARGEST_MESSAGE, Prompt

MINUTE = 60  # seconds
TITLE = {"metadata": {"name": "MobileNet Lab"}}


class Kernels(AsyncMappingKernelManager):
    """A limited number of kernels, which end some time after their page was closed."""

    most = Integer(8, config=True, help="How many kernels run at once, one for each open page.")

    def __init__(self, **options):
        super().__init__(**options)
        self._one_at_a_time = asyncio.Lock()  # so that each start counts the ones before it

    @default("cull_idle_timeout")
    def _half_an_hour(self):
        return 30 * MINUTE

    @default("cull_interval")
    def _every_minute(self):
        return MINUTE

    async def start_kernel(self, **options):
        """Raises `HTTPError` (503) when all of the `most` kernels are in use."""
        async with self._one_at_a_time:
            if len(self) >= self.most:
                await self._end_one()
            return await super().start_kernel(**options)

    async def _end_one(self):
        """End the kernel that has been unused for longest, and for at least a minute."""
        since = {
            name: self.get_kernel(name).last_activity
            for name in self.list_kernel_ids()
            if not self._kernel_connections.get(name)
        }
        oldest = min(since, key=since.get, default=None)
        if oldest is None or since[oldest] > datetime.now(UTC) - timedelta(seconds=MINUTE):
            raise HTTPError(503, reason=f"{self.most} pages are open already; close one of them")
        await self.shutdown_kernel(oldest)


class Files(AuthenticatedFileHandler, AllowListFileHandler):
    """The pictures next to the notebook, for those who may see the notebook."""


class Page(TornadoVoilaHandler):
    """The notebook, with the cookie that a closing page needs to end its kernel."""

    async def prepare(self, **options):
        await super().prepare(**options)
        if not self._finished:
            _ = self.xsrf_token  # asking for it sets the cookie; Voila does not, so kernels stay


OURS = {AllowListFileHandler: Files, TornadoVoilaHandler: Page}  # in place of Voila's


class Dashboard(Voila):
    """Voila with a token, a check of the Host header, few kernels and large messages."""

    classes = [*Voila.classes, Kernels]
    auto_token = Bool(True, config=True, help="Print a token, and let nobody in without it.")
    more = List(Unicode(), config=True, help="Further notebooks, of the folder of the first.")

    @default("kernel_websocket_connection_class")
    def _without_delay(self):
        return Prompt

    def init_settings(self):
        """Voila's settings; a loopback address answers only to loopback host names."""
        own = self.voila_configuration
        if "multi_kernel_manager_class" not in own.config.VoilaConfiguration:
            own.multi_kernel_manager_class = Kernels
        own.config.VoilaConfiguration.setdefault("resources", TITLE)  # Voila reads it there
        settings = super().init_settings()
        settings["allow_remote_access"] = not is_loopback(self.ip)
        settings["websocket_max_message_size"] = LARGEST_MESSAGE
        return settings

    def init_handlers(self):
        """Voila's handlers, ours in place of some, and before the last one those of the pages."""
        *others, last = [
            (address, OURS.get(handler, handler), *options)
            for address, handler, *options in super().init_handlers()
        ]
        return [*others, *self._pages(*last), last]

    def _pages(self, _, handler, options):
        """Each notebook at the name of its file, given what shows the first at "/"."""
        for name in map(os.path.basename, filter(None, [self.notebook_path, *self.more])):
            address = url_path_join(self.server_url, re.escape(name))
            yield address, handler, options | {"notebook_path": name}

    def launch_browser(self):
        """Open the page with its token through a file, since anyone can read a command line."""
        token = self.identity_provider.token
        address = url_concat(self.connection_url, {"token": token} if token else {})
        page = Path(self.connection_dir, "open.html")  # a folder that only this user can read
        page.write_text(
            f'<meta http-equiv="refresh" content="0; url={html.escape(address)}">', encoding="utf-8"
        )
        with contextlib.suppress(webbrowser.Error):  # the address is printed anyway
            browser = webbrowser.get(self.browser or None)
            threading.Thread(target=browser.open, args=(page.as_uri(),), daemon=True).start()


def is_loopback(ip):
    """Whether only this machine can reach a server at this address; `ip` may be "localhost"."""
    try:
        return ipaddress.ip_address(ip).is_loopback
    except ValueError:
        return ip == "localhost"


if __name__ == "__main__":
    Dashboard.launch_instance()
