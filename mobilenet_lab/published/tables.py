"""The published numbers of MobileNet v1 and v2: papers, checkpoints and other libraries.

Every file in ``data/`` is one published table, digit for digit, with its source on each row; a new
table is a new file. The first column, ``network`` in most, is the row's label as printed.
``family``, ``alpha`` and ``resolution``, and ``variant`` where there is one, identify the design;
they are empty for other networks.
"""

import csv
import re
from collections.abc import Sequence
from difflib import get_close_matches
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any, NoReturn

import pandas as pd

from mobilenet_lab import checks
from mobilenet_lab.networks.design import checked_design
from mobilenet_lab.networks.families import FAMILIES, at_first

_COLUMNS = ["family", "alpha", "resolution", "top1", "top5", "series", "number_format", "source"]
_KEY = ["series", "number_format", "family", "alpha", "resolution", "variant"]

# Other series, such as what later recipes reached and what an earlier version of a paper printed,
# are in the tables for context only.
SERIES = ("paper", "checkpoint", "keras")

NUMBER = r"[0-9]{1,99}(\.[0-9]{1,99})?"  # as it is printed

# These have empty cells, which must not turn the whole numbers beside them into floats.
_WHOLE = {"resolution": "Int64", "params": "Int64"}


def tables() -> list[str]:
    """The names that `table` accepts: ``v1-6`` is Table 6 of the v1 paper.

    ``v1-text`` holds the counts in the paper's prose, ``v1-ratios`` its ratios (see `ratios`),
    ``v1-training`` how the networks were trained; ``v1-figures-4-5`` and ``v2-figure-5`` the
    networks that are drawn there, ``v2-figure-6`` its curves and the range of its axes, for it
    prints no accuracies.

    The v2 paper is read in its newest version, and so are ``v2-1`` to ``v2-7``. What an earlier one
    prints otherwise has tables of its own: ``v2-4-first`` and ``v2-2-first`` hold those cells of
    arXiv's first version that are known to differ, and nothing else (the empty ones were not read);
    ``v2-3-earlier`` is the whole Table 3 of an earlier text, whose number is not known.
    """
    return list(_files())


def table(name: str, as_printed: bool = False) -> pd.DataFrame:
    """One published table, a row per printed row.

    Besides the label, the design, ``number_format``, ``series`` and ``source``, the columns are
    among ``top1`` and ``top5`` (ImageNet accuracy in %), ``macs_million``, ``macs_billion``,
    ``flops_billion``, ``params_million``, ``params`` (printed in full), ``macs_percent`` and
    ``params_percent`` (shares), ``memory_kb`` (activations), ``size_mb`` (weights file), ``depth``
    (layers, by the source's count), ``pixel1_ms`` (one image on a Pixel 1 phone's CPU), ``cpu_ms``
    and ``gpu_ms`` (one step on the machines of Keras' documentation, batches of 32),
    ``weights_kib``, ``activation_ram_kib`` and ``runtime_ram_kib`` (on ST's microcontrollers, in
    1024 bytes). Columns of architectures use the paper's letters; accuracies on other data sets
    have columns of their own. ``version`` says which version of the v2 paper a row was read from:
    "newest" (as HTML and as PDF; neither text names its number), "first" or "earlier".

    Accuracies that are printed as fractions are here in %, and of ``keras-evaluation``, which
    prints ``top1_error`` and ``top5_error``, ``top1`` and ``top5`` are what they leave of 100.
    ``body_params_million`` are the parameters without the classifier. ``widths`` is how a library
    gets the channels of narrow networks: channels · α as "multiples of 8" (of v2, as the authors
    do), as "multiples of 4", or "cut off" to whole ones. By the latter two, some networks are no
    `Design`: they have no ``family``, ``alpha`` and ``resolution``, and α stands in the label.

    ``as_printed=True`` leaves every cell as text (``"4.20"`` is not ``"4.2"``), empty where nothing
    is printed. Raises ValueError for a name that is not in `tables`.
    """
    if checks.flag("as_printed", as_printed):
        return pd.DataFrame(records(name), dtype=str)
    with _file(name).open(encoding="utf-8") as file:
        return pd.read_csv(file, dtype=_WHOLE)


def records(name: str) -> list[dict[str, str]]:
    """The rows of `table` as they are printed: a dict each, from column to text."""
    with _file(name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def refuse(name: object) -> NoReturn:
    """Raise `ValueError`: there is no table of this name."""
    near = get_close_matches(name[:80], tables(), cutoff=0) if isinstance(name, str) else []
    closest = f" ({', '.join(near)} are closest)" if near else ""
    accepted = f"v1-1 to v1-14, v2-1 to v2-7 and whatever else is in `published.tables()`{closest}"
    checks.refuse("table", name, accepted)


def accuracy(*families: str) -> pd.DataFrame:
    """Every published ImageNet accuracy of a MobileNet v1 or v2, or of other `families`, in %.

    Columns: ``family, alpha, resolution, top1, top5, series, number_format, source``. One row per
    network, series (``paper``, ``checkpoint``, ``keras``: trained or evaluated apart, so not to be
    mixed) and number format (``float32``, ``int8``); the source names every table that prints it.
    The papers print no top-5: NaN. ``keras`` is Keras' own evaluation of the weights that
    `build` loads, with three decimals; its documentation rounds two of them to one,
    and is in the table ``keras`` only. The v2 paper counts in its newest version: what the first
    one printed is in ``v2-4-first``. What is known of a family's variants is in `accuracies` only.
    The frame is yours to change. Raises ValueError for an unknown family.
    """
    names = [checks.one_of("family", one, FAMILIES) for one in families or at_first()]
    rows = _accuracy()
    rows = rows[rows["family"].isin(names) & (rows["variant"] == "")]
    return rows[_COLUMNS].reset_index(drop=True)


def accuracies() -> pd.DataFrame:
    """The accuracies of all families and of their variants, with the column ``variant``."""
    return _accuracy().copy()


def of(design: Any) -> pd.DataFrame:
    """The accuracies of one design, in any series; none where nothing was published.

    The columns are those of `accuracy`.

    Published networks have 1000 classes and, in v2, expansion 6. The ``listing`` dialect is another
    network (biases, activation, widths), so nothing was published for it.
    """
    rows, design = _accuracy(), checked_design(design).as_published
    if not design.has_usual_settings:
        return rows[_COLUMNS].iloc[:0].reset_index(drop=True)
    same = rows["variant"] == design.variant
    for name in ("family", "alpha", "resolution"):
        same &= rows[name] == getattr(design, name)
    return rows.loc[same, _COLUMNS].reset_index(drop=True)


def rounds_to(printed: str, computed: int, unit: int = 1_000_000) -> bool:
    """Whether a computed integer, rounded half up to the printed digits, gives the printed figure.

    ``rounds_to("4.2", 4_209_088)`` is true. Exact; raises ValueError unless ``printed`` is the text
    of a number, since its digits say how far to round.
    """
    (figure, steps), unit = _digits(printed), checks.integer("unit", unit)
    return (2 * checks.integer("computed", computed) * steps + unit) // (2 * unit) == figure


def cuts_to(printed: str, computed: int, unit: int = 1_000_000) -> bool:
    """As `rounds_to`, with the digits that are not printed cut off: 300.77 million is ``"300"``."""
    (figure, steps), unit = _digits(printed), checks.integer("unit", unit)
    return checks.integer("computed", computed) * steps // unit == figure


def _digits(printed: str) -> tuple[int, int]:
    """``"4.24"`` as (424, 100): the figure in its last printed place, and such places per unit."""
    if not isinstance(printed, str) or not re.fullmatch(NUMBER, printed):
        checks.refuse("printed", printed, "the text of a number, such as '569' or '4.24'")
    return int(printed.replace(".", "")), 10 ** len(printed.partition(".")[2])


def _file(name: str) -> Traversable:
    """The file of a published table. Raises `ValueError` for a name that is not in `tables`."""
    if not isinstance(name, str) or name not in _files():
        refuse(name)
    return _files()[name]


@cache
def _files() -> dict[str, Traversable]:
    """From table name to CSV file: v1_table06.csv is v1-6, v1_checkpoints.csv v1-checkpoints."""
    data = resources.files("mobilenet_lab") / "data"
    names = sorted(file.name for file in data.iterdir() if file.name.endswith(".csv"))
    return {re.sub("_table0?|_", "-", name.removesuffix(".csv")): data / name for name in names}


def with_top1(columns: Sequence[str]) -> pd.DataFrame:
    """Some columns of all tables that have a top-1, one below the other; NaN where one lacks it."""
    frames = [frame for frame in map(table, tables()) if "top1" in frame]
    there = (frame[[name for name in columns if name in frame]] for frame in frames)
    return pd.concat(there).reindex(columns=columns)


@cache
def _accuracy() -> pd.DataFrame:
    columns = [*_COLUMNS, "variant"]
    rows = with_top1(columns)
    rows["variant"] = rows["variant"].fillna("")
    rows = rows[rows["series"].isin(SERIES)].dropna(subset="family")
    rows = rows.astype({"resolution": "int64", "alpha": "float64"})
    # Group by accuracy as well, so that conflicting values both survive.
    by = [*_KEY, "top1", "top5"]
    merged = rows.groupby(by, as_index=False, dropna=False)["source"].agg("; ".join)
    return merged[columns]
