"""The ImageNet weights of `keras.applications`: which exist, where they are, their download."""

import contextlib
import errno
import http.client
import os
import pathlib
import socket
import tempfile
import threading
import urllib.parse
import urllib.request

import numpy as np

from mobilenet_lab import checks, layers
from mobilenet_lab.networks import variants
from mobilenet_lab.networks.design import COLOURS
from mobilenet_lab.networks.families import FAMILIES
from mobilenet_lab.networks.sizes import BASE

HOST = "storage.googleapis.com"  # where keras.applications downloads from
PATIENCE = 10  # seconds to wait for a network that does not answer
NO_DOWNLOAD = (
    "the ImageNet weights cannot be read on this computer and could not be downloaded; "
    "connect to the network once, or use weights=None or a weights file"
)
# The errors of a disk that is full or read-only.
NOT_WRITTEN = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.ENOTDIR, errno.EEXIST)
EXIST = "for which ImageNet weights exist"
UNREADABLE = OSError, KeyError, RuntimeError, ValueError  # Keras' errors for a damaged file


def imagenet_model(design, top=True):
    """The `keras.applications` model of the design's width, with ImageNet weights.

    With `top=False` for any number of classes; its classifier may be left out.

    Raises `ValueError` for a design without such weights, `ConnectionError` when they are not on
    this computer and cannot be downloaded or are here in a damaged file, which its sentence names.
    """
    _check_imagenet(design, top)
    offer = _offer(design)
    make = getattr(layers.keras().applications, offer.model)
    size, file = _imagenet_size(design), imagenet_file(design)
    whole = top or file.is_file()
    file = file if whole else kept(f"{file.stem}{offer.no_top}{file.suffix}")
    failure = None if file.is_file() else _unreachable()
    if failure:
        raise ConnectionError(NO_DOWNLOAD) from failure
    source = str(file) if file.is_file() else "imagenet"
    given = {"input_shape": (size, size, 3), "alpha": design.alpha, "weights": source}
    given |= dict(offer.options) | ({} if whole else {"include_top": False})
    try:
        with patience(), layers.channels_last():
            return _finite(make(**given))
    except Exception as error:
        # Keras deletes partial downloads, so an existing file is one Keras has tried to read.
        if file.is_file() and isinstance(error, UNREADABLE):
            raise ConnectionError(
                f"the file with the ImageNet weights, {file}, is damaged; "
                "delete it, and Keras downloads it again"
            ) from error
        if isinstance(error, OSError) and error.errno in NOT_WRITTEN:
            raise ConnectionError(
                f"the ImageNet weights cannot be kept in {file.parent}: "
                f"{os.strerror(error.errno)}; make room there, or name another folder in the "
                "variable KERAS_HOME and start Python again"
            ) from error
        lost = isinstance(error, OSError | http.client.HTTPException)
        if lost or "URL fetch failure" in str(error):
            raise ConnectionError(NO_DOWNLOAD) from error
        raise


def _finite(model):
    """Return the model. Raises `ValueError` if a weight is not finite."""
    if not all(np.isfinite(value).all() for value in model.get_weights()):
        raise ValueError("weights that are not finite")
    return model


def has_imagenet(design):
    """Whether ImageNet weights exist for a design."""
    offer = _offer(design)
    if offer is None or design.alpha not in offer.alphas or design.dialect not in offer.dialects:
        return False
    return design.replace(resolution=BASE).as_published.has_usual_settings


def imagenet_file(design):
    """The path where Keras stores, or would store, a design's ImageNet weights."""
    offer = _offer(design)
    return kept(offer.file(design.alpha, _imagenet_size(design)))


def kept(name):
    """Where a file of `keras.applications` is, or will be; a folder may be read-only."""
    asked, used = _asked_folder() / "models", keras_folder()
    return asked / name if os.path.isfile(asked / name) else used / name


def keras_folder():
    """Where Keras keeps what `keras.applications` downloads, by its own rules."""
    base = _asked_folder()
    there = next((one for one in (base, *base.parents) if os.path.exists(one)), base)
    if not (os.path.isdir(there) and os.access(there, os.W_OK)):
        base = pathlib.Path("/tmp" if os.path.isdir("/tmp") else tempfile.gettempdir(), ".keras")
    return base / "models"


def _asked_folder():
    """The folder that Keras is configured to use, writable or not."""
    home = os.path.expanduser("~")  # just that for a user without a home
    home = home if os.access(home, os.W_OK) else "/tmp"
    asked = os.environ.get("KERAS_HOME", os.path.join(home, ".keras"))
    return pathlib.Path(os.path.expanduser(asked))


def _offer(design):
    """What `keras.applications` offers for a design's network, or None."""
    return variants.merged(design.family, design.variant).imagenet


def _imagenet_size(design):
    """The resolution in pixels of the ImageNet weights that a design takes."""
    sizes = _offer(design).resolutions
    return design.resolution if design.resolution in sizes else 224


def _check_imagenet(design, top):
    """Raise `ValueError` if ImageNet weights do not exist for this design, or for its body."""
    family, offer = FAMILIES[design.family], _offer(design)
    if family.imagenet is None:
        offered = [own.key for own in FAMILIES.values() if own.imagenet]
        checks.refuse("family", design.family, f"{', '.join(offered)}, {EXIST}")
    if offer is None:
        offered = ["''", *(repr(name) for name, own in family.variants.items() if own.imagenet)]
        checks.refuse("variant", design.variant, f"{', '.join(offered)}, {EXIST}")
    facts = [
        ("alpha", design.alpha, offer.alphas),
        ("classes", design.classes, (1000,) if top else (design.classes,)),
        *((name, value, (family.defaults[name],)) for name, value in design.knobs),
        ("dialect", design.dialect, offer.dialects),
        ("channels", design.channels, (COLOURS,)),
    ]
    for name, value, published in facts:
        if value not in published:
            hint = "; top='new' gives others a new classifier" * (name == "classes")
            checks.refuse(name, value, f"{', '.join(map(str, published))}, {EXIST}{hint}")


def _unreachable():
    """Why no connection can be made within `PATIENCE` seconds in total; None if one can.

    A socket's own timeout applies to each address separately and does not cover the name lookup.
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
    """Host and port that a download connects to: the server's, or those of a proxy."""
    proxy = urllib.request.getproxies().get("https")
    if not proxy or urllib.request.proxy_bypass(HOST):
        return HOST, 443
    address = urllib.parse.urlsplit(proxy if "//" in proxy else f"//{proxy}")
    return address.hostname, address.port or 443


@contextlib.contextmanager
def patience():
    """Time out after `PATIENCE` seconds instead of the system's minutes."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(PATIENCE)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)
