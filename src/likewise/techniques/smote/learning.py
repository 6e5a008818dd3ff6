"""From strata to pools: distinct rows, the bases of a variant, and only the rows that drawing needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from likewise.techniques.smote.bases import BASES, Scene, in_clusters
from likewise.techniques.smote.cells import Cells, distinct
from likewise.techniques.smote.geometry import Geometry
from likewise.techniques.smote.pools import Floats, Ints, Pool, dealt
from likewise.techniques.smote.search import Points, squared
from likewise.techniques.smote.strata import Strata

FAR_AND_NEAR = 500
"""Rows of a stretch to which the distances of each are taken, to know what is far."""


@dataclass(frozen=True, eq=False)
class Pooled:
    """Hold pools, how many rows of each are drawn beside the others and how many it lacks, and notes for the card."""

    pools: tuple[Pool, ...]
    shares: Floats
    lacks: Ints
    notes: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Learner:
    """Hold what pools are made from: strata of cells, and the variant with its numbers of neighbours."""

    strata: Strata
    cells: Cells
    geometry: Geometry
    variant: str
    k: int
    m: int
    clusters: int | None
    rng: np.random.Generator

    @cached_property
    def points(self) -> Points:
        """Where all rows lie."""
        return self.geometry.place(self.cells)

    @cached_property
    def scene(self) -> Scene:
        """All rows and their classes, to be looked around in."""
        assert self.strata.of is not None
        return Scene(self.points, self.strata.of, self.k, self.m, self.rng)

    def pooled(self) -> Pooled:
        """Return the pools of all strata that are drawn."""
        found: list[tuple[Pool, float, int]] = []
        notes: list[str] = []
        for group in self.strata.drawn:
            rows = self.strata.rows[group]
            first, held = distinct(self.cells.take(rows))
            pool = Pool.of(group, rows[first], held)
            parts, note = self._based(pool)
            lacks = dealt(int(self.strata.lacks[group]), [share for _, share in parts]).tolist()
            shares = lacks if self.strata.lacks.any() else [self.strata.shares[group] * share for _, share in parts]
            found += list(zip([part for part, _ in parts], shares, lacks, strict=True))
            notes += self._notes(group, pool, note)
        pools, own, lack = zip(*found, strict=True)
        return Pooled(pools, np.array(own, dtype=np.float64), np.array(lack, dtype=np.int64), tuple(notes))

    def _based(self, pool: Pool) -> tuple[list[tuple[Pool, float]], str | None]:
        """Return the pool as the variant wants it, or its clusters, with their shares, and a note."""
        rarest = self.strata.of is not None and (pool.group != self.strata.largest or len(self.strata.drawn) == 1)
        if len(pool) < 2 or self.variant in ("smote", "smoter", "mlsmote") or not (rarest or self.variant == "smogn"):
            return [(pool, 1.0)], None  # the largest class has no border of its own: variants are for rarer ones
        if self.variant == "kmeans":
            return in_clusters(pool, self.scene, self.clusters)
        if self.variant == "smogn":
            return [(replace(pool, marks=self._far(pool)), 1.0)], None
        based, note = BASES[self.variant](pool, self.scene)
        return [(based, 1.0)], note

    def _far(self, pool: Pool) -> Floats:
        """Return for each row of a pool half of its median distance to the others, of which some are looked at."""
        own = self.points.take(pool.rows)
        some = np.unique(np.linspace(0, len(pool) - 1, FAR_AND_NEAR).astype(np.int64))
        gaps = np.empty(len(pool))
        for start in range(0, len(pool), 1024):
            part = np.arange(start, min(start + 1024, len(pool)))
            one, other = np.repeat(part, len(some)), np.tile(some, len(part))
            far = np.sqrt(squared(own.take(one), own.take(other))).reshape(len(part), len(some))
            far[part[:, None] == some] = np.nan
            gaps[part] = np.nanmedian(far, axis=1)
        return gaps / 2

    def _notes(self, group: int, pool: Pool, note: str | None) -> list[str]:
        name = f"`{self.strata.names[group]}`"
        said = [] if note is None else [f"{name}: {note}, so that {self.variant} is plain SMOTE there"
                                        if "cluster" not in note else f"{name}: {note}"]  # fmt: skip
        if len(pool) <= self.k and len(pool) > 1:
            said.append(f"{name} has {len(pool)} different rows: {len(pool) - 1} neighbours instead of {self.k}")
        if len(pool) == 1:
            said.append(f"{name} holds one row, if repeated: every row drawn of it is that row")
        return said


def needed(pools: Sequence[Pool], cells: Cells) -> tuple[tuple[Pool, ...], Cells]:
    """Return the rows that pools hold, and the pools as they stand among them."""
    kept = np.unique(np.concatenate([np.concatenate([pool.rows, pool.beside.ravel()]) for pool in pools]))
    moved = [
        replace(pool, rows=np.searchsorted(kept, pool.rows), beside=np.searchsorted(kept, pool.beside))
        for pool in pools
    ]
    return tuple(moved), cells.take(kept)
