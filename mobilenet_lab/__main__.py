"""The command line: `python -m mobilenet_lab cost v2 --alpha 0.75 --resolution 160`."""

import argparse
import sys

from mobilenet_lab.cost import cost, layer_table
from mobilenet_lab.design import DIALECTS, FAMILIES, Design
from mobilenet_lab.sweep import sweep


def main(arguments=None):
    """Run one command; returns the exit status, 2 for values that no network has."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a console may lack a character of the input
    options = vars(_parser().parse_args(arguments))
    command = options.pop("command")
    try:
        print(COMMANDS[command](**options), end="")
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


def _cost(**design):
    counts = cost(Design(**design)).columns()
    width = max(map(len, counts))
    return "".join(f"{name:{width}} {value:>16,}\n" for name, value in counts.items())


def _layers(**design):
    return layer_table(Design(**design)).to_csv(index=False, lineterminator="\n")


def _sweep(**grid):
    grid = {name: value for name, value in grid.items() if value is not None}
    return sweep(**grid).to_csv(index=False, lineterminator="\n")


COMMANDS = {"cost": _cost, "layers": _layers, "sweep": _sweep}
HELP = {
    "cost": "what one design costs, each count on a line",
    "layers": "one design's layers, as CSV",
    "sweep": "a grid of designs (several values an option), as CSV",
}


def _parser():
    parser = argparse.ArgumentParser("python -m mobilenet_lab")
    parser.description = "MobileNet v1 and v2: MACs, parameters and memory of any design."
    commands = parser.add_subparsers(dest="command", required=True)
    for name, help_text in HELP.items():
        command = commands.add_parser(name, help=help_text, description=help_text)
        several = {"nargs": "+"} if name == "sweep" else {}
        command.add_argument("family", help=" or ".join(FAMILIES), **several)
        command.add_argument("--alpha", type=float, default=1.0, help="width multiplier", **several)
        size = command.add_mutually_exclusive_group()
        size.add_argument("--rho", type=float, help="resolution multiplier", **several)
        size.add_argument("--resolution", type=int, help="input side in pixels", **several)
        command.add_argument("--expansion", type=int, help="expansion t, v2 only", **several)
        command.add_argument("--classes", type=int, default=1000)
        command.add_argument("--dialect", default="paper", help=" or ".join(DIALECTS))
    return parser


if __name__ == "__main__":
    sys.exit(main())
