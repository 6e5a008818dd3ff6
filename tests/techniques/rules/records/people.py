"""Records to test: people and addresses of a locale, made beside one another as a table makes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from likewise.core.counted import Counted
from likewise.techniques.rules.records.address import Address
from likewise.techniques.rules.records.person import Person
from likewise.techniques.rules.records.record import Record, Setting

KINDS: dict[str, type[Record]] = {"person": Person, "address": Address}


class Made:
    """Hold the records of some rows; `made["person"]` is one of them."""

    def __init__(
        self, locale: str = "en_US", rows: Any = 50, *, safe: bool = True, seed: int = 7,
        known: Mapping[str, Mapping[str, pa.Array]] | None = None, **others: Any,
    ) -> None:  # fmt: skip
        self._of = (locale, safe, np.arange(rows) if isinstance(rows, int) else np.asarray(rows))
        self._random, self._known, self._others = Counted(seed, "record"), known or {}, others
        self._records: dict[str, Record] = {}

    def __getitem__(self, name: str) -> Record:
        if name not in self._records:
            locale, safe, rows = self._of
            known = self._known.get(name, {})
            self._records[name] = KINDS[name](
                Setting(locale, safe, rows, self._random.at(name), known, self.__getitem__, **self._others)
            )
        return self._records[name]

    def of(self, record: str, *fields: str) -> list[Any]:
        """Return a field of every row, or several as tuples."""
        columns = [self[record].of(field).to_pylist() for field in fields]
        return columns[0] if len(columns) == 1 else list(zip(*columns, strict=True))
