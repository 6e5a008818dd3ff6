"""Whose rows are whose: entities told apart, held back whole, and named anew where they are drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.core.draw import key_seed
from likewise.core.dtypes import arrow_type
from likewise.core.keys import capacity, infer_pattern, make_keys
from likewise.core.protocol import HeldBack
from likewise.core.schema import Column, Pattern
from likewise.core.table import Table
from likewise.core.values import is_words
from likewise.errors import FitError
from likewise.modalities.sequence.ordering import named_column, widened
from likewise.modalities.tabular.codec import arrow_type as typed
from likewise.modalities.tabular.numbers import PLAIN, typed_numbers

Indices = npt.NDArray[np.int64]


def groups_of(array: pa.Array) -> tuple[Indices, ...]:
    """Return the rows of each distinct value, in the order of first appearance; missing ones are a group too."""
    codes = codes_of(array)
    order = np.argsort(codes, kind="stable")
    return tuple(np.split(order, np.flatnonzero(np.diff(codes[order])) + 1))


def codes_of(array: pa.Array) -> Indices:
    """Return a number for each distinct value, in the order of first appearance; missing ones have one too."""
    plain = array.dictionary_decode() if pa.types.is_dictionary(array.type) else array
    return np.asarray(plain.dictionary_encode("encode").indices).astype(np.int64)


def entity_of(table: Table, name: str) -> Column:
    """Return the column that says whose each row is. Raises FitError for one that cannot."""
    column = named_column(table, name, "entity")
    if (gone := int(table.missing(column.name).sum())) > 0:
        raise FitError("fit.entity", f"`{column.name}` is missing in {gone:,} rows, so that they belong to none",
                       where=column.name, hint="leave these rows out")  # fmt: skip
    dtype = plain_type(column)
    counted = is_words(dtype) or pa.types.is_integer(dtype) or pa.types.is_floating(dtype)
    if column.kind not in ("category", "constant", "text", *PLAIN) or not (counted or pa.types.is_decimal(dtype)):
        raise FitError("fit.entity", f"`{column.name}` ({column.kind}) names no entities that could be told apart",
                       where=column.name, hint="name a column of ids, names or numbers")  # fmt: skip
    return column


def held_entities(table: Table, name: str, order: str | None, share: float, rng: np.random.Generator) -> HeldBack:
    """Return the rows of some entities, held back whole to judge a fit by."""
    parts = groups_of(table.column(named_column(table, name, "entity").name))
    places = rng.permutation(len(parts))[round(len(parts) * (1 - share)) :]
    rows = np.concatenate([np.empty(0, dtype=np.intp), *(parts[place] for place in places)])
    said = (f"{len(places):,} of {len(parts):,} entities were held back whole, so that none is cut. `{name}`, which "
            "tells them from the others, was not judged.")  # fmt: skip
    return HeldBack(rows, said, name, order)


@dataclass(frozen=True)
class Naming:
    """Give drawn entities ids of their own: numbers from the least that was seen, or texts built as those seen are.

    `column` is how the ids come back: numbers beyond those that were seen, or texts of no known level. Until entities
    have their ids, they are told apart by tokens: numbers of at most 63 bits.
    """

    column: Column
    pattern: Pattern
    first: float

    @classmethod
    def of(cls, table: Table, column: Column) -> Self:
        """Learn how the ids of a column are built; none of them is kept."""
        coded = column.native in ("category", "Categorical") or (column.native or "").startswith("Enum")
        plain = {"dtype": str(plain_type(column)), "native": None if coded else column.native}
        open_ = widened(column.model_copy(update=plain))
        changes = {"kind": column.kind if column.kind in PLAIN else "text", "levels": None, "ordered": False}
        pattern = Pattern(form="sequence")
        if column.kind not in PLAIN and is_words(plain_type(column)):
            known = pa.array(column.levels or (), pa.string())
            pattern = column.pattern or infer_pattern(known) or Pattern(form="sequence", prefix=f"{column.name}-")
        low = float(table.numbers(column.name).min()) if column.kind in PLAIN else 0.0
        return cls(open_.model_copy(update=changes), pattern, low if abs(low) < 2**52 else 0.0)

    def tokens(self, numbers: Indices) -> pa.Array:
        """Return numbers, one an entity, in the type of the column, by which they are told apart until they are named.

        >>> Naming(Column(name="who", kind="text"), Pattern(form="sequence"), 0.0).tokens(np.array([3, 3])).to_pylist()
        ['3', '3']
        """
        array = pa.array(numbers, pa.int64())
        return array if self.column.kind in PLAIN else array.cast(pa.string())

    def named(self, tokens: pa.Array, start: int, seed: int) -> pa.Array:
        """Return the id of each token: entities are counted from `start` on, in the order in which they come."""
        coded = tokens.dictionary_encode()
        return self._ids(start, len(coded.dictionary), key_seed(seed, self.column.name)).take(coded.indices)

    def _ids(self, start: int, size: int, seed: int) -> pa.Array:
        column, pattern = self.column, self.pattern
        if column.kind in PLAIN:
            values = self.first + np.arange(start, start + size, dtype=np.float64)
            return typed_numbers(values, column, typed(column))
        if capacity(pattern) < start + size:  # the pattern's room does not reach so far: others, counted on, do
            pattern = pattern.model_copy(update={"form": "sequence", "width": 0})
        return make_keys(pattern, start, size, seed)

    def state(self) -> dict[str, Any]:
        """Return what a model file keeps of it, as JSON values."""
        return {"column": self.column.to_dict(), "pattern": self.pattern.to_dict(), "first": self.first}

    @classmethod
    def from_state(cls, meta: dict[str, Any]) -> Self:
        """Rebuild it from a model file."""
        return cls(Column.from_dict(meta["column"]), Pattern.from_dict(meta["pattern"]), meta["first"])


def plain_type(column: Column) -> pa.DataType:
    """Return the type that a column came in, without its dictionary."""
    dtype = arrow_type(column.dtype)
    return dtype.value_type if pa.types.is_dictionary(dtype) else dtype
