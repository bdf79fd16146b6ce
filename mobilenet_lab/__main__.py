"""The command line: `python -m mobilenet_lab cost v2 --alpha 0.75 --resolution 160`."""

import argparse
import itertools
import os
import sys
import warnings

import pandas as pd

from mobilenet_lab.costs.cost import cost, layer_table
from mobilenet_lab.costs.sweep import sweep
from mobilenet_lab.networks import aliases, families
from mobilenet_lab.networks.design import Design
from mobilenet_lab.networks.families import FAMILIES
from mobilenet_lab.published import formats, printed
from mobilenet_lab.published.reproduce import reproduce, surprises
from mobilenet_lab.search import command as review_command


def main(arguments=None):
    """Run one command; returns the exit status.

    2 for invalid values and for output that cannot be written; 1 if no design fits a budget, or if
    a printed figure is not reproduced: it is unexplained, or its explanation fails, and it is not
    one of the known open cells; 130 if Ctrl-C stopped it.
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
    except (ValueError, OSError, RuntimeError, ModuleNotFoundError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt as error:
        print(f"\n{error or 'stopped'}", file=sys.stderr)
        return 130
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


def _reproduce(table, format, layout):
    cells = reproduce(table)
    lines = [
        f"not reproduced: {cell.table}, {cell.row}, {cell.quantity}: "
        f"printed {cell.printed}, computed {cell.computed}\n"
        for cell in surprises(cells).itertuples()
    ]
    if layout == "printed":
        return printed.together(cells, format), "".join(lines)
    if format == "html":
        return f"{formats.Coloured(cells)._repr_html_()}\n", "".join(lines)
    return formats.FORMATS[format](cells), "".join(lines)


def _train(format, data, seeds, store, workers, variant, epochs, head_only, weights, **grid):
    from mobilenet_lab import training
    from mobilenet_lab.training.crews import one_thread

    one_thread()  # the same numbers, however many workers there are
    given = {"epochs": epochs, "head_only": head_only, "weights": weights}
    recipe = training.Recipe(**{name: value for name, value in given.items() if value is not None})
    pictures = _data(training, data)  # last, since they may take seconds
    designs = [*_designs(pictures.side, variant, **grid)]
    plan = training.plan(pictures, designs, seeds, recipe, timed=False)
    if left := len(training.unfinished(plan, store)):
        print(f"{left} of {len(plan)} runs are to be trained", file=sys.stderr)
        plan = training.plan(pictures, designs, seeds, recipe)
        minutes = training.unfinished(plan, store)["minutes"].sum() / workers
        print(f"predicted: about {minutes:.1f} minutes", file=sys.stderr)
    found = training.run(plan, store, workers=workers)
    own = ["family", "alpha", "resolution", *families.own_knobs(), "variant", "seed"]
    columns = [*own, "macs", "params", "accuracy", "chance", "failed", "cpu_seconds"]
    return formats.GENERAL[format](found[columns]), ""


def _data(training, name):
    """The data that the option names: "samples", a folder or one of `keras.datasets`."""
    if name == "samples":
        return training.samples()
    return training.folder(name) if os.path.isdir(name) else training.named(name)


def _designs(side, variants, family, dialect, **grid):
    """Every design of a grid; at the side of the pictures unless another is asked for."""
    if not (grid["rho"] or grid["resolution"]):
        grid["resolution"] = [side]
    axes = {name: values for name, values in grid.items() if values is not None}
    for key, variant in itertools.product(family, variants or [""]):
        own = {name: values for name, values in axes.items() if _used(key, name)}
        named = {"variant": variant} if variant else {}
        for values in itertools.product(*own.values()):
            yield Design(key, dialect=dialect, **named, **dict(zip(own, values, strict=True)))


def _used(key, name):
    """Whether a design of this family has a knob; an unknown family is refused by `Design`."""
    return name not in families.own_knobs() or key not in FAMILIES or FAMILIES[key].uses(name)


COMMANDS = {
    "cost": _cost,
    "layers": _layers,
    "sweep": _sweep,
    "review": review_command.run,
    "reproduce": _reproduce,
    "train": _train,
}
HELP = {
    "cost": "what one design costs, each count on a line",
    "layers": "one design's layers",
    "sweep": "a grid of designs (several values an option)",
    "review": "the designs that fit a budget, and a report of them; status 1 if none fits",
    "reproduce": "the papers' printed counts beside our own; status 1 if one fails to come out",
    "train": "a grid of designs, trained on small pictures; the same command goes on after a stop",
}
LAYOUTS = ("cells", "printed")
LAYOUT_HELP = "a row for each count (cells, by default), or rows and columns as printed"
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
    parser.description = "MobileNet v1, v2 and v3: MACs, parameters and memory of any design."
    commands = parser.add_subparsers(dest="command", required=True)
    for name, help_text in HELP.items():
        command = commands.add_parser(name, help=help_text, description=help_text)
        if name == "review":
            review_command.add(command)
            continue
        usual = USUAL_FORMAT.get(name, "text")
        choices = [*formats.FORMATS, *(["html"] if name == "reproduce" else [])]
        command.add_argument("--format", default=usual, choices=choices, help=f"{usual} by default")
        if name == "reproduce":
            command.add_argument("--table", help="one table, such as v1-6; all by default")
            command.add_argument("--layout", default="cells", choices=LAYOUTS, help=LAYOUT_HELP)
        else:
            _add_design(command, several=name in ("sweep", "train"))
        if name == "train":
            _add_training(command)
        elif name != "reproduce":
            command.add_argument("--classes", type=int, default=1000)
            command.add_argument("--channels", type=int, default=3, help="of the input")
    return parser


def _add_training(command):
    """Add the arguments that say on what and how to train."""
    command.set_defaults(alpha=[1.0])
    command.add_argument("--variant", nargs="+", help="of the network, such as small")
    command.add_argument(
        "--data", default="samples", help="samples, a folder of class folders or a keras.datasets"
    )
    command.add_argument("--seeds", type=int, default=3, help="runs a design; 3 by default")
    command.add_argument("--epochs", type=int)
    command.add_argument("--head-only", action="store_true", help="train the classifier alone")
    command.add_argument("--weights", help="of the body: imagenet, small or a file")
    command.add_argument("--store", default="runs/", help="the folder of finished runs; runs/")
    command.add_argument("--workers", type=int, default=1, help="processes; 1 by default")


def _add_design(command, several):
    """Add the arguments that select a design or, with several values each, a grid."""
    several = {"nargs": "+"} if several else {}
    command.add_argument("family", help=" or ".join(FAMILIES), **several)
    command.add_argument("--alpha", type=float, default=1.0, help="width multiplier", **several)
    size = command.add_mutually_exclusive_group()
    size.add_argument("--rho", type=float, help="resolution multiplier", **several)
    size.add_argument(
        "--resolution", type=pixels, help="input side in pixels, or as 192x256", **several
    )
    for knob, own in families.own_knobs().items():
        users = [key for key, family in FAMILIES.items() if family.uses(knob)]
        number, meaning = (int if own.whole else float), f"{own.axis}, {', '.join(users)} only"
        command.add_argument(f"--{knob}", type=number, help=meaning, **several)
    command.add_argument("--dialect", default="paper", help=" or ".join(families.dialects()))


def pixels(text):
    """The input size that an option names: 224, the side of a square, or 192x256, its sides."""
    height, times, width = text.partition("x")
    return (int(height), int(width)) if times else int(height)


if __name__ == "__main__":
    sys.exit(main())
