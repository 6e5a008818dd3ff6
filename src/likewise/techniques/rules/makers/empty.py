"""Columns without a value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import pyarrow as pa

from likewise.core.schema import Column
from likewise.techniques.rules.maker import Maker, Rows, told


class Empty(Maker):
    """Leave a column missing in every row."""

    word: ClassVar[str] = "empty"
    placed: ClassVar[bool] = True

    @classmethod
    def read(cls, value: Any, path: str) -> Self:
        """Read the word, behind which nothing stands."""
        if value not in (None, {}, True):
            raise told(path, "nothing stands behind `empty`", "write `empty`")
        return cls()

    def column(self, name: str, known: Mapping[str, Column]) -> Column:
        """Return a column without a value."""
        return Column(name=name, kind="empty", dtype="string", nullable=True)

    def make(self, rows: Rows) -> pa.Array:
        """Return nothing for every row."""
        return pa.nulls(len(rows.numbers))
