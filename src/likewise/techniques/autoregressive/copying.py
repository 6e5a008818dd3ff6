"""Learn columns that repeat others in a share of the rows: first the choice, then what is drawn where none is made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from likewise.constraints.mining.copies import COMMON, COMMON_ROWS, Copy
from likewise.core.schema import Column, Schema
from likewise.core.table import Table
from likewise.modalities.tabular.codec import Codec
from likewise.modalities.tabular.following import Followed
from likewise.modalities.tabular.numbers import NumberCodec
from likewise.techniques.autoregressive.boosted.step import Boosted
from likewise.techniques.autoregressive.copied import Choice, Copied, Repeats, choice_codec, choices_made
from likewise.techniques.autoregressive.ended import ended_by, ending_codecs, endings_in, ways_in
from likewise.techniques.autoregressive.regrowth import News
from likewise.techniques.autoregressive.steps import Grown

if TYPE_CHECKING:
    from likewise.techniques.autoregressive.saving import Step

Ints = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]

FEWEST_OWN = 40
"""Rows with a value of their own below which a column is learned from all rows."""

Learn = Callable[[int, list[int], list[Codec], Ints, Schema], "Step"]
"""Learns one column, given its number, those drawn before it, codecs, symbols (columns, rows) and the schema."""


@dataclass(frozen=True, eq=False)
class Training:
    """Hold what columns are learned from, hidden ones after the table's: codecs, symbols (columns, rows), schema."""

    codecs: list[Codec]
    symbols: Ints
    schema: Schema
    repeats: dict[int, Repeats]
    endings: dict[int, int]

    def learned(self, number: int, before: list[int], learn: Learn) -> list[Step]:
        """Return the steps that draw a column: what it repeats and how it ends, where that is told, then its own."""
        steps: list[Step] = []
        repeats, which, own = self.repeats.get(number), self.endings.get(number), self.symbols
        if repeats is not None:
            steps.append(Choice(learn(repeats.which, before, self.codecs, self.symbols, self.schema), repeats))
            own = self.symbols[:, rows_of_their_own(self.symbols[repeats.which])]
        if which is not None:
            seen = [*before, *(step.column for step in steps)]
            steps.append(learn(which, seen, self.codecs, self.symbols, self.schema))
        seen = before if which is None else [*before, which]
        column = learn(number, seen, self.codecs, own, self.schema)
        if which is not None and isinstance(column, Grown | Boosted):
            column = ended_by(column, which, own, count=self.codecs[which].symbols + 1)
        return [*steps, column if repeats is None else Copied(column, repeats)]


def training(table: Table, copies: Sequence[Copy], codecs: list[Codec], symbols: Ints) -> Training:
    """Return what is learned from, with hidden columns for columns that repeat others, and for those that end so."""
    names = table.schema.names
    sources: dict[int, list[Copy]] = {}
    for copy in copies:
        sources.setdefault(names.index(copy.column), []).append(copy)
    found = []
    for which, (number, own) in enumerate(sources.items(), start=len(codecs)):
        of, beyond = tuple(names.index(copy.of) for copy in own), tuple(copy.step for copy in own)
        lands, common = _lands(number, of, beyond, codecs), _common(codecs[number], symbols[number])
        found.append(Repeats(number, which, of, beyond, lands, common))
    hidden = [*(choice_codec(repeats) for repeats in found), *ending_codecs(codecs)]
    if hidden:
        symbols = np.concatenate([symbols, with_choices(found, codecs, table), ways_in(codecs, names, table)])
    schema = with_hidden(table.schema, len(hidden))
    endings = endings_in(codecs, len(codecs) + len(found))
    return Training([*codecs, *hidden], symbols, schema, {repeats.column: repeats for repeats in found}, endings)


def with_choices(all_repeats: Sequence[Repeats], codecs: Sequence[Codec], table: Table) -> Ints:
    """Return the hidden columns of a table, in the order of their numbers: (columns, rows)."""
    made = choices_made(all_repeats, codecs, table.schema.names, table)
    return np.stack([made[which] for which in sorted(made)]) if made else np.empty((0, table.rows), dtype=np.int32)


def with_hidden(schema: Schema, count: int) -> Schema:
    """Return the schema with so many hidden columns, of names that no table's column has."""
    hidden = tuple(Column(name=f"\0{number}", kind="category") for number in range(count))
    return Schema(columns=(*schema.columns, *hidden))


def rows_of_their_own(choice: Ints) -> Mask:
    """Return the rows that a column is learned from: those that repeat nothing, or all where they are too few."""
    own: Mask = choice == 0
    return own if own.sum() >= FEWEST_OWN else np.ones_like(own)


def followed_repeats(repeats: Repeats, codecs: Sequence[Followed]) -> Repeats:
    """Return what repeats what in the symbols of codecs that followed new rows; new values are not common ones."""
    own = codecs[repeats.column]
    common = repeats.common[own.like] & (own.share > 0)
    lands = _lands(repeats.column, repeats.of, repeats.beyond, [followed.codec for followed in codecs])
    return replace(repeats, lands=lands, common=common)


def news_of_their_own(news: News, which: int) -> News:
    """Return new and replayed rows without those in which a column repeats another."""
    own = rows_of_their_own(news.together[which])
    return replace(news, together=news.together[:, own], replayed=int(own[: news.replayed].sum()))


def _lands(number: int, of: Sequence[int], beyond: Sequence[float], codecs: Sequence[Codec]) -> tuple[Ints, ...]:
    """Return what symbols of a column the lows, middles and highs of its sources' symbols are read as."""
    own, found = codecs[number], []
    assert isinstance(own, NumberCodec)
    for source, step in zip(of, beyond, strict=True):
        other = codecs[source]
        assert isinstance(other, NumberCodec)
        ends = np.stack([other.low, (other.low + other.high) / 2, other.high]) + step
        missing = np.full((3, 1), own.symbols, dtype=np.int32)
        found.append(np.concatenate([own.encode(ends), missing], axis=1))
    return tuple(found)


def _common(codec: Codec, symbols: Ints) -> Mask:
    """Return which symbols are single values that many rows share, missing last."""
    assert isinstance(codec, NumberCodec)
    counts = np.bincount(symbols, minlength=codec.symbols + 1)
    single = np.append(codec.low == codec.high, True)
    found: Mask = single & (counts >= max(COMMON * len(symbols), COMMON_ROWS))
    return found
