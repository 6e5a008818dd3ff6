"""Codecs that follow new data: levels and values that they did not know, without a change to what they did know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from likewise.core.schema import Column
from likewise.core.table import Table
from likewise.modalities.tabular.codec import Codec
from likewise.modalities.tabular.levels import LevelsCodec, coded, fit_levels_codec
from likewise.modalities.tabular.numbers import NumberCodec, fit_number_codec, grid_step

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]

MOST = 512
"""Intervals that the new rows of a number would be cut into, as in `fit_number_codec`."""

CROWDED = 4
"""An interval is cut further when so many times the rows that it is meant for fall into it."""


@dataclass(frozen=True, eq=False)
class Followed:
    """Hold the codec that follows, and what its symbols were in the one before it.

    `like[s]` is the old symbol that rows of the new symbol `s` had, or would have had; `share[s]` is how many of the
    rows of that old symbol are rows of `s` now. Shares of one old symbol sum to 1; a symbol that is new altogether has
    none. Both end with the missing symbol.
    """

    codec: Codec
    like: Ints
    share: Floats

    @property
    def changed(self) -> bool:
        """Whether any symbol is another one than before."""
        return len(self.like) > int(self.like.max()) + 1

    def moved(self, symbols: Ints, rng: np.random.Generator) -> Ints:
        """Return the new symbol of each row's old one, drawn by the shares where it was cut."""
        if not self.changed:
            return symbols
        order = np.argsort(self.like, kind="stable")
        ends = np.cumsum(self.share[order])
        places = np.searchsorted(ends, symbols + rng.random(len(symbols)) * (1 - 1e-9), side="right")
        return order[np.minimum(places, len(order) - 1)].astype(np.int32)

    def renamed(self, symbols: Ints) -> Ints:
        """Return for each old symbol the new one that took over most of its rows."""
        order = np.lexsort((self.share, self.like))
        last = np.searchsorted(self.like[order], symbols, side="right") - 1
        return order[last].astype(np.int32)


@dataclass(frozen=True, eq=False)
class _Piece:
    """Hold neighbouring symbols of a number, all of them cut from one old symbol or put beside it."""

    low: Floats
    high: Floats
    edges: Floats
    atoms: Floats
    like: int
    share: Floats


def follow(codec: Codec, table: Table, column: Column, *, k: int, rng: np.random.Generator) -> Followed:
    """Return the codec that also knows the levels and values that at least `k` rows of a table bring."""
    if isinstance(codec, NumberCodec):
        return follow_numbers(codec, table.numbers(column.name), column, k=k)
    if column.kind == "empty":
        return unchanged(codec)
    return follow_levels(codec, table, column, k=k, rng=rng)


def follow_levels(codec: LevelsCodec, table: Table, column: Column, *, k: int, rng: np.random.Generator) -> Followed:
    """Append the levels that `k` rows or more hold; rarer ones get stand-ins as in a first fit."""
    codes, names = coded(table, column.name)
    counts = np.bincount(codes[codes >= 0], minlength=len(names)).tolist()
    known, seen = {*codec.levels}, {name for name, count in zip(names, counts, strict=True) if count}
    added = tuple(name for name, count in zip(names, counts, strict=True) if count >= k and name not in known)
    fresh = fit_levels_codec(table, column, k=k, rng=rng)
    made = codec.made + fresh.made if column.is_pseudonymous else codec.made or fresh.made
    if not column.is_pseudonymous:  # what was invented has come true
        made = tuple(level for level in made if level not in seen)
    made = tuple(level for level in dict.fromkeys(made) if level not in known and level not in added)
    grown = LevelsCodec(codec.levels + added, made, codec.template or fresh.template)
    rare = len(codec.levels)
    like = [*range(rare), *[rare] * len(added), rare, rare + 1]
    share = [*[1.0] * rare, *[0.0] * len(added), 1.0, 1.0]
    return Followed(grown, np.array(like, dtype=np.int32), np.array(share))


def follow_numbers(codec: NumberCodec, values: Floats, column: Column, *, k: int) -> Followed:
    """Put symbols beside old ones for values outside them, and cut intervals that have become crowded.

    Values outside all intervals and atoms, beyond the bounds or between, are followed when `k` rows or more come to lie
    beside one symbol. Old rows of an interval that is cut belong to its pieces by their width, as they were drawn
    evenly inside it.
    """
    known = np.sort(values[~np.isnan(values)])
    if not len(known):
        return unchanged(codec)
    if not codec.symbols:  # nothing but missing values before
        fresh = fit_number_codec(values, column, k=k, most=MOST).without_ways()  # no step draws them
        return Followed(fresh, np.zeros(fresh.symbols + 1, np.int32), np.append(np.zeros(fresh.symbols), 1.0))
    pieces: list[_Piece] = []
    parts = np.split(known, np.searchsorted(known, codec.edges[:-1], side="right"))
    for symbol, own in enumerate(parts):
        pieces += _pieces(codec, symbol, own, len(known), column, k)
    return _joined(pieces, replace(codec, step=_common_step(codec, known, column)))


def unchanged(codec: Codec) -> Followed:
    """Return a codec that nothing new came to."""
    return Followed(codec, np.arange(codec.symbols + 1, dtype=np.int32), np.ones(codec.symbols + 1))


def _pieces(codec: NumberCodec, symbol: int, own: Floats, rows: int, column: Column, k: int) -> list[_Piece]:
    """Return what one symbol becomes: itself or its pieces, between symbols for values under and over it."""
    low, high = float(codec.low[symbol]), float(codec.high[symbol])
    slack = 1e-9 * max(abs(low), abs(high)) + 1e-3 * codec.step
    under, over = own[own < low - slack], own[own > high + slack]
    inside = own[(own >= low - slack) & (own <= high + slack)]
    place = slice(symbol, symbol + 1)
    atoms = _atoms(codec)[place]
    piece = _Piece(codec.low[place], codec.high[place], codec.edges[place], atoms, symbol, np.ones(1))
    if low < high and len(inside) >= CROWDED * max(k, rows // MOST):
        piece = _refined(piece, _fitted(inside, rows, column, k), codec.step)
    pieces = [piece]
    if len(under) >= k:
        pieces.insert(0, _beside(_fitted(under, rows, column, k), symbol, (under[-1] + low) / 2))
    if len(over) >= k:
        edges = np.append(piece.edges[:-1], (high + over[0]) / 2)
        pieces[-1] = replace(piece, edges=edges)
        pieces.append(_beside(_fitted(over, rows, column, k), symbol, float(codec.edges[symbol])))
    return pieces


def _fitted(own: Floats, rows: int, column: Column, k: int) -> NumberCodec:
    """Return symbols for some of the rows, as many as would be theirs if all were cut anew."""
    return fit_number_codec(own, column, k=k, most=max(1, MOST * len(own) // rows))


def _beside(fresh: NumberCodec, like: int, edge: float) -> _Piece:
    edges = np.append(fresh.edges[:-1], edge)
    return _Piece(fresh.low, fresh.high, edges, _atoms(fresh), like, np.zeros(fresh.symbols))


def _atoms(codec: NumberCodec) -> Floats:
    return np.full(codec.symbols, np.nan) if codec.atoms is None else codec.atoms


def _refined(piece: _Piece, fresh: NumberCodec, step: float) -> _Piece:
    """Return an interval cut as the values in it ask for; it still reaches from its old low to its old high."""
    low, high, edges = fresh.low.copy(), fresh.high.copy(), np.append(fresh.edges[:-1], piece.edges)
    first, last = float(piece.low[0]), float(piece.high[0])
    if low[0] < high[0]:
        low[0] = first
    if low[-1] < high[-1]:
        high[-1] = last
    cuts = np.concatenate([[first - step], np.clip(fresh.edges[:-1], first - step, last), [last]])
    return _Piece(low, high, edges, _atoms(fresh), piece.like, np.diff(cuts) / (last - first + step))


def _common_step(codec: NumberCodec, known: Floats, column: Column) -> float:
    """Return the grid that old and new values lie on."""
    if not codec.step:
        return 0.0
    return grid_step(np.concatenate([known, codec.low, codec.high, codec.low[:1] + codec.step]), column)


def _joined(pieces: Sequence[_Piece], codec: NumberCodec) -> Followed:
    low, high, edges, share = (
        np.concatenate([getattr(piece, name) for piece in pieces]) for name in ("low", "high", "edges", "share")
    )
    like = np.repeat([piece.like for piece in pieces], [len(piece.low) for piece in pieces])
    atoms = np.concatenate([piece.atoms for piece in pieces])
    if codec.atoms is None:  # no step draws which values are atoms
        low, high = np.where(np.isnan(atoms), low, atoms), np.where(np.isnan(atoms), high, atoms)
    followed = replace(codec, low=low, high=high, edges=edges, atoms=None if codec.atoms is None else atoms)
    return Followed(followed, np.append(like, codec.symbols).astype(np.int32), np.append(share, 1.0))
