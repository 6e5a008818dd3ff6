"""Columns that tell one another, one to one: copies and codes stay so when one of them is changed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.digest import digest_columns
from likewise.core.packing import streamed, unstreamed
from likewise.core.schema import LEVELS, NUMBERS, WORDS, Column, Kind, Schema
from likewise.core.table import Table
from likewise.techniques.noise.difference import differ
from likewise.techniques.noise.operation import Changed, placed

ROWS_A_VALUE = 10
"""Rows a distinct value below which a one-to-one relation may be chance; copies are believed at once."""
LINKED: frozenset[Kind] = NUMBERS | LEVELS | WORDS
"""Kinds whose columns are looked at."""


@dataclass(frozen=True, eq=False)
class Link:
    """Hold that `follower` is told by `leader`: a copy of it, or by pairs of values; and whether it tells it back."""

    leader: str
    follower: str
    pairs: pa.Table | None
    both_ways: bool = True

    def followed(self, rows: Table, before: Table) -> Changed:
        """Return both columns where the leader changed: the follower as it is told, the leader a value that tells it.

        A number takes the learned value that is nearest; a level of which nothing was learned moves nothing, and a gap
        only what tells it back.
        """
        leader, follower = rows.column(self.leader), rows.column(self.follower)
        moved = np.flatnonzero(differ(before.column(self.leader), leader))
        if self.pairs is None:
            return {self.follower: placed(follower, moved, leader.take(pa.array(moved)))}
        known, told = (self.pairs.column(name).combine_chunks() for name in ("leader", "follower"))
        new = leader.take(pa.array(moved))
        place = _places(new, known, rows.schema[self.leader])
        sure = (place >= 0) | (self.both_ways & np.asarray(new.is_null()))
        moved, taken = moved[sure], pa.array(place[sure], mask=place[sure] < 0)
        return {
            self.leader: placed(leader, moved, _like(known, leader).take(taken)),
            self.follower: placed(follower, moved, _like(told, follower).take(taken)),
        }

    def state(self) -> tuple[dict[str, Any], npt.NDArray[np.uint8]]:
        """Return it as a model file keeps it."""
        names = {
            "leader": self.leader,
            "follower": self.follower,
            "copy": self.pairs is None,
            "both_ways": self.both_ways,
        }
        return names, streamed(self.pairs if self.pairs is not None else pa.table({}))

    @classmethod
    def from_state(cls, meta: Mapping[str, Any], stream: npt.NDArray[np.uint8]) -> Link:
        """Rebuild it."""
        pairs = None if meta["copy"] else unstreamed(stream)
        return cls(meta["leader"], meta["follower"], pairs, meta["both_ways"])


def groups_of(table: Table) -> list[tuple[str, ...]]:
    """Return the groups of columns that tell one another, in the order of the table.

    Values are numbered in the order in which they first occur; two columns are one to one where these numbers are the
    same in every row. Cost: one hash of each column.
    """
    found: dict[bytes, list[str]] = {}
    for column in table.schema.columns:
        if column.kind not in LINKED or column.kind == "constant" or column.is_pseudonymous:
            continue
        codes, distinct = numbered(table.column(column.name))
        if distinct < 2:
            continue
        key = hashlib.blake2b(codes.tobytes(), digest_size=16)
        if distinct * ROWS_A_VALUE > table.rows:  # only equal values make it a copy
            key.update(str(table.column(column.name).type).encode())
            key.update(digest_columns(table.columns.select([column.name]).rename_columns(["copy"])).encode())
        found.setdefault(key.digest(), []).append(column.name)
    return [tuple(names) for names in found.values() if len(names) > 1]


def links_of(table: Table, leader: str, followers: Sequence[str], *, both_ways: bool = True) -> list[Link]:
    """Return how a leader tells its followers."""
    own = table.column(leader)
    codes, _ = numbered(own)
    known = np.flatnonzero(codes >= 0)
    rows = pa.array(known[np.unique(codes[known], return_index=True)[1]])
    links = []
    for name in followers:
        other = table.column(name)
        same = own.type == other.type and own.equals(other) and not pa.types.is_dictionary(own.type)
        pairs = None if same else pa.table({"leader": own.take(rows), "follower": other.take(rows)})
        links.append(Link(leader, name, pairs, both_ways))
    return links


def preferred(names: Sequence[str], schema: Schema) -> str:
    """Return which column of a group leads: one of levels, for its changes are values that it has; else the first."""
    return next((name for name in names if schema[name].is_levels), names[0])


def numbered(array: pa.Array) -> tuple[npt.NDArray[np.int32], int]:
    """Return the number of each row's value in the order of first occurrence, -1 where missing, and how many."""
    coded = (array.indices if pa.types.is_dictionary(array.type) else array).dictionary_encode()
    return np.asarray(coded.indices.fill_null(-1), dtype=np.int32), len(coded.dictionary)


def _places(new: pa.Array, known: pa.Array, column: Column) -> npt.NDArray[np.int64]:
    """Return where each new value, or the number nearest to it, stands among the known ones; -1 where it does not."""
    if not column.is_number:
        plain, values = (a.dictionary_decode() if pa.types.is_dictionary(a.type) else a for a in (new, known))
        found = pc.index_in(plain, value_set=values, skip_nulls=True)
        return np.asarray(found.fill_null(-1), dtype=np.int64)
    numbers, values = (_numbers(a, column) for a in (new, known))
    order = np.argsort(values)
    middle = (values[order][1:] + values[order][:-1]) / 2
    return np.where(np.isnan(numbers), -1, order[np.searchsorted(middle, numbers)])


def _numbers(array: pa.Array, column: Column) -> npt.NDArray[np.float64]:
    return Table(pa.table([array], names=[column.name]), Schema(columns=(column,))).numbers(column.name)


def _like(values: pa.Array, own: pa.Array) -> pa.Array:
    """Return values in the levels of another array."""
    if not pa.types.is_dictionary(own.type):
        return values
    codes = pc.index_in(values.dictionary_decode(), value_set=own.dictionary).cast(own.type.index_type)
    return pa.DictionaryArray.from_arrays(codes, own.dictionary, ordered=own.type.ordered)
