"""One network, many published counts: an explorer that puts each where it belongs."""

from functools import cache

from mobilenet_lab.costs.conventions import (
    CONVENTIONS,
    ELEMENTWISE,
    MACS,
    WEIGHTS,
    Convention,
    count,
    parts,
    steps,
)
from mobilenet_lab.explorers.controls import choice, switch
from mobilenet_lab.explorers.panel import Explorer
from mobilenet_lab.networks.design import Design, trace
from mobilenet_lab.plots.counts import Bars
from mobilenet_lab.plots.style import millions
from mobilenet_lab.published.reproduce import UNITS, quoted
from mobilenet_lab.published.tables import cuts_to, rounds_to

NETWORKS = [
    Design("v1"),
    Design("v1", 0.75),
    Design("v1", 0.5, resolution=160),
    Design("v2"),
    Design("v2", 1.4),
]
COUNTS = {"operations": ("MACs", "FLOPs"), "parameters": ("parameters",)}
SHORT = {"million": " M", "billion": " G", "1": ""}


class Reconciliation(Explorer):
    """One network counted by every convention, beside the reader's own and what is printed.

    Controls: `network`, `count` ("operations" or "parameters"), `measure`, `classes`,
    `batch_norm`, and switches for the rest of a `Convention`.
    """

    def __init__(self, network=None, count="operations"):
        networks = {str(design): design for design in NETWORKS}
        choices = {
            "network": choice("network", networks, network or Design("v2")),
            "count": choice("count", {name: name for name in COUNTS}, count),
            "measure": choice("one MAC is", {"one operation": "MACs", "two": "FLOPs"}, "MACs"),
            "classes": choice("classes", {"1000": 1000, "1001": 1001}, 1000),
            "batch_norm": choice("batch norm", {f"{n} values": n for n in range(5)}, 0),
            "bias": switch("bias", "count what the bias adds"),
            "activation": switch("activation", "one operation for each value"),
            "pooling": switch("pooling", "one operation for each value that is read"),
            "addition": switch("addition", "one operation for each value of a shortcut"),
            "first_convolution": switch("1st convolution", "count the first convolution"),
            "classifier": switch("classifier", "count the classifier"),
        }
        for name in ("first_convolution", "classifier"):
            choices[name].value = True
        choices["first_convolution"].layout.width = "9.5em"
        super().__init__(choices, {}, [Bars()])

    def _control_rows(self):
        controls = list(self.controls.values())
        return controls[:2], controls[2:5], controls[5:]

    @property
    def design(self):
        """The network, with the classes that are set."""
        return self.chosen["network"].replace(classes=self.chosen["classes"])

    @property
    def convention(self):
        """The reader's own `Convention`."""
        chosen = self.chosen
        counted = {name: int(chosen[name]) for name in ELEMENTWISE}
        counted |= {name: chosen[name] for name in ("first_convolution", "classifier")}
        if chosen["count"] == "operations":
            return Convention(chosen["measure"], **counted)
        return Convention("parameters", **counted | {"activation": 0, "pooling": 0, "addition": 0})

    @property
    def base(self):
        """The bare count that the reader's is explained from: MACs, or weights."""
        return MACS if self.chosen["count"] == "operations" else WEIGHTS

    def steps(self):
        """The steps from the bare count of 1000 classes to the reader's own."""
        plain = trace(self.chosen["network"])
        return steps((plain, self.base), (trace(self.design), self.convention))

    def numbers(self):
        """The bars as a table: each convention's parts and count, the reader's own last."""
        operations = self.chosen["count"] == "operations"
        chosen = {
            name: own
            for name, own in CONVENTIONS.items()
            if (own.measure != "parameters") == operations
        }
        frame = count(trace(self.design), chosen | {"yours": self.convention})
        return frame.drop(columns="measure").loc[:, lambda table: (table != 0).any()]

    def printed(self):
        """The printed figures of this network and this kind of count, rows of `reproduce`."""
        rows = _quoted(self.chosen["network"])
        kinds = COUNTS[self.chosen["count"]]
        return rows[rows.quantity.isin(kinds) & (rows.verdict != "unexplained")]

    def _move(self):
        operations = self.chosen["count"] == "operations"
        for name in ("measure", "activation", "pooling", "addition"):
            self.controls[name].disabled = not operations
        network, printed = trace(self.design), self.printed()
        bars = [
            (name, parts(network, own), _beside(own, network, printed))
            for name, own in CONVENTIONS.items()
            if (own.measure != "parameters") == operations
        ]
        own = parts(network, self.convention)
        bars.append(("yours", own, millions(sum(own.values()))))
        self.pictures[0].show(bars)

    def __repr__(self):
        counted = self.convention(trace(self.design))
        added = [
            f"{row.part.replace('_', ' ')} {row.added:+,}" for row in self.steps().itertuples()
        ]
        bare = self.base(trace(self.chosen["network"]))
        way = " = " + ", ".join([f"{bare:,}", *added])
        matches = _matches(counted, self.printed())
        return (
            f"{self.controls['network'].value}, {self.convention}: {counted:,}"
            f"{way if added else ''}. Printed as {matches or 'nothing that we know of'}."
        )


@cache
def _quoted(design):
    """`quoted`, looked up once for each network: it goes through every published table."""
    return quoted(design)


def _beside(convention, network, rows):
    """The count in millions, and which figures its users print for it."""
    figures, counted = {}, convention(network)
    for row in rows[rows.convention == str(convention)].itertuples():
        if _fit(row, counted):
            figures.setdefault(f"{row.printed:,}{SHORT[row.unit]}", []).append(row.table)
    quotes = [
        f"{figure} {', '.join(list(dict.fromkeys(by))[:2])}" for figure, by in figures.items()
    ]
    return "\n".join([f"{counted / 1e6:.2f} M", *quotes[:2]])


def _matches(counted, rows):
    """The printed figures that a count gives, rounded or cut off."""
    found = {}
    for row in rows.itertuples():
        if how := _fit(row, counted):
            found.setdefault(f"{row.printed:,}{SHORT[row.unit]} ({how})", []).append(row.table)
    return "; ".join(f"{figure} in {', '.join(dict.fromkeys(by))}" for figure, by in found.items())


def _fit(row, counted):
    """How a count gives a printed figure: "rounded", "cut off", or None where it does not."""
    ways = (("rounded", rounds_to), ("cut off", cuts_to))
    fitting = (how for how, fits in ways if fits(str(row.printed), counted, UNITS[row.unit]))
    return next(fitting, None)
