"""One network, many published counts: an explorer that puts each where it belongs."""

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
from mobilenet_lab.explorers.designs import NEWEST
from mobilenet_lab.explorers.panel import Panel, PictureView
from mobilenet_lab.explorers.parts import usual
from mobilenet_lab.networks.design import Design, trace
from mobilenet_lab.plots.counts import Bars
from mobilenet_lab.plots.style import millions
from mobilenet_lab.published.known import QUOTED
from mobilenet_lab.published.reproduce import UNITS, quoted
from mobilenet_lab.published.tables import cuts_to, rounds_to

_KINDS = {"operations": ("MACs", "FLOPs"), "parameters": ("parameters",)}  # of printed figures
_UNIT = {"million": " M", "billion": " G", "1": ""}
_PLACES = ("first_convolution", "first_expansion", "classifier")
_OPERATIONS = ("measure", "activation", "pooling", "addition")  # what they alone depend on


class Reconciliation(Panel):
    """One network counted by every convention, beside the reader's own and what is printed.

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
            "batch_norm": choice("batch norm", {f"{n} values": n for n in range(5)}, 0),
            "bias": switch("bias", "count what the bias adds"),
            "activation": switch("activation", "one operation for each value"),
            "pooling": switch("pooling", "one operation for each value that is read"),
            "addition": switch("addition", "one operation for each value of a shortcut"),
            "first_convolution": switch("1st convolution", "count the first convolution"),
            "first_expansion": switch("1st expansion", "count a 1×1 expansion in block 1"),
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

    def uses(self, state, name):
        """Some switches make no difference to parameters, one to networks without expansions."""
        if name == "first_expansion":
            layers = trace(state["network"])
            return Convention(first_expansion=True)(layers) > MACS(layers)
        return state["count"] == "operations" or name not in _OPERATIONS

    def settle(self, state, before):
        """The network with the classes that are set is the "design"."""
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
        """The bars as a table: each convention's parts and count, the reader's own last."""
        conventions = _conventions(state) | {"yours": self.convention(state)}
        frame = count(trace(state["design"]), conventions)
        return frame.drop(columns="measure").loc[:, lambda table: (table != 0).any()]

    def table(self, frame):
        """Counts with commas."""
        return counts_table(frame)

    def draw(self, state):
        """A bar for each convention, with the figures that its users print."""
        yours, printed = self.convention(state), _printed(state)
        amounts = yours.amounts(trace(state["design"]))  # the same for all, which are of one kind
        bars = [
            (name, own.parts(amounts), _beside(own, own.count(amounts), printed))
            for name, own in _conventions(state).items()
        ]
        bars.append(("yours", yours.parts(amounts), millions(yours.count(amounts))))
        self.picture.show(bars)

    def text(self, state):
        """The reader's own count, how it comes about, and where it is printed."""
        convention = self.convention(state)
        same = [name for name, own in _conventions(state).items() if own == convention]
        counted = convention(trace(state["design"]))
        added = [
            f"{row.part.replace('_', ' ')} {row.added:+,}" for row in self.steps(state).itertuples()
        ]
        bare = _bare(state)(trace(state["network"]))
        way = " = " + ", ".join([f"{bare:,}", *added])
        matches = _matches(counted, _printed(state))
        return (
            f"{state['network']}, {convention}: {counted:,}"
            f"{way if added else ''}{f', the row {same[0]!r}' if same else ''}."
            f" Printed as {matches or 'nothing that we know of'}."
        )


def _bare(state):
    """The bare count that the reader's is explained from: MACs, or weights."""
    return MACS if state["count"] == "operations" else WEIGHTS


def _conventions(state):
    """The conventions of this kind of count, by name."""
    kinds = _KINDS[state["count"]]
    return {name: own for name, own in CONVENTIONS.items() if own.measure in kinds}


def _printed(state):
    """The printed figures of this network and this kind of count, rows of `reproduce`."""
    rows = _quoted(state["network"])
    return rows[rows.quantity.isin(_KINDS[state["count"]]) & (rows.verdict != "unexplained")]


@cache
def _quoted(design):
    """`quoted`, looked up once for each network: it goes through every published table."""
    return quoted(design)


def _beside(convention, counted, rows):
    """The count in millions, and which figures its users print for it."""
    figures = {}
    for row in rows[rows.convention == str(convention)].itertuples():
        if _fit(row, counted):
            figures.setdefault(f"{row.printed:,}{_UNIT[row.unit]}", []).append(row.table)
    quotes = [
        f"{figure} {', '.join(list(dict.fromkeys(by))[:2])}" for figure, by in figures.items()
    ]
    return "\n".join([f"{counted / 1e6:.2f} M", *quotes[:2]])


def _matches(counted, rows):
    """The printed figures that a count gives, rounded or cut off."""
    found = {}
    for row in rows.itertuples():
        if how := _fit(row, counted):
            found.setdefault(f"{row.printed:,}{_UNIT[row.unit]} ({how})", []).append(row.table)
    return "; ".join(f"{figure} in {', '.join(dict.fromkeys(by))}" for figure, by in found.items())


def _fit(row, counted):
    """How a count gives a printed figure: "rounded", "cut off", or None where it does not."""
    ways = (("rounded", rounds_to), ("cut off", cuts_to))
    fitting = (how for how, fits in ways if fits(str(row.printed), counted, UNITS[row.unit]))
    return next(fitting, None)
