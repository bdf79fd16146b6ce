"""A server under test: started on a free loopback port, stopped with all that it started."""

import os
import queue
import re
import signal
import socket
import subprocess
import threading
import time
from contextlib import contextmanager
from urllib.parse import urlsplit


def free_port():
    """A port of the loopback interface that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running(command, address, seconds=120, **options):
    """Run a server until the block ends; yields where `address` (a pattern) says that it listens.

    What it prints is part of the error where it does not start.
    """
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
        **options,
    )
    lines = queue.Queue()
    reader = threading.Thread(target=lambda: [*map(lines.put, process.stdout)], daemon=True)
    reader.start()
    try:
        deadline = time.monotonic() + seconds
        url = first_match(address, lines, deadline)
        answered(url, deadline)
        yield url
    finally:
        stop(process)
        reader.join(10)


def first_match(pattern, lines, deadline):
    """The first match of a pattern in the lines that arrive until the deadline."""
    said = ""
    while time.monotonic() < deadline:
        try:
            said += lines.get(timeout=1)
        except queue.Empty:
            continue
        if found := re.search(pattern, said):
            return found[0]
    raise AssertionError(f"the server has not started; it said:\n{said}")


def answered(url, deadline):
    """Wait until someone listens there; servers say their address a little earlier."""
    parts = urlsplit(url)
    while True:
        try:
            return socket.create_connection((parts.hostname, parts.port), 1).close()
        except OSError:
            assert time.monotonic() < deadline, f"nobody listens at {url}"
            time.sleep(0.05)


def stop(process):
    """End the process and its group; politely first, so that a Jupyter server ends its kernels."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, sign)
            process.wait(20)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue
