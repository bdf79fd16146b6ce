"""A data set that a network learns within seconds: a coloured square on noise; and runs of it."""

import numpy as np

from mobilenet_lab import Design
from mobilenet_lab.training import Data, Recipe

COLOURS = "red", "green", "blue"


def squares(count=192, held_out=96, side=32, seed=0):
    """Pictures of three classes: the colour that stands out in the middle."""
    random = np.random.default_rng(seed)

    def part(number):
        labels = np.arange(number) % 3
        pictures = random.integers(0, 60, (number, side, side, 3), dtype=np.uint8)
        for picture, label in zip(pictures, labels, strict=True):
            picture[side // 4 : -side // 4, side // 4 : -side // 4, label] += 120
        return pictures, labels

    return Data("squares", COLOURS, *part(count), *part(held_out))


def designs(count, family="v1"):
    """So many small designs."""
    return [Design(family, alpha, resolution=32) for alpha in np.linspace(0.1, 0.2, count)]


class Steps:
    """What `training.steps.Steps` does, without Keras; `log` gets each step's number."""

    def __init__(self, losses=lambda step: 1 / (step + 1), log=None):
        self._losses, self.log = losses, [] if log is None else log

    def step(self, x, y):
        """The loss that was asked for."""
        self.log.append((len(x), len(y)))
        return self._losses(len(self.log) - 1)

    def accuracy(self, x, y):
        """Half."""
        return 0.5


class Body:
    """What `training.bodies.Whole` does, without Keras."""

    def __init__(self, data, steps):
        self._data, self.steps, self.seeds = data, steps, []

    def start(self, seed):
        """The pictures."""
        self.seeds.append(seed)
        return self._data.x, self._data.x_held_out


QUICK = Recipe(epochs=2, batch=32)
