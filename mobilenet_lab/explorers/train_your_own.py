"""Train a sweep along one knob, and see the curve grow."""

from mobilenet_lab import checks
from mobilenet_lab.explorers import sweeps
from mobilenet_lab.explorers.controls import choice
from mobilenet_lab.explorers.panel import Panel
from mobilenet_lab.explorers.parts import usual
from mobilenet_lab.explorers.train_parts import CodeLines, Training, Values
from mobilenet_lab.explorers.train_view import SweepView
from mobilenet_lab.networks.families import NEWEST
from mobilenet_lab.training.recipe import Recipe
from mobilenet_lab.training.store import Store

_EPOCHS = 8  # at most


class TrainYourOwn(Panel):
    """Train networks along one knob, and see their accuracies beside those that come with the lab.

    Nothing is trained before Start is pressed. Then processes of their own do it, so that the
    kernel goes on answering; each finished run is a file in the folder `store`. Stop ends within a
    step, and Start goes on with what the store lacks, also after the kernel has died.

    Starts with a `family` that has the small network, `along` a knob ("alpha", "resolution" or
    "expansion") with some of its `values` (by default the two ends), 1 to 5 `seeds` and 1 to 8
    `epochs`; `workers` is the number of processes. `data` is a `Data` or a dict of them by name,
    offered before those of the lab; a function that returns one is called when it is chosen.

    Raises `ValueError` for anything else.
    """

    def __init__(
        self,
        data=None,
        family=NEWEST,
        along="alpha",
        values=None,
        seeds=3,
        epochs=Recipe.epochs,
        store="runs/",
        workers=1,
    ):
        offered, workers = sweeps.offered(data), checks.integer("workers", workers, most=10**4)
        controls = {
            "data": _list("data", {name: name for name in offered}, next(iter(offered))),
            "family": _list("family", sweeps.families(), family),
        }
        controls |= {
            "along": _list("along", sweeps.swept(family), along),
            "seeds": _list("seeds", _numbers(sweeps.SEEDS), seeds),
            "epochs": _list("epochs", _numbers(_EPOCHS), epochs),
        }
        view = SweepView(offered, Store(store), workers)
        parts = {
            "values": Values(along, values),
            "training": Training(view),
            "code": CodeLines(view),
        }
        super().__init__(view, controls, parts | usual())
        parts["training"].follow()


def _numbers(most):
    return {str(one): one for one in range(1, most + 1)}


def _list(name, options, value):
    """A list with a short name."""
    control = choice(name, options, value)
    control.style.description_width = "4em"
    control.layout.width = f"{8 + 0.55 * max(map(len, options)):.1f}em"
    return control
