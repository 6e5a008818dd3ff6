"""Columns that another column decides: rows that agree in the one agree in the other."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import SerializeAsAny

from likewise.core.schema import Column
from likewise.techniques.rules.maker import Maker, Rows, told
from likewise.techniques.rules.makers.cells import texts_of
from likewise.techniques.rules.makers.part import Part


class Decided(Maker):
    """Draw a column once for each value of another: chance takes that value for the number of the row."""

    word: ClassVar[str] = "decided"

    maker: SerializeAsAny[Maker]
    by: str

    @classmethod
    def read(cls, value: Any, path: str) -> Self:
        """Refuse to be read: it is what a constraint `determined` makes of a column."""
        raise told(path, "`decided` is no maker", "write the constraint {determined: a, by: b}")

    def needs(self) -> tuple[str, ...]:
        """Return the column that decides, and those that the column is made from."""
        return tuple(dict.fromkeys([self.by, *self.maker.needs()]))

    def said(self) -> str:
        """Return what decides."""
        return f"{self.maker.said()}, decided by `{self.by}`"

    def column(self, name: str, known: Mapping[str, Column]) -> Column:
        """Return what the column means."""
        return self.maker.column(name, known)

    def make(self, rows: Rows) -> pa.Array:
        """Return the values of some rows: made for each value of the other column, and spread over the rows."""
        by = texts_of(rows.column(self.by))
        codes = np.asarray(pc.fill_null(by.indices, len(by.dictionary)))
        numbers = np.array([_number(text) for text in [*by.dictionary.to_pylist(), None]], dtype=np.int64)
        first = np.full(len(numbers), -1, dtype=np.int64)
        first[codes[::-1]] = np.arange(len(codes))[::-1]
        own = np.flatnonzero(first >= 0)
        places = np.empty(len(numbers), dtype=np.int64)
        places[own] = np.arange(len(own))
        return self.maker.make(Part(rows, first[own], numbers[own])).take(pa.array(places[codes]))


def _number(text: str | None) -> int:
    digest = hashlib.blake2b(b"\0" if text is None else text.encode(), digest_size=8).digest()
    return int.from_bytes(digest) >> 2
