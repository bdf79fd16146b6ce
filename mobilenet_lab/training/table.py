"""The finished runs of a store as a tidy DataFrame."""

import pandas as pd

from mobilenet_lab.networks import families
from mobilenet_lab.training.store import Store

DATA = ("data", "fingerprint", "pictures", "held_out", "chance")
RECIPE = ("epochs", "batch", "rate", "momentum", "weight_decay", "head_only", "weights")
MEASURED = (
    *("accuracy", "training_accuracy", "failed", "accuracies", "losses", "steps"),
    *("seconds", "cpu_seconds", "sharing", "started", "finished"),
)
MACHINE = ("lab", "python", "tensorflow", "keras", "numpy", "processor", "cores", "load")


def columns():
    """The columns of `results`, in order."""
    own = families.own_knobs()
    design = ("family", "alpha", "resolution", *own, "variant", "classes", "dialect")
    return [*DATA, *design, *RECIPE, "seed", "macs", "params", *MEASURED, *MACHINE, "key"]


def results(store="runs/"):
    """One row a finished run in the store, also while others go on; with no rows if there are none.

    The columns say what was trained on what and how (`data, fingerprint, pictures, held_out,
    chance`, those of the design and of the recipe, `seed, macs, params`), what was measured and on
    which machine. `accuracy` is the share of held-out pictures that are classified correctly after
    the last epoch, from 0 to 1, `training_accuracy` that of as many training pictures;
    `accuracies` and `losses` are those of each epoch, `failed` runs are those whose loss was not
    finite, and `sharing` counts the runs that used the same traced graph before. `seconds` and
    `cpu_seconds` include the measuring.

    Warns of files that are damaged or not runs. Raises `ValueError` if the store is no folder.
    """
    return frame(Store(store).records())


def frame(records):
    """Records of finished runs as a DataFrame with all columns."""
    found = pd.DataFrame(records, columns=columns())
    whole = {name: "Int64" for name, knob in families.own_knobs().items() if knob.whole}
    variant = found["variant"].astype(object).fillna("")
    return found.astype(whole).assign(variant=variant)
