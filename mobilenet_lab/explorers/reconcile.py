"""One network, many published counts: an explorer that shows which convention gives which."""

from functools import cache

from mobilenet_lab.costs.conventions import (
    CONVENTIONS,
    ELEMENTWISE,
    MACS,
    WEIGHTS,
    Convention,
    count,
    steps,
)
from mobilenet_lab.explorers.controls import choice, counts_table, switch
from mobilenet_lab.explorers.panel import Panel
from mobilenet_lab.explorers.parts import usual
from mobilenet_lab.explorers.view import PictureView
from mobilenet_lab.networks.design import Design, trace
from mobilenet_lab.networks.families import NEWEST
from mobilenet_lab.plots.counts import Bars
from mobilenet_lab.published.known import QUOTED
from mobilenet_lab.published.reproduce import quotes

_KINDS = {"operations": ("MACs", "FLOPs"), "parameters": ("parameters",)}  # of printed figures
_UNIT = {"million": " M", "billion": " G", "1": ""}
_PLACES = ("first_convolution", "first_expansion", "classifier")
_TIMES = {"not counted": 0, "once": 1, "twice": 2, "3 times": 3, "4 times": 4}
_OPERATIONS = ("measure", "activation", "pooling", "addition")  # switches for operations only


class Reconciliation(Panel):
    """One network counted under every convention and under the reader's own, with who prints it.

    Controls: `network`, `count` ("operations" or "parameters"), `measure`, `classes`,
    `batch_norm`, and switches for the rest of a `Convention`.
    """

    def __init__(self, network=None, count="operations"):
        networks = {str(design): design for design in QUOTED}
        choices = {
            "network": choice("network", networks, network or Design(NEWEST)),
            "count": choice("count", {name: name for name in _KINDS}, count),
            "measure": choice("one MAC is", {"one operation": "MACs", "two": "FLOPs"}, "MACs"),
            "classes": choice("classes", {"1000": 1000, "1001": 1001}, 1000),
            "batch_norm": choice("batch norm", _TIMES, 0),
            "bias": switch("bias", "count the biases"),
            "activation": switch("activation", "count one operation per value"),
            "pooling": switch("pooling", "count one operation per value read"),
            "addition": switch("addition", "count one operation per value added by a shortcut"),
            "first_convolution": switch("1st convolution", "count the first convolution"),
            "first_expansion": switch(
                "1st expansion", "count a 1×1 expansion in block 1, where t is 1"
            ),
            "classifier": switch("classifier", "count the classifier"),
        }
        for name in ("first_convolution", "classifier"):
            choices[name].value = True
        for name in ("first_convolution", "first_expansion"):
            choices[name].layout.width = "9.5em"
        super().__init__(_ReconciliationView(Bars()), choices, usual())

    def _named_rows(self):
        names = list(self.controls)
        return names[:2], names[2:5], names[5:]


class _ReconciliationView(PictureView):
    """The counts of a network as bars, the reader's own last."""

    room = "4.5em"  # for words of up to three lines

    def uses(self, state, name):
        """Some switches make no difference to parameters; one only to networks with expansions."""
        if name == "first_expansion":
            layers = trace(state["network"])
            return Convention(first_expansion=True)(layers) > MACS(layers)
        return state["count"] == "operations" or name not in _OPERATIONS

    def settle(self, state, before):
        """Add the "design": the network with the chosen number of classes."""
        return state | {"design": state["network"].replace(classes=state["classes"])}

    def convention(self, state):
        """The reader's own `Convention`."""
        counted = {name: int(state[name]) for name in ELEMENTWISE}
        counted |= {name: state[name] for name in _PLACES}
        if state["count"] == "operations":
            return Convention(state["measure"], **counted)
        return Convention("parameters", **counted | {"activation": 0, "pooling": 0, "addition": 0})

    def steps(self, state):
        """The steps from the bare count of 1000 classes to the reader's own."""
        plain = trace(state["network"]), _bare(state)
        return steps(plain, (trace(state["design"]), self.convention(state)))

    def numbers(self, state):
        """The bars as a table: parts and count of each convention, the reader's own last."""
        conventions = _conventions(state) | {"yours": self.convention(state)}
        frame = count(trace(state["design"]), conventions)
        return frame.drop(columns="measure").loc[:, lambda table: (table != 0).any()]

    def table(self, frame):
        """Counts with commas."""
        return counts_table(frame)

    def draw(self, state):
        """A bar for each convention, with what the sources print that count so."""
        yours, printed = self.convention(state), _printed(state)
        amounts = yours.amounts(trace(state["design"]))  # the same for all, which are of one kind
        bars = [
            (name, own.parts(amounts), _beside(own, amounts, _counted_so(own, state, printed)))
            for name, own in _conventions(state).items()
        ]
        bars.append(("yours", yours.parts(amounts), f"{yours.count(amounts) / 1e6:.2f} M"))
        self.picture.show(bars)

    def text(self, state):
        """The reader's own count, its steps from the bare count, and who prints it."""
        convention = self.convention(state)
        same = [name for name, own in _conventions(state).items() if own == convention]
        counted = convention(trace(state["design"]))
        added = [
            f"{row.part.replace('_', ' ')} {row.added:+,}" for row in self.steps(state).itertuples()
        ]
        bare = _bare(state)(trace(state["network"]))
        way = " = " + ", ".join([f"{bare:,}", *added])
        return (
            f"{state['network']}, {convention}: {counted:,}"
            f"{way if added else ''}{f', the row {same[0]!r}' if same else ''}."
            f" {_who_prints(counted, convention, state)}"
        )


def _bare(state):
    """The bare count that the reader's is explained from: MACs, or weights."""
    return MACS if state["count"] == "operations" else WEIGHTS


def _conventions(state):
    """The conventions of this kind of count, by name."""
    kinds = _KINDS[state["count"]]
    return {name: own for name, own in CONVENTIONS.items() if own.measure in kinds}


def _printed(state):
    """The printed counts of this network and of this kind, as their sources counted them."""
    kinds, found = _KINDS[state["count"]], _quotes(state["network"])
    return [one for one in found if one.quantity in kinds and isinstance(one.count, Convention)]


@cache
def _quotes(design):
    """`quotes`, looked up once for each network: it goes through every published table."""
    return quotes(design)


def _counted_so(convention, state, cells):
    """The cells whose source counted the same parts of the same network.

    Digits alone do not show that: 3.5 M is what weights round to, and what Keras prints for all
    variables.
    """
    amounts = convention.amounts(trace(state["design"]))
    own = convention.parts(amounts)
    return [
        cell
        for cell in cells
        if cell.network == state["design"] and cell.count.parts(amounts) == own
    ]


def _beside(convention, amounts, cells):
    """The count in millions, and what its sources print for it."""
    quotes = [f"{figure} {', '.join(by[:2])}" for figure, by in _by_figure(cells, _figure).items()]
    return "\n".join([f"{convention.count(amounts) / 1e6:.2f} M", *quotes[:2]])


def _who_prints(counted, convention, state):
    """Who prints this count; if nobody does, which other counts have the same digits."""
    printed = _printed(state)
    if own := _counted_so(convention, state, printed):
        figures = _by_figure(own, lambda cell: f"{_figure(cell)} ({_rounding(cell)})")
        return f"Printed as {_listed(figures)}."
    same = _by_figure(
        (cell for cell in printed if cell.figure in cell.prints(counted)),
        lambda cell: (_figure(cell), f"{cell.count}, {cell.network.classes} classes"),
    )
    others = "; ".join(f"{one} in {', '.join(by)} ({how})" for (one, how), by in same.items())
    said = f" Other counts have the same digits: {others}." if same else ""
    return f"No source that we know prints this count.{said}"


def _by_figure(cells, name):
    """The tables of some cells, each once, by what `name` makes of the cell."""
    found = {}
    for cell in cells:
        found.setdefault(name(cell), {})[cell.table] = True
    return {figure: list(tables) for figure, tables in found.items()}


def _listed(figures):
    """Figures, each with the tables that print it."""
    return "; ".join(f"{figure} in {', '.join(by)}" for figure, by in figures.items())


def _figure(cell):
    """What is printed, with its unit: "3.47 M"."""
    number = f"{int(cell.printed):,}" if cell.printed.isdigit() else cell.printed
    return number + _UNIT[cell.unit]


def _rounding(cell):
    """How the source rounds."""
    return "in full" if cell.unit == "1" else cell.rounding
