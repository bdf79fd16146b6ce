"""What ReLU does to a low-dimensional curve (v2 paper, section 3.2 and Figure 1).

A spiral in the plane is carried to n dimensions by a random matrix T, loses its negative values to
ReLU, and is carried back. Where fewer than two of the n values stay positive, the plane has been
folded to a line or a point, and no way back can unfold it.
"""

from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import pandas as pd

from mobilenet_lab import checks

DIMENSIONS = (2, 30)  # the fewest and the most of Figure 1
TURNS, POINTS = 3, 1200
MOST_SEEDS = 10**6  # of a mean, some minutes


@dataclass(frozen=True)
class Trip:
    """The spiral's way to `n` dimensions, through ReLU and back; points are rows (x, y).

    back: carried back by T⁺, the pseudoinverse of T, as in the paper.
    best: carried back by the matrix that fits this spiral best, the most that a linear layer can.
    lost: for each point, whether fewer than two of its n values stayed positive.
    """

    n: int
    spiral: np.ndarray
    back: np.ndarray
    best: np.ndarray
    lost: np.ndarray

    def __str__(self) -> str:
        return (
            f"n = {self.n}: {self.lost_share:.1f} % of the spiral lost for good; error "
            f"{self.back_error:.0f} % back by T⁺, {self.best_error:.1f} % by the best linear way."
        )

    @property
    def lost_share(self) -> float:
        """How much of the spiral is lost for good, in % of its points."""
        return 100 * float(self.lost.mean())

    @property
    def back_error(self) -> float:
        """How far `back` is from the spiral: root mean square, in % of the spiral's own."""
        return _error(self.back, self.spiral)

    @property
    def best_error(self) -> float:
        """How far `best` is from the spiral, in the same measure."""
        return _error(self.best, self.spiral)


@cache
def spiral() -> np.ndarray:
    """`POINTS` points (x, y), evenly spaced in angle, from the middle out to radius 1."""
    angle = 2 * np.pi * TURNS * np.arange(1, POINTS + 1) / POINTS
    radius = angle / angle[-1]
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])


def matrix(n: int, seed: int = 1) -> np.ndarray:
    """The random n × 2 matrix T of a seed: another dimension adds a row and changes no other."""
    least, most = DIMENSIONS
    n = checks.integer("n", n, least, most=most)
    seed = _checked_seed(seed)
    numbers = np.random.RandomState(seed)  # this generator never changes between NumPy versions
    return numbers.normal(size=(DIMENSIONS[1], 2))[:n]


def trip(n: int, seed: int = 1) -> Trip:
    """The spiral's `Trip` to n = 2 … 30 dimensions; the seed chooses the random matrix."""
    least, most = DIMENSIONS
    return _trip(checks.integer("n", n, least, most=most), _checked_seed(seed))


@lru_cache(maxsize=512)
def _trip(n: int, seed: int) -> Trip:
    there = matrix(n, seed)
    points = spiral()
    kept = np.maximum(points @ there.T, 0)
    best, *_ = np.linalg.lstsq(kept, points)
    return Trip(n, points, kept @ np.linalg.pinv(there).T, kept @ best, _lost(there))


@lru_cache(maxsize=128)
def _course(seed: int) -> pd.DataFrame:
    trips = [trip(n, seed) for n in range(DIMENSIONS[0], DIMENSIONS[1] + 1)]
    names = ("n", "lost_share", "back_error", "best_error")
    return pd.DataFrame({name: [getattr(one, name) for one in trips] for name in names})


def course(seed: int = 1) -> pd.DataFrame:
    """One matrix grown row by row, a row for each n: `n, lost_share, back_error, best_error` (%).

    Another row keeps what those before it kept, so `lost_share` and `best_error` never rise.
    """
    return _course(_checked_seed(seed)).copy()


def mean_lost(n: int, seeds: int = 1000) -> float:
    """The lost share in %, on average over the matrices of the seeds 0, 1, 2 …

    Half of all random directions keep a point positive, so (n + 1) / 2ⁿ is to be expected.
    """
    seeds = checks.integer("seeds", seeds, most=MOST_SEEDS)
    return sum(_lost(matrix(n, seed)).mean() for seed in range(seeds)) * 100 / seeds


def _checked_seed(seed: int) -> int:
    """A seed of NumPy's older generator."""
    return checks.integer("seed", seed, 0, most=2**32 - 1)


def _lost(there: np.ndarray) -> np.ndarray:
    """For each point of the spiral, whether fewer than two of its values stay positive."""
    return (spiral() @ there.T > 0).sum(axis=1) < 2


def _error(found: np.ndarray, wanted: np.ndarray) -> float:
    return 100 * float(np.sqrt(((found - wanted) ** 2).sum() / (wanted**2).sum()))
