"""How long runs will take, from finished runs: without TensorFlow, and without training a step."""

import math

import numpy as np
import pandas as pd

from mobilenet_lab.networks import families
from mobilenet_lab.training import estimate
from mobilenet_lab.training.bodies import steps_of
from mobilenet_lab.training.plans import OTHERS, listed


def minutes(plan, rows):
    """The minutes of each run of the plan, predicted from finished runs, as a Series.

    `rows` are runs as `results` returns them, of which those of whole networks count. Their seconds
    a picture are scaled by the designs' layers and MACs, and by the number of pictures. Missing
    where no whole network has been trained.
    """
    whole = rows[~rows.head_only.astype(bool)]
    if whole.empty:
        return pd.Series(math.nan, plan.index)
    names = [*OTHERS, *families.own_knobs(), "variant", "classes"]
    seen = _pictures(whole.steps * whole.batch, whole.epochs, whole.held_out)
    speeds = whole.assign(speed=whole.seconds / seen.astype(float))
    means = speeds.groupby(names, dropna=False, sort=False).speed.mean().reset_index()
    rows = zip(listed(means), means.classes, strict=True)
    known = _sizes(design.replace(classes=int(count)) for design, count in rows)
    each = estimate.predicted(_sizes(plan.design), known, means.speed.to_numpy(float))
    pictures = [_of_run(data, recipe) for data, recipe in zip(plan.data, plan.recipe, strict=True)]
    return pd.Series(each * np.array(pictures) / 60, plan.index)


def _sizes(designs):
    return np.array([estimate.size(design) for design in designs], float).reshape(-1, 2)


def _of_run(data, recipe):
    """The pictures of a run."""
    size = min(recipe.batch, len(data.x))
    steps = recipe.epochs * steps_of(data, recipe)
    return _pictures(steps * size, recipe.epochs, len(data.x_held_out))


def _pictures(trained, epochs, held_out):
    """Pictures that are trained with; one that is only classified counts for less."""
    return trained + estimate.FORWARD * epochs * held_out
