"""A table with its errors, and the answer key to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.draw import BLOCK
from likewise.core.permutation import order_of
from likewise.core.schema import Column, Schema
from likewise.core.table import Table
from likewise.techniques.rules.dirt.dirty import Dirty
from likewise.techniques.rules.dirt.errors import TEXTS, Error, Typos, drawn
from likewise.techniques.rules.generating.rows import Block
from likewise.techniques.rules.maker import Ints

if TYPE_CHECKING:
    from likewise.techniques.rules.generating.tables import Tables

SUFFIX = "_answers"
"""What the name of an answer key ends with."""

ANSWERS = Schema(columns=(
    Column(name="row", kind="integer", dtype="int64"), Column(name="column", kind="text", nullable=True),
    Column(name="error", kind="text"), Column(name="was", kind="text", nullable=True),
    Column(name="of_row", kind="integer", dtype="int64", nullable=True),
))  # fmt: skip
"""An answer: the row (from 1), the column, the error, what stood there before; of a repeated row, which it repeats."""


@dataclass(eq=False)
class _Spoiling:
    """Hold the columns of some rows while they are spoilt, and what is answered."""

    numbers: Ints
    arrays: dict[str, pa.Array]
    answers: list[pa.Table] = field(default_factory=list)

    def put(self, error: str, column: str, places: Ints, cells: pa.Array) -> None:
        """Put cells in their places, and note what stood there; those that stay the same are no error."""
        old = self.arrays[column]
        before = old.take(pa.array(places))
        texts = before.cast(pa.string())
        changed = np.asarray(pc.fill_null(pc.not_equal(texts, cells.cast(pa.string())), True))
        changed &= ~(np.asarray(before.is_null()) & np.asarray(cells.is_null()))
        places, cells = places[changed], cells.filter(pa.array(changed))
        mask = np.zeros(len(old), bool)
        mask[places] = True
        target = pa.string() if pa.types.is_dictionary(old.type) else old.type
        self.arrays[column] = pc.replace_with_mask(old.cast(target), pa.array(mask), cells.cast(target))
        self.answers.append(_answers(self.numbers[places], column, error, texts.filter(pa.array(changed))))


class Soiled:
    """Give the rows of a table with its errors: those of the document, and repeated ones behind them.

    Any rows are spoilt alike whatever rows are asked for with them.
    """

    def __init__(self, tables: Tables, name: str, dirty: Dirty) -> None:
        self.tables, self.name, self.dirty = tables, name, dirty
        self.plan = tables.plan.tables[name]

    @property
    def clean(self) -> int:
        """The number of rows before any are repeated."""
        return self.tables.rows(self.name)

    @property
    def rows(self) -> int:
        """The number of rows, repeated ones too."""
        twice = self.dirty.duplicates
        return self.clean + (0 if twice is None else round(self.clean * twice.share))

    @property
    def schema(self) -> Schema:
        """What the columns mean: spoilt levels are texts, spoilt numbers have no bounds."""
        spoilt = {name for error in self.dirty.errors for name in error.columns}
        twice = self.dirty.duplicates
        columns = []
        for column in self.plan.schema.columns:
            if column.name in spoilt or (twice is not None and twice.typos and self._misspelt(column)):
                kind = "text" if column.kind in TEXTS else column.kind
                column = column.model_copy(update={"kind": kind, "levels": None, "bounds": None, "nullable": True,
                                                   "pattern": None})  # fmt: skip
            columns.append(column)
        return Schema(columns=tuple(columns))

    def stream(self, size: int = BLOCK) -> Iterator[Table]:
        """Yield the rows in blocks."""
        for start in range(0, max(self.rows, 1), size):
            made = self._made(np.arange(start, min(start + size, self.rows)))
            schema = self.schema
            columns = pa.table([_stored(made.arrays[c.name], c) for c in schema.columns], names=list(schema.names))
            yield Table(columns, schema)

    def answers(self, size: int = BLOCK) -> Iterator[Table]:
        """Yield the answer key in blocks; at least one, perhaps empty."""
        for start in range(0, max(self.rows, 1), size):
            made = self._made(np.arange(start, min(start + size, self.rows)))
            nothing = _answers(np.zeros(0, np.int64), "", "", pa.array([], pa.string()))
            yield Table(pa.concat_tables([nothing, *made.answers]), ANSWERS)

    def _made(self, numbers: Ints) -> _Spoiling:
        """Make some rows, and spoil them."""
        sources = self._sources(numbers)
        again = np.flatnonzero(numbers >= self.clean)
        block = Block(self.tables, self.plan, sources)
        made = _Spoiling(numbers, {name: block.column(name) for name in self.plan.schema.names})
        if len(again):
            made.answers.append(_repeated(numbers[again], sources[again]))
            own = Block(self.tables, self.plan, numbers)
            for name in self.plan.rules.key:
                if self.tables.maker(self.name, name).placed:
                    made.arrays[name] = own.column(name)
        for place, error in enumerate(self.dirty.errors):
            self._spoil(made, error, place)
        self._misspell(made, again)
        return made

    def _sources(self, numbers: Ints) -> Ints:
        """Return the row that each comes from: itself, or the one that it repeats."""
        again = numbers >= self.clean
        found = numbers.copy()
        if again.any():
            order = order_of(self.clean, self.tables.random(self.name, "dirty", "duplicates"))
            found[again] = order.at(numbers[again] - self.clean)
        return found

    def _spoil(self, made: _Spoiling, error: Error, place: int) -> None:
        """Let an error befall its share of the rows."""
        cells: list[tuple[str, Ints, pa.Array]] = []
        for column in error.columns:
            random = self.tables.random(self.name, "dirty", error.word, place, "" if error.together else column)
            bits = random.bits(made.numbers)
            places = drawn(bits, error.share)
            part = {name: made.arrays[name].take(pa.array(places)) for name in error.columns}
            cells.append((column, places, error.spoilt(column, part, random.at("how").bits(made.numbers[places]))))
        for column, places, found in cells:
            made.put(error.word, column, places, found)

    def _misspell(self, made: _Spoiling, again: Ints) -> None:
        """Misspell texts in rows that are repeated."""
        twice = self.dirty.duplicates
        if twice is None or not twice.typos or not len(again):
            return
        for column in self.plan.schema.columns:
            if self._misspelt(column):
                random = self.tables.random(self.name, "dirty", "misspelt", column.name)
                places = again[drawn(random.bits(made.numbers[again]), twice.typos)]
                typos = Typos(share=1.0, columns=(column.name,))
                part: Mapping[str, pa.Array] = {column.name: made.arrays[column.name].take(pa.array(places))}
                bits = random.at("how").bits(made.numbers[places])
                made.put("typos", column.name, places, typos.spoilt(column.name, part, bits))

    def _misspelt(self, column: Column) -> bool:
        """Return whether a column is one whose texts are misspelt in repeated rows: all but keys and references."""
        references = {name for own in self.plan.rules.references for name in own.columns}
        return column.kind in ("text", "category") and column.name not in {*self.plan.rules.key, *references}


def _stored(array: pa.Array, column: Column) -> pa.Array:
    """Return a column in the type that its kind is held in."""
    return array.cast(pa.string()) if column.kind == "text" else array


def _answers(numbers: Ints, column: str, error: str, texts: pa.Array) -> pa.Table:
    rows = len(numbers)
    told = (pa.repeat(pa.scalar(word), rows) for word in (column, error))
    return pa.table([pa.array(numbers + 1), *told, texts, pa.nulls(rows, pa.int64())], names=list(ANSWERS.names))


def _repeated(numbers: Ints, sources: Ints) -> pa.Table:
    rows = len(numbers)
    return pa.table([pa.array(numbers + 1), pa.nulls(rows, pa.string()), pa.repeat(pa.scalar("duplicate"), rows),
                     pa.nulls(rows, pa.string()), pa.array(sources + 1)], names=list(ANSWERS.names))  # fmt: skip
