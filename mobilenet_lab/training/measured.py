"""The accuracies that were measured on letters and come with the lab, as a file of finished runs.

    python -m mobilenet_lab.training.measured    # or `make curves`: trains the runs that it lacks

Every run is the same recipe on the same pictures, with five seeds a network: v1 and v2 over the
width multiplier and over the resolution, v2 over the expansion, and the variants of the paper's
Figure 6. The whole takes hours on two cores. It can be cut off at any time: the next call goes on
from the rows of the file and from the runs in its store.
"""

import argparse
import json
import pathlib
import sys

import pandas as pd

from mobilenet_lab import checks
from mobilenet_lab.networks.design import Design
from mobilenet_lab.networks.families import FAMILIES
from mobilenet_lab.training.letters import patches, samples
from mobilenet_lab.training.plans import plan
from mobilenet_lab.training.recipe import Recipe
from mobilenet_lab.training.runs import finished, run, unfinished
from mobilenet_lab.training.store import Store
from mobilenet_lab.training.table import frame

FILE = pathlib.Path(__file__).parents[1] / "data" / "measured" / "runs.csv"
SOURCE = "make curves"
LISTS = ("accuracies", "losses")  # JSON in the file
DATA = ("letters", "patches")
SEEDS = 5
BASE = {"alpha": 0.5, "resolution": 32, "variant": "small"}  # and expansion 6
ALONG = {  # the values of each knob, while the others stay as in the base
    "alpha": (0.25, 0.5, 1.0),
    "expansion": (1, 2, 6, 8),
    "resolution": (16, 24, 32),
}


def trained():
    """The families that have the network that is trained."""
    return [key for key, family in FAMILIES.items() if BASE["variant"] in family.variants]


def designs():
    """The networks that are measured: ends of curves, Figure 6's variants, what is between."""
    users = {knob: [key for key in trained() if FAMILIES[key].uses(knob)] for knob in ALONG}
    ends, between = [], []
    for knob, values in ALONG.items():
        for value in values:
            part = ends if value in (values[0], values[-1], BASE.get(knob)) else between
            part += [Design(key, **BASE | {knob: value}) for key in users[knob]]
    figure_6 = [
        Design(key, **BASE | {"variant": (BASE["variant"], name)})
        for key in trained()
        for name in FAMILIES[key].variants
        if name != BASE["variant"]
    ]
    return list(dict.fromkeys([*ends, *figure_6, *between]))


def planned():
    """Every run of the file, as a plan: on letters, and a few on patches, which show little."""
    ends = ALONG["alpha"][0], ALONG["alpha"][-1]
    some = [Design(key, **BASE | {"alpha": alpha}) for key in trained() for alpha in ends]
    each = ((samples(), designs()), (patches(), some))
    plans = [plan(data, networks, SEEDS, Recipe(), timed=False) for data, networks in each]
    return pd.concat(plans, ignore_index=True)


def measured(data="letters", path=FILE):
    """The finished runs that come with the lab, with the columns of `results` and `source`.

    `data` is "letters" or "patches"; `source` is the command that measured them. Raises
    `ValueError` for other data.
    """
    checks.one_of("data", data, DATA)
    rows = _read(path)
    return rows[rows.data == data].reset_index(drop=True)


def _read(path):
    """All rows of the file."""
    if not pathlib.Path(path).exists():
        return frame([]).assign(source="")
    rows = pd.read_csv(path, dtype={"variant": str, "weights": object}, keep_default_na=True)
    for name in LISTS:
        rows[name] = rows[name].map(json.loads)
    return frame(rows.drop(columns="source").to_dict("records")).assign(source=rows.source)


def train(store="curves/", workers=2, path=FILE):
    """Train what the file lacks and write its rows, after each few networks and at the end."""
    store = Store(store)
    _restore(_read(path), store)
    todo = planned()
    networks = list(dict.fromkeys(unfinished(todo, store.folder).design))
    try:
        for at in range(0, len(networks), workers):
            now = todo.design.isin(networks[at : at + workers])
            run(todo[now], store.folder, workers=workers)
            _write(finished(todo, store.folder), path)
    finally:
        _write(finished(todo, store.folder), path)


def _restore(rows, store):
    """Put the rows of the file into the store, so that they are not trained again."""
    store.prepare()
    for row in rows.drop(columns="source").to_dict("records"):
        if not store.has(row["key"]):
            store.write({name: None if _missing(one) else one for name, one in row.items()})


def _missing(value):
    return not isinstance(value, list) and pd.isna(value)


def _write(rows, path):
    """Write finished runs in one move."""
    for name in LISTS:
        rows[name] = rows[name].map(json.dumps)
    new = pathlib.Path(path).with_suffix(".new")
    rows.assign(source=SOURCE).to_csv(new, index=False, lineterminator="\n")
    new.replace(path)


def main(arguments=None):
    """Train as the command line says; returns the exit status.

    2 for invalid options, 130 where it was stopped.
    """
    parser = argparse.ArgumentParser("python -m mobilenet_lab.training.measured")
    parser.description = "Train the runs that the file of measured accuracies lacks."
    parser.add_argument("--store", default="curves/", help="where finished runs are kept")
    parser.add_argument("--workers", type=int, default=2, help="processes, of one thread each")
    parser.add_argument("--path", default=FILE, help="the file of measured accuracies")
    try:
        train(**vars(parser.parse_args(arguments)))
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt as stopped:
        print(stopped, file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
