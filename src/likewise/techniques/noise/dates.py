"""Shift dates, all of a row or of an entity by the same time, so that intervals hold."""

from __future__ import annotations

import hashlib
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field

from likewise.core.schema import Column, Kind
from likewise.core.table import MICROSECONDS_A_DAY, Table
from likewise.modalities.tabular.codec import arrow_type
from likewise.modalities.tabular.numbers import typed_numbers
from likewise.techniques.noise.lines import Floats, line_of
from likewise.techniques.noise.operation import Changed, Dice, Learned, RowOperation

USUAL = 30.0
"""Days that dates are shifted by, at most, where nothing is said and they range over two years or more."""


class Shift(RowOperation):
    """Shift all dates and moments of a row by the same number of days, so that ages and lengths of stay hold exactly.

    `days` is how far at most, each way (None: 30, or a twentieth of the dates' range where that is less); the shift is
    even within it and within what keeps all dates of the row in their bounds. `by` names a column of entities: all rows
    of an entity are shifted alike, wherever they lie, so that intervals between rows hold too. `weekdays` shifts by
    whole weeks. Times of the day stay, unless `days` is below 1.

    Use on records of people. Avoid when the calendar itself matters (season, holidays). An entity that was not learned
    may leave the bounds by `days`. Hripcsak et al., 2016, JAMIA 23.
    """

    op: ClassVar[str] = "shift"
    kinds: ClassVar[frozenset[Kind]] = frozenset({"date", "datetime"})
    ties: ClassVar[bool] = True
    strength: ClassVar[str] = "days"
    most: ClassVar[float] = 36_500.0

    days: float | None = Field(default=None, ge=0, le=36_500)
    by: str | None = None
    weekdays: bool = False

    def needs(self) -> tuple[str, ...]:
        """Return the column of entities."""
        return () if self.by is None else (self.by,)

    def takes(self, column: Column) -> bool:
        """Return whether it shifts a column that nobody named; one of order too, where entities move as a whole."""
        return super().takes(column) or (self.by is not None and column.role == "order" and self.reaches(column))

    def scaled(self, factor: float) -> Shift:
        """Return the shift so many times as far; where nothing is said, so many times the usual."""
        return super().scaled(factor) if self.days is not None else self.model_copy(update={"share": min(1.0, factor)})

    def learn(self, table: Table, names: tuple[str, ...]) -> Learned:
        """Learn the bounds, and of each entity how far it may be shifted."""
        ends = np.array([self._ends(table, name) for name in names])
        span = float((ends[:, 1] - ends[:, 0]).min())
        days = self.days if self.days is not None else min(USUAL, span / 20)
        days = days if self.days is not None or days >= 1 else float(min(1.0, span))
        arrays: dict[str, npt.NDArray[Any]] = {"low": ends[:, 0], "high": ends[:, 1]}
        if self.by is not None:
            keys, of = np.unique(_keys(table, self.by), return_inverse=True)
            low, high = _room(table, names, arrays["low"], arrays["high"])
            most, least = np.full(len(keys), -np.inf), np.full(len(keys), np.inf)
            np.maximum.at(most, of, low)
            np.minimum.at(least, of, high)
            arrays |= {"keys": keys, "least": most, "most": least}
        return Learned({"days": days, "daily": days >= 1 or any(table.schema[n].kind == "date" for n in names)}, arrays)

    def change_rows(self, rows: Table, names: tuple[str, ...], learned: Learned, dice: Dice) -> Changed:
        """Shift rows."""
        if self.by is None:
            low, high = _room(rows, names, learned.arrays["low"], learned.arrays["high"])
            place = dice.rng.random(rows.rows)
        else:
            keys = _keys(rows, self.by)
            low, high = _room_of_entities(keys, learned)
            place = _places(keys, dice.key)
        days = learned.meta["days"]
        unit = (7.0 if self.weekdays else 1.0) if learned.meta["daily"] else 1 / 86_400
        first = np.ceil(np.maximum(np.minimum(low, 0.0), -days) / unit - 1e-9)
        last = np.floor(np.minimum(np.maximum(high, 0.0), days) / unit + 1e-9)
        shift = (first + np.floor(place * (last - first + 1))) * unit
        new = {}
        for name in names:
            column = rows.schema[name]
            scale = 1.0 if column.kind == "date" else MICROSECONDS_A_DAY
            new[name] = typed_numbers(rows.numbers(name) + np.round(shift * scale), column, arrow_type(column))
        return new

    def _ends(self, table: Table, name: str) -> tuple[float, float]:
        """Return the bounds of one column in days."""
        line = line_of(table, table.schema[name])
        scale = 1.0 if table.schema[name].kind == "date" else MICROSECONDS_A_DAY
        return line.low / scale, line.high / scale


def _room(rows: Table, names: tuple[str, ...], low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Return how many days each row may be shifted back (negative) and forth so that its dates keep their bounds."""
    back, forth = np.full(rows.rows, -np.inf), np.full(rows.rows, np.inf)
    for name, first, last in zip(names, low, high, strict=True):
        days = rows.numbers(name) / (1.0 if rows.schema[name].kind == "date" else MICROSECONDS_A_DAY)
        back, forth = np.fmax(back, first - days), np.fmin(forth, last - days)
    return back, forth


def _room_of_entities(keys: npt.NDArray[np.uint64], learned: Learned) -> tuple[Floats, Floats]:
    """Return the room of each row's entity; all that is asked for, for one that was not learned."""
    known, least, most = (learned.arrays[name] for name in ("keys", "least", "most"))
    place = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    found = known[place] == keys
    return np.where(found, least[place], -np.inf), np.where(found, most[place], np.inf)


def _keys(table: Table, name: str) -> npt.NDArray[np.uint64]:
    """Return a number for each row that is the same for the same entity; rows without one are of one entity."""
    coded = table.column(name)
    coded = coded if pa.types.is_dictionary(coded.type) else pc.dictionary_encode(coded.cast(pa.string()))
    hashed = [_hash(str(text)) for text in coded.dictionary.to_pylist()]
    found = np.array([*hashed, _hash("")], dtype=np.uint64)
    codes = np.asarray(coded.indices.fill_null(len(hashed)), dtype=np.int64)
    return found[codes]


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest())


def _places(keys: npt.NDArray[np.uint64], key: int) -> Floats:
    """Return a number from 0 to 1 for each entity, by `key` (splitmix64; Steele et al., 2014, OOPSLA)."""
    with np.errstate(over="ignore"):
        mixed = keys + np.uint64(key & 0xFFFFFFFFFFFFFFFF) * np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed ^= mixed >> np.uint64(31)
    return (mixed >> np.uint64(11)).astype(np.float64) * 2.0**-53
