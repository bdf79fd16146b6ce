"""v2's Figure 1, live."""

from mobilenet_lab.costs import manifold
from mobilenet_lab.explorers.controls import Dial, html_table
from mobilenet_lab.explorers.panel import Panel
from mobilenet_lab.explorers.parts import usual
from mobilenet_lab.explorers.view import PictureView
from mobilenet_lab.networks.knobs import Knob
from mobilenet_lab.plots.manifold import Manifold

_DIMENSIONS = Knob("n", "dimensions", (*manifold.DIMENSIONS, 1), 2, "dimensions that ReLU works in")
_SEED = Knob(
    "T", "matrix no.", (1, 9, 1), 1, "another random matrix from the plane to n dimensions"
)


class ReluManifold(Panel):
    """v2's Figure 1, live: a spiral through n dimensions and ReLU and back (see `manifold`).

    Controls: `n`, and `seed`, which chooses the random matrix.
    """

    def __init__(self, n=None, seed=None):
        controls = {"n": Dial(_DIMENSIONS, n), "seed": Dial(_SEED, seed)}
        super().__init__(_ManifoldView(Manifold()), controls, usual())


class _ManifoldView(PictureView):
    """The spiral on its trip."""

    def draw(self, state):
        """The trip that is chosen, and the course that it is a row of."""
        self.picture.show(_trip(state), self.numbers(state))

    def numbers(self, state):
        """The shares and errors in % for every n, with the matrix that is set."""
        return manifold.course(state["seed"])

    def table(self, frame):
        """With a digit after the point."""
        return html_table(frame.round(1))

    def text(self, state):
        """What is lost and what comes back."""
        return str(_trip(state))


def _trip(state):
    return manifold.trip(state["n"], state["seed"])
