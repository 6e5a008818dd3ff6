"""From the rows of a table to marginals and what is seen of their latents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from likewise.core.schema import Column
from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.modalities.tabular.codec import Codec, encode, fit_codec
from likewise.modalities.tabular.levels import LevelsCodec
from likewise.modalities.tabular.numbers import NumberCodec
from likewise.techniques.sampling.marginals import Levels, Line, Node
from likewise.techniques.sampling.matching import Binned, matched
from likewise.techniques.sampling.ordering import features_of, in_given_order, one_order, tree
from likewise.techniques.sampling.quantiles import Quantiles, smoothed

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]
Layout = Literal["split", "whole"]
Nodes = tuple[tuple[Node, ...] | None, ...]

NEARLY_ONE = 0.95
"""Correlation from which on a category's order is that of another column, and splits would only blur it."""

MOST_LATENTS = 400
"""Latents from which on no category is split any further."""


@dataclass(frozen=True, eq=False)
class Seen:
    """Hold the symbols of every column (columns of rows), their codecs, and how many rows have each symbol.

    `counts` end with the missing symbol, and count no row of a value that is not to be drawn.
    """

    columns: tuple[Column, ...]
    codecs: tuple[Codec, ...]
    symbols: tuple[Ints, ...]
    counts: tuple[Floats, ...]

    @classmethod
    def of(cls, table: Table, *, k: int, seed: int) -> Seen:
        """Return what is seen of a table, in which a value is known that `k` rows or more share."""
        columns = table.schema.columns
        codecs = [fit_codec(table, c, k=k, rng=generator(seed, "codec", c.name)) for c in columns]
        symbols = [encode(codec, table, c.name) for codec, c in zip(codecs, columns, strict=True)]
        counts = [_counts(codec, own) for codec, own in zip(codecs, symbols, strict=True)]
        return cls(tuple(columns), tuple(codecs), tuple(symbols), tuple(counts))

    def take(self, rows: npt.NDArray[np.int64]) -> Seen:
        """Return what is seen of some rows; counts stay those of all."""
        return Seen(self.columns, self.codecs, tuple(own[rows] for own in self.symbols), self.counts)

    @property
    def rows(self) -> int:
        """The number of rows."""
        return len(self.symbols[0]) if self.symbols else 0

    def orders(self, layout: Layout, rng: np.random.Generator) -> Nodes:
        """Return the nodes of every category, None for numbers: one order each, or a tree where none suffices."""
        numbers = [isinstance(codec, NumberCodec) for codec in self.codecs]
        scores = [self._scores(place) if number else None for place, number in enumerate(numbers)]
        features = features_of(self.symbols, scores, rng)
        profiles: dict[int, Floats] = {}
        nodes: list[tuple[Node, ...] | None] = [None] * len(numbers)
        for place in np.flatnonzero(~np.array(numbers, dtype=bool)).tolist():
            counts = self.counts[place]
            if self.columns[place].ordered:
                nodes[place] = in_given_order(counts)
                continue
            profiles[place] = features.profiles(place, self.symbols[place], len(counts))
            nodes[place] = one_order(profiles[place], counts)
        if layout == "split":
            self._split(nodes, profiles, rng)
        return tuple(nodes)

    def _split(
        self, nodes: list[tuple[Node, ...] | None], profiles: dict[int, Floats], rng: np.random.Generator
    ) -> None:
        """Put a tree in the place of an order, but where the order is that of another column."""
        latents = self.binned(nodes, apart=False)
        highest = np.abs(matched(latents, rng) - np.eye(len(latents))).max(axis=1, initial=0.0)
        room = max(0, MOST_LATENTS - 2 * len(nodes)) // max(len(profiles), 1)
        for place, own in profiles.items():
            if highest[place] < NEARLY_ONE:
                nodes[place] = tree(own, self.counts[place], splits=min(room // 2, 4))

    def _scores(self, place: int) -> Floats:
        counts = self.counts[place][:-1]
        if not counts.any():
            return np.zeros(len(counts) + 1)
        return np.append(Binned(self.symbols[place], _ends(counts), place).scores, 0.0)

    def binned(self, nodes: Sequence[tuple[Node, ...] | None], *, apart: bool) -> list[Binned]:
        """Return what is seen of every latent; missing numbers have one of their own, or lie below the others."""
        found: list[Binned] = []
        for place, (own, counts, levels) in enumerate(zip(self.symbols, self.counts, nodes, strict=True)):
            if levels is not None:
                found += [Binned(node.bins[own], node.ends(counts), place) for node in levels]
                continue
            missing, known = bool(counts[-1] > 0), bool(counts[:-1].any())
            is_missing = own == len(counts) - 1
            if not (missing and known):
                ends = _ends(counts[:-1]) if known else np.array([0.0, 1.0])
                found.append(Binned(own if known else np.zeros_like(own), ends, place, line=known))
            elif apart:
                found.append(
                    Binned(is_missing.astype(np.int32), _ends(np.array([counts[:-1].sum(), counts[-1]])), place)
                )
                found.append(Binned(np.where(is_missing, -1, own), _ends(counts[:-1]), place, line=True))
            else:
                found.append(Binned(np.where(is_missing, 0, own + 1), _ends(np.roll(counts, 1)), place, line=True))
        return found

    def symbols_of(self, uniforms: Floats, nodes: Nodes, *, apart: bool) -> list[Ints]:
        """Return the symbols that uniforms (latents, rows) lead to, a column each."""
        found: list[Ints] = []
        place = 0
        for marginal, counts in zip(self.marginals(nodes, [None] * len(nodes), apart=apart), self.counts, strict=True):
            own = uniforms[place : place + marginal.latents]
            place += marginal.latents
            if isinstance(marginal, Levels):
                found.append(marginal.symbols(own))
                continue
            known, last = counts[:-1], len(counts) - 1
            blank, value = marginal.parted(own)
            ends = _ends(known) if known.any() else np.array([0.0, 1.0])
            symbols = np.searchsorted(ends[1:-1], value, side="right")
            found.append(np.where(blank, last, symbols).astype(np.int32))
        return found

    def marginals(
        self, nodes: Nodes, quantiles: Sequence[Quantiles | None], *, apart: bool
    ) -> tuple[Line | Levels, ...]:
        """Return the marginals of all columns."""
        found: list[Line | Levels] = []
        for place, (column, codec, counts, levels) in enumerate(
            zip(self.columns, self.codecs, self.counts, nodes, strict=True)
        ):
            shares = counts / counts.sum()
            if levels is None:
                found.append(Line(column, quantiles[place], float(shares[-1]), apart))
            else:
                assert isinstance(codec, LevelsCodec)
                found.append(Levels(column, codec, shares, levels))
        return tuple(found)

    def notes(self) -> list[str]:
        """Say which rare values are replaced, without naming one."""
        found = []
        for codec, column in zip(self.codecs, self.columns, strict=True):
            if isinstance(codec, LevelsCodec) and codec.template is not None:
                found.append(f"`{column.name}`: rare texts are stand-ins made from a template")
            elif isinstance(codec, LevelsCodec) and codec.made and not column.is_pseudonymous:
                found.append(f"`{column.name}`: rare levels are replaced by {len(codec.made):,} invented ones")
        return found

    def smoothed(self, table: Table, place: int) -> Quantiles | None:
        """Return the smoothed empirical quantile function of a column of numbers, None where all are missing."""
        codec, column = self.codecs[place], self.columns[place]
        if not isinstance(codec, NumberCodec) or not codec.symbols:
            return None
        return smoothed(codec, column, table.numbers(column.name), self.counts[place][:-1])


def _counts(codec: Codec, symbols: Ints) -> Floats:
    """Return how many rows have each symbol; what has no stand-in is not drawn, unless there is nothing else."""
    counts = np.bincount(symbols, minlength=codec.symbols + 1).astype(np.float64)
    if codec.rare is not None and counts.sum() > counts[codec.rare]:
        counts[codec.rare] = 0
    return counts


def _ends(counts: Floats) -> Floats:
    ends = np.concatenate([[0.0], np.cumsum(counts)])
    return np.asarray(ends / ends[-1])
