"""Bins of a column: few enough for pairs to be counted over their noise, each drawn from by what is known within it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from likewise.privacy.pieces import Pieces, cut

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SCARCE = 1e-9
"""Rows that a cell has at least: where all others are ruled out it can be drawn, else it never is."""


@dataclass(frozen=True, eq=False)
class Bins:
    """Hold the pieces of a column in the order of its cells, and the bin (0, 1, ...) that each of them is in."""

    pieces: Pieces
    of_piece: Ints

    @property
    def count(self) -> int:
        """How many bins there are."""
        return int(self.of_piece.max()) + 1

    @property
    def masses(self) -> Floats:
        """How many rows each bin seems to have."""
        return _sums(self.of_piece, self.pieces.masses, self.count)

    @cached_property
    def weights(self) -> Floats:
        """The weights by which a piece of a bin is drawn: its rows, and next to nothing for cells that seem empty."""
        return self.pieces.masses + SCARCE * (self.pieces.stops - self.pieces.starts)

    def of(self, cells: npt.NDArray[np.integer]) -> Ints:
        """Return the bins that cells are in."""
        return self.of_piece[np.searchsorted(self.pieces.stops, cells, side="right")]

    def within(self, allowed: npt.NDArray[np.bool_]) -> tuple[Bins, Floats]:
        """Return the bins with the allowed cells only, and what part of each bin's rows they have."""
        edges = np.flatnonzero(np.diff(allowed.astype(np.int8), prepend=0, append=0))
        cuts = np.unique(np.concatenate([self.pieces.starts, self.pieces.stops, edges]))
        starts, stops = cuts[:-1], cuts[1:]
        index = np.searchsorted(self.pieces.stops, starts, side="right")
        share = (stops - starts) / (self.pieces.stops - self.pieces.starts)[index]
        kept = allowed[starts]
        weights = _sums(self.of_piece, self.weights, self.count)
        parts = _sums(self.of_piece[index], self.weights[index] * share * kept, self.count)
        pieces = Pieces(starts[kept], stops[kept], (self.pieces.masses[index] * share)[kept])
        return Bins(pieces, self.of_piece[index][kept]), parts / weights

    def cells(self, bins: npt.NDArray[np.integer], rng: np.random.Generator) -> Ints:
        """Return a cell for each bin, as often as the pieces within the bin have rows.

        Rows of a bin get evenly spread quantiles in random order, which errs less than as many that know nothing of
        one another.
        """
        order = np.argsort(self.of_piece, kind="stable")
        ends = np.cumsum(self.weights[order])
        last = np.searchsorted(self.of_piece[order], np.arange(int(bins.max(initial=0)) + 1), side="right") - 1
        above = ends[last]
        first = np.searchsorted(self.of_piece[order], np.arange(len(last)), side="left")
        below = np.where(first > 0, ends[first - 1], 0.0)
        at = below[bins] + spread(bins, len(last), rng) * (above - below)[bins]
        piece = order[np.clip(np.searchsorted(ends, at, side="right"), first[bins], last[bins])]
        width = self.pieces.stops[piece] - self.pieces.starts[piece]
        beyond = np.minimum((rng.random(len(bins)) * width).astype(np.int64), width - 1)
        return np.asarray(self.pieces.starts[piece] + beyond, dtype=np.int64)


def _sums(bins: Ints, weights: Floats, count: int) -> Floats:
    """Return the sum of the weights in each bin."""
    return np.bincount(bins, weights=weights, minlength=count).astype(np.float64)


def spread(bins: npt.NDArray[np.integer], count: int, rng: np.random.Generator) -> Floats:
    """Return a number in [0, 1) for each row: those of one bin lie evenly, in random order."""
    shuffled = rng.permutation(len(bins))
    order = shuffled[np.argsort(bins[shuffled], kind="stable")]
    sizes = np.bincount(bins, minlength=count)
    rank = np.arange(len(bins)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    found = np.empty(len(bins))
    found[order] = (rank + rng.random(len(bins))) / np.repeat(sizes, sizes)
    return found


def binned(pieces: Pieces, *, ordered: bool, missing: bool, most: int, least: float) -> Bins:
    """Return bins of at least about `least` rows and about equal ones, at most about `most` of them.

    A missing cell is a bin of its own. So is a cell that has as many rows as a bin should; ranges are cut and joined.
    """
    inner = len(pieces.masses) - missing
    if ordered:
        parts, bins = _ranged(_first(pieces, inner), most=most, least=least)
    else:
        parts, bins = _first(pieces, inner), _common(pieces.masses[:inner], most=most, least=least)
    if not missing:
        return Bins(parts, bins)
    whole = Pieces(
        np.append(parts.starts, pieces.starts[-1]),
        np.append(parts.stops, pieces.stops[-1]),
        np.append(parts.masses, pieces.masses[-1]),
    )
    return Bins(whole, np.append(bins, bins.max(initial=-1) + 1))


def told_apart(bins: Bins, kinds: Ints) -> Bins:
    """Return bins each of which holds cells of one kind only: others are parted."""
    cuts = np.unique(np.concatenate([bins.pieces.starts, bins.pieces.stops, np.flatnonzero(np.diff(kinds)) + 1]))
    starts, stops = cuts[:-1], cuts[1:]
    index = np.searchsorted(bins.pieces.stops, starts, side="right")
    share = (stops - starts) / (bins.pieces.stops - bins.pieces.starts)[index]
    both = bins.of_piece[index] * (int(kinds.max()) + 1) + kinds[starts]
    pieces = Pieces(starts, stops, bins.pieces.masses[index] * share)
    return Bins(pieces, np.unique(both, return_inverse=True)[1].reshape(-1))


def _first(pieces: Pieces, count: int) -> Pieces:
    return Pieces(pieces.starts[:count], pieces.stops[:count], pieces.masses[:count])


def _common(masses: Floats, *, most: int, least: float) -> Ints:
    """Return a bin for each level with enough rows, the commonest first, and one for all others together."""
    order = np.argsort(-masses, kind="stable")
    enough = int(min((masses >= least).sum(), most))
    if enough < len(masses):
        enough = max(min(enough, most - 1), 0)
        if len(masses) - enough == 1:
            enough += 1
    bins = np.full(len(masses), enough)
    bins[order[:enough]] = np.arange(enough)
    return bins


def _ranged(pieces: Pieces, *, most: int, least: float) -> tuple[Pieces, Ints]:
    total = pieces.total
    alone = np.zeros(len(pieces.masses), dtype=bool)
    while True:  # spikes set the others free to be cut finer, which may make spikes of more cells
        rest = total - pieces.masses[alone].sum()
        aim = max(rest / max(most - alone.sum(), 1), least)
        more = (pieces.masses >= aim) & (pieces.stops - pieces.starts == 1) & ~alone
        if not more.any() or alone.sum() + more.sum() >= most:
            break
        alone |= more
    parts = cut(pieces, aim)
    spikes = np.isin(parts.starts, pieces.starts[alone]) & (parts.stops - parts.starts == 1)
    bins, at, have = np.zeros(len(parts.masses), dtype=np.int64), 0, 0.0
    inside = np.flatnonzero(~spikes)
    for place in inside.tolist():
        if have > 0 and have + parts.masses[place] / 2 > aim:
            at, have = at + 1, 0.0
        bins[place] = at
        have += parts.masses[place]
    if at and have < max(aim / 2, least / 2):  # what is left over is no bin of its own
        bins[inside[bins[inside] == at]] = at - 1
        at -= 1
    bins[spikes] = np.arange(spikes.sum()) + (at + 1 if len(inside) else 0)
    return parts, bins
