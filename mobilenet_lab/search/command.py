"""`python -m mobilenet_lab review`: a budget as options; a report as a file, or a summary."""

import pandas as pd

from mobilenet_lab import checks
from mobilenet_lab.costs.latency_model import LatencyModel
from mobilenet_lab.networks.families import FAMILIES, at_first, knobs
from mobilenet_lab.published.formats import plain
from mobilenet_lab.published.released import phone_model
from mobilenet_lab.reports import axes
from mobilenet_lab.reports.rebuild import PHONE
from mobilenet_lab.reports.save import KINDS, checked_path
from mobilenet_lab.search.budget import LIMITS, PRECISIONS, RUNTIMES, Budget
from mobilenet_lab.search.review import KEPT, review

EXAMPLES = {"macs": "150M", "params": "4.2M", "ram": "256KiB", "flash": "1MiB", "ms": "12.5"}
SHOWN = ("family", "alpha", "resolution", "macs", "params", "ram", "flash", "ms")
REACHED = ("top1", "low", "high", "basis", "on_front")
FIRST = 20  # candidates in a summary
DIGITS = {"top1": 1, "low": 1, "high": 1, "ms": 2, "excess": 3}  # after the point


def add(command):
    """Add the options of the command."""
    for name in LIMITS:
        command.add_argument(f"--{name}", help=f"at most so many, such as {EXAMPLES[name]}")
    command.add_argument("--bits", type=int, default=8, help=f"{_or(PRECISIONS)}; 8 by default")
    command.add_argument("--runtime", default="tflm", help=f"{_or(RUNTIMES)}; tflm by default")
    command.add_argument("--classes", type=int, default=1000)
    usual = " and ".join(at_first())
    command.add_argument("--family", nargs="+", help=f"{_or(FAMILIES)}; {usual} by default")
    for name, knob in knobs().items():
        command.add_argument(
            f"--{name}", nargs="+", metavar="VALUE", help=f"{knob.axis}: {axes.ACCEPTED}"
        )
    command.add_argument(
        "--most", type=int, default=KEPT, help=f"candidates and refused kept; {KEPT} by default"
    )
    command.add_argument("--store", help="a folder of finished runs, for measured accuracies")
    command.add_argument("--times", help=f"{PHONE}, or a CSV of measured times, for --ms")
    command.add_argument("--out", help=f"the report: a file that ends in {_or(KINDS)}")
    command.add_argument("--title", default="", help="of the report")
    command.add_argument("--note", default="", help="a text at the head of the report")
    command.add_argument(
        "--compare", type=int, default=3, help="how many of the best side by side; 3 by default"
    )


def _or(names):
    return " or ".join(map(str, names))


def run(out, title, note, compare, times, family, **options):
    """What came out, and a complaint if no design fits; writes the report if there is `out`."""
    if out is not None:
        checked_path(out)  # before the search
    limits = {name: options.pop(name) for name in (*LIMITS, "bits", "runtime")}
    if limits["ms"] is not None and times is None:
        checks.refuse("times", times, f"{PHONE} or a CSV of measured times, for the limit of ms")
    for name, knob in knobs().items():
        words = options[name]
        options[name] = None if words is None else axes.axis(name, words, knob.whole)
    found = review(Budget(**limits), family, latency=_latency(times), **options)
    written = f"{found}\n{found.save(out, title, note, compare)}\n" if out is not None else ""
    return written or summary(found), "" if found.fits else "no design fits\n"


def _latency(times):
    """The latency model that the option names; None without."""
    if times is None or times == PHONE:
        return times and phone_model()
    return LatencyModel.fit(pd.read_csv(times))


def summary(found):
    """A review as text: the sentence, the funnel, and the first candidates or near misses."""
    table, name = (
        (found.candidates, "the best") if found.fits else (found.refused, "refused, the nearest")
    )
    own = [column for column in knobs() if column not in SHOWN]
    last = REACHED if found.fits else ("limit", "excess")
    shown = (
        table.head(FIRST)[[*SHOWN[:3], *own, *SHOWN[3:], *last]]
        .dropna(axis=1, how="all")
        .round(DIGITS)
    )
    head = f"{found}\n\n{plain(found.funnel)}"
    return f"{head}\n{name} {len(shown)}:\n{plain(shown)}"
