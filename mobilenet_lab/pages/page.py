"""A live page as one HTML file: its style, its scripts and its data are inside, and nothing else.

The policy in its head names the style and the scripts by their hashes and forbids every request, so
that the page asks nobody for anything, whatever its texts contain.
"""

import base64
import hashlib
import json
import re
import zlib
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import numpy as np

from mobilenet_lab.pages.legend import swatch
from mobilenet_lab.pages.parts import Choice, Key, Live, Panel, Slider
from mobilenet_lab.reports import html as reports

STATIC = Path(__file__).parent / "static"
LIBRARY = "uplot/uPlot.iife.min.js"  # uPlot, under the MIT licence beside it
STYLES = ("uplot/uPlot.min.css", "live.css")

NOSCRIPT = "This page needs JavaScript. All that it runs and shows is in this file."


def html(live: Live, home: str = "") -> str:
    """The page as text; `home` is a link to the page before it, if there is one."""
    style = reports.STYLE + "".join(map(_static, STYLES))
    drawing = [_static(LIBRARY), _module("chart")] if live.panels else []
    script = "".join([*drawing, *map(_module, ("live", live.script)), f"start({live.script});\n"])
    back = f'<nav><a href="{escape(home)}">MobileNet Lab</a></nav>\n' if home else ""
    body = (
        f"<header>\n{back}<h1>{escape(live.title)}</h1>\n<p>{escape(live.intro)}</p>\n</header>\n"
        f"<main>\n{_controls(live)}{_panels(live)}</main>\n{_notes(live)}"
        f'<script type="application/octet-stream" id="data">{packed(contents(live))}</script>\n'
        f"<script>{script}</script>\n"
    )
    allowed = f"style-src '{hashed(style)}'; script-src '{hashed(script)}'"
    return document(live.title, allowed, style, body, live.script)


def document(title: str, allowed: str, style: str, body: str, kind: str) -> str:
    """A page of a `kind`, whose policy forbids everything but what is `allowed`."""
    policy = f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'"
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="color-scheme" content="light dark">\n<title>{escape(title)}</title>\n'
        f'<style>{style}</style>\n</head>\n<body class="{kind}">\n{body}</body>\n</html>\n'
    )


def contents(live: Live) -> dict[str, Any]:
    """The data that travel in a page: its own, and the positions of its sliders in words."""
    texts = {one.name: one.texts for one in live.controls if isinstance(one, Slider)}
    return live.data | {"texts": texts}


def packed(data: Any) -> str:
    """Data as JSON, compressed (zlib) and written in base64."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), default=_plain)
    return base64.b64encode(zlib.compress(text.encode("utf-8"), 9)).decode("ascii")


def unpacked(text: str) -> Any:
    """The data that `packed` has written."""
    return json.loads(zlib.decompress(base64.b64decode(text)))


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    raise TypeError(f"{value!r} cannot be written as JSON")


@cache
def _static(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf-8")


def _module(name: str) -> str:
    """A module as a part of one script, in which all names are known."""
    return re.sub("^(import .*;\n|export )", "", _static(f"{name}.js"), flags=re.MULTILINE)


def hashed(text: str) -> str:
    """What a policy names a style or a script by."""
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"


def _controls(live: Live) -> str:
    rows = "".join(_control(one) for one in live.controls)
    return (
        f'<form id="controls" aria-label="Settings">\n{rows}</form>\n'
        '<p id="words" role="status" aria-live="polite"></p>\n'
        f"<noscript><p>{NOSCRIPT}</p></noscript>\n"
    )


def _control(one: Slider | Choice) -> str:
    label = f'<label for="{one.name}">{escape(one.label)}</label>'
    if isinstance(one, Choice):
        options = "".join(
            f'<option value="{escape(value)}"{" selected" * (value == one.start)}>'
            f"{escape(text)}</option>"
            for value, text in one.options.items()
        )
        return f'<div class="control">{label}<select id="{one.name}">{options}</select></div>\n'
    text = escape(one.texts[one.start])
    return (
        f'<div class="control">{label}<input type="range" id="{one.name}" min="0" '
        f'max="{len(one.texts) - 1}" step="1" value="{one.start}" title="{escape(one.help)}" '
        f'aria-valuetext="{text}" autocomplete="off">'
        f'<output for="{one.name}" id="{one.name}-text">{text}</output></div>\n'
    )


def _panels(live: Live) -> str:
    keys = "".join(map(_key, live.legend))
    table = (
        f"<details{' open' * live.shown}>\n<summary>{escape(live.table)}</summary>\n"
        f'<div class="wide" role="region" tabindex="0" aria-label="{escape(live.table)}">'
        '<table id="table"></table></div>\n</details>\n'
    )
    return (
        f'<div class="panels" id="panels">\n{"".join(map(_panel, live.panels))}</div>\n'
        f'<ul class="legend">{keys}</ul>\n<p id="extent"></p>\n' + table * bool(live.table)
    )


def _panel(one: Panel) -> str:
    return (
        f'<section class="panel" aria-labelledby="{one.name}-title">'
        f'<div class="head"><h2 id="{one.name}-title">{escape(one.title)}</h2>'
        f'<strong id="{one.name}-value"></strong></div>'
        f'<div class="plot" id="{one.name}" role="img" aria-label="{escape(one.title)}" '
        f'data-height="{one.height}"></div></section>\n'
    )


def _key(one: Key) -> str:
    return f'<li data-key="{escape(one.label)}">{swatch(one)}{escape(one.label)}</li>'


def _notes(live: Live) -> str:
    return "<footer>\n" + "".join(f"<p>{escape(one)}</p>\n" for one in live.notes) + "</footer>\n"
