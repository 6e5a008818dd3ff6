"""What is asked of rows: points are chosen by how likely the decoder makes it there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from likewise.core.conditions import Condition, Given
from likewise.core.table import Table
from likewise.errors import ConditionError
from likewise.modalities.tabular.codec import encode, known_symbols
from likewise.networks.makers import Latents
from likewise.networks.tables import Coded, TableEncoding
from likewise.networks.tables.column import Fine
from likewise.techniques.vae.tabular.drawing import Networks, shares_of
from likewise.techniques.vae.tabular.layout import Floats, Longs, Ranks

Mask = npt.NDArray[np.bool_]

POOL, POOLS = 2048, 12
"""Points drawn at a time at least, and times that more are drawn for rows that meet conditions."""

HOPELESS = 1e-6
"""The share of rows that meet conditions below which there are none to draw."""

BESIDE = 4096
"""Points of which each partial row gets the one that suits it."""

ROWS_AT_ONCE = 1024
"""Partial rows that are compared with the pool together."""

SWEEPS = 6
"""Times that partial rows are taken to their points and back."""

LEAST = 1e-6
"""What every symbol is taken to be likely at least, so that no cell alone decides where a row lies."""


@dataclass(frozen=True, eq=False)
class Wanted:
    """Hold for some columns the share of values that may be drawn: of the symbols of codecs, and of symbols."""

    fine: dict[int, Floats]
    symbols: dict[int, Floats]

    @classmethod
    def by(cls, encoding: TableEncoding, conditions: Mapping[str, Condition]) -> Wanted:
        """Return what conditions allow. Raises ConditionError where one allows nothing that can come."""
        return cls(*encoding.allowed(conditions))

    @classmethod
    def to_fill(cls, encoding: TableEncoding) -> Wanted:
        """Return what may fill gaps: anything that is not missing, where there is anything else."""
        fine: dict[int, Floats] = {}
        symbols: dict[int, Floats] = {}
        for number, own in enumerate(encoding.columns):
            weights = known_symbols(own.codec) * (own.group >= 0)
            if not (weights * own.mass).any():
                continue
            fine[number] = weights
            share = np.bincount(own.group[own.group >= 0], (own.mass * weights)[own.group >= 0], own.cardinality)
            by, table = encoding.decided.get(number, (number, np.arange(own.cardinality)))
            within = symbols.get(by, np.ones(encoding.columns[by].cardinality)) * (share / own.shares)[table]
            if within.any():
                symbols[by] = within
        return cls(fine, symbols)

    def within(self, encoding: TableEncoding, fine: list[Fine], symbols: Longs, rng: np.random.Generator) -> list[Fine]:
        """Return the symbols of codecs, those that may not be drawn replaced by others of the same symbol."""
        found = list(fine)
        for number, weights in self.fine.items():
            own = encoding.columns[number]
            by, table = encoding.decided.get(number, (number, np.arange(own.cardinality)))
            coarse = table[symbols[:, by]]
            usable = own.mass * weights * (own.group >= 0)
            chance = rng.random(len(coarse))
            for symbol in np.unique(coarse[weights[fine[number]] <= 0]).tolist():
                among = np.flatnonzero((own.group == symbol) & (usable > 0))
                rows = np.flatnonzero((coarse == symbol) & (weights[fine[number]] <= 0))
                if len(among):
                    totals = np.cumsum(usable[among])
                    picked = np.searchsorted(totals, chance[rows] * totals[-1], side="right")
                    found[number] = found[number].copy()
                    found[number][rows] = among[np.minimum(picked, len(among) - 1)]
        return found


def meeting(networks: Networks, wanted: Wanted, n: int, rng: np.random.Generator, given: Given) -> Latents:
    """Return `n` points where rows that are wanted lie, as often as such rows lie there.

    Points are drawn from a pool by how likely rows there are wanted ones (sampling importance resampling; Rubin, 1988).
    The pool grows until it has enough of them; where it never has, rows share points and differ by chance alone. Raises
    ConditionError where hardly any row is wanted.
    """
    pools: list[Latents] = []
    chances: list[Floats] = []
    for _ in range(POOLS):
        pools.append(networks.points(max(n, POOL), rng))
        chances.append(_chances(networks, pools[-1], wanted))
        chance = np.concatenate(chances)
        if chance.sum() ** 2 > n * (chance**2).sum():
            break
    if chance.mean() < HOPELESS:
        raise ConditionError("given.unlikely", f"hardly any row drawn meets {given}", hint="loosen the conditions")
    totals = np.cumsum(chance)
    spread = (rng.permutation(n) + rng.random(n)) / n
    picked = np.searchsorted(totals, spread * totals[-1], side="right")
    chosen: Latents = np.concatenate(pools)[np.minimum(picked, len(totals) - 1)]
    return chosen


def _chances(networks: Networks, points: Latents, wanted: Wanted) -> Floats:
    """Return for each point how likely a row there is one that is wanted."""
    chance = np.ones(len(points))
    for part, logits, _, _ in networks.said(points):
        for column, weights in wanted.symbols.items():
            chance[part] *= shares_of(logits[:, networks.layout.slices[column]]) @ weights
    return chance


def completed(
    encoding: TableEncoding, networks: Networks, rows: Table, wanted: Wanted, rng: np.random.Generator
) -> tuple[Longs, Floats]:
    """Return symbols and places of partial rows: known ones as they are, the others drawn beside them.

    Each row begins at the point of a pool that suits what is known of it. Its cells are drawn there, and with what is
    known in their place they lead to another point, some times over (pseudo-Gibbs sampling; Rezende, Mohamed and
    Wierstra, 2014, ICML).
    """
    known, symbols, places = _known(encoding, rows, rng)
    points = _suiting(encoding, networks, known, symbols, rng)
    allowed = _beside_decided(encoding, known, symbols, wanted)
    fixed = known.copy()
    fixed[:, list(encoding.decided)] = True  # looked up, not drawn
    held = np.where(fixed, symbols, 0)
    held[:, list(encoding.decided)] = 0
    for sweep in range(SWEEPS):
        drawn, within = networks.draw(points, rng, allowed)
        own, ranks = np.where(fixed, held, drawn), np.where(known, places, within)
        if sweep == SWEEPS - 1 or fixed.all():
            break
        mean, spread = networks.encode(*networks.layout.coded(Coded(own, ranks.astype(np.float32))))
        points = mean + np.exp(0.5 * spread) * rng.standard_normal(mean.shape, dtype=np.float32)
    return own, ranks


def _known(encoding: TableEncoding, rows: Table, rng: np.random.Generator) -> tuple[Mask, Longs, Floats]:
    """Return which cells are known, their symbols (of decided columns too) and places: all rows x columns."""
    shape = rows.rows, len(encoding.columns)
    known, symbols, places = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=np.int64), np.full(shape, 0.5)
    for number, own in enumerate(encoding.columns):
        if own.column.name not in rows.names:
            continue
        known[:, number] = ~rows.missing(own.column.name)
        if len(there := np.flatnonzero(known[:, number])):
            fine = encode(own.codec, rows.take(there), own.column.name)
            symbols[there, number], places[there, number] = own.encode(fine, rng)
    return known, symbols, places


def _suiting(
    encoding: TableEncoding, networks: Networks, known: Mask, symbols: Longs, rng: np.random.Generator
) -> Latents:
    """Return for each row a point, drawn from a pool by how likely what is known of the row is there."""
    from scipy.sparse import csr_matrix

    points = networks.points(BESIDE, rng)
    told, starts = _told(encoding, networks, points)
    found = np.empty((len(known), points.shape[1]), dtype=np.float32)
    for first in range(0, len(known), ROWS_AT_ONCE):
        part = slice(first, first + ROWS_AT_ONCE)
        row, column = np.nonzero(known[part])
        cells = starts[column] + symbols[part][row, column]
        shape = len(known[part]), told.shape[1]
        asked = csr_matrix((np.ones(len(row), dtype=np.float32), (row, cells)), shape=shape)
        scores = asked @ told.T
        noise = -np.log(rng.standard_exponential(scores.shape, dtype=np.float32) + 1e-20)
        found[part] = points[(scores + noise).argmax(axis=1)]
    return found


def _told(encoding: TableEncoding, networks: Networks, points: Latents) -> tuple[Ranks, Longs]:
    """Return the log shares of all columns' symbols at points (points x symbols), and where each column begins there.

    Columns that others decide are among them, by the shares of those.
    """
    sizes = [own.cardinality for own in encoding.columns]
    starts = np.cumsum([0, *sizes])
    told = np.zeros((len(points), starts[-1]), dtype=np.float32)
    for part, logits, _, _ in networks.said(points):
        for number, size in enumerate(sizes):
            by, table = encoding.decided.get(number, (number, np.arange(size)))
            shares = shares_of(logits[:, networks.layout.slices[by]])
            own = shares if by == number else shares @ np.eye(size)[table]
            told[part, starts[number] : starts[number + 1]] = np.log(np.maximum(own, LEAST))
    return told, starts[:-1]


def _beside_decided(encoding: TableEncoding, known: Mask, symbols: Longs, wanted: Wanted) -> dict[int, Floats]:
    """Return what may be drawn, row by row where a column is known that the column decides."""
    allowed = dict(wanted.symbols)
    for number, (by, table) in encoding.decided.items():
        rows = np.flatnonzero(known[:, number])
        if len(rows):
            own = np.broadcast_to(allowed.get(by, np.ones(len(table))), (len(known), len(table))).copy()
            own[rows] *= table == symbols[rows, number][:, None]
            allowed[by] = own
    return allowed
