"""The ImageNet weights of `keras.applications`: which there are, where they are, their download."""

import contextlib
import http.client
import os
import pathlib
import socket
import tempfile
import threading
import urllib.parse
import urllib.request

from mobilenet_lab import checks, layers

IMAGENET = {  # what keras.applications offers: class, width multipliers, resolutions in pixels
    "v1": ("MobileNet", (0.25, 0.5, 0.75, 1.0), (128, 160, 192, 224)),
    "v2": ("MobileNetV2", (0.35, 0.5, 0.75, 1.0, 1.3, 1.4), (96, 128, 160, 192, 224)),
}
HOST = "storage.googleapis.com"  # where keras.applications downloads from
PATIENCE = 10  # seconds that a silent network is waited for
NO_DOWNLOAD = (
    "the ImageNet weights cannot be read on this computer and could not be downloaded; "
    "connect to the network once, or use weights=None or a weights file"
)
UNREADABLE = OSError, KeyError, RuntimeError, ValueError  # what Keras says to a damaged file


def imagenet_model(design):
    """The `keras.applications` model of the design's width, with ImageNet weights.

    Raises `ValueError` for a design without such weights, `ConnectionError` when they are not on
    this computer and cannot be downloaded or are here in a damaged file, which its sentence names.
    """
    _check_imagenet(design)
    make = getattr(layers.keras().applications, IMAGENET[design.family][0])
    size, file = _imagenet_size(design), imagenet_file(design)
    failure = None if file.is_file() else _unreachable()
    if failure:
        raise ConnectionError(NO_DOWNLOAD) from failure
    try:
        with patience():
            return make(input_shape=(size, size, 3), alpha=design.alpha, weights="imagenet")
    except Exception as error:
        # Keras leaves no file behind when a download fails: what is there has been read.
        if file.is_file() and isinstance(error, UNREADABLE):
            raise ConnectionError(
                f"the file with the ImageNet weights, {file}, is damaged; "
                "delete it, and Keras downloads it again"
            ) from error
        lost = isinstance(error, OSError | http.client.HTTPException)
        if lost or "URL fetch failure" in str(error):
            raise ConnectionError(NO_DOWNLOAD) from error
        raise


def imagenet_file(design):
    """The path at which Keras keeps the ImageNet weights of a design that has such weights."""
    size = _imagenet_size(design)
    if design.family == "v1":
        alpha = {1.0: "1_0", 0.75: "7_5", 0.5: "5_0", 0.25: "2_5"}[design.alpha]
        return keras_folder() / f"mobilenet_{alpha}_{size}_tf.h5"
    name = f"mobilenet_v2_weights_tf_dim_ordering_tf_kernels_{design.alpha}_{size}.h5"
    return keras_folder() / name


def keras_folder():
    """Where Keras keeps what `keras.applications` downloads, by its own rules."""
    home = pathlib.Path.home()
    home = home if os.access(home, os.W_OK) else pathlib.Path("/tmp")
    base = pathlib.Path(os.environ.get("KERAS_HOME", home / ".keras")).expanduser()
    if base.exists() and not os.access(base, os.W_OK):
        base = pathlib.Path("/tmp" if os.path.isdir("/tmp") else tempfile.gettempdir(), ".keras")
    return base / "models"


def _imagenet_size(design):
    """The resolution in pixels of the ImageNet weights that a design takes."""
    return design.resolution if design.resolution in IMAGENET[design.family][2] else 224


def _check_imagenet(design):
    """Raise `ValueError` if ImageNet weights do not exist for this design."""
    _, alphas, _ = IMAGENET[design.family]
    facts = (
        ("alpha", design.alpha, alphas),
        ("classes", design.classes, (1000,)),
        ("expansion", design.expansion, (6, None)),
        ("dialect", design.dialect, ("paper",)),
    )
    for name, value, published in facts:
        if value not in published:
            accepted = ", ".join(str(choice) for choice in published if choice is not None)
            checks.refuse(name, value, f"{accepted}, for which ImageNet weights exist")


def _unreachable():
    """Why no connection can be made within `PATIENCE` seconds in all; None where one can.

    A socket's own time limit is one for each address of a name, and a name is looked up without.
    """
    outcome = []

    def knock():
        try:
            socket.create_connection(_gateway(), PATIENCE / 4).close()  # some addresses may be dead
            outcome.append(None)
        except Exception as error:
            outcome.append(error)

    thread = threading.Thread(target=knock, daemon=True)
    thread.start()
    thread.join(PATIENCE)
    return outcome[0] if outcome else TimeoutError("timed out")


def _gateway():
    """Host and port that a download connects to: its server's, or those of a proxy before it."""
    proxy = urllib.request.getproxies().get("https")
    if not proxy or urllib.request.proxy_bypass(HOST):
        return HOST, 443
    address = urllib.parse.urlsplit(proxy if "//" in proxy else f"//{proxy}")
    return address.hostname, address.port or 443


@contextlib.contextmanager
def patience():
    """Give up on a silent network after `PATIENCE` seconds instead of the system's minutes."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(PATIENCE)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)
