"""How likely figures of a group are if its synthetic rows were any other choice of so many of its rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from likewise.core.seeds import generator
from likewise.evaluation.boosting import Floats
from likewise.evaluation.fairness.groups import Mask
from likewise.evaluation.fidelity.dealing import largest_chance, mean_chance

CHOICES = 150
MOST_ROWS = 4_000
MOST_FEATURES = 80
AT_ONCE = 4_000_000


def mean_chances(figures: Floats, made: Mask) -> tuple[Floats, Floats]:
    """Return for each column of figures the two-sided chance of its mean over synthetic rows, and how far off it is.

    How far, synthetic less real, is in standard deviations. The chance is by relabelling (Fisher, 1935): the first
    three moments over all choices of synthetic rows are exact, the tail beyond is Pearson's third kind, or the normal
    one where that is heavier. Both sides must have a row.
    """
    from scipy.stats import pearson3

    rows, size = len(made), int(made.sum())
    centred = figures - figures.mean(axis=0)
    spread = np.sqrt((centred**2).mean(axis=0))
    alive = spread > 1e-9
    scaled = centred / np.where(alive, spread, 1.0)
    gap = scaled[made].mean(axis=0) - scaled[~made].mean(axis=0)
    error = np.sqrt(rows**2 / ((rows - 1.0) * size * (rows - size)))
    bend = (
        (scaled * scaled * scaled).mean(axis=0)
        * (rows - 2 * size)
        * np.sqrt((rows - 1.0) / (size * (rows - size)))
        / (rows - 2.0)
    )
    tail = pearson3.sf(np.abs(gap) / error, np.maximum(0.0, np.sign(gap) * bend))
    return np.where(alive, np.minimum(1.0, 2 * tail), 1.0), np.where(alive, gap, 0.0)


@dataclass(frozen=True)
class Spread:
    """Hold the chances that means of features, and of products of two, lie so far apart on the two sides.

    `means` and `products` are chances of the sum of all squared differences, `largest` that of the largest one among
    products. `mean` and `product` are the largest differences themselves, in standard deviations.
    """

    means: float
    products: float
    largest: float
    mean: float
    product: float


def spread_chances(features: Floats, owners: npt.NDArray[np.int64], made: Mask, seed: int) -> Spread:
    """Return the chances by relabelling of whatever differs between the sides, in no direction looked for beforehand.

    So ties that were invented are seen as those that were lost. At most 4,000 rows and 80 features are looked at.
    """
    rng = generator(seed, "spread")
    rows = rng.permutation(len(made))[:MOST_ROWS]
    features, owners, made = features[rows, :MOST_FEATURES], owners[:MOST_FEATURES], made[rows]
    sides = np.array([made, *(rng.permutation(made) for _ in range(CHOICES))], dtype=np.float64)
    size, others = float(made.sum()), float((~made).sum())
    weights = sides / size - (1 - sides) / others
    first, second = np.triu_indices(len(owners), 1)
    first, second = (p[owners[first] != owners[second]] for p in (first, second))
    sums, most, largest = np.zeros(len(sides)), np.zeros(len(sides)), 0.0
    step = max(1, AT_ONCE // len(made))
    for start in range(0, len(first), step):
        products = features[:, first[start : start + step]] * features[:, second[start : start + step]]
        gaps = np.abs(weights @ _scaled(products))
        sums += (gaps**2).sum(axis=1)
        most = np.maximum(most, gaps.max(axis=1))
        largest = float(most[0])
    alone = np.abs(weights @ _scaled(features))
    return Spread(
        mean_chance((alone**2).sum(axis=1)), mean_chance(sums), largest_chance(float(most[0]), most[1:]),
        float(alone[0].max(initial=0.0)), largest,
    )  # fmt: skip


def _scaled(figures: Floats) -> Floats:
    spread = figures.std(axis=0)
    return np.asarray((figures - figures.mean(axis=0)) / np.where(spread > 1e-9, spread, np.inf))
