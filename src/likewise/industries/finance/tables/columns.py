"""Columns of tables: what each holds, and how it is made of numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from likewise.core.schema import Column, Role, Schema
from likewise.core.table import Table
from likewise.industries.finance.arrays import Array

_WORD = "dictionary<values=string, indices=int32, ordered=0>"


class Columns:
    """Collect the columns of a table, in order: Arrow arrays, and what each means.

    >>> columns = Columns()
    >>> columns.whole("id", np.arange(2), role="key")
    >>> columns.word("kind", np.array([0, 1]), ["card", "cash"])
    >>> columns.table().to_dict()
    {'id': [0, 1], 'kind': ['card', 'cash']}
    """

    def __init__(self) -> None:
        self._arrays: list[pa.Array] = []
        self._told: list[Column] = []

    def _add(self, array: pa.Array, **told: Any) -> None:
        self._arrays.append(array)
        self._told.append(Column(missing=(), **told))

    def whole(self, name: str, values: Array, *, role: Role = "feature", gaps: bool = False) -> None:
        """Add whole numbers; where there may be `gaps`, those below 0 are missing."""
        held = values.astype(np.int64, copy=False)
        array = pa.array(held, mask=held < 0) if gaps else pa.array(held)
        self._add(array, name=name, kind="integer", role=role, dtype="int64", nullable=gaps)

    def signed(self, name: str, values: Array, missing: Array) -> None:
        """Add whole numbers of either sign, of which some are missing."""
        self._add(pa.array(values, mask=missing), name=name, kind="integer", dtype="int64", nullable=True)

    def number(self, name: str, values: Array) -> None:
        """Add numbers."""
        self._add(pa.array(values.astype(np.float64)), name=name, kind="float", dtype="double")

    def word(self, name: str, codes: Array, levels: Sequence[str], *, gaps: bool = False) -> None:
        """Add words by their places among the levels; where there may be `gaps`, those below 0 are missing."""
        held = codes.astype(np.int32, copy=False)
        places = pa.array(held, mask=held < 0) if gaps else pa.array(held)
        self._add(pa.DictionaryArray.from_arrays(places, pa.array(levels, pa.string())), name=name, kind="category",
                  dtype=_WORD, levels=tuple(levels), nullable=gaps)  # fmt: skip

    def truth(self, name: str, values: Array, *, role: Role = "feature") -> None:
        """Add truths."""
        self._add(pa.array(values.astype(np.bool_, copy=False)), name=name, kind="boolean", role=role, dtype="bool")

    def moment(self, name: str, microseconds: Array, *, gaps: Array | None = None) -> None:
        """Add moments, in microseconds since 1970 in UTC; those where `gaps` is true are missing."""
        array = pa.array(microseconds, mask=gaps).cast(pa.timestamp("us"))
        self._add(array, name=name, kind="datetime", dtype="timestamp[us]", nullable=gaps is not None)

    def text(self, name: str, values: Any, *, gaps: bool = False) -> None:
        """Add texts."""
        self._add(pa.array(values, pa.string()) if not isinstance(values, pa.Array) else values, name=name, kind="text",
                  dtype="string", nullable=gaps)  # fmt: skip

    def day(self, name: str, days: Array) -> None:
        """Add days, as numbers of them since 1970."""
        self._add(pa.array(days.astype(np.int32)).cast(pa.date32()), name=name, kind="date", dtype="date32[day]")

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self._arrays[0])

    def arrow(self) -> pa.Table:
        """Return the columns as Arrow has them."""
        return pa.table(self._arrays, names=[column.name for column in self._told])

    def schema(self) -> Schema:
        """Return what the columns mean."""
        return Schema(columns=tuple(self._told))

    def table(self) -> Table:
        """Return the columns as a table."""
        return Table(self.arrow(), self.schema())
