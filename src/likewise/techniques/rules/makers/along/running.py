"""Balances: what a column has come to, row by row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.schema import Column, Kind
from likewise.techniques.rules.maker import Maker, Rows, told
from likewise.techniques.rules.makers.along.runs import Runs, along_of

NUMBERS = ("integer", "decimal", "float")


class Running(Maker):
    """Add up a column from row to row: `{running: amount, start: accounts.opening, along: account_id}`.

    The first row of each parent has `start`, a number or a column of the parent, and its own amount.
    """

    word: ClassVar[str] = "running"
    follows: ClassVar[bool] = True
    beside: ClassVar[tuple[str, ...]] = ("along", "start", "decimals")

    of: str
    start: str | float = 0.0
    along: str
    decimals: int | None = None

    @classmethod
    def read(cls, value: Any, path: str) -> Self:
        """Read the column that is added up, and what it starts from."""
        if not isinstance(value["running"], str):
            raise told(path, "`running` names the column that is added up", "write e.g. {running: amount, along: ...}")
        start = value.get("start", 0.0)
        if isinstance(start, bool) or not isinstance(start, str | int | float):
            raise told(f"{path}.start", "a number or a column is wanted", "write start: 0")
        return cls(
            of=value["running"], start=start, along=along_of(value, "running", path), decimals=value.get("decimals")
        )

    def needs(self) -> tuple[str, ...]:
        """Return the column, that of the start, and the reference."""
        return (f"#{self.along}", self.of, *([self.start] if isinstance(self.start, str) else []))

    def column(self, name: str, known: Mapping[str, Column]) -> Column:
        """Return a column of the same kind as that which is added up."""
        parts = [known[each] for each in (self.of, self.start) if isinstance(each, str)]
        for part in parts:
            if part.kind not in NUMBERS:
                raise told("$", f"`{part.name}` is a column of kind {part.kind}, and numbers are added up",
                           "name a column of numbers")  # fmt: skip
        whole = all(part.kind == "integer" for part in parts) and float(self._begun).is_integer()
        places = self._places(parts)
        kind: Kind = "integer" if whole else "decimal" if places is not None else "float"
        return Column(name=name, kind=kind, dtype="int64" if whole else "double", decimals=None if whole else places)

    @property
    def _begun(self) -> float:
        return 0.0 if isinstance(self.start, str) else self.start

    def _places(self, parts: list[Column]) -> int | None:
        """Return how many decimals the sums have; None where the parts have no certain number."""
        own = [0 if part.kind == "integer" else part.decimals for part in parts]
        return self.decimals if self.decimals is not None or None in own else max(place or 0 for place in own)

    def make(self, rows: Rows) -> pa.Array:
        """Return the sums up to some rows; a missing amount adds nothing."""
        runs = Runs.of(rows, self.along)
        amounts = runs.rows.column(self.of)
        total = runs.summed(np.asarray(pc.fill_null(amounts.cast(pa.float64()), 0.0)))[runs.places]
        started = rows.column(self.start) if isinstance(self.start, str) else None
        begun = self._begun if started is None else np.asarray(pc.fill_null(started.cast(pa.float64()), 0.0))
        found = total + begun
        whole = [pa.types.is_integer(each.type) for each in (amounts, started) if each is not None]
        if all(whole) and float(self._begun).is_integer():
            return pa.array(np.rint(found).astype(np.int64))
        return pa.array(np.round(found, self.decimals if self.decimals is not None else 9))
