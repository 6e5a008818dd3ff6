"""Rows from a document: of one table as any model gives them, of several as related tables."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
import pyarrow as pa

from likewise.core.aside import write_aside
from likewise.core.card import Card, Privacy, versions
from likewise.core.conditions import Given
from likewise.core.counted import Ints
from likewise.core.dataset import Dataset, Relation
from likewise.core.draw import BLOCK
from likewise.core.frames import Container
from likewise.core.protocol import Arrays, Model
from likewise.core.schema import Column, Schema
from likewise.core.seeds import generator, origin
from likewise.core.table import Table, concat
from likewise.errors import SettingsError, suggest
from likewise.techniques.rules.dirt.soiled import SUFFIX, Soiled
from likewise.techniques.rules.document.document import Document
from likewise.techniques.rules.document.table import ROWS
from likewise.techniques.rules.generating.plan import Plan
from likewise.techniques.rules.generating.tables import Tables
from likewise.techniques.rules.maker import Maker
from likewise.techniques.rules.makers.cells import stored_type

PRIVACY = Privacy(statement="declared by hand: no row was read, so none can leak")

ENDLESS = 2**40
"""Rows that a table may have where none of its columns depends on how many there are."""

PROBED = 8
"""Rows that are made again to see whether their places are those that they were made for."""


@dataclass(frozen=True, eq=False)
class RulesModel(Model):
    """Hold the document of one table. Row k of a seed is the same however many are asked for, and in which blocks.

    Only columns that may not repeat know how many rows there are; a document's `rows` says for how many they are made.
    Conditions are met by rejection.
    """

    document: Document

    technique: ClassVar[str] = "rules"

    @classmethod
    def of(cls, document: Document, *, rows: int | None = None) -> RulesModel:
        """Compile a document of one table; `rows` takes the place of those that it names.

        Raises SettingsError for several.
        """
        if len(document.tables) != 1:
            raise SettingsError("settings.rules", f"the document has {len(document.tables)} tables, not one",
                                hint="take a TablesModel")  # fmt: skip
        (name,) = document.tables
        if rows is not None:
            rules = document.tables[name].model_copy(update={"rows": rows})
            written = _with_rows(document.written, name, rows)
            document = document.model_copy(update={"tables": {name: rules}, "written": written})
        return cls(Plan.of(document).tables[name].schema, card_of(document), "table", document)

    @cached_property
    def plan(self) -> Plan:
        """The document made ready."""
        return Plan.of(self.document)

    @property
    def table(self) -> str:
        """The name of the table."""
        return next(iter(self.document.tables))

    @property
    def rows(self) -> int:
        """How many rows the document asks for."""
        rows = self.document.tables[self.table].rows
        return ROWS if rows is None else rows

    def tables(self, seed: int) -> Tables:
        """Return what makes the rows of a seed."""
        return _tables(self, int(seed))

    def at(self, numbers: Ints, *, seed: int | None = None) -> Table:
        """Return some rows by their numbers, from 0, in any order."""
        return self.tables(self.document.seed if seed is None else seed).at(self.table, numbers)

    def draw(self, n: int, rng: np.random.Generator, given: Given | None) -> Table:
        """Return the rows of the block that a generator belongs to; of one that was used before, other rows."""
        seed, path = origin(rng)
        fresh = rng.bit_generator.state == generator(seed, *path).bit_generator.state
        other = int(rng.integers(2**62))
        if fresh and len(path) == 1 and path[0] * BLOCK + n <= self.tables(seed).rows(self.table):
            return self._made(np.arange(n) + path[0] * BLOCK, seed)
        return self._made(np.arange(n) % max(self.tables(other).rows(self.table), 1), other)

    def _made(self, numbers: Ints, seed: int) -> Table:
        names = [column.name for column in self.schema.columns if not column.is_generated]
        schema = self.schema.select(names)
        if not names:
            return Table(pa.table({}), schema)
        made = self.tables(seed).made(self.table, numbers, names)
        arrays = [as_held(array, column) for array, column in zip(made, schema.columns, strict=True)]
        return Table(pa.table(arrays, names=names), schema)

    @cached_property
    def _placed(self) -> list[str]:
        """The columns that follow from the number of the row alone, but for those that a quota shares out."""
        tables = self.tables(self.document.seed)
        quotas = self.plan.tables[self.table].settled.quotas
        makers = {name: tables.maker(self.table, name) for name in self.document.tables[self.table].columns
                  if name not in quotas}  # fmt: skip
        found: list[str] = []
        waiting = [*makers]
        while True:
            ready = [name for name in waiting if _follows(makers[name], found)]
            if not ready:
                return found
            found += ready
            waiting = [name for name in waiting if name not in ready]

    def placed(self, drawn: Table, start: int, seed: int) -> Table:
        """Return rows whose keys are those of their places, wherever conditions took the rows from.

        Raises SettingsError past the last.
        """
        if start + drawn.rows > self.tables(seed).rows(self.table):
            raise SettingsError("settings.row", f"what may not repeat or is shared out is made for {self.rows:,} rows",
                                where="n", hint="give the document more `rows`")  # fmt: skip
        if not self._placed or not drawn.rows:
            return drawn
        first = np.arange(min(PROBED, drawn.rows))
        probe = self.tables(seed).made(self.table, first + start, self._placed)
        same = (drawn.column(name).slice(0, len(first)) for name in self._placed)
        if all(one.equals(other) for one, other in zip(probe, same, strict=True)):
            return drawn
        columns = drawn.columns
        arrays = self.tables(seed).made(self.table, np.arange(drawn.rows) + start, self._placed)
        for name, array in zip(self._placed, arrays, strict=True):
            columns = columns.set_column(columns.schema.get_field_index(name), name, array)
        return Table(columns, drawn.schema)

    def state(self) -> tuple[dict[str, Any], Arrays]:
        """Return the document."""
        return {"document": self.document.to_dict()}, {}

    @classmethod
    def from_state(cls, schema: Schema, card: Card, container: Container, meta: dict[str, Any], arrays: Arrays) -> Self:
        """Read the document again."""
        return cls(schema, card, container, Document.of(meta["document"]))


@dataclass(frozen=True, eq=False)
class TablesModel:
    """Hold the document of several related tables.

    `rows` says how many rows tables have that do not say so themselves; `seed` is the document's where none is given.

    >>> shop = TablesModel.of({"tables": {"shops": {"rows": 2, "columns": {"id": "sequence"}, "key": "id"},
    ...     "sales": {"columns": {"shop": {"refers": "shops.id", "children": {"fixed": 2}}}}}})
    >>> shop.sample()["sales"].to_dict()
    {'shop': [1, 1, 2, 2]}
    """

    plan: Plan
    only: tuple[str, ...]
    default: int | None = None

    @classmethod
    def of(cls, spec: Any, *, rows: int | None = None, tables: tuple[str, ...] | None = None) -> TablesModel:
        """Compile a document; of `tables`, where they are given, only those are returned.

        Raises SettingsError for others.
        """
        document = Document.of(spec)
        for name in tables or ():
            if name not in document.tables:
                raise SettingsError("settings.table", f"the document has no table `{name}`", where="tables",
                                    hint=suggest(name, tuple(document.tables), "table"))  # fmt: skip
        plan = Plan.of(document)
        wanted = (name for name in plan.order if tables is None or name in tables)
        return cls(plan, tuple(part for name in wanted for part in _parts(document, name)), rows)

    @property
    def document(self) -> Document:
        """The document."""
        return self.plan.document

    @property
    def relations(self) -> tuple[Relation, ...]:
        """The references between the tables that are returned."""
        return tuple(own for own in self.plan.relations if own.table in self.only and own.to in self.only)

    def tables(self, seed: int | None = None) -> Tables:
        """Return what makes the rows of a seed."""
        return _several(self, self.document.seed if seed is None else seed)

    def rows(self, table: str, *, seed: int | None = None) -> int:
        """Return how many rows a table has before any are repeated or spoilt."""
        return self.tables(seed).rows(table)

    def at(self, table: str, numbers: Ints, *, seed: int | None = None) -> Table:
        """Return some rows of a table by their numbers, from 0, in any order, without errors."""
        return self.tables(seed).at(table, numbers)

    def stream(self, *, seed: int | None = None) -> Iterator[tuple[str, Table]]:
        """Yield the blocks of all tables, those that are referred to first; at least one of each, perhaps empty.

        Behind a table with errors comes the answer key to them.
        """
        tables = self.tables(seed)
        for name in self.only:
            for block in self._blocks(tables, name):
                yield name, block

    def _blocks(self, tables: Tables, name: str) -> Iterator[Table]:
        """Yield the blocks of a table, with its errors where it has any, or of an answer key."""
        answered = name not in self.plan.tables
        own = name.removesuffix(SUFFIX) if answered else name
        dirty = self.plan.tables[own].rules.dirty
        if dirty is None:
            return tables.stream(name)
        soiled = Soiled(tables, own, dirty)
        return soiled.answers() if answered else soiled.stream()

    def sample(self, *, seed: int | None = None) -> Dataset:
        """Return all tables whole."""
        tables = self.tables(seed)
        return Dataset({name: concat([*self._blocks(tables, name)]) for name in self.only}, self.relations)

    def save(self, path: str | Path) -> None:
        """Write the document, which is all there is to the model, as YAML."""
        write_aside(path, self.document.to_yaml())

    @classmethod
    def load(cls, path: str | Path) -> TablesModel:
        """Read what `save` wrote."""
        return cls.of(Path(path))


def _parts(document: Document, name: str) -> tuple[str, ...]:
    """Return the tables that come of one: itself, and the answer key to its errors."""
    return (name,) if document.tables[name].dirty is None else (name, f"{name}{SUFFIX}")


@lru_cache(maxsize=8)
def _tables(model: RulesModel, seed: int) -> Tables:
    tables = Tables(model.plan, seed=seed)
    if tables.unique(model.table).counts_rows:
        return tables
    return Tables(model.plan, seed=seed, fixed={model.table: ENDLESS})


@lru_cache(maxsize=8)
def _several(model: TablesModel, seed: int) -> Tables:
    return Tables(model.plan, seed=seed, rows=model.default)


def as_held(array: pa.Array, column: Column) -> pa.Array:
    """Return an array in the type that a `Table` holds a column in."""
    if column.kind in ("text", "id", "json") and pa.types.is_dictionary(array.type):
        return array.dictionary_decode()
    if column.kind == "datetime" and column.zone is not None:
        return array.cast(pa.timestamp("us", tz=column.zone))
    if column.kind == "empty" or not pa.types.is_null(array.type):
        return array
    return array.cast(stored_type(column))


def card_of(document: Document) -> Card:
    """Return the card of a document that was declared."""
    written = document.to_dict()
    digest = hashlib.sha256(json.dumps(written, sort_keys=True, default=str).encode()).hexdigest()
    columns = sum(len(table.columns) for table in document.tables.values())
    return Card(technique="rules", settings=written, seed=document.seed, rows=0, columns=columns, data_digest=digest,
                versions=versions(), privacy=PRIVACY)  # fmt: skip


def _with_rows(written: Mapping[str, Any], name: str, rows: int) -> dict[str, Any]:
    """Return a document whose one table has so many rows."""
    if "columns" in written:
        return {**{key: value for key, value in written.items() if key not in ("n", "rows")}, "rows": rows}
    return {**written, "tables": {name: {**written["tables"][name], "rows": rows}}}


def _follows(maker: Maker, found: list[str]) -> bool:
    """Return whether a column follows from the number of its row, alone or through columns that do."""
    needs = maker.needs()
    return (maker.placed or bool(needs)) and all(need in found for need in needs)
