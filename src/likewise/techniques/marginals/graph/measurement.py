"""What was measured: noisy counts of a few attributes, cell by cell or by groups of cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from likewise.errors import SettingsError
from likewise.techniques.marginals.graph.tree import Clique

Map = NDArray[np.int64] | None
"""The group of each cell of an attribute; None where each cell is its own."""


@dataclass(frozen=True, eq=False)
class Measurement:
    """Hold noisy counts: `values` has an axis for each attribute of `clique`, `sigma` is the noise's deviation.

    Where an attribute was counted by groups of its cells, `maps` holds the group of each cell, from 0 on. Values may be
    negative and need not add up. Raises SettingsError where `sigma` is not positive or the axes are not the clique's.

    >>> Measurement((0, 2), np.ones((2, 3)), sigma=1.0).values.shape
    (2, 3)
    """

    clique: Clique
    values: NDArray[np.float64]
    sigma: float
    maps: tuple[Map, ...] | None = None

    def __post_init__(self) -> None:
        axes = len(self.clique)
        whole = {self.values.ndim, len(set(self.clique)), len(self.maps or self.clique)} == {axes}
        if not whole or not self.sigma > 0:
            hint = "give `values` an axis for each attribute, and `sigma` above 0"
            raise SettingsError("settings.measurement", "a measurement lacks an axis, a map or noise",
                                where=str(self.clique), hint=hint)  # fmt: skip

    def turned(self, clique: Clique) -> Measurement:
        """Return the same with the attributes in another order."""
        order = [self.clique.index(a) for a in clique]
        maps = self.maps or (None,) * len(order)
        values = np.asarray(self.values, dtype=np.float64).transpose(order)
        return Measurement(clique, values, self.sigma, tuple(maps[i] for i in order))

    def key(self) -> tuple[Clique, tuple[bytes | None, ...]]:
        """Return what tells apart which sums were measured."""
        return self.clique, tuple(None if m is None else np.asarray(m, np.int64).tobytes() for m in self.maps or ())


def merged(measurements: Sequence[Measurement], sizes: Sequence[int]) -> list[Measurement]:
    """Return one measurement for each set of sums: several of the same are averaged by the inverse of their variances.

    Raises SettingsError where a measurement does not fit `sizes`.
    """
    found: dict[object, list[Measurement]] = {}
    for measurement in (m.turned(tuple(sorted(m.clique))) for m in measurements):
        check(measurement, sizes)
        found.setdefault(measurement.key(), []).append(measurement)
    return [averaged(same) if len(same) > 1 else same[0] for same in found.values()]


def averaged(same: Sequence[Measurement]) -> Measurement:
    """Return the mean of measurements of the same sums, weighed by the inverse of their variances."""
    weight = sum(m.sigma**-2 for m in same)
    values = sum(m.values * m.sigma**-2 for m in same) / weight
    return Measurement(same[0].clique, np.asarray(values), weight**-0.5, same[0].maps)


def check(measurement: Measurement, sizes: Sequence[int]) -> None:
    """Raise SettingsError unless each axis has as many places as the attribute has cells, or groups of cells."""
    for axis, (a, groups) in enumerate(zip(measurement.clique, measurement.maps or ())):
        places = measurement.values.shape[axis]
        if not 0 <= a < len(sizes):
            raise SettingsError(
                "settings.measurement", "a measurement names an attribute that is not there", where=str(a)
            )
        fits = (
            places == sizes[a]
            if groups is None
            else len(groups) == sizes[a] and 0 <= groups.min() <= groups.max() < places
        )
        if not fits:
            raise SettingsError("settings.measurement", f"axis {axis} of a measurement is not of the attribute's size",
                                where=str(measurement.clique))  # fmt: skip


def total_of(measurements: Sequence[Measurement]) -> float:
    """Return the number of rows that the sums of all measurements tell of together, at least 0.

    Each sum is weighed by the inverse of its variance.

    >>> total_of([Measurement((0,), np.array([3.0, 4.0]), 1.0), Measurement((1,), np.array([9.0]), 1.0)])
    8.333333333333334
    """
    weights = [1 / (m.sigma**2 * m.values.size) for m in measurements]
    sums = [float(m.values.sum()) for m in measurements]
    return max(sum(w * s for w, s in zip(weights, sums)) / sum(weights), 0.0) if weights else 0.0
