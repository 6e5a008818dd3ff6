"""What every operation of noise is: settings, what it learns of a table, and how it changes rows of one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import Field

from likewise.core.protocol import Arrays
from likewise.core.schema import LEVELS, NUMBERS, WORDS, Column, Kind, Role, Schema
from likewise.core.seeds import generator
from likewise.core.spec import Spec
from likewise.core.table import Table

Changed = Mapping[str, pa.Array]
"""New arrays of some columns, of the same Arrow type and in the same order of rows."""


KEPT: frozenset[Role] = frozenset({"key", "target", "order", "ignore"})
"""Roles of columns that are changed only where an operation names them; a key never is."""


@dataclass(frozen=True, eq=False)
class Learned:
    """Hold what an operation learned of a table: JSON values and arrays, as a model file keeps them."""

    meta: dict[str, Any] = field(default_factory=dict)
    arrays: Arrays = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Dice:
    """Hold where one operation takes its random numbers from in one block of rows.

    `rng` is of this block and this operation. `key` is of the operation alone, the same in every block of a call: for
    what must fall alike wherever a row lies, such as the shift of all dates of one patient.
    """

    rng: np.random.Generator
    key: int

    def split(self, count: int) -> list[Dice]:
        """Return so many independent dice, so that what one of them is asked for does not move the others."""
        seeds = self.rng.integers(2**62, size=count).tolist()
        return [Dice(generator(seed), self.key ^ (number + 1)) for number, seed in enumerate(seeds)]


class Operation(Spec, ABC):
    """Hold the settings of one way to change rows; equal settings are equal objects.

    An author names the operation (`op`), the kinds of columns that it can change (`unasked`: that it changes without
    being told to, where these are fewer) and the setting that says how strong it is, and writes `learn` and `change`.
    `columns` are the columns it changes, None for all that `takes` lets it; `share` is the share of cells that it
    changes, each on its own, or of rows where it moves the columns of a row together (`joint`). What one that is
    `alone` changes, no other may; one that `ties` keeps by itself what its columns say of one another.
    """

    op: ClassVar[str]
    kinds: ClassVar[frozenset[Kind]]
    unasked: ClassVar[frozenset[Kind] | None] = None
    reads: ClassVar[frozenset[Kind]] = NUMBERS | LEVELS | WORDS
    joint: ClassVar[bool] = False
    alone: ClassVar[bool] = False
    ties: ClassVar[bool] = False
    strength: ClassVar[str] = "share"
    most: ClassVar[float] = 1.0

    columns: tuple[str, ...] | None = Field(default=None, min_length=1)
    share: float = Field(default=1.0, ge=0, le=1)

    @abstractmethod
    def learn(self, table: Table, names: tuple[str, ...]) -> Learned:
        """Return what it must know of the columns it is going to change."""

    @abstractmethod
    def change(self, rows: Table, names: tuple[str, ...], learned: Learned, dice: Dice) -> Changed:
        """Return the new arrays of the columns that it changes, for rows that may be any number of the table's.

        A row must come out the same whichever rows follow it: draw by `dice` so much for each row, in their order.
        """

    def needs(self) -> tuple[str, ...]:
        """Return further columns that it reads, of the kinds `reads`."""
        return ()

    def reaches(self, column: Column) -> bool:
        """Return whether it can change a column: one of its kinds."""
        return column.kind in self.kinds

    def takes(self, column: Column) -> bool:
        """Return whether it changes a column that nobody named: no key, target or order, and nothing it reads."""
        kept = column.role in KEPT or column.is_pseudonymous or column.name in self.needs()
        return not kept and self.reaches(column) and column.kind in (self.unasked or self.kinds)

    def wants(self) -> str:
        """Return what it changes, for a hint."""
        kinds = ", ".join(sorted(self.unasked or self.kinds))
        return f"it changes columns of kind {kinds}; keys never, and the target only where `columns` names it"

    def output(self, schema: Schema, names: tuple[str, ...]) -> Schema:
        """Return the schema of changed rows, where it is another one."""
        return schema

    def scaled(self, factor: float) -> Self:
        """Return the operation so many times as strong, 0 for no change."""
        value = min(self.most, getattr(self, self.strength) * factor)
        return self.model_copy(update={self.strength: value})


class ColumnOperation(Operation):
    """Change each column by itself: an author writes `learn_column` and `change_column`."""

    def learn_column(self, table: Table, column: Column) -> Learned:
        """Return what it must know of one column."""
        return Learned()

    @abstractmethod
    def change_column(self, rows: Table, column: Column, learned: Learned, dice: Dice) -> pa.Array:
        """Return the new array of one column, of which `rows` are the cells to change."""

    def learn(self, table: Table, names: tuple[str, ...]) -> Learned:
        """Learn column by column."""
        parts = [self.learn_column(table, table.schema[name]) for name in names]
        arrays = {f"{i}.{name}": array for i, part in enumerate(parts) for name, array in part.arrays.items()}
        return Learned({"columns": [part.meta for part in parts]}, arrays)

    def change(self, rows: Table, names: tuple[str, ...], learned: Learned, dice: Dice) -> Changed:
        """Change column by column, in each the cells that chance picks."""
        new = {}
        for number, (name, own) in enumerate(zip(names, dice.split(len(names)), strict=True)):
            column, (picking, changing) = rows.schema[name], own.split(2)
            picked = picks(rows.rows, self.share, picking.rng)
            part = rows.select([name]) if picked is None else rows.select([name]).take(picked)
            changed = self.change_column(part, column, _of_column(learned, number), changing)
            new[name] = changed if picked is None else placed(rows.column(name), picked, changed)
        return new


class RowOperation(Operation):
    """Change several columns of a row together: an author writes `change_rows`."""

    joint: ClassVar[bool] = True

    @abstractmethod
    def change_rows(self, rows: Table, names: tuple[str, ...], learned: Learned, dice: Dice) -> Changed:
        """Return the new arrays of the columns, for the rows that chance picked."""

    def change(self, rows: Table, names: tuple[str, ...], learned: Learned, dice: Dice) -> Changed:
        """Change the rows that chance picks."""
        picking, changing = dice.split(2)
        picked = picks(rows.rows, self.share, picking.rng)
        if picked is None:
            return self.change_rows(rows, names, learned, changing)
        changed = self.change_rows(rows.take(picked), names, learned, changing)
        return {name: placed(rows.column(name), picked, array) for name, array in changed.items()}


def picks(rows: int, share: float, rng: np.random.Generator) -> npt.NDArray[np.int64] | None:
    """Return the positions of a share of the rows, each picked on its own; None for all of them."""
    return None if share >= 1 else np.flatnonzero(rng.random(rows) < share)


def placed(own: pa.Array, places: npt.NDArray[np.int64], new: pa.Array) -> pa.Array:
    """Return an array with other values at some places."""
    order = np.arange(len(own))
    order[places] = len(own) + np.arange(len(places))
    return pa.concat_arrays([own, new.cast(own.type)]).take(pa.array(order))


def _of_column(learned: Learned, number: int) -> Learned:
    prefix = f"{number}."
    own = {name.removeprefix(prefix): a for name, a in learned.arrays.items() if name.startswith(prefix)}
    return Learned(learned.meta["columns"][number], own)
