"""The command line: `python -m mobilenet_lab cost v2 --alpha 0.75 --resolution 160`."""

import argparse
import os
import sys
import warnings

import pandas as pd

from mobilenet_lab.costs.cost import cost, layer_table
from mobilenet_lab.costs.sweep import sweep
from mobilenet_lab.networks import aliases, families
from mobilenet_lab.networks.design import Design
from mobilenet_lab.networks.families import FAMILIES
from mobilenet_lab.published import formats
from mobilenet_lab.published.reproduce import reproduce, surprises


def main(arguments=None):
    """Run one command; returns the exit status.

    2 for invalid values and for output that cannot be written; 1 if a printed figure is not
    reproduced: it is unexplained, or its explanation fails, and it is not one of the known open
    cells.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a console may lack a character of the input
    options = _options(arguments)
    command = options.pop("command")
    try:
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            text, complaint = COMMANDS[command](**options)
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    for sentence in dict.fromkeys(str(one.message) for one in said):
        print(f"warning: {sentence}", file=sys.stderr)
    try:
        print(text, end="", flush=True)
    except OSError as error:  # a full disk, a closed pipe
        with open(os.devnull, "wb") as nowhere:  # Python would try to flush it again at exit
            os.dup2(nowhere.fileno(), sys.stdout.fileno())
        print(f"error: the output cannot be written: {error.strerror}", file=sys.stderr)
        return 2
    print(complaint, end="", file=sys.stderr)
    return 1 if complaint else 0


def _cost(format, **design):
    counts = cost(Design(**design)).columns()
    if format != "text":
        frame = pd.DataFrame(counts.items(), columns=["count", "value"], dtype=object)
        return formats.FORMATS[format](frame), ""
    width = max(map(len, counts))
    return "".join(f"{name:{width}} {value:>16,}\n" for name, value in counts.items()), ""


def _layers(format, **design):
    return formats.GENERAL[format](layer_table(Design(**design))), ""


def _sweep(format, **grid):
    grid = {name: value for name, value in grid.items() if value is not None}
    return formats.GENERAL[format](sweep(**grid)), ""


def _reproduce(table, format):
    cells = reproduce(table)
    lines = [
        f"not reproduced: {cell.table}, {cell.row}, {cell.quantity}: "
        f"printed {cell.printed}, computed {cell.computed}\n"
        for cell in surprises(cells).itertuples()
    ]
    return formats.FORMATS[format](cells), "".join(lines)


COMMANDS = {"cost": _cost, "layers": _layers, "sweep": _sweep, "reproduce": _reproduce}
HELP = {
    "cost": "what one design costs, each count on a line",
    "layers": "one design's layers",
    "sweep": "a grid of designs (several values an option)",
    "reproduce": "the papers' printed counts beside our own; status 1 if one fails to come out",
}
USUAL_FORMAT = {"layers": "csv", "sweep": "csv"}  # otherwise text


def _options(arguments):
    """The command line's options by name; an invalid one ends the program with status 2."""
    parser = _parser()
    options, unknown = parser.parse_known_args(arguments)
    if unknown:
        names = (one.partition("=")[0].lstrip("-").replace("-", "_") for one in unknown)
        hints = [f"{name}: {said}" for name in names if (said := aliases.explained(name))]
        parser.error("; ".join([f"unrecognized arguments: {' '.join(unknown)}", *hints]))
    return vars(options)


def _parser():
    parser = argparse.ArgumentParser("python -m mobilenet_lab")
    parser.description = "MobileNet v1 and v2: MACs, parameters and memory of any design."
    commands = parser.add_subparsers(dest="command", required=True)
    for name, help_text in HELP.items():
        command = commands.add_parser(name, help=help_text, description=help_text)
        usual = USUAL_FORMAT.get(name, "text")
        command.add_argument(
            "--format", default=usual, choices=formats.FORMATS, help=f"{usual} by default"
        )
        if name == "reproduce":
            command.add_argument("--table", help="one table, such as v1-6; all by default")
        else:
            _add_design(command, several=name == "sweep")
    return parser


def _add_design(command, several):
    """Add the arguments that select a design or, with several values each, a grid."""
    several = {"nargs": "+"} if several else {}
    command.add_argument("family", help=" or ".join(FAMILIES), **several)
    command.add_argument("--alpha", type=float, default=1.0, help="width multiplier", **several)
    size = command.add_mutually_exclusive_group()
    size.add_argument("--rho", type=float, help="resolution multiplier", **several)
    size.add_argument("--resolution", type=int, help="input side in pixels", **several)
    for knob, own in families.own_knobs().items():
        users = [key for key, family in FAMILIES.items() if family.uses(knob)]
        number, meaning = (int if own.whole else float), f"{own.axis}, {', '.join(users)} only"
        command.add_argument(f"--{knob}", type=number, help=meaning, **several)
    command.add_argument("--classes", type=int, default=1000)
    command.add_argument("--dialect", default="paper", help=" or ".join(families.dialects()))


if __name__ == "__main__":
    sys.exit(main())
