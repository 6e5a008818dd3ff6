"""What follows in a row by construction: columns that are computed, decided by another, or emptied."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.constraints.calendar import moments_of
from likewise.constraints.holding.demands import Demand
from likewise.constraints.holding.typed import numbers, plain, typed, with_columns
from likewise.constraints.kinds import Formula, Missing, Part
from likewise.constraints.language.evaluating import evaluate
from likewise.constraints.language.expression import Expression
from likewise.constraints.language.tables import columns_of
from likewise.core.conditions import levels_of
from likewise.core.table import Table

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Step(ABC):
    """Hold how one column follows from others in each row.

    `rule` is the place of the rule that this meets, `which` that of the demand among those of the rule.
    """

    column: str
    rule: int
    which: int

    @property
    @abstractmethod
    def reads(self) -> tuple[str, ...]:
        """The columns that it looks at, beside its own."""

    @abstractmethod
    def array(self, table: Table) -> pa.Array:
        """Return the column as it has to be, typed."""

    def applied(self, table: Table) -> Table:
        """Return the rows with the column as it has to be."""
        return with_columns(table, {self.column: self.array(table)})

    @property
    @abstractmethod
    def said(self) -> str:
        """How it is done, for the card."""


@dataclass(frozen=True, eq=False)
class Computed(Step):
    """Compute a column where its parts are known and its conditions hold.

    `left_out` columns were never learned: they are missing where a part is. Others are missing where they were drawn
    missing, and keep what was drawn where a part is missing or the conditions do not hold.
    """

    of: Expression | Formula | Part
    demand: Demand | None
    left_out: bool

    @property
    def reads(self) -> tuple[str, ...]:
        """The columns that it is computed from, and those of its conditions."""
        of = self.of.names() if isinstance(self.of, Expression) else self.of.columns[1:]
        return tuple(dict.fromkeys((*of, *(self.demand.names() if self.demand else ()))))

    def computed(self, table: Table) -> pa.Array | None:
        """Return what comes of the parts, in every row; None where it is no value of the column."""
        column = table.schema[self.column]
        if isinstance(self.of, Expression):
            return typed(evaluate(self.of, columns_of(table), table.rows), column)
        if isinstance(self.of, Formula):
            return numbers(self.of.computed({n: table.numbers(n) for n in self.of.of}, table.schema), column)
        moments = moments_of(table.numbers(self.of.of), table.schema[self.of.of])
        if column.is_number:
            return numbers(self.of.numbers(moments), column)
        levels = pa.array(levels_of(column), pa.string())
        return pa.DictionaryArray.from_arrays(pc.index_in(self.of.texts(moments), levels), levels)

    def array(self, table: Table) -> pa.Array:
        """Return the column as it has to be."""
        found = self.computed(table)
        drawn = table.column(self.column)
        if found is None:  # a level that was never learned: the row is left for the rules to refuse
            return drawn
        if self.left_out:
            return found
        asked = np.ones(table.rows, bool) if self.demand is None else self.demand.asked(columns_of(table), table.rows)
        takes = asked & ~table.missing(self.column) & np.asarray(found.is_valid())
        return _chosen(takes, found, drawn)

    @property
    def said(self) -> str:
        """How it is done."""
        return f"`{self.column}` is computed"


@dataclass(frozen=True, eq=False)
class Emptied(Step):
    """Leave a column empty where a rule asks for that."""

    demand: Demand | None
    of: Missing | None = None

    @property
    def reads(self) -> tuple[str, ...]:
        """The columns that say where."""
        return (self.of.by,) if self.of is not None else self.demand.names() if self.demand is not None else ()

    def array(self, table: Table) -> pa.Array:
        """Return the column, missing where it has to be."""
        if self.of is not None:
            gone = self.of.inside(table)
        else:
            assert self.demand is not None
            gone = self.demand.asked(columns_of(table), table.rows)
        own = table.column(self.column)
        return _chosen(~gone, own, own.take(pa.nulls(len(own), pa.int64())))

    @property
    def said(self) -> str:
        """How it is done."""
        return f"`{self.column}` is left empty there"


@dataclass(frozen=True, eq=False)
class Decided(Step):
    """Look a column up by another: each value of `by` has one value of it, the one that most drawn rows had.

    A value of `by` that was not met takes one of the values known, always the same.
    """

    by: str
    known: pa.Array
    values: pa.Array

    @property
    def reads(self) -> tuple[str, ...]:
        """The column that decides."""
        return (self.by,)

    def array(self, table: Table) -> pa.Array:
        """Return the column, looked up."""
        by, own = plain(table.column(self.by)), table.column(self.column)
        place = pc.index_in(by, self.known)
        strange = np.asarray(pc.and_(place.is_null(), by.is_valid()))
        found = self.values.take(place)
        if strange.any() and len(self.values):
            few = by.filter(pa.array(strange)).cast(pa.string()).to_pylist()
            numbers = np.zeros(table.rows, dtype=np.int64)
            numbers[strange] = [_number(text) % len(self.values) for text in few]
            found = pc.if_else(pa.array(strange), self.values.take(pa.array(numbers)), found)
        if pa.types.is_dictionary(own.type):
            return pa.DictionaryArray.from_arrays(pc.index_in(found, own.dictionary), own.dictionary)
        return found.cast(own.type)

    @property
    def said(self) -> str:
        """How it is done."""
        return f"`{self.column}` is looked up by `{self.by}`"


def _number(text: str) -> int:
    import hashlib

    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest())


def _chosen(first: Mask, one: pa.Array, other: pa.Array) -> pa.Array:
    """Return the cells of one array where a mask is true, else those of another."""
    order = np.where(first, np.arange(len(one)), len(one) + np.arange(len(other)))
    return pa.concat_arrays([one, other.cast(one.type) if other.type != one.type else other]).take(pa.array(order))


def in_order(steps: Sequence[Step]) -> tuple[Step, ...] | None:
    """Return steps each after those that make what it reads; None where they go in a circle."""
    waiting, found = list(steps), list[Step]()
    while waiting:
        open_ones = {step.column for step in waiting}
        ready = next((s for s in waiting if not (open_ones - {s.column}) & {*s.reads}), None)
        if ready is None or ready.column in ready.reads:
            return None
        waiting.remove(ready)
        found.append(ready)
    return tuple(found)
