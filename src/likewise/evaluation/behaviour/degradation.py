"""The degradation ratio: how far synthetic entities lie from real ones, beside two halves of the real ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from likewise.core.seeds import generator
from likewise.evaluation.behaviour.events import Floats, Mask, Rows
from likewise.evaluation.behaviour.measures import Bundle, Measure

DEALS = 15
"""Times that the real entities are dealt into halves."""
LEAST = 0.005
"""Distance below which nothing counts as different: half a hundredth of a spread, or of all events."""
SMALLEST, LARGEST = 0.1, 1_000.0
"""Bounds of a ratio within a mean, so that one statistic does not decide alone."""
FEWEST_ENTITIES = 25
"""Entities of a half below which nothing is compared."""


@dataclass(frozen=True)
class Degradation:
    """Hold how far one statistic is off: distances, in spreads of the real values or as a share.

    `floors` are the distances of real halves in each deal, `distance` the median distance of synthetic entities from as
    many real ones, `least` the distance below which nothing counts. A ratio of 1 is as good as real entities, of k is k
    times as far as two real samples; `fresh` is that of entities held back, against the floor of as many entities.
    """

    measure: Measure
    floors: tuple[float, ...]
    distance: float
    least: float
    fresh: float | None = None

    @property
    def floor(self) -> float:
        """The median distance of two halves of the real entities, over all deals."""
        return float(np.median(self.floors))

    @property
    def ratio(self) -> float:
        """The distance beside the floor; 1 where neither is any."""
        return max(self.distance, self.least) / max(self.floor, self.least)

    @property
    def dealt(self) -> tuple[float, ...]:
        """The distance of real halves in each deal beside their median: what ratios of real entities are."""
        return tuple(max(found, self.least) / max(self.floor, self.least) for found in self.floors)

    @property
    def spread(self) -> tuple[float, float]:
        """The quartiles of the floor over all deals."""
        low, high = np.quantile(self.floors, (0.25, 0.75))
        return float(low), float(high)


def degradations(
    bundles: Sequence[Bundle], entities: Sequence[int], *, seed: int, deals: int = DEALS
) -> list[Degradation]:  # fmt: skip
    """Return the degradation of every measure: of the synthetic side, and of the holdout where there is one.

    `entities` are how many each side has, the real one first. Real entities, not rows, are dealt at random into two
    halves `deals` times; each time as many synthetic ones are compared with the first half, so that samples are as
    large. No distance is taken to be under `LEAST`, or under what a single odd entity of the sample may make: where
    real halves do not differ at all, so little counts as nothing.

    Sajja, 2026, arXiv 2604.13125. Raises ValueError for fewer than 50 real or 25 other entities.
    """
    measures = [measure for bundle in bundles for measure in bundle.measures]
    found = _compared(bundles, 0, 1, entities, seed=seed, deals=deals)
    rows = [found.of(k, measure) for k, measure in enumerate(measures)]
    if len(entities) < 3 or entities[2] < FEWEST_ENTITIES:
        return rows
    held = _compared(bundles, 0, 2, entities, seed=seed, deals=deals)
    return [replace(row, fresh=held.of(k, row.measure).ratio) for k, row in enumerate(rows)]


def mean_ratio(ratios: Sequence[float]) -> float:
    """Return the geometric mean of ratios, none of which counts as under a tenth or over a thousand.

    >>> mean_ratio([1.0, 4.0]), mean_ratio([0.0, 1e9])
    (2.0, 10.0)
    """
    return round(float(np.exp(np.mean(np.log(np.clip(ratios, SMALLEST, LARGEST))))), 12)


def sample_size(real: int, other: int) -> int:
    """Return how many entities a sample has: half of the real ones, or all others where they are fewer.

    >>> sample_size(100, 80), sample_size(100, 30)
    (50, 30)
    """
    return min(real // 2, other)


@dataclass(frozen=True, eq=False)
class _Compared:
    """Hold distances, a row a deal and a column a measure, of samples of so many entities."""

    floors: Floats
    distances: Floats
    size: int

    def of(self, place: int, measure: Measure) -> Degradation:
        floors = tuple(self.floors[:, place].tolist())
        least = max(LEAST, measure.reach / self.size)
        return Degradation(measure, floors, float(np.median(self.distances[:, place])), least)


def _compared(
    bundles: Sequence[Bundle], real: int, other: int, entities: Sequence[int], *, seed: int, deals: int
) -> _Compared:  # fmt: skip
    size = sample_size(entities[real], entities[other])
    if size < FEWEST_ENTITIES:
        raise ValueError("too few entities to compare")
    floors, distances = [], []
    for deal in range(deals):
        order = generator(seed, "behaviour", "deal", deal).permutation(entities[real])
        first, second = (_mask(order[k * size : (k + 1) * size], entities[real]) for k in (0, 1))
        drawn = generator(seed, "behaviour", "drawn", deal).permutation(entities[other])[:size]
        others = _mask(drawn, entities[other])
        near, far = [], []
        for bundle in bundles:
            one, two, made = bundle.sides[real](first), bundle.sides[real](second), bundle.sides[other](others)
            for measure, a, b, c in zip(bundle.measures, one, two, made, strict=True):
                near.append(measure.apart(a, b))
                far.append(measure.apart(a, c))
        floors.append(near)
        distances.append(far)
    return _Compared(np.array(floors), np.array(distances), size)


def _mask(which: Rows, size: int) -> Mask:
    kept = np.zeros(size, dtype=bool)
    kept[which] = True
    return kept
