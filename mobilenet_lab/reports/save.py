"""The file of a review: a page, Markdown or CSV, by the ending of its name."""

import os
from pathlib import Path

from mobilenet_lab import checks
from mobilenet_lab.reports.html import html
from mobilenet_lab.reports.markdown import markdown
from mobilenet_lab.reports.sheet import csv

WRITERS = {".html": html, ".md": markdown}
KINDS = (*WRITERS, ".csv")
LONGEST = 10_000  # characters of a title or a note


def save(review, comparison, path, title="", note=""):
    """Write the report of a review to a file, whose `Path` is returned.

    Raises `ValueError` for another ending than `KINDS` and for what is no text, `OSError` where the
    file cannot be written.
    """
    place = checked_path(path)
    for name, text in (("title", title), ("note", note)):
        if not isinstance(text, str) or len(text) > LONGEST:
            checks.refuse(name, text, f"text of at most {LONGEST:,} characters")
    place.write_text(_text(review, comparison, place, title, note), encoding="utf-8", newline="\n")
    return place


def checked_path(path):
    """The `Path` of a report. Raises `ValueError` unless its ending is one of `KINDS`."""
    accepted = f"the path of a file that ends in {', '.join(KINDS[:-1])} or {KINDS[-1]}"
    if not isinstance(path, str | os.PathLike) or Path(path).suffix.lower() not in KINDS:
        checks.refuse("path", path, accepted)
    return Path(path).expanduser()


def _text(review, comparison, place, title, note):
    kind = place.suffix.lower()
    if kind not in WRITERS:
        return csv(review)
    from mobilenet_lab.reports.contents import document  # when it is asked: it draws

    return WRITERS[kind](document(review, comparison, place.name, title, note))
