"""Different values of a distribution, one a row: its shape kept, and none of them twice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np
import pyarrow as pa

from likewise.core.permutation import order_of
from likewise.core.schema import Column
from likewise.modalities.tabular.distributions import Distribution, Rounded
from likewise.techniques.rules.maker import Floats, Maker, Rows, told
from likewise.techniques.rules.makers.drawn import Drawn

LISTED = 10_000_000
"""Values of a distribution that are told apart one by one, at most."""

SEEN = 1e-12
"""The share of values on either side beyond which none is taken."""


class Distinct(Maker):
    """Draw `rows` values of a distribution without repeats.

    All rows are shuffled over as many even shares of the distribution, by a permutation, so that its shape is kept
    however many rows there are. Values that alone hold more than a row's share are taken once, and the rest is spread
    over the others in proportion.
    """

    word: ClassVar[str] = "distinct"
    placed: ClassVar[bool] = True

    drawn: Drawn
    rows: int
    values: Any = None

    @classmethod
    def read(cls, value: Any, path: str) -> Self:
        """Refuse to be read: it is what `unique` makes of a distribution."""
        raise told(path, "`distinct` is no maker", "write `unique: true` beside a distribution")

    @classmethod
    def of_drawn(cls, drawn: Drawn, rows: int, path: str) -> Distinct:
        """Return what draws so many different values. Raises SettingsError where there are fewer, with both numbers."""
        points = points_of(drawn.distribution)
        if points is None:
            return cls(drawn=drawn, rows=rows)
        if len(points) < rows:
            raise told(path, f"{rows:,} rows are to differ, and the distribution has {len(points):,} values",
                       "ask for fewer rows, give it more values, or leave `unique` out", "settings.unique")  # fmt: skip
        return cls(drawn=drawn, rows=rows, values=points[_picked(drawn.distribution.pdf(points), rows)])

    def said(self) -> str:
        """Return what is drawn."""
        return f"{self.drawn.said()}, each value once"

    def column(self, name: str, known: Mapping[str, Column]) -> Column:
        """Return the column of the schema."""
        return self.drawn.column(name, known)

    def make(self, rows: Rows) -> pa.Array:
        """Return the values of some rows."""
        places = order_of(self.rows, rows.random).at(rows.numbers)
        if self.values is not None:
            return self.drawn.typed(self.values[places])
        return self.drawn.typed(self.drawn.values((places + 0.5) / self.rows))


def points_of(distribution: Distribution) -> Floats | None:
    """Return the values that a distribution has, rising; None where they lie as close as numbers do."""
    step = 10.0**-distribution.decimals if isinstance(distribution, Rounded) else 1.0
    if not distribution.discrete:
        return None
    low, high = (float(end) for end in distribution.ppf([SEEN, 1 - SEEN]))
    count = (high - low) / step + 1
    if count > LISTED:
        return None
    points = np.round(low / step + np.arange(round(count))) * step
    points = np.round(points, distribution.decimals) if isinstance(distribution, Rounded) else points
    return points[distribution.pdf(points) > 0]


def _picked(weights: Floats, rows: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return which of some values so many rows have, one each, in proportion to their weights where that can be."""
    if rows == 0:
        return np.empty(0, dtype=np.int64)
    order = np.sort(weights)[::-1]
    # So many of the heaviest are taken for certain that none of the rest weighs more than one row's share of it.
    rest = np.cumsum(order[::-1])[::-1]
    certain = int(np.argmax(order[:rows] * (rows - np.arange(rows)) <= rest[:rows] * (1 + 1e-9)))
    least = order[certain - 1] if certain else np.inf
    shares = np.where(weights >= least, 1.0, 0.0) if certain else np.zeros(len(weights))
    others = shares == 0
    shares[others] = weights[others] / weights[others].sum() * (rows - shares.sum())
    ends = np.floor(np.cumsum(np.minimum(shares, 1.0)) + 0.5).astype(np.int64)
    taken = np.diff(ends, prepend=0) > 0
    short = rows - int(taken.sum())
    if short > 0:
        spare = np.flatnonzero(~taken)
        taken[spare[np.argsort(-weights[spare], kind="stable")[:short]]] = True
    elif short < 0:
        spare = np.flatnonzero(taken)
        taken[spare[np.argsort(weights[spare], kind="stable")[:-short]]] = False
    return np.flatnonzero(taken)
