"""Single rows with replacement: iid, stratified, weighted, m-out-of-n and Bayesian."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from likewise.core.conditions import Given
from likewise.core.draw import MOST_TRIES, POOL
from likewise.core.schema import WORDS
from likewise.core.table import Table, concat
from likewise.errors import ConditionError, FitError
from likewise.modalities.sequence.entities import groups_of
from likewise.modalities.sequence.ordering import named_column
from likewise.techniques.bootstrap.drawing import (
    Arrays,
    Drawing,
    Floats,
    no_partial_rows,
    none_meets,
    split,
)
from likewise.techniques.bootstrap.runs import Indices, draw
from likewise.techniques.bootstrap.settings import Settings


class Rows(Drawing):
    """Draw each row by itself; a method that changes what it draws says which columns it changes."""

    @property
    def changed(self) -> tuple[str, ...]:
        """The columns whose values are not always those of the row that was drawn."""
        return ()

    def change(self, rows: Table, picked: Indices, rng: np.random.Generator) -> Table:
        """Return the picked rows as they are drawn."""
        return rows

    def pick(self, n: int, rng: np.random.Generator, candidates: Indices) -> Indices:
        """Return `n` of the candidates."""
        return np.asarray(candidates[draw(rng, len(candidates), n)])

    def draw(self, n: int, rng: np.random.Generator, given: Given | None) -> Table:
        """Draw among the rows that meet the conditions; drop and draw again those that a change leads out of them."""
        no_partial_rows(given)
        kept, moved = split(given, self.changed)
        candidates = np.arange(self.rows.rows) if kept is None else np.flatnonzero(kept.matches(self.rows))
        if not len(candidates):
            raise none_meets(given)
        if moved is None:
            return self._drawn(n, rng, candidates)
        found: list[Table] = []
        have, pool = 0, max(n, POOL)
        for tries in range(1, MOST_TRIES + 1):
            drawn = self._drawn(pool, rng, candidates)
            found.append(drawn.take(moved.matches(drawn)))
            have += found[-1].rows
            if have >= n:
                return concat(found).slice(0, n)
            if (have + 1) * MOST_TRIES < n * tries:
                break
        raise none_meets(given, f"only {have:,} of {tries * pool:,} rows drawn meet", "given.unlikely")

    def _drawn(self, n: int, rng: np.random.Generator, candidates: Indices) -> Table:
        picked = self.pick(n, rng, candidates)
        return self.change(self.rows.take(picked), picked, rng)


class Stratified(Rows):
    """Draw within strata, each of which keeps its share to the row where that is a whole number."""

    @classmethod
    def learn(cls, settings: Settings, table: Table, *, seed: int) -> tuple[Table, Arrays, tuple[str, ...]]:
        """Number the strata."""
        assert settings.strata is not None
        column = named_column(table, settings.strata, "strata")
        if not (column.is_number or column.is_levels or column.kind in WORDS):
            raise FitError("fit.strata", f"`{column.name}` ({column.kind}) parts no rows", where=column.name,
                           hint="name a column of levels")  # fmt: skip
        parts = groups_of(table.column(settings.strata))
        if len(parts) == table.rows > 1:
            raise FitError("fit.strata", f"every row has a value of `{settings.strata}` of its own",
                           where=settings.strata, hint="name a column with fewer different values")  # fmt: skip
        stratum = np.empty(table.rows, dtype=np.int64)
        for number, part in enumerate(parts):
            stratum[part] = number
        return table, {"stratum": stratum}, (f"{len(parts):,} strata keep their shares in every 65,536 rows",)

    def pick(self, n: int, rng: np.random.Generator, candidates: Indices) -> Indices:
        """Give every stratum its share of n, rounded up or down so that it is right on average, in a random order."""
        strata = self.arrays["stratum"][candidates]
        order = np.argsort(strata, kind="stable")
        _, sizes = np.unique(strata, return_counts=True)
        ends = np.cumsum(sizes)
        total = int(ends[-1])
        counts = np.diff((ends * n + int(rng.integers(total))) // total, prepend=0)
        within = np.concatenate([draw(rng, int(size), int(count)) for size, count in zip(sizes, counts)])
        return np.asarray(candidates[order[np.repeat(ends - sizes, counts) + within]][rng.permutation(n)])


class Weighted(Rows):
    """Draw rows in proportion to a column of weights."""

    @classmethod
    def learn(cls, settings: Settings, table: Table, *, seed: int) -> tuple[Table, Arrays, tuple[str, ...]]:
        """Check the weights."""
        name = settings.weights
        assert name is not None
        column = named_column(table, name, "weights")
        if not (column.kind in ("integer", "decimal", "float") or column.is_levels):
            raise FitError("fit.weights", f"`{name}` ({column.kind}) holds no numbers", where=name,
                           hint="name a column of numbers of at least 0")  # fmt: skip
        weights = _weights(table, name)
        if not np.isfinite(weights).all() or (weights < 0).any() or not weights.max() > 0:
            raise FitError("fit.weights", f"some weights of `{name}` are missing or negative, or all of them are 0",
                           where=name, hint="give every row a weight of at least 0, one of them above")  # fmt: skip
        return table, {"weight": weights / weights.max()}, (f"rows are drawn by `{name}`: do not weigh them again",)

    def pick(self, n: int, rng: np.random.Generator, candidates: Indices) -> Indices:
        """Draw in proportion to the weights."""
        weights = self.arrays["weight"][candidates]
        if not weights.any():
            raise ConditionError("given.unseen", "no row that meets the conditions has a weight above 0",
                                 hint="loosen the conditions")  # fmt: skip
        return candidates[by_weight(weights, n, rng)]


class Bayesian(Rows):
    """Draw with weights that are themselves drawn, flat over all that sum to 1 (Rubin, 1981), once for 65,536 rows."""

    def pick(self, n: int, rng: np.random.Generator, candidates: Indices) -> Indices:
        """Draw weights, then rows."""
        return candidates[by_weight(rng.standard_exponential(len(candidates)), n, rng)]


class Subsamples(Rows):
    """Draw without replacement in lots of m rows, each lot anew (Politis and Romano, 1994)."""

    @classmethod
    def learn(cls, settings: Settings, table: Table, *, seed: int) -> tuple[Table, Arrays, tuple[str, ...]]:
        """Check m."""
        assert settings.m is not None
        if settings.m > table.rows:
            raise FitError("fit.m", f"m is {settings.m:,}, more than the {table.rows:,} rows there are",
                           hint="name fewer rows")  # fmt: skip
        return table, {}, (f"no row comes twice within a lot of {settings.m:,} rows",)

    def pick(self, n: int, rng: np.random.Generator, candidates: Indices) -> Indices:
        """Draw lot after lot."""
        assert self.settings.m is not None
        size = min(self.settings.m, len(candidates))
        lots = [rng.choice(len(candidates), size, replace=False) for _ in range(-(-n // size))]
        return candidates[np.concatenate([*lots, np.empty(0, np.int64)])[:n].astype(np.int64)]


def by_weight(weights: Floats, n: int, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """Return `n` places in proportion to their weights, of which one at least is above 0."""
    ends = np.cumsum(weights)
    places: npt.NDArray[np.int64] = np.searchsorted(ends, rng.random(n) * ends[-1], side="right")
    return np.minimum(places, int(np.flatnonzero(weights)[-1]))


def _weights(table: Table, name: str) -> Floats:
    """Return the numbers of a column; a column of one or few values may have been taken for levels."""
    column = table.schema[name]
    if not column.is_levels:
        return table.numbers(name)
    levels = ("0", "1") if column.kind == "boolean" else column.levels or ()
    try:
        numbers = np.array([*map(float, levels), np.nan])
    except ValueError:
        raise FitError("fit.weights", f"`{name}` ({column.kind}) holds no numbers", where=name,
                       hint="name a column of numbers of at least 0") from None  # fmt: skip
    return numbers[table.codes(name)]
