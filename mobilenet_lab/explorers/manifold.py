"""v2's Figure 1, live."""

from mobilenet_lab.costs import manifold
from mobilenet_lab.explorers.controls import Dial, table
from mobilenet_lab.explorers.panel import Explorer
from mobilenet_lab.networks.knobs import Knob
from mobilenet_lab.plots.manifold import Manifold


class ReluManifold(Explorer):
    """v2's Figure 1, live: a spiral through n dimensions and ReLU, and back (see `manifold`).

    Controls: `n`, and `seed`, which chooses the random matrix.
    """

    KNOBS = (
        Knob("n", "dimensions", (*manifold.DIMENSIONS, 1), 2, "dimensions that ReLU works in"),
        Knob(
            "T", "matrix no.", (1, 9, 1), 1, "another random matrix from the plane to n dimensions"
        ),
    )

    def __init__(self, n=None, seed=None):
        dials = {
            name: Dial(knob, value)
            for name, knob, value in zip(("n", "seed"), self.KNOBS, (n, seed), strict=True)
        }
        super().__init__({}, dials, [Manifold()])

    @property
    def trip(self):
        """The spiral's `manifold.Trip` that is shown."""
        return manifold.trip(**self.chosen)

    def numbers(self):
        """The shares and errors in % for every n, with the matrix that is set."""
        return manifold.course(self.chosen["seed"])

    def _move(self):
        self.pictures[0].show(self.trip, self.numbers())

    def _numbers_table(self):
        return table(self.numbers().round(1))

    def __repr__(self):
        return str(self.trip)
